//! Conditions of a permit: whose they are, and how they come to be met.

use super::*;

fn grant_with(conditions: Vec<Condition>) -> Act {
    let certificate =
        Certificate { number: "建字第1号".to_owned(), valid_until: None, sha256: None };
    let outcome = Outcome::Granted { certificate, conditions };
    Act::Decide { outcome, document: String::new() }
}

fn show(number: u32) -> Act {
    Act::ShowCondition { number, evidence: "竣工照片".to_owned() }
}

fn check(number: u32, met: bool) -> Act {
    Act::CheckCondition { number, met, findings: "现场查看".to_owned() }
}

/// Granted on Friday 2021-10-15 with a condition due in November and one that lasts.
fn granted() -> Story {
    let due = Condition { due: Some(day("2021-11-30")), ..Condition::from("补种行道树") };
    let lasting = Condition { lasting: true, ..Condition::from("夜间不得施工") };
    Story::filed("S2-10", "2021-10-12")
        .then("2021-10-12", accept())
        .then("2021-10-15", grant_with(vec![due, lasting]))
}

fn open(story: &Story) -> Vec<u32> {
    story.matter.open_conditions().map(|imposed| imposed.number).collect()
}

#[test]
fn a_condition_is_open_until_who_imposed_it_finds_it_met() {
    let story = granted();
    assert_eq!(open(&story), [1], "what lasts keeps nobody waiting");
    let story = story.then("2021-11-10", show(1));
    assert_eq!(open(&story), [1], "the holder's word closes nothing");
    let story = story.then("2021-11-12", check(1, false));
    assert_eq!(open(&story), [1]);
    let story = story.then("2021-11-29", show(1)).then("2021-11-30", check(1, true));
    assert_eq!(open(&story), [] as [u32; 0]);
    story.refuses(
        "2021-12-01",
        show(1),
        Rejection::ConditionMet { number: 1, on: day("2021-11-30") },
    );
}

#[test]
fn a_condition_is_late_from_the_day_after_its_last() {
    let story = granted();
    let late = |on| story.matter.open_conditions().any(|imposed| imposed.is_late(day(on)));
    assert!(!late("2021-11-30"));
    assert!(late("2021-12-01"));
}

#[test]
fn what_lasts_stands_open_only_while_it_is_found_broken() {
    let story = granted().then("2021-11-12", check(2, false));
    assert_eq!(open(&story), [1, 2]);
    assert_eq!(open(&story.then("2021-11-15", check(2, true))), [1]);
}

#[test]
fn the_conditions_of_a_consent_are_its_agencys_to_check() {
    let asked = Act::RequestOpinions { opinions: Vec::new() };
    let mut story =
        Story::filed("S2-01", "2022-04-06").then("2022-04-06", accept()).then("2022-04-07", asked);
    for term in story.matter.terms.opinions.clone() {
        let opinion = match term.key.as_str() {
            "cultural_relics" => Opinion::ConsentsWithConditions(vec!["施工前考古勘探".into()]),
            _ => Opinion::Consents,
        };
        let (key, document) = (term.key.clone(), String::new());
        story = story.then("2022-04-08", Act::GiveOpinion { key, opinion, document });
    }
    let story = story.then("2022-04-11", grant_with(vec!["保留古树".into()]));
    let decided = story.matter.decided().unwrap();
    let imposed: Vec<_> =
        decided.conditions.iter().map(|one| (one.number, one.opinion.as_deref())).collect();
    assert_eq!(imposed, [(1, None), (2, Some("cultural_relics"))]);
    let lead = Whose::Lead(story.matter.terms.agency.clone());
    assert_eq!(check(1, true).whose(&story.matter), lead);
    let asked = story.matter.terms.opinion("cultural_relics").unwrap().agency.clone();
    assert_ne!(Whose::Lead(asked.clone()), lead);
    assert_eq!(check(2, true).whose(&story.matter), Whose::Lead(asked));
    assert_eq!(show(2).whose(&story.matter), Whose::Applicant);
}

#[test]
fn what_is_no_condition_of_a_permit_in_force_is_refused() {
    let story = Story::filed("S2-10", "2021-10-12").then("2021-10-12", accept());
    let story = story.refuses("2021-10-13", show(1), Rejection::NotDecided);
    let refused = story.clone().then("2021-10-13", refuse());
    refused.refuses("2021-10-14", check(1, true), Rejection::NotGranted);
    let said_nothing = Act::CheckCondition { number: 1, met: true, findings: " ".to_owned() };
    let because = Act::RevokePermit {
        ground: RevocationGround::Deceit,
        reason: "欺骗".to_owned(),
        document: String::new(),
    };
    let ended = granted()
        .refuses("2021-10-18", show(3), Rejection::UnknownCondition { number: 3 })
        .refuses("2021-10-18", said_nothing, Rejection::Missing(Part::Findings))
        .then("2021-10-18", because)
        .refuses("2021-10-19", show(1), Rejection::PermitEnded { on: day("2021-10-18") });
    assert_eq!(open(&ended), [] as [u32; 0], "they end with the permit");
}
