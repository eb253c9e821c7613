//! The service on real logs: reading what was written, pages, the past, and what it refuses.

use super::story::{Story, accept, correct, day, deliver, extend, grant, law, supply};
use crate::{Status, fold::Source};
use eventlog::{Command, Log, NewEvent, testing::Directory};
use host::time::Timekeeper;
use proto::{
    intake::v1::IntakeEvent,
    matter::v1::DeadlineKind,
    status::v1::{
        ExplainDeadlineRequest, GetProjectStatusRequest, GetProjectStatusResponse,
        ListProjectStatusesRequest, ListProjectStatusesResponse, ProjectStatus,
        status_service_server::StatusService,
    },
};
use std::{collections::BTreeMap, sync::Arc};
use tonic::Request;
use tonic_types::StatusExt;

/// Both logs in a folder of their own, and the service on them.
pub(super) struct City {
    time: Timekeeper,
    logs: BTreeMap<Source, Log>,
    pub(super) status: Status,
    versions: BTreeMap<String, u64>,
    /// The newest token of each log.
    written: BTreeMap<String, String>,
    _directory: Directory,
}

impl City {
    pub(super) async fn open(on: &str) -> Self {
        let directory = Directory::new().unwrap();
        let time = Timekeeper::settable(day(on));
        let clock = time.clone();
        let clock: eventlog::Clock = Arc::new(move || clock.now());
        let mut logs = BTreeMap::new();
        for source in Source::ALL {
            let log = Log::open(&directory.store(), source.log(), clock.clone()).await.unwrap();
            logs.insert(source, log);
        }
        let status = Status::open(logs.values().cloned(), law(), time.clone()).await.unwrap();
        Self {
            time,
            logs,
            status,
            versions: BTreeMap::new(),
            written: BTreeMap::new(),
            _directory: directory,
        }
    }

    async fn append(&mut self, log: Source, project: &str, payload: Vec<u8>) -> String {
        self.append_all(log, project, vec![payload]).await
    }

    async fn append_all(&mut self, log: Source, project: &str, payloads: Vec<Vec<u8>>) -> String {
        let told = |payload| NewEvent { kind: "told".to_owned(), payload };
        let events: Vec<_> = payloads.into_iter().map(told).collect();
        let added = events.len() as u64;
        let stream = format!("{log}/{project}");
        let version = self.versions.entry(stream.clone()).or_default();
        let command = Command {
            principal: "agency:NR/desk-1".to_owned(),
            key: format!("{project}-{log}-{version:016}"),
            fingerprint: [0; 32],
            actor: String::new(),
            // Whoever registered the project did so for its enterprise.
            on_behalf_of: format!("enterprise:{project}/filing"),
            stream,
            expected_version: *version,
            events,
            reservations: Vec::new(),
            answer: Vec::new(),
        };
        *version += added;
        let to = &self.logs[&log];
        to.append(command).await.unwrap();
        let head = to.head().await.unwrap();
        let token = format!("{log}:{}:{}", head.epoch, head.position);
        self.written.insert(log.to_string(), token.clone());
        token
    }

    /// Records what a story tells, each event on its own day; the tokens of both logs.
    pub(super) async fn hears(&mut self, story: &Story) -> Vec<String> {
        let mut tokens = BTreeMap::new();
        for told in &story.told {
            self.time.advance_to(told.on).unwrap();
            let id = story.project.id.clone();
            tokens.insert(told.log, self.append(told.log, &id, told.payload.clone()).await);
        }
        self.time.advance_to(story.today).unwrap();
        tokens.into_values().collect()
    }

    /// The same story of many projects, in as few appends as there can be.
    pub(super) async fn hears_many(&mut self, story: &Story, projects: usize) {
        self.time.advance_to(story.today).unwrap();
        for source in Source::ALL {
            let told = story.told.iter().filter(|told| told.log == source);
            let payloads: Vec<_> = told.map(|told| told.payload.clone()).collect();
            for n in (0..projects).filter(|_| !payloads.is_empty()) {
                self.append_all(source, &format!("p-{n:04}"), payloads.clone()).await;
            }
        }
    }

    /// The newest token of each log that was written to.
    pub(super) fn written(&self) -> Vec<String> {
        self.written.values().cloned().collect()
    }

    pub(super) async fn get(
        &self,
        request: GetProjectStatusRequest,
    ) -> Result<GetProjectStatusResponse, tonic::Status> {
        let answer = self.status.get_project_status(Request::new(request)).await;
        answer.map(tonic::Response::into_inner)
    }

    async fn status(&self, project: &str, min_position: &[String]) -> ProjectStatus {
        let name = format!("projects/{project}");
        let min_position = min_position.to_vec();
        let request = GetProjectStatusRequest { name, min_position, ..Default::default() };
        self.get(request).await.unwrap().status.unwrap()
    }

    async fn list(
        &self,
        page_size: i32,
        page_token: &str,
    ) -> Result<ListProjectStatusesResponse, tonic::Status> {
        let page_token = page_token.to_owned();
        let min_position = self.written.values().cloned().collect();
        let request = ListProjectStatusesRequest { page_size, page_token, min_position };
        let answer = self.status.list_project_statuses(Request::new(request)).await;
        answer.map(tonic::Response::into_inner)
    }
}

fn a_story() -> Story {
    Story::admitted("2022-03-01")
        .on("2022-04-06")
        .files("S2-05")
        .on("2022-04-07")
        .act("S2-05-1", correct())
        .on("2022-04-11")
        .act("S2-05-1", supply(2))
        .act("S2-05-1", accept())
        .consulted("S2-05-1")
        .on("2022-05-05")
        .act("S2-05-1", extend("2022-05-05"))
        .on("2022-05-12")
        .act("S2-05-1", grant())
        .act("S2-05-1", deliver())
}

/// The story as far as it was told by the end of a day.
fn until(story: &Story, date: &str) -> Story {
    let mut before = Story::of(&story.project.id, date);
    for told in story.told.iter().filter(|told| told.on <= day(date)) {
        before = before.retold(told);
    }
    before
}

pub(super) fn reason(status: &tonic::Status) -> String {
    let details = status.get_error_details();
    let fields = details.bad_request().map(|bad| &bad.field_violations).into_iter().flatten();
    let fields: Vec<_> = fields.map(|violation| violation.field.as_str()).collect();
    match details.error_info() {
        Some(info) => format!("{:?} {}", status.code(), info.reason),
        None => format!("{:?} {}", status.code(), fields.join(" ")),
    }
}

#[tokio::test]
async fn the_status_is_what_the_story_tells_and_never_older_than_its_token() {
    let mut city = City::open("2022-03-01").await;
    let story = a_story();
    let tokens = city.hears(&story).await;
    assert_eq!(city.status("p-yamato", &tokens).await, story.status());
    let request =
        GetProjectStatusRequest { name: "projects/p-yamato".to_owned(), ..Default::default() };
    // A log in which nothing is recorded has been seen to its beginning.
    let empty = ["acceptance:1:0", "dossier:1:0", "aftercare:1:0"].map(str::to_owned);
    assert_eq!(city.get(request).await.unwrap().as_of, [tokens, empty.into()].concat());
}

#[tokio::test]
async fn the_past_is_answered_as_it_was_answered_then() {
    let mut city = City::open("2022-03-01").await;
    let story = a_story();
    city.hears(&story).await;
    for date in ["2022-03-01", "2022-04-06", "2022-04-08", "2022-04-11", "2022-05-11", "2022-05-12"]
    {
        let recorded_by = format!("{date}T10:00:00+08:00");
        let name = "projects/p-yamato".to_owned();
        // The last moment asked about is now, at nine in the morning.
        let recorded_by = recorded_by.replace("05-12T10", "05-12T09");
        let request = GetProjectStatusRequest { name, recorded_by, ..Default::default() };
        let then = city.get(request).await.unwrap().status.unwrap();
        assert_eq!(then, until(&story, date).status(), "{date}");
    }
    let asked = |recorded_by: &str| GetProjectStatusRequest {
        name: "projects/p-yamato".to_owned(),
        recorded_by: recorded_by.to_owned(),
        ..Default::default()
    };
    let before = city.get(asked("2022-02-28T09:00:00+08:00")).await.unwrap_err();
    assert_eq!(reason(&before), "NotFound UNKNOWN");
    for odd in ["2022-05-12T09:00:00.000001+08:00", "2022-05-12", "9", "now"] {
        let refused = city.get(asked(odd)).await.unwrap_err();
        assert_eq!(reason(&refused), "InvalidArgument recorded_by", "{odd}");
    }
}

#[tokio::test]
async fn a_deadline_is_explained_now_and_as_it_was_recorded_then() {
    let mut city = City::open("2022-03-01").await;
    let tokens = city.hears(&a_story()).await;
    let due = async |recorded_by: &str| {
        let request = ExplainDeadlineRequest {
            name: "projects/p-yamato/matters/S2-05-1".to_owned(),
            kind: DeadlineKind::Statutory.into(),
            recorded_by: recorded_by.to_owned(),
            min_position: tokens.clone(),
            ..Default::default()
        };
        let answer = city.status.explain_deadline(Request::new(request)).await;
        answer.map(|answer| answer.into_inner().deadline.unwrap().due_on)
    };
    assert_eq!(due("").await.unwrap(), "2022-05-24");
    assert_eq!(due("2022-05-04T09:00:00+08:00").await.unwrap(), "2022-05-10");
    let early = due("2022-04-08T09:00:00+08:00").await.unwrap_err();
    assert_eq!(reason(&early), "FailedPrecondition NO_DEADLINE");
}

#[tokio::test]
async fn pages_follow_each_other_without_gap_or_repetition() {
    let mut city = City::open("2022-03-01").await;
    for n in 0..53 {
        city.hears(&Story::of(&format!("p-{n:03}"), "2022-03-01").begun()).await;
    }
    let whole = city.list(200, "").await.unwrap();
    assert_eq!((whole.statuses.len(), whole.next_page_token.as_str()), (53, ""));
    assert_eq!(city.list(201, "").await.unwrap(), whole);
    assert_eq!(city.list(0, "").await.unwrap().statuses.len(), 50);
    let (mut pages, mut token) = (Vec::new(), String::new());
    loop {
        let page = city.list(20, &token).await.unwrap();
        pages.extend(page.statuses);
        token = page.next_page_token;
        if token.is_empty() {
            break;
        }
    }
    assert_eq!(pages, whole.statuses);
    // A page that ends with the last project is the last.
    assert_eq!(city.list(53, "").await.unwrap().next_page_token, "");
    assert_ne!(city.list(52, "").await.unwrap().next_page_token, "");
}

#[tokio::test]
async fn a_bad_request_names_its_fields() {
    let mut city = City::open("2022-03-01").await;
    city.hears(&Story::of("p-one", "2022-03-01").begun()).await;
    city.hears(&Story::of("p-two", "2022-03-01").begun()).await;
    let token = city.list(1, "").await.unwrap().next_page_token;
    let mut other = token.clone();
    other.replace_range(0..1, if token.starts_with('0') { "1" } else { "0" });
    let tampered =
        [token[1..].to_owned(), format!("{token}00"), other, token.to_uppercase(), "é".repeat(20)];
    for token in tampered.iter().filter(|tampered| **tampered != token) {
        let refused = city.list(0, token).await.unwrap_err();
        assert_eq!(reason(&refused), "InvalidArgument page_token", "{token}");
    }
    assert_eq!(
        reason(&city.list(-1, "x").await.unwrap_err()),
        "InvalidArgument page_size page_token"
    );

    let get = async |name: &str, token: &str| {
        let min_position = Some(token.to_owned()).filter(|token| !token.is_empty());
        let (name, min_position) = (name.to_owned(), min_position.into_iter().collect());
        let asked = GetProjectStatusRequest { name, min_position, ..Default::default() };
        reason(&city.get(asked).await.unwrap_err())
    };
    for name in ["", "p-one", "projects/", "projects/P One", "projects/p-one/matters/S1-08-1"] {
        assert_eq!(get(name, "").await, "InvalidArgument name", "{name}");
    }
    assert_eq!(get("projects/p-none", "").await, "NotFound UNKNOWN");
    for token in ["intake:1:-1", "intake:1", "intake:01:1", "weather:1:1", "intake:1:x"] {
        assert_eq!(
            get("projects/p-one", token).await,
            "InvalidArgument min_position[0]",
            "{token}"
        );
    }
    let asked = ExplainDeadlineRequest {
        name: "projects/p-one/matters/S9-99-0".to_owned(),
        kind: 99,
        calendar_as_of: "2022-03-02".to_owned(),
        recorded_by: "then".to_owned(),
        ..Default::default()
    };
    let refused = city.status.explain_deadline(Request::new(asked)).await.unwrap_err();
    assert_eq!(reason(&refused), "InvalidArgument recorded_by name kind calendar_as_of");
    let asked = ExplainDeadlineRequest {
        name: "projects/p-one/matters/S1-08-1".to_owned(),
        ..Default::default()
    };
    let refused = city.status.explain_deadline(Request::new(asked)).await.unwrap_err();
    assert_eq!(reason(&refused), "NotFound UNKNOWN");
}

#[tokio::test]
async fn a_read_that_would_be_too_old_says_not_yet() {
    let mut city = City::open("2022-03-01").await;
    city.hears(&Story::of("p-one", "2022-03-01").begun()).await;
    city.status("p-one", &["intake:1:1".to_owned()]).await;
    // Nothing else is under way: the time-out passes without waiting for it.
    tokio::time::pause();
    for (token, told) in [
        ("intake:1:2", "Unavailable NOT_YET"),
        ("planning:1:1", "Unavailable NOT_YET"),
        ("intake:2:1", "FailedPrecondition OTHER_EPOCH"),
    ] {
        let min_position = vec![token.to_owned()];
        let name = "projects/p-one".to_owned();
        let asked = GetProjectStatusRequest { name, min_position, ..Default::default() };
        assert_eq!(reason(&city.get(asked).await.unwrap_err()), told, "{token}");
    }
}

#[tokio::test]
async fn a_stream_of_no_project_is_no_projects_status() {
    let mut city = City::open("2022-03-01").await;
    city.hears(&Story::of("p-one", "2022-03-01").begun()).await;
    let drawn = proto::aftercare::v1::AftercareEvent {
        occurred_on: "2022-03-01".to_owned(),
        kind: Some(
            proto::aftercare::v1::aftercare_event::Kind::InspectionDrawn(Default::default()),
        ),
    };
    let drawn = prost::Message::encode_to_vec(&drawn);
    city.append(Source::Aftercare, "_draws", drawn).await;
    assert_eq!(city.list(0, "").await.unwrap().statuses.len(), 1);
}

#[tokio::test]
async fn an_event_of_an_unknown_kind_stops_its_fold_and_the_answers_go_on_and_say_so() {
    let mut city = City::open("2022-03-01").await;
    city.hears(&Story::of("p-one", "2022-03-01").begun()).await;
    // The day after, intake records what this build does not know, and then a second project.
    city.time.advance_to(day("2022-03-02")).unwrap();
    let before = city.status("p-one", &["intake:1:1".to_owned()]).await;
    let newer = IntakeEvent { occurred_on: "2022-03-02".to_owned(), kind: None };
    city.append(Source::Intake, "p-one", prost::Message::encode_to_vec(&newer)).await;
    city.hears(&Story::of("p-two", "2022-03-02").begun()).await;
    let asked = |project: &str, tokens: &[&str]| GetProjectStatusRequest {
        name: format!("projects/{project}"),
        min_position: tokens.iter().map(|token| (*token).to_owned()).collect(),
        ..Default::default()
    };
    let stopped = city.get(asked("p-one", &["intake:1:2"])).await.unwrap_err();
    assert_eq!(reason(&stopped), "Unavailable STOPPED");
    assert!(stopped.message().contains("position 2"), "{}", stopped.message());

    let known = city.get(asked("p-one", &["intake:1:1"])).await.unwrap();
    assert_eq!(known.status, Some(before), "what is known is still told");
    let [stop] = known.stopped.as_slice() else { panic!("{:?}", known.stopped) };
    assert_eq!((stop.log.as_str(), stop.position), ("intake", 2));
    // Nine in the morning of 2 March in Asia/Shanghai, where a settable clock stands all day.
    assert_eq!(stop.since, "2022-03-02T01:00:00Z");
    assert!(!stop.reason.is_empty() && !stop.reason.contains("kind"), "no word of the event");
    assert!(known.as_of.contains(&"intake:1:1".to_owned()), "{:?}", known.as_of);
    // Whether there is a second project is not to be told: it was registered after the stop.
    let unknown = city.get(asked("p-two", &[])).await.unwrap_err();
    assert_eq!(reason(&unknown), "Unavailable STOPPED");
    let all = || Request::new(ListProjectStatusesRequest::default());
    let listed = city.status.list_project_statuses(all()).await.unwrap().into_inner();
    assert_eq!((listed.statuses.len(), &listed.stopped), (1, &known.stopped));

    // The past before that instant is whole; a past after it stops there, too.
    let by =
        |instant: String| GetProjectStatusRequest { recorded_by: instant, ..asked("p-one", &[]) };
    let since: jiff::Timestamp = stop.since.parse().unwrap();
    let earlier = since - jiff::SignedDuration::from_secs(1);
    let whole = city.get(by(earlier.to_string())).await.unwrap();
    assert!(whole.stopped.is_empty() && whole.status.is_some(), "{:?}", whole.stopped);
    let cut = city.get(by(since.to_string())).await.unwrap();
    assert_eq!((cut.stopped, &cut.as_of[0]), (known.stopped, &whole.as_of[0]));

    // A new start on the same build comes to the same.
    let again = Status::open(city.logs.values().cloned(), law(), city.time.clone()).await.unwrap();
    assert_eq!(again.list_project_statuses(all()).await.unwrap().into_inner(), listed);
}

#[tokio::test]
async fn a_project_that_intake_does_not_know_is_unknown_whatever_else_has_stopped() {
    let mut city = City::open("2022-03-01").await;
    city.hears(&Story::of("p-one", "2022-03-01").begun()).await;
    let newer = proto::planning::v1::PlanningEvent::default();
    city.append(Source::Planning, "p-one", prost::Message::encode_to_vec(&newer)).await;
    let asked = |project: &str, recorded_by: &str| GetProjectStatusRequest {
        name: format!("projects/{project}"),
        recorded_by: recorded_by.to_owned(),
        ..Default::default()
    };
    let min_position = ["intake:1:1", "planning:1:1"].map(str::to_owned).to_vec();
    let read = GetProjectStatusRequest { min_position, ..asked("p-one", "") };
    assert_eq!(reason(&city.get(read).await.unwrap_err()), "Unavailable STOPPED");
    // Nine in the morning of 1 March in Asia/Shanghai, when all of it was recorded.
    for by in ["", "2022-03-01T01:00:00Z"] {
        let known = city.get(asked("p-one", by)).await.unwrap();
        assert_eq!((known.stopped.len(), known.stopped[0].log.as_str()), (1, "planning"));
        let unknown = city.get(asked("p-two", by)).await.unwrap_err();
        assert_eq!(reason(&unknown), "NotFound UNKNOWN");
    }
}
