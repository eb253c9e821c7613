//! An operator's word that a log was put back: its history stays, what follows is of a later epoch, and everybody who
//! had seen more notices.

use std::path::{Path, PathBuf};

use eventlog::testing::Nats;
use eventlog::{Head, OpenError, RaiseError, Relay, Relayed, Store, VerifyError, raise_epoch};

use crate::network::{Owner, broker, follow, grow, same, until, within};
use crate::relaying::{is_the_log, relayed};
use crate::world::World;

/// Raises the epoch as soon as the last session has ended.
async fn raised(store: &Store, head: Head, seen: u32) -> Head {
    until("it is raised", || raise_epoch(store, "planning", Some(head.hash), seen)).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_epoch_is_raised_by_who_names_the_head_while_nobody_has_the_log_open() {
    for world in World::both().await {
        let log = world.open().await;
        grow(&log, 3).await;
        let head = log.head().await.unwrap();
        let refused = raise_epoch(&world.store, "planning", Some(head.hash), 0).await;
        match (refused, world.backend) {
            (Err(RaiseError::Open(OpenError::InUse(_))), "sqlite") => {}
            (Err(RaiseError::InUse(sessions)), "postgres") if sessions > 0 => {}
            (other, backend) => panic!("{backend}: {other:?}"),
        }
        log.close().await;

        for wrong in [None, Some([7; 32])] {
            let refused = raise_epoch(&world.store, "planning", wrong, 0).await;
            let Err(RaiseError::OtherHead(found)) = refused else { panic!("{refused:?}") };
            assert_eq!(found, head, "{}", world.backend);
        }
        let refused = raise_epoch(&world.store, "planning", Some(head.hash), 1_000_000).await;
        assert!(matches!(refused, Err(RaiseError::TooFar)), "{refused:?}");
        let log = world.open().await;
        assert_eq!(log.head().await.unwrap(), head, "{}: nothing was changed", world.backend);
        log.close().await;

        // The next one, and the one after the newest that anybody has seen.
        for (seen, epoch) in [(0, 2), (1, 3), (8, 9)] {
            let raised = raised(&world.store, head, seen).await;
            assert_eq!(raised, Head { epoch, ..head }, "{}", world.backend);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_history_of_two_epochs_is_one_chain() {
    for world in World::both().await {
        let log = world.open().await;
        grow(&log, 3).await;
        let before = log.head().await.unwrap();
        log.close().await;
        raised(&world.store, before, 0).await;

        let log = world.open().await;
        assert_eq!(log.verify(Some(before)).await.unwrap().head, Head { epoch: 2, ..before });
        grow(&log, 2).await;
        let epochs: Vec<_> = log.read(0, 10).await.unwrap().iter().map(|e| e.epoch).collect();
        assert_eq!(epochs, [1, 1, 1, 2, 2], "{}", world.backend);
        let report = log.verify(Some(before)).await.unwrap();
        assert_eq!(report.head, log.head().await.unwrap(), "{}", world.backend);
        assert_eq!((report.head.epoch, report.head.position), (2, 5));
        let later = Head { epoch: 3, ..report.head };
        let refused = log.verify(Some(later)).await;
        assert!(matches!(refused, Err(VerifyError::Bad { position: 5, .. })), "{refused:?}");

        // Whoever begins to follow now reads both.
        let owner = Owner::of(&log).await;
        same(&log, &follow(owner.remote(None))).await;
        log.close().await;
    }
}

/// What a folder holds, the log's journal included.
fn files(directory: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let paths = std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    paths.map(|path| (path.clone(), std::fs::read(path).unwrap())).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_that_was_put_back_is_told_anew_once_its_epoch_is_raised_and_followers_notice() {
    let (world, nats) = (World::sqlite().await, Nats::start().await.unwrap());
    let Store::Sqlite { directory } = &world.store else { panic!("no file") };
    let log = world.open().await;
    grow(&log, 10).await;
    log.close().await;
    let backup = files(directory);

    let log = world.open().await;
    let mut owner = Owner::of(&log).await;
    let follower = follow(owner.remote(Some(&broker(&nats).await)));
    let relay = Relay::start(log.clone(), broker(&nats).await);
    grow(&log, 5).await;
    relayed(&relay, 15).await;
    same(&log, &follower).await;
    owner.stop().await;
    drop(relay);
    log.close().await;

    // The backup is older than what the broker and the follower have seen.
    for (path, _) in files(directory) {
        std::fs::remove_file(path).unwrap();
    }
    for (path, bytes) in backup {
        std::fs::write(path, bytes).unwrap();
    }
    let log = world.open().await;
    let relay = Relay::start(log.clone(), broker(&nats).await);
    let ahead = Relayed::Ahead { broker: 15, log: 10 };
    let mut state = relay.relayed();
    within("the alarm", state.wait_for(|state| *state == ahead)).await.unwrap();
    let head = log.head().await.unwrap();
    drop(relay);
    log.close().await;

    raised(&world.store, head, 0).await;
    let log = world.open().await;
    let relay = Relay::start(log.clone(), broker(&nats).await);
    relayed(&relay, 10).await;
    is_the_log(&nats, &log).await;
    grow(&log, 3).await;
    relayed(&relay, 13).await;
    is_the_log(&nats, &log).await;

    owner.start(&log).await;
    let stopped = within("the old follower stops", follower.stopped()).await;
    assert!(stopped.reason.contains("not the log that was followed"), "{stopped}");
    same(&log, &follow(owner.remote(Some(&broker(&nats).await)))).await;
    log.close().await;
}
