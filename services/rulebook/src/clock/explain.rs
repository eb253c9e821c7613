//! Puts a walk into words: for each day the reason and who says so.

use jiff::civil::Date;

use super::walk::{Leg, Step, Verdict, Walk, month_end};
use super::{Clock, CountedDay, Deadline, Stop, Undated, Unit};
use crate::calendar::Calendar;

/// The first day of a period is not counted.
pub(super) const FIRST_DAY: &str = "民法典 art. 201";
/// A period in months ends on the same-numbered day or the last day of the month.
pub(super) const MONTHS: &str = "民法典 art. 202";
/// A period that ends on a rest day ends on the day after it.
const LAST_DAY: &str = "民法典 art. 203";

impl Clock {
    /// The due date and its proof, or why there is none.
    ///
    /// # Errors
    /// [`Undated::Stopped`] while an open stop keeps the limit from running out, and
    /// [`Undated::OutOfRange`] for a limit over [`super::MAX_UNITS`] or an end too far away. A
    /// stop opened on or after the day the limit ran out keeps nothing from anything.
    pub fn reckon(&self, calendar: &Calendar) -> Result<Deadline, Undated> {
        let walk = self.walk(calendar)?;
        let story = Story { clock: self, calendar, walk: &walk };
        let mut days: Vec<CountedDay> = walk.steps.iter().map(|step| story.day(step)).collect();
        if let (Some(extension), Some(last), 1) =
            (&self.extension, days.last_mut(), walk.legs.len())
        {
            last.reason.push_str(&format!(
                "; the extension by {} ({}) is void: approved on {}, told on {}, past this due date",
                extension.by, extension.article, extension.approved_on, extension.notified_on
            ));
        }
        Ok(Deadline { due: walk.due, provisional: walk.provisional, days })
    }

    fn stops_on(&self, date: Date, noticed: bool) -> impl Iterator<Item = &Stop> {
        let asked = move |stop: &&Stop| stop.covers(date) && stop.notice.is_some() == noticed;
        self.stops.iter().filter(asked)
    }
}

struct Story<'a> {
    clock: &'a Clock,
    calendar: &'a Calendar,
    walk: &'a Walk,
}

impl Story<'_> {
    fn day(&self, step: &Step) -> CountedDay {
        let date = step.date;
        let (counted, reason, citation) = match step.verdict {
            Verdict::Start => (false, self.start(), FIRST_DAY.to_owned()),
            Verdict::Rest => {
                let day = self.calendar.day(date);
                (false, day.to_string(), day.citation)
            }
            Verdict::Stopped => (false, self.stopped(date), self.stop_articles(date)),
            Verdict::Rolled => self.rolled(date),
            Verdict::Counted { leg, nth } => {
                let (reason, citation) = self.counted(date, leg, nth);
                (true, reason, citation)
            }
        };
        CountedDay { date, counted, reason, citation }
    }

    fn start(&self) -> String {
        if self.walk.due == self.clock.start {
            "the day of the start is not counted, and the limit is over with it".to_owned()
        } else {
            "the day of the start is not counted".to_owned()
        }
    }

    fn stopped(&self, date: Date) -> String {
        let grounds: Vec<String> = self
            .clock
            .stops_on(date, true)
            .map(|stop| match &stop.notice {
                Some(notice) => format!("{} (notice {})", stop.ground, notice.number),
                None => stop.ground.clone(),
            })
            .collect();
        format!("stopped: {}", grounds.join("; "))
    }

    fn stop_articles(&self, date: Date) -> String {
        let mut articles: Vec<&str> = Vec::new();
        for stop in self.clock.stops_on(date, true) {
            if !articles.contains(&stop.article.as_str()) {
                articles.push(&stop.article);
            }
        }
        articles.join("; ")
    }

    fn rolled(&self, date: Date) -> (bool, String, String) {
        let day = self.calendar.day(date);
        if date == self.walk.due {
            let reason =
                format!("the due date moves here from the rest day on which it fell; {day}");
            (false, reason, format!("{LAST_DAY}; {}", day.citation))
        } else {
            (false, day.to_string(), day.citation)
        }
    }

    fn counted(&self, date: Date, leg: usize, nth: u32) -> (String, String) {
        let article = match &self.clock.extension {
            Some(extension) if leg > 0 => &extension.article,
            Some(_) | None => &self.clock.citation,
        };
        let lead = if leg > 0 { "extension, day" } else { "day" };
        let leg = &self.walk.legs[leg];
        let mut reason = format!("{lead} {nth} of {}", leg.days);
        let mut citation = article.clone();
        match leg.limit.unit {
            Unit::WorkingDays => {
                reason.push_str(&format!(", {}", self.calendar.day(date)));
            }
            Unit::CalendarDays => reason.push_str(", all days counted"),
            Unit::Months => {
                reason.push_str(&format!(" in {}, from {}", months(leg.limit.n), leg.after));
                if nth == leg.days {
                    reason.push_str(&month_ends(leg, date));
                    citation = format!("{citation}; {MONTHS}");
                }
            }
        }
        if self.rolls_after(date) {
            reason.push_str(&format!("; the limit ends on a {}", self.calendar.day(date)));
        }
        for stop in self.clock.stops_on(date, false) {
            reason.push_str(&format!("; {} does not stop it: no written notice", stop.ground));
        }
        (reason, citation)
    }

    /// Whether `date` is the unrolled end of a limit whose due date lies on a later day.
    fn rolls_after(&self, date: Date) -> bool {
        let follows = |step: &Step| step.verdict == Verdict::Rolled;
        let next = self.walk.steps.binary_search_by_key(&date, |step| step.date).map(|at| at + 1);
        next.ok().and_then(|next| self.walk.steps.get(next)).is_some_and(follows)
    }
}

fn months(n: u32) -> String {
    if n == 1 { "1 month".to_owned() } else { format!("{n} months") }
}

fn month_ends(leg: &Leg, date: Date) -> String {
    match month_end(leg.after, leg.limit.n) {
        Some(end) if end != date => format!(", to {end}, moved on by the days of stops"),
        Some(end) if end.day() != leg.after.day() => {
            format!(", to the last day of a month that has no day {}", leg.after.day())
        }
        Some(_) | None => ", to the same-numbered day".to_owned(),
    }
}
