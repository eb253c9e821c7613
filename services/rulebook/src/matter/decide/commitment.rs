//! Notification and commitment (告知承诺): recorded, checked, put right or revoked (rules K1).

use jiff::civil::Date;

use super::{Today, required, said};
use crate::matter::event::Event;
use crate::matter::particulars::{Check, Commitment};
use crate::matter::rejection::{Part, Rejection};
use crate::matter::state::{Checking, Matter, Ruling, Standing};
use crate::matter::terms::Track;

type Decision = Result<Vec<Event>, Rejection>;

pub(super) fn record(
    matter: &Matter,
    claimed: Option<Date>,
    today: Today<'_>,
    commitment: &Commitment,
) -> Decision {
    if matter.terms.track != Track::Commitment {
        return Err(Rejection::NotOnCommitment);
    }
    match matter.standing {
        Standing::Received | Standing::AwaitingCorrections(_) | Standing::UnderReview(_) => {}
        Standing::NotAccepted { .. }
        | Standing::Decided(_)
        | Standing::Withdrawn { .. }
        | Standing::Terminated { .. } => {
            matter.under_review()?;
        }
    }
    if matter.commitment.is_some() {
        return Err(Rejection::CommitmentAlreadyRecorded);
    }
    let on = today.claimed(claimed, matter.received_on)?;
    let told = |texts: &[String]| texts.iter().any(|text| !text.trim().is_empty());
    required(Part::Conditions, told(&commitment.conditions_told))?;
    required(Part::Promises, told(&commitment.promises))?;
    said(Part::CreditCheck, &commitment.credit_check)?;
    Ok(vec![Event::CommitmentRecorded { on, commitment: commitment.clone() }])
}

/// A false commitment is ordered to be put right in the same decision (限期改正).
pub(super) fn check(
    matter: &Matter,
    claimed: Option<Date>,
    today: Today<'_>,
    check: &Check,
    document: &str,
    materials: &[String],
) -> Decision {
    let decided = matter.after_decision()?;
    if matches!(decided.ruling, Ruling::Refused { .. }) {
        return Err(Rejection::NotGranted);
    }
    if let Some(on) = decided.permit_ended_on() {
        return Err(Rejection::PermitEnded { on });
    }
    match decided.check {
        Checking::Pending => {}
        Checking::None => return Err(Rejection::NotOnCommitment),
        Checking::Kept { on } | Checking::False { on, .. } => {
            return Err(Rejection::AlreadyChecked { on });
        }
    }
    let terms = matter.terms.commitment.as_ref().ok_or(Rejection::NotOnCommitment)?;
    let on = today.claimed(claimed, decided.on)?;
    let checked = Event::CommitmentChecked { on, check: check.clone() };
    let Check::False(findings) = check else { return Ok(vec![checked]) };
    required(Part::Findings, findings.iter().any(|text| !text.trim().is_empty()))?;
    let (within, document) = (terms.rectify_within, document.to_owned());
    let materials = materials.to_vec();
    Ok(vec![checked, Event::RectificationOrdered { on, within, document, materials }])
}

pub(super) fn rectify(
    matter: &Matter,
    claimed: Option<Date>,
    today: Today<'_>,
    evidence: &str,
) -> Decision {
    let decided = matter.after_decision()?;
    if let Some(on) = decided.permit_ended_on() {
        return Err(Rejection::PermitEnded { on });
    }
    let Checking::False { ordered: Some((since, _)), rectified_on: None, .. } = decided.check
    else {
        return Err(Rejection::NothingToRectify);
    };
    let on = today.claimed(claimed, since)?;
    said(Part::Evidence, evidence)?;
    let timed = matter.clocks(today.calendar).rectification;
    if let Some(due) = timed.and_then(|timed| timed.ran_out(on, today.calendar)) {
        return Err(Rejection::RectificationOver { due });
    }
    Ok(vec![Event::Rectified { on, evidence: evidence.to_owned() }])
}
