//! Legal time limits: when a limit ends, and the proof of it, day by day.
//!
//! A clock holds facts (the start, the limit, the stops, the extension) and no result. Ask it
//! with a calendar, and it derives the deadline anew, as rules T1–T11 of time arithmetic say.

mod backward;
mod explain;
mod limit;
mod walk;

#[cfg(test)]
mod tests;

use jiff::civil::Date;

pub use backward::latest_before;
pub use limit::{BadLimit, Limit, MAX_UNITS, Unit};

use crate::calendar::Calendar;

/// What happens to a limit in calendar days or months that ends on a rest day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Roll {
    /// It moves to the next working day of the official calendar, make-up days included
    /// (民法典 art. 203).
    Forward,
    /// It stays, as the validity of a certificate does.
    None,
}

/// A written notice to the applicant (行政许可法 art. 45).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Notice {
    /// Document number.
    pub number: String,
    /// The day it was given.
    pub given_on: Date,
}

/// Time that does not count (特殊程序): the days in (`from`, `until`].
///
/// A stop without written notice does not stop the clock (行政许可法 art. 45).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Stop {
    /// The day it was opened; this day itself still counts.
    pub from: Date,
    /// The day it was closed, the last that does not count; `None` while it is open.
    pub until: Option<Date>,
    /// Why, in the words of the law, e.g. `听证` or `expert review`.
    pub ground: String,
    /// The article that excludes this time, e.g. `行政许可法 art. 45`.
    pub article: String,
    /// The written notice, if one was given.
    pub notice: Option<Notice>,
}

/// One prolongation of the limit, e.g. under 行政许可法 art. 42.
///
/// It is void if it was approved, or the applicant told, after the due date without it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Extension {
    /// By how much, in a unit of its own.
    pub by: Limit,
    /// The office that approved it.
    pub approver: String,
    /// The day it was approved.
    pub approved_on: Date,
    /// The day the applicant was told, with reasons.
    pub notified_on: Date,
    /// The reasons given.
    pub reason: String,
    /// The article that allows it.
    pub article: String,
}

/// A running limit as a value: start, limit, stops and at most one extension.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Clock {
    /// The day of the act that starts the limit; not counted itself (民法典 art. 201).
    pub start: Date,
    /// How long.
    pub limit: Limit,
    /// Whether an end on a rest day moves forward.
    pub roll: Roll,
    /// The article that sets the limit.
    pub citation: String,
    stops: Vec<Stop>,
    extension: Option<Extension>,
}

impl Clock {
    /// A clock that rolls forward, with no stop and no extension.
    pub fn new(start: Date, limit: Limit, citation: impl Into<String>) -> Self {
        let citation = citation.into();
        Self { start, limit, roll: Roll::Forward, citation, stops: Vec::new(), extension: None }
    }

    /// A clock that ends on a day which somebody named, a promise's or an order's: no calendar moves it.
    pub fn ending(due: Date, citation: impl Into<String>) -> Self {
        let eve = due.saturating_sub(jiff::Span::new().days(1));
        Self::new(eve, Limit { n: 1, unit: Unit::CalendarDays }, citation).without_roll()
    }

    /// The same clock, staying where it ends even on a rest day.
    pub fn without_roll(mut self) -> Self {
        self.roll = Roll::None;
        self
    }

    /// The same clock with one more stop, open or closed. Overlapping stops count once.
    pub fn stop(mut self, stop: Stop) -> Self {
        self.stops.push(stop);
        self
    }

    /// The same clock with every open stop closed; `on` is the last day that does not count.
    pub fn resume(mut self, on: Date) -> Self {
        for stop in self.stops.iter_mut().filter(|stop| stop.until.is_none()) {
            stop.until = Some(on);
        }
        self
    }

    /// The same clock, extended. A limit is extended once: a second extension changes nothing.
    pub fn extend(mut self, extension: Extension) -> Self {
        self.extension.get_or_insert(extension);
        self
    }

    /// Every stop, in the order in which they were added, without notice or not.
    pub fn stops(&self) -> &[Stop] {
        &self.stops
    }

    /// The extension, void or not.
    pub fn extension(&self) -> Option<&Extension> {
        self.extension.as_ref()
    }

    /// Whether `date` lies in a stop of which the applicant has written notice.
    pub fn is_stopped_on(&self, date: Date) -> bool {
        self.stops.iter().any(|stop| stop.notice.is_some() && stop.covers(date))
    }

    /// The days in (start, `through`] on which this clock ran, in its own unit: working days for a
    /// limit of working days, all days otherwise, and none that a stop covers. It runs on after
    /// the due date, for whoever wants to know how late an act is.
    pub fn counted_days(&self, through: Date, calendar: &Calendar) -> Vec<Date> {
        let mut days = Vec::new();
        let mut date = self.start;
        while date < through && days.len() < walk::HORIZON_DAYS {
            let Ok(next) = date.tomorrow() else { break };
            date = next;
            let counts = self.limit.unit != Unit::WorkingDays || calendar.is_working(date);
            if counts && !self.is_stopped_on(date) {
                days.push(date);
            }
        }
        days
    }

    /// The due date and its proof; `None` while the clock stands still in an open stop, for
    /// then nobody can say. [`Clock::reckon`] also tells why there is none.
    pub fn deadline(&self, calendar: &Calendar) -> Option<Deadline> {
        self.reckon(calendar).ok()
    }

    /// The due date without its proof, for whoever looks at many clocks every day.
    #[must_use]
    pub fn due(&self, calendar: &Calendar) -> Option<Date> {
        self.walk(calendar).ok().map(|walk| walk.due)
    }
}

impl Stop {
    fn covers(&self, date: Date) -> bool {
        self.from < date && self.until.is_none_or(|until| date <= until)
    }
}

/// Why a clock has no due date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Undated {
    /// The clock stands still until a stop is closed.
    #[error("the clock has been stopped since {since} and has not been resumed")]
    Stopped {
        /// The day the stop was opened; of several that touch, the first.
        since: Date,
    },
    /// The limit or its end is beyond what can be reckoned.
    #[error("the limit is over {MAX_UNITS} units long or ends more than a thousand years away")]
    OutOfRange,
}

/// A due date with its proof.
///
/// The act is overdue from 00:00 of the day after `due` (民法典 art. 203).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deadline {
    /// The last day on which the act is in time.
    pub due: Date,
    /// True exactly if the date rests on a day whose year has no published calendar.
    pub provisional: bool,
    /// Every day from the start, which is not counted, through the due date.
    pub days: Vec<CountedDay>,
}

/// One day of a proof.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountedDay {
    /// The day.
    pub date: Date,
    /// Whether it uses up one unit of the limit.
    pub counted: bool,
    /// Why it does or does not, e.g. `rest day: 国庆节 holiday`.
    pub reason: String,
    /// The article or notice that says so.
    pub citation: String,
}
