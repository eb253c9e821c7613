//! Limits that count backward from an expiry, e.g. 行政许可法 art. 50.

use jiff::{Span, civil::Date};

use super::explain::{FIRST_DAY, MONTHS};
use super::walk::{HORIZON_DAYS, days_between};
use super::{CountedDay, Deadline, Limit, MAX_UNITS, Unit};
use crate::calendar::Calendar;

/// Counted days are days of the Gregorian calendar.
const CALENDAR_DAYS: &str = "民法典 art. 200";

/// The latest day on which an act is still `limit` before `expiry`: the latest L with so many
/// days in (L, `expiry`], or the same-numbered day so many months earlier. It is never rolled.
///
/// The proof lists the days from L, which is not counted, through the expiry, which is. `None`
/// for a limit over [`MAX_UNITS`] or a day more than a thousand years earlier.
pub fn latest_before(expiry: Date, limit: Limit, calendar: &Calendar) -> Option<Deadline> {
    if limit.n > MAX_UNITS {
        return None;
    }
    let months_before = match limit.unit {
        Unit::WorkingDays | Unit::CalendarDays => None,
        Unit::Months => Some(expiry.checked_sub(Span::new().try_months(limit.n).ok()?).ok()?),
    };
    let total = match months_before {
        Some(latest) => u32::try_from(days_between(latest, expiry)).ok()?,
        None => limit.n,
    };
    let mut days = Vec::new();
    let mut provisional = false;
    let mut date = expiry;
    let mut nth = 0;
    while nth < total {
        if days.len() > HORIZON_DAYS {
            return None;
        }
        let day = calendar.day(date);
        let (counted, reason, citation) = match limit.unit {
            Unit::WorkingDays => {
                provisional |= !day.published;
                (day.working, day.to_string(), day.citation)
            }
            Unit::CalendarDays | Unit::Months => {
                (true, "all days counted".to_owned(), CALENDAR_DAYS.to_owned())
            }
        };
        nth += u32::from(counted);
        let reason =
            if counted { format!("day {nth} of {total} backward, {reason}") } else { reason };
        days.push(CountedDay { date, counted, reason, citation });
        date = date.yesterday().ok()?;
    }
    let reason = format!("the latest day that leaves {limit} through {expiry}; not counted itself");
    let citation = if months_before.is_some() { MONTHS } else { FIRST_DAY }.to_owned();
    days.push(CountedDay { date, counted: false, reason, citation });
    days.reverse();
    Some(Deadline { due: date, provisional, days })
}
