//! Neither a complaint's notice nor a report asks for what the dossier holds or agencies share.

use super::story::*;
use crate::case::{decide, event::*};
use desk::{docket::Bench, holdings::Held};
use rulebook::{
    catalogue::Source,
    holdings::{Content, Event as Filed, Holdings, MaterialId, Origin, Override, Scan},
};
use std::{collections::BTreeSet, sync::Arc};

fn held(holdings: Holdings) -> Held {
    Held { project: text("yamato"), holdings: Arc::new(holdings) }
}

fn put(holdings: &mut Holdings, key: &str) {
    let id: MaterialId = key.parse().unwrap();
    let content = Content {
        sha256: "e".repeat(64),
        size: 10,
        media_type: text("application/pdf"),
        file_name: text("a.pdf"),
        observations: Vec::new(),
    };
    let (origin, version) = (Origin::Enterprise { principal: text(YAMATO) }, 1);
    let (valid_from, valid_until) = (None, None);
    let filed = Filed::Filed { id: id.clone(), version, content, origin, valid_from, valid_until };
    holdings.evolve(day("2022-03-01"), &filed);
    let scanned = Filed::Scanned { id, version, scan: Scan::Clean, scanner: text("clamd") };
    holdings.evolve(day("2022-03-01"), &scanned);
}

fn complained() -> Story {
    Story::launched("2022-03-01").then(
        YAMATO,
        ComplaintFiled {
            number: 0,
            complainant: String::new(),
            lead: String::new(),
            respondents: vec![text("EE")],
            subject: text("一年内重复检查"),
            sealed: Default::default(),
            materials: Vec::new(),
        },
    )
}

fn asks(line: &str) -> ComplaintSupplementAsked {
    ComplaintSupplementAsked { number: 1, missing: vec![text(line)], notice: text("补-1") }
}

#[test]
fn a_notice_of_what_is_missing_names_nothing_that_is_held_or_shared() {
    let law = law();
    let on = day("2022-03-01");
    let materials: Vec<_> = law.catalogue.items(on).flat_map(|item| &item.materials).collect();
    let keys: BTreeSet<&str> = materials.iter().map(|one| one.key.as_str()).collect();
    let mut story = complained();
    for key in keys {
        let of_key = || materials.iter().filter(|one| one.key == key);
        let own = of_key().any(|one| one.source == Source::Applicant);
        story.held = held(Holdings::default());
        let free = story.tries("agency:COM", asks(key)).is_ok();
        assert!(own || !free, "{key} comes from an agency");
        let mut holdings = Holdings::default();
        put(&mut holdings, key);
        story.held = held(holdings.clone());
        let name = &of_key().next().unwrap().name.zh;
        for line in [text(key), name.clone(), format!("请补交{name}复印件一份")] {
            let refused = story.refused("agency:COM", asks(&line));
            assert!(refused.starts_with("HELD_MATERIAL"), "{line}: {refused}");
        }
    }
    story.held = held(Holdings::default());
    assert!(story.tries("agency:COM", asks("授权书")).is_ok());
}

#[test]
fn an_override_in_the_complaint_opens_the_demand() {
    let mut story = complained();
    let mut holdings = Holdings::default();
    put(&mut holdings, "construction_contract");
    story.held = held(holdings.clone());
    assert!(story.refused("agency:COM", asks("施工合同")).starts_with("HELD_MATERIAL"));
    let (id, version) = holdings.held("construction_contract", day("2022-03-01")).unwrap();
    let overridden = Override {
        key: text("construction_contract"),
        matter: text("projects/yamato/complaints/1"),
        agency: text("COM"),
        ground: text("争议条款须核对原件"),
        citation: text("外商投资企业投诉工作办法 art. 14"),
        held: Some((id.clone(), version.number, version.content.sha256.clone())),
    };
    holdings.evolve(day("2022-03-01"), &Filed::DemandOverridden(overridden));
    story.held = held(holdings);
    assert!(story.tries("agency:COM", asks("施工合同")).is_ok());
}

#[test]
fn a_report_refers_to_a_material_on_file_and_does_not_ask_for_it() {
    let opened = ReportDutyOpened {
        duty: text("change-1"),
        changed: vec![text("investors")],
        changed_on: day("2022-09-19"),
    };
    let mut story =
        Story::launched("2022-03-01").on("2022-09-19").learns([opened.into()]).on("2022-09-20");
    let empty = ReportFiled { number: 0, duty: text("change-1"), values: Default::default() };
    assert_eq!(story.refused(YAMATO, empty.clone()), "values[change_resolution]");
    let mut holdings = Holdings::default();
    put(&mut holdings, "change_resolution");
    story.held = held(holdings);
    let bench = Bench { held: story.held.clone(), ..bench(story.today) };
    let on_file = text("projects/yamato/materials/change_resolution/versions/1");
    let found = decide::held_material(&bench, "change_resolution", story.today);
    assert_eq!(found.as_ref(), Some(&on_file));
    let story = story.then(YAMATO, empty);
    let values = &story.case.reports.filed[0].versions[0].1;
    assert_eq!(values["change_resolution"], on_file);
}
