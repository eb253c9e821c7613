//! The roadmap, as callers see it.

use desk::{
    docket::Bench,
    wire::{limit_to_wire, text_to_wire},
};
use jiff::civil::Date;
use proto::planning::v1 as pb;
use rulebook::{
    catalogue::{FactRule, FactType, Facts, Mark, Material, Source, Stage},
    roadmap::{self, Step},
};

/// The stages whose matters lead to the construction permit.
const STAGES: [Stage; 2] = [Stage::Intake, Stage::Planning];

/// What follows from facts on a day.
pub(crate) fn of(facts: &Facts, on: Date, bench: &Bench) -> pb::Roadmap {
    let roadmap = roadmap::derive(&bench.law.catalogue, facts, &STAGES, on);
    pb::Roadmap {
        steps: roadmap.steps.iter().map(|one| step(one, facts)).collect(),
        questions: roadmap.questions.into_iter().map(question).collect(),
    }
}

fn step(step: &Step, facts: &Facts) -> pb::RoadmapStep {
    let item = &step.item;
    let committed = step.committed(facts);
    pb::RoadmapStep {
        item: item.code.clone(),
        edition: item.edition.clone(),
        title: Some(text_to_wire(&item.name)),
        agency: item.agency.clone(),
        phase: item.national_phase.map_or("-", rulebook::catalogue::Phase::word).to_owned(),
        legal_basis: item.legal_basis.iter().map(|basis| basis.text.clone()).collect(),
        statutory: item.statutory.as_ref().map(|ruled| limit_to_wire(ruled.limit)),
        committed: committed.map(|ruled| limit_to_wire(ruled.limit)),
        committed_is_assumption: committed.is_some_and(|ruled| ruled.mark == Mark::Assumption),
        after: step.after.iter().map(|group| group.join("|")).collect(),
        materials: item.materials.iter().map(material).collect(),
    }
}

fn material(material: &Material) -> pb::RoadmapMaterial {
    let source = match &material.source {
        Source::Applicant => "applicant".to_owned(),
        Source::Prior(item) => format!("prior:{item}"),
        Source::Shared(agency) => format!("shared:{agency}"),
    };
    pb::RoadmapMaterial {
        key: material.key.clone(),
        title: Some(text_to_wire(&material.name)),
        source,
    }
}

fn question(fact: &FactRule) -> pb::Question {
    let choices = match &fact.kind {
        FactType::Flag => vec!["yes".to_owned(), "no".to_owned()],
        FactType::Word(words) => words.clone(),
        FactType::Number { .. } => Vec::new(),
    };
    let asked = fact.question.clone();
    pb::Question {
        fact: fact.key.clone(),
        zh: asked.zh,
        en: asked.en,
        ja: asked.ja,
        ko: asked.ko,
        choices,
    }
}
