//! Information reports as rows: what each asks for, and what it costs not to report.

use jiff::civil::Date;

use super::{AftercareRules, mark};
use crate::calendar::Calendar;
use crate::catalogue::Mark;
use crate::clock::Clock;
use crate::negative_list::fields::{Reading, Table};

/// What a kind of report asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportRow {
    /// `initial`, `change` or `annual`.
    pub kind: String,
    /// Keys of its fields.
    pub fields: Vec<String>,
    /// Those of them of which an earlier report says nothing.
    pub each_time: Vec<String>,
    /// The document and article.
    pub citation: String,
    /// How sure the row is.
    pub mark: Mark,
}

/// A range of fines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FineRow {
    /// `ordinary` or `serious`.
    pub key: String,
    /// Least, in yuan.
    pub least_yuan: u32,
    /// Most, in yuan.
    pub most_yuan: u32,
    /// The document and article.
    pub citation: String,
    /// How sure the row is.
    pub mark: Mark,
}

impl FineRow {
    /// Whether an amount in fen lies in the range, its ends included.
    #[must_use]
    pub fn allows(&self, fen: u64) -> bool {
        (u64::from(self.least_yuan) * 100..=u64::from(self.most_yuan) * 100).contains(&fen)
    }
}

/// A duty to report and the days between which it is met in time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportDuty {
    /// Key: initial, change-N or annual-YEAR.
    pub key: String,
    /// Kind of report: initial, change or annual.
    pub kind: &'static str,
    /// First day on which it can be met.
    pub opens: Date,
    /// The limit that the law sets.
    pub clock: Clock,
    /// Last day of it.
    pub due: Date,
}

/// Every duty that has opened by a day, in the order of their last days. `founded` is the day of the
/// enterprise's registration; `changes` are the duties that changes opened, by key with the day of the change.
#[must_use]
pub fn report_duties<'c>(
    founded: Option<Date>,
    changes: impl IntoIterator<Item = (&'c str, Date)>,
    by: Date,
    rules: &AftercareRules,
    calendar: &Calendar,
) -> Vec<ReportDuty> {
    let mut duties = Vec::new();
    let mut owed = |key: String, kind, opens, clock: Option<Clock>| {
        let Some((clock, due)) =
            clock.and_then(|clock| Some((clock.clone(), clock.due(calendar)?)))
        else {
            return;
        };
        duties.push(ReportDuty { key, kind, opens, clock, due });
    };
    let ending = |kind, due| Some(Clock::ending(due, rules.report(kind)?.citation.as_str()));
    if let Some(founded) = founded {
        owed("initial".to_owned(), "initial", founded, ending("initial", founded));
        for year in founded.year().saturating_add(1)..=by.year() {
            let window = (Date::new(year, 1, 1), Date::new(year, 6, 30));
            let (Ok(opens), Ok(due)) = window else { continue };
            owed(format!("annual-{year}"), "annual", opens, ending("annual", due));
        }
    }
    for (key, changed_on) in changes {
        let clock = rules.limit("report_change").map(|row| row.from(changed_on));
        owed(key.to_owned(), "change", changed_on, clock);
    }
    duties.retain(|duty| duty.opens <= by);
    duties.sort_by(|a, b| (a.due, &a.key).cmp(&(b.due, &b.key)));
    duties
}

pub(super) fn report(reading: &mut Reading, mut table: Table) -> Option<ReportRow> {
    let kind = table.text(reading, "kind");
    let at = table.at;
    let mut texts =
        |key| table.texts(reading, key).into_iter().map(|text| text.value).collect::<Vec<_>>();
    let (fields, each_time) = (texts("fields"), texts("each_time"));
    if each_time.iter().any(|field| !fields.contains(field)) {
        reading.fault(at, "`each_time` names only fields of the report");
    }
    let citation = table.text(reading, "citation");
    let mark = mark(reading, &mut table);
    table.done(reading);
    Some(ReportRow { kind: kind?.value, fields, each_time, citation: citation?.value, mark: mark? })
}

pub(super) fn fine(reading: &mut Reading, mut table: Table) -> Option<FineRow> {
    let (key, at) = (table.text(reading, "key"), table.at);
    let least = table.number(reading, "least_yuan");
    let most = table.number(reading, "most_yuan");
    let citation = table.text(reading, "citation");
    let mark = mark(reading, &mut table);
    table.done(reading);
    let (least_yuan, most_yuan) = (least?.value, most?.value);
    if least_yuan > most_yuan {
        reading.fault(at, "`least_yuan` is more than `most_yuan`");
    }
    Some(FineRow { key: key?.value, least_yuan, most_yuan, citation: citation?.value, mark: mark? })
}
