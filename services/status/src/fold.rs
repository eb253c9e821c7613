//! What the status keeps of each log, by project: the facts as they came and nothing that follows from
//! them. Deadlines, holders and stages are derived when somebody asks.

mod intake;
mod matters;
mod planning;

pub(crate) use intake::{Intake, Review, Screening};
pub(crate) use matters::Matters;
pub(crate) use planning::Planning;

use desk::mandates::Sight;
use eventlog::{Malformed, Recorded};
use jiff::civil::Date;
use std::{collections::BTreeMap, ops::Bound, sync::Arc};

/// What is known of one project from one log.
pub(crate) trait Facts: Clone + Default + Send + Sync + 'static {
    /// The log, which is also the first part of its streams' names.
    const LOG: &'static str;
    /// The stored message.
    type Event: prost::Message + Default;

    /// The facts after an event. What this build cannot read is refused, never skipped: it may be what
    /// everything hangs on.
    fn evolve(&mut self, event: &Self::Event) -> Result<(), Malformed>;
}

/// The facts of one project and how far they have come.
#[derive(Debug, Clone, Default)]
pub(crate) struct Held<F> {
    /// The facts; shared with whoever reads them, so that a reader never keeps the fold waiting.
    pub(crate) facts: Arc<F>,
    /// Position of the project's last event in the log.
    pub(crate) position: u64,
}

impl<F: Facts> Held<F> {
    /// The facts after one more event of the project's stream.
    pub(crate) fn apply(&mut self, recorded: &Recorded) -> Result<(), Malformed> {
        let event: F::Event = prost::Message::decode(recorded.payload.as_slice())
            .map_err(|error| Malformed(error.to_string()))?;
        Arc::make_mut(&mut self.facts).evolve(&event)?;
        self.position = recorded.position;
        Ok(())
    }
}

/// All projects of one log.
#[derive(Debug, Default)]
pub(crate) struct Projects<F>(BTreeMap<String, Held<F>>);

impl<F: Facts> Projects<F> {
    /// What the log says of one project; nothing, if it never named it.
    pub(crate) fn get(&self, project: &str) -> Option<Held<F>> {
        self.0.get(project).cloned()
    }

    /// The first `n` projects after one that a caller sees, in the order of their ids.
    pub(crate) fn after(
        &self,
        project: &str,
        n: usize,
        sight: &Sight,
    ) -> BTreeMap<String, Held<F>> {
        let from = (Bound::Excluded(project), Bound::Unbounded);
        let seen = self.0.range::<str, _>(from).filter(|(id, _)| sight.sees(id, None));
        let page = seen.take(n);
        page.map(|(project, held)| (project.clone(), held.clone())).collect()
    }
}

/// Adds one event of the log to what is known of its project.
pub(crate) fn fold<F: Facts>(
    projects: &mut Projects<F>,
    recorded: &Recorded,
) -> Result<(), Malformed> {
    let project = recorded.stream.strip_prefix(F::LOG).and_then(|rest| rest.strip_prefix('/'));
    let project = project
        .ok_or_else(|| Malformed(format!("stream {} is of another log", recorded.stream)))?;
    if let Some(held) = projects.0.get_mut(project) {
        return held.apply(recorded);
    }
    let mut held = Held::default();
    held.apply(recorded)?;
    projects.0.insert(project.to_owned(), held);
    Ok(())
}

/// The name of a stream.
pub(crate) fn stream<F: Facts>(project: &str) -> String {
    format!("{}/{project}", F::LOG)
}

/// A stored date.
fn date(field: &str, text: &str) -> Result<Date, Malformed> {
    text.parse().map_err(|_| Malformed(format!("{field}: `{text}` is no date")))
}

/// A part of a message that is never left out.
fn required<'a, T>(field: &str, part: &'a Option<T>) -> Result<&'a T, Malformed> {
    part.as_ref().ok_or_else(|| Malformed(format!("{field}: is missing")))
}

/// An event of a kind that this build does not know.
fn unknown_kind() -> Malformed {
    Malformed("kind: is unknown to this build".to_owned())
}
