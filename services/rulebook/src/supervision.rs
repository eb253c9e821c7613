//! Electronic supervision as rows of law: who supervises the agencies, and the limits of supervision itself.

use crate::aftercare::{LimitRow, limit, mark};
use crate::catalogue::Mark;
use crate::negative_list::fields::{Reading, Table};
use crate::seed::{Fault, SeedFile};

const FOLDER: &str = "supervision/";

/// The keys that `[[limit]]` tables must have, each once.
pub const LIMITS: [&str; 2] = ["card_contest", "secretary_vacancy"];

/// An agency that decides on the cards of the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Supervisor {
    /// Code of the agency.
    pub agency: String,
    /// The document and article.
    pub citation: String,
    /// How sure the row is.
    pub mark: Mark,
}

/// Every row of `seeds/supervision/*.toml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SupervisionRules {
    supervisors: Vec<Supervisor>,
    /// Time to contest a card, from the day on which it was raised.
    pub card_contest: LimitRow,
    /// How long a key project may be without a service secretary.
    pub secretary_vacancy: LimitRow,
}

impl SupervisionRules {
    /// Reads the files below `supervision/`; other files are left to others.
    ///
    /// # Errors
    /// Everything wrong with them, by path and line; no supervisor and a missing limit are faults too.
    pub fn parse(files: &[SeedFile]) -> Result<Self, Vec<Fault>> {
        let (mut supervisors, mut limits) = (Vec::new(), Vec::<LimitRow>::new());
        let mut faults = Vec::new();
        let ours = |file: &&SeedFile| file.path.starts_with(FOLDER) && file.path.ends_with(".toml");
        for file in files.iter().filter(ours) {
            let (mut reading, mut root) = Reading::new(file);
            if root.has("supervisor") {
                let tables = root.tables(&mut reading, "supervisor", "a supervisor");
                supervisors
                    .extend(tables.into_iter().filter_map(|row| supervisor(&mut reading, row)));
            }
            if root.has("limit") {
                for table in root.tables(&mut reading, "limit", "a limit") {
                    let at = table.at;
                    let Some(row) = limit_row(&mut reading, table) else { continue };
                    let twice = limits.iter().any(|earlier| earlier.key == row.key);
                    if twice || !LIMITS.contains(&row.key.as_str()) {
                        reading.fault(
                            at,
                            format!("the limit {:?} is unknown or there twice", row.key),
                        );
                    }
                    limits.push(row);
                }
            }
            root.done(&mut reading);
            faults.extend(reading.into_faults());
        }
        let missing = |what: String| Fault { path: FOLDER.to_owned(), line: 1, message: what };
        if faults.is_empty() && supervisors.is_empty() {
            faults.push(missing("there is no supervisor".to_owned()));
        }
        let [card_contest, secretary_vacancy] = LIMITS.map(|key| {
            let row = limits.iter().find(|row| row.key == key).cloned();
            if row.is_none() && faults.is_empty() {
                faults.push(missing(format!("there is no limit {key:?}")));
            }
            row
        });
        faults.sort();
        match (card_contest, secretary_vacancy) {
            (Some(card_contest), Some(secretary_vacancy)) if faults.is_empty() => {
                Ok(Self { supervisors, card_contest, secretary_vacancy })
            }
            _ => Err(faults),
        }
    }

    /// The agencies that decide on cards.
    pub fn supervisors(&self) -> impl Iterator<Item = &str> {
        self.supervisors.iter().map(|row| row.agency.as_str())
    }
}

fn supervisor(reading: &mut Reading, mut table: Table) -> Option<Supervisor> {
    let agency = table.text(reading, "agency");
    let citation = table.text(reading, "citation");
    let mark = mark(reading, &mut table);
    table.done(reading);
    Some(Supervisor { agency: agency?.value, citation: citation?.value, mark: mark? })
}

fn limit_row(reading: &mut Reading, mut table: Table) -> Option<LimitRow> {
    let key = table.text(reading, "key");
    let limit = limit(reading, &mut table, "limit");
    let (zh, citation) = (table.text(reading, "zh"), table.text(reading, "citation"));
    let mark = mark(reading, &mut table);
    table.done(reading);
    Some(LimitRow {
        key: key?.value,
        limit: limit?,
        zh: zh?.value,
        citation: citation?.value,
        mark: mark?,
    })
}
