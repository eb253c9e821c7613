//! C3: unknown outcomes. A command of which nobody knows the end happened once or not at all, and whoever asks
//! for it by its key is told the truth for ever.

use std::collections::BTreeMap;

use crate::run::{Resolve, Row, Run};
use crate::verdict::Verdict;

pub(super) fn check(run: &Run) -> Verdict {
    let mut verdict = Verdict::new("C3", "unknown outcomes are resolved truly");
    verdict.saw("unknown outcomes", 0);
    let unknown = run.commands.iter().filter(|command| command.res == "unknown");
    verdict.saw("unknown outcomes", unknown.filter(|command| command.key.is_some()).count());
    verdict.saw("resolutions", run.resolves.len());
    let stored: BTreeMap<&str, _> =
        run.logs.iter().map(|(name, log)| (name.as_str(), (log.spans(), log.known()))).collect();
    for resolve in &run.resolves {
        let Some((spans, rows)) = stored.get(resolve.log.as_str()) else { continue };
        let keyed = (resolve.who.as_str(), resolve.key.as_str());
        let (span, row) = (spans.get(&keyed).copied(), rows.get(&keyed).copied());
        look(&mut verdict, run, resolve, span, row);
    }
    // Where the harness gave up waiting, that is what does not hold.
    if run.stood_still() {
        settled(&mut verdict, run);
    }
    verdict
}

fn look(
    verdict: &mut Verdict,
    run: &Run,
    resolve: &Resolve,
    span: Option<(u64, u64)>,
    row: Option<&Row>,
) {
    let told = || format!("op {}: {} {} in {}", resolve.op, resolve.who, resolve.key, resolve.log);
    let ends = (resolve.positions.first().copied(), resolve.positions.last().copied());
    match (resolve.res.as_str(), span) {
        ("committed", None) => verdict.broken("what was committed is in the log", told()),
        ("committed", Some((first, last))) => {
            let names_others = ends != (None, None) && ends != (Some(first), Some(last));
            if names_others {
                let witness = format!("{}: told {ends:?}, stored {first} to {last}", told());
                verdict.broken("what was committed is at the positions told", witness);
            }
            let answer = resolve.answer.as_ref().zip(row);
            if answer.is_some_and(|(told, row)| *told != row.answer) {
                verdict.broken("the answer told is the one remembered", told());
            }
        }
        ("fenced", Some((first, _))) => {
            let witness = format!("{}: it is at {first}", told());
            verdict.broken("what was fenced never happens", witness);
        }
        ("absent", Some((_, last))) => {
            let before = committed_before(run, &resolve.log, resolve.t0);
            if last <= before {
                let witness =
                    format!("{}: at {last}, and {before} was acknowledged before", told());
                verdict.broken("what was absent had not been committed", witness);
            }
        }
        _ => {}
    }
}

/// The newest position of a log that was surely committed before a moment.
fn committed_before(run: &Run, log: &str, moment: u64) -> u64 {
    let acked = run.commands.iter().filter(|command| command.is_ok());
    let before = acked.filter(|command| command.t1.is_some_and(|end| end < moment));
    let positions = before.filter_map(|command| command.position.as_ref());
    positions.filter(|token| token.log == log).map(|token| token.position).max().unwrap_or(0)
}

/// Every unknown outcome was settled in the end: by an answer to a repetition, or by a resolution.
fn settled(verdict: &mut Verdict, run: &Run) {
    let mut settled: BTreeMap<(&str, &str, &str), bool> = BTreeMap::new();
    for command in &run.commands {
        let Some((who, key)) = command.keyed() else { continue };
        let known = settled.entry((&command.log, who, key)).or_default();
        *known |= command.res != "unknown";
    }
    for resolve in run.resolves.iter().filter(|resolve| resolve.res != "unavailable") {
        settled.insert((&resolve.log, &resolve.who, &resolve.key), true);
    }
    for ((log, who, key), _) in settled.iter().filter(|(_, known)| !**known) {
        verdict.broken("every unknown outcome is settled", format!("{who} {key} in {log}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::{Sample, broken, holds};

    fn asked(key: &str, res: &str, positions: &[u64]) -> Resolve {
        Resolve {
            op: 900,
            t0: 10_000,
            t1: Some(10_001),
            who: "agency:NR/u1".to_owned(),
            log: "planning".to_owned(),
            key: key.to_owned(),
            res: res.to_owned(),
            positions: positions.to_vec(),
            answer: None,
        }
    }

    /// The story's acceptance, which stands at planning's position 3, was not answered.
    fn unanswered(resolves: Vec<Resolve>) -> Run {
        let mut run = Sample::story();
        let accept = run.commands.iter_mut().find(|c| c.key.as_deref() == Some("accept-1"));
        let accept = accept.unwrap();
        (accept.res, accept.t1, accept.position) = ("unknown".to_owned(), None, None);
        run.resolves = resolves;
        run
    }

    #[test]
    fn what_was_resolved_truly_holds() {
        assert!(holds(&check(&unanswered(vec![asked("accept-1", "committed", &[3, 3])]))));
        assert!(holds(&check(&unanswered(vec![
            asked("never", "fenced", &[]),
            asked("accept-1", "committed", &[])
        ]))));
    }

    #[test]
    fn what_was_committed_has_to_be_there_and_where_it_was_told() {
        let run = unanswered(vec![
            asked("never", "committed", &[3]),
            asked("accept-1", "committed", &[3]),
        ]);
        assert_eq!(broken(&check(&run)), ["what was committed is in the log"]);
        let run = unanswered(vec![asked("accept-1", "committed", &[2, 3])]);
        assert_eq!(broken(&check(&run)), ["what was committed is at the positions told"]);
        let answer = Some(crate::run::Bytes(vec![9]));
        let run = unanswered(vec![Resolve { answer, ..asked("accept-1", "committed", &[3, 3]) }]);
        assert_eq!(broken(&check(&run)), ["the answer told is the one remembered"]);
    }

    #[test]
    fn what_was_fenced_must_not_be_there() {
        let run = unanswered(vec![asked("accept-1", "fenced", &[])]);
        assert_eq!(broken(&check(&run)), ["what was fenced never happens"]);
    }

    #[test]
    fn what_was_absent_must_not_have_been_there_before() {
        let mut run = unanswered(vec![asked("accept-1", "absent", &[])]);
        // The decision stands behind it; it was answered at 5500.
        run.resolves[0].t0 = 5_000;
        assert!(holds(&check(&run)), "it may have come later");
        run.resolves[0].t0 = 10_000;
        assert_eq!(broken(&check(&run)), ["what was absent had not been committed"]);
    }

    #[test]
    fn an_unknown_outcome_that_nobody_settled_is_a_violation() {
        assert_eq!(broken(&check(&unanswered(vec![]))), ["every unknown outcome is settled"]);
        let run = unanswered(vec![asked("accept-1", "unavailable", &[])]);
        assert_eq!(broken(&check(&run)), ["every unknown outcome is settled"]);
    }
}
