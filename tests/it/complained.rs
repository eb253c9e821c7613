//! A complaint across services, on a platform of its own: the permit that the agency complained of decides has
//! the same clock as before, and what was confided is in no file in the clear.

use crate::bad_input::world::{ENTERPRISE, World};
use serde_json::json;
use std::fs;
use tonic::Code;

const SECRET: &str = "CONFIDED-845C";

#[tokio::test]
async fn a_complaint_moves_no_permit_of_another_stage_and_confides_in_two_only() {
    let world = World::with_a_project().await;
    let matter = json!({ "name": "projects/base/matters/S2-11-1" });
    let explained =
        json!({ "name": "projects/base/matters/S2-11-1", "kind": "DEADLINE_KIND_ACCEPTANCE" });
    let before = world.good(ENTERPRISE, "GetMatter", matter.clone()).await;
    let days = world.good(ENTERPRISE, "ExplainDeadline", explained.clone()).await["days"].clone();
    assert!(days.as_array().is_some_and(|days| !days.is_empty()));

    let filed = json!({
        "name": "projects/base",
        "filed": { "subject": "受理拖延", "respondents": ["EE"] },
        "secret": SECRET,
    });
    let answer = world.good(ENTERPRISE, "HandleComplaint", filed).await;
    assert_eq!(answer["complaint"]["secret"], SECRET);
    let list = json!({ "name": "projects/base" });
    let seen = world.good("agency:COM/desk-1", "ListComplaints", list.clone()).await;
    assert_eq!(seen["complaints"][0]["secret"], SECRET);
    let seen = world.good("agency:EE/desk-1", "ListComplaints", list.clone()).await;
    assert!(seen.to_string().contains("受理拖延") && !seen.to_string().contains(SECRET));
    let refused = world.call("enterprise:nordhaus/filing", "ListComplaints", list).await;
    assert_eq!(refused.unwrap_err().code(), Code::PermissionDenied);

    assert_eq!(world.good(ENTERPRISE, "GetMatter", matter).await, before);
    let after = world.good(ENTERPRISE, "ExplainDeadline", explained).await["days"].clone();
    assert_eq!(after, days);

    let mut searched = 0;
    for entry in fs::read_dir(world.data()).expect("the logs") {
        let path = entry.expect("an entry").path();
        if path.is_file() {
            let bytes = fs::read(&path).expect("a file");
            let found = bytes.windows(SECRET.len()).any(|window| window == SECRET.as_bytes());
            assert!(!found, "{}", path.display());
            searched += bytes.windows(6).any(|window| window == b"SQLite") as usize;
        }
    }
    assert!(searched >= 5, "one log a service");
}
