//! The platform as a set of processes on PostgreSQL: how it starts, serves, fails and stops.

mod epoch;
mod gateway;
mod mirrored;
mod replicas;
mod traces;

use crate::{binary::binary, up::by};
use nemesis::site::{self as process, Site};
use proto::matter::v1::{ListMattersRequest, matter_service_client::MatterServiceClient};
use std::{
    process::Command,
    time::{Duration, Instant},
};

/// `tongban health` on a process, as a supervisor asks it: exit code and text.
fn health(process: &process::Process) -> (Option<i32>, String) {
    let url = format!("http://{}/ready", process.admin);
    let asked = Command::new(binary()).args(["health", &url]).output().expect("it runs");
    (asked.status.code(), String::from_utf8(asked.stdout).expect("text"))
}

#[tokio::test(flavor = "multi_thread")]
async fn one_process_serves_everything_on_one_database_once_its_owner_made_the_tables() {
    let site = Site::new(&["tongban"]).await;
    let mut all = site.start("all");
    let waiting = all.answers("/ready", |status, body| status == 503 && body.contains("migrate"));
    assert!(waiting.contains("intake: "), "it says which log: {waiting}");
    assert_eq!(all.ask("/live").unwrap().0, 200);
    assert_eq!(health(&all).0, Some(1));

    let migrated = site.migrate("all");
    assert!(migrated.status.success(), "{}", String::from_utf8_lossy(&migrated.stderr));
    assert!(site.migrate("all").status.success(), "twice is once");
    all.ready();
    assert_eq!(health(&all), (Some(0), "ready\n".to_owned()));
    let mut matters = MatterServiceClient::new(all.channel().await);
    let all_of_them = ListMattersRequest { parent: "projects/-".to_owned(), ..Default::default() };
    assert!(
        matters
            .list_matters(by("agency:NR/1", all_of_them))
            .await
            .unwrap()
            .into_inner()
            .matters
            .is_empty()
    );

    site.server.kill();
    all.answers("/ready", |status, body| status == 503 && body.contains("intake"));
    site.server.restart().await.unwrap();
    all.ready();

    let verified = site.command(&["log", "verify", "all"], "all").output().unwrap();
    let verified = String::from_utf8(verified.stdout).unwrap();
    assert_eq!(
        verified.lines().filter(|line| line.contains(": good; events 0")).count(),
        5,
        "{verified}"
    );

    let asked = Instant::now();
    assert_eq!(all.terminate(), Some(0));
    assert!(asked.elapsed() < Duration::from_secs(15), "it took {:?}", asked.elapsed());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_still_waits_stops_at_once_and_a_wrong_configuration_ends_it_with_every_fault()
 {
    let site = Site::new(&[]).await;
    let mut planning = site.start("planning");
    planning.answers("/ready", |status, body| status == 503 && body.contains("planning: "));
    assert_eq!(planning.terminate(), Some(0));

    let mut wrong = site.command(&["serve", "planning"], "planning");
    let wrong = wrong
        .env("TONGBAN_DATABASE__PORT", "high")
        .env("TONGBAN_LISTEN__GPRC", "x")
        .output()
        .unwrap();
    let said = String::from_utf8(wrong.stderr).unwrap();
    assert_eq!(wrong.status.code(), Some(2), "{said}");
    assert!(said.contains("database.port: ") && said.contains("listen.gprc: "), "{said}");
    assert!(said.contains("hint: "), "{said}");
}
