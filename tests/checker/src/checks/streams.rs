//! C2: the order of streams. Versions are 1, 2, 3 …; one version has one winner; what can happen once happened
//! once; and whoever was refused for a version was refused for a reason.

use std::collections::BTreeMap;

use crate::fold::Projects;
use crate::run::{Log, Run};
use crate::verdict::Verdict;

/// Reasons by which a command is refused because its caller named another version.
const OTHER_VERSION: [&str; 3] = ["ETAG_MISMATCH", "VERSION", "CONFLICT"];

pub(super) fn check(run: &Run, projects: &Projects) -> Verdict {
    let mut verdict = Verdict::new("C2", "streams are in order, one version has one winner");
    verdict.saw("events", 0);
    for (name, log) in &run.logs {
        versions(&mut verdict, name, log);
    }
    winners(&mut verdict, run);
    refusals(&mut verdict, run);
    verdict.saw("projects", projects.iter().count());
    for unlawful in projects.unlawful() {
        verdict.broken("each event is possible after those before it", unlawful.clone());
    }
    verdict
}

fn versions(verdict: &mut Verdict, name: &str, log: &Log) {
    verdict.saw("events", log.events.len());
    let mut newest: BTreeMap<&str, u64> = BTreeMap::new();
    for event in &log.events {
        let newest = newest.entry(event.stream.as_str()).or_default();
        if event.version != *newest + 1 {
            let (at, version) = (event.position, event.version);
            let witness = format!("{name} {at}: {} {version} after {newest}", event.stream);
            verdict.broken("versions are 1, 2, 3 …", witness);
        }
        *newest = event.version;
    }
}

/// Of commands that name the same version of a stream, at most one is carried out. A repeated key is one
/// command.
fn winners(verdict: &mut Verdict, run: &Run) {
    let mut winners: BTreeMap<(&str, u64), (&str, &str)> = BTreeMap::new();
    for command in run.commands.iter().filter(|command| command.is_ok()) {
        let (Some(stream), Some(expect)) = (&command.stream, command.expect) else { continue };
        let Some(keyed) = command.keyed() else { continue };
        let winner = winners.entry((stream, expect)).or_insert(keyed);
        if *winner != keyed {
            let witness = format!("{stream} at {expect}: {winner:?} and {keyed:?}");
            verdict.broken("one version has one winner", witness);
        }
    }
}

/// A refusal for the version needs a moment of the call at which the version was another one.
fn refusals(verdict: &mut Verdict, run: &Run) {
    for command in run.commands.iter().filter(|command| command.res == "reject") {
        let reason = command.reason.as_deref().unwrap_or_default();
        let (Some(stream), Some(expect)) = (&command.stream, command.expect) else { continue };
        if !OTHER_VERSION.contains(&reason) {
            continue;
        }
        verdict.saw("refusals for a version", 1);
        // The version was another one if somebody may have reached a later one before the call ended, or if
        // the expected one was not surely reached before it began.
        let others = run.commands.iter().filter(|other| other.stream.as_ref() == Some(stream));
        let mut others = others.filter(|other| other.op != command.op && other.res != "reject");
        let passed = others.clone().any(|other| {
            command.t1.is_none_or(|end| other.t0 < end)
                && other.expect.is_none_or(|version| version >= expect)
        });
        let surely_reached = expect == 0
            || others.any(|other| {
                other.is_ok()
                    && other.t1.is_some_and(|end| end < command.t0)
                    && other.expect.is_none_or(|version| version + 1 >= expect)
            });
        if !passed && surely_reached {
            let witness = format!("op {}: {stream} stood at {expect} all the time", command.op);
            verdict.broken("a refusal for a version is explicable", witness);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::Command;
    use crate::sample::{Sample, broken, holds};

    fn checked(run: &Run) -> Verdict {
        check(run, &Projects::of(run))
    }

    fn command(op: u64, times: (u64, u64), expect: u64, res: &str) -> Command {
        Command {
            op,
            t0: times.0,
            t1: Some(times.1),
            who: "agency:NR/u1".to_owned(),
            key: Some(format!("k{op}")),
            stream: Some("planning/p1".to_owned()),
            expect: Some(expect),
            res: res.to_owned(),
            reason: (res == "reject").then(|| "ETAG_MISMATCH".to_owned()),
            ..Command::default()
        }
    }

    fn with(commands: Vec<Command>) -> Run {
        Run { commands, ..Run::default() }
    }

    #[test]
    fn a_story_in_order_holds() {
        assert!(holds(&checked(&Sample::story())));
    }

    #[test]
    fn a_gap_and_a_repetition_of_versions_are_violations() {
        for version in [1, 4] {
            let mut run = Sample::story();
            run.logs.get_mut("intake").unwrap().events[1].version = version;
            assert!(broken(&checked(&run)).contains(&"versions are 1, 2, 3 …"));
        }
    }

    #[test]
    fn two_winners_of_one_version_are_a_violation() {
        let run = with(vec![command(1, (0, 9), 5, "ok"), command(2, (0, 9), 5, "ok")]);
        assert_eq!(broken(&checked(&run)), ["one version has one winner"]);
        let mut run = with(vec![command(1, (0, 9), 5, "ok"), command(2, (0, 9), 5, "ok")]);
        run.commands[1].key = Some("k1".to_owned());
        assert!(broken(&checked(&run)).is_empty(), "the same key is the same command");
    }

    #[test]
    fn a_refusal_for_a_version_that_nobody_changed_is_a_violation() {
        let before = command(1, (0, 5), 4, "ok");
        let run = with(vec![before.clone(), command(2, (10, 20), 5, "reject")]);
        assert_eq!(broken(&checked(&run)), ["a refusal for a version is explicable"]);
        let meanwhile = command(3, (12, 14), 5, "ok");
        let run = with(vec![before, meanwhile, command(2, (10, 20), 5, "reject")]);
        assert!(broken(&checked(&run)).is_empty());
    }

    #[test]
    fn a_matter_that_is_accepted_twice_is_a_violation() {
        let mut sample = Sample::begun();
        sample.accept("accept-1");
        sample.accept("accept-2");
        let run = sample.run();
        assert_eq!(broken(&checked(&run)), ["each event is possible after those before it"]);
    }
}
