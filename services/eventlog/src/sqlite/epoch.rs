//! Raising a log's epoch in its file.

use std::path::Path;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection};

use super::{PATIENCE, lock};
use crate::epoch::RaiseError;
use crate::error::OpenError;
use crate::recorded::Head;
use crate::rows;

/// Raises the epoch while nobody else has the log open.
pub(crate) async fn raise(
    directory: &Path,
    name: &str,
    raise: impl FnOnce(Head) -> Result<Head, RaiseError>,
) -> Result<Head, RaiseError> {
    let _lock = lock(directory, name)?;
    let options = SqliteConnectOptions::new()
        .filename(directory.join(format!("{name}.sqlite")))
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(PATIENCE);
    let mut connection = options.connect().await.map_err(OpenError::from)?;
    let sql = "select epoch, position, hash from head where one = 1";
    let row = sqlx::query(sql).fetch_one(&mut connection).await.map_err(OpenError::from)?;
    let found = rows::head(&row).map_err(|error| OpenError::Header(error.to_string()))?;
    let raised = raise(found)?;
    sqlx::query("update head set epoch = $1 where one = 1")
        .bind(i64::from(raised.epoch))
        .execute(&mut connection)
        .await
        .map_err(OpenError::from)?;
    connection.close().await.map_err(OpenError::from)?;
    Ok(raised)
}
