//! What a process has copied of the others' logs is its own: it starts and answers while they are away, and a
//! copy that was changed behind its back is found, and made anew.

use crate::killed::registration;
use crate::up::by;
use eventlog::{Clock, Command, Log, NewEvent, Store};
use nemesis::site::{Process, SERVICES, Site};
use proto::{
    intake::v1::intake_service_client::IntakeServiceClient,
    planning::v1::planning_service_server as planning,
    status::v1::{
        self as pb, GetProjectStatusRequest, ListProjectStatusesRequest,
        ListProjectStatusesResponse, status_service_client::StatusServiceClient,
    },
};
use std::sync::Arc;
use tonic::{Code, Request};
use tonic_health::pb::{
    HealthCheckRequest, health_check_response::ServingStatus, health_client::HealthClient,
};

const ENTERPRISE: &str = "enterprise:trial/filing";
const PROJECTS: u32 = 6;

async fn list(status: &Process) -> ListProjectStatusesResponse {
    let mut client = StatusServiceClient::new(status.channel().await);
    let all = ListProjectStatusesRequest { page_size: 200, ..Default::default() };
    client.list_project_statuses(all).await.expect("statuses").into_inner()
}

/// `tongban rebuild` on the set: exit code and text.
fn rebuild(site: &Site, arguments: &[&str]) -> (Option<i32>, String) {
    let words = [&["rebuild"], arguments].concat();
    let output = site.command(&words, "status").output().expect("it runs");
    let said = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(said).expect("text"))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_status_starts_without_those_whom_it_follows_and_its_copies_are_audited_and_mended() {
    let site = Site::new(&SERVICES).await;
    for role in SERVICES {
        assert!(site.migrate(role).status.success(), "{role}");
    }
    let mut services: Vec<_> = SERVICES.iter().map(|role| site.start(role)).collect();
    services.iter_mut().for_each(Process::ready);
    let mut status = services.pop().expect("the status");
    let mut intake = services.remove(0);

    let mut client = IntakeServiceClient::new(intake.channel().await);
    let mut newest = String::new();
    for number in 0..PROJECTS {
        let registered = client.register_project(by(ENTERPRISE, registration(number, 1))).await;
        newest = registered.expect("registered").into_inner().position;
    }
    let seen = GetProjectStatusRequest {
        name: "projects/none".to_owned(),
        min_position: vec![newest.clone()],
        ..Default::default()
    };
    let mut statuses = StatusServiceClient::new(status.channel().await);
    let none = statuses.get_project_status(Request::new(seen.clone())).await.unwrap_err();
    assert_eq!(none.code(), Code::NotFound);
    let told = list(&status).await;
    assert_eq!(told.statuses.len(), PROJECTS as usize);
    assert!(told.as_of.contains(&newest), "{:?} {newest}", told.as_of);

    // Nobody whom it follows is there. It starts all the same and answers the same, up to the same place.
    intake.kill();
    services.iter_mut().for_each(Process::kill);
    status.kill();
    status = site.start("status");
    status.ready();
    let alone = list(&status).await;
    assert!(alone.statuses == told.statuses && alone.as_of.contains(&newest), "{:?}", alone.as_of);
    assert!(alone.stopped.is_empty());
    // Who may see what is asked of intake itself.
    let mut statuses = StatusServiceClient::new(status.channel().await);
    let name = told.statuses[0].name.clone();
    let own = GetProjectStatusRequest { name, ..Default::default() };
    let fresh = statuses.get_project_status(by(ENTERPRISE, own)).await.unwrap_err();
    assert_eq!(fresh.code(), Code::Unavailable);

    let mut intake = site.start("intake");
    intake.ready();
    let mut client = IntakeServiceClient::new(intake.channel().await);
    let more = client.register_project(by(ENTERPRISE, registration(PROJECTS, 1))).await;
    let newest = more.expect("registered").into_inner().position;
    let seen = GetProjectStatusRequest { min_position: vec![newest], ..seen };
    let none = statuses.get_project_status(Request::new(seen)).await.unwrap_err();
    assert_eq!(none.code(), Code::NotFound, "it goes on by itself: {none:?}");

    a_changed_copy_is_found_and_mended(&site, status).await;
}

async fn a_changed_copy_is_found_and_mended(site: &Site, mut status: Process) {
    assert_eq!(rebuild(site, &["status.intake", "--dry-run"]).0, Some(0));
    let change =
        "update mirror.event set actor = 'nobody' where stream like 'intake/%' and version = 1";
    site.server.run("status", change).await.unwrap();
    let found = |_: u16, text: &str| {
        let of_intake = |line: &&str| {
            line.starts_with("tongban_audit_differences_total") && line.contains("intake")
        };
        text.lines().find(of_intake).is_some_and(|line| !line.ends_with(" 0"))
    };
    status.answers("/metrics", found);
    assert!(status.said().contains("the mirror differs from the log"));

    let (code, said) = rebuild(site, &["status.intake", "--dry-run"]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains(&format!("{} differ, the first at position 1", PROJECTS + 1)), "{said}");
    let (code, said) = rebuild(site, &["status.intake"]);
    assert_eq!(code, Some(0), "{said}");
    // Who folded the old copy ends, and says why: its supervisor starts it again.
    let ended = tokio::task::spawn_blocking(move || (status.ended(), status.said()));
    let (code, log) = ended.await.unwrap();
    assert_eq!(code, Some(2));
    assert!(log.contains("the mirror of intake was rebuilt"), "{log}");
    let mut status = site.start("status");
    status.ready();
    assert_eq!(list(&status).await.statuses.len(), PROJECTS as usize + 1);
    assert_eq!(rebuild(site, &["status.intake", "--dry-run"]).0, Some(0));
    let (code, said) = rebuild(site, &["status.planning"]);
    assert_eq!(code, Some(2), "its owner is away: {said}");
    an_event_that_nobody_can_read_stops_what_rests_on_it(site, status).await;
}

/// What a newer build recorded: an event of a kind that this one does not know.
async fn record_what_nobody_knows(site: &Site) -> u64 {
    let url = site.server.url("tongban", "intake");
    let clock: Clock = Arc::new(|| "2020-01-01T00:00:00Z".parse().expect("an instant"));
    let log = Log::open(&Store::Postgres { url }, "intake", clock).await.unwrap();
    let command = Command {
        principal: "enterprise:newer/filing".to_owned(),
        key: "newer-build-000000001".to_owned(),
        fingerprint: [1; 32],
        actor: String::new(),
        on_behalf_of: String::new(),
        stream: "intake/p000000000001".to_owned(),
        expected_version: 0,
        events: vec![NewEvent { kind: "invented".to_owned(), payload: Vec::new() }],
        reservations: Vec::new(),
        answer: Vec::new(),
    };
    let position = log.append(command).await.unwrap().into_answer().last_position;
    log.close().await;
    position
}

/// Whether a process says over gRPC that a service of it serves.
async fn serves(process: &Process, service: &str) -> bool {
    let mut health = HealthClient::new(process.channel().await);
    let asked = HealthCheckRequest { service: service.to_owned() };
    health.check(asked).await.unwrap().into_inner().status == i32::from(ServingStatus::Serving)
}

/// Who decides on the fold serves no more; the status goes on and says so; whoever is asked whether it is ready
/// names the log and the position.
async fn an_event_that_nobody_can_read_stops_what_rests_on_it(site: &Site, mut status: Process) {
    let mut planning = site.start("planning");
    planning.ready();
    assert!(serves(&planning, planning::SERVICE_NAME).await);
    let before = list(&status).await;
    let position = record_what_nobody_knows(site).await;
    let named = format!("stopped at position {position}");
    let stopped = |code: u16, text: &str| code == 503 && text.contains(&named);
    status.answers("/ready", stopped);
    // Planning reacts to intake: it follows no further than up to there.
    planning.answers("/ready", |code, text| code == 503 && text.contains("fold of intake"));
    assert!(!serves(&planning, planning::SERVICE_NAME).await && !serves(&planning, "").await);
    assert!(serves(&status, pb::status_service_server::SERVICE_NAME).await);

    let known = list(&status).await;
    assert!(known.statuses == before.statuses, "what is known is still told");
    assert_eq!(known.stopped.len(), 1, "{:?}", known.stopped);
    assert_eq!((known.stopped[0].log.as_str(), known.stopped[0].position), ("intake", position));
    let as_of = format!("intake:1:{}", position - 1);
    assert!(known.as_of.contains(&as_of), "{:?}", known.as_of);
    let mut statuses = StatusServiceClient::new(status.channel().await);
    for (token, code) in [(position - 1, None), (position, Some(Code::Unavailable))] {
        let name = known.statuses[0].name.clone();
        let min_position = vec![format!("intake:1:{token}")];
        let asked = GetProjectStatusRequest { name, min_position, ..Default::default() };
        let answer = statuses.get_project_status(Request::new(asked)).await;
        assert_eq!(answer.err().map(|refused| refused.code()), code, "{token}");
    }
    assert_eq!(status.terminate(), Some(0));
}
