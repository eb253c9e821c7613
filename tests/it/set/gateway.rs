//! Seven processes behind one address: an agency's client meets the same platform as in one process, also while
//! one of the seven is away.

use super::process::{KEEPERS, Process, SERVICES, Site};
use crate::{
    binary::binary,
    killed::registration,
    up::{Folder, Up, by},
};
use eventlog::testing::Nats;
use proto::{
    clock::v1::{GetTimeRequest, clock_service_client::ClockServiceClient},
    intake::v1::{GetProjectRequest, intake_service_client::IntakeServiceClient},
    log::v1::{
        GetHeadRequest, Resolution, ResolveCommandRequest, ResolveCommandResponse,
        log_service_client::LogServiceClient,
    },
    matter::v1::{
        AcceptMatterRequest, GetMatterRequest, ListMattersRequest, Matter, WatchMattersRequest,
        matter_service_client::MatterServiceClient,
    },
    status::v1::{
        ListProjectStatusesRequest, ProjectStatus, status_service_client::StatusServiceClient,
    },
};
use std::{collections::BTreeSet, process::Command, time::Duration};
use tonic::{Code, transport::Channel};
use tonic_types::StatusExt;

/// The last Monday before the first step of the demonstration.
const BEFORE: &str = "2019-12-30";

pub(super) struct Set {
    pub(super) site: Site,
    services: Vec<Process>,
    pub(super) gateway: Process,
    _nats: Nats,
}

impl Set {
    async fn start() -> Self {
        Self::told(&[]).await
    }

    /// A set with variables of its own.
    pub(super) async fn told(variables: &[(&str, &str)]) -> Self {
        let mut site = Site::new(&SERVICES).await;
        let own = variables.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
        site.variables.extend(own);
        let nats = Nats::start().await.expect("a broker");
        site.variables.push(("TONGBAN_BROKER__URL".to_owned(), nats.url()));
        site.variables.push(("TONGBAN_CLOCK__AT".to_owned(), BEFORE.to_owned()));
        for role in SERVICES {
            let migrated = site.migrate(role);
            assert!(migrated.status.success(), "{}", String::from_utf8_lossy(&migrated.stderr));
        }
        // Everybody waits for everybody: the order does not matter.
        let mut gateway = site.start("gateway");
        let mut services: Vec<_> = SERVICES.iter().rev().map(|role| site.start(role)).collect();
        services.iter_mut().for_each(Process::ready);
        gateway.ready();
        Self { site, services, gateway, _nats: nats }
    }

    pub(super) fn service(&mut self, role: &str) -> &mut Process {
        self.services.iter_mut().find(|process| process.role == role).expect("it is of the set")
    }

    /// Kills a process and starts it again at its place.
    fn again(&mut self, role: &'static str) {
        self.service(role).kill();
        *self.service(role) = self.site.start(role);
    }
}

/// Plays the demonstration on the platform at an address, and tells what was printed.
fn demo(address: &str) -> std::process::Child {
    let mut demo = Command::new(binary());
    demo.args(["demo", "--address", address]);
    demo.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    demo.spawn().expect("it starts")
}

fn printed(demo: std::process::Child) -> String {
    let output = demo.wait_with_output().expect("it ends");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

/// Two things are the same, or the lines in which they differ are shown.
fn same(what: &str, one: &str, other: &str) {
    let differ = one.lines().zip(other.lines()).filter(|(one, other)| one != other);
    let differ: Vec<_> = differ.take(8).collect();
    assert!(one == other, "{what}: in one process and behind the gateway {differ:#?}");
}

async fn statuses(channel: Channel) -> Vec<ProjectStatus> {
    let mut client = StatusServiceClient::new(channel);
    let asked = ListProjectStatusesRequest { page_size: 200, ..Default::default() };
    let listed = client.list_project_statuses(asked).await.expect("statuses").into_inner();
    let mut statuses: Vec<ProjectStatus> = listed.statuses;
    for matter in statuses.iter_mut().flat_map(|status| &mut status.matters) {
        matter.matter = matter.matter.take().map(timeless);
    }
    statuses
}

/// A matter without what depends on when one service heard of another: its position, and the materials, which
/// the dossier completes with what it holds by then.
fn timeless(matter: Matter) -> Matter {
    Matter { position: String::new(), materials: Vec::new(), ..matter }
}

/// Every matter, a page of seven at a time.
async fn matters(channel: Channel) -> Vec<Matter> {
    let mut client = MatterServiceClient::new(channel);
    let (mut all, mut page_token) = (Vec::new(), String::new());
    loop {
        let page = client
            .list_matters(by(
                "agency:NR/1",
                ListMattersRequest {
                    parent: "projects/-".to_owned(),
                    page_size: 7,
                    page_token,
                    ..Default::default()
                },
            ))
            .await
            .expect("a page")
            .into_inner();
        assert!(page.matters.len() == 7 || page.next_page_token.is_empty());
        all.extend(page.matters.into_iter().map(timeless));
        page_token = page.next_page_token;
        if page_token.is_empty() {
            return all;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_meets_the_same_platform_behind_the_gateway_as_in_one_process() {
    let folder = Folder::new("one-process");
    let up = Up::start(folder.path(), BEFORE);
    let in_one = tokio::task::spawn_blocking({
        let address = up.address.clone();
        move || printed(demo(&address))
    });
    let mut set = Set::start().await;
    let mut playing = demo(&set.gateway.grpc);
    // In the midst of it, one after the other goes without a word and comes back.
    for role in ["status", "planning", "acceptance"] {
        std::thread::sleep(Duration::from_secs(5));
        let ended = playing.try_wait().expect("it can be asked");
        assert!(ended.is_none(), "the demonstration was over before {role} was killed: {ended:?}");
        set.again(role);
    }
    let behind = tokio::task::spawn_blocking(move || printed(playing)).await.unwrap();
    assert_eq!(behind, in_one.await.unwrap());

    let (one, many) = (up.channel().await, set.gateway.channel().await);
    let listed = matters(many.clone()).await;
    assert!(listed.len() > 70, "{}", listed.len());
    let listed_in_one = matters(one.clone()).await;
    let names = |matters: &[Matter]| matters.iter().map(|one| one.name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&listed_in_one), names(&listed));
    for (one, other) in listed_in_one.iter().zip(&listed) {
        same(&one.name, &format!("{one:#?}"), &format!("{other:#?}"));
    }
    let in_one_process = one.clone();
    let (one, many_of_them) = (statuses(one).await, statuses(many.clone()).await);
    assert_eq!(one.len(), many_of_them.len());
    for (one, other) in one.iter().zip(&many_of_them) {
        same(&one.name, &format!("{one:#?}"), &format!("{other:#?}"));
    }

    what_is_wrong_is_said_by_whom_it_concerns(many.clone()).await;
    for channel in [in_one_process, many.clone()] {
        a_caller_learns_what_became_of_its_own_commands_only(channel).await;
    }
    a_watch_hears_every_stage(many.clone()).await;
    one_service_away_is_away_alone(&mut set, many).await;

    what_is_measured_can_be_asked(&set);

    for keeper in KEEPERS {
        let verified = set.site.command(&["log", "verify", keeper], keeper).output().unwrap();
        assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stderr));
    }
    let Set { services, gateway, .. } = set;
    assert_eq!(gateway.terminate(), Some(0));
    for process in services {
        let role = process.role;
        assert_eq!(process.terminate(), Some(0), "{role}");
    }
}

/// What is measured of calls, logs, folds, relays and matters is told by some process, and names no project. That
/// dashboards and alerts know every metric is tested where the metrics are.
fn what_is_measured_can_be_asked(set: &Set) {
    let processes = set.services.iter().chain([&set.gateway]);
    let told: String =
        processes.filter_map(|process| process.ask("/metrics")).map(|(_, text)| text).collect();
    for metric in [
        "grpc_calls_total",
        "grpc_seconds_bucket",
        "append_seconds_bucket",
        "append_commands_bucket",
        "append_queue",
        "log_position",
        "fold_position",
        "relay_position",
        "matters",
        "waiting",
    ] {
        assert!(
            told.contains(&format!("tongban_{metric}{{"))
                || told.contains(&format!("\ntongban_{metric} ")),
            "{metric} is not told"
        );
    }
    for private in ["lindthal", "kazahaya", "projects/"] {
        assert!(!told.contains(private), "{private}");
    }
}

/// The services' own refusals come through as they are.
async fn what_is_wrong_is_said_by_whom_it_concerns(channel: Channel) {
    let mut client = MatterServiceClient::new(channel.clone());
    let wrong = client.accept_matter(by("agency:NR/1", AcceptMatterRequest::default())).await;
    let wrong = wrong.unwrap_err();
    let fields: Vec<_> = wrong.get_details_bad_request().unwrap().field_violations;
    let fields: Vec<_> = fields.iter().map(|violation| violation.field.as_str()).collect();
    assert_eq!((wrong.code(), fields), (Code::InvalidArgument, vec!["request_id", "name"]));

    let name = "projects/lindthal-pumps/matters/S2-06-1".to_owned();
    let request_id = "gateway-test-000001".to_owned();
    let again = AcceptMatterRequest { request_id, name, ..Default::default() };
    let refused = client.accept_matter(by("agency:NR/1", again.clone())).await.unwrap_err();
    assert_eq!(refused.code(), Code::FailedPrecondition);
    assert!(refused.get_details_localized_message().is_some());
    let nobody = client.accept_matter(again).await.unwrap_err();
    assert_eq!(nobody.code(), Code::Unauthenticated);

    let mut logs = LogServiceClient::new(channel);
    let inside = logs
        .get_head(GetHeadRequest { log: "planning".to_owned(), ..Default::default() })
        .await
        .unwrap_err();
    assert_eq!(inside.code(), Code::Unimplemented, "the logs are not for callers");
}

async fn a_caller_learns_what_became_of_its_own_commands_only(channel: Channel) {
    let mut logs = LogServiceClient::new(channel.clone());
    let asked = |log: &str, key: &str, fence| ResolveCommandRequest {
        log: log.to_owned(),
        key: key.to_owned(),
        fence,
        ..Default::default()
    };
    let first = "demo-lindthal-pumps-step-0001";
    let known =
        logs.resolve_command(by("enterprise:lindthal/filing", asked("intake", first, true)));
    let known = known.await.unwrap().into_inner();
    assert_eq!(known.resolution(), Resolution::Committed);
    assert!(known.first_position > 0 && !known.answer.is_empty());
    let nothing =
        ResolveCommandResponse { resolution: Resolution::Absent.into(), ..Default::default() };
    let another =
        logs.resolve_command(by("enterprise:other/filing", asked("intake", first, false)));
    assert_eq!(another.await.unwrap().into_inner(), nothing);
    let of_another = ResolveCommandRequest {
        principal: "enterprise:lindthal/filing".to_owned(),
        ..asked("intake", first, false)
    };
    let denied = logs.resolve_command(by("enterprise:other/filing", of_another.clone())).await;
    assert_eq!(denied.unwrap_err().code(), Code::PermissionDenied);
    let nobody = logs.resolve_command(of_another).await.unwrap_err();
    assert_eq!(nobody.code(), Code::Unauthenticated);
    let nowhere = logs.resolve_command(by("agency:NR/1", asked("status", first, false))).await;
    assert_eq!(nowhere.unwrap_err().code(), Code::NotFound);

    // What was given up is not carried out when it arrives late.
    let (owner, late) = ("enterprise:trial/filing", registration(77, 1));
    let fenced = logs.resolve_command(by(owner, asked("intake", &late.request_id, true))).await;
    assert_eq!(fenced.unwrap().into_inner().resolution(), Resolution::Fenced);
    let late = IntakeServiceClient::new(channel).register_project(by(owner, late)).await;
    let late = late.unwrap_err();
    let why = late.get_details_error_info().unwrap().reason;
    assert_eq!((late.code(), why.as_str()), (Code::Aborted, "REQUEST_ID_GIVEN_UP"));
}

/// A watch from the beginning of every log tells of matters of every stage.
async fn a_watch_hears_every_stage(channel: Channel) {
    let mut client = MatterServiceClient::new(channel);
    let from = ["intake:1:0", "planning:1:0", "acceptance:1:0", "aftercare:1:0"];
    let request = WatchMattersRequest {
        parent: "projects/-".to_owned(),
        after_position: from.map(str::to_owned).to_vec(),
        ..Default::default()
    };
    let mut watch = client.watch_matters(by("agency:NR/1", request)).await.unwrap().into_inner();
    let mut silent = BTreeSet::from(["intake", "planning", "acceptance", "aftercare"]);
    while !silent.is_empty() {
        let told = tokio::time::timeout(Duration::from_secs(10), watch.message()).await;
        let told = told.expect("in time").unwrap().expect("a happening");
        silent.retain(|log| !told.position.starts_with(&format!("{log}:")));
    }
}

async fn one_service_away_is_away_alone(set: &mut Set, channel: Channel) {
    set.service("planning").kill();
    let mut client = MatterServiceClient::new(channel.clone());
    let get = |name: &str| {
        by("agency:NR/1", GetMatterRequest { name: name.to_owned(), ..Default::default() })
    };
    let away = client.get_matter(get("projects/lindthal-pumps/matters/S2-06-1")).await.unwrap_err();
    let why = away.get_details_error_info().unwrap();
    assert_eq!((away.code(), why.reason.as_str()), (Code::Unavailable, "SERVICE_UNREACHABLE"));
    assert_eq!(why.metadata["service"], "planning");
    assert!(away.get_details_retry_info().unwrap().retry_delay.is_some());

    let list = ListMattersRequest { parent: "projects/-".to_owned(), ..Default::default() };
    let gap = client.list_matters(by("agency:NR/1", list)).await.unwrap_err();
    assert_eq!(gap.code(), Code::Unavailable, "a list with a gap is none");
    let there = client.get_matter(get("projects/kazahaya-bearings/matters/S1-05-1")).await;
    assert!(there.is_ok(), "{there:?}");
    let mut intake = IntakeServiceClient::new(channel.clone());
    let name = "projects/lindthal-pumps".to_owned();
    assert!(intake.get_project(GetProjectRequest { name, ..Default::default() }).await.is_ok());

    // It comes back with the date of the others, which nobody had to tell it again.
    *set.service("planning") = set.site.start("planning");
    set.service("planning").ready();
    let mut clock = ClockServiceClient::new(set.service("planning").channel().await);
    let told = clock.get_time(GetTimeRequest {}).await.unwrap().into_inner();
    let mut clock = ClockServiceClient::new(channel);
    let platform = clock.get_time(GetTimeRequest {}).await.unwrap().into_inner();
    assert_eq!(told.date, platform.date);
    assert!(client.get_matter(get("projects/lindthal-pumps/matters/S2-06-1")).await.is_ok());
}
