//! The matters of this stage: those that intake's own calls open and decide, and those that are filed.

use super::{Order, admit, rule};
use crate::case::{
    event::{Event, Fact},
    state::{Case, Project},
};
use desk::{
    caller::Caller,
    docket::{Bench, Decided},
    matters::{self as desk_matters, Form, today},
    refuse::Refusal,
};
use jiff::civil::Date;
use rulebook::{
    catalogue::{Facts, Stage},
    filing::Counter,
    matter::{
        Act, Certificate, Command, Condition, Filing, Matter, MatterId, Outcome, Terms, Track,
    },
    money::Currency,
    negative_list,
};
use std::collections::BTreeSet;

/// Items that intake's own calls open and decide; they are not filed, and no other call decides them.
const OWN_CALLS: [&str; 5] = ["S1-01", "S1-02", "S1-03", "S1-04", "S1-12"];

/// Items that may come before the project is admitted: a written promise binds whoever gave it.
const BEFORE_ADMISSION: [&str; 1] = ["S1-07"];

/// Why a matter that nobody decided is closed when a newer one takes its place.
const SUPERSEDED: &str = "已重新办理";

/// Facts of the catalogue that intake knows and never asks for.
pub const KNOWN_HERE: [&str; 4] = [
    "restricted_sector",
    "security_review_flagged",
    "enterprise_established",
    "total_investment_usd",
];

/// How a matter of one of our own calls ends.
pub enum Verdict {
    /// Granted under a number.
    Granted {
        /// Number of what is issued.
        number: String,
        /// Conditions, in words.
        conditions: Vec<Condition>,
    },
    /// Refused.
    Refused {
        /// Reason.
        reason: String,
    },
}

type Steps = Result<Vec<Event>, Refusal>;

/// Opens the matters that a form applies for.
///
/// # Errors
/// The project may not go on, or an application may not be received.
pub fn file(case: &Case, form: &Form, bench: &Bench) -> Result<Decided<Event>, Refusal> {
    let project = case.going()?;
    today(bench).claimed(form.occurred_on, project.registered_on)?;
    for application in &form.applications {
        may_be_filed(project, &application.item)?;
    }
    let facts = facts(project, bench);
    let counter = Counter {
        catalogue: &bench.law.catalogue,
        stage: Stage::Intake,
        on: form.occurred_on.unwrap_or(bench.date),
        facts: &facts,
        matters: &case.matters,
        in_force_before: &BTreeSet::new(),
    };
    let steps = desk_matters::file(&counter, form, bench)?;
    Ok(steps
        .into_iter()
        .map(|(id, step)| Fact::Matter(id, step.clone()).on(step.on()))
        .collect::<Vec<_>>()
        .into())
}

/// Decides an act on a matter of this stage.
///
/// # Errors
/// The refusal of the act; matters of our own calls are decided by those only.
pub fn act(
    case: &Case,
    id: &MatterId,
    command: &Command,
    caller: &Caller,
    bench: &Bench,
) -> Result<Decided<Event>, Refusal> {
    if OWN_CALLS.contains(&id.item()) && !is_left_to_the_desk(id, &command.act) {
        return Err(own_call(id.item()));
    }
    let steps = desk_matters::decide(&case.matters, id, command, caller, bench)?;
    let goes_on = matches!(
        command.act,
        Act::Accept { .. }
            | Act::TolerateMissing { .. }
            | Act::DeemAccepted
            | Act::Decide { outcome: Outcome::Granted { .. }, .. }
            | Act::DeemGranted
    );
    if goes_on && !BEFORE_ADMISSION.contains(&id.item()) {
        admit::admitted(case.going()?)?;
    }
    Ok(steps.into_iter().map(|step| step_of(id, step)).collect::<Vec<_>>().into())
}

/// Cards are every matter's; and the office of the security review may wait for the applicant
/// (外商投资安全审查办法 art. 10).
fn is_left_to_the_desk(id: &MatterId, act: &Act) -> bool {
    match act {
        Act::ContestCard { .. } | Act::RuleOnCard { .. } => true,
        Act::Suspend { .. } | Act::Resume { .. } => id.item() == "S1-03",
        _ => false,
    }
}

fn may_be_filed(project: &Project, item: &str) -> Result<(), Refusal> {
    if OWN_CALLS.contains(&item) {
        return Err(own_call(item));
    }
    if BEFORE_ADMISSION.contains(&item) {
        return Ok(());
    }
    admit::admitted(project)?;
    let right = if restricted(project) == Some(true) { "S1-09" } else { "S1-08" };
    if ["S1-08", "S1-09"].contains(&item) && item != right {
        return Err(rule(
            "WRONG_ROUTE",
            "国令第673号 art. 3, 15",
            format!("{item} is not the way of this project; it is {right}"),
            format!("本项目应当办理{right}，不适用{item}"),
        ));
    }
    Ok(())
}

/// Whether the activity is on the list and passes under a condition only, so that the project is verified
/// and not filed; `None` before the screening has come out.
#[must_use]
pub fn restricted(project: &Project) -> Option<bool> {
    let screening = project.screening.as_ref().filter(|screening| screening.admits())?;
    Some(screening.outcome() == negative_list::Outcome::PassWithCondition)
}

fn own_call(item: &str) -> Refusal {
    rule(
        "OWN_CALL",
        "行政许可法 art. 30",
        format!("{item} is opened and decided by its own call of IntakeService"),
        format!("事项{item}由项目准入服务的专门接口办理"),
    )
}

/// The facts of the catalogue as intake knows them.
#[must_use]
pub fn facts(project: &Project, bench: &Bench) -> Facts {
    let mut facts = Facts::new();
    for (key, value) in &project.stated {
        if let Some(value) = bench.law.catalogue.fact(key).and_then(|fact| fact.read(value).ok()) {
            facts.set(key.clone(), value);
        }
    }
    let mut facts = facts
        .flag("security_review_flagged", project.security_review.is_some())
        .flag("enterprise_established", !project.facts.uscc.is_empty());
    if let Some(restricted) = restricted(project) {
        facts = facts.flag("restricted_sector", restricted);
    }
    match dollars(project, bench) {
        Some(dollars) => facts.number("total_investment_usd", dollars),
        None => facts,
    }
}

/// The total investment in US dollars: at the rate of the gate's decision on that amount, else at the one
/// of the day of the screening or registration, so that it does not drift with time; `None` without a rate.
#[must_use]
pub fn dollars(project: &Project, bench: &Bench) -> Option<rust_decimal::Decimal> {
    let amount = project.facts.total_investment;
    if amount.currency() == Currency::USD {
        return Some(amount.amount());
    }
    let decided = project.gate.as_ref().filter(|gate| gate.amount == amount);
    let screened = project.screening.as_ref().map_or(project.registered_on, |one| one.on);
    let on = decided.map_or(screened, |gate| gate.rate_date);
    let rate = bench.law.key_project.rate_on(amount.currency(), on)?;
    rate.to_usd(amount).ok().map(|dollars| dollars.amount())
}

/// A matter that a call opens, accepts, grants and delivers at once.
pub(super) fn instant(case: &Case, item: &str, number: &str, on: Date, order: Order<'_>) -> Steps {
    ruled(
        case,
        item,
        Verdict::Granted { number: number.to_owned(), conditions: Vec::new() },
        on,
        order,
    )
}

/// A matter that a call opens, accepts, decides and delivers at once.
pub(super) fn ruled(
    case: &Case,
    item: &str,
    verdict: Verdict,
    on: Date,
    order: Order<'_>,
) -> Steps {
    let (id, matter, mut events) = opened(case, item, on, order)?;
    events.extend(concluded(&id, matter, verdict, on, order)?);
    Ok(events)
}

/// A matter that a call opens and accepts; [`conclude`] decides it later.
pub(super) fn open(case: &Case, item: &str, on: Date, order: Order<'_>) -> Steps {
    opened(case, item, on, order).map(|(_, _, events)| events)
}

/// Closes the matters of an item that nobody has decided, because a newer one takes their place.
pub(super) fn supersede(case: &Case, item: &str, on: Date, order: Order<'_>) -> Steps {
    close(case, |id| id.item() == item, SUPERSEDED, on, order)
}

/// Withdraws the applications that nobody has decided, because the project is given up.
pub(super) fn give_up(case: &Case, reason: &str, on: Date, order: Order<'_>) -> Steps {
    close(case, |_| true, reason, on, order)
}

fn close(
    case: &Case,
    which: impl Fn(&MatterId) -> bool,
    reason: &str,
    on: Date,
    order: Order<'_>,
) -> Steps {
    let open = case.matters.iter().filter(|(id, matter)| {
        which(id) && matter.decided().is_none() && matter.closed_on().is_none()
    });
    let mut events = Vec::new();
    for (id, matter) in open {
        let act = Act::WithdrawApplication { reason: reason.to_owned() };
        events.extend(take(id, &mut matter.clone(), act, on, order)?);
    }
    Ok(events)
}

/// Decides and delivers the newest matter of an item, which a call left open.
pub(super) fn conclude(
    case: &Case,
    item: &str,
    verdict: Verdict,
    on: Date,
    order: Order<'_>,
) -> Steps {
    let newest = case.matters.iter().rev().find(|(id, _)| id.item() == item);
    let (id, matter) = newest.ok_or_else(|| Refusal::Unknown(format!("matter of {item}")))?;
    concluded(id, matter.clone(), verdict, on, order)
}

fn opened(
    case: &Case,
    item: &str,
    on: Date,
    order: Order<'_>,
) -> Result<(MatterId, Matter, Vec<Event>), Refusal> {
    let row = order.bench.law.catalogue.item(item, on).ok_or_else(|| super::no_rule(item, on))?;
    let newest = case.matters.keys().filter(|id| id.item() == item).map(MatterId::ordinal).max();
    let id = MatterId::new(item, newest.unwrap_or(0).saturating_add(1))
        .map_err(|_| super::no_rule(item, on))?;
    let facts =
        case.project.as_deref().map(|project| facts(project, order.bench)).unwrap_or_default();
    let terms = Terms::of(&row.for_project(&facts), Track::Ordinary);
    let filing = Filing { terms, materials: Vec::new(), commitment: None };
    let steps = filing.decide(Some(on), today(order.bench))?;
    let mut matter = Matter::replay(&steps).ok_or_else(|| super::no_rule(item, on))?;
    let mut events: Vec<_> = steps.into_iter().map(|step| step_of(&id, step)).collect();
    events.extend(take(&id, &mut matter, Act::Accept { document: String::new() }, on, order)?);
    Ok((id, matter, events))
}

fn concluded(
    id: &MatterId,
    mut matter: Matter,
    verdict: Verdict,
    on: Date,
    order: Order<'_>,
) -> Steps {
    let outcome = match verdict {
        Verdict::Granted { number, conditions } => Outcome::Granted {
            certificate: Certificate { number, valid_until: None, sha256: None },
            conditions,
        },
        Verdict::Refused { reason } => {
            let remedies = vec![
                "行政复议（60日内，行政复议法 art. 20）或行政诉讼（6个月内，行政诉讼法 art. 46）"
                    .to_owned(),
            ];
            Outcome::Refused { reasons: vec![reason], remedies }
        }
    };
    let mut events =
        take(id, &mut matter, Act::Decide { outcome, document: String::new() }, on, order)?;
    events.extend(take(
        id,
        &mut matter,
        Act::Deliver { method: "平台送达".to_owned() },
        on,
        order,
    )?);
    Ok(events)
}

fn take(id: &MatterId, matter: &mut Matter, act: Act, on: Date, order: Order<'_>) -> Steps {
    let steps = matter.decide(&act.on(on), today(order.bench))?;
    for step in &steps {
        matter.evolve(step);
    }
    Ok(steps.into_iter().map(|step| step_of(id, step)).collect())
}

fn step_of(id: &MatterId, step: rulebook::matter::Event) -> Event {
    let on = step.on();
    Fact::Matter(id.clone(), step).on(on)
}
