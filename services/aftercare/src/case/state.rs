//! The state of a case. It never refuses an event and applies no rule of law.

use super::{
    event::{Event, Fact, ProjectAdmitted},
    promise::Promise,
};
use jiff::civil::Date;
use rulebook::{
    catalogue::{Catalogue, Facts},
    matter::{Matter, MatterId},
};
use std::collections::{BTreeMap, BTreeSet};

/// One project after its launch.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Case {
    /// What intake handed over; `None` before the project has its code.
    pub admitted: Option<ProjectAdmitted>,
    /// Matters of earlier stages by resource name.
    pub prior: BTreeMap<String, Prior>,
    /// Facts that the enterprise stated.
    pub stated: BTreeMap<String, String>,
    /// The matters of this stage.
    pub matters: BTreeMap<MatterId, Matter>,
    /// Government commitments, by number from 1.
    pub promises: Vec<Promise>,
}

/// A matter of an earlier stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prior {
    /// Item code.
    pub item: String,
    /// Whether its permit is in force.
    pub in_force: bool,
    /// Day since which it is, or is not.
    pub since: Date,
}

impl Case {
    /// The case after an event.
    pub(super) fn take(&mut self, event: &Event) {
        match &event.fact {
            Fact::ProjectAdmitted(admitted) => self.admitted = Some(admitted.clone()),
            Fact::PriorMatter(prior) => {
                let (item, in_force) = (prior.item.clone(), prior.in_force);
                let known = Prior { item, in_force, since: event.on };
                self.prior.insert(prior.matter.clone(), known);
            }
            Fact::Matter(id, step) => match self.matters.get_mut(id) {
                Some(matter) => matter.evolve(step),
                None => self.matters.extend(Matter::open(step).map(|matter| (id.clone(), matter))),
            },
            Fact::FactsStated(stated) => self.stated.extend(stated.facts.clone()),
            Fact::PromiseMade(made) => self.promises.push(Promise::new(made, event.on)),
            Fact::PromiseReassigned(step) => {
                numbered(&mut self.promises, step.number, |one| one.reassigned(step));
            }
            Fact::PromiseCountersigned(step) => {
                numbered(&mut self.promises, step.number, Promise::countersign);
            }
            Fact::PromiseDisputed(step) => {
                numbered(&mut self.promises, step.number, |one| one.dispute(&step.grounds));
            }
            Fact::PromisePerformed(step) => {
                numbered(&mut self.promises, step.number, |one| one.perform(step));
            }
            Fact::PromiseChanged(step) => {
                numbered(&mut self.promises, step.number, |one| one.change(step));
            }
        }
    }

    /// The facts of the catalogue: those stated, and over them those that earlier stages know.
    #[must_use]
    pub fn facts(&self, catalogue: &Catalogue) -> Facts {
        let known = self.admitted.iter().flat_map(|admitted| &admitted.facts);
        let mut facts = Facts::new();
        for (key, value) in self.stated.iter().chain(known) {
            if let Some(value) = catalogue.fact(key).and_then(|fact| fact.read(value).ok()) {
                facts.set(key.clone(), value);
            }
        }
        facts
    }

    /// Items of earlier stages of which a matter is in force.
    #[must_use]
    pub fn in_force_before(&self) -> BTreeSet<String> {
        let in_force = self.prior.values().filter(|prior| prior.in_force);
        in_force.map(|prior| prior.item.clone()).collect()
    }
}

/// Changes the entry of a number, if there is one.
fn numbered<T>(entries: &mut [T], number: u32, change: impl FnOnce(&mut T)) {
    if let Some(entry) = nth(entries.len(), number).and_then(|at| entries.get_mut(at)) {
        change(entry);
    }
}

/// The place of a number in a list.
pub(crate) fn nth(entries: usize, number: u32) -> Option<usize> {
    usize::try_from(number).ok()?.checked_sub(1).filter(|at| *at < entries)
}
