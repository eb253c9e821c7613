//! What must be in hand before something may be done on the ground: the gates of the catalogue, unit by unit.

use std::collections::BTreeSet;

use desk::docket::Bench;
use desk::refuse::Refusal;
use jiff::civil::Date;
use rulebook::{catalogue::Gate, matter};

use super::rejection::Rejection;
use super::state::Case;

impl Case {
    /// Lets an act pass if every gate before it is open for every unit. `commitments` are items for which
    /// a signed commitment stands in where the gate allows it.
    ///
    /// # Errors
    /// The gate with what is missing and its article, or a day before everything was in hand.
    pub(super) fn pass_gates(
        &self,
        act: &str,
        on: Date,
        units: &BTreeSet<String>,
        commitments: &[String],
        bench: &Bench,
    ) -> Result<(), Refusal> {
        let gates = bench.law.catalogue.gates();
        for gate in gates.filter(|gate| gate.act.as_deref() == Some(act)) {
            let (missing, since) = self.before(gate, units, commitments, bench);
            if !missing.is_empty() {
                let articles = gate.legal_basis.iter().map(|basis| basis.text.clone());
                return Err(Rejection::GateClosed {
                    gate: gate.id.clone(),
                    act: gate.name.en.clone(),
                    missing: missing.into_iter().collect(),
                    article: articles.collect::<Vec<_>>().join("; "),
                }
                .into());
            }
            if let Some(not_before) = since.filter(|since| on < *since) {
                return Err(matter::Rejection::OutOfOrder { on, not_before }.into());
            }
        }
        Ok(())
    }

    /// What is missing, and the day on which the last of the rest came to hand.
    fn before(
        &self,
        gate: &Gate,
        units: &BTreeSet<String>,
        commitments: &[String],
        bench: &Bench,
    ) -> (BTreeSet<String>, Option<Date>) {
        let catalogue = &bench.law.catalogue;
        let (mut missing, mut since) = (BTreeSet::new(), None);
        for unit in units {
            let facts = self.facts_of(&BTreeSet::from([unit.clone()]), catalogue);
            for demand in catalogue.demands(gate, bench.date, &facts) {
                let codes = demand.any_of.iter();
                let in_hand = codes.filter_map(|code| self.in_hand(code, unit, bench)).min();
                let promised = demand.or_commitment
                    && demand.any_of.iter().any(|code| commitments.contains(code));
                match in_hand {
                    Some(day) => since = since.max(Some(day)),
                    None if promised => {}
                    None => {
                        missing.insert(demand.any_of.join("|"));
                    }
                }
            }
        }
        (missing, since)
    }
}
