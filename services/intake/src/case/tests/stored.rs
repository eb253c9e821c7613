//! The storage format: every fact survives its bytes, and bytes that were ever written stay readable.

use std::fmt::Write as _;

use desk::{docket::Case as _, mandates::Mandate};
use prost::Message;
use proto::intake::v1 as pb;
use rulebook::{
    alarm::{Alarm, Kind},
    catalogue::Stage,
    matter::{self, NotAcceptedGround},
    negative_list,
};

use super::*;
use crate::case::event::{Gate, Screened};

/// One of each kind.
fn every_fact() -> Vec<Event> {
    let facts = Box::new(ProjectFacts {
        uscc: "91210200MA10Q7K317".to_owned(),
        investors: vec![investor("風早精工株式会社", "JP", 60), investor("大连甲公司", "CN", 40)],
        ..bearings()
    });
    let id: MatterId = "S1-05-1".parse().unwrap();
    let step = matter::Event::NotAccepted {
        on: day("2021-03-05"),
        ground: NotAcceptedGround::NoLicenceNeeded,
        reason: "无需许可".to_owned(),
        document: String::new(),
    };
    let gate = Gate {
        recognised: true,
        amount: Money::parse("6800000000", "JPY").unwrap(),
        rate_units: "103.2".parse().unwrap(),
        rate_usd: "1".parse().unwrap(),
        rate_date: day("2021-01-04"),
        rate_source: "x".to_owned(),
        rule_edition: "DL-2020".to_owned(),
        reason: String::new(),
    };
    let screened = Screened {
        edition: "NAT-2020".to_owned(),
        item_no: Some(8),
        outcome: negative_list::Outcome::PassWithCondition,
        condition: "c".to_owned(),
        foreign_share: "49.9".parse().unwrap(),
    };
    let text = str::to_owned;
    let facts = [
        Fact::Registered {
            facts: facts.clone(),
            not_duplicate_of: vec![text("projects/first")],
            not_duplicate_reason: text("二期"),
        },
        Fact::Screened(screened),
        Fact::ScreeningDecided { outcome: negative_list::Outcome::Refuse, reason: text("r") },
        Fact::KeyProjectDecided(gate),
        Fact::KeyProjectContested { grounds: text("g") },
        Fact::SecretaryAssigned { secretary: text("ECC/ss-03") },
        Fact::SecretaryHandedOver {
            from: text("ECC/ss-03"),
            to: text("ECC/ss-05"),
            open_matters: vec![text("S1-08-1")],
            reason: text("r"),
        },
        Fact::SecurityReviewFlagged {
            ground: text("key_technology"),
            actual_control: true,
            article: text("a"),
        },
        Fact::SecurityReviewConcluded { cleared: true, decision: text("d") },
        Fact::CodeAssigned { code: text("2103-210213-04-01-100016") },
        Fact::Changed { facts, changed: vec![text("scope")], reason: text("r") },
        Fact::Withdrawn { reason: text("r") },
        Fact::FactsStated { facts: [(text("annual_energy_tce"), text("620"))].into() },
        Fact::Matter(id, step),
        Fact::AlarmRaised(Alarm {
            on: day("2021-03-05"),
            kind: Kind::Yellow,
            subject: text("secretary"),
            limit: text("vacancy"),
            due: day("2021-03-04"),
            citation: text("c"),
            held_by: matter::Party::Agency(text("COM")),
        }),
        Fact::AgentAppointed(Mandate {
            agent: text("harbour-consult"),
            all_projects: true,
            stages: [Stage::Planning, Stage::Aftercare].into(),
            from: day("2021-03-05"),
            until: Some(day("2021-12-31")),
        }),
        Fact::AgentRevoked { agent: text("harbour-consult") },
    ];
    facts.into_iter().map(|fact| fact.on(day("2021-03-05"))).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

#[test]
fn every_fact_survives_its_bytes() {
    for event in every_fact() {
        let stored = Case::write(&event);
        assert_eq!(stored.kind, event.fact.kind());
        assert_eq!(Case::read(&stored.payload).unwrap(), event);
    }
}

#[test]
fn every_outcome_survives_its_bytes() {
    use negative_list::Outcome::{Manual, Pass, PassWithCondition, Refuse};
    for outcome in [Pass, PassWithCondition, Refuse, Manual] {
        let event = Fact::ScreeningDecided { outcome, reason: String::new() }.on(day("2021-03-05"));
        assert_eq!(Case::read(&Case::write(&event).payload).unwrap(), event);
    }
}

/// What was ever written. Lines are added, never changed.
#[test]
fn bytes_once_written_stay_what_they_are() {
    let written: Vec<_> = every_fact()
        .iter()
        .map(|event| format!("{} {}", event.fact.kind(), hex(&Case::write(event).payload)))
        .collect();
    let golden: Vec<_> = include_str!("golden.txt").lines().collect();
    assert_eq!(written, golden);
}

#[test]
fn a_fact_that_cannot_be_read_names_the_field() {
    let refused = |stored: pb::IntakeEvent| Case::read(&stored.encode_to_vec()).unwrap_err().0;
    let good = "2021-03-05".to_owned();
    let none = pb::IntakeEvent { occurred_on: good.clone(), kind: None };
    assert!(refused(none).contains("kind"));
    let kind = Some(pb::intake_event::Kind::ProjectWithdrawn(pb::ProjectWithdrawn::default()));
    for bad in ["2021-02-29", "2021-3-5", ""] {
        let event = pb::IntakeEvent { occurred_on: bad.to_owned(), kind: kind.clone() };
        assert!(refused(event).contains("occurred_on"), "{bad:?}");
    }
    let empty = pb::intake_event::Kind::ProjectRegistered(pb::ProjectRegistered::default());
    let event = pb::IntakeEvent { occurred_on: good.clone(), kind: Some(empty) };
    assert!(refused(event).contains("facts"));
    let unsaid = pb::intake_event::Kind::ScreeningDecided(pb::ScreeningDecided::default());
    let event = pb::IntakeEvent { occurred_on: good, kind: Some(unsaid) };
    assert!(refused(event).contains("outcome"));
}

#[test]
fn history_in_any_order_is_never_refused() {
    let mut case = Case::default();
    for event in every_fact().iter().rev().chain(&every_fact()) {
        case.evolve(event);
    }
    assert!(case.project.is_some());
}
