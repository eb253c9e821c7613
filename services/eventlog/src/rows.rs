//! Rows of either database as values. Both have the same columns with the same types.

use jiff::Timestamp;
use sqlx::{ColumnIndex, Decode, Row, Type};

use crate::command::{Answer, Known};
use crate::error::ReadError;
use crate::linked::Linked;
use crate::recorded::{Head, Recorded};

/// A row of either database, with the three types that the log's columns have.
pub(crate) trait LogRow {
    fn integer(&self, column: &'static str) -> Result<i64, ReadError>;
    fn text(&self, column: &'static str) -> Result<String, ReadError>;
    fn bytes(&self, column: &'static str) -> Result<Vec<u8>, ReadError>;

    /// An integer that is never negative.
    fn count(&self, column: &'static str) -> Result<u64, ReadError> {
        u64::try_from(self.integer(column)?).map_err(|_negative| malformed(column))
    }

    /// A hash or digest.
    fn hash(&self, column: &'static str) -> Result<[u8; 32], ReadError> {
        self.bytes(column)?.try_into().map_err(|_length| malformed(column))
    }
}

impl<R> LogRow for R
where
    R: Row,
    &'static str: ColumnIndex<R>,
    for<'r> i64: Decode<'r, R::Database> + Type<R::Database>,
    for<'r> String: Decode<'r, R::Database> + Type<R::Database>,
    for<'r> Vec<u8>: Decode<'r, R::Database> + Type<R::Database>,
{
    fn integer(&self, column: &'static str) -> Result<i64, ReadError> {
        self.try_get(column).map_err(|_type| malformed(column))
    }

    fn text(&self, column: &'static str) -> Result<String, ReadError> {
        self.try_get(column).map_err(|_type| malformed(column))
    }

    fn bytes(&self, column: &'static str) -> Result<Vec<u8>, ReadError> {
        self.try_get(column).map_err(|_type| malformed(column))
    }
}

fn malformed(what: &'static str) -> ReadError {
    ReadError::Malformed { position: 0, what }
}

/// Names the position in an error about a row, if the row has a readable one.
fn at(position: u64) -> impl Fn(ReadError) -> ReadError {
    move |error| match error {
        ReadError::Malformed { what, .. } => ReadError::Malformed { position, what },
        other @ (ReadError::Database(_) | ReadError::Unavailable(_)) => other,
    }
}

pub(crate) fn recorded(row: &dyn LogRow) -> Result<Recorded, ReadError> {
    let position = row.count("position")?;
    let read = || {
        let recorded_at = Timestamp::from_microsecond(row.integer("recorded_at")?)
            .map_err(|_range| malformed("recorded_at"))?;
        Ok(Recorded {
            position,
            epoch: epoch(row)?,
            stream: row.text("stream")?,
            version: row.count("version")?,
            kind: row.text("kind")?,
            recorded_at,
            actor: row.text("actor")?,
            on_behalf_of: row.text("on_behalf_of")?,
            principal: row.text("principal")?,
            key: row.text("key")?,
            command_digest: row.hash("command_digest")?,
            payload: row.bytes("payload")?,
            stream_hash: row.hash("stream_hash")?,
            hash: row.hash("hash")?,
            traceparent: String::new(),
        })
    };
    read().map_err(at(position))
}

/// An event with its trace context.
pub(crate) fn traced(row: &dyn LogRow) -> Result<Recorded, ReadError> {
    let event = recorded(row)?;
    let traceparent = row.text("traceparent").map_err(at(event.position))?;
    Ok(Recorded { traceparent, ..event })
}

/// An event with the hash before it in its stream, and with where its command ends.
pub(crate) fn linked(row: &dyn LogRow) -> Result<Linked, ReadError> {
    let event = traced(row)?;
    let position = event.position;
    let before = if event.version == 1 { Ok([0; 32]) } else { row.hash("stream_hash_before") };
    let last = row.count("last_position");
    Ok(Linked {
        stream_hash_before: before.map_err(at(position))?,
        ends_command: last.map_err(at(position))? == position,
        event,
    })
}

pub(crate) fn head(row: &dyn LogRow) -> Result<Head, ReadError> {
    Ok(Head { epoch: epoch(row)?, position: row.count("position")?, hash: row.hash("hash")? })
}

pub(crate) fn known(row: &dyn LogRow) -> Result<Known, ReadError> {
    Ok(Known {
        fingerprint: row.hash("fingerprint")?,
        answer: Answer {
            first_position: row.count("first_position")?,
            last_position: row.count("last_position")?,
            version: row.count("version")?,
            answer: row.bytes("answer")?,
        },
    })
}

pub(crate) fn epoch(row: &dyn LogRow) -> Result<u32, ReadError> {
    u32::try_from(row.integer("epoch")?).map_err(|_range| malformed("epoch"))
}

/// Positions and versions as the databases store them. None ever gets near the end of the range.
pub(crate) fn stored(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
