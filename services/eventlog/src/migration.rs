//! What both backends' migrations share: the table that counts them, and how they fail.

use sqlx::migrate::{MigrateError, Migration, Migrator};

use crate::error::OpenError;

/// Our own, so that no other migrator in the same schema takes our versions for its own.
pub(crate) const TABLE: &str = "log_migration";

pub(crate) fn migrator(migrations: Vec<Migration>) -> Migrator {
    let mut migrator = Migrator::with_migrations(migrations);
    migrator.dangerous_set_table_name(TABLE);
    migrator
}

/// The newest version this program knows.
pub(crate) fn newest(migrator: &Migrator) -> i64 {
    migrator.iter().map(|migration| migration.version).max().unwrap_or(0)
}

pub(crate) fn failed(error: MigrateError, known: i64) -> OpenError {
    match error {
        MigrateError::VersionMissing(found) => OpenError::NewerSchema { found, known },
        other => OpenError::Migration(other),
    }
}
