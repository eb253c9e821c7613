//! The stored format: every fact survives it, and it never changes.

use std::collections::BTreeSet;

use jiff::civil::Date;
use prost::Message;
use proto::matter::v1 as pb;
use rulebook::{
    alarm::{Alarm, Kind},
    catalogue::Text,
    clock::Limit,
    matter::*,
};

use super::*;

fn day(text: &str) -> jiff::civil::Date {
    text.parse().unwrap()
}

fn limit(text: &str) -> Limit {
    text.parse().unwrap()
}

fn cited(text: &str, citation: &str) -> CitedLimit {
    CitedLimit { limit: limit(text), citation: citation.to_owned() }
}

fn words(text: &str) -> Vec<String> {
    text.split(' ').map(str::to_owned).collect()
}

fn notice() -> Notice {
    Notice { number: "通知-1".to_owned(), given_on: day("2022-04-19") }
}

fn materials() -> Vec<Material> {
    let seen = Material { key: "site_plan".to_owned(), sha256: Some("ab".repeat(32)), version: 2 };
    let paper = Material { key: "form_p1".to_owned(), sha256: None, version: 1 };
    vec![seen, paper]
}

/// Terms with everything.
fn full() -> Terms {
    Terms {
        item: "S2-01".to_owned(),
        edition: "2019-2".to_owned(),
        title: Text {
            zh: "用地预审与选址意见书".to_owned(), en: "land opinion".to_owned()
        },
        track: Track::PlanAttached,
        agency: "NR".to_owned(),
        statutory: Some(cited("20wd", "行政许可法 art. 42")),
        committed: Some(cited("7cal", "承诺时限")),
        extension: Some(ExtensionTerm {
            cap: limit("10wd"),
            approver: "行政机关负责人".to_owned(),
            citation: "行政许可法 art. 42(1)".to_owned(),
        }),
        correction: cited("5wd", "行政许可法 art. 32(4)"),
        acceptance_by_silence: true,
        delivery: cited("10wd", "行政许可法 art. 44"),
        consent_by_silence: Some(cited("10cal", "环境影响评价法 art. 24")),
        exclusions: vec![ExcludedProcedure {
            key: "expert_review".to_owned(),
            ground: "专家论证".to_owned(),
            article: "行政许可法 art. 45".to_owned(),
            limit: Some(limit("1month")),
        }],
        opinions: vec![OpinionTerm {
            key: "ecology".to_owned(),
            agency: "EE".to_owned(),
            subject: Text { zh: "生态保护红线".to_owned(), en: "red line".to_owned() },
            inputs: words("site_boundary site_plan"),
            limit: cited("3wd", "consultation by custom"),
            silence_is_consent: Some("a rule".to_owned()),
        }],
        commitment: Some(CommitmentTerm {
            check_within: limit("30wd"),
            rectify_within: limit("15wd"),
            citation: "国办发〔2019〕11号".to_owned(),
        }),
        // Stored before anything could be missing; what came later has lines of its own.
        tolerance: None,
    }
}

/// Terms with nothing that may be left out.
fn bare() -> Terms {
    Terms {
        track: Track::Ordinary,
        statutory: None,
        committed: None,
        extension: None,
        acceptance_by_silence: false,
        consent_by_silence: None,
        exclusions: Vec::new(),
        opinions: Vec::new(),
        commitment: None,
        ..full()
    }
}

/// Every fact, in every form that it has.
fn every_fact() -> Vec<Event> {
    let on = day("2022-04-20");
    let text = || "理由".to_owned();
    let document = || "文号-1".to_owned();
    let key = || "ecology".to_owned();
    let received =
        |terms: Terms| Event::Received { on, terms: Box::new(terms), materials: materials() };
    let on_commitment = Terms { track: Track::Commitment, ..bare() };
    let mut facts = vec![
        received(full()),
        received(bare()),
        received(on_commitment),
        Event::CommitmentRecorded {
            on,
            commitment: Commitment {
                conditions_told: words("条件一 条件二"),
                promises: words("承诺"),
                credit_check: "无失信记录".to_owned(),
            },
        },
        Event::NotAccepted {
            on,
            ground: NotAcceptedGround::NoLicenceNeeded,
            reason: text(),
            document: document(),
        },
        Event::NotAccepted {
            on,
            ground: NotAcceptedGround::NotCompetent { right_authority: "省厅".to_owned() },
            reason: text(),
            document: document(),
        },
        Event::CorrectionsRequested {
            on,
            defects: vec![Defect { material: "site_plan".to_owned(), problem: text() }],
            notice: document(),
        },
        Event::CorrectionsSupplied { on, materials: materials() },
        Event::Accepted { on, mode: AcceptanceMode::Written { document: document() } },
        Event::Accepted { on, mode: AcceptanceMode::BySilence { declared_on: day("2022-04-28") } },
    ];
    for waits_for in [WaitsFor::Applicant, WaitsFor::ThirdParty] {
        let (ground, article) = ("hearing".to_owned(), "行政许可法 art. 45".to_owned());
        let expected = limit("20cal");
        facts.push(Event::Suspended { on, ground, article, notice: notice(), expected, waits_for });
    }
    facts.push(Event::Resumed { on, ground: "hearing".to_owned() });
    facts.push(Event::Extended {
        on,
        by: limit("10wd"),
        approver: "负责人".to_owned(),
        approved_on: day("2022-04-19"),
        notice: notice(),
        reason: text(),
        article: "行政许可法 art. 42".to_owned(),
    });
    facts.push(Event::OpinionsRequested { on, opinions: words("ecology site_selection") });
    for opinion in [
        Opinion::Consents,
        Opinion::ConsentsWithConditions(vec!["条件一".into(), "条件二".into()]),
        Opinion::Objects(text()),
    ] {
        facts.push(Event::OpinionGiven { on, key: key(), opinion, document: document() });
    }
    facts.push(Event::OpinionDeemed { on, key: key(), citation: "a rule".to_owned() });
    facts.push(Event::OpinionsJoined { on, opinions: words("ecology site_selection") });
    facts.push(Event::Resubmitted { on, materials: materials(), reopened: words("ecology") });
    let certificate = |valid_until, sha256| Certificate {
        number: "用字第210213202200001号".to_owned(),
        valid_until,
        sha256,
    };
    let outcomes = [
        Outcome::Granted {
            certificate: certificate(Some(day("2025-04-19")), Some("cd".repeat(32))),
            conditions: vec!["条件".into()],
        },
        Outcome::Granted { certificate: certificate(None, None), conditions: Vec::new() },
        Outcome::Refused { reasons: words("理由"), remedies: words("行政复议 行政诉讼") },
    ];
    for outcome in outcomes {
        let cited = CitedOpinion { key: key(), agency: "EE".to_owned(), source: document() };
        let (materials, opinions) = (materials(), vec![cited]);
        facts.push(Event::Decided { on, outcome, document: document(), materials, opinions });
    }
    facts.push(Event::GrantDeemed {
        on,
        citation: "环境影响评价法 art. 24".to_owned(),
        declared_on: day("2022-04-28"),
        materials: materials(),
    });
    facts.extend(after_decision());
    facts.extend(conditions());
    facts.extend(owed());
    facts
}

fn conditions() -> Vec<Event> {
    let on = day("2022-04-20");
    let (due, lasting) = (Some(day("2022-12-31")), true);
    let imposed = vec!["条件一".into(), Condition { due, lasting, ..Condition::from("条件二") }];
    let certificate = Certificate { number: "证-1".to_owned(), valid_until: None, sha256: None };
    vec![
        Event::OpinionGiven {
            on,
            key: "ecology".to_owned(),
            opinion: Opinion::ConsentsWithConditions(imposed.clone()),
            document: String::new(),
        },
        Event::Decided {
            on,
            outcome: Outcome::Granted { certificate, conditions: imposed },
            document: String::new(),
            materials: Vec::new(),
            opinions: Vec::new(),
        },
        Event::ConditionShown { on, number: 2, evidence: "照片".to_owned() },
        Event::ConditionChecked { on, number: 2, met: true, findings: "已补种".to_owned() },
    ]
}

/// What may be missing at acceptance, and the materials that an order demands.
fn owed() -> Vec<Event> {
    let (on, rule) = (day("2022-04-20"), "容缺受理".to_owned());
    let within = cited("5wd", &rule);
    let tolerance = Some(ToleranceTerm { materials: words("funding_commitment"), within });
    let terms = Box::new(Terms { tolerance, ..bare() });
    vec![
        Event::Received { on, terms, materials: Vec::new() },
        Event::MissingTolerated {
            on,
            owed: words("funding_commitment"),
            promise: "五日内补交".to_owned(),
            within: limit("5wd"),
            citation: rule.clone(),
        },
        Event::OwedSupplied { on, materials: materials() },
        Event::Terminated {
            on,
            owed: words("funding_commitment"),
            citation: rule,
            declared_on: day("2022-04-21"),
        },
        Event::RectificationOrdered {
            on,
            within: limit("15wd"),
            document: "限改-1".to_owned(),
            materials: words("area_report"),
        },
    ]
}

fn after_decision() -> Vec<Event> {
    let on = day("2022-04-20");
    let text = || "理由".to_owned();
    let document = || "文号-1".to_owned();
    let mut facts = vec![
        Event::Delivered { on, method: "电子证照".to_owned() },
        Event::CommitmentChecked { on, check: Check::Kept },
        Event::CommitmentChecked { on, check: Check::False(words("面积不足")) },
        Event::RectificationOrdered {
            on,
            within: limit("15wd"),
            document: document(),
            materials: Vec::new(),
        },
        Event::Rectified { on, evidence: text() },
        Event::ApplicationWithdrawn { on, reason: text() },
        Event::PermitRevokedAsPenalty {
            on,
            violated: "城乡规划法 art. 40".to_owned(),
            penalty_basis: "城乡规划法 art. 64".to_owned(),
            document: document(),
        },
    ];
    for ground in [WithdrawalGround::LawChanged, WithdrawalGround::CircumstancesChanged] {
        let (public_interest, compensation) = (text(), "补偿".to_owned());
        facts.push(Event::PermitWithdrawn {
            on,
            ground,
            public_interest,
            compensation,
            document: document(),
        });
    }
    for ground in [
        RevocationGround::Misconduct,
        RevocationGround::ExceededPowers,
        RevocationGround::WrongProcedure,
        RevocationGround::UnqualifiedApplicant,
        RevocationGround::Deceit,
        RevocationGround::CommitmentFalse,
    ] {
        facts.push(Event::PermitRevoked { on, ground, reason: text(), document: document() });
    }
    for ground in [
        DeregistrationGround::Expired,
        DeregistrationGround::HolderIncapable,
        DeregistrationGround::HolderDissolved,
        DeregistrationGround::EndedBefore,
        DeregistrationGround::ForceMajeure,
        DeregistrationGround::OtherLaw,
    ] {
        facts.push(Event::PermitDeregistered { on, ground, reason: text() });
    }
    facts.extend(every_card(on));
    facts
}

/// An alarm of each kind, each with another holder, and what becomes of a card.
fn every_card(on: Date) -> Vec<Event> {
    let holders = [
        Party::Agency("NR".to_owned()),
        Party::Enterprise,
        Party::ThirdParty("专家评审".to_owned()),
        Party::Nobody,
    ];
    let kinds = [Kind::Amber, Kind::Yellow, Kind::Red, Kind::Yellow];
    let raised = kinds.into_iter().zip(holders).map(|(kind, held_by)| Event::AlarmRaised {
        alarm: Alarm {
            on,
            kind,
            subject: "S2-01-1".to_owned(),
            limit: "committed".to_owned(),
            due: on.yesterday().unwrap(),
            citation: "承诺".to_owned(),
            held_by,
        },
        declared_on: on,
        contest: CitedLimit { limit: "5wd".parse().unwrap(), citation: "约定".to_owned() },
    });
    let [card, reason, document, by] =
        ["yellow.committed.2022-04-19", "r", "d", "BE"].map(str::to_owned);
    let said = [
        Event::CardContested {
            on,
            card: card.clone(),
            reason: reason.clone(),
            by: "NR".to_owned(),
        },
        Event::CardAnnulled {
            on,
            card: card.clone(),
            reason: reason.clone(),
            document: document.clone(),
            by: by.clone(),
        },
        Event::CardUpheld { on, card, reason, document, by },
    ];
    raised.chain(said).collect()
}

fn id() -> MatterId {
    "S2-01-1".parse().unwrap()
}

#[test]
fn every_fact_survives_being_stored() {
    for event in every_fact() {
        let bytes = write(&id(), &event).encode_to_vec();
        let stored = pb::MatterEvent::decode(bytes.as_slice()).unwrap();
        assert_eq!(read(&stored), Ok((id(), event)));
    }
}

/// The words of the oneof, from the protos themselves.
#[test]
fn no_fact_of_the_protos_is_missing_here_and_each_has_the_same_name() {
    let set = prost_types::FileDescriptorSet::decode(proto::DESCRIPTORS).unwrap();
    let messages = set.file.iter().flat_map(|file| &file.message_type);
    let event = messages.into_iter().find(|message| message.name() == "MatterEvent").unwrap();
    let kinds = event.field.iter().filter(|field| field.oneof_index.is_some());
    let kinds: BTreeSet<&str> = kinds.map(|field| field.name()).collect();
    let facts = every_fact();
    assert_eq!(facts.iter().map(Event::kind).collect::<BTreeSet<_>>(), kinds);
}

/// One line for each fact that ever shipped: lines are added, never changed.
#[test]
fn the_stored_bytes_are_what_they_always_were() {
    let hex = |bytes: Vec<u8>| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let lines: Vec<String> = every_fact()
        .iter()
        .map(|event| format!("{} {}", event.kind(), hex(write(&id(), event).encode_to_vec())))
        .collect();
    let golden: Vec<&str> = include_str!("golden.txt").lines().collect();
    assert_eq!(lines, golden);
}

#[test]
fn what_cannot_be_read_is_named() {
    let good = |event: &Event| write(&id(), event);
    let facts = every_fact();
    let received = good(&facts[0]);
    let change = |change: fn(&mut pb::MatterEvent)| {
        let mut stored = received.clone();
        change(&mut stored);
        read(&stored).map_err(|bad| bad.field).unwrap_err()
    };
    fn terms(stored: &mut pb::MatterEvent) -> &mut pb::Terms {
        let Some(pb::matter_event::Kind::Received(received)) = &mut stored.kind else { panic!() };
        received.terms.as_mut().unwrap()
    }
    let bad = [
        change(|stored| stored.kind = None),
        change(|stored| stored.matter = "S2-01".to_owned()),
        change(|stored| stored.occurred_on = "2022-4-20".to_owned()),
        change(|stored| stored.occurred_on = "2022-02-29".to_owned()),
        change(|stored| terms(stored).track = 0),
        change(|stored| terms(stored).track = 99),
        change(|stored| terms(stored).correction = None),
        change(|stored| terms(stored).title = None),
        change(|stored| {
            let limit = terms(stored).statutory.as_mut().unwrap().limit.as_mut().unwrap();
            limit.unit = 0;
        }),
        change(|stored| terms(stored).commitment.as_mut().unwrap().check_within = None),
    ];
    assert_eq!(
        bad,
        [
            "kind",
            "matter",
            "occurred_on",
            "occurred_on",
            "received.terms.track",
            "received.terms.track",
            "received.terms.correction",
            "received.terms.title",
            "received.terms.statutory.limit.unit",
            "received.terms.commitment.check_within",
        ]
    );
}

#[test]
fn a_word_that_this_build_does_not_know_is_not_taken_for_another() {
    use pb::matter_event::Kind;
    let unknown = |kind: Kind| {
        let stored = pb::MatterEvent {
            matter: "S2-01-1".to_owned(),
            occurred_on: "2022-04-20".to_owned(),
            kind: Some(kind),
        };
        read(&stored).unwrap_err().field
    };
    let fields = [
        unknown(Kind::NotAccepted(pb::NotAccepted { ground: 9, ..Default::default() })),
        unknown(Kind::Accepted(pb::Accepted { mode: 9, ..Default::default() })),
        unknown(Kind::OpinionGiven(pb::OpinionGiven { verdict: 9, ..Default::default() })),
        unknown(Kind::Decided(pb::Decided { outcome: 9, ..Default::default() })),
        unknown(Kind::Decided(pb::Decided { outcome: 1, ..Default::default() })),
        unknown(Kind::CommitmentChecked(pb::CommitmentChecked { result: 9, ..Default::default() })),
        unknown(Kind::PermitWithdrawn(pb::PermitWithdrawn { ground: 9, ..Default::default() })),
        unknown(Kind::PermitRevoked(pb::PermitRevoked { ground: 9, ..Default::default() })),
        unknown(Kind::PermitDeregistered(pb::PermitDeregistered {
            ground: 9,
            ..Default::default()
        })),
    ];
    assert_eq!(
        fields,
        [
            "not_accepted.ground",
            "accepted.mode",
            "opinion_given.verdict",
            "decided.outcome",
            "decided.certificate",
            "commitment_checked.result",
            "permit_withdrawn.ground",
            "permit_revoked.ground",
            "permit_deregistered.ground",
        ]
    );
}
