//! Which settings are refused, on real files.

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
