//! 容缺受理 of a construction permit in April 2022: 9 and 10 April are a weekend, nothing else is off.

use super::*;

const OWED: &str = "funding_commitment";

fn tolerate(owed: &[&str]) -> Act {
    Act::TolerateMissing {
        owed: owed.iter().map(|key| (*key).to_owned()).collect(),
        promise: "五个工作日内补交".to_owned(),
        document: "受理-1".to_owned(),
    }
}

fn bring(key: &str) -> Act {
    Act::SupplyOwed { materials: vec![material(key, 'f')] }
}

/// Filed on Wednesday 6 April, accepted on the 7th without the funding commitment. Its five working days
/// are 8, 11, 12, 13 and 14 April.
fn tolerated() -> Story {
    Story::filed("S2-17", "2022-04-06").then("2022-04-07", tolerate(&[OWED]))
}

#[test]
fn the_matter_is_accepted_the_clock_runs_and_the_applicant_is_told_what_it_owes() {
    let story = tolerated();
    assert_eq!(story.matter.accepted_on(), Some(day("2022-04-07")));
    assert_eq!(due(&story.clocks().owed), "2022-04-14");
    // Three working days promised, 8, 11 and 12 April; seven calendar days by law.
    assert_eq!(due(&story.clocks().committed), "2022-04-12");
    assert_eq!(due(&story.clocks().statutory), "2022-04-14");
    let story = story.holds("2022-04-08", "enterprise supply_owed by 2022-04-14");
    assert_eq!(story.holder("2022-04-08").since, day("2022-04-07"));
    // The agency accepted and its clock runs: the days are its own.
    assert_eq!(charged(&story, "2022-04-11"), "agency:HC 3, nobody 2");
}

#[test]
fn nothing_is_decided_before_everything_owed_is_there() {
    let owed = || Owed::Outstanding { keys: vec![OWED.to_owned()] };
    let story = tolerated()
        .refuses("2022-04-08", grant(), owed())
        .refuses("2022-04-08", refuse(), owed())
        .then("2022-04-11", bring(OWED))
        .holds("2022-04-11", "agency:HC decide by 2022-04-12")
        .then("2022-04-12", grant());
    let rests_on: Vec<&str> =
        story.matter.decided().unwrap().materials.iter().map(|m| m.key.as_str()).collect();
    assert_eq!(rests_on, ["design_scheme", OWED]);
    assert_eq!(story.time_demands("2022-04-20"), []);
    story.refuses("2022-04-12", bring(OWED), Rejection::AlreadyDecided { on: day("2022-04-12") });
}

#[test]
fn what_is_not_supplied_by_the_last_day_ends_the_matter() {
    let story = tolerated();
    assert_eq!(story.time_demands("2022-04-14"), []);
    let running = Owed::Running { due: OrStanding(Some(day("2022-04-14"))) };
    let story = story.refuses("2022-04-14", Act::Terminate, running);
    // The last day is still in time.
    story.clone().then("2022-04-14", bring(OWED));
    let story = story.refuses("2022-04-15", bring(OWED), Owed::Over { due: day("2022-04-14") });
    assert_eq!(story.time_demands("2022-04-15"), [Act::Terminate]);
    // Established on the Monday, dated on the day after the last.
    let story = story.then("2022-04-18", Act::Terminate).holds("2022-04-18", "nobody nothing by -");
    assert_eq!(story.matter.closed_on(), Some(day("2022-04-15")));
    assert!(matches!(
        story.events.last(),
        Some(Event::Terminated { citation, .. }) if citation.starts_with("容缺受理")
    ));
    // 7, 8, 11, 12, 13, 14 and 15 April; the 9th and 10th are nobody's.
    assert_eq!(charged(&story, "2022-05-01"), "agency:HC 7, nobody 2");
    assert_eq!(story.time_demands("2022-05-01"), []);
    let over = || Owed::Terminated { on: day("2022-04-15") };
    story
        .refuses("2022-04-18", grant(), over())
        .refuses("2022-04-18", bring(OWED), over())
        .refuses("2022-04-18", deliver(), over())
        .refuses("2022-04-18", accept(), over())
        .refuses("2022-04-18", Act::WithdrawApplication { reason: String::new() }, over());
}

#[test]
fn only_secondary_materials_only_at_acceptance_and_only_once() {
    let main = Owed::NotTolerable { keys: vec!["construction_contract".to_owned()] };
    let filed = Story::filed("S2-17", "2022-04-06")
        .refuses("2022-04-07", tolerate(&["construction_contract"]), main.clone())
        .refuses("2022-04-07", tolerate(&[OWED, "construction_contract"]), main)
        .refuses("2022-04-07", tolerate(&[]), Rejection::Missing(Part::Materials));
    let without_promise = Act::TolerateMissing {
        owed: vec![OWED.to_owned()],
        promise: " ".to_owned(),
        document: String::new(),
    };
    filed
        .clone()
        .refuses("2022-04-07", without_promise, Rejection::Missing(Part::SupplyPromise))
        .then("2022-04-07", accept())
        .refuses(
            "2022-04-07",
            tolerate(&[OWED]),
            Rejection::AlreadyAccepted { on: day("2022-04-07") },
        )
        .refuses("2022-04-07", bring(OWED), Owed::Nothing)
        .refuses("2022-04-07", Act::Terminate, Owed::Nothing);
    // An item without secondary materials tolerates nothing.
    let none = Owed::NotTolerable { keys: vec!["design_scheme".to_owned()] };
    Story::filed("S2-10", "2022-04-06").refuses("2022-04-07", tolerate(&["design_scheme"]), none);
    let twice = Rejection::AlreadyAccepted { on: day("2022-04-07") };
    tolerated()
        .refuses("2022-04-08", tolerate(&[OWED]), twice)
        .refuses(
            "2022-04-08",
            bring("construction_contract"),
            Owed::NotOwed { keys: vec!["construction_contract".to_owned()] },
        )
        .refuses(
            "2022-04-08",
            Act::SupplyOwed { materials: Vec::new() },
            Rejection::Missing(Part::Materials),
        );
    // After five working days of silence everything is accepted, and nothing can be owed any more.
    let silent = Rejection::AcceptedBySilence { as_of: day("2022-04-06"), due: day("2022-04-13") };
    filed.refuses("2022-04-14", tolerate(&[OWED]), silent);
}

#[test]
fn what_is_on_file_is_not_missing() {
    let terms = terms("S2-17", Track::Ordinary, "2022-04-06", &Facts::default());
    let filing = Filing { terms, materials: vec![material(OWED, 'f')], commitment: None };
    let calendar = calendar();
    let today = Today { date: day("2022-04-07"), calendar: &calendar };
    let matter = Matter::replay(&filing.decide(Some(day("2022-04-06")), today).unwrap()).unwrap();
    let refused = matter.decide(&tolerate(&[OWED]).now(), today);
    assert_eq!(refused, Err(Owed::NotMissing { key: OWED.to_owned() }.into()));
}

#[test]
fn consent_by_silence_waits_for_what_is_owed() {
    let mut terms = terms("S2-17", Track::Ordinary, "2022-04-06", &Facts::default());
    let citation = "a law".to_owned();
    terms.consent_by_silence = Some(CitedLimit { limit: limit("2wd"), citation });
    let story = Story::open(terms, "2022-04-06").then("2022-04-07", tolerate(&[OWED]));
    // 8 and 11 April run out in vain.
    assert_eq!(story.time_demands("2022-04-13"), []);
    let owed = Owed::Outstanding { keys: vec![OWED.to_owned()] };
    let story = story.refuses("2022-04-13", Act::DeemGranted, owed).then("2022-04-13", bring(OWED));
    assert_eq!(story.time_demands("2022-04-13"), [Act::DeemGranted]);
    let story = story.then("2022-04-13", Act::DeemGranted);
    assert_eq!(story.matter.decided_on(), Some(day("2022-04-13")));
}
