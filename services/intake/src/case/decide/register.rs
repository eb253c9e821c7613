//! Registration (S1-01): the project becomes known, once.

use super::{Decision, Order, matters, rule, with_matter};
use crate::case::{
    event::{Fact, ProjectFacts},
    state::{Case, Project},
};
use desk::refuse::Refusal;
use jiff::{ToSpan, civil::Date};
use unicode_normalization::UnicodeNormalization;

/// How long after a registration another one like it is taken for the same project: an assumption of the
/// platform, no rule names a time.
const LOOKS_BACK_DAYS: i32 = 365;

/// How many candidates a refusal names; when those are declared to be others, the rest is told.
const TOLD: usize = 8;

/// What the enterprise asks.
#[derive(Debug, Clone)]
pub struct Registration {
    /// What it says of its project.
    pub facts: ProjectFacts,
    /// Projects that look alike and are others.
    pub not_duplicate_of: Vec<String>,
    /// Why they are others.
    pub not_duplicate_reason: String,
}

/// A project that looks like the one that is registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Resource name.
    pub name: String,
    /// What is alike.
    pub alike: &'static str,
}

/// Registers a project. `candidates` are the projects on file that look like it.
///
/// # Errors
/// It is registered already, or looks like others that were not declared to be others.
pub fn register(
    case: &Case,
    name: &str,
    asked: &Registration,
    candidates: &[Candidate],
    order: Order<'_>,
) -> Decision {
    order.by_enterprise()?;
    if case.project.is_some() {
        return Err(Refusal::Exists(name.to_owned()));
    }
    let on = order.on(Date::MIN)?;
    not_a_duplicate(asked, candidates)?;
    let registered = Fact::Registered {
        facts: Box::new(asked.facts.clone()),
        not_duplicate_of: asked.not_duplicate_of.clone(),
        not_duplicate_reason: asked.not_duplicate_reason.clone(),
    };
    Ok(with_matter(registered, on, matters::instant(case, "S1-01", name, on, order)?))
}

fn not_a_duplicate(asked: &Registration, candidates: &[Candidate]) -> Result<(), Refusal> {
    let undeclared: Vec<_> = candidates
        .iter()
        .filter(|candidate| !asked.not_duplicate_of.contains(&candidate.name))
        .collect();
    if undeclared.is_empty() {
        if !asked.not_duplicate_of.is_empty() {
            super::needs_reason(&asked.not_duplicate_reason, "not_duplicate_reason")?;
        }
        return Ok(());
    }
    let told = undeclared
        .iter()
        .take(TOLD)
        .map(|candidate| format!("{} ({})", candidate.name, candidate.alike));
    let mut told = told.collect::<Vec<_>>().join(", ");
    if undeclared.len() > TOLD {
        told.push_str(&format!(", … ({})", undeclared.len()));
    }
    let Refusal::Rule { reason, article, en, zh, .. } = rule(
        "POSSIBLE_DUPLICATE",
        "发改投资〔2020〕1439号",
        format!(
            "this may be a project that is on file: {told}; if it is another, name them in not_duplicate_of with a reason"
        ),
        format!(
            "可能与已登记项目重复：{told}；如确为不同项目，请在 not_duplicate_of 中列明并说明理由"
        ),
    ) else {
        return Ok(());
    };
    let names = undeclared.iter().take(TOLD).map(|candidate| candidate.name.clone());
    let names = names.collect::<Vec<_>>().join(",");
    Err(Refusal::Rule { reason, article, en, zh, details: vec![("candidates", names)] })
}

/// What makes a project on file look like another, if anything does.
#[must_use]
pub fn alike(on_file: &Project, other: &ProjectFacts, on: Date) -> Option<&'static str> {
    let since = on_file.registered_on;
    if on_file.withdrawn_on.is_some() || since.saturating_add(LOOKS_BACK_DAYS.days()) < on {
        return None;
    }
    let facts = &on_file.facts;
    let same_code = !facts.uscc.is_empty() && facts.uscc == other.uscc;
    if !same_code && folded(&facts.enterprise) != folded(&other.enterprise) {
        return None;
    }
    let same_site =
        (&facts.site.district, &facts.site.zone) == (&other.site.district, &other.site.zone);
    let same_industry = (&facts.activity, &facts.industry) == (&other.activity, &other.industry);
    match (same_site, same_industry) {
        (true, true) => Some("same enterprise, place and industry"),
        (true, false) => Some("same enterprise and place"),
        (false, true) => Some("same enterprise and industry"),
        (false, false) => None,
    }
}

/// A name without what writers of forms do differently: width, case and blanks.
fn folded(name: &str) -> String {
    name.nfkc().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect()
}
