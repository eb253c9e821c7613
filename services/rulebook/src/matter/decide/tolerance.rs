//! 容缺受理: accepted although secondary materials are missing, which the applicant promised (rules K2).

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::acceptance::{before_silence, under_examination};
use super::{Today, required, said};
use crate::matter::event::Event;
use crate::matter::particulars::{AcceptanceMode, Material};
use crate::matter::rejection::{OrStanding, Owed, Part, Rejection};
use crate::matter::state::{Matter, Owing};

type Decision = Result<Vec<Event>, Rejection>;

/// Only what the item lists as secondary, and only at acceptance; so never twice.
pub(super) fn tolerate(
    matter: &Matter,
    claimed: Option<Date>,
    today: Today<'_>,
    owed: &[String],
    promise: &str,
    document: &str,
) -> Decision {
    let examination = under_examination(matter)?;
    let on = today.claimed(claimed, examination.since)?;
    before_silence(matter, on, today)?;
    required(Part::Materials, !owed.is_empty())?;
    let owed: BTreeSet<String> = owed.iter().cloned().collect();
    let terms = matter.terms.tolerance.as_ref();
    let secondary = |key: &String| terms.is_some_and(|terms| terms.materials.contains(key));
    let keys: Vec<String> = owed.iter().filter(|key| !secondary(key)).cloned().collect();
    let Some(terms) = terms.filter(|_| keys.is_empty()) else {
        return Err(Owed::NotTolerable { keys }.into());
    };
    if let Some(key) = owed.iter().find(|key| matter.materials.contains_key(*key)) {
        return Err(Owed::NotMissing { key: key.clone() }.into());
    }
    said(Part::SupplyPromise, promise)?;
    let tolerated = Event::MissingTolerated {
        on,
        owed: owed.into_iter().collect(),
        promise: promise.to_owned(),
        within: terms.within.limit,
        citation: terms.within.citation.clone(),
    };
    let mode = AcceptanceMode::Written { document: document.to_owned() };
    Ok(vec![Event::Accepted { on, mode }, tolerated])
}

/// In parts or at once, until the end of the last day.
pub(super) fn supply(
    matter: &Matter,
    claimed: Option<Date>,
    today: Today<'_>,
    materials: &[Material],
) -> Decision {
    let owing = owing(matter)?;
    let on = today.claimed(claimed, owing.since)?;
    let strange = materials.iter().filter(|brought| !owing.outstanding.contains(&brought.key));
    let keys: Vec<String> = strange.map(|brought| brought.key.clone()).collect();
    if !keys.is_empty() {
        return Err(Owed::NotOwed { keys }.into());
    }
    let timed = matter.clocks(today.calendar).owed;
    if let Some(due) = timed.and_then(|timed| timed.ran_out(on, today.calendar)) {
        return Err(Owed::Over { due }.into());
    }
    let materials = matter.newer(materials)?;
    Ok(vec![Event::OwedSupplied { on, materials }])
}

/// By the passing of the last day.
pub(super) fn terminate(matter: &Matter, today: Today<'_>) -> Decision {
    let owing = owing(matter)?;
    let timed = matter.clocks(today.calendar).owed.ok_or(Owed::Nothing)?;
    let Some(due) = timed.ran_out(today.date, today.calendar) else {
        let due = OrStanding(timed.deadline(today.calendar).map(|deadline| deadline.due));
        return Err(Owed::Running { due }.into());
    };
    Ok(vec![Event::Terminated {
        on: due.tomorrow().unwrap_or(today.date),
        owed: listed(owing),
        citation: owing.within.citation.clone(),
        declared_on: today.date,
    }])
}

fn owing(matter: &Matter) -> Result<&Owing, Rejection> {
    matter.under_review()?.owes().ok_or_else(|| Owed::Nothing.into())
}

/// Keys of what is still owed.
pub(super) fn listed(owing: &Owing) -> Vec<String> {
    owing.outstanding.iter().cloned().collect()
}
