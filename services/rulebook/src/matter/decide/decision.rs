//! The decision, its delivery, and the applicant's way out before it (行政许可法 art. 37, 38, 44).

use jiff::civil::Date;

use super::tolerance::listed;
use super::{Today, required, said};
use crate::consultation::{Answer, Outcome as Joint};
use crate::matter::event::Event;
use crate::matter::particulars::{CitedOpinion, Outcome};
use crate::matter::rejection::{OrStanding, Owed, Part, Rejection};
use crate::matter::state::{Matter, Review, Standing};
use crate::matter::terms::Track;

type Decision = Result<Vec<Event>, Rejection>;

pub(super) fn decide(
    matter: &Matter,
    claimed: Option<Date>,
    today: Today<'_>,
    outcome: &Outcome,
    document: &str,
) -> Decision {
    let review = matter.under_review()?;
    let on = today.claimed(claimed, review.last_on)?;
    if let Some(stop) = review.suspensions.iter().find(|stop| stop.until.is_none()) {
        return Err(Rejection::ClockStands { ground: stop.ground.clone() });
    }
    nothing_owed(review)?;
    let granted = matches!(outcome, Outcome::Granted { .. });
    opinions_allow(matter, review, granted)?;
    if granted && matter.terms.track == Track::Commitment && matter.commitment.is_none() {
        return Err(Rejection::CommitmentNotRecorded);
    }
    match outcome {
        Outcome::Granted { certificate, .. } => said(Part::Certificate, &certificate.number)?,
        Outcome::Refused { reasons, remedies } => {
            required(Part::Reasons, reasons.iter().any(|text| !text.trim().is_empty()))?;
            required(Part::Remedies, remedies.iter().any(|text| !text.trim().is_empty()))?;
        }
    }
    Ok(vec![Event::Decided {
        on,
        outcome: outcome.clone(),
        document: document.to_owned(),
        materials: matter.materials.values().cloned().collect(),
        opinions: cited(review),
    }])
}

/// No decision and no certificate before everything owed since acceptance is supplied (rules K2).
fn nothing_owed(review: &Review) -> Result<(), Rejection> {
    match review.owes() {
        None => Ok(()),
        Some(owing) => Err(Owed::Outstanding { keys: listed(owing) }.into()),
    }
}

/// No decision while an opinion is owed, and no grant while one objects. On commitment the promise
/// stands for the opinions that were not asked for.
fn opinions_allow(matter: &Matter, review: &Review, granted: bool) -> Result<(), Rejection> {
    let all = |keys: Vec<&str>| keys.into_iter().map(str::to_owned).collect();
    match review.consultation.outcome() {
        Joint::WaitingFor(keys) => return Err(Rejection::OpinionsOpen { keys: all(keys) }),
        Joint::ObjectedBy(keys) if granted => {
            return Err(Rejection::OpinionsObject { keys: all(keys) });
        }
        Joint::ObjectedBy(_) | Joint::NotAsked | Joint::Unanimous => {}
    }
    let asked = |key: &String| review.consultation.get(key).is_some();
    let keys = matter.terms.opinions.iter().map(|term| term.key.clone());
    let keys: Vec<String> = keys.filter(|key| !asked(key)).collect();
    if granted && matter.terms.track != Track::Commitment && !keys.is_empty() {
        return Err(Rejection::OpinionsNotAsked { keys });
    }
    Ok(())
}

fn cited(review: &Review) -> Vec<CitedOpinion> {
    let opinions = review.consultation.iter();
    opinions
        .filter_map(|(key, asked)| {
            let source = match asked.answer.as_ref()? {
                Answer::Given { document, .. } => document.clone(),
                Answer::Deemed { citation, .. } => citation.clone(),
            };
            Some(CitedOpinion { key: key.to_owned(), agency: asked.agency.clone(), source })
        })
        .collect()
}

/// Only where a law says so for the item, and only after its limit.
pub(super) fn deem_granted(matter: &Matter, today: Today<'_>) -> Decision {
    let review = matter.under_review()?;
    nothing_owed(review)?;
    let clocks = matter.clocks(today.calendar);
    let timed = clocks.consent_by_silence.ok_or(Rejection::SilenceHasNoEffect)?;
    let Some(due) = timed.ran_out(today.date, today.calendar) else {
        let deadline = timed.deadline(today.calendar);
        let due = OrStanding(deadline.map(|deadline| deadline.due));
        return Err(Rejection::SilenceNotYet { due });
    };
    let supplied_on = review.owing.as_ref().and_then(|owing| owing.supplied_on);
    Ok(vec![Event::GrantDeemed {
        // What was owed until later than that holds the consent back until it was supplied.
        on: due.tomorrow().unwrap_or(today.date).max(supplied_on.unwrap_or(due)),
        citation: timed.clock.citation,
        declared_on: today.date,
        materials: matter.materials.values().cloned().collect(),
    }])
}

pub(super) fn deliver(
    matter: &Matter,
    claimed: Option<Date>,
    today: Today<'_>,
    method: &str,
) -> Decision {
    let decided = matter.after_decision()?;
    if let Some(on) = decided.delivered_on {
        return Err(Rejection::AlreadyDelivered { on });
    }
    if let Some(on) = decided.permit_ended_on() {
        return Err(Rejection::PermitEnded { on });
    }
    let on = today.claimed(claimed, decided.on)?;
    said(Part::Method, method)?;
    Ok(vec![Event::Delivered { on, method: method.to_owned() }])
}

pub(super) fn withdraw_application(
    matter: &Matter,
    claimed: Option<Date>,
    today: Today<'_>,
    reason: &str,
) -> Decision {
    let not_before = match &matter.standing {
        Standing::Received => matter.examination.since,
        Standing::AwaitingCorrections(corrections) => corrections.since,
        Standing::UnderReview(review) => review.last_on,
        Standing::NotAccepted { .. }
        | Standing::Decided(_)
        | Standing::Withdrawn { .. }
        | Standing::Terminated { .. } => matter.under_review()?.last_on,
    };
    let on = today.claimed(claimed, not_before)?;
    Ok(vec![Event::ApplicationWithdrawn { on, reason: reason.to_owned() }])
}
