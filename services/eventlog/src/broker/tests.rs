//! How an event is written as a message, and read again.

use jiff::Timestamp;

use super::*;
use crate::recorded::Recorded;

#[test]
fn subjects_have_four_tokens_whatever_a_stream_is_called() {
    assert_eq!(
        subject("planning", "matter.accepted", "planning/P-1"),
        "tongban.planning.matter_accepted.P-1"
    );
    assert_eq!(subject("intake", "a b", "x.y/*.>"), "tongban.intake.a_b.___");
    assert_eq!(subject("intake", "k", ""), "tongban.intake.k._");
    assert_eq!(subject("intake", "受理", "intake/项目一"), "tongban.intake.受理.项目一");
}

#[test]
fn header_text_is_written_as_cloudevents_writes_it() {
    assert_eq!(percent("planning/P 1"), "planning/P%201");
    assert_eq!(percent("王\n\"%"), "%E7%8E%8B%0A%22%25");
}

fn accepted(position: u64) -> Linked {
    let event = Recorded {
        position,
        epoch: 1,
        stream: "planning/P1".into(),
        version: 1,
        kind: "matter accepted".into(),
        recorded_at: Timestamp::from_microsecond(1_772_413_200_000_001).unwrap(),
        actor: "王\n".into(),
        on_behalf_of: "agency".into(),
        principal: "clerk".into(),
        key: "k1".into(),
        command_digest: [1; 32],
        payload: b"body".to_vec(),
        stream_hash: [2; 32],
        hash: [3; 32],
        traceparent: String::new(),
    };
    Linked { event, stream_hash_before: [0; 32], ends_command: true }
}

#[test]
fn a_message_reads_as_the_event_that_it_was_made_of() {
    for position in [1, 300] {
        let (_, headers, body) = message("planning", accepted(position));
        assert_eq!(body, b"body");
        assert_eq!(event(Some(&headers), &body), Some(accepted(position)));
        assert_eq!(event(None, &body), None);
    }
}

/// Names and numbers on the broker are for ever: add, never change.
#[test]
fn a_message_is_written_as_ever() {
    assert_eq!(written(accepted(1)), include_str!("golden.txt").trim_end());
}

/// A traced one says so in the attribute of CloudEvents' extension, and in the event.
#[test]
fn a_traced_message_is_written_as_ever() {
    let mut traced = accepted(1);
    traced.event.traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".into();
    assert_eq!(written(traced.clone()), include_str!("golden_traced.txt").trim_end());
    let (_, headers, body) = message("planning", traced.clone());
    assert_eq!(event(Some(&headers), &body), Some(traced));
}

fn written(linked: Linked) -> String {
    let (subject, headers, _) = message("planning", linked);
    let mut written: Vec<String> = headers
        .iter()
        .flat_map(|(name, values)| values.iter().map(move |value| format!("{name}: {value}")))
        .collect();
    written.sort();
    written.insert(0, subject);
    written.join("\n")
}
