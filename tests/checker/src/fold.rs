//! What the logs say of every project, folded a second time with plain maps: each state with the position from
//! which on it holds, so that the right answer as of any position is a look-up.

mod matter;
mod stored;

use std::collections::BTreeMap;

use proto::{acceptance::v1::OpinionIssued, intake::v1 as intake, planning::v1::CertificateIssued};

use crate::date;
use crate::run::{Event, Run};

pub use matter::{Matter, card};
pub use stored::{News, Stored, read};

/// Logs in the order of a project's life.
pub const LOGS: [&str; 5] = ["intake", "planning", "acceptance", "dossier", "aftercare"];

/// States, each with the position from which on it holds, ascending.
pub type Since<T> = Vec<(u64, T)>;

/// The state as of a position; `None` before the first.
#[must_use]
pub fn as_of<T>(states: &Since<T>, position: u64) -> Option<&T> {
    let after = states.partition_point(|(since, _)| *since <= position);
    states.get(after.checked_sub(1)?).map(|(_, state)| state)
}

/// One entry of a project in a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The position.
    pub position: u64,
    /// What happened, such as `accepted`.
    pub kind: String,
    /// Id of the matter in whose life it is a step.
    pub matter: Option<String>,
    /// The date in law.
    pub on: String,
    /// The day of the recording.
    pub recorded_on: String,
    /// Who recorded it.
    pub principal: String,
    /// By which command.
    pub key: String,
}

/// What intake says of a project.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Intake {
    /// What the enterprise says now.
    pub facts: Option<intake::ProjectFacts>,
    /// Day of the registration.
    pub registered_on: String,
    /// Project code.
    pub code: String,
    /// The service secretary.
    pub secretary: String,
    /// Whether it was given up.
    pub withdrawn: bool,
}

/// One project in one log.
#[derive(Debug, Clone, Default)]
pub struct Stream {
    /// The enterprise that began it, as a reference.
    pub owner: Option<String>,
    /// Every event.
    pub entries: Vec<Entry>,
    /// The matters by id.
    pub matters: BTreeMap<String, Since<Matter>>,
    /// In intake's log, the project itself.
    pub intake: Since<Intake>,
    /// In planning's log, the certificates.
    pub certificates: Since<CertificateIssued>,
    /// In acceptance's log, the opinions on the joint acceptance.
    pub opinions: Since<OpinionIssued>,
    /// In planning's log, the name and code that intake handed on.
    pub admitted: Since<(String, Option<proto::r#type::v1::Text>)>,
    /// In intake's log, the agents that were ever appointed.
    pub agents: Vec<String>,
}

impl Stream {
    /// The position of the last event up to a position; 0 before any.
    #[must_use]
    pub fn position(&self, until: u64) -> u64 {
        let after = self.entries.partition_point(|entry| entry.position <= until);
        after.checked_sub(1).and_then(|at| self.entries.get(at)).map_or(0, |entry| entry.position)
    }

    /// Takes the next event; says what cannot be after what was before.
    fn take(&mut self, event: &Event, stored: Stored) -> Option<&'static str> {
        if self.entries.is_empty() {
            let named = [&event.on_behalf_of, &event.principal];
            self.owner = named.into_iter().find(|who| who.starts_with("enterprise:")).cloned();
        }
        let at = event.position;
        let (mut kind, mut matter, mut unlawful) = (event.kind.clone(), None, None);
        match stored.news {
            News::Step(step) => {
                kind = stored::kind(&step).to_owned();
                matter = Some(step.matter.clone());
                let states = self.matters.entry(step.matter.clone()).or_default();
                let before = states.last().map(|(_, matter)| matter.clone());
                let (after, complaint) = Matter::after(before, &step);
                unlawful = complaint;
                states.extend(after.map(|after| (at, after)));
            }
            News::Intake(change) => {
                let mut now = self.intake.last().map(|(_, now)| now.clone()).unwrap_or_default();
                unlawful = now.take(&change, &stored.on, &mut self.agents);
                self.intake.push((at, now));
            }
            News::Admitted(admitted) => {
                self.admitted.push((at, (admitted.project_code, admitted.name)));
            }
            News::Certificate(certificate) => self.certificates.push((at, certificate)),
            News::Opinion(opinion) => self.opinions.push((at, *opinion)),
            News::Alarm(_) | News::Nothing => {}
        }
        let (on, recorded_on) = (stored.on, date::of(event.recorded_at));
        let (principal, key) = (event.principal.clone(), event.key.clone());
        self.entries.push(Entry { position: at, kind, matter, on, recorded_on, principal, key });
        unlawful
    }
}

impl Intake {
    fn take(
        &mut self,
        change: &intake::intake_event::Kind,
        on: &str,
        agents: &mut Vec<String>,
    ) -> Option<&'static str> {
        use intake::intake_event::Kind;
        let before = self.clone();
        match change {
            Kind::ProjectRegistered(registered) => {
                (self.facts, self.registered_on) = (registered.facts.clone(), on.to_owned());
                return before.facts.is_some().then_some("a project is registered twice");
            }
            Kind::ProjectChanged(changed) => self.facts.clone_from(&changed.facts),
            Kind::ProjectCodeAssigned(assigned) => {
                self.code.clone_from(&assigned.code);
                return (!before.code.is_empty()).then_some("a project gets a code twice");
            }
            Kind::SecretaryAssigned(assigned) => self.secretary.clone_from(&assigned.secretary),
            Kind::SecretaryHandedOver(handed) => self.secretary.clone_from(&handed.to),
            Kind::ProjectWithdrawn(_) => {
                self.withdrawn = true;
                return before.withdrawn.then_some("a project is withdrawn twice");
            }
            Kind::AgentAppointed(appointed) => agents.push(appointed.agent.clone()),
            _ => {}
        }
        None
    }
}

/// One project in every log.
#[derive(Debug, Clone, Default)]
pub struct Project(BTreeMap<String, Stream>);

impl Project {
    /// What one log says of it.
    #[must_use]
    pub fn of(&self, log: &str) -> Option<&Stream> {
        self.0.get(log)
    }

    /// What every log says of it.
    pub fn streams(&self) -> impl Iterator<Item = (&str, &Stream)> {
        self.0.iter().map(|(log, stream)| (log.as_str(), stream))
    }

    /// The enterprise whose it is, without its user, such as `enterprise:yamato`.
    #[must_use]
    pub fn owner(&self) -> Option<&str> {
        let owner = self.0.get("intake")?.owner.as_deref()?;
        owner.split('/').next()
    }
}

/// Every project in every log.
#[derive(Debug, Clone, Default)]
pub struct Projects {
    all: BTreeMap<String, Project>,
    unlawful: Vec<String>,
}

impl Projects {
    /// Folds every log of a run.
    #[must_use]
    pub fn of(run: &Run) -> Self {
        let mut projects = Self::default();
        for (name, log) in &run.logs {
            for event in &log.events {
                projects.take(name, event);
            }
        }
        projects
    }

    fn take(&mut self, log: &str, event: &Event) {
        let at = event.position;
        // A stream of no project, such as that of draws for inspection, tells of none.
        let Some((of, project)) = event.stream.split_once('/') else { return };
        if of != log {
            self.unlawful.push(format!("{log} {at}: a stream {}", event.stream));
            return;
        }
        let Some(stored) = read(log, &event.payload.0) else {
            self.unlawful.push(format!("{log} {at}: no event of {log}"));
            return;
        };
        let streams = &mut self.all.entry(project.to_owned()).or_default().0;
        let complaint = streams.entry(log.to_owned()).or_default().take(event, stored);
        if let Some(complaint) = complaint {
            let (stream, kind) = (&event.stream, &event.kind);
            self.unlawful.push(format!("{log} {at}, {stream} {kind}: {complaint}"));
        }
    }

    /// One project.
    #[must_use]
    pub fn get(&self, project: &str) -> Option<&Project> {
        self.all.get(project)
    }

    /// All of them, by id.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Project)> {
        self.all.iter().map(|(id, project)| (id.as_str(), project))
    }

    /// What cannot have happened after what stands before it.
    #[must_use]
    pub fn unlawful(&self) -> &[String] {
        &self.unlawful
    }
}
