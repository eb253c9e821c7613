//! Making a mirror anew: the log is copied beside the live copy, both are compared row by row, and one statement
//! puts the new one in place. Whoever folds the old copy notices that its number is gone, and begins anew.

use sqlx::postgres::PgConnection;
use sqlx::{Connection, Row};
use tonic::transport::Channel;

use super::Mirrors;
use super::rows::{Checkpoint, Rows, facts};
use crate::command::MAX_EVENTS;
use crate::error::ReadError;
use crate::mirror::copy::batch;
use crate::recorded::Head;
use crate::remote::Remote;
use crate::rows::stored;

/// What the rebuilding of a mirror found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rebuilt {
    /// Where the old copy ended; up to there both were compared.
    pub compared: u64,
    /// Positions at which the old copy and the log differ.
    pub differences: u64,
    /// The first of them.
    pub first: Option<u64>,
    /// Where the new copy ends.
    pub position: u64,
}

/// Why a mirror was not rebuilt; the old copy stands as it was.
#[derive(Debug, thiserror::Error)]
pub enum RebuildError {
    /// The log was never mirrored here.
    #[error("there is no mirror of this log yet; it is made when a process follows it")]
    Nothing,
    /// Another rebuilding is under way in the same database.
    #[error("a mirror in this database is being rebuilt already")]
    Busy,
    /// Another rebuilding was faster.
    #[error("the mirror was rebuilt meanwhile")]
    Overtaken,
    /// The log itself, or the database, cannot be read.
    #[error("the log or its mirror cannot be read")]
    Read(#[from] ReadError),
}

impl From<sqlx::Error> for RebuildError {
    fn from(error: sqlx::Error) -> Self {
        Self::Read(error.into())
    }
}

/// Only one rebuilding at a time in a database; the number is no other lock's.
const LOCK: i64 = 0x746f_6e67_6d69_7272;

/// What differs between two copies up to a position. A row that only one of them has differs, too; a trace is no
/// part of what was recorded.
const COMPARE: &str = concat!(
    "select count(*) as differences, min(position) as first
       from (select position, row(",
    facts!(),
    ") as all_of_it from event where generation = $1 and position <= $3) old
       full join (select position, row(",
    facts!(),
    ") as all_of_it from event where generation = $2 and position <= $3) new using (position)
      where old.all_of_it is distinct from new.all_of_it"
);

/// The new copy in place of the old one, whose rows go.
const SWAP: &str = "
    with swapped as (
        update checkpoint set generation = $3, log_id = $4, algorithm = $5, epoch = $6, position = $7, hash = $8
         where log = $1 and generation = $2 returning generation),
    gone as (delete from event where generation = $2 and exists (select from swapped))
    select generation from swapped";

impl Mirrors {
    /// Copies the log `name` of the service behind `channel` anew beside the copy that is there, and compares
    /// both; unless it is only asked for that (`dry_run`), the new copy takes the place of the old one.
    pub async fn rebuild(
        &self,
        channel: Channel,
        name: &str,
        dry_run: bool,
    ) -> Result<Rebuilt, RebuildError> {
        // A session of its own, without the limits of everyday statements; with it the lock goes.
        let mut session = self.pool.acquire().await?.detach();
        sqlx::raw_sql("set statement_timeout = 0; set synchronous_commit = on")
            .execute(&mut session)
            .await?;
        let locked = sqlx::query("select pg_try_advisory_lock($1) as locked").bind(LOCK);
        if !locked.fetch_one(&mut session).await?.try_get::<bool, _>("locked")? {
            return Err(RebuildError::Busy);
        }
        let rows = Rows { pool: self.pool.clone(), log: name.to_owned() };
        let rebuilt = rebuild(&mut session, &rows, channel, dry_run).await;
        // What a rebuilding left behind that did not come to its end is of no copy.
        let leftovers =
            "delete from event where generation not in (select generation from checkpoint)";
        sqlx::query(leftovers).execute(&mut session).await?;
        sqlx::query("select pg_advisory_unlock($1)").bind(LOCK).execute(&mut session).await?;
        session.close().await?;
        rebuilt
    }
}

async fn rebuild(
    session: &mut PgConnection,
    rows: &Rows,
    channel: Channel,
    dry_run: bool,
) -> Result<Rebuilt, RebuildError> {
    // The old copy first: the log is asked afterwards, so it is not behind it unless it has another history.
    let (old, _) = rows.checkpoint(0).await?.ok_or(RebuildError::Nothing)?;
    let new = copy(session, rows, channel).await?;
    let compared = sqlx::query(COMPARE)
        .bind(old.generation)
        .bind(new.generation)
        .bind(stored(old.at.position))
        .fetch_one(&mut *session)
        .await?;
    let differences: i64 = compared.try_get("differences")?;
    let first: Option<i64> = compared.try_get("first")?;
    if !dry_run {
        let swapped = sqlx::query(SWAP)
            .bind(&rows.log)
            .bind(old.generation)
            .bind(new.generation)
            .bind(new.log.log_id.as_slice())
            .bind(new.log.algorithm.name())
            .bind(i64::from(new.at.epoch))
            .bind(stored(new.at.position))
            .bind(new.at.hash.as_slice())
            .fetch_optional(&mut *session)
            .await?;
        swapped.ok_or(RebuildError::Overtaken)?;
    }
    let count = |number: i64| u64::try_from(number).unwrap_or_default();
    Ok(Rebuilt {
        compared: old.at.position,
        differences: count(differences),
        first: first.map(count),
        position: new.at.position,
    })
}

/// Everything that the log holds now, each event proved against the one before it, under a new number.
async fn copy(
    session: &mut PgConnection,
    rows: &Rows,
    channel: Channel,
) -> Result<Checkpoint, RebuildError> {
    let remote = Remote::follow(channel, rows.log.clone(), None);
    let head = remote.head().await?;
    let log = remote.identity().await?;
    let number = sqlx::query("select nextval('generation') as generation");
    let generation = number.fetch_one(&mut *session).await?.try_get("generation")?;
    let mut at = Head { epoch: head.epoch, position: 0, hash: log.genesis(&rows.log) };
    while at.position < head.position {
        let page = remote.read(at.position, MAX_EVENTS).await?;
        let events = batch(&page);
        for event in events {
            let what = "it does not follow the event before it";
            let malformed = ReadError::Malformed { position: event.position, what };
            at = log.step(&at, event).ok_or(malformed)?;
        }
        rows.insert(generation, events).await?;
    }
    Ok(Checkpoint { generation, log, at })
}
