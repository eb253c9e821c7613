//! Steps of a government commitment 履约践诺 (外商投资法 art. 25, 外商投资法实施条例 art. 27-28).

use super::{At, enterprise, entry, next, required, rule, wrong};
use crate::case::{
    event::{
        Fact, PromiseChanged, PromiseCountersigned, PromiseDisputed, PromiseMade, PromisePerformed,
        PromiseReassigned,
    },
    promise::Promise,
};
use desk::{caller::Principal, refuse::Refusal};

type Step = Result<Fact, Refusal>;

/// Only the agency itself promises, in writing and on a named legal basis.
pub(super) fn make(at: &At<'_>, mut made: PromiseMade) -> Step {
    at.known_agency("owner", &made.owner)?;
    at.agency(&made.owner)?;
    required(&[("promise", &made.promise)])?;
    if made.document.trim().is_empty() {
        return Err(rule(
            "NOT_IN_WRITING",
            "外商投资法实施条例 art. 27",
            "only a written commitment is one: name its document",
            "政策承诺应当采取书面形式，请注明文件",
        ));
    }
    if made.legal_basis.trim().is_empty() {
        return Err(rule(
            "BEYOND_POWERS",
            "外商投资法实施条例 art. 27",
            "a commitment must lie within statutory powers: name the legal basis",
            "政策承诺应当在法定权限内作出，请注明法定依据",
        ));
    }
    if made.due < at.on {
        return Err(wrong("due", "is the day of the commitment or later"));
    }
    made.number = next(&at.case.promises);
    Ok(made.into())
}

/// The owner hands it over, or whoever takes it over.
pub(super) fn reassign(at: &At<'_>, mut step: PromiseReassigned) -> Step {
    let promise = promise(at, step.number)?;
    at.known_agency("to", &step.to)?;
    required(&[("document", &step.document)])?;
    if at.caller.agency() != Some(&step.to) {
        at.agency(promise.owner())?;
    }
    if step.to == promise.owner() {
        return Err(wrong("to", "is another agency than the one that owes it now"));
    }
    promise.owner().clone_into(&mut step.from);
    Ok(step.into())
}

pub(super) fn countersign(at: &At<'_>, step: PromiseCountersigned) -> Step {
    itself(at)?;
    let promise = promise(at, step.number)?;
    if promise.countersigned {
        return Err(rule(
            "COUNTERSIGNED",
            "外商投资法实施条例 art. 27",
            "the record is countersigned as it stands",
            "该承诺记录已由企业会签",
        ));
    }
    Ok(step.into())
}

pub(super) fn dispute(at: &At<'_>, step: PromiseDisputed) -> Step {
    itself(at)?;
    promise(at, step.number)?;
    required(&[("grounds", &step.grounds)])?;
    Ok(step.into())
}

/// The owner of the day shows it; nobody says what that makes of the commitment.
pub(super) fn perform(at: &At<'_>, step: PromisePerformed) -> Step {
    let promise = promise(at, step.number)?;
    at.agency(promise.owner())?;
    required(&[("evidence", &step.evidence)])?;
    if step.performed_on < promise.on || step.performed_on > at.on {
        return Err(wrong("performed_on", "is between the commitment and today"));
    }
    Ok(step.into())
}

/// Neither a change of boundaries, of leaders or of agencies, nor any other ground but the public interest
/// changes a commitment, and that only with compensation.
pub(super) fn change(at: &At<'_>, step: PromiseChanged) -> Step {
    let promise = promise(at, step.number)?;
    at.agency(promise.owner())?;
    required(&[("ground", &step.ground), ("document", &step.document)])?;
    if step.compensation_fen == 0 {
        return Err(rule(
            "NO_COMPENSATION",
            "外商投资法 art. 25",
            "a change in the public interest needs a fair and reasonable compensation",
            "因公共利益改变政策承诺的，应当给予公平、合理的补偿",
        ));
    }
    if promise.performed_on().is_some() || at.on > promise.due {
        return Err(rule(
            "TOO_LATE_TO_CHANGE",
            "外商投资法实施条例 art. 28",
            "what was performed or is overdue is not changed any more",
            "已履行或者已逾期的承诺不得再变更",
        ));
    }
    if step.due < at.on {
        return Err(wrong("due", "is the day of the change or later"));
    }
    Ok(step.into())
}

fn promise<'a>(at: &At<'a>, number: u32) -> Result<&'a Promise, Refusal> {
    let promise = entry(&at.case.promises, number, "commitment")?;
    at.not_before(promise.on)?;
    Ok(promise)
}

/// Nobody signs or disputes for the enterprise, least of all the agency that owes it.
pub(super) fn itself(at: &At<'_>) -> Result<(), Refusal> {
    if let Principal::Agency { .. } = at.caller.principal {
        return Err(Refusal::NotYours("only the enterprise says this".to_owned()));
    }
    enterprise(at.case, at.caller).map(drop)
}
