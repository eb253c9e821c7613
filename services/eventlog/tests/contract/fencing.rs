//! Commands whose answer was lost: what became of them, and keys that are given up.

use std::time::Duration;

use eventlog::{AppendError, Resolution, Store};

use crate::world::{World, command, committed, fingerprint};

#[tokio::test]
async fn the_log_says_what_became_of_a_command_and_a_fence_settles_it_for_ever() {
    for world in World::both().await {
        let log = world.open().await;
        let answer = committed(log.append(command("k1", "case/1", 0)).await.unwrap());
        for fence in [false, true] {
            let Resolution::Committed(known) = log.resolve("clerk", "k1", fence).await.unwrap()
            else {
                panic!("{}: it was committed", world.backend)
            };
            assert_eq!((known.fingerprint, known.answer), (fingerprint("k1"), answer.clone()));
        }

        assert_eq!(log.resolve("clerk", "k2", false).await.unwrap(), Resolution::Absent);
        assert_eq!(log.resolve("clerk", "k2", true).await.unwrap(), Resolution::Fenced);
        assert_eq!(log.resolve("clerk", "k2", true).await.unwrap(), Resolution::Fenced);
        assert_eq!(log.find("clerk", "k2").await.unwrap(), None, "nothing was carried out");
        // The same key of another caller is another key.
        assert_eq!(log.resolve("other", "k2", false).await.unwrap(), Resolution::Absent);
        log.close().await;

        let log = world.open().await;
        let late = log.append(command("k2", "case/1", 1)).await;
        assert_eq!(late, Err(AppendError::Fenced), "{}", world.backend);
        assert_eq!(log.head().await.unwrap().position, 1, "it changed nothing");
        committed(log.append(command("k3", "case/1", 1)).await.unwrap());
        log.verify(None).await.unwrap();
        let nameless = log.resolve("clerk", "", true).await;
        assert!(matches!(nameless, Err(AppendError::Invalid(_))));
        log.close().await;
    }
}

/// Each round sends a command and fences its key at the same moment; on PostgreSQL from two processes' logs.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_command_that_races_its_fence_is_either_committed_or_never() {
    for world in World::both().await {
        let ours = world.open().await;
        let theirs = match &world.store {
            Store::Sqlite { .. } => ours.clone(),
            Store::Postgres { .. } => world.open().await,
        };
        let (mut won, mut fenced) = (0, 0);
        for round in 0..60 {
            let (key, stream) = (format!("k{round}"), format!("case/{round}"));
            let sent = tokio::spawn({
                let (log, command) = (ours.clone(), command(&key, &stream, 0));
                async move {
                    // Sooner from round to round, and the fence later, so that either comes first at times.
                    tokio::time::sleep(Duration::from_micros(50 * (60 - round))).await;
                    log.append(command).await
                }
            });
            tokio::time::sleep(Duration::from_micros(50 * round)).await;
            let settled = theirs.resolve("clerk", &key, true).await.unwrap();
            match (sent.await.unwrap(), settled) {
                (Ok(appended), Resolution::Committed(known)) => {
                    assert_eq!(appended.into_answer(), known.answer);
                    won += 1;
                }
                (Err(AppendError::Fenced), Resolution::Fenced) => fenced += 1,
                contradiction => panic!("{}: {contradiction:?}", world.backend),
            }
            let again = ours.resolve("clerk", &key, false).await.unwrap();
            assert_ne!(again, Resolution::Absent, "settled is settled");
        }
        assert_eq!(ours.head().await.unwrap().position, won);
        println!("{}: {won} committed, {fenced} fenced", world.backend);
        ours.verify(None).await.unwrap();
        ours.close().await;
        theirs.close().await;
    }
}

#[tokio::test]
async fn a_fence_of_commands_that_wait_together_harms_none_of_its_neighbours() {
    for world in World::both().await {
        let log = world.open().await;
        log.resolve("clerk", "k1", true).await.unwrap();
        let commands = (0..3).map(|n| command(&format!("k{n}"), &format!("case/{n}"), 0)).collect();
        let outcomes = crate::world::together(&log, commands).await;
        assert!(outcomes[0].is_ok() && outcomes[2].is_ok(), "{}: {outcomes:?}", world.backend);
        assert_eq!(outcomes[1], Err(AppendError::Fenced));
        log.close().await;
    }
}
