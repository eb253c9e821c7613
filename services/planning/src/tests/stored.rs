//! The stored format: every fact survives it, and it never changes.

use super::story::*;
use crate::case::{
    Case,
    event::{Certificate, Event, Fact, OpinionCited},
};
use desk::docket::Case as _;
use prost::Message;
use proto::planning::v1::{PlanningEvent, planning_event::Kind};
use rulebook::{catalogue::Text, matter};
use std::collections::BTreeSet;

/// Every kind of fact, with everything that it can hold.
fn every_fact() -> Vec<Event> {
    let cited = OpinionCited {
        agency: "DISTRICT".to_owned(),
        subject: "净地及交地条件".to_owned(),
        verdict: "consents_with_conditions".to_owned(),
        given_on: day("2022-04-08"),
        conditions: "6月底前完成交地".to_owned(),
    };
    let certificate = Certificate {
        matter: "S2-05-1".parse().unwrap(),
        number: "地字第210213202200001号".to_owned(),
        title: Text { zh: "建设用地规划许可证".to_owned(), en: "land permit".to_owned() },
        merges: vec!["建设用地批准书".to_owned()],
        opinions: vec![cited],
        content_sha256: "ab".repeat(32),
    };
    let withdrawn =
        matter::Event::ApplicationWithdrawn { on: day("2022-04-07"), reason: "改址".to_owned() };
    [
        Fact::Admitted(admitted()),
        Fact::Standing { may_proceed: false, reason: "负面清单".to_owned() },
        prior("S1-08", true),
        Fact::FactsStated { facts: words(&[("land_supply", "transferred"), ("road_works", "no")]) },
        Fact::Matter("S2-05-1".parse().unwrap(), withdrawn),
        Fact::CertificateIssued(certificate),
    ]
    .map(|fact| fact.on(day("2022-04-08")))
    .into()
}

#[test]
fn every_fact_survives_being_stored() {
    for event in every_fact() {
        let stored = Case::write(&event);
        assert_eq!(stored.kind, event.fact.kind());
        assert_eq!(Case::read(&stored.payload), Ok(event));
    }
    for event in Story::factory("2022-04-06", &[]).file(&[apply("S2-03")]).unwrap() {
        assert_eq!(Case::read(&Case::write(&event).payload), Ok(event));
    }
}

/// The words of the oneof, from the proto itself.
#[test]
fn no_fact_of_the_proto_is_missing_here() {
    let set = prost_types::FileDescriptorSet::decode(proto::DESCRIPTORS).unwrap();
    let messages = set.file.iter().flat_map(|file| &file.message_type);
    let event = messages.into_iter().find(|message| message.name() == "PlanningEvent").unwrap();
    let kinds = event.field.iter().filter(|field| field.oneof_index.is_some());
    let kinds: BTreeSet<&str> = kinds.map(|field| field.name()).collect();
    let kind = |event: &Event| match &event.fact {
        Fact::Matter(..) => "matter",
        Fact::Admitted(_)
        | Fact::Standing { .. }
        | Fact::PriorMatter { .. }
        | Fact::FactsStated { .. }
        | Fact::CertificateIssued(_) => event.fact.kind(),
    };
    assert_eq!(every_fact().iter().map(kind).collect::<BTreeSet<_>>(), kinds);
}

/// One line for each fact that ever shipped: lines are added, never changed.
#[test]
fn the_stored_bytes_are_what_they_always_were() {
    let lines: Vec<String> = every_fact()
        .iter()
        .map(Case::write)
        .map(|stored| {
            let hex = stored.payload.iter().map(|byte| format!("{byte:02x}"));
            format!("{} {}", stored.kind, hex.collect::<String>())
        })
        .collect();
    let golden: Vec<&str> = include_str!("golden.txt").lines().collect();
    assert_eq!(lines, golden, "\n{}\n", lines.join("\n"));
}

#[test]
fn what_cannot_be_read_is_named() {
    let bad = |at: usize, change: fn(&mut PlanningEvent)| {
        let written = Case::write(&every_fact()[at]).payload;
        let mut stored = PlanningEvent::decode(written.as_slice()).unwrap();
        change(&mut stored);
        let refused = Case::read(&stored.encode_to_vec()).unwrap_err();
        refused.0.split([':', ' ']).next().unwrap().to_owned()
    };
    fn issued(stored: &mut PlanningEvent) -> &mut proto::planning::v1::CertificateIssued {
        let Some(Kind::CertificateIssued(issued)) = &mut stored.kind else {
            panic!("a certificate")
        };
        issued
    }
    let fields = [
        bad(0, |stored| stored.kind = None),
        bad(0, |stored| stored.occurred_on = "2022-02-29".to_owned()),
        bad(0, |stored| {
            let Some(Kind::ProjectAdmitted(admitted)) = &mut stored.kind else { panic!() };
            admitted.name = None;
        }),
        bad(5, |stored| issued(stored).matter = "S2-05".to_owned()),
        bad(5, |stored| issued(stored).title = None),
        bad(5, |stored| issued(stored).opinions[0].given_on = String::new()),
    ];
    assert_eq!(
        fields,
        [
            "kind",
            "occurred_on",
            "project_admitted.name",
            "certificate_issued.matter",
            "certificate_issued.title",
            "certificate_issued.opinions.given_on",
        ]
    );
    assert!(Case::read(b"\xff").is_err());
}
