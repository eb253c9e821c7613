//! What the status keeps of each log, by project: the facts as they came and nothing that follows from
//! them. Deadlines, holders and stages are derived when somebody asks.

mod acceptance;
mod aftercare;
mod dossier;
mod entry;
mod intake;
mod matters;
mod planning;
mod source;

pub(crate) use acceptance::{Acceptance, Joint};
pub(crate) use aftercare::{Aftercare, Rating};
pub(crate) use dossier::Dossier;
pub(crate) use entry::Entry;
pub(crate) use intake::{Intake, Review, Screening};
pub(crate) use matters::Matters;
pub(crate) use planning::Planning;
pub(crate) use source::{Epochs, Source};

use desk::{mandates::Sight, sight};
use eventlog::{Malformed, Recorded};
use jiff::civil::Date;
use rulebook::matter::MatterId;
use std::{collections::BTreeMap, ops::Bound, sync::Arc};

/// What is known of one project from one log.
pub(crate) trait Facts: Clone + Default + Send + Sync + 'static {
    /// The stored message.
    type Event: prost::Message + Default;

    /// The facts after an event, and what is kept of its entry. What this build cannot read is refused,
    /// never skipped: it may be what everything hangs on.
    fn evolve(&mut self, event: &Self::Event) -> Result<Told, Malformed>;
}

/// What every event says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Told {
    /// The date in law.
    pub(crate) on: Date,
    /// The matter in whose life it is a step, and of which kind; `None` for any other event.
    pub(crate) step: Option<(MatterId, &'static str)>,
}

impl Told {
    /// An event that is no step of a matter.
    pub(crate) fn on(on: Date) -> Self {
        Self { on, step: None }
    }
}

/// The facts of one project from one log, and how far they have come.
#[derive(Debug, Clone, Default)]
pub(crate) struct Held<F> {
    /// The facts; shared with whoever reads them, so that a reader never keeps the fold waiting.
    pub(crate) facts: Arc<F>,
    /// The enterprise that began the stream; `None` where it was another.
    pub(crate) owner: Option<String>,
    /// The entries in the order of recording.
    pub(crate) entries: Arc<Vec<Entry>>,
    /// Position of the project's last event in the log.
    pub(crate) position: u64,
}

impl<F: Facts> Held<F> {
    /// The facts after one more event of the project's stream.
    pub(crate) fn apply(&mut self, recorded: &Recorded) -> Result<(), Malformed> {
        let event: F::Event = prost::Message::decode(recorded.payload.as_slice())
            .map_err(|error| Malformed(error.to_string()))?;
        if self.position == 0 {
            self.owner = sight::owner(recorded);
        }
        let told = Arc::make_mut(&mut self.facts).evolve(&event)?;
        Arc::make_mut(&mut self.entries).push(Entry::of(recorded, told));
        self.position = recorded.position;
        Ok(())
    }
}

/// One project as one log tells it.
#[derive(Debug, Clone)]
pub(crate) enum Part {
    /// From the log of intake.
    Intake(Held<Intake>),
    /// From the log of planning.
    Planning(Held<Planning>),
    /// From the log of acceptance.
    Acceptance(Held<Acceptance>),
    /// From the log of the dossiers.
    Dossier(Held<Dossier>),
    /// From the log of aftercare.
    Aftercare(Held<Aftercare>),
}

impl Part {
    /// A project of which the log says nothing yet.
    pub(crate) fn of(source: Source) -> Self {
        match source {
            Source::Intake => Self::Intake(Held::default()),
            Source::Planning => Self::Planning(Held::default()),
            Source::Acceptance => Self::Acceptance(Held::default()),
            Source::Dossier => Self::Dossier(Held::default()),
            Source::Aftercare => Self::Aftercare(Held::default()),
        }
    }

    /// The part after one more event of the project's stream.
    pub(crate) fn apply(&mut self, recorded: &Recorded) -> Result<(), Malformed> {
        match self {
            Self::Intake(held) => held.apply(recorded),
            Self::Planning(held) => held.apply(recorded),
            Self::Acceptance(held) => held.apply(recorded),
            Self::Dossier(held) => held.apply(recorded),
            Self::Aftercare(held) => held.apply(recorded),
        }
    }

    /// Position of the project's last event in the log; 0 before any.
    pub(crate) fn position(&self) -> u64 {
        match self {
            Self::Intake(held) => held.position,
            Self::Planning(held) => held.position,
            Self::Acceptance(held) => held.position,
            Self::Dossier(held) => held.position,
            Self::Aftercare(held) => held.position,
        }
    }
}

/// All projects of one log.
#[derive(Debug, Clone)]
pub(crate) struct Projects {
    source: Source,
    all: BTreeMap<String, Part>,
}

impl Projects {
    /// No project yet.
    pub(crate) fn of(source: Source) -> Self {
        Self { source, all: BTreeMap::new() }
    }

    /// What the log says of one project; nothing, if it never named it.
    pub(crate) fn get(&self, project: &str) -> Option<Part> {
        self.all.get(project).cloned()
    }

    /// The first `n` projects after one that a caller sees, in the order of their ids.
    pub(crate) fn after(&self, project: &str, n: usize, sight: &Sight) -> BTreeMap<String, Part> {
        let from = (Bound::Excluded(project), Bound::Unbounded);
        let seen = self.all.range::<str, _>(from).filter(|(id, _)| sight.sees(id, None));
        seen.take(n).map(|(project, part)| (project.clone(), part.clone())).collect()
    }
}

/// Adds one event of the log to what is known of its project.
pub(crate) fn fold(projects: &mut Projects, recorded: &Recorded) -> Result<(), Malformed> {
    let (log, project) = recorded.stream.split_once('/').unwrap_or_default();
    if log != projects.source.log() {
        return Err(Malformed(format!("stream {} is of another log", recorded.stream)));
    }
    if !desk::name::is_project(project) {
        // A stream of no project, such as that of draws for inspection, is no project's status.
        return Ok(());
    }
    if let Some(part) = projects.all.get_mut(project) {
        return part.apply(recorded);
    }
    let mut part = Part::of(projects.source);
    part.apply(recorded)?;
    projects.all.insert(project.to_owned(), part);
    Ok(())
}

/// A stored date.
fn date(field: &str, text: &str) -> Result<Date, Malformed> {
    text.parse().map_err(|_| Malformed(format!("{field}: `{text}` is no date")))
}

/// The id of a matter.
fn matter_id(field: &str, text: &str) -> Result<MatterId, Malformed> {
    text.parse().map_err(|_| Malformed(format!("{field}: `{text}` is no matter's id")))
}

/// A part of a message that is never left out.
fn required<'a, T>(field: &str, part: &'a Option<T>) -> Result<&'a T, Malformed> {
    part.as_ref().ok_or_else(|| Malformed(format!("{field}: is missing")))
}

/// An event of a kind that this build does not know.
fn unknown_kind() -> Malformed {
    Malformed("kind: is unknown to this build".to_owned())
}
