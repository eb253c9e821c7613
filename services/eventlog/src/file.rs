//! Reads a SQLite log's file from outside the process that owns it, and never writes to it.

use std::path::Path;

use sqlx::ConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;

use crate::error::ReadError;
use crate::read::{Snapshot, Value};
use crate::recorded::Recorded;
use crate::rows::{self, stored};

/// A log's file as it was at one moment, whether its log is open elsewhere or closed.
pub struct LogFile(Snapshot);

impl LogFile {
    /// Opens `<directory>/<name>.sqlite` for reading.
    ///
    /// # Errors
    /// [`ReadError::Database`] if it is not there or not a database.
    pub async fn open(path: &Path) -> Result<Self, ReadError> {
        let mut wal = path.as_os_str().to_owned();
        wal.push("-wal");
        // Without a journal nobody is writing, and SQLite need not create its own files beside a closed log.
        let closed = !std::fs::metadata(&wal).is_ok_and(|journal| journal.len() > 0);
        let options = SqliteConnectOptions::new().filename(path).read_only(true).immutable(closed);
        let mut snapshot = Snapshot::Sqlite(options.connect().await?);
        snapshot.begin().await?;
        Ok(Self(snapshot))
    }

    /// At most `limit` events after a position, in order.
    ///
    /// # Errors
    /// [`ReadError`] names the row that is not as the log writes it.
    pub async fn read(&mut self, after: u64, limit: usize) -> Result<Vec<Recorded>, ReadError> {
        let sql = "select position, epoch, stream, version, kind, recorded_at, actor, on_behalf_of,
                          principal, key, command_digest, payload, stream_hash, hash
                     from event where position > $1 order by position limit $2";
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let values = [Value::Integer(stored(after)), Value::Integer(limit)];
        let found = self.0.rows(sql, &values).await?;
        found.iter().map(|row| rows::recorded(row.as_ref())).collect()
    }
}
