//! Due dates as a table; in files of their own their proofs in words and a second derivation over random histories.

mod histories;
mod oracle;
mod proofs;

use super::*;
use crate::calendar::tests::{almanac, day};

/// One case a line: `start + limit = due`, then the history in words:
///
/// - `stopped A..B` (open: `A..`), `unnoticed A..B`, `extended 10wd APPROVED TOLD`, `unrolled`,
///   `as-of DATE`;
/// - after the due date `provisional`; in its place `stopped` or `out-of-range`.
///
/// `expiry - limit = latest` counts backward.
fn check(table: &str) {
    let expected: Vec<String> = table.lines().map(squeezed).collect();
    let actual: Vec<String> = expected.iter().map(|line| answered(line)).collect();
    assert_eq!(actual, expected);
}

fn squeezed(line: &str) -> String {
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The line with the answer of the clock in place of the expected one.
fn answered(line: &str) -> String {
    let (question, rest) = line.split_once(" = ").unwrap();
    let history: Vec<&str> =
        rest.split(' ').skip(1).skip_while(|word| *word == "provisional").collect();
    let asked: Vec<&str> = question.split(' ').collect();
    let (date, limit) = (day(asked[0]), asked[2].parse::<Limit>().unwrap());
    let (clock, calendar) = told(Clock::new(date, limit, "rule"), &history);
    let answer = match (asked[1], clock.reckon(&calendar)) {
        ("-", _) => match latest_before(date, limit, &calendar) {
            Some(deadline) => stated(&deadline),
            None => "out-of-range".to_owned(),
        },
        (_, Ok(deadline)) => {
            assert!(proves(&clock, &deadline), "{line}");
            stated(&deadline)
        }
        (_, Err(Undated::Stopped { .. })) => "stopped".to_owned(),
        (_, Err(Undated::OutOfRange)) => "out-of-range".to_owned(),
    };
    let mut words = vec![question, "=", &answer];
    words.extend(history);
    words.join(" ")
}

fn stated(deadline: &Deadline) -> String {
    format!("{}{}", deadline.due, if deadline.provisional { " provisional" } else { "" })
}

fn told(mut clock: Clock, history: &[&str]) -> (Clock, Calendar) {
    let mut calendar = almanac().latest();
    let mut words = history.iter();
    while let Some(word) = words.next() {
        let mut next = || *words.next().unwrap();
        clock = match *word {
            "stopped" => clock.stop(stop(next(), true)),
            "unnoticed" => clock.stop(stop(next(), false)),
            "extended" => clock.extend(extension(next(), next(), next())),
            "unrolled" => clock.without_roll(),
            "as-of" => {
                calendar = almanac().as_published_by(day(next()));
                clock
            }
            other => panic!("`{other}` is no word of the table"),
        };
    }
    (clock, calendar)
}

fn stop(interval: &str, noticed: bool) -> Stop {
    let (from, until) = interval.split_once("..").unwrap();
    let from = day(from);
    Stop {
        from,
        until: (!until.is_empty()).then(|| day(until)),
        ground: "expert review".to_owned(),
        article: "行政许可法 art. 45".to_owned(),
        notice: noticed.then(|| Notice { number: "3号".to_owned(), given_on: from }),
    }
}

fn extension(by: &str, approved_on: &str, notified_on: &str) -> Extension {
    Extension {
        by: by.parse().unwrap(),
        approver: "head of the authority".to_owned(),
        approved_on: day(approved_on),
        notified_on: day(notified_on),
        reason: "complex".to_owned(),
        article: "行政许可法 art. 42".to_owned(),
    }
}

/// Whether the proof, read without the calendar, leads to the due date: all days in a row, as
/// many counted as the limit has, and after the last of them only the roll.
fn proves(clock: &Clock, deadline: &Deadline) -> bool {
    let days = &deadline.days;
    let in_a_row = days.windows(2).all(|pair| pair[0].date.tomorrow().unwrap() == pair[1].date);
    let ends = days.first().is_some_and(|day| day.date == clock.start && !day.counted)
        && days.last().is_some_and(|day| day.date == deadline.due);
    let counted = days.iter().filter(|day| day.counted).count();
    let enough = match (clock.limit.unit, clock.extension()) {
        (Unit::WorkingDays | Unit::CalendarDays, None) => counted == clock.limit.n as usize,
        (Unit::Months, _) | (_, Some(_)) => counted >= clock.limit.n as usize,
    };
    let said = days.iter().all(|day| !day.reason.is_empty() && !day.citation.is_empty());
    in_a_row && ends && enough && said
}

#[test]
fn working_days_run_over_holidays_and_make_up_days() {
    check(
        "2022-04-06 + 20wd = 2022-05-06
         2021-09-28 + 20wd = 2021-11-01
         2021-09-28 + 3wd  = 2021-10-08
         2021-09-28 + 4wd  = 2021-10-09
         2021-09-28 + 5wd  = 2021-10-11
         2022-09-30 + 1wd  = 2022-10-08
         2022-09-30 + 2wd  = 2022-10-09
         2022-09-30 + 3wd  = 2022-10-10
         2022-12-30 + 1wd  = 2023-01-03
         2024-02-08 + 1wd  = 2024-02-09
         2025-01-27 + 1wd  = 2025-02-05",
    );
}

#[test]
fn the_day_of_the_start_is_never_counted() {
    check(
        "2022-04-08 + 1wd  = 2022-04-11
         2022-04-09 + 1wd  = 2022-04-11
         2022-04-10 + 1wd  = 2022-04-11
         2022-04-11 + 1wd  = 2022-04-12
         2022-04-11 + 1cal = 2022-04-12",
    );
}

#[test]
fn a_limit_of_nothing_is_due_on_the_day_it_starts() {
    check(
        "2022-04-08 + 0wd    = 2022-04-08
         2022-10-01 + 0wd    = 2022-10-01
         2022-10-01 + 0cal   = 2022-10-01
         2022-10-01 + 0month = 2022-10-01
         2027-01-01 + 0cal   = 2027-01-01
         2022-10-01 + 0wd    = 2022-10-01 stopped 2022-09-01..",
    );
}

#[test]
fn calendar_days_and_months_that_end_on_a_rest_day_end_on_the_next_working_day() {
    check(
        "2022-09-15 + 15cal  = 2022-09-30
         2022-09-16 + 15cal  = 2022-10-08
         2022-09-16 + 15cal  = 2022-10-01 unrolled
         2022-09-22 + 15cal  = 2022-10-08
         2022-09-23 + 15cal  = 2022-10-08
         2022-09-24 + 15cal  = 2022-10-09
         2022-09-25 + 15cal  = 2022-10-10
         2022-08-01 + 2month = 2022-10-08
         2022-08-01 + 2month = 2022-10-01 unrolled",
    );
}

#[test]
fn months_end_on_the_same_numbered_day_or_on_the_last_of_the_month() {
    check(
        "2021-11-30 + 3month  = 2022-02-28
         2021-11-29 + 3month  = 2022-02-28
         2021-11-28 + 3month  = 2022-02-28
         2022-01-31 + 1month  = 2022-02-28
         2020-01-31 + 1month  = 2020-02-29 unrolled
         2020-01-31 + 1month  = 2020-03-02
         2022-02-28 + 1month  = 2022-03-28
         2020-02-29 + 12month = 2021-02-28 unrolled
         2020-02-29 + 12month = 2021-03-01",
    );
}

#[test]
fn a_stop_takes_out_the_days_after_its_opening_through_its_closing() {
    check(
        "2022-04-06 + 20wd = 2022-05-30 stopped 2022-04-20..2022-05-16
         2022-04-06 + 20wd = 2022-06-10 stopped 2022-04-20..2022-05-16 stopped 2022-05-10..2022-05-26
         2022-04-06 + 20wd = 2022-06-10 stopped 2022-05-10..2022-05-26 stopped 2022-04-20..2022-05-16
         2022-04-06 + 20wd = 2022-06-10 stopped 2022-04-20..2022-05-16 stopped 2022-05-16..2022-05-26
         2022-04-06 + 20wd = 2022-05-30 stopped 2022-04-20..2022-05-16 stopped 2022-04-25..2022-04-27
         2022-04-06 + 20wd = 2022-05-07 stopped 2022-04-20..2022-04-21
         2022-04-06 + 20wd = 2022-05-06 stopped 2022-04-20..2022-04-20
         2022-04-06 + 20wd = 2022-05-06 stopped 2022-04-20..2022-04-10
         2022-04-06 + 20wd = 2022-05-09 stopped 2022-04-01..2022-04-08
         2022-03-01 + 10cal = 2022-03-11
         2022-03-01 + 10cal = 2022-03-14 stopped 2022-03-03..2022-03-06
         2022-03-01 + 1month = 2022-04-01
         2022-03-01 + 1month = 2022-04-04 stopped 2022-03-03..2022-03-06 unrolled
         2022-03-01 + 1month = 2022-04-06 stopped 2022-03-03..2022-03-06
         2022-03-01 + 1month = 2022-04-07 stopped 2022-03-03..2022-03-06 stopped 2022-04-01..2022-04-04",
    );
}

#[test]
fn there_is_no_due_date_while_a_stop_is_open() {
    check(
        "2022-04-06 + 20wd = stopped    stopped 2022-04-20..
         2022-04-06 + 20wd = stopped    stopped 2022-05-05..
         2022-04-06 + 20wd = 2022-05-06 stopped 2022-05-06..
         2022-04-06 + 20wd = stopped    stopped 2022-04-20..2022-05-16 stopped 2022-05-10..
         2022-04-06 + 20wd = stopped    stopped 2022-04-20..           stopped 2022-05-10..2022-05-26
         2022-09-16 + 15cal = stopped    stopped 2022-09-30..
         2022-09-16 + 15cal = 2022-10-08 stopped 2022-10-01..",
    );
    let clock = told(Clock::new(day("2022-04-06"), limit("20wd"), "rule"), &[]).0;
    let stopped = clock.stop(stop("2022-04-20..", true)).stop(stop("2022-04-22..", true));
    let calendar = almanac().latest();
    assert_eq!(stopped.deadline(&calendar), None);
    assert_eq!(stopped.reckon(&calendar), Err(Undated::Stopped { since: day("2022-04-20") }));
    // A stop that goes on where another ends is one standstill.
    let clock = Clock::new(day("2022-04-06"), limit("20wd"), "rule");
    let joined = clock.stop(stop("2022-04-22..", true)).stop(stop("2022-04-20..2022-04-22", true));
    assert_eq!(joined.reckon(&calendar), Err(Undated::Stopped { since: day("2022-04-20") }));
    let resumed = stopped.resume(day("2022-05-16"));
    assert_eq!(resumed.deadline(&calendar).unwrap().due, day("2022-05-30"));
}

#[test]
fn without_written_notice_nothing_stops() {
    check(
        "2022-04-06 + 20wd = 2022-05-06 unnoticed 2022-04-20..2022-05-16
         2022-04-06 + 20wd = 2022-05-06 unnoticed 2022-04-20..
         2022-04-06 + 20wd = 2022-05-30 unnoticed 2022-04-07.. stopped 2022-04-20..2022-05-16",
    );
    let clock = Clock::new(day("2022-04-06"), limit("20wd"), "rule");
    let unnoticed = clock.clone().stop(stop("2022-04-20..", false));
    assert!(!unnoticed.is_stopped_on(day("2022-04-21")));
    let stopped = clock.stop(stop("2022-04-20..2022-04-25", true));
    let on = |date: &str| stopped.is_stopped_on(day(date));
    assert_eq!([on("2022-04-20"), on("2022-04-21")], [false, true]);
    assert_eq!([on("2022-04-25"), on("2022-04-26")], [true, false]);
}

#[test]
fn an_extension_goes_on_from_the_unrolled_end_and_rolls_once() {
    check(
        "2022-04-06 + 20wd   = 2022-05-19 extended 10wd 2022-05-05 2022-05-06
         2022-04-06 + 20wd   = 2022-06-06 extended 1month 2022-05-05 2022-05-06
         2021-11-30 + 3month = 2022-03-28 extended 1month 2022-02-01 2022-02-01
         2022-09-16 + 15cal  = 2022-10-08 extended 5cal 2022-09-20 2022-09-20
         2022-09-16 + 15cal  = 2022-10-11 extended 10cal 2022-09-20 2022-09-20
         2022-09-16 + 15cal  = 2022-10-12 extended 5wd 2022-09-20 2022-09-20
         2022-09-16 + 15cal  = 2022-10-08 extended 0wd 2022-09-20 2022-09-20
         2022-09-16 + 15cal  = 2022-10-06 extended 5cal 2022-09-20 2022-09-20 unrolled
         2022-04-06 + 20wd   = 2022-06-14 extended 10wd 2022-05-05 2022-05-06 stopped 2022-04-20..2022-05-16
         2022-04-06 + 20wd   = 2022-05-26 extended 10wd 2022-05-05 2022-05-06 stopped 2022-05-09..2022-05-16
         2022-04-06 + 20wd   = stopped    extended 10wd 2022-05-05 2022-05-06 stopped 2022-05-09..
         2022-04-08 + 0wd    = 2022-04-11 extended 1wd 2022-04-08 2022-04-08",
    );
}

#[test]
fn an_extension_approved_or_told_after_the_due_date_is_void() {
    check(
        "2022-04-06 + 20wd  = 2022-05-19 extended 10wd 2022-05-06 2022-05-06
         2022-04-06 + 20wd  = 2022-05-06 extended 10wd 2022-05-07 2022-05-06
         2022-04-06 + 20wd  = 2022-05-06 extended 10wd 2022-05-06 2022-05-07
         2022-09-16 + 15cal = 2022-10-11 extended 10cal 2022-10-08 2022-10-08
         2022-09-16 + 15cal = 2022-10-08 extended 10cal 2022-10-09 2022-10-08
         2022-09-16 + 15cal = 2022-10-01 extended 10cal 2022-10-02 2022-09-20 unrolled
         2022-04-06 + 20wd  = 2022-06-14 extended 10wd 2022-05-30 2022-05-30 stopped 2022-04-20..2022-05-16
         2022-04-06 + 20wd  = 2022-05-30 extended 10wd 2022-05-31 2022-05-31 stopped 2022-04-20..2022-05-16
         2022-04-06 + 20wd  = 2022-05-06 extended 10wd 2022-05-07 2022-05-07 stopped 2022-05-09..",
    );
}

#[test]
fn a_limit_is_extended_once() {
    check(
        "2022-04-06 + 20wd = 2022-05-19 extended 10wd 2022-05-05 2022-05-06 extended 10wd 2022-05-05 2022-05-06",
    );
}

#[test]
fn a_date_is_provisional_only_if_it_rests_on_an_unpublished_day() {
    check(
        "2026-12-25 + 4wd    = 2026-12-31
         2026-12-25 + 5wd    = 2027-01-04 provisional
         2026-12-21 + 10cal  = 2026-12-31
         2026-12-21 + 11cal  = 2027-01-04 provisional
         2026-12-21 + 11cal  = 2027-01-01 unrolled
         2026-12-04 + 1month = 2027-01-04 provisional
         2021-12-31 + 1wd    = 2022-01-04 as-of 2021-10-25
         2021-12-31 + 1wd    = 2022-01-03 provisional as-of 2021-10-24
         2018-12-05 + 3wd    = 2018-12-10 provisional
         2018-12-05 + 3wd    = 2019-01-04 stopped 2018-12-05..2018-12-31
         2018-12-28 + 2wd    = 2019-01-02
         2026-12-25 + 4wd    = 2027-01-04 provisional extended 1wd 2026-12-31 2026-12-31
         2027-02-04 + 1wd    = 2027-02-09 provisional",
    );
}

#[test]
fn a_validity_found_by_an_estimate_makes_what_follows_provisional() {
    // In October 2021 nobody knows that 2022-01-03 rests, to which the limit rolls as estimated.
    check(
        "2021-12-22 + 10cal = 2022-01-11 provisional extended 10cal 2021-12-30 2021-12-30 as-of 2021-10-24
         2018-12-10 + 20cal = 2018-12-30 unrolled
         2018-12-11 + 11cal = 2019-01-11 extended 20cal 2018-12-22 2018-12-22
         2018-12-11 + 11cal = 2019-01-11 provisional extended 20cal 2018-12-24 2018-12-24",
    );
}

#[test]
fn an_amended_calendar_moves_an_open_deadline() {
    check(
        "2020-01-20 + 10wd = 2020-02-07 as-of 2020-01-26
         2020-01-20 + 10wd = 2020-02-11 as-of 2020-01-27
         2020-01-20 + 10wd = 2020-02-11
         2020-01-18 + 13cal = 2020-01-31 as-of 2020-01-26
         2020-01-18 + 13cal = 2020-02-03 as-of 2020-01-27
         2019-04-26 + 4wd  = 2019-05-03 as-of 2019-03-21
         2019-04-26 + 4wd  = 2019-05-05 as-of 2019-03-22
         2019-04-27 + 5cal = 2019-05-02 as-of 2019-03-21
         2019-04-27 + 5cal = 2019-05-05 as-of 2019-03-22",
    );
}

#[test]
fn a_limit_before_an_expiry_counts_backward_and_never_rolls() {
    check(
        "2022-10-10 - 1wd    = 2022-10-09
         2022-10-09 - 1wd    = 2022-10-08
         2022-10-08 - 1wd    = 2022-10-07
         2022-10-08 - 2wd    = 2022-09-29
         2022-10-07 - 1wd    = 2022-09-29
         2022-05-06 - 20wd   = 2022-04-06
         2022-05-31 - 30wd   = 2022-04-18
         2022-10-16 - 15cal  = 2022-10-01
         2022-05-31 - 3month = 2022-02-28
         2022-12-01 - 2month = 2022-10-01
         2022-10-01 - 0wd    = 2022-10-01
         2027-01-04 - 1wd    = 2027-01-03 provisional
         2027-01-01 - 1wd    = 2026-12-30 provisional
         2026-12-31 - 1wd    = 2026-12-30
         2027-01-04 - 9cal   = 2026-12-26",
    );
}

#[test]
fn far_away_dates_are_refused_and_nothing_runs_for_ever() {
    check(
        "9999-12-27 + 4wd     = 9999-12-31 provisional
         9999-12-27 + 5wd     = out-of-range
         9999-12-30 + 1month  = out-of-range
         9999-12-30 + 1cal    = 9999-12-31 provisional
         9999-12-30 + 2cal    = out-of-range
         -009999-01-02 - 2wd  = out-of-range
         -009999-01-02 - 1cal = -009999-01-01
         -009999-01-02 - 2cal = out-of-range
         -009999-01-20 - 1month = out-of-range
         2022-04-06 + 20wd    = out-of-range stopped 2022-04-20..9999-12-31
         2022-04-06 + 10000month = out-of-range extended 10000month 2022-04-06 2022-04-06",
    );
    let calendar = almanac().latest();
    for unit in [Unit::WorkingDays, Unit::CalendarDays, Unit::Months] {
        let limit = Limit { n: MAX_UNITS + 1, unit };
        let clock = Clock::new(day("2022-04-06"), limit, "rule");
        assert_eq!(clock.reckon(&calendar), Err(Undated::OutOfRange));
        assert_eq!(latest_before(day("2022-04-06"), limit, &calendar), None);
        let limit = Limit { n: u32::MAX, unit };
        assert_eq!(latest_before(day("2022-04-06"), limit, &calendar), None);
    }
    let longest = Clock::new(day("2022-04-06"), limit("10000month"), "rule");
    assert_eq!(longest.reckon(&calendar).unwrap().due, day("2855-08-06"));
}

#[test]
fn a_limit_is_written_as_a_number_and_a_unit() {
    for text in ["20wd", "15cal", "3month", "0wd", "10000cal"] {
        assert_eq!(limit(text).to_string(), text);
    }
    let wrong =
        ["", "20", "wd", "-3wd", "+3wd", "3 wd", "3WD", "3wds", "3day", "10001wd", "1.5wd", "３wd"];
    for text in wrong {
        assert_eq!(text.parse::<Limit>(), Err(BadLimit(text.to_owned())));
    }
    assert_eq!(
        BadLimit("3day".to_owned()).to_string(),
        "`3day` is not a limit: write a number up to 10000 and its unit, as in 20wd, 15cal or 3month"
    );
}

#[test]
fn the_days_on_which_a_clock_ran_are_those_of_its_unit_outside_stops() {
    let ran = |text: &str, through: &str| {
        let clock = Clock::new(day("2022-09-29"), limit(text), "rule")
            .stop(stop("2022-10-08..2022-10-10", true))
            .stop(stop("2022-09-29..2022-10-20", false));
        let days = clock.counted_days(day(through), &almanac().latest());
        days.iter().map(|date| date.to_string()[5..].to_owned()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(ran("2wd", "2022-10-12"), "09-30 10-08 10-11 10-12");
    assert_eq!(ran("2cal", "2022-10-02"), "09-30 10-01 10-02");
    assert_eq!(ran("2wd", "2022-09-29"), "");
}

fn limit(text: &str) -> Limit {
    text.parse().unwrap()
}
