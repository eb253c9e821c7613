//! An operator raises the epoch of a log: named by its head, while its service is stopped, and seen by every caller.

use super::process::Site;
use crate::killed::registration;
use crate::up::by;
use proto::{
    intake::v1::{GetProjectRequest, intake_service_client::IntakeServiceClient},
    log::v1::{ResolveCommandRequest, log_service_client::LogServiceClient},
};
use std::process::Output;
use tonic::Code;
use tonic_types::StatusExt;

const ENTERPRISE: &str = "enterprise:trial/filing";

fn raise(site: &Site, more: &[&str]) -> (Option<i32>, String) {
    let arguments: Vec<_> = ["log", "raise-epoch", "intake"].iter().chain(more).copied().collect();
    let Output { status, stdout, stderr } = site.command(&arguments, "intake").output().unwrap();
    let text = [stdout, stderr].map(|text| String::from_utf8(text).unwrap()).concat();
    (status.code(), text)
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_raise_the_history_stands_and_old_positions_are_of_another_epoch() {
    let site = Site::new(&["intake"]).await;
    assert!(site.migrate("intake").status.success());
    let mut process = site.start("intake");
    process.ready();
    let mut intake = IntakeServiceClient::new(process.channel().await);
    let registered = intake.register_project(by(ENTERPRISE, registration(1, 1))).await.unwrap();
    let registered = registered.into_inner();
    assert!(registered.position.starts_with("intake:1:"), "{}", registered.position);

    // Who does not name the head is told it, and who has the log open goes first.
    let (code, said) = raise(&site, &[]);
    assert_eq!(code, Some(2), "{said}");
    let head = said.split("--head ").nth(1).expect("it is told").trim().to_owned();
    let (code, said) = raise(&site, &["--head", &head]);
    assert!(code == Some(2) && said.contains("stop its service first"), "{said}");
    assert_eq!(process.terminate(), Some(0));
    let (code, said) = raise(&site, &["--head", &"0".repeat(64)]);
    assert!(code == Some(2) && said.contains(&head), "{said}");
    let (code, said) = raise(&site, &["--head", &head]);
    assert!(code == Some(0) && said.contains("epoch 2 begins after position"), "{said}");

    let mut process = site.start("intake");
    process.ready();
    let mut intake = IntakeServiceClient::new(process.channel().await);
    let name = registered.project.as_ref().unwrap().name.clone();
    let get = |position: &str| {
        let min_position = vec![position.to_owned()];
        by(ENTERPRISE, GetProjectRequest { name: name.clone(), min_position })
    };
    let old = intake.get_project(get(&registered.position)).await.unwrap_err();
    assert_eq!(old.code(), Code::FailedPrecondition, "{old:?}");
    assert_eq!(old.get_details_error_info().unwrap().reason, "OTHER_EPOCH");
    // Asked by its key, the command is what it was; and what is new is of the new epoch.
    let again = intake.register_project(by(ENTERPRISE, registration(1, 1))).await.unwrap();
    let again = again.into_inner();
    assert_eq!(again.project, registered.project);
    assert_eq!(again.position, registered.position.replacen(":1:", ":2:", 1));
    assert!(intake.get_project(get(&again.position)).await.is_ok());
    // What became of it is told with what makes its token.
    let (log, key) = ("intake".to_owned(), registration(1, 1).request_id);
    let principal = ENTERPRISE.to_owned();
    let asked = by(ENTERPRISE, ResolveCommandRequest { log, principal, key, fence: false });
    let known =
        LogServiceClient::new(process.channel().await).resolve_command(asked).await.unwrap();
    let known = known.into_inner();
    assert_eq!(again.position, format!("intake:{}:{}", known.epoch, known.last_position));
    let next = intake.register_project(by(ENTERPRISE, registration(1, 2))).await.unwrap();
    assert!(next.into_inner().position.starts_with("intake:2:"));

    let verified = site.command(&["log", "verify", "intake"], "intake").output().unwrap();
    let verified = String::from_utf8(verified.stdout).unwrap();
    assert!(verified.starts_with("intake: good; events 10, epoch 2,"), "{verified}");
}
