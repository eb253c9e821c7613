//! The budget of plan-attached projects, as callers see it.

use crate::case::Case;
use desk::docket::Bench;
use proto::planning::v1 as pb;
use rulebook::{
    catalogue::Kind,
    law::Law,
    matter::{Matter, MatterId},
    roadmap::is_plan_attached,
};

/// The budget; `None` when the project is not plan-attached or its contract is not signed.
pub(crate) fn of(case: &Case, bench: &Bench) -> Option<pb::Budget> {
    if !is_plan_attached(&case.facts(&bench.law.catalogue)) {
        return None;
    }
    let mut matters = case.matters.clone();
    matters.retain(|id, matter| counts(&bench.law, id, matter));
    let budget = bench.law.budget.reckon(&matters, bench.date, &bench.calendar)?;
    Some(pb::Budget {
        started_on: budget.started_on.to_string(),
        finished_on: budget.finished_on.map(|on| on.to_string()).unwrap_or_default(),
        limit: budget.rule.limit.n,
        used: budget.used.iter().map(ToString::to_string).collect(),
        elapsed_working_days: budget.elapsed_wd,
        citation: budget.rule.citation.clone(),
    })
}

/// Whether a matter's clock is that of an approval authority; the contract itself begins the budget. Companies
/// that connect pipes and institutes that review drawings are none, and a report waits for nobody.
fn counts(law: &Law, id: &MatterId, matter: &Matter) -> bool {
    let item = law.catalogue.item_edition(id.item(), &matter.terms.edition);
    item.is_none_or(|item| match item.kind {
        Kind::InternalCheck
        | Kind::Registration
        | Kind::Filing
        | Kind::Licence
        | Kind::Contract
        | Kind::Confirmation
        | Kind::Joint => true,
        Kind::PublicService
        | Kind::Flag
        | Kind::Report
        | Kind::InternalRecord
        | Kind::Intermediary
        | Kind::Supervision
        | Kind::SelfAcceptance
        | Kind::Enforcement
        | Kind::Tax => false,
    })
}
