//! Values at the edge of what is accepted, in pairs.

use super::*;

#[test]
fn a_date_has_one_form_and_must_exist() {
    for good in ["2024-02-29", "0001-01-01", "9999-12-31"] {
        assert_eq!(date(good).map(|date| date.to_string()), Ok(good.to_owned()));
    }
    for (text, says) in [
        ("2025-02-29", "2025-02 has 28 days"),
        ("2025-04-31", "2025-04 has 30 days"),
        ("2025-04-00", "2025-04 has 30 days"),
        ("2025-13-01", "no such month"),
        ("2025-00-01", "no such month"),
        ("0000-01-01", "no year 0"),
        ("2025-1-01", "YYYY-MM-DD"),
        ("20250101", "YYYY-MM-DD"),
        ("2025-01-01T00:00:00Z", "YYYY-MM-DD"),
        (" 2025-01-01", "YYYY-MM-DD"),
        ("２０２５-01-01", "YYYY-MM-DD"),
        ("-025-01-01", "YYYY-MM-DD"),
        ("+025-01-01", "YYYY-MM-DD"),
        ("", "YYYY-MM-DD"),
    ] {
        let refused = date(text).unwrap_err();
        assert!(refused.what.contains(says), "{text}: {refused}");
    }
}

#[test]
fn the_platform_stands_at_no_date_that_it_could_not_record() {
    assert!(present("2199-12-31").is_ok() && present("2022-1-1").is_err());
    assert!(present("2200-01-01").unwrap_err().hint.contains("2199-12-31"));
}

#[test]
fn a_date_without_zeros_is_offered_with_them() {
    assert_eq!(date("2021-9-8").unwrap_err().hint, "write it as in 2021-09-08");
    assert_eq!(date("2021/09/08").unwrap_err().hint, "write it as in 2021-09-08");
    assert_eq!(date("21-9-8").unwrap_err().hint, "write it as in 2021-09-28");
}

#[test]
fn an_interval_may_be_empty_or_open_but_not_backward() {
    let shape = |text| interval(text).map(|interval| interval.to_string());
    assert_eq!(shape("2021-10-11..2021-10-11"), Ok("2021-10-11..2021-10-11".to_owned()));
    assert_eq!(shape("2021-10-11.."), Ok("2021-10-11..".to_owned()));
    for bad in
        ["2021-10-11..2021-10-10", "2021-10-11", "..2021-10-11", "..", "2021-10-11...2021-10-12"]
    {
        assert!(shape(bad).is_err(), "{bad}");
    }
}

#[test]
fn what_is_shown_cannot_act_on_a_terminal() {
    assert_eq!(shown("a\u{1b}[2J大连\u{202e}"), "a\\u{1b}[2J大连\\u{202e}");
}

#[test]
fn an_address_to_listen_on_has_an_ip_and_a_port() {
    assert!(address(LISTEN).is_ok() && address("[::1]:0").is_ok());
    for text in ["localhost:7100", "127.0.0.1", ":7100", ""] {
        assert!(address(text).unwrap_err().hint.contains(LISTEN), "{text}");
    }
}
