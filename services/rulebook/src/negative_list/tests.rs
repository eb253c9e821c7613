//! Screenings on the real lists: dates in pairs, shares at the bound, inside and outside the zone,
//! and files with every kind of fault.

use std::sync::OnceLock;

use jiff::civil::Date;
use proptest::prelude::*;

use super::*;
use crate::seed::{Fault, SeedFile};

fn files() -> Vec<SeedFile> {
    [
        ("NAT-2020", include_str!("../../../../seeds/negative-list/NAT-2020.toml")),
        ("NAT-2021", include_str!("../../../../seeds/negative-list/NAT-2021.toml")),
        ("NAT-2024", include_str!("../../../../seeds/negative-list/NAT-2024.toml")),
        ("FTZ-2020", include_str!("../../../../seeds/negative-list/FTZ-2020.toml")),
        ("FTZ-2021", include_str!("../../../../seeds/negative-list/FTZ-2021.toml")),
    ]
    .map(|(name, text)| SeedFile {
        path: format!("negative-list/{name}.toml"),
        text: text.to_owned(),
    })
    .into()
}

fn lists() -> &'static NegativeLists {
    static LISTS: OnceLock<NegativeLists> = OnceLock::new();
    LISTS.get_or_init(|| NegativeLists::parse(&files()).unwrap())
}

/// One line a case: date, activity, share, `ftz` or `nat`, edition, number or `-`, outcome.
fn check(table: &str) {
    let lists = lists();
    for line in table.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [on, activity, share, place, edition, no, outcome] = words[..] else {
            panic!("seven words a line: {line}");
        };
        let on: Date = on.parse().unwrap();
        let share = ForeignShare::parse(share).unwrap();
        let found = lists.screen(on, activity, share, place == "ftz").unwrap();
        let item = found.item_no.map_or("-".to_owned(), |no| no.to_string());
        assert_eq!(
            (found.edition.as_deref().unwrap_or("-"), item.as_str(), found.outcome.as_str()),
            (edition, no, outcome),
            "{line}"
        );
    }
}

#[test]
fn the_limit_on_passenger_cars_ends_with_the_year_2021() {
    check(
        "2021-12-31 auto 100 nat NAT-2020 8 refuse
         2022-01-01 auto 100 nat NAT-2021 - pass
         2021-12-31 auto 100 ftz FTZ-2020 5 refuse
         2022-01-01 auto 100 ftz FTZ-2021 - pass
         2021-12-31 auto 50  nat NAT-2020 8 pass_with_condition
         2021-12-31 auto 50.01 nat NAT-2020 8 refuse
         2021-12-31 sat 10 nat NAT-2020 9 manual
         2022-01-01 sat 10 nat NAT-2021 - pass",
    );
}

#[test]
fn manufacturing_leaves_the_national_list_on_2024_11_01() {
    check(
        "2024-10-31 printing 50 nat NAT-2021 6 refuse
         2024-10-31 printing 49.99 nat NAT-2021 6 pass_with_condition
         2024-11-01 printing 100 nat NAT-2024 - pass
         2024-10-31 tcm 1 nat NAT-2021 7 refuse
         2024-11-01 tcm 1 nat NAT-2024 - pass
         2024-10-31 nuclear 49 nat NAT-2021 8 pass_with_condition
         2024-11-01 nuclear 49 nat NAT-2024 6 pass_with_condition
         2024-11-01 nuclear 50 nat NAT-2024 6 refuse
         2024-11-01 nuclear 50 ftz FTZ-2021 5 refuse",
    );
}

#[test]
fn inside_the_zone_another_list_holds() {
    check(
        "2021-03-01 printing 100 nat NAT-2020 6 refuse
         2021-03-01 printing 100 ftz FTZ-2020 - pass
         2021-03-01 fishing 100 nat NAT-2020 4 refuse
         2021-03-01 fishing 100 ftz FTZ-2020 - pass
         2021-03-01 arts 49 nat NAT-2020 33 refuse
         2021-03-01 arts 49 ftz FTZ-2020 30 pass_with_condition
         2021-03-01 arts 50 ftz FTZ-2020 30 refuse
         2025-03-01 arts_ftz 49 nat NAT-2024 29 refuse
         2025-03-01 arts_ftz 49 ftz FTZ-2021 27 pass_with_condition
         2021-03-01 mining 1 ftz FTZ-2020 4 refuse
         2021-03-01 mining_ftz 1 nat NAT-2020 5 refuse",
    );
}

#[test]
fn social_and_market_surveys_open_inside_the_zone_in_2022() {
    check(
        "2021-12-31 social 33 ftz FTZ-2020 17 refuse
         2022-01-01 social 33 ftz FTZ-2021 14 pass_with_condition
         2022-01-01 social 33.01 ftz FTZ-2021 14 refuse
         2022-01-01 social 33 nat NAT-2021 18 refuse
         2021-12-31 market 100 ftz FTZ-2020 16 refuse
         2022-01-01 market 100 ftz FTZ-2021 14 pass_with_condition
         2022-01-01 market_ratings 49 ftz FTZ-2021 14 pass_with_condition
         2022-01-01 market_ratings 50 ftz FTZ-2021 14 refuse
         2022-01-01 market_social_ftz21 33 ftz FTZ-2021 14 pass_with_condition
         2022-01-01 market_social_ftz21 40 ftz FTZ-2021 14 manual
         2022-01-01 market_social_ftz21 50 ftz FTZ-2021 14 refuse
         2022-01-01 market_social_ftz21 33 nat NAT-2021 17 manual",
    );
}

#[test]
fn a_prohibition_leaves_no_foreign_share_at_all() {
    check(
        "2023-05-08 stem 0.0001 nat NAT-2021 19 refuse
         2023-05-08 stem 0 nat NAT-2021 19 pass
         2023-05-08 tobacco 100 ftz FTZ-2021 6 refuse",
    );
}

#[test]
fn two_crops_in_one_entry_are_told_apart_by_their_own_keys() {
    check(
        "2023-05-08 seed_nat 49.99 nat NAT-2021 1 pass_with_condition
         2023-05-08 seed_nat 66 nat NAT-2021 1 pass_with_condition
         2023-05-08 seed_nat 66.01 nat NAT-2021 1 refuse
         2023-05-08 seed_wheat 66 nat NAT-2021 1 pass_with_condition
         2023-05-08 seed_maize 50 nat NAT-2021 1 refuse
         2023-05-08 seed_ftz 66 ftz FTZ-2021 1 pass_with_condition
         2023-05-08 seed_ftz 66.01 ftz FTZ-2021 1 refuse
         2023-05-08 seed_nat 66 ftz FTZ-2021 1 pass_with_condition
         2023-05-08 seed_ftz 66.01 nat NAT-2021 1 refuse",
    );
}

#[test]
fn where_the_service_or_the_spread_of_shares_decides_a_person_does() {
    check(
        "2023-05-08 telecom 49 nat NAT-2021 14 pass_with_condition
         2023-05-08 telecom 50 nat NAT-2021 14 pass_with_condition
         2023-05-08 telecom 50.01 nat NAT-2021 14 refuse
         2023-05-08 telecom_basic 50 nat NAT-2021 14 refuse
         2023-05-08 telecom_value_added 50 nat NAT-2021 14 pass_with_condition
         2023-05-08 telecom_value_added 51 nat NAT-2021 14 refuse
         2023-05-08 telecom_value_added 51 ftz FTZ-2021 11 manual
         2023-05-08 telecom_excepted 100 nat NAT-2021 14 pass_with_condition
         2023-05-08 airport 49 nat NAT-2021 12 pass_with_condition
         2023-05-08 airport 50 nat NAT-2021 12 manual
         2023-05-08 airport 100 nat NAT-2021 12 refuse
         2023-05-08 air 49 nat NAT-2021 11 pass_with_condition
         2023-05-08 air 50 nat NAT-2021 11 refuse
         2023-05-08 air_general_agri 99 nat NAT-2021 11 pass_with_condition
         2023-05-08 air_general_agri 100 nat NAT-2021 11 refuse
         2023-05-08 edu 30 nat NAT-2021 22 manual",
    );
}

#[test]
fn a_joint_venture_needs_a_partner() {
    check(
        "2023-05-08 medical 99.99 nat NAT-2021 24 pass_with_condition
         2023-05-08 medical 100 nat NAT-2021 24 refuse
         2024-11-01 medical 100 nat NAT-2024 22 refuse
         2023-05-08 market 99 nat NAT-2021 17 pass_with_condition
         2023-05-08 market 100 nat NAT-2021 17 refuse",
    );
}

#[test]
fn what_is_on_no_list_passes_and_what_has_no_list_goes_to_a_person() {
    check(
        "2020-07-22 unlisted 100 nat - - manual
         2020-07-22 auto 100 nat - - manual
         2020-07-22 auto 100 ftz - - manual
         2020-07-23 unlisted 100 nat NAT-2020 - pass
         2020-07-23 auto 100 nat NAT-2020 8 refuse
         2026-07-01 unlisted 100 ftz FTZ-2021 - pass",
    );
}

#[test]
fn the_answer_cites_the_entry_and_carries_its_words() {
    let share = ForeignShare::parse("100").unwrap();
    let on = |date: &str| date.parse::<Date>().unwrap();
    let refused = lists().screen(on("2021-12-31"), "auto", share, false).unwrap();
    assert_eq!(refused.item_key.as_deref(), Some("auto"));
    assert!(refused.condition.starts_with("Passenger cars: foreign share at most 50%"));
    assert!(refused.text.contains("2022年取消乘用车制造外资股比限制"));
    assert_eq!(
        refused.citation,
        "外商投资准入特别管理措施（负面清单）（2020年版）（国家发展改革委 商务部令2020年第32号）第8项"
    );
    let passed = lists().screen(on("2022-01-01"), "auto", share, false).unwrap();
    assert_eq!(passed.condition, "");
    assert_eq!(passed.note, "Not on the list in force; it is number 8 of NAT-2020.");
    let early = lists().screen(on("2020-07-22"), "auto", share, false).unwrap();
    assert!(early.note.contains("2020-07-22"));
}

#[test]
fn an_unknown_activity_is_refused_with_what_looks_like_it() {
    let share = ForeignShare::parse("10").unwrap();
    let on: Date = "2023-05-08".parse().unwrap();
    let unknown = lists().screen(on, "Telecoms", share, false).unwrap_err();
    assert_eq!(
        unknown.similar,
        ["telecom", "telecom_basic", "telecom_excepted", "telecom_ftz", "telecom_value_added"]
    );
    for key in ["", "AUTO", "auto ", "汽车", "3611"] {
        assert!(lists().screen(on, key, share, false).is_err(), "{key:?}");
    }
}

#[test]
fn a_share_is_from_0_to_100_per_cent() {
    for (text, refused) in [
        ("-0.01", BadShare::OutOfRange),
        ("100.01", BadShare::OutOfRange),
        ("", BadShare::NotPlain(NotPlain::Missing)),
        ("49%", BadShare::NotPlain(NotPlain::NotANumber)),
        ("NaN", BadShare::NotPlain(NotPlain::NotANumber)),
        ("1e2", BadShare::NotPlain(NotPlain::NotANumber)),
        ("４９", BadShare::NotPlain(NotPlain::NotANumber)),
        ("49.99999999999999999999999999999", BadShare::NotPlain(NotPlain::TooManyDigits)),
    ] {
        assert_eq!(ForeignShare::parse(text), Err(refused), "{text:?}");
    }
    assert!(ForeignShare::parse("0").is_ok() && ForeignShare::parse("100.00").is_ok());
}

#[test]
fn what_passes_because_another_edition_alone_lists_it_is_exactly_this() {
    // A renamed entry without its old name under `also` would show up here as a false pass.
    let lists = lists();
    let mut absent = Vec::new();
    for edition in lists.editions() {
        for key in lists.activities().into_iter().filter(|key| edition.answer(key).is_none()) {
            absent.push(format!("{} {key}", edition.code));
        }
    }
    assert_eq!(
        absent,
        [
            "NAT-2021 auto",
            "NAT-2021 sat",
            "NAT-2024 auto",
            "NAT-2024 printing",
            "NAT-2024 sat",
            "NAT-2024 tcm",
            "FTZ-2020 fishing",
            "FTZ-2020 printing",
            "FTZ-2020 tcm",
            "FTZ-2021 auto",
            "FTZ-2021 fishing",
            "FTZ-2021 printing",
            "FTZ-2021 sat",
            "FTZ-2021 tcm",
        ]
    );
}

#[test]
fn the_published_numbers_of_entries_are_all_there() {
    let counts: Vec<(String, usize)> =
        lists().editions().iter().map(|it| (it.code.clone(), it.items.len())).collect();
    let expected =
        [("NAT-2020", 33), ("NAT-2021", 31), ("NAT-2024", 29), ("FTZ-2020", 30), ("FTZ-2021", 27)];
    assert_eq!(counts, expected.map(|(code, count)| (code.to_owned(), count)));
}

const HEAD: &str = "\
edition = \"NAT-2030\"
scope = \"national\"
doc = \"a list\"
order = \"an order\"
promulgated = 2030-01-01
effective = 2030-02-01
count = 1
count_source = \"a test\"
";

const ITEM: &str = "
[[item]]
no = 1
key = \"printing\"
sector = \"制造业\"
kind = \"chinese_control\"
rule = { below_pct = 50 }
condition = \"a condition\"
text = \"a text\"
mark = \"memory\"
source = \"a test\"
";

fn faults(texts: &[&str]) -> Vec<String> {
    let files: Vec<SeedFile> = texts
        .iter()
        .zip(1..)
        .map(|(text, n)| SeedFile {
            path: format!("negative-list/{n}.toml"),
            text: (*text).to_owned(),
        })
        .collect();
    match NegativeLists::parse(&files) {
        Ok(_) => Vec::new(),
        Err(faults) => faults.iter().map(Fault::to_string).collect(),
    }
}

/// The head and one item, with one thing replaced, and the faults that follow.
fn check_fault(from: &str, to: &str, expected: &[&str]) {
    let text = format!("{HEAD}{ITEM}");
    assert!(text.contains(from), "{from}");
    assert_eq!(faults(&[&text.replacen(from, to, 1)]), expected, "{from} -> {to}");
}

#[test]
fn a_good_file_has_no_faults_with_a_byte_order_mark_or_windows_line_ends_either() {
    let text = format!("{HEAD}{ITEM}");
    assert_eq!(faults(&[&text]), [""; 0]);
    assert_eq!(faults(&[&format!("\u{FEFF}{text}")]), [""; 0]);
    assert_eq!(faults(&[&text.replace('\n', "\r\n")]), [""; 0]);
}

#[test]
fn each_fault_of_a_file_is_named_with_its_line() {
    let p = "negative-list/1.toml";
    let one = |from: &str, to: &str, line: usize, message: &str| {
        check_fault(from, to, &[&format!("{p}:{line}: {message}")]);
    };
    one("count = 1", "count = 2", 7, "`count` is 2, but there are 1 items");
    one("no = 1", "no = 2", 11, "number 2 where 1 is expected");
    one("count = 1", "count = 1\ncolour = \"red\"", 8, "unknown field `colour` in the file");
    one("mark = ", "colour = \"red\"\nmark = ", 18, "unknown field `colour` in an item");
    one("\"national\"", "\"city\"", 2, "`scope` must be one of national, ftz, not `city`");
    one("2030-02-01", "2029-02-01", 6, "`effective` must not be before `promulgated`");
    one("count = 1", "repealed = 2030-02-01\ncount = 1", 7, "`repealed` must be after `effective`");
    one(
        "\"printing\"",
        "\"Printing\"",
        12,
        "key `Printing` must be lower-case letters, digits and `_`",
    );
    one("\"printing\"", "\"unlisted\"", 12, "key `unlisted` is reserved for what is on no list");
    one(
        "mark = ",
        "also = [{ key = \"printing\" }]\nmark = ",
        18,
        "key `printing` is already used on line 12",
    );
    one(
        "mark = ",
        "gbt_hint = [\"23\", \"C231\"]\nmark = ",
        18,
        "`C231` is not a GB/T 4754 code of two to four digits",
    );
    one("condition = \"a condition\"\n", "", 10, "no `condition`: say what a person must check");
    one(
        "{ below_pct = 50 }",
        "{ below_pct = 51 }",
        10,
        "under kind `chinese_control` only shares below 50 may pass",
    );
    one(
        "{ below_pct = 50 }",
        "{ max_pct = 50 }",
        10,
        "under kind `chinese_control` only shares below 50 may pass",
    );
    one("{ below_pct = 50 }", "{ below_pct = 0 }", 15, "a share must be above 0 and at most 100");
    one(
        "{ below_pct = 50 }",
        "{ below_pct = 50, max_pct = 40 }",
        15,
        "give `max_pct` or `below_pct`, not both",
    );
    one(
        "{ below_pct = 50 }",
        "{ manual_max_pct = 50 }",
        15,
        "a rule needs `max_pct` or `below_pct`",
    );
    one(
        "{ below_pct = 50 }",
        "{ below_pct = 50, manual_max_pct = 40 }",
        15,
        "the manual bound of a rule must be above the other",
    );
    one(
        "kind = \"chinese_control\"",
        "kind = \"equity_cap\"",
        10,
        "kind `equity_cap` and `max_foreign_pct` go together",
    );
    one(
        "kind = \"chinese_control\"",
        "kind = \"equity_cap\"\nmax_foreign_pct = 49",
        10,
        "the rule lets pass more than `max_foreign_pct`",
    );
    one(
        "{ below_pct = 50 }",
        "\"allowed\"",
        15,
        "`rule` must be `prohibited`, `joint_venture`, `manual` or a table, not `allowed`",
    );
}

#[test]
fn prose_without_a_rule_is_refused_and_may_be_marked_manual() {
    let expected =
        "negative-list/1.toml:10: no `rule`: say what the share decides, or rule = \"manual\"";
    check_fault("rule = { below_pct = 50 }\n", "", &[expected]);
    check_fault("{ below_pct = 50 }", "\"manual\"", &[]);
    let expected =
        "negative-list/1.toml:18: no `rule`: say what the share decides, or rule = \"manual\"";
    let part = "also = [{ key = \"books\", condition = \"books only\" }]\nmark = ";
    check_fault("mark = ", part, &[expected]);
}

#[test]
fn all_faults_of_all_files_come_at_once() {
    let first =
        format!("{HEAD}{ITEM}").replace("doc = \"a list\"\n", "").replace("no = 1", "no = \"one\"");
    let second = HEAD.replace("2030-02-01", "soon");
    let found = faults(&[&first, &second]);
    assert_eq!(
        found,
        [
            "negative-list/1.toml:1: the file lacks `doc`",
            "negative-list/1.toml:10: `no` must be a whole number, not the text \"one\"",
            "negative-list/2.toml:6: `effective` must be a date, as in 2020-07-23, not the text \"soon\"",
            "negative-list/2.toml:6: string values must be quoted, expected literal string",
            "negative-list/2.toml:7: `count` is 1, but there are 0 items",
        ],
        "{found:#?}"
    );
}

#[test]
fn editions_of_one_scope_may_touch_and_not_overlap() {
    let edition = |code: &str, scope: &str, effective: &str, repealed: &str| {
        let text = format!("{HEAD}{ITEM}")
            .replace("NAT-2030", code)
            .replace("\"national\"", &format!("\"{scope}\""))
            .replace("effective = 2030-02-01", &format!("effective = {effective}"));
        if repealed.is_empty() {
            text
        } else {
            text.replace("count = 1", &format!("repealed = {repealed}\ncount = 1"))
        }
    };
    let a = edition("A", "national", "2030-02-01", "2031-01-01");
    assert_eq!(faults(&[&a, &edition("B", "national", "2031-01-01", "")]), [""; 0]);
    assert_eq!(faults(&[&a, &edition("B", "ftz", "2030-06-01", "")]), [""; 0]);
    assert_eq!(
        faults(&[&a, &edition("B", "national", "2030-12-31", "")]),
        ["negative-list/2.toml:6: edition `B` overlaps edition `A`"]
    );
    assert_eq!(
        faults(&[
            &edition("A", "national", "2030-02-01", ""),
            &edition("B", "national", "2035-01-01", "")
        ]),
        ["negative-list/2.toml:6: edition `B` overlaps edition `A`"]
    );
    assert_eq!(
        faults(&[&a, &edition("A", "ftz", "2030-06-01", "")]),
        ["negative-list/2.toml:1: a second edition `A`"]
    );
}

#[test]
fn no_list_at_all_is_a_fault() {
    assert_eq!(faults(&[]), ["negative-list/:1: there is no edition of a negative list"]);
}

proptest! {
    #[test]
    fn any_text_is_a_list_or_faults(text in any::<String>()) {
        prop_assert!(!faults(&[&text]).is_empty());
    }

    #[test]
    fn more_foreign_share_is_never_treated_better(
        cents in 1u32..10_000, more in 1u32..10_000, day in 0i32..2_500,
        inside_ftz in any::<bool>(), at in any::<prop::sample::Index>(),
    ) {
        let lists = lists();
        let keys = lists.activities();
        let key = keys[at.index(keys.len())];
        let on: Date = "2020-07-23".parse().unwrap();
        let on = on.checked_add(jiff::Span::new().days(day)).unwrap();
        let outcome = |cents: u32| {
            let share = ForeignShare::new(Decimal::new(i64::from(cents), 2)).unwrap();
            lists.screen(on, key, share, inside_ftz).unwrap().outcome
        };
        let severity = |outcome| match outcome {
            Outcome::Pass => 0,
            Outcome::PassWithCondition => 1,
            Outcome::Manual => 2,
            Outcome::Refuse => 3,
        };
        let (less, more) = (outcome(cents), outcome((cents + more).min(10_000)));
        prop_assert!(severity(less) <= severity(more), "{key} on {on}");
    }
}
