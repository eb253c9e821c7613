//! Steps of inspections 双随机、一公开 (优化营商环境条例 art. 54).

use super::{At, Decision, entry, next, required, rule, wrong};
use crate::case::{
    event::{Fact, InspectionDrawn, InspectionPublished, InspectionVisited},
    inspection::{Draw, Visit},
    state::Case,
};
use desk::{
    caller::Caller,
    docket::Bench,
    matters::today,
    refuse::{Refusal, Violation},
};
use jiff::civil::Date;
use rulebook::aftercare::ALGORITHM;
use std::collections::{BTreeMap, BTreeSet};

type Step = Result<Fact, Refusal>;

const ARTICLE: &str = "优化营商环境条例 art. 54";

/// Draws for a plan, in the case of the draws. `industries` are the projects that have a code, with their
/// GB/T 4754 codes.
///
/// # Errors
/// Every field that breaks a rule, or that the plan was drawn for.
pub fn draw(
    case: &Case,
    mut drawn: InspectionDrawn,
    occurred_on: Option<Date>,
    industries: &BTreeMap<String, String>,
    caller: &Caller,
    bench: &Bench,
) -> Decision {
    let on = today(bench).claimed(occurred_on, Date::MIN)?;
    let at = At { case, on, caller, bench };
    together(&at, &drawn.agencies)?;
    required(&[("plan", &drawn.plan), ("seed", &drawn.seed)])?;
    let mut violations = Vec::new();
    if drawn.seed.contains('\n') {
        violations.push(Violation::new("seed", "is one line"));
    }
    if drawn.items.is_empty() {
        violations.push(Violation::new("items", "has at least one entry"));
    }
    violations.extend(references(&drawn.inspectors));
    violations.extend(candidates(&mut drawn, industries, bench));
    if !violations.is_empty() {
        return Err(Refusal::Fields(violations));
    }
    let same = |one: &&Draw| {
        one.drawn.plan == drawn.plan && one.drawn.agencies.first() == drawn.agencies.first()
    };
    if let Some(one) = case.draws.iter().find(same) {
        return Err(rule(
            "PLAN_DRAWN",
            ARTICLE,
            format!("it was drawn for this plan on {}; nobody draws until it pleases", one.on),
            format!("该计划已于{}抽取，不得重复抽取", one.on),
        ));
    }
    ALGORITHM.clone_into(&mut drawn.algorithm);
    drawn.number = next(&case.draws);
    Ok(vec![Fact::from(drawn).on(on)])
}

/// Candidates are projects with a code, each once, of a known class, and of no sector that is inspected as a
/// whole. Their percentages are those of the rules.
fn candidates(
    drawn: &mut InspectionDrawn,
    industries: &BTreeMap<String, String>,
    bench: &Bench,
) -> Vec<Violation> {
    let rules = &bench.law.aftercare;
    let (mut wrong, mut seen) = (Vec::new(), BTreeSet::new());
    if drawn.candidates.is_empty() {
        wrong.push(Violation::new("candidates", "has at least one entry"));
    }
    for (at, one) in drawn.candidates.iter_mut().enumerate() {
        let mut no = |part: &str, why: String| {
            wrong.push(Violation::new(format!("candidates[{at}].{part}"), why));
        };
        match rules.credit_class(&one.credit_class) {
            Some(class) => one.percent = class.percent,
            None => no("credit_class", "is no credit class of the rules".to_owned()),
        }
        match industries.get(&one.project) {
            None => no("project", "is no project with a code".to_owned()),
            Some(industry) => {
                if let Some(row) = rules.full_coverage(industry) {
                    let why = format!("is of a sector that is never drawn ({})", row.citation);
                    no("project", why);
                }
            }
        }
        if !seen.insert(one.project.clone()) {
            no("project", "is named twice".to_owned());
        }
    }
    wrong
}

/// Fills a visit with what its draw says: class, inspectors, and agencies and items where none are named.
///
/// # Errors
/// The project was not drawn, or the visit is not that of the draw.
pub fn drawn_visit(
    draw: &Draw,
    project: &str,
    mut visited: InspectionVisited,
) -> Result<InspectionVisited, Refusal> {
    let number = draw.drawn.number;
    let lots = draw.lots().ok_or_else(|| {
        Refusal::Unknown(format!("algorithm {} of draw {number}", draw.drawn.algorithm))
    })?;
    let Some(lot) = lots.into_iter().find(|lot| lot.project == project) else {
        return Err(rule(
            "NOT_DRAWN",
            ARTICLE,
            format!("draw {number} did not draw this project"),
            "该项目未被抽中，不得以双随机名义检查",
        ));
    };
    if !["", "draw"].contains(&visited.ground.as_str()) {
        return Err(wrong("ground", "is draw for a visit that was drawn"));
    }
    "draw".clone_into(&mut visited.ground);
    for (field, given, of_draw) in [
        ("agencies", &mut visited.agencies, &draw.drawn.agencies),
        ("items", &mut visited.items, &draw.drawn.items),
        ("inspectors", &mut visited.inspectors, &lot.inspectors),
    ] {
        if given.is_empty() {
            given.clone_from(of_draw);
        } else if given.iter().any(|one| !of_draw.contains(one)) {
            return Err(wrong(field, format!("are of draw {number}: {}", of_draw.join(", "))));
        }
    }
    visited.credit_class = lot.class;
    Ok(visited)
}

/// A visit. What was drawn for it is filled in already by [`drawn_visit`]; how often it comes blocks nothing.
pub(super) fn visit(at: &At<'_>, mut visited: InspectionVisited) -> Step {
    together(at, &visited.agencies)?;
    let rules = &at.bench.law.aftercare;
    let mut violations = references(&visited.inspectors);
    if visited.items.is_empty() {
        violations.push(Violation::new("items", "has at least one entry"));
    }
    if rules.credit_class(&visited.credit_class).is_none() {
        violations.push(Violation::new("credit_class", "is no credit class of the rules"));
    }
    match rules.inspection_result(&visited.result) {
        None => {
            let keys: Vec<_> =
                rules.inspection_results().iter().map(|row| row.key.as_str()).collect();
            violations.push(Violation::new("result", format!("is one of {}", keys.join(", "))));
        }
        Some(row) => {
            row.article.clone_into(&mut visited.article);
            if !row.article.is_empty() && visited.findings.trim().is_empty() {
                violations.push(Violation::new("findings", "is required for this result"));
            }
        }
    }
    if !violations.is_empty() {
        return Err(Refusal::Fields(violations));
    }
    ground(at, &visited)?;
    merged(at, &visited)?;
    visited.number = next(&at.case.visits);
    Ok(visited.into())
}

fn ground(at: &At<'_>, visited: &InspectionVisited) -> Result<(), Refusal> {
    let rules = &at.bench.law.aftercare;
    let fits = |row: &&rulebook::aftercare::InspectionGround| row.random == (visited.draw != 0);
    if rules.inspection_ground(&visited.ground).filter(fits).is_none() {
        let keys = rules.inspection_grounds().iter().filter(|row| !row.random);
        let keys: Vec<_> = keys.map(|row| row.key.as_str()).collect();
        let why = format!("is one of {}, or the visit names its draw", keys.join(", "));
        return Err(wrong("ground", why));
    }
    if visited.draw != 0 {
        let same = |one: &&Visit| one.visited.draw == visited.draw;
        return match at.case.visits.iter().find(same) {
            Some(one) => Err(Refusal::Exists(format!("visit {} of the draw", one.visited.number))),
            None => Ok(()),
        };
    }
    if visited.ground == "full_coverage" {
        let facts = at.case.admitted.as_ref().map(|admitted| &admitted.facts);
        let industry = facts.and_then(|facts| facts.get("industry")).map_or("", String::as_str);
        if rules.full_coverage(industry).is_none() {
            return Err(rule(
                "NOT_FULL_COVERAGE",
                ARTICLE,
                format!("industry {industry} is of no sector that is inspected as a whole"),
                "该行业不属于全覆盖检查的特殊行业、重点领域",
            ));
        }
        return Ok(());
    }
    required(&[("reference", &visited.reference)])
}

/// Only what another agency did on the same day is one visit with this.
fn merged(at: &At<'_>, visited: &InspectionVisited) -> Result<(), Refusal> {
    if visited.merged_into == 0 {
        return Ok(());
    }
    let other = entry(&at.case.visits, visited.merged_into, "visit")?;
    if other.on != at.on || other.visited.merged_into != 0 {
        return Err(wrong("merged_into", "is a visit of the same day that stands for itself"));
    }
    if other.visited.agencies.first() == visited.agencies.first() {
        return Err(wrong("merged_into", "is a visit of another agency"));
    }
    Ok(())
}

pub(super) fn publish(at: &At<'_>, step: InspectionPublished) -> Step {
    let visit = entry(&at.case.visits, step.number, "visit")?;
    at.not_before(visit.on)?;
    let code = at.caller.agency().unwrap_or_default();
    if !visit.visited.agencies.iter().any(|agency| agency == code) {
        return Err(Refusal::NotYours("only an agency that visited publishes".to_owned()));
    }
    required(&[("place", &step.place)])?;
    if visit.published.is_some() {
        return Err(Refusal::Exists(format!("the publication of visit {}", step.number)));
    }
    Ok(step.into())
}

/// Agencies of the catalogue, each once, the caller first.
fn together(at: &At<'_>, agencies: &[String]) -> Result<(), Refusal> {
    let Some(first) = agencies.first() else {
        return Err(wrong("agencies", "has at least one entry, the caller first"));
    };
    for (index, code) in agencies.iter().enumerate() {
        at.known_agency(&format!("agencies[{index}]"), code)?;
        if agencies[..index].contains(code) {
            return Err(wrong(&format!("agencies[{index}]"), "is named twice"));
        }
    }
    at.agency(first)
}

/// At least two inspectors, each once, as opaque references: no names of persons stand in the log.
fn references(inspectors: &[String]) -> Vec<Violation> {
    let mut violations = Vec::new();
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._/-".contains(&byte);
    for (index, who) in inspectors.iter().enumerate() {
        let field = format!("inspectors[{index}]");
        if who.is_empty() || who.len() > 100 || !who.bytes().all(plain) {
            violations
                .push(Violation::new(field, "is a reference of A-Z, a-z, 0-9, ., _, / and -"));
        } else if inspectors[..index].contains(who) {
            violations.push(Violation::new(field, "is named twice"));
        }
    }
    if inspectors.len() < 2 {
        violations.push(Violation::new("inspectors", "has at least two entries"));
    }
    violations
}
