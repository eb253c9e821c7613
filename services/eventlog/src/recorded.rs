//! Events as they stand in the log, and the log's newest position.

use jiff::Timestamp;
use proto::trace;
use tracing::{Span, field::Empty, trace_span};

use crate::rows::stored;

/// An event as it stands in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// Place in the log: 1, 2, 3 … in commit order, without a gap.
    pub position: u64,
    /// Which life of the log; it grows when a restored log goes on after losing its tail.
    pub epoch: u32,
    /// The stream it belongs to.
    pub stream: String,
    /// Place in the stream: 1, 2, 3 … without a gap.
    pub version: u64,
    /// What kind of event.
    pub kind: String,
    /// When it was recorded, to the microsecond; never earlier than the event before it.
    pub recorded_at: Timestamp,
    /// Who acted.
    pub actor: String,
    /// On whose behalf.
    pub on_behalf_of: String,
    /// The authenticated caller.
    pub principal: String,
    /// The caller's idempotency key; the events of one command share it.
    pub key: String,
    /// Digest of the command's fingerprint, answer and reservations.
    pub command_digest: [u8; 32],
    /// The message, exactly as hashed.
    pub payload: Vec<u8>,
    /// Hash of this event and, through its predecessor, of its whole stream.
    pub stream_hash: [u8; 32],
    /// Hash of the whole log up to here.
    pub hash: [u8; 32],
    /// The trace context of its command, as W3C writes it; empty where nobody traced it. No hash covers it.
    pub traceparent: String,
}

impl Recorded {
    /// The span of something that is done about this event of a log, in the trace of the command that recorded it;
    /// none where nobody traced that. `act` says what is done, such as relay or fold.
    #[must_use]
    pub fn span(&self, log: &str, act: &'static str) -> Span {
        if self.traceparent.is_empty() {
            return Span::none();
        }
        let position = stored(self.position);
        let span = trace_span!(target: trace::TARGET, "follow", otel.name = act, log, position, fold = Empty);
        trace::join(&span, &self.traceparent);
        span
    }
}

/// The newest position of a log and the hash of everything up to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// Which life of the log.
    pub epoch: u32,
    /// Position of the newest event; 0 for an empty log.
    pub position: u64,
    /// The log's hash there; for an empty log that of its header.
    pub hash: [u8; 32],
}
