//! The alarms of a matter (电子监察): which are due, and what became of each. A card is a record; the light is
//! what is true today.

use jiff::civil::Date;

use crate::alarm::{Alarm, Kind, Span, not_raised};
use crate::calendar::Almanac;
use crate::clock::Clock;

use super::clocks::{Clocks, Timed};
use super::event::Event;
use super::id::MatterId;
use super::state::{Matter, Party, Turn};
use super::terms::CitedLimit;

/// An alarm that was raised, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// The alarm.
    pub alarm: Alarm,
    /// Day on which it was established.
    pub declared_on: Date,
    /// Time to contest it, from that day.
    pub contest: CitedLimit,
    /// That it was contested.
    pub contested: Option<Contest>,
    /// What the supervising agency decided on it; of two decisions, the later.
    pub ruled: Option<Ruled>,
}

/// That an agency contested its card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contest {
    /// Day.
    pub on: Date,
    /// Why it is wrong.
    pub reason: String,
    /// Code of the agency.
    pub by: String,
}

/// What the supervising agency decided on a card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ruled {
    /// Day.
    pub on: Date,
    /// Which.
    pub verdict: Verdict,
    /// Reason.
    pub reason: String,
    /// Number of the decision.
    pub document: String,
    /// Code of the supervising agency.
    pub by: String,
}

/// What can be decided on a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// It should not have been raised.
    Annulled,
    /// It is right, though it was contested.
    Upheld,
}

impl Card {
    /// Whether it was annulled.
    #[must_use]
    pub fn is_annulled(&self) -> bool {
        self.ruled.as_ref().is_some_and(|ruled| ruled.verdict == Verdict::Annulled)
    }

    /// The time to contest it.
    #[must_use]
    pub fn contest_clock(&self) -> Clock {
        Clock::new(self.declared_on, self.contest.limit, self.contest.citation.clone())
    }
}

/// A limit of a matter that raises alarms: which, how grave, whose, and its clock.
struct Limit {
    kind: Kind,
    name: String,
    agency: Option<String>,
    timed: Timed,
}

impl Matter {
    /// The card of a name, e.g. `yellow.committed.2022-05-06`.
    #[must_use]
    pub fn card(&self, name: &str) -> Option<&Card> {
        self.cards.iter().find(|card| card.alarm.card() == name)
    }

    /// The alarms that are due by today and not raised yet, each on the day on which the passing of that day
    /// raised it: amber, yellow and red for the decision, yellow for every other step that an agency owes.
    #[must_use]
    pub fn alarms(&self, id: &MatterId, today: Date, almanac: &Almanac) -> Vec<Alarm> {
        let mut due = Vec::new();
        for span in Span::all(self.received_on, self.last_owed(today), almanac) {
            for limit in self.watched(self.clocks(&span.calendar)) {
                let Some((last, on)) = span.raises(limit.kind, &limit.timed) else { continue };
                let held = limit.agency.map(Party::Agency);
                due.push(Alarm {
                    on,
                    kind: limit.kind,
                    subject: id.to_string(),
                    limit: limit.name,
                    due: last,
                    citation: limit.timed.clock.citation.clone(),
                    held_by: held.unwrap_or_else(|| self.held_on(on, &span.calendar)),
                });
            }
        }
        not_raised(due, |key| self.cards.iter().any(|card| card.alarm.key() == key))
    }

    /// The last day on which an agency owed anything: of a closed matter that of its close, after which no
    /// limit of it can pass. Whole years of closed matters are looked at with every new day.
    fn last_owed(&self, today: Date) -> Date {
        match self.turns.last() {
            Some(Turn { since, party: Party::Nobody, .. }) => today.min(*since),
            Some(_) | None => today,
        }
    }

    fn watched(&self, clocks: Clocks) -> Vec<Limit> {
        let decision = |kind, name: &str, timed: Option<Timed>| {
            timed.map(|timed| Limit { kind, name: name.to_owned(), agency: None, timed })
        };
        let step = |name: String, agency: &str, timed| Limit {
            kind: Kind::Yellow,
            name,
            agency: Some(agency.to_owned()),
            timed,
        };
        let own = |name: &str, timed: Option<Timed>| {
            timed.map(|timed| step(name.to_owned(), &self.terms.agency, timed))
        };
        let warned = match &clocks.committed {
            Some(timed) => decision(Kind::Amber, "committed", Some(timed.clone())),
            None => decision(Kind::Amber, "statutory", clocks.statutory.clone()),
        };
        let opinions = clocks.opinions.into_iter().filter_map(|(key, timed)| {
            let term = self.terms.opinion(&key)?;
            Some(step(format!("opinion:{key}"), &term.agency, timed))
        });
        let matters = [
            warned,
            decision(Kind::Yellow, "committed", clocks.committed),
            decision(Kind::Red, "statutory", clocks.statutory),
            own("acceptance", Some(clocks.acceptance)),
            own("delivery", clocks.delivery),
            own("commitment_check", clocks.commitment_check),
        ];
        matters.into_iter().flatten().chain(opinions).collect()
    }

    /// Takes in what happens to cards, and says whether it was that: nothing else of the matter moves by it.
    pub(super) fn take_card(&mut self, event: &Event) -> bool {
        if let Event::AlarmRaised { alarm, declared_on, contest } = event {
            if self.card(&alarm.card()).is_none() {
                self.cards.push(Card {
                    alarm: alarm.clone(),
                    declared_on: *declared_on,
                    contest: contest.clone(),
                    contested: None,
                    ruled: None,
                });
            }
            return true;
        }
        if let Event::CardContested { on, card, reason, by } = event {
            let contest = Contest { on: *on, reason: reason.clone(), by: by.clone() };
            self.amend(card, |card| card.contested = Some(contest));
            return true;
        }
        let (Event::CardAnnulled { on, card, reason, document, by }
        | Event::CardUpheld { on, card, reason, document, by }) = event
        else {
            return false;
        };
        let annulled = matches!(event, Event::CardAnnulled { .. });
        let ruled = Ruled {
            on: *on,
            verdict: if annulled { Verdict::Annulled } else { Verdict::Upheld },
            reason: reason.clone(),
            document: document.clone(),
            by: by.clone(),
        };
        self.amend(card, |card| card.ruled = Some(ruled));
        true
    }

    fn amend(&mut self, name: &str, change: impl FnOnce(&mut Card)) {
        if let Some(card) = self.cards.iter_mut().find(|card| card.alarm.card() == name) {
            change(card);
        }
    }
}
