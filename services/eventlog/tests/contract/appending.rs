//! What an append promises: order, versions, keys, reservations, limits, and nothing lost by going away.

use eventlog::{
    AppendError, Appended, Command, MAX_COMMAND_BYTES, MAX_EVENTS, MAX_NAME_BYTES,
    MAX_PAYLOAD_BYTES, Options,
};
use jiff::Timestamp;

use crate::world::{MORNING, World, command, committed, event, fingerprint, reserving, together};

#[tokio::test]
async fn what_was_appended_is_read_back_as_it_was() {
    for world in World::both().await {
        let log = world.open().await;
        let answer =
            committed(log.append(reserving(command("k1", "case/1", 0), &["A"])).await.unwrap());
        assert_eq!((answer.first_position, answer.last_position, answer.version), (1, 1, 1));
        let event = &log.read(0, 10).await.unwrap()[0];
        assert_eq!((event.stream.as_str(), event.kind.as_str()), ("case/1", "accepted"));
        assert_eq!((event.actor.as_str(), event.on_behalf_of.as_str()), ("王", "agency"));
        assert_eq!((event.principal.as_str(), event.key.as_str()), ("clerk", "k1"));
        assert_eq!((event.payload.as_slice(), event.epoch), (b"k1".as_slice(), 1));
        assert_eq!(log.stream("case/1", 0).await.unwrap(), log.read(0, 10).await.unwrap());
        assert_eq!(log.stream("case/1", 1).await.unwrap(), []);
        assert_eq!(log.stream("case/2", 0).await.unwrap(), []);
        assert_eq!(log.head().await.unwrap().hash, event.hash);
        log.close().await;
    }
}

#[tokio::test]
async fn of_sixteen_writers_on_one_stream_one_wins_each_version() {
    for world in World::both().await {
        let log = world.open().await;
        for version in 0..10 {
            let rivals =
                (0..16).map(|rival| command(&format!("{version}-{rival}"), "case/1", version));
            let outcomes = together(&log, rivals.collect()).await;
            let won = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
            let lost = Err(AppendError::Conflict { actual: version + 1 });
            assert_eq!(won, 1, "{}", world.backend);
            assert_eq!(outcomes.iter().filter(|outcome| **outcome == lost).count(), 15);
        }
        let versions: Vec<_> =
            log.stream("case/1", 0).await.unwrap().iter().map(|event| event.version).collect();
        assert_eq!(versions, (1..=10).collect::<Vec<_>>());
        log.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn positions_have_no_gap_whoever_writes() {
    for world in World::both().await {
        let logs = match world.backend {
            // Two processes share a PostgreSQL log.
            "postgres" => vec![world.open().await, world.open().await],
            _ => vec![world.open().await],
        };
        let writers = (0..8).map(|writer| {
            let log = logs[writer % logs.len()].clone();
            tokio::spawn(async move {
                for version in 0..25 {
                    let mut command = command(
                        &format!("{writer}-{version}"),
                        &format!("case/{writer}"),
                        version * 2,
                    );
                    command.events.push(event("second", b""));
                    committed(log.append(command).await.unwrap());
                    // A refused command leaves no hole.
                    let refused =
                        self::command(&format!("{writer}-{version}-late"), "case/0", 9_999);
                    log.append(refused).await.unwrap_err();
                }
            })
        });
        for writer in writers.collect::<Vec<_>>() {
            writer.await.unwrap();
        }
        let positions: Vec<_> =
            logs[0].read(0, 1_000).await.unwrap().iter().map(|event| event.position).collect();
        assert_eq!(positions, (1..=400).collect::<Vec<_>>(), "{}", world.backend);
        logs[0].verify(None).await.unwrap();
        for log in logs {
            log.close().await;
        }
    }
}

#[tokio::test]
async fn a_key_gives_the_same_answer_for_ever_and_no_other_request_gets_it() {
    for world in World::both().await {
        let log = world.open().await;
        let first = committed(log.append(command("k", "case/1", 0)).await.unwrap());
        committed(log.append(command("next", "case/1", 1)).await.unwrap());
        let repeated = Ok(Appended::Repeated(first.clone()));
        assert_eq!(log.append(command("k", "case/1", 0)).await, repeated);
        // The repetition may have been decided anew on a later state; the first answer stands.
        let mut anew = command("k", "case/1", 2);
        anew.answer = b"another".to_vec();
        assert_eq!(log.append(anew).await, repeated);
        let other = Command { fingerprint: fingerprint("other"), ..command("k", "case/1", 2) };
        assert_eq!(log.append(other.clone()).await, Err(AppendError::KeyReused));
        // The key belongs to its principal.
        committed(
            log.append(Command { principal: "other".into(), ..other.clone() }).await.unwrap(),
        );
        log.close().await;

        let log = world.open().await;
        assert_eq!(log.append(command("k", "case/1", 0)).await, repeated, "after reopening");
        assert_eq!(log.append(other).await, Err(AppendError::KeyReused));
        let known = log.find("clerk", "k").await.unwrap().unwrap();
        assert_eq!((known.fingerprint, known.answer), (fingerprint("k"), first));
        assert_eq!(log.find("clerk", "never").await.unwrap(), None);
        assert_eq!(log.head().await.unwrap().position, 3);
        log.close().await;
    }
}

#[tokio::test]
async fn a_reserved_value_belongs_to_one_stream() {
    for world in World::both().await {
        let log = world.open().await;
        committed(
            log.append(reserving(command("k1", "case/1", 0), &["A", "B", "A"])).await.unwrap(),
        );
        let taken = |value: &str| {
            Err(AppendError::Reserved {
                kind: "code".into(),
                value: value.into(),
                stream: "case/1".into(),
            })
        };
        assert_eq!(
            log.append(reserving(command("k2", "case/2", 0), &["C", "B"])).await,
            taken("B")
        );
        // The refused command reserved nothing.
        committed(log.append(reserving(command("k3", "case/3", 0), &["C"])).await.unwrap());
        // A stream may name its own value again.
        committed(log.append(reserving(command("k4", "case/1", 1), &["A", "D"])).await.unwrap());
        assert_eq!(log.append(reserving(command("k5", "case/3", 1), &["D"])).await, taken("D"));
        log.verify(None).await.unwrap();
        log.close().await;
    }
}

#[tokio::test]
async fn commands_of_one_batch_see_each_other_and_fail_alone() {
    for world in World::both().await {
        let log = world.open().await;
        let reserved = AppendError::Reserved {
            kind: "code".into(),
            value: "A".into(),
            stream: "case/1".into(),
        };
        let outcomes = together(
            &log,
            vec![
                reserving(command("k1", "case/1", 0), &["A"]),
                command("k1", "case/1", 0),
                command("k2", "case/1", 0),
                command("k3", "case/1", 1),
                Command { fingerprint: fingerprint("other"), ..command("k3", "case/9", 0) },
                reserving(command("k4", "case/2", 0), &["A"]),
                reserving(command("k5", "case/2", 0), &["B"]),
                command("k6", "case/1", 2),
            ],
        )
        .await;
        let kinds: Vec<_> = outcomes
            .iter()
            .map(|outcome| match outcome {
                Ok(Appended::Committed(answer)) => {
                    format!("committed at {}", answer.first_position)
                }
                Ok(Appended::Repeated(answer)) => format!("repeated of {}", answer.first_position),
                Err(error) => error.to_string(),
            })
            .collect();
        assert_eq!(
            kinds,
            [
                "committed at 1".to_owned(),
                "repeated of 1".to_owned(),
                AppendError::Conflict { actual: 1 }.to_string(),
                "committed at 2".to_owned(),
                AppendError::KeyReused.to_string(),
                reserved.to_string(),
                "committed at 3".to_owned(),
                "committed at 4".to_owned(),
            ],
            "{}",
            world.backend
        );
        log.verify(None).await.unwrap();
        log.close().await;
    }
}

#[tokio::test]
async fn the_time_of_recording_never_runs_backward() {
    for world in World::both().await {
        let log = world.open().await;
        let moments = [0, 1, -3_600_000_000, -1, 2, -86_400_000_000];
        for (version, moment) in (0..).zip(moments) {
            world.clock.store(MORNING + moment, std::sync::atomic::Ordering::SeqCst);
            committed(
                log.append(command(&format!("k{version}"), "case/1", version)).await.unwrap(),
            );
        }
        let recorded: Vec<_> =
            log.read(0, 10).await.unwrap().iter().map(|event| event.recorded_at).collect();
        let expected =
            [0, 1, 1, 1, 2, 2].map(|moment| Timestamp::from_microsecond(MORNING + moment).unwrap());
        assert_eq!(recorded, expected, "{}", world.backend);
        log.close().await;
    }
}

#[tokio::test]
async fn a_clock_at_the_end_of_time_writes_nothing_that_cannot_be_read_back() {
    for world in World::both().await {
        let clock = std::sync::Arc::new(|| Timestamp::MAX);
        let log = eventlog::Log::open(&world.store, "planning", clock).await.unwrap();
        committed(log.append(command("k1", "case/1", 0)).await.unwrap());
        let event = &log.read(0, 10).await.unwrap()[0];
        assert_eq!(event.recorded_at.to_string(), "9999-12-30T22:00:00Z", "{}", world.backend);
        log.verify(None).await.unwrap();
        log.close().await;
    }
}

#[tokio::test]
async fn limits_are_refused_before_any_work_and_reached_without_harm() {
    for world in World::both().await {
        let log = world.open().await;
        let what = |outcome: Result<Appended, AppendError>| match outcome {
            Err(AppendError::TooLarge { what, .. }) => what,
            other => panic!("{other:?}"),
        };
        let long = "名".repeat(MAX_NAME_BYTES / 3) + "x";
        let with = |change: &dyn Fn(&mut Command)| {
            let mut changed = command("k", "case/1", 0);
            change(&mut changed);
            log.append(changed)
        };
        assert_eq!(
            what(with(&|c| c.events[0].payload = vec![0; MAX_PAYLOAD_BYTES + 1]).await),
            "payload"
        );
        assert_eq!(
            what(with(&|c| c.events = vec![event("e", b""); MAX_EVENTS + 1]).await),
            "events"
        );
        assert_eq!(what(with(&|c| c.answer = vec![0; MAX_COMMAND_BYTES]).await), "command");
        assert_eq!(what(with(&|c| c.key = long.clone() + "x").await), "key");
        assert_eq!(what(with(&|c| c.stream = long.clone() + "x").await), "stream");
        assert_eq!(what(with(&|c| c.events[0].kind = long.clone() + "x").await), "kind");
        for change in [
            &(|c: &mut Command| c.events.clear()) as &dyn Fn(&mut Command),
            &|c| c.key.clear(),
            &|c| c.stream.clear(),
            &|c| c.actor = "a\0b".into(),
        ] {
            assert!(matches!(with(change).await, Err(AppendError::Invalid(_))));
        }
        committed(with(&|c| c.events[0].payload = vec![7; MAX_PAYLOAD_BYTES]).await.unwrap());
        let many = with(&|c| {
            c.key = long.clone();
            c.stream = long.clone();
            c.actor.clear();
            c.events = vec![event("e", b""); MAX_EVENTS];
        });
        assert_eq!(committed(many.await.unwrap()).last_position, 1 + MAX_EVENTS as u64);
        log.verify(None).await.unwrap();
        log.close().await;
    }
}

#[tokio::test]
async fn whoever_stops_waiting_loses_nothing_and_leaves_no_half() {
    for world in World::both().await {
        let log = world.open().await;
        let mut acknowledged = Vec::new();
        for round in 0..200 {
            let key = format!("k{round}");
            let mut sent = command(&key, &format!("case/{round}"), 0);
            sent.events.push(event("second", b""));
            let (appending, reading) = (log.clone(), log.clone());
            let append = tokio::spawn(async move { appending.append(sent).await });
            let read = tokio::spawn(async move { reading.read(0, 1_000).await.map(drop) });
            for _ in 0..round % 7 {
                tokio::task::yield_now().await;
            }
            read.abort();
            if round % 3 != 0 {
                append.abort();
            }
            if let Ok(outcome) = append.await {
                committed(outcome.unwrap());
                acknowledged.push(key);
            }
        }
        committed(log.append(command("last", "case/last", 0)).await.unwrap());
        assert!(acknowledged.len() > 60);
        for key in &acknowledged {
            assert!(
                log.find("clerk", key).await.unwrap().is_some(),
                "{}: {key} is lost",
                world.backend
            );
        }
        let events = log.read(0, 1_000).await.unwrap();
        let halves = (0..200).filter(|round| {
            let key = format!("k{round}");
            events.iter().filter(|event| event.key == key).count() % 2 == 1
        });
        assert_eq!(halves.count(), 0);
        // Of those that nobody waited for, some were carried out all the same.
        assert!(events.len() > 2 * acknowledged.len() + 1, "{}: not exercised", world.backend);
        log.verify(None).await.unwrap();
        log.close().await;
    }
}

#[tokio::test]
async fn a_full_queue_says_so_at_once_and_one_principal_cannot_fill_it() {
    for world in World::both().await {
        let log =
            world.open_with(Options { queue: 4, per_principal: 100, ..Options::default() }).await;
        let commands = (0..10).map(|i| command(&format!("k{i}"), &format!("case/{i}"), 0));
        let outcomes = together(&log, commands.clone().collect()).await;
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 4);
        assert_eq!(
            outcomes.iter().filter(|outcome| **outcome == Err(AppendError::Busy)).count(),
            6
        );
        log.close().await;

        let log =
            world.open_with(Options { queue: 100, per_principal: 2, ..Options::default() }).await;
        let mut commands: Vec<_> =
            (0..5).map(|i| command(&format!("b{i}"), &format!("busy/{i}"), 0)).collect();
        commands.push(Command { principal: "other".into(), ..command("b9", "busy/9", 0) });
        let outcomes = together(&log, commands.clone()).await;
        let accepted: Vec<_> = outcomes.iter().map(Result::is_ok).collect();
        assert_eq!(accepted, [true, true, false, false, false, true], "{}", world.backend);
        // What was refused for being too much is welcome later.
        committed(log.append(commands.remove(4)).await.unwrap());
        log.close().await;
    }
}

#[tokio::test]
async fn a_closed_log_says_that_it_is_closed() {
    for world in World::both().await {
        let log = world.open().await;
        log.close().await;
        let refused = log.append(command("k", "case/1", 0)).await;
        assert!(matches!(refused, Err(AppendError::Unavailable(_))));
        log.read(0, 1).await.unwrap_err();
    }
}
