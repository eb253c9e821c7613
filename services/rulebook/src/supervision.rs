//! Electronic supervision as rows of law: who supervises the agencies, the limits of supervision itself, and how
//! grave it is to miss a limit that is not a matter's.

use crate::aftercare::{LimitRow, limit, mark};
use crate::alarm::Kind;
use crate::catalogue::Mark;
use crate::negative_list::fields::{Reading, Table};
use crate::seed::{Fault, SeedFile};

#[cfg(test)]
mod tests;

const FOLDER: &str = "supervision/";

/// The keys that `[[limit]]` tables must have, each once.
pub const LIMITS: [&str; 2] = ["card_contest", "secretary_vacancy"];

/// The keys that `[[alarm]]` tables must have, each once.
pub const ALARMS: [&str; 11] = [
    "complaint",
    "construction_duty",
    "follow_up",
    "order",
    "promise",
    "publication",
    "rating",
    "report",
    "secretary_vacancy",
    "service_request",
    "visits",
];

/// How grave it is to miss a limit that is not a matter's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlarmRow {
    /// Key, one of [`ALARMS`].
    pub key: String,
    /// Yellow or red.
    pub kind: Kind,
    /// What is missed, in Chinese.
    pub zh: String,
    /// The document and article: also the rule of a last day that somebody named.
    pub citation: String,
    /// How sure the row is.
    pub mark: Mark,
}

/// The row of each key of [`ALARMS`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlarmRows {
    /// A complaint is not handled in time.
    pub complaint: AlarmRow,
    /// What the enterprise owes by law in construction is not done in time.
    pub construction_duty: AlarmRow,
    /// What a contact of the service secretary left to do is not done.
    pub follow_up: AlarmRow,
    /// A supervision order is not heeded.
    pub order: AlarmRow,
    /// A government commitment is not kept.
    pub promise: AlarmRow,
    /// The result of an inspection is not published.
    pub publication: AlarmRow,
    /// What a bad rating is about is not mended.
    pub rating: AlarmRow,
    /// An information report is missing.
    pub report: AlarmRow,
    /// A key project has no service secretary.
    pub secretary_vacancy: AlarmRow,
    /// A service request is not answered.
    pub service_request: AlarmRow,
    /// Inspectors came too often, or not together.
    pub visits: AlarmRow,
}

impl AlarmRows {
    /// `None` where a row is missing.
    fn of(rows: &[AlarmRow]) -> Option<Self> {
        let row = |key: &str| rows.iter().find(|row| row.key == key).cloned();
        Some(Self {
            complaint: row("complaint")?,
            construction_duty: row("construction_duty")?,
            follow_up: row("follow_up")?,
            order: row("order")?,
            promise: row("promise")?,
            publication: row("publication")?,
            rating: row("rating")?,
            report: row("report")?,
            secretary_vacancy: row("secretary_vacancy")?,
            service_request: row("service_request")?,
            visits: row("visits")?,
        })
    }
}

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
    /// How grave it is to miss a limit that is not a matter's.
    pub alarms: AlarmRows,
}

impl SupervisionRules {
    /// Reads the files below `supervision/`; other files are left to others.
    ///
    /// # Errors
    /// Everything wrong with them, by path and line; no supervisor, a missing limit and a missing alarm are
    /// faults too.
    pub fn parse(files: &[SeedFile]) -> Result<Self, Vec<Fault>> {
        let (mut supervisors, mut limits) = (Vec::new(), Vec::<LimitRow>::new());
        let mut alarms = Vec::<AlarmRow>::new();
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
            alarm_rows(&mut reading, &mut root, &mut alarms);
            root.done(&mut reading);
            faults.extend(reading.into_faults());
        }
        let missing = |what: String| Fault { path: FOLDER.to_owned(), line: 1, message: what };
        let is_read = faults.is_empty();
        if is_read && supervisors.is_empty() {
            faults.push(missing("there is no supervisor".to_owned()));
        }
        let [card_contest, secretary_vacancy] = LIMITS.map(|key| {
            let row = limits.iter().find(|row| row.key == key).cloned();
            if row.is_none() && is_read {
                faults.push(missing(format!("there is no limit {key:?}")));
            }
            row
        });
        for key in ALARMS {
            if is_read && !alarms.iter().any(|row| row.key == key) {
                faults.push(missing(format!("there is no alarm {key:?}")));
            }
        }
        faults.sort();
        match (card_contest, secretary_vacancy, AlarmRows::of(&alarms)) {
            (Some(card_contest), Some(secretary_vacancy), Some(alarms)) if faults.is_empty() => {
                Ok(Self { supervisors, card_contest, secretary_vacancy, alarms })
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

fn alarm_rows(reading: &mut Reading, root: &mut Table, alarms: &mut Vec<AlarmRow>) {
    if !root.has("alarm") {
        return;
    }
    for table in root.tables(reading, "alarm", "an alarm") {
        let at = table.at;
        let Some(row) = alarm_row(reading, table) else { continue };
        let twice = alarms.iter().any(|earlier| earlier.key == row.key);
        if twice || !ALARMS.contains(&row.key.as_str()) {
            reading.fault(at, format!("the alarm {:?} is unknown or there twice", row.key));
        }
        alarms.push(row);
    }
}

fn alarm_row(reading: &mut Reading, mut table: Table) -> Option<AlarmRow> {
    let key = table.text(reading, "key");
    let word = table.text(reading, "kind");
    let kind = word.as_ref().and_then(|word| {
        let known = [Kind::Yellow, Kind::Red].into_iter().find(|kind| kind.code() == word.value);
        if known.is_none() {
            reading.fault(word.at, "`kind` must be yellow or red");
        }
        known
    });
    let (zh, citation) = (table.text(reading, "zh"), table.text(reading, "citation"));
    let mark = mark(reading, &mut table);
    table.done(reading);
    Some(AlarmRow {
        key: key?.value,
        kind: kind?,
        zh: zh?.value,
        citation: citation?.value,
        mark: mark?,
    })
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
