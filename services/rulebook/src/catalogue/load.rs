//! From files to a catalogue, or to everything that is wrong with them.

use std::collections::BTreeMap;

use super::Catalogue;
use super::check::check;
use super::draft::{Draft, Procedures, Seeds, below};
use super::endangers::Endangers;
use super::sheet::{Fields, Sheet};
use super::{read_endangers, read_item, read_rest};
use crate::seed::{Fault, SeedFile};

/// The most that is read in all.
const LONGEST: usize = 5 * 1024 * 1024;

/// Files of `catalogue/` that are no items.
const NO_ITEMS: [&str; 4] = ["procedures", "facts", "gates", "endangers"];

pub(super) fn load(files: &[SeedFile]) -> Result<Catalogue, Vec<Fault>> {
    let folders = ["catalogue/", "agencies/", "forms/"];
    let ours = files.iter().filter(|file| folders.iter().any(|f| file.path.starts_with(f)));
    let length: usize = ours.map(|file| file.text.len()).sum();
    if length > LONGEST {
        let message = format!("the catalogue is {length} bytes long; at most {LONGEST} are read");
        return Err(vec![Fault { path: "catalogue/".to_owned(), line: 1, message }]);
    }
    let mut faults = Vec::new();
    let mut seeds = read(files, &mut faults);
    faults.append(&mut check(&mut seeds));
    if faults.is_empty() {
        return Ok(catalogue(seeds));
    }
    faults.sort();
    faults.dedup();
    Err(faults)
}

fn read(files: &[SeedFile], faults: &mut Vec<Fault>) -> Seeds {
    let procedures = one_file(files, "catalogue/procedures.toml", faults, read_rest::procedures);
    let mut seeds = Seeds {
        agencies: one_file(files, "agencies/agencies.toml", faults, read_rest::agencies),
        districts: one_file(files, "agencies/districts.toml", faults, read_rest::districts),
        zones: one_file(files, "agencies/zones.toml", faults, read_rest::zones),
        facts: one_file(files, "catalogue/facts.toml", faults, read_rest::facts),
        gates: one_file(files, "catalogue/gates.toml", faults, read_rest::gates),
        endangers: one_file(files, "catalogue/endangers.toml", faults, read_endangers::endangers),
        ..Seeds::default()
    };
    for (file, stem) in below(files, "agencies/") {
        if !["agencies", "districts", "zones"].contains(&stem) {
            let message = "only agencies, districts and zones are read here".to_owned();
            faults.push(Fault { path: file.path.clone(), line: 1, message });
        }
    }
    read_items(files, procedures.as_ref(), &mut seeds, faults);
    for (file, stem) in below(files, "forms/") {
        seeds.forms.extend(Sheet::read(file, faults, |fields| read_rest::form(fields, stem)));
    }
    seeds
}

fn read_items(
    files: &[SeedFile],
    procedures: Option<&Procedures>,
    seeds: &mut Seeds,
    faults: &mut Vec<Fault>,
) {
    for (file, stem) in below(files, "catalogue/").filter(|(_, stem)| !NO_ITEMS.contains(stem)) {
        let read = |fields: &Fields<'_>| read_item::item_file(fields, stem, procedures);
        let editions = Sheet::read(file, faults, read).unwrap_or_default();
        if editions.is_empty() {
            seeds.unreadable.insert(stem.to_owned());
        }
        seeds.items.extend(editions);
    }
}

/// A file that must be there; `None` if it is not or cannot be read.
fn one_file<T>(
    files: &[SeedFile],
    path: &str,
    faults: &mut Vec<Fault>,
    read: impl FnOnce(&Fields<'_>) -> T,
) -> Option<T> {
    let Some(file) = files.iter().find(|file| file.path == path) else {
        let message = "the file is missing".to_owned();
        faults.push(Fault { path: path.to_owned(), line: 1, message });
        return None;
    };
    Sheet::read(file, faults, read)
}

fn catalogue(seeds: Seeds) -> Catalogue {
    let mut items: BTreeMap<String, Vec<_>> = BTreeMap::new();
    for draft in seeds.items {
        items.entry(draft.value.code.clone()).or_default().push(draft.value);
    }
    let (rows, ended) = seeds.endangers.unwrap_or_default();
    let rows = rows.into_iter().map(|draft| draft.value).collect();
    Catalogue {
        endangers: Endangers { rows, ended },
        items,
        agencies: by_name(seeds.agencies, |agency| agency.code.clone()),
        districts: by_name(seeds.districts, |district| district.code.clone()),
        zones: by_name(seeds.zones, |zone| zone.code.clone()),
        facts: by_name(seeds.facts, |fact| fact.key.clone()),
        forms: by_name(Some(seeds.forms), |form| form.key.clone()),
        gates: by_name(seeds.gates, |gate| gate.id.clone()),
    }
}

fn by_name<T>(drafts: Option<Vec<Draft<T>>>, name: impl Fn(&T) -> String) -> BTreeMap<String, T> {
    drafts.into_iter().flatten().map(|draft| (name(&draft.value), draft.value)).collect()
}
