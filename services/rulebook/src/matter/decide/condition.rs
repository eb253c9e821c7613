//! Conditions of a permit: shown to be met by the holder, checked by who imposed them.

use jiff::civil::Date;

use super::{Today, said};
use crate::matter::conditions::Imposed;
use crate::matter::event::Event;
use crate::matter::rejection::{Part, Rejection};
use crate::matter::state::{Decided, Matter, Ruling};

type Decision = Result<Vec<Event>, Rejection>;

pub(super) fn show(
    matter: &Matter,
    claimed: Option<Date>,
    today: Today<'_>,
    number: u32,
    evidence: &str,
) -> Decision {
    let (decided, imposed) = open(matter, number)?;
    let since = imposed.checked.as_ref().map_or(decided.on, |checked| checked.on);
    let on = today.claimed(claimed, since)?;
    said(Part::ConditionEvidence, evidence)?;
    Ok(vec![Event::ConditionShown { on, number, evidence: evidence.to_owned() }])
}

pub(super) fn check(
    matter: &Matter,
    claimed: Option<Date>,
    today: Today<'_>,
    number: u32,
    met: bool,
    findings: &str,
) -> Decision {
    let (decided, imposed) = open(matter, number)?;
    let shown = imposed.shown.as_ref().map_or(decided.on, |(on, _)| *on);
    let on = today.claimed(claimed, shown)?;
    said(Part::Findings, findings)?;
    Ok(vec![Event::ConditionChecked { on, number, met, findings: findings.to_owned() }])
}

/// The condition, where it is still to be met.
fn open(matter: &Matter, number: u32) -> Result<(&Decided, &Imposed), Rejection> {
    let decided = matter.after_decision()?;
    if matches!(decided.ruling, Ruling::Refused { .. }) {
        return Err(Rejection::NotGranted);
    }
    if let Some(on) = decided.permit_ended_on() {
        return Err(Rejection::PermitEnded { on });
    }
    let imposed = decided.condition(number).ok_or(Rejection::UnknownCondition { number })?;
    match &imposed.checked {
        Some(checked) if checked.met => Err(Rejection::ConditionMet { number, on: checked.on }),
        Some(_) | None => Ok((decided, imposed)),
    }
}
