//! Reading either database with the same statements: pools for everyday questions, one snapshot for proofs.

use sqlx::postgres::{PgConnection, PgPool};
use sqlx::sqlite::{SqliteConnection, SqlitePool};
use sqlx::{Connection, Executor, Postgres, Sqlite};

use crate::rows::LogRow;

/// A bound value.
pub(crate) enum Value<'a> {
    Integer(i64),
    Text(&'a str),
}

type Rows = Result<Vec<Box<dyn LogRow + Send>>, sqlx::Error>;

/// Pools of readers; they send single statements only.
pub(crate) enum Reader {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

impl Reader {
    pub(crate) async fn rows(&self, sql: &'static str, values: &[Value<'_>]) -> Rows {
        match self {
            Self::Sqlite(pool) => from_sqlite(pool, sql, values).await,
            Self::Postgres(pool) => from_postgres(pool, sql, values).await,
        }
    }

    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite(pool) => pool.close().await,
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

/// One connection in one read-only transaction: everything it reads is from the same moment.
pub(crate) enum Snapshot {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Snapshot {
    pub(crate) async fn begin(&mut self) -> Result<(), sqlx::Error> {
        match self {
            Self::Sqlite(connection) => sqlx::query("begin").execute(connection).await.map(drop),
            Self::Postgres(connection) => {
                sqlx::query("begin isolation level repeatable read read only")
                    .execute(connection)
                    .await
                    .map(drop)
            }
        }
    }

    /// Waits until the database has let go; dropping would leave that to another thread's leisure.
    pub(crate) async fn close(self) {
        let closed = match self {
            Self::Sqlite(connection) => connection.close().await,
            Self::Postgres(connection) => connection.close().await,
        };
        if let Err(error) = closed {
            tracing::warn!(%error, "closing a snapshot");
        }
    }

    pub(crate) async fn rows(&mut self, sql: &'static str, values: &[Value<'_>]) -> Rows {
        match self {
            Self::Sqlite(connection) => from_sqlite(connection, sql, values).await,
            Self::Postgres(connection) => from_postgres(connection, sql, values).await,
        }
    }
}

async fn from_sqlite<'c>(
    executor: impl Executor<'c, Database = Sqlite>,
    sql: &'static str,
    values: &[Value<'_>],
) -> Rows {
    let query = values.iter().fold(sqlx::query(sql), |query, value| match value {
        Value::Integer(number) => query.bind(*number),
        Value::Text(text) => query.bind((*text).to_owned()),
    });
    let rows = query.fetch_all(executor).await?;
    Ok(rows.into_iter().map(|row| Box::new(row) as Box<dyn LogRow + Send>).collect())
}

async fn from_postgres<'c>(
    executor: impl Executor<'c, Database = Postgres>,
    sql: &'static str,
    values: &[Value<'_>],
) -> Rows {
    let query = values.iter().fold(sqlx::query(sql), |query, value| match value {
        Value::Integer(number) => query.bind(*number),
        Value::Text(text) => query.bind((*text).to_owned()),
    });
    let rows = query.fetch_all(executor).await?;
    Ok(rows.into_iter().map(|row| Box::new(row) as Box<dyn LogRow + Send>).collect())
}
