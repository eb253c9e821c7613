//! Whose day it was: every calendar day since receipt is charged to exactly one party.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::calendar::Calendar;
use crate::clock::{Clock, Stop};

use super::state::{Matter, Party, Turn};
use super::terms::OpinionTerm;

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
    /// the one whose opinion is due first; a special procedure that outlasts what its rule allows is
    /// the agency's time again; a rest day is nobody's.
    ///
    /// While something is owed since acceptance (容缺受理) the days are the agency's: it chose to accept, its
    /// clock runs, and a day on which the authority's clock runs is never the applicant's. What being late
    /// costs the applicant is the matter, not days.
    pub fn ledger(&self, through: Date, calendar: &Calendar) -> Ledger {
        let last = self.closed_on().map_or(through, |closed| closed.min(through));
        let stops = self.review().map(|review| self.stops(review, calendar)).unwrap_or_default();
        let clock = Clock::new(self.received_on, self.terms.correction.limit, String::new());
        let clock = stops.into_iter().fold(clock, Clock::stop);
        let parties = self.parties(calendar);
        let mut days = Vec::new();
        let mut date = self.received_on;
        let mut at = 0;
        while date < last {
            let Ok(next) = date.tomorrow() else { break };
            date = next;
            while self.turns.get(at + 1).is_some_and(|turn| turn.since < date) {
                at += 1;
            }
            let party = match (self.turns.get(at), parties.get(at)) {
                _ if !calendar.is_working(date) => Party::Nobody,
                (Some(turn), Some(party)) if !turn.special || clock.is_stopped_on(date) => {
                    party.clone()
                }
                (Some(Turn { .. }) | None, _) => Party::Agency(self.terms.agency.clone()),
            };
            days.push(Charge { date, party });
        }
        Ledger { days }
    }

    /// Who held the ball on a day, rest day or not.
    pub(super) fn held_on(&self, day: Date, calendar: &Calendar) -> Party {
        let lead = || Party::Agency(self.terms.agency.clone());
        let parties = self.parties(calendar);
        let turns = self.turns.iter().zip(parties);
        let held = turns.rev().find(|(turn, _)| turn.since < day);
        match held {
            // Nothing is due while the clock stands: whose time a special procedure took has run out.
            Some((turn, _)) if turn.special => lead(),
            Some((_, party)) => party,
            None => lead(),
        }
    }

    /// Who had to act in each turn.
    pub(super) fn parties(&self, calendar: &Calendar) -> Vec<Party> {
        let stops = self.review().map(|review| self.stops(review, calendar)).unwrap_or_default();
        let party = |turn: &Turn| match self.due_first(&turn.open, &stops, calendar) {
            Some(term) => Party::Agency(term.agency.clone()),
            None => turn.party.clone(),
        };
        self.turns.iter().map(party).collect()
    }

    /// Of these opinions, each with the day of asking, the one that is due first; of several due on
    /// one day, the first by key.
    pub(super) fn due_first(
        &self,
        open: &[(String, Date)],
        stops: &[Stop],
        calendar: &Calendar,
    ) -> Option<&OpinionTerm> {
        let due = |(key, on): &(String, Date)| {
            let term = self.terms.opinion(key)?;
            let clock = Clock::new(*on, term.limit.limit, String::new());
            let clock = stops.iter().cloned().fold(clock, Clock::stop);
            Some((clock.deadline(calendar).map(|deadline| deadline.due), term))
        };
        let first = open.iter().filter_map(due).min_by_key(|(due, term)| (*due, &term.key));
        first.map(|(_, term)| term)
    }
}
