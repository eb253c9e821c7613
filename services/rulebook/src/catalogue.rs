//! The catalogue of items (事项), agencies, forms and gates, read from `seeds/`.
//!
//! A case pins the edition it was opened under ([`Catalogue::item_edition`]); everything else
//! asks for the edition in force on a day. Loading reports every fault at once.

mod agency;
mod endangers;
mod facts;
mod form;
mod gate;
mod item;
mod limit;
mod order;
mod words;

mod check;
mod draft;
mod load;
mod read_condition;
mod read_endangers;
mod read_item;
mod read_parts;
mod read_rest;
mod sheet;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::matter::Party;
use crate::seed::{Fault, SeedFile};

pub use agency::{Agency, District, Zone};
pub use endangers::{EndangeredRow, Endangers, EndedRow, PROJECT_FACTS};
pub use facts::{Applies, Condition, FactRule, FactType, Facts, Question, Value};
pub use form::Form;
pub use gate::{Demand, Gate};
pub use item::{
    CommitmentTerms, Eligible, Exclusion, InForce, Item, Material, OpinionRow, Output,
    Prerequisite, Source, ToleranceTerms,
};
pub use limit::{
    CorrectionRule, Duty, DutyWithin, ExtensionRule, LimitCase, RuledLimit, Silence, SilenceRule,
};
pub use words::{Citation, Kind, Mark, Phase, Stage, Text};

/// Everything the seeds say about items and who decides them.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    /// Editions of each code, oldest first.
    items: BTreeMap<String, Vec<Item>>,
    agencies: BTreeMap<String, Agency>,
    districts: BTreeMap<String, District>,
    zones: BTreeMap<String, Zone>,
    facts: BTreeMap<String, FactRule>,
    forms: BTreeMap<String, Form>,
    gates: BTreeMap<String, Gate>,
    endangers: Endangers,
}

impl Catalogue {
    /// Reads everything below `catalogue/`, `agencies/` and `forms/`; other files are ignored.
    ///
    /// # Errors
    /// Every fault of every file, in the order of file and line.
    pub fn parse(files: &[SeedFile]) -> Result<Self, Vec<Fault>> {
        load::load(files)
    }

    /// The edition of an item in force on a day.
    pub fn item(&self, code: &str, on: Date) -> Option<&Item> {
        self.items.get(code)?.iter().find(|item| item.effective.covers(on))
    }

    /// The agency that names the service secretary of a key project, and whose work the secretary does: that of
    /// the item by which a key project is recognised (大政发〔2020〕24号 (十六)).
    pub fn secretary_office(&self, on: Date) -> Party {
        self.item("S1-04", on).map_or(Party::Nobody, |item| Party::Agency(item.agency.clone()))
    }

    /// One edition of an item by name.
    pub fn item_edition(&self, code: &str, edition: &str) -> Option<&Item> {
        self.items.get(code)?.iter().find(|item| item.edition == edition)
    }

    /// Every item in force on a day, by code.
    pub fn items(&self, on: Date) -> impl Iterator<Item = &Item> {
        self.items.values().flatten().filter(move |item| item.effective.covers(on))
    }

    /// Every edition of one item, oldest first.
    pub fn editions(&self, code: &str) -> &[Item] {
        self.items.get(code).map_or(&[], Vec::as_slice)
    }

    /// Every code that ever was in the catalogue, in order.
    pub fn codes(&self) -> impl Iterator<Item = &str> {
        self.items.keys().map(String::as_str)
    }

    /// An agency.
    pub fn agency(&self, code: &str) -> Option<&Agency> {
        self.agencies.get(code)
    }

    /// Every agency, by code.
    pub fn agencies(&self) -> impl Iterator<Item = &Agency> {
        self.agencies.values()
    }

    /// A county-level division by its six digits.
    pub fn district(&self, code: &str) -> Option<&District> {
        self.districts.get(code)
    }

    /// Every county-level division, by code.
    pub fn districts(&self) -> impl Iterator<Item = &District> {
        self.districts.values()
    }

    /// A functional zone.
    pub fn zone(&self, code: &str) -> Option<&Zone> {
        self.zones.get(code)
    }

    /// Every functional zone, by code.
    pub fn zones(&self) -> impl Iterator<Item = &Zone> {
        self.zones.values()
    }

    /// A fact the catalogue asks about.
    pub fn fact(&self, key: &str) -> Option<&FactRule> {
        self.facts.get(key)
    }

    /// Every fact, by key.
    pub fn facts(&self) -> impl Iterator<Item = &FactRule> {
        self.facts.values()
    }

    /// A form by its key, e.g. `P1`.
    pub fn form(&self, key: &str) -> Option<&Form> {
        self.forms.get(key)
    }

    /// Every form, by key.
    pub fn forms(&self) -> impl Iterator<Item = &Form> {
        self.forms.values()
    }

    /// A gate by its id, e.g. `G1`.
    pub fn gate(&self, id: &str) -> Option<&Gate> {
        self.gates.get(id)
    }

    /// Every gate, by id.
    pub fn gates(&self) -> impl Iterator<Item = &Gate> {
        self.gates.values()
    }

    /// Which change of a project leaves which approvals behind.
    pub fn endangers(&self) -> &Endangers {
        &self.endangers
    }
}
