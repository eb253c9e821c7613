//! C7: the broker. Its stream is the log from some position on: same order, same bytes, nothing between and
//! nothing twice; and each follower took every position once.

use std::collections::BTreeMap;

use crate::run::{Log, Message, Run};
use crate::verdict::Verdict;

pub(super) fn check(run: &Run) -> Verdict {
    let mut verdict = Verdict::new("C7", "the broker's stream is the log");
    verdict.saw("messages", 0);
    for (name, log) in &run.logs {
        let Some(messages) = &log.broker else { continue };
        verdict.saw("messages", messages.len());
        stream(&mut verdict, name, log, messages, run.stood_still());
    }
    told(&mut verdict, run);
    verdict
}

fn stream(verdict: &mut Verdict, name: &str, log: &Log, messages: &[Message], still: bool) {
    let mut before: Option<u64> = None;
    for message in messages {
        let at = message.sequence;
        if before.is_some_and(|before| before + 1 != at) {
            let witness = format!("{name}: {at} after {}", before.unwrap_or_default());
            verdict.broken("sequences have no gap", witness);
        }
        before = Some(at);
        if !still && at > log.head.position {
            break;
        }
        let Some(event) = log.at(at) else {
            verdict.broken("the broker holds nothing but the log", format!("{name}: {at}"));
            continue;
        };
        let is_it = message.position == Some(at)
            && message.hash.as_ref() == Some(&event.hash)
            && message.message_id.as_ref() == Some(&event.hash.to_string());
        if !is_it {
            let position = message.position;
            let witness = format!("{name}: at {at} the message of position {position:?}");
            verdict.broken("the message at a sequence is the event at that position", witness);
            continue;
        }
        if message.payload != event.payload {
            verdict.broken("the body is the payload", format!("{name}: {at}"));
        }
        if message.subject != subject(name, &event.kind, &event.stream) {
            let witness = format!("{name}: {at} on {}", message.subject);
            verdict.broken("the subject is that of the event", witness);
        }
    }
    // What a run recorded is younger than anything that the broker drops for its age.
    let (last, head) = (before.unwrap_or_default(), log.head.position);
    if still && last != head {
        verdict.broken("it ends with the newest event", format!("{name}: {last} of {head}"));
    }
}

/// `tongban.<log>.<kind>.<project>`, where a token holds letters, digits, `-` and `_`.
fn subject(log: &str, kind: &str, stream: &str) -> String {
    let project = stream.split_once('/').map_or(stream, |(_, project)| project);
    let token = |text: &str| -> String {
        let fit = |c: char| if c.is_alphanumeric() || "-_".contains(c) { c } else { '_' };
        if text.is_empty() { "_".to_owned() } else { text.chars().map(fit).collect() }
    };
    format!("tongban.{log}.{}.{}", token(kind), token(project))
}

fn told(verdict: &mut Verdict, run: &Run) {
    let mut newest: BTreeMap<&str, u64> = BTreeMap::new();
    verdict.saw("messages followed", run.told.len());
    for told in &run.told {
        let (follower, at) = (told.follower.as_str(), told.position);
        if let Some(before) = newest.insert(follower, at)
            && before + 1 != at
        {
            let witness = format!("{follower}: {at} after {before}");
            verdict.broken("a follower takes every position once", witness);
        }
        let log = follower.rsplit(':').next().and_then(|log| run.logs.get(log));
        let Some(log) = log.filter(|log| run.stood_still() || at <= log.head.position) else {
            continue;
        };
        let fits = log.at(at).is_some_and(|event| event.hash == told.hash);
        if !fits {
            let witness = format!("{follower}: {at} {}", told.hash);
            verdict.broken("a follower was told the log's events", witness);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::Bytes;
    use crate::sample::{Sample, broken, holds};

    fn changed(change: impl FnOnce(&mut Vec<Message>)) -> Vec<&'static str> {
        let mut run = Sample::story();
        change(run.logs.get_mut("planning").unwrap().broker.as_mut().unwrap());
        broken(&check(&run))
    }

    #[test]
    fn a_copy_of_the_log_holds_even_if_its_beginning_was_dropped() {
        assert!(holds(&check(&Sample::story())));
        assert!(changed(|messages| drop(messages.remove(0))).is_empty());
    }

    #[test]
    fn a_gap_a_repetition_and_an_addition_are_violations() {
        let gap = changed(|messages| drop(messages.remove(1)));
        assert_eq!(gap, ["sequences have no gap"]);
        let twice = changed(|messages| {
            let mut again = messages[0].clone();
            again.sequence = 2;
            messages[1] = again;
        });
        assert_eq!(twice, ["the message at a sequence is the event at that position"]);
        let more = changed(|messages| {
            let mut more = messages[0].clone();
            more.sequence = messages.len() as u64 + 1;
            messages.push(more);
        });
        let wanted = ["the broker holds nothing but the log", "it ends with the newest event"];
        assert_eq!(more, wanted);
    }

    #[test]
    fn another_body_subject_or_id_is_a_violation() {
        let body = changed(|messages| messages[0].payload.0.push(0));
        assert_eq!(body, ["the body is the payload"]);
        let subject = changed(|messages| messages[0].subject.push('x'));
        assert_eq!(subject, ["the subject is that of the event"]);
        let id = changed(|messages| messages[0].message_id = None);
        assert_eq!(id, ["the message at a sequence is the event at that position"]);
    }

    #[test]
    fn a_stream_that_lags_behind_is_a_violation() {
        assert_eq!(changed(|messages| drop(messages.pop())), ["it ends with the newest event"]);
    }

    #[test]
    fn a_follower_that_misses_or_repeats_or_is_told_another_hash_is_a_violation() {
        let mut run = Sample::story();
        // Intake has two events, so that this is planning's second of four.
        run.told.remove(3);
        assert_eq!(broken(&check(&run)), ["a follower takes every position once"]);
        let mut run = Sample::story();
        let again = run.told[0].clone();
        run.told.insert(1, again);
        assert!(broken(&check(&run)).contains(&"a follower takes every position once"));
        let mut run = Sample::story();
        run.told[0].hash = Bytes(vec![1]);
        assert_eq!(broken(&check(&run)), ["a follower was told the log's events"]);
    }
}
