//! How a permit ends: 撤回, 撤销, 吊销 and 注销 are four different acts (行政许可法 art. 8, 69, 70).

use jiff::civil::Date;

use super::{Act, Today, said};
use crate::matter::event::Event;
use crate::matter::particulars::{DeregistrationGround, RevocationGround};
use crate::matter::rejection::{Part, Rejection};
use crate::matter::state::{Checking, Decided, Matter, Ruling};

type Decision = Result<Vec<Event>, Rejection>;

pub(super) fn end(matter: &Matter, claimed: Option<Date>, today: Today<'_>, act: &Act) -> Decision {
    let decided = matter.after_decision()?;
    if matches!(decided.ruling, Ruling::Refused { .. }) {
        return Err(Rejection::NotGranted);
    }
    if let Some((on, _)) = decided.deregistered {
        return Err(Rejection::AlreadyDeregistered { on });
    }
    let not_before = decided.ending.map_or(decided.on, |ending| ending.on());
    let on = today.claimed(claimed, not_before)?;
    if let Act::DeregisterPermit { ground, reason } = act {
        return deregister(decided, on, *ground, reason);
    }
    if let Some(ending) = decided.ending {
        return Err(Rejection::PermitEnded { on: ending.on() });
    }
    match act.clone() {
        Act::WithdrawPermit { ground, public_interest, compensation, document } => {
            said(Part::PublicInterest, &public_interest)?;
            said(Part::Compensation, &compensation)?;
            let event =
                Event::PermitWithdrawn { on, ground, public_interest, compensation, document };
            Ok(vec![event])
        }
        Act::RevokePermit { ground, reason, document } => {
            said(Part::Reason, &reason)?;
            if ground == RevocationGround::CommitmentFalse {
                not_put_right(matter, decided, on, today)?;
            }
            Ok(vec![Event::PermitRevoked { on, ground, reason, document }])
        }
        Act::RevokePermitAsPenalty { violated, penalty_basis, document } => {
            said(Part::Violated, &violated)?;
            said(Part::PenaltyBasis, &penalty_basis)?;
            said(Part::PenaltyDecision, &document)?;
            Ok(vec![Event::PermitRevokedAsPenalty { on, violated, penalty_basis, document }])
        }
        _ => Ok(Vec::new()),
    }
}

/// A false commitment costs the permit only after the time to put it right.
fn not_put_right(
    matter: &Matter,
    decided: &Decided,
    on: Date,
    today: Today<'_>,
) -> Result<(), Rejection> {
    let Checking::False { rectified_on: None, .. } = decided.check else {
        return Err(Rejection::CommitmentNotFalse);
    };
    let Some(timed) = matter.clocks(today.calendar).rectification else { return Ok(()) };
    match timed.deadline(today.calendar) {
        Some(deadline) if on <= deadline.due => {
            Err(Rejection::RectificationRunning { due: deadline.due })
        }
        Some(_) | None => Ok(()),
    }
}

/// The register follows the permit: what was ended before is struck off for that reason, and what
/// lives on only for one of its own.
fn deregister(decided: &Decided, on: Date, ground: DeregistrationGround, reason: &str) -> Decision {
    said(Part::Reason, reason)?;
    let ended_before = ground == DeregistrationGround::EndedBefore;
    match decided.ending {
        Some(ending) if !ended_before => {
            return Err(Rejection::PermitEnded { on: ending.on() });
        }
        None if ended_before => return Err(Rejection::PermitNotEnded),
        Some(_) | None => {}
    }
    if ground == DeregistrationGround::Expired {
        let Ruling::Granted { certificate: Some(certificate), .. } = &decided.ruling else {
            return Err(Rejection::NotExpired { on });
        };
        if certificate.valid_until.is_none_or(|last| on <= last) {
            return Err(Rejection::NotExpired { on });
        }
    }
    Ok(vec![Event::PermitDeregistered { on, ground, reason: reason.to_owned() }])
}
