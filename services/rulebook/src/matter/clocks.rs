//! The limits of a matter as clocks, built anew from its facts on every ask.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::calendar::Calendar;
use crate::clock::{Clock, Deadline, Stop};

use super::state::{Checking, Ending, Matter, Review, Standing, Suspension};
use super::terms::CitedLimit;

/// The applicant's own time after objections never counts against the authority (rules T8).
const APPLICANTS_TIME: &str = "申请人修改材料的时间不计入审批时限";

/// A clock and the day on which what it waits for was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timed {
    /// The clock.
    pub clock: Clock,
    /// The day; `None` while it is owed.
    pub done_on: Option<Date>,
}

impl Timed {
    fn new(start: Date, limit: &CitedLimit, done_on: Option<Date>) -> Self {
        Timed { clock: Clock::new(start, limit.limit, limit.citation.clone()), done_on }
    }

    /// The due date with its proof; `None` while the clock stands.
    pub fn deadline(&self, calendar: &Calendar) -> Option<Deadline> {
        self.clock.deadline(calendar)
    }

    /// Whether it was done late, or is owed on `today` and overdue: from 00:00 of the day after the
    /// due date (rules T11).
    pub fn is_late(&self, today: Date, calendar: &Calendar) -> bool {
        let by = self.done_on.unwrap_or(today);
        self.clock.due(calendar).is_some_and(|due| due < by)
    }

    /// The due date, if it has passed on `today` with nothing done.
    pub(super) fn ran_out(&self, today: Date, calendar: &Calendar) -> Option<Date> {
        let due = self.clock.due(calendar)?;
        (self.done_on.is_none() && due < today).then_some(due)
    }
}

/// Every clock of a matter that has begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clocks {
    /// Acceptance, or the one correction notice (行政许可法 art. 32).
    pub acceptance: Timed,
    /// The decision by law, with stops and extension (行政许可法 art. 42, 45).
    pub statutory: Option<Timed>,
    /// The decision as promised, with stops; an extension of the law's limit does not move it.
    pub committed: Option<Timed>,
    /// The limit after which silence on the decision is consent, where a law says so.
    pub consent_by_silence: Option<Timed>,
    /// Delivery after the decision (行政许可法 art. 44).
    pub delivery: Option<Timed>,
    /// The check of a commitment after the decision.
    pub commitment_check: Option<Timed>,
    /// The applicant's time to put right what the check found.
    pub rectification: Option<Timed>,
    /// The applicant's time to supply what was missing at acceptance; no special procedure stops it.
    pub owed: Option<Timed>,
    /// Opinions asked for, by key.
    pub opinions: BTreeMap<String, Timed>,
}

impl Matter {
    /// The matter's clocks. The calendar is needed where a rule caps the time that a special
    /// procedure may exclude.
    pub fn clocks(&self, calendar: &Calendar) -> Clocks {
        let acceptance = Timed::new(
            self.examination.since,
            &self.terms.correction,
            self.examination.done_on.or(self.withdrawn_on()),
        );
        let mut clocks = Clocks {
            acceptance,
            statutory: None,
            committed: None,
            consent_by_silence: None,
            delivery: None,
            commitment_check: None,
            rectification: None,
            owed: None,
            opinions: BTreeMap::new(),
        };
        if let Some(review) = self.review() {
            self.review_clocks(review, calendar, &mut clocks);
        }
        self.clocks_after_decision(&mut clocks);
        clocks
    }

    fn review_clocks(&self, review: &Review, calendar: &Calendar, clocks: &mut Clocks) {
        let done_on = self.review_ended_on();
        let stops = self.stops(review, calendar);
        let stopped = |start, limit: &CitedLimit, done_on| {
            let timed = Timed::new(start, limit, done_on);
            let clock = stops.iter().cloned().fold(timed.clock, Clock::stop);
            Timed { clock, done_on }
        };
        let decision = |limit: &CitedLimit| stopped(review.accepted_on, limit, done_on);
        clocks.statutory = self.terms.statutory.as_ref().map(|limit| {
            let Timed { clock, done_on } = decision(limit);
            let clock = review.extension.clone().into_iter().fold(clock, Clock::extend);
            Timed { clock, done_on }
        });
        clocks.committed = self.terms.committed.as_ref().map(decision);
        clocks.consent_by_silence = self.terms.consent_by_silence.as_ref().map(decision);
        clocks.owed = review
            .owing
            .as_ref()
            .map(|owing| Timed::new(owing.since, &owing.within, owing.supplied_on.or(done_on)));
        for (key, asked) in review.consultation.iter() {
            let Some(term) = self.terms.opinion(key) else { continue };
            let answered = asked.answer.as_ref().map(|answer| answer.on()).or(done_on);
            clocks.opinions.insert(key.to_owned(), stopped(asked.on, &term.limit, answered));
        }
    }

    fn clocks_after_decision(&self, clocks: &mut Clocks) {
        let Some(decided) = self.decided() else { return };
        let ended_on = decided.permit_ended_on();
        let delivered_on = decided.delivered_on.or(ended_on);
        clocks.delivery = Some(Timed::new(decided.on, &self.terms.delivery, delivered_on));
        let Some(terms) = &self.terms.commitment else { return };
        let cited = |limit| CitedLimit { limit, citation: terms.citation.clone() };
        let check = cited(terms.check_within);
        let checked = |done_on| Some(Timed::new(decided.on, &check, done_on));
        match &decided.check {
            Checking::None => {}
            Checking::Pending => clocks.commitment_check = checked(ended_on),
            Checking::Kept { on } => clocks.commitment_check = checked(Some(*on)),
            Checking::False { on, ordered, rectified_on } => {
                clocks.commitment_check = checked(Some(*on));
                clocks.rectification = ordered.map(|(since, within)| {
                    Timed::new(since, &cited(within), rectified_on.or(ended_on))
                });
            }
        }
    }

    /// Everything that stops the clocks of the review: special procedures, at most as long as their
    /// rule allows, and the applicant's own time.
    pub(super) fn stops(&self, review: &Review, calendar: &Calendar) -> Vec<Stop> {
        let special = review.suspensions.iter().map(|suspension| Stop {
            from: suspension.from,
            until: self.excluded_until(suspension, calendar),
            ground: self.ground_in_words(&suspension.ground),
            article: suspension.article.clone(),
            notice: Some(suspension.notice.clone()),
        });
        let reworks = review.reworks.iter().map(|rework| Stop {
            from: rework.from,
            until: rework.until,
            ground: "申请人修改材料".to_owned(),
            article: APPLICANTS_TIME.to_owned(),
            notice: Some(rework.notice.clone()),
        });
        special.chain(reworks).collect()
    }

    /// The last day that a special procedure excludes: its end, or what its rule allows if that is
    /// earlier. `None` while it is open and no rule caps it.
    pub(super) fn excluded_until(
        &self,
        suspension: &Suspension,
        calendar: &Calendar,
    ) -> Option<Date> {
        let cap = self.terms.exclusion(&suspension.ground).and_then(|rule| rule.limit);
        let cap = cap.and_then(|limit| {
            let clock = Clock::new(suspension.from, limit, suspension.article.clone());
            clock.without_roll().deadline(calendar).map(|deadline| deadline.due)
        });
        match (suspension.until, cap) {
            (Some(until), Some(cap)) => Some(until.min(cap)),
            (until, cap) => until.or(cap),
        }
    }

    fn ground_in_words(&self, key: &str) -> String {
        self.terms.exclusion(key).map_or_else(|| key.to_owned(), |rule| rule.ground.clone())
    }

    /// The working days through `through` on which the authority's clock ran: after acceptance, until
    /// the decision, without special procedures and the applicant's own time. A matter decided on
    /// the day of its acceptance has none (大政发〔2020〕24号 (十五)).
    pub fn authority_days(&self, through: Date, calendar: &Calendar) -> BTreeSet<Date> {
        let Some(review) = self.review() else { return BTreeSet::new() };
        let end = self.review_ended_on().map_or(through, |on| on.min(through));
        let wanted = crate::clock::Limit { n: 0, unit: crate::clock::Unit::WorkingDays };
        let clock = Clock::new(review.accepted_on, wanted, String::new());
        let stops = self.stops(review, calendar);
        stops.into_iter().fold(clock, Clock::stop).counted_days(end, calendar).into_iter().collect()
    }

    /// The review, from acceptance on; also after its end.
    pub fn review(&self) -> Option<&Review> {
        match &self.standing {
            Standing::UnderReview(review) => Some(review),
            Standing::Decided(decided) => Some(&decided.review),
            Standing::Withdrawn { review, .. } => review.as_ref(),
            Standing::Terminated { review, .. } => Some(review),
            Standing::Received
            | Standing::AwaitingCorrections(_)
            | Standing::NotAccepted { .. } => None,
        }
    }

    /// Day on which the review ended, in whichever way.
    fn review_ended_on(&self) -> Option<Date> {
        match &self.standing {
            Standing::Decided(decided) => Some(decided.on),
            Standing::Withdrawn { on, .. } | Standing::Terminated { on, .. } => Some(*on),
            Standing::Received
            | Standing::AwaitingCorrections(_)
            | Standing::UnderReview(_)
            | Standing::NotAccepted { .. } => None,
        }
    }

    /// Day of the application's withdrawal by the applicant.
    pub fn withdrawn_on(&self) -> Option<Date> {
        if let Standing::Withdrawn { on, .. } = self.standing { Some(on) } else { None }
    }
}

impl Ending {
    /// Day on which the permit ended.
    pub fn on(&self) -> Date {
        match self {
            Ending::Withdrawn { on, .. }
            | Ending::Revoked { on, .. }
            | Ending::RevokedAsPenalty { on } => *on,
        }
    }
}
