//! Receipt to acceptance (行政许可法 art. 32).

use jiff::civil::Date;

use super::{Today, required, said};
use crate::matter::event::Event;
use crate::matter::particulars::{AcceptanceMode, Defect, Material, NotAcceptedGround};
use crate::matter::rejection::{OrStanding, Owed, Part, Rejection};
use crate::matter::state::{Corrections, Examination, Matter, Standing};

type Decision = Result<Vec<Event>, Rejection>;

/// The examination that is owed, or why there is none.
pub(super) fn under_examination(matter: &Matter) -> Result<&Examination, Rejection> {
    match &matter.standing {
        Standing::Received => Ok(&matter.examination),
        Standing::AwaitingCorrections(corrections) => {
            Err(Rejection::CorrectionsAwaited { since: corrections.since })
        }
        Standing::NotAccepted { on, .. } => Err(Rejection::Declined { on: *on }),
        Standing::Withdrawn { on, .. } => Err(Rejection::ApplicationWithdrawn { on: *on }),
        Standing::Terminated { on, .. } => Err(Owed::Terminated { on: *on }.into()),
        Standing::UnderReview(review) => Err(Rejection::AlreadyAccepted { on: review.accepted_on }),
        Standing::Decided(decided) => {
            Err(Rejection::AlreadyAccepted { on: decided.review.accepted_on })
        }
    }
}

/// The last day for an answer, if it lies before `on` and silence was acceptance.
fn silence_took_effect(matter: &Matter, on: Date, today: Today<'_>) -> Option<Date> {
    let acceptance = matter.clocks(today.calendar).acceptance;
    let ran_out = matter.terms.acceptance_by_silence.then_some(acceptance)?;
    ran_out.ran_out(on, today.calendar)
}

/// For acts that come too late once silence was acceptance.
pub(super) fn before_silence(matter: &Matter, on: Date, today: Today<'_>) -> Result<(), Rejection> {
    match silence_took_effect(matter, on, today) {
        Some(due) => Err(Rejection::AcceptedBySilence { as_of: matter.examination.since, due }),
        None => Ok(()),
    }
}

/// An acceptance entered after silence took effect only establishes what the law already did.
pub(super) fn accept(
    matter: &Matter,
    claimed: Option<Date>,
    today: Today<'_>,
    document: &str,
) -> Decision {
    let examination = under_examination(matter)?;
    let on = today.claimed(claimed, examination.since)?;
    if silence_took_effect(matter, on, today).is_some() {
        return Ok(vec![by_silence(examination, on)]);
    }
    let mode = AcceptanceMode::Written { document: document.to_owned() };
    Ok(vec![Event::Accepted { on, mode }])
}

fn by_silence(examination: &Examination, declared_on: Date) -> Event {
    Event::Accepted { on: examination.since, mode: AcceptanceMode::BySilence { declared_on } }
}

pub(super) fn deem_accepted(matter: &Matter, today: Today<'_>) -> Decision {
    let examination = under_examination(matter)?;
    if !matter.terms.acceptance_by_silence {
        return Err(Rejection::SilenceHasNoEffect);
    }
    if silence_took_effect(matter, today.date, today).is_none() {
        let deadline = matter.clocks(today.calendar).acceptance.deadline(today.calendar);
        let due = OrStanding(deadline.map(|deadline| deadline.due));
        return Err(Rejection::SilenceNotYet { due });
    }
    Ok(vec![by_silence(examination, today.date)])
}

pub(super) fn decline(
    matter: &Matter,
    claimed: Option<Date>,
    today: Today<'_>,
    ground: &NotAcceptedGround,
    reason: &str,
    document: &str,
) -> Decision {
    let examination = under_examination(matter)?;
    let on = today.claimed(claimed, examination.since)?;
    before_silence(matter, on, today)?;
    said(Part::Reason, reason)?;
    if let NotAcceptedGround::NotCompetent { right_authority } = ground {
        said(Part::RightAuthority, right_authority)?;
    }
    Ok(vec![Event::NotAccepted {
        on,
        ground: ground.clone(),
        reason: reason.to_owned(),
        document: document.to_owned(),
    }])
}

/// One complete list in time. Later rounds may only concern what was newly supplied.
pub(super) fn request_corrections(
    matter: &Matter,
    claimed: Option<Date>,
    today: Today<'_>,
    defects: &[Defect],
    notice: &str,
) -> Decision {
    if let Standing::AwaitingCorrections(_) = &matter.standing {
        return Err(second_correction(defects.iter()));
    }
    let examination = under_examination(matter)?;
    let on = today.claimed(claimed, examination.since)?;
    required(Part::Defects, !defects.is_empty())?;
    defects.iter().try_for_each(|defect| said(Part::Defects, &defect.problem))?;
    before_silence(matter, on, today)?;
    if let Some(new) = &examination.new {
        let knowable = defects.iter().filter(|defect| !new.contains(&defect.material));
        if knowable.clone().next().is_some() {
            return Err(second_correction(knowable));
        }
    }
    let (defects, notice) = (defects.to_vec(), notice.to_owned());
    Ok(vec![Event::CorrectionsRequested { on, defects, notice }])
}

fn second_correction<'d>(defects: impl Iterator<Item = &'d Defect>) -> Rejection {
    Rejection::SecondCorrection { materials: defects.map(|d| d.material.clone()).collect() }
}

/// In parts or at once; the examination begins anew when the list is complete.
pub(super) fn supply_corrections(
    matter: &Matter,
    claimed: Option<Date>,
    today: Today<'_>,
    materials: &[Material],
) -> Decision {
    let corrections = awaited(matter)?;
    let on = today.claimed(claimed, corrections.since)?;
    let materials = matter.newer(materials)?;
    let asked_for = |material: &Material| {
        corrections.outstanding.iter().any(|defect| defect.material == material.key)
    };
    if !materials.iter().any(asked_for) {
        let outstanding = corrections.outstanding.iter().map(|d| d.material.clone()).collect();
        return Err(Rejection::NothingCorrected { outstanding });
    }
    Ok(vec![Event::CorrectionsSupplied { on, materials }])
}

fn awaited(matter: &Matter) -> Result<&Corrections, Rejection> {
    match &matter.standing {
        Standing::AwaitingCorrections(corrections) => Ok(corrections),
        Standing::Received => Err(Rejection::NoCorrectionsRequested),
        Standing::NotAccepted { .. }
        | Standing::UnderReview(_)
        | Standing::Decided(_)
        | Standing::Withdrawn { .. }
        | Standing::Terminated { .. } => {
            under_examination(matter)?;
            Err(Rejection::NoCorrectionsRequested)
        }
    }
}
