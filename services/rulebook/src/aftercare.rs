//! What follows the launch, as rows of law: limits of complaints, reports and ratings, incentives, and
//! inspection by credit class, each with its source.

use crate::catalogue::{Catalogue, Mark};
use crate::clock::{Clock, Limit};
use crate::negative_list::fields::{Reading, Table};
use crate::seed::{Fault, SeedFile};

mod complaint;
mod draw;
mod incentive;
mod inspection;
mod office;
mod promise;
mod report;
mod request;

#[cfg(test)]
mod tests;

pub use complaint::{ComplaintDays, ComplaintLimit, ComplaintNext};
pub use draw::{ALGORITHM, Candidate, Lot, draw};
pub use incentive::{Asked, Condition, Ground, Held, IncentiveRow, Known, Wanted, Window};
pub use inspection::{CoverageRow, CreditClass, InspectionGround, InspectionResult};
pub use office::{OFFICES, OfficeRow};
pub use promise::PromiseStanding;
pub use report::{FineRow, ReportDuty, ReportRow, report_duties};
pub use request::RequestRow;

const FOLDER: &str = "aftercare/";

/// The keys that `[[limit]]` tables must have, each once.
pub const LIMITS: [&str; 12] = [
    "complaint_notice",
    "complaint_supplement",
    "complaint_acceptance",
    "complaint_closing",
    "complaint_extension",
    "complaint_result",
    "report_change",
    "report_notice",
    "report_order",
    "rating_mending",
    "inspection_publication",
    "inspection_merging",
];

/// A limit with its source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LimitRow {
    /// Key, one of [`LIMITS`].
    pub key: String,
    /// How long.
    pub limit: Limit,
    /// What is to be done in it, in Chinese.
    pub zh: String,
    /// The document and article.
    pub citation: String,
    /// How sure the row is.
    pub mark: Mark,
}

impl LimitRow {
    /// The limit as a clock that starts on a day.
    #[must_use]
    pub fn from(&self, start: jiff::civil::Date) -> Clock {
        Clock::new(start, self.limit, self.citation.as_str())
    }
}

/// Every row of `seeds/aftercare/*.toml`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AftercareRules {
    limits: Vec<LimitRow>,
    reports: Vec<ReportRow>,
    fines: Vec<FineRow>,
    requests: Vec<RequestRow>,
    offices: Vec<OfficeRow>,
    incentives: Vec<IncentiveRow>,
    classes: Vec<CreditClass>,
    grounds: Vec<InspectionGround>,
    results: Vec<InspectionResult>,
    coverage: Vec<CoverageRow>,
    /// Agencies and items that rows name, each with the fault that it is if the catalogue has none such.
    mentions: Vec<(Mention, Fault)>,
}

/// What a row names of the catalogue, by its code.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Mention {
    Agency(String),
    Item(String),
}

impl AftercareRules {
    /// Reads the files below `aftercare/`; other files are left to others.
    ///
    /// # Errors
    /// Everything wrong with them, by path and line; a limit that is missing is a fault too.
    pub fn parse(files: &[SeedFile]) -> Result<Self, Vec<Fault>> {
        let mut rules = Self::default();
        let mut faults = Vec::new();
        let ours = |file: &&SeedFile| file.path.starts_with(FOLDER) && file.path.ends_with(".toml");
        for file in files.iter().filter(ours) {
            let (mut reading, mut root) = Reading::new(file);
            if root.has("limit") {
                for table in root.tables(&mut reading, "limit", "a limit") {
                    rules.limit_row(&mut reading, table);
                }
            }
            if root.has("report") {
                let tables = root.tables(&mut reading, "report", "a report");
                let rows = tables.into_iter().filter_map(|row| report::report(&mut reading, row));
                rules.reports.extend(rows);
            }
            if root.has("fine") {
                let tables = root.tables(&mut reading, "fine", "a fine");
                let rows = tables.into_iter().filter_map(|row| report::fine(&mut reading, row));
                rules.fines.extend(rows);
            }
            if root.has("request") {
                for table in root.tables(&mut reading, "request", "a request") {
                    rules.request_row(&mut reading, table);
                }
            }
            rules.incentive_rows(&mut reading, &mut root);
            rules.inspection_rows(&mut reading, &mut root);
            if root.has("office") {
                for table in root.tables(&mut reading, "office", "an office") {
                    rules.office_row(&mut reading, table);
                }
            }
            root.done(&mut reading);
            faults.extend(reading.into_faults());
        }
        for key in LIMITS {
            if faults.is_empty() && rules.limit(key).is_none() {
                let message = format!("there is no limit {key:?}");
                faults.push(Fault { path: FOLDER.to_owned(), line: 1, message });
            }
        }
        for kind in ["initial", "change", "annual"] {
            if faults.is_empty() && rules.report(kind).is_none() {
                let message = format!("there is no report {kind:?}");
                faults.push(Fault { path: FOLDER.to_owned(), line: 1, message });
            }
        }
        for key in OFFICES {
            if faults.is_empty() && rules.office(key).is_empty() {
                let message = format!("there is no office {key:?}");
                faults.push(Fault { path: FOLDER.to_owned(), line: 1, message });
            }
        }
        faults.sort();
        if faults.is_empty() { Ok(rules) } else { Err(faults) }
    }

    /// Faults of rows that name what the catalogue does not have.
    pub(crate) fn strangers(&self, catalogue: &Catalogue) -> Vec<Fault> {
        let unknown = |(mention, _): &&(Mention, Fault)| match mention {
            Mention::Agency(code) => catalogue.agency(code).is_none(),
            Mention::Item(code) => catalogue.editions(code).is_empty(),
        };
        self.mentions.iter().filter(unknown).map(|(_, fault)| fault.clone()).collect()
    }

    /// The row of a limit; always there for the keys of [`LIMITS`].
    #[must_use]
    pub fn limit(&self, key: &str) -> Option<&LimitRow> {
        self.limits.iter().find(|row| row.key == key)
    }

    /// The row of a kind of report; always there for initial, change and annual.
    #[must_use]
    pub fn report(&self, kind: &str) -> Option<&ReportRow> {
        self.reports.iter().find(|row| row.kind == kind)
    }

    /// A range of fines.
    #[must_use]
    pub fn fine(&self, key: &str) -> Option<&FineRow> {
        self.fines.iter().find(|row| row.key == key)
    }

    /// The agencies of an office; never none for the keys of [`OFFICES`].
    #[must_use]
    pub fn office(&self, key: &str) -> &[String] {
        let row = self.offices.iter().find(|row| row.key == key);
        row.map_or(&[], |row| row.agencies.as_slice())
    }

    fn office_row(&mut self, reading: &mut Reading, table: Table) {
        let at = table.at;
        let Some(row) = office::office(reading, table) else { return };
        if !OFFICES.contains(&row.key.as_str()) || !self.office(&row.key).is_empty() {
            reading.fault(at, format!("the office {:?} is unknown or there twice", row.key));
        }
        self.offices.push(row);
    }

    /// A type of service request.
    #[must_use]
    pub fn request(&self, key: &str) -> Option<&RequestRow> {
        self.requests.iter().find(|row| row.key == key)
    }

    /// Every type of service request, in the order of the file.
    #[must_use]
    pub fn requests(&self) -> &[RequestRow] {
        &self.requests
    }

    fn request_row(&mut self, reading: &mut Reading, table: Table) {
        let at = table.at;
        let Some(row) = request::request(reading, table) else { return };
        if self.request(&row.key).is_some() {
            reading.fault(at, format!("the request {:?} is there twice", row.key));
        }
        self.requests.push(row);
    }

    fn limit_row(&mut self, reading: &mut Reading, mut table: Table) {
        let (key, at) = (table.text(reading, "key"), table.at);
        let limit = limit(reading, &mut table, "limit");
        let zh = table.text(reading, "zh");
        let citation = table.text(reading, "citation");
        let mark = mark(reading, &mut table);
        table.done(reading);
        let row = (|| {
            Some(LimitRow {
                key: key?.value,
                limit: limit?,
                zh: zh?.value,
                citation: citation?.value,
                mark: mark?,
            })
        })();
        let Some(row) = row else { return };
        if !LIMITS.contains(&row.key.as_str()) || self.limit(&row.key).is_some() {
            reading.fault(at, format!("the limit {:?} is unknown or there twice", row.key));
        }
        self.limits.push(row);
    }
}

pub(crate) fn limit(reading: &mut Reading, table: &mut Table, key: &str) -> Option<Limit> {
    let text = table.text(reading, key)?;
    let limit: Option<Limit> = text.value.parse().ok();
    if limit.is_none() {
        reading.fault(text.at, format!("`{key}` must be a limit, such as \"20wd\""));
    }
    limit
}

pub(crate) fn mark(reading: &mut Reading, table: &mut Table) -> Option<Mark> {
    let word = table.text(reading, "mark")?;
    let known = Mark::WORDS.iter().find(|(name, _)| *name == word.value);
    if known.is_none() {
        reading.fault(word.at, "`mark` must be verified, memory, assumption or seed");
    }
    known.map(|(_, mark)| *mark)
}
