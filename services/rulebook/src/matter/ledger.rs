//! Whose day it was: every calendar day since receipt is charged to exactly one party.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::calendar::Calendar;
use crate::clock::Clock;

use super::state::{Matter, Party, Turn};

/// One day and who it is charged to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Charge {
    /// The day.
    pub date: Date,
    /// Who had to act; [`Party::Nobody`] on a rest day.
    pub party: Party,
}

/// The days of a matter from the day after receipt until it was closed, or until the day asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ledger {
    /// Each day once, in order.
    pub days: Vec<Charge>,
}

impl Ledger {
    /// How many days each party is charged with. The parts sum to [`Ledger::elapsed`].
    pub fn by_party(&self) -> BTreeMap<Party, u32> {
        let mut sums = BTreeMap::new();
        for charge in &self.days {
            *sums.entry(charge.party.clone()).or_default() += 1;
        }
        sums
    }

    /// Calendar days elapsed.
    pub fn elapsed(&self) -> u32 {
        u32::try_from(self.days.len()).unwrap_or(u32::MAX)
    }
}

impl Matter {
    /// Every day in (receipt, `through`], but none after the matter was closed, each charged to the
    /// one party that had to act. Of several agencies whose opinions are open, the day is that of
    /// the one that has waited longest; a special procedure that outlasts what its rule allows is
    /// the agency's time again; a rest day is nobody's.
    pub fn ledger(&self, through: Date, calendar: &Calendar) -> Ledger {
        let last = self.closed_on().map_or(through, |closed| closed.min(through));
        let stops = self.review().map(|review| self.stops(review, calendar)).unwrap_or_default();
        let clock = Clock::new(self.received_on, self.terms.correction.limit, String::new());
        let clock = stops.into_iter().fold(clock, Clock::stop);
        let mut days = Vec::new();
        let mut date = self.received_on;
        let mut at = 0;
        while date < last {
            let Ok(next) = date.tomorrow() else { break };
            date = next;
            while self.turns.get(at + 1).is_some_and(|turn| turn.since < date) {
                at += 1;
            }
            let party = match self.turns.get(at) {
                _ if !calendar.is_working(date) => Party::Nobody,
                Some(turn) if !turn.special || clock.is_stopped_on(date) => turn.party.clone(),
                Some(Turn { .. }) | None => Party::Agency(self.terms.agency.clone()),
            };
            days.push(Charge { date, party });
        }
        Ledger { days }
    }
}
