//! Conditions explained, amounts exact, windows to the day, and rows that are refused.

use std::collections::BTreeMap;

use super::*;
use crate::aftercare::{Held, Known};
use crate::calendar::Almanac;
use crate::money::{KeyProjectRules, Money};

const ROWS: &str = include_str!("../../../../../seeds/aftercare/incentives.toml");

fn seed(path: &str, text: &str) -> SeedFile {
    SeedFile { path: path.to_owned(), text: text.to_owned() }
}

fn rules() -> AftercareRules {
    let files = [
        ("aftercare/incentives.toml", ROWS),
        ("aftercare/limits.toml", LIMIT_FILE),
        ("aftercare/offices.toml", OFFICE_FILE),
        ("aftercare/reports.toml", include_str!("../../../../../seeds/aftercare/reports.toml")),
        (
            "aftercare/inspections.toml",
            include_str!("../../../../../seeds/aftercare/inspections.toml"),
        ),
    ];
    AftercareRules::parse(&files.map(|(path, text)| seed(path, text))).unwrap()
}

fn rates() -> KeyProjectRules {
    let files = [
        ("key-project/rates.toml", include_str!("../../../../../seeds/key-project/rates.toml")),
        ("key-project/rule.toml", include_str!("../../../../../seeds/key-project/rule.toml")),
    ];
    KeyProjectRules::parse(&files.map(|(path, text)| seed(path, text))).unwrap()
}

fn day(text: &str) -> jiff::civil::Date {
    text.parse().unwrap()
}

fn yuan(amount: &str) -> Money {
    Money::parse(amount, "CNY").unwrap()
}

fn held(pairs: &[(&str, &str)]) -> Known {
    let held =
        |value: &str| Held { value: value.to_owned(), source: "event".to_owned(), since: None };
    let facts = pairs.iter().map(|(key, value)| ((*key).to_owned(), held(value))).collect();
    Known { facts, items: BTreeMap::new() }
}

fn missing(key: &str, known: &Known, on: &str) -> Vec<Option<String>> {
    let (rules, on) = (rules(), day(on));
    let row = rules.incentive_on(key, on).unwrap();
    row.explain(known, &rates(), on).into_iter().map(|asked| asked.missing).collect()
}

#[test]
fn each_condition_says_what_is_held_and_what_is_missing() {
    let known = held(&[
        ("industry", "2710"),
        ("district", "210213"),
        ("total_investment", "USD 29999999.99"),
    ]);
    let answers = missing("works-begun", &known, "2022-06-01");
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(
        answers,
        [
            some("item S2-17 is not in force"),
            some("it is less than USD 30000000.00"),
            some("it starts with none of 34, 35, 36, 37, 38, 39, 40"),
            None,
        ]
    );
    assert_eq!(
        missing("capital-arrival", &held(&[]), "2022-06-01")[0],
        some("no event holds key_project")
    );
}

/// 115.5 yen to the dollar on 2022-01-04: 3,465,000,000 yen are exactly thirty million dollars.
#[test]
fn another_currency_is_converted_exactly_or_asks_for_a_rate() {
    let asked = |value: &str| {
        missing("works-begun", &held(&[("total_investment", value)]), "2022-06-01")[1].clone()
    };
    assert_eq!(asked("USD 30000000.00"), None);
    assert_eq!(asked("JPY 3465000000"), None);
    assert_eq!(asked("JPY 3464999999").unwrap(), "it is less than USD 30000000.00");
    assert_eq!(asked("CHF 90000000.00").unwrap(), "it needs a rate of CHF that is on file");
    assert_eq!(asked("plenty").unwrap(), "it is no amount such as USD 30000000.00");
}

#[test]
fn an_entitlement_is_cut_to_whole_fen_and_to_the_cap() {
    let rules = rules();
    let arrival = rules.incentive("capital-arrival", "2021-1").unwrap();
    // One of a hundred of 1,234,567.89 yuan is 12,345.6789 yuan.
    assert_eq!(arrival.entitlement(yuan("1234567.89")).unwrap(), yuan("12345.67"));
    assert_eq!(arrival.entitlement(yuan("500000000.00")).unwrap(), yuan("5000000.00"));
    assert_eq!(arrival.entitlement(yuan("900000000.00")).unwrap(), yuan("5000000.00"));
    assert!(arrival.entitlement(Money::parse("1.00", "USD").unwrap()).is_err());
    let begun = rules.incentive("works-begun", "2021-1").unwrap();
    assert_eq!(begun.entitlement(yuan("0.00")).unwrap(), yuan("500000.00"));
}

#[test]
fn an_edition_is_in_force_from_its_first_day_to_its_last() {
    let rules = rules();
    let on = |date: &str| {
        rules.incentive_on("capital-arrival", day(date)).map(|row| row.edition.as_str())
    };
    assert_eq!(on("2020-12-31"), None);
    assert_eq!(on("2021-01-01"), Some("2021-1"));
    assert_eq!(on("2023-12-31"), Some("2021-1"));
    assert_eq!(on("2024-01-01"), Some("2024-1"));
}

#[test]
fn a_window_is_known_once_its_item_is_in_force() {
    let rules = rules();
    let files = [
        ("calendar/2023.toml", include_str!("../../../../../seeds/calendar/2023.toml")),
        ("calendar/statutory.toml", include_str!("../../../../../seeds/calendar/statutory.toml")),
    ];
    let calendar = Almanac::parse(&files.map(|(path, text)| seed(path, text))).unwrap();
    let calendar = calendar.as_published_by(day("2023-01-01"));
    let begun = rules.incentive("works-begun", "2021-1").unwrap();
    let mut known = held(&[]);
    assert_eq!(begun.claimable(None, &known, &calendar), None);
    let permit =
        Held { value: String::new(), source: String::new(), since: Some(day("2022-05-16")) };
    known.items.insert("S2-17".to_owned(), permit);
    let window = begun.claimable(None, &known, &calendar);
    assert_eq!(window, Some((day("2022-05-16"), day("2023-05-16"))));
    assert_eq!(begun.claimable(Some(2022), &known, &calendar), None);
    let arrival = rules.incentive("capital-arrival", "2021-1").unwrap();
    let window = arrival.claimable(Some(2022), &known, &calendar);
    assert_eq!(window, Some((day("2023-03-01"), day("2023-06-30"))));
}

#[test]
fn a_row_that_cannot_be_right_is_a_fault() {
    let faults = |from: &str, to: &str| {
        assert!(ROWS.contains(from), "{from}");
        messages(&[file("incentives", &ROWS.replacen(from, to, 1)), file("limits", LIMIT_FILE)])
            .join("\n")
    };
    assert!(faults("until = 2023-12-31\n", "").contains("overlap"));
    assert!(faults("cap = \"5000000.00\"", "cap = \"5000000.001\"").contains("`cap`"));
    assert!(faults("rate = \"0.01\"", "rate = \"1.01\"").contains("`rate`"));
    assert!(faults("fixed = \"500000.00\"\n", "").contains("`fixed`, `rate`"));
    assert!(faults("claim_opens = \"03-01\"", "claim_opens = \"02-29\"").contains("`claim_opens`"));
    assert!(faults("is = [\"yes\"]", "").contains("one of `is`"));
    assert!(faults("item = \"S2-17\"", "thing = \"S2-17\"").contains("`fact`"));
}
