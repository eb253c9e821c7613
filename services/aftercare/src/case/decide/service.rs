//! Steps of the service secretary, of ratings 好差评 and of supervision orders 督办.

use super::{At, enterprise, entry, next, required, rule, wrong};
use crate::case::event::{
    ContactLogged, Fact, FollowUpDone, FollowUpEscalated, OrderClosed, OrderEvidenced, OrderIssued,
    Rated, RatingAnswered,
};
use desk::{caller::Principal, refuse::Refusal};

type Step = Result<Fact, Refusal>;

pub(super) fn log(at: &At<'_>, mut logged: ContactLogged) -> Step {
    logged.secretary = secretary(at)?;
    required(&[("summary", &logged.summary)])?;
    if !["visit", "call", "message", "meeting"].contains(&logged.channel.as_str()) {
        return Err(wrong("channel", "is visit, call, message or meeting"));
    }
    let fits = match logged.follow_up.trim().is_empty() {
        true => logged.due.is_none(),
        false => logged.due.is_some_and(|due| due >= at.on),
    };
    if !fits {
        return Err(wrong(
            "due",
            "is the day of the contact or later, where something is to be done",
        ));
    }
    logged.number = next(&at.case.contacts);
    Ok(logged.into())
}

pub(super) fn done(at: &At<'_>, step: FollowUpDone) -> Step {
    secretary(at)?;
    to_do(at, step.number)?;
    required(&[("result", &step.result)])?;
    Ok(step.into())
}

pub(super) fn escalate(at: &At<'_>, step: FollowUpEscalated) -> Step {
    secretary(at)?;
    to_do(at, step.number)?;
    at.known_agency("agency", &step.agency)?;
    required(&[("reason", &step.reason)])?;
    Ok(step.into())
}

/// Once for each step of a matter that this stage handles or knows of.
pub(super) fn rate(at: &At<'_>, mut rated: Rated) -> Step {
    rated.rater = enterprise(at.case, at.caller)?;
    if let Principal::Agency { .. } = at.caller.principal {
        return Err(Refusal::NotYours("no agency rates for the enterprise".to_owned()));
    }
    at.known_agency("agency", &rated.agency)?;
    required(&[("step", &rated.step), ("matter", &rated.matter)])?;
    let own = |id: &rulebook::matter::MatterId| rated.matter.ends_with(&format!("/matters/{id}"));
    if !at.case.prior.contains_key(&rated.matter) && !at.case.matters.keys().any(own) {
        return Err(Refusal::Unknown(format!("matter {} here", rated.matter)));
    }
    if !(1..=5).contains(&rated.grade) {
        return Err(wrong("grade", "is 1 to 5"));
    }
    let same = |one: &crate::case::service::Rating| {
        one.rated.matter == rated.matter && one.rated.step == rated.step
    };
    if at.case.ratings.iter().any(same) {
        return Err(rule(
            "RATED",
            "国办发〔2019〕51号",
            "each step of a matter is rated once",
            "同一事项的同一环节只能评价一次",
        ));
    }
    rated.number = next(&at.case.ratings);
    Ok(rated.into())
}

pub(super) fn mend(at: &At<'_>, step: RatingAnswered) -> Step {
    let rating = entry(&at.case.ratings, step.number, "rating")?;
    at.agency(&rating.rated.agency)?;
    at.not_before(rating.on)?;
    required(&[("answer", &step.answer)])?;
    if rating.answer.is_some() {
        return Err(Refusal::Exists(format!("the answer to rating {}", step.number)));
    }
    Ok(step.into())
}

pub(super) fn issue(at: &At<'_>, mut issued: OrderIssued) -> Step {
    let Some(issuer) = at.caller.agency() else {
        return Err(Refusal::NotYours("only an agency orders".to_owned()));
    };
    at.known_agency("agency", &issued.agency)?;
    required(&[("subject", &issued.subject), ("cause", &issued.cause)])?;
    if issuer == issued.agency || issued.due < at.on {
        return Err(wrong(
            "agency",
            "is another than the one that orders, and due not before today",
        ));
    }
    issuer.clone_into(&mut issued.issuer);
    issued.number = next(&at.case.orders);
    Ok(issued.into())
}

pub(super) fn show(at: &At<'_>, step: OrderEvidenced) -> Step {
    let order = open_order(at, step.number)?;
    at.agency(&order.issued.agency)?;
    required(&[("evidence", &step.evidence)])?;
    Ok(step.into())
}

/// Whoever issued it closes it, and only on what was shown.
pub(super) fn close(at: &At<'_>, step: OrderClosed) -> Step {
    let order = open_order(at, step.number)?;
    at.agency(&order.issued.issuer)?;
    required(&[("result", &step.result)])?;
    if order.evidence.is_empty() {
        return Err(rule(
            "NO_EVIDENCE",
            "大政发〔2020〕24号 (二十一)",
            "an order is closed only on linked evidence",
            "督办事项须附证明材料方可办结",
        ));
    }
    Ok(step.into())
}

fn open_order<'a>(at: &At<'a>, number: u32) -> Result<&'a crate::case::service::Order, Refusal> {
    let order = entry(&at.case.orders, number, "order")?;
    at.not_before(order.on)?;
    match order.result {
        None => Ok(order),
        Some(_) => Err(Refusal::Exists(format!("the end of order {number}"))),
    }
}

fn to_do(at: &At<'_>, number: u32) -> Result<(), Refusal> {
    let contact = entry(&at.case.contacts, number, "contact")?;
    if contact.done.is_some() || contact.logged.follow_up.is_empty() {
        return Err(Refusal::Unknown(format!("open follow-up of contact {number}")));
    }
    Ok(())
}

/// The caller is the project's service secretary.
pub(super) fn secretary(at: &At<'_>) -> Result<String, Refusal> {
    let named = at.case.admitted.as_ref().map_or("", |admitted| &admitted.secretary);
    match &at.caller.principal {
        Principal::Secretary { who } if who == named => Ok(who.clone()),
        Principal::Secretary { .. }
        | Principal::Agency { .. }
        | Principal::Enterprise { .. }
        | Principal::Agent { .. }
        | Principal::System { .. } => {
            Err(Refusal::NotYours("this is for the project's service secretary to do".to_owned()))
        }
    }
}
