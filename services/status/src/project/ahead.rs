//! What comes next for a project: what it can file now, and what the roadmap still asks.

use super::{Project, halt::Halt};
use desk::docket::Bench;
use proto::intake::v1::Outcome;
use rulebook::{
    catalogue::{Catalogue, Facts, Kind, Stage, Value},
    matter::{MatterId, Standing},
    roadmap::{self, Step},
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
        let roadmap = roadmap::derive(catalogue, &project.known(catalogue), &STAGES, bench.date);
        let in_force = project.in_force();
        let pending = project.pending();
        let can_be_filed = |step: &&Step| {
            let code = step.item.code.as_str();
            let filed = !NOT_FILED.contains(&code)
                && !matches!(step.item.kind, Kind::Flag | Kind::InternalRecord);
            filed && !in_force.contains(code) && !pending.contains(code) && step.is_open(&in_force)
        };
        Self {
            can_file: roadmap
                .steps
                .iter()
                .filter(can_be_filed)
                .map(|step| step.item.code.clone())
                .collect(),
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
    /// What is known for the roadmap: what follows from intake's own decisions, what planning was told, and
    /// above all what was stated.
    fn known(&self, catalogue: &Catalogue) -> Facts {
        let intake = &self.intake.facts;
        let mut known = Facts::new();
        if intake.is_admitted() {
            let outcome = intake.screening.as_ref().map(|screening| screening.outcome);
            let restricted = outcome == Some(Outcome::PassWithCondition);
            known.set("restricted_sector", Value::Flag(restricted));
            known.set("security_review_flagged", Value::Flag(intake.review.is_some()));
        }
        let told = self.planning.facts.admitted.iter().flat_map(|admitted| &admitted.facts);
        for (key, text) in told.chain(&self.planning.facts.stated) {
            // A value that the catalogue of the day does not take is no answer: the question stays open.
            if let Some(Ok(value)) = catalogue.fact(key).map(|rule| rule.read(text)) {
                known.set(key.clone(), value);
            }
        }
        known
    }

    /// Codes of the items that are settled: by a permit in force, or by an act of intake.
    fn in_force(&self) -> BTreeSet<String> {
        let intake = &self.intake.facts;
        let by_intake = [
            ("S1-01", intake.registered_on.is_some()),
            ("S1-02", intake.is_admitted()),
            ("S1-03", intake.review.as_ref().is_some_and(|review| review.concluded.is_some())),
            ("S1-04", intake.gate.as_ref().is_some_and(|gate| gate.recognised)),
            ("S1-12", intake.code.is_some()),
        ];
        let by_intake = by_intake.iter().filter(|(_, settled)| *settled).map(|(code, _)| *code);
        let matters = self.matters();
        let granted = matters.iter().filter(|(_, matter)| matter.is_in_force());
        let told = self.planning.facts.prior.iter().filter(|(name, (_, in_force))| {
            // Of a matter that we see ourselves we know more than what planning was told.
            *in_force && matter_id(name).and_then(|id| self.matter(&id)).is_none()
        });
        let codes = by_intake.chain(granted.map(|(id, _)| id.item()));
        codes.chain(told.map(|(_, (item, _))| item.as_str())).map(str::to_owned).collect()
    }

    /// Codes of the items whose application is not yet decided.
    fn pending(&self) -> BTreeSet<String> {
        let undecided = |standing: &Standing| match standing {
            Standing::Received | Standing::AwaitingCorrections(_) | Standing::UnderReview(_) => {
                true
            }
            Standing::NotAccepted { .. } | Standing::Decided(_) | Standing::Withdrawn { .. } => {
                false
            }
        };
        let matters = self.matters();
        let pending = matters.iter().filter(|(_, matter)| undecided(&matter.standing));
        pending.map(|(id, _)| id.item().to_owned()).collect()
    }
}

fn matter_id(name: &str) -> Option<MatterId> {
    name.rsplit_once('/').and_then(|(_, id)| id.parse().ok())
}
