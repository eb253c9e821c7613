//! The answer about a deadline, for programs and for people.

use std::collections::BTreeSet;
use std::io::{self, Write};

use jiff::civil::{Date, Weekday};
use rulebook::calendar::Calendar;
use rulebook::clock::{CountedDay, Deadline};
use serde::Serialize;

use super::{Arguments, Finding, Rolling};
use crate::reading::Interval;

/// The answer in JSON, in the order in which one wants to read it.
#[derive(Serialize)]
struct Told<'a> {
    due: Option<String>,
    provisional: bool,
    stopped_since: Option<String>,
    from: String,
    limit: String,
    before: bool,
    roll: &'static str,
    suspensions: Vec<Suspension>,
    extension: Option<String>,
    calendar_as_of: Option<String>,
    /// How many days used up a unit of the limit or its extension.
    counted: usize,
    days: Vec<Entry<'a>>,
}

#[derive(Serialize)]
struct Suspension {
    from: String,
    until: Option<String>,
}

#[derive(Serialize)]
struct Entry<'a> {
    date: String,
    counted: bool,
    reason: &'a str,
    citation: &'a str,
}

pub(super) fn json(
    arguments: &Arguments,
    finding: &Finding,
    out: &mut dyn Write,
) -> io::Result<()> {
    let deadline = finding.deadline.as_ref();
    let days = deadline.map_or(&[][..], |deadline| &deadline.days);
    let rolls = !arguments.before && arguments.roll != Some(Rolling::None);
    let told = Told {
        due: deadline.map(|deadline| day(deadline.due)),
        provisional: deadline.is_some_and(|deadline| deadline.provisional),
        stopped_since: finding.stopped.map(|(since, _)| day(since)),
        from: day(arguments.from),
        limit: arguments.limit.to_string(),
        before: arguments.before,
        roll: if rolls { "forward" } else { "none" },
        suspensions: arguments.suspend.iter().map(suspension).collect(),
        extension: arguments.extend.map(|by| by.to_string()),
        calendar_as_of: arguments.calendar_as_of.map(day),
        counted: finding
            .stopped
            .map_or_else(|| days.iter().filter(|day| day.counted).count(), |(_, ran)| ran),
        days: days.iter().map(entry).collect(),
    };
    serde_json::to_writer(&mut *out, &told)?;
    writeln!(out)
}

fn suspension(interval: &Interval) -> Suspension {
    Suspension { from: day(interval.from), until: interval.until.map(day) }
}

fn entry(counted: &CountedDay) -> Entry<'_> {
    let CountedDay { date, counted, reason, citation } = counted;
    Entry { date: day(*date), counted: *counted, reason, citation }
}

fn day(date: Date) -> String {
    date.to_string()
}

pub(super) fn text(
    arguments: &Arguments,
    finding: &Finding,
    calendar: &Calendar,
    out: &mut dyn Write,
) -> io::Result<()> {
    let Arguments { from, limit, before, .. } = arguments;
    let Some(deadline) = &finding.deadline else {
        let (since, ran) = finding.stopped.unwrap_or((*from, 0));
        writeln!(out, "no due date: the clock has stood since {since} and has not been resumed")?;
        return writeln!(out, "{ran} days of {limit} from {from} had been counted by then");
    };
    let due = deadline.due;
    writeln!(out, "{due} {}", weekday(due))?;
    if *before {
        writeln!(out, "the latest day that leaves {limit} before {from} is over; never rolled")?;
    } else {
        write!(out, "{limit} from {from}")?;
        if let Some(by) = arguments.extend {
            write!(out, ", extended by {by}")?;
        }
        match due.tomorrow() {
            Ok(late) => writeln!(out, "; overdue from 00:00 of {late} (民法典 art. 203)")?,
            Err(_) => writeln!(out)?,
        }
    }
    if deadline.provisional {
        writeln!(
            out,
            "provisional: no holiday notice for {} is on file, and the date may move when there is one",
            unpublished(deadline, calendar)
        )?;
    }
    writeln!(out)?;
    let mut nth = 0;
    for day in &deadline.days {
        nth += usize::from(day.counted);
        let mark = if day.counted { nth.to_string() } else { "-".to_owned() };
        let name = &weekday(day.date)[..3];
        writeln!(out, "{} {name} {mark:>4}  {}  [{}]", day.date, day.reason, day.citation)?;
    }
    Ok(())
}

fn unpublished(deadline: &Deadline, calendar: &Calendar) -> String {
    let dates = deadline.days.iter().map(|day| day.date);
    let years: BTreeSet<i16> =
        dates.filter(|date| !calendar.is_published(*date)).map(Date::year).collect();
    years.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn weekday(date: Date) -> &'static str {
    match date.weekday() {
        Weekday::Monday => "Monday",
        Weekday::Tuesday => "Tuesday",
        Weekday::Wednesday => "Wednesday",
        Weekday::Thursday => "Thursday",
        Weekday::Friday => "Friday",
        Weekday::Saturday => "Saturday",
        Weekday::Sunday => "Sunday",
    }
}
