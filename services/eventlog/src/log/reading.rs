//! What a log is asked: its head, its events, what became of a key.

use super::Log;
use crate::command::{Known, Resolution};
use crate::error::ReadError;
use crate::linked::Linked;
use crate::read::Value;
use crate::recorded::{Head, Recorded};
use crate::rows::{self, stored};
use crate::seeded::{self, Fault::M5, fault};

/// The statement that reads events.
macro_rules! events {
    ($which:literal) => {
        concat!(
            "select position, epoch, stream, version, kind, recorded_at, actor, on_behalf_of,
                    principal, key, command_digest, payload, stream_hash, hash, traceparent
               from event where ",
            $which
        )
    };
}

/// The statement that reads events with what proves their place.
macro_rules! linked_events {
    ($which:literal) => {
        concat!(
            "select e.position, e.epoch, e.stream, e.version, e.kind, e.recorded_at, e.actor, e.on_behalf_of,
                    e.principal, e.key, e.command_digest, e.payload, e.stream_hash, e.hash,
                    e.traceparent, b.stream_hash as stream_hash_before, c.last_position
               from event e
               join command c on c.principal = e.principal and c.key = e.key
               left join event b on b.stream = e.stream and b.version = e.version - 1
              where ",
            $which
        )
    };
}

impl Log {
    /// What the log remembers of the command that a principal sent with a key.
    pub async fn find(&self, principal: &str, key: &str) -> Result<Option<Known>, ReadError> {
        match Resolution::of(self.row_of(principal, key).await?) {
            Resolution::Committed(_) if seeded::forgets(principal, key) => Ok(None),
            Resolution::Committed(known) => Ok(Some(known)),
            Resolution::Absent | Resolution::Fenced => Ok(None),
        }
    }

    pub(super) async fn row_of(
        &self,
        principal: &str,
        key: &str,
    ) -> Result<Option<Known>, ReadError> {
        let sql = "select fingerprint, first_position, last_position, version, answer
                     from command where principal = $1 and key = $2";
        let unscoped = "select fingerprint, first_position, last_position, version, answer
                          from command where $1 <> '' and key = $2 limit 1";
        // Seeded: a key of whoever used it.
        let sql = if fault(M5) { unscoped } else { sql };
        let rows = self.0.reader.rows(sql, &[Value::Text(principal), Value::Text(key)]).await?;
        rows.first().map(|row| rows::known(row.as_ref())).transpose()
    }

    /// The events of a stream after a version, in order; empty for an unknown stream.
    pub async fn stream(&self, name: &str, after_version: u64) -> Result<Vec<Recorded>, ReadError> {
        let sql = events!("stream = $1 and version > $2 order by version");
        let values = [Value::Text(name), Value::Integer(stored(after_version))];
        let rows = self.0.reader.rows(sql, &values).await?;
        rows.iter().map(|row| rows::traced(row.as_ref())).collect()
    }

    /// At most `limit` events after a position, in order. Whoever has read up to a position has seen
    /// everything before it for ever.
    pub async fn read(
        &self,
        after_position: u64,
        limit: usize,
    ) -> Result<Vec<Recorded>, ReadError> {
        let sql = events!("position > $1 order by position limit $2");
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let values = [Value::Integer(stored(after_position)), Value::Integer(limit)];
        let rows = self.0.reader.rows(sql, &values).await?;
        rows.iter().map(|row| rows::traced(row.as_ref())).collect()
    }

    /// As [`Log::read`], with what proves each event's place.
    pub(crate) async fn linked(&self, after: u64, limit: u64) -> Result<Vec<Linked>, ReadError> {
        let sql = linked_events!("e.position > $1 order by e.position limit $2");
        let values = [Value::Integer(stored(after)), Value::Integer(stored(limit))];
        let rows = self.0.reader.rows(sql, &values).await?;
        rows.iter().map(|row| rows::linked(row.as_ref())).collect()
    }

    /// As [`Log::stream`], at most `limit` events with what proves each one's place.
    pub(crate) async fn linked_stream(
        &self,
        name: &str,
        after_version: u64,
        limit: u64,
    ) -> Result<Vec<Linked>, ReadError> {
        let sql = linked_events!("e.stream = $1 and e.version > $2 order by e.version limit $3");
        let (after, limit) = (stored(after_version), stored(limit));
        let values = [Value::Text(name), Value::Integer(after), Value::Integer(limit)];
        let rows = self.0.reader.rows(sql, &values).await?;
        rows.iter().map(|row| rows::linked(row.as_ref())).collect()
    }

    /// The newest position and hash.
    pub async fn head(&self) -> Result<Head, ReadError> {
        let sql = "select epoch, position, hash from head where one = 1";
        let rows = self.0.reader.rows(sql, &[]).await?;
        let row = rows.first().ok_or(ReadError::Malformed { position: 0, what: "head" })?;
        rows::head(row.as_ref())
    }
}
