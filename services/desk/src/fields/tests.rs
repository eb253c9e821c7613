//! Bad input, one row a case: the field is named and nothing is repaired.

use proto::r#type::v1 as ty;
use tonic_types::StatusExt;

use super::*;

/// The fields that a reading found wrong.
fn wrong<T>(read: impl FnOnce(&mut Fields) -> T) -> Vec<String> {
    let mut fields = Fields::default();
    read(&mut fields);
    let Err(status) = fields.finish(()) else { return Vec::new() };
    assert_eq!(status.code(), tonic::Code::InvalidArgument);
    let details = status.get_details_bad_request().expect("field violations");
    details.field_violations.into_iter().map(|violation| violation.field).collect()
}

#[test]
fn a_request_id_has_16_to_64_plain_characters() {
    for good in ["0123456789abcdef", &"a".repeat(64), "A-Z_a-z_0-9_----"] {
        assert!(wrong(|fields| fields.request_id(good)).is_empty(), "{good:?}");
    }
    for bad in [
        "",
        "0123456789abcde",
        &"a".repeat(65),
        "0123456789abcde\n",
        "0123456789abcdé",
        "0123456789 abcdef",
        "0123456789abcde/",
    ] {
        assert_eq!(wrong(|fields| fields.request_id(bad)), ["request_id"], "{bad:?}");
    }
}

#[test]
fn a_date_is_written_out_and_exists() {
    for good in ["2024-02-29", "2021-10-09", "0001-01-01", "9999-12-31"] {
        assert!(wrong(|fields| fields.occurred_on(good)).is_empty(), "{good:?}");
    }
    for bad in [
        "2025-02-29",
        "0000",
        "2021-1-9",
        "2021-10-9",
        "20211009",
        "2021-10-09T00:00",
        "2021-10-09+08:00",
        " 2021-10-09",
        "2021/10/09",
        "２０２１-10-09",
        "-2021-10-09",
        "+002021-10-09",
    ] {
        assert_eq!(wrong(|fields| fields.occurred_on(bad)), ["occurred_on"], "{bad:?}");
    }
    assert!(wrong(|fields| assert_eq!(fields.occurred_on(""), None)).is_empty());
    assert_eq!(wrong(|fields| fields.date("approved_on", "")), ["approved_on"]);
}

#[test]
fn names_of_projects_and_matters_are_exact() {
    for good in ["projects/yamato-bearings/matters/S2-05-1", "projects/p/matters/S1-09-12"] {
        assert!(wrong(|fields| fields.matter(good)).is_empty(), "{good:?}");
        assert_eq!(MatterName::parse(good).unwrap().to_string(), good);
    }
    for bad in [
        "",
        "projects//matters/S2-05-1",
        "projects/-/matters/S2-05-1",
        "projects/P/matters/S2-05-1",
        "projects/p/matters/S2-05",
        "projects/p/matters/S2-05-0",
        "projects/p/matters/S2-05-1/",
        "/projects/p/matters/S2-05-1",
        "projects/p/q/matters/S2-05-1",
        "projects/p/matters/S9-05-1",
        "projects/p\u{200b}/matters/S2-05-1",
    ] {
        assert_eq!(wrong(|fields| fields.matter(bad)), ["name"], "{bad:?}");
    }
    assert_eq!(wrong(|fields| fields.project("parent", "projects/")), ["parent"]);
    let long = format!("projects/{}", "p".repeat(64));
    assert_eq!(wrong(|fields| fields.project("parent", &long)), ["parent"]);
}

#[test]
fn texts_that_look_other_than_they_are_are_refused_and_hard_ones_are_kept() {
    for good in [
        "𠮷野家（大连）有限公司",
        "㼆",
        "Müller & Söhne GmbH",
        "한국전자",
        "阿卜杜拉·艾合买提",
        "ｆｕｌｌ　ｗｉｄｔｈ",
        "两行\n文字\t制表",
        "👷",
    ] {
        let mut fields = Fields::default();
        assert_eq!(fields.required_long("reason", good), good);
        assert!(fields.finish(()).is_ok(), "{good:?}");
    }
    for bad in [
        "",
        "  \u{3000}",
        "a\u{0}b",
        "a\u{202E}b",
        "a\u{2066}b",
        "a\u{200B}b",
        "a\u{FEFF}b",
        "a\u{7}b",
        "a\rb",
        &"长".repeat(4_001),
    ] {
        assert_eq!(wrong(|fields| fields.required_long("reason", bad)), ["reason"], "{bad:?}");
    }
    assert_eq!(wrong(|fields| fields.short("document", "a\nb")), ["document"]);
    assert_eq!(wrong(|fields| fields.short("document", "a\u{200D}b")), ["document"]);
    assert_eq!(wrong(|fields| fields.short("document", &"长".repeat(201))), ["document"]);
    let many = vec!["a".to_owned(); 201];
    assert_eq!(wrong(|fields| fields.texts("reasons", &many)), ["reasons"]);
}

#[test]
fn one_text_has_one_spelling() {
    let mut fields = Fields::default();
    assert_eq!(fields.short("document", "Cafe\u{301}"), "Café");
    assert_eq!(
        fields.long("reason", "か\u{3099}くせい 👷\u{200D}♀\u{FE0F}"),
        "がくせい 👷\u{200D}♀\u{FE0F}"
    );
    assert!(fields.finish(()).is_ok());
}

#[test]
fn a_limit_says_its_unit_and_is_not_absurd() {
    let limit = |n, unit| ty::Limit { n, unit };
    assert_eq!(wrong(|fields| fields.limit("by", None)), ["by"]);
    assert_eq!(wrong(|fields| fields.limit("by", Some(&limit(5, 0)))), ["by.unit"]);
    assert_eq!(wrong(|fields| fields.limit("by", Some(&limit(5, 7)))), ["by.unit"]);
    assert_eq!(wrong(|fields| fields.limit("by", Some(&limit(10_001, 1)))), ["by.n"]);
    assert!(wrong(|fields| fields.limit("by", Some(&limit(10_000, 1)))).is_empty());
}

#[test]
fn a_hash_is_64_lower_case_digits_or_nothing() {
    let hash = |text: &str| wrong(|fields| fields.sha256("sha256".to_owned(), text));
    assert!(hash("").is_empty() && hash(&"0f".repeat(32)).is_empty());
    for bad in ["0F".repeat(32), "0f".repeat(31), "0g".repeat(32)] {
        assert_eq!(hash(&bad), ["sha256"], "{bad:?}");
    }
}
