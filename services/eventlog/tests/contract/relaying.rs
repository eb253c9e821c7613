//! The relay: whatever happens to the broker, its stream becomes the log again.

use std::time::{Duration, Instant};

use async_nats::jetstream::{self, stream::Stream};
use eventlog::testing::Nats;
use eventlog::{Log, Relay, Relayed};

use crate::network::{BOUND, broker, grow, until, within};
use crate::world::World;

/// A client of one's own, as a person with a console has it.
async fn console(nats: &Nats) -> jetstream::Context {
    jetstream::new(async_nats::connect(nats.url()).await.unwrap())
}

pub async fn relayed(relay: &Relay, position: u64) {
    let mut state = relay.relayed();
    let upto = state.wait_for(|relayed| *relayed == Relayed::UpTo(position));
    within(&format!("everything up to {position} is relayed"), upto).await.unwrap();
}

/// The stream holds exactly the log: sequence by sequence the event at that position.
pub async fn is_the_log(nats: &Nats, log: &Log) {
    let console = console(nats).await;
    let stream = until("the stream is there", || console.get_stream("tongban-planning")).await;
    let state = stream.get_info().await.unwrap().state;
    let head = log.head().await.unwrap().position;
    assert_eq!((state.messages, state.last_sequence), (head, head));
    let mut position = 0;
    while position < head {
        for event in log.read(position, 500).await.unwrap() {
            position += 1;
            let message = stream.get_raw_message(position).await.unwrap();
            let id: String = event.hash.iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(message.headers.get("Nats-Msg-Id").unwrap().as_str(), id);
            assert_eq!(message.payload.as_ref(), event.payload.as_slice());
        }
    }
}

async fn stream(nats: &Nats) -> Stream {
    let console = console(nats).await;
    until("the stream is there", || console.get_stream("tongban-planning")).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sequence_is_position_and_headers_say_what_an_event_is() {
    let (world, nats) = (World::sqlite().await, Nats::start().await.unwrap());
    let log = world.open().await;
    grow(&log, 130).await;
    let relay = Relay::start(log.clone(), broker(&nats).await);
    relayed(&relay, 130).await;
    grow(&log, 1).await;
    relayed(&relay, 131).await;
    is_the_log(&nats, &log).await;

    let message = stream(&nats).await.get_raw_message(131).await.unwrap();
    assert_eq!(message.subject.as_str(), "tongban.planning.noted.P130");
    let header = |name: &str| message.headers.get(name).unwrap().as_str().to_owned();
    assert_eq!(header("Nats-Expected-Last-Sequence"), "130");
    assert_eq!(header("Nats-Expected-Stream"), "tongban-planning");
    assert_eq!(header("ce-specversion"), "1.0");
    assert_eq!(header("ce-id"), header("Nats-Msg-Id"));
    assert_eq!(header("ce-source"), "/tongban/planning");
    assert_eq!(header("ce-type"), "tongban.planning.noted");
    assert_eq!(header("ce-subject"), "planning/P130");
    assert_eq!(header("ce-time"), "2026-03-02T01:00:00Z");
    assert_eq!(header("ce-sequence"), "131");

    // Nobody can take messages out of it one by one.
    let stream = stream(&nats).await;
    assert!(stream.purge().await.is_err(), "a purge is refused");
    assert!(stream.delete_message(5).await.is_err(), "and so is deleting a message");
    log.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_relays_of_two_processes_tell_each_event_once() {
    let (world, nats) = (World::postgres().await, Nats::start().await.unwrap());
    let (ours, theirs) = (world.open().await, world.open().await);
    let relays = [
        Relay::start(ours.clone(), broker(&nats).await),
        Relay::start(theirs.clone(), broker(&nats).await),
    ];
    let growing = async {
        for _ in 0..20 {
            grow(&ours, 37).await;
            grow(&theirs, 5).await;
        }
    };
    growing.await;
    for relay in &relays {
        relayed(relay, 20 * 42).await;
    }
    is_the_log(&nats, &ours).await;
    ours.close().await;
    theirs.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broker_that_was_killed_wiped_or_robbed_of_its_stream_heals() {
    let (world, nats) = (World::sqlite().await, Nats::start().await.unwrap());
    let log = world.open().await;
    let relay = Relay::start(log.clone(), broker(&nats).await);
    grow(&log, 300).await;
    relayed(&relay, 300).await;

    nats.kill();
    grow(&log, 40).await;
    nats.restart().await.unwrap();
    relayed(&relay, 340).await;
    is_the_log(&nats, &log).await;

    nats.kill();
    nats.wipe().unwrap();
    nats.restart().await.unwrap();
    grow(&log, 1).await;
    relayed(&relay, 341).await;
    is_the_log(&nats, &log).await;

    // The end of its file is lost, and the server believes what is left: its sequence falls.
    nats.kill();
    cut_in_half(&nats.store());
    nats.restart().await.unwrap();
    let fallen = stream(&nats).await.cached_info().state.last_sequence;
    println!("the sequence fell to {fallen}");
    grow(&log, 1).await;
    relayed(&relay, 342).await;
    is_the_log(&nats, &log).await;

    // While nothing is appended, looking each second finds it.
    console(&nats).await.delete_stream("tongban-planning").await.unwrap();
    until("it has its messages again", || async {
        let console = console(&nats).await;
        let found = console.get_stream("tongban-planning").await.map_err(drop)?;
        let state = found.cached_info().state.clone();
        if state.messages == 342 { Ok(()) } else { Err(()) }
    })
    .await;
    is_the_log(&nats, &log).await;
    log.close().await;
}

/// Cuts the messages' files in half and removes the indexes beside them.
fn cut_in_half(store: &std::path::Path) {
    for entry in std::fs::read_dir(store).unwrap() {
        let path = entry.unwrap().path();
        let is = |extension: &str| path.extension().is_some_and(|found| found == extension);
        if path.is_dir() {
            cut_in_half(&path);
        } else if is("blk") {
            let file = std::fs::File::options().write(true).open(&path).unwrap();
            file.set_len(file.metadata().unwrap().len() / 2).unwrap();
        } else if is("idx") || is("fss") || is("db") {
            std::fs::remove_file(&path).unwrap();
        }
    }
}

/// As a store whose last block was cut off shows itself: the sequence falls and its numbers are used again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_truncated_stream_gets_its_tail_again_and_reused_numbers_are_found_out() {
    let (world, nats) = (World::sqlite().await, Nats::start().await.unwrap());
    let log = world.open().await;
    grow(&log, 300).await;
    {
        let relay = Relay::start(log.clone(), broker(&nats).await);
        relayed(&relay, 300).await;
    }
    let kept = copy(&nats, 200).await;
    let console = console(&nats).await;
    let rebuild = |count: usize, foreign: bool| {
        let (console, kept) = (console.clone(), &kept);
        async move {
            let config = console.get_stream("tongban-planning").await.unwrap();
            let config = config.cached_info().config.clone();
            console.delete_stream("tongban-planning").await.unwrap();
            console.create_stream(config).await.unwrap();
            for (subject, headers, body) in kept.iter().take(count).cloned() {
                let sent = console.publish_with_headers(subject, headers, body.into());
                sent.await.unwrap().await.unwrap();
            }
            if foreign {
                let sent = console.publish("tongban.planning.noted.P9", "foreign".into());
                sent.await.unwrap().await.unwrap();
            }
        }
    };
    for (count, foreign) in [(200, false), (150, true), (0, true)] {
        rebuild(count, foreign).await;
        let relay = Relay::start(log.clone(), broker(&nats).await);
        relayed(&relay, 300).await;
        is_the_log(&nats, &log).await;
    }
    log.close().await;
}

type Message = (String, async_nats::HeaderMap, Vec<u8>);

/// The first messages of the stream as they are.
async fn copy(nats: &Nats, count: u64) -> Vec<Message> {
    let stream = stream(nats).await;
    let mut copied = Vec::new();
    for sequence in 1..=count {
        let message = stream.get_raw_message(sequence).await.unwrap();
        copied.push((message.subject.to_string(), message.headers, message.payload.to_vec()));
    }
    copied
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broker_ahead_of_the_log_stops_the_relay_and_nothing_is_deleted() {
    let (world, nats) = (World::sqlite().await, Nats::start().await.unwrap());
    let log = world.open().await;
    grow(&log, 10).await;
    let relay = Relay::start(log.clone(), broker(&nats).await);
    relayed(&relay, 10).await;
    let console = console(&nats).await;
    for _ in 0..2 {
        let sent = console.publish("tongban.planning.noted.P9", "foreign".into());
        sent.await.unwrap().await.unwrap();
    }
    let ahead = Relayed::Ahead { broker: 12, log: 10 };
    let mut state = relay.relayed();
    within("the alarm", state.wait_for(|state| *state == ahead)).await.unwrap();
    grow(&log, 1).await;
    let ahead = Relayed::Ahead { broker: 12, log: 11 };
    within("still ahead", state.wait_for(|state| *state == ahead)).await.unwrap();
    assert_eq!(stream(&nats).await.cached_info().state.messages, 12, "nothing was deleted");
    // The log has grown past it: now it is plain which of the two is wrong.
    grow(&log, 1).await;
    relayed(&relay, 12).await;
    is_the_log(&nats, &log).await;
    log.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sequences_go_on_when_old_messages_were_dropped() {
    let (world, nats) = (World::sqlite().await, Nats::start().await.unwrap());
    let log = world.open().await;
    let mut options = eventlog::BrokerOptions::new(nats.url());
    options.max_age = Duration::from_millis(1_500);
    options.max_bytes = 1 << 20;
    let broker = eventlog::Broker::connect(options).await.unwrap();
    let relay = Relay::start(log.clone(), broker);
    grow(&log, 20).await;
    relayed(&relay, 20).await;
    until("all are dropped for their age", || async {
        let state = stream(&nats).await.cached_info().state.clone();
        if state.messages == 0 { Ok(()) } else { Err(()) }
    })
    .await;
    grow(&log, 3).await;
    relayed(&relay, 23).await;
    let state = stream(&nats).await.cached_info().state.clone();
    assert_eq!((state.first_sequence, state.last_sequence), (21, 23));
    log.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_events_are_told_again_after_a_wipe() {
    let (world, nats) = (World::sqlite().await, Nats::start().await.unwrap());
    let log = world.open().await;
    grow(&log, 10_000).await;
    let relay = Relay::start(log.clone(), broker(&nats).await);
    relayed(&relay, 10_000).await;
    nats.kill();
    nats.wipe().unwrap();
    let begun = Instant::now();
    nats.restart().await.unwrap();
    until("all messages are there again", || async {
        let found = stream(&nats).await.cached_info().state.clone();
        if found.last_sequence == 10_000 { Ok(()) } else { Err(()) }
    })
    .await;
    let took = begun.elapsed();
    let limit = Duration::from_secs(10);
    println!("healed in {took:?}: {:.2} of the limit", took.as_secs_f64() / limit.as_secs_f64());
    assert!(took < BOUND);
    is_the_log(&nats, &log).await;
    log.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broker_that_asks_who_we_are_is_told() {
    let world = World::sqlite().await;
    let nats = Nats::guarded("tongban", "p@ss:w/rd%").await.unwrap();
    let log = world.open().await;
    grow(&log, 3).await;
    let options = |password: &str| {
        let mut options = eventlog::BrokerOptions::new(nats.url());
        options.user = Some(("tongban".to_owned(), password.to_owned()));
        options
    };
    let broker = eventlog::Broker::connect(options("another")).await.unwrap();
    let refused = Relay::start(log.clone(), broker);
    let broker = eventlog::Broker::connect(options("p@ss:w/rd%")).await.unwrap();
    let relay = Relay::start(log.clone(), broker);
    relayed(&relay, 3).await;
    // Let in, it would see within a second that everything is there already.
    let mut state = refused.relayed();
    let let_in = state.wait_for(|relayed| *relayed != Relayed::Waiting);
    let let_in = tokio::time::timeout(Duration::from_secs(3), let_in).await;
    assert!(let_in.is_err(), "another password was taken");
    log.close().await;
}

/// Each of three servers holds the stream, and none lags behind.
async fn three_copies(servers: &[Nats; 3], last: u64) {
    until("three servers hold the whole stream", || async {
        let console = async_nats::connect(urls(servers)).await.map_err(drop)?;
        let stream = jetstream::new(console).get_stream("tongban-planning").await.map_err(drop)?;
        let info = stream.cached_info();
        let cluster = info.cluster.as_ref().ok_or(())?;
        let current = cluster.replicas.iter().filter(|copy| copy.current && !copy.offline).count();
        let whole = (info.state.messages, info.state.last_sequence) == (last, last);
        if whole && cluster.leader.is_some() && current == 2 { Ok(()) } else { Err(()) }
    })
    .await;
}

fn urls(servers: &[Nats; 3]) -> Vec<String> {
    servers.iter().map(Nats::url).collect()
}

/// The server that leads the stream, which orders and acknowledges its messages.
async fn leader(servers: &[Nats; 3]) -> usize {
    until("the stream has a leader", || async {
        let console = async_nats::connect(urls(servers)).await.map_err(drop)?;
        let stream = jetstream::new(console).get_stream("tongban-planning").await.map_err(drop)?;
        let leader = stream.cached_info().cluster.as_ref().and_then(|of| of.leader.clone());
        leader.and_then(|name| name.strip_prefix('n')?.parse().ok()).ok_or(())
    })
    .await
}

/// Three servers, three copies: losing the leader stops nothing, and losing everything heals as with one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cluster_that_lost_its_leader_a_store_or_all_stores_heals() {
    let (world, servers) = (World::sqlite().await, Nats::cluster().await.unwrap());
    let log = world.open().await;
    let mut options = eventlog::BrokerOptions::new(urls(&servers).join(","));
    options.replicas = 3;
    let relay = Relay::start(log.clone(), eventlog::Broker::connect(options).await.unwrap());
    grow(&log, 300).await;
    relayed(&relay, 300).await;
    three_copies(&servers, 300).await;

    // Two of three go on without their leader.
    let first = leader(&servers).await;
    servers[first].kill();
    grow(&log, 40).await;
    relayed(&relay, 340).await;
    is_the_log(&servers[(first + 1) % 3], &log).await;

    // It comes back with nothing at all, and gets its copy from the others.
    servers[first].wipe().unwrap();
    servers[first].restart().await.unwrap();
    three_copies(&servers, 340).await;

    // The stream is lost on all of them: the relay tells the whole log again.
    console(&servers[first]).await.delete_stream("tongban-planning").await.unwrap();
    grow(&log, 1).await;
    relayed(&relay, 341).await;
    three_copies(&servers, 341).await;
    is_the_log(&servers[first], &log).await;

    // So it does when all of them are lost, while something is appended.
    for server in &servers {
        server.kill();
        server.wipe().unwrap();
    }
    grow(&log, 1).await;
    for server in &servers {
        server.restart().await.unwrap();
    }
    relayed(&relay, 342).await;
    three_copies(&servers, 342).await;
    is_the_log(&servers[first], &log).await;
    log.close().await;
}
