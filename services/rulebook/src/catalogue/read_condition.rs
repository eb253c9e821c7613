//! Conditions over facts: `[{ fact = "land_supply", is = ["transferred"] }, { any = [...] }]`.

use rust_decimal::Decimal;

use super::draft::{Claim, Claimed, Need};
use super::facts::Condition;
use super::sheet::Fields;

/// A list of conditions, all of which must hold; `None` if the field is not there.
pub(super) fn conditions(
    fields: &Fields<'_>,
    key: &'static str,
    claims: &mut Vec<Claim>,
) -> Option<Condition> {
    if !fields.has(key) {
        return None;
    }
    let mut parts = members(fields, key, claims);
    match parts.len() {
        0 => {
            fields.sheet.fault(fields.line_of(key), format!("`{key}` is empty: leave it out"));
            None
        }
        1 => parts.pop(),
        _ => Some(Condition::All(parts)),
    }
}

fn members(fields: &Fields<'_>, key: &'static str, claims: &mut Vec<Claim>) -> Vec<Condition> {
    fields.tables(key).iter().map(|table| one(table, claims)).collect()
}

fn one(fields: &Fields<'_>, claims: &mut Vec<Claim>) -> Condition {
    for (key, group) in [
        ("any", Condition::Any as fn(Vec<Condition>) -> Condition),
        ("all", Condition::All as fn(Vec<Condition>) -> Condition),
    ] {
        if fields.has(key) {
            let parts = members(fields, key, claims);
            if parts.len() < 2 {
                let message = format!("`{key}` needs at least two members");
                fields.sheet.fault(fields.line_of(key), message);
            }
            return group(parts);
        }
    }
    test(fields, claims)
}

fn test(fields: &Fields<'_>, claims: &mut Vec<Claim>) -> Condition {
    let named = fields.text("fact");
    let fact = named.value;
    let (condition, need) = if fields.is_flag("is") {
        let is = fields.flag_if("is").unwrap_or(false);
        (Condition::Flag { fact: fact.clone(), is }, Need::Flag)
    } else if fields.has("is") {
        let is: Vec<String> = fields.texts("is").into_iter().map(|word| word.value).collect();
        (Condition::Word { fact: fact.clone(), is: is.clone() }, Need::Words(is))
    } else if fields.has("at_least") {
        let number = number(fields, "at_least");
        (Condition::AtLeast { fact: fact.clone(), number }, Need::Number)
    } else if fields.has("below") {
        let number = number(fields, "below");
        (Condition::Below { fact: fact.clone(), number }, Need::Number)
    } else {
        fields
            .sheet
            .fault(fields.line, "a condition needs `is`, `at_least`, `below`, `any` or `all`");
        return Condition::All(Vec::new());
    };
    claims.push(Claim { line: named.line, what: Claimed::Fact { key: fact, need } });
    condition
}

/// A decimal written as text, so that no binary fraction creeps in.
fn number(fields: &Fields<'_>, key: &'static str) -> Decimal {
    let text = fields.text(key);
    match text.value.parse::<Decimal>() {
        Ok(number) if !number.is_sign_negative() => number,
        _ => {
            if !text.value.is_empty() {
                let message = format!("`{key}` must be a number in quotes, not negative");
                fields.sheet.fault(text.line, message);
            }
            Decimal::ZERO
        }
    }
}
