//! 容缺受理 over the desk: 9 and 10 April 2022 are a weekend, nothing else is off.

use super::*;

const HC: &str = "agency:HC/desk-1";
const NAME: &str = "projects/yamato/matters/S2-17-1";
const OWED: &str = "funding_commitment";

fn tolerate(key: &str, owed: &[&str]) -> pb::TolerateMissingRequest {
    pb::TolerateMissingRequest {
        request_id: format!("tolerate-{key:0>16}"),
        name: NAME.to_owned(),
        occurred_on: String::new(),
        owed: owed.iter().map(|key| (*key).to_owned()).collect(),
        promise: "五个工作日内补交".to_owned(),
        document: "受理-1".to_owned(),
        unchanged_since: String::new(),
    }
}

fn supply(key: &str, material: &str) -> pb::SupplyOwedRequest {
    pb::SupplyOwedRequest {
        request_id: format!("supply-{key:0>16}"),
        name: NAME.to_owned(),
        occurred_on: String::new(),
        materials: vec![pb::Material { key: material.to_owned(), ..Default::default() }],
        unchanged_since: String::new(),
    }
}

fn grant(key: &str) -> pb::DecideMatterRequest {
    pb::DecideMatterRequest {
        request_id: format!("grant-{key:0>16}"),
        name: NAME.to_owned(),
        outcome: pb::Outcome::Granted.into(),
        certificate: Some(pb::Certificate {
            number: "210200202204120101".to_owned(),
            ..Default::default()
        }),
        ..Default::default()
    }
}

/// Filed on Wednesday 6 April, tolerated on the 7th: due on the 14th.
async fn tolerated() -> Hall {
    let hall = filed("2022-04-06", &["S2-17"]).await;
    hall.time.advance_to(day("2022-04-07")).unwrap();
    let main = tolerate("0", &["construction_contract"]);
    let refused = hall.desk.tolerate_missing(call(HC, main)).await.unwrap_err();
    assert_eq!(reason(&refused), "NOT_TOLERABLE");
    let refused = hall.desk.tolerate_missing(call(ENTERPRISE, tolerate("1", &[OWED]))).await;
    assert_eq!(refused.unwrap_err().code(), Code::PermissionDenied);
    let answer = hall.desk.tolerate_missing(call(HC, tolerate("2", &[OWED]))).await.unwrap();
    let matter = answer.into_inner().matter.unwrap();
    assert_eq!(
        (matter.state(), matter.owed.as_slice()),
        (pb::State::UnderReview, &[OWED.to_owned()][..])
    );
    let holder = matter.holder.unwrap();
    assert_eq!((holder.party(), holder.next()), (pb::Party::Enterprise, pb::NextStep::SupplyOwed));
    assert_eq!(holder.due_on, "2022-04-14");
    let owed = |one: &&pb::Deadline| one.kind() == pb::DeadlineKind::Owed;
    assert_eq!(matter.deadlines.iter().find(owed).unwrap().due_on, "2022-04-14");
    hall
}

#[tokio::test]
async fn what_is_missing_is_owed_by_a_day_and_nothing_is_granted_before() {
    let hall = tolerated().await;
    let refused = hall.desk.decide_matter(call(HC, grant("1"))).await.unwrap_err();
    assert_eq!(reason(&refused), "MATERIALS_OWED");
    let other = hall.desk.supply_owed(call(ENTERPRISE, supply("1", "site_plan"))).await;
    assert_eq!(reason(&other.unwrap_err()), "NOT_OWED");
    let by_agency = hall.desk.supply_owed(call(HC, supply("2", OWED))).await;
    assert_eq!(by_agency.unwrap_err().code(), Code::PermissionDenied);
    hall.time.advance_to(day("2022-04-14")).unwrap();
    assert!(hall.docket.pass_day().await.unwrap().is_empty(), "the last day is in time");
    let answer = hall.desk.supply_owed(call(ENTERPRISE, supply("3", OWED))).await.unwrap();
    assert!(answer.into_inner().matter.unwrap().owed.is_empty());
    let granted = hall.desk.decide_matter(call(HC, grant("2"))).await.unwrap().into_inner();
    assert_eq!(granted.matter.unwrap().state(), pb::State::Granted);
    hall.time.advance_to(day("2022-06-01")).unwrap();
    assert!(hall.docket.pass_day().await.unwrap().is_empty());
}

#[tokio::test]
async fn the_day_after_the_last_ends_the_matter_once() {
    let hall = tolerated().await;
    hall.time.advance_to(day("2022-04-15")).unwrap();
    let late = hall.desk.supply_owed(call(ENTERPRISE, supply("1", OWED))).await.unwrap_err();
    assert_eq!(reason(&late), "OWED_OVER");
    assert_eq!(hall.docket.pass_day().await.unwrap(), [NAME]);
    assert!(hall.docket.pass_day().await.unwrap().is_empty());
    let get = pb::GetMatterRequest { name: NAME.to_owned(), min_position: Vec::new() };
    let matter = hall.desk.get_matter(call(HC, get)).await.unwrap().into_inner().matter.unwrap();
    assert_eq!(matter.state(), pb::State::Terminated);
    assert_eq!(matter.holder.unwrap().party(), pb::Party::Nobody);
    let refused = hall.desk.decide_matter(call(HC, grant("1"))).await.unwrap_err();
    assert_eq!(reason(&refused), "TERMINATED");
}

#[tokio::test]
async fn every_wrong_field_of_a_tolerance_is_named() {
    let hall = filed("2022-04-06", &["S2-17"]).await;
    let mut empty = tolerate("1", &[]);
    empty.promise.clear();
    let refused = hall.desk.tolerate_missing(call(HC, empty)).await.unwrap_err();
    assert_eq!(fields(&refused), ["owed", "promise"]);
    let mut nothing = supply("1", OWED);
    nothing.materials.clear();
    let refused = hall.desk.supply_owed(call(ENTERPRISE, nothing)).await.unwrap_err();
    assert_eq!(fields(&refused), ["materials"]);
    let kept = pb::CheckCommitmentRequest {
        request_id: "check-0000000000000001".to_owned(),
        name: NAME.to_owned(),
        result: pb::CheckResult::Kept.into(),
        materials: vec![OWED.to_owned()],
        ..Default::default()
    };
    let refused = hall.desk.check_commitment(call(HC, kept)).await.unwrap_err();
    assert_eq!(fields(&refused), ["materials"]);
}
