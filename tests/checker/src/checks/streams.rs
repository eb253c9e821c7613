//! C2: the order of streams. Versions are 1, 2, 3 …; what can happen once happened once; of those who act on the
//! same reading of a matter one wins, and whoever is refused for it is refused for a reason.

use std::collections::BTreeMap;

use crate::fold::{Entry, Projects};
use crate::run::{Log, Run};
use crate::verdict::Verdict;

/// Reason by which an act is refused because its matter is not as its caller has read it.
const CHANGED: &str = "CHANGED_MEANWHILE";

pub(super) fn check(run: &Run, projects: &Projects) -> Verdict {
    let mut verdict = Verdict::new("C2", "streams are in order, one reading has one winner");
    verdict.saw("events", 0);
    for (name, log) in &run.logs {
        versions(&mut verdict, name, log);
    }
    rested(&mut verdict, run, projects);
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

/// An act that rests on what its caller had read is carried out where nothing was recorded of its matter
/// meanwhile, and for that it is refused only where something was.
fn rested(verdict: &mut Verdict, run: &Run, projects: &Projects) {
    verdict.saw("acts on what was read", 0);
    for command in &run.commands {
        let (Some(matter), Some(since)) = (&command.matter, &command.since) else { continue };
        let steps = || {
            let (project, id) = matter.strip_prefix("projects/")?.split_once("/matters/")?;
            let stream = projects.get(project)?.of(&since.log)?;
            Some(stream.entries.iter().filter(move |entry| entry.matter.as_deref() == Some(id)))
        };
        let later = steps().into_iter().flatten().filter(|entry| entry.position > since.position);
        let (op, told) = (command.op, command.position.as_ref());
        if let Some(told) = told.filter(|_| command.is_ok()) {
            verdict.saw("acts on what was read", 1);
            let own = |entry: &Entry| command.keyed() == Some((&entry.principal, &entry.key));
            let mut between = later.filter(|entry| entry.position < told.position && !own(entry));
            if let Some(other) = between.next() {
                let witness = format!("op {op}: {matter} since {since}: {}", other.position);
                verdict.broken("nothing is done on what has changed meanwhile", witness);
            }
            if told.epoch != since.epoch {
                let witness = format!("op {op}: {matter} since {since}, at {told}");
                verdict.broken("nothing is done on what was read in another epoch", witness);
            }
        } else if command.reason.as_deref() == Some(CHANGED) {
            verdict.saw("refusals of what has changed", 1);
            let epoch = run.logs.get(&since.log).map(|log| log.head.epoch);
            if later.count() == 0 && epoch == Some(since.epoch) {
                let witness = format!("op {op}: {matter} is as it was at {since}");
                verdict.broken("what has not changed is not refused for it", witness);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::Token;
    use crate::sample::{MATTER, Sample, broken, holds};

    fn checked(run: &Run) -> Verdict {
        check(run, &Projects::of(run))
    }

    /// The matter is received at 2, accepted at 3 and granted at 4; who accepted it had read it at a position.
    fn accepted_on(since: &str) -> Run {
        let mut run = Sample::story();
        let accepted = run.commands.iter_mut().find(|one| one.key.as_deref() == Some("accept-1"));
        let accepted = accepted.unwrap();
        accepted.matter = Some(MATTER.to_owned());
        accepted.since = Token::of(since);
        run
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
    fn an_act_on_what_has_changed_meanwhile_is_a_violation() {
        let verdict = checked(&accepted_on("planning:1:2"));
        assert!(holds(&verdict), "{verdict}");
        assert!(verdict.looked_at.contains(&("acts on what was read", 1)));
        let rule = ["nothing is done on what has changed meanwhile"];
        assert_eq!(broken(&checked(&accepted_on("planning:1:1"))), rule);
        let rule = ["nothing is done on what was read in another epoch"];
        assert_eq!(broken(&checked(&accepted_on("planning:2:2"))), rule);
    }

    #[test]
    fn a_refusal_of_what_has_not_changed_is_a_violation() {
        let refused = |since: &str| {
            let mut run = accepted_on("planning:1:2");
            let mut late = run.commands.last().unwrap().clone();
            (late.op, late.key, late.position) = (99, Some("late-1".to_owned()), None);
            (late.matter, late.since) = (Some(MATTER.to_owned()), Token::of(since));
            (late.res, late.reason) = ("reject".to_owned(), Some(CHANGED.to_owned()));
            run.commands.push(late);
            checked(&run)
        };
        assert!(holds(&refused("planning:1:3")), "it was granted at 4");
        assert!(holds(&refused("planning:2:4")), "of another epoch nothing is as it was");
        let rule = ["what has not changed is not refused for it"];
        assert_eq!(broken(&refused("planning:1:4")), rule);
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
