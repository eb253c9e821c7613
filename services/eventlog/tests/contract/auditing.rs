//! What the auditor of a mirror minds, what it does not, and what holds it and the copying up.

use crate::mirror::{Reader, state};
use crate::network::{Owner, follow, grow, same, until, within};
use crate::opening::run;
use crate::world::World;
use eventlog::{LogService, Mirrored, Rebuilt};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::{Server, server::TcpIncoming};
use tonic::{Request, Status};

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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_that_its_own_service_cannot_read_is_asked_once_a_second_not_all_the_time() {
    let asked = Arc::new(AtomicU32::new(0));
    let counted = asked.clone();
    let unreadable = move |_: Request<()>| {
        counted.fetch_add(1, Ordering::SeqCst);
        Err::<Request<()>, _>(Status::data_loss("a row is malformed"))
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let service = InterceptedService::new(LogService::new([]).server(), unreadable);
    let server = Server::builder().add_service(service);
    let serving = tokio::spawn(server.serve_with_incoming(TcpIncoming::from(listener)));
    let channel = eventlog::endpoint(&address).unwrap().connect_lazy();
    // The reader holds its server, which ends with the last that holds it.
    let reader = Reader::new().await;
    let mirror = reader.mirrors().await.follow(channel, "planning", None);
    let hindered = state(&mirror, |state| matches!(state, Mirrored::Hindered(_))).await;
    let Mirrored::Hindered(why) = hindered else { unreachable!() };
    assert!(why.contains("what the log's service answers"), "{why}");
    asked.store(0, Ordering::SeqCst);
    tokio::time::sleep(Duration::from_secs(4)).await;
    // The mirror asks, and what it began anew with; where its database is slow, more seldom.
    let count = || asked.load(Ordering::SeqCst);
    assert!(count() <= 12, "{}", count());
    until("it is asked again", || async { if count() >= 2 { Ok(()) } else { Err(()) } }).await;
    serving.abort();
}
