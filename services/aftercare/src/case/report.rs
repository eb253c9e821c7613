//! Information reports (外商投资信息报告办法): duties, what was reported, and the ladder when it was not.

use super::{
    event::{ReportCorrected, ReportDutyOpened, ReportFiled},
    state::Case,
};
use jiff::civil::Date;
use rulebook::{
    aftercare::{AftercareRules, ReportDuty, ReportRow, report_duties},
    calendar::Calendar,
    clock::Clock,
};
use std::collections::BTreeMap;

/// What is recorded of information reports.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reports {
    /// Duties that changes opened, by key.
    pub changes: BTreeMap<String, ReportDutyOpened>,
    /// Reports, by number from 1.
    pub filed: Vec<Report>,
    /// The last rung of the ladder of each duty, with its day.
    pub ladder: BTreeMap<String, (Rung, Date)>,
}

/// A report with its corrections.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Key of the duty.
    pub duty: String,
    /// Every version, the original first: day, values, reason.
    pub versions: Vec<(Date, BTreeMap<String, String>, String)>,
}

/// How far the ladder has gone (art. 19, 25).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rung {
    /// A notice to report.
    Noticed,
    /// An order to correct.
    Ordered,
    /// A fine.
    Fined,
}

/// A duty to report as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duty {
    /// Key: initial, change-N or annual-YEAR.
    pub key: String,
    /// Kind of report.
    pub kind: &'static str,
    /// First day on which it can be met.
    pub opens: Date,
    /// The limit that the law sets.
    pub clock: Clock,
    /// Last day of it.
    pub due: Date,
    /// Article.
    pub citation: String,
    /// What the platform holds of its fields.
    pub held: BTreeMap<String, String>,
    /// Fields that are asked for.
    pub asked: Vec<String>,
    /// Day on which it was met.
    pub met: Option<Date>,
}

impl Reports {
    pub(super) fn file(&mut self, filed: &ReportFiled, on: Date) {
        let versions = vec![(on, filed.values.clone(), String::new())];
        self.filed.push(Report { duty: filed.duty.clone(), versions });
    }

    /// The report of a duty with its number.
    #[must_use]
    pub fn of(&self, duty: &str) -> Option<(usize, &Report)> {
        self.filed.iter().enumerate().find(|(_, report)| report.duty == duty)
    }
}

impl Report {
    pub(super) fn correct(&mut self, corrected: &ReportCorrected, on: Date) {
        let mut values = self.versions.last().map(|last| last.1.clone()).unwrap_or_default();
        values.extend(corrected.values.clone());
        self.versions.push((on, values, corrected.reason.clone()));
    }
}

/// The day since which the enterprise is registered, and the day of its initial report with intake.
fn since(case: &Case, item: &str) -> Option<Date> {
    let matters = case.prior.values().filter(|prior| prior.item == item && prior.in_force);
    matters.map(|prior| prior.since).min()
}

/// Every duty that has opened by a day, in the order of their last days.
#[must_use]
pub fn duties(case: &Case, by: Date, rules: &AftercareRules, calendar: &Calendar) -> Vec<Duty> {
    let changes = &case.reports.changes;
    let changes = changes.iter().map(|(key, opened)| (key.as_str(), opened.changed_on));
    let opened = report_duties(since(case, "S1-05"), changes, by, rules, calendar);
    opened.into_iter().filter_map(|opened| duty(case, rules, opened)).collect()
}

/// What events hold already: what intake admitted, before what the enterprise stated since, before what it
/// told in its other reports, the last of them first. Figures of one year are asked for each time.
fn known(case: &Case, row: &ReportRow, duty: &str) -> Option<BTreeMap<String, String>> {
    let admitted = case.admitted.as_ref()?;
    let mut known = BTreeMap::new();
    let mut others: Vec<_> = case.reports.filed.iter().filter(|one| one.duty != duty).collect();
    others.sort_by_key(|one| one.versions.last().map(|(on, ..)| *on));
    for (_, values, _) in others.into_iter().filter_map(|one| one.versions.last()) {
        let lasting = values.iter().filter(|(field, _)| !row.each_time.contains(field));
        known.extend(lasting.map(|(field, value)| (field.clone(), value.clone())));
    }
    known.extend(case.stated.clone());
    known.extend(admitted.facts.clone());
    Some(known)
}

fn duty(case: &Case, rules: &AftercareRules, opened: ReportDuty) -> Option<Duty> {
    let ReportDuty { key, kind, opens, clock, due } = opened;
    let row = rules.report(kind)?;
    let known = known(case, row, &key)?;
    let changed = case.reports.changes.get(&key).map_or(&[][..], |opened| &opened.changed);
    let fields: Vec<_> = row.fields.iter().chain(changed).collect();
    let held: BTreeMap<_, _> =
        known.into_iter().filter(|(field, _)| fields.contains(&field)).collect();
    let asked = row.fields.iter().filter(|field| !held.contains_key(*field)).cloned().collect();
    let reported = case.reports.of(&key).and_then(|(_, report)| report.versions.first());
    let before = if kind == "initial" { since(case, "S1-06") } else { None };
    let met = reported.map(|(on, ..)| *on).or(before);
    Some(Duty { key, kind, opens, clock, due, citation: row.citation.clone(), held, asked, met })
}
