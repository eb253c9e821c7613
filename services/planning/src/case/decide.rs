//! Whether a command on a project may be carried out, and which facts it adds. Pure: the day, the
//! calendar and the law come in with the [`Bench`].

use super::{
    event::{Event, Fact},
    state::Case,
};
use crate::certificate;
use desk::{
    caller::Caller,
    docket::Bench,
    matters::{self, Form, today},
    refuse::{Refusal, Violation},
};
use jiff::civil::Date;
use rulebook::{
    catalogue::Stage,
    filing::Counter,
    matter::{Act, Command, MatterId, Outcome},
};
use std::collections::BTreeMap;

/// What a command adds, or why it is refused.
pub type Decision = Result<Vec<Event>, Refusal>;

/// Opens the matters that a form applies for.
///
/// # Errors
/// The project has no code or is stopped, or an application may not be received.
pub fn file(case: &Case, form: &Form, bench: &Bench) -> Decision {
    let on = form.occurred_on.unwrap_or(bench.date);
    admitted(case)?;
    since_admission(case, on)?;
    going_on(case)?;
    let facts = case.facts(&bench.law.catalogue);
    let counter = Counter {
        catalogue: &bench.law.catalogue,
        stage: Stage::Planning,
        on,
        facts: &facts,
        matters: &case.matters,
        in_force_before: &case.in_force_before(),
    };
    let steps = matters::file(&counter, form, bench)?;
    Ok(steps
        .into_iter()
        .map(|(id, step)| {
            let on = step.on();
            Fact::Matter(id, step).on(on)
        })
        .collect())
}

/// Decides an act on a matter; a grant issues its certificate in the same breath. While the project is stopped
/// nothing is accepted or granted, by silence neither.
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
    if matches!(
        command.act,
        Act::Accept { .. }
            | Act::TolerateMissing { .. }
            | Act::DeemAccepted
            | Act::Decide { outcome: Outcome::Granted { .. }, .. }
            | Act::DeemGranted
    ) {
        going_on(case)?;
    }
    let steps = matters::decide(&case.matters, id, command, caller, bench)?;
    let mut after = case.clone();
    let mut events = Vec::new();
    for step in steps {
        let event = Fact::Matter(id.clone(), step.clone()).on(step.on());
        after.take(&event);
        events.push(event);
    }
    events.extend(certificate::issued(&after, id, &events, bench));
    Ok(events)
}

/// States facts from which the roadmap follows.
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
    if !caller.speaks_for_enterprise() {
        return Err(Refusal::NotYours(
            "the facts are the enterprise's to state; name it as tongban-on-behalf-of".to_owned(),
        ));
    }
    let admitted = admitted(case)?;
    let on = today(bench).claimed(occurred_on, Date::MIN)?;
    since_admission(case, on)?;
    let mut violations = Vec::new();
    for (key, value) in facts {
        let field = format!("facts[{key}]");
        match bench.law.catalogue.fact(key) {
            None => {
                violations.push(Violation::new(field, "is no fact that the catalogue asks for"))
            }
            Some(_) if admitted.facts.contains_key(key) => {
                violations.push(Violation::new(
                    field,
                    "is known to the platform from intake; it is not asked for again",
                ));
            }
            Some(fact) => {
                violations.extend(fact.read(value).err().map(|why| Violation::new(field, why)))
            }
        }
    }
    if facts.is_empty() {
        violations.push(Violation::new("facts", "has at least one entry"));
    }
    if !violations.is_empty() {
        return Err(Refusal::Fields(violations));
    }
    Ok(vec![Fact::FactsStated { facts: facts.clone() }.on(on)])
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

fn admitted(case: &Case) -> Result<&super::event::Admitted, Refusal> {
    case.admitted.as_ref().ok_or_else(|| Refusal::Rule {
        reason: "NO_PROJECT_CODE",
        article: "发改投资〔2020〕1439号 art. 4".to_owned(),
        en: "the project has no project code yet; without one no authority may accept anything"
            .to_owned(),
        zh: "项目尚无统一代码，审批部门不得受理".to_owned(),
        details: Vec::new(),
    })
}

/// What was handed in before the project had its code could not be taken up.
fn since_admission(case: &Case, on: Date) -> Result<(), Refusal> {
    match case.admitted_on.filter(|since| on < *since) {
        None => Ok(()),
        Some(since) => Err(Refusal::Rule {
            reason: "NO_PROJECT_CODE",
            article: "发改投资〔2020〕1439号 art. 4".to_owned(),
            en: format!("the project has its project code only since {since}"),
            zh: format!("项目自{since}起才有统一代码，此前审批部门不得受理"),
            details: Vec::new(),
        }),
    }
}

fn going_on(case: &Case) -> Result<(), Refusal> {
    match &case.stopped {
        None => Ok(()),
        Some(why) => Err(Refusal::Rule {
            reason: "PROJECT_STOPPED",
            article: "外商投资法实施条例 art. 34".to_owned(),
            en: format!("the project may not go on: {why}"),
            zh: format!("项目暂不得继续办理：{why}"),
            details: Vec::new(),
        }),
    }
}
