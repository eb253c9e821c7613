//! What was found in the stores after everything had healed, as the files in `dump` have it.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use super::{Bytes, Mirror, Run, Unreadable, lines, text};

/// The first line of a log's dump.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Head {
    /// Name of the log.
    pub log: String,
    /// Its id.
    pub log_id: Bytes,
    /// Name of its hash.
    pub algorithm: String,
    /// Its life.
    pub epoch: u32,
    /// Position of the newest event.
    pub position: u64,
    /// The log's hash there.
    pub hash: Bytes,
}

/// A row of the events.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[allow(missing_docs)] // The columns as the log's tables call and describe them.
pub struct Event {
    pub position: u64,
    pub epoch: u32,
    pub stream: String,
    pub version: u64,
    pub kind: String,
    pub recorded_at: i64,
    pub actor: String,
    pub on_behalf_of: String,
    pub principal: String,
    pub key: String,
    pub command_digest: Bytes,
    pub payload: Bytes,
    pub stream_hash: Bytes,
    pub hash: Bytes,
}

/// A row of the commands: a key, and what stands behind it.
#[derive(Debug, Clone, Default, Deserialize)]
#[allow(missing_docs)] // The columns as the log's tables call and describe them.
pub struct Row {
    pub principal: String,
    pub key: String,
    pub fingerprint: Bytes,
    pub first_position: u64,
    pub last_position: u64,
    pub version: u64,
    pub answer: Bytes,
}

impl Row {
    /// Whether it is a fence: no command stands behind the key.
    #[must_use]
    pub fn is_fence(&self) -> bool {
        self.last_position == 0
    }
}

/// A row of the reservations.
#[derive(Debug, Clone, Default, Deserialize)]
#[allow(missing_docs)] // The columns as the log's tables call and describe them.
pub struct Reservation {
    pub kind: String,
    pub value: String,
    pub stream: String,
    pub position: u64,
}

/// A message of the broker's stream.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Message {
    /// Its place in the stream.
    pub sequence: u64,
    /// The position that its envelope names, if it has one.
    pub position: Option<u64>,
    /// The broker's id of it: the log's hash in hex.
    pub message_id: Option<String>,
    /// The log's hash that its envelope names.
    pub hash: Option<Bytes>,
    /// Its subject.
    pub subject: String,
    /// Its body.
    pub payload: Bytes,
}

/// How far a stored copy says it is.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Checkpoint {
    /// The log's life.
    #[serde(default)]
    pub epoch: u32,
    /// The position.
    pub position: u64,
    /// The log's hash there.
    #[serde(default)]
    pub hash: Option<Bytes>,
}

/// A log with everything that belongs to it.
#[derive(Debug, Clone, Default)]
pub struct Log {
    /// Which log, and its newest position.
    pub head: Head,
    /// The events, as dumped.
    pub events: Vec<Event>,
    /// The commands.
    pub rows: Vec<Row>,
    /// The reservations.
    pub reservations: Vec<Reservation>,
    /// What the broker holds; `None` if that was not dumped.
    pub broker: Option<Vec<Message>>,
}

impl Log {
    /// The event at a position; the dump is in the order of positions.
    #[must_use]
    pub fn at(&self, position: u64) -> Option<&Event> {
        let found = self.events.binary_search_by_key(&position, |event| event.position).ok()?;
        self.events.get(found)
    }

    /// The first and the last position of every command, by principal and key.
    #[must_use]
    pub fn spans(&self) -> BTreeMap<(&str, &str), (u64, u64)> {
        let mut spans = BTreeMap::new();
        for event in &self.events {
            let at = event.position;
            let span = spans.entry((event.principal.as_str(), event.key.as_str()));
            let (first, last) = span.or_insert((at, at));
            (*first, *last) = (at.min(*first), at.max(*last));
        }
        spans
    }

    /// The rows of the commands, by principal and key.
    #[must_use]
    pub fn known(&self) -> BTreeMap<(&str, &str), &Row> {
        self.rows.iter().map(|row| ((row.principal.as_str(), row.key.as_str()), row)).collect()
    }
}

pub(super) fn read(folder: &Path, names: &[String], run: &mut Run) -> Result<(), Unreadable> {
    for name in names {
        let path = folder.join(name);
        let parts: Vec<&str> = name.split('.').collect();
        match parts.as_slice() {
            ["log", log, "jsonl"] => {
                let (head, events) = headed(&path)?;
                let held = run.logs.entry((*log).to_owned()).or_default();
                (held.head, held.events) = (head, events);
            }
            ["command", log, "jsonl"] => {
                run.logs.entry((*log).to_owned()).or_default().rows = lines(&path)?;
            }
            ["reservation", log, "jsonl"] => {
                run.logs.entry((*log).to_owned()).or_default().reservations = lines(&path)?;
            }
            ["broker", log, "jsonl"] => {
                run.logs.entry((*log).to_owned()).or_default().broker = Some(lines(&path)?);
            }
            ["mirror", reader, log, "jsonl"] => {
                let (checkpoint, rows) = headed(&path)?;
                let (reader, log) = ((*reader).to_owned(), (*log).to_owned());
                run.mirrors.push(Mirror { reader, log, checkpoint: Some(checkpoint), rows });
            }
            ["final", "status", "jsonl"] => run.statuses = lines(&path)?,
            ["final", "matters", "jsonl"] => run.matters = lines(&path)?,
            ["services", "jsonl"] => run.complaints = lines(&path)?,
            // More may be dumped than these checks look at.
            _ => {}
        }
    }
    run.logs.retain(|_, log| !log.head.algorithm.is_empty());
    Ok(())
}

/// A file whose first line is of another kind than the rest.
fn headed<H: serde::de::DeserializeOwned, R: serde::de::DeserializeOwned>(
    path: &Path,
) -> Result<(H, Vec<R>), Unreadable> {
    let at = |line: usize, why: String| Unreadable::Line { path: path.to_owned(), line, why };
    let text = text(path)?;
    let mut filled = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let (_, first) = filled.next().ok_or_else(|| at(1, "it is empty".to_owned()))?;
    let head = serde_json::from_str(first).map_err(|why| at(1, why.to_string()))?;
    let rows = filled
        .map(|(line, row)| serde_json::from_str(row).map_err(|why| at(line + 1, why.to_string())));
    Ok((head, rows.collect::<Result<_, _>>()?))
}
