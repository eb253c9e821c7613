//! C8, the stored copies: what a reader keeps of another service's log is that log, up to its checkpoint.

use crate::run::{Log, Mirror, Run};
use crate::verdict::Verdict;

pub(super) fn check(run: &Run) -> Verdict {
    let mut verdict = Verdict::new("C8", "stored copies are the log");
    // Copies are kept where the services are told to keep them.
    verdict.is_optional = true;
    verdict.saw("copies", run.mirrors.len());
    for mirror in &run.mirrors {
        verdict.saw("rows", mirror.rows.len());
        match run.logs.get(&mirror.log) {
            Some(log) => look(&mut verdict, mirror, log, run.stood_still()),
            None => verdict.broken("the log of a copy is there", name(mirror)),
        }
    }
    verdict
}

fn name(mirror: &Mirror) -> String {
    format!("{}'s copy of {}", mirror.reader, mirror.log)
}

fn look(verdict: &mut Verdict, mirror: &Mirror, log: &Log, still: bool) {
    let mut before = None;
    for row in &mirror.rows {
        let at = row.position;
        if before.is_some_and(|before| before + 1 != at) || (before.is_none() && at != 1) {
            let witness = format!("{}: {at} after {}", name(mirror), before.unwrap_or(0));
            verdict.broken("a copy has no gap and nothing twice", witness);
        }
        before = Some(at);
        if !still && at > log.head.position {
            continue;
        }
        let same = log.at(at) == Some(row);
        if !same {
            verdict.broken("a copied event is the log's", format!("{}: {at}", name(mirror)));
        }
    }
    let Some(checkpoint) = mirror.checkpoint.as_ref().filter(|_| still) else { return };
    let last = before.unwrap_or(0);
    if checkpoint.position != last {
        let witness = format!("{}: {} and {last}", name(mirror), checkpoint.position);
        verdict.broken("the checkpoint is the last row", witness);
    }
    let hash = log.at(checkpoint.position).map(|event| &event.hash);
    if checkpoint.position > 0 && checkpoint.hash.as_ref().is_some_and(|told| Some(told) != hash) {
        verdict.broken("the checkpoint has the log's hash", name(mirror));
    }
    if checkpoint.position != log.head.position {
        let witness = format!("{}: {} of {}", name(mirror), checkpoint.position, log.head.position);
        verdict.broken("a copy has come to the end of the log", witness);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::Bytes;
    use crate::sample::{Sample, broken, holds};

    fn changed(change: impl FnOnce(&mut Mirror)) -> Vec<&'static str> {
        let mut run = Sample::story();
        run.mirrors = vec![Sample::mirror(&run, "status", "intake")];
        change(&mut run.mirrors[0]);
        broken(&check(&run))
    }

    #[test]
    fn a_whole_copy_holds_and_none_is_no_fault() {
        assert!(changed(|_| {}).is_empty());
        let verdict = check(&Sample::story());
        assert!(verdict.saw_nothing() && verdict.is_optional && holds(&verdict));
    }

    #[test]
    fn a_gap_another_byte_and_a_lost_tail_are_violations() {
        let gap = changed(|mirror| drop(mirror.rows.remove(0)));
        assert_eq!(gap, ["a copy has no gap and nothing twice"]);
        let byte = changed(|mirror| mirror.rows[1].payload = Bytes(vec![0]));
        assert_eq!(byte, ["a copied event is the log's"]);
        let tail = changed(|mirror| drop(mirror.rows.pop()));
        assert_eq!(tail, ["the checkpoint is the last row"]);
    }

    #[test]
    fn a_checkpoint_that_is_behind_or_of_another_history_is_a_violation() {
        let behind = changed(|mirror| {
            mirror.rows.pop();
            let checkpoint = mirror.checkpoint.as_mut().unwrap();
            (checkpoint.position, checkpoint.hash) = (checkpoint.position - 1, None);
        });
        assert_eq!(behind, ["a copy has come to the end of the log"]);
        let other = changed(|mirror| {
            mirror.checkpoint.as_mut().unwrap().hash = Some(Bytes(vec![0]));
        });
        assert_eq!(other, ["the checkpoint has the log's hash"]);
        let nowhere = changed(|mirror| mirror.log = "elsewhere".to_owned());
        assert_eq!(nowhere, ["the log of a copy is there"]);
    }
}
