//! What survives when a process is killed: everything that was acknowledged, and nothing by halves.

use std::io::{BufRead, BufReader};
use std::process::{Command as Process, Stdio};
use std::sync::Arc;
use std::time::Duration;

use eventlog::testing::{Directory, Server};
use eventlog::{AppendError, Appended, Head, Log, OpenError, Store, verify_file};

use crate::opening::{postgres, run};
use crate::world::{World, command, committed, event};

/// How long a caller rests before it asks a server that is down again.
const REST: Duration = Duration::from_millis(20);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_server_loses_nothing_that_was_acknowledged_and_every_unknown_is_resolved_by_key()
{
    let server = Server::start(&["-k"], &[]).await.unwrap_or_else(|error| panic!("{error}"));
    let world = World { store: server.store().await.unwrap(), ..World::sqlite().await };
    let log = world.open().await;
    let stop = Arc::new(std::sync::atomic::AtomicBool::new(false));
    let writers: Vec<_> =
        (0..8).map(|writer| tokio::spawn(write_until(log.clone(), writer, stop.clone()))).collect();
    let mut reached = 0;
    for _ in 0..3 {
        log.watch().wait_for(|position| *position >= reached + 200).await.unwrap();
        server.kill();
        server.restart().await.unwrap();
        reached = log.head().await.unwrap().position;
    }
    log.watch().wait_for(|position| *position >= reached + 100).await.unwrap();
    stop.store(true, std::sync::atomic::Ordering::SeqCst);

    let mut acknowledged = 0;
    for writer in writers {
        acknowledged += writer.await.unwrap();
    }
    let report = log.verify(None).await.unwrap();
    assert_eq!(report.head.position, acknowledged * 2, "two events each, no more, no fewer");
    log.close().await;
}

/// Appends commands of two events to a stream of its own; says how many were acknowledged. Whatever is not
/// a clear answer is sent again under the same key, until it is one.
async fn write_until(log: Log, writer: u64, stop: Arc<std::sync::atomic::AtomicBool>) -> u64 {
    let mut done = 0;
    while !stop.load(std::sync::atomic::Ordering::SeqCst) {
        let key = format!("{writer}-{done}");
        let mut sent = command(&key, &format!("case/{writer}"), done * 2);
        sent.events.push(event("second", b""));
        let answer = loop {
            match log.append(sent.clone()).await {
                Ok(appended) => break appended.into_answer(),
                Err(AppendError::Unknown(_) | AppendError::Unavailable(_) | AppendError::Busy) => {
                    tokio::time::sleep(REST).await;
                }
                Err(refused) => panic!("{key}: {refused}"),
            }
        };
        assert_eq!(answer.version, done * 2 + 2);
        done += 1;
    }
    for index in 0..done {
        let known = log.find("clerk", &format!("{writer}-{index}")).await.unwrap();
        assert_eq!(known.unwrap().answer.version, index * 2 + 2);
    }
    done
}

#[tokio::test]
async fn a_stranger_who_holds_the_head_delays_and_does_not_deceive() {
    let world = World::postgres().await;
    let log = world.open().await;
    let Store::Postgres { url } = &world.store else { unreachable!() };
    let mut stranger = postgres(url).await;
    run(&mut stranger, "begin; select 1 from planning.head for update").await.unwrap();
    let waited = log.append(command("k1", "case/1", 0)).await;
    assert!(matches!(waited, Err(AppendError::Unavailable(_))), "{waited:?}");
    assert_eq!(log.find("clerk", "k1").await.unwrap(), None);
    run(&mut stranger, "rollback").await.unwrap();
    committed(log.append(command("k1", "case/1", 0)).await.unwrap());
    log.close().await;
}

#[tokio::test]
async fn a_session_that_is_left_in_a_transaction_can_append_nothing() {
    let world = World::postgres().await;
    world.open().await.close().await;
    let Store::Postgres { url } = &world.store else { unreachable!() };
    let call = "call planning.append(1, '{s}', '{p}', '{k}', '{}', '{}', '{1}', '{1}', array[sha256('')],
                    '{a}', '{b}', '{0}', array['\\x00'::bytea], '{1}', '{kind}', array['\\x01'::bytea],
                    '{0}', '{}', null, null, null, null, null, null, null)";
    let mut poisoned = postgres(url).await;
    run(&mut poisoned, "set search_path to planning").await.unwrap();
    run(&mut poisoned, "begin").await.unwrap();
    let error = run(&mut poisoned, call).await.unwrap_err();
    assert_eq!(error.as_database_error().unwrap().code().unwrap(), "2D000");
    run(&mut poisoned, "rollback").await.unwrap();

    let log = world.open().await;
    assert_eq!(log.head().await.unwrap().position, 0);
    // The same call in a clean session is good.
    run(&mut poisoned, call).await.unwrap();
    assert_eq!(log.verify(None).await.unwrap().head.position, 1);
    log.close().await;
}

#[tokio::test]
async fn an_append_session_that_was_ended_by_an_operator_is_replaced_unnoticed() {
    let world = World::postgres().await;
    let log = world.open().await;
    committed(log.append(command("k1", "case/1", 0)).await.unwrap());
    let Store::Postgres { url } = &world.store else { unreachable!() };
    let mut admin = postgres(url).await;
    run(
        &mut admin,
        "select pg_terminate_backend(pid) from pg_stat_activity
          where application_name = 'tongban-planning' and datname = current_database()",
    )
    .await
    .unwrap();
    committed(log.append(command("k2", "case/1", 1)).await.unwrap());
    log.verify(None).await.unwrap();
    log.close().await;
}

/// Set for the child process of the next test, which never returns by itself.
const CHILD: &str = "EVENTLOG_TEST_CHILD_DIRECTORY";

#[tokio::test]
#[ignore = "is the child process of the next test"]
async fn child_that_writes_until_it_is_killed() {
    let Some(directory) = std::env::var_os(CHILD) else { return };
    let store = Store::Sqlite { directory: directory.into() };
    let log = Log::open(&store, "planning", World::sqlite().await.clock()).await.unwrap();
    for version in 0.. {
        let mut sent = command(&format!("k{version}"), "case/1", version * 2);
        sent.events.push(event("second", &[0; 8_000]));
        committed(log.append(sent).await.unwrap());
        println!("acknowledged {version}");
    }
}

#[tokio::test]
async fn a_killed_process_loses_nothing_that_its_file_had_acknowledged() {
    let directory = Directory::new().unwrap();
    let mut child = Process::new(std::env::current_exe().unwrap())
        .args([
            "crashing::child_that_writes_until_it_is_killed",
            "--exact",
            "--ignored",
            "--nocapture",
        ])
        .env(CHILD, directory.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let mut acknowledged = Vec::new();
    for line in lines {
        if let Some(version) = line.strip_prefix("acknowledged ") {
            acknowledged.push(version.parse::<u64>().unwrap());
        }
        if acknowledged.len() == 1 {
            let second =
                Log::open(&directory.store(), "planning", World::sqlite().await.clock()).await;
            assert!(matches!(second, Err(OpenError::InUse(_))), "another process has it");
        }
        // Far enough for SQLite to have moved its journal into the file at least once.
        if acknowledged.len() == 150 {
            child.kill().unwrap();
        }
    }
    child.wait().unwrap();
    assert!(acknowledged.len() >= 150);

    let path = directory.path().join("planning.sqlite");
    assert!(
        std::fs::metadata(path.with_extension("sqlite-wal")).unwrap().len() > 0,
        "not exercised"
    );
    let crashed = verify_file(&path, None).await.unwrap().head;
    let log =
        Log::open(&directory.store(), "planning", World::sqlite().await.clock()).await.unwrap();
    let events = log.stream("case/1", 0).await.unwrap().len() as u64;
    assert_eq!(events % 2, 0, "no half command");
    assert!(events >= acknowledged.len() as u64 * 2);
    assert_eq!(log.verify(Some(crashed)).await.unwrap().head.position, events);
    for version in acknowledged {
        assert!(log.find("clerk", &format!("k{version}")).await.unwrap().is_some());
    }
    committed(log.append(command("after", "case/1", events)).await.unwrap());
    log.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_copied_in_the_middle_of_writing_opens_with_whole_commands() {
    let world = World::sqlite().await;
    let Store::Sqlite { directory } = &world.store else { unreachable!() };
    let log = world.open().await;
    // So few pages that SQLite does not begin a new journal meanwhile.
    let writer = {
        let log = log.clone();
        tokio::spawn(async move {
            for version in 0..60 {
                let mut sent = command(&format!("k{version}"), "case/1", version * 2);
                sent.events.push(event("second", &[7; 500]));
                committed(log.append(sent).await.unwrap());
            }
        })
    };
    for step in 1..6 {
        let before: Head = {
            log.watch().wait_for(|position| *position >= step * 20).await.unwrap();
            log.head().await.unwrap()
        };
        let copy = Directory::new().unwrap();
        for file in ["planning.sqlite", "planning.sqlite-wal"] {
            std::fs::copy(directory.join(file), copy.path().join(file)).unwrap();
        }
        let reopened = Log::open(&copy.store(), "planning", world.clock()).await.unwrap();
        let head = reopened.verify(Some(before)).await.unwrap().head;
        assert_eq!(head.position % 2, 0, "no half command");
        let answer = reopened.append(command("on", "case/1", head.position)).await.unwrap();
        assert!(matches!(answer, Appended::Committed(_)));
        reopened.close().await;
    }
    writer.await.unwrap();
    log.close().await;
}
