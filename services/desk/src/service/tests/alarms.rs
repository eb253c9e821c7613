//! Alarms at the desk: each once, whoever looks and however often; and what is said of a card.

use std::collections::BTreeMap;

use super::*;

/// How often each card was raised in the log, by matter and name.
async fn raised(docket: &Docket<Shelf>) -> BTreeMap<String, u32> {
    let mut raised = BTreeMap::new();
    for recorded in docket.log().read(0, 1_000).await.unwrap() {
        let (id, event) = Shelf::read(&recorded.payload).unwrap();
        if let Event::AlarmRaised { alarm, .. } = event {
            assert_eq!(alarm.subject, id.to_string());
            *raised.entry(alarm.key()).or_default() += 1;
        }
    }
    raised
}

async fn again(hall: &Hall) -> Docket<Shelf> {
    let log = hall.docket.log().clone();
    Docket::<Shelf>::open(log, LAW.clone(), hall.time.clone()).await.unwrap()
}

/// S2-10 is received on Monday 2021-09-27 and accepted at once. Its agency promises seven working days and has
/// twenty: 28 to 30 September, Friday 8, Saturday 9 (made up), Monday 11 and Tuesday 12 October are the seven.
async fn accepted() -> Hall {
    let hall = filed("2021-09-27", &["S2-10"]).await;
    hall.desk.accept_matter(call("agency:CD/1", accept("1", "S2-10-1"))).await.unwrap();
    hall
}

#[tokio::test]
async fn two_scanners_restarts_and_jumps_raise_each_alarm_once() {
    let hall = accepted().await;
    let mut before = 0;
    for today in ["2021-09-28", "2021-10-11", "2021-10-13", "2021-11-30", "2022-06-01"] {
        hall.time.advance_to(day(today)).unwrap();
        let (one, other) = (again(&hall).await, again(&hall).await);
        let (first, second) = tokio::join!(one.raise_alarms(), other.raise_alarms());
        first.unwrap();
        second.unwrap();
        again(&hall).await.pass_day().await.unwrap();
        let now = raised(&again(&hall).await).await;
        assert!(now.values().all(|times| *times == 1), "{now:?}");
        assert!(now.len() >= before);
        before = now.len();
    }
    assert!(before >= 3, "amber, yellow and red");
}

#[tokio::test]
async fn the_agency_contests_and_the_supervisor_decides_and_the_matter_shows_it() {
    let hall = accepted().await;
    hall.time.advance_to(day("2021-11-30")).unwrap();
    hall.docket.pass_day().await.unwrap();
    let get = || {
        let request = pb::GetMatterRequest {
            name: "projects/yamato/matters/S2-10-1".to_owned(),
            min_position: Vec::new(),
        };
        hall.desk.get_matter(call("agency:CD/1", request))
    };
    let matter = get().await.unwrap().into_inner().matter.unwrap();
    let yellow = matter.cards.iter().find(|card| card.card.starts_with("yellow.")).unwrap();
    let yellow = yellow.card.clone();
    let contest = pb::ContestCardRequest {
        request_id: "contest-card-0001".to_owned(),
        name: matter.name.clone(),
        card: yellow.clone(),
        reason: "系统录入延迟".to_owned(),
        ..Default::default()
    };
    for stranger in ["agency:NR/1", "agency:BE/1", ENTERPRISE] {
        let no = hall.desk.contest_card(call(stranger, contest.clone())).await.unwrap_err();
        assert_eq!(no.code(), Code::PermissionDenied, "{stranger}");
    }
    hall.desk.contest_card(call("agency:CD/1", contest)).await.unwrap();
    let annul = pb::AnnulCardRequest {
        request_id: "annul-card-000001".to_owned(),
        name: matter.name.clone(),
        card: yellow.clone(),
        reason: "经核查按时办结".to_owned(),
        document: "监察-1".to_owned(),
        ..Default::default()
    };
    for stranger in ["agency:CD/1", ENTERPRISE, "secretary:ECC/ss-01"] {
        let no = hall.desk.annul_card(call(stranger, annul.clone())).await.unwrap_err();
        assert_eq!(no.code(), Code::PermissionDenied, "{stranger}");
    }
    let mute = pb::AnnulCardRequest { reason: String::new(), ..annul.clone() };
    let no = hall.desk.annul_card(call("agency:BE/1", mute)).await.unwrap_err();
    assert_eq!(fields(&no), ["reason"]);
    hall.desk.annul_card(call("agency:BE/1", annul)).await.unwrap();
    let shown = get().await.unwrap().into_inner().matter.unwrap();
    let card = shown.cards.iter().find(|card| card.card == yellow).unwrap();
    assert_eq!(card.verdict(), pb::CardVerdict::Annulled);
    let decision = card.decision.as_ref().unwrap();
    assert_eq!((decision.by.as_str(), decision.reason.as_str()), ("BE", "经核查按时办结"));
    assert_eq!(card.contested.as_ref().unwrap().by, "CD");
    let held = card.alarm.as_ref().unwrap().held_by.as_str();
    assert_eq!(held, "agency:CD");
    assert_eq!(shown.cards.len(), matter.cards.len(), "no card goes");
}
