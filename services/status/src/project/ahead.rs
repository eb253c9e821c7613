//! What comes next for a project: what it can file now, and what the roadmap still asks.

use super::{CONSTRUCTION_PERMIT, Project, halt::Halt};
use desk::docket::Bench;
use jiff::civil::Date;
use proto::intake::v1::Outcome;
use rulebook::{
    catalogue::{Catalogue, Facts, Gate, Item, Kind, Stage, Value},
    filing::{self, Application, Counter},
    matter::{Matter, MatterId, Track},
    roadmap::{self, Roadmap, Step},
};
use std::collections::BTreeSet;

/// The stages that the platform serves so far.
const STAGES: [Stage; 2] = [Stage::Intake, Stage::Planning];
/// Items that intake settles by acts of its own; nobody files a matter for them.
const NOT_FILED: [&str; 5] = ["S1-01", "S1-02", "S1-03", "S1-04", "S1-12"];

/// The enterprise declares it on registration, and the gate converts it: it is never asked for.
const DECLARED: &str = "total_investment_usd";

/// What comes next.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Ahead {
    /// Codes of the items that can be filed now, in the order of the roadmap.
    pub(super) can_file: Vec<String>,
    /// Keys of the facts that are still unknown.
    pub(super) questions: Vec<String>,
}

impl Ahead {
    pub(super) fn of(project: &Project, halt: Option<&Halt>, bench: &Bench) -> Self {
        if halt.is_some() {
            return Self::default();
        }
        let catalogue = &bench.law.catalogue;
        let known = project.known(catalogue);
        let roadmap = roadmap::derive(catalogue, &known, &STAGES, bench.date);
        let in_force = project.in_force(bench.date);
        let counter = |stage| Counter {
            catalogue,
            stage,
            on: bench.date,
            facts: &known,
            matters: project.matters_of(stage),
            in_force_before: &in_force,
        };
        let can_be_filed = |item: &&Item| {
            !NOT_FILED.contains(&item.code.as_str())
                && !matches!(item.kind, Kind::Flag | Kind::InternalRecord)
                && !in_force.contains(&item.code)
                && !project.served(item, &roadmap, &in_force, bench)
                && counter(item.stage).receive(&[bare(item)]).is_ok()
        };
        let items = roadmap.steps.iter().map(|step| &step.item).filter(can_be_filed);
        Self {
            can_file: items.map(|item| item.code.clone()).collect(),
            questions: roadmap
                .questions
                .iter()
                .filter(|fact| fact.key != DECLARED)
                .map(|fact| fact.key.clone())
                .collect(),
        }
    }
}

impl Project {
    /// What is known for the roadmap: what was stated to either service, but of what intake decides itself
    /// only what it decided.
    fn known(&self, catalogue: &Catalogue) -> Facts {
        let (intake, planning) = (&self.intake.facts, &self.planning.facts);
        let told = planning.admitted.iter().flat_map(|admitted| &admitted.facts);
        let mut known = Facts::new();
        for (key, text) in intake.stated.iter().chain(&planning.stated).chain(told) {
            // A value that the catalogue of the day does not take is no answer: the question stays open.
            if let Some(Ok(value)) = catalogue.fact(key).map(|rule| rule.read(text)) {
                known.set(key.clone(), value);
            }
        }
        if intake.registered_on.is_some() {
            let established = !intake.facts.uscc.is_empty();
            known.set("enterprise_established", Value::Flag(established));
        }
        if intake.is_admitted() {
            let outcome = intake.screening.as_ref().map(|screening| screening.outcome);
            let restricted = outcome == Some(Outcome::PassWithCondition);
            known.set("restricted_sector", Value::Flag(restricted));
            known.set("security_review_flagged", Value::Flag(intake.review.is_some()));
        }
        known
    }

    /// Whether a permit for the item ran out after it had served: something that rests on it is in force, by
    /// the order of the roadmap or because a gate asks for both.
    fn served(
        &self,
        item: &Item,
        roadmap: &Roadmap<'_>,
        in_force: &BTreeSet<String>,
        bench: &Bench,
    ) -> bool {
        let own = self.matters_of(item.stage).iter().filter(|(id, _)| id.item() == item.code);
        let expired =
            |matter: &Matter| matter.is_in_force() && !filing::is_in_force(matter, bench.date);
        if !own.map(|(_, matter)| matter).any(expired) {
            return false;
        }
        let rests = |step: &Step| {
            in_force.contains(&step.item.code)
                && step.after.iter().flatten().any(|c| *c == item.code)
        };
        let asks_for_both = |gate: &Gate| {
            let asks = |code: &str| {
                gate.until.iter().flat_map(|demand| &demand.any_of).any(|asked| asked == code)
            };
            asks(&item.code) && asks(CONSTRUCTION_PERMIT)
        };
        let may_build = in_force.contains(CONSTRUCTION_PERMIT);
        roadmap.steps.iter().any(rests)
            || (may_build && bench.law.catalogue.gates().any(asks_for_both))
    }

    /// Codes of the items that are settled on a day: by a permit in force, or by an act of intake.
    fn in_force(&self, on: Date) -> BTreeSet<String> {
        let (intake, planning) = (&self.intake.facts, &self.planning.facts);
        let by_intake = [
            ("S1-01", intake.registered_on.is_some()),
            ("S1-02", intake.is_admitted()),
            ("S1-03", intake.review.as_ref().is_some_and(|review| review.concluded.is_some())),
            ("S1-04", intake.gate.as_ref().is_some_and(|gate| gate.recognised)),
            ("S1-12", intake.code.is_some()),
        ];
        let by_intake = by_intake.into_iter().filter(|(_, settled)| *settled);
        let told = planning.prior.iter().filter(|(name, (_, in_force))| {
            // Of a matter that we see ourselves we know more than what planning was told.
            *in_force && matter_id(name).and_then(|id| self.matter(&id)).is_none()
        });
        let mut codes = filing::in_force(intake.matters.all(), on);
        codes.extend(filing::in_force(planning.matters.all(), on));
        codes.extend(by_intake.map(|(code, _)| code.to_owned()));
        codes.extend(told.map(|(_, (item, _))| item.clone()));
        codes
    }
}

/// The smallest application: what it lacks would be asked for, and does not keep it from being received.
fn bare(item: &Item) -> Application {
    Application {
        item: item.code.clone(),
        track: Track::Ordinary,
        materials: Vec::new(),
        commitment: None,
    }
}

fn matter_id(name: &str) -> Option<MatterId> {
    name.rsplit_once('/').and_then(|(_, id)| id.parse().ok())
}
