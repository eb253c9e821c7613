//! Stories of one dossier: versions, protection, what is stale for whom.

use jiff::civil::Date;

use super::*;
use crate::catalogue::Text;

const PERMIT: &str = "projects/yamato/matters/S2-05-1";
const WORKS: &str = "projects/yamato/matters/S2-08-1";

#[test]
fn a_later_version_supersedes_and_edits_nothing() {
    let held = told([
        ("2022-04-06", filed("site_plan", 1, "a")),
        ("2022-04-06", clean("site_plan", 1)),
        ("2022-05-16", filed("site_plan", 2, "b")),
        ("2022-05-16", clean("site_plan", 2)),
    ]);
    assert_eq!(state(&held, "site_plan", 1, "2022-05-16"), Some(State::Superseded));
    assert_eq!(state(&held, "site_plan", 2, "2022-05-16"), Some(State::Current));
    assert_eq!(held.versions(&id("site_plan"))[0].content.sha256, hash("a"));
    assert_eq!(held.kept(), (20, 2));
}

#[test]
fn what_is_pending_or_malicious_takes_no_place_of_what_was_good() {
    let mut held = told([
        ("2022-04-06", filed("site_plan", 1, "a")),
        ("2022-04-06", clean("site_plan", 1)),
        ("2022-05-16", filed("site_plan", 2, "b")),
    ]);
    assert_eq!(state(&held, "site_plan", 2, "2022-05-16"), Some(State::BeingChecked));
    assert_eq!(held_version(&held, "site_plan", "2022-05-16"), Some(1));
    held.evolve(day("2022-05-16"), &malicious("site_plan", 2));
    assert_eq!(state(&held, "site_plan", 2, "2022-05-16"), Some(State::Quarantined));
    assert_eq!(held_version(&held, "site_plan", "2022-05-16"), Some(1));
    assert_eq!(held.next_version(&id("site_plan")), 3);
}

#[test]
fn validity_includes_its_first_and_its_last_day() {
    let held = told([
        ("2022-04-06", valid("bank_proof", 1, "a", "2022-04-08", "2022-07-08")),
        ("2022-04-06", clean("bank_proof", 1)),
    ]);
    for (on, expected) in [
        ("2022-04-07", None),
        ("2022-04-08", Some(1)),
        ("2022-07-08", Some(1)),
        ("2022-07-09", None),
    ] {
        assert_eq!(held_version(&held, "bank_proof", on), expected, "{on}");
    }
}

#[test]
fn a_demand_for_what_is_held_is_refused_until_the_enterprise_says_it_has_changed() {
    let mut held =
        told([("2022-04-06", filed("site_plan", 1, "a")), ("2022-04-06", clean("site_plan", 1))]);
    assert!(held.protection(&demand("site_plan", None)).is_some());
    assert!(held.protection(&demand("noise_study", None)).is_none());
    held.evolve(
        day("2022-04-20"),
        &Event::Outdated {
            id: id("site_plan"), version: 1, reason: "新增一座厂房".to_owned()
        },
    );
    assert!(held.protection(&demand("site_plan", None)).is_none());
}

#[test]
fn the_first_examination_may_find_fault_with_what_was_brought_but_not_once_a_permit_rests_on_it() {
    let mut held =
        told([("2022-04-06", filed("site_plan", 1, "a")), ("2022-04-06", clean("site_plan", 1))]);
    let a = hash("a");
    assert!(held.protection(&demand("site_plan", Some(&a))).is_none());
    // Brought in another version than the one in force: that one is held.
    assert!(held.protection(&demand("site_plan", Some(&hash("b")))).is_some());
    held.evolve(day("2022-05-06"), &rests(PERMIT, RestStanding::Granted, &["site_plan"], "a"));
    assert!(held.protection(&demand("site_plan", Some(&a))).is_none(), "its own permit");
    held.evolve(day("2022-05-06"), &rests(WORKS, RestStanding::Granted, &["site_plan"], "a"));
    assert!(held.protection(&demand("site_plan", Some(&a))).is_some(), "another's");
}

#[test]
fn an_override_opens_one_demand_of_one_agency_in_one_matter_for_one_version() {
    let mut held =
        told([("2022-04-06", filed("site_plan", 1, "a")), ("2022-04-06", clean("site_plan", 1))]);
    held.evolve(day("2022-04-20"), &overridden("site_plan", "NR", PERMIT, "a"));
    assert!(held.protection(&demand("site_plan", None)).is_none());
    let other_agency = Demand { agency: "HC", ..demand("site_plan", None) };
    assert!(held.protection(&other_agency).is_some());
    let other_matter = Demand { matter: WORKS, ..demand("site_plan", None) };
    assert!(held.protection(&other_matter).is_some());
    held.evolve(day("2022-04-21"), &filed("site_plan", 2, "b"));
    held.evolve(day("2022-04-21"), &clean("site_plan", 2));
    assert!(held.protection(&demand("site_plan", None)).is_some(), "the next version");
}

#[test]
fn parts_are_held_apart_and_a_certificate_of_any_matter_is_held() {
    let held = told([
        ("2022-04-06", filed("as_built.unit-a", 1, "a")),
        ("2022-04-06", clean("as_built.unit-a", 1)),
        ("2022-06-01", certificate("works_permit.2", 1, "c")),
    ]);
    assert!(held.protection(&demand("as_built.unit-a", None)).is_some());
    assert!(held.protection(&demand("as_built.unit-b", None)).is_none());
    assert!(held.protection(&demand("as_built", None)).is_none());
    assert_eq!(held.held("works_permit", day("2022-06-01")).unwrap().0, &id("works_permit.2"));
}

#[test]
fn replacing_a_material_is_told_to_those_whose_part_rests_on_it_and_to_nobody_else() {
    let mut held = told([
        ("2022-04-06", filed("site_plan", 1, "a")),
        ("2022-04-06", clean("site_plan", 1)),
        ("2022-05-06", two_parts("a")),
        ("2022-05-07", rests(WORKS, RestStanding::Over, &["site_plan"], "a")),
    ]);
    assert_eq!(told_stale(&held), Vec::<String>::new());
    held.evolve(day("2022-06-01"), &filed("site_plan", 2, "b"));
    assert_eq!(told_stale(&held), Vec::<String>::new(), "not before it is in force");
    held.evolve(day("2022-06-01"), &clean("site_plan", 2));
    let expected =
        ["NR decides: site_plan 1 -> 2 Superseded", "FIRE fire: site_plan 1 -> 2 Superseded"];
    assert_eq!(told_stale(&held), expected);
    // The old version comes back as a new one: what rested on it rests on what is in force.
    held.evolve(day("2022-06-02"), &filed("site_plan", 3, "a"));
    held.evolve(day("2022-06-02"), &clean("site_plan", 3));
    assert_eq!(told_stale(&held), Vec::<String>::new());
}

#[test]
fn a_revoked_certificate_is_not_held_and_what_rests_on_it_is_to_be_looked_at() {
    let mut held = told([
        ("2022-04-06", certificate("land_permit", 1, "c")),
        ("2022-05-06", rests(WORKS, RestStanding::Granted, &["land_permit"], "c")),
    ]);
    assert_eq!(held_version(&held, "land_permit", "2022-05-06"), Some(1));
    let ended = |ending| Event::CertificateEnded { id: id("land_permit"), version: 1, ending };
    held.evolve(day("2022-06-01"), &ended(Ending::Revoked));
    held.evolve(day("2022-06-02"), &ended(Ending::Deregistered));
    assert_eq!(held_version(&held, "land_permit", "2022-06-02"), None);
    let version = &held.versions(&id("land_permit"))[0];
    assert_eq!(version.ended, Some((day("2022-06-01"), Ending::Revoked)));
    assert_eq!(told_stale(&held), ["NR decides: land_permit 1 -> none Ended"]);
}

#[test]
fn ids_are_keys_and_parts_and_nothing_else() {
    for good in ["site_plan", "as_built.unit-a", "a.1"] {
        assert_eq!(id(good).to_string(), good);
    }
    let long = "a".repeat(65);
    for bad in ["", ".a", "a.", "A", "a b", "a/b", "a.b.c", "a..b", "../x", "站", long.as_str()] {
        assert_eq!(bad.parse::<MaterialId>(), Err(NotAMaterialId), "{bad:?}");
    }
}

fn told<const N: usize>(facts: [(&str, Event); N]) -> Holdings {
    let mut holdings = Holdings::default();
    facts.iter().for_each(|(on, event)| holdings.evolve(day(on), event));
    holdings
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn id(text: &str) -> MaterialId {
    text.parse().unwrap()
}

fn hash(letter: &str) -> String {
    letter.repeat(64)
}

fn content(letter: &str) -> Content {
    Content {
        sha256: hash(letter),
        size: 10,
        media_type: "application/pdf".to_owned(),
        file_name: "总平面图.pdf".to_owned(),
        observations: Vec::new(),
    }
}

fn filed(material: &str, version: u32, letter: &str) -> Event {
    Event::Filed {
        id: id(material),
        version,
        content: content(letter),
        origin: Origin::Enterprise { principal: "enterprise:yamato".to_owned() },
        valid_from: None,
        valid_until: None,
    }
}

fn valid(material: &str, version: u32, letter: &str, from: &str, until: &str) -> Event {
    let Event::Filed { id, version, content, origin, .. } = filed(material, version, letter) else {
        unreachable!("filed is filed")
    };
    let (valid_from, valid_until) = (Some(day(from)), Some(day(until)));
    Event::Filed { id, version, content, origin, valid_from, valid_until }
}

fn clean(material: &str, version: u32) -> Event {
    Event::Scanned { id: id(material), version, scan: Scan::Clean, scanner: "clamd".to_owned() }
}

fn malicious(material: &str, version: u32) -> Event {
    let scan = Scan::Malicious { finding: "Eicar-Signature".to_owned() };
    Event::Scanned { id: id(material), version, scan, scanner: "clamd".to_owned() }
}

fn certificate(material: &str, version: u32, letter: &str) -> Event {
    Event::CertificateEntered {
        id: id(material),
        version,
        content: content(letter),
        valid_until: None,
        certificate: Box::new(Certificate {
            number: "地字第210213202200001号".to_owned(),
            title: Text { zh: "建设用地规划许可证".to_owned(), en: "permit".to_owned() },
            matter: PERMIT.to_owned(),
            agency: "NR".to_owned(),
            issued_on: day("2022-04-06"),
            licence_id: Err("not configured".to_owned()),
        }),
    }
}

fn reliance(agency: &str, opinion: Option<&str>, keys: &[&str], letter: &str) -> Reliance {
    let rested = |key: &&str| Rested { key: (*key).to_owned(), version: 1, sha256: hash(letter) };
    Reliance {
        agency: agency.to_owned(),
        opinion: opinion.map(str::to_owned),
        materials: keys.iter().map(rested).collect(),
    }
}

fn rests(matter: &str, standing: RestStanding, keys: &[&str], letter: &str) -> Event {
    let reliances = vec![reliance("NR", None, keys, letter)];
    Event::Rested { matter: matter.to_owned(), rest: Rest { standing, reliances } }
}

fn two_parts(letter: &str) -> Event {
    let reliances = vec![
        reliance("NR", None, &["site_plan", "noise_study"], letter),
        reliance("FIRE", Some("fire"), &["site_plan"], letter),
        reliance("EE", Some("noise"), &["noise_study"], letter),
    ];
    let rest = Rest { standing: RestStanding::Granted, reliances };
    Event::Rested { matter: PERMIT.to_owned(), rest }
}

fn overridden(key: &str, agency: &str, matter: &str, letter: &str) -> Event {
    Event::DemandOverridden(Override {
        key: key.to_owned(),
        matter: matter.to_owned(),
        agency: agency.to_owned(),
        ground: "原件须现场核验".to_owned(),
        citation: "城乡规划法 art. 40".to_owned(),
        held: Some((id(key), 1, hash(letter))),
    })
}

fn demand<'a>(key: &'a str, brought: Option<&'a str>) -> Demand<'a> {
    Demand { matter: PERMIT, agency: "NR", key, source: None, brought, on: day("2022-04-20") }
}

fn state(holdings: &Holdings, material: &str, version: u32, on: &str) -> Option<State> {
    holdings.state(&id(material), version, day(on))
}

fn held_version(holdings: &Holdings, key: &str, on: &str) -> Option<u32> {
    holdings.held(key, day(on)).map(|(_, version)| version.number)
}

fn told_stale(holdings: &Holdings) -> Vec<String> {
    let stale = holdings.stale().into_iter();
    stale
        .map(|one| {
            let part = one.opinion.unwrap_or("decides");
            let now = one.in_force.map_or("none".to_owned(), |held| held.number.to_string());
            let (agency, id, was) = (one.agency, one.id, one.rests_on.number);
            format!("{agency} {part}: {id} {was} -> {now} {:?}", one.reason)
        })
        .collect()
}
