//! A reader's own copy of a log that another process keeps, in the reader's database: rows and the checkpoint
//! they reach to, moved in one transaction. The reader folds the copy, so it starts and answers while the log's
//! owner is away, and says up to where it knows.
//!
//! The copy believes only position and hash: it takes what follows its checkpoint in the log's own chain, and
//! nothing else. Where the log has another history than the copy, nothing is mixed: the mirror stops and says so.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sqlx::postgres::{PgPool, PgPoolOptions};
use sqlx::{ConnectOptions, Connection};
use tokio::sync::watch;
use tokio::task::AbortHandle;
use tonic::transport::Channel;

use crate::broker::Broker;
use crate::error::{OpenError, ReadError};
use crate::postgres;
use crate::recorded::{Head, Recorded};
use crate::remote::Remote;

mod audit;
mod copy;
mod rebuild;
mod rows;

pub use rebuild::{RebuildError, Rebuilt};
use rows::{Checkpoint, Rows};

/// The schema of all mirrors in a reader's database.
pub(crate) const SCHEMA: &str = "mirror";
/// Connections for all mirrors of a process.
const CONNECTIONS: u32 = 6;
/// How long to wait for a connection.
const PATIENCE: Duration = Duration::from_secs(3);

/// What an error says of a copy that is not there any more.
const RENEWED: &str = "the mirror was rebuilt; whoever folded the old one has to begin anew";

/// The place of a reader's mirrors: one database of its own. Cheap to clone.
#[derive(Clone)]
pub struct Mirrors {
    pool: PgPool,
}

/// How a mirror does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mirrored {
    /// It copies what the log tells, or waits for its owner.
    Following,
    /// It cannot go on now, and tries again; the text says why.
    Hindered(String),
    /// The log has another history than the copy, so nothing more of it is taken.
    Refused {
        /// Where the copy ends.
        position: u64,
        /// What does not fit.
        what: &'static str,
    },
    /// Another copy took its place. Whoever folded this one has to begin anew.
    Renewed,
}

/// What was compared with the log since the mirror was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Audited {
    /// Streams, each as often as it was compared.
    pub streams: u64,
    /// Events that differed, each as often as it was found.
    pub differences: u64,
    /// Position of the first that was found.
    pub first: Option<u64>,
}

/// A stored copy of another process' log that is kept current. Clones share it; it ends with the last clone.
#[derive(Clone)]
pub struct Mirror(Arc<Inner>);

struct Inner {
    shared: Arc<Shared>,
    tasks: [AbortHandle; 2],
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.tasks.iter().for_each(AbortHandle::abort);
    }
}

struct Shared {
    rows: Rows,
    service: Channel,
    broker: Option<Broker>,
    remote: Mutex<Remote>,
    /// What readers may see: never less than they were told.
    known: Mutex<Option<Checkpoint>>,
    newest: watch::Sender<u64>,
    /// The server lost rows that readers were told of, and they are not back yet.
    lost: AtomicBool,
    state: watch::Sender<Mirrored>,
    audited: watch::Sender<Audited>,
}

impl Mirrors {
    /// Opens the place of the mirrors, which this role creates or migrates if it may.
    pub async fn open(url: &str, require_checksums: bool) -> Result<Self, OpenError> {
        let options = postgres::connect_options(url, SCHEMA)?;
        let mut connection = options.connect().await?;
        postgres::check_settings(&mut connection, require_checksums).await?;
        postgres::prepare_mirrors(&mut connection).await?;
        connection.close().await?;
        // A crash of the server may lose the last transactions, but each with its rows and its checkpoint, and
        // never one before another: the copy is then as it was a moment ago, and goes on from there.
        let lazily = postgres::bounded(options).options([("synchronous_commit", "off")]);
        let pool = PgPoolOptions::new()
            .max_connections(CONNECTIONS)
            .acquire_timeout(PATIENCE)
            .max_lifetime(Duration::from_secs(30 * 60))
            .connect_with(lazily)
            .await?;
        Ok(Self { pool })
    }

    /// Creates or migrates the tables as their owner, and lets `app_role` use them.
    pub async fn migrate(
        url: &str,
        app_role: Option<&str>,
        require_checksums: bool,
    ) -> Result<(), OpenError> {
        let mut connection = postgres::connect_options(url, SCHEMA)?.connect().await?;
        postgres::check_settings(&mut connection, require_checksums).await?;
        postgres::prepare_mirrors(&mut connection).await?;
        if let Some(role) = app_role {
            postgres::grant_mirrors(&mut connection, role).await?;
        }
        connection.close().await?;
        Ok(())
    }

    /// Keeps a copy of the log `name` of the service behind `channel`, told of by the broker, as
    /// [`Remote::follow`] does. Returns at once, whether anybody answers or not.
    pub fn follow(
        &self,
        channel: Channel,
        name: impl Into<String>,
        broker: Option<Broker>,
    ) -> Mirror {
        let rows = Rows { pool: self.pool.clone(), log: name.into() };
        let remote = Remote::follow(channel.clone(), rows.log.clone(), broker.clone());
        let shared = Arc::new(Shared {
            rows,
            service: channel,
            broker,
            remote: Mutex::new(remote),
            known: Mutex::new(None),
            newest: watch::Sender::new(0),
            lost: AtomicBool::new(false),
            state: watch::Sender::new(Mirrored::Following),
            audited: watch::Sender::new(Audited::NOTHING),
        });
        let copying = tokio::spawn(copy::run(shared.clone())).abort_handle();
        let auditing = tokio::spawn(audit::run(shared.clone())).abort_handle();
        Mirror(Arc::new(Inner { shared, tasks: [copying, auditing] }))
    }
}

impl Mirror {
    /// The log's name.
    pub fn name(&self) -> &str {
        &self.0.shared.rows.log
    }

    /// The newest position and hash, as the log itself says now.
    pub async fn head(&self) -> Result<Head, ReadError> {
        self.0.shared.remote().head().await
    }

    /// As [`crate::Feed::head_after`].
    pub(crate) async fn head_after(
        &self,
        taken_in: BTreeMap<String, u64>,
    ) -> Result<Head, ReadError> {
        self.0.shared.remote().head_after(taken_in).await
    }

    /// Up to where the copy reaches now; an error for one that was never begun.
    pub async fn kept(&self) -> Result<Head, ReadError> {
        let nothing = || ReadError::Unavailable("nothing of the log is mirrored yet".to_owned());
        let found = self.0.shared.rows.checkpoint(0).await?;
        found.map(|(checkpoint, _)| checkpoint.at).ok_or_else(nothing)
    }

    /// As [`crate::Log::read`], up to what [`Mirror::watch`] tells of.
    pub async fn read(
        &self,
        after_position: u64,
        limit: usize,
    ) -> Result<Vec<Recorded>, ReadError> {
        let shared = &self.0.shared;
        let known = shared.known().as_ref().map(|known| (known.generation, known.at.position));
        match known {
            Some((generation, position)) if after_position < position => {
                let page = shared.rows.read(generation, after_position, limit).await?;
                page.ok_or_else(renewed)
            }
            _ => match *shared.state.borrow() {
                Mirrored::Refused { what, .. } => {
                    Err(ReadError::Malformed { position: after_position + 1, what })
                }
                Mirrored::Renewed => Err(renewed()),
                Mirrored::Following | Mirrored::Hindered(_) => Ok(Vec::new()),
            },
        }
    }

    /// As [`crate::Log::stream`], of what the copy holds.
    pub async fn stream(&self, name: &str, after_version: u64) -> Result<Vec<Recorded>, ReadError> {
        let shared = &self.0.shared;
        let generation = shared.known().as_ref().map(|known| known.generation);
        let Some(generation) = generation else { return Ok(Vec::new()) };
        shared.rows.stream(generation, name, after_version).await?.ok_or_else(renewed)
    }

    /// Tells of newer positions in the copy.
    pub fn watch(&self) -> watch::Receiver<u64> {
        self.0.shared.newest.subscribe()
    }

    /// The log's epoch as far as the copy has heard of it.
    pub fn epoch(&self) -> Option<u32> {
        self.0.shared.known().as_ref().map(|known| known.at.epoch)
    }

    /// Tells how the mirror does.
    pub fn state(&self) -> watch::Receiver<Mirrored> {
        self.0.shared.state.subscribe()
    }

    /// Tells what the auditor found.
    pub fn audited(&self) -> watch::Receiver<Audited> {
        self.0.shared.audited.subscribe()
    }
}

impl Shared {
    fn remote(&self) -> Remote {
        self.remote.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn known(&self) -> MutexGuard<'_, Option<Checkpoint>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn renewed() -> ReadError {
    ReadError::Unavailable(RENEWED.to_owned())
}
