//! The key-project gate (S1-04) and the service secretary.

use super::{Decision, Order, admit, matters, needs_reason, rule, with_matter};
use crate::case::{
    event::{Fact, Gate},
    state::{Case, Project},
};
use desk::refuse::{Refusal, Violation};

const GATE: &str = "大政发〔2020〕24号 (十五)";
const SECRETARY: &str = "大政发〔2020〕24号 (十六)";

/// Decides the gate from the declared amount and the rate of the day; a recognised project has its service
/// secretary from that moment on.
///
/// # Errors
/// No rule or no rate is in force, a secretary is missing, or the decision was made and is not contested.
pub fn decide(case: &Case, secretary: &str, reason: &str, order: Order<'_>) -> Decision {
    let project = case.going()?;
    let on = order.on(project.last_on)?;
    order.by_agency_of("S1-04", on)?;
    admit::listed(project)?;
    if let Some(gate) = &project.gate {
        if !project.contested && gate.amount == project.facts.total_investment {
            return Err(rule(
                "GATE_DECIDED",
                GATE,
                "the gate was decided, and nothing has changed since",
                "重点项目认定已作出，且情况未变",
            ));
        }
        needs_reason(reason, "reason")?;
    }
    let decision =
        order.bench.law.key_project.decide(project.facts.total_investment, on).map_err(|why| {
            rule("GATE_NOT_DECIDABLE", GATE, why.to_string(), format!("无法认定：{why}"))
        })?;
    let gate = Gate {
        recognised: decision.meets,
        amount: decision.amount,
        rate_units: decision.rate.units(),
        rate_usd: decision.rate.usd(),
        rate_date: decision.rate_date,
        rate_source: decision.rate.source().to_owned(),
        rule_edition: decision.rule_edition.clone(),
        reason: reason.to_owned(),
    };
    if !decision.meets {
        let why = format!(
            "{} 低于 {}（{}）",
            decision.usd_equivalent, decision.threshold, decision.citation
        );
        let matter =
            matters::ruled(case, "S1-04", matters::Verdict::Refused { reason: why }, on, order)?;
        return Ok(with_matter(Fact::KeyProjectDecided(gate), on, matter));
    }
    let begins = begins(project, secretary)?;
    let matter = matters::instant(
        case,
        "S1-04",
        &format!("{} {}", decision.rule_edition, decision.usd_equivalent),
        on,
        order,
    )?;
    let mut events = with_matter(Fact::KeyProjectDecided(gate), on, matter);
    events.extend(begins.map(|secretary| Fact::SecretaryAssigned { secretary }.on(on)));
    Ok(events)
}

/// Who begins as service secretary. Recognition without one is not written, so that there is no gap; who
/// serves already goes on.
fn begins(project: &Project, named: &str) -> Result<Option<String>, Refusal> {
    let wrong = |rule: &str| Err(Refusal::Fields(vec![Violation::new("secretary", rule)]));
    match &project.secretary {
        None if named.is_empty() => {
            wrong("is required: a key project has a service secretary from recognition on")
        }
        None => Ok(Some(named.to_owned())),
        Some(serving) if named.is_empty() || serving == named => Ok(None),
        Some(_) => wrong("is another than the one who serves; hand over instead"),
    }
}

/// Contests a negative decision.
///
/// # Errors
/// There is none, or it is contested already.
pub fn contest(case: &Case, grounds: &str, order: Order<'_>) -> Decision {
    let project = case.going()?;
    order.by_enterprise()?;
    let on = order.on(project.last_on)?;
    let against = project.gate.as_ref().is_some_and(|gate| !gate.recognised);
    if !against {
        return Err(rule(
            "NOTHING_TO_CONTEST",
            GATE,
            "there is no decision of the gate against the project",
            "没有可提出异议的不予认定决定",
        ));
    }
    if project.contested || project.answers_contest {
        return Err(rule(
            "CONTESTED_BEFORE",
            GATE,
            "the decision was contested; the answer to a contest is final for its amount",
            "该认定已经提出异议；对异议的认定为最终认定",
        ));
    }
    Ok(vec![Fact::KeyProjectContested { grounds: grounds.to_owned() }.on(on)])
}

/// Hands the project over to another secretary, on one day, with every open matter listed.
///
/// # Errors
/// The project has no secretary, or keeps the same one.
pub fn hand_over(case: &Case, to: &str, reason: &str, order: Order<'_>) -> Decision {
    let project = case.going()?;
    let on = order.on(project.last_on)?;
    if !matches!(order.caller.principal, desk::caller::Principal::Secretary { .. }) {
        order.by_agency_of("S1-04", on)?;
    }
    let Some(from) = &project.secretary else {
        return Err(rule(
            "NO_SECRETARY",
            SECRETARY,
            "the project has no service secretary before it is recognised",
            "项目尚未认定，没有服务秘书",
        ));
    };
    if from == to {
        return Err(rule(
            "SAME_SECRETARY",
            SECRETARY,
            format!("{to} is the service secretary already"),
            format!("{to}已是服务秘书"),
        ));
    }
    let open = case.matters.iter().filter(|(_, matter)| matter.closed_on().is_none());
    let open_matters = open.map(|(id, _)| id.to_string()).collect();
    let handed = Fact::SecretaryHandedOver {
        from: from.clone(),
        to: to.to_owned(),
        open_matters,
        reason: reason.to_owned(),
    };
    Ok(vec![handed.on(on)])
}
