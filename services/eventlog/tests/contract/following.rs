//! Folds that are kept current, and commands that are decided on them.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use eventlog::{
    AppendError, Decision, Done, ExecuteError, Live, Log, MAX_EVENTS, Malformed, Recorded, Request,
};

use crate::network::{until, within};
use crate::world::{World, command, committed, event, fingerprint};

/// Streams with their versions and the kinds of their events.
type Streams = BTreeMap<String, Vec<String>>;

fn fold(streams: &mut Streams, event: &Recorded) -> Result<(), Malformed> {
    if event.payload == b"malformed" {
        return Err(Malformed("payload".into()));
    }
    assert_ne!(event.payload, b"panic", "the fold is broken");
    streams.entry(event.stream.clone()).or_default().push(event.kind.clone());
    Ok(())
}

fn follow(log: &Log) -> Live<Streams> {
    Live::follow(log.clone(), Streams::new(), fold)
}

fn request(key: &str) -> Request {
    Request {
        principal: "clerk".into(),
        key: key.into(),
        fingerprint: fingerprint(key),
        actor: "王".into(),
        on_behalf_of: String::new(),
    }
}

#[derive(Debug, PartialEq)]
struct Full;

/// One more event on the stream, until it has `limit`.
fn one_more(stream: &str, limit: usize) -> impl Fn(&Streams) -> Result<Decision, Full> {
    let stream = stream.to_owned();
    move |streams| {
        let version = streams.get(&stream).map_or(0, Vec::len);
        if version >= limit {
            return Err(Full);
        }
        Ok(Decision {
            stream: stream.clone(),
            expected_version: version as u64,
            events: vec![event("counted", b"")],
            reservations: Vec::new(),
            answer: format!("number {}", version + 1).into_bytes(),
        })
    }
}

#[tokio::test]
async fn a_fold_catches_up_and_then_follows() {
    for world in World::both().await {
        let log = world.open().await;
        for version in 0..3 {
            log.append(command(&format!("k{version}"), "case/1", version)).await.unwrap();
        }
        let live = follow(&log);
        live.reached(3).await.unwrap();
        assert_eq!(
            live.read(|streams, position| (streams["case/1"].len(), position)).unwrap(),
            (3, 3)
        );
        log.append(command("k3", "case/2", 0)).await.unwrap();
        live.reached(4).await.unwrap();
        assert_eq!(live.read(|streams, _| streams.len()).unwrap(), 2);
        assert_eq!(live.position(), 4);
        log.close().await;
    }
}

#[tokio::test]
async fn another_process_on_the_same_server_is_followed_too() {
    let world = World::postgres().await;
    let (ours, theirs) = (world.open().await, world.open().await);
    let live = follow(&ours);
    theirs.append(command("k", "case/1", 0)).await.unwrap();
    live.reached(1).await.unwrap();
    assert_eq!(*ours.watch().borrow(), 1);
    ours.close().await;
    theirs.close().await;
}

#[tokio::test]
async fn a_malformed_event_stops_the_fold_and_everybody_who_asks_is_told_where() {
    for (payload, reason) in [(b"malformed".as_slice(), "payload"), (b"panic", "the fold panicked")]
    {
        let world = World::sqlite().await;
        let log = world.open().await;
        let live = follow(&log);
        let waiting = {
            let live = live.clone();
            tokio::spawn(async move { live.reached(9).await })
        };
        let mut bad = command("k1", "case/1", 0);
        bad.events.push(event("bad", payload));
        log.append(bad).await.unwrap();
        let stopped = waiting.await.unwrap().unwrap_err();
        assert_eq!((stopped.log.as_str(), stopped.reason.as_str()), ("planning", reason));
        if reason == "payload" {
            assert_eq!(stopped.position, 2);
        }
        assert_eq!(live.read(|_, _| ()).unwrap_err(), stopped);
        assert_eq!(live.reached(1).await.unwrap_err(), stopped);
        let refused = live.execute(&log, &request("k2"), one_more("case/2", 1)).await;
        assert!(matches!(refused, Err(ExecuteError::Stopped(_))));
        assert_eq!(log.head().await.unwrap().position, 2, "nothing was decided on a stopped fold");
        log.close().await;
    }
}

#[tokio::test]
async fn a_stopped_fold_still_tells_what_it_knew_by_whole_commands_as_if_it_had_met_nothing_else() {
    /// It spoils the state before it refuses.
    fn spoiling(streams: &mut Streams, event: &Recorded) -> Result<(), Malformed> {
        if event.payload == b"malformed" {
            streams.clear();
        }
        fold(streams, event)
    }
    for world in World::both().await {
        let log = world.open().await;
        log.append(command("k1", "case/1", 0)).await.unwrap();
        log.append(command("k2", "case/1", 1)).await.unwrap();
        let mut bad = command("k3", "case/1", 2);
        bad.events.push(event("bad", b"malformed"));
        log.append(bad).await.unwrap();
        log.append(command("k4", "case/2", 0)).await.unwrap();
        let live = Live::follow(log.clone(), Streams::new(), spoiling);
        let stopped = live.stopped().await;
        let refused = log.read(3, 1).await.unwrap().remove(0);
        assert_eq!((stopped.position, stopped.since), (4, Some(refused.recorded_at)));
        live.reached(2).await.unwrap();
        let (known, why) = live.read_known(|streams, at| (streams.clone(), at)).unwrap();
        let two = vec!["accepted".to_owned(), "accepted".to_owned()];
        assert_eq!(known, (Streams::from([("case/1".to_owned(), two)]), 2));
        assert_eq!(why, Some(stopped.clone()));
        assert_eq!(live.reached(3).await.unwrap_err(), stopped);
        assert_eq!(live.read(|_, _| ()).unwrap_err(), stopped);
        log.close().await;
    }
}

/// A fold that takes the first event once: when it is folded again, it is refused.
#[tokio::test]
async fn a_fold_whose_state_before_the_stop_is_not_to_be_had_says_so_to_everybody_at_once() {
    static TAKEN: AtomicU32 = AtomicU32::new(0);
    fn once(streams: &mut Streams, event: &Recorded) -> Result<(), Malformed> {
        if event.position == 1 && TAKEN.fetch_add(1, Ordering::SeqCst) > 0 {
            return Err(Malformed("taken already".into()));
        }
        fold(streams, event)
    }
    let world = World::sqlite().await;
    let log = world.open().await;
    log.append(command("k1", "case/1", 0)).await.unwrap();
    let live = Live::follow(log.clone(), Streams::new(), once);
    live.reached(1).await.unwrap();
    let mut bad = command("k2", "case/1", 1);
    bad.events = vec![event("bad", b"malformed")];
    log.append(bad).await.unwrap();
    let stopped = within("the stop is told", live.stopped()).await;
    assert_eq!((stopped.position, stopped.since.is_some()), (2, true));
    let lost = until("the state is lost", || async {
        match live.reached(1).await {
            Ok(()) => Err(()),
            Err(lost) => Ok(lost),
        }
    })
    .await;
    assert_eq!(lost.position, 2);
    assert!(lost.reason.contains("payload") && lost.reason.contains("taken already"), "{lost}");
    for position in [0, 1, 2, 99] {
        assert_eq!(within("an answer", live.reached(position)).await.unwrap_err(), lost);
    }
    assert_eq!(within("an answer", live.stopped()).await, lost);
    assert_eq!(live.read(|_, _| ()).unwrap_err(), lost);
    assert_eq!(live.read_known(|_, _| ()).unwrap_err(), lost);
    within("nobody waits for it", live.caught_up()).await.unwrap();
    log.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fold_that_cannot_be_folded_again_from_a_closed_log_gives_up() {
    static BEGUN: AtomicBool = AtomicBool::new(false);
    static CLOSED: AtomicBool = AtomicBool::new(false);
    /// It refuses the last event once the log is closed.
    fn waiting(streams: &mut Streams, event: &Recorded) -> Result<(), Malformed> {
        while event.payload == b"malformed" && !CLOSED.load(Ordering::SeqCst) {
            BEGUN.store(true, Ordering::SeqCst);
            // The closing waits for what this thread has still to do, so somebody else does it.
            tokio::task::block_in_place(|| std::thread::sleep(Duration::from_millis(5)));
        }
        fold(streams, event)
    }
    let world = World::sqlite().await;
    let log = world.open().await;
    log.append(command("k1", "case/1", 0)).await.unwrap();
    let mut bad = command("k2", "case/1", 1);
    bad.events = vec![event("bad", b"malformed")];
    log.append(bad).await.unwrap();
    let live = Live::follow(log.clone(), Streams::new(), waiting);
    until("the fold is at it", || async {
        if BEGUN.load(Ordering::SeqCst) { Ok(()) } else { Err(()) }
    })
    .await;
    log.close().await;
    CLOSED.store(true, Ordering::SeqCst);
    let lost = within("it gives up", live.reached(1)).await.unwrap_err();
    assert_eq!(lost.position, 2);
    assert!(lost.reason.contains("the log was closed"), "{lost}");
}

#[tokio::test]
async fn nobody_ever_sees_half_a_command() {
    let world = World::sqlite().await;
    let log = world.open().await;
    // Pages of MAX_EVENTS cut the third and fourth of these commands in two.
    for (version, events) in (0..).zip([1, MAX_EVENTS - 300, MAX_EVENTS, MAX_EVENTS / 2, 7]) {
        let mut sent = command(&format!("k{version}"), &format!("case/{version}"), 0);
        sent.events = vec![event("counted", b""); events];
        committed(log.append(sent).await.unwrap());
    }
    /// Lengths of the streams at every position that was ever visible would need a hook; so the fold
    /// itself notes how many events it was given under one lock, by looking at what came before.
    static SEEN: AtomicU32 = AtomicU32::new(0);
    fn count(seen: &mut Vec<u64>, event: &Recorded) -> Result<(), Malformed> {
        SEEN.fetch_add(1, Ordering::SeqCst);
        seen.push(event.position);
        Ok(())
    }
    let live: Live<Vec<u64>> = Live::follow(log.clone(), Vec::new(), count);
    let ends: Vec<u64> = [1, 701, 1_701, 2_201, 2_208].into();
    let mut visible = Vec::new();
    while live.position() < 2_208 {
        live.reached(live.position() + 1).await.unwrap();
        visible.push(
            live.read(|seen, position| {
                assert_eq!(seen.len() as u64, position);
                position
            })
            .unwrap(),
        );
    }
    assert!(visible.iter().all(|position| ends.contains(position)), "{visible:?}");
    assert_eq!(SEEN.load(Ordering::SeqCst), 2_208);
    log.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn commands_are_decided_anew_until_they_fit() {
    for world in World::both().await {
        let log = world.open().await;
        let live = follow(&log);
        let rivals: Vec<_> = (0..4)
            .map(|rival| {
                let (log, live) = (log.clone(), live.clone());
                tokio::spawn(async move {
                    live.execute(&log, &request(&format!("k{rival}")), one_more("case/1", 3)).await
                })
            })
            .collect();
        let mut answers = Vec::new();
        let mut refused = 0;
        for rival in rivals {
            match rival.await.unwrap() {
                Ok(done) => {
                    assert!(live.position() >= done.position, "the state shows what was answered");
                    answers.push(String::from_utf8(done.answer).unwrap());
                }
                Err(ExecuteError::Refused(Full)) => refused += 1,
                Err(other) => panic!("{other}"),
            }
        }
        answers.sort();
        assert_eq!(answers, ["number 1", "number 2", "number 3"], "{}", world.backend);
        assert_eq!(refused, 1);
        log.close().await;
    }
}

#[tokio::test]
async fn a_repeated_request_is_answered_as_the_first_time_even_if_it_would_now_be_refused() {
    for world in World::both().await {
        let log = world.open().await;
        let live = follow(&log);
        let first = live.execute(&log, &request("k1"), one_more("case/1", 1)).await.unwrap();
        assert_eq!(first, Done { answer: b"number 1".to_vec(), position: 1, repeated: false });
        let again = live.execute(&log, &request("k1"), one_more("case/1", 1)).await.unwrap();
        assert_eq!(again, Done { repeated: true, ..first });
        let refused = live.execute(&log, &request("k2"), one_more("case/1", 1)).await;
        assert!(matches!(refused, Err(ExecuteError::Refused(Full))));
        let reused = Request { fingerprint: fingerprint("other"), ..request("k1") };
        let reused = live.execute(&log, &reused, one_more("case/1", 9)).await;
        assert!(matches!(reused, Err(ExecuteError::Append(AppendError::KeyReused))));
        // A refusal leaves no trace: the key is free.
        let later = live.execute(&log, &request("k2"), one_more("case/1", 2)).await.unwrap();
        assert_eq!((later.answer.as_slice(), later.repeated), (b"number 2".as_slice(), false));
        log.close().await;
    }
}

#[tokio::test]
async fn a_refusal_is_never_older_than_the_log() {
    let world = World::postgres().await;
    let (ours, theirs) = (world.open().await, world.open().await);
    let live = follow(&ours);
    live.execute(&ours, &request("k1"), one_more("case/1", 9)).await.unwrap();
    theirs.append(command("k2", "case/2", 0)).await.unwrap();
    // Our fold has not been told of case/2 yet; it is asked for before the refusal is given.
    let decide = |streams: &Streams| {
        if streams.contains_key("case/2") { one_more("case/2", 9)(streams) } else { Err(Full) }
    };
    let done = live.execute(&ours, &request("k3"), decide).await.unwrap();
    assert_eq!(done.answer, b"number 2");
    ours.close().await;
    theirs.close().await;
}

#[tokio::test]
async fn a_decision_without_events_writes_nothing() {
    let world = World::sqlite().await;
    let log = world.open().await;
    let live = follow(&log);
    let nothing = |_: &Streams| {
        Ok::<_, Full>(Decision {
            events: Vec::new(),
            answer: b"as it was".to_vec(),
            ..one_more("s", 1)(&Streams::new())?
        })
    };
    let done = live.execute(&log, &request("k1"), nothing).await.unwrap();
    assert_eq!(done, Done { answer: b"as it was".to_vec(), position: 0, repeated: false });
    assert_eq!(log.head().await.unwrap().position, 0);
    log.close().await;
}

#[tokio::test]
async fn a_fold_of_a_closed_log_says_so() {
    let world = World::sqlite().await;
    let log = world.open().await;
    log.append(command("k1", "case/1", 0)).await.unwrap();
    log.close().await;
    let stopped = follow(&log).reached(1).await.unwrap_err();
    assert_eq!(stopped.reason, "the log was closed");
}

/// Handlers of requests run on any thread.
#[allow(dead_code, reason = "it is checked by being compiled")]
fn everything_may_be_sent(world: &World, log: &Log, live: &Live<Streams>) {
    fn sent<T: Send>(_: T) {}
    sent(Log::open(&world.store, "planning", world.clock()));
    sent(eventlog::verify_file(std::path::Path::new("planning.sqlite"), None));
    sent(log.append(command("k", "s", 0)));
    sent(log.find("p", "k"));
    sent(log.stream("s", 0));
    sent(log.read(0, 1));
    sent(log.head());
    sent(log.verify(None));
    sent(log.close());
    sent(live.reached(1));
    sent(async { live.execute(log, &request("k"), |_: &Streams| Err(Full)).await });
}
