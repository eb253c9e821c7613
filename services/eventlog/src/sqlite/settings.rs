//! The settings without which an acknowledged event could be lost.

use sqlx::Row;
use sqlx::sqlite::SqliteConnection;

use crate::error::OpenError;

/// Asks rather than trusts: a file system without shared memory silently keeps another journal mode.
pub(super) async fn check_settings(connection: &mut SqliteConnection) -> Result<(), OpenError> {
    let journal: String =
        sqlx::query("pragma journal_mode").fetch_one(&mut *connection).await?.try_get(0)?;
    if journal != "wal" {
        return Err(OpenError::Unsafe { setting: "journal_mode", found: journal, required: "wal" });
    }
    let synchronous: i64 =
        sqlx::query("pragma synchronous").fetch_one(&mut *connection).await?.try_get(0)?;
    if synchronous < 2 {
        let found = if synchronous == 1 { "normal" } else { "off" };
        let required = "full";
        return Err(OpenError::Unsafe {
            setting: "synchronous",
            found: found.to_owned(),
            required,
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests;
