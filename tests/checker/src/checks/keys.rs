//! C4: idempotency. A key of a caller stands for one request for ever: it has one effect, the same answer each
//! time, and any other request with it is refused. Another caller's key is another key.

use std::collections::{BTreeMap, BTreeSet};

use crate::run::{Command, Log, Run};
use crate::verdict::Verdict;

/// How a key that was used for another request is refused.
const REUSED: &str = "REQUEST_ID_REUSED";

/// Codes by which a request is refused for what it is, not for the moment or the caller's rights.
const FOR_ITSELF: [&str; 4] = ["FailedPrecondition", "AlreadyExists", "NotFound", "Aborted"];

pub(super) fn check(run: &Run) -> Verdict {
    let mut verdict = Verdict::new("C4", "a key has one effect and one answer for ever");
    verdict.saw("keys in logs", 0);
    for (name, log) in &run.logs {
        effects(&mut verdict, name, log);
    }
    let mut by_key: BTreeMap<(&str, &str, &str), Vec<&Command>> = BTreeMap::new();
    for command in &run.commands {
        let Some((who, key)) = command.keyed() else { continue };
        by_key.entry((&command.log, who, key)).or_default().push(command);
    }
    for ((log, who, key), sent) in &by_key {
        verdict.saw("keys sent again", usize::from(sent.len() > 1));
        answers(&mut verdict, &format!("{who} {key} in {log}"), sent);
    }
    refusals(&mut verdict, run, &by_key);
    owners(&mut verdict, run);
    verdict
}

/// Nobody is answered with what another caller did under the same key.
fn owners(verdict: &mut Verdict, run: &Run) {
    for command in run.commands.iter().filter(|command| command.is_ok()) {
        let (Some((who, key)), Some(token)) = (command.keyed(), &command.position) else {
            continue;
        };
        let event = run.logs.get(&token.log).and_then(|log| log.at(token.position));
        let other = event.filter(|event| event.key == key && event.principal != who);
        if let Some(event) = other {
            let witness = format!("op {}: {who} {key} at {token}: {}", command.op, event.principal);
            verdict.broken("a key is its caller's own", witness);
        }
    }
}

/// The events of a key are one piece of the log, in one stream, as its row says.
fn effects(verdict: &mut Verdict, name: &str, log: &Log) {
    let rows = log.known();
    if rows.len() != log.rows.len() {
        verdict.broken("a key has one row", format!("{name}: {} rows", log.rows.len()));
    }
    let mut seen: BTreeMap<(&str, &str), (u64, &str)> = BTreeMap::new();
    for event in &log.events {
        let keyed = (event.principal.as_str(), event.key.as_str());
        let at = event.position;
        match seen.insert(keyed, (at, &event.stream)) {
            Some((before, stream)) if before + 1 != at || stream != event.stream => {
                let witness = format!("{name}: {keyed:?} at {before} and at {at}");
                verdict.broken("a key has one effect", witness);
            }
            _ => {}
        }
    }
    verdict.saw("keys in logs", seen.len());
    for (keyed, (first, last)) in log.spans() {
        match rows.get(&keyed) {
            Some(row) if (row.first_position, row.last_position) == (first, last) => {}
            Some(row) => {
                let told = (row.first_position, row.last_position);
                let witness = format!("{name}: {keyed:?} is at {first} to {last}, told {told:?}");
                verdict.broken("a key's row names its events", witness);
            }
            None => verdict.broken("a key is remembered", format!("{name}: {keyed:?}")),
        }
    }
}

/// Same request, same answer; of several requests, one.
fn answers(verdict: &mut Verdict, witness: &str, sent: &[&Command]) {
    let oks: Vec<_> = sent.iter().filter(|command| command.is_ok()).collect();
    let Some(first) = oks.first() else { return };
    for other in &oks[1..] {
        let ops = format!("{witness}: ops {} and {}", first.op, other.op);
        if (&other.rpc, &other.request) != (&first.rpc, &first.request) {
            verdict.broken("a key stands for one request", ops);
        } else if (&other.answer, &other.position) != (&first.answer, &first.position) {
            verdict.broken("a repetition is answered as the first time", ops);
        }
    }
    let refused = sent.iter().filter(|command| command.res == "reject");
    for later in refused.filter(|later| first.t1.is_some_and(|end| end < later.t0)) {
        let same = (&later.rpc, &later.request) == (&first.rpc, &first.request);
        let code = later.code.as_deref().unwrap_or_default();
        if same && FOR_ITSELF.contains(&code) {
            let ops = format!("{witness}: ops {} and {}: {code}", first.op, later.op);
            verdict.broken("a repetition is not refused", ops);
        }
    }
}

/// A key is only called reused where the same caller used it, for another request.
fn refusals(
    verdict: &mut Verdict,
    run: &Run,
    by_key: &BTreeMap<(&str, &str, &str), Vec<&Command>>,
) {
    let used: BTreeMap<&str, BTreeSet<(&str, &str)>> = run
        .logs
        .iter()
        .map(|(name, log)| (name.as_str(), log.known().into_keys().collect()))
        .collect();
    let refused = run.commands.iter().filter(|c| c.reason.as_deref() == Some(REUSED));
    for command in refused {
        let Some((who, key)) = command.keyed() else { continue };
        verdict.saw("reused keys refused", 1);
        let ours = used.get(command.log.as_str()).is_some_and(|keys| keys.contains(&(who, key)));
        if !ours {
            let witness = format!("op {}: {who} never used {key}", command.op);
            verdict.broken("a key is its caller's own", witness);
        }
        let sent = by_key.get(&(command.log.as_str(), who, key)).map_or(&[][..], Vec::as_slice);
        let asked =
            |other: &&&Command| (&other.rpc, &other.request) != (&command.rpc, &command.request);
        if ours && command.request.is_some() && !sent.iter().any(|other| asked(&other)) {
            let witness = format!("op {}: {who} used {key} for nothing else", command.op);
            verdict.broken("a repetition is not called a reuse", witness);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::{Bytes, Token};
    use crate::sample::{Sample, broken, holds};

    /// The story with its first command sent once more.
    fn again(change: impl FnOnce(&mut Command)) -> Run {
        let mut run = Sample::story();
        let mut again = run.commands[0].clone();
        (again.op, again.t0, again.t1) = (700, 50_000, Some(50_001));
        change(&mut again);
        run.commands.push(again);
        run
    }

    #[test]
    fn a_repetition_with_the_same_answer_holds() {
        assert!(holds(&check(&again(|_| {}))));
    }

    #[test]
    fn another_answer_or_position_for_the_same_key_is_a_violation() {
        let run = again(|command| command.answer = Some(Bytes(vec![7])));
        assert_eq!(broken(&check(&run)), ["a repetition is answered as the first time"]);
        let run = again(|command| {
            command.position = Some(Token { log: "intake".to_owned(), epoch: 1, position: 2 });
        });
        assert_eq!(broken(&check(&run)), ["a repetition is answered as the first time"]);
    }

    #[test]
    fn another_request_with_the_same_key_must_not_succeed() {
        let run = again(|command| command.request = Some(Bytes(vec![7])));
        assert_eq!(broken(&check(&run)), ["a key stands for one request"]);
        let run = again(|command| {
            command.request = Some(Bytes(vec![7]));
            (command.res, command.reason) = ("reject".to_owned(), Some(REUSED.to_owned()));
        });
        assert!(holds(&check(&run)));
    }

    #[test]
    fn a_key_of_another_caller_must_not_be_called_reused() {
        let run = again(|command| {
            command.who = "enterprise:other/u".to_owned();
            (command.res, command.reason) = ("reject".to_owned(), Some(REUSED.to_owned()));
        });
        assert_eq!(broken(&check(&run)), ["a key is its caller's own"]);
        let run = again(|command| command.who = "enterprise:other/u".to_owned());
        assert_eq!(broken(&check(&run)), ["a key is its caller's own"]);
    }

    #[test]
    fn a_repetition_must_not_be_called_reused() {
        let run = again(|command| {
            (command.res, command.reason) = ("reject".to_owned(), Some(REUSED.to_owned()));
        });
        assert_eq!(broken(&check(&run)), ["a repetition is not called a reuse"]);
    }

    #[test]
    fn a_repetition_must_not_be_decided_anew() {
        let refused = |code: &str| {
            again(|command| {
                (command.res, command.code) = ("reject".to_owned(), Some(code.to_owned()));
            })
        };
        assert_eq!(broken(&check(&refused("FailedPrecondition"))), ["a repetition is not refused"]);
        assert!(holds(&check(&refused("PermissionDenied"))), "a right may have been revoked");
    }

    #[test]
    fn a_key_with_two_effects_is_a_violation() {
        let mut sample = Sample::begun();
        sample.accept("same");
        sample.rest("between");
        sample.accept("same");
        let found = check(&sample.run());
        assert!(broken(&found).contains(&"a key has one effect"), "{found}");
    }

    #[test]
    fn a_row_has_to_name_its_events_and_be_there() {
        let mut run = Sample::story();
        run.logs.get_mut("planning").unwrap().rows[0].first_position = 7;
        assert_eq!(broken(&check(&run)), ["a key's row names its events"]);
        let mut run = Sample::story();
        run.logs.get_mut("planning").unwrap().rows.remove(0);
        assert_eq!(broken(&check(&run)), ["a key is remembered"]);
        let mut run = Sample::story();
        let rows = &mut run.logs.get_mut("planning").unwrap().rows;
        let twice = rows[0].clone();
        rows.push(twice);
        assert_eq!(broken(&check(&run)), ["a key has one row"]);
    }
}
