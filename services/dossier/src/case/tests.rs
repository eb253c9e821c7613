//! Stories of one dossier: what may be filed, what adds nothing, who may override what.

use desk::{docket::Case, holdings::Fact, position::Token, refuse::Refusal};
use jiff::civil::Date;
use rulebook::{
    catalogue::Text,
    holdings::{
        Certificate, Content, Ending, Event, MaterialId, Origin, Rest, RestStanding, Scan, State,
    },
};

use super::*;

#[test]
fn a_project_that_nobody_knows_keeps_nothing() {
    let refused = Dossier::default().file(day("2022-04-06"), &file("site_plan", "a"), &limits());
    assert_eq!(refused, Err(Refusal::Unknown("project of this name".to_owned())));
}

#[test]
fn versions_follow_each_other_and_the_same_bytes_add_nothing() {
    let mut dossier = opened();
    assert_eq!(add(&mut dossier, "2022-04-06", &file("site_plan", "a")), 2);
    assert_eq!(add(&mut dossier, "2022-04-07", &file("site_plan", "a")), 0);
    assert_eq!(add(&mut dossier, "2022-04-07", &file("site_plan", "b")), 2);
    assert_eq!(add(&mut dossier, "2022-04-08", &file("site_plan", "a")), 2);
    // The same bytes with another validity are another version.
    let prolonged = File { valid_until: Some(day("2023-04-05")), ..file("site_plan", "a") };
    assert_eq!(add(&mut dossier, "2022-04-09", &prolonged), 2);
    let versions = dossier.holdings.versions(&id("site_plan"));
    assert_eq!(versions.iter().map(|one| one.number).collect::<Vec<_>>(), [1, 2, 3, 4]);
}

#[test]
fn without_a_word_of_the_scanner_a_material_waits_and_one_word_is_enough() {
    let mut dossier = opened();
    let unscanned = File { scanned: None, ..file("site_plan", "a") };
    assert_eq!(add(&mut dossier, "2022-04-06", &unscanned), 1);
    let (on, plan) = (day("2022-04-06"), id("site_plan"));
    assert_eq!(dossier.holdings.state(&plan, 1, on), Some(State::BeingChecked));
    let facts = dossier.scanned(on, &plan, 1, &Scan::Clean, "clamd");
    facts.iter().for_each(|fact| dossier.evolve(fact));
    assert_eq!(dossier.holdings.state(&plan, 1, on), Some(State::Current));
    let late = Scan::Malicious { finding: "late".to_owned() };
    assert_eq!(dossier.scanned(on, &plan, 1, &late, "clamd"), Vec::new());
    assert_eq!(dossier.scanned(on, &plan, 2, &Scan::Clean, "clamd"), Vec::new());
}

#[test]
fn the_quota_counts_each_content_once_and_its_last_byte_still_fits() {
    let mut dossier = opened();
    let limits = Limits { file_bytes: 100, project_bytes: 20, project_files: 3 };
    let add = |dossier: &mut Dossier, file: &File| {
        let facts = dossier.file(day("2022-04-06"), file, &limits)?;
        facts.iter().for_each(|fact| dossier.evolve(fact));
        Ok::<_, Refusal>(())
    };
    assert_eq!(add(&mut dossier, &file("site_plan", "a")), Ok(()));
    assert_eq!(add(&mut dossier, &file("noise_study", "b")), Ok(()));
    let refused = add(&mut dossier, &file("bank_proof", "c"));
    assert!(matches!(refused, Err(Refusal::Rule { reason: "QUOTA", .. })), "{refused:?}");
}

#[test]
fn a_certificate_enters_once_and_is_not_replaced_by_hand() {
    let mut dossier = opened();
    assert_eq!(certify(&mut dossier, "c"), 1);
    assert_eq!(certify(&mut dossier, "c"), 0);
    let refused = dossier.file(day("2022-05-06"), &file("land_permit", "a"), &limits());
    assert!(matches!(refused, Err(Refusal::Rule { reason: "ISSUED_HERE", .. })), "{refused:?}");
    let refused = dossier.outdate(day("2022-05-06"), &id("land_permit"), "变更");
    assert!(matches!(refused, Err(Refusal::Rule { reason: "CERTIFICATE", .. })), "{refused:?}");
    // A corrected one supersedes.
    assert_eq!(certify(&mut dossier, "d"), 1);
    let state = |number| dossier.holdings.state(&id("land_permit"), number, day("2022-05-06"));
    assert_eq!((state(1), state(2)), (Some(State::Superseded), Some(State::Current)));
}

#[test]
fn a_permit_that_ends_ends_its_certificate_once() {
    let mut dossier = opened();
    certify(&mut dossier, "c");
    let ended = dossier.end("projects/yamato/matters/S2-06-1", Ending::Revoked);
    assert_eq!(ended, Vec::new(), "another matter's");
    let ended = dossier.end(PERMIT, Ending::Revoked);
    assert_eq!(ended.len(), 1);
    ended.into_iter().for_each(|event| dossier.evolve(&heard(event)));
    assert_eq!(dossier.end(PERMIT, Ending::Deregistered), Vec::new());
}

#[test]
fn there_is_an_override_only_where_there_is_a_protection() {
    let mut dossier = opened();
    add(&mut dossier, "2022-04-06", &file("site_plan", "a"));
    let wanted = |key: &str| Override {
        matter: PERMIT.to_owned(),
        agency: "NR".to_owned(),
        key: key.to_owned(),
        ground: "原件须现场核验".to_owned(),
        citation: "城乡规划法 art. 40".to_owned(),
    };
    let on = day("2022-04-20");
    let refused = dossier.override_demand(on, &wanted("noise_study"), None, None);
    let nothing = "NOTHING_TO_OVERRIDE";
    assert!(matches!(&refused, Err(Refusal::Rule { reason, .. }) if *reason == nothing));
    let facts = dossier.override_demand(on, &wanted("site_plan"), None, None).unwrap();
    let Event::DemandOverridden(recorded) = &facts[0].event else { panic!("{facts:?}") };
    assert_eq!(recorded.held, Some((id("site_plan"), 1, "a".repeat(64))));
    facts.iter().for_each(|fact| dossier.evolve(fact));
    let again = dossier.override_demand(on, &wanted("site_plan"), None, None);
    assert!(matches!(again, Err(Refusal::Rule { reason, .. }) if reason == nothing));
}

#[test]
fn the_enterprise_says_once_that_something_has_changed() {
    let mut dossier = opened();
    add(&mut dossier, "2022-04-06", &file("site_plan", "a"));
    let (on, plan) = (day("2022-04-20"), id("site_plan"));
    let facts = dossier.outdate(on, &plan, "新增一座厂房").unwrap();
    facts.iter().for_each(|fact| dossier.evolve(fact));
    let again = dossier.outdate(on, &plan, "新增一座厂房");
    assert!(matches!(again, Err(Refusal::Rule { reason: "ALREADY_OUTDATED", .. })));
    assert_eq!(
        dossier.outdate(on, &id("noise_study"), "变更"),
        Err(Refusal::Unknown("material noise_study in force".to_owned()))
    );
    // The same bytes, filed anew, are in force again.
    assert_eq!(add(&mut dossier, "2022-04-21", &file("site_plan", "a")), 2);
    assert_eq!(dossier.holdings.state(&plan, 2, day("2022-04-21")), Some(State::Current));
}

#[test]
fn what_is_heard_twice_is_recorded_once() {
    let mut dossier = opened();
    assert_eq!(dossier.open(None), Vec::new());
    assert_eq!(dossier.opened, Some(Owner(Some("enterprise:yamato".to_owned()))));
    let rest = Rest { standing: RestStanding::Open, reliances: Vec::new() };
    let rested = dossier.rest(PERMIT, &rest);
    assert_eq!(hear(&mut dossier, rested), 1);
    assert_eq!(dossier.rest(PERMIT, &rest), Vec::new());
    let over = Rest { standing: RestStanding::Over, ..rest };
    assert_eq!(dossier.rest(PERMIT, &over).len(), 1);
    assert_eq!(dossier.heard.get("planning"), Some(&planning(1, 7)));
}

/// A log that was put back records other events at positions that were heard before.
#[test]
fn what_a_log_says_in_a_later_epoch_is_new() {
    let mut dossier = opened();
    for (place, newest) in [((1, 7), (1, 7)), ((2, 5), (2, 5)), ((1, 9), (2, 5)), ((2, 6), (2, 6))]
    {
        let heard = Some(planning(place.0, place.1));
        let event = Event::Opened { owner: None };
        dossier.evolve(&Fact { on: day("2022-04-06"), heard, event });
        assert_eq!(dossier.heard.get("planning"), Some(&planning(newest.0, newest.1)));
    }
    let key = |epoch| crate::react::request(&planning(epoch, 5)).key;
    assert_eq!(key(1), "heard-planning-00000005");
    assert_eq!(key(2), "heard-planning-2.00000005");
}

#[test]
fn every_fact_survives_being_written_and_read() {
    let fact = heard(Event::Opened { owner: None });
    let written = Dossier::write(&fact);
    assert_eq!(written.kind, "dossier_opened");
    assert_eq!(Dossier::read(&written.payload).unwrap(), fact);
    assert!(Dossier::read(b"\xFF").is_err());
}

const PERMIT: &str = "projects/yamato/matters/S2-05-1";

fn opened() -> Dossier {
    let mut dossier = Dossier::default();
    let events = dossier.open(Some("enterprise:yamato".to_owned()));
    events.into_iter().for_each(|event| dossier.evolve(&heard(event)));
    dossier
}

/// How many facts it added.
fn add(dossier: &mut Dossier, on: &str, file: &File) -> usize {
    let facts = dossier.file(day(on), file, &limits()).unwrap();
    facts.iter().for_each(|fact| dossier.evolve(fact));
    facts.len()
}

fn hear(dossier: &mut Dossier, events: Vec<Event>) -> usize {
    let count = events.len();
    events.into_iter().for_each(|event| dossier.evolve(&heard(event)));
    count
}

/// How many facts a certificate with this content added.
fn certify(dossier: &mut Dossier, letter: &str) -> usize {
    let events = dossier.certify(&Certify {
        id: id("land_permit"),
        content: content(letter),
        valid_until: None,
        certificate: Certificate {
            number: "地字第210213202200001号".to_owned(),
            title: Text { zh: "建设用地规划许可证".to_owned(), en: "permit".to_owned() },
            matter: PERMIT.to_owned(),
            agency: "NR".to_owned(),
            issued_on: day("2022-04-06"),
            licence_id: Err("not configured".to_owned()),
        },
    });
    hear(dossier, events)
}

fn heard(event: Event) -> Fact {
    Fact { on: day("2022-04-06"), heard: Some(planning(1, 7)), event }
}

fn planning(epoch: u32, position: u64) -> Token {
    Token { log: "planning".to_owned(), epoch, position }
}

fn limits() -> Limits {
    Limits::default()
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn id(text: &str) -> MaterialId {
    text.parse().unwrap()
}

fn content(letter: &str) -> Content {
    Content {
        sha256: letter.repeat(64),
        size: 10,
        media_type: "application/pdf".to_owned(),
        file_name: "总平面图.pdf".to_owned(),
        observations: Vec::new(),
    }
}

fn file(key: &str, letter: &str) -> File {
    File {
        id: id(key),
        content: content(letter),
        origin: Origin::Enterprise { principal: "enterprise:yamato".to_owned() },
        valid_from: None,
        valid_until: None,
        scanned: Some((Scan::Clean, "clamd".to_owned())),
    }
}
