//! Amounts as people mistype them, conversions at the cent, and the gate at its threshold.

use jiff::civil::{Date, date};
use proptest::prelude::*;
use rust_decimal::Decimal;

use super::*;
use crate::seed::{Fault, SeedFile};

fn money(text: &str) -> Money {
    let (currency, amount) = text.split_once(' ').unwrap();
    Money::parse(amount, currency).unwrap()
}

fn decimal(text: &str) -> Decimal {
    plain_decimal(text).unwrap()
}

fn seeds() -> KeyProjectRules {
    let file = |path: &str, text: &str| SeedFile { path: path.to_owned(), text: text.to_owned() };
    KeyProjectRules::parse(&[
        file("key-project/rule.toml", include_str!("../../../../seeds/key-project/rule.toml")),
        file("key-project/rates.toml", include_str!("../../../../seeds/key-project/rates.toml")),
    ])
    .unwrap()
}

#[test]
fn amounts_are_held_at_the_decimals_of_their_currency() {
    for (amount, currency, printed, minor) in [
        ("30000000", "USD", "USD 30000000.00", 3_000_000_000),
        ("30000000.00", "USD", "USD 30000000.00", 3_000_000_000),
        ("0.1", "CNY", "CNY 0.10", 10),
        ("0", "EUR", "EUR 0.00", 0),
        ("4500000000", "JPY", "JPY 4500000000", 4_500_000_000),
        ("1.234", "KWD", "KWD 1.234", 1_234),
        ("000007.5", "HKD", "HKD 7.50", 750),
        ("1000000000000000", "KRW", "KRW 1000000000000000", 1_000_000_000_000_000),
    ] {
        let read = Money::parse(amount, currency).unwrap();
        assert_eq!(read.to_string(), printed);
        assert_eq!(read.minor_units(), minor);
        assert_eq!(Money::from_minor_units(minor, read.currency()), Ok(read));
    }
    assert_eq!(money("USD 5"), money("USD 5.00"));
}

#[test]
fn what_is_not_an_amount_is_refused_by_name_and_field() {
    let not = |problem| MoneyError::NotPlain(problem);
    for (amount, currency, error, field) in [
        ("", "USD", not(NotPlain::Missing), "amount"),
        ("  ", "USD", not(NotPlain::Missing), "amount"),
        ("-1", "USD", not(NotPlain::Negative), "amount"),
        ("-0.01", "CNY", not(NotPlain::Negative), "amount"),
        ("--1", "CNY", not(NotPlain::NotANumber), "amount"),
        ("NaN", "USD", not(NotPlain::NotANumber), "amount"),
        ("inf", "USD", not(NotPlain::NotANumber), "amount"),
        ("3e7", "USD", not(NotPlain::NotANumber), "amount"),
        ("30,000,000", "USD", not(NotPlain::NotANumber), "amount"),
        ("30_000_000", "USD", not(NotPlain::NotANumber), "amount"),
        (" 30", "USD", not(NotPlain::NotANumber), "amount"),
        ("３０", "USD", not(NotPlain::NotANumber), "amount"),
        ("+30", "USD", not(NotPlain::NotANumber), "amount"),
        ("0x1F", "USD", not(NotPlain::NotANumber), "amount"),
        (".5", "USD", not(NotPlain::NotANumber), "amount"),
        ("5.", "USD", not(NotPlain::NotANumber), "amount"),
        ("1.2.3", "USD", not(NotPlain::NotANumber), "amount"),
        ("三千万", "USD", not(NotPlain::NotANumber), "amount"),
        ("1000000000000000000000000000000", "USD", not(NotPlain::TooManyDigits), "amount"),
        ("1000000000000000.01", "USD", MoneyError::TooLarge, "amount"),
        ("30", "", MoneyError::MissingCurrency, "currency"),
        ("30", " ", MoneyError::MissingCurrency, "currency"),
        ("30", "RMB", MoneyError::UnknownCurrency, "currency"),
        ("30", "usd", MoneyError::UnknownCurrency, "currency"),
        ("30", "USDT", MoneyError::UnknownCurrency, "currency"),
        ("30", "XAU", MoneyError::UnknownCurrency, "currency"),
        ("30", "XXX", MoneyError::UnknownCurrency, "currency"),
    ] {
        let refused = Money::parse(amount, currency).unwrap_err();
        assert_eq!(refused, error, "{amount:?} {currency:?}");
        assert_eq!(refused.field(), field, "{amount:?} {currency:?}");
    }
}

#[test]
fn a_currency_has_so_many_decimals_and_no_more() {
    for (good, bad, currency, decimals) in [
        ("1.23", "1.234", "CNY", 2),
        ("1.23", "1.230", "USD", 2),
        ("1", "1.0", "JPY", 0),
        ("1", "1.5", "KRW", 0),
        ("1.234", "1.2345", "BHD", 3),
    ] {
        assert!(Money::parse(good, currency).is_ok());
        let refused = Money::parse(bad, currency).unwrap_err();
        let currency = Currency::from_code(currency).unwrap();
        assert_eq!(refused, MoneyError::TooManyDecimals { currency, decimals });
        assert_eq!(refused.field(), "amount");
    }
}

#[test]
fn arithmetic_is_exact_and_refuses_what_it_cannot_hold() {
    assert_eq!(money("USD 0.10").checked_add(money("USD 0.20")), Ok(money("USD 0.30")));
    assert_eq!(money("USD 0.30").checked_sub(money("USD 0.30")), Ok(money("USD 0")));
    assert_eq!(money("USD 0.30").checked_sub(money("USD 0.31")), Err(MoneyError::Negative));
    assert_eq!(money("USD 1").checked_add(money("CNY 1")), Err(MoneyError::CurrenciesDiffer));
    let most = money("USD 1000000000000000");
    assert_eq!(most.checked_add(money("USD 0.01")), Err(MoneyError::TooLarge));
    assert_eq!(money("USD 1").at_least(money("USD 1")), Ok(true));
    assert_eq!(money("USD 0.99").at_least(money("USD 1")), Ok(false));
    assert_eq!(Money::from_minor_units(-1, Currency::USD), Err(MoneyError::Negative));
    assert_eq!(Money::from_minor_units(i128::MAX, Currency::USD), Err(MoneyError::TooLarge));
}

#[test]
fn exactly_thirty_million_dollars_is_a_key_project_and_a_cent_less_is_not() {
    let on = date(2021, 5, 20);
    for (amount, meets) in [
        ("USD 30000000.00", true),
        ("USD 29999999.99", false),
        ("USD 30000000.01", true),
        ("USD 0", false),
    ] {
        let decision = seeds().decide(money(amount), on).unwrap();
        assert_eq!(decision.meets, meets, "{amount}");
        assert_eq!(decision.usd_equivalent, money(amount));
        assert_eq!(decision.rate_date, on);
    }
}

#[test]
fn other_currencies_meet_the_gate_at_the_last_unit() {
    for (on, amount, meets, dollars, rate_date) in [
        // 30,000,000 · 6.54, and a fen less.
        (date(2021, 5, 20), "CNY 196200000.00", true, "USD 30000000.00", date(2021, 1, 4)),
        (date(2021, 5, 20), "CNY 196199999.99", false, "USD 29999999.99", date(2021, 1, 4)),
        (date(2022, 1, 3), "CNY 196200000.00", true, "USD 30000000.00", date(2021, 1, 4)),
        (date(2022, 1, 4), "CNY 196200000.00", true, "USD 30752351.09", date(2022, 1, 4)),
        // 30,000,000 · 115.5, and a yen less.
        (date(2022, 6, 1), "JPY 3465000000", true, "USD 30000000.00", date(2022, 1, 4)),
        (date(2022, 6, 1), "JPY 3464999999", false, "USD 29999999.99", date(2022, 1, 4)),
        // 30,000,000 / 1.1 is 27,272,727.2727…
        (date(2024, 6, 3), "EUR 27272727.28", true, "USD 30000000.00", date(2024, 1, 2)),
        (date(2024, 6, 3), "EUR 27272727.27", false, "USD 29999999.99", date(2024, 1, 2)),
    ] {
        let decision = seeds().decide(money(amount), on).unwrap();
        assert_eq!(decision.meets, meets, "{amount} on {on}");
        assert_eq!(decision.usd_equivalent, money(dollars), "{amount} on {on}");
        assert_eq!(decision.rate_date, rate_date, "{amount} on {on}");
    }
}

#[test]
fn a_decision_carries_everything_it_rests_on() {
    let decision = seeds().decide(money("SGD 50000000"), date(2023, 9, 1)).unwrap();
    assert!(decision.meets);
    assert_eq!(decision.amount, money("SGD 50000000"));
    assert_eq!(decision.threshold, money("USD 30000000"));
    assert_eq!((decision.rate.units(), decision.rate.usd()), (decimal("1.343"), Decimal::ONE));
    assert_eq!(decision.rate_date, date(2023, 1, 3));
    assert_eq!(decision.rule_edition, "DL-2020");
    assert_eq!(decision.citation, "大政发〔2020〕24号 (十五)");
    assert!(decision.rate.source().contains("not an official rate"));
}

#[test]
fn the_gate_does_not_answer_before_its_document_or_without_a_fresh_rate() {
    let rules = seeds();
    let big = money("USD 90000000");
    let before: Date = date(2020, 11, 14);
    assert_eq!(rules.decide(big, before), Err(NotDecidable::NoRule(before)));
    assert!(rules.decide(big, date(2020, 11, 15)).unwrap().meets);

    let on = date(2022, 3, 1);
    let pounds = rules.decide(money("GBP 90000000"), on);
    assert_eq!(pounds, Err(NotDecidable::NoRate { currency: Currency::GBP, on }));

    let yuan = money("CNY 300000000");
    assert!(rules.decide(yuan, date(2027, 1, 10)).is_ok(), "370 days after 2026-01-05");
    let on = date(2027, 1, 11);
    let rate_date = date(2026, 1, 5);
    let old = NotDecidable::RateTooOld { currency: Currency::CNY, on, rate_date };
    assert_eq!(rules.decide(yuan, on), Err(old));
    assert!(rules.decide(big, on).unwrap().meets, "dollars need no rate");
}

#[test]
fn every_day_from_the_document_to_the_end_of_2026_has_a_usable_rate_of_each_currency() {
    let rules = seeds();
    for currency in ["CNY", "JPY", "EUR", "KRW", "SGD", "HKD"] {
        let amount = Money::parse("1000", currency).unwrap();
        let mut on = date(2020, 11, 15);
        while on <= date(2026, 12, 31) {
            assert!(rules.decide(amount, on).is_ok(), "{currency} on {on}");
            on = on.tomorrow().unwrap();
        }
    }
}

#[test]
fn an_exclusive_threshold_would_leave_out_the_figure_itself() {
    let mut rule = seeds().rule_on(date(2021, 1, 4)).unwrap().clone();
    rule.inclusive = false;
    let rate = Rate::dollar(date(2021, 1, 4));
    assert!(!rule.decide(money("USD 30000000.00"), &rate).unwrap().meets);
    assert!(rule.decide(money("USD 30000000.01"), &rate).unwrap().meets);
}

#[test]
fn rates_that_cannot_be_rates_are_refused() {
    let on = date(2021, 1, 4);
    let rate = |currency, units: &str, usd: &str| {
        Rate::new(currency, decimal(units), decimal(usd), on, "a test").map(|_| ())
    };
    assert_eq!(rate(Currency::CNY, "0", "1"), Err(BadRate::NotAboveZero));
    assert_eq!(rate(Currency::CNY, "6.4567891", "1"), Err(BadRate::TooManyDigits));
    assert_eq!(rate(Currency::VND, "1000000001", "1"), Err(BadRate::TooManyDigits));
    assert_eq!(rate(Currency::USD, "1", "1.01"), Err(BadRate::DollarForDollar));
    assert_eq!(rate(Currency::CNY, "6.45678000", "1"), Ok(()));

    let yuan = Rate::new(Currency::CNY, decimal("6.54"), Decimal::ONE, on, "a test").unwrap();
    assert_eq!(yuan.to_usd(money("EUR 1")), Err(MoneyError::CurrenciesDiffer));
}

#[test]
fn a_broken_file_is_reported_whole_with_lines() {
    let text = "\
[[rule]]
edition = \"A\"
effective = 2020-11-15
threshold_usd = 30000000.001
inclusive = \"yes\"
rate_max_age_days = -1
citation = \"\"
colour = \"red\"

[[rule]]
edition = \"B\"
effective = 2021-01-01
repealed = 2020-12-31
threshold_usd = 1e7
inclusive = true
";
    let file = SeedFile { path: "key-project/rule.toml".to_owned(), text: text.to_owned() };
    let faults = KeyProjectRules::parse(&[file]).unwrap_err();
    let found: Vec<String> = faults.iter().map(Fault::to_string).collect();
    assert_eq!(
        found,
        [
            "key-project/rule.toml:4: `threshold_usd`: the amount has more than the 2 decimals of USD",
            "key-project/rule.toml:5: `inclusive` must be true or false, not the text \"yes\"",
            "key-project/rule.toml:6: `rate_max_age_days` must be a whole number, not the number -1",
            "key-project/rule.toml:7: `citation` must be a text in one line, not empty, not the text \"\"",
            "key-project/rule.toml:8: unknown field `colour` in a rule",
            "key-project/rule.toml:10: a rule lacks `citation`",
            "key-project/rule.toml:10: a rule lacks `rate_max_age_days`",
            "key-project/rule.toml:14: `threshold_usd` must be a plain decimal number, not the number 1e7",
        ]
    );
}

#[test]
fn overlapping_rules_and_repeated_rates_are_refused() {
    let rule = |edition: &str, effective: &str| {
        format!(
            "[[rule]]\nedition = \"{edition}\"\neffective = {effective}\nthreshold_usd = 1\n\
             inclusive = true\nrate_max_age_days = 1\ncitation = \"a test\"\n"
        )
    };
    let rates = "source = \"a test\"\nrates = [\n\
        { currency = \"CNY\", date = 2021-01-04, units = 6, usd = 1 },\n\
        { currency = \"CNY\", date = 2021-01-04, units = 7, usd = 1 },\n\
        { currency = \"RMB\", date = 2021-01-04, units = 7, usd = 1 },\n\
        { currency = \"JPY\", date = 2021-02-30, units = 7, usd = 1 },\n]\n";
    let file = |path: &str, text: String| SeedFile { path: path.to_owned(), text };
    let faults = |files: &[SeedFile]| {
        let faults = KeyProjectRules::parse(files).unwrap_err();
        faults.iter().map(|fault| (fault.line, fault.message.clone())).collect::<Vec<_>>()
    };
    let both = rule("A", "2020-01-01") + &rule("B", "2021-01-01");
    assert_eq!(
        faults(&[file("key-project/rule.toml", both)]),
        [(8, "edition `B` overlaps edition `A`".to_owned())]
    );
    let found = faults(&[file("key-project/rates.toml", rates.to_owned())]);
    assert!(found.contains(&(4, "a second rate of CNY for 2021-01-04".to_owned())), "{found:?}");
    assert!(found.contains(&(5, "unknown currency `RMB`".to_owned())), "{found:?}");
    assert!(found.iter().any(|(line, _)| *line == 6), "{found:?}");
}

#[test]
fn files_of_other_folders_are_left_to_others_but_no_rule_at_all_is_a_fault() {
    let elsewhere = SeedFile { path: "calendar/2022.toml".to_owned(), text: "x = ]".to_owned() };
    let faults = KeyProjectRules::parse(&[elsewhere]).unwrap_err();
    assert_eq!(faults.len(), 1);
    assert_eq!(faults[0].path, "key-project/");
}

proptest! {
    #[test]
    fn any_text_is_an_amount_or_a_refusal(amount in any::<String>(), currency in any::<String>()) {
        let _ = Money::parse(&amount, &currency);
    }

    #[test]
    fn every_amount_survives_printing_and_minor_units(units in 0i128..=100_000_000_000_000_000) {
        for currency in [Currency::USD, Currency::CNY] {
            let amount = Money::from_minor_units(units, currency).unwrap();
            let printed = amount.to_string();
            prop_assert_eq!(money(&printed), amount);
            prop_assert_eq!(amount.minor_units(), units);
        }
    }

    #[test]
    fn the_decision_agrees_with_the_dollars_shown(
        units in 0i128..=1_000_000_000_000, mantissa in 1i128..=1_000_000_000, scale in 0u32..=6,
    ) {
        let quoted = Decimal::from_i128_with_scale(mantissa, scale);
        let on = date(2021, 1, 4);
        let rate = Rate::new(Currency::CNY, quoted, Decimal::ONE, on, "a test").unwrap();
        let amount = Money::from_minor_units(units, Currency::CNY).unwrap();
        let rules = seeds();
        match rules.rule_on(on).unwrap().decide(amount, &rate) {
            Ok(decision) => {
                let shown = decision.usd_equivalent.at_least(decision.threshold).unwrap();
                prop_assert_eq!(decision.meets, shown);
            }
            Err(refusal) => prop_assert_eq!(refusal, NotDecidable::Amount(MoneyError::TooLarge)),
        }
    }
}
