//! What must come first must be able to come first.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalogue::draft::{Claimed, Draft, Seeds};
use crate::catalogue::item::Item;
use crate::seed::Fault;

/// Who waits for whom, over all editions.
pub(super) type Waits<'s> = BTreeMap<&'s str, BTreeSet<&'s str>>;

pub(super) fn waits(seeds: &Seeds) -> Waits<'_> {
    let mut waits = Waits::new();
    for item in &seeds.items {
        let before = waits.entry(item.value.code.as_str()).or_default();
        before.extend(item.value.prerequisites.iter().flat_map(|p| &p.any_of).map(String::as_str));
    }
    waits
}

pub(super) fn check(seeds: &Seeds, faults: &mut Vec<Fault>) {
    for item in &seeds.items {
        own(item, faults);
    }
    let waits = waits(seeds);
    let mut told = BTreeSet::new();
    for start in waits.keys() {
        let Some(cycle) = cycle_through(&waits, start) else { continue };
        let mut members = cycle.clone();
        members.sort_unstable();
        members.dedup();
        // A cycle of one is told as what it is: an item that waits for itself.
        if members.len() < 2 || !told.insert(members) {
            continue;
        }
        let next = cycle.get(1).copied().unwrap_or(start);
        if let Some(item) = seeds.items.iter().find(|item| item.value.code == *start) {
            let line = item.line_where(|what| is_prerequisite(what, next));
            faults.push(
                item.fault_at(line, format!("prerequisites in a circle: {}", cycle.join(" → "))),
            );
        }
    }
}

fn is_prerequisite(what: &Claimed, code: &str) -> bool {
    matches!(what, Claimed::Item("prerequisites", named) if named == code)
}

fn own(item: &Draft<Item>, faults: &mut Vec<Fault>) {
    let code = &item.value.code;
    for claim in &item.claims {
        if let Claimed::Item("prerequisites" | "sub_items", named) = &claim.what
            && named == code
            && !code.is_empty()
        {
            faults.push(item.fault_at(claim.line, format!("{code} names itself")));
        }
    }
    for prerequisite in &item.value.prerequisites {
        let mut seen = BTreeSet::new();
        if let Some(again) = prerequisite.any_of.iter().find(|code| !seen.insert(*code)) {
            let line = item.line_where(|what| is_prerequisite(what, again));
            faults.push(item.fault_at(line, format!("`any:` names {again} twice")));
        }
    }
}

/// The shortest way from an item back to itself, found breadth first, both ends included.
fn cycle_through<'s>(waits: &Waits<'s>, start: &'s str) -> Option<Vec<&'s str>> {
    let mut ways: Vec<Vec<&str>> = vec![vec![start]];
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    let mut next = 0;
    while let Some(way) = ways.get(next).cloned() {
        next += 1;
        for before in way.last().and_then(|last| waits.get(last)).into_iter().flatten() {
            let mut longer = way.clone();
            longer.push(before);
            if *before == start {
                return Some(longer);
            }
            if seen.insert(before) {
                ways.push(longer);
            }
        }
    }
    None
}

/// Whether an item waits, directly or not, for one of these.
pub(super) fn waits_for(waits: &Waits<'_>, code: &str, targets: &[String]) -> bool {
    let mut open = vec![code];
    let mut seen = BTreeSet::new();
    while let Some(code) = open.pop() {
        if targets.iter().any(|target| target == code) {
            return true;
        }
        if seen.insert(code) {
            open.extend(waits.get(code).into_iter().flatten().copied());
        }
    }
    false
}
