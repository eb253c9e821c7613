//! The calls of agencies on all projects at once, and the handover pack, on real logs.

use super::{
    elsewhere::{changed, complained, ordered, promised, rated},
    service::{City, reason},
    story::{Story, accept, deliver, grant},
};
use proto::status::v1::{
    GetHandoverRequest, GetPeriodicReportRequest, GetProjectStatusRequest, GetScorecardRequest,
    Handover, ListEndangeredApprovalsRequest, OpenKind, Scorecard,
    status_service_server::StatusService,
};
use tonic::Request;

fn from<T>(who: &str, message: T) -> Request<T> {
    let mut request = Request::new(message);
    request.metadata_mut().insert("tongban-principal", who.parse().unwrap());
    request
}

/// Two projects; in one of them everything is open that can be.
async fn city() -> City {
    let mut city = City::open("2022-03-01").await;
    let busy = Story::of("p-yamato", "2022-03-01").begun();
    let busy =
        super::story::Story::admitted("2022-03-01").told.iter().skip(1).fold(busy, Story::retold);
    let busy = busy.on("2022-04-06").files("S2-09").granted("S2-09-1").files("S2-05");
    let busy = busy.act("S2-05-1", accept());
    let busy = busy.act("S2-05-1", rulebook::matter::Act::RequestOpinions { opinions: Vec::new() });
    let busy = busy.on("2022-04-11").intake(changed(&["scope"]));
    let busy = busy.aftercare(promised(1, "2022-04-30")).aftercare(complained(1));
    let busy = busy.aftercare(rated(1, 5)).aftercare(ordered(1, "2022-04-20"));
    city.hears(&busy).await;
    city
}

async fn handover(city: &City, who: &str) -> Handover {
    let name = "projects/p-yamato".to_owned();
    let min_position = city.written();
    let request = GetHandoverRequest { name, min_position, ..Default::default() };
    let answer = city.status.get_handover(from(who, request)).await.unwrap();
    answer.into_inner().handover.unwrap()
}

#[tokio::test]
async fn the_handover_lists_everything_open_with_its_holder_and_last_day() {
    let city = city().await;
    let pack = handover(&city, "enterprise:p-yamato/boss").await;
    assert_eq!((pack.secretary.as_str(), pack.alarm), ("staff-7", false));
    let line = |kind: OpenKind| {
        let found: Vec<_> = pack.open.iter().filter(|one| one.kind() == kind).collect();
        assert!(!found.is_empty(), "{kind:?}");
        found
            .iter()
            .map(|one| format!("{} {} {}", one.key, one.who, one.due_on))
            .collect::<Vec<_>>()
    };
    // Opinions asked on Wednesday 2022-04-06: one working day, and two for the district.
    let name = "projects/p-yamato/matters/S2-05-1";
    assert_eq!(line(OpenKind::Matter), [format!("{name} NR 2022-04-07")]);
    assert_eq!(
        line(OpenKind::Opinion),
        [
            format!("{name} land_approval NR 2022-04-07"),
            format!("{name} planning_permit NR 2022-04-07"),
            format!("{name} site_ready DISTRICT 2022-04-08"),
        ]
    );
    // Seven working days from Monday 2022-04-11: Wednesday 2022-04-20.
    assert_eq!(line(OpenKind::Complaint), ["1 COM 2022-04-20"]);
    assert_eq!(line(OpenKind::Promise), ["1 TR 2022-04-30"]);
    assert_eq!(line(OpenKind::Order), ["1 NR 2022-04-20"]);
    let days: Vec<_> = pack.open.iter().map(|one| one.due_on.clone()).collect();
    assert!(days.is_sorted_by_key(|day| (day.is_empty(), day.clone())));
    assert!(pack.open.iter().all(|one| one.overdue == (one.due_on.as_str() < "2022-04-11")));
}

#[tokio::test]
async fn each_reader_is_told_what_it_may_know_and_a_stranger_nothing() {
    let city = city().await;
    for (who, complaint, order) in [
        ("enterprise:p-yamato/boss", true, true),
        ("secretary:staff-7", false, true),
        ("agency:COM/desk-1", true, false),
        ("agency:CM/desk-1", true, false),
        ("agency:NR/desk-1", false, true),
        ("agency:EE/desk-1", false, false),
    ] {
        let pack = handover(&city, who).await;
        let lists = |kind| pack.open.iter().any(|one| one.kind() == kind);
        assert_eq!(lists(OpenKind::Complaint), complaint, "{who}");
        assert_eq!(lists(OpenKind::Order), order, "{who}");
        assert!(lists(OpenKind::Matter), "{who}");
        assert!(!format!("{pack:?}").contains("商业秘密"));
    }
    for (who, name) in [
        ("enterprise:p-other/boss", "projects/p-yamato"),
        ("secretary:staff-9", "projects/p-yamato"),
        ("agency:NR/desk-1", "projects/p-none"),
    ] {
        let request = GetHandoverRequest { name: name.to_owned(), ..Default::default() };
        let refused = city.status.get_handover(from(who, request)).await.unwrap_err();
        assert_eq!(reason(&refused), "NotFound UNKNOWN", "{who}");
    }
    let name = "projects/p-yamato".to_owned();
    let nobody = Request::new(GetHandoverRequest { name, ..Default::default() });
    let refused = city.status.get_handover(nobody).await.unwrap_err();
    assert_eq!(reason(&refused), "Unauthenticated NO_PRINCIPAL");
}

#[tokio::test]
async fn an_agency_sees_its_own_endangered_approvals() {
    let city = city().await;
    let list = async |who: &str| {
        let min_position = city.written();
        let request = from(who, ListEndangeredApprovalsRequest { min_position });
        let answer = city.status.list_endangered_approvals(request).await;
        answer.map(|answer| {
            answer.into_inner().approvals.into_iter().map(|one| one.matter).collect::<Vec<_>>()
        })
    };
    let own = list("agency:EE/desk-1").await.unwrap();
    assert_eq!(own, ["projects/p-yamato/matters/S2-09-1"]);
    assert_eq!(list("agency:NR/desk-1").await.unwrap(), Vec::<String>::new());
    let refused = list("enterprise:p-yamato").await.unwrap_err();
    assert_eq!(reason(&refused), "PermissionDenied NOT_YOURS");
}

#[tokio::test]
async fn a_scorecard_and_the_report_are_the_same_for_ever_as_of_one_instant() {
    let mut city = city().await;
    let scorecard = async |city: &City, who: &str, recorded_by: &str| {
        let request = GetScorecardRequest {
            agency: "NR".to_owned(),
            from: "2022-04-01".to_owned(),
            to: "2022-04-11".to_owned(),
            recorded_by: recorded_by.to_owned(),
            min_position: city.written(),
        };
        city.status.get_scorecard(from(who, request)).await.map(|answer| answer.into_inner())
    };
    let as_of = "2022-04-11T09:00:00+08:00";
    let now = scorecard(&city, "agency:NR/desk-1", "").await.unwrap();
    assert_eq!(now.scorecard.as_ref().unwrap().taken_in, 1);
    assert_eq!(scorecard(&city, "agency:NR/desk-1", as_of).await.unwrap(), now);
    let report = async |city: &City, who: &str| {
        let request = GetPeriodicReportRequest {
            month: "2022-04".to_owned(),
            recorded_by: as_of.to_owned(),
            min_position: Vec::new(),
        };
        city.status.get_periodic_report(from(who, request)).await.map(|answer| answer.into_inner())
    };
    let then = report(&city, "agency:INSP/desk-1").await.unwrap();
    assert_eq!((then.from.as_str(), then.to.as_str()), ("2022-04-01", "2022-04-11"));
    let of = |agency: &str| -> &Scorecard {
        then.scorecards.iter().find(|card| card.agency == agency).unwrap()
    };
    assert_eq!(of("NR"), now.scorecard.as_ref().unwrap());
    assert_eq!((of("EE").taken_in, of("EE").decided), (1, 1));

    // Recorded two days later with a date before: the report as of then does not change, the present does.
    let late = Story::of("p-late", "2022-04-08").recorded_on("2022-04-13").begun();
    let late = super::story::Story { today: super::story::day("2022-04-08"), ..late };
    let late = late.recorded_on("2022-04-13").files("S2-06");
    city.hears(&Story { today: super::story::day("2022-04-13"), ..late }).await;
    assert_eq!(report(&city, "agency:INSP/desk-1").await.unwrap(), then);
    assert_eq!(scorecard(&city, "agency:NR/desk-1", as_of).await.unwrap(), now);
    let present = scorecard(&city, "agency:BE/desk-1", "").await.unwrap().scorecard.unwrap();
    assert_eq!((present.taken_in, now.scorecard.unwrap().taken_in), (2, 1));

    for who in ["agency:EE/desk-1", "enterprise:p-yamato", "secretary:staff-7"] {
        let refused = scorecard(&city, who, "").await.unwrap_err();
        assert_eq!(reason(&refused), "PermissionDenied NOT_YOURS", "{who}");
        assert_eq!(reason(&report(&city, who).await.unwrap_err()), "PermissionDenied NOT_YOURS");
    }
    let own = report(&city, "agency:NR/desk-1").await.unwrap_err();
    assert_eq!(reason(&own), "PermissionDenied NOT_YOURS");
}

#[tokio::test]
async fn a_bad_question_of_oversight_names_its_fields() {
    let city = city().await;
    let ask = async |agency: &str, from_day: &str, to: &str| {
        let request = GetScorecardRequest {
            agency: agency.to_owned(),
            from: from_day.to_owned(),
            to: to.to_owned(),
            ..Default::default()
        };
        let asked = city.status.get_scorecard(from("agency:BE/desk-1", request)).await;
        asked.map(|_| String::new()).unwrap_or_else(|refused| reason(&refused))
    };
    assert_eq!(ask("", "", "").await, "InvalidArgument agency from to");
    assert_eq!(ask("NR", "2022-04-02", "2022-04-01").await, "InvalidArgument to");
    // The present day is 2022-04-11.
    assert_eq!(ask("NR", "2022-04-01", "2022-04-12").await, "InvalidArgument to");
    assert_eq!(ask("NR", "2022-04-01", "2022-04-11").await, "");
    for month in ["", "2022", "2022-4", "2022-13", "2022-05", "2022-04-01"] {
        let request = GetPeriodicReportRequest { month: month.to_owned(), ..Default::default() };
        let asked = city.status.get_periodic_report(from("agency:INSP/desk-1", request)).await;
        assert_eq!(reason(&asked.unwrap_err()), "InvalidArgument month", "{month}");
    }
}

/// A thousand projects in memory: one answer in milliseconds, and every scorecard of a month in a second even
/// where nothing is optimised.
#[tokio::test]
async fn answers_stay_fast_with_a_thousand_projects() {
    let mut city = City::open("2022-03-01").await;
    let story =
        Story::admitted("2022-03-01").on("2022-04-06").files("S2-05").act("S2-05-1", accept());
    let story = story.consulted("S2-05-1").act("S2-05-1", grant()).act("S2-05-1", deliver());
    city.hears_many(&story, 1_000).await;
    let name = "projects/p-0500".to_owned();
    let min_position = city.written();
    let request = GetProjectStatusRequest { name, min_position, ..Default::default() };
    city.get(request.clone()).await.unwrap();
    let begun = std::time::Instant::now();
    for _ in 0..20 {
        city.get(request.clone()).await.unwrap();
    }
    let one = begun.elapsed() / 20;
    assert!(one < std::time::Duration::from_millis(50), "{one:?}");
    let month = "2022-04".to_owned();
    let request = GetPeriodicReportRequest { month, ..Default::default() };
    let begun = std::time::Instant::now();
    let report =
        city.status.get_periodic_report(from("agency:INSP/desk-1", request)).await.unwrap();
    let report_in = begun.elapsed();
    assert_eq!(report.into_inner().scorecards[0].decided, 1_000);
    assert!(report_in < std::time::Duration::from_secs(5), "{report_in:?}");
    eprintln!("one status in {one:?}, the report in {report_in:?}");
}
