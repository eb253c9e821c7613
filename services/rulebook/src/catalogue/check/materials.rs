//! A material is the same wherever its key is the same, and comes from where it is said to.

use std::collections::BTreeMap;

use crate::catalogue::draft::{Claimed, Draft, Seeds};
use crate::catalogue::form::Form;
use crate::catalogue::item::Source;
use crate::catalogue::words::Text;
use crate::seed::Fault;

pub(super) fn check(seeds: &Seeds, faults: &mut Vec<Fault>) {
    names(seeds, faults);
    origins(seeds, faults);
    for form in &seeds.forms {
        if !form.value.items.iter().any(|code| seeds.unreadable.contains(code)) {
            form_carries(seeds, form, faults);
        }
    }
    let mut opened: BTreeMap<&str, &str> = BTreeMap::new();
    for form in &seeds.forms {
        for code in &form.value.items {
            if let Some(other) = opened.insert(code, &form.value.key) {
                let line = form.line_where(|what| matches!(what, Claimed::Item(_, c) if c == code));
                faults.push(form.fault_at(line, format!("{code} is already opened by {other}")));
            }
        }
    }
}

fn names(seeds: &Seeds, faults: &mut Vec<Fault>) {
    let mut first: BTreeMap<&str, (&str, &Text)> = BTreeMap::new();
    for item in &seeds.items {
        for material in &item.value.materials {
            let (code, name) =
                *first.entry(&material.key).or_insert((&item.value.code, &material.name));
            if *name != material.name && !material.key.is_empty() {
                let message = format!(
                    "the material `{}` is called {} / {} in {code}: one key, one name",
                    material.key, name.zh, name.en
                );
                let line = item
                    .line_where(|what| matches!(what, Claimed::Listed(k) if *k == material.key));
                faults.push(item.fault_at(line, message));
            }
        }
    }
}

/// What an opinion is given on is a material of the item; what comes out of another item is what
/// that item puts out.
fn origins(seeds: &Seeds, faults: &mut Vec<Fault>) {
    for item in &seeds.items {
        for claim in &item.claims {
            let message = match &claim.what {
                Claimed::Input(key) if item.value.material(key).is_none() => {
                    format!("`{key}` is no material of {}", item.value.code)
                }
                Claimed::Prior { item: code, material } if !puts_out(seeds, code, material) => {
                    format!("`{material}` does not come out of {code}")
                }
                _ => continue,
            };
            faults.push(item.fault_at(claim.line, message));
        }
    }
}

fn puts_out(seeds: &Seeds, code: &str, material: &str) -> bool {
    let mut editions = seeds.items.iter().filter(|item| item.value.code == code).peekable();
    editions.peek().is_none() || editions.any(|item| item.value.output.key == material)
}

/// A form carries what the enterprise hands in for its items, and everything that two of them
/// ask for, so that nothing is handed in twice.
fn form_carries(seeds: &Seeds, form: &Draft<Form>, faults: &mut Vec<Fault>) {
    let mut wanted: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for item in seeds.items.iter().filter(|item| form.value.items.contains(&item.value.code)) {
        for material in &item.value.materials {
            let items = wanted.entry(&material.key).or_default();
            let code = item.value.code.as_str();
            if material.source == Source::Applicant && !items.contains(&code) {
                items.push(code);
            }
        }
    }
    for claim in &form.claims {
        let Claimed::Material(key) = &claim.what else { continue };
        if wanted.get(key.as_str()).is_none_or(Vec::is_empty) {
            let message = format!("no item of the form asks the applicant for `{key}`");
            faults.push(form.fault_at(claim.line, message));
        }
    }
    for (key, items) in wanted {
        if items.len() > 1 && !form.value.materials.iter().any(|carried| carried == key) {
            let message = format!("`{key}` is asked for by {}: carry it once", items.join(" and "));
            faults.push(form.fault(message));
        }
    }
}
