//! Conditions: their words as a list, and beside it what is set for single ones. The words came first on
//! disk; a condition of which nothing else is said has no day of its own and does not last.

use proto::matter::v1 as pb;
use rulebook::matter::{Condition, Imposed};

use super::{Malformed, values};

/// The words.
pub(crate) fn texts(conditions: &[Condition]) -> Vec<String> {
    conditions.iter().map(|condition| condition.text.clone()).collect()
}

/// What is set besides the words.
pub(super) fn terms(conditions: &[Condition]) -> Vec<pb::ConditionTerm> {
    let terms = conditions.iter().zip(1..).filter(|(one, _)| one.due.is_some() || one.lasting);
    terms
        .map(|(one, number)| pb::ConditionTerm {
            number,
            due: values::optional_date_text(one.due),
            lasting: one.lasting,
        })
        .collect()
}

/// Stored conditions.
pub(super) fn read(
    field: &str,
    texts: &[String],
    terms: &[pb::ConditionTerm],
) -> Result<Vec<Condition>, Malformed> {
    let mut conditions: Vec<_> = texts.iter().map(|text| Condition::from(text.as_str())).collect();
    for term in terms {
        let due = values::optional_date(&format!("{field}.condition_terms.due"), &term.due)?;
        let number = Malformed::new(format!("{field}.condition_terms.number"), "is none of them");
        let condition = nth(&mut conditions, term.number).ok_or(number)?;
        (condition.due, condition.lasting) = (due, term.lasting);
    }
    Ok(conditions)
}

/// The condition of a number, from 1.
pub(crate) fn nth(conditions: &mut [Condition], number: u32) -> Option<&mut Condition> {
    let index = usize::try_from(number).ok()?.checked_sub(1)?;
    conditions.get_mut(index)
}

/// A condition of a permit as it is shown.
pub(crate) fn imposed(imposed: &Imposed) -> pb::ImposedCondition {
    let (shown, checked) = (imposed.shown.as_ref(), imposed.checked.as_ref());
    pb::ImposedCondition {
        number: imposed.number,
        agency: imposed.agency.clone(),
        opinion: imposed.opinion.clone().unwrap_or_default(),
        text: imposed.condition.text.clone(),
        due: values::optional_date_text(imposed.condition.due),
        lasting: imposed.condition.lasting,
        open: imposed.is_open(),
        shown_on: values::optional_date_text(shown.map(|(on, _)| *on)),
        evidence: shown.map(|(_, evidence)| evidence.clone()).unwrap_or_default(),
        checked_on: values::optional_date_text(checked.map(|checked| checked.on)),
        findings: checked.map(|checked| checked.findings.clone()).unwrap_or_default(),
    }
}
