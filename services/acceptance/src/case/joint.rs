//! One joint acceptance (竣工联合验收) as its facts have left it: who sits on it, what they found in which
//! round, and the opinions issued.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::dependency;
use super::particulars::{Examined, Finding, ListedDefect, Member, Opinion, Scope};

/// A joint acceptance of one unit or phase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Joint {
    /// What it concerns.
    pub scope: Scope,
    /// Key of what comes out of it.
    pub output: String,
    /// The members by key.
    pub seats: BTreeMap<String, Seat>,
    /// The rounds; never empty.
    pub rounds: Vec<Round>,
    /// Every version of the opinion, oldest first.
    pub opinions: Vec<Issued>,
}

/// A member and what it said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seat {
    /// The member.
    pub member: Member,
    /// The day from which it has to say what it finds: the application, or the day it was reopened.
    pub since: Date,
    /// Its result; `None` while it is open.
    pub result: Option<Examined>,
    /// Every result it ever gave, oldest first.
    pub history: Vec<Examined>,
    /// Rounds in which it said nothing in time.
    pub overdue_in: BTreeSet<u32>,
}

/// One round: a day on site, the list that came of it, and the applicant's report.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Round {
    /// The day on site, once fixed.
    pub inspect_on: Option<Date>,
    /// Whether the members were there.
    pub held: bool,
    /// The consolidated list.
    pub list: Option<List>,
    /// Day of the applicant's report.
    pub reported_on: Option<Date>,
}

/// Everything to be put right in one round (整改清单).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List {
    /// Number.
    pub number: String,
    /// Day.
    pub on: Date,
    /// What must be put right.
    pub defects: Vec<ListedDefect>,
    /// Keys of the materials that the applicant must bring for it.
    pub demanded: Vec<String>,
}

impl List {
    /// The list of a day.
    #[must_use]
    pub fn new(on: Date, number: &str, defects: &[ListedDefect], demanded: &[String]) -> Self {
        let (defects, demanded) = (defects.to_vec(), demanded.to_vec());
        List { number: number.to_owned(), on, defects, demanded }
    }
}

/// An issued version of the opinion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issued {
    /// Day.
    pub on: Date,
    /// The round after which it was issued.
    pub round: u32,
    /// The opinion.
    pub opinion: Opinion,
}

impl Seat {
    /// Whether it has to say what it finds.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.result.is_none()
    }

    /// Whether what it found must be put right.
    #[must_use]
    pub fn failed(&self) -> bool {
        matches!(&self.result, Some(Examined { finding: Finding::Rectify(_), .. }))
    }

    /// Whether it passed. What is not applicable stands in nobody's way, but passes nothing.
    #[must_use]
    pub fn passed(&self) -> Option<Date> {
        match &self.result {
            Some(Examined { on, finding: Finding::Pass, .. }) => Some(*on),
            Some(_) | None => None,
        }
    }
}

impl Joint {
    /// A joint acceptance that was applied for.
    #[must_use]
    pub fn new(on: Date, scope: Scope, output: String, members: &[Member]) -> Self {
        let seat = |member: &Member| Seat {
            member: member.clone(),
            since: on,
            result: None,
            history: Vec::new(),
            overdue_in: BTreeSet::new(),
        };
        Joint {
            scope,
            output,
            seats: members.iter().map(|member| (member.key.clone(), seat(member))).collect(),
            rounds: vec![Round::default()],
            opinions: Vec::new(),
        }
    }

    /// Number of the present round, from 1.
    #[must_use]
    pub fn round(&self) -> u32 {
        u32::try_from(self.rounds.len()).unwrap_or(u32::MAX)
    }

    /// The present round.
    #[must_use]
    pub fn present(&self) -> &Round {
        // There is always one; an empty round says that nothing has happened.
        const EMPTY: &Round =
            &Round { inspect_on: None, held: false, list: None, reported_on: None };
        self.rounds.last().unwrap_or(EMPTY)
    }

    /// Changes a round by its number; a round that never was is not changed.
    pub(super) fn amend(&mut self, round: u32, change: impl FnOnce(&mut Round)) {
        let index = usize::try_from(round).ok().and_then(|round| round.checked_sub(1));
        if let Some(round) = index.and_then(|index| self.rounds.get_mut(index)) {
            change(round);
        }
    }

    /// Takes in a result.
    pub(super) fn examined(&mut self, member: &str, examined: &Examined) {
        if let Some(seat) = self.seats.get_mut(member) {
            seat.history.push(examined.clone());
            seat.result = Some(examined.clone());
        }
    }

    /// Lets members look again, in a round that begins with it if it is new.
    pub(super) fn reopen(&mut self, on: Date, round: u32, members: &[String]) {
        if round > self.round() {
            self.rounds.push(Round::default());
        }
        for member in members {
            if let Some(seat) = self.seats.get_mut(member) {
                seat.result = None;
                seat.since = on;
            }
        }
    }

    /// The list that waits for the applicant's report.
    #[must_use]
    pub fn awaits_report(&self) -> Option<&List> {
        let round = self.present();
        round.list.as_ref().filter(|_| round.reported_on.is_none())
    }

    /// The newest version of the opinion.
    #[must_use]
    pub fn opinion(&self) -> Option<&Issued> {
        self.opinions.last()
    }

    /// The round in which members look again when data they rest on is replaced: the present one, or a
    /// new one if an opinion ended it.
    #[must_use]
    pub fn round_for_change(&self) -> u32 {
        let ended = self.opinion().is_some_and(|issued| issued.round == self.round());
        if ended { self.round().saturating_add(1) } else { self.round() }
    }

    /// Keys of the members for which something holds.
    #[must_use]
    pub fn those(&self, holds: impl Fn(&Seat) -> bool) -> BTreeSet<String> {
        let wanted = self.seats.iter().filter(|(_, seat)| holds(seat));
        wanted.map(|(key, _)| key.clone()).collect()
    }

    /// Who has to look again when these failed and these materials changed.
    #[must_use]
    pub fn closure(
        &self,
        failed: &BTreeSet<String>,
        changed: &BTreeSet<String>,
    ) -> BTreeSet<String> {
        let members: BTreeMap<String, Member> =
            self.seats.iter().map(|(key, seat)| (key.clone(), seat.member.clone())).collect();
        dependency::reopened(&members, failed, changed)
    }
}
