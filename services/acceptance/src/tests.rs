//! The service on real logs: a whole acceptance through the calls that agencies and the enterprise make, and how it
//! reacts to other services.

mod reactions;

use crate::Acceptance;
use desk::{
    caller::{Caller, PRINCIPAL, Principal},
    name::MatterName,
};
use eventlog::{Command, Log, NewEvent, testing::Directory};
use host::time::Timekeeper;
use jiff::civil::Date;
use prost::Message;
use proto::{
    acceptance::v1::{self as pb, acceptance_service_server::AcceptanceService},
    aftercare::v1::{self as aftercare, AftercareEvent, aftercare_event},
    matter::v1 as matters,
    planning::v1::{self as planning, PlanningEvent, planning_event::Kind},
    r#type::v1::Text,
};
use rulebook::{
    law::Law,
    matter::{self, Act, Certificate, Filing, Matter, MatterId, Outcome, Terms, Today, Track},
};
use std::sync::{Arc, LazyLock};
use tonic::{Code, Request, Status};
use tonic_types::StatusExt;

static LAW: LazyLock<Arc<Law>> =
    LazyLock::new(|| Arc::new(Law::parse(&host::seeds::embedded()).unwrap()));

const PROJECT: &str = "projects/yamato";

/// The logs of planning, aftercare and acceptance in a folder of their own, and the service on them.
struct City {
    time: Timekeeper,
    planning: Log,
    aftercare: Log,
    log: Log,
    acceptance: Acceptance,
    permit: Option<Matter>,
    told: u64,
    calls: u32,
    _directory: Directory,
}

impl City {
    async fn open(on: &str) -> Self {
        let directory = Directory::new().unwrap();
        let time = Timekeeper::settable(day(on));
        let clock = time.clone();
        let clock: eventlog::Clock = Arc::new(move || clock.now());
        let planning = Log::open(&directory.store(), "planning", clock.clone()).await.unwrap();
        let aftercare = Log::open(&directory.store(), "aftercare", clock.clone()).await.unwrap();
        let log = Log::open(&directory.store(), "acceptance", clock).await.unwrap();
        let followed = [planning.clone(), aftercare.clone()];
        let acceptance = Acceptance::open(log.clone(), followed, LAW.clone(), time.clone()).await;
        Self {
            acceptance: acceptance.unwrap(),
            time,
            planning,
            aftercare,
            log,
            permit: None,
            told: 0,
            calls: 0,
            _directory: directory,
        }
    }

    async fn restart(&mut self) {
        let followed = [self.planning.clone(), self.aftercare.clone()];
        let acceptance =
            Acceptance::open(self.log.clone(), followed, LAW.clone(), self.time.clone());
        self.acceptance = acceptance.await.unwrap();
    }

    fn passes_to(&self, on: &str) {
        self.time.advance_to(day(on)).unwrap();
    }

    /// Planning records a fact of the project today.
    async fn hears(&mut self, kind: Kind) {
        let occurred_on = self.time.today().to_string();
        let payload = PlanningEvent { occurred_on, kind: Some(kind) }.encode_to_vec();
        recorded(&self.planning, self.told, payload).await;
        self.told += 1;
    }

    /// Aftercare records facts of the project today, the first of all.
    async fn hears_of_aftercare(&mut self, kinds: Vec<aftercare_event::Kind>) {
        let occurred_on = self.time.today().to_string();
        for (told, kind) in (0..).zip(kinds) {
            let event = AftercareEvent { occurred_on: occurred_on.clone(), kind: Some(kind) };
            recorded(&self.aftercare, told, event.encode_to_vec()).await;
        }
    }

    /// Everything of the earlier stages up to, and without, the construction permit.
    async fn is_planned(&mut self) {
        for item in ["S1-02", "S1-10", "S2-05", "S2-06", "S2-09", "S2-12", "S2-13", "S2-18"] {
            let matter = format!("{PROJECT}/matters/{item}-1");
            let prior = planning::PriorMatter { matter, item: item.to_owned(), in_force: true };
            self.hears(Kind::PriorMatter(prior)).await;
        }
        let facts = [
            ("security_review_flagged", "no"),
            ("special_fire_works", "no"),
            ("civil_building", "no"),
            ("lightning_special_site", "no"),
            ("eia_class", "form"),
            ("soil_water_plan", "none"),
            ("land_supply", "transferred"),
            ("discharge_class", "none"),
        ];
        let facts = facts.map(|(key, word)| (key.to_owned(), word.to_owned())).into();
        self.hears(Kind::FactsStated(planning::FactsStated { facts })).await;
    }

    async fn steps(&mut self, steps: Vec<matter::Event>) {
        let id: MatterId = "S2-17-1".parse().unwrap();
        for step in steps {
            match &mut self.permit {
                Some(matter) => matter.evolve(&step),
                None => self.permit = Matter::open(&step),
            }
            self.hears(Kind::Matter(desk::wire::write(&id, &step))).await;
        }
    }

    async fn permit_acts(&mut self, act: Act) {
        let date = self.time.today();
        let calendar = LAW.almanac.as_published_by(date);
        let today = Today { date, calendar: &calendar };
        let steps = self.permit.as_ref().unwrap().decide(&act.now(), today).unwrap();
        self.steps(steps).await;
    }

    /// The construction permit is applied for, accepted and granted today.
    async fn is_permitted(&mut self) {
        let date = self.time.today();
        let calendar = LAW.almanac.as_published_by(date);
        let terms = Terms::of(LAW.catalogue.item("S2-17", date).unwrap(), Track::Ordinary);
        let filing = Filing { terms, materials: Vec::new(), commitment: None };
        self.steps(filing.decide(None, Today { date, calendar: &calendar }).unwrap()).await;
        self.permit_acts(Act::Accept { document: String::new() }).await;
        self.permit_acts(granted("210200202403010101", None)).await;
    }

    fn key(&mut self) -> String {
        self.calls += 1;
        format!("call-{:016}", self.calls)
    }

    async fn declare(&mut self, key: String) -> Result<pb::DeclareUnitsResponse, Status> {
        let unit = |unit: &str, phase: &str| pb::DeclaredUnit {
            unit: unit.to_owned(),
            name: Some(Text { zh: "厂房".to_owned(), en: "hall".to_owned() }),
            phase: phase.to_owned(),
            independent_use: true,
            ..Default::default()
        };
        let message = pb::DeclareUnitsRequest {
            request_id: key,
            name: PROJECT.to_owned(),
            units: vec![unit("a", "1"), unit("b", "2")],
            ..Default::default()
        };
        let request = call("enterprise:yamato", message);
        self.acceptance.declare_units(request).await.map(tonic::Response::into_inner)
    }

    async fn constructs(
        &mut self,
        happened: pb::record_construction_request::Happened,
    ) -> Result<pb::Acceptance, Status> {
        let message = pb::RecordConstructionRequest {
            request_id: self.key(),
            name: PROJECT.to_owned(),
            happened: Some(happened),
            ..Default::default()
        };
        let request = call("enterprise:yamato", message);
        let answer = self.acceptance.record_construction(request).await?;
        Ok(answer.into_inner().acceptance.unwrap())
    }

    async fn produces(&mut self) -> Result<pb::Acceptance, Status> {
        let message = pb::RecordUseRequest {
            request_id: self.key(),
            name: PROJECT.to_owned(),
            r#use: pb::Use::ProductionStarted.into(),
            ..Default::default()
        };
        let answer = self.acceptance.record_use(call("enterprise:yamato", message)).await?;
        Ok(answer.into_inner().acceptance.unwrap())
    }

    async fn files(&mut self, item: &str) -> Result<String, Status> {
        let message = pb::FileForScopeRequest {
            request_id: self.key(),
            name: PROJECT.to_owned(),
            applications: vec![matters::Application {
                item: item.to_owned(),
                track: matters::Track::Ordinary.into(),
                ..Default::default()
            }],
            ..Default::default()
        };
        let request = call("enterprise:yamato", message);
        let mut answer = self.acceptance.file_for_scope(request).await?.into_inner();
        Ok(answer.matters.pop().unwrap())
    }

    /// One of the desk's verbs.
    async fn acts(
        &mut self,
        agency: &str,
        name: &str,
        act: Act,
    ) -> Result<matters::Matter, Status> {
        let code = agency.to_owned();
        let principal = Principal::Agency { code, desk: "desk-1".to_owned() };
        let caller = Caller { principal, on_behalf_of: None };
        let request = caller.keyed(self.key(), "act", &());
        let name = MatterName::parse(name).unwrap();
        let (matter, _) =
            self.acceptance.cases().act(&caller, request, name, act.now(), None).await?;
        Ok(matter)
    }

    async fn found(&mut self, agency: &str, name: &str, member: &str) -> pb::Acceptance {
        let message = pb::RecordResultRequest {
            request_id: self.key(),
            name: name.to_owned(),
            member: member.to_owned(),
            result: pb::Result::Pass.into(),
            ..Default::default()
        };
        let request = call(&format!("agency:{agency}/desk-1"), message);
        let answer = self.acceptance.record_result(request).await.unwrap();
        answer.into_inner().acceptance.unwrap()
    }

    async fn stands(&self) -> Result<pb::Acceptance, Status> {
        let message = pb::GetAcceptanceRequest { name: PROJECT.to_owned(), min_position: vec![] };
        let answer = self.acceptance.get_acceptance(Request::new(message)).await?;
        Ok(answer.into_inner().acceptance.unwrap())
    }

    /// Units declared, construction begun, surveyed, and joint acceptance of unit `a` applied for and
    /// accepted on 2025-03-17.
    async fn is_built(&mut self) -> String {
        use pb::record_construction_request::Happened;
        self.is_planned().await;
        self.is_permitted().await;
        let key = self.key();
        self.declare(key).await.unwrap();
        self.passes_to("2024-04-01");
        self.constructs(Happened::Started(pb::ConstructionStarted {})).await.unwrap();
        self.passes_to("2025-03-03");
        let survey = self.files("S3-01").await.unwrap();
        self.acts("NR", &survey, Act::Accept { document: String::new() }).await.unwrap();
        self.acts("NR", &survey, granted("测绘2025-001", Some("a".repeat(64)))).await.unwrap();
        self.passes_to("2025-03-17");
        let message = pb::ApplyJointAcceptanceRequest {
            request_id: self.key(),
            name: PROJECT.to_owned(),
            scope: Some(pb::ScopeOf { units: vec!["a".to_owned()], phase: String::new() }),
            track: matters::Track::Ordinary.into(),
            ..Default::default()
        };
        let request = call("enterprise:yamato", message);
        let answer = self.acceptance.apply_joint_acceptance(request).await.unwrap().into_inner();
        let accept = Act::Accept { document: String::new() };
        self.acts("HC", &answer.matter, accept).await.unwrap();
        answer.matter
    }

    async fn is_inspected(&mut self, name: &str) {
        let message = pb::ScheduleInspectionRequest {
            request_id: self.key(),
            name: name.to_owned(),
            inspect_on: self.time.today().to_string(),
            ..Default::default()
        };
        self.acceptance.schedule_inspection(call("agency:HC/desk-1", message)).await.unwrap();
        let message = pb::RecordInspectionRequest {
            request_id: self.key(),
            name: name.to_owned(),
            ..Default::default()
        };
        self.acceptance.record_inspection(call("agency:HC/desk-1", message)).await.unwrap();
    }
}

/// One event of the project in another service's log.
async fn recorded(log: &Log, told: u64, payload: Vec<u8>) {
    let command = Command {
        principal: "agency:HC/desk-1".to_owned(),
        key: format!("{}-{told:016}", log.name()),
        fingerprint: [0; 32],
        actor: String::new(),
        on_behalf_of: String::new(),
        stream: format!("{}/yamato", log.name()),
        expected_version: told,
        events: vec![NewEvent { kind: "told".to_owned(), payload }],
        reservations: Vec::new(),
        answer: Vec::new(),
    };
    log.append(command).await.unwrap();
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn granted(number: &str, sha256: Option<String>) -> Act {
    let certificate = Certificate { number: number.to_owned(), valid_until: None, sha256 };
    let outcome = Outcome::Granted { certificate, conditions: Vec::new() };
    Act::Decide { outcome, document: String::new() }
}

fn call<T>(who: &str, message: T) -> Request<T> {
    let mut request = Request::new(message);
    request.metadata_mut().insert(PRINCIPAL, who.parse().unwrap());
    request
}

fn reason(status: &Status) -> String {
    status.get_error_details().error_info().unwrap().reason.clone()
}

#[tokio::test]
async fn a_unit_is_accepted_through_the_calls_of_all_who_take_part() {
    let mut city = City::open("2024-03-01").await;
    let name = city.is_built().await;
    city.passes_to("2025-03-19");
    city.is_inspected(&name).await;
    for (agency, member) in
        [("NR", ""), ("HC", "S3-04"), ("ARCH", ""), ("HC", "S3-07"), ("CM", "public_space")]
    {
        city.found(agency, &name, member).await;
    }
    let message = pb::IssueOpinionRequest {
        request_id: city.key(),
        name: name.clone(),
        number: "联验2025-001".to_owned(),
        ..Default::default()
    };
    let answer = city.acceptance.issue_opinion(call("agency:HC/desk-1", message)).await.unwrap();
    let acceptance = answer.into_inner().acceptance.unwrap();
    let issued = acceptance.joints[0].opinions[0].opinion.clone().unwrap();
    assert_eq!((issued.version, issued.results.len(), issued.surveys.len()), (1, 5, 1));
    assert_eq!(acceptance.units[0].state(), pb::UnitState::Accepted);
    assert_eq!(acceptance.units[1].state(), pb::UnitState::UnderConstruction);
    assert!(!acceptance.complete, "unit b is not accepted");
    assert_eq!(acceptance.surveys[0].used_by, std::slice::from_ref(&name));
    let matter =
        city.acceptance.cases().get(&MatterName::parse(&name).unwrap(), &[]).await.unwrap();
    assert_eq!(matter.state(), matters::State::Granted);
    assert_eq!(matter.opinions.len(), 5);
}

#[tokio::test]
async fn a_late_member_is_recorded_once_and_passes_nothing() {
    let mut city = City::open("2024-03-01").await;
    let name = city.is_built().await;
    city.passes_to("2025-03-19");
    city.is_inspected(&name).await;
    city.found("NR", &name, "").await;
    city.passes_to("2025-03-26");
    assert!(city.acceptance.cases().pass_day().await.unwrap().is_empty());
    city.passes_to("2025-03-27");
    let touched = city.acceptance.cases().pass_day().await.unwrap();
    assert_eq!(touched, [name.as_str(); 4]);
    city.restart().await;
    assert!(city.acceptance.cases().pass_day().await.unwrap().is_empty());
    let joint = city.stands().await.unwrap().joints.remove(0);
    let late = joint.members.iter().filter(|member| member.overdue_in == [1]).count();
    assert_eq!((late, joint.members.iter().filter(|member| member.open).count()), (4, 4));
}

#[tokio::test]
async fn a_permit_that_lapsed_is_recorded_with_the_day() {
    let mut city = City::open("2024-03-01").await;
    city.is_planned().await;
    city.is_permitted().await;
    city.stands().await.unwrap();
    city.passes_to("2024-06-04");
    assert_eq!(city.acceptance.cases().pass_day().await.unwrap(), [PROJECT]);
    assert!(city.acceptance.cases().pass_day().await.unwrap().is_empty());
    assert!(!city.stands().await.unwrap().permit_in_force);
}

#[tokio::test]
async fn every_bad_field_is_named_at_once() {
    let city = City::open("2024-03-01").await;
    let unit = pb::DeclaredUnit { unit: "A b".to_owned(), ..Default::default() };
    let message = pb::DeclareUnitsRequest {
        request_id: "short".to_owned(),
        name: "yamato".to_owned(),
        occurred_on: "2024-02-30".to_owned(),
        units: vec![unit],
    };
    let bad = city.acceptance.declare_units(call("enterprise:yamato", message)).await.unwrap_err();
    assert_eq!(bad.code(), Code::InvalidArgument);
    let details = bad.get_error_details();
    let fields: Vec<&str> =
        details.bad_request().unwrap().field_violations.iter().map(|v| v.field.as_str()).collect();
    let expected = [
        "request_id",
        "occurred_on",
        "name",
        "units[0].unit",
        "units[0].name.zh",
        "units[0].phase",
    ];
    assert_eq!(fields, expected);
    let message = pb::RecordResultRequest {
        request_id: "call-0000000000000001".to_owned(),
        name: format!("{PROJECT}/matters/S3-09-1"),
        result: pb::Result::Pass.into(),
        defects: vec!["x".to_owned()],
        reason: "y".to_owned(),
        ..Default::default()
    };
    let bad = city.acceptance.record_result(call("agency:NR/desk-1", message)).await.unwrap_err();
    assert!(bad.message().contains("defects") && bad.message().contains("reason"), "{bad}");
}

#[tokio::test]
async fn an_unknown_project_is_not_found() {
    let city = City::open("2024-03-01").await;
    assert_eq!(city.stands().await.unwrap_err().code(), Code::NotFound);
}
