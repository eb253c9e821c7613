//! Random histories, on which the clock and the oracle must agree.

use std::cell::Cell;
use std::sync::OnceLock;

use jiff::ToSpan;
use jiff::civil::Date;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::super::walk::{Verdict, Walk};
use super::super::*;
use super::oracle::{Answer, Oracle};
use super::{limit, proves};
use crate::calendar::Calendar;
use crate::calendar::tests::{almanac, day};

const HISTORIES: u32 = 100_000;
/// Days before and from which on an edition is known, and one on which all are.
const KNOWN_ON: [&str; 7] = [
    "2019-03-21",
    "2019-03-22",
    "2020-01-26",
    "2020-01-27",
    "2021-10-24",
    "2024-11-12",
    "2026-01-01",
];

/// A clock by numbers, so that a failing one shrinks to the simplest that fails.
#[derive(Debug, Clone)]
struct History {
    known_on: usize,
    start: i32,
    limit: (u32, usize),
    rolls: bool,
    /// Opened so many days after the start, for so many days (none: open), with notice or not.
    stops: Vec<(i32, Option<i32>, bool)>,
    /// By what, and approved and told how many days after the due date without it.
    extension: Option<((u32, usize), i32, i32)>,
}

fn history() -> impl Strategy<Value = History> {
    let limit = || (0u32..70, 0usize..3);
    let closed = prop::option::weighted(0.93, -2i32..45);
    let stop = (-15i32..90, closed, prop::bool::weighted(0.8));
    let stops = prop::collection::vec(stop, 0..5);
    let extension = prop::option::of((limit(), -4i32..4, -4i32..4));
    // Day 0 is 2018-10-01; the last is in October 2027.
    (0..KNOWN_ON.len(), 0i32..3_300, limit(), any::<bool>(), stops, extension).prop_map(
        |(known_on, start, limit, rolls, stops, extension)| History {
            known_on,
            start,
            limit,
            rolls,
            stops,
            extension,
        },
    )
}

impl History {
    fn clock(&self, oracle: &Oracle) -> Clock {
        let start = later(day("2018-10-01"), self.start);
        let mut clock = Clock::new(start, sized(self.limit), "rule");
        if !self.rolls {
            clock = clock.without_roll();
        }
        for (from, days, noticed) in &self.stops {
            let from = later(start, *from);
            clock = clock.stop(Stop {
                from,
                until: days.map(|days| later(from, days)),
                ground: "survey".to_owned(),
                article: "行政许可法 art. 45".to_owned(),
                notice: noticed.then(|| Notice { number: "1号".to_owned(), given_on: from }),
            });
        }
        if let Some((by, approved, told)) = self.extension {
            let due = oracle.unextended(&clock).unwrap_or(start);
            clock = clock.extend(Extension {
                by: sized(by),
                approver: "head".to_owned(),
                approved_on: later(due, approved),
                notified_on: later(due, told),
                reason: "complex".to_owned(),
                article: "行政许可法 art. 42".to_owned(),
            });
        }
        clock
    }
}

/// Up to 69 days or 13 months.
fn sized((n, unit): (u32, usize)) -> Limit {
    match unit {
        0 => Limit { n, unit: Unit::WorkingDays },
        1 => Limit { n, unit: Unit::CalendarDays },
        _ => Limit { n: n / 5, unit: Unit::Months },
    }
}

fn later(date: Date, days: i32) -> Date {
    date + days.days()
}

/// The calendars and oracles of [`KNOWN_ON`].
fn editions() -> &'static [(Calendar, Oracle)] {
    static EDITIONS: OnceLock<Vec<(Calendar, Oracle)>> = OnceLock::new();
    EDITIONS.get_or_init(|| {
        let edition = |on: &str| (almanac().as_published_by(day(on)), Oracle::as_of(day(on)));
        KNOWN_ON.iter().map(|on| edition(on)).collect()
    })
}

fn over<S: Strategy>(
    cases: u32,
    strategy: S,
    test: impl Fn(S::Value) -> Result<(), TestCaseError>,
) {
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    if let Err(failure) = TestRunner::new_with_rng(config, rng).run(&strategy, test) {
        panic!("{failure}");
    }
}

/// How many histories were of each kind.
#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    stopped: u32,
    provisional: u32,
    extended: u32,
    void: u32,
    rolled: u32,
}

impl Tally {
    fn add(&mut self, clock: &Clock, walk: &Walk) {
        self.provisional += u32::from(walk.provisional);
        self.extended += u32::from(walk.legs.len() == 2);
        self.void += u32::from(clock.extension().is_some() && walk.legs.len() == 1);
        self.rolled += u32::from(walk.steps.iter().any(|step| step.verdict == Verdict::Rolled));
    }
}

fn answer(walk: &Walk) -> Answer {
    let is_counted = |verdict: &Verdict| matches!(verdict, Verdict::Counted { .. });
    let counted = walk.steps.iter().filter(|step| is_counted(&step.verdict)).count();
    Answer { due: walk.due, provisional: walk.provisional, counted }
}

#[test]
fn two_derivations_agree_on_every_history() {
    let tally = Cell::new(Tally::default());
    over(HISTORIES, history(), |history| {
        let (calendar, oracle) = &editions()[history.known_on];
        let clock = history.clock(oracle);
        let mut sum = tally.get();
        match (clock.walk(calendar), oracle.answer(&clock)) {
            (Ok(walk), Some(expected)) => {
                prop_assert_eq!(answer(&walk), expected);
                sum.add(&clock, &walk);
            }
            (Err(Undated::Stopped { .. }), None) => sum.stopped += 1,
            (Ok(walk), None) => prop_assert!(false, "{} instead of a stop", walk.due),
            (Err(error), expected) => prop_assert!(false, "{error} instead of {expected:?}"),
        }
        tally.set(sum);
        Ok(())
    });
    // Histories that leave out some of the rules would prove nothing about them.
    let Tally { stopped, provisional, extended, void, rolled } = tally.get();
    let rarest = [stopped, provisional, extended, void, rolled].into_iter().min();
    assert!(rarest >= Some(HISTORIES / 50), "{:?}", tally.get());
}

#[test]
fn every_proof_leads_to_its_due_date() {
    over(3_000, history(), |history| {
        let (calendar, oracle) = &editions()[history.known_on];
        let clock = history.clock(oracle);
        let Some(answer) = oracle.answer(&clock) else { return Ok(()) };
        let deadline = clock.deadline(calendar).unwrap();
        prop_assert_eq!(clock.due(calendar), Some(deadline.due));
        prop_assert_eq!(deadline.due, answer.due);
        prop_assert!(proves(&clock, &deadline));
        prop_assert_eq!(deadline.days.iter().filter(|day| day.counted).count(), answer.counted);
        let ran = clock.counted_days(deadline.due, calendar);
        if clock.extension().is_none() {
            let counted = deadline.days.iter().filter(|day| day.counted).map(|day| day.date);
            prop_assert!(ran.starts_with(&counted.collect::<Vec<_>>()));
        }
        Ok(())
    });
}

#[test]
fn one_more_stop_never_brings_a_due_date_nearer() {
    let stop = (-15i32..90, 0i32..45);
    over(5_000, (history(), stop), |(mut history, (from, days))| {
        // An extension can become valid or void with the due date that it is measured by.
        history.extension = None;
        let (calendar, oracle) = &editions()[history.known_on];
        let Ok(before) = history.clock(oracle).walk(calendar) else { return Ok(()) };
        history.stops.push((from, Some(days), true));
        // It can also move the end of the limit into another stop that is still open.
        match history.clock(oracle).walk(calendar) {
            Ok(after) => prop_assert!(after.due >= before.due),
            Err(_) => prop_assert!(is_open(&history)),
        }
        Ok(())
    });
}

fn is_open(history: &History) -> bool {
    history.stops.iter().any(|(_, days, noticed)| days.is_none() && *noticed)
}

#[test]
fn two_derivations_agree_on_every_backward_limit() {
    let strategy = (0..KNOWN_ON.len(), 400i32..3_300, (0u32..70, 0usize..3));
    over(20_000, strategy, |(known_on, expiry, limit)| {
        let (calendar, oracle) = &editions()[known_on];
        let (expiry, limit) = (later(day("2018-10-01"), expiry), sized(limit));
        let deadline = latest_before(expiry, limit, calendar).unwrap();
        let expected = oracle.latest_before(expiry, limit);
        prop_assert_eq!((deadline.due, deadline.provisional), expected);
        Ok(())
    });
}

#[test]
fn counting_forward_from_the_latest_day_arrives_at_the_expiry() {
    let calendar = almanac().latest();
    let expiry = day("2022-10-14");
    let latest = latest_before(expiry, limit("30wd"), &calendar).unwrap();
    let clock = Clock::new(latest.due, limit("30wd"), "rule");
    assert_eq!(clock.deadline(&calendar).unwrap().due, expiry);
}
