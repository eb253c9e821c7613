//! The one call that appends, and what its errors say about what was written.

use sqlx::Row;
use sqlx::postgres::{PgConnection, PgRow};

use crate::append::Outcome;
use crate::append::batch::Batch;
use crate::command::{Answer, Appended, Known};
use crate::error::{AppendError, ReadError};
use crate::rows;

const CALL: &str = "call append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, \
                    $18, null, null, null, null, null, null, null)";
/// The same with the commands' trace contexts.
const TRACED: &str = "call append_traced($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, \
                      $17, $18, $19, null, null, null, null, null, null, null)";

/// Sends a batch and reads one outcome for each command.
pub(super) async fn append(
    connection: &mut PgConnection,
    now: i64,
    batch: &Batch<'_>,
) -> Result<Vec<Outcome>, sqlx::Error> {
    let commands = batch.commands;
    let texts =
        |of: fn(&crate::command::Command) -> &str| commands.iter().map(of).collect::<Vec<_>>();
    let events = || commands.iter().flat_map(|command| &command.events);
    let mut until = 0;
    let events_until = commands.iter().map(|command| advance(&mut until, command.events.len()));
    let events_until: Vec<i32> = events_until.collect();
    until = 0;
    let wanted_until = batch.wanted.iter().map(|wanted| advance(&mut until, wanted.len()));
    let wanted_until: Vec<i32> = wanted_until.collect();
    let expected = commands.iter().map(|command| rows::stored(command.expected_version));
    let traced = batch.traceparents.iter().any(|traceparent| !traceparent.is_empty());
    let call = sqlx::query(if traced { TRACED } else { CALL })
        .bind(now)
        .bind(&batch.streams)
        .bind(batch.keys.iter().map(|key| key.0).collect::<Vec<_>>())
        .bind(batch.keys.iter().map(|key| key.1).collect::<Vec<_>>())
        .bind(batch.reservations.iter().map(|reservation| reservation.0).collect::<Vec<_>>())
        .bind(batch.reservations.iter().map(|reservation| reservation.1).collect::<Vec<_>>())
        .bind(batch.stream_of.iter().map(|&slot| place(slot)).collect::<Vec<_>>())
        .bind(batch.key_of.iter().map(|&slot| place(slot)).collect::<Vec<_>>())
        .bind(commands.iter().map(|command| command.fingerprint.as_slice()).collect::<Vec<_>>())
        .bind(texts(|command| &command.actor))
        .bind(texts(|command| &command.on_behalf_of))
        .bind(expected.collect::<Vec<_>>())
        .bind(commands.iter().map(|command| command.answer.as_slice()).collect::<Vec<_>>())
        .bind(events_until)
        .bind(events().map(|event| event.kind.as_str()).collect::<Vec<_>>())
        .bind(events().map(|event| event.payload.as_slice()).collect::<Vec<_>>())
        .bind(wanted_until)
        .bind(batch.wanted.iter().flatten().map(|&slot| place(slot)).collect::<Vec<_>>());
    let call = if traced { call.bind(batch.traceparents) } else { call };
    outcomes(&call.fetch_one(connection).await?, batch)
}

/// Fences a key unless it has a row, and reads the row.
pub(super) async fn fence(
    connection: &mut PgConnection,
    principal: &str,
    key: &str,
) -> Result<Known, ReadError> {
    let row = sqlx::query("call fence($1, $2, null, null, null, null, null)")
        .bind(principal)
        .bind(key)
        .fetch_one(connection)
        .await?;
    rows::known(&row)
}

/// PostgreSQL counts from 1; batches are far below the range.
fn place(slot: usize) -> i32 {
    i32::try_from(slot + 1).unwrap_or(i32::MAX)
}

fn advance(until: &mut usize, by: usize) -> i32 {
    *until += by;
    i32::try_from(*until).unwrap_or(i32::MAX)
}

fn outcomes(row: &PgRow, batch: &Batch<'_>) -> Result<Vec<Outcome>, sqlx::Error> {
    let outcomes: Vec<i32> = row.try_get("outcomes")?;
    let firsts: Vec<Option<i64>> = row.try_get("firsts")?;
    let lasts: Vec<Option<i64>> = row.try_get("lasts")?;
    let versions: Vec<Option<i64>> = row.try_get("versions")?;
    let mut given: Vec<Option<Vec<u8>>> = row.try_get("given")?;
    let held: Vec<Option<i32>> = row.try_get("held")?;
    let holders: Vec<Option<String>> = row.try_get("holders")?;
    let count = |list: &[Option<i64>], index: usize| {
        let found = list.get(index).copied().flatten();
        found
            .and_then(|count| u64::try_from(count).ok())
            .ok_or_else(|| surprise("a missing number"))
    };
    let answer = |index: usize, answer: Vec<u8>| {
        Ok::<_, sqlx::Error>(Answer {
            first_position: count(&firsts, index)?,
            last_position: count(&lasts, index)?,
            version: count(&versions, index)?,
            answer,
        })
    };
    if outcomes.len() != batch.commands.len() {
        return Err(surprise("another number of outcomes"));
    }
    let told = outcomes.iter().enumerate().map(|(index, outcome)| match outcome {
        0 => Ok(Ok(Appended::Committed(answer(index, batch.commands[index].answer.clone())?))),
        1 => {
            let given = given.get_mut(index).and_then(Option::take);
            Ok(Ok(Appended::Repeated(answer(index, given.ok_or_else(|| surprise("no answer"))?)?)))
        }
        2 => Ok(Err(AppendError::KeyReused)),
        3 => Ok(Err(AppendError::Conflict { actual: count(&versions, index)? })),
        4 => {
            let slot =
                held.get(index).copied().flatten().and_then(|slot| usize::try_from(slot - 1).ok());
            let pair = slot.and_then(|slot| batch.reservations.get(slot));
            let (kind, value) = pair.ok_or_else(|| surprise("no reservation"))?;
            let stream = holders.get(index).cloned().flatten().unwrap_or_default();
            let (kind, value) = ((*kind).to_owned(), (*value).to_owned());
            Ok(Err(AppendError::Reserved { kind, value, stream }))
        }
        _ => Err(surprise("an unknown outcome")),
    });
    told.collect()
}

fn surprise(what: &str) -> sqlx::Error {
    sqlx::Error::Protocol(format!("append answered {what}"))
}

/// What an error of the call says about what was written.
pub(super) enum Effect {
    /// Nothing, and the session is as good as before.
    Nothing,
    /// Nothing, but this session or this moment was the cause: try on a new one.
    NothingHere,
    /// Perhaps all of it.
    Unknown,
}

/// Only what PostgreSQL raises before the commit counts as nothing. A broken connection, a shutdown or a
/// cancel may come after the commit and before the answer.
pub(super) fn effect(error: &sqlx::Error) -> Effect {
    let Some(code) = error.as_database_error().and_then(|error| error.code()) else {
        return Effect::Unknown;
    };
    match code.as_ref() {
        // Serialization failure, deadlock; a transaction that somebody left open in this session.
        "40001" | "40P01" | "2D000" | "25P02" => Effect::NothingHere,
        // Lock timeout, read-only server, disk full, no right.
        "55P03" | "25006" | "53100" | "42501" => Effect::Nothing,
        // Wrong data, a violated constraint, a missing or wrong object.
        code if ["22", "23", "42"].contains(&code.get(..2).unwrap_or_default()) => Effect::Nothing,
        _ => Effect::Unknown,
    }
}
