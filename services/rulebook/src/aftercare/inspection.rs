//! Inspections 双随机、一公开 as rows: ratio and ceiling by credit class, grounds, results, and sectors that are
//! never drawn.

use super::{AftercareRules, mark};
use crate::catalogue::Mark;
use crate::negative_list::fields::{At, Reading, Table};

/// How often projects of a credit class are inspected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreditClass {
    /// A to D.
    pub class: String,
    /// How many of a hundred are drawn.
    pub percent: u32,
    /// Most drawn visits in a calendar year; `None` where there is no ceiling.
    pub most: Option<u32>,
    /// The document and article.
    pub citation: String,
    /// How sure the row is.
    pub mark: Mark,
}

/// Why somebody inspects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InspectionGround {
    /// e.g. `draw` or `complaint`.
    pub key: String,
    /// Chinese.
    pub zh: String,
    /// Whether such visits are drawn; only those count against a ceiling.
    pub random: bool,
    /// The document and article.
    pub citation: String,
    /// How sure the row is.
    pub mark: Mark,
}

/// What comes of a visit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InspectionResult {
    /// e.g. `compliant` or `exempt_minor`.
    pub key: String,
    /// Chinese.
    pub zh: String,
    /// Article on which it rests; empty where it needs none.
    pub article: String,
    /// The document and article.
    pub citation: String,
    /// How sure the row is.
    pub mark: Mark,
}

/// Sectors of public safety, of which all are inspected and none is drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoverageRow {
    /// Beginnings of GB/T 4754-2017 codes.
    pub industry: Vec<String>,
    /// The document and article.
    pub citation: String,
    /// How sure the row is.
    pub mark: Mark,
}

impl AftercareRules {
    /// The row of a credit class.
    #[must_use]
    pub fn credit_class(&self, class: &str) -> Option<&CreditClass> {
        self.classes.iter().find(|row| row.class == class)
    }

    /// Every credit class.
    #[must_use]
    pub fn credit_classes(&self) -> &[CreditClass] {
        &self.classes
    }

    /// The row of a ground.
    #[must_use]
    pub fn inspection_ground(&self, key: &str) -> Option<&InspectionGround> {
        self.grounds.iter().find(|row| row.key == key)
    }

    /// Every ground.
    #[must_use]
    pub fn inspection_grounds(&self) -> &[InspectionGround] {
        &self.grounds
    }

    /// The row of a result.
    #[must_use]
    pub fn inspection_result(&self, key: &str) -> Option<&InspectionResult> {
        self.results.iter().find(|row| row.key == key)
    }

    /// Every result.
    #[must_use]
    pub fn inspection_results(&self) -> &[InspectionResult] {
        &self.results
    }

    /// The row by which projects of an industry are all inspected; `None` where they may be drawn.
    #[must_use]
    pub fn full_coverage(&self, industry: &str) -> Option<&CoverageRow> {
        let covers =
            |row: &&CoverageRow| row.industry.iter().any(|code| industry.starts_with(code));
        self.coverage.iter().find(covers)
    }

    pub(super) fn inspection_rows(&mut self, reading: &mut Reading, root: &mut Table) {
        for table in root.tables(reading, "inspection_class", "a credit class") {
            let at = table.at;
            let Some(row) = class(reading, table) else { continue };
            if row.percent > 100 {
                reading.fault(at, "`percent` is at most 100");
            }
            once(reading, at, self.credit_class(&row.class).is_some(), &row.class);
            self.classes.push(row);
        }
        for table in root.tables(reading, "inspection_ground", "a ground") {
            let at = table.at;
            let Some(row) = ground(reading, table) else { continue };
            once(reading, at, self.inspection_ground(&row.key).is_some(), &row.key);
            self.grounds.push(row);
        }
        for table in root.tables(reading, "inspection_result", "a result") {
            let at = table.at;
            let Some(row) = result(reading, table) else { continue };
            once(reading, at, self.inspection_result(&row.key).is_some(), &row.key);
            self.results.push(row);
        }
        for table in root.tables(reading, "full_coverage", "a full coverage") {
            self.coverage.extend(coverage(reading, table));
        }
    }
}

fn once(reading: &mut Reading, at: usize, twice: bool, key: &str) {
    if twice {
        reading.fault(at, format!("{key:?} is there twice"));
    }
}

fn class(reading: &mut Reading, mut table: Table) -> Option<CreditClass> {
    let class = table.text(reading, "class");
    let percent = table.number(reading, "percent");
    let most = if table.has("most") { table.number(reading, "most") } else { None };
    let citation = table.text(reading, "citation");
    let mark = mark(reading, &mut table);
    table.done(reading);
    Some(CreditClass {
        class: class?.value,
        percent: percent?.value,
        most: most.map(|most| most.value),
        citation: citation?.value,
        mark: mark?,
    })
}

fn ground(reading: &mut Reading, mut table: Table) -> Option<InspectionGround> {
    let key = table.text(reading, "key");
    let zh = table.text(reading, "zh");
    let random = table.flag(reading, "random");
    let citation = table.text(reading, "citation");
    let mark = mark(reading, &mut table);
    table.done(reading);
    Some(InspectionGround {
        key: key?.value,
        zh: zh?.value,
        random: random?.value,
        citation: citation?.value,
        mark: mark?,
    })
}

fn result(reading: &mut Reading, mut table: Table) -> Option<InspectionResult> {
    let key = table.text(reading, "key");
    let zh = table.text(reading, "zh");
    let article = table.text_if(reading, "article").map(|article| article.value);
    let citation = table.text(reading, "citation");
    let mark = mark(reading, &mut table);
    table.done(reading);
    Some(InspectionResult {
        key: key?.value,
        zh: zh?.value,
        article: article.unwrap_or_default(),
        citation: citation?.value,
        mark: mark?,
    })
}

fn coverage(reading: &mut Reading, mut table: Table) -> Option<CoverageRow> {
    let at = table.at;
    let industry: Vec<At<String>> = table.texts(reading, "industry");
    if industry.is_empty() {
        reading.fault(at, "`industry` has at least one code");
    }
    let industry = industry.into_iter().map(|code| code.value).collect();
    let citation = table.text(reading, "citation");
    let mark = mark(reading, &mut table);
    table.done(reading);
    Some(CoverageRow { industry, citation: citation?.value, mark: mark? })
}
