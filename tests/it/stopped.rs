//! How `tongban up` starts and stops, as an operator sees it.

use crate::up::{Folder, Up, by};
use proto::{
    intake::v1::{
        Investor, ProjectFacts, RegisterProjectRequest, Site,
        intake_service_client::IntakeServiceClient,
    },
    matter::v1::{WatchMattersRequest, matter_service_client::MatterServiceClient},
    r#type::v1::{Money, Text},
};
use std::time::{Duration, Instant};
use tonic::Code;

#[tokio::test]
async fn an_open_watch_does_not_keep_the_platform_from_stopping() {
    let folder = Folder::new("stopped");
    let up = Up::start(folder.path(), "2022-03-01");
    let mut matters = MatterServiceClient::new(up.channel().await);
    let all = WatchMattersRequest { parent: "projects/-".to_owned(), ..Default::default() };
    let mut watched = matters.watch_matters(by("agency:NR/1", all)).await.unwrap().into_inner();
    let asked = Instant::now();
    let code = terminate(up).await;
    assert_eq!(code, Some(0));
    assert!(asked.elapsed() < Duration::from_secs(2), "it took {:?}", asked.elapsed());
    assert_eq!(watched.message().await.unwrap_err().code(), Code::Unavailable);
}

/// Beside this thread, which meanwhile hears what it is told.
async fn terminate(up: Up) -> Option<i32> {
    tokio::task::spawn_blocking(|| up.terminate()).await.unwrap()
}

fn registration() -> RegisterProjectRequest {
    let text = |text: &str| text.to_owned();
    RegisterProjectRequest {
        request_id: text("stopped-000000000001"),
        facts: Some(ProjectFacts {
            name: Some(Text { zh: text("甲工厂"), en: text("Plant A") }),
            enterprise: text("甲有限公司"),
            investors: vec![Investor {
                name: text("A GmbH"),
                country: text("DE"),
                share_percent: text("100"),
            }],
            site: Some(Site { district: text("210213"), parcel: text("1"), ..Default::default() }),
            activity: text("unlisted"),
            industry: text("3451"),
            total_investment: Some(Money { currency_code: text("USD"), amount: text("30000000") }),
            scope: text("轴承"),
            ..Default::default()
        }),
        ..Default::default()
    }
}

#[tokio::test]
async fn the_platform_does_not_start_on_a_day_before_its_own_logs() {
    let folder = Folder::new("backward");
    let up = Up::start(folder.path(), "2022-03-02");
    let mut intake = IntakeServiceClient::new(up.channel().await);
    intake.register_project(by("enterprise:a/1", registration())).await.unwrap();
    assert_eq!(terminate(up).await, Some(0));

    let earlier = Up::command(folder.path(), "2022-03-01").output().expect("it runs");
    let said = String::from_utf8(earlier.stderr).expect("text");
    assert_eq!(earlier.status.code(), Some(2), "{said}");
    assert!(said.contains("give --at 2022-03-02 or a later date"), "{said}");
    assert_eq!(Up::start(folder.path(), "2022-03-02").terminate(), Some(0));
}
