//! A log: opening, appending, reading, following.

use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;
use tokio::sync::watch;

use crate::command::{Appended, Command, Known};
use crate::error::{AppendError, OpenError, ReadError};
use crate::hash::Algorithm;
use crate::recorded::{Head, Recorded};
use crate::verify::{Report, VerifyError};

/// The wall clock, injected.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// Where a log is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Store {
    /// `<directory>/<name>.sqlite`, used by one process at a time.
    Sqlite {
        /// The data directory; it is created if it is missing.
        directory: PathBuf,
    },
    /// The schema `<name>` of a PostgreSQL 15+ database, shared by any number of processes.
    Postgres {
        /// `postgres://user@host/database`.
        url: String,
    },
}

/// How a log is opened; the defaults are right for production.
#[derive(Debug, Clone)]
pub struct Options {
    /// The hash of a log that is created now; an existing log keeps its own.
    pub algorithm: Algorithm,
    /// The id of a log that is created now; random if not given.
    pub log_id: Option<[u8; 16]>,
    /// Refuse a PostgreSQL cluster without data checksums; otherwise only warn.
    pub require_checksums: bool,
    /// Most commands that wait to be appended; more are told [`AppendError::Busy`].
    pub queue: usize,
    /// Most commands of one principal that wait.
    pub per_principal: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            algorithm: Algorithm::default(),
            log_id: None,
            require_checksums: true,
            queue: 1_024,
            per_principal: 256,
        }
    }
}

/// A log. Clones share it; it closes when the last clone is dropped, or by [`Log::close`].
#[derive(Clone)]
pub struct Log {
    name: String,
    head: watch::Sender<u64>,
}

impl Log {
    /// Opens a log and creates or migrates its tables. Refuses unsafe settings, naming them.
    pub async fn open(store: &Store, name: &str, clock: Clock) -> Result<Self, OpenError> {
        Self::open_with(store, name, clock, Options::default()).await
    }

    /// As [`Log::open`], with other options.
    pub async fn open_with(_: &Store, name: &str, _: Clock, _: Options) -> Result<Self, OpenError> {
        Ok(Self { name: name.to_owned(), head: watch::Sender::new(0) })
    }

    /// The log's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Appends a command: all of it, durably, or nothing. Dropping the future ends only the waiting.
    pub async fn append(&self, command: Command) -> Result<Appended, AppendError> {
        command.check()?;
        Err(AppendError::Unavailable("not built yet".to_owned()))
    }

    /// What the log remembers of a principal's key.
    pub async fn find(&self, _principal: &str, _key: &str) -> Result<Option<Known>, ReadError> {
        Ok(None)
    }

    /// The events of a stream after a version, in order; empty for an unknown stream.
    pub async fn stream(&self, _name: &str, _after: u64) -> Result<Vec<Recorded>, ReadError> {
        Ok(Vec::new())
    }

    /// At most `limit` events after a position, in order.
    pub async fn read(&self, _after: u64, _limit: usize) -> Result<Vec<Recorded>, ReadError> {
        Ok(Vec::new())
    }

    /// The newest position and hash.
    pub async fn head(&self) -> Result<Head, ReadError> {
        Ok(Head { epoch: 1, position: 0, hash: [0; 32] })
    }

    /// Tells of newer positions. It may lag behind the log by a second, never be ahead of it.
    pub fn watch(&self) -> watch::Receiver<u64> {
        self.head.subscribe()
    }

    /// Walks the whole log and names the first position that does not fit.
    /// `expect` is a head known from before: the log must still contain it.
    pub async fn verify(&self, _expect: Option<Head>) -> Result<Report, VerifyError> {
        Err(VerifyError::Unreadable(sqlx::Error::PoolClosed))
    }

    /// Appends what waits, then closes the log and frees its data directory.
    pub async fn close(&self) {}
}

/// Creates or migrates a log's tables as their owner, and lets `app_role` read and append, nothing else.
/// On SQLite [`Log::open`] does all that is needed.
pub async fn migrate(
    _store: &Store,
    _name: &str,
    _app_role: Option<&str>,
    _options: &Options,
) -> Result<(), OpenError> {
    Ok(())
}
