//! What the facts of earlier stages mean after the launch.

use crate::case::event::{Fact, PriorMatter, ProjectAdmitted, ReportDutyOpened};
use desk::sight;
use eventlog::{Malformed, Recorded};
use jiff::civil::Date;
use prost::Message;
use proto::{
    acceptance::v1::{AcceptanceEvent, acceptance_event},
    intake::v1::{IntakeEvent, Outcome, ProjectFacts, intake_event},
    planning::v1::{PlanningEvent, planning_event},
};
use rulebook::matter::{Matter, MatterId};
use std::collections::BTreeMap;

/// Facts whose change is reported (外商投资信息报告办法 art. 11).
const REPORTED: [&str; 4] = ["enterprise", "investors", "total_investment", "scope"];

/// Something to take note of.
pub(super) struct News {
    pub(super) project: String,
    pub(super) on: Date,
    pub(super) facts: Vec<Fact>,
}

/// What one log has told of every project so far.
#[derive(Default)]
pub(super) struct Told(BTreeMap<String, Project>);

#[derive(Default)]
struct Project {
    facts: ProjectFacts,
    owner: String,
    code: String,
    key_project: bool,
    secretary: String,
    restricted: bool,
    flagged: bool,
    stated: BTreeMap<String, String>,
    matters: BTreeMap<MatterId, Matter>,
    changes: u32,
}

impl Told {
    /// Takes an event in; `None` when it is nothing to this service.
    pub(super) fn take(&mut self, event: &Recorded) -> Result<Option<News>, Malformed> {
        let (log, id) = event
            .stream
            .split_once('/')
            .ok_or_else(|| Malformed(format!("stream {}", event.stream)))?;
        let project = self.0.entry(id.to_owned()).or_default();
        let bytes = event.payload.as_slice();
        let (on, facts) = match log {
            "intake" => {
                let stored =
                    IntakeEvent::decode(bytes).map_err(|error| Malformed(error.to_string()))?;
                if let Some(intake_event::Kind::ProjectRegistered(_)) = &stored.kind {
                    project.owner = sight::owner(event).unwrap_or_default();
                }
                (stored.occurred_on.clone(), project.intake(id, stored)?)
            }
            "planning" => {
                let stored =
                    PlanningEvent::decode(bytes).map_err(|error| Malformed(error.to_string()))?;
                (stored.occurred_on.clone(), project.planning(id, stored)?)
            }
            "acceptance" => {
                let stored =
                    AcceptanceEvent::decode(bytes).map_err(|error| Malformed(error.to_string()))?;
                (stored.occurred_on.clone(), project.acceptance(id, stored)?)
            }
            _ => return Err(Malformed(format!("stream {}", event.stream))),
        };
        let on = on.parse().map_err(|_| Malformed("occurred_on".to_owned()))?;
        Ok((!facts.is_empty()).then(|| News { project: id.to_owned(), on, facts }))
    }
}

impl Project {
    fn intake(&mut self, id: &str, event: IntakeEvent) -> Result<Vec<Fact>, Malformed> {
        use intake_event::Kind;
        let unknown = || Malformed("kind: unknown to this build".to_owned());
        let mut news = Vec::new();
        match event.kind.ok_or_else(unknown)? {
            Kind::ProjectRegistered(registered) => {
                self.facts = registered.facts.unwrap_or_default();
            }
            Kind::ProjectChanged(changed) => {
                let facts = changed.facts.unwrap_or_default();
                let before = std::mem::replace(&mut self.facts, facts);
                let mut told = changed.changed;
                // A code where there was none is what the registration brought, and was reported with it.
                if before.uscc.is_empty() && before.enterprise == self.facts.enterprise {
                    told.retain(|fact| fact != "enterprise");
                }
                news.extend(self.duty(told, &event.occurred_on)?);
            }
            Kind::ProjectCodeAssigned(assigned) => self.code = assigned.code,
            Kind::KeyProjectDecided(decided) => self.key_project = decided.recognised,
            Kind::SecretaryAssigned(assigned) => self.secretary = assigned.secretary,
            Kind::SecretaryHandedOver(handed) => self.secretary = handed.to,
            Kind::FactsStated(stated) => self.stated.extend(stated.facts),
            Kind::Matter(stored) => news.extend(self.matter(id, &stored)?),
            Kind::Screened(screened) => {
                self.restricted = screened.outcome() == Outcome::PassWithCondition;
            }
            Kind::ScreeningDecided(decided) => {
                self.restricted = decided.outcome() == Outcome::PassWithCondition;
            }
            Kind::SecurityReviewFlagged(_) => self.flagged = true,
            Kind::KeyProjectContested(_)
            | Kind::AlarmRaised(_)
            | Kind::AgentAppointed(_)
            | Kind::AgentRevoked(_)
            | Kind::SecurityReviewConcluded(_)
            | Kind::ProjectWithdrawn(_) => return Ok(Vec::new()),
        }
        news.extend(self.admitted());
        Ok(news)
    }

    /// A change of what was reported opens a duty to report it, once the enterprise is registered.
    fn duty(&mut self, changed: Vec<String>, on: &str) -> Result<Option<Fact>, Malformed> {
        let reported = |fact: &String| REPORTED.contains(&fact.as_str());
        let changed: Vec<_> = changed.into_iter().filter(reported).collect();
        let registered =
            |(id, matter): (&MatterId, &Matter)| id.item() == "S1-05" && matter.is_in_force();
        if changed.is_empty() || !self.matters.iter().any(registered) {
            return Ok(None);
        }
        self.changes += 1;
        let changed_on = on.parse().map_err(|_| Malformed("occurred_on".to_owned()))?;
        let duty = format!("change-{}", self.changes);
        Ok(Some(ReportDutyOpened { duty, changed, changed_on }.into()))
    }

    fn planning(&mut self, id: &str, event: PlanningEvent) -> Result<Vec<Fact>, Malformed> {
        use planning_event::Kind;
        let unknown = || Malformed("kind: unknown to this build".to_owned());
        match event.kind.ok_or_else(unknown)? {
            Kind::Matter(stored) => Ok(self.matter(id, &stored)?.into_iter().collect()),
            Kind::ProjectAdmitted(_)
            | Kind::ProjectStanding(_)
            | Kind::PriorMatter(_)
            | Kind::FactsStated(_)
            | Kind::CertificateIssued(_) => Ok(Vec::new()),
        }
    }

    fn acceptance(&mut self, id: &str, event: AcceptanceEvent) -> Result<Vec<Fact>, Malformed> {
        let unknown = || Malformed("kind: unknown to this build".to_owned());
        match event.kind.ok_or_else(unknown)? {
            acceptance_event::Kind::Matter(stored) => {
                Ok(self.matter(id, &stored)?.into_iter().collect())
            }
            // Units, surveys and days on site are of no concern after the launch, whatever is added to them.
            _ => Ok(Vec::new()),
        }
    }

    /// A matter whose permit came into force or ended.
    fn matter(
        &mut self,
        id: &str,
        stored: &proto::matter::v1::MatterEvent,
    ) -> Result<Option<Fact>, Malformed> {
        let (matter, step) = desk::wire::read(stored)?;
        let before = self.matters.get(&matter).is_some_and(Matter::is_in_force);
        match self.matters.get_mut(&matter) {
            Some(known) => known.evolve(&step),
            None => self.matters.extend(Matter::open(&step).map(|new| (matter.clone(), new))),
        }
        let in_force = self.matters.get(&matter).is_some_and(Matter::is_in_force);
        Ok((in_force != before).then(|| {
            let name = format!("projects/{id}/matters/{matter}");
            PriorMatter { matter: name, item: matter.item().to_owned(), in_force }.into()
        }))
    }

    /// What is known of the project, once it has its code.
    fn admitted(&self) -> Option<Fact> {
        if self.code.is_empty() {
            return None;
        }
        let name = self.facts.name.clone().unwrap_or_default();
        let mut facts = self.stated.clone();
        let share = |one: &proto::intake::v1::Investor| {
            format!("{} ({}) {}%", one.name, one.country, one.share_percent)
        };
        let investors: Vec<_> = self.facts.investors.iter().map(share).collect();
        let total = self.facts.total_investment.clone().unwrap_or_default();
        let known = [
            ("project_name", name.zh.clone()),
            ("enterprise", self.facts.enterprise.clone()),
            ("uscc", self.facts.uscc.clone()),
            ("industry", self.facts.industry.clone()),
            ("scope", self.facts.scope.clone()),
            ("investors", investors.join("; ")),
            ("total_investment", format!("{} {}", total.currency_code, total.amount)),
        ];
        let told = known.into_iter().filter(|(_, value)| !value.trim().is_empty());
        facts.extend(told.map(|(key, value)| (key.to_owned(), value)));
        let word = |flag: bool| if flag { "yes" } else { "no" }.to_owned();
        facts.insert("restricted_sector".to_owned(), word(self.restricted));
        facts.insert("security_review_flagged".to_owned(), word(self.flagged));
        let admitted = ProjectAdmitted {
            project_code: self.code.clone(),
            name_zh: name.zh,
            name_en: name.en,
            district: self.facts.site.clone().unwrap_or_default().district,
            key_project: self.key_project,
            secretary: self.secretary.clone(),
            facts,
            owner: self.owner.clone(),
        };
        Some(admitted.into())
    }
}
