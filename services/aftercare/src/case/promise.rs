//! A government commitment 履约践诺: what was promised, who owes it, and what became of it.

use super::event::{PromiseChanged, PromiseMade, PromisePerformed, PromiseReassigned};
use jiff::civil::Date;
pub use rulebook::aftercare::PromiseStanding as Standing;

/// A commitment as its events have left it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Promise {
    /// As it was made.
    pub made: PromiseMade,
    /// Day on which it was made.
    pub on: Date,
    /// The agencies that owed it, in order, each with its first day; the last owes it now.
    pub owners: Vec<(Date, String)>,
    /// Last day as it now stands.
    pub due: Date,
    /// Whether the enterprise has countersigned the record as it stands.
    pub countersigned: bool,
    /// Grounds of an open dispute.
    pub disputed: Option<String>,
    /// What was shown, and whether it counts.
    pub shown: Vec<(PromisePerformed, bool)>,
    /// Changes in the public interest.
    pub changes: Vec<PromiseChanged>,
}

impl Promise {
    /// A commitment just made.
    #[must_use]
    pub fn new(made: &PromiseMade, on: Date) -> Self {
        Self {
            made: made.clone(),
            on,
            owners: vec![(on, made.owner.clone())],
            due: made.due,
            countersigned: false,
            disputed: None,
            shown: Vec::new(),
            changes: Vec::new(),
        }
    }

    /// The agency that owes it now: the last of the chain.
    #[must_use]
    pub fn owner(&self) -> &str {
        self.owners.last().map_or(&self.made.owner, |(_, owner)| owner)
    }

    /// The first day of performance that counts.
    #[must_use]
    pub fn performed_on(&self) -> Option<Date> {
        let counting = self.shown.iter().filter(|(_, counts)| *counts);
        counting.map(|(shown, _)| shown.performed_on).min()
    }

    /// What became of it by the end of a day.
    #[must_use]
    pub fn standing(&self, by: Date) -> Standing {
        Standing::by(self.performed_on(), self.due, by)
    }

    pub(super) fn reassigned(&mut self, to: &PromiseReassigned, on: Date) {
        self.owners.push((on, to.to.clone()));
    }

    pub(super) fn countersign(&mut self) {
        self.countersigned = true;
        self.disputed = None;
        for (_, counts) in &mut self.shown {
            *counts = true;
        }
    }

    pub(super) fn dispute(&mut self, grounds: &str) {
        self.countersigned = false;
        self.disputed = Some(grounds.to_owned());
        for (_, counts) in &mut self.shown {
            *counts = false;
        }
    }

    pub(super) fn perform(&mut self, performed: &PromisePerformed) {
        self.countersigned = false;
        self.shown.push((performed.clone(), true));
    }

    pub(super) fn change(&mut self, changed: &PromiseChanged) {
        self.countersigned = false;
        self.due = changed.due;
        self.changes.push(changed.clone());
    }
}
