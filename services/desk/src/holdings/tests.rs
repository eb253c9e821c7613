//! An agency that demands everything of everyone gets nothing that is held or shareable without a cited
//! override.

mod stored;

use std::sync::Arc;

use jiff::civil::Date;
use proptest::prelude::*;
use rulebook::{
    catalogue::{Source, Text},
    holdings::{
        Certificate, Content, Ending, Holdings, MaterialId, Origin, Override, Reliance, Rest,
        RestStanding, Rested, Scan,
    },
    law::Law,
    matter::{
        Act, Check, Command, Defect, Filing, Material, Matter, MatterId, Terms, Today, Track,
    },
};

use super::*;
use crate::{docket::Bench, position::Token, refuse::Refusal};

#[test]
fn the_refusal_names_what_is_held_and_its_hash() {
    let bench = bench();
    let mut holdings = Holdings::default();
    for event in [filed("design_documents", 1, "a"), clean("design_documents", 1)] {
        holdings.evolve(day("2022-04-06"), &event);
    }
    let (id, matter) = opened(&bench, "S2-05", Vec::new());
    let bench = with(&bench, holdings);
    let refused = guard(&id, &matter, &asks(&["design_documents"]), &bench);
    let Err(Refusal::Rule { reason, details, .. }) = refused else { panic!("{refused:?}") };
    assert_eq!(reason, "HELD_MATERIAL");
    let held = "projects/yamato/materials/design_documents/versions/1".to_owned();
    let expected =
        [("material", "design_documents".to_owned()), ("held", held), ("sha256", "a".repeat(64))];
    assert_eq!(details, expected);
    let refused = guard(&id, &matter, &asks(&["business_licence"]), &bench);
    let Err(Refusal::Rule { reason, details, .. }) = refused else { panic!("{refused:?}") };
    assert_eq!(reason, "HELD_MATERIAL");
    let expected = [("material", "business_licence".to_owned()), ("source", "MR".to_owned())];
    assert_eq!(details, expected);
    assert_eq!(guard(&id, &matter, &asks(&["form_p1"]), &bench), Ok(()));
}

#[test]
fn a_form_brings_what_is_held_by_itself_and_leaves_what_the_applicant_brings() {
    let bench = bench();
    let mut holdings = Holdings::default();
    for key in ["form_p1", "planning_conditions", "noise_study"] {
        holdings.evolve(day("2022-04-06"), &filed(key, 1, "a"));
        holdings.evolve(day("2022-04-06"), &clean(key, 1));
    }
    let item = bench.law.catalogue.item("S2-05", bench.date).unwrap();
    let terms = Terms::of(item, Track::Ordinary);
    let filing = Filing { terms, materials: vec![brought("form_p1", "b")], commitment: None };
    let transferred = rulebook::catalogue::Facts::new().word("land_supply", "transferred");
    let allocated = rulebook::catalogue::Facts::new().word("land_supply", "allocated");
    let completed = |facts| {
        let counter = rulebook::filing::Counter {
            catalogue: &bench.law.catalogue,
            stage: rulebook::catalogue::Stage::Planning,
            on: bench.date,
            facts,
            matters: &std::collections::BTreeMap::new(),
            in_force_before: &std::collections::BTreeSet::new(),
        };
        let held = with(&bench, holdings.clone()).held;
        complete(filing.clone(), &counter, &held).materials
    };
    let own = brought("form_p1", "b");
    assert_eq!(completed(&transferred), [own.clone(), brought("planning_conditions", "a")]);
    // Allocated land needs none, so that none is on file.
    assert_eq!(completed(&allocated), [own]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    /// The adversary asks for every material of every item, whatever is on file, with and without
    /// overrides of its own. What it gets without one is never held, unchanged and valid, and never
    /// another agency's to bring — except that it may find fault, the first time, with the very version
    /// that this application brought.
    #[test]
    fn who_demands_everything_of_everyone_gets_nothing_that_is_held_or_shareable(
        item in any::<prop::sample::Index>(),
        on_file in prop::collection::vec((any::<prop::sample::Index>(), 0..4_u8), 0..12),
        bring in prop::collection::vec((any::<prop::sample::Index>(), any::<bool>()), 0..4),
        granted in prop::collection::vec(any::<prop::sample::Index>(), 0..3),
        overrides in prop::collection::vec((any::<prop::sample::Index>(), any::<bool>()), 0..3),
    ) {
        let world = World::shared();
        let item = item.get::<String>(&world.codes);
        let mut holdings = Holdings::default();
        for (key, state) in &on_file {
            world.put(&mut holdings, key.get::<String>(&world.keys), *state);
        }
        let brought: Vec<Material> = bring.iter().map(|(key, same)| {
            brought(key.get::<String>(&world.keys), if *same { "a" } else { "f" })
        }).collect();
        let (id, matter) = opened(&world.bench, item, brought);
        let name = format!("projects/yamato/matters/{id}");
        for key in &granted {
            let rested = Rested { key: key.get::<String>(&world.keys).clone(), version: 1, sha256: "a".repeat(64) };
            let lead = Reliance { agency: "HC".to_owned(), opinion: None, materials: vec![rested] };
            let rest = Rest { standing: RestStanding::Granted, reliances: vec![lead] };
            let matter = "projects/yamato/matters/S2-18-1".to_owned();
            holdings.evolve(world.bench.date, &Event::Rested { matter, rest });
        }
        for (key, own) in &overrides {
            let key = key.get::<String>(&world.keys);
            let held = holdings.held(key, world.bench.date);
            let held = held.map(|(id, one)| (id.clone(), one.number, one.content.sha256.clone()));
            let agency = if *own { matter.terms.agency.as_str() } else { "COM" };
            let overridden = Override { held, ..overridden(key, agency, &name) };
            holdings.evolve(world.bench.date, &Event::DemandOverridden(overridden));
        }
        let bench = with(&world.bench, holdings.clone());
        for key in &world.keys {
            let passed = guard(&id, &matter, &asks(&[key]), &bench).is_ok();
            for other in [tolerates(key), rectifies(key)] {
                prop_assert_eq!(guard(&id, &matter, &other, &bench).is_ok(), passed, "{:?}", other);
            }
            let of_item = world.bench.law.catalogue.item(item, world.bench.date).unwrap();
            let shareable = world.is_shareable(of_item, key);
            let held = holdings.held(key, world.bench.date).map(|(_, one)| &one.content.sha256);
            let protected = shareable || held.is_some();
            let cited = holdings.overrides().any(|(_, one)| {
                one.key == *key && one.agency == matter.terms.agency && one.matter == name
                    && !one.citation.is_empty()
            });
            let rested_elsewhere = held.is_some_and(|hash| holdings
                .rest("projects/yamato/matters/S2-18-1")
                .is_some_and(|rest| rest.reliances[0].materials[0].sha256 == *hash));
            let own_first_look = !shareable && !rested_elsewhere && held.is_some_and(|hash| {
                matter.materials.get(key).is_some_and(|own| own.sha256.as_ref() == Some(hash))
            });
            prop_assert_eq!(passed, !protected || cited || own_first_look, "{} in {}", key, item);
        }
        // In a list with others it is no different: one protected demand refuses the whole list.
        let all: Vec<&str> = world.keys.iter().map(String::as_str).collect();
        prop_assert!(guard(&id, &matter, &asks(&all), &bench).is_err());
    }
}

/// Every item of the catalogue, every material of all items, every act on a matter by which an agency can ask:
/// with nothing on file, with the material on file, and overridden.
#[test]
fn no_act_on_any_matter_of_any_item_demands_what_is_protected() {
    let world = World::shared();
    let (mut items, mut refused) = (0, 0);
    for item in world.bench.law.catalogue.items(world.bench.date) {
        items += 1;
        let (id, matter) = opened(&world.bench, &item.code, Vec::new());
        let name = format!("projects/yamato/matters/{id}");
        for key in &world.keys {
            let mut holdings = Holdings::default();
            let nothing = with(&world.bench, holdings.clone());
            world.put(&mut holdings, key, 1);
            let on_file = with(&world.bench, holdings.clone());
            let held = holdings.held(key, world.bench.date).unwrap();
            let held = Some((held.0.clone(), held.1.number, held.1.content.sha256.clone()));
            let one = Override { held, ..overridden(key, &matter.terms.agency, &name) };
            holdings.evolve(world.bench.date, &Event::DemandOverridden(one));
            let opened_up = with(&world.bench, holdings);
            for act in [asks(&[key]), tolerates(key), rectifies(key)] {
                assert!(is_demand(&act.act));
                let passes = |bench: &Bench| guard(&id, &matter, &act, bench).is_ok();
                assert_eq!(passes(&nothing), !world.is_shareable(item, key), "{key} in {id}");
                assert!(!passes(&on_file), "{key} in {id}");
                assert!(passes(&opened_up), "{key} in {id}");
                refused += 1;
            }
        }
    }
    assert!(items >= 60 && refused > 10_000, "{items} items, {refused} demands");
}

struct World {
    bench: Bench,
    codes: Vec<String>,
    keys: Vec<String>,
}

impl World {
    fn shared() -> &'static World {
        static WORLD: std::sync::OnceLock<World> = std::sync::OnceLock::new();
        WORLD.get_or_init(|| {
            let bench = bench();
            let items = || bench.law.catalogue.items(bench.date);
            let codes = items()
                .filter(|item| {
                    let not_own = |material: &rulebook::catalogue::Material| {
                        material.source != Source::Applicant
                    };
                    // Two at least, so that no two or three overrides open the whole list.
                    item.materials.iter().filter(|material| not_own(material)).count() > 3
                })
                .map(|item| item.code.clone())
                .collect();
            let all = items().flat_map(|item| &item.materials).map(|one| one.key.clone());
            let keys: std::collections::BTreeSet<String> = all.collect();
            World { codes, keys: keys.into_iter().collect(), bench }
        })
    }

    /// Whether agencies have it from each other: as the item says, or as every item does that lists it.
    fn is_shareable(&self, item: &rulebook::catalogue::Item, key: &str) -> bool {
        let items: Vec<_> = self.bench.law.catalogue.items(self.bench.date).collect();
        let everywhere = || items.iter().filter_map(|item| item.material(key));
        let lists: Vec<_> = match item.material(key) {
            Some(own) => vec![own],
            None => everywhere().collect(),
        };
        !lists.is_empty() && lists.iter().all(|one| one.source != Source::Applicant)
    }

    /// On file: pending, in force, expired, or said to have changed.
    fn put(&self, holdings: &mut Holdings, key: &str, state: u8) {
        let id: MaterialId = key.parse().unwrap();
        let version = holdings.next_version(&id);
        let mut event = filed(key, version, "a");
        if let (Event::Filed { valid_until, .. }, 2) = (&mut event, state) {
            *valid_until = Some(day("2022-03-31"));
        }
        holdings.evolve(day("2022-03-01"), &event);
        if state > 0 {
            holdings.evolve(day("2022-03-01"), &clean(key, version));
        }
        if state == 3 {
            let reason = "变更".to_owned();
            holdings.evolve(day("2022-03-02"), &Event::Outdated { id, version, reason });
        }
    }
}

fn bench() -> Bench {
    let law = Arc::new(Law::parse(&host::seeds::embedded()).unwrap());
    Bench::new(day("2022-04-06"), law)
}

fn with(bench: &Bench, holdings: Holdings) -> Bench {
    let held = Held { project: "yamato".to_owned(), holdings: Arc::new(holdings) };
    Bench { held, ..bench.clone() }
}

fn opened(bench: &Bench, item: &str, materials: Vec<Material>) -> (MatterId, Matter) {
    let item = bench.law.catalogue.item(item, bench.date).unwrap();
    let terms = Terms::of(item, Track::Ordinary);
    let filing = Filing { terms, materials, commitment: None };
    let today = Today { date: bench.date, calendar: &bench.calendar };
    let events = filing.decide(None, today).unwrap();
    (MatterId::new(&item.code, 1).unwrap(), Matter::replay(&events).unwrap())
}

fn tolerates(key: &str) -> Command {
    let (owed, promise) = (vec![key.to_owned()], "补交".to_owned());
    Act::TolerateMissing { owed, promise, document: String::new() }.now()
}

fn rectifies(key: &str) -> Command {
    let check = Check::False(vec!["与承诺不符".to_owned()]);
    let (document, materials) = ("限改-1".to_owned(), vec![key.to_owned()]);
    Act::CheckCommitment { check, document, materials }.now()
}

fn asks(keys: &[&str]) -> Command {
    let defect =
        |key: &&str| Defect { material: (*key).to_owned(), problem: "请再交一份".to_owned() };
    let defects = keys.iter().map(defect).collect();
    Act::RequestCorrections { defects, notice: String::new() }.now()
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn fact(event: Event) -> Fact {
    Fact { on: day("2022-04-06"), heard: None, event }
}

fn brought(key: &str, letter: &str) -> Material {
    Material { key: key.to_owned(), sha256: Some(letter.repeat(64)), version: 1 }
}

fn content(letter: &str, size: u64) -> Content {
    Content {
        sha256: letter.repeat(64),
        size,
        media_type: "application/pdf".to_owned(),
        file_name: "总平面图.pdf".to_owned(),
        observations: vec!["signed".to_owned()],
    }
}

fn filed(key: &str, version: u32, letter: &str) -> Event {
    Event::Filed {
        id: key.parse().unwrap(),
        version,
        content: content(letter, 10),
        origin: Origin::Enterprise { principal: "enterprise:yamato".to_owned() },
        valid_from: None,
        valid_until: None,
    }
}

fn clean(key: &str, version: u32) -> Event {
    let (id, scanner) = (key.parse().unwrap(), "clamd".to_owned());
    Event::Scanned { id, version, scan: Scan::Clean, scanner }
}

fn overridden(key: &str, agency: &str, matter: &str) -> Override {
    Override {
        key: key.to_owned(),
        matter: matter.to_owned(),
        agency: agency.to_owned(),
        ground: "原件须现场核验".to_owned(),
        citation: "城乡规划法 art. 40".to_owned(),
        held: None,
    }
}
