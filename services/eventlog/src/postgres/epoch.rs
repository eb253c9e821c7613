//! Raising a log's epoch, as the owner of its tables.

use sqlx::{ConnectOptions, Connection, Row};

use super::connect_options;
use crate::epoch::RaiseError;
use crate::error::OpenError;
use crate::recorded::Head;
use crate::rows;

/// Raises the epoch while nobody else has the log open.
pub(crate) async fn raise(
    url: &str,
    name: &str,
    raise: impl FnOnce(Head) -> Result<Head, RaiseError>,
) -> Result<Head, RaiseError> {
    let connecting = connect_options(url, name)?;
    let mut connection = connecting.connect().await.map_err(OpenError::from)?;
    let mut transaction = connection.begin().await.map_err(OpenError::from)?;
    // The lock of every append.
    let sql = "select epoch, position, hash from head where one = 1 for update";
    let row = sqlx::query(sql).fetch_one(&mut *transaction).await.map_err(OpenError::from)?;
    let found = rows::head(&row).map_err(|error| OpenError::Header(error.to_string()))?;
    let raised = raise(found)?;
    let sql = "select count(*) as others from pg_catalog.pg_stat_activity
                where datname = current_database() and pid <> pg_backend_pid()
                  and application_name = current_setting('application_name')";
    let row = sqlx::query(sql).fetch_one(&mut *transaction).await.map_err(OpenError::from)?;
    let others: i64 = row.try_get("others").map_err(OpenError::from)?;
    if others > 0 {
        return Err(RaiseError::InUse(others));
    }
    sqlx::query("update head set epoch = $1 where one = 1")
        .bind(i64::from(raised.epoch))
        .execute(&mut *transaction)
        .await
        .map_err(OpenError::from)?;
    transaction.commit().await.map_err(OpenError::from)?;
    connection.close().await.map_err(OpenError::from)?;
    Ok(raised)
}
