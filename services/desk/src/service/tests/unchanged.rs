//! Acts that rest on what their callers have read: 27 September 2021 is a Monday.

use super::*;

const CD: &str = "agency:CD/desk-1";

/// A corrections request of somebody who saw the matter at a position.
fn corrections(key: &str, matter: &str, unchanged_since: &str) -> pb::RequestCorrectionsRequest {
    pb::RequestCorrectionsRequest {
        request_id: format!("correct-{key:0>16}"),
        name: format!("projects/yamato/matters/{matter}"),
        defects: vec![pb::Defect {
            material: "site_boundary".into(), problem: "签章缺失".into()
        }],
        unchanged_since: unchanged_since.to_owned(),
        ..Default::default()
    }
}

fn supplied(matter: &str) -> pb::SupplyCorrectionsRequest {
    pb::SupplyCorrectionsRequest {
        request_id: format!("supply-{matter:0>16}"),
        name: format!("projects/yamato/matters/{matter}"),
        materials: vec![pb::Material { key: "site_boundary".into(), ..Default::default() }],
        ..Default::default()
    }
}

async fn position(hall: &Hall, matter: &str) -> String {
    let name = format!("projects/yamato/matters/{matter}");
    let request = pb::GetMatterRequest { name, ..Default::default() };
    let answer = hall.desk.get_matter(call(CD, request)).await.unwrap().into_inner();
    answer.matter.unwrap().position
}

#[tokio::test]
async fn who_decides_on_what_has_changed_meanwhile_is_told_to_read_it_again() {
    // Given an official who has asked for corrections, and an applicant who supplies them then
    let hall = filed("2021-09-27", &["S2-10"]).await;
    let before = position(&hall, "S2-10-1").await;
    let told = hall.desk.request_corrections(call(CD, corrections("1", "S2-10-1", &before))).await;
    let told = told.unwrap().into_inner().position;
    hall.desk.supply_corrections(call(ENTERPRISE, supplied("S2-10-1"))).await.unwrap();

    // When it is decided on as it was read
    let mut decision = accept("1", "S2-10-1");
    decision.unchanged_since = told.clone();
    let refused = hall.desk.accept_matter(call(CD, decision.clone())).await.unwrap_err();

    // Then nothing is recorded, and the position is named; what is read anew may be decided on, with the same key
    assert_eq!((refused.code(), reason(&refused).as_str()), (Code::Aborted, "CHANGED_MEANWHILE"));
    let named = refused.get_details_error_info().unwrap().metadata;
    assert_eq!(named.get("position"), Some(&told));
    decision.unchanged_since = position(&hall, "S2-10-1").await;
    let first = hall.desk.accept_matter(call(CD, decision.clone())).await.unwrap();

    // And the same request is answered the same, although the matter has changed by itself
    let again = hall.desk.accept_matter(call(CD, decision)).await.unwrap();
    assert_eq!(first.get_ref(), again.get_ref());
}

#[tokio::test]
async fn what_befalls_another_matter_keeps_nobody_from_deciding() {
    let hall = filed("2021-09-27", &["S2-10", "S2-08"]).await;
    let seen = position(&hall, "S2-10-1").await;
    let on_the_other = corrections("1", "S2-08-1", "");
    let agency = pb::GetMatterRequest {
        name: "projects/yamato/matters/S2-08-1".to_owned(),
        ..Default::default()
    };
    let other = hall.desk.get_matter(call(CD, agency)).await.unwrap().into_inner().matter.unwrap();
    let other = format!("agency:{}/desk-1", other.terms.unwrap().agency);
    hall.desk.request_corrections(call(&other, on_the_other)).await.unwrap();
    let acted = hall.desk.request_corrections(call(CD, corrections("2", "S2-10-1", &seen))).await;
    assert!(acted.is_ok(), "{acted:?}");
}

#[tokio::test]
async fn a_position_of_an_earlier_epoch_is_never_still_true() {
    let hall = filed("2021-09-27", &["S2-10"]).await;
    let of_another_life = corrections("1", "S2-10-1", "planning:7:1");
    let refused = hall.desk.request_corrections(call(CD, of_another_life)).await.unwrap_err();
    assert_eq!((refused.code(), reason(&refused).as_str()), (Code::Aborted, "CHANGED_MEANWHILE"));
}

#[tokio::test]
async fn what_is_no_position_of_the_matters_log_is_named() {
    let hall = filed("2021-09-27", &["S2-10"]).await;
    for (bad, rule) in [
        ("planning:1", "as it came"),
        ("planning:1:01", "as it came"),
        ("intake:1:1", "is a position of planning"),
    ] {
        let request = corrections("1", "S2-10-1", bad);
        let refused = hall.desk.request_corrections(call(CD, request)).await.unwrap_err();
        assert_eq!(refused.code(), Code::InvalidArgument);
        assert_eq!(fields(&refused), ["unchanged_since"]);
        assert!(refused.message().contains(rule), "{}", refused.message());
    }
}

#[tokio::test]
async fn nobody_rests_on_what_is_not_there_yet() {
    let hall = filed("2021-09-27", &["S2-10"]).await;
    let early = corrections("1", "S2-10-1", "planning:1:2");
    let refused = hall.desk.request_corrections(call(CD, early)).await.unwrap_err();
    assert_eq!((refused.code(), reason(&refused).as_str()), (Code::Unavailable, "NOT_YET"));
    assert_eq!(position(&hall, "S2-10-1").await, "planning:1:1", "nothing was recorded");
}
