//! Facts that the enterprise states, those that the platform knows, and the roadmap that follows.

use super::story::*;
use crate::{
    case::{
        decide,
        event::{Admitted, Event, Fact},
    },
    roadmap,
};
use desk::{
    caller::{Caller, Principal},
    refuse::Refusal,
};
use prost::Message;

impl Story {
    fn states(&self, facts: &[(&str, &str)], by: &Caller) -> Result<Vec<Event>, Refusal> {
        decide::state_facts(&self.case, &words(facts), None, by, &bench(self.today))
    }

    fn roadmap(&self) -> proto::planning::v1::Roadmap {
        let facts = self.case.facts(&law().catalogue);
        roadmap::of(&facts, self.today, &bench(self.today))
    }

    fn asked(&self) -> Vec<String> {
        self.roadmap().questions.into_iter().map(|question| question.fact).collect()
    }
}

#[test]
fn the_enterprise_states_facts_and_keeps_those_it_does_not_name() {
    let story = Story::admitted("2022-03-21");
    let first = story.states(&[("relics_area", "no"), ("civil_building", "no")], &enterprise());
    let story = story.happened(&first.unwrap()).on("2022-03-22");
    let second = story.states(&[("civil_building", "yes")], &enterprise()).unwrap();
    assert_eq!(second[0].on, day("2022-03-22"));
    let story = story.happened(&second);
    assert_eq!(story.case.stated, words(&[("relics_area", "no"), ("civil_building", "yes")]));
}

#[test]
fn nobody_states_facts_but_the_enterprise_or_who_names_it() {
    let story = Story::admitted("2022-03-21");
    let facts = [("relics_area", "no")];
    let secretary = Principal::Secretary { who: "ECC/ss-03".to_owned() };
    let mut secretary = Caller { principal: secretary, on_behalf_of: None };
    let mut counter = agency("NR");
    assert_eq!(reason(story.states(&facts, &secretary)), "NOT_YOURS");
    assert_eq!(reason(story.states(&facts, &counter)), "NOT_YOURS");
    for caller in [&mut secretary, &mut counter] {
        caller.on_behalf_of = Some("enterprise:yamato".to_owned());
        assert!(story.states(&facts, caller).is_ok());
    }
}

#[test]
fn every_wrong_fact_is_named_at_once() {
    let story = Story::admitted("2022-03-21");
    let facts = [
        ("civil_building", "perhaps"),
        ("favourite_colour", "red"),
        ("land_supply", "transferred"),
        ("restricted_sector", "yes"),
    ];
    let refused = reason(story.states(&facts, &enterprise()));
    assert_eq!(
        refused, "facts[civil_building] facts[favourite_colour] facts[restricted_sector]",
        "the last one is known from intake"
    );
    assert_eq!(reason(story.states(&[], &enterprise())), "facts");
    let unknown = Story::unknown("2022-03-21").states(&facts, &enterprise());
    assert!(reason(unknown).starts_with("NO_PROJECT_CODE"));
}

#[test]
fn what_intake_knows_is_not_asked_and_outweighs_what_was_stated() {
    let story = Story::admitted("2022-03-21");
    assert!(story.asked().contains(&"annual_energy_tce".to_owned()));
    assert!(!story.asked().contains(&"restricted_sector".to_owned()));
    let stated = words(&[("annual_energy_tce", "900")]);
    let story = story.learns([Fact::FactsStated { facts: stated }]);
    let known = words(&[("restricted_sector", "yes"), ("annual_energy_tce", "4800")]);
    let story = story.learns([Fact::Admitted(Admitted { facts: known, ..admitted() })]);
    let facts = story.case.facts(&law().catalogue);
    let expected = law().catalogue.fact("annual_energy_tce").unwrap().read("4800").unwrap();
    assert_eq!(facts.get("annual_energy_tce"), Some(&expected));
    let listed = story.roadmap().steps.into_iter().map(|step| step.item).collect::<Vec<_>>();
    assert!(listed.contains(&"S1-09".to_owned()) && !listed.contains(&"S1-08".to_owned()));
}

#[test]
fn the_same_facts_give_the_same_roadmap_to_the_byte() {
    let one = Story::factory("2022-03-21", &[]);
    let other = Story::admitted("2022-03-21");
    // Stated one by one, the last first, and the first of them corrected on the way.
    let facts = one.case.stated.iter().rev();
    let other = other.learns([Fact::FactsStated { facts: words(&[("road_works", "yes")]) }]);
    let other = facts.fold(other, |story, (key, value)| {
        story.learns([Fact::FactsStated { facts: words(&[(key, value)]) }])
    });
    assert_eq!(one.roadmap().encode_to_vec(), other.roadmap().encode_to_vec());
    let changed = Story::factory("2022-03-21", &[("road_works", "yes")]);
    assert_ne!(one.roadmap().encode_to_vec(), changed.roadmap().encode_to_vec());
}

#[test]
fn a_step_shows_its_law_both_limits_and_who_brings_what() {
    let roadmap = Story::plan_attached("2022-04-06", &[]).roadmap();
    let land = roadmap.steps.iter().find(|step| step.item == "S2-05").unwrap();
    assert_eq!(land.agency, "NR");
    assert_eq!(land.phase, "P1");
    assert_eq!(land.legal_basis, ["自然资规〔2019〕2号 二", "城乡规划法 art. 37-38"]);
    assert_eq!(land.statutory.unwrap().n, 20);
    assert_eq!(land.committed.unwrap().n, 1, "on the plan-attached track");
    assert!(land.committed_is_assumption);
    assert_eq!(land.after, ["S1-08", "S2-04"]);
    let sources: Vec<_> = land.materials.iter().map(|one| (&*one.key, &*one.source)).collect();
    assert_eq!(
        sources,
        [
            ("form_p1", "applicant"),
            ("transfer_contract", "prior:S2-04"),
            ("filing_certificate", "prior:S1-08"),
            ("planning_conditions", "prior:S2-03"),
            ("business_licence", "shared:MR"),
        ]
    );
}

#[test]
fn news_that_is_none_adds_nothing() {
    let story = Story::admitted("2022-03-21");
    let old = vec![
        Fact::Admitted(admitted()),
        prior("S1-08", true),
        Fact::Standing { may_proceed: true, reason: String::new() },
    ];
    assert_eq!(decide::note(&story.case, day("2022-03-22"), old), []);
    let renamed = Admitted { district: "210212".to_owned(), ..admitted() };
    let news = vec![Fact::Admitted(renamed), prior("S1-08", true)];
    assert_eq!(decide::note(&story.case, day("2022-03-22"), news).len(), 1);
}
