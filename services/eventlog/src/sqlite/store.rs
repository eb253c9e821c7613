//! The statements of an append: load what the batch touches, store what it does.

use super::{Batch, Head, Held, LogRow, Outcome, ReadError, StreamHead, rows, stored};
use crate::append::plan::Planned;
use crate::command::{Appended, FENCE, Known};
use sqlx::sqlite::SqliteConnection;

/// What the log holds of everything the batch touches, and when its newest event was recorded.
pub(super) async fn load(
    connection: &mut SqliteConnection,
    batch: &Batch<'_>,
) -> Result<(Held, i64), ReadError> {
    let row = sqlx::query("select epoch, position, hash, recorded_at from head where one = 1")
        .fetch_one(&mut *connection)
        .await?;
    let head: Head = rows::head(&row)?;
    let recorded_at = row.integer("recorded_at")?;
    let mut streams = Vec::with_capacity(batch.streams.len());
    for stream in &batch.streams {
        let row = sqlx::query("select version, hash from stream_head where stream = $1")
            .bind(*stream)
            .fetch_optional(&mut *connection)
            .await?;
        streams.push(match row {
            Some(row) => StreamHead {
                version: row.count("version")?,
                hash: row.hash("hash")?,
                touched: false,
            },
            None => StreamHead::NONE,
        });
    }
    let mut keys = Vec::with_capacity(batch.keys.len());
    for (principal, key) in &batch.keys {
        let row = sqlx::query(
            "select fingerprint, first_position, last_position, version, answer
               from command where principal = $1 and key = $2",
        )
        .bind(*principal)
        .bind(*key)
        .fetch_optional(&mut *connection)
        .await?;
        keys.push(row.map(|row| rows::known(&row)).transpose()?);
    }
    let mut reserved = Vec::with_capacity(batch.reservations.len());
    for (kind, value) in &batch.reservations {
        let row = sqlx::query("select stream from reservation where kind = $1 and value = $2")
            .bind(*kind)
            .bind(*value)
            .fetch_optional(&mut *connection)
            .await?;
        reserved.push(row.map(|row| row.text("stream")).transpose()?.map(|stream| (stream, None)));
    }
    Ok((Held { head, streams, keys, reserved }, recorded_at))
}

/// Stores everything that was planned; nothing if every command was refused or repeated.
pub(super) async fn store(
    connection: &mut SqliteConnection,
    at: i64,
    batch: &Batch<'_>,
    held: &Held,
    outcomes: &[Outcome],
    events: &[Planned],
) -> Result<(), sqlx::Error> {
    if events.is_empty() {
        return Ok(());
    }
    for event in events {
        insert_event(connection, at, batch, held.head.epoch, event).await?;
    }
    for (command, outcome) in batch.commands.iter().zip(outcomes) {
        let Ok(Appended::Committed(answer)) = outcome else { continue };
        sqlx::query(
            "insert into command
                 (principal, key, fingerprint, first_position, last_position, version, answer)
             values ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(&command.principal)
        .bind(&command.key)
        .bind(command.fingerprint.as_slice())
        .bind(stored(answer.first_position))
        .bind(stored(answer.last_position))
        .bind(stored(answer.version))
        .bind(&answer.answer)
        .execute(&mut *connection)
        .await?;
    }
    for (name, stream) in
        batch.streams.iter().zip(&held.streams).filter(|(_, stream)| stream.touched)
    {
        sqlx::query(
            "insert into stream_head (stream, version, hash) values ($1, $2, $3)
                 on conflict (stream) do update set version = excluded.version, hash = excluded.hash",
        )
        .bind(*name)
        .bind(stored(stream.version))
        .bind(stream.hash.as_slice())
        .execute(&mut *connection)
        .await?;
    }
    for ((kind, value), reserved) in batch.reservations.iter().zip(&held.reserved) {
        let Some((stream, Some(position))) = reserved else { continue };
        sqlx::query(
            "insert into reservation (kind, value, stream, position) values ($1, $2, $3, $4)",
        )
        .bind(*kind)
        .bind(*value)
        .bind(stream)
        .bind(stored(*position))
        .execute(&mut *connection)
        .await?;
    }
    sqlx::query("update head set position = $1, hash = $2, recorded_at = $3 where one = 1")
        .bind(stored(held.head.position))
        .bind(held.head.hash.as_slice())
        .bind(at)
        .execute(connection)
        .await?;
    Ok(())
}

async fn insert_event(
    connection: &mut SqliteConnection,
    at: i64,
    batch: &Batch<'_>,
    epoch: u32,
    event: &Planned,
) -> Result<(), sqlx::Error> {
    let command = &batch.commands[event.command];
    let new = &command.events[event.event];
    sqlx::query(
        "insert into event (position, epoch, stream, version, kind, recorded_at, actor, on_behalf_of,
                            principal, key, command_digest, payload, stream_hash, hash, traceparent)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
    )
    .bind(stored(event.position))
    .bind(i64::from(epoch))
    .bind(&command.stream)
    .bind(stored(event.version))
    .bind(&new.kind)
    .bind(at)
    .bind(&command.actor)
    .bind(&command.on_behalf_of)
    .bind(&command.principal)
    .bind(&command.key)
    .bind(event.command_digest.as_slice())
    .bind(&new.payload)
    .bind(event.stream_hash.as_slice())
    .bind(event.hash.as_slice())
    .bind(&batch.traceparents[event.command])
    .execute(connection)
    .await?;
    Ok(())
}

/// Fences a key unless it has a row, and reads the row. It is one statement and one question, and only
/// this connection writes commands.
pub(super) async fn fence(
    connection: &mut SqliteConnection,
    principal: &str,
    key: &str,
) -> Result<Known, ReadError> {
    sqlx::query(
        "insert into command (principal, key, fingerprint, first_position, last_position, version, answer)
         values ($1, $2, $3, 0, 0, 0, x'') on conflict do nothing",
    )
    .bind(principal)
    .bind(key)
    .bind(FENCE.as_slice())
    .execute(&mut *connection)
    .await?;
    let row = sqlx::query(
        "select fingerprint, first_position, last_position, version, answer
           from command where principal = $1 and key = $2",
    )
    .bind(principal)
    .bind(key)
    .fetch_one(connection)
    .await?;
    rows::known(&row)
}
