//! What the foreign share alone decides under an entry.

use rust_decimal::Decimal;

use super::Outcome;
use super::fields::{At, Reading, Table};

/// What a machine may decide from the foreign share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rule {
    /// No foreign share at all.
    Prohibited,
    /// Any foreign share goes to a person.
    Manual,
    /// Up to a bound it passes with the condition; up to a second one a person decides; above, it
    /// is refused.
    Share {
        /// Passes with the condition within this.
        pass: Bound,
        /// Beyond `pass` and within this, a person decides.
        manual: Option<Bound>,
    },
}

/// An upper bound of the share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bound {
    /// In per cent.
    pub pct: Decimal,
    /// Whether the figure itself is within.
    pub inclusive: bool,
}

impl Bound {
    fn holds(self, share: Decimal) -> bool {
        if self.inclusive { share <= self.pct } else { share < self.pct }
    }
}

impl Rule {
    /// What a share in per cent, from 0 to 100, comes to.
    pub fn outcome(&self, share: Decimal) -> Outcome {
        if share.is_zero() {
            return Outcome::Pass;
        }
        match self {
            Self::Prohibited => Outcome::Refuse,
            Self::Manual => Outcome::Manual,
            Self::Share { pass, .. } if pass.holds(share) => Outcome::PassWithCondition,
            Self::Share { manual: Some(manual), .. } if manual.holds(share) => Outcome::Manual,
            Self::Share { .. } => Outcome::Refuse,
        }
    }
}

/// Reads `rule = …`, which must be there: prose without a rule is a fault, not a guess.
pub(super) fn rule_of(reading: &mut Reading, table: &mut Table) -> Option<Rule> {
    if !table.has("rule") {
        let message = "no `rule`: say what the share decides, or rule = \"manual\"";
        reading.fault(table.at, message);
        return None;
    }
    let At { value, at } = table.word_or_table(reading, "rule", "a rule")?;
    match value {
        Ok(word) => match word.as_str() {
            "prohibited" => Some(Rule::Prohibited),
            "manual" => Some(Rule::Manual),
            "joint_venture" => Some(Rule::Share {
                pass: Bound { pct: Decimal::ONE_HUNDRED, inclusive: false },
                manual: None,
            }),
            other => {
                let words = "`prohibited`, `joint_venture`, `manual` or a table";
                reading.fault(at, format!("`rule` must be {words}, not `{other}`"));
                None
            }
        },
        Err(table) => share_rule(reading, table, at),
    }
}

fn share_rule(reading: &mut Reading, mut table: Table, at: usize) -> Option<Rule> {
    if !table.has("max_pct") && !table.has("below_pct") {
        reading.fault(at, "a rule needs `max_pct` or `below_pct`");
    }
    let pass = bound(reading, &mut table, "max_pct", "below_pct");
    let manual = bound(reading, &mut table, "manual_max_pct", "manual_below_pct");
    table.done(reading);
    let pass = pass?;
    if manual.is_some_and(|manual| (manual.pct, manual.inclusive) <= (pass.pct, pass.inclusive)) {
        reading.fault(at, "the manual bound of a rule must be above the other");
    }
    Some(Rule::Share { pass, manual })
}

/// One of two fields, or neither.
fn bound(
    reading: &mut Reading,
    table: &mut Table,
    inclusive: &str,
    exclusive: &str,
) -> Option<Bound> {
    let most = table.decimal_if(reading, inclusive);
    let below = table.decimal_if(reading, exclusive);
    if let (Some(_), Some(second)) = (&most, &below) {
        reading.fault(second.at, format!("give `{inclusive}` or `{exclusive}`, not both"));
    }
    let is_inclusive = most.is_some();
    let pct = most.or(below)?;
    if pct.value <= Decimal::ZERO || pct.value > Decimal::ONE_HUNDRED {
        reading.fault(pct.at, "a share must be above 0 and at most 100");
    }
    Some(Bound { pct: pct.value, inclusive: is_inclusive })
}
