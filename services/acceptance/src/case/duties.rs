//! What the enterprise owes by law, with a clock of its own for each; and the permit that lapses by itself.
//! Everything here is derived, by the rules that the status asks too.

use std::collections::BTreeSet;

use desk::docket::Bench;
use jiff::civil::Date;
use rulebook::{
    clock::Clock,
    construction::{self, Duty, OwnerAccepted},
};

use super::state::Case;

impl Case {
    /// The day from which the start of construction is counted: the permit was handed over, or issued while
    /// nothing is known of that.
    fn permitted_since(&self) -> Option<Date> {
        self.permit.as_ref().map(|permit| permit.handed_over_on.unwrap_or(permit.issued_on))
    }

    /// The clock of the start of construction.
    #[must_use]
    pub fn start_clock(&self) -> Option<Clock> {
        Some(self.works.start_clock(self.permitted_since()?))
    }

    /// The last day on which construction could begin, if it passed and construction did not: the permit
    /// is void by itself, whether or not anybody has said so.
    #[must_use]
    pub fn lapse(&self, bench: &Bench) -> Option<Date> {
        self.works.lapse(self.permitted_since()?, bench.date, &bench.calendar)
    }

    /// Every duty that has begun, those of construction first.
    #[must_use]
    pub fn duties(&self, bench: &Bench) -> Vec<Duty> {
        let mut duties = self.works.duties(self.permitted_since());
        for (unit, on) in &self.owner_accepted {
            duties.extend(self.after_acceptance(unit, *on, bench));
        }
        duties
    }

    fn after_acceptance(&self, unit: &str, on: Date, bench: &Bench) -> Vec<Duty> {
        let catalogue = &bench.law.catalogue;
        let facts = &self.facts_of(&BTreeSet::from([unit.to_owned()]), catalogue);
        let archived_on = self.planning_archive.get(unit).copied();
        let accepted = OwnerAccepted { unit, on, facts, archived_on };
        let in_hand = |code: &str| self.in_hand(code, unit, bench);
        construction::after_acceptance(accepted, in_hand, catalogue, bench.date)
    }
}
