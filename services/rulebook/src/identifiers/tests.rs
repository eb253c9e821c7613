//! Published and synthetic vectors, bad input, and what each check scheme promises to detect.

use jiff::civil::date;
use proptest::prelude::*;

use super::*;

fn check_all(vectors: &str, check: fn(&str) -> Check) {
    let mut seen = 0;
    for line in vectors.lines().skip(1) {
        let mut columns = line.split(',');
        let (input, expect) = (columns.next().unwrap(), columns.next().unwrap());
        assert_eq!(check(input).result.as_str(), expect, "{line}");
        seen += 1;
    }
    assert!(seen >= 4, "the vectors were not read");
}

fn check_table(check: fn(&str) -> Check, table: &[(&str, &str)]) {
    for (input, expect) in table {
        assert_eq!(check(input).result.as_str(), *expect, "{input:?}");
    }
}

#[test]
fn the_credit_code_vectors_pass() {
    check_all(include_str!("vectors/uscc.csv"), uscc::check);
}

#[test]
fn the_project_code_vectors_pass() {
    check_all(include_str!("vectors/project_code.csv"), project_code::check);
}

#[test]
fn the_licence_vectors_pass() {
    check_all(include_str!("vectors/licence.csv"), licence::check);
}

#[test]
fn credit_codes_are_normalised_before_they_are_judged() {
    check_table(
        uscc::check,
        &[
            ("  91210200241281392F\t", "valid"),
            ("９１２１０２００２４１２８１３９２Ｆ", "valid"),
            ("91210200241281392ｆ", "valid"),
            ("", "bad_length"),
            ("9121020024128139F", "bad_length"),
            ("91210200 241281392F", "bad_length"),
            ("91210200241281392F\u{200B}", "bad_length"),
            ("91210200O41281392F", "bad_char"),
            ("91210200Z41281392F", "bad_char"),
            ("91210200V41281392F", "bad_char"),
            ("9121020024128139\u{202E}F", "bad_char"),
            ("9121020024128139\0F", "bad_char"),
            ("912102002412813920", "check_digit_mismatch"),
            ("91A10200241281392F", "bad_format"),
            ("统一社会信用代码统一社会信用代码统一", "bad_char"),
        ],
    );
    assert_eq!(uscc::check(" 91210200241281392ｆ ").normalised, "91210200241281392F");
}

#[test]
fn the_organisation_code_inside_a_credit_code_only_warns() {
    // Every valid published code satisfies it.
    for line in include_str!("vectors/uscc.csv").lines().filter(|line| line.contains(",valid,")) {
        let code = line.split(',').next().unwrap();
        assert_eq!(uscc::check(code).warning, None, "{line}");
    }
    // The 17th character altered from 2 to 3, and the 18th made to fit.
    let code = completed("91210200241281393", USCC_ALPHABET, uscc::check);
    assert_eq!(uscc::check(&code).warning, Some(Warning::OrganisationCode));
    assert!(Uscc::parse(&code).is_ok());
}

#[test]
fn project_codes_tell_a_month_from_the_end_of_a_year() {
    check_table(
        project_code::check,
        &[
            (" ２１０３-210213-04-01-100016 ", "valid_new"),
            ("2103－210213－04－01－100016", "valid_new"),
            ("2012-210200-39-03-012345", "check_digit_mismatch"),
            ("2013-210200-39-03-012345", "valid_old"),
            ("2020-210200-39-03-012345", "valid_old"),
            ("2021-210200-39-03-012345", "bad_format"),
            ("2100-210213-04-01-100016", "bad_format"),
            ("1915-210200-39-03-012345", "bad_format"),
            ("2103-210213-04-01-10001", "bad_format"),
            ("2103-210213-04-01-1000160", "bad_format"),
            ("210321021304011000160000", "bad_format"),
            ("2103-210213-04-01", "bad_format"),
            ("2103-21O213-04-01-100016", "bad_format"),
            ("2103-٢١٠٢١٣-04-01-100016", "bad_format"),
            ("", "bad_format"),
        ],
    );
}

#[test]
fn licences_are_refused_by_the_part_that_is_wrong() {
    check_table(
        licence::check,
        &[
            ("1.2.156.3005.2.11100000000013338w032.11220000013544541j.2430599.001.f", "valid"),
            ("1.2.156.3005.3.11100000000013338W032.11220000013544541J.2430599.001.F", "bad_format"),
            ("1.2.156.3005.2.11100000000013338W032.11220000013544541J.2430599.001", "bad_format"),
            ("1.2.156.3005.2.11100000000013338W032.11220000013544541J.2430599.0O1.F", "bad_format"),
            ("1.2.156.3005.2.11100000000013338W032.11220000013544541.2430599.001.F", "bad_length"),
            ("1.2.156.3005.2.11100000000013338W032.11220000013544541J..001.F", "bad_length"),
            ("1.2.156.3005.2.11100000000013338W032.11220000013544541J.24_0599.001.F", "bad_char"),
            ("", "bad_format"),
        ],
    );
}

#[test]
fn a_mismatch_is_taken_only_with_a_reason_and_keeps_it() {
    let code = "91350203M0001QAY9B";
    let refused = Uscc::parse(code).unwrap_err();
    assert_eq!(refused.result(), CheckResult::CheckDigitMismatch);
    assert!(!refused.to_string().contains(code), "a refusal may be logged, a code may not");

    let reason = OverrideReason::new("printed so on the licence").unwrap();
    let taken = Uscc::with_reason(code, Some(reason.clone())).unwrap();
    assert_eq!(taken.as_str(), code);
    assert_eq!(taken.override_reason(), Some(&reason));

    let code = ProjectCode::with_reason("2111-522323-04-01-342069", Some(reason.clone())).unwrap();
    assert_eq!(code.override_reason(), Some(&reason));
    let licence = "1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.001.V";
    assert_eq!(LicenceId::parse(licence).unwrap_err().result(), CheckResult::CheckCharMismatch);
    assert!(LicenceId::with_reason(licence, Some(reason)).is_ok());
}

#[test]
fn a_reason_does_not_help_a_malformed_code_and_is_dropped_from_a_valid_one() {
    let reason = || Some(OverrideReason::new("typed from the paper licence").unwrap());
    let refused = Uscc::with_reason("91440300192203821I", reason()).unwrap_err();
    assert_eq!(refused.result(), CheckResult::BadChar);
    let valid = Uscc::with_reason("91210200241281392F", reason()).unwrap();
    assert_eq!(valid.override_reason(), None);
    assert_eq!(valid, Uscc::parse("91210200241281392F").unwrap());
}

#[test]
fn a_reason_is_words_of_a_bounded_length() {
    assert_eq!(OverrideReason::new("   "), Err(BadReason::Empty));
    assert_eq!(OverrideReason::new(&"长".repeat(501)), Err(BadReason::TooLong));
    assert!(OverrideReason::new(&"长".repeat(500)).is_ok());
    assert_eq!(OverrideReason::new("as \u{202E}printed"), Err(BadReason::Unprintable));
    assert_eq!(OverrideReason::new("as\0printed"), Err(BadReason::Unprintable));
}

#[test]
fn codes_are_assigned_with_their_check_digit() {
    let code = ProjectCode::assign(date(2021, 3, 15), "210213", "04", "01", 10_001).unwrap();
    assert_eq!(code.as_str(), "2103-210213-04-01-100016");
    assert_eq!(code.region(), "210213");
    assert!(!code.is_old());
    let code = ProjectCode::assign(date(2024, 2, 29), "210211", "04", "01", 7).unwrap();
    assert_eq!(code.as_str(), "2402-210211-04-01-000075");
}

#[test]
fn the_new_format_begins_on_2020_11_01() {
    let assign = |on| ProjectCode::assign(on, "210200", "04", "01", 55_501);
    assert_eq!(assign(date(2020, 10, 31)), Err(AssignError::BeforeNewFormat));
    assert_eq!(assign(date(2020, 11, 1)).unwrap().as_str(), "2011-210200-04-01-555019");

    let old = ProjectCode::assign_old(2020, "210200", "39", "03", 12_345).unwrap();
    assert_eq!(old.as_str(), "2020-210200-39-03-012345");
    assert!(old.is_old());
    assert_eq!(ProjectCode::assign_old(2021, "210200", "39", "03", 1), Err(AssignError::Year));
}

#[test]
fn parts_that_do_not_fit_are_named() {
    let on = date(2022, 9, 1);
    for (region, department, kind, serial, refusal) in [
        ("21020", "04", "01", 1, AssignError::Region),
        ("２１０２００", "04", "01", 1, AssignError::Region),
        ("210200", "4", "01", 1, AssignError::Department),
        ("210200", "04", "x1", 1, AssignError::Kind),
        ("210200", "04", "01", 100_000, AssignError::Serial),
    ] {
        assert_eq!(ProjectCode::assign(on, region, department, kind, serial), Err(refusal));
    }
}

#[test]
fn in_a_code_of_2020_a_wrong_month_can_read_as_an_old_year() {
    // The one single-digit slip the two formats together cannot detect.
    assert_eq!(project_code::check("2011-210200-04-01-555019").result, CheckResult::ValidNew);
    assert_eq!(project_code::check("2013-210200-04-01-555019").result, CheckResult::ValidOld);
}

const USCC_ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";

/// `text` with the character at `place` replaced.
fn altered(text: &str, place: usize, by: char) -> String {
    text.chars().enumerate().map(|(at, c)| if at == place { by } else { c }).collect()
}

/// The one member of `alphabet` that makes `body` valid.
fn completed(body: &str, alphabet: &str, check: fn(&str) -> Check) -> String {
    let all: Vec<String> = alphabet
        .chars()
        .map(|c| format!("{body}{c}"))
        .filter(|code| check(code).result.is_valid())
        .collect();
    assert_eq!(all.len(), 1, "exactly one check character fits {body}");
    all.into_iter().next().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn nothing_panics_and_normalising_twice_changes_nothing(text in any::<String>()) {
        for check in [uscc::check, project_code::check, licence::check] {
            let first = check(&text);
            let second = check(&first.normalised);
            prop_assert_eq!(&second.normalised, &first.normalised);
            prop_assert_eq!(second.result, first.result);
        }
    }

    #[test]
    fn composing_letters_normalise_once(text in "[a-zA-Z\u{300}-\u{36F}\u{1E00}-\u{1EFF}Ａ-ｚ ]{0,12}") {
        let once = normalise(&text);
        prop_assert_eq!(normalise(&once), once);
    }

    #[test]
    fn one_wrong_digit_is_detected_in_a_project_code_from_2021_on(
        (month, year) in (1i8..=12, 2021i16..=2099),
        region in "[0-9]{6}", department in "[0-9]{2}", kind in "[0-9]{2}", serial in 0u32..=99_999,
    ) {
        let code = ProjectCode::assign(date(year, month, 1), &region, &department, &kind, serial).unwrap();
        prop_assert_eq!(ProjectCode::parse(code.as_str()).unwrap(), code.clone());
        for (place, digit) in code.as_str().char_indices().filter(|(_, c)| *c != '-') {
            for by in ('0'..='9').filter(|by| *by != digit) {
                let result = project_code::check(&altered(code.as_str(), place, by)).result;
                prop_assert!(!result.is_valid(), "{} at {}", code, place);
            }
        }
    }

    #[test]
    fn one_wrong_character_or_any_swap_is_detected_in_a_credit_code(
        body in "[0-9A-HJ-NP-RTUWXY]{2}[0-9]{6}[0-9A-HJ-NP-RTUWXY]{9}",
    ) {
        let code = completed(&body, USCC_ALPHABET, uscc::check);
        let letters: Vec<char> = code.chars().collect();
        for (place, letter) in letters.iter().enumerate() {
            for by in USCC_ALPHABET.chars().filter(|by| by != letter) {
                prop_assert!(!uscc::check(&altered(&code, place, by)).result.is_valid());
            }
            for other in place + 1..17 {
                let mut swapped = letters.clone();
                swapped.swap(place, other);
                let swapped: String = swapped.into_iter().collect();
                prop_assert_eq!(uscc::check(&swapped).result.is_valid(), swapped == code);
            }
        }
    }

    #[test]
    fn one_wrong_character_is_detected_in_a_licence(
        kind in "[0-9A-Z]{18}[0-9]{3}", issuer in "[0-9A-Z]{18}",
        serial in "[0-9A-Z]{1,12}", version in "[0-9]{3}",
    ) {
        let alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
        let body = format!("1.2.156.3005.2.{kind}.{issuer}.{serial}.{version}.");
        let code = completed(&body, alphabet, licence::check);
        for (place, letter) in code.char_indices().skip("1.2.156.3005.2.".len()).filter(|(_, c)| *c != '.') {
            for by in alphabet.chars().filter(|by| *by != letter) {
                prop_assert!(!licence::check(&altered(&code, place, by)).result.is_valid());
            }
        }
    }
}
