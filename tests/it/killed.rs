//! SIGKILL at random moments under load: no acknowledged command is lost, and none is carried out twice.

use crate::{
    binary::binary,
    up::{Folder, Up, by},
};
use proto::{
    clock::v1::{AdvanceToRequest, clock_service_client::ClockServiceClient},
    intake::v1::{
        Investor, ProjectFacts, RegisterProjectRequest, RegisterProjectResponse, Site,
        intake_service_client::IntakeServiceClient,
    },
    matter::v1::{self as matter, matter_service_client::MatterServiceClient},
    r#type::v1::{Money, Text},
};
use serde_json::Value;
use std::{
    collections::BTreeMap,
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::sync::watch;
use tonic::{Code, transport::Channel};

const CLIENTS: u32 = 16;
const KILLS: u64 = 10;

pub fn registration(client: u32, number: u32) -> RegisterProjectRequest {
    let name = format!("连城试验{client}号{number}期");
    RegisterProjectRequest {
        request_id: format!("kill-client-{client:03}-{number:06}"),
        facts: Some(ProjectFacts {
            name: Some(Text { zh: name.clone(), en: format!("Trial {client}/{number}") }),
            enterprise: format!("{name}有限公司"),
            investors: vec![Investor {
                name: format!("Trial {client} {number} KK"),
                country: "JP".into(),
                share_percent: "100".into(),
            }],
            site: Some(Site {
                district: "210213".into(),
                parcel: format!("parcel {client}-{number}"),
                ..Default::default()
            }),
            activity: "unlisted".into(),
            industry: "3670".into(),
            total_investment: Some(Money {
                currency_code: "USD".into(),
                amount: "31000000.00".into(),
            }),
            scope: "parts".into(),
            ..Default::default()
        }),
        ..Default::default()
    }
}

async fn connect(address: &str) -> Option<IntakeServiceClient<Channel>> {
    let endpoint = Channel::from_shared(address.to_owned()).expect("an address");
    endpoint.connect().await.ok().map(IntakeServiceClient::new)
}

/// One client: command after command, each repeated under its key until it is answered.
async fn load(
    client: u32,
    mut address: watch::Receiver<String>,
    stop: watch::Receiver<bool>,
    done: Arc<AtomicUsize>,
) -> Vec<(RegisterProjectRequest, RegisterProjectResponse)> {
    let mut acknowledged = Vec::new();
    for number in 0.. {
        if *stop.borrow() {
            break;
        }
        let request = registration(client, number);
        loop {
            let now = address.borrow_and_update().clone();
            let Some(mut intake) = connect(&now).await else {
                tokio::time::sleep(Duration::from_millis(20)).await;
                continue;
            };
            match intake.register_project(by("enterprise:trial/filing", request.clone())).await {
                Ok(answer) => {
                    acknowledged.push((request, answer.into_inner()));
                    done.fetch_add(1, Ordering::Relaxed);
                    break;
                }
                Err(status) => assert!(
                    [
                        Code::Unavailable,
                        Code::Unknown,
                        Code::Cancelled,
                        Code::Internal,
                        Code::ResourceExhausted
                    ]
                    .contains(&status.code()),
                    "a command may be cut off but not refused: {status:?}"
                ),
            }
        }
    }
    acknowledged
}

fn events(data: &std::path::Path) -> Vec<Value> {
    let output = Command::new(binary())
        .args(["log", "intake", "--data"])
        .arg(data)
        .output()
        .expect("it prints");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output
        .stdout
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
        .map(|line| serde_json::from_slice(line).expect("JSON"))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn killing_the_platform_under_load_loses_and_repeats_nothing() {
    let folder = Folder::new("killed");
    let mut up = Up::start(folder.path(), "2022-03-01");
    let (address, addresses) = watch::channel(up.address.clone());
    let (stop, stopped) = watch::channel(false);
    let done = Arc::new(AtomicUsize::new(0));
    let clients: Vec<_> = (0..CLIENTS)
        .map(|client| tokio::spawn(load(client, addresses.clone(), stopped.clone(), done.clone())))
        .collect();

    // Every kill meets work under way, on a slow machine too: some commands were answered since the last
    // one. From there the moments are spread unevenly, the same in every run.
    for kill in 0..KILLS {
        let before = done.load(Ordering::Relaxed);
        while done.load(Ordering::Relaxed) < before + 15 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        tokio::time::sleep(Duration::from_millis((kill * 137) % 290)).await;
        up.kill();
        up = Up::start(folder.path(), "2022-03-01");
        address.send(up.address.clone()).expect("clients wait for it");
    }
    tokio::time::sleep(Duration::from_millis(200)).await;
    stop.send(true).expect("clients wait for it");

    let mut acknowledged = Vec::new();
    for client in clients {
        acknowledged.extend(client.await.expect("the client ends well"));
    }
    assert!(
        acknowledged.len() > 100,
        "only {} commands: the kills met no load",
        acknowledged.len()
    );

    // The same key gives the same answer, and nothing more is written.
    let before = events(folder.path()).len();
    let mut intake = IntakeServiceClient::new(up.channel().await);
    for (request, answer) in &acknowledged {
        let again = intake
            .register_project(by("enterprise:trial/filing", request.clone()))
            .await
            .expect("the same answer");
        assert_eq!(again.into_inner(), *answer);
    }
    up.kill();
    let events = events(folder.path());
    assert_eq!(events.len(), before);

    let mut registered: BTreeMap<String, u32> = BTreeMap::new();
    for event in events.iter().filter(|event| event["kind"] == "project_registered") {
        *registered.entry(event["stream"].as_str().expect("a stream").to_owned()).or_default() += 1;
    }
    for (_, answer) in &acknowledged {
        let stream =
            answer.project.as_ref().expect("a project").name.replace("projects/", "intake/");
        assert_eq!(registered.get(&stream), Some(&1), "{stream}");
    }
    let verified = Command::new(binary())
        .args(["log", "verify", "--data"])
        .arg(folder.path())
        .status()
        .expect("it runs");
    assert!(verified.success());
}

/// Projects whose written promise was handed in on Tuesday 2022-03-01 and never examined.
const SILENT: u32 = 12;

async fn hand_in(up: &Up, project: &str, number: u32) {
    let material = |key: &str| matter::Material { key: key.to_owned(), ..Default::default() };
    let application = matter::Application {
        item: "S1-07".to_owned(),
        track: matter::Track::Ordinary.into(),
        materials: vec![material("investment_agreement")],
        commitment: None,
    };
    let request = matter::FileMattersRequest {
        request_id: format!("kill-silent-{number:08}"),
        parent: project.to_owned(),
        applications: vec![application],
        ..Default::default()
    };
    let mut desk = MatterServiceClient::new(up.channel().await);
    desk.file_matters(by("enterprise:trial/filing", request)).await.expect("it is filed");
}

/// The five working days for corrections end on Tuesday 2022-03-08, which is the last day of nothing else.
#[tokio::test(flavor = "multi_thread")]
async fn a_platform_killed_around_midnight_raises_each_alarm_once() {
    let folder = Folder::new("midnight");
    let mut up = Up::start(folder.path(), "2022-03-01");
    let mut intake = IntakeServiceClient::new(up.channel().await);
    for number in 0..SILENT {
        let request = registration(99, number);
        let answer = intake.register_project(by("enterprise:trial/filing", request)).await;
        let project = answer.expect("registered").into_inner().project.expect("a project");
        hand_in(&up, &project.name, number).await;
    }
    let days = ["2022-03-08", "2022-03-09", "2022-04-29"];
    for (at, date) in days.iter().enumerate() {
        for again in 0..3_u64 {
            let address = up.address.clone();
            let request = AdvanceToRequest { date: (*date).to_owned() };
            let day = tokio::spawn(async move {
                let channel = Channel::from_shared(address).expect("an address").connect().await;
                let mut clock = ClockServiceClient::new(channel.expect("it answers"));
                // Cut off in the middle, it says nothing of use.
                let _ = clock.advance_to(request).await;
            });
            let moment = (again * 7 + u64::try_from(at).expect("few") * 3) % 23;
            tokio::time::sleep(Duration::from_millis(moment)).await;
            up.kill();
            day.await.expect("the day's caller ends well");
            up = Up::start(folder.path(), if again == 2 { date } else { "2022-03-01" });
        }
        // The day passes in peace, twice.
        for _ in 0..2 {
            let request = AdvanceToRequest { date: (*date).to_owned() };
            let mut clock = ClockServiceClient::new(up.channel().await);
            clock.advance_to(request).await.expect("the day passes");
        }
    }
    up.kill();
    let mut raised: BTreeMap<(String, String, String), u32> = BTreeMap::new();
    for event in events(folder.path()).iter().filter(|event| event["kind"] == "alarm_raised") {
        let of = |path: &str| event.pointer(path).map(Value::to_string).unwrap_or_default();
        let key =
            (of("/stream"), of("/payload/matter/matter"), of("/payload/matter/alarm_raised/alarm"));
        *raised.entry(key).or_default() += 1;
    }
    let twice: Vec<_> = raised.iter().filter(|(_, times)| **times != 1).collect();
    assert!(twice.is_empty(), "{twice:?}");
    let late = raised.keys().filter(|(_, _, alarm)| alarm.contains("acceptance"));
    assert_eq!(late.count(), usize::try_from(SILENT).expect("few"), "{raised:#?}");
}

#[test]
fn a_second_process_on_the_same_folder_is_refused() {
    let folder = Folder::new("twice");
    let _first = Up::start(folder.path(), "2022-03-01");
    let second = Up::command(folder.path(), "2022-03-01").output().expect("it runs");
    assert_eq!(second.status.code(), Some(2));
    let said = String::from_utf8_lossy(&second.stderr);
    assert!(said.contains("only one process") && said.contains("hint:"), "{said}");
}
