//! Steps of a service request (大政发〔2020〕24号 (十三), (十四), (十六), (十八)).

use super::{At, enterprise, entry, next, required, rule, service::secretary, wrong};
use crate::case::{
    event::{
        Fact, ServiceRequestAnswered, ServiceRequestClosed, ServiceRequestHandedOn,
        ServiceRequestRaised, ServiceRequestReturned, ServiceRequestTaken,
    },
    request::ServiceRequest,
};
use desk::refuse::Refusal;
use jiff::civil::Date;
use rulebook::{aftercare::RequestRow, catalogue::Stage};

type Step = Result<Fact, Refusal>;

/// The enterprise asks, or its service secretary, who also brings what an association raised: associations have
/// no access of their own, so who speaks for one is answered for by somebody whom the platform knows.
pub(super) fn raise(at: &At<'_>, mut raised: ServiceRequestRaised) -> Step {
    raised.raiser = speaker(at)?;
    let rules = &at.bench.law.aftercare;
    let Some(row) = rules.request(&raised.service) else {
        let keys: Vec<_> = rules.requests().iter().map(|row| row.key.as_str()).collect();
        return Err(wrong("service", format!("is one of {}", keys.join(", "))));
    };
    required(&[("subject", &raised.subject)])?;
    if row.association == raised.association.trim().is_empty() {
        let must = if row.association { "is required here" } else { "is empty here" };
        return Err(wrong("association", must));
    }
    permit(row, &raised)?;
    row.agency.clone_into(&mut raised.agency);
    raised.number = next(&at.case.requests);
    Ok(raised.into())
}

pub(super) fn take(at: &At<'_>, mut step: ServiceRequestTaken) -> Step {
    let request = waiting(at, step.number)?;
    at.agency(request.agency())?;
    if request.taken {
        return Err(out_of_order("it is in charge already"));
    }
    request.agency().clone_into(&mut step.agency);
    Ok(step.into())
}

/// Who hands it on keeps it until the other agency is one that acts after the launch.
pub(super) fn hand_on(at: &At<'_>, mut step: ServiceRequestHandedOn) -> Step {
    let request = waiting(at, step.number)?;
    at.agency(request.agency())?;
    required(&[("reason", &step.reason)])?;
    let to = at.bench.law.catalogue.agency(&step.to);
    if to.is_none_or(|to| !to.acts_in(Stage::Aftercare)) || step.to == request.agency() {
        return Err(wrong("to", "is another agency of the catalogue that acts after the launch"));
    }
    request.agency().clone_into(&mut step.from);
    Ok(step.into())
}

pub(super) fn answer(at: &At<'_>, mut step: ServiceRequestAnswered) -> Step {
    let request = waiting(at, step.number)?;
    at.agency(request.agency())?;
    required(&[("answer", &step.answer)])?;
    if !step.expires_on.is_empty() {
        let later = request.expires_on.zip(date(&step.expires_on));
        if later.is_none_or(|(before, now)| now <= before) {
            return Err(wrong("expires_on", "is a date after the permit's last day so far"));
        }
    }
    request.agency().clone_into(&mut step.agency);
    Ok(step.into())
}

pub(super) fn send_back(at: &At<'_>, step: ServiceRequestReturned) -> Step {
    let request = open(at, step.number)?;
    raiser(at, request)?;
    required(&[("reason", &step.reason)])?;
    if !request.is_answered() {
        return Err(out_of_order("no answer waits for the raiser"));
    }
    Ok(step.into())
}

/// Answered or not: who asked may stop asking.
pub(super) fn close(at: &At<'_>, step: ServiceRequestClosed) -> Step {
    let request = open(at, step.number)?;
    raiser(at, request)?;
    required(&[("result", &step.result)])?;
    Ok(step.into())
}

/// The enterprise or its service secretary, as a reference.
fn speaker(at: &At<'_>) -> Result<String, Refusal> {
    if at.caller.agency().is_some() {
        return Err(Refusal::NotYours("no agency asks a service of itself".to_owned()));
    }
    enterprise(at.case, at.caller)
        .or_else(|_| secretary(at).map(|_| at.caller.principal.to_string()))
}

/// The enterprise, or the secretary for what a secretary raised.
fn raiser(at: &At<'_>, request: &ServiceRequest) -> Result<(), Refusal> {
    let who = speaker(at)?;
    let own = |who: &str| at.case.parties().is_owner(who);
    if own(&who) || !own(&request.raised.raiser) {
        return Ok(());
    }
    Err(Refusal::NotYours("this is for who raised it to do".to_owned()))
}

/// A permit is told by an opaque reference and its last day, where the service is about one.
fn permit(row: &RequestRow, raised: &ServiceRequestRaised) -> Result<(), Refusal> {
    if row.remind.is_none() {
        return match raised.permit.is_empty() && raised.expires_on.is_empty() {
            true => Ok(()),
            false => Err(wrong("permit", "is empty here, and expires_on with it")),
        };
    }
    if !is_opaque(&raised.permit) {
        let rule =
            "is an opaque reference such as staff-0042: never a name or the number of a document";
        return Err(wrong("permit", rule));
    }
    match date(&raised.expires_on) {
        Some(_) => Ok(()),
        None => Err(wrong("expires_on", "is a date YYYY-MM-DD that exists")),
    }
}

/// A word, a dash and at most six digits: too short for the number of any identity document.
fn is_opaque(reference: &str) -> bool {
    let Some((word, number)) = reference.split_once('-') else { return false };
    (1..=20).contains(&word.len())
        && word.bytes().all(|byte| byte.is_ascii_lowercase())
        && (1..=6).contains(&number.len())
        && number.bytes().all(|byte| byte.is_ascii_digit())
}

fn date(text: &str) -> Option<Date> {
    text.parse().ok().filter(|date: &Date| date.to_string() == text)
}

fn open<'a>(at: &At<'a>, number: u32) -> Result<&'a ServiceRequest, Refusal> {
    let request = entry(&at.case.requests, number, "service request")?;
    at.not_before(request.last)?;
    match request.closed {
        None => Ok(request),
        Some(_) => Err(out_of_order("it is closed")),
    }
}

fn waiting<'a>(at: &At<'a>, number: u32) -> Result<&'a ServiceRequest, Refusal> {
    let request = open(at, number)?;
    if request.is_answered() {
        return Err(out_of_order("it is answered"));
    }
    Ok(request)
}

fn out_of_order(why: &str) -> Refusal {
    rule("REQUEST_OUT_OF_ORDER", "大政发〔2020〕24号 (十六)", why, "服务请求所处阶段不允许此项操作")
}
