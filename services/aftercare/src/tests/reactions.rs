//! The service on real logs: what intake records opens duties here, and a step repeated is one step.

use super::story::*;
use crate::Aftercare;
use eventlog::{Command, Log, NewEvent, testing::Directory};
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
        on_behalf_of: String::new(),
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

#[tokio::test]
async fn a_change_of_investors_opens_a_duty_and_a_repeated_step_is_one_step() {
    let directory = Directory::new().unwrap();
    let time = Timekeeper::settable(day("2022-09-19"));
    let clock = time.clone();
    let clock: eventlog::Clock = Arc::new(move || clock.now());
    let store = directory.store();
    let open = |name: &'static str| Log::open(&store, name, clock.clone());
    let (intake, planning) = (open("intake").await.unwrap(), open("planning").await.unwrap());
    let log = open("aftercare").await.unwrap();
    let service = Aftercare::open(log, intake.clone(), planning, law(), time).await.unwrap();
    let mut version = 0;
    let facts = Some(intake::ProjectFacts::default());
    let told = intake::ProjectRegistered { facts: facts.clone(), ..Default::default() };
    hears(&intake, &mut version, Kind::ProjectRegistered(told)).await;
    let code = intake::ProjectCodeAssigned { code: admitted().project_code };
    hears(&intake, &mut version, Kind::ProjectCodeAssigned(code)).await;
    for kind in registered() {
        hears(&intake, &mut version, kind).await;
    }
    let changed = vec![text("investors"), text("site")];
    let change = intake::ProjectChanged { facts, changed, reason: text("增资") };
    hears(&intake, &mut version, Kind::ProjectChanged(change)).await;
    let name = text("projects/yamato");
    let list = pb::ListReportDutiesRequest { name: name.clone(), min_position: Vec::new() };
    let duties = service.list_report_duties(Request::new(list)).await.unwrap().into_inner().duties;
    let keys: Vec<_> = duties.iter().map(|duty| duty.duty.as_str()).collect();
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
        let mut request = Request::new(pb::HandlePromiseRequest {
            request_id: text("call-0000000000000001"),
            name: name.clone(),
            occurred_on: String::new(),
            step: Some(pb::handle_promise_request::Step::Made(made.clone())),
        });
        let caller = "agency:HC/desk-1".parse().unwrap();
        request.metadata_mut().insert("tongban-principal", caller);
        let answer = service.handle_promise(request).await.unwrap().into_inner();
        assert_eq!(answer.promise.unwrap().standing(), pb::PromiseStanding::Open);
    }
    let list = pb::ListPromisesRequest { name, min_position: Vec::new() };
    let promises = service.list_promises(Request::new(list)).await.unwrap().into_inner().promises;
    assert_eq!(promises.len(), 1);
}
