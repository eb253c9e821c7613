//! The approval roadmap: project facts in, an ordered list of matters out, or the questions that are
//! still open. It never guesses, and the same facts give the same list.

use crate::catalogue::{Applies, Catalogue, FactRule, Facts, Item, RuledLimit, Stage, Value};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// What a project must go through, as its facts say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Roadmap<'a> {
    /// The matters, each after everything it rests on.
    pub steps: Vec<Step>,
    /// What must be known before the list is complete, by key.
    pub questions: Vec<&'a FactRule>,
}

/// One matter of the roadmap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The item as it reads for this project.
    pub item: Item,
    /// What must be granted first: one code out of each group. Items that do not concern the project
    /// are left out, and so are groups of which none does.
    pub after: Vec<Vec<String>>,
}

impl Step {
    /// The committed limit on the project's track; `None` where nothing is promised.
    #[must_use]
    pub fn committed(&self, facts: &Facts) -> Option<&RuledLimit> {
        committed(&self.item, is_plan_attached(facts))
    }

    /// Whether everything that it rests on is in force.
    #[must_use]
    pub fn is_open(&self, in_force: &BTreeSet<String>) -> bool {
        self.after.iter().all(|group| group.iter().any(|code| in_force.contains(code)))
    }
}

/// The committed limit of an item on a track.
#[must_use]
pub fn committed(item: &Item, plan_attached: bool) -> Option<&RuledLimit> {
    item.committed_plan_attached.as_ref().filter(|_| plan_attached).or(item.committed.as_ref())
}

/// The fact that says so, see [`is_plan_attached`].
pub const PLAN_ATTACHED: &str = "plan_attached";

/// Whether the land was transferred with an approved plan (带方案出让).
#[must_use]
pub fn is_plan_attached(facts: &Facts) -> bool {
    facts.get(PLAN_ATTACHED) == Some(&Value::Flag(true))
}

/// Derives the roadmap of some stages from the catalogue in force on a day.
#[must_use]
pub fn derive<'a>(
    catalogue: &'a Catalogue,
    facts: &Facts,
    stages: &[Stage],
    on: Date,
) -> Roadmap<'a> {
    let mut missing = BTreeSet::new();
    let mut concerned = BTreeMap::new();
    for item in catalogue.items(on).filter(|item| stages.contains(&item.stage)) {
        match item.applies(facts) {
            Applies::Yes => {
                concerned.insert(item.code.clone(), item.for_project(facts));
            }
            Applies::No => {}
            Applies::Missing(keys) => missing.extend(keys),
        }
    }
    let questions = missing.iter().filter_map(|key| catalogue.fact(key)).collect();
    let steps = concerned
        .values()
        .map(|item| Step { item: item.clone(), after: needs(catalogue, item, facts, on) })
        .collect();
    Roadmap { steps: in_order(steps), questions }
}

/// What must be granted before an item of a project: one code out of each group.
#[must_use]
pub fn needs(catalogue: &Catalogue, item: &Item, facts: &Facts, on: Date) -> Vec<Vec<String>> {
    let concerns = |code: &String| {
        catalogue.item(code, on).is_some_and(|prior| prior.applies(facts) != Applies::No)
    };
    item.prerequisites
        .iter()
        .map(|prerequisite| {
            prerequisite.any_of.iter().filter(|code| concerns(code)).cloned().collect()
        })
        .filter(|group: &Vec<String>| !group.is_empty())
        .collect()
}

/// Phase by phase and code by code, but nothing before what it rests on.
fn in_order(mut waiting: Vec<Step>) -> Vec<Step> {
    waiting.sort_by(|a, b| rank(a).cmp(&rank(b)));
    let mut ordered = Vec::with_capacity(waiting.len());
    while !waiting.is_empty() {
        let is_waiting = |code: &String| waiting.iter().any(|step| step.item.code == *code);
        let ready = waiting
            .iter()
            .position(|step| step.after.iter().all(|group| !group.iter().any(is_waiting)));
        // The catalogue has no cycle, so something is always ready.
        ordered.push(waiting.remove(ready.unwrap_or(0)));
    }
    ordered
}

fn rank(step: &Step) -> (Stage, Option<crate::catalogue::Phase>, &str) {
    (step.item.stage, step.item.national_phase, &step.item.code)
}

#[cfg(test)]
mod tests;
