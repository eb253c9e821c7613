//! Roadmaps on the real catalogue.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use super::*;
use crate::catalogue::FactType;
use crate::filing::tests::{catalogue, facts};

const PLANNING: &[Stage] = &[Stage::Planning];

fn day() -> Date {
    "2022-04-06".parse().unwrap()
}

fn codes(roadmap: &Roadmap<'_>) -> Vec<String> {
    roadmap.steps.iter().map(|step| step.item.code.clone()).collect()
}

fn planning(facts: &Facts) -> Roadmap<'static> {
    derive(catalogue(), facts, PLANNING, day())
}

fn step<'r>(roadmap: &'r Roadmap<'_>, code: &str) -> &'r Step {
    roadmap.steps.iter().find(|step| step.item.code == code).unwrap()
}

#[test]
fn the_list_of_a_plan_attached_project_on_transferred_land() {
    let roadmap = planning(&facts());
    let expected = [
        "S2-02", "S2-03", "S2-04", "S2-05", "S2-21", "S2-06", "S2-11", "S2-07", "S2-17", "S2-18",
        "S2-19",
    ];
    assert_eq!(codes(&roadmap), expected);
    assert_eq!(roadmap.questions, Vec::<&FactRule>::new());
    assert_eq!(step(&roadmap, "S2-05").after, [vec!["S1-08".to_owned()], vec!["S2-04".to_owned()]]);
}

#[test]
fn the_plan_shortens_what_is_promised() {
    let promised = |facts: &Facts| {
        let roadmap = planning(facts);
        let of = |code| step(&roadmap, code).committed(facts).unwrap().limit.to_string();
        [of("S2-02"), of("S2-05"), of("S2-06"), of("S2-17")]
    };
    assert_eq!(promised(&facts()), ["0wd", "1wd", "1wd", "3wd"]);
    assert_eq!(promised(&facts().flag("plan_attached", false)), ["2wd", "3wd", "7wd", "3wd"]);
}

#[test]
fn a_restricted_project_is_verified_and_any_other_is_filed() {
    let intake = |restricted| {
        let facts = facts().flag("restricted_sector", restricted);
        codes(&derive(catalogue(), &facts, &[Stage::Intake], day()))
    };
    let has = |restricted, code: &str| intake(restricted).iter().any(|listed| listed == code);
    assert!(has(false, "S1-08") && !has(false, "S1-09"));
    assert!(has(true, "S1-09") && !has(true, "S1-08"));
    let verified = planning(&facts().flag("restricted_sector", true));
    assert_eq!(step(&verified, "S2-11").after, [vec!["S1-09".to_owned()]]);
}

#[test]
fn an_enterprise_on_the_register_is_not_registered_again_and_nothing_waits_for_it() {
    let intake = |established| {
        derive(
            catalogue(),
            &facts().flag("enterprise_established", established),
            &[Stage::Intake],
            day(),
        )
    };
    let (to_come, on_the_register) = (intake(false), intake(true));
    assert!(codes(&to_come).contains(&"S1-05".to_owned()));
    assert!(!codes(&on_the_register).contains(&"S1-05".to_owned()));
    let waits = |roadmap: &Roadmap<'_>| {
        let steps = roadmap.steps.iter();
        let waiting = steps.filter(|step| step.after.iter().flatten().any(|code| code == "S1-05"));
        waiting.map(|step| step.item.code.clone()).collect::<Vec<_>>()
    };
    assert_eq!(waits(&to_come), ["S1-06", "S1-11"]);
    assert_eq!(waits(&on_the_register), Vec::<String>::new());
}

#[test]
fn allocated_land_needs_no_transfer_and_waits_for_none() {
    let facts = facts().word("land_supply", "allocated").flag("plan_attached", false);
    let roadmap = planning(&facts);
    let listed = codes(&roadmap);
    assert!(!listed.contains(&"S2-03".to_owned()) && !listed.contains(&"S2-04".to_owned()));
    assert!(listed.contains(&"S2-01".to_owned()));
    assert_eq!(step(&roadmap, "S2-05").after, [vec!["S1-08".to_owned()]]);
    assert_eq!(step(&roadmap, "S2-21").after, Vec::<Vec<String>>::new());
}

#[test]
fn what_is_not_known_is_asked_and_nothing_is_guessed() {
    let nothing = Facts::new();
    let roadmap = planning(&nothing);
    let asked: Vec<&str> = roadmap.questions.iter().map(|rule| rule.key.as_str()).collect();
    assert_eq!(
        asked,
        [
            "area_assessment",
            "civil_building",
            "construction_waste",
            "eia_class",
            "hazardous_chemicals",
            "land_supply",
            "lightning_special_site",
            "new_construction_land",
            "relics_area",
            "road_works",
            "soil_water_plan",
            "special_fire_works",
        ]
    );
    for step in &roadmap.steps {
        assert_eq!(step.item.applies(&nothing), Applies::Yes, "{} is guessed", step.item.code);
    }
    let answered = planning(&nothing.word("eia_class", "report"));
    assert!(!answered.questions.iter().any(|rule| rule.key == "eia_class"));
    assert!(codes(&answered).contains(&"S2-09".to_owned()));
}

#[test]
fn the_law_of_the_day_applies() {
    let before = derive(catalogue(), &facts(), PLANNING, "2018-12-31".parse().unwrap());
    assert_eq!(codes(&before), Vec::<String>::new());
    let merged = derive(catalogue(), &facts(), PLANNING, "2019-09-17".parse().unwrap());
    assert!(codes(&merged).contains(&"S2-05".to_owned()));
}

#[test]
fn a_step_is_open_when_one_of_each_group_is_in_force() {
    let roadmap = planning(&facts());
    let land = step(&roadmap, "S2-05");
    let in_force = |codes: &[&str]| codes.iter().map(|code| (*code).to_owned()).collect();
    assert!(!land.is_open(&in_force(&["S1-08"])));
    assert!(land.is_open(&in_force(&["S1-08", "S2-04"])));
    assert!(!land.is_open(&in_force(&["S1-09", "S2-04"])), "another project's way in");
}

/// Any value that a fact may have.
fn value(rule: &FactRule) -> BoxedStrategy<Value> {
    match &rule.kind {
        FactType::Flag => any::<bool>().prop_map(Value::Flag).boxed(),
        FactType::Word(words) => prop::sample::select(words.clone()).prop_map(Value::Word).boxed(),
        FactType::Number { .. } => {
            (0u64..100_000_000).prop_map(|number| Value::Number(number.into())).boxed()
        }
    }
}

/// What may be known of a project: each fact any of its values, or not known.
fn known() -> impl Strategy<Value = Vec<(String, Option<Value>)>> {
    let rules = catalogue().facts();
    let one = |rule: &FactRule| {
        let key = rule.key.clone();
        option::of(value(rule)).prop_map(move |value| (key.clone(), value))
    };
    rules.map(one).collect::<Vec<_>>()
}

fn facts_of<'k>(known: impl IntoIterator<Item = &'k (String, Option<Value>)>) -> Facts {
    known.into_iter().fold(Facts::new(), |facts, (key, value)| match value {
        Some(value) => facts.with(key.clone(), value.clone()),
        None => facts,
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// The same facts in any order of stating them give the same list to the byte.
    #[test]
    fn the_same_facts_give_the_same_list(known in known(), shuffle in vec(any::<u16>(), 64)) {
        let mut shuffled: Vec<_> = known.iter().zip(&shuffle).collect();
        shuffled.sort_by_key(|(_, at)| **at);
        let (one, other) = (facts_of(&known), facts_of(shuffled.into_iter().map(|(one, _)| one)));
        let derive = |facts| format!("{:?}", derive(catalogue(), facts, &Stage::ALL, day()));
        prop_assert_eq!(derive(&one), derive(&other));
    }

    /// Nothing comes before what it rests on, everything listed concerns the project, nothing that concerns
    /// it is left out, and no item is both listed and asked about.
    #[test]
    fn every_list_can_be_walked_from_its_beginning(known in known()) {
        let facts = facts_of(&known);
        let roadmap = derive(catalogue(), &facts, &Stage::ALL, day());
        let listed = codes(&roadmap);
        for (at, step) in roadmap.steps.iter().enumerate() {
            prop_assert_eq!(step.item.applies(&facts), Applies::Yes);
            prop_assert!(!listed[..at].contains(&step.item.code));
            for group in &step.after {
                for code in group.iter().filter(|code| listed.contains(code)) {
                    prop_assert!(listed[..at].contains(code), "{} before {code}", step.item.code);
                }
            }
        }
        for item in catalogue().items(day()) {
            let is_listed = listed.contains(&item.code);
            match item.applies(&facts) {
                Applies::Yes => prop_assert!(is_listed),
                Applies::No => prop_assert!(!is_listed),
                Applies::Missing(keys) => {
                    prop_assert!(!is_listed, "{} is listed and asked about", item.code);
                    for key in keys {
                        prop_assert!(facts.get(&key).is_none());
                        prop_assert!(roadmap.questions.iter().any(|rule| rule.key == key));
                    }
                }
            }
        }
        let keys: Vec<_> = roadmap.questions.iter().map(|rule| &rule.key).collect();
        prop_assert!(keys.is_sorted() && keys.iter().all(|key| facts.get(key).is_none()));
    }
}
