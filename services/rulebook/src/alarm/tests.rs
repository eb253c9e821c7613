//! Halts, and limits that are not a matter's.

use std::path::Path;

use super::*;
use crate::clock::Clock;
use crate::seed::SeedFile;

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn almanac() -> Almanac {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../seeds/calendar"));
    let files = std::fs::read_dir(root).unwrap().map(|entry| {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        SeedFile { path: format!("calendar/{name}"), text: std::fs::read_to_string(path).unwrap() }
    });
    Almanac::parse(&files.collect::<Vec<_>>()).unwrap()
}

#[test]
fn a_halt_covers_the_days_after_it_began_through_its_last() {
    let mut halts = Halts::default();
    halts.go_on(day("2022-03-01"));
    halts.halt(day("2022-03-10"));
    halts.halt(day("2022-03-12"));
    assert!(!halts.cover(day("2022-03-10")) && halts.cover(day("2022-03-11")));
    halts.go_on(day("2022-03-15"));
    assert!(halts.cover(day("2022-03-15")) && !halts.cover(day("2022-03-16")));
    halts.halt(day("2022-04-01"));
    assert!(halts.cover(day("2030-01-01")) && !halts.cover(day("2022-03-20")));
}

/// Five working days from Friday 2022-04-29 end on Tuesday 2022-05-10: 30 April to 4 May are Labour Day's
/// holiday, 5 and 6 May count, Saturday the 7th is made up, then Monday the 9th and Tuesday the 10th.
fn vacancy(done_on: Option<Date>) -> Watched {
    let limit = "5wd".parse().unwrap();
    Watched {
        kind: Kind::Yellow,
        subject: "secretary".to_owned(),
        limit: "vacancy".to_owned(),
        held_by: Party::Agency("COM".to_owned()),
        timed: Timed { clock: Clock::new(day("2022-04-29"), limit, "rule"), done_on },
    }
}

#[test]
fn a_limit_raises_its_alarm_on_the_day_after_it_once() {
    let almanac = almanac();
    let due = |done_on, today: &str| {
        passed(&[vacancy(done_on)], day(today), &almanac, |_| false)
            .into_iter()
            .map(|alarm| format!("{} {alarm}", alarm.on))
            .collect::<Vec<_>>()
    };
    assert_eq!(due(None, "2022-05-10"), Vec::<String>::new());
    let raised = ["2022-05-11 secretary/yellow.vacancy.2022-05-10".to_owned()];
    assert_eq!(due(None, "2022-05-11"), raised);
    assert_eq!(due(None, "2023-05-11"), raised);
    assert_eq!(due(Some(day("2022-05-11")), "2022-06-01"), raised, "it was late");
    assert_eq!(due(Some(day("2022-05-10")), "2022-06-01"), Vec::<String>::new());
    let known = |key: &str| key == "secretary/yellow.vacancy.2022-05-10";
    assert!(passed(&[vacancy(None)], day("2023-05-11"), &almanac, known).is_empty());
}

/// Saturday 2022-04-30 is a holiday, and 4 May the last of it: a day that somebody named stays where it is.
#[test]
fn a_day_that_was_named_is_moved_by_no_calendar() {
    let promise = |done_on: Option<&str>| Watched {
        timed: Timed { clock: Clock::ending(day("2022-04-30"), "rule"), done_on: done_on.map(day) },
        ..vacancy(None)
    };
    let due = |done_on: Option<&str>, today: &str| {
        let raised = passed(&[promise(done_on)], day(today), &almanac(), |_| false);
        raised.into_iter().map(|alarm| (alarm.on, alarm.due)).collect::<Vec<_>>()
    };
    let raised = [(day("2022-05-01"), day("2022-04-30"))];
    assert_eq!(due(None, "2022-04-30"), []);
    assert_eq!(due(None, "2022-05-01"), raised);
    assert_eq!(due(Some("2022-05-01"), "2022-05-05"), raised, "it was late");
    assert_eq!(due(Some("2022-04-30"), "2022-05-05"), []);
}
