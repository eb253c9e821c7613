//! The service secretary's contacts, ratings 好差评, and supervision orders 督办.

use super::event::{ContactLogged, FollowUpEscalated, OrderIssued, Rated};
use desk::docket::Bench;
use jiff::civil::Date;

/// A contact and what became of what it left to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// As it was logged.
    pub logged: ContactLogged,
    /// What came of the follow-up.
    pub done: Option<String>,
    /// To whom it was brought.
    pub escalated: Option<FollowUpEscalated>,
}

/// A rating and what the agency answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rating {
    /// As it was given.
    pub rated: Rated,
    /// Day.
    pub on: Date,
    /// What was mended.
    pub answer: Option<String>,
}

impl Rating {
    /// Last day to mend what a bad grade is about; `None` for other grades.
    #[must_use]
    pub fn due(&self, bench: &Bench) -> Option<Date> {
        let row = bench.law.aftercare.limit("rating_mending").filter(|_| self.rated.grade >= 4)?;
        Some(row.from(self.on).deadline(&bench.calendar)?.due)
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
    /// What came of it.
    pub result: Option<String>,
}
