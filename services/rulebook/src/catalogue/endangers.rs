//! Which change of a project leaves which approvals behind.

use jiff::civil::Date;

use super::words::{Citation, Text};

/// The facts of a project that a row may name, as the enterprise states them to intake.
pub const PROJECT_FACTS: [&str; 7] =
    ["name", "enterprise", "investors", "site", "activity", "total_investment", "scope"];

/// A change of any of these facts endangers the approvals of any of these items.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndangeredRow {
    /// Names of facts, of [`PROJECT_FACTS`].
    pub change: Vec<String>,
    /// Item codes.
    pub items: Vec<String>,
    /// First day of the rule.
    pub from: Date,
    /// What the enterprise must do.
    pub remedy: Text,
    /// Why.
    pub legal_basis: Vec<Citation>,
}

/// What becomes of approvals whose ground was withdrawn or revoked: they are to be reviewed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EndedRow {
    /// What the enterprise must do.
    pub remedy: Text,
    /// Why.
    pub legal_basis: Vec<Citation>,
}

/// Every rule about approvals that are endangered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Endangers {
    pub(super) rows: Vec<EndangeredRow>,
    pub(super) ended: EndedRow,
}

impl Endangers {
    /// What a change of a fact on a day endangers, row by row.
    pub fn by_change(&self, fact: &str, on: Date) -> impl Iterator<Item = &EndangeredRow> {
        let fact = fact.to_owned();
        let fits = move |row: &&EndangeredRow| row.from <= on && row.change.contains(&fact);
        self.rows.iter().filter(fits)
    }

    /// The rule for what rests on an approval that ended.
    #[must_use]
    pub fn by_ended(&self) -> &EndedRow {
        &self.ended
    }
}
