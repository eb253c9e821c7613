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
mod tests {
    use sqlx::ConnectOptions;
    use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};

    use super::*;

    async fn refused(
        journal: SqliteJournalMode,
        synchronous: SqliteSynchronous,
    ) -> Option<&'static str> {
        let path = std::env::temp_dir().join(format!(
            "tongban-settings-{}-{}.sqlite",
            std::process::id(),
            synchronous as u8 as usize + 10 * journal as usize
        ));
        let mut connection = SqliteConnectOptions::new()
            .filename(&path)
            .create_if_missing(true)
            .journal_mode(journal)
            .synchronous(synchronous)
            .connect()
            .await
            .unwrap();
        let checked = check_settings(&mut connection).await;
        std::fs::remove_file(&path).unwrap();
        match checked {
            Ok(()) => None,
            Err(OpenError::Unsafe { setting, .. }) => Some(setting),
            Err(other) => panic!("{other}"),
        }
    }

    #[tokio::test]
    async fn a_journal_or_a_flush_that_can_lose_commits_is_refused_by_name() {
        use SqliteJournalMode::{Delete, Wal};
        use SqliteSynchronous::{Extra, Full, Normal, Off};
        assert_eq!(refused(Wal, Full).await, None);
        assert_eq!(refused(Wal, Extra).await, None);
        assert_eq!(refused(Wal, Normal).await, Some("synchronous"));
        assert_eq!(refused(Wal, Off).await, Some("synchronous"));
        assert_eq!(refused(Delete, Full).await, Some("journal_mode"));
    }
}
