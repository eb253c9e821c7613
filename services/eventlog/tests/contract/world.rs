//! Where the contract is tried: both backends, a clock that tests move, commands with short words.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use eventlog::testing::{Directory, Server};
use eventlog::{Answer, Appended, Clock, Command, Log, NewEvent, Options, Reservation, Store};
use jiff::Timestamp;

/// 2026-03-02T01:00:00Z, a Monday morning in Suzhou.
pub const MORNING: i64 = 1_772_413_200_000_000;

/// A store of its own on one backend, and what keeps it alive.
pub struct World {
    pub backend: &'static str,
    pub store: Store,
    pub clock: Arc<AtomicI64>,
    pub server: Option<Arc<Server>>,
    pub _directory: Option<Directory>,
}

impl World {
    pub async fn sqlite() -> Self {
        let directory = Directory::new().unwrap();
        Self {
            backend: "sqlite",
            store: directory.store(),
            clock: Arc::new(AtomicI64::new(MORNING)),
            server: None,
            _directory: Some(directory),
        }
    }

    pub async fn postgres() -> Self {
        let server = Server::shared().await.unwrap_or_else(|error| panic!("{error}"));
        Self {
            backend: "postgres",
            store: server.store().await.unwrap(),
            clock: Arc::new(AtomicI64::new(MORNING)),
            server: Some(server),
            _directory: None,
        }
    }

    /// A fresh world on each backend.
    pub async fn both() -> [Self; 2] {
        [Self::sqlite().await, Self::postgres().await]
    }

    pub fn clock(&self) -> Clock {
        let clock = self.clock.clone();
        Arc::new(move || Timestamp::from_microsecond(clock.load(Ordering::SeqCst)).unwrap())
    }

    pub async fn open(&self) -> Log {
        self.open_with(Options::default()).await
    }

    pub async fn open_with(&self, options: Options) -> Log {
        Log::open_with(&self.store, "planning", self.clock(), options)
            .await
            .unwrap_or_else(|error| panic!("{}: {error}", self.backend))
    }
}

/// A command of `clerk` with one event.
pub fn command(key: &str, stream: &str, expected_version: u64) -> Command {
    Command {
        principal: "clerk".into(),
        key: key.into(),
        fingerprint: fingerprint(key),
        actor: "王".into(),
        on_behalf_of: "agency".into(),
        stream: stream.into(),
        expected_version,
        events: vec![event("accepted", key.as_bytes())],
        reservations: Vec::new(),
        answer: format!("answer to {key}").into_bytes(),
    }
}

pub fn event(kind: &str, payload: &[u8]) -> NewEvent {
    NewEvent { kind: kind.into(), payload: payload.into() }
}

pub fn reserving(mut command: Command, values: &[&str]) -> Command {
    command.reservations = values
        .iter()
        .map(|value| Reservation { kind: "code".into(), value: (*value).into() })
        .collect();
    command
}

pub fn fingerprint(text: &str) -> [u8; 32] {
    eventlog::Algorithm::Sha256.hash(text.as_bytes())
}

pub fn committed(appended: Appended) -> Answer {
    match appended {
        Appended::Committed(answer) => answer,
        Appended::Repeated(answer) => panic!("repeated: {answer:?}"),
    }
}

/// Sends commands so that they wait together, and answers each in its order.
///
/// On a current-thread runtime all of them are queued before the append task runs, so they make one batch.
pub async fn together(
    log: &Log,
    commands: Vec<Command>,
) -> Vec<Result<Appended, eventlog::AppendError>> {
    let sent: Vec<_> = commands
        .into_iter()
        .map(|command| {
            let log = log.clone();
            tokio::spawn(async move { log.append(command).await })
        })
        .collect();
    let mut outcomes = Vec::new();
    for task in sent {
        outcomes.push(task.await.unwrap());
    }
    outcomes
}
