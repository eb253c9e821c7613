//! Events with what proves their place, as they travel between processes: [`pb::Event`] and back.

use jiff::Timestamp;
use proto::log::v1 as pb;

use crate::hash::{Algorithm, Sealed, chain, genesis, stream_hash};
use crate::recorded::{Head, Recorded};

/// What every hash of a log covers besides its events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Identity {
    pub(crate) log_id: [u8; 16],
    pub(crate) algorithm: Algorithm,
}

impl Identity {
    /// The log hash before the first event.
    pub(crate) fn genesis(&self, name: &str) -> [u8; 32] {
        genesis(self.algorithm, &self.log_id, name)
    }

    /// The head of a log that ended at `at` and went on with `event`; `None` where that does not follow.
    pub(crate) fn step(&self, at: &Head, event: &Recorded) -> Option<Head> {
        let hash = chain(self.algorithm, &at.hash, &event.stream_hash);
        let follows = event.position == at.position + 1 && event.hash == hash;
        follows.then(|| Head { epoch: at.epoch.max(event.epoch), position: event.position, hash })
    }
}

/// An event with the hash before it in its stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Linked {
    pub(crate) event: Recorded,
    pub(crate) stream_hash_before: [u8; 32],
    /// It is the last event of its command.
    pub(crate) ends_command: bool,
}

impl Linked {
    /// Whether the hash of its stream covers what it says.
    pub(crate) fn is_sealed(&self, log: &Identity) -> bool {
        let event = &self.event;
        let sealed = Sealed {
            log_id: &log.log_id,
            epoch: event.epoch,
            position: event.position,
            stream: &event.stream,
            version: event.version,
            kind: &event.kind,
            recorded_at: event.recorded_at.as_microsecond(),
            actor: &event.actor,
            on_behalf_of: &event.on_behalf_of,
            principal: &event.principal,
            key: &event.key,
            command_digest: &event.command_digest,
            payload: &event.payload,
        };
        stream_hash(log.algorithm, &sealed, &self.stream_hash_before) == event.stream_hash
    }

    /// Whether it is the event that follows the one with hash `before` in the log.
    pub(crate) fn follows(&self, log: &Identity, before: &[u8; 32]) -> bool {
        chain(log.algorithm, before, &self.event.stream_hash) == self.event.hash
            && self.is_sealed(log)
    }

    /// Bytes that it takes in memory and on the wire, roughly.
    pub(crate) fn bytes(&self) -> usize {
        let event = &self.event;
        let names = [&event.stream, &event.kind, &event.actor, &event.on_behalf_of];
        let names: usize = names.iter().map(|name| name.len()).sum();
        event.payload.len() + names + event.principal.len() + event.key.len() + 256
    }
}

impl From<Linked> for pb::Event {
    fn from(linked: Linked) -> Self {
        let Linked { event, stream_hash_before, ends_command } = linked;
        Self {
            position: event.position,
            epoch: event.epoch,
            stream: event.stream,
            version: event.version,
            kind: event.kind,
            recorded_at_micros: event.recorded_at.as_microsecond(),
            actor: event.actor,
            on_behalf_of: event.on_behalf_of,
            principal: event.principal,
            key: event.key,
            command_digest: event.command_digest.to_vec(),
            payload: event.payload,
            stream_hash_before: stream_hash_before.to_vec(),
            stream_hash: event.stream_hash.to_vec(),
            hash: event.hash.to_vec(),
            ends_command,
            traceparent: event.traceparent,
        }
    }
}

impl TryFrom<pb::Event> for Linked {
    /// The field that is malformed.
    type Error = &'static str;

    fn try_from(event: pb::Event) -> Result<Self, Self::Error> {
        Ok(Self {
            event: Recorded {
                position: event.position,
                epoch: event.epoch,
                stream: event.stream,
                version: event.version,
                kind: event.kind,
                recorded_at: Timestamp::from_microsecond(event.recorded_at_micros)
                    .map_err(|_range| "recorded_at_micros")?,
                actor: event.actor,
                on_behalf_of: event.on_behalf_of,
                principal: event.principal,
                key: event.key,
                command_digest: hash(&event.command_digest, "command_digest")?,
                payload: event.payload,
                stream_hash: hash(&event.stream_hash, "stream_hash")?,
                hash: hash(&event.hash, "hash")?,
                traceparent: event.traceparent,
            },
            stream_hash_before: hash(&event.stream_hash_before, "stream_hash_before")?,
            ends_command: event.ends_command,
        })
    }
}

/// A hash off the wire.
pub(crate) fn hash(bytes: &[u8], field: &'static str) -> Result<[u8; 32], &'static str> {
    bytes.try_into().map_err(|_length| field)
}
