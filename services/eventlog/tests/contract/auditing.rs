//! What the auditor of a mirror minds, what it does not, and what holds it up.

use crate::mirror::{Reader, state};
use crate::network::{Owner, follow, grow, same, within};
use crate::opening::run;
use crate::world::World;
use eventlog::{Mirrored, Rebuilt};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_trace_is_no_difference_and_a_row_that_nobody_can_read_hides_no_other() {
    let (world, reader) = (World::sqlite().await, Reader::new().await);
    let log = world.open().await;
    for _ in 0..3 {
        grow(&log, 4).await;
    }
    let owner = Owner::of(&log).await;
    let mirror = reader.mirror(&owner).await;
    same(&log, &follow(mirror.clone())).await;
    let mut connection = reader.connection().await;
    run(&mut connection, "update mirror.event set traceparent = 'kept elsewhere'").await.unwrap();
    let mirrors = reader.mirrors().await;
    let rebuilt = mirrors.rebuild(owner.channel(), "planning", true).await.unwrap();
    let nothing = Rebuilt { compared: 12, differences: 0, first: None, position: 12 };
    assert_eq!(rebuilt, nothing);
    let mut audited = mirror.audited();
    let before = *audited.borrow();
    // Two rounds from here on: three streams, and the count of the rows.
    let round = audited.wait_for(|audited| audited.streams >= before.streams + 8);
    let round = *within("a round", round).await.unwrap();
    assert_eq!((round.differences, round.first), (0, None));

    // The first stream holds no hash any more where one was, the last another payload.
    for change in [
        "update mirror.event set stream_hash = 'none' where position = 2",
        "update mirror.event set payload = 'changed' where position = 12",
    ] {
        run(&mut connection, change).await.unwrap();
    }
    let round = audited.wait_for(|audited| audited.streams >= round.streams + 8);
    let found = *within("a round", round).await.unwrap();
    assert!(found.first.is_some() && found.differences >= 2, "{found:?}");
    log.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mirror_that_is_hindered_names_the_side_that_hinders_it() {
    let (world, reader) = (World::sqlite().await, Reader::new().await);
    let log = world.open().await;
    grow(&log, 4).await;
    let owner = Owner::of(&log).await;
    let mirror = reader.mirror(&owner).await;
    same(&log, &follow(mirror.clone())).await;
    let mut connection = reader.connection().await;
    run(&mut connection, "update mirror.checkpoint set algorithm = 'md5'").await.unwrap();
    let hindered = state(&mirror, |state| matches!(state, Mirrored::Hindered(_))).await;
    let Mirrored::Hindered(why) = hindered else { unreachable!() };
    assert!(why.contains("the mirror's own tables") && why.contains("algorithm"), "{why}");
    run(&mut connection, "update mirror.checkpoint set algorithm = 'sha-256'").await.unwrap();
    state(&mirror, |state| *state == Mirrored::Following).await;
    log.close().await;
}
