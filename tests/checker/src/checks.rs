//! The checks, each in a file named for what it checks.

mod acked;
mod alarms;
mod authority;
mod bodies;
mod broker;
mod chain;
mod copies;
mod fencing;
mod isolation;
mod keys;
mod liveness;
mod real_time;
mod sessions;
mod streams;
mod unknowns;

use crate::{fold::Projects, run::Run, verdict::Verdict};

/// Every check on a run, in the order of their ids.
#[must_use]
pub fn all(run: &Run) -> Vec<Verdict> {
    let projects = Projects::of(run);
    vec![
        acked::check(run),
        streams::check(run, &projects),
        unknowns::check(run),
        keys::check(run),
        chain::check(run),
        real_time::check(run),
        broker::check(run),
        bodies::check(run, &projects),
        copies::check(run),
        isolation::check(run, &projects),
        authority::check(run, &projects),
        alarms::check(run),
        fencing::check(run),
        liveness::check(run),
        sessions::check(run, &projects),
    ]
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;
    use crate::sample::{Sample, broken};

    #[test]
    fn a_good_story_passes_every_check_and_each_looks_at_something() {
        let run = Sample::story();
        for verdict in all(&run) {
            assert!(broken(&verdict).is_empty(), "{verdict}: {:?}", verdict.violations);
            // The story holds no unknown outcome, no alarm and no copy.
            let may_be_blind = verdict.is_optional || ["C3", "C11"].contains(&verdict.check);
            assert!(may_be_blind || !verdict.saw_nothing(), "{verdict}");
        }
    }

    /// 10,000 commands and 10,000 reads. Unoptimised code on a busy machine gets half a minute; what is released
    /// takes a second.
    #[test]
    fn twenty_thousand_operations_are_checked_in_seconds() {
        let mut sample = Sample::begun();
        sample.accept("accept-1");
        for n in 0..10_000 {
            sample.rest(&format!("rest-{n}"));
        }
        let mut run = sample.run();
        let read = Sample::story().reads[1].clone();
        run.reads = (0..10_000)
            .map(|n| crate::run::Read {
                op: 100_000 + n,
                body: Some(Sample::matter_as_of(&run, 3)),
                ..read.clone()
            })
            .collect();
        let begun = Instant::now();
        let verdicts = all(&run);
        assert!(begun.elapsed() < Duration::from_secs(30), "{:?}", begun.elapsed());
        let found: Vec<_> = verdicts.iter().flat_map(broken).collect();
        assert_eq!(found, Vec::<&str>::new());
    }
}
