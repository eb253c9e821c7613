//! Walks a log, recomputes every hash and names the first position that does not fit.

use std::collections::HashMap;
use std::path::Path;

use sqlx::ConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;

use crate::command::FENCE;
use crate::error::{OpenError, ReadError};
use crate::hash::genesis;
use crate::header::Header;
use crate::read::{Snapshot, Value};
use crate::recorded::Head;
use crate::rows::{self, stored};

mod walk;

use walk::Walk;

/// Events that are read at a time.
const PAGE: i64 = 500;

/// What a walk over the whole log found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The log's name in its header.
    pub name: String,
    /// The log's id.
    pub log_id: [u8; 16],
    /// The name of its hash.
    pub algorithm: &'static str,
    /// The verified head. Keep it elsewhere and give it to the next verification.
    pub head: Head,
}

/// Why a log could not be verified.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// The history was altered; everything before this position fits.
    #[error("position {position} is bad: {what}")]
    Bad {
        /// The first bad position; 0 is the header.
        position: u64,
        /// What does not fit.
        what: String,
    },
    /// The file cannot be opened or read.
    #[error("the log cannot be read")]
    Unreadable(#[from] sqlx::Error),
}

pub(crate) fn bad<T>(position: u64, what: impl Into<String>) -> Result<T, VerifyError> {
    Err(VerifyError::Bad { position, what: what.into() })
}

/// A row that cannot be read as what it should be is a bad row, not an unreadable log.
fn at(position: u64) -> impl Fn(ReadError) -> VerifyError {
    move |error| match error {
        ReadError::Malformed { what, .. } => {
            VerifyError::Bad { position, what: format!("{what} is malformed") }
        }
        ReadError::Database(error) => VerifyError::Unreadable(error),
        // A verification reads the database itself.
        ReadError::Unavailable(what) => VerifyError::Unreadable(sqlx::Error::Protocol(what)),
    }
}

/// Verifies a SQLite log's file without writing to it, whether it is open or closed.
/// `expect` is a head known from before: the log must still contain it.
pub async fn verify_file(path: &Path, expect: Option<Head>) -> Result<Report, VerifyError> {
    let mut wal = path.as_os_str().to_owned();
    wal.push("-wal");
    // Without a journal nobody is writing, and SQLite need not create its own files beside a closed log.
    let closed = !std::fs::metadata(&wal).is_ok_and(|journal| journal.len() > 0);
    let options = SqliteConnectOptions::new().filename(path).read_only(true).immutable(closed);
    verify(Snapshot::Sqlite(options.connect().await?), None, expect).await
}

/// Verifies everything a snapshot holds, and lets go of it.
pub(crate) async fn verify(
    mut snapshot: Snapshot,
    name: Option<&str>,
    expect: Option<Head>,
) -> Result<Report, VerifyError> {
    let report = match snapshot.begin().await {
        Ok(()) => walk(&mut snapshot, name, expect).await,
        Err(error) => Err(VerifyError::Unreadable(error)),
    };
    snapshot.close().await;
    report
}

async fn walk(
    snapshot: &mut Snapshot,
    name: Option<&str>,
    expect: Option<Head>,
) -> Result<Report, VerifyError> {
    let sql = "select name, log_id, algorithm, epoch, position, hash, recorded_at from head";
    let found = snapshot.rows(sql, &[]).await?;
    let [row] = found.as_slice() else { return bad(0, "the header is not exactly one row") };
    let header = Header::of(row.as_ref()).and_then(|header| match name {
        Some(name) => header.named(name),
        None => Ok(header),
    });
    let header = header
        .map_err(|error: OpenError| VerifyError::Bad { position: 0, what: error.to_string() })?;
    let head = rows::head(row.as_ref()).map_err(at(0))?;
    let recorded_at = row.integer("recorded_at").map_err(at(0))?;

    let mut walk = Walk::new(&header, head, expect)?;
    events(snapshot, &mut walk).await?;
    walk.ends_at(head, recorded_at)?;
    stream_heads(snapshot, &mut walk).await?;
    leftovers(snapshot, &walk).await?;
    Ok(Report {
        name: header.name,
        log_id: header.log_id,
        algorithm: header.algorithm.name(),
        head,
    })
}

async fn events(snapshot: &mut Snapshot, walk: &mut Walk<'_>) -> Result<(), VerifyError> {
    let sql = "select e.position, e.epoch, e.stream, e.version, e.kind, e.recorded_at, e.actor,
                      e.on_behalf_of, e.principal, e.key, e.command_digest, e.payload, e.stream_hash, e.hash,
                      c.fingerprint, c.first_position, c.last_position, c.version as command_version, c.answer
                 from event e
                 left join command c on c.principal = e.principal and c.key = e.key
                where e.position > $1 order by e.position limit $2";
    let mut after = 0;
    loop {
        let page = snapshot.rows(sql, &[Value::Integer(after), Value::Integer(PAGE)]).await?;
        let Some(last) = page.last() else { return Ok(()) };
        let through = last.integer("position").map_err(at(walk.next()))?;
        let mut reserved = reservations(snapshot, after, through).await?;
        for row in &page {
            let position = walk.next();
            let event = rows::recorded(row.as_ref()).map_err(at(position))?;
            let here = reserved.remove(&event.position).unwrap_or_default();
            walk.step(row.as_ref(), &event, here)?;
        }
        if let Some(stray) = reserved.keys().min() {
            return bad(*stray, "a reservation names no event");
        }
        after = through;
    }
}

/// What was reserved at some positions, as (kind, value, stream), sorted as it was hashed.
type Reserved = HashMap<u64, Vec<(String, String, String)>>;

async fn reservations(
    snapshot: &mut Snapshot,
    after: i64,
    through: i64,
) -> Result<Reserved, VerifyError> {
    let sql = "select kind, value, stream, position from reservation
                where position > $1 and position <= $2 order by position, kind, value";
    let mut reserved = Reserved::new();
    for row in snapshot.rows(sql, &[Value::Integer(after), Value::Integer(through)]).await? {
        let position = row.count("position").map_err(at(0))?;
        let read = |column| row.text(column).map_err(at(position));
        let entry = (read("kind")?, read("value")?, read("stream")?);
        reserved.entry(position).or_default().push(entry);
    }
    Ok(reserved)
}

async fn stream_heads(snapshot: &mut Snapshot, walk: &mut Walk<'_>) -> Result<(), VerifyError> {
    let sql =
        "select stream, version, hash from stream_head where stream > $1 order by stream limit $2";
    let mut after = String::new();
    loop {
        let page = snapshot.rows(sql, &[Value::Text(&after), Value::Integer(PAGE)]).await?;
        if page.is_empty() {
            return walk.every_stream_was_met();
        }
        for row in page {
            let next = walk.next();
            after = row.text("stream").map_err(at(next))?;
            let last = walk.last_of(&after);
            let version = row.count("version").map_err(at(last))?;
            walk.meet(&after, version, row.hash("hash").map_err(at(last))?)?;
        }
    }
}

/// Rows of the command and reservation tables that no event stands behind.
async fn leftovers(snapshot: &mut Snapshot, walk: &Walk<'_>) -> Result<(), VerifyError> {
    // A fence stands behind no event: its positions are 0 and its fingerprint is that of no request.
    let sql = "select distinct fingerprint from command where first_position = 0 limit 2";
    for row in snapshot.rows(sql, &[]).await? {
        if row.hash("fingerprint").map_err(at(0))? != FENCE {
            return bad(0, "a command has no events");
        }
    }
    let sql = "select c.first_position as position from command c
                where not (c.first_position = 0 and c.last_position = 0 and c.version = 0
                           and length(c.answer) = 0)
                  and not exists (select 1 from event e where e.position = c.first_position
                                     and e.principal = c.principal and e.key = c.key)
                order by 1 limit 1";
    if let Some(row) = snapshot.rows(sql, &[]).await?.first() {
        let position = row.count("position").map_err(at(0))?;
        return bad(position.min(walk.next()), "a command has no events");
    }
    if !snapshot
        .rows("select position from event where position < 1 limit 1", &[])
        .await?
        .is_empty()
    {
        return bad(0, "an event stands before the first position");
    }
    let sql = "select position from reservation where position > $1 or position < 1 limit 1";
    let last = stored(walk.next() - 1);
    if !snapshot.rows(sql, &[Value::Integer(last)]).await?.is_empty() {
        return bad(walk.next(), "a reservation names no event");
    }
    Ok(())
}

/// The hash before the first event.
fn start(header: &Header) -> [u8; 32] {
    genesis(header.algorithm, &header.log_id, &header.name)
}
