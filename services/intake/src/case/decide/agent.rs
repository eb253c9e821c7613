//! Agents: the enterprise says who may act for it, and takes it back.

use super::{Decision, Order, rule};
use crate::case::{event::Fact, state::Case};
use desk::{caller::Principal, mandates::Mandate, refuse::Refusal};

/// The right to choose one's own representative.
const AGENCY: &str = "民法典 art. 161, 165";

/// Appoints an agent, or appoints it anew; the later word replaces the one before.
///
/// # Errors
/// The caller is not the enterprise itself, or the last day lies before the first or is over.
pub fn appoint(case: &Case, mandate: &Mandate, order: Order<'_>) -> Decision {
    let project = case.going()?;
    by_itself(&order)?;
    let on = order.on(project.registered_on)?;
    if let Some(until) = mandate.until.filter(|until| *until < mandate.from || *until < on) {
        return Err(rule(
            "MANDATE_OVER",
            AGENCY,
            format!("the mandate would end on {until}, before it begins"),
            format!("授权截止日 {until} 早于起始日"),
        ));
    }
    if case.agents.get(&mandate.agent) == Some(mandate) {
        return Err(rule(
            "ALREADY_APPOINTED",
            AGENCY,
            format!("{} has this mandate already", mandate.agent),
            format!("{} 已有相同授权", mandate.agent),
        ));
    }
    Ok(vec![Fact::AgentAppointed(mandate.clone()).on(on)])
}

/// Revokes what was given here.
///
/// # Errors
/// The caller is not the enterprise itself, or nothing was given here.
pub fn revoke(case: &Case, agent: &str, order: Order<'_>) -> Decision {
    let project = case.registered()?;
    by_itself(&order)?;
    let on = order.on(project.registered_on)?;
    if !case.agents.contains_key(agent) {
        return Err(rule(
            "NOT_APPOINTED",
            "民法典 art. 173",
            format!("{agent} has no mandate here"),
            format!("{agent} 在此没有授权"),
        ));
    }
    Ok(vec![Fact::AgentRevoked { agent: agent.to_owned() }.on(on)])
}

/// An agent does not appoint another, and nobody does it in the enterprise's name.
fn by_itself(order: &Order<'_>) -> Result<(), Refusal> {
    match order.caller.principal {
        Principal::Enterprise { .. } => Ok(()),
        Principal::Agent { .. }
        | Principal::Agency { .. }
        | Principal::Secretary { .. }
        | Principal::System { .. } => {
            Err(Refusal::NotYours("only the enterprise itself says who acts for it".to_owned()))
        }
    }
}
