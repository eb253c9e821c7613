//! Two processes of one service on one log: what one decides the other knows, and nobody wins twice.

use super::process::{Process, Site};
use crate::killed::registration;
use crate::up::by;
use proto::intake::v1::{
    GetProjectRequest, RegisterProjectRequest, RegisterProjectResponse, WithdrawProjectRequest,
    intake_service_client::IntakeServiceClient,
};
use tonic::{Code, Status, transport::Channel};
use tonic_types::StatusExt;

const ENTERPRISE: &str = "enterprise:trial/filing";

async fn pair() -> (Site, [Process; 2]) {
    let site = Site::new(&["intake"]).await;
    assert!(site.migrate("intake").status.success());
    let other = super::process::free();
    let mut pair = [site.start("intake"), site.start_at("intake", other)];
    pair.iter_mut().for_each(Process::ready);
    (site, pair)
}

async fn register(
    channel: Channel,
    request: RegisterProjectRequest,
) -> Result<RegisterProjectResponse, Status> {
    let mut intake = IntakeServiceClient::new(channel);
    Ok(intake.register_project(by(ENTERPRISE, request)).await?.into_inner())
}

#[tokio::test(flavor = "multi_thread")]
async fn two_replicas_decide_as_one() {
    let (site, pair) = pair().await;
    let channels = [pair[0].channel().await, pair[1].channel().await];

    // The same request at both at once is one request; other requests at both all go through.
    let calls: Vec<_> = (0..40_u32)
        .map(|n| tokio::spawn(register(channels[(n % 2) as usize].clone(), registration(n / 2, 1))))
        .collect();
    let mut answers = Vec::new();
    for call in calls {
        answers.push(call.await.unwrap().unwrap());
    }
    for same in answers.chunks(2) {
        assert_eq!(same[0], same[1]);
    }

    // What one recorded the other has seen when it is asked with the position.
    for answer in &answers {
        for channel in &channels {
            let name = answer.project.as_ref().unwrap().name.clone();
            let request = GetProjectRequest { name, min_position: vec![answer.position.clone()] };
            let mut intake = IntakeServiceClient::new(channel.clone());
            let read = intake.get_project(by(ENTERPRISE, request)).await;
            assert_eq!(read.unwrap().into_inner().project, answer.project);
        }
    }

    // Of many requests for what looks like one project, whichever replica they meet, one is registered.
    let alike = |n: u32| RegisterProjectRequest {
        request_id: format!("replica-alike-{n:06}"),
        ..registration(900, 1)
    };
    let calls: Vec<_> = (0..20_u32)
        .map(|n| tokio::spawn(register(channels[(n % 2) as usize].clone(), alike(n))))
        .collect();
    let mut registered = 0;
    for call in calls {
        match call.await.unwrap() {
            Ok(_) => registered += 1,
            Err(refused) => assert_eq!(refused.code(), Code::FailedPrecondition, "{refused:?}"),
        }
    }
    assert_eq!(registered, 1);

    // One version has one winner: a project is withdrawn once.
    let name = answers[0].project.as_ref().unwrap().name.clone();
    let calls: Vec<_> = (0..20_u32)
        .map(|n| {
            let channel = channels[(n % 2) as usize].clone();
            let request = WithdrawProjectRequest {
                request_id: format!("replica-withdraw-{n:06}"),
                name: name.clone(),
                reason: "市场变化".to_owned(),
                ..Default::default()
            };
            tokio::spawn(async move {
                IntakeServiceClient::new(channel).withdraw_project(by(ENTERPRISE, request)).await
            })
        })
        .collect();
    let mut withdrawn = 0;
    for call in calls {
        match call.await.unwrap() {
            Ok(_) => withdrawn += 1,
            Err(refused) => {
                assert_eq!(refused.code(), Code::FailedPrecondition, "{refused:?}");
                assert!(refused.get_details_error_info().is_some());
            }
        }
    }
    assert_eq!(withdrawn, 1);

    let verified = site.command(&["log", "verify", "intake"], "intake").output().unwrap();
    let verified = String::from_utf8(verified.stdout).unwrap();
    // 21 registrations of five facts each, and one withdrawal.
    assert!(verified.starts_with("intake: good; events 106,"), "{verified}");
    for process in pair {
        assert_eq!(process.terminate(), Some(0));
    }
}
