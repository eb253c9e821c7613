//! What is read: worklists in pages, reads that have seen a position, watchers.

use super::*;

async fn listed(hall: &Hall, request: pb::ListMattersRequest) -> (Vec<String>, String) {
    let answer = hall.desk.list_matters(call("agency:NR/1", request)).await.unwrap().into_inner();
    (answer.matters.into_iter().map(|matter| matter.name).collect(), answer.next_page_token)
}

#[tokio::test]
async fn a_worklist_comes_in_pages_that_belong_to_its_asker_and_filter() {
    let hall = filed("2021-09-27", &["S2-10", "S2-08", "S2-01"]).await;
    let all = pb::ListMattersRequest { parent: "projects/-".to_owned(), ..Default::default() };
    let (names, next) = listed(&hall, pb::ListMattersRequest { page_size: 2, ..all.clone() }).await;
    assert_eq!(names, ["projects/yamato/matters/S2-01-1", "projects/yamato/matters/S2-08-1"]);
    let second = pb::ListMattersRequest { page_size: 2, page_token: next.clone(), ..all.clone() };
    let (names, end) = listed(&hall, second.clone()).await;
    assert_eq!((names.len(), end.as_str()), (1, ""));

    let elsewhere = pb::ListMattersRequest { agency: "EE".to_owned(), ..second.clone() };
    for (who, request) in [("agency:EE/1", second), ("agency:NR/1", elsewhere)] {
        let no = hall.desk.list_matters(call(who, request)).await.unwrap_err();
        assert_eq!(fields(&no), ["page_token"]);
    }
    let of = |agency: &str| pb::ListMattersRequest { agency: agency.to_owned(), ..all.clone() };
    assert_eq!(listed(&hall, of("CUL")).await.0, ["projects/yamato/matters/S2-01-1"]);
    assert!(listed(&hall, of("MR")).await.0.is_empty());
    let closed = pb::ListMattersRequest { states: vec![pb::State::Closed.into()], ..all.clone() };
    assert!(listed(&hall, closed).await.0.is_empty());
    for (bad, field) in [
        (pb::ListMattersRequest { page_size: -1, ..all.clone() }, "page_size"),
        (pb::ListMattersRequest { parent: "projects/".to_owned(), ..all.clone() }, "parent"),
        (pb::ListMattersRequest { states: vec![0], ..all.clone() }, "states[0]"),
        (
            pb::ListMattersRequest { page_token: "projects/a/matters/S2-10-1".to_owned(), ..all },
            "page_token",
        ),
    ] {
        let no = hall.desk.list_matters(call("agency:NR/1", bad)).await.unwrap_err();
        assert_eq!(fields(&no), [field]);
    }
}

#[tokio::test]
async fn a_read_with_a_position_has_seen_it() {
    let hall = filed("2021-09-27", &["S2-10"]).await;
    let get = |position: &str| {
        let request = pb::GetMatterRequest {
            name: "projects/yamato/matters/S2-10-1".to_owned(),
            min_position: vec![position.to_owned()],
        };
        hall.desk.get_matter(call("agency:CD/1", request))
    };
    let seen = get("planning:1:1").await.unwrap().into_inner().matter.unwrap();
    assert_eq!(seen.position, "planning:1:1");
    assert_eq!(get("planning:1:+1").await.unwrap_err().code(), Code::InvalidArgument);
}

#[tokio::test]
async fn a_watcher_catches_up_and_is_told_of_more() {
    let hall = filed("2021-09-27", &["S2-10", "S2-08"]).await;
    let request = pb::WatchMattersRequest {
        parent: "projects/yamato".to_owned(),
        agency: "CD".to_owned(),
        after_position: vec!["planning:1:0".to_owned()],
    };
    let watched = hall.desk.watch_matters(call("agency:CD/1", request)).await.unwrap();
    let mut happenings = watched.into_inner();
    let mut next = async || happenings.next().await.unwrap().unwrap();
    let first = next().await;
    assert_eq!(
        (first.position.as_str(), first.matter.unwrap().state),
        ("planning:1:1", pb::State::Received.into())
    );
    hall.desk.accept_matter(call("agency:HC/1", accept("1", "S2-08-1"))).await.unwrap();
    hall.desk.accept_matter(call("agency:CD/1", accept("1", "S2-10-1"))).await.unwrap();
    let second = next().await;
    assert_eq!(
        (second.name.as_str(), second.position.as_str()),
        ("projects/yamato/matters/S2-10-1", "planning:1:4")
    );
    assert!(matches!(second.event.unwrap().kind, Some(pb::matter_event::Kind::Accepted(_))));
}

#[tokio::test]
async fn a_watcher_is_told_when_the_platform_stops() {
    let hall = filed("2021-09-27", &["S2-10"]).await;
    let request = pb::WatchMattersRequest { parent: "projects/-".to_owned(), ..Default::default() };
    let watched = hall.desk.watch_matters(call("agency:CD/1", request)).await.unwrap();
    hall.desk.stop_watches();
    let told = watched.into_inner().next().await.unwrap().unwrap_err();
    assert_eq!((told.code(), reason(&told).as_str()), (Code::Unavailable, "STOPPING"));
}
