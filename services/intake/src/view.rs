//! A project as callers see it.

use crate::case::{
    Case, Project,
    decide::{admit, matters},
    state::SecurityReview,
    wire,
};
use desk::{docket::Bench, refuse::Refusal};
use proto::intake::v1 as pb;

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
        admitted: admit::listed(project).is_ok(),
        key_project: project.gate.as_ref().map(wire::gate_to_wire),
        secretary: project.secretary.clone().unwrap_or_default(),
        security_review_pending: matches!(
            project.security_review,
            Some(SecurityReview { outcome: None, .. })
        ),
        project_code: project.code.clone().unwrap_or_default(),
        route: route(project, bench).into(),
        withdrawn: project.withdrawn_on.is_some(),
        route_basis: basis(project),
        registered_on: project.registered_on.to_string(),
        screening_decision: screening.and_then(|screening| {
            let (outcome, reason) = screening.decided.as_ref()?;
            let outcome = wire::outcome_to_wire(*outcome).into();
            Some(pb::ScreeningDecided { outcome, reason: reason.clone() })
        }),
        not_admitted_because: not_admitted_because(project),
        security_review: project.security_review.as_ref().map(|review| pb::SecurityReviewFlagged {
            ground: review.ground.clone(),
            actual_control: review.actual_control,
            article: review.article.clone(),
        }),
        security_review_outcome: project.security_review.as_ref().and_then(|review| {
            let reviewed = review.outcome.as_ref()?;
            let decision = reviewed.decision.clone();
            Some(pb::SecurityReviewConcluded { cleared: reviewed.cleared, decision })
        }),
    })
}

/// Why the screening does not let the project go on; empty where it does.
fn not_admitted_because(project: &Project) -> String {
    match admit::listed(project) {
        Err(Refusal::Rule { en, .. }) => en,
        Ok(()) | Err(_) => String::new(),
    }
}

/// 备案 or 核准 (国令第673号 art. 3; restricted sectors by 政府核准的投资项目目录（2016年本）十一). Derived, never
/// stored; who verifies is not said where the currency has no rate.
fn route(project: &Project, bench: &Bench) -> pb::Route {
    match matters::restricted(project) {
        None => pb::Route::Unspecified,
        Some(false) => pb::Route::Filing,
        Some(true) => match matters::dollars(project, bench) {
            None => pb::Route::Unspecified,
            Some(usd) if usd >= STATE_VERIFIES_FROM_USD.into() => pb::Route::VerificationState,
            Some(_) => pb::Route::VerificationProvince,
        },
    }
}

/// The rules from which the route follows.
fn basis(project: &Project) -> Vec<String> {
    let rules: &[&str] = match matters::restricted(project) {
        None => &[],
        Some(false) => &["外商投资法 art. 4", "国令第673号 art. 3, 13"],
        Some(true) => &[
            "外商投资法实施条例 art. 33",
            "国令第673号 art. 3, 6",
            "政府核准的投资项目目录（2016年本）十一",
        ],
    };
    rules.iter().map(|rule| (*rule).to_owned()).collect()
}
