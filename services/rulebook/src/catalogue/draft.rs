//! Everything read from the seeds, with lines, before it is checked as a whole.

use std::collections::{BTreeMap, BTreeSet};

use super::agency::{Agency, District, Zone};
use super::endangers::{EndangeredRow, EndedRow};
use super::facts::FactRule;
use super::form::Form;
use super::gate::Gate;
use super::item::{CommitmentTerms, Exclusion, Item, ToleranceTerms};
use super::limit::{CorrectionRule, ExtensionRule, RuledLimit, Silence};
use super::words::Mark;
use crate::clock::{Limit, Unit};
use crate::seed::{Fault, SeedFile};

/// Something read, and where.
#[derive(Debug, Clone)]
pub(super) struct Draft<T> {
    pub path: String,
    pub line: usize,
    pub value: T,
    /// What it says about others, to be checked when all are known.
    pub claims: Vec<Claim>,
}

impl<T> Draft<T> {
    /// A fault where the draft begins.
    pub fn fault(&self, message: String) -> Fault {
        self.fault_at(self.line, message)
    }

    pub fn fault_at(&self, line: usize, message: String) -> Fault {
        Fault { path: self.path.clone(), line, message }
    }

    /// The line of the first claim that fits, or else of the draft.
    pub fn line_where(&self, fits: impl Fn(&Claimed) -> bool) -> usize {
        self.claims.iter().find(|claim| fits(&claim.what)).map_or(self.line, |claim| claim.line)
    }
}

/// Something one file says about another.
#[derive(Debug, Clone)]
pub(super) struct Claim {
    pub line: usize,
    pub what: Claimed,
}

/// What is said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Claimed {
    /// There is such an agency.
    Agency(String),
    /// It decides.
    Lead(String),
    /// It gives the opinion with this key.
    Opinion { agency: String, key: String },
    /// The item lists this material.
    Listed(String),
    /// The opinion is given on this material.
    Input(String),
    /// There is such an item, named in this field.
    Item(&'static str, String),
    /// There is such a fact, and it is of this type.
    Fact { key: String, need: Need },
    /// The material comes out of this item.
    Prior { item: String, material: String },
    /// The form carries this material.
    Material(String),
    /// There is such a division.
    District(String),
}

/// What a condition needs a fact to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Need {
    Flag,
    Words(Vec<String>),
    Number,
}

/// General rules an item names.
#[derive(Debug, Clone)]
pub(super) struct Procedure {
    pub correction: CorrectionRule,
    pub delivery: RuledLimit,
    pub extension: Option<ExtensionRule>,
    pub exclusions: Vec<Exclusion>,
}

impl Procedure {
    /// Stands in for one that could not be read.
    pub fn blank() -> Self {
        let limit = Limit { n: 1, unit: Unit::WorkingDays };
        let (citation, mark) = (String::new(), Mark::Assumption);
        Procedure {
            correction: CorrectionRule {
                limit,
                silence: Silence::NoEffect,
                citation: citation.clone(),
                mark,
            },
            delivery: RuledLimit { limit, citation, mark, extension: None, cases: Vec::new() },
            extension: None,
            exclusions: Vec::new(),
        }
    }
}

/// The general rules by name, and the terms of commitments.
#[derive(Debug, Clone, Default)]
pub(super) struct Procedures {
    pub by_name: BTreeMap<String, Procedure>,
    pub commitment: Option<CommitmentTerms>,
    pub tolerance: Option<ToleranceTerms>,
}

/// Everything read. A part is `None` if its file could not be read, so that nobody complains of
/// what it would have said.
#[derive(Debug, Default)]
pub(super) struct Seeds {
    pub items: Vec<Draft<Item>>,
    pub agencies: Option<Vec<Draft<Agency>>>,
    pub districts: Option<Vec<Draft<District>>>,
    pub zones: Option<Vec<Draft<Zone>>>,
    pub facts: Option<Vec<Draft<FactRule>>>,
    pub forms: Vec<Draft<Form>>,
    pub gates: Option<Vec<Draft<Gate>>>,
    pub endangers: Option<(Vec<Draft<EndangeredRow>>, EndedRow)>,
    /// Codes whose file is no TOML, or holds no edition.
    pub unreadable: BTreeSet<String>,
}

impl Seeds {
    /// Whether any edition of an item was read, or failed to be.
    pub fn knows_item(&self, code: &str) -> bool {
        self.unreadable.contains(code) || self.items.iter().any(|item| item.value.code == code)
    }
}

/// The files below one folder, by path.
pub(super) fn below<'f>(
    files: &'f [SeedFile],
    folder: &'f str,
) -> impl Iterator<Item = (&'f SeedFile, &'f str)> {
    files.iter().filter_map(move |file| {
        let name = file.path.strip_prefix(folder)?.strip_suffix(".toml")?;
        Some((file, name))
    })
}
