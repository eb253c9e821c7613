//! Who holds the ball, since when, what they must do next and by when; and the supervision light.

use jiff::civil::Date;

use crate::calendar::Calendar;
use crate::clock::{Clock, Deadline};
use crate::consultation::Outcome as Joint;

use super::clocks::{Clocks, Timed};
use super::decide::Today;
use super::state::{Checking, Decided, Matter, Party, Review, Ruling, Standing};
use super::terms::Track;

/// What has to be done next. Codes are stable; other programs match on them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NextStep {
    /// Nothing: the matter is closed.
    Nothing,
    /// Accept, decline, or request corrections.
    Examine,
    /// Supply the corrections requested.
    SupplyCorrections,
    /// Accept: every correction requested is supplied.
    Accept,
    /// Ask the other agencies for their opinions.
    RequestOpinions,
    /// Give the opinion asked for.
    GiveOpinion,
    /// Change the materials that were objected to.
    Resubmit,
    /// Finish the special procedure.
    FinishSpecialProcedure,
    /// Let the clock run again: the special procedure outlasted what its rule allows.
    Resume,
    /// Record the applicant's commitment.
    RecordCommitment,
    /// Supply what was missing at acceptance, without which nothing is decided.
    SupplyOwed,
    /// Decide.
    Decide,
    /// Deliver.
    Deliver,
    /// Check whether the commitment was kept.
    CheckCommitment,
    /// Put right what the check found.
    Rectify,
    /// Revoke: the commitment was false and was not put right in time.
    Revoke,
}

impl NextStep {
    /// Stable code in lower snake case.
    pub fn code(self) -> &'static str {
        match self {
            NextStep::Nothing => "nothing",
            NextStep::Examine => "examine",
            NextStep::SupplyCorrections => "supply_corrections",
            NextStep::Accept => "accept",
            NextStep::RequestOpinions => "request_opinions",
            NextStep::GiveOpinion => "give_opinion",
            NextStep::Resubmit => "resubmit",
            NextStep::FinishSpecialProcedure => "finish_special_procedure",
            NextStep::Resume => "resume",
            NextStep::RecordCommitment => "record_commitment",
            NextStep::SupplyOwed => "supply_owed",
            NextStep::Decide => "decide",
            NextStep::Deliver => "deliver",
            NextStep::CheckCommitment => "check_commitment",
            NextStep::Rectify => "rectify",
            NextStep::Revoke => "revoke",
        }
    }
}

/// Who holds the ball.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// Who.
    pub party: Party,
    /// Since when.
    pub since: Date,
    /// What they must do.
    pub next: NextStep,
    /// By when, with its proof; `None` where no limit applies or the clock stands.
    pub due: Option<Deadline>,
    /// The rule that says so: of the limit, or of the step.
    pub citation: String,
}

/// Supervision light (rules K3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Light {
    /// In time.
    Green,
    /// From the working day before the committed deadline on.
    Amber,
    /// After the committed deadline.
    Yellow,
    /// After the statutory deadline, with its stops and extension.
    Red,
}

impl Light {
    /// Stable code.
    pub fn code(self) -> &'static str {
        match self {
            Light::Green => "green",
            Light::Amber => "amber",
            Light::Yellow => "yellow",
            Light::Red => "red",
        }
    }
}

/// What someone has to do, with the clock that limits it and the rule.
struct Step {
    next: NextStep,
    timed: Option<Timed>,
    citation: &'static str,
}

impl Step {
    fn of(next: NextStep, timed: Option<Timed>, citation: &'static str) -> Self {
        Step { next, timed, citation }
    }
}

impl Matter {
    /// Who holds the ball on a day.
    pub fn holder(&self, today: Today<'_>) -> Holder {
        let clocks = self.clocks(today.calendar);
        let lead = || Party::Agency(self.terms.agency.clone());
        let parties = self.parties(today.calendar);
        let mut party = parties.last().cloned().unwrap_or_else(lead);
        let turns = self.turns.iter().zip(&parties).rev();
        let held = turns.take_while(|(_, holder)| **holder == party);
        let mut since = held.last().map_or(self.received_on, |(turn, _)| turn.since);
        let step = match &self.standing {
            Standing::Received => self.examining(clocks),
            Standing::AwaitingCorrections(_) => {
                Step::of(NextStep::SupplyCorrections, None, "行政许可法 art. 32(4)")
            }
            Standing::NotAccepted { .. }
            | Standing::Withdrawn { .. }
            | Standing::Terminated { .. } => {
                Step::of(NextStep::Nothing, None, "行政许可法 art. 32")
            }
            Standing::UnderReview(review) => self.reviewing(review, clocks, today),
            Standing::Decided(decided) => decided.following(clocks, today),
        };
        // The ball comes back by the calendar alone when the time of another has run out.
        if matches!(step.next, NextStep::Resume | NextStep::Revoke) {
            party = lead();
        }
        // The agency can do no more; the days stay its own all the same, see [`Matter::ledger`].
        if let (NextStep::SupplyOwed, Some(timed)) = (step.next, &step.timed) {
            (party, since) = (Party::Enterprise, timed.clock.start);
        }
        let citation = match &step.timed {
            Some(timed) => timed.clock.citation.clone(),
            None => step.citation.to_owned(),
        };
        let due = step.timed.and_then(|timed| timed.deadline(today.calendar));
        Holder { party, since, next: step.next, due, citation }
    }

    fn examining(&self, clocks: Clocks) -> Step {
        let next = match self.examination.new {
            Some(_) => NextStep::Accept,
            None => NextStep::Examine,
        };
        Step::of(next, Some(clocks.acceptance), "行政许可法 art. 32")
    }

    fn reviewing(&self, review: &Review, mut clocks: Clocks, today: Today<'_>) -> Step {
        let decision = |clocks: Clocks| clocks.committed.or(clocks.statutory);
        let open = review.suspensions.iter().filter(|stop| stop.until.is_none());
        if let Some(stop) = open.min_by_key(|stop| stop.from) {
            let allowed = self.excluded_until(stop, today.calendar);
            if allowed.is_some_and(|last| last < today.date) {
                return Step::of(NextStep::Resume, decision(clocks), "行政许可法 art. 45");
            }
            let clock = Clock::new(stop.from, stop.expected, stop.article.clone());
            let expected = Timed { clock, done_on: None };
            return Step::of(
                NextStep::FinishSpecialProcedure,
                Some(expected),
                "行政许可法 art. 45",
            );
        }
        match review.consultation.outcome() {
            Joint::WaitingFor(_) => {
                let open = self.turns.last().map_or(&[][..], |turn| &turn.open);
                let stops = self.stops(review, today.calendar);
                let first = self.due_first(open, &stops, today.calendar);
                let timed = first.and_then(|term| clocks.opinions.remove(&term.key));
                return Step::of(NextStep::GiveOpinion, timed, "行政许可法 art. 26");
            }
            Joint::ObjectedBy(_) => {
                return Step::of(NextStep::Resubmit, None, "行政许可法 art. 26");
            }
            Joint::NotAsked | Joint::Unanimous => {}
        }
        let on_commitment = self.terms.track == Track::Commitment;
        let not_asked = |key: &str| review.consultation.get(key).is_none();
        let asks = !on_commitment && self.terms.opinions.iter().any(|term| not_asked(&term.key));
        if review.owes().is_some() && !asks {
            return Step::of(NextStep::SupplyOwed, clocks.owed, "容缺受理");
        }
        let next = if on_commitment && self.commitment.is_none() {
            NextStep::RecordCommitment
        } else if asks {
            NextStep::RequestOpinions
        } else {
            NextStep::Decide
        };
        Step::of(next, decision(clocks), "行政许可法 art. 37")
    }

    /// The light on a day; of a decided matter, the one it ended with.
    pub fn light(&self, today: Today<'_>) -> Light {
        let clocks = self.clocks(today.calendar);
        let late = |timed: &Option<Timed>| {
            timed.as_ref().is_some_and(|timed| timed.is_late(today.date, today.calendar))
        };
        if late(&clocks.statutory) {
            return Light::Red;
        }
        if late(&clocks.committed) {
            return Light::Yellow;
        }
        match clocks.committed.or(clocks.statutory) {
            Some(timed) if timed.is_close(today.date, today.calendar) => Light::Amber,
            Some(_) | None => Light::Green,
        }
    }
}

impl Timed {
    /// Whether it is owed, and its last day is the next working day, or nearer.
    fn is_close(&self, today: Date, calendar: &Calendar) -> bool {
        let close = |deadline: Deadline| {
            // A limit of no days is met on the day it begins, or late: there is nothing to warn of.
            let warned_on = calendar.working_day_before(deadline.due).max(self.clock.start);
            warned_on <= today
        };
        self.done_on.is_none() && self.deadline(calendar).is_some_and(close)
    }
}

impl Decided {
    fn following(&self, clocks: Clocks, today: Today<'_>) -> Step {
        let over = || Step::of(NextStep::Nothing, None, "行政许可法 art. 44");
        if self.permit_ended_on().is_some() {
            return over();
        }
        if self.delivered_on.is_none() {
            return Step::of(NextStep::Deliver, clocks.delivery, "行政许可法 art. 44");
        }
        let commitment = "国办发〔2019〕11号 告知承诺制";
        match (&self.ruling, &self.check) {
            (Ruling::Granted { .. }, Checking::Pending) => {
                Step::of(NextStep::CheckCommitment, clocks.commitment_check, commitment)
            }
            (Ruling::Granted { .. }, Checking::False { rectified_on: None, .. }) => {
                let timed = clocks.rectification;
                let over = timed.as_ref().and_then(|t| t.ran_out(today.date, today.calendar));
                match over {
                    Some(_) => Step::of(NextStep::Revoke, None, commitment),
                    None => Step::of(NextStep::Rectify, timed, commitment),
                }
            }
            (
                Ruling::Granted { .. } | Ruling::Refused { .. },
                Checking::None | Checking::Kept { .. } | Checking::False { .. } | Checking::Pending,
            ) => over(),
        }
    }
}
