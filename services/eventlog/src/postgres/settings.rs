//! The settings without which an acknowledged event could be lost or silently changed.

use sqlx::Row;
use sqlx::postgres::PgConnection;

use crate::error::OpenError;

/// Oldest server that is known to work, as PostgreSQL counts versions.
const OLDEST: i64 = 150_000;

/// Refuses a session that is not safe to append in, naming the setting.
pub(crate) async fn check_settings(
    connection: &mut PgConnection,
    require_checksums: bool,
) -> Result<(), OpenError> {
    let row = sqlx::query(
        "select current_setting('server_version_num')::bigint as server_version_num,
                current_setting('server_encoding') as server_encoding,
                current_setting('fsync') as fsync,
                current_setting('full_page_writes') as full_page_writes,
                current_setting('synchronous_commit') as synchronous_commit,
                current_setting('data_checksums') as data_checksums",
    )
    .fetch_one(connection)
    .await?;
    let version: i64 = row.try_get("server_version_num")?;
    if version < OLDEST {
        let (setting, found) = ("server_version_num", version.to_string());
        return Err(OpenError::Unsafe { setting, found, required: "at least 150000" });
    }
    for (setting, required) in
        [("server_encoding", "UTF8"), ("fsync", "on"), ("full_page_writes", "on")]
    {
        let found: String = row.try_get(setting)?;
        if found != required {
            return Err(OpenError::Unsafe { setting, found, required });
        }
    }
    let found: String = row.try_get("synchronous_commit")?;
    if found == "off" {
        let (setting, required) = ("synchronous_commit", "local or more");
        return Err(OpenError::Unsafe { setting, found, required });
    }
    let found: String = row.try_get("data_checksums")?;
    if found != "on" {
        if require_checksums {
            let (setting, required) = ("data_checksums", "on");
            return Err(OpenError::Unsafe { setting, found, required });
        }
        tracing::warn!(
            "data_checksums is {found}: a flipped bit on disk may go unnoticed until verified"
        );
    }
    Ok(())
}
