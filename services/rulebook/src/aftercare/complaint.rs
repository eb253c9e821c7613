//! How far a complaint has come (外商投资企业投诉工作办法), and what is due next.

use jiff::civil::Date;

use super::AftercareRules;
use crate::calendar::Calendar;
use crate::clock::{Clock, Extension, Limit, Unit};
use crate::matter::Timed;

/// The days of a complaint's steps; `None` for those not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComplaintDays {
    /// It was filed.
    pub filed: Date,
    /// The one notice of what is missing was given (art. 14).
    pub asked: Option<Date>,
    /// What was missing was supplied.
    pub supplied: Option<Date>,
    /// It was accepted (art. 15).
    pub accepted: Option<Date>,
    /// It was not accepted (art. 15).
    pub refused: Option<Date>,
    /// The time to close was prolonged, once, by so many working days, for this reason (art. 19).
    pub extended: Option<(Date, u32, String)>,
    /// It was closed (art. 18).
    pub closed: Option<Date>,
    /// The result was told in writing (art. 22).
    pub told: Option<Date>,
    /// The complainant withdrew it.
    pub withdrawn: Option<Date>,
}

/// What comes next, and by when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComplaintNext {
    /// supplement, decide, close or tell.
    pub what: &'static str,
    /// Last day.
    pub due: Date,
    /// Article.
    pub citation: String,
}

/// A limit of a complaint, kept or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComplaintLimit {
    /// supplement, decide, close or tell.
    pub what: &'static str,
    /// Its clock, and the day on which it ended: done, or no longer owed.
    pub timed: Timed,
}

impl ComplaintDays {
    /// A complaint just filed.
    #[must_use]
    pub fn filed(on: Date) -> Self {
        Self {
            filed: on,
            asked: None,
            supplied: None,
            accepted: None,
            refused: None,
            extended: None,
            closed: None,
            told: None,
            withdrawn: None,
        }
    }

    /// What comes next; `None` when nothing does. `lead` is the agency that handles it.
    #[must_use]
    pub fn next(
        &self,
        lead: &str,
        rules: &AftercareRules,
        calendar: &Calendar,
    ) -> Option<ComplaintNext> {
        let mut limits = self.limits(lead, rules).into_iter();
        let next = limits.find(|limit| limit.timed.done_on.is_none())?;
        let due = next.timed.clock.due(calendar)?;
        Some(ComplaintNext { what: next.what, due, citation: next.timed.clock.citation })
    }

    /// Every limit that has begun, in order; at most the last is open. `lead` is the agency that handles it.
    #[must_use]
    pub fn limits(&self, lead: &str, rules: &AftercareRules) -> Vec<ComplaintLimit> {
        let decided = self.accepted.or(self.refused).or(self.withdrawn);
        let ended = |done: Option<Date>| done.or(self.withdrawn);
        let begun = [
            ("decide", "complaint_acceptance", Some(self.filed), self.asked.or(decided)),
            ("supplement", "complaint_supplement", self.asked, self.supplied.or(decided)),
            ("decide", "complaint_acceptance", self.supplied, decided),
            ("close", "complaint_closing", self.accepted, ended(self.closed)),
            ("tell", "complaint_result", self.closed, ended(self.told)),
        ];
        let limit = |(what, key, start, done_on): (&'static str, &str, Option<Date>, _)| {
            let mut clock = rules.limit(key)?.from(start?);
            if let (true, Some((on, days, reason))) = (what == "close", &self.extended) {
                clock = extended(clock, lead, *on, *days, reason);
            }
            Some(ComplaintLimit { what, timed: Timed { clock, done_on } })
        };
        begun.into_iter().filter_map(limit).collect()
    }
}

fn extended(clock: Clock, lead: &str, on: Date, days: u32, reason: &str) -> Clock {
    let article = clock.citation.clone();
    clock.extend(Extension {
        by: Limit { n: days, unit: Unit::WorkingDays },
        approver: lead.to_owned(),
        approved_on: on,
        notified_on: on,
        reason: reason.to_owned(),
        article,
    })
}
