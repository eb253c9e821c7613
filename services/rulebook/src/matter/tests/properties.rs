//! What holds for every history.

use proptest::prelude::*;

use super::*;

/// Acts with different words for each step, so that most histories get somewhere.
fn act() -> impl Strategy<Value = Act> {
    let key = || prop::sample::select(vec!["scheme", "civil_defence", "traffic"]);
    let content = || prop::sample::select(vec!['b', 'c', 'd', 'e', 'f']);
    let ground = || prop::sample::select(vec!["hearing", "expert_review", "publication"]);
    let opinion = prop::sample::select(vec![
        Opinion::Consents,
        Opinion::ConsentsWithConditions(vec!["条件".into()]),
        Opinion::Objects("理由".to_owned()),
    ]);
    let stop = (ground(), any::<bool>()).prop_map(|(ground, applicant)| Act::Suspend {
        ground: ground.to_owned(),
        notice: Some(notice("通知-1", "2022-01-04")),
        expected: limit("5wd"),
        waits_for: if applicant { WaitsFor::Applicant } else { WaitsFor::ThirdParty },
    });
    let extension = Act::Extend {
        by: limit("10wd"),
        approver: "行政机关负责人".to_owned(),
        approved_on: day("2022-01-28"),
        notice: notice("延期-1", "2022-01-28"),
        reason: "情况复杂".to_owned(),
    };
    prop_oneof![
        3 => Just(accept()),
        2 => Just(Act::TolerateMissing { owed: vec!["traffic_study".to_owned()], promise: "补交".to_owned(), document: String::new() }),
        2 => content().prop_map(|content| Act::SupplyOwed { materials: vec![material("traffic_study", content)] }),
        1 => Just(Act::Terminate),
        1 => Just(correct(&["design_scheme"])),
        2 => content().prop_map(|content| supply("design_scheme", content)),
        1 => Just(Act::DeemAccepted),
        2 => stop,
        3 => ground().prop_map(resume),
        1 => Just(extension),
        3 => Just(Act::RequestOpinions { opinions: Vec::new() }),
        8 => (key(), opinion).prop_map(|(key, opinion)| says(key, opinion)),
        2 => content().prop_map(|content| Act::Resubmit { materials: vec![material("design_scheme", content)] }),
        2 => Just(grant()),
        1 => Just(refuse()),
        2 => Just(deliver()),
        1 => Just(Act::WithdrawApplication { reason: String::new() }),
        1 => Just(Act::DeregisterPermit { ground: DeregistrationGround::ForceMajeure, reason: "地震".to_owned() }),
    ]
}

/// A works permit filed on the first working day of 2022, and what happened, with days between.
fn history() -> impl Strategy<Value = Vec<(u8, Act)>> {
    prop::collection::vec((0..6_u8, act()), 0..40)
}

fn play(steps: &[(u8, Act)]) -> (Story, Date) {
    let facts = Facts::new().flag("civil_building", true).flag("plan_attached", false);
    let mut terms = terms("S2-06", Track::Ordinary, "2022-01-04", &facts);
    let within = CitedLimit { limit: limit("5wd"), citation: "容缺受理".to_owned() };
    terms.tolerance = Some(ToleranceTerm { materials: vec!["traffic_study".to_owned()], within });
    let mut story = Story::open(terms, "2022-01-04");
    let calendar = calendar();
    let mut date = day("2022-01-04");
    for (days, act) in steps {
        for _ in 0..*days {
            date = date.tomorrow().unwrap();
        }
        let today = Today { date, calendar: &calendar };
        let Ok(events) = story.matter.decide(&act.clone().now(), today) else { continue };
        events.iter().for_each(|event| story.matter.evolve(event));
        story.events.extend(events);
        let again = story.matter.decide(&act.clone().now(), today);
        assert!(again.is_err(), "{act:?} a second time gave {again:?}");
    }
    (story, date)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_repeated_act_is_refused_and_replaying_gives_the_same_matter(steps in history()) {
        let (story, _) = play(&steps);
        let replayed = Matter::replay(&story.events);
        prop_assert_eq!(replayed.as_ref(), Some(&story.matter));
    }

    #[test]
    fn every_day_is_charged_to_one_party_and_the_parts_sum_to_the_whole(steps in history()) {
        let (story, date) = play(&steps);
        let calendar = calendar();
        let ledger = story.matter.ledger(date, &calendar);
        let end = story.matter.closed_on().unwrap_or(date).min(date);
        let elapsed = u32::try_from((end - story.matter.received_on).get_days()).unwrap();
        prop_assert_eq!(ledger.elapsed(), elapsed);
        prop_assert_eq!(ledger.by_party().values().sum::<u32>(), elapsed);
        for charge in &ledger.days {
            prop_assert_eq!(charge.party == Party::Nobody, !calendar.is_working(charge.date));
        }
    }

    #[test]
    fn no_day_of_the_authoritys_clock_is_the_applicants_or_a_third_partys(steps in history()) {
        let (story, date) = play(&steps);
        let ledger = story.matter.ledger(date, &calendar());
        let days = story.matter.authority_days(date, &calendar());
        for charge in &ledger.days {
            let agency = matches!(charge.party, Party::Agency(_));
            prop_assert!(agency || !days.contains(&charge.date), "{charge:?}");
        }
    }

    #[test]
    fn opinions_join_at_most_once_and_nothing_is_granted_before(steps in history()) {
        let (story, _) = play(&steps);
        let at = |wanted: fn(&Event) -> bool| {
            let found = story.events.iter().enumerate().filter(|(_, event)| wanted(event));
            found.map(|(at, _)| at).collect::<Vec<_>>()
        };
        let joins = at(|event| matches!(event, Event::OpinionsJoined { .. }));
        let grants =
            at(|event| matches!(event, Event::Decided { outcome: Outcome::Granted { .. }, .. }));
        prop_assert!(joins.len() <= 1);
        for grant in grants {
            prop_assert!(joins.first().is_some_and(|join| *join < grant));
        }
    }

    #[test]
    fn nothing_is_decided_while_anything_is_owed(steps in history()) {
        let (story, _) = play(&steps);
        let mut owed = std::collections::BTreeSet::new();
        for event in &story.events {
            match event {
                Event::MissingTolerated { owed: keys, .. } => owed.extend(keys.iter().cloned()),
                Event::OwedSupplied { materials, .. } => {
                    materials.iter().for_each(|brought| { owed.remove(&brought.key); });
                }
                Event::Decided { .. } | Event::GrantDeemed { .. } => prop_assert!(owed.is_empty()),
                _ => {}
            }
        }
    }

    #[test]
    fn history_in_any_order_never_panics(steps in history(), order in any::<u64>()) {
        let (story, date) = play(&steps);
        let mut shuffled = story.events.clone();
        let mut seed = order;
        for at in (2..shuffled.len()).rev() {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            shuffled.swap(at, 1 + usize::try_from(seed >> 33).unwrap() % at);
        }
        let calendar = calendar();
        let today = Today { date, calendar: &calendar };
        for end in 0..=shuffled.len() {
            let Some(matter) = Matter::replay(&shuffled[..end]) else { continue };
            matter.holder(today);
            matter.light(today);
            matter.ledger(date, &calendar);
            matter.passing_of_time(today);
        }
    }
}
