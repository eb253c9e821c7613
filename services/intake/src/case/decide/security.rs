//! The security review (S1-03): the platform flags and blocks; the review itself is done elsewhere.

use super::{Decision, Order, matters, rule, with_matter};
use crate::case::{
    event::Fact,
    state::{Case, Project, Reviewed, SecurityReview},
};
use desk::refuse::{Refusal, Violation};

/// Flags the project where the rule says that it falls under the review.
///
/// # Errors
/// No such ground is in force, the ground needs control that is not acquired, or it is flagged already.
pub fn flag(case: &Case, ground: &str, actual_control: bool, order: Order<'_>) -> Decision {
    let project = case.going()?;
    let on = order.on(project.last_on)?;
    order.by_agency_of("S1-03", on)?;
    let row = order.bench.law.security_review.ground(ground, on).ok_or_else(|| {
        Refusal::Fields(vec![Violation::new(
            "ground",
            "is a ground of 安全审查办法 art. 4 in force on that day",
        )])
    })?;
    if !row.is_in_scope(actual_control) {
        let en = "on this ground an investment falls under the review only with actual control";
        return Err(rule(
            "NOT_IN_SCOPE",
            row.article.clone(),
            en,
            "未取得实际控制权，不属于该项安全审查范围",
        ));
    }
    if !may_be_flagged(project) {
        return Err(rule(
            "FLAGGED_ALREADY",
            row.article.clone(),
            "the project is flagged already, and not cleared",
            "项目已提请安全审查，且未通过",
        ));
    }
    let flagged = Fact::SecurityReviewFlagged {
        ground: ground.to_owned(),
        actual_control,
        article: row.article.clone(),
    };
    Ok(with_matter(flagged, on, matters::open(case, "S1-03", on, order)?))
}

/// A cleared project may fall under the review again, with other investors or another scope.
fn may_be_flagged(project: &Project) -> bool {
    match &project.security_review {
        None => true,
        Some(review) => matches!(review.outcome, Some(Reviewed { cleared: true, .. })),
    }
}

/// Records the outcome.
///
/// # Errors
/// No review is pending.
pub fn conclude(case: &Case, cleared: bool, decision: &str, order: Order<'_>) -> Decision {
    let project = case.going()?;
    let on = order.on(project.last_on)?;
    order.by_agency_of("S1-03", on)?;
    if !matches!(project.security_review, Some(SecurityReview { outcome: None, .. })) {
        return Err(rule(
            "NO_REVIEW_PENDING",
            "外商投资安全审查办法 art. 7",
            "no security review is pending",
            "没有正在进行的安全审查",
        ));
    }
    let verdict = if cleared {
        matters::Verdict::Granted { number: decision.to_owned(), conditions: Vec::new() }
    } else {
        matters::Verdict::Refused { reason: decision.to_owned() }
    };
    let matter = matters::conclude(case, "S1-03", verdict, on, order)?;
    Ok(with_matter(
        Fact::SecurityReviewConcluded { cleared, decision: decision.to_owned() },
        on,
        matter,
    ))
}
