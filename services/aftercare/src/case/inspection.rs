//! Inspections 双随机、一公开: draws, visits, and what follows from the visits. Nothing of it blocks a visit.

use super::{
    event::{InspectionDrawn, InspectionVisited},
    state::Case,
};
use jiff::civil::Date;
use rulebook::{
    aftercare::{AftercareRules, Candidate, Lot, draw},
    calendar::Calendar,
    clock::Clock,
};

/// The case under which draws stand, since each concerns many projects. It is no id of a project
/// ([`desk::name::is_project`]), so that no call about a project reaches it.
pub const DRAWS: &str = "_draws";

/// A draw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draw {
    /// All it rests on.
    pub drawn: InspectionDrawn,
    /// Day.
    pub on: Date,
}

impl Draw {
    /// Draws again from what the event holds. `None` for an algorithm that this build does not know.
    #[must_use]
    pub fn lots(&self) -> Option<Vec<Lot>> {
        let candidates = self.drawn.candidates.iter().map(|one| Candidate {
            project: one.project.clone(),
            class: one.credit_class.clone(),
            percent: one.percent,
        });
        let candidates: Vec<_> = candidates.collect();
        let drawn = &self.drawn;
        draw(&drawn.algorithm, &drawn.seed, &candidates, &drawn.inspectors)
    }
}

/// A visit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visit {
    /// As it was recorded.
    pub visited: InspectionVisited,
    /// Day.
    pub on: Date,
    /// Day and place of the publication.
    pub published: Option<(Date, String)>,
}

impl Visit {
    /// The time to publish the result.
    #[must_use]
    pub fn publication(&self, rules: &AftercareRules) -> Option<Clock> {
        Some(rules.limit("inspection_publication")?.from(self.on))
    }

    /// Last day to publish the result.
    #[must_use]
    pub fn publish_by(&self, rules: &AftercareRules, calendar: &Calendar) -> Option<Date> {
        self.publication(rules)?.due(calendar)
    }

    /// Whether the result was not published in time, by a day.
    #[must_use]
    pub fn is_overdue(&self, by: Date, rules: &AftercareRules, calendar: &Calendar) -> bool {
        let published = self.published.as_ref().map_or(by, |(on, _)| *on);
        self.publish_by(rules, calendar).is_some_and(|last| published > last)
    }

    /// The visit of which it is a part: itself, or the one that it was merged into.
    fn whole(&self) -> u32 {
        if self.visited.merged_into == 0 { self.visited.number } else { self.visited.merged_into }
    }
}

/// Something about the visits that somebody should look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// repeated_visits, too_often or unpublished.
    pub kind: &'static str,
    /// Numbers of the visits.
    pub visits: Vec<u32>,
    /// In English.
    pub en: String,
    /// In Chinese.
    pub zh: String,
    /// Rule.
    pub citation: String,
}

/// Everything that follows from a project's visits by a day.
#[must_use]
pub fn findings(
    case: &Case,
    by: Date,
    rules: &AftercareRules,
    calendar: &Calendar,
) -> Vec<Finding> {
    let random = |visit: &&Visit| {
        rules.inspection_ground(&visit.visited.ground).is_some_and(|ground| ground.random)
    };
    let mut counted: Vec<&Visit> = case.visits.iter().filter(random).collect();
    counted.sort_by_key(|visit| (visit.on, visit.visited.number));
    let mut found = repeated(&counted, rules, calendar);
    found.extend(too_often(&counted, rules));
    found.extend(unpublished(case, by, rules, calendar));
    found
}

/// Visits of different agencies within the period in which they should have been one 多头检查.
fn repeated(counted: &[&Visit], rules: &AftercareRules, calendar: &Calendar) -> Vec<Finding> {
    let Some(row) = rules.limit("inspection_merging") else { return Vec::new() };
    let mut found = Vec::new();
    for (at, earlier) in counted.iter().enumerate() {
        let Some(last) = row.from(earlier.on).deadline(calendar) else { continue };
        for later in counted.iter().skip(at + 1).filter(|later| later.on <= last.due) {
            let before = &earlier.visited.agencies;
            let others = later.visited.agencies.iter().any(|agency| !before.contains(agency));
            if others && earlier.whole() != later.whole() {
                found.push(Finding {
                    kind: "repeated_visits",
                    visits: vec![earlier.visited.number, later.visited.number],
                    en: format!(
                        "{} came on {} and {} on {}; until {} they should have come together",
                        before.join(", "),
                        earlier.on,
                        later.visited.agencies.join(", "),
                        later.on,
                        last.due
                    ),
                    zh: format!("{}与{}的检查应当合并进行", earlier.on, later.on),
                    citation: row.citation.clone(),
                });
            }
        }
    }
    found
}

/// More visits in a calendar year than the credit class of the last one allows. Merged visits are one.
fn too_often(counted: &[&Visit], rules: &AftercareRules) -> Vec<Finding> {
    let mut found = Vec::new();
    for (at, visit) in counted.iter().enumerate() {
        let Some(class) = rules.credit_class(&visit.visited.credit_class) else { continue };
        let Some(most) = class.most else { continue };
        let year = visit.on.year();
        let of_year = counted.iter().take(at + 1).filter(|one| one.on.year() == year);
        let mut visits: Vec<u32> = of_year.map(|one| one.whole()).collect();
        visits.sort_unstable();
        visits.dedup();
        let merged = visit.visited.merged_into != 0;
        if visits.len() > usize::try_from(most).unwrap_or(usize::MAX) && !merged {
            found.push(Finding {
                kind: "too_often",
                en: format!(
                    "visit {} of {year}; class {} allows {most}",
                    visits.len(),
                    class.class
                ),
                zh: format!("{year}年第{}次检查，{}类上限{most}次", visits.len(), class.class),
                visits,
                citation: class.citation.clone(),
            });
        }
    }
    found
}

fn unpublished(case: &Case, by: Date, rules: &AftercareRules, calendar: &Calendar) -> Vec<Finding> {
    let Some(row) = rules.limit("inspection_publication") else { return Vec::new() };
    let late = case.visits.iter().filter(|visit| visit.is_overdue(by, rules, calendar));
    let finding = |visit: &Visit| {
        let last = visit.publish_by(rules, calendar)?;
        Some(Finding {
            kind: "unpublished",
            visits: vec![visit.visited.number],
            en: format!("its result was to be published by {last}"),
            zh: format!("检查结果应当在{last}前公示"),
            citation: row.citation.clone(),
        })
    };
    late.filter_map(finding).collect()
}
