//! Position tokens, page sizes and page tokens.

use super::world::{ENTERPRISE, Row, World, judge, registration, row};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use tonic::Code;

#[tokio::test]
async fn positions_of_elsewhere_and_nowhere_are_refused() {
    let world = World::with_a_project().await;
    let reads: [(&'static str, Value, &str); 8] = [
        ("GetProject", json!({ "name": "projects/base" }), "min_position"),
        ("GetRoadmap", json!({ "name": "projects/base" }), "min_position"),
        ("GetBudget", json!({ "name": "projects/base" }), "min_position"),
        ("GetMatter", json!({ "name": "projects/base/matters/S2-06-1" }), "min_position"),
        ("ListMatters", json!({ "parent": "projects/-" }), "min_position"),
        ("GetProjectStatus", json!({ "name": "projects/base" }), "min_position"),
        ("ListProjectStatuses", json!({}), "min_position"),
        ("ExplainDeadline", json!({ "name": "projects/base/matters/S2-06-1" }), "min_position"),
    ];
    let mut rows = Vec::new();
    for (rpc, body, field) in &reads {
        let asked = |token: &str| {
            let mut body = body.clone();
            body[*field] = json!([token]);
            body
        };
        for bad in [
            "",
            "intake",
            "intake:1",
            "intake:1:-1",
            "intake:1:+1",
            "intake:1:01",
            "intake:01:1",
            "intake:1:1:1",
            "intake:1:1 ",
            "INTAKE:1:1",
            "nowhere:1:1",
            "intake:1:18446744073709551616",
            "intake:4294967296:1",
            "intake:1:１",
            "../intake:1:1",
            "intake:1:1;--",
            "林:1:1",
        ] {
            rows.push(row(
                format!("{rpc} from {bad:?}"),
                ENTERPRISE,
                rpc,
                asked(bad),
                Code::InvalidArgument,
                "min_position[0]",
            ));
        }
        let log = if ["GetRoadmap", "GetBudget"].contains(rpc) || body.to_string().contains("S2-06")
        {
            "planning"
        } else {
            "intake"
        };
        for epoch in [0, 2, 4_294_967_295u32] {
            let body = asked(&format!("{log}:{epoch}:1"));
            rows.push(row(
                format!("{rpc} from epoch {epoch}"),
                ENTERPRISE,
                rpc,
                body,
                Code::FailedPrecondition,
                "OTHER_EPOCH",
            ));
        }
    }
    let long = json!({ "name": "projects/base", "min_position": ["x".repeat(100_000)] });
    rows.push(row(
        "a token of 100 kB",
        ENTERPRISE,
        "GetProject",
        long,
        Code::InvalidArgument,
        "min_position[0]",
    ));
    world.refuses(rows).await;
}

#[tokio::test]
async fn a_read_that_is_ahead_of_the_log_waits_within_bounds() {
    let world = World::with_a_project().await;
    let ahead =
        json!({ "name": "projects/base", "min_position": ["intake:1:18446744073709551615"] });
    let began = Instant::now();
    let said = world.call(ENTERPRISE, "GetProject", ahead.clone()).await;
    judge(said, Code::Unavailable, "NOT_YET").unwrap();
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());

    // Two hundred who wait hold up nobody who does not.
    let world = std::sync::Arc::new(world);
    let waiting: Vec<_> = (0..90)
        .map(|_| {
            let (world, ahead) = (world.clone(), ahead.clone());
            tokio::spawn(async move { world.call(ENTERPRISE, "GetProject", ahead).await })
        })
        .collect();
    let began = Instant::now();
    world.good(ENTERPRISE, "RegisterProject", registration("meanwhile")).await;
    assert!(began.elapsed() < Duration::from_secs(3), "{:?}", began.elapsed());
    for waiter in waiting {
        judge(waiter.await.expect("it ends"), Code::Unavailable, "NOT_YET").unwrap();
    }

    // The caller's own deadline comes first where it is shorter.
    let mut request = World::request(ENTERPRISE, world.bytes("GetProject", ahead));
    request.set_timeout(Duration::from_millis(300));
    let began = Instant::now();
    let said = world.send("GetProject", request).await.expect_err("nobody can know");
    assert!(
        [Code::DeadlineExceeded, Code::Cancelled, Code::Unavailable].contains(&said.code()),
        "{said:?}"
    );
    assert!(began.elapsed() < Duration::from_secs(3), "{:?}", began.elapsed());
    world.unharmed();
}

#[tokio::test]
async fn pages_have_a_size_and_their_tokens_an_owner() {
    let world = World::with_a_project().await;
    let listed = |size: i32, token: &str| json!({ "parent": "projects/-", "page_size": size, "page_token": token });
    let page = world.good(ENTERPRISE, "ListMatters", listed(1, "")).await;
    let token = page["next_page_token"].as_str().expect("more").to_owned();
    let second = world.good(ENTERPRISE, "ListMatters", listed(1, &token)).await;
    assert_ne!(page["matters"], second["matters"]);
    for size in [0, 200, 201, i32::MAX] {
        let all = world.good(ENTERPRISE, "ListMatters", listed(size, "")).await;
        assert!(all["matters"].as_array().expect("matters").len() > 2, "{size}");
    }
    for n in 0..2 {
        world.good(ENTERPRISE, "RegisterProject", registration(&format!("page-{n}"))).await;
    }
    let statuses = world.good(ENTERPRISE, "ListProjectStatuses", json!({ "page_size": 1 })).await;
    let status_token = statuses["next_page_token"].as_str().expect("more").to_owned();
    let bad = |what: &str, by: &str, rpc, body: Value, field: &str| {
        row(what, by, rpc, body, Code::InvalidArgument, field)
    };
    let mut filtered = listed(1, &token);
    filtered["agency"] = "NR".into();
    let mut spoilt = token.clone();
    spoilt.replace_range(0..1, if token.starts_with('0') { "1" } else { "0" });
    let mut rows: Vec<Row> = vec![
        bad("a token of another filter", ENTERPRISE, "ListMatters", filtered, "page_token"),
        bad(
            "a token of another principal",
            "agency:NR/1",
            "ListMatters",
            listed(1, &token),
            "page_token",
        ),
        bad(
            "a token that was changed",
            ENTERPRISE,
            "ListMatters",
            listed(1, &spoilt),
            "page_token",
        ),
        bad(
            "a token of another list",
            ENTERPRISE,
            "ListProjectStatuses",
            json!({ "page_token": token }),
            "page_token",
        ),
        bad(
            "a token of the other list",
            ENTERPRISE,
            "ListMatters",
            listed(1, &status_token),
            "page_token",
        ),
        bad(
            "a token that was cut",
            ENTERPRISE,
            "ListProjectStatuses",
            json!({ "page_token": status_token[1..] }),
            "page_token",
        ),
        bad(
            "a token that grew",
            ENTERPRISE,
            "ListProjectStatuses",
            json!({ "page_token": format!("{status_token}00") }),
            "page_token",
        ),
        bad(
            "a token in capitals",
            ENTERPRISE,
            "ListProjectStatuses",
            json!({ "page_token": status_token.to_uppercase() + "A" }),
            "page_token",
        ),
        bad(
            "a token of other letters",
            ENTERPRISE,
            "ListProjectStatuses",
            json!({ "page_token": "林".repeat(20) }),
            "page_token",
        ),
        bad("no parent", ENTERPRISE, "ListMatters", json!({ "parent": "" }), "parent"),
        bad(
            "a parent of all that is",
            ENTERPRISE,
            "ListMatters",
            json!({ "parent": "projects/*" }),
            "parent",
        ),
    ];
    for size in [-1, i32::MIN] {
        rows.push(bad("a negative page", ENTERPRISE, "ListMatters", listed(size, ""), "page_size"));
        rows.push(bad(
            "a negative page of statuses",
            ENTERPRISE,
            "ListProjectStatuses",
            json!({ "page_size": size }),
            "page_size",
        ));
    }
    world.refuses(rows).await;
}
