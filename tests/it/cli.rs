//! The command line as other programs use it: exact answers, exact exit codes, and a kind word for
//! wrong usage. Every date here was reckoned by hand on the published calendars.

use std::ffi::OsStr;
use std::fs;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::{binary::binary, copied::Copied};

/// What the program said, and how it ended.
pub struct Said {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

fn command() -> Command {
    let mut command = Command::new(binary());
    command.env_remove("TONGBAN_SEEDS").current_dir(std::env::temp_dir());
    command
}

pub fn run(words: &[impl AsRef<OsStr>]) -> Said {
    let output = command().args(words).output().expect("tongban runs");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    Said { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

/// The answer in JSON to a line of words, with its exit code.
fn asked(line: &str) -> (Value, i32) {
    let words: Vec<&str> = line.split_whitespace().chain(["--json"]).collect();
    let said = run(&words);
    assert_eq!(said.err, "", "{line}");
    let answer = serde_json::from_str(&said.out).unwrap_or_else(|error| {
        panic!("{line}: {error}: {}", said.out);
    });
    (answer, said.code.expect("no signal"))
}

fn answer(line: &str) -> Value {
    let (answer, code) = asked(line);
    assert_eq!(code, 0, "{line}");
    answer
}

/// Lines of `arguments = due date`, where `~` before the date means that it is provisional.
fn check_deadlines(table: &str) {
    for line in table.lines().map(str::trim) {
        let (question, due) = line.split_once(" = ").expect("a line has an answer");
        let (due, provisional) = due.strip_prefix('~').map_or((due, false), |due| (due, true));
        let told = answer(&format!("deadline --from {question}"));
        assert_eq!(told["due"], due, "{line}");
        assert_eq!(told["provisional"], provisional, "{line}");
    }
}

#[test]
fn a_limit_of_working_days_ends_where_the_holiday_notices_say() {
    check_deadlines(
        "2022-04-06 --limit 20wd = 2022-05-06
         2022-04-06 --limit 20wd --suspend 2022-04-20..2022-05-16 = 2022-05-30
         2022-04-06 --limit 20wd --suspend 2022-04-20..2022-05-16 --suspend 2022-05-10..2022-05-26 = 2022-06-10
         2021-09-28 --limit 20wd = 2021-11-01
         2021-09-28 --limit 20wd --suspend 2021-10-11..2021-10-15 = 2021-11-05
         2021-09-28 --limit 20wd --suspend 2021-10-11..2021-10-11 = 2021-11-01
         2022-01-10 --limit 20wd = 2022-02-10
         2022-01-10 --limit 20wd --extend 10wd = 2022-02-24
         2022-01-08 --limit 1wd = 2022-01-10
         2024-02-08 --limit 1wd = 2024-02-09
         2025-01-27 --limit 1wd = 2025-02-05",
    );
}

#[test]
fn a_limit_of_calendar_days_or_months_rolls_to_a_working_day_make_up_days_included() {
    check_deadlines(
        "2022-09-16 --limit 15cal = 2022-10-08
         2022-09-16 --limit 15cal --roll none = 2022-10-01
         2022-09-16 --limit 15cal --roll forward = 2022-10-08
         2022-09-15 --limit 15cal = 2022-09-30
         2021-11-30 --limit 3month = 2022-02-28
         2023-11-30 --limit 3month = 2024-02-29
         2022-01-01 --limit 1month = 2022-02-07
         2022-01-01 --limit 1month --roll none = 2022-02-01",
    );
}

#[test]
fn a_limit_before_an_expiry_counts_backward_and_never_rolls() {
    check_deadlines(
        "2022-12-31 --limit 30wd --before = 2022-11-20
         2022-12-31 --limit 60cal --before = 2022-11-01
         2022-05-31 --limit 3month --before = 2022-02-28",
    );
}

#[test]
fn a_notice_counts_from_the_day_it_was_published() {
    check_deadlines(
        "2020-01-20 --limit 20wd --calendar-as-of 2020-01-26 = 2020-02-21
         2020-01-20 --limit 20wd --calendar-as-of 2020-01-27 = 2020-02-25
         2020-01-20 --limit 20wd = 2020-02-25
         2019-04-22 --limit 8wd --calendar-as-of 2019-03-21 = 2019-05-03
         2019-04-22 --limit 8wd --calendar-as-of 2019-03-22 = 2019-05-05
         2021-12-20 --limit 10wd --calendar-as-of 2021-10-01 = ~2022-01-03
         2021-12-20 --limit 10wd --calendar-as-of 2021-11-30 = 2022-01-04
         2026-12-31 --limit 1wd = ~2027-01-04",
    );
}

#[test]
fn every_day_until_the_due_date_is_accounted_for() {
    let told = answer(
        "deadline --from 2022-04-06 --limit 20wd --suspend 2022-04-20..2022-05-16 --extend 5wd",
    );
    assert_eq!(told["from"], "2022-04-06");
    assert_eq!(told["limit"], "20wd");
    assert_eq!(told["extension"], "5wd");
    assert_eq!(told["suspensions"][0]["from"], "2022-04-20");
    assert_eq!(told["suspensions"][0]["until"], "2022-05-16");
    let days = told["days"].as_array().expect("a list of days");
    assert_eq!(days[0]["date"], "2022-04-06");
    assert_eq!(days[0]["counted"], false);
    assert_eq!(days[0]["citation"], "民法典 art. 201");
    assert_eq!(days.last().expect("a last day")["date"], told["due"]);
    assert_eq!(days.iter().filter(|day| day["counted"] == true).count(), 25);
    for day in days {
        let said = |field: &str| day[field].as_str().is_some_and(|text| !text.is_empty());
        assert!(said("date") && said("reason") && said("citation"), "{day}");
    }
    let of = |date: &str| days.iter().find(|day| day["date"] == date).expect(date);
    assert_eq!(of("2022-04-20")["counted"], true);
    assert_eq!(of("2022-04-21")["counted"], false);
    assert_eq!(of("2022-04-21")["citation"], "行政许可法 art. 45");
    assert_eq!(of("2022-05-16")["counted"], false);
    assert_eq!(of("2022-05-17")["counted"], true);
    assert_eq!(of("2022-04-24")["counted"], false, "stopped, although it is a make-up Sunday");
}

#[test]
fn while_the_clock_stands_there_is_no_date() {
    let told = answer("deadline --from 2021-09-28 --limit 20wd --suspend 2021-10-11..");
    assert_eq!(told["due"], Value::Null);
    assert_eq!(told["provisional"], false);
    assert_eq!(told["stopped_since"], "2021-10-11");
    assert_eq!(told["counted"], 5);
    assert_eq!(told["days"], Value::Array(Vec::new()));
    let said = run(&["deadline", "--from=2021-09-28", "--limit=20wd", "--suspend=2021-10-11.."]);
    assert_eq!(said.code, Some(0));
    assert!(
        said.out.starts_with("no due date: the clock has stood since 2021-10-11"),
        "{}",
        said.out
    );
    let ended = answer("deadline --from 2021-09-28 --limit 20wd --suspend 2021-11-01..");
    assert_eq!(ended["due"], "2021-11-01", "the limit was over when the clock was stopped");
}

#[test]
fn people_read_the_weekday_and_whether_the_date_may_move() {
    let said = run(&["deadline", "--from", "2021-09-28", "--limit", "20wd"]);
    assert!(said.out.starts_with("2021-11-01 Monday\n"), "{}", said.out);
    assert!(said.out.contains("overdue from 00:00 of 2021-11-02"), "{}", said.out);
    assert!(!said.out.contains("provisional"), "{}", said.out);
    assert!(said.out.contains("\n2021-10-09 Sat    4  "), "{}", said.out);
    let said = run(&["deadline", "--from", "2026-12-31", "--limit", "1wd"]);
    assert!(said.out.contains("\nprovisional: no holiday notice for 2027"), "{}", said.out);
}

#[test]
fn working_days_of_a_month_are_those_of_the_notices() {
    for (after, through, count) in [
        ("2019-04-30", "2019-05-31", 21), // 23 weekdays − 3 off (1–3) + 1 made up (5)
        ("2019-12-31", "2020-01-31", 17), // 23 − 7 (1, 24, 27–31) + 1 (19)
        ("2020-01-31", "2020-02-29", 20), // 20; 1 February is no longer made up
        ("2021-12-31", "2022-01-31", 21), // 21 − 2 (3, 31) + 2 (29, 30)
        ("2022-01-31", "2022-02-28", 16), // 20 − 4 (1–4)
        ("2022-09-30", "2022-10-31", 18), // 21 − 5 (3–7) + 2 (8, 9)
        ("2024-01-31", "2024-02-29", 18), // 21 − 5 (12–16) + 2 (4, 18)
        ("2024-12-31", "2025-01-31", 19), // 23 − 5 (1, 28–31) + 1 (26)
        ("2022-10-08", "2022-10-08", 0),
        ("2022-10-07", "2022-10-08", 1),
    ] {
        let told = answer(&format!("workdays --after {after} --through {through}"));
        assert_eq!(told["count"], count, "{after}..{through}");
        assert_eq!(told["provisional"], false, "{after}..{through}");
    }
    let told = answer("workdays --after 2026-12-31 --through 2027-01-04");
    assert_eq!((&told["count"], &told["provisional"]), (&1.into(), &true.into()));
    let said = run(&["workdays", "--after", "2022-10-07", "--through", "2022-10-08"]);
    assert_eq!(said.out, "1 working day after 2022-10-07 through 2022-10-08\n");
}

#[test]
fn a_screening_rests_on_the_list_of_the_day_and_place() {
    for (question, edition, item_no, outcome) in [
        ("2021-12-31 --activity auto --foreign-share 60", "NAT-2020", 8, "refuse"),
        ("2021-12-31 --activity auto --foreign-share 50", "NAT-2020", 8, "pass_with_condition"),
        ("2021-12-31 --activity auto --foreign-share 50.01", "NAT-2020", 8, "refuse"),
        ("2022-01-01 --activity auto --foreign-share 60", "NAT-2021", 0, "pass"),
        ("2024-10-31 --activity printing --foreign-share 60", "NAT-2021", 6, "refuse"),
        ("2024-11-01 --activity printing --foreign-share 60", "NAT-2024", 0, "pass"),
        ("2024-10-31 --activity tcm --foreign-share 1", "NAT-2021", 7, "refuse"),
        ("2024-11-01 --activity tcm --foreign-share 1", "NAT-2024", 0, "pass"),
        ("2021-12-31 --activity printing --foreign-share 100", "NAT-2020", 6, "refuse"),
        ("2021-12-31 --activity printing --foreign-share 100 --ftz", "FTZ-2020", 0, "pass"),
        ("2022-01-01 --activity fishing --foreign-share 1", "NAT-2021", 4, "refuse"),
        ("2022-01-01 --activity fishing --foreign-share 1 --ftz", "FTZ-2021", 0, "pass"),
        ("2022-01-01 --activity unlisted --foreign-share 100", "NAT-2021", 0, "pass"),
        ("2020-07-23 --activity tobacco --foreign-share 10", "NAT-2020", 11, "refuse"),
    ] {
        let told = answer(&format!("screen --on {question}"));
        assert_eq!(told["edition"], edition, "{question}");
        let item_no = if item_no == 0 { Value::Null } else { item_no.into() };
        assert_eq!(told["item_no"], item_no, "{question}");
        assert_eq!(told["outcome"], outcome, "{question}");
        let condition = told["condition"].as_str().expect("a text");
        assert!(outcome != "pass" || condition.is_empty(), "{question}: {condition}");
        assert!(outcome != "pass_with_condition" || !condition.is_empty(), "{question}");
    }
    let before = answer("screen --on 2020-07-22 --activity tobacco --foreign-share 10");
    assert_eq!((&before["edition"], &before["outcome"]), (&Value::Null, &"manual".into()));
}

#[test]
fn identifiers_are_checked_as_they_are_written() {
    for (kind, value, result) in [
        ("uscc", "914403001922038216", "valid"),
        ("uscc", "91210200716996405L", "valid"),
        ("uscc", "92371000MA3MXH0E3W", "valid"),
        ("uscc", "9135021359498494XQ", "valid"),
        ("uscc", "913502000728319549", "valid"),
        ("uscc", "91440101MA5CJQ4N59", "valid"),
        ("uscc", "11370800MB28559184", "valid"),
        ("uscc", "11430000006122244L", "valid"),
        ("uscc", "91350203M0001QAY9B", "check_digit_mismatch"),
        ("uscc", "912102007990751170", "valid"),
        ("uscc", "91210211818174146X", "valid"),
        ("uscc", "912102814093192526", "valid"),
        ("uscc", "91210212741374843F", "valid"),
        ("uscc", "91440300192203821I", "bad_char"),
        ("uscc", "91210200S41281392F", "bad_char"),
        ("uscc", "9144030019220382160", "bad_length"),
        ("uscc", "91210200241281392f", "valid"),
        ("uscc", "914403010922038216", "check_digit_mismatch"),
        ("project-code", "2111-522323-04-01-342068", "valid_new"),
        ("project-code", "2212-370672-04-01-411469", "valid_new"),
        ("project-code", "2011-210200-04-01-555019", "valid_new"),
        ("project-code", "2103-210213-04-01-100016", "valid_new"),
        ("project-code", "2104-210200-04-01-204179", "valid_new"),
        ("project-code", "2209-210281-04-01-331207", "valid_new"),
        ("project-code", "2402-210211-04-01-000075", "valid_new"),
        ("project-code", "2505-210212-04-01-987657", "valid_new"),
        ("project-code", "2111-522323-04-01-342069", "check_digit_mismatch"),
        ("project-code", "2113-522323-04-01-342068", "bad_format"),
        ("project-code", "2111-52232-04-01-342068", "bad_format"),
        ("project-code", "2020-210200-39-03-012345", "valid_old"),
        ("project-code", "2017-130000-01-01-00001", "valid_old"),
        ("project-code", "2013-130000-01-01-00001", "valid_old"),
        (
            "licence",
            "1.2.156.3005.2.11100000000013338W032.11220000013544541J.2430599.001.F",
            "valid",
        ),
        (
            "licence",
            "1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.001.U",
            "valid",
        ),
        (
            "licence",
            "1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.001.V",
            "check_char_mismatch",
        ),
        (
            "licence",
            "1.2.156.3005.2.11100000000013338W032.91210200241281392F.20210001.001.H",
            "valid",
        ),
    ] {
        let (told, code) = asked(&format!("check {kind} {value}"));
        assert_eq!(told["result"], result, "{value}");
        assert_eq!(told["normalised"], value.to_uppercase(), "{value}");
        assert_eq!(code, i32::from(!result.starts_with("valid")), "{value}");
    }
}

#[test]
fn an_identifier_is_normalised_before_it_is_checked() {
    let said = run(&["check", "uscc", " ９１２１０２００２４１２８１３９２ｆ\u{3000}", "--json"]);
    let told: Value = serde_json::from_str(&said.out).expect("JSON");
    assert_eq!(told["normalised"], "91210200241281392F");
    assert_eq!(told["result"], "valid");
    assert_eq!(said.code, Some(0));
}

#[test]
fn no_value_brings_the_program_down_or_acts_on_the_terminal() {
    let long = "9".repeat(100_000);
    for value in [
        "",
        " ",
        "-",
        "--9",
        "\u{202e}91\u{1b}[2J",
        "大连",
        "9144030019220382\n6",
        "é́",
        "𠮷",
        &long,
    ] {
        for kind in ["uscc", "project-code", "licence"] {
            let said = run(&["check", kind, value]);
            assert_eq!(said.code, Some(1), "{kind} {value:?}: {}", said.err);
            assert!(!said.out.contains(['\u{202e}', '\u{1b}']), "{:?}", said.out);
        }
    }
}

/// Wrong words, and what the error must name.
const WRONG_USAGE: &[(&str, &str)] = &[
    (
        "deadline --from 2025-02-29 --limit 5wd",
        "--from: `2025-02-29` is no date: 2025-02 has 28 days",
    ),
    ("deadline --from 2021-9-08 --limit 5wd", "--from: `2021-9-08` is no date"),
    ("deadline --from 2021-13-01 --limit 5wd", "there is no such month"),
    ("deadline --from 0000-01-01 --limit 5wd", "there is no year 0"),
    ("deadline --from 2021-09-08T00:00 --limit 5wd", "a date is written YYYY-MM-DD"),
    ("deadline --from 2021-09-08 --limit 5d", "--limit: `5d` is no limit"),
    ("deadline --from 2021-09-08 --limit 5", "--limit: `5` is no limit"),
    ("deadline --from 2021-09-08 --limit -5wd", "-5"),
    ("deadline --from 2021-09-08 --limit 10001wd", "--limit"),
    ("deadline --from 2021-09-08 --limit 99999999999999999999wd", "--limit"),
    ("deadline --from 9999-12-30 --limit 5wd", "ends too far away"),
    ("deadline --from 0001-01-02 --limit 5cal --before", "ends too far away"),
    ("deadline --from 2021-09-08", "--limit"),
    ("deadline --limit 5wd", "--from"),
    ("deadline --from 2021-09-08 --limit 5wd --suspend 2021-10-11", "--suspend"),
    (
        "deadline --from 2021-09-08 --limit 5wd --suspend 2021-10-11..2021-10-10",
        "ends before it begins",
    ),
    (
        "deadline --from 2021-09-08 --limit 5wd --suspend 2021-10-11..2021-10-32",
        "last day `2021-10-32`",
    ),
    ("deadline --from 2021-09-08 --limit 5wd --suspend 2021-10-11.. --before", "--before"),
    ("deadline --from 2021-09-08 --limit 5wd --extend 5wd --before", "--before"),
    ("deadline --from 2021-09-08 --limit 5wd --extend 5wd --extend 5wd", "--extend"),
    ("deadline --from 2021-09-08 --limit 5wd --roll forward --before", "--roll"),
    ("deadline --from 2021-09-08 --limit 5wd --roll backward", "--roll"),
    ("deadline --from 2021-09-08 --limit 5wd --calendar-as-of 2021", "--calendar-as-of"),
    ("workdays --after 2021-10-02 --through 2021-10-01", "--through: 2021-10-01 is before"),
    ("workdays --after 0001-01-01 --through 9999-12-31", "more than a thousand years"),
    ("workdays --after 2021-10-02", "--through"),
    ("screen --on 2022-01-01 --activity automobile --foreign-share 50", "--activity"),
    ("screen --on 2022-01-01 --activity auto --foreign-share 100.1", "--foreign-share"),
    ("screen --on 2022-01-01 --activity auto --foreign-share -1", "--foreign-share"),
    ("screen --on 2022-01-01 --activity auto --foreign-share 50%", "--foreign-share"),
    ("screen --on 2022-01-01 --activity auto --foreign-share NaN", "--foreign-share"),
    ("screen --on 2022-02-30 --activity auto --foreign-share 50", "--on"),
    ("check uscc", "VALUE"),
    ("check ussc 914403001922038216", "ussc"),
    ("catalogue check ./no-such-folder", "no-such-folder"),
    ("catalogue show S9-99", "S9-99"),
    ("catalogue show S2-05 --on 2010-01-01", "S2-05 was not in force on 2010-01-01"),
    ("log --data ./no-such-folder", "no-such-folder"),
    ("log verify --data ./no-such-folder", "no-such-folder"),
    ("log --after -1", "-1"),
    ("log intake verify", "verify takes no SERVICE"),
    ("frobnicate", "frobnicate"),
    ("--listen", "--listen"),
];

#[test]
fn wrong_usage_is_named_with_a_hint_and_exits_with_two() {
    for (line, names) in WRONG_USAGE {
        let said = run(&line.split_whitespace().collect::<Vec<_>>());
        assert_eq!(said.code, Some(2), "{line}: {}", said.err);
        assert_eq!(said.out, "", "{line}");
        assert!(said.err.starts_with("error: "), "{line}: {}", said.err);
        assert!(said.err.contains(names), "{line}: {}", said.err);
        assert!(said.err.contains("\nhint: "), "{line}: {}", said.err);
        assert!(!said.err.contains("panicked"), "{line}: {}", said.err);
    }
}

#[test]
fn what_was_meant_is_offered() {
    let hint = |line: &str| run(&line.split_whitespace().collect::<Vec<_>>()).err;
    assert!(
        hint("deadline --from 2021-9-8 --limit 5wd").contains("hint: write it as in 2021-09-08")
    );
    let activity = hint("screen --on 2022-01-01 --activity medcal --foreign-share 50");
    assert!(activity.contains("hint: there is medical"), "{activity}");
    let command = hint("dedline --from 2021-09-08 --limit 5wd");
    assert!(command.contains("hint: ") && command.contains("'deadline'"), "{command}");
}

#[cfg(unix)]
#[test]
fn an_argument_that_is_no_text_is_wrong_usage() {
    use std::os::unix::ffi::OsStrExt;
    let words = ["check", "uscc"].map(OsStr::new).into_iter().chain([OsStr::from_bytes(&[0xff])]);
    let said = run(&words.collect::<Vec<_>>());
    assert_eq!(said.code, Some(2), "{}", said.err);
    assert!(said.err.starts_with("error: "), "{}", said.err);
}

#[cfg(unix)]
#[test]
fn an_environment_that_is_no_text_brings_nothing_down_and_a_filter_that_is_none_is_named() {
    use std::{os::unix::ffi::OsStrExt, path::Path};
    let mut serving = command();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/config");
    serving.args(["serve", "status", "--config"]).arg(folder);
    serving.env("LESS", OsStr::from_bytes(&[0xff]));
    for (variable, value, says) in [
        (
            "TONGBAN_DATABASE__NAME",
            &[0xff][..],
            "database.name: TONGBAN_DATABASE__NAME is not UTF-8",
        ),
        ("TONGBAN_TELEMETRY__LOG", b"inof", "telemetry.log: write a level"),
    ] {
        let output =
            serving.env(variable, OsStr::from_bytes(value)).output().expect("tongban runs");
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.starts_with("error: ") && said.contains(says), "{said}");
    }
    let uscc = "91210200MA0000000A";
    for value in [&[0xff][..], b"inof"] {
        let mut checking = command();
        checking.args(["check", "uscc", uscc]).env("TONGBAN_LOG", OsStr::from_bytes(value));
        let output = checking.output().expect("tongban runs");
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.starts_with("error: TONGBAN_LOG: write a level"), "{said}");
    }
}

#[test]
fn a_reader_that_has_had_enough_is_not_troubled() {
    let mut child = command()
        .args(["deadline", "--from", "2021-09-28", "--limit", "300month", "--json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("tongban runs");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn the_seeds_of_the_repository_have_no_fault() {
    let seeds = Copied::new("faultless");
    let said = run(&["catalogue", "check", seeds.path()]);
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    assert!(said.out.contains("no fault"), "{}", said.out);
}

#[test]
fn all_faults_of_all_files_are_listed_at_once_with_file_and_line() {
    let seeds = Copied::new("faults");
    seeds.spoil("calendar/2022.toml", "\"2022-10-08\"", "\"2022-10-11\"");
    seeds.spoil("calendar/2023.toml", "year", "jahr");
    seeds.spoil("negative-list/NAT-2021.toml", "no = 2", "no = 3");
    seeds.spoil("catalogue/S2-05.toml", "\"NR\"", "\"XX\"");
    fs::create_dir(seeds.folder().join("calender")).expect("a folder");
    fs::write(seeds.folder().join("calender/2030.toml"), "year = 2030").expect("a file");
    let said = run(&["catalogue", "check", seeds.path()]);
    assert_eq!(said.code, Some(2), "{}", said.err);
    for file in [
        "calendar/2022.toml:",
        "catalogue/S2-05.toml:",
        "calendar/2023.toml:",
        "calender/2030.toml:",
        "negative-list/NAT-2021.toml:",
    ] {
        let start = format!("{}/{file}", seeds.path());
        let line = said.out.lines().find_map(|line| line.strip_prefix(&start));
        let number = line.and_then(|rest| rest.split(':').next()?.parse::<usize>().ok());
        assert!(number.is_some_and(|number| number > 0), "{file} in\n{}", said.out);
    }
}

#[test]
fn an_item_is_shown_as_it_read_on_a_day() {
    let told = answer("catalogue show S2-05 --on 2022-04-06");
    assert_eq!(told["code"], "S2-05");
    assert_eq!(told["name"]["zh"], "建设用地规划许可证核发");
    assert_eq!(told["agency"]["code"], "NR");
    assert_eq!(told["statutory"]["limit"], "20wd");
    assert_eq!(told["statutory"]["citation"], "行政许可法 art. 42");
    assert_eq!(told["statutory"]["mark"], "verified");
    assert_eq!(told["statutory"]["extension"]["cap"], "10wd");
    assert_eq!(told["committed"]["mark"], "assumption");
    let edition = told["edition"].as_str().expect("an edition");
    let said = run(&["catalogue", "show", "s2-05", "--on", "2022-04-06"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    for words in [
        "S2-05 建设用地规划许可证核发",
        &format!("edition {edition}"),
        "decided by NR 大连市自然资源局",
        "statutory: 20wd  [行政许可法 art. 42; verified]",
        "营业执照 (business licence): shared by MR",
        "S1-08 外商投资项目备案 or S1-09 外商投资项目核准",
    ] {
        assert!(said.out.contains(words), "{words} in\n{}", said.out);
    }
}

#[test]
fn an_operator_may_bring_other_seeds() {
    let seeds = Copied::new("other");
    fs::remove_file(seeds.folder().join("calendar/2021.toml")).expect("a calendar");
    let october = ["workdays", "--after", "2021-09-30", "--through", "2021-10-31", "--json"];
    let provisional = |mut command: Command| {
        let output = command.output().expect("tongban runs");
        let told: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        told["provisional"].clone()
    };
    let mut built_in = command();
    built_in.args(october).env("TONGBAN_SEEDS", "");
    assert_eq!(provisional(built_in), false);
    let mut by_option = command();
    by_option.args(["--seeds", seeds.path()]).args(october);
    assert_eq!(provisional(by_option), true);
    let mut by_environment = command();
    by_environment.args(october).env("TONGBAN_SEEDS", seeds.path());
    assert_eq!(provisional(by_environment), true);

    seeds.spoil("calendar/2022.toml", "year", "jahr");
    let said = run(&[&["--seeds", seeds.path()], &october[..]].concat());
    assert_eq!(said.code, Some(2));
    assert!(said.err.contains("calendar/2022.toml:"), "{}", said.err);
}
