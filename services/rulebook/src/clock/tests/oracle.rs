//! A second derivation of due dates that shares nothing with the first.
//!
//! It reads the calendar files as plain TOML, numbers the working days of the whole range once,
//! and finds each answer by subtraction of intervals and position in a sorted list. It walks
//! along no days and knows neither `Calendar` nor `walk`.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::super::*;
use crate::calendar::tests::{day, seed_files};

/// Days are numbered from the first day of the range.
const FIRST: Date = Date::constant(2017, 1, 1);
const LAST: Date = Date::constant(2032, 12, 31);

pub(super) struct Oracle {
    /// The numbers of all working days, ascending.
    working: Vec<i32>,
    /// For each day number, how many unpublished days come before it.
    unpublished: Vec<u32>,
}

/// What the oracle says of a clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) due: Date,
    pub(super) provisional: bool,
    /// Days counted in the limit and in its extension.
    pub(super) counted: usize,
}

impl Oracle {
    pub(super) fn as_of(on: Date) -> Self {
        let (working_by_date, years) = named_days(on);
        let festivals = festivals();
        let (mut working, mut unpublished, mut sum) = (Vec::new(), vec![0], 0);
        for number in 0..=number(LAST) {
            let date = date(number);
            let published = years.contains(&date.year()) || working_by_date.contains_key(&date);
            let weekday = number.rem_euclid(7); // 2017-01-01 was a Sunday
            let works = match working_by_date.get(&date) {
                Some(works) => *works,
                None => (1..=5).contains(&weekday) && (published || !festivals.contains(&date)),
            };
            if works {
                working.push(number);
            }
            sum += u32::from(!published);
            unpublished.push(sum);
        }
        Self { working, unpublished }
    }

    /// `None` where the clock stands still.
    pub(super) fn answer(&self, clock: &Clock) -> Option<Answer> {
        let start = number(clock.start);
        let running = running(clock, start);
        let (mut end, mut counted, mut provisional) =
            self.leg(clock.limit, start, &running, clock.start)?;
        if let Some(extension) = clock.extension() {
            let (rolled, by_estimate) = self.rolled(clock, end);
            let latest = number(extension.approved_on).max(number(extension.notified_on));
            if latest <= rolled {
                provisional |= latest > end && by_estimate;
                let more = self.leg(extension.by, end, &running, date(end))?;
                (end, counted, provisional) = (more.0, counted + more.1, provisional | more.2);
            }
        }
        let (due, by_estimate) = self.rolled(clock, end);
        Some(Answer { due: date(due), provisional: provisional | by_estimate, counted })
    }

    /// The due date of a clock without its extension, to place one around it.
    pub(super) fn unextended(&self, clock: &Clock) -> Option<Date> {
        let plain = Clock { extension: None, ..clock.clone() };
        Some(self.answer(&plain)?.due)
    }

    /// The latest date with the limit in (date, expiry], and whether that is provisional.
    pub(super) fn latest_before(&self, expiry: Date, limit: Limit) -> (Date, bool) {
        let last = number(expiry);
        match limit.unit {
            Unit::WorkingDays if limit.n == 0 => (expiry, false),
            Unit::WorkingDays => {
                let through = self.working.partition_point(|day| *day <= last);
                let first = self.working[through - limit.n as usize];
                (date(first - 1), self.estimates(first - 1, last) > 0)
            }
            Unit::CalendarDays => (date(last - limit.n as i32), false),
            Unit::Months => (months_later(expiry, -(limit.n as i32)), false),
        }
    }

    /// The end of a leg that begins after day `after`, how many days it counts, and whether any
    /// of the days it looks at is unpublished.
    fn leg(
        &self,
        limit: Limit,
        after: i32,
        running: &[(i32, i32)],
        anchor: Date,
    ) -> Option<(i32, usize, bool)> {
        let mut left = match limit.unit {
            Unit::WorkingDays | Unit::CalendarDays => limit.n as usize,
            Unit::Months => (number(months_later(anchor, limit.n as i32)) - after) as usize,
        };
        let (total, mut estimates) = (left, 0);
        if left == 0 {
            return Some((after, 0, false));
        }
        for (from, until) in running.iter().map(|(from, until)| (*from.max(&after), *until)) {
            let (here, end) = match limit.unit {
                Unit::WorkingDays => {
                    let before = self.working.partition_point(|day| *day <= from);
                    let through = self.working.partition_point(|day| *day <= until);
                    (through.saturating_sub(before), self.working.get(before + left - 1).copied())
                }
                Unit::CalendarDays | Unit::Months => {
                    (usize::try_from(until - from).unwrap_or(0), Some(from + left as i32))
                }
            };
            let looked_through = if here >= left { end? } else { until };
            if limit.unit == Unit::WorkingDays && looked_through > from {
                estimates += self.estimates(from, looked_through);
            }
            if here >= left {
                return Some((looked_through, total, estimates > 0));
            }
            left -= here;
        }
        None
    }

    fn rolled(&self, clock: &Clock, end: i32) -> (i32, bool) {
        if clock.roll == Roll::None || end == number(clock.start) {
            return (end, false);
        }
        let on = self.working[self.working.partition_point(|day| *day < end)];
        (on, self.estimates(end - 1, on) > 0)
    }

    /// Unpublished days in (`after`, `through`].
    fn estimates(&self, after: i32, through: i32) -> u32 {
        self.unpublished[through as usize + 1] - self.unpublished[after as usize + 1]
    }
}

/// The time in which the clock runs, as intervals (from, until] after its start: all of it, less
/// one stop after the other.
fn running(clock: &Clock, start: i32) -> Vec<(i32, i32)> {
    let mut running = vec![(start, number(LAST))];
    for stop in clock.stops().iter().filter(|stop| stop.notice.is_some()) {
        let (opened, closed) = (number(stop.from), stop.until.map_or(number(LAST), number));
        if closed <= opened {
            continue;
        }
        running = running
            .into_iter()
            .flat_map(|(from, until)| [(from, until.min(opened)), (from.max(closed), until)])
            .filter(|(from, until)| from < until)
            .collect();
    }
    running
}

/// The dates that notices known on a day name, each with whether it is worked, and their years.
fn named_days(on: Date) -> (BTreeMap<Date, bool>, Vec<i16>) {
    let (mut named, mut years) = (BTreeMap::new(), Vec::new());
    for file in seed_files().iter().filter(|file| !file.path.contains("statutory")) {
        let table: toml::Table = file.text.parse().unwrap();
        let mut festivals = BTreeMap::new();
        for edition in table["edition"].as_array().unwrap() {
            if day(edition["published"].as_str().unwrap()) <= on {
                for festival in edition["festival"].as_array().unwrap() {
                    festivals.insert(festival["name"].as_str().unwrap(), festival);
                }
            }
        }
        if !festivals.is_empty() {
            years.push(table["year"].as_integer().unwrap() as i16);
        }
        for (festival, (list, works)) in festivals.values().flat_map(|festival| {
            [("off", false), ("in_lieu", false), ("work", true)].map(|list| (festival, list))
        }) {
            for date in festival.get(list).and_then(toml::Value::as_array).into_iter().flatten() {
                named.insert(day(date.as_str().unwrap()), works);
            }
        }
    }
    (named, years)
}

/// The statutory festival days of all years of the range.
fn festivals() -> Vec<Date> {
    let fixed = ["01-01", "05-01", "05-02", "10-01", "10-02", "10-03"];
    let lunar = ["02-05", "02-06", "02-07", "02-08", "04-05", "06-09", "09-15"];
    (2017..=2032)
        .flat_map(|year| fixed.map(|day| format!("{year}-{day}")))
        .chain(lunar.map(|day| format!("2027-{day}")))
        .map(|text| day(&text))
        .collect()
}

fn months_later(date: Date, months: i32) -> Date {
    let month = i32::from(date.year()) * 12 + i32::from(date.month()) - 1 + months;
    let (year, month) = (month.div_euclid(12) as i16, month.rem_euclid(12) as i8 + 1);
    (1..=date.day()).rev().find_map(|day| Date::new(year, month, day).ok()).unwrap()
}

/// The number of a date, by counting leap days rather than by asking the date.
fn number(date: Date) -> i32 {
    let years = i32::from(date.year()) - 1;
    let first = years * 365 + years / 4 - years / 100 + years / 400 + i32::from(date.day_of_year());
    first - 736_330
}

fn date(number: i32) -> Date {
    let mut year = 2017 + number / 366;
    while self::number(Date::constant(year as i16 + 1, 1, 1)) <= number {
        year += 1;
    }
    let day_of_year = number - self::number(Date::constant(year as i16, 1, 1)) + 1;
    FIRST.with().year(year as i16).day_of_year(day_of_year as i16).build().unwrap()
}

#[test]
fn the_oracle_numbers_days_one_by_one() {
    assert_eq!((number(FIRST), date(0)), (0, FIRST));
    assert!((0..number(LAST)).all(|n| date(n).tomorrow().unwrap() == date(n + 1)));
    assert!((0..number(LAST)).all(|n| number(date(n)) == n));
}
