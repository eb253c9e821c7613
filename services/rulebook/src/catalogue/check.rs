//! The seeds as a whole: what one file says about another.

mod agencies;
mod editions;
mod gates;
mod materials;
mod prerequisites;

use std::collections::BTreeMap;

use super::draft::{Claim, Claimed, Draft, Need, Seeds};
use super::facts::{FactRule, FactType};
use crate::seed::Fault;

/// Every fault between files. Items get the ends of their editions on the way.
pub(super) fn check(seeds: &mut Seeds) -> Vec<Fault> {
    let mut faults = Vec::new();
    editions::check(seeds, &mut faults);
    duplicates(seeds, &mut faults);
    each_claim(seeds, &mut faults);
    agencies::check(seeds, &mut faults);
    materials::check(seeds, &mut faults);
    prerequisites::check(seeds, &mut faults);
    gates::check(seeds, &mut faults);
    faults
}

fn duplicates(seeds: &Seeds, faults: &mut Vec<Fault>) {
    twice("agency", seeds.agencies.iter().flatten(), |agency| &agency.code, faults);
    twice("district", seeds.districts.iter().flatten(), |district| &district.code, faults);
    twice("zone", seeds.zones.iter().flatten(), |zone| &zone.code, faults);
    twice("fact", seeds.facts.iter().flatten(), |fact| &fact.key, faults);
    twice("gate", seeds.gates.iter().flatten(), |gate| &gate.id, faults);
    named_twice(seeds, faults);
}

/// A pair of fact and item that two rows of one day name: nobody could say which article holds.
fn named_twice(seeds: &Seeds, faults: &mut Vec<Fault>) {
    let mut first: BTreeMap<(&str, &str, jiff::civil::Date), usize> = BTreeMap::new();
    for draft in seeds.endangers.iter().flat_map(|(rows, _)| rows) {
        let row = &draft.value;
        for (fact, item) in row.change.iter().flat_map(|f| row.items.iter().map(move |i| (f, i))) {
            let line = *first.entry((fact, item, row.from)).or_insert(draft.line);
            if line != draft.line {
                let message = format!(
                    "a change of `{fact}` endangers `{item}` twice from {}, first in line {line}",
                    row.from
                );
                faults.push(draft.fault(message));
            }
        }
    }
}

fn twice<'s, T: 's>(
    what: &str,
    drafts: impl Iterator<Item = &'s Draft<T>>,
    name: impl Fn(&T) -> &String,
    faults: &mut Vec<Fault>,
) {
    let mut first: BTreeMap<&str, &Draft<T>> = BTreeMap::new();
    for draft in drafts {
        let name = name(&draft.value).as_str();
        match first.get(name) {
            Some(earlier) if !name.is_empty() => {
                let message =
                    format!("the {what} {name} is listed twice, first in line {}", earlier.line);
                faults.push(draft.fault(message));
            }
            _ => {
                first.insert(name, draft);
            }
        }
    }
}

/// Claims that need nothing but the list of what exists.
fn each_claim(seeds: &Seeds, faults: &mut Vec<Fault>) {
    let mut all: Vec<(&str, &Claim)> = Vec::new();
    gather(&mut all, &seeds.items);
    gather(&mut all, &seeds.forms);
    gather(&mut all, seeds.gates.as_deref().unwrap_or_default());
    let endangers = seeds.endangers.as_ref().map(|(rows, _)| rows.as_slice());
    gather(&mut all, endangers.unwrap_or_default());
    gather(&mut all, seeds.zones.as_deref().unwrap_or_default());
    for (path, claim) in all {
        if let Some(message) = unfounded(seeds, &claim.what) {
            faults.push(Fault { path: path.to_owned(), line: claim.line, message });
        }
    }
}

fn gather<'s, T>(all: &mut Vec<(&'s str, &'s Claim)>, drafts: &'s [Draft<T>]) {
    for draft in drafts {
        all.extend(draft.claims.iter().map(|claim| (draft.path.as_str(), claim)));
    }
}

/// What is wrong with a claim, if it names something that does not exist.
fn unfounded(seeds: &Seeds, claim: &Claimed) -> Option<String> {
    match claim {
        Claimed::Agency(code) | Claimed::Lead(code) | Claimed::Opinion { agency: code, .. } => {
            let known = seeds.agencies.as_ref()?;
            let unknown =
                !code.is_empty() && !known.iter().any(|agency| agency.value.code == *code);
            unknown.then(|| format!("unknown agency `{code}`"))
        }
        Claimed::Item(field, code) => {
            (!seeds.knows_item(code)).then(|| format!("unknown item `{code}` in `{field}`"))
        }
        Claimed::Prior { item, .. } => {
            (!seeds.knows_item(item)).then(|| format!("unknown item `{item}` in `source`"))
        }
        Claimed::Fact { key, need } => {
            let known = seeds.facts.as_ref()?;
            if key.is_empty() {
                return None;
            }
            match known.iter().find(|fact| fact.value.key == *key) {
                Some(fact) => misused(&fact.value, need),
                None => Some(format!("unknown fact `{key}`")),
            }
        }
        Claimed::District(code) => {
            let known = seeds.districts.as_ref()?;
            let unknown =
                !code.is_empty() && !known.iter().any(|district| district.value.code == *code);
            unknown.then(|| format!("unknown district `{code}`"))
        }
        Claimed::Listed(_) | Claimed::Input(_) | Claimed::Material(_) => None,
    }
}

fn misused(fact: &FactRule, need: &Need) -> Option<String> {
    let key = &fact.key;
    match (&fact.kind, need) {
        (FactType::Flag, Need::Flag) | (FactType::Number { .. }, Need::Number) => None,
        (FactType::Word(words), Need::Words(needed)) => {
            let stray = needed.iter().find(|word| !words.contains(word))?;
            Some(format!("`{key}` is never `{stray}`, but one of {}", words.join(", ")))
        }
        (FactType::Flag, _) => {
            Some(format!("`{key}` is yes or no: write `is = true` or `is = false`"))
        }
        (FactType::Word(_), _) => Some(format!("`{key}` is a word: write `is = [...]`")),
        (FactType::Number { .. }, _) => {
            Some(format!("`{key}` is a number: write `at_least` or `below`"))
        }
    }
}
