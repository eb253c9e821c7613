//! A log in a schema of PostgreSQL: one connection in the append task, which sends one call and nothing else,
//! and a pool of readers, which send single statements and nothing else. So no session is ever left in a
//! transaction, whatever is cancelled, and the head row's lock never waits for a client.

use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool, PgPoolOptions};
use sqlx::{ConnectOptions, Connection};

use crate::append::Outcome;
use crate::append::batch::Batch;
use crate::command::Known;
use crate::error::{AppendError, OpenError, chain_of};
use crate::header::Header;
use crate::log::Options;
use crate::recorded::Head;
use crate::rows;
use crate::seeded::{Fault::M1, fault};

mod call;
mod epoch;
mod schema;
mod settings;

pub(crate) use epoch::raise;
pub(crate) use schema::{grant_mirrors, migrate, prepare_mirrors};
pub(crate) use settings::check_settings;

/// Readers at a time.
const READERS: u32 = 4;
/// How long to wait for a connection.
const PATIENCE: Duration = Duration::from_secs(3);
/// How long to wait for the answer of an append. The server ends it sooner; this is for a network that
/// swallows everything, and what it cuts is unknown.
const ANSWER: Duration = Duration::from_secs(10);
/// How often a batch is sent before its outcome is called unknown.
const SENDINGS: usize = 2;

pub(crate) struct Writer {
    name: String,
    options: PgConnectOptions,
    require_checksums: bool,
    connection: Option<PgConnection>,
}

/// Opens the log in schema `name`, which this role creates or migrates if it may.
pub(crate) async fn open(
    url: &str,
    name: &str,
    options: &Options,
) -> Result<(Writer, PgPool, PgConnectOptions, Header, Head), OpenError> {
    let connecting = connect_options(url, name)?;
    let mut connection = connecting.connect().await?;
    check_settings(&mut connection, options.require_checksums).await?;
    schema::prepare(&mut connection, name, options).await?;
    let row = sqlx::query("select name, log_id, algorithm, epoch, position, hash from head")
        .fetch_one(&mut connection)
        .await?;
    let header = Header::of(&row)?.named(name)?;
    let head = rows::head(&row).map_err(|error| OpenError::Header(error.to_string()))?;
    connection.close().await?;
    let readers = PgPoolOptions::new()
        .max_connections(READERS)
        .acquire_timeout(PATIENCE)
        .max_lifetime(Duration::from_secs(30 * 60))
        .connect_with(bounded(connecting.clone()))
        .await?;
    let writer = Writer {
        name: name.to_owned(),
        options: bounded(connecting.clone()),
        require_checksums: options.require_checksums,
        connection: None,
    };
    Ok((writer, readers, connecting, header, head))
}

/// Sessions live in the log's schema. These may take their time: they migrate or verify.
pub(crate) fn connect_options(url: &str, name: &str) -> Result<PgConnectOptions, OpenError> {
    let options: PgConnectOptions = url.parse()?;
    Ok(options.application_name(&format!("tongban-{name}")).options([
        ("search_path", format!("\"{name}\", pg_temp").as_str()),
        ("default_transaction_isolation", "read committed"),
        ("idle_in_transaction_session_timeout", "10s"),
        ("tcp_user_timeout", "10s"),
        ("client_connection_check_interval", "1s"),
    ]))
}

/// Sessions that append or answer questions: the server itself ends what takes too long.
pub(crate) fn bounded(options: PgConnectOptions) -> PgConnectOptions {
    options.options([("lock_timeout", "2s"), ("statement_timeout", "5s")])
}

impl Writer {
    /// Sends the batch in one call. If the connection breaks, the batch is sent once more on a new one:
    /// every command carries its key, so a first attempt that was committed after all answers as repeated.
    pub(crate) async fn append(
        &mut self,
        now: i64,
        batch: &Batch<'_>,
    ) -> Result<Vec<Outcome>, AppendError> {
        let mut maybe_sent = false;
        let mut last = String::new();
        for _ in 0..SENDINGS {
            let mut connection = match self.connect().await {
                Ok(connection) => connection,
                Err(error) => {
                    last = error;
                    break;
                }
            };
            let error =
                match tokio::time::timeout(ANSWER, call::append(&mut connection, now, batch)).await
                {
                    Ok(Ok(outcomes)) => {
                        self.connection = Some(connection);
                        return Ok(outcomes);
                    }
                    Ok(Err(error)) => error,
                    Err(_elapsed) => sqlx::Error::PoolTimedOut,
                };
            tracing::warn!(log = self.name, %error, "cannot append to log");
            last = error.to_string();
            match call::effect(&error) {
                call::Effect::Nothing => {
                    self.connection = Some(connection);
                    break;
                }
                // The connection is dropped, never reused.
                call::Effect::NothingHere => {}
                call::Effect::Unknown => maybe_sent = true,
            }
        }
        Err(if maybe_sent { AppendError::Unknown(last) } else { AppendError::Unavailable(last) })
    }

    /// The key's row, after making sure that it has one. Twice is once, so an error only says: ask again.
    pub(crate) async fn fence(&mut self, principal: &str, key: &str) -> Result<Known, AppendError> {
        let mut last = String::new();
        for _ in 0..SENDINGS {
            let mut connection = match self.connect().await {
                Ok(connection) => connection,
                Err(error) => return Err(AppendError::Unavailable(error)),
            };
            let fencing = call::fence(&mut connection, principal, key);
            match tokio::time::timeout(ANSWER, fencing).await {
                Ok(Ok(known)) => {
                    self.connection = Some(connection);
                    return Ok(known);
                }
                Ok(Err(error)) => last = error.to_string(),
                Err(elapsed) => last = elapsed.to_string(),
            }
            tracing::warn!(log = self.name, error = last, "cannot fence a key");
        }
        Err(AppendError::Unavailable(last))
    }

    /// Every new session is asked for its settings again, for they may have been changed meanwhile.
    async fn connect(&mut self) -> Result<PgConnection, String> {
        if let Some(connection) = self.connection.take() {
            return Ok(connection);
        }
        let connecting = tokio::time::timeout(PATIENCE, self.options.connect());
        let mut connection = match connecting.await {
            Ok(connected) => connected.map_err(|error| error.to_string())?,
            Err(_elapsed) => return Err("the database does not answer".to_owned()),
        };
        check_settings(&mut connection, self.require_checksums)
            .await
            .map_err(|error| chain_of(&error))?;
        // Seeded: what is acknowledged is not durable yet.
        if fault(M1) {
            let _ = sqlx::query("set synchronous_commit to off").execute(&mut connection).await;
        }
        Ok(connection)
    }

    pub(crate) async fn close(self) {
        if let Some(connection) = self.connection
            && let Err(error) = connection.close().await
        {
            tracing::warn!(log = self.name, %error, "closing the log");
        }
    }
}
