//! C12: fencing. Once a later life of a log has begun, nothing is written or acknowledged in an earlier one.

use crate::run::Run;
use crate::verdict::Verdict;

pub(super) fn check(run: &Run) -> Verdict {
    let mut verdict = Verdict::new("C12", "nothing is written in an earlier epoch");
    // Only a log that was put back goes on in a later epoch.
    verdict.is_optional = true;
    verdict.saw("epochs after the first", 0);
    for (name, log) in &run.logs {
        let lives = log.events.chunk_by(|one, next| one.epoch == next.epoch).count();
        verdict.saw("epochs after the first", lives.saturating_sub(1));
        let mut newest = 0;
        for event in &log.events {
            if event.epoch < newest {
                let witness = format!("{name} {}: {} after {newest}", event.position, event.epoch);
                verdict.broken("no event after one of a later epoch", witness);
            }
            newest = event.epoch.max(newest);
        }
        if newest > log.head.epoch {
            let witness = format!("{name}: {newest}, the head says {}", log.head.epoch);
            verdict.broken("no event is of a later epoch than the log", witness);
        }
        acknowledged(&mut verdict, run, name);
    }
    for mirror in &run.mirrors {
        let (Some(checkpoint), Some(log)) = (&mirror.checkpoint, run.logs.get(&mirror.log)) else {
            continue;
        };
        if checkpoint.epoch != log.head.epoch && checkpoint.position > 0 {
            let witness = format!("{} of {}: {}", mirror.reader, mirror.log, checkpoint.epoch);
            verdict.broken("a copy's checkpoint is of the log's epoch", witness);
        }
    }
    verdict
}

/// Answers in the order of their calls: none that began after a later epoch was told of names an earlier one.
fn acknowledged(verdict: &mut Verdict, run: &Run, log: &str) {
    let told = run.commands.iter().filter_map(|command| {
        let token = command.position.as_ref().filter(|token| token.log == log)?;
        Some((command, token.epoch, command.t1?))
    });
    let told: Vec<_> = told.collect();
    let first_of =
        |epoch: u32| told.iter().filter(|(_, of, _)| *of > epoch).map(|(_, _, end)| *end).min();
    let newest = told.iter().map(|(_, epoch, _)| *epoch).max().unwrap_or_default();
    // A repetition is answered with where it stands, whenever it is asked: that is in the log.
    for (command, epoch, _) in told.iter().filter(|(_, epoch, _)| *epoch < newest) {
        let later = first_of(*epoch).is_some_and(|moment| moment < command.t0);
        let token = command.position.as_ref();
        let stored = token.and_then(|token| run.logs.get(log)?.at(token.position));
        if later && stored.is_none_or(|event| event.epoch != *epoch) {
            let witness = format!("op {}: {log} in epoch {epoch}", command.op);
            verdict.broken("no answer names an epoch that has ended", witness);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::{Sample, broken, holds};

    #[test]
    fn a_life_of_one_epoch_and_a_later_one_hold() {
        let mut run = Sample::story();
        let verdict = check(&run);
        assert!(holds(&verdict) && verdict.saw_nothing(), "{verdict}");
        let log = run.logs.get_mut("intake").unwrap();
        (log.events[1].epoch, log.head.epoch) = (2, 2);
        let verdict = check(&run);
        assert!(holds(&verdict), "{verdict}");
        assert_eq!(verdict.looked_at, [("epochs after the first", 1)]);
    }

    #[test]
    fn an_earlier_epoch_after_a_later_one_is_a_violation() {
        let mut run = Sample::story();
        let log = run.logs.get_mut("intake").unwrap();
        (log.events[0].epoch, log.head.epoch) = (2, 2);
        assert_eq!(broken(&check(&run)), ["no event after one of a later epoch"]);
        run.logs.get_mut("intake").unwrap().head.epoch = 1;
        assert!(broken(&check(&run)).contains(&"no event is of a later epoch than the log"));
    }

    #[test]
    fn an_answer_in_an_epoch_that_has_ended_is_a_violation() {
        let mut run = Sample::story();
        let log = run.logs.get_mut("intake").unwrap();
        log.head.epoch = 2;
        log.events.iter_mut().for_each(|event| event.epoch = 2);
        run.commands[0].position.as_mut().unwrap().epoch = 2;
        assert_eq!(broken(&check(&run)), ["no answer names an epoch that has ended"]);
    }
}
