//! The tables of mirrors. Every statement is a transaction of its own, so that no session is ever left in one.

use sqlx::postgres::{PgArguments, PgPool, PgRow};
use sqlx::query::Query;
use sqlx::{Postgres, Row};

use crate::error::ReadError;
use crate::hash::Algorithm;
use crate::linked::Identity;
use crate::recorded::{Head, Recorded};
use crate::rows::{self, LogRow, stored};
use crate::seeded::{Fault::M6, fault};

/// Up to where a log is copied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Checkpoint {
    /// The number of the copy: a rebuilt one has another.
    pub(crate) generation: i64,
    pub(crate) log: Identity,
    pub(crate) at: Head,
}

/// The rows of one log's mirror.
#[derive(Clone)]
pub(crate) struct Rows {
    pub(crate) pool: PgPool,
    /// The log's name.
    pub(crate) log: String,
}

/// The columns of what was recorded, as a log names them.
macro_rules! facts {
    () => {
        "position, epoch, stream, version, kind, recorded_at, actor, on_behalf_of,
         principal, key, command_digest, payload, stream_hash, hash"
    };
}

/// The same with the trace, which stands beside what was recorded and proves nothing.
macro_rules! columns {
    () => {
        concat!(facts!(), ", traceparent")
    };
}

pub(super) use facts;

/// The statement that reads events of one copy, and nothing at all once another took its place.
macro_rules! events {
    ($which:literal) => {
        concat!(
            "select e.* from checkpoint c
               left join lateral (select ",
            columns!(),
            " from event where generation = c.generation and position <= c.position and ",
            $which,
            ") e on true where c.log = $1 and c.generation = $2"
        )
    };
}

/// The statement that adds rows under the number that `$from` gives, out of one array a column from $2 on.
macro_rules! insert {
    ($from:literal) => {
        concat!(
            "insert into event (generation, ",
            columns!(),
            ") select copy.generation, e.* from ",
            $from,
            " copy, unnest($2::bigint[], $3::bigint[], $4::text[], $5::bigint[], $6::text[],
                   $7::bigint[], $8::text[], $9::text[], $10::text[], $11::text[],
                   $12::bytea[], $13::bytea[], $14::bytea[], $15::bytea[], $16::text[]) e"
        )
    };
}

/// Moves the checkpoint from where it was and adds the rows up to there: both, or neither where somebody else
/// moved it first.
const ADVANCE: &str = concat!(
    "with moved as (
         update checkpoint set epoch = $18, position = $19, hash = $20
          where log = $17 and generation = $1 and epoch = $21 and position = $22 and hash = $23
         returning generation),
     kept as (",
    insert!("moved"),
    ") select generation from moved"
);

/// Adds rows to a copy that nobody reads yet.
const INSERT: &str = insert!("(select $1::bigint as generation)");

/// A statement that begins with a generation and the columns of these events.
fn adding<'q>(
    sql: &'static str,
    generation: i64,
    events: &'q [Recorded],
) -> Query<'q, Postgres, PgArguments> {
    let texts = |of: fn(&Recorded) -> &str| events.iter().map(of).collect::<Vec<_>>();
    let bytes = |of: fn(&Recorded) -> &[u8]| events.iter().map(of).collect::<Vec<_>>();
    let counts =
        |of: fn(&Recorded) -> u64| events.iter().map(|event| stored(of(event))).collect::<Vec<_>>();
    let times: Vec<_> = events.iter().map(|event| event.recorded_at.as_microsecond()).collect();
    sqlx::query(sql)
        .bind(generation)
        .bind(counts(|event| event.position))
        .bind(counts(|event| event.epoch.into()))
        .bind(texts(|event| &event.stream))
        .bind(counts(|event| event.version))
        .bind(texts(|event| &event.kind))
        .bind(times)
        .bind(texts(|event| &event.actor))
        .bind(texts(|event| &event.on_behalf_of))
        .bind(texts(|event| &event.principal))
        .bind(texts(|event| &event.key))
        .bind(bytes(|event| &event.command_digest))
        .bind(bytes(|event| &event.payload))
        .bind(bytes(|event| &event.stream_hash))
        .bind(bytes(|event| &event.hash))
        .bind(texts(|event| &event.traceparent))
}

impl Rows {
    /// The checkpoint, and the hash that the copy has at a position.
    pub(crate) async fn checkpoint(
        &self,
        position: u64,
    ) -> Result<Option<(Checkpoint, Option<[u8; 32]>)>, ReadError> {
        let sql = "select c.generation, c.log_id, c.algorithm, c.epoch, c.position, c.hash,
                          (select e.hash from event e
                            where e.generation = c.generation and e.position = $2) as hash_there
                     from checkpoint c where c.log = $1";
        let row = sqlx::query(sql).bind(&self.log).bind(stored(position));
        let Some(row) = row.fetch_optional(&self.pool).await? else { return Ok(None) };
        let malformed = |what| ReadError::Malformed { position: 0, what };
        let log = Identity {
            log_id: row.bytes("log_id")?.try_into().map_err(|_length| malformed("log_id"))?,
            algorithm: Algorithm::named(&row.text("algorithm")?).ok_or(malformed("algorithm"))?,
        };
        let there: Option<Vec<u8>> = row.try_get("hash_there")?;
        let there = there.map(|hash| hash.try_into().map_err(|_length| malformed("hash")));
        let generation = row.integer("generation")?;
        Ok(Some((Checkpoint { generation, log, at: rows::head(&row)? }, there.transpose()?)))
    }

    /// Begins the copy before the log's first event, unless it was begun.
    pub(crate) async fn begin(&self, log: &Identity, epoch: u32) -> Result<(), ReadError> {
        let sql =
            "insert into checkpoint (log, generation, log_id, algorithm, epoch, position, hash)
             values ($1, nextval('generation'), $2, $3, $4, 0, $5) on conflict (log) do nothing";
        sqlx::query(sql)
            .bind(&self.log)
            .bind(log.log_id.as_slice())
            .bind(log.algorithm.name())
            .bind(i64::from(epoch))
            .bind(log.genesis(&self.log).as_slice())
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Moves the checkpoint over these events and keeps them, in one transaction; says whether it was where
    /// it was thought to be. If not, nothing was done.
    pub(crate) async fn advance(
        &self,
        from: &Checkpoint,
        to: Head,
        events: &[Recorded],
    ) -> Result<bool, ReadError> {
        // Seeded: the checkpoint first, then the rows.
        if fault(M6) && !events.is_empty() && from.at != to {
            let there = Checkpoint { at: to, ..from.clone() };
            let moved = Box::pin(self.advance(from, to, &[])).await?;
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            return Ok(moved && Box::pin(self.advance(&there, to, events)).await?);
        }
        let moved = adding(ADVANCE, from.generation, events)
            .bind(&self.log)
            .bind(i64::from(to.epoch))
            .bind(stored(to.position))
            .bind(to.hash.as_slice())
            .bind(i64::from(from.at.epoch))
            .bind(stored(from.at.position))
            .bind(from.at.hash.as_slice())
            .fetch_optional(&self.pool)
            .await?;
        Ok(moved.is_some())
    }

    /// Adds events to a copy that nobody reads yet.
    pub(crate) async fn insert(
        &self,
        generation: i64,
        events: &[Recorded],
    ) -> Result<(), ReadError> {
        adding(INSERT, generation, events).execute(&self.pool).await?;
        Ok(())
    }

    /// At most `limit` events of a copy after a position; `None` once another copy took its place.
    pub(crate) async fn read(
        &self,
        generation: i64,
        after: u64,
        limit: usize,
    ) -> Result<Option<Vec<Recorded>>, ReadError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let query = sqlx::query(events!("position > $3 order by position limit $4"));
        let query = query.bind(&self.log).bind(generation).bind(stored(after)).bind(limit);
        let mut events = of_copy(query.fetch_all(&self.pool).await?)?;
        // A join promises no order.
        events.iter_mut().for_each(|events| events.sort_by_key(|event| event.position));
        Ok(events)
    }

    /// The events of a stream in a copy after a version; `None` once another copy took its place.
    pub(crate) async fn stream(
        &self,
        generation: i64,
        name: &str,
        after_version: u64,
    ) -> Result<Option<Vec<Recorded>>, ReadError> {
        let query = sqlx::query(events!("stream = $3 and version > $4"));
        let query = query.bind(&self.log).bind(generation).bind(name).bind(stored(after_version));
        let mut events = of_copy(query.fetch_all(&self.pool).await?)?;
        events.iter_mut().for_each(|events| events.sort_by_key(|event| event.version));
        Ok(events)
    }
}

impl Rows {
    /// The name of the stream that comes after another one in a copy.
    pub(super) async fn stream_after(
        &self,
        generation: i64,
        name: &str,
    ) -> Result<Option<String>, ReadError> {
        let sql = "select stream from event where generation = $1 and stream > $2
                    order by stream limit 1";
        let found = sqlx::query(sql).bind(generation).bind(name).fetch_optional(&self.pool).await?;
        found.map(|row| row.text("stream")).transpose()
    }

    /// Positions up to the checkpoint at which a copy holds nothing, and beyond it at which it holds something;
    /// `None` once another copy took its place.
    pub(super) async fn misplaced(&self, generation: i64) -> Result<Option<Vec<u64>>, ReadError> {
        let sql = "select p.position
                     from checkpoint c
                     left join lateral (
                          select position from generate_series(1, c.position) position
                          where not exists (select from event e
                                 where e.generation = c.generation and e.position = position.position)
                          union all
                          select e.position from event e
                           where e.generation = c.generation
                             and (e.position > c.position or e.position < 1)) p on true
                    where c.log = $1 and c.generation = $2";
        let found = sqlx::query(sql).bind(&self.log).bind(generation).fetch_all(&self.pool).await?;
        if found.is_empty() {
            return Ok(None);
        }
        let positions = found.iter().map(|row| row.try_get::<Option<i64>, _>("position"));
        let positions: Vec<_> = positions.collect::<Result<_, _>>()?;
        let positions = positions.into_iter().flatten();
        Ok(Some(positions.map(|position| u64::try_from(position).unwrap_or(0)).collect()))
    }
}

/// No row at all: the copy is gone. A row without an event: there is none to read.
fn of_copy(found: Vec<PgRow>) -> Result<Option<Vec<Recorded>>, ReadError> {
    if found.is_empty() {
        return Ok(None);
    }
    let is_event = |row: &&PgRow| !matches!(row.try_get::<Option<i64>, _>("position"), Ok(None));
    found.iter().filter(is_event).map(|row| rows::traced(row)).collect::<Result<_, _>>().map(Some)
}
