//! Admission: the negative list (S1-02) and the project code (S1-12).

use super::{Decision, Order, matters, needs_reason, rule, with_matter};
use crate::case::{
    event::{Fact, Screened},
    state::{Case, Project, Reviewed, SecurityReview},
};
use desk::refuse::{Refusal, Violation};
use jiff::civil::Date;
use rulebook::{
    consultation::Condition,
    identifiers::{AssignError, ProjectCode},
    negative_list::{ForeignShare, Outcome},
};

/// The article by which a refused project gets no licence, registration or verification.
const REFUSED: &str = "外商投资法实施条例 art. 34";

/// Screens the project against the list in force on the day. What the list says is an answer, not a refusal.
///
/// # Errors
/// There is no such project, or the caller is not one of the item's agencies.
pub fn screen(case: &Case, order: Order<'_>) -> Decision {
    let project = case.going()?;
    let on = order.on(project.last_on)?;
    order.by_agency_of("S1-02", on)?;
    if project.screening.as_ref().is_some_and(|before| before.on == on && !before.void) {
        return Err(rule(
            "ALREADY_SCREENED",
            REFUSED,
            format!("the project was screened on {on} already and nothing has changed since"),
            format!("项目已于{on}筛查，其后没有变化"),
        ));
    }
    let facts = &project.facts;
    let share = ForeignShare::new(facts.foreign_share())
        .map_err(|bad| Refusal::Fields(vec![Violation::new("facts.investors", bad.to_string())]))?;
    let lists = &order.bench.law.negative_lists;
    let said =
        lists.screen(on, &facts.activity, share, facts.site.inside_ftz).map_err(|unknown| {
            Refusal::Fields(vec![Violation::new("facts.activity", unknown.to_string())])
        })?;
    let condition = if said.condition.is_empty() { said.note } else { said.condition };
    let screened = Screened {
        edition: said.edition.unwrap_or_default(),
        item_no: said.item_no,
        outcome: said.outcome,
        condition,
        foreign_share: share.pct(),
    };
    let matter = match said.outcome {
        Outcome::Manual => matters::open(case, "S1-02", on, order)?,
        outcome => matters::ruled(
            case,
            "S1-02",
            verdict(outcome, &screened.condition, &screened.edition),
            on,
            order,
        )?,
    };
    let superseded = matters::supersede(case, "S1-02", on, order)?;
    Ok(superseded.into_iter().chain(with_matter(Fact::Screened(screened), on, matter)).collect())
}

/// Decides a screening that the list left to an official.
///
/// # Errors
/// No screening waits for a decision, or the caller is not one of the item's agencies.
pub fn decide(case: &Case, outcome: Outcome, reason: &str, order: Order<'_>) -> Decision {
    let project = case.going()?;
    let waiting = project
        .screening
        .as_ref()
        .filter(|screening| !screening.void && screening.outcome() == Outcome::Manual);
    let screening = waiting.ok_or_else(|| {
        rule(
            "NO_SCREENING_WAITS",
            REFUSED,
            "no screening waits for an official's decision",
            "没有待人工判定的准入筛查",
        )
    })?;
    let on = order.on(project.last_on)?;
    order.by_agency_of("S1-02", on)?;
    needs_reason(reason, "reason")?;
    if outcome == Outcome::Manual {
        return Err(Refusal::Fields(vec![Violation::new(
            "outcome",
            "is pass, pass with condition or refuse",
        )]));
    }
    let matter = matters::conclude(
        case,
        "S1-02",
        verdict(outcome, reason, &screening.answer.edition),
        on,
        order,
    )?;
    Ok(with_matter(Fact::ScreeningDecided { outcome, reason: reason.to_owned() }, on, matter))
}

fn verdict(outcome: Outcome, condition: &str, edition: &str) -> matters::Verdict {
    let edition = if edition.is_empty() { "无现行版本" } else { edition };
    match outcome {
        Outcome::Refuse => matters::Verdict::Refused { reason: format!("{edition}: {condition}") },
        Outcome::PassWithCondition => matters::Verdict::Granted {
            number: format!("准入筛查 {edition}"),
            // The list asks for it for as long as the investment lasts.
            conditions: vec![Condition { lasting: true, ..Condition::from(condition) }],
        },
        Outcome::Pass | Outcome::Manual => matters::Verdict::Granted {
            number: format!("准入筛查 {edition}"),
            conditions: Vec::new(),
        },
    }
}

/// Assigns the code for the project's whole life: the one that the national platform gave, or one of ours,
/// made from `serial`.
///
/// # Errors
/// The code is malformed, the project has one, or is not admitted.
pub fn assign_code(
    case: &Case,
    name: &str,
    given: &str,
    serial: u32,
    order: Order<'_>,
) -> Decision {
    let project = case.going()?;
    let on = order.on(project.last_on)?;
    order.by_agency_of("S1-12", on)?;
    if let Some(code) = &project.code {
        return Err(Refusal::Exists(format!("project code {code} of {name}")));
    }
    admitted(project)?;
    let bad = |why: String| Refusal::Fields(vec![Violation::new("code", why)]);
    let code = if given.is_empty() {
        made(project, serial, on, order).map_err(|why| {
            bad(format!("none can be made here ({why}); give the one of the national platform"))
        })?
    } else {
        ProjectCode::parse(given).map_err(|why| bad(why.to_string()))?
    };
    let code = code.as_str().to_owned();
    let matter = matters::instant(case, "S1-12", &code, on, order)?;
    Ok(with_matter(Fact::CodeAssigned { code }, on, matter))
}

/// A code in the format of the day. What the middle groups mean was not obtained: 04 and 01 are constants
/// of this platform, 03 is filing in the old format.
fn made(
    project: &Project,
    serial: u32,
    on: Date,
    order: Order<'_>,
) -> Result<ProjectCode, AssignError> {
    let region = region(project, order);
    match ProjectCode::assign(on, &region, "04", "01", serial) {
        Err(AssignError::BeforeNewFormat) => {
            let industry = project.facts.industry.get(..2).unwrap_or_default();
            ProjectCode::assign_old(on.year(), &region, industry, "03", serial)
        }
        code => code,
    }
}

/// The division whose code goes into project codes: a zone has none of its own.
fn region(project: &Project, order: Order<'_>) -> String {
    let site = &project.facts.site;
    let zone = order.bench.law.catalogue.zone(&site.zone);
    zone.map_or_else(|| site.district.clone(), |zone| zone.host.clone())
}

/// Whether the list and the security review let the project go on.
///
/// # Errors
/// What stands in the way, with its article.
pub fn admitted(project: &Project) -> Result<(), Refusal> {
    listed(project)?;
    cleared(project)
}

/// Whether the negative list lets the project go on.
///
/// # Errors
/// It was not screened, its facts have changed since, an official has to decide, or the list refuses it.
pub fn listed(project: &Project) -> Result<(), Refusal> {
    let told = |reason, en: &str, zh: &str| Err(rule(reason, REFUSED, en, zh));
    let Some(screening) = &project.screening else {
        return told(
            "NOT_SCREENED",
            "the project has not been screened against the negative list",
            "项目尚未进行准入负面清单筛查",
        );
    };
    if screening.void {
        return told(
            "SCREENING_VOID",
            "facts on which the screening rests have changed; screen the project again",
            "筛查所依据的情况已变更，须重新筛查",
        );
    }
    match screening.outcome() {
        Outcome::Pass | Outcome::PassWithCondition => Ok(()),
        Outcome::Manual => told(
            "SCREENING_OPEN",
            "the screening waits for an official's decision",
            "准入筛查待人工判定",
        ),
        Outcome::Refuse => {
            let official = screening.decided.as_ref().map(|(_, reason)| reason);
            let (on, answer) = (screening.on, &screening.answer);
            let because = official.unwrap_or(&answer.condition);
            let no = answer.item_no.map(|no| format!(" no. {no}")).unwrap_or_default();
            told(
                "NEGATIVE_LIST_REFUSES",
                &format!(
                    "the screening of {on} does not admit the project: {}{no}: {because}",
                    answer.edition
                ),
                "项目属于负面清单禁止或不符合限制条件的领域",
            )
        }
    }
}

/// Whether the security review lets the investment be implemented.
///
/// # Errors
/// It is pending, or prohibits the investment.
pub fn cleared(project: &Project) -> Result<(), Refusal> {
    match &project.security_review {
        None | Some(SecurityReview { outcome: Some(Reviewed { cleared: true, .. }), .. }) => Ok(()),
        Some(SecurityReview { outcome: None, article, .. }) => Err(rule(
            "SECURITY_REVIEW_PENDING",
            format!("外商投资安全审查办法 art. 7; {article}"),
            "the security review is pending: nothing may be implemented meanwhile",
            "安全审查期间不得实施投资",
        )),
        Some(SecurityReview { outcome: Some(Reviewed { decision, .. }), .. }) => Err(rule(
            "SECURITY_REVIEW_PROHIBITS",
            "外商投资安全审查办法 art. 9",
            format!("the security review prohibits the investment ({decision})"),
            format!("安全审查决定禁止投资（{decision}）"),
        )),
    }
}
