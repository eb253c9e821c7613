//! The budget of plan-attached projects, as callers see it.

use crate::case::Case;
use desk::docket::Bench;
use proto::planning::v1 as pb;
use rulebook::roadmap::is_plan_attached;

/// The budget; `None` when the project is not plan-attached or its contract is not signed.
pub(crate) fn of(case: &Case, bench: &Bench) -> Option<pb::Budget> {
    if !is_plan_attached(&case.facts(&bench.law.catalogue)) {
        return None;
    }
    let budget = bench.law.budget.reckon(&case.matters, bench.date, &bench.calendar)?;
    Some(pb::Budget {
        started_on: budget.started_on.to_string(),
        finished_on: budget.finished_on.map(|on| on.to_string()).unwrap_or_default(),
        limit: budget.rule.limit.n,
        used: budget.used.iter().map(ToString::to_string).collect(),
        elapsed_working_days: budget.elapsed_wd,
        citation: budget.rule.citation.clone(),
    })
}
