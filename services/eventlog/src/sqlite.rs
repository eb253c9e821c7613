//! A log in a SQLite file: one writer connection in the append task, a pool of readers, and a lock file that
//! keeps other processes out.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool, SqlitePoolOptions,
    SqliteSynchronous,
};
use sqlx::{ConnectOptions, Connection, SqlSafeStr};

use crate::append::Outcome;
use crate::append::batch::Batch;
use crate::append::plan::{Held, StreamHead, plan};
use crate::command::Known;
use crate::error::{AppendError, OpenError, ReadError, chain_of};
use crate::hash::genesis;
use crate::header::Header;
use crate::log::Options;
use crate::recorded::Head;
use crate::rows::{self, LogRow, stored};

mod epoch;
mod settings;
mod store;

pub(crate) use epoch::raise;
use settings::check_settings;

/// Readers at a time.
const READERS: u32 = 4;
/// How long a reader waits for a connection, and the writer for a lock.
const PATIENCE: Duration = Duration::from_secs(3);

pub(crate) struct Writer {
    options: SqliteConnectOptions,
    /// None after an error: SQLite is never asked again on a handle that failed.
    connection: Option<SqliteConnection>,
    header: Header,
    // Held as long as the log is open; the lock ends with the file handle.
    _lock: File,
}

/// Opens or creates the log `<directory>/<name>.sqlite`.
pub(crate) async fn open(
    directory: &Path,
    name: &str,
    options: &Options,
) -> Result<(Writer, SqlitePool, Header, Head), OpenError> {
    let _lock = lock(directory, name)?;
    let path = directory.join(format!("{name}.sqlite"));
    let writing = SqliteConnectOptions::new()
        .filename(&path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(PATIENCE);
    let mut connection = writing.connect().await?;
    check_settings(&mut connection).await?;
    migrate(&mut connection).await?;
    create_header(&mut connection, name, options).await?;
    sync_directory(directory)?;
    let row = sqlx::query("select name, log_id, algorithm, epoch, position, hash from head")
        .fetch_one(&mut connection)
        .await?;
    let header = Header::of(&row)?.named(name)?;
    let head = rows::head(&row).map_err(|error| OpenError::Header(error.to_string()))?;
    let reading =
        SqliteConnectOptions::new().filename(&path).read_only(true).busy_timeout(PATIENCE);
    let readers = SqlitePoolOptions::new()
        .max_connections(READERS)
        .acquire_timeout(PATIENCE)
        .connect_with(reading)
        .await?;
    let writer =
        Writer { options: writing, connection: Some(connection), header: header.clone(), _lock };
    Ok((writer, readers, header, head))
}

fn lock(directory: &Path, name: &str) -> Result<File, OpenError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| OpenError::File { path, source }
    };
    std::fs::create_dir_all(directory).map_err(failed(directory))?;
    let path: PathBuf = directory.join(format!("{name}.lock"));
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(failed(&path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse(path)),
        Err(TryLockError::Error(source)) => Err(failed(&path)(source)),
    }
}

/// A file is durable only when its directory entry is.
fn sync_directory(directory: &Path) -> Result<(), OpenError> {
    File::open(directory)
        .and_then(|opened| opened.sync_all())
        .map_err(|source| OpenError::File { path: directory.to_owned(), source })
}

async fn migrate(connection: &mut SqliteConnection) -> Result<(), OpenError> {
    let migrator = migrator();
    let known = crate::migration::newest(&migrator);
    // `run` does the same behind a trait that keeps this future from being sent between threads.
    migrator
        .run_direct(None, connection, false)
        .await
        .map_err(|error| crate::migration::failed(error, known))
}

fn migrator() -> Migrator {
    let step = |version, name: &'static str, sql: &'static str| {
        Migration::new(version, name.into(), MigrationType::Simple, sql.into_sql_str(), false)
    };
    crate::migration::migrator(vec![
        step(1, "log", include_str!("../migrations/sqlite/0001_log.sql")),
        step(2, "vault", include_str!("../migrations/sqlite/0002_vault.sql")),
        step(3, "fence", include_str!("../migrations/sqlite/0003_fence.sql")),
        step(4, "trace", include_str!("../migrations/sqlite/0004_trace.sql")),
    ])
}

async fn create_header(
    connection: &mut SqliteConnection,
    name: &str,
    options: &Options,
) -> Result<(), OpenError> {
    let exists =
        sqlx::query("select one from head").fetch_optional(&mut *connection).await?.is_some();
    if exists {
        return Ok(());
    }
    let log_id = match options.log_id {
        Some(log_id) => log_id,
        None => random_id(connection).await?,
    };
    sqlx::query(
        "insert into head (one, name, log_id, algorithm, epoch, position, hash, recorded_at)
         values (1, $1, $2, $3, 1, 0, $4, 0)",
    )
    .bind(name)
    .bind(log_id.as_slice())
    .bind(options.algorithm.name())
    .bind(genesis(options.algorithm, &log_id, name).as_slice())
    .execute(connection)
    .await?;
    Ok(())
}

async fn random_id(connection: &mut SqliteConnection) -> Result<[u8; 16], OpenError> {
    let row = sqlx::query("select randomblob(16) as id").fetch_one(connection).await?;
    let id = row.bytes("id").map_err(|error| OpenError::Header(error.to_string()))?;
    id.try_into().map_err(|_length| OpenError::Header("no random log id".to_owned()))
}

impl Writer {
    /// All in one transaction. An error before its end undid everything; one at its end says nothing.
    pub(crate) async fn append(
        &mut self,
        now: i64,
        batch: &Batch<'_>,
    ) -> Result<Vec<Outcome>, AppendError> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => self.options.connect().await.map_err(unavailable)?,
        };
        match write(&mut connection, &self.header, now, batch).await {
            Ok(outcomes) => {
                self.connection = Some(connection);
                Ok(outcomes)
            }
            Err(error) => {
                tracing::error!(log = self.header.name, %error, "cannot append to log");
                let _ignored = connection.close().await;
                Err(error)
            }
        }
    }

    /// The key's row, after making sure that it has one.
    pub(crate) async fn fence(&mut self, principal: &str, key: &str) -> Result<Known, AppendError> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => self.options.connect().await.map_err(unavailable)?,
        };
        match store::fence(&mut connection, principal, key).await {
            Ok(known) => {
                self.connection = Some(connection);
                Ok(known)
            }
            Err(error) => {
                tracing::error!(log = self.header.name, %error, "cannot fence a key");
                let _ignored = connection.close().await;
                Err(AppendError::Unavailable(chain_of(&error)))
            }
        }
    }

    pub(crate) async fn close(self) {
        if let Some(connection) = self.connection
            && let Err(error) = connection.close().await
        {
            tracing::warn!(log = self.header.name, %error, "closing the log");
        }
    }
}

async fn write(
    connection: &mut SqliteConnection,
    header: &Header,
    now: i64,
    batch: &Batch<'_>,
) -> Result<Vec<Outcome>, AppendError> {
    let mut transaction = connection.begin_with("begin immediate").await.map_err(unavailable)?;
    let (mut held, recorded_at) = store::load(&mut transaction, batch)
        .await
        .map_err(|error| AppendError::Unavailable(chain_of(&error)))?;
    let at = now.max(recorded_at);
    let (outcomes, events) = plan(header, at, batch, &mut held);
    store::store(&mut transaction, at, batch, &held, &outcomes, &events)
        .await
        .map_err(unavailable)?;
    transaction.commit().await.map_err(|error| AppendError::Unknown(chain_of(&error)))?;
    Ok(outcomes)
}

fn unavailable(error: sqlx::Error) -> AppendError {
    AppendError::Unavailable(chain_of(&error))
}
