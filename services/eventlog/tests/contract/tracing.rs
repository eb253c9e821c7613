//! The trace of a command goes with its events, beside the history and never in it.

use std::collections::HashMap;

use eventlog::testing::Nats;
use eventlog::{Feed, Log, Relay, Report};
use opentelemetry::context::FutureExt;
use opentelemetry::propagation::TextMapPropagator;
use opentelemetry::{Context, global};
use opentelemetry_sdk::propagation::TraceContextPropagator;

use crate::network::{Owner, broker, until, within};
use crate::world::{World, command, committed, event};

const TRACED: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

/// A trace that goes on here, as a process that traces takes it from a call.
fn caller() -> Context {
    let propagator = TraceContextPropagator::new();
    global::set_text_map_propagator(propagator.clone());
    let carrier = HashMap::from([("traceparent".to_owned(), TRACED.to_owned())]);
    propagator.extract_with_context(&Context::new(), &carrier)
}

/// Appends a command of two events in a trace.
pub async fn append_traced(log: &Log, key: &str, stream: &str) {
    let mut two = command(key, stream, 0);
    two.events.push(event("noted", b"in the same trace"));
    committed(log.append(two).with_context(caller()).await.unwrap());
}

fn traces(events: &[eventlog::Recorded]) -> Vec<&str> {
    events.iter().map(|event| event.traceparent.as_str()).collect()
}

/// What a proof found, without the id, which is each log's own.
fn found(report: Report) -> (u64, u32) {
    (report.head.position, report.head.epoch)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_events_of_a_command_have_its_trace_and_the_others_none() {
    for world in World::both().await {
        let log = world.open().await;
        committed(log.append(command("k1", "case/1", 0)).await.unwrap());
        append_traced(&log, "k2", "case/2").await;
        committed(log.append(command("k3", "case/3", 0)).await.unwrap());
        let expected = ["", TRACED, TRACED, ""];
        assert_eq!(traces(&log.read(0, 10).await.unwrap()), expected, "{}", world.backend);
        assert_eq!(traces(&log.stream("case/2", 0).await.unwrap()), [TRACED, TRACED]);

        let owner = Owner::of(&log).await;
        let remote = Feed::from(owner.remote(None));
        assert_eq!(remote.read(0, 10).await.unwrap(), log.read(0, 10).await.unwrap());
        assert_eq!(found(log.verify(None).await.unwrap()), (4, 1));
        log.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_repeated_command_keeps_the_trace_of_the_one_that_was_carried_out() {
    for world in World::both().await {
        let log = world.open().await;
        committed(log.append(command("k1", "case/1", 0)).await.unwrap());
        let again = async { log.append(command("k1", "case/1", 0)).await };
        again.with_context(caller()).await.unwrap();
        assert_eq!(traces(&log.read(0, 10).await.unwrap()), [""], "{}", world.backend);
        log.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_trace_is_no_part_of_what_is_proved() {
    let world = World::postgres().await;
    let log = world.open().await;
    append_traced(&log, "k1", "case/1").await;
    let before = log.verify(None).await.unwrap();
    let server = world.server.as_ref().unwrap();
    let eventlog::Store::Postgres { url } = &world.store else { panic!("no PostgreSQL") };
    let database = url.split('?').next().unwrap().rsplit('/').next().unwrap();
    server.run(database, "update planning.event set traceparent = ''").await.unwrap();
    assert_eq!(log.verify(None).await.unwrap(), before);
    assert_eq!(traces(&log.read(0, 10).await.unwrap()), ["", ""]);
    log.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_broker_hands_the_trace_on() {
    let (world, nats) = (World::sqlite().await, Nats::start().await.unwrap());
    let log = world.open().await;
    let owner = Owner::of(&log).await;
    let remote = owner.remote(Some(&broker(&nats).await));
    let _relay = Relay::start(log.clone(), broker(&nats).await);
    append_traced(&log, "k1", "case/1").await;
    let mut news = remote.watch();
    within("it is told", news.wait_for(|position| *position == 2)).await.unwrap();
    assert_eq!(traces(&remote.read(0, 10).await.unwrap()), [TRACED, TRACED]);

    let client = async_nats::connect(nats.url()).await.unwrap();
    let console = async_nats::jetstream::new(client);
    let stream = until("the stream is there", || console.get_stream("tongban-planning")).await;
    let message = until("it is told", || stream.get_raw_message(2)).await;
    assert_eq!(message.headers.get("ce-traceparent").unwrap().as_str(), TRACED);
    log.close().await;
}
