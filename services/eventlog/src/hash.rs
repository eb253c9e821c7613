//! The hashes of the log, byte by byte, so that anybody can recompute them.
//!
//! `H` is the hash named in the log's header: SHA-256 (FIPS 180-4) or SM3 (GB/T 32905), 32 bytes each.
//! `F(x)` is a field: the length of `x` in bytes as 4 bytes big-endian, then `x`. Text is UTF-8.
//! Integers are big-endian: `u32` 4 bytes, `u64` and `i64` 8 bytes. `‖` joins.
//!
//! ```text
//! genesis        = H( F("tongban log") ‖ F(algorithm) ‖ F(log id, 16 bytes) ‖ F(log name) )
//! command digest = H( F(fingerprint, 32 bytes) ‖ F(answer) ‖ F(kind) ‖ F(value) … )
//!                  over the command's new reservations, sorted by kind, then value, as bytes
//! stream hash    = H( 0x00
//!                   ‖ F(log id, 16 bytes) ‖ F(epoch, u32) ‖ F(position, u64)
//!                   ‖ F(stream) ‖ F(version, u64) ‖ F(kind)
//!                   ‖ F(recorded at, i64: microseconds since 1970-01-01T00:00:00Z)
//!                   ‖ F(actor) ‖ F(on behalf of) ‖ F(principal) ‖ F(key)
//!                   ‖ F(command digest) ‖ F(H(payload))
//!                   ‖ F(stream hash of the event before it in its stream; 32 zero bytes for the first) )
//! log hash       = H( log hash of the event before it in the log; genesis for the first ‖ stream hash )
//! ```
//!
//! "New reservations" are those that the stream did not hold yet; repeated ones add nothing.
//! The algorithm's name is `sha-256` or `sm3`. The same bytes are hashed in `migrations/postgres`.

use sha2::Digest;

/// Which hash a log uses; it is named in the log's header for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Algorithm {
    /// SHA-256.
    #[default]
    Sha256,
    /// SM3, the national hash (GB/T 32905-2016).
    Sm3,
}

impl Algorithm {
    /// The name in the log's header.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sha256 => "sha-256",
            Self::Sm3 => "sm3",
        }
    }

    /// The algorithm of a header's name, if known.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Sha256, Self::Sm3].into_iter().find(|algorithm| algorithm.name() == name)
    }

    /// The hash of some bytes.
    pub fn hash(self, bytes: &[u8]) -> [u8; 32] {
        match self {
            Self::Sha256 => sha2::Sha256::digest(bytes).into(),
            Self::Sm3 => sm3::Sm3::digest(bytes).into(),
        }
    }
}

/// The parts of an event that its stream hash covers, besides the hash before it.
#[derive(Debug, Clone, Copy)]
pub struct Sealed<'a> {
    /// The log's id.
    pub log_id: &'a [u8; 16],
    /// The log's life.
    pub epoch: u32,
    /// Place in the log.
    pub position: u64,
    /// The stream.
    pub stream: &'a str,
    /// Place in the stream.
    pub version: u64,
    /// What kind of event.
    pub kind: &'a str,
    /// Microseconds since 1970-01-01T00:00:00Z.
    pub recorded_at: i64,
    /// Who acted.
    pub actor: &'a str,
    /// On whose behalf.
    pub on_behalf_of: &'a str,
    /// The authenticated caller.
    pub principal: &'a str,
    /// The caller's key.
    pub key: &'a str,
    /// See [`command_digest`].
    pub command_digest: &'a [u8; 32],
    /// The message.
    pub payload: &'a [u8],
}

/// The log hash before the first event: it seals the header.
pub fn genesis(algorithm: Algorithm, log_id: &[u8; 16], name: &str) -> [u8; 32] {
    let mut bytes = Vec::new();
    field(&mut bytes, b"tongban log");
    field(&mut bytes, algorithm.name().as_bytes());
    field(&mut bytes, log_id);
    field(&mut bytes, name.as_bytes());
    algorithm.hash(&bytes)
}

/// Seals what the command table and the reservations hold of a command.
/// `reservations` are the new ones as (kind, value), sorted by their bytes.
pub fn command_digest<'a>(
    algorithm: Algorithm,
    fingerprint: &[u8; 32],
    answer: &[u8],
    reservations: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> [u8; 32] {
    let mut bytes = Vec::new();
    field(&mut bytes, fingerprint);
    field(&mut bytes, answer);
    for (kind, value) in reservations {
        field(&mut bytes, kind.as_bytes());
        field(&mut bytes, value.as_bytes());
    }
    algorithm.hash(&bytes)
}

/// The hash of an event and, through `before`, of its whole stream.
pub fn stream_hash(algorithm: Algorithm, event: &Sealed<'_>, before: &[u8; 32]) -> [u8; 32] {
    let mut bytes = Vec::with_capacity(384);
    bytes.push(0);
    field(&mut bytes, event.log_id);
    field(&mut bytes, &event.epoch.to_be_bytes());
    field(&mut bytes, &event.position.to_be_bytes());
    field(&mut bytes, event.stream.as_bytes());
    field(&mut bytes, &event.version.to_be_bytes());
    field(&mut bytes, event.kind.as_bytes());
    field(&mut bytes, &event.recorded_at.to_be_bytes());
    field(&mut bytes, event.actor.as_bytes());
    field(&mut bytes, event.on_behalf_of.as_bytes());
    field(&mut bytes, event.principal.as_bytes());
    field(&mut bytes, event.key.as_bytes());
    field(&mut bytes, event.command_digest);
    field(&mut bytes, &algorithm.hash(event.payload));
    field(&mut bytes, before);
    algorithm.hash(&bytes)
}

/// The hash of the log after an event.
pub fn chain(algorithm: Algorithm, before: &[u8; 32], stream_hash: &[u8; 32]) -> [u8; 32] {
    let mut bytes = [0; 64];
    bytes[..32].copy_from_slice(before);
    bytes[32..].copy_from_slice(stream_hash);
    algorithm.hash(&bytes)
}

/// Lengths are bounded by the limits of a command, far below 4 GiB.
fn field(bytes: &mut Vec<u8>, value: &[u8]) {
    let length = u32::try_from(value.len()).unwrap_or(u32::MAX);
    bytes.extend_from_slice(&length.to_be_bytes());
    bytes.extend_from_slice(value);
}
