//! The walk from the start to the due date, one day at a time.
//!
//! It decides what each day is, and leaves the sentences to `explain`.

use jiff::{Span, civil::Date};

use super::{Clock, Extension, Limit, MAX_UNITS, Roll, Undated, Unit};
use crate::calendar::Calendar;

/// The walk gives up after this many days, about a thousand years.
pub(super) const HORIZON_DAYS: usize = 366_000;

/// A walk that has arrived.
pub(super) struct Walk {
    pub(super) due: Date,
    pub(super) provisional: bool,
    pub(super) steps: Vec<Step>,
    /// The limit, and the extension if it is in force.
    pub(super) legs: Vec<Leg>,
}

pub(super) struct Step {
    pub(super) date: Date,
    pub(super) verdict: Verdict,
}

/// What one day is to the limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The day of the starting act.
    Start,
    /// The `nth` day of a leg.
    Counted { leg: usize, nth: u32 },
    /// A rest day, in a limit of working days.
    Rest,
    /// In a stop with written notice.
    Stopped,
    /// After the end of the limit, on the way to the next working day.
    Rolled,
}

/// The limit or its extension, as days to be counted from the day after `after`.
pub(super) struct Leg {
    pub(super) limit: Limit,
    pub(super) after: Date,
    pub(super) days: u32,
}

impl Clock {
    pub(super) fn walk(&self, calendar: &Calendar) -> Result<Walk, Undated> {
        let mut walker = Walker::new(self, calendar);
        walker.count(self.limit)?;
        if let Some(extension) = &self.extension {
            let unextended = walker.landing()?;
            if extension.is_in_time(unextended.on) {
                // What came after the unrolled end is in time only because the calendar says so.
                walker.provisional |= extension.last_act() > walker.date && unextended.provisional;
                walker.count(extension.by)?;
            }
        }
        let landing = walker.landing()?;
        walker.provisional |= landing.provisional;
        while walker.date < landing.on {
            walker.advance()?;
            walker.record(Verdict::Rolled);
        }
        Ok(Walk {
            due: landing.on,
            provisional: walker.provisional,
            steps: walker.steps,
            legs: walker.legs,
        })
    }

    /// The time of all stops with written notice, sorted and merged into disjoint (from, until].
    pub(super) fn stopped_time(&self) -> Vec<(Date, Option<Date>)> {
        let mut stops: Vec<_> = self
            .stops
            .iter()
            .filter(|stop| stop.notice.is_some() && stop.until.is_none_or(|u| stop.from < u))
            .map(|stop| (stop.from, stop.until))
            .collect();
        stops.sort_by_key(|(from, _)| *from);
        let mut merged: Vec<(Date, Option<Date>)> = Vec::with_capacity(stops.len());
        for (from, until) in stops {
            match merged.last_mut() {
                Some((_, end)) if end.is_none_or(|end| from <= end) => {
                    *end = end.zip(until).map(|(end, until)| end.max(until));
                }
                Some(_) | None => merged.push((from, until)),
            }
        }
        merged
    }
}

impl Extension {
    pub(super) fn is_in_time(&self, unextended_due: Date) -> bool {
        self.last_act() <= unextended_due
    }

    fn last_act(&self) -> Date {
        self.approved_on.max(self.notified_on)
    }
}

/// Where a limit comes to lie after rolling.
struct Landing {
    on: Date,
    provisional: bool,
}

struct Walker<'a> {
    clock: &'a Clock,
    calendar: &'a Calendar,
    stopped: std::iter::Peekable<std::vec::IntoIter<(Date, Option<Date>)>>,
    date: Date,
    provisional: bool,
    steps: Vec<Step>,
    legs: Vec<Leg>,
}

impl<'a> Walker<'a> {
    fn new(clock: &'a Clock, calendar: &'a Calendar) -> Self {
        Self {
            clock,
            calendar,
            stopped: clock.stopped_time().into_iter().peekable(),
            date: clock.start,
            provisional: false,
            steps: vec![Step { date: clock.start, verdict: Verdict::Start }],
            legs: Vec::new(),
        }
    }

    /// Walks through one leg, to the day that uses it up.
    fn count(&mut self, limit: Limit) -> Result<(), Undated> {
        let after = self.date;
        let days = days_in(limit, after)?;
        let leg = self.legs.len();
        self.legs.push(Leg { limit, after, days });
        let mut nth = 0;
        while nth < days {
            self.advance()?;
            let verdict = if self.is_stopped()? {
                Verdict::Stopped
            } else if limit.unit == Unit::WorkingDays && !self.is_working() {
                Verdict::Rest
            } else {
                nth += 1;
                Verdict::Counted { leg, nth }
            };
            self.record(verdict);
        }
        Ok(())
    }

    fn advance(&mut self) -> Result<(), Undated> {
        if self.steps.len() > HORIZON_DAYS {
            return Err(Undated::OutOfRange);
        }
        self.date = self.date.tomorrow().map_err(|_| Undated::OutOfRange)?;
        Ok(())
    }

    fn record(&mut self, verdict: Verdict) {
        self.steps.push(Step { date: self.date, verdict });
    }

    fn is_stopped(&mut self) -> Result<bool, Undated> {
        while self.stopped.next_if(|(_, until)| until.is_some_and(|u| u < self.date)).is_some() {}
        match self.stopped.peek() {
            Some((since, until)) if *since < self.date => match until {
                Some(_) => Ok(true),
                None => Err(Undated::Stopped { since: *since }),
            },
            Some(_) | None => Ok(false),
        }
    }

    fn is_working(&mut self) -> bool {
        self.provisional |= !self.calendar.is_published(self.date);
        self.calendar.is_working(self.date)
    }

    /// Where the limit would end if nothing were added to it now.
    ///
    /// A limit of working days ends on a working day, and one of nothing on its start; neither
    /// moves.
    fn landing(&self) -> Result<Landing, Undated> {
        let mut landing = Landing { on: self.date, provisional: false };
        if self.clock.roll == Roll::None || self.date == self.clock.start {
            return Ok(landing);
        }
        loop {
            landing.provisional |= !self.calendar.is_published(landing.on);
            if self.calendar.is_working(landing.on) {
                return Ok(landing);
            }
            landing.on = landing.on.tomorrow().map_err(|_| Undated::OutOfRange)?;
        }
    }
}

/// A limit in months is as many days as lie between its first day and the same-numbered day, or
/// else the last, of the month in which it ends (民法典 art. 202). So a stop moves its end by as
/// many days as the stop has.
fn days_in(limit: Limit, after: Date) -> Result<u32, Undated> {
    if limit.n > MAX_UNITS {
        return Err(Undated::OutOfRange);
    }
    match limit.unit {
        Unit::WorkingDays | Unit::CalendarDays => Ok(limit.n),
        Unit::Months => {
            let end = month_end(after, limit.n).ok_or(Undated::OutOfRange)?;
            u32::try_from(days_between(after, end)).map_err(|_| Undated::OutOfRange)
        }
    }
}

pub(super) fn month_end(after: Date, months: u32) -> Option<Date> {
    after.checked_add(Span::new().try_months(months).ok()?).ok()
}

pub(super) fn days_between(earlier: Date, later: Date) -> i64 {
    later.duration_since(earlier).as_hours() / 24
}
