//! Opinions of other agencies: asked, given, deemed, joined once, opened again by changed materials.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::{Today, required, said};
use crate::consultation::{Asked, Consultation, Opinion};
use crate::matter::event::Event;
use crate::matter::particulars::Material;
use crate::matter::rejection::{OrStanding, Part, Rejection};
use crate::matter::state::{Matter, Review};
use crate::matter::terms::Track;

type Decision = Result<Vec<Event>, Rejection>;

pub(super) fn request(
    matter: &Matter,
    claimed: Option<Date>,
    today: Today<'_>,
    opinions: &[String],
) -> Decision {
    let review = matter.under_review()?;
    let on = today.claimed(claimed, review.accepted_on)?;
    if matter.terms.opinions.is_empty() {
        return Err(Rejection::NoOpinionsNeeded);
    }
    if review.consultation.joined_on().is_some() {
        return Err(Rejection::OpinionsJoined);
    }
    // In the order of the rule, each once.
    let wanted = |key: &String| opinions.is_empty() || opinions.contains(key);
    let keys = matter.terms.opinions.iter().map(|term| term.key.clone());
    let keys: Vec<String> = keys.filter(wanted).collect();
    if let Some(key) = opinions.iter().find(|key| matter.terms.opinion(key).is_none()) {
        return Err(Rejection::UnknownOpinion { key: key.clone() });
    }
    if let Some(key) = keys.iter().find(|key| review.consultation.get(key).is_some()) {
        return Err(Rejection::AlreadyAsked { key: key.clone() });
    }
    Ok(vec![Event::OpinionsRequested { on, opinions: keys }])
}

/// The opinion that is owed.
fn open<'r>(matter: &Matter, review: &'r Review, key: &str) -> Result<&'r Asked, Rejection> {
    if matter.terms.opinion(key).is_none() {
        return Err(Rejection::UnknownOpinion { key: key.to_owned() });
    }
    let not_asked = || Rejection::OpinionNotAsked { key: key.to_owned() };
    let asked = review.consultation.get(key).ok_or_else(not_asked)?;
    if asked.answer.is_some() {
        return Err(Rejection::OpinionAlreadyGiven { key: key.to_owned() });
    }
    Ok(asked)
}

pub(super) fn give(
    matter: &Matter,
    claimed: Option<Date>,
    today: Today<'_>,
    key: &str,
    opinion: &Opinion,
    document: &str,
) -> Decision {
    let review = matter.under_review()?;
    let asked = open(matter, review, key)?;
    let on = today.claimed(claimed, asked.on)?;
    match opinion {
        Opinion::Consents => {}
        Opinion::ConsentsWithConditions(conditions) => {
            required(Part::Conditions, conditions.iter().any(|one| !one.text.trim().is_empty()))?;
        }
        Opinion::Objects(reason) => {
            said(Part::Objection, reason)?;
            said(Part::ObjectionDocument, document)?;
        }
    }
    let consultation = review.consultation.clone().answer(key, on, opinion.clone(), document);
    let given = Event::OpinionGiven {
        on,
        key: key.to_owned(),
        opinion: opinion.clone(),
        document: document.to_owned(),
    };
    Ok(joined_with(matter, given, &consultation))
}

/// An agency's silence approves nothing unless the opinion's rule says so, and then only after its
/// limit.
pub(super) fn deem(matter: &Matter, today: Today<'_>, key: &str) -> Decision {
    let review = matter.under_review()?;
    let asked = open(matter, review, key)?;
    let citation = asked.silence_is_consent.clone().ok_or(Rejection::SilenceHasNoEffect)?;
    let clocks = matter.clocks(today.calendar);
    let timed = clocks.opinions.get(key).ok_or(Rejection::SilenceHasNoEffect)?;
    let ran_out = timed.ran_out(today.date, today.calendar);
    let not_yet = || {
        let deadline = timed.deadline(today.calendar);
        Rejection::SilenceNotYet { due: OrStanding(deadline.map(|deadline| deadline.due)) }
    };
    let due = ran_out.ok_or_else(not_yet)?;
    let on = due.tomorrow().unwrap_or(today.date);
    let consultation = review.consultation.clone().deem(key, on);
    let deemed = Event::OpinionDeemed { on, key: key.to_owned(), citation };
    Ok(joined_with(matter, deemed, &consultation))
}

/// The answer, and with the last one the join.
fn joined_with(matter: &Matter, answer: Event, consultation: &Consultation) -> Vec<Event> {
    let all_asked = matter.terms.track == Track::Commitment
        || matter.terms.opinions.iter().all(|term| consultation.get(&term.key).is_some());
    if !all_asked || !consultation.is_ready_to_join() {
        return vec![answer];
    }
    // Opinions may be entered out of order: the join has the date of the latest.
    let answers = consultation.iter().filter_map(|(_, asked)| asked.answer.as_ref());
    let on = answers.map(|answer| answer.on()).max().unwrap_or(answer.on());
    let opinions = consultation.iter().map(|(key, _)| key.to_owned()).collect();
    vec![answer, Event::OpinionsJoined { on, opinions }]
}

pub(super) fn resubmit(
    matter: &Matter,
    claimed: Option<Date>,
    today: Today<'_>,
    materials: &[Material],
) -> Decision {
    let review = matter.under_review()?;
    let answers = review
        .consultation
        .iter()
        .map(|(_, asked)| asked.answer.as_ref().map_or(asked.on, |answer| answer.on()));
    let on = today.claimed(claimed, answers.max().unwrap_or(review.accepted_on))?;
    if review.consultation.joined_on().is_some() {
        return Err(Rejection::OpinionsJoined);
    }
    let materials = matter.newer(materials)?;
    let changed: BTreeSet<String> = materials.iter().map(|m| m.key.clone()).collect();
    let reopened: Vec<String> = review.consultation.reopened_by(&changed).into_iter().collect();
    if reopened.is_empty() {
        return Err(Rejection::NothingReopened);
    }
    Ok(vec![Event::Resubmitted { on, materials, reopened }])
}
