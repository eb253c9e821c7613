//! Steps of information reporting (外商投资信息报告办法 art. 9-25).

use super::{At, enterprise, entry, next, required, rule, wrong};
use crate::case::{
    event::{Fact, ReportCorrected, ReportFiled, ReportFined, ReportNoticed, ReportOrdered},
    report::{self, Duty, Rung},
};
use desk::{
    docket::Bench,
    refuse::{Refusal, Violation},
};
use jiff::civil::Date;
use std::collections::BTreeMap;

type Step = Result<Fact, Refusal>;

/// What is held is filled in and may not be demanded; what is asked for must be there.
pub(super) fn file(at: &At<'_>, mut filed: ReportFiled) -> Step {
    enterprise(at.case, at.caller)?;
    let duty = duty(at, &filed.duty)?;
    if duty.met.is_some() {
        return Err(Refusal::Exists(format!("the report of {}", duty.key)));
    }
    let mut wrong = Vec::new();
    for key in filed.values.keys() {
        let field = format!("values[{key}]");
        if duty.held.contains_key(key) {
            let why = "is held and filled in; correct it after filing if it is wrong";
            wrong.push(Violation::new(field, why));
        } else if !duty.asked.contains(key) {
            wrong.push(Violation::new(field, "is no field of this report"));
        }
    }
    let given = |key: &String| filed.values.get(key).is_some_and(|value| !value.trim().is_empty());
    let mut on_file = BTreeMap::new();
    for key in duty.asked.iter().filter(|key| !given(key)) {
        match held_material(at.bench, key, at.on) {
            Some(version) => drop(on_file.insert(key.clone(), version)),
            None => wrong.push(Violation::new(format!("values[{key}]"), "is required")),
        }
    }
    if !wrong.is_empty() {
        return Err(Refusal::Fields(wrong));
    }
    filed.values.extend(duty.held);
    filed.values.extend(on_file);
    filed.number = next(&at.case.reports.filed);
    Ok(filed.into())
}

/// The version that the dossier holds of a field that is a material: a report refers to it and does not ask
/// for it. The enterprise may bring another all the same, as for a change that the held one does not show.
pub(crate) fn held_material(bench: &Bench, key: &str, on: Date) -> Option<String> {
    let (id, version) = bench.held.holdings.held(key, on)?;
    Some(format!("projects/{}/materials/{id}/versions/{}", bench.held.project, version.number))
}

pub(super) fn correct(at: &At<'_>, step: ReportCorrected) -> Step {
    enterprise(at.case, at.caller)?;
    let report = entry(&at.case.reports.filed, step.number, "report")?;
    let (on, values) =
        report.versions.last().map_or((at.on, BTreeMap::new()), |last| (last.0, last.1.clone()));
    at.not_before(on)?;
    required(&[("reason", &step.reason)])?;
    if step.values.is_empty() {
        return Err(wrong("values", "has at least one entry"));
    }
    let strange = step.values.keys().filter(|key| !values.contains_key(*key));
    let strange: Vec<_> = strange
        .map(|key| Violation::new(format!("values[{key}]"), "is no field of this report"))
        .collect();
    if strange.is_empty() { Ok(step.into()) } else { Err(Refusal::Fields(strange)) }
}

pub(super) fn notice(at: &At<'_>, step: ReportNoticed) -> Step {
    required(&[("document", &step.document)])?;
    let duty = unmet(at, &step.duty)?;
    climb(at, &duty, None, duty.due)?;
    Ok(step.into())
}

pub(super) fn order(at: &At<'_>, step: ReportOrdered) -> Step {
    required(&[("document", &step.document)])?;
    let duty = unmet(at, &step.duty)?;
    climb(at, &duty, Some(Rung::Noticed), expires(at, &duty, "report_notice"))?;
    Ok(step.into())
}

pub(super) fn fine(at: &At<'_>, step: ReportFined) -> Step {
    required(&[("document", &step.document), ("reasons", &step.reasons)])?;
    let duty = unmet(at, &step.duty)?;
    climb(at, &duty, Some(Rung::Ordered), expires(at, &duty, "report_order"))?;
    let Some(row) = at.bench.law.aftercare.fine(&step.row) else {
        return Err(wrong("row", "is ordinary or serious"));
    };
    if !row.allows(step.amount_fen) {
        return Err(rule(
            "FINE_OUT_OF_RANGE",
            &row.citation,
            format!("the fine is {} to {} yuan", row.least_yuan, row.most_yuan),
            format!("罚款幅度为{}元至{}元", row.least_yuan, row.most_yuan),
        ));
    }
    Ok(step.into())
}

fn duty(at: &At<'_>, key: &str) -> Result<Duty, Refusal> {
    let duties = report::duties(at.case, at.on, &at.bench.law.aftercare, &at.bench.calendar);
    let found = duties.into_iter().find(|duty| duty.key == key);
    found.ok_or_else(|| Refusal::Unknown(format!("duty {key} to report that has opened")))
}

fn unmet(at: &At<'_>, key: &str) -> Result<Duty, Refusal> {
    at.office("reports")?;
    let duty = duty(at, key)?;
    match duty.met {
        None => Ok(duty),
        Some(on) => Err(rule(
            "REPORTED",
            "外商投资信息报告办法 art. 19",
            format!("the duty was met on {on}"),
            format!("已于{on}报送"),
        )),
    }
}

/// One rung after another, each only when the time of the one before has run out.
fn climb(at: &At<'_>, duty: &Duty, below: Option<Rung>, until: Date) -> Result<(), Refusal> {
    let stands = at.case.reports.ladder.get(&duty.key).map(|(rung, _)| *rung);
    if stands == below && at.on > until {
        return Ok(());
    }
    Err(rule(
        "LADDER",
        "外商投资信息报告办法 art. 19, 25",
        "first a notice, then an order, then a fine, each after the time of the one before has run out",
        "应当依次通知补报、责令改正、处罚，且前一期限届满",
    ))
}

/// Last day of the rung on which a duty stands.
pub(crate) fn rung_due(on: Date, key: &str, bench: &Bench) -> Option<Date> {
    let clock = bench.law.aftercare.limit(key)?.from(on);
    clock.deadline(&bench.calendar).map(|deadline| deadline.due)
}

fn expires(at: &At<'_>, duty: &Duty, key: &str) -> Date {
    let stood = at.case.reports.ladder.get(&duty.key).map(|(_, on)| *on);
    stood.and_then(|on| rung_due(on, key, at.bench)).unwrap_or(Date::MAX)
}
