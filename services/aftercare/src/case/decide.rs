//! Whether a command on a project may be carried out, and which facts it adds. Pure: the day, the
//! calendar and the law come in with the [`Bench`].

mod complaint;
mod incentive;
mod inspection;
mod promise;
mod report;
mod request;
mod service;

pub(crate) use complaint::is_complainant;
pub(crate) use inspection::{draw, drawn_visit};
use promise::itself;
pub(crate) use report::{held_material, rung_due};

use super::{
    event::{Event, Fact, FactsStated, ProjectAdmitted},
    state::{Case, nth},
};
use desk::{
    caller::{Caller, Principal},
    docket::Bench,
    matters::{self, Form, today},
    refuse::{Refusal, Violation},
};
use jiff::civil::Date;
use rulebook::{
    catalogue::Stage,
    filing::Counter,
    matter::{Command, MatterId},
};
use std::collections::BTreeMap;

/// What a command adds, or why it is refused.
pub type Decision = Result<Vec<Event>, Refusal>;

/// Opens the matters that a form applies for.
///
/// # Errors
/// The project has no code, or an application may not be received.
pub fn file(case: &Case, form: &Form, bench: &Bench) -> Decision {
    admitted(case)?;
    let facts = case.facts(&bench.law.catalogue);
    let counter = Counter {
        catalogue: &bench.law.catalogue,
        stage: Stage::Aftercare,
        on: form.occurred_on.unwrap_or(bench.date),
        facts: &facts,
        matters: &case.matters,
        in_force_before: &case.in_force_before(),
    };
    let steps = matters::file(&counter, form, bench)?;
    Ok(steps.into_iter().map(dated).collect())
}

/// Decides an act on a matter.
///
/// # Errors
/// The refusal of the act.
pub fn act(
    case: &Case,
    id: &MatterId,
    command: &Command,
    caller: &Caller,
    bench: &Bench,
) -> Decision {
    let steps = matters::decide(&case.matters, id, command, caller, bench)?;
    Ok(steps.into_iter().map(|step| dated((id.clone(), step))).collect())
}

fn dated((id, step): (MatterId, rulebook::matter::Event)) -> Event {
    let on = step.on();
    Fact::Matter(id, step).on(on)
}

/// States facts on which matters of this stage depend.
///
/// # Errors
/// A fact that the catalogue does not ask for, that the platform knows, or of the wrong type.
pub fn state_facts(
    case: &Case,
    facts: &BTreeMap<String, String>,
    occurred_on: Option<Date>,
    caller: &Caller,
    bench: &Bench,
) -> Decision {
    case.parties().may_see(caller)?;
    enterprise(case, caller)?;
    let admitted = admitted(case)?;
    let on = today(bench).claimed(occurred_on, Date::MIN)?;
    let mut violations = Vec::new();
    for (key, value) in facts {
        let wrong = match bench.law.catalogue.fact(key) {
            None => Some("is no fact that the catalogue asks for".to_owned()),
            Some(_) if admitted.facts.contains_key(key) => {
                Some("is known to the platform; it is not asked for again".to_owned())
            }
            Some(fact) => fact.read(value).err().map(|why| why.to_string()),
        };
        violations.extend(wrong.map(|why| Violation::new(format!("facts[{key}]"), why)));
    }
    if facts.is_empty() {
        violations.push(Violation::new("facts", "has at least one entry"));
    }
    if !violations.is_empty() {
        return Err(Refusal::Fields(violations));
    }
    Ok(vec![Fact::from(FactsStated { facts: facts.clone() }).on(on)])
}

/// Takes note of what another service recorded; what is known already adds nothing.
#[must_use]
pub fn note(case: &Case, on: Date, facts: Vec<Fact>) -> Vec<Event> {
    let news = |fact: &Fact| {
        let mut after = case.clone();
        after.take(&fact.clone().on(on));
        after != *case
    };
    facts.into_iter().filter(news).map(|fact| fact.on(on)).collect()
}

/// One step of what follows the launch, as somebody states it. Numbers of new entries are the platform's.
///
/// # Errors
/// Why the step is refused.
pub fn step(
    case: &Case,
    fact: Fact,
    occurred_on: Option<Date>,
    caller: &Caller,
    bench: &Bench,
) -> Decision {
    case.parties().may_see(caller)?;
    admitted(case)?;
    let on = today(bench).claimed(occurred_on, Date::MIN)?;
    let at = At { case, on, caller, bench };
    let fact = match fact {
        Fact::PromiseMade(made) => promise::make(&at, made)?,
        Fact::PromiseReassigned(step) => promise::reassign(&at, step)?,
        Fact::PromiseCountersigned(step) => promise::countersign(&at, step)?,
        Fact::PromiseDisputed(step) => promise::dispute(&at, step)?,
        Fact::PromisePerformed(step) => promise::perform(&at, step)?,
        Fact::PromiseChanged(step) => promise::change(&at, step)?,
        Fact::ComplaintFiled(filed) => complaint::file(&at, filed)?,
        Fact::ComplaintSupplementAsked(step) => complaint::ask(&at, step)?,
        Fact::ComplaintSupplemented(step) => complaint::supply(&at, step)?,
        Fact::ComplaintAccepted(step) => complaint::accept(&at, step)?,
        Fact::ComplaintRefused(step) => complaint::refuse(&at, step)?,
        Fact::ComplaintAnswered(step) => complaint::answer(&at, step)?,
        Fact::ComplaintOverridden(step) => complaint::go_on(&at, step)?,
        Fact::ComplaintExtended(step) => complaint::extend(&at, step)?,
        Fact::ComplaintClosed(step) => complaint::close(&at, step)?,
        Fact::ComplaintResultTold(step) => complaint::tell(&at, step)?,
        Fact::ComplaintWithdrawn(step) => complaint::withdraw(&at, step)?,
        Fact::ReportFiled(filed) => report::file(&at, filed)?,
        Fact::ReportCorrected(step) => report::correct(&at, step)?,
        Fact::ReportNoticed(step) => report::notice(&at, step)?,
        Fact::ReportOrdered(step) => report::order(&at, step)?,
        Fact::ReportFined(step) => report::fine(&at, step)?,
        Fact::ContactLogged(logged) => service::log(&at, logged)?,
        Fact::FollowUpDone(step) => service::done(&at, step)?,
        Fact::FollowUpEscalated(step) => service::escalate(&at, step)?,
        Fact::Rated(rated) => service::rate(&at, rated)?,
        Fact::RatingAnswered(step) => service::mend(&at, step)?,
        Fact::OrderIssued(issued) => service::issue(&at, issued)?,
        Fact::OrderEvidenced(step) => service::show(&at, step)?,
        Fact::OrderClosed(step) => service::close(&at, step)?,
        Fact::ServiceRequestRaised(raised) => request::raise(&at, raised)?,
        Fact::ServiceRequestTaken(step) => request::take(&at, step)?,
        Fact::ServiceRequestHandedOn(step) => request::hand_on(&at, step)?,
        Fact::ServiceRequestAnswered(step) => request::answer(&at, step)?,
        Fact::ServiceRequestReturned(step) => request::send_back(&at, step)?,
        Fact::ServiceRequestClosed(step) => request::close(&at, step)?,
        Fact::IncentiveClaimed(claimed) => incentive::claim(&at, claimed)?,
        Fact::IncentiveApproved(step) => incentive::approve(&at, step)?,
        Fact::IncentiveRefused(step) => incentive::refuse(&at, step)?,
        Fact::IncentivePaid(step) => incentive::pay(&at, step)?,
        Fact::IncentiveClawedBack(step) => incentive::claw_back(&at, step)?,
        Fact::IncentiveRepaid(step) => incentive::repay(&at, step)?,
        Fact::InspectionVisited(visited) => inspection::visit(&at, visited)?,
        Fact::InspectionPublished(step) => inspection::publish(&at, step)?,
        fact @ (Fact::Matter(..)
        | Fact::AlarmRaised(_)
        | Fact::InspectionDrawn(_)
        | Fact::ReportDutyOpened(_)
        | Fact::ProjectAdmitted(_)
        | Fact::PriorMatter(_)
        | Fact::FactsStated(_)) => {
            return Err(Refusal::NotYours(format!("nobody states {}", fact.kind())));
        }
    };
    Ok(vec![fact.on(on)])
}

/// Everything that a step is decided on.
struct At<'a> {
    case: &'a Case,
    /// Date in law of the step.
    on: Date,
    caller: &'a Caller,
    bench: &'a Bench,
}

impl At<'_> {
    /// The caller is this agency.
    fn agency(&self, code: &str) -> Result<(), Refusal> {
        if self.caller.agency() == Some(code) {
            Ok(())
        } else {
            Err(Refusal::NotYours(format!("this is for agency {code} to do")))
        }
    }

    /// The caller is an agency that holds this office.
    fn office(&self, key: &str) -> Result<(), Refusal> {
        let office = self.bench.law.aftercare.office(key);
        if self.caller.agency().is_some_and(|code| office.iter().any(|one| one == code)) {
            return Ok(());
        }
        Err(Refusal::NotYours(format!("this is for {} to do", office.join(" or "))))
    }

    /// The code is an agency of the catalogue.
    fn known_agency(&self, field: &str, code: &str) -> Result<(), Refusal> {
        match self.bench.law.catalogue.agency(code) {
            Some(_) => Ok(()),
            None => Err(wrong(field, "is no agency of the catalogue")),
        }
    }

    /// Nothing is dated before what it follows.
    fn not_before(&self, earliest: Date) -> Result<(), Refusal> {
        if self.on < earliest {
            return Err(wrong("occurred_on", format!("is {earliest} or later")));
        }
        Ok(())
    }
}

/// The entry of a number.
fn entry<'e, T>(entries: &'e [T], number: u32, what: &str) -> Result<&'e T, Refusal> {
    let entry = nth(entries.len(), number).and_then(|at| entries.get(at));
    entry.ok_or_else(|| Refusal::Unknown(format!("{what} {number}")))
}

/// The number of the next entry.
fn next<T>(entries: &[T]) -> u32 {
    u32::try_from(entries.len()).unwrap_or(u32::MAX).saturating_add(1)
}

fn wrong(field: &str, rule: impl Into<String>) -> Refusal {
    Refusal::Fields(vec![Violation::new(field, rule)])
}

/// Texts that must be there, told all at once.
fn required(texts: &[(&str, &str)]) -> Result<(), Refusal> {
    let missing = texts.iter().filter(|(_, text)| text.trim().is_empty());
    let missing: Vec<_> = missing.map(|(field, _)| Violation::new(*field, "is required")).collect();
    if missing.is_empty() { Ok(()) } else { Err(Refusal::Fields(missing)) }
}

/// A refusal by a rule.
fn rule(
    reason: &'static str,
    article: &str,
    en: impl Into<String>,
    zh: impl Into<String>,
) -> Refusal {
    let (article, en, zh) = (article.to_owned(), en.into(), zh.into());
    Refusal::Rule { reason, article, en, zh, details: Vec::new() }
}

/// The project's own enterprise, or an agency's counter or the secretary that names it. As whom it acts, as a
/// reference.
pub(crate) fn enterprise(case: &Case, caller: &Caller) -> Result<String, Refusal> {
    let acts = match &caller.principal {
        Principal::Enterprise { .. } => Some(caller.principal.to_string()),
        Principal::Agency { .. }
        | Principal::Agent { .. }
        | Principal::Secretary { .. }
        | Principal::System { .. } => caller.on_behalf_of.clone(),
    };
    acts.filter(|acts| case.parties().is_owner(acts)).ok_or_else(|| {
        Refusal::NotYours(
            "this is for the enterprise to do, or for who names it as tongban-on-behalf-of"
                .to_owned(),
        )
    })
}

fn admitted(case: &Case) -> Result<&ProjectAdmitted, Refusal> {
    case.admitted.as_ref().ok_or_else(|| {
        rule(
            "NO_PROJECT_CODE",
            "发改投资〔2020〕1439号 art. 4",
            "the project has no project code yet; nothing can follow its launch",
            "项目尚无统一代码，不能办理投产后事项",
        )
    })
}
