//! A project as callers see it.

use crate::case::{
    Case, Project,
    decide::{admit, matters},
    state::{Screening, SecurityReview},
    wire,
};
use desk::docket::Bench;
use proto::intake::v1 as pb;
use rulebook::negative_list::Outcome;

/// From this many US dollars on, restricted projects are verified by the State Council's department
/// (政府核准的投资项目目录（2016年本）十一).
const STATE_VERIFIES_FROM_USD: u64 = 300_000_000;

/// The project as callers see it; `None` before it is registered.
pub(crate) fn shown(name: &str, case: &Case, bench: &Bench) -> Option<pb::Project> {
    let project = case.project.as_deref()?;
    let screening = project.screening.as_ref();
    Some(pb::Project {
        name: name.to_owned(),
        facts: Some(wire::facts_to_wire(&project.facts)),
        screening: screening.map(|screening| {
            let outcome = wire::outcome_to_wire(screening.outcome()).into();
            pb::Screened { outcome, ..wire::screened_to_wire(&screening.answer) }
        }),
        admitted: admit::admitted(project).is_ok(),
        key_project: project.gate.as_ref().map(wire::gate_to_wire),
        secretary: project.secretary.clone().unwrap_or_default(),
        security_review_pending: matches!(
            project.security_review,
            Some(SecurityReview::Pending { .. })
        ),
        project_code: project.code.clone().unwrap_or_default(),
        route: route(project, bench).into(),
        withdrawn: project.withdrawn_on.is_some(),
    })
}

/// 备案 or 核准 (国令第673号 art. 3; restricted sectors by 政府核准的投资项目目录（2016年本）十一). Derived, never
/// stored.
fn route(project: &Project, bench: &Bench) -> pb::Route {
    match project.screening.as_ref().map(Screening::outcome) {
        Some(Outcome::Pass) => pb::Route::Filing,
        Some(Outcome::PassWithCondition) => {
            let state = matters::dollars(project, bench)
                .is_some_and(|dollars| dollars >= STATE_VERIFIES_FROM_USD.into());
            if state { pb::Route::VerificationState } else { pb::Route::VerificationProvince }
        }
        Some(Outcome::Refuse | Outcome::Manual) | None => pb::Route::Unspecified,
    }
}
