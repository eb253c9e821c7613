//! C1: nothing that was acknowledged is lost. Every command that was answered OK stands in the log where its
//! answer says, under its key, and the command table says the same. And what the world was told of, whoever
//! commanded it, stands there for ever.

use std::collections::BTreeMap;

use crate::run::{Command, Log, Row, Run, Token};
use crate::verdict::Verdict;

/// Calls that may be answered OK without writing anything: the same bytes are on file already.
const MAY_ADD_NOTHING: [&str; 1] = ["DossierService/UploadMaterial"];

pub(super) fn check(run: &Run) -> Verdict {
    let mut verdict = Verdict::new("C1", "nothing that was acknowledged is lost");
    verdict.saw("acknowledged commands", 0);
    let known: BTreeMap<&str, _> =
        run.logs.iter().map(|(name, log)| (name.as_str(), (log, log.known()))).collect();
    for command in run.commands.iter().filter(|command| command.is_ok()) {
        let (Some(token), Some(keyed)) = (&command.position, command.keyed()) else { continue };
        verdict.saw("acknowledged commands", 1);
        match known.get(token.log.as_str()) {
            None => verdict.broken("the log is there", format!("op {}: {token}", command.op)),
            Some((log, rows)) => {
                look(&mut verdict, command, token, log, rows.get(&keyed).copied());
            }
        }
    }
    told(&mut verdict, run);
    verdict
}

/// A log that loses its tail writes something else in its place.
fn told(verdict: &mut Verdict, run: &Run) {
    verdict.saw("events told of", run.told.len());
    for told in &run.told {
        let (follower, at) = (told.follower.as_str(), told.position);
        let Some(log) = follower.rsplit(':').next().and_then(|log| run.logs.get(log)) else {
            verdict.broken("the log is there", format!("{follower}: {at}"));
            continue;
        };
        if !run.stood_still() && at > log.head.position {
            continue;
        }
        if log.at(at).is_none_or(|event| event.hash != told.hash) {
            let witness = format!("{follower}: {at} {}", told.hash);
            verdict.broken("what a follower was told of is in the log", witness);
        }
    }
}

fn look(verdict: &mut Verdict, command: &Command, token: &Token, log: &Log, row: Option<&Row>) {
    let (op, who) = (command.op, &command.who);
    let key = command.key.as_deref().unwrap_or_default();
    let Some(event) = log.at(token.position) else {
        // A position before any event was told of a log in which nothing had to be written.
        if token.position > 0 || !may_add_nothing(command) {
            let head = log.head.position;
            let witness = format!("op {op} {who} {key}: told {token}, the log ends at {head}");
            verdict.broken("its position is in the log", witness);
        }
        return;
    };
    if (event.principal.as_str(), event.key.as_str()) != (who.as_str(), key) {
        if row.is_none() && may_add_nothing(command) {
            return;
        }
        let found = format!("{} {}", event.principal, event.key);
        let witness = format!("op {op}: {token} should be {who} {key}, and is {found}");
        verdict.broken("its position holds its key", witness);
        return;
    }
    if command.stream.as_ref().is_some_and(|stream| *stream != event.stream) {
        let witness = format!("op {op}: {token} stands in {}", event.stream);
        verdict.broken("its events are in its stream", witness);
    }
    if event.epoch != token.epoch {
        let witness = format!("op {op}: told {token}, stored in epoch {}", event.epoch);
        verdict.broken("its position has the log's epoch", witness);
    }
    match row {
        None => verdict.broken("its key is remembered", format!("op {op}: {who} {key}")),
        Some(row) if row.last_position != token.position => {
            let witness = format!("op {op}: told {token}, remembered {}", row.last_position);
            verdict.broken("its key remembers its position", witness);
        }
        Some(row) if row.version != event.version => {
            let witness = format!("op {op}: version {}, remembered {}", event.version, row.version);
            verdict.broken("its key remembers its version", witness);
        }
        Some(_) => {}
    }
}

fn may_add_nothing(command: &Command) -> bool {
    MAY_ADD_NOTHING.iter().any(|rpc| command.rpc.ends_with(rpc))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::{Sample, broken, holds};

    #[test]
    fn what_stands_where_it_was_told_is_not_lost() {
        let run = Sample::story();
        assert!(holds(&check(&run)));
    }

    #[test]
    fn an_acknowledged_command_that_is_not_in_the_log_is_lost() {
        let mut run = Sample::story();
        let told = Token { log: "intake".to_owned(), epoch: 1, position: 99 };
        run.commands[0].position = Some(told);
        assert_eq!(broken(&check(&run)), ["its position is in the log"]);
    }

    #[test]
    fn a_position_that_another_command_took_is_a_lost_command() {
        let mut run = Sample::story();
        run.commands[0].key = Some("another".to_owned());
        assert_eq!(broken(&check(&run)), ["its position holds its key"]);
    }

    #[test]
    fn a_key_that_is_not_remembered_is_lost() {
        let mut run = Sample::story();
        run.logs.get_mut("intake").unwrap().rows.remove(0);
        assert_eq!(broken(&check(&run)), ["its key is remembered"]);
    }

    #[test]
    fn a_key_that_remembers_another_position_is_a_violation() {
        let mut run = Sample::story();
        run.logs.get_mut("intake").unwrap().rows[0].last_position = 2;
        assert_eq!(broken(&check(&run)), ["its key remembers its position"]);
    }

    #[test]
    fn another_stream_epoch_or_version_is_a_violation() {
        let mut run = Sample::story();
        run.commands[0].stream = Some("intake/p9".to_owned());
        assert_eq!(broken(&check(&run)), ["its events are in its stream"]);

        let mut run = Sample::story();
        run.commands[0].position.as_mut().unwrap().epoch = 2;
        assert_eq!(broken(&check(&run)), ["its position has the log's epoch"]);

        let mut run = Sample::story();
        run.logs.get_mut("intake").unwrap().rows[0].version = 4;
        assert_eq!(broken(&check(&run)), ["its key remembers its version"]);
    }

    #[test]
    fn an_event_that_was_told_of_and_is_another_now_is_lost() {
        let rule = ["what a follower was told of is in the log"];
        let mut run = Sample::story();
        run.told[0].hash = crate::run::Bytes(vec![1]);
        assert_eq!(broken(&check(&run)), rule);
        let mut run = Sample::story();
        run.told[0].position = 99;
        assert_eq!(broken(&check(&run)), rule);
    }

    #[test]
    fn a_log_that_is_gone_is_a_violation() {
        let mut run = Sample::story();
        run.commands[0].position.as_mut().unwrap().log = "elsewhere".to_owned();
        assert_eq!(broken(&check(&run)), ["the log is there"]);
        let mut run = Sample::story();
        run.told[0].follower = "harness:elsewhere".to_owned();
        assert_eq!(broken(&check(&run)), ["the log is there"]);
    }
}
