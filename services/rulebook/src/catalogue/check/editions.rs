//! Editions of one item follow each other without overlap and without gap.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::catalogue::draft::{Draft, Seeds};
use crate::catalogue::item::Item;
use crate::seed::Fault;

pub(super) fn check(seeds: &mut Seeds, faults: &mut Vec<Fault>) {
    seeds.items.sort_by(|a, b| {
        let order = |draft: &Draft<Item>| {
            (draft.value.code.clone(), draft.path.clone(), draft.value.effective.from, draft.line)
        };
        order(a).cmp(&order(b))
    });
    duplicate_codes(seeds, faults);
    for editions in seeds.items.chunk_by_mut(|a, b| a.path == b.path) {
        names(editions, faults);
        for index in 0..editions.len() {
            let next = editions.get(index + 1).map(|next| next.value.effective.from);
            if let Some(edition) = editions.get_mut(index) {
                follow(edition, next, faults);
            }
        }
    }
}

fn duplicate_codes(seeds: &Seeds, faults: &mut Vec<Fault>) {
    let mut first: BTreeMap<&str, &str> = BTreeMap::new();
    let mut told: Vec<&str> = Vec::new();
    for draft in &seeds.items {
        let path = *first.entry(&draft.value.code).or_insert(&draft.path);
        if path != draft.path
            && !told.contains(&draft.path.as_str())
            && !draft.value.code.is_empty()
        {
            let message = format!("the item {} is already in {path}", draft.value.code);
            faults.push(Fault { path: draft.path.clone(), line: 1, message });
            told.push(&draft.path);
        }
    }
}

fn names(editions: &[Draft<Item>], faults: &mut Vec<Fault>) {
    for (index, edition) in editions.iter().enumerate() {
        let name = &edition.value.edition;
        if editions.iter().take(index).any(|earlier| earlier.value.edition == *name) {
            faults.push(edition.fault(format!("the edition `{name}` is listed twice")));
        }
    }
}

/// An edition without an end ends on the eve of the next one.
fn follow(edition: &mut Draft<Item>, next: Option<Date>, faults: &mut Vec<Fault>) {
    let (name, from) = (edition.value.edition.clone(), edition.value.effective.from);
    if let Some(until) = edition.value.effective.until
        && until < from
    {
        faults
            .push(edition.fault(format!("the edition `{name}` ends on {until}, before it begins")));
        return;
    }
    let Some(next) = next else { return };
    let Ok(eve) = next.yesterday() else { return };
    let until = *edition.value.effective.until.get_or_insert(eve);
    if from == Date::ZERO || next == Date::ZERO {
        return;
    }
    if next <= from || until > eve {
        let message = format!("the edition `{name}` overlaps the next, which begins on {next}");
        faults.push(edition.fault(message));
    } else if until < eve {
        let message = format!("no edition is in force after {until} and before {next}");
        faults.push(edition.fault(message));
    }
}
