//! The calendars on file, by date; and calendar files that must be refused.

use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use super::*;

/// The calendar files of `seeds/`.
pub(crate) fn seed_files() -> Vec<SeedFile> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../seeds/calendar");
    let mut files: Vec<SeedFile> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let entry = entry.unwrap();
            SeedFile {
                path: format!("calendar/{}", entry.file_name().into_string().unwrap()),
                text: fs::read_to_string(entry.path()).unwrap(),
            }
        })
        .collect();
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

/// The almanac of `seeds/`, read once.
pub(crate) fn almanac() -> &'static Almanac {
    static ALMANAC: OnceLock<Almanac> = OnceLock::new();
    ALMANAC.get_or_init(|| match Almanac::parse(&seed_files()) {
        Ok(almanac) => almanac,
        Err(faults) => panic!("{}", listed(&faults)),
    })
}

pub(crate) fn day(text: &str) -> Date {
    text.parse().unwrap()
}

/// One line a date: `date: what the calendar says of it | who says so`.
fn check(calendar: &Calendar, table: &str) {
    let expected: Vec<&str> = table.lines().map(str::trim).collect();
    let actual: Vec<String> = expected
        .iter()
        .map(|line| {
            let day = calendar.day(day(&line[..10]));
            assert_eq!(day.working, calendar.is_working(day.date), "{}", day.date);
            assert_eq!(day.published, calendar.is_published(day.date), "{}", day.date);
            format!("{}: {day} | {}", day.date, day.citation)
        })
        .collect();
    assert_eq!(actual, expected);
}

#[test]
fn every_year_has_the_working_days_of_its_notice() {
    let count = |calendar: &Calendar, year: i16| {
        let sum =
            calendar.working_days(Date::constant(year - 1, 12, 31), Date::constant(year, 12, 31));
        (sum.count, sum.provisional)
    };
    let latest = almanac().latest();
    let expected =
        [(2019, 250), (2020, 249), (2021, 250), (2022, 249), (2023, 249), (2024, 251), (2025, 248)];
    for (year, days) in expected.into_iter().chain([(2026, 248)]) {
        assert_eq!(count(&latest, year), (days, false), "{year}");
    }
    // As first published, 31 January and 1 February 2020 were working days.
    assert_eq!(count(&almanac().as_published_by(day("2020-01-26")), 2020), (251, false));
    // The labour day of 2019 gained two days of rest and two make-up days.
    assert_eq!(count(&almanac().as_published_by(day("2019-03-21")), 2019), (250, false));
}

#[test]
fn each_day_names_its_reason_and_its_source() {
    let week = "国务院关于职工工作时间的规定 art. 7";
    check(
        &almanac().latest(),
        &format!(
            "2022-09-29: working day: Thursday | {week}; 国办发明电〔2021〕11号
             2022-09-24: rest day: Saturday | {week}; 国办发明电〔2021〕11号
             2022-10-01: rest day: 国庆节 holiday | 国办发明电〔2021〕11号
             2022-10-07: rest day: 国庆节 调休, in lieu of a weekend worked | 国办发明电〔2021〕11号
             2022-10-08: working day: 国庆节 调休, a weekend day made up | 国办发明电〔2021〕11号
             2022-10-10: working day: Monday | {week}; 国办发明电〔2021〕11号"
        ),
    );
}

#[test]
fn the_days_before_new_year_stand_in_the_notice_of_the_new_year() {
    let week = "国务院关于职工工作时间的规定 art. 7";
    check(
        &almanac().latest(),
        &format!(
            "2022-12-30: working day: Friday | {week}; 国办发明电〔2021〕11号
             2022-12-31: rest day: 元旦 holiday | 国办发明电〔2022〕16号
             2023-12-29: working day: Friday | {week}; 国办发明电〔2022〕16号
             2023-12-30: rest day: 元旦 holiday | 国办发明电〔2023〕7号
             2018-12-29: working day: 元旦 调休, a weekend day made up | 国办发明电〔2018〕15号"
        ),
    );
    check(
        &almanac().as_published_by(day("2022-12-07")),
        &format!("2022-12-31: rest day: Saturday | {week}; 国办发明电〔2021〕11号"),
    );
}

#[test]
fn an_amendment_is_known_from_its_day_on_and_changes_only_its_festival() {
    let week = "国务院关于职工工作时间的规定 art. 7; 国办发明电〔2018〕15号";
    check(
        &almanac().as_published_by(day("2019-03-21")),
        &format!(
            "2019-04-28: rest day: Sunday | {week}
             2019-05-01: rest day: 劳动节 holiday | 国办发明电〔2018〕15号
             2019-05-02: working day: Thursday | {week}
             2019-05-05: rest day: Sunday | {week}"
        ),
    );
    check(
        &almanac().as_published_by(day("2019-03-22")),
        &format!(
            "2019-04-28: working day: 劳动节 调休, a weekend day made up | 国办发明电〔2019〕3号
             2019-05-01: rest day: 劳动节 holiday | 国办发明电〔2019〕3号
             2019-05-02: rest day: 劳动节 调休, in lieu of a weekend worked | 国办发明电〔2019〕3号
             2019-05-05: working day: 劳动节 调休, a weekend day made up | 国办发明电〔2019〕3号
             2019-05-06: working day: Monday | {week}
             2019-10-01: rest day: 国庆节 holiday | 国办发明电〔2018〕15号"
        ),
    );
    let week = "国务院关于职工工作时间的规定 art. 7; 国办发明电〔2019〕16号";
    check(
        &almanac().as_published_by(day("2020-01-26")),
        &format!(
            "2020-01-30: rest day: 春节 调休, in lieu of a weekend worked | 国办发明电〔2019〕16号
             2020-01-31: working day: Friday | {week}
             2020-02-01: working day: 春节 调休, a weekend day made up | 国办发明电〔2019〕16号
             2020-02-02: rest day: Sunday | {week}"
        ),
    );
    check(
        &almanac().as_published_by(day("2020-01-27")),
        &format!(
            "2020-01-30: rest day: 春节 holiday | 国办发明电〔2020〕1号
             2020-01-31: rest day: 春节 holiday | 国办发明电〔2020〕1号
             2020-02-01: rest day: 春节 holiday | 国办发明电〔2020〕1号
             2020-02-03: working day: Monday | {week}"
        ),
    );
}

#[test]
fn a_year_without_notice_is_estimated_and_says_so() {
    let week = "国务院关于职工工作时间的规定 art. 7";
    let law = "全国年节及纪念日放假办法 art. 2";
    check(
        &almanac().latest(),
        &format!(
            "2027-01-01: rest day: 元旦 holiday (an estimate: no holiday notice for 2027 is on file) | {law}
             2027-01-04: working day: Monday (an estimate: no holiday notice for 2027 is on file) | {week}
             2027-02-05: rest day: 春节 holiday (an estimate: no holiday notice for 2027 is on file) | {law}
             2027-02-09: working day: Tuesday (an estimate: no holiday notice for 2027 is on file) | {week}
             2027-10-03: rest day: 国庆节 holiday (an estimate: no holiday notice for 2027 is on file) | {law}
             2027-10-09: rest day: Saturday (an estimate: no holiday notice for 2027 is on file) | {week}"
        ),
    );
    check(
        &almanac().as_published_by(day("2021-10-24")),
        &format!(
            "2022-10-08: rest day: Saturday (an estimate: no holiday notice for 2022 is on file) | {week}
             2021-10-09: working day: 国庆节 调休, a weekend day made up | 国办发明电〔2020〕27号"
        ),
    );
}

#[test]
fn working_days_are_counted_after_the_first_date_and_through_the_last() {
    let calendar = almanac().latest();
    let count = |after: &str, through: &str| {
        let sum = calendar.working_days(day(after), day(through));
        (sum.count, sum.provisional)
    };
    assert_eq!(count("2022-09-30", "2022-10-07"), (0, false));
    assert_eq!(count("2022-09-30", "2022-10-08"), (1, false));
    assert_eq!(count("2022-10-08", "2022-10-08"), (0, false));
    assert_eq!(count("2022-10-09", "2022-10-08"), (0, false));
    assert_eq!(count("2026-12-30", "2026-12-31"), (1, false));
    assert_eq!(count("2026-12-30", "2027-01-01"), (1, true));
}

#[test]
fn the_next_and_the_previous_working_day_know_make_up_days() {
    let calendar = almanac().latest();
    assert_eq!(calendar.next_working_day(day("2022-10-01")), day("2022-10-08"));
    assert_eq!(calendar.next_working_day(day("2022-10-08")), day("2022-10-08"));
    assert_eq!(calendar.working_day_before(day("2022-10-09")), day("2022-10-08"));
    assert_eq!(calendar.working_day_before(day("2022-10-08")), day("2022-09-30"));
    assert_eq!(calendar.next_working_day(Date::MAX), Date::MAX);
    assert_eq!(calendar.working_day_before(Date::MIN), Date::MIN);
    assert_eq!(calendar.working_days(day("9999-12-24"), Date::MAX).count, 5);
}

#[test]
fn the_editions_on_file_are_listed_in_order() {
    let listed: Vec<String> = almanac()
        .editions()
        .map(|edition| format!("{} {} {}", edition.year, edition.published, edition.notice))
        .collect();
    assert_eq!(listed.len(), 10);
    assert_eq!(listed[2], "2020 2019-11-21 国办发明电〔2019〕16号");
    assert_eq!(listed[3], "2020 2020-01-27 国办发明电〔2020〕1号");
    assert_eq!(listed[9], "2026 2025-11-04 国办发明电〔2025〕7号");
    assert!(almanac().editions().all(|edition| edition.from_memory));
}

const STATUTORY: &str = "citation = \"law\"\nevery_year = []\n";

fn file(path: &str, text: &str) -> SeedFile {
    SeedFile { path: path.to_owned(), text: text.to_owned() }
}

/// A file of 2025 whose edition has the lines given; its first line is line 6 of the file.
fn year_2025(lines: &str) -> SeedFile {
    let head = "year = 2025\n[[edition]]\npublished = \"2024-11-12\"\nnotice = \"12号\"\nmark = \"memory\"\n";
    file("calendar/2025.toml", &format!("{head}{lines}"))
}

fn listed(faults: &[Fault]) -> String {
    faults.iter().map(|fault| format!("{fault}\n")).collect()
}

/// Refused with these faults: one a line, in order of path and line.
fn refused(files: &[SeedFile], expected: &[&str]) {
    let mut files = files.to_vec();
    if !files.iter().any(|file| file.path.ends_with("statutory.toml")) {
        files.push(file("calendar/statutory.toml", STATUTORY));
    }
    let faults = Almanac::parse(&files).expect_err("the files are refused");
    assert_eq!(
        listed(&faults),
        expected.iter().map(|line| format!("{line}\n")).collect::<String>()
    );
}

#[test]
fn all_that_is_wrong_with_the_dates_is_told_at_once_with_path_and_line() {
    let festival =
        |lines: &str| year_2025(&format!("[[edition.festival]]\nname = \"春节\"\n{lines}"));
    refused(
        &[
            festival(
                "off = [\n\"2025-01-28\",\n\"2025-02-29\",\n\"2025-01-28\",\n\"2026-01-01\",\n\"20250130\"]\n\
                 in_lieu = [\"2025-02-01\", \"2024-12-31\"]\n\
                 work = [\"2025-02-07\", \"2025-01-28\"]\n",
            ),
            file("calendar/2024.toml", "year = 2023\nedition = []"),
            file("calendar/notes.txt", ""),
        ],
        &[
            "calendar/2024.toml:1: the year is 2023, but the file is named 2024.toml",
            "calendar/2025.toml:10: `2025-02-29` is not a date such as 2022-10-01",
            "calendar/2025.toml:11: 2025-01-28 is listed twice",
            "calendar/2025.toml:12: 2026-01-01 is outside 2025; only December before it may be listed, under 元旦",
            "calendar/2025.toml:13: `20250130` is not a date such as 2022-10-01",
            "calendar/2025.toml:14: 2024-12-31 is outside 2025; only December before it may be listed, under 元旦",
            "calendar/2025.toml:14: 2025-02-01 is a Saturday, which rests anyway: list it as off",
            "calendar/2025.toml:15: 2025-01-28 is a Tuesday, which is worked anyway",
            "calendar/2025.toml:15: 2025-01-28 is listed twice",
            "calendar/2025.toml:15: 2025-02-07 is a Friday, which is worked anyway",
            "calendar/notes.txt:1: only .toml files belong into this folder",
        ],
    );
}

#[test]
fn a_file_of_the_wrong_shape_is_refused_where_it_is_wrong() {
    refused(
        &[year_2025("[[edition.festival]]\nname = \"春节\"\nof = [\"2025-01-28\"]\n")],
        &[
            "calendar/2025.toml:8: unknown field `of`, expected one of `name`, `off`, `in_lieu`, `work`",
        ],
    );
    refused(
        &[file(
            "calendar/2025.toml",
            "year = 2025\n\n[[edition]]\nnotice = \"12号\"\nmark = \"memory\"\nfestival = []\n",
        )],
        &["calendar/2025.toml:3: missing field `published`"],
    );
    refused(
        &[file("calendar/2025.toml", "year = 2025\nedition = []\n")],
        &["calendar/2025.toml:2: 2025 has no edition"],
    );
    refused(
        &[file("calendar/2025.toml", "year = \n")],
        &["calendar/2025.toml:1: string values must be quoted, expected literal string"],
    );
    refused(
        &[year_2025("[[edition.festival]]\nname = \" \"\n")],
        &["calendar/2025.toml:7:   lists no date", "calendar/2025.toml:7: `name` is empty"],
    );
    refused(
        &[year_2025(
            "[[edition.festival]]\nname = \"元旦\"\noff = [\"2025-01-01\"]\n[[edition.festival]]\nname = \"元旦\"\noff = [\"2025-01-02\"]\n",
        )],
        &["calendar/2025.toml:10: 元旦 is listed twice in one edition"],
    );
}

#[test]
fn editions_are_published_one_after_the_other_around_their_year() {
    let second = |published: &str| {
        year_2025(&format!(
            "festival = []\n[[edition]]\npublished = \"{published}\"\nnotice = \"1号\"\nmark = \"memory\"\nfestival = []\n"
        ))
    };
    refused(
        &[second("2024-11-12")],
        &["calendar/2025.toml:8: two editions of 2025 are published on 2024-11-12"],
    );
    refused(
        &[second("2024-11-11")],
        &[
            "calendar/2025.toml:8: editions out of order: 2024-11-11 stands after 2024-11-12, which is later",
        ],
    );
    refused(
        &[second("2026-01-01")],
        &[
            "calendar/2025.toml:8: a notice for 2025 is published in 2025 or the year before, not 2026-01-01",
        ],
    );
    let files = [second("2024-11-13"), file("calendar/statutory.toml", STATUTORY)];
    assert_eq!(Almanac::parse(&files).unwrap().editions().count(), 2);
}

#[test]
fn one_date_is_named_by_one_year_only() {
    let year = |year: i16, dates: &str| {
        file(
            &format!("calendar/{year}.toml"),
            &format!(
                "year = {year}\n[[edition]]\npublished = \"{}-11-12\"\nnotice = \"1号\"\nmark = \"memory\"\n\
                 [[edition.festival]]\nname = \"元旦\"\noff = {dates}\n",
                year - 1
            ),
        )
    };
    refused(
        &[year(2024, "[\"2024-12-31\"]"), year(2025, "[\"2024-12-31\", \"2025-01-01\"]")],
        &["calendar/2025.toml:8: 2024-12-31 is already listed in calendar/2024.toml"],
    );
}

#[test]
fn the_statutory_festivals_are_needed_and_checked() {
    let faults = Almanac::parse(&[]).expect_err("nothing is on file");
    assert_eq!(
        listed(&faults),
        "calendar/statutory.toml:1: the file is missing; unpublished years are estimated from it\n"
    );
    refused(
        &[file(
            "calendar/statutory.toml",
            "citation = \"law\"\n[[every_year]]\nname = \"国庆节\"\ndays = [\"10-01\",\n\"10-32\",\n\"10-01\"]\n\
             [[dated]]\nname = \"春节\"\nmark = \"memory\"\ndays = [\"2027-02-30\"]\n",
        )],
        &[
            "calendar/statutory.toml:5: `10-32` is not a date such as 10-01",
            "calendar/statutory.toml:6: 10-01 is listed twice",
            "calendar/statutory.toml:10: `2027-02-30` is not a date such as 2022-10-01",
        ],
    );
}

#[test]
fn files_of_other_folders_are_ignored() {
    let files = [file("calendar/statutory.toml", STATUTORY), file("agencies/x.toml", "= nonsense")];
    assert!(Almanac::parse(&files).is_ok());
}
