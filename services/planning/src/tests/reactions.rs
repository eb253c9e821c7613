//! The service on real logs: what intake records is known to the next command, once and in order.

mod calls;

use super::story::*;
use crate::Planning;
use desk::{matters::Form, name::MatterName};
use eventlog::{Command, Log, NewEvent, Recorded, testing::Directory};
use host::time::Timekeeper;
use proto::{
    intake::v1::{self as intake, IntakeEvent, intake_event::Kind},
    planning::v1::{self as pb, planning_service_server::PlanningService},
    r#type::v1::{Money, Text},
};
use rulebook::{
    consultation::Opinion,
    matter::{self, Act, Filing, Matter, MatterId, Outcome, RevocationGround, Terms, Today, Track},
};
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use tonic::{Code, Request, Status};
use tonic_types::StatusExt;

/// Both logs in a folder of their own, and planning on them.
struct City {
    time: Timekeeper,
    intake: Log,
    log: Log,
    planning: Planning,
    version: u64,
    matters: BTreeMap<MatterId, Matter>,
    calls: u32,
    _directory: Directory,
}

impl City {
    async fn open(on: &str) -> Self {
        let directory = Directory::new().unwrap();
        let time = Timekeeper::settable(day(on));
        let clock = time.clone();
        let clock: eventlog::Clock = Arc::new(move || clock.now());
        let intake = Log::open(&directory.store(), "intake", clock.clone()).await.unwrap();
        let log = Log::open(&directory.store(), "planning", clock).await.unwrap();
        let planning = Planning::open(log.clone(), intake.clone(), law(), time.clone());
        Self {
            planning: planning.await.unwrap(),
            time,
            intake,
            log,
            version: 0,
            matters: BTreeMap::new(),
            calls: 0,
            _directory: directory,
        }
    }

    /// A new service on the same logs, as after a restart.
    async fn restart(&mut self) {
        let (log, intake) = (self.log.clone(), self.intake.clone());
        let planning = Planning::open(log, intake, law(), self.time.clone());
        self.planning = planning.await.unwrap();
    }

    /// Intake records a fact of the project today.
    async fn hears(&mut self, kind: Kind) {
        let occurred_on = self.time.today().to_string();
        let payload = prost::Message::encode_to_vec(&IntakeEvent { occurred_on, kind: Some(kind) });
        let command = Command {
            principal: "agency:DRC/desk-1".to_owned(),
            key: format!("intake-{:016}", self.version),
            fingerprint: [0; 32],
            actor: String::new(),
            on_behalf_of: String::new(),
            stream: "intake/yamato".to_owned(),
            expected_version: self.version,
            events: vec![NewEvent { kind: "told".to_owned(), payload }],
            reservations: Vec::new(),
            answer: Vec::new(),
        };
        self.intake.append(command).await.unwrap();
        self.version += 1;
    }

    async fn steps(&mut self, id: &MatterId, steps: Vec<matter::Event>) {
        for step in steps {
            match self.matters.get_mut(id) {
                Some(matter) => matter.evolve(&step),
                None => self.matters.extend(Matter::open(&step).map(|new| (id.clone(), new))),
            }
            self.hears(Kind::Matter(desk::wire::write(id, &step))).await;
        }
    }

    /// An item of intake is applied for, accepted and granted today.
    async fn grants(&mut self, item: &str) {
        let id: MatterId = format!("{item}-1").parse().unwrap();
        let (bench, law) = (bench(self.time.today()), law());
        let item = law.catalogue.item(item, bench.date).unwrap();
        let terms = Terms::of(item, Track::Ordinary);
        let filing = Filing { terms, materials: Vec::new(), commitment: None };
        let today = Today { date: bench.date, calendar: &bench.calendar };
        self.steps(&id, filing.decide(None, today).unwrap()).await;
        for act in [Act::Accept { document: String::new() }, grant("S1")] {
            self.does(&id, act).await;
        }
    }

    async fn does(&mut self, id: &MatterId, act: Act) {
        let bench = bench(self.time.today());
        let today = Today { date: bench.date, calendar: &bench.calendar };
        let steps = self.matters[id].decide(&act.now(), today).unwrap();
        self.steps(id, steps).await;
    }

    /// Everything that intake does until the project has its code.
    async fn takes_in(&mut self, facts: intake::ProjectFacts) {
        let registered = intake::ProjectRegistered { facts: Some(facts), ..Default::default() };
        self.hears(Kind::ProjectRegistered(registered)).await;
        self.hears(screened(intake::Outcome::Pass)).await;
        self.grants("S1-02").await;
        let code = admitted().code;
        self.hears(Kind::ProjectCodeAssigned(intake::ProjectCodeAssigned { code })).await;
        self.grants("S1-08").await;
    }

    fn key(&mut self) -> String {
        self.calls += 1;
        format!("call-{:016}", self.calls)
    }

    async fn file(&mut self, item: &str) -> Result<Vec<String>, Status> {
        let request = enterprise().keyed(self.key(), "FileMatters", &());
        let applications = vec![apply(item)];
        let form = Form {
            project: "yamato".to_owned(),
            occurred_on: None,
            applications,
            heard: Vec::new(),
        };
        let answer = self.planning.cases().file(&enterprise(), request, form).await?;
        Ok(answer.matters.into_iter().map(|matter| matter.name).collect())
    }

    async fn states(
        &self,
        key: &str,
        facts: &[(&str, &str)],
    ) -> Result<pb::StateFactsResponse, Status> {
        let mut request = Request::new(pb::StateFactsRequest {
            request_id: key.to_owned(),
            name: "projects/yamato".to_owned(),
            occurred_on: String::new(),
            facts: words(facts),
        });
        let caller = "enterprise:yamato/filing".parse().unwrap();
        request.metadata_mut().insert(desk::caller::PRINCIPAL, caller);
        self.planning.state_facts(request).await.map(tonic::Response::into_inner)
    }

    async fn roadmap(&self, name: &str, facts: &[(&str, &str)]) -> Result<pb::Roadmap, Status> {
        let (name, facts) = (name.to_owned(), words(facts));
        let request = pb::GetRoadmapRequest { name, facts, ..Default::default() };
        let answer = self.planning.get_roadmap(Request::new(request)).await?;
        Ok(answer.into_inner().roadmap.unwrap())
    }

    /// What stands in planning's log: kind and key of every event.
    async fn recorded(&self) -> Vec<String> {
        self.planning.reactions.caught_up().await.unwrap();
        let events = self.log.read(0, 500).await.unwrap();
        events.iter().map(|event| format!("{} {}", event.kind, event.key)).collect()
    }

    async fn reactions(&self) -> Vec<Recorded> {
        self.planning.reactions.caught_up().await.unwrap();
        let events = self.log.read(0, 500).await.unwrap();
        events.into_iter().filter(|event| event.principal == "system:reactions").collect()
    }

    fn known(&self) -> BTreeMap<String, String> {
        let case = self.planning.docket.read(|cases| cases.get("yamato").unwrap().case.clone());
        case.unwrap().admitted.unwrap().facts
    }
}

fn screened(outcome: intake::Outcome) -> Kind {
    Kind::Screened(intake::Screened {
        edition: "NAT-2021".to_owned(),
        outcome: outcome.into(),
        condition: "中方控股".to_owned(),
        ..Default::default()
    })
}

fn money(currency_code: &str, amount: &str) -> Option<Money> {
    Some(Money { currency_code: currency_code.to_owned(), amount: amount.to_owned() })
}

fn project(currency: &str, amount: &str) -> intake::ProjectFacts {
    intake::ProjectFacts {
        name: Some(Text { zh: "大和精密轴承".to_owned(), en: "Yamato bearings".to_owned() }),
        total_investment: money(currency, amount),
        ..Default::default()
    }
}

fn code(status: &Status) -> (Code, String) {
    let info = status.get_details_error_info();
    (status.code(), info.map(|info| info.reason).unwrap_or_default())
}

#[tokio::test]
async fn news_that_cannot_be_recorded_is_not_skipped_and_nobody_decides_without_it() {
    let mut city = City::open("2022-03-21").await;
    // Given news of intake's first events whose keys are given up: nothing can be recorded with them
    for position in 1..=20 {
        let key = format!("react.intake.1.{position}");
        city.log.resolve("system:reactions", &key, true).await.unwrap();
    }
    // When intake takes in the project
    city.takes_in(project("CNY", "1")).await;
    // Then planning knows nothing of it, and says so instead of deciding without
    let stop = city.planning.reactions.stopped();
    let stopped = tokio::time::timeout(Duration::from_secs(5), stop).await.unwrap();
    assert_eq!(stopped.log, "intake");
    let refused = city.file("S2-03").await.unwrap_err();
    assert_eq!(code(&refused), (Code::Unavailable, "STOPPED".to_owned()));
}

#[tokio::test]
async fn a_project_with_its_code_may_file_at_once() {
    let mut city = City::open("2022-03-21").await;
    let early = city.file("S2-03").await.unwrap_err();
    assert_eq!(code(&early), (Code::FailedPrecondition, "NO_PROJECT_CODE".to_owned()));
    city.takes_in(project("USD", "45000000")).await;
    city.states("state-facts-0001", &[("land_supply", "transferred")]).await.unwrap();
    assert_eq!(city.file("S2-03").await.unwrap(), ["projects/yamato/matters/S2-03-1"]);
    assert_eq!(
        city.recorded().await,
        [
            "prior_matter react.intake.1.5",
            "project_admitted react.intake.1.6",
            "prior_matter react.intake.1.9",
            "facts_stated state-facts-0001",
            "received call-0000000000000002",
        ]
    );
    for event in city.reactions().await {
        assert_eq!(event.stream, "planning/yamato");
        assert_eq!(event.actor, "system:reactions");
    }
}

#[tokio::test]
async fn a_restart_repeats_nothing_and_misses_nothing() {
    let mut city = City::open("2022-03-21").await;
    city.takes_in(project("USD", "45000000")).await;
    // Nothing to planning then; told again after the refusal, it would say that the project may go on.
    let secretary = "ECC/ss-03".to_owned();
    city.hears(Kind::SecretaryAssigned(intake::SecretaryAssigned { secretary })).await;
    city.hears(screened(intake::Outcome::Refuse)).await;
    let before = city.recorded().await;
    for _ in 0..2 {
        city.restart().await;
        assert_eq!(city.recorded().await, before);
    }
    city.hears(Kind::ProjectWithdrawn(intake::ProjectWithdrawn { reason: String::new() })).await;
    city.restart().await;
    let after = city.recorded().await;
    assert_eq!(after[..before.len()], before);
    assert_eq!(after[before.len()..], ["project_standing react.intake.1.12"]);
    assert_eq!(city.file("S2-03").await.map_err(|no| code(&no).1), Err("PROJECT_STOPPED".into()));
}

#[tokio::test]
async fn what_stops_a_project_at_intake_stops_it_here() {
    let mut city = City::open("2022-03-21").await;
    city.takes_in(project("USD", "45000000")).await;
    city.states("state-facts-0001", &[("land_supply", "transferred")]).await.unwrap();
    let stops = [
        Kind::SecurityReviewFlagged(intake::SecurityReviewFlagged {
            article: "外商投资安全审查办法 art. 4".to_owned(),
            ..Default::default()
        }),
        screened(intake::Outcome::Manual),
        screened(intake::Outcome::Refuse),
        Kind::ProjectChanged(intake::ProjectChanged {
            facts: Some(project("USD", "45000000")),
            changed: vec!["investors".to_owned()],
            ..Default::default()
        }),
    ];
    let cleared =
        intake::SecurityReviewConcluded { cleared: true, decision: "安审-1".to_owned() };
    for stop in stops {
        city.hears(stop.clone()).await;
        let refused = city.file("S2-03").await.unwrap_err();
        assert_eq!(code(&refused).1, "PROJECT_STOPPED", "{stop:?}");
        city.hears(Kind::SecurityReviewConcluded(cleared.clone())).await;
        city.hears(screened(intake::Outcome::Pass)).await;
        city.recorded().await;
        let case = city.planning.docket.read(|cases| cases.get("yamato").unwrap().case.clone());
        assert_eq!(case.unwrap().stopped, None, "{stop:?} is over");
    }
    // The review was flagged, so the gate before the first permits waits for its outcome on file (G1).
    city.grants("S1-03").await;
    assert!(city.file("S2-03").await.is_ok());
    let barred =
        intake::SecurityReviewConcluded { cleared: false, decision: "安审-2".to_owned() };
    city.hears(Kind::SecurityReviewConcluded(barred)).await;
    let refused = city.file("S2-11").await.unwrap_err();
    assert!(refused.message().contains("安审-2"), "{refused:?}");
}

#[tokio::test]
async fn a_filing_that_is_revoked_at_intake_carries_nothing_any_more() {
    let mut city = City::open("2022-03-21").await;
    city.takes_in(project("USD", "45000000")).await;
    city.states("state-facts-0001", &[("eia_class", "registration")]).await.unwrap();
    let revoke = Act::RevokePermit {
        ground: RevocationGround::Deceit,
        reason: "提供虚假材料".to_owned(),
        document: "撤-1".to_owned(),
    };
    city.does(&"S1-08-1".parse().unwrap(), revoke).await;
    let refused = city.file("S2-11").await.unwrap_err();
    assert_eq!(code(&refused).1, "PREREQUISITE_MISSING");
}

#[tokio::test]
async fn what_intake_knows_is_not_asked_again() {
    let mut city = City::open("2021-03-05").await;
    city.takes_in(project("JPY", "6800000000")).await;
    city.recorded().await;
    assert_eq!(city.known().get("total_investment_usd"), None, "no rate is on file yet");
    city.hears(Kind::KeyProjectDecided(intake::KeyProjectDecided {
        recognised: true,
        amount: money("JPY", "6800000000"),
        rate_units: "103.2".to_owned(),
        rate_usd: "1".to_owned(),
        rate_date: "2021-01-04".to_owned(),
        rate_source: "国家外汇管理局".to_owned(),
        ..Default::default()
    }))
    .await;
    let stated = intake::IntakeFactsStated { facts: words(&[("annual_energy_tce", "4800")]) };
    city.hears(Kind::FactsStated(stated)).await;
    city.recorded().await;
    let expected = words(&[
        ("annual_energy_tce", "4800"),
        ("enterprise_established", "no"),
        ("restricted_sector", "no"),
        ("security_review_flagged", "no"),
        ("total_investment_usd", "65891472.86"),
    ]);
    assert_eq!(city.known(), expected);
    let asked = city.roadmap("projects/yamato", &[]).await.unwrap().questions;
    for key in expected.keys() {
        assert!(asked.iter().all(|question| question.fact != *key), "{key}");
    }
    let again = city.states("state-facts-0001", &[("annual_energy_tce", "9")]).await.unwrap_err();
    assert_eq!(again.code(), Code::InvalidArgument);
    city.hears(Kind::ProjectChanged(intake::ProjectChanged {
        facts: Some(project("JPY", "1")),
        changed: vec!["total_investment".to_owned()],
        ..Default::default()
    }))
    .await;
    city.recorded().await;
    assert_eq!(city.known().get("total_investment_usd"), None, "the rate was for another amount");
}
