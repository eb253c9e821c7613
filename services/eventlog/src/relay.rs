//! Tells the broker of a log's events: one stream, in which the sequence is the position.
//!
//! Every message says which sequence it follows, so the broker itself refuses gaps, repetitions and whoever
//! competes. The relay stores nothing and trusts only what the broker has at present: at the start, after any
//! error and every second while nothing happens it looks there and goes on from what it finds. A stream that
//! was lost begins at 1 again and gets the whole log, for servers of 2.9 cannot begin elsewhere.

use std::collections::VecDeque;
use std::time::Duration;

use async_nats::jetstream::ErrorCode;
use async_nats::jetstream::context::{GetStreamErrorKind, PublishAckFuture, PublishErrorKind};
use async_nats::jetstream::message::PublishMessage;
use async_nats::jetstream::stream::{Config, RawMessageErrorKind, Stream};
use tokio::sync::watch;
use tokio::task::AbortHandle;
use tracing::{Instrument, Span};

use crate::broker::{self, Broker, WINDOW};
use crate::log::Log;
use crate::seeded::{Fault::M8, fault};

/// Most events read from the log at once.
const PAGE: u64 = 500;
/// How often the broker is looked at while nothing happens.
const IDLE: Duration = Duration::from_secs(1);
/// How long to wait after an error.
const PAUSE: Duration = Duration::from_millis(200);

/// How a relay stands, for those who watch over it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relayed {
    /// The broker, or the log, does not answer as it should; it is tried again and again.
    Waiting,
    /// The broker has acknowledged everything up to this position.
    UpTo(u64),
    /// The broker holds more than the log: somebody put a message there, or the log lost its tail. Nothing is
    /// relayed until a person has raised the log's epoch or deleted the stream, or the log has grown past it.
    Ahead {
        /// The broker's newest sequence.
        broker: u64,
        /// The log's newest position.
        log: u64,
    },
}

/// Relays a log until it is dropped or the log is closed. Any number of processes may relay the same log.
pub struct Relay {
    relayed: watch::Receiver<Relayed>,
    task: AbortHandle,
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Relay {
    /// Starts to relay.
    pub fn start(log: Log, broker: Broker) -> Self {
        let (state, relayed) = watch::channel(Relayed::Waiting);
        let task = tokio::spawn(run(log, broker, state)).abort_handle();
        Self { relayed, task }
    }

    /// How it stands.
    pub fn relayed(&self) -> watch::Receiver<Relayed> {
        self.relayed.clone()
    }
}

async fn run(log: Log, broker: Broker, state: watch::Sender<Relayed>) {
    while !log.is_closed() {
        if let Err(trouble) = round(&log, &broker, &state).await {
            // Another relay was faster, or somebody else wrote there: looking again tells which.
            if !trouble.is::<Refused>() && tell(&state, Relayed::Waiting) {
                tracing::warn!(log = log.name(), %trouble, "cannot relay log, trying again");
            }
            tokio::time::sleep(PAUSE).await;
        }
    }
}

/// Errors of the broker's client and of the log; all that they say is: look again.
type Trouble = async_nats::Error;

/// The broker did not take a message in its place.
#[derive(Debug, thiserror::Error)]
#[error("the message of position {0} was not taken in its place")]
struct Refused(u64);

/// Looks at the broker and goes on from what is there, until nothing happens for a while.
async fn round(log: &Log, broker: &Broker, state: &watch::Sender<Relayed>) -> Result<(), Trouble> {
    let stream = stream(broker, log.name()).await?;
    let info = &stream.cached_info().state;
    // Seeded: the relay trusts its own memory.
    if fault(M8) {
        let believed = if let Relayed::UpTo(position) = *state.borrow() { position } else { 0 };
        return publish(log, broker, believed, state).await;
    }
    // Asked for after the broker, so that a head behind it is no matter of time.
    let head = log.head().await?;
    if info.last_sequence > head.position {
        if is_of_an_earlier_epoch(&stream, info.last_sequence, head.epoch).await? {
            tracing::warn!(
                log = log.name(),
                broker = info.last_sequence,
                position = head.position,
                epoch = head.epoch,
                "the log was put back and its epoch raised: its stream is built anew"
            );
            broker.jetstream.delete_stream(broker::stream_name(log.name())).await?;
            return Ok(());
        }
        let ahead = Relayed::Ahead { broker: info.last_sequence, log: head.position };
        if tell(state, ahead) {
            tracing::error!(
                log = log.name(),
                broker = info.last_sequence,
                position = head.position,
                "the broker is ahead of the log: the log lost its tail, or somebody else published; \
                 nothing is relayed until the log's epoch was raised, the stream was deleted by hand, or the \
                 log has grown past it"
            );
        }
        tokio::time::sleep(IDLE).await;
        return Ok(());
    }
    // A stream whose messages were all dropped for their age holds nothing that could be wrong.
    if info.messages > 0 && !is_our_event(log, &stream, info.last_sequence).await? {
        tracing::error!(
            log = log.name(),
            sequence = info.last_sequence,
            "the newest message of the broker is not the log's event: its stream is built anew"
        );
        broker.jetstream.delete_stream(broker::stream_name(log.name())).await?;
        return Ok(());
    }
    publish(log, broker, info.last_sequence, state).await
}

/// The log's stream, created if it is missing and changed if it is configured otherwise.
async fn stream(broker: &Broker, log: &str) -> Result<Stream, Trouble> {
    let wanted = broker.stream(log);
    match broker.jetstream.get_stream(&wanted.name).await {
        Ok(stream) => {
            let found = &stream.cached_info().config;
            let limits = |config: &Config| {
                (config.max_age, config.max_bytes, config.num_replicas, config.subjects.clone())
            };
            if limits(found) != limits(&wanted) {
                tracing::info!(log, "the limits of the broker's stream are changed");
                let (max_age, duplicate_window) = (wanted.max_age, wanted.duplicate_window);
                let Config { max_bytes, num_replicas, subjects, .. } = wanted;
                let changed = Config {
                    max_age,
                    max_bytes,
                    num_replicas,
                    subjects,
                    duplicate_window,
                    ..found.clone()
                };
                broker.jetstream.update_stream(changed).await?;
            }
            Ok(stream)
        }
        Err(error)
            if matches!(error.kind(), GetStreamErrorKind::JetStream(ref error)
            if error.error_code() == ErrorCode::STREAM_NOT_FOUND) =>
        {
            tracing::info!(log, "the broker has no stream: the whole log is sent to it");
            Ok(broker.jetstream.create_stream(wanted).await?)
        }
        Err(error) => Err(error.into()),
    }
}

/// Whether the broker's newest message is of an epoch before this one: then a person has said that the log is right.
async fn is_of_an_earlier_epoch(stream: &Stream, newest: u64, epoch: u32) -> Result<bool, Trouble> {
    match stream.get_raw_message(newest).await {
        Ok(stored) => {
            let event = broker::event(Some(&stored.headers), &stored.payload);
            Ok(event.is_some_and(|linked| linked.event.epoch < epoch))
        }
        Err(error) if error.kind() == RawMessageErrorKind::NoMessageFound => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Whether the broker's message at `position` is the log's event there.
async fn is_our_event(log: &Log, stream: &Stream, position: u64) -> Result<bool, Trouble> {
    let stored = match stream.get_raw_message(position).await {
        Ok(message) => message,
        Err(error) if error.kind() == RawMessageErrorKind::NoMessageFound => return Ok(false),
        Err(error) => return Err(error.into()),
    };
    let Some(event) = log.read(position - 1, 1).await?.pop() else { return Ok(false) };
    let id = stored.headers.get("Nats-Msg-Id").map(|id| id.as_str().to_owned());
    Ok(event.position == position && id == Some(broker::hex(&event.hash)))
}

/// Publishes what comes after `position`, until nothing has come for a while.
async fn publish(
    log: &Log,
    broker: &Broker,
    mut position: u64,
    state: &watch::Sender<Relayed>,
) -> Result<(), Trouble> {
    let mut news = log.watch();
    tell(state, Relayed::UpTo(position));
    loop {
        news.borrow_and_update();
        let page = log.linked(position, PAGE).await?;
        if page.is_empty() {
            tell(state, Relayed::UpTo(position));
            match tokio::time::timeout(IDLE, news.changed()).await {
                Ok(Ok(())) => continue,
                Ok(Err(_)) | Err(_) => return Ok(()),
            }
        }
        let mut waiting = VecDeque::with_capacity(WINDOW);
        for linked in page {
            if waiting.len() == WINDOW
                && let Some(oldest) = waiting.pop_front()
            {
                confirm(oldest).await?;
            }
            position = linked.event.position;
            let span = linked.event.span(log.name(), "relay");
            let (subject, headers, body) = broker::message(log.name(), linked);
            let message = PublishMessage::build().headers(headers).payload(body.into());
            let sending = broker.jetstream.send_publish(subject, message);
            waiting.push_back((position, sending.instrument(span.clone()).await?, span));
        }
        for sent in waiting {
            confirm(sent).await?;
        }
        tell(state, Relayed::UpTo(position));
    }
}

/// What was sent: an event's position, its acknowledgement to come, and its span until then.
type Sent = (u64, PublishAckFuture, Span);

/// A message that another relay sent is as good, as long as it stands in its place.
async fn confirm((position, sent, span): Sent) -> Result<(), Trouble> {
    match sent.into_future().instrument(span).await {
        Ok(taken) if taken.sequence == position || fault(M8) => Ok(()),
        Ok(_elsewhere) => Err(Refused(position).into()),
        Err(error) if error.kind() == PublishErrorKind::WrongLastSequence => {
            Err(Refused(position).into())
        }
        Err(error) => Err(error.into()),
    }
}

/// Whether that is news.
fn tell(state: &watch::Sender<Relayed>, now: Relayed) -> bool {
    state.send_if_modified(|known| std::mem::replace(known, now) != now)
}
