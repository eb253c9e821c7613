//! A log: opening, appending, reading, following.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use proto::trace;
use sqlx::ConnectOptions;
use sqlx::postgres::PgConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;
use tracing::{Instrument, field::Empty, trace_span};

use crate::append::permits::Permits;
use crate::append::{self, Append, Fence, Job, Writer};
use crate::command::{self, Appended, Command, Resolution};
use crate::error::{AppendError, OpenError, ReadError, chain_of};
use crate::hash::Algorithm;
use crate::header::{Header, check_name};
use crate::read::{Reader, Snapshot};
use crate::recorded::Head;
use crate::rows::stored;
use crate::vault::Vault;
use crate::verify::{self, Report, VerifyError};
use crate::{postgres, sqlite};

mod reading;
mod taking;

/// The wall clock, injected.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// Where a log is kept.
#[derive(Clone, PartialEq, Eq)]
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

/// An address may hold a password, so it is not printed.
impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Sqlite { directory } => f.debug_tuple("Sqlite").field(directory).finish(),
            Self::Postgres { .. } => f.write_str("Postgres"),
        }
    }
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

/// How often another process' appends are looked for.
const POLL: Duration = Duration::from_secs(1);

/// A log. Clones share it. It closes when the last clone is dropped; [`Log::close`] also waits for that, so
/// that the data directory is free afterwards.
#[derive(Clone)]
pub struct Log(Arc<Inner>);

struct Inner {
    header: Header,
    reader: Reader,
    source: Source,
    vault: Vault,
    permits: Permits,
    // Gone when the log was closed.
    queue: Mutex<Option<mpsc::Sender<Job>>>,
    head: watch::Sender<u64>,
    /// Up to where its service has taken in other logs, by name.
    taken_in: watch::Sender<BTreeMap<String, u64>>,
    appending: Mutex<Option<JoinHandle<()>>>,
    polling: Option<JoinHandle<()>>,
}

/// Where a verification opens a connection of its own.
enum Source {
    Sqlite(Box<SqliteConnectOptions>),
    Postgres(Box<PgConnectOptions>),
}

impl Drop for Inner {
    fn drop(&mut self) {
        if let Some(polling) = &self.polling {
            polling.abort();
        }
    }
}

impl Log {
    /// Opens a log and creates or migrates its tables where it may. Refuses unsafe settings, naming them.
    pub async fn open(store: &Store, name: &str, clock: Clock) -> Result<Self, OpenError> {
        Self::open_with(store, name, clock, Options::default()).await
    }

    /// As [`Log::open`], with other options.
    pub async fn open_with(
        store: &Store,
        name: &str,
        clock: Clock,
        options: Options,
    ) -> Result<Self, OpenError> {
        check_name(name)?;
        match store {
            Store::Sqlite { directory } => {
                let (writer, pool, header, head) = sqlite::open(directory, name, &options).await?;
                let source = Source::Sqlite(Box::new(pool.connect_options().as_ref().clone()));
                let (writer, reader) = (Writer::Sqlite(Box::new(writer)), Reader::Sqlite(pool));
                Ok(Self::start(writer, reader, source, header, head, clock, &options))
            }
            Store::Postgres { url } => {
                let (writer, pool, source, header, head) =
                    postgres::open(url, name, &options).await?;
                let source = Source::Postgres(Box::new(source));
                let (writer, reader) = (Writer::Postgres(Box::new(writer)), Reader::Postgres(pool));
                Ok(Self::start(writer, reader, source, header, head, clock, &options))
            }
        }
    }

    fn start(
        writer: Writer,
        reader: Reader,
        source: Source,
        header: Header,
        head: Head,
        clock: Clock,
        options: &Options,
    ) -> Self {
        let (queue, jobs) = mpsc::channel(options.queue.max(1));
        let head = watch::Sender::new(head.position);
        let appending =
            tokio::spawn(append::run(writer, jobs, clock, head.clone(), header.name.clone()));
        let polling = match &reader {
            // Nobody else can write to the file.
            Reader::Sqlite(_) => None,
            Reader::Postgres(pool) => {
                let reader = Reader::Postgres(pool.clone());
                Some(tokio::spawn(poll(reader, header.name.clone(), head.clone())))
            }
        };
        let vault = match &reader {
            Reader::Postgres(pool) => Vault::postgres(pool),
            Reader::Sqlite(pool) => Vault::sqlite(&pool.connect_options()),
        };
        Self(Arc::new(Inner {
            header,
            reader,
            source,
            vault,
            permits: Permits::new(options.per_principal),
            queue: Mutex::new(Some(queue)),
            head,
            taken_in: watch::Sender::default(),
            appending: Mutex::new(Some(appending)),
            polling,
        }))
    }

    /// The log's name.
    pub fn name(&self) -> &str {
        &self.0.header.name
    }

    /// The log's id, made when it was created.
    pub fn id(&self) -> [u8; 16] {
        self.0.header.log_id
    }

    /// The hash this log uses.
    pub fn algorithm(&self) -> Algorithm {
        self.0.header.algorithm
    }

    /// Appends a command: all of it, durably, or nothing. Dropping the future ends only the waiting: once it
    /// was polled, the command is in the queue and will be carried out.
    pub async fn append(&self, command: Command) -> Result<Appended, AppendError> {
        let span =
            trace_span!(target: trace::TARGET, "append", log = self.name(), position = Empty);
        let outcome = self.queue(command).instrument(span.clone()).await;
        if let Ok(appended) = &outcome {
            span.record("position", stored(append::last_position(appended)));
        }
        outcome
    }

    async fn queue(&self, command: Command) -> Result<Appended, AppendError> {
        command.check()?;
        let permit = self.0.permits.take(&command).ok_or(AppendError::Busy)?;
        let (principal, key) = (command.principal.clone(), command.key.clone());
        let (reply, answer) = oneshot::channel();
        let traceparent = trace::current().unwrap_or_default();
        self.enqueue(Job::Append(Box::new(Append { command, traceparent, reply, permit })))?;
        match answer.await.unwrap_or_else(|_gone| Err(ended())) {
            // To the database a fence is a request like any other.
            Err(AppendError::KeyReused) => match self.resolve(&principal, &key, false).await {
                Ok(Resolution::Fenced) => Err(AppendError::Fenced),
                _ => Err(AppendError::KeyReused),
            },
            outcome => outcome,
        }
    }

    /// What became of the command that `principal` sent with `key`. With `fence` the answer is never
    /// [`Resolution::Absent`]: a command that was not committed by now never will be.
    pub async fn resolve(
        &self,
        principal: &str,
        key: &str,
        fence: bool,
    ) -> Result<Resolution, AppendError> {
        command::check_name("principal", principal, 1)?;
        command::check_name("key", key, 1)?;
        if !fence {
            let known = self.row_of(principal, key).await;
            let unavailable = |error: ReadError| AppendError::Unavailable(chain_of(&error));
            return Ok(Resolution::of(known.map_err(unavailable)?));
        }
        let (reply, answer) = oneshot::channel();
        let (principal, key) = (principal.to_owned(), key.to_owned());
        self.enqueue(Job::Fence(Fence { principal, key, reply }))?;
        let known = answer.await.unwrap_or_else(|_gone| Err(ended()))?;
        Ok(Resolution::of(Some(known)))
    }

    fn enqueue(&self, job: Job) -> Result<(), AppendError> {
        let queue = self.0.queue.lock().unwrap_or_else(PoisonError::into_inner);
        let closed = || AppendError::Unavailable("the log is closed".to_owned());
        match queue.as_ref().ok_or_else(closed)?.try_send(job) {
            Ok(()) => Ok(()),
            Err(mpsc::error::TrySendError::Full(_)) => Err(AppendError::Busy),
            Err(mpsc::error::TrySendError::Closed(_)) => Err(closed()),
        }
    }

    /// Tells of newer positions. It may lag behind the log by a second, never be ahead of it.
    pub fn watch(&self) -> watch::Receiver<u64> {
        self.0.head.subscribe()
    }

    /// The keys of what the log holds sealed.
    pub fn vault(&self) -> &Vault {
        &self.0.vault
    }

    /// Walks the whole log and names the first position that does not fit.
    /// `expect` is a head known from before: the log must still contain it.
    pub async fn verify(&self, expect: Option<Head>) -> Result<Report, VerifyError> {
        let snapshot = match &self.0.source {
            Source::Sqlite(options) => Snapshot::Sqlite(options.connect().await?),
            Source::Postgres(options) => Snapshot::Postgres(options.connect().await?),
        };
        verify::verify(snapshot, Some(self.name()), expect).await
    }

    /// Appends what waits, then closes the log and frees its data directory.
    pub async fn close(&self) {
        drop(self.0.queue.lock().unwrap_or_else(PoisonError::into_inner).take());
        if let Some(polling) = &self.0.polling {
            polling.abort();
        }
        // Readers first: the last connection to a SQLite file tidies up behind itself, if it may write.
        self.0.vault.close().await;
        self.0.reader.close().await;
        let appending = self.0.appending.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(appending) = appending
            && let Err(error) = appending.await
        {
            tracing::error!(log = self.name(), %error, "the append task failed");
        }
    }

    /// Whether [`Log::close`] was called.
    pub fn is_closed(&self) -> bool {
        self.0.queue.lock().unwrap_or_else(PoisonError::into_inner).is_none()
    }
}

fn ended() -> AppendError {
    AppendError::Unknown("the append task ended".to_owned())
}

/// Follows the head for appends of other processes. A failed poll is tried again: the next one tells all.
async fn poll(reader: Reader, name: String, head: watch::Sender<u64>) {
    let mut away = false;
    loop {
        tokio::time::sleep(POLL).await;
        match reader.rows("select position from head where one = 1", &[]).await {
            Ok(rows) => {
                away = false;
                if let Some(Ok(position)) = rows.first().map(|row| row.count("position")) {
                    append::tell(&head, position);
                }
            }
            Err(error) => {
                if !std::mem::replace(&mut away, true) {
                    let error = chain_of(&error);
                    tracing::warn!(log = name, error, "cannot read the head of log, trying again");
                }
            }
        }
    }
}

/// Creates or migrates a log's tables as their owner, and lets `app_role` read and append, nothing else.
/// On SQLite [`Log::open`] does all that is needed.
pub async fn migrate(
    store: &Store,
    name: &str,
    app_role: Option<&str>,
    options: &Options,
) -> Result<(), OpenError> {
    check_name(name)?;
    match store {
        Store::Sqlite { .. } => Ok(()),
        Store::Postgres { url } => postgres::migrate(url, name, app_role, options).await,
    }
}
