//! The broker, NATS JetStream: one connection of a process, and how a log looks there. One stream per log,
//! whose sequence is the position; it is a copy that may be lost at any moment.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use async_nats::jetstream::{self, context::ContextBuilder, stream};
use async_nats::{ConnectOptions, HeaderMap};
use base64::{Engine, engine::general_purpose::STANDARD};
use prost::Message;
use proto::log::v1::Event;

use crate::linked::Linked;
use crate::seeded::{Fault::M8, fault};

/// How long the broker may take to answer.
const ANSWER: Duration = Duration::from_secs(5);
/// Longest pause between two attempts to connect.
const LONGEST_PAUSE: Duration = Duration::from_secs(2);
/// How long the broker itself remembers message ids. Positions refuse a repetition for ever.
const DUPLICATES: Duration = Duration::from_secs(120);
/// As [`DUPLICATES`], under a seeded fault: nothing is remembered for long.
const FORGETFUL: Duration = Duration::from_millis(100);
/// Most messages that wait for their acknowledgement.
pub(crate) const WINDOW: usize = 256;

/// The event in CloudEvents' form for bytes: base64 of [`Event`] without its payload, which is the body.
const EVENT: &str = "ce-logevent";
/// The attribute of CloudEvents' distributed tracing extension: the trace that the event came of.
const TRACEPARENT: &str = "ce-traceparent";

/// Where the broker is and what it may keep.
#[derive(Clone)]
pub struct BrokerOptions {
    /// `nats://host:4222`, or `tls://…`; several servers of one cluster with commas. The client takes no user
    /// from it.
    pub url: String,
    /// User and password, where the servers know theirs so.
    pub user: Option<(String, String)>,
    /// Certificates of the authorities to trust, a PEM file; the system's if not given.
    pub ca: Option<PathBuf>,
    /// A NATS credentials file.
    pub credentials: Option<PathBuf>,
    /// Copies that a cluster keeps of each stream.
    pub replicas: usize,
    /// How long a message is kept. Who needs older ones reads the log.
    pub max_age: Duration,
    /// How many bytes of a log are kept.
    pub max_bytes: u64,
}

impl BrokerOptions {
    /// One copy, kept for a day and up to 1 GiB.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            user: None,
            ca: None,
            credentials: None,
            replicas: 1,
            max_age: Duration::from_secs(24 * 60 * 60),
            max_bytes: 1 << 30,
        }
    }
}

/// Why there is no broker to connect to. That it does not answer is no reason: it will be tried for ever.
#[derive(Debug, thiserror::Error)]
pub enum BrokerError {
    /// The credentials cannot be read.
    #[error("the broker's credentials cannot be read")]
    Credentials(#[source] std::io::Error),
    /// The address or the certificates cannot be used.
    #[error("the broker cannot be connected to as configured")]
    Connect(#[from] async_nats::ConnectError),
}

/// A connection to the broker, which comes back by itself. Clones share it.
#[derive(Clone)]
pub struct Broker {
    pub(crate) jetstream: jetstream::Context,
    options: Arc<BrokerOptions>,
}

impl Broker {
    /// Connects as soon as the broker is there; returns at once.
    ///
    /// # Errors
    /// [`BrokerError`] when the options cannot be used at all.
    pub async fn connect(options: BrokerOptions) -> Result<Self, BrokerError> {
        let mut connecting = ConnectOptions::new()
            .name("tongban")
            .retry_on_initial_connect()
            .max_reconnects(None)
            .reconnect_delay_callback(|attempts| {
                let attempts = u32::try_from(attempts).unwrap_or(u32::MAX);
                Duration::from_millis(100).saturating_mul(attempts).min(LONGEST_PAUSE)
            });
        if let Some((user, password)) = &options.user {
            connecting = connecting.user_and_password(user.clone(), password.clone());
        }
        if let Some(ca) = &options.ca {
            connecting = connecting.add_root_certificates(ca.clone());
        }
        if let Some(file) = &options.credentials {
            let words = std::fs::read_to_string(file).map_err(BrokerError::Credentials)?;
            connecting = connecting.credentials(&words).map_err(BrokerError::Credentials)?;
        }
        let servers: Vec<_> = options.url.split(',').map(str::trim).collect();
        let client = connecting.connect(servers).await?;
        let jetstream = ContextBuilder::new()
            .timeout(ANSWER)
            .ack_timeout(ANSWER)
            .max_ack_inflight(2 * WINDOW)
            .build(client);
        Ok(Self { jetstream, options: Arc::new(options) })
    }

    /// How a log's stream is to be. Retention here has nothing to do with that of the log: sequences go on
    /// when old messages are dropped.
    pub(crate) fn stream(&self, log: &str) -> stream::Config {
        let remembered = if fault(M8) { FORGETFUL } else { DUPLICATES };
        stream::Config {
            name: stream_name(log),
            description: Some(format!("a copy of the log {log}, in which sequence is position")),
            subjects: vec![format!("tongban.{log}.>")],
            retention: stream::RetentionPolicy::Limits,
            discard: stream::DiscardPolicy::Old,
            storage: stream::StorageType::File,
            num_replicas: self.options.replicas,
            max_age: self.options.max_age,
            max_bytes: i64::try_from(self.options.max_bytes).unwrap_or(i64::MAX),
            duplicate_window: remembered.min(self.options.max_age),
            deny_delete: true,
            deny_purge: true,
            ..stream::Config::default()
        }
    }
}

/// The name of a log's stream.
pub(crate) fn stream_name(log: &str) -> String {
    format!("tongban-{log}")
}

/// `tongban.<log>.<kind>.<project>`.
pub(crate) fn subject(log: &str, kind: &str, stream: &str) -> String {
    let project = stream.split_once('/').map_or(stream, |(_log, project)| project);
    format!("tongban.{log}.{}.{}", token(kind), token(project))
}

/// A subject's token holds no dot, no wildcard and no blank, and is not empty.
fn token(text: &str) -> String {
    let fit = |c: char| if c.is_alphanumeric() || c == '-' || c == '_' { c } else { '_' };
    if text.is_empty() { "_".to_owned() } else { text.chars().map(fit).collect() }
}

/// An event's message: CloudEvents in binary mode, and what makes the broker refuse it anywhere but in its
/// place.
pub(crate) fn message(log: &str, linked: Linked) -> (String, HeaderMap, Vec<u8>) {
    let event = &linked.event;
    let subject = subject(log, &event.kind, &event.stream);
    let mut headers = HeaderMap::new();
    let id = hex(&event.hash);
    headers.insert("Nats-Expected-Stream", stream_name(log));
    if !fault(M8) {
        headers.insert("Nats-Expected-Last-Sequence", (event.position - 1).to_string());
    }
    if event.position == 1 && !fault(M8) {
        // Servers of 2.9 take an expected 0 for none given; this they do not.
        headers.insert("Nats-Expected-Last-Subject-Sequence", "0");
    }
    headers.insert("Nats-Msg-Id", id.as_str());
    headers.insert("ce-specversion", "1.0");
    headers.insert("ce-id", id);
    headers.insert("ce-source", format!("/tongban/{log}"));
    headers.insert("ce-type", percent(&format!("tongban.{log}.{}", event.kind)));
    headers.insert("ce-time", event.recorded_at.to_string());
    headers.insert("ce-subject", percent(&event.stream));
    headers.insert("ce-datacontenttype", "application/protobuf");
    headers.insert("ce-sequence", event.position.to_string());
    if !event.traceparent.is_empty() {
        headers.insert(TRACEPARENT, event.traceparent.as_str());
    }
    let mut sealed = Event::from(linked);
    let body = std::mem::take(&mut sealed.payload);
    headers.insert(EVENT, STANDARD.encode(sealed.encode_to_vec()));
    (subject, headers, body)
}

/// The event of a message; `None` if it is not one of a log.
pub(crate) fn event(headers: Option<&HeaderMap>, body: &[u8]) -> Option<Linked> {
    let sealed = STANDARD.decode(headers?.get(EVENT)?.as_str()).ok()?;
    let mut event = Event::decode(sealed.as_slice()).ok()?;
    event.payload = body.to_vec();
    event.try_into().ok()
}

/// A hash as text, for message ids.
pub(crate) fn hex(hash: &[u8; 32]) -> String {
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// CloudEvents' way to write text in a header: what is not a printing ASCII character, and `"` and `%`, by
/// its bytes.
fn percent(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_graphic() && byte != b'"' && byte != b'%';
    let written = |byte: u8| {
        if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }
    };
    text.bytes().map(written).collect()
}

#[cfg(test)]
mod tests;
