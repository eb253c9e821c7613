//! Screenings on the real lists: dates in pairs, shares at the bound, inside and outside the zone.

mod broken;

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

proptest! {
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
