//! The service secretary's contacts, ratings 好差评, and supervision orders 督办.

use super::event::{ContactLogged, OrderIssued, Rated};
use desk::docket::Bench;
use jiff::civil::Date;
use rulebook::{aftercare::AftercareRules, clock::Clock};

/// A contact and what became of what it left to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// As it was logged.
    pub logged: ContactLogged,
    /// Day on which the follow-up was done, and what came of it.
    pub done: Option<(Date, String)>,
    /// The agencies to which it was brought, in order, each with the day.
    pub brought: Vec<(Date, String)>,
}

/// A rating and what the agency answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rating {
    /// As it was given.
    pub rated: Rated,
    /// Day.
    pub on: Date,
    /// Day of the answer, and what was mended.
    pub answer: Option<(Date, String)>,
}

impl Rating {
    /// The time to mend what a bad grade is about; `None` for other grades.
    #[must_use]
    pub fn clock(&self, rules: &AftercareRules) -> Option<Clock> {
        let row = rules.limit("rating_mending").filter(|_| self.rated.grade >= 4)?;
        Some(row.from(self.on))
    }

    /// Last day of that time.
    #[must_use]
    pub fn due(&self, bench: &Bench) -> Option<Date> {
        self.clock(&bench.law.aftercare)?.due(&bench.calendar)
    }
}

/// A supervision order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// As it was issued.
    pub issued: OrderIssued,
    /// Day.
    pub on: Date,
    /// What was shown.
    pub evidence: Vec<String>,
    /// Day on which it was closed, and what came of it.
    pub result: Option<(Date, String)>,
}
