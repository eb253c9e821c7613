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
