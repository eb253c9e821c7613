//! Changes told by the enterprise: of the project's facts, of what matters depend on, and its end.

use super::{Decision, Order, matters, needs_reason, rule, with_matter};
use crate::case::{
    event::{Fact, ProjectFacts},
    state::Case,
};
use desk::refuse::{Refusal, Violation};
use std::collections::BTreeMap;

/// Records a change; what changed is found by comparing.
///
/// # Errors
/// Nothing changed.
pub fn change(case: &Case, facts: &ProjectFacts, reason: &str, order: Order<'_>) -> Decision {
    let project = case.going()?;
    order.by_enterprise()?;
    needs_reason(reason, "reason")?;
    let on = order.on(project.registered_on)?;
    let changed = facts.changed_from(&project.facts);
    if changed.is_empty() {
        return Err(rule(
            "NOTHING_CHANGED",
            "国令第673号 art. 14",
            "the facts are what they were",
            "项目情况没有变化",
        ));
    }
    Ok(vec![
        Fact::Changed { facts: Box::new(facts.clone()), changed, reason: reason.to_owned() }.on(on),
    ])
}

/// States facts on which matters of this stage depend.
///
/// # Errors
/// A fact that the catalogue does not ask for, that intake knows itself, or of the wrong type.
pub fn state_facts(case: &Case, facts: &BTreeMap<String, String>, order: Order<'_>) -> Decision {
    let project = case.going()?;
    order.by_enterprise()?;
    let on = order.on(project.registered_on)?;
    let mut violations = Vec::new();
    for (key, value) in facts {
        let field = format!("facts[{key}]");
        match order.bench.law.catalogue.fact(key) {
            None => {
                violations.push(Violation::new(field, "is no fact that the catalogue asks for"))
            }
            Some(_) if matters::KNOWN_HERE.contains(&key.as_str()) => {
                violations.push(Violation::new(
                    field,
                    "is known to the platform from the registration; it is not asked for",
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

/// Gives the project up; applications that nobody has decided end with it.
///
/// # Errors
/// It was given up already.
pub fn withdraw(case: &Case, reason: &str, order: Order<'_>) -> Decision {
    let project = case.going()?;
    order.by_enterprise()?;
    needs_reason(reason, "reason")?;
    let on = order.on(project.last_on)?;
    let withdrawn = matters::give_up(case, reason, on, order)?;
    Ok(with_matter(Fact::Withdrawn { reason: reason.to_owned() }, on, withdrawn))
}
