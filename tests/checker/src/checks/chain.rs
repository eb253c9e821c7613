//! C5: integrity. Positions are 1 to N; every hash of the log, of its streams and of its commands is what the
//! dumped columns give when they are hashed again.

use std::collections::BTreeMap;

use crate::hash;
use crate::run::{Log, Run};
use crate::verdict::Verdict;

pub(super) fn check(run: &Run) -> Verdict {
    let mut verdict = Verdict::new("C5", "positions have no gap, every hash recomputes");
    verdict.saw("events", 0);
    for (name, log) in &run.logs {
        verdict.saw("events", log.events.len());
        verdict.saw("commands", log.rows.len());
        if hash::of(&log.head.algorithm, b"").is_none() {
            verdict.broken("the hash is known", format!("{name}: {}", log.head.algorithm));
            continue;
        }
        positions(&mut verdict, name, log);
        chain(&mut verdict, name, log);
        digests(&mut verdict, name, log, run.stood_still());
    }
    verdict
}

fn positions(verdict: &mut Verdict, name: &str, log: &Log) {
    for (expected, event) in (1..).zip(&log.events) {
        if event.position != expected {
            let witness = format!("{name}: {} in the place of {expected}", event.position);
            verdict.broken("positions are 1 to N", witness);
            // Everything behind a gap is moved by it.
            break;
        }
    }
    let last = log.events.last().map_or(0, |event| event.position);
    if last != log.head.position {
        let witness = format!("{name}: the head is {}, the last event {last}", log.head.position);
        verdict.broken("the head is the last event", witness);
    }
}

/// Walks the log once; after an event that does not fit it goes on from what is stored, so that each wrong
/// event is named once.
fn chain(verdict: &mut Verdict, name: &str, log: &Log) {
    let algorithm = &log.head.algorithm;
    let mut before = hash::genesis(log).unwrap_or_default();
    let mut streams: BTreeMap<&str, &[u8]> = BTreeMap::new();
    for event in &log.events {
        let last = streams.insert(event.stream.as_str(), event.stream_hash.0.as_slice());
        let last = last.unwrap_or(&[0; 32]);
        if hash::stream(log, event, last).as_ref() != Some(&event.stream_hash.0) {
            let witness = format!("{name} {}: {}", event.position, event.stream);
            verdict.broken("the hash of the stream covers what is stored", witness);
        }
        if hash::log(algorithm, &before, &event.stream_hash.0).as_ref() != Some(&event.hash.0) {
            let witness = format!("{name} {}", event.position);
            verdict.broken("the hash of the log follows the one before", witness);
        }
        before.clone_from(&event.hash.0);
    }
    if before != log.head.hash.0 {
        verdict.broken("the head has the hash of the last event", name);
    }
}

/// The digest in each event is that of its command's row and reservations.
fn digests(verdict: &mut Verdict, name: &str, log: &Log, stood_still: bool) {
    let mut reserved: BTreeMap<u64, Vec<(&str, &str)>> = BTreeMap::new();
    for one in &log.reservations {
        reserved.entry(one.position).or_default().push((one.kind.as_str(), one.value.as_str()));
    }
    reserved.values_mut().for_each(|values| values.sort_unstable());
    for row in log.rows.iter().filter(|row| !row.is_fence()) {
        let values = reserved.remove(&row.first_position).unwrap_or_default();
        let algorithm = &log.head.algorithm;
        let digest = hash::command(algorithm, &row.fingerprint.0, &row.answer.0, &values);
        let Some(event) = log.at(row.first_position) else {
            // A log that still grew was dumped before its commands were.
            if row.first_position <= log.head.position || stood_still {
                let witness = format!("{name} {}: {}", row.first_position, row.key);
                verdict.broken("a command's event is in the log", witness);
            }
            continue;
        };
        if digest.as_ref() != Some(&event.command_digest.0) {
            let witness = format!("{name} {}: {}", row.first_position, row.key);
            verdict.broken("the digest covers the command's row", witness);
        }
    }
    for (position, values) in reserved {
        let witness = format!("{name} {position}: {values:?}");
        verdict.broken("a reservation belongs to a command", witness);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::{Bytes, Reservation};
    use crate::sample::{Sample, broken, holds};

    fn changed(change: impl FnOnce(&mut Log)) -> Vec<&'static str> {
        let mut run = Sample::story();
        change(run.logs.get_mut("intake").unwrap());
        broken(&check(&run))
    }

    #[test]
    fn a_log_that_was_hashed_as_documented_holds_with_both_hashes() {
        for algorithm in ["sha-256", "sm3"] {
            let mut sample = Sample::hashed(algorithm);
            sample.tell();
            assert!(holds(&check(&sample.run())), "{algorithm}");
        }
    }

    #[test]
    fn a_gap_in_the_positions_is_a_violation() {
        let found = changed(|log| {
            log.events.remove(0);
        });
        assert_eq!(found[0], "positions are 1 to N");
        let found = changed(|log| log.head.position += 1);
        assert_eq!(found, ["the head is the last event"]);
    }

    /// Every stored column that a hash covers, changed alone, is noticed.
    #[test]
    fn whatever_is_changed_in_an_event_is_noticed() {
        let changes: [fn(&mut crate::run::Event); 9] = [
            |event| event.epoch = 2,
            |event| event.kind.push('x'),
            |event| event.recorded_at += 1,
            |event| event.actor.push('x'),
            |event| event.on_behalf_of.push('x'),
            |event| event.principal.push('x'),
            |event| event.key.push('x'),
            |event| event.stream.push('x'),
            |event| event.payload.0.push(0),
        ];
        for change in changes {
            let found = changed(|log| change(&mut log.events[0]));
            assert!(found.contains(&"the hash of the stream covers what is stored"), "{found:?}");
        }
    }

    #[test]
    fn a_chain_that_was_cut_is_noticed() {
        let found = changed(|log| log.events[1].hash = Bytes(vec![0; 32]));
        assert!(found.contains(&"the hash of the log follows the one before"));
        let found = changed(|log| log.head.hash = Bytes(vec![0; 32]));
        assert_eq!(found, ["the head has the hash of the last event"]);
    }

    #[test]
    fn what_the_command_table_or_a_reservation_lost_is_noticed() {
        let found = changed(|log| log.rows[0].answer.0.push(1));
        assert_eq!(found, ["the digest covers the command's row"]);
        let found = changed(|log| log.rows[0].fingerprint.0[0] ^= 1);
        assert_eq!(found, ["the digest covers the command's row"]);
        let more = Reservation { kind: "code".to_owned(), position: 1, ..Reservation::default() };
        let found = changed(|log| log.reservations.push(more.clone()));
        assert_eq!(found, ["the digest covers the command's row"]);
        let nowhere = Reservation { position: 77, ..more };
        let found = changed(|log| log.reservations.push(nowhere));
        assert_eq!(found, ["a reservation belongs to a command"]);
    }

    #[test]
    fn a_command_without_its_event_is_a_violation() {
        let found = changed(|log| log.rows[0].first_position = 77);
        assert_eq!(found, ["a command's event is in the log"]);
    }

    #[test]
    fn a_hash_that_nobody_knows_is_a_violation() {
        assert_eq!(changed(|log| log.head.algorithm = "md5".to_owned()), ["the hash is known"]);
    }
}
