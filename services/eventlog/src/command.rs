//! What a caller asks the log to append, and what it is told: commands, their limits, their answers.

use crate::error::AppendError;

/// Most bytes of one event's payload: 256 KiB. Documents are blobs that an event names by digest.
pub const MAX_PAYLOAD_BYTES: usize = 256 * 1024;
/// Most events of one command. [`crate::Live`] relies on it: a page this long holds whole commands.
pub const MAX_EVENTS: usize = 1_000;
/// Most bytes of all payloads, reservations and the answer of one command together: 4 MiB.
pub const MAX_COMMAND_BYTES: usize = 4 * 1024 * 1024;
/// Most UTF-8 bytes of a name: stream, kind, key, principal, actor, on whose behalf, reservation.
pub const MAX_NAME_BYTES: usize = 256;

/// An event to be: its kind and its bytes, stored and hashed exactly as given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEvent {
    /// What kind of event, for readers that do not parse the payload.
    pub kind: String,
    /// The message, at most [`MAX_PAYLOAD_BYTES`].
    pub payload: Vec<u8>,
}

/// A value that only one stream of this log may ever hold, such as a project code.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reservation {
    /// The name space of the value.
    pub kind: String,
    /// The value, unique within its kind.
    pub value: String,
}

/// Events of one stream that are appended together, or not at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// The authenticated caller, in whose scope `key` is unique.
    pub principal: String,
    /// The caller's idempotency key; it is remembered for ever.
    pub key: String,
    /// A digest of the request, so that a reused key is told from a repeated request.
    pub fingerprint: [u8; 32],
    /// The person or system that acts; may be empty.
    pub actor: String,
    /// On whose behalf the actor acts; may be empty.
    pub on_behalf_of: String,
    /// The stream to append to.
    pub stream: String,
    /// The version the stream must have now; 0 for a stream that does not exist yet.
    pub expected_version: u64,
    /// 1 to [`MAX_EVENTS`] events.
    pub events: Vec<NewEvent>,
    /// Values to reserve for the stream; a value the stream already holds is fine.
    pub reservations: Vec<Reservation>,
    /// The answer to give now and at every repetition.
    pub answer: Vec<u8>,
}

impl Command {
    /// Checks every limit that needs no database.
    pub(crate) fn check(&self) -> Result<(), AppendError> {
        let named = [
            ("principal", &self.principal, 1),
            ("key", &self.key, 1),
            ("stream", &self.stream, 1),
            ("actor", &self.actor, 0),
            ("on_behalf_of", &self.on_behalf_of, 0),
        ];
        for (what, name, least) in named {
            check_name(what, name, least)?;
        }
        for reservation in &self.reservations {
            check_name("reservation.kind", &reservation.kind, 1)?;
            check_name("reservation.value", &reservation.value, 1)?;
        }
        if self.events.is_empty() {
            return Err(AppendError::Invalid("a command has at least one event"));
        }
        too_large("events", self.events.len(), MAX_EVENTS)?;
        for event in &self.events {
            check_name("kind", &event.kind, 1)?;
            too_large("payload", event.payload.len(), MAX_PAYLOAD_BYTES)?;
        }
        too_large("command", self.bytes(), MAX_COMMAND_BYTES)
    }

    /// Bytes of everything whose size the caller chooses freely.
    pub(crate) fn bytes(&self) -> usize {
        let events: usize = self.events.iter().map(|event| event.payload.len()).sum();
        let reservations: usize =
            self.reservations.iter().map(|r| r.kind.len() + r.value.len()).sum();
        events + reservations + self.answer.len()
    }
}

fn too_large(what: &'static str, size: usize, limit: usize) -> Result<(), AppendError> {
    if size > limit { Err(AppendError::TooLarge { what, size, limit }) } else { Ok(()) }
}

/// PostgreSQL cannot store a zero character in text, so no backend accepts one.
pub(crate) fn check_name(what: &'static str, name: &str, least: usize) -> Result<(), AppendError> {
    if name.len() < least {
        return Err(AppendError::Invalid(
            "principal, key, stream, kind and reservations are not empty",
        ));
    }
    if name.contains('\0') {
        return Err(AppendError::Invalid("names hold no zero character"));
    }
    too_large(what, name.len(), MAX_NAME_BYTES)
}

/// Where a command's events stand, and the answer it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Position of its first event.
    pub first_position: u64,
    /// Position of its last event: a reader that has reached it has seen the whole command.
    pub last_position: u64,
    /// Version of the stream after it.
    pub version: u64,
    /// The answer as stored.
    pub answer: Vec<u8>,
}

/// How an append went well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Appended {
    /// The events are durable now.
    Committed(Answer),
    /// The same request was committed before; nothing was added, the answer is the first one.
    Repeated(Answer),
}

impl Appended {
    /// The answer, whether new or repeated.
    pub fn into_answer(self) -> Answer {
        match self {
            Self::Committed(answer) | Self::Repeated(answer) => answer,
        }
    }
}

/// What the log remembers of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// The digest of the request that used the key.
    pub fingerprint: [u8; 32],
    /// What that request was answered.
    pub answer: Answer,
}

/// What became of a command whose answer was lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resolution {
    /// It was committed.
    Committed(Known),
    /// It was not committed by now; an attempt that is still under way may be.
    Absent,
    /// It was not and never will be committed: its key is fenced.
    Fenced,
}

impl Resolution {
    /// From the key's row: a fence is one that no command stands behind.
    pub(crate) fn of(known: Option<Known>) -> Self {
        match known {
            None => Self::Absent,
            Some(known) if known.answer.last_position == 0 => Self::Fenced,
            Some(known) => Self::Committed(known),
        }
    }
}

/// The fingerprint of a fence's row; no request has it.
pub(crate) const FENCE: [u8; 32] = [0; 32];
