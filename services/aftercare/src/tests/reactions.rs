//! The service on real logs: what intake records opens duties here, and a step repeated is one step.

use super::story::*;
use crate::Aftercare;
use eventlog::{Command, Log, NewEvent, Store, testing::Directory};
use host::time::Timekeeper;
use proto::{
    aftercare::v1::{self as pb, aftercare_service_server::AftercareService},
    intake::v1::{self as intake, IntakeEvent, intake_event::Kind},
};
use rulebook::matter::{self, Act, Certificate, Filing, Matter, Outcome, Terms, Today, Track};
use std::sync::Arc;
use tonic::Request;

async fn hears(log: &Log, version: &mut u64, kind: Kind) {
    let kind = Some(kind);
    let stored = IntakeEvent { occurred_on: text("2022-09-19"), kind };
    let command = Command {
        principal: text("agency:DRC/desk-1"),
        key: format!("intake-{version:016}"),
        fingerprint: [0; 32],
        actor: String::new(),
        on_behalf_of: text(YAMATO),
        stream: text("intake/yamato"),
        expected_version: *version,
        events: vec![NewEvent {
            kind: text("told"),
            payload: prost::Message::encode_to_vec(&stored),
        }],
        reservations: Vec::new(),
        answer: Vec::new(),
    };
    log.append(command).await.unwrap();
    *version += 1;
}

/// The registration of the enterprise, applied for, accepted and granted on one day.
fn registered() -> Vec<Kind> {
    let (bench, law) = (bench(day("2022-09-19")), law());
    let today = Today { date: bench.date, calendar: &bench.calendar };
    let item = law.catalogue.item("S1-05", bench.date).unwrap();
    let terms = Terms::of(item, Track::Ordinary);
    let filing = Filing { terms, materials: Vec::new(), commitment: None };
    let mut steps: Vec<matter::Event> = filing.decide(None, today).unwrap();
    let mut matter = Matter::open(&steps[0]).unwrap();
    let certificate = Certificate { number: text("S1"), valid_until: None, sha256: None };
    let outcome = Outcome::Granted { certificate, conditions: Vec::new() };
    let grant = Act::Decide { outcome, document: String::new() };
    for act in [Act::Accept { document: String::new() }, grant] {
        for step in matter.decide(&act.now(), today).unwrap() {
            matter.evolve(&step);
            steps.push(step);
        }
    }
    let id = "S1-05-1".parse().unwrap();
    steps.iter().map(|step| Kind::Matter(desk::wire::write(&id, step))).collect()
}

/// The service on logs of its own, with a project that intake has registered for an enterprise.
pub(super) struct World {
    pub(super) service: Aftercare,
    pub(super) log: Log,
    pub(super) intake: Log,
    version: u64,
    _directory: Directory,
}

pub(super) const NAME: &str = "projects/yamato";

impl World {
    /// Everything in files.
    pub(super) async fn open() -> Self {
        Self::with(None).await
    }

    /// With this service's log elsewhere.
    pub(super) async fn with(store: Option<Store>) -> Self {
        let directory = Directory::new().unwrap();
        let time = Timekeeper::settable(day("2022-09-19"));
        let clock = time.clone();
        let clock: eventlog::Clock = Arc::new(move || clock.now());
        let files = directory.store();
        let open = |name: &'static str| Log::open(&files, name, clock.clone());
        let intake = open("intake").await.unwrap();
        let earlier =
            [intake.clone(), open("planning").await.unwrap(), open("acceptance").await.unwrap()];
        let log = Log::open(store.as_ref().unwrap_or(&files), "aftercare", clock.clone());
        let log = log.await.unwrap();
        let service = Aftercare::open(log.clone(), earlier, law(), time).await.unwrap();
        let mut world = Self { service, log, intake, version: 0, _directory: directory };
        let facts = Some(intake::ProjectFacts::default());
        let told = intake::ProjectRegistered { facts, ..Default::default() };
        world.hears(Kind::ProjectRegistered(told)).await;
        let code = intake::ProjectCodeAssigned { code: admitted().project_code };
        world.hears(Kind::ProjectCodeAssigned(code)).await;
        let secretary = intake::SecretaryAssigned { secretary: text("s-0012") };
        world.hears(Kind::SecretaryAssigned(secretary)).await;
        world
    }

    pub(super) async fn hears(&mut self, kind: Kind) {
        hears(&self.intake, &mut self.version, kind).await;
    }
}

/// A request of a caller.
pub(super) fn from<M>(principal: &str, message: M) -> Request<M> {
    let mut request = Request::new(message);
    request.metadata_mut().insert("tongban-principal", principal.parse().unwrap());
    request
}

#[tokio::test]
async fn a_change_of_investors_opens_a_duty_and_a_repeated_step_is_one_step() {
    let mut world = World::open().await;
    for kind in registered() {
        world.hears(kind).await;
    }
    let facts = Some(intake::ProjectFacts::default());
    let changed = vec![text("investors"), text("site")];
    world
        .hears(Kind::ProjectChanged(intake::ProjectChanged {
            facts,
            changed,
            reason: text("增资"),
        }))
        .await;
    let name = text(NAME);
    let list = pb::ListReportDutiesRequest { name: name.clone(), min_position: Vec::new() };
    let duties = world.service.list_report_duties(from(YAMATO, list)).await.unwrap();
    let keys: Vec<_> = duties.into_inner().duties.into_iter().map(|duty| duty.duty).collect();
    assert_eq!(keys, ["initial", "change-1"]);

    let made = pb::PromiseMade {
        promise: text("道路"),
        legal_basis: text("组织法"),
        document: text("协议-12"),
        owner: text("HC"),
        due: text("2022-12-30"),
        ..Default::default()
    };
    for _ in 0..2 {
        let message = pb::HandlePromiseRequest {
            request_id: text("call-0000000000000001"),
            name: name.clone(),
            occurred_on: String::new(),
            step: Some(pb::handle_promise_request::Step::Made(made.clone())),
        };
        let answer = world.service.handle_promise(from("agency:HC/desk-1", message)).await;
        let promise = answer.unwrap().into_inner().promise.unwrap();
        assert_eq!(promise.standing(), pb::PromiseStanding::Open);
    }
    let list = pb::ListPromisesRequest { name, min_position: Vec::new() };
    let promises = world.service.list_promises(from(YAMATO, list)).await.unwrap();
    assert_eq!(promises.into_inner().promises.len(), 1);
}

/// What the enterprise says of its project: its name and its code, which is empty before it is registered.
fn said(enterprise: &str, uscc: &str) -> Kind {
    let (enterprise, uscc) = (text(enterprise), text(uscc));
    let facts = intake::ProjectFacts { enterprise, uscc, ..Default::default() };
    let (facts, changed) = (Some(facts), vec![text("enterprise")]);
    Kind::ProjectChanged(intake::ProjectChanged { facts, changed, reason: text("补填") })
}

#[tokio::test]
async fn the_code_that_the_registration_brought_is_no_change_to_report() {
    let mut world = World::open().await;
    for kind in registered() {
        world.hears(kind).await;
    }
    let list = || pb::ListReportDutiesRequest { name: text(NAME), min_position: Vec::new() };
    let keys = |duties: pb::ListReportDutiesResponse| -> Vec<String> {
        duties.duties.into_iter().map(|duty| duty.duty).collect()
    };
    world.hears(said("", "91210200MA0XH2M649")).await;
    let duties = world.service.list_report_duties(from(YAMATO, list())).await.unwrap();
    assert_eq!(keys(duties.into_inner()), ["initial"]);
    world.hears(said("新名", "91210200MA0XH2M649")).await;
    let duties = world.service.list_report_duties(from(YAMATO, list())).await.unwrap();
    assert_eq!(keys(duties.into_inner()), ["initial", "change-1"]);
}
