//! What a batch does to a log, decided purely from what the log holds. The SQLite backend loads, plans and
//! stores; the PostgreSQL backend does the same in `migrations/postgres`, under the head row's lock.

use crate::append::Outcome;
use crate::append::batch::Batch;
use crate::command::{Answer, Appended, Known};
use crate::error::AppendError;
use crate::hash::{Sealed, chain, command_digest, stream_hash};
use crate::header::Header;
use crate::recorded::Head;

/// A stream's newest version and hash.
#[derive(Clone, Copy)]
pub(crate) struct StreamHead {
    pub(crate) version: u64,
    pub(crate) hash: [u8; 32],
    pub(crate) touched: bool,
}

impl StreamHead {
    /// Of a stream without events.
    pub(crate) const NONE: Self = Self { version: 0, hash: [0; 32], touched: false };
}

/// What the log holds of everything that a batch touches, by slot; it moves on as the batch is planned.
pub(crate) struct Held {
    pub(crate) head: Head,
    pub(crate) streams: Vec<StreamHead>,
    pub(crate) keys: Vec<Option<Known>>,
    /// The stream that holds a value, and the position of the command that reserved it in this batch.
    pub(crate) reserved: Vec<Option<(String, Option<u64>)>>,
}

/// An event to store: which one it is, and what was computed for it.
pub(crate) struct Planned {
    pub(crate) command: usize,
    pub(crate) event: usize,
    pub(crate) position: u64,
    pub(crate) version: u64,
    pub(crate) command_digest: [u8; 32],
    pub(crate) stream_hash: [u8; 32],
    pub(crate) hash: [u8; 32],
}

/// Plans every command in turn; each sees what the ones before it did.
pub(crate) fn plan(
    header: &Header,
    at: i64,
    batch: &Batch<'_>,
    held: &mut Held,
) -> (Vec<Outcome>, Vec<Planned>) {
    let mut events = Vec::new();
    let outcomes = (0..batch.commands.len())
        .map(|index| match refusal_or_repetition(index, batch, held) {
            Some(outcome) => outcome,
            None => Ok(Appended::Committed(commit(index, header, at, batch, held, &mut events))),
        })
        .collect();
    (outcomes, events)
}

fn refusal_or_repetition(index: usize, batch: &Batch<'_>, held: &Held) -> Option<Outcome> {
    let command = &batch.commands[index];
    if let Some(known) = &held.keys[batch.key_of[index]] {
        let same = known.fingerprint == command.fingerprint;
        let repeated = || Ok(Appended::Repeated(known.answer.clone()));
        return Some(if same { repeated() } else { Err(AppendError::KeyReused) });
    }
    let actual = held.streams[batch.stream_of[index]].version;
    if actual != command.expected_version {
        return Some(Err(AppendError::Conflict { actual }));
    }
    batch.wanted[index].iter().find_map(|&slot| match &held.reserved[slot] {
        Some((stream, _)) if *stream != command.stream => {
            let (kind, value) = batch.reservations[slot];
            let (kind, value) = (kind.to_owned(), value.to_owned());
            Some(Err(AppendError::Reserved { kind, value, stream: stream.clone() }))
        }
        _ => None,
    })
}

fn commit(
    index: usize,
    header: &Header,
    at: i64,
    batch: &Batch<'_>,
    held: &mut Held,
    events: &mut Vec<Planned>,
) -> Answer {
    let command = &batch.commands[index];
    let first_position = held.head.position + 1;
    let new: Vec<_> =
        batch.wanted[index].iter().copied().filter(|&slot| held.reserved[slot].is_none()).collect();
    for &slot in &new {
        held.reserved[slot] = Some((command.stream.clone(), Some(first_position)));
    }
    let values = new.iter().map(|&slot| batch.reservations[slot]);
    let digest = command_digest(header.algorithm, &command.fingerprint, &command.answer, values);

    let mut stream = held.streams[batch.stream_of[index]];
    for (event, new) in command.events.iter().enumerate() {
        held.head.position += 1;
        stream.version += 1;
        let sealed = Sealed {
            log_id: &header.log_id,
            epoch: held.head.epoch,
            position: held.head.position,
            stream: &command.stream,
            version: stream.version,
            kind: &new.kind,
            recorded_at: at,
            actor: &command.actor,
            on_behalf_of: &command.on_behalf_of,
            principal: &command.principal,
            key: &command.key,
            command_digest: &digest,
            payload: &new.payload,
        };
        stream.hash = stream_hash(header.algorithm, &sealed, &stream.hash);
        held.head.hash = chain(header.algorithm, &held.head.hash, &stream.hash);
        events.push(Planned {
            command: index,
            event,
            position: held.head.position,
            version: stream.version,
            command_digest: digest,
            stream_hash: stream.hash,
            hash: held.head.hash,
        });
    }
    stream.touched = true;
    held.streams[batch.stream_of[index]] = stream;
    let answer = Answer {
        first_position,
        last_position: held.head.position,
        version: stream.version,
        answer: command.answer.clone(),
    };
    held.keys[batch.key_of[index]] =
        Some(Known { fingerprint: command.fingerprint, answer: answer.clone() });
    answer
}
