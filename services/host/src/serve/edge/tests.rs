//! The edge's own reading of headers and traces.

use super::*;

#[test]
fn a_timeout_is_read_as_the_protocol_writes_it() {
    for (text, millis) in
        [("1H", 3_600_000), ("2M", 120_000), ("3S", 3_000), ("250m", 250), ("00000001S", 1_000)]
    {
        assert_eq!(parse_timeout(text), Some(Duration::from_millis(millis)), "{text}");
    }
    for bad in ["", "S", "1", "1s", "-1S", "1.5S", " 1S", "1S ", "123456789S", "１S", "1秒"] {
        assert_eq!(parse_timeout(bad), None, "{bad:?}");
    }
}

#[test]
fn a_trace_becomes_the_path_of_a_field() {
    let told = |trace: &str| unreadable(trace).message().to_owned();
    assert_eq!(
        told(
            "Text.zh: ProjectFacts.name: RegisterProjectRequest.facts: invalid string value: data is not UTF-8 encoded"
        ),
        "facts.name.zh: invalid string value: data is not UTF-8 encoded"
    );
    assert_eq!(told("recursion limit reached"), "(message): recursion limit reached");
    assert_eq!(told("invalid tag value: 0"), "(message): invalid tag value: 0");
}

#[test]
fn only_grpc_is_grpc() {
    let with = |content: &str| {
        is_grpc(&HeaderMap::from_iter([(CONTENT_TYPE, content.parse().expect("a value"))]))
    };
    for good in ["application/grpc", "application/grpc+proto", "application/grpc; charset=utf-8"] {
        assert!(with(good), "{good}");
    }
    for bad in [
        "",
        "application/json",
        "application/grpc-web",
        "application/grpcx",
        "application/grpc+json",
        "text/html",
    ] {
        assert!(!with(bad), "{bad}");
    }
    assert!(!is_grpc(&HeaderMap::new()));
}
