//! The service through its calls, on a real log.

mod calls;
mod fields;

use std::sync::{Arc, OnceLock};

use super::Intake;
use desk::service::Desk;
use eventlog::{Log, testing::Directory};
use host::time::Timekeeper;
use jiff::civil::Date;
use proto::{
    intake::v1::{self as pb, intake_service_server::IntakeService},
    matter::v1 as mpb,
    r#type::v1 as ty,
};
use rulebook::law::Law;
use tonic::{Code, Request, Response, Status};
use tonic_types::StatusExt;

/// The service on a log of its own and a settable date.
struct Office {
    intake: Intake,
    desk: Desk,
    time: Timekeeper,
    log: Log,
    directory: Directory,
}

impl Office {
    async fn open(on: &str) -> Self {
        Self::reopen(Directory::new().unwrap(), on).await
    }

    async fn reopen(directory: Directory, on: &str) -> Self {
        let time = Timekeeper::settable(day(on));
        let now = time.clone();
        let log = Log::open(&directory.store(), "intake", Arc::new(move || now.now())).await;
        let log = log.unwrap();
        let intake = Intake::open(log.clone(), law(), time.clone()).await.unwrap();
        let desk = Desk::new([intake.cases()]);
        Office { intake, desk, time, log, directory }
    }

    /// Closes and opens again on the same files.
    async fn again(self, on: &str) -> Self {
        let Office { intake, desk, log, directory, .. } = self;
        drop((intake, desk));
        log.close().await;
        Self::reopen(directory, on).await
    }

    fn on(&self, date: &str) -> &Self {
        self.time.advance_to(day(date)).unwrap();
        self
    }

    async fn registers(&self, request: pb::RegisterProjectRequest) -> Result<pb::Project, Status> {
        let answer = self.intake.register_project(by("enterprise:shiomine/filing", request)).await;
        Ok(answer?.into_inner().project.unwrap())
    }

    async fn screens(&self, project: &str) -> pb::Project {
        let request = pb::ScreenProjectRequest {
            request_id: key("screen", project),
            name: format!("projects/{project}"),
            occurred_on: String::new(),
        };
        let answer = self.intake.screen_project(by("agency:DRC/list", request)).await.unwrap();
        answer.into_inner().project.unwrap()
    }

    async fn codes(&self, project: &str, code: &str) -> Result<String, Status> {
        let request = pb::AssignProjectCodeRequest {
            request_id: key("code", project),
            name: format!("projects/{project}"),
            occurred_on: String::new(),
            code: code.to_owned(),
        };
        let answer = self.intake.assign_project_code(by("agency:DRC/codes", request)).await?;
        Ok(answer.into_inner().project.unwrap().project_code)
    }

    async fn shows(&self, project: &str) -> Result<pb::Project, Status> {
        let name = format!("projects/{project}");
        let request = pb::GetProjectRequest { name, min_position: Vec::new() };
        let answer = self.intake.get_project(Request::new(request)).await;
        Ok(answer.map(Response::into_inner)?.project.unwrap())
    }
}

fn law() -> Arc<Law> {
    static LAW: OnceLock<Arc<Law>> = OnceLock::new();
    LAW.get_or_init(|| Arc::new(Law::parse(&host::seeds::embedded()).unwrap())).clone()
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

/// A request by somebody.
fn by<T>(who: &str, message: T) -> Request<T> {
    let mut request = Request::new(message);
    request.metadata_mut().insert("tongban-principal", who.parse().unwrap());
    request
}

/// A request id that is the same for the same purpose.
fn key(purpose: &str, project: &str) -> String {
    format!("{purpose}-{project}-0000000000000000").chars().take(40).collect()
}

/// The registration of a bearing works under an id.
fn registration(project: &str) -> pb::RegisterProjectRequest {
    pb::RegisterProjectRequest {
        request_id: key("register", project),
        project_id: project.to_owned(),
        facts: Some(facts()),
        ..Default::default()
    }
}

/// The registration of another enterprise's project elsewhere.
fn unlike(project: &str) -> pb::RegisterProjectRequest {
    let mut request = registration(project);
    let facts = request.facts.as_mut().unwrap();
    facts.enterprise = format!("大连{project}有限公司");
    request
}

fn facts() -> pb::ProjectFacts {
    pb::ProjectFacts {
        name: Some(ty::Text {
            zh: "风早精密轴承大连工厂".to_owned(),
            en: "Bearing works".to_owned(),
        }),
        enterprise: "风早精密轴承（大连）有限公司".to_owned(),
        uscc: String::new(),
        uscc_override_reason: String::new(),
        investors: vec![pb::Investor {
            name: "風早精工株式会社".to_owned(),
            country: "JP".to_owned(),
            share_percent: "100".to_owned(),
        }],
        site: Some(pb::Site {
            district: "210213".to_owned(),
            zone: "DLZ-JP".to_owned(),
            parcel: "WL-2021-06".to_owned(),
            inside_ftz: false,
        }),
        activity: "unlisted".to_owned(),
        industry: "3451".to_owned(),
        total_investment: Some(ty::Money {
            currency_code: "JPY".to_owned(),
            amount: "6800000000".to_owned(),
        }),
        scope: "机床主轴用精密轴承".to_owned(),
    }
}

/// The stable code of a refusal, else the gRPC code.
fn reason(status: &Status) -> String {
    let details = status.get_error_details();
    let info = details.error_info().map(|info| info.reason.clone());
    info.unwrap_or_else(|| format!("{:?}", status.code()))
}

/// The fields of a bad request, in order.
fn bad_fields(status: &Status) -> Vec<String> {
    assert_eq!(status.code(), Code::InvalidArgument, "{status:?}");
    let details = status.get_error_details();
    let violations = &details.bad_request().unwrap().field_violations;
    violations.iter().map(|violation| violation.field.clone()).collect()
}
