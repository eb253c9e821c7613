//! The list of what must be put right never asks for what the dossier holds or agencies share.

use std::sync::Arc;

use desk::holdings::Held;
use rulebook::holdings::{Content, Event as Filed, Holdings, MaterialId, Origin, Override, Scan};

use super::*;

const ON: &str = "2025-03-20";
const NAME: &str = "projects/p/matters/S3-09-1";

fn put(holdings: &mut Holdings, key: &str) {
    let id: MaterialId = key.parse().unwrap();
    let content = Content {
        sha256: hash('e'),
        size: 10,
        media_type: "application/pdf".to_owned(),
        file_name: "a.pdf".to_owned(),
        observations: Vec::new(),
    };
    let origin = Origin::Enterprise { principal: "enterprise:p".to_owned() };
    let (valid_from, valid_until, version) = (None, None, 1);
    let filed = Filed::Filed { id: id.clone(), version, content, origin, valid_from, valid_until };
    holdings.evolve(day("2025-01-06"), &filed);
    let (scan, scanner) = (Scan::Clean, "clamd".to_owned());
    holdings.evolve(day("2025-01-06"), &Filed::Scanned { id, version, scan, scanner });
}

/// What fire acceptance says when it demands a material, with these holdings.
fn demands(site: &Site, key: &str, holdings: &Holdings) -> Result<Vec<Event>, Refusal> {
    let (matter, member) = (site.case.joints.keys().next().unwrap().clone(), "S3-04".to_owned());
    let finding = Finding::Rectify(vec!["疏散门未装".to_owned()]);
    let (document, demanded) = ("验-1".to_owned(), vec![key.to_owned()]);
    let act = Act::Examine { matter, member, finding, document, demanded };
    let held = Held { project: "p".to_owned(), holdings: Arc::new(holdings.clone()) };
    let bench = Bench { held, ..bench(ON) };
    site.case.decide(&Command { occurred_on: None, act }, &caller("HC"), &bench)
}

#[test]
fn no_member_demands_what_is_held_or_shared_unless_it_overrides_and_the_list_says_what_it_asks() {
    let mut site = Site::new().units(&["a 1"]).built();
    let id = site.applied("2025-03-17", Scoped::Project);
    site.inspected(ON, &id);
    let day_on_site = day(ON);
    let catalogue = &LAW.catalogue;
    let keys: BTreeSet<&str> = catalogue
        .items(day_on_site)
        .flat_map(|item| &item.materials)
        .map(|material| material.key.as_str())
        .collect();
    let mut asked = Vec::new();
    for key in &keys {
        let mut holdings = Holdings::default();
        if demands(&site, key, &holdings).is_ok() {
            asked.push(*key);
        }
        put(&mut holdings, key);
        let refused = demands(&site, key, &holdings).unwrap_err();
        assert_eq!(reason(refused), "HELD_MATERIAL", "{key}");
        let (id, version) = holdings.held(key, day_on_site).unwrap();
        let held = Some((id.clone(), version.number, version.content.sha256.clone()));
        let overridden = Override {
            key: (*key).to_owned(),
            matter: NAME.to_owned(),
            agency: "HC".to_owned(),
            ground: "原件污损".to_owned(),
            citation: "消防法 art. 13".to_owned(),
            held,
        };
        holdings.evolve(day_on_site, &Filed::DemandOverridden(overridden));
        assert!(demands(&site, key, &holdings).is_ok(), "{key}");
    }
    // What is left without an override is the applicant's own to bring, wherever it is listed.
    assert!(asked.len() > 20 && asked.len() < keys.len(), "{} of {}", asked.len(), keys.len());
    for key in asked {
        let lists = catalogue.items(day_on_site).filter_map(|item| item.material(key));
        assert!(
            lists.into_iter().any(|one| one.source == rulebook::catalogue::Source::Applicant),
            "{key}"
        );
    }
}

#[test]
fn the_list_names_what_every_member_demands_once() {
    let mut site = Site::new().units(&["a 1"]).built();
    let id = site.applied("2025-03-17", Scoped::Project);
    site.inspected(ON, &id);
    let seats = site.case.joints[&id].seats.values();
    let members: Vec<(String, String)> =
        seats.map(|seat| (seat.member.key.clone(), seat.member.agency.clone())).collect();
    for (at, (member, agency)) in members.iter().enumerate() {
        let mut act = examine(&id, member, Finding::Pass);
        if let (0..2, Act::Examine { finding, demanded, .. }) = (at, &mut act) {
            *finding = Finding::Rectify(vec!["图纸与现场不符".to_owned()]);
            *demanded = vec!["as_built_drawings".to_owned()];
        }
        site.does(agency, ON, act);
    }
    let list = site.case.joints[&id].present().list.clone().unwrap();
    assert_eq!((list.defects.len(), list.demanded), (2, vec!["as_built_drawings".to_owned()]));
}
