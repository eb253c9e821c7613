//! The hashes of a log, computed from its dumped columns as the log's own documentation describes them.

use sha2::Digest;

use crate::run::{Event, Log};

/// A hash by its name in a log's header; `None` for an unknown name.
#[must_use]
pub fn of(algorithm: &str, bytes: &[u8]) -> Option<Vec<u8>> {
    match algorithm {
        "sha-256" => Some(sha2::Sha256::digest(bytes).to_vec()),
        "sm3" => Some(sm3::Sm3::digest(bytes).to_vec()),
        _ => None,
    }
}

/// Bytes to be hashed, field by field: each has its length before it, 4 bytes big-endian.
#[derive(Debug, Default)]
struct Fields(Vec<u8>);

impl Fields {
    fn put(&mut self, bytes: &[u8]) -> &mut Self {
        let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        self.0.extend_from_slice(&length.to_be_bytes());
        self.0.extend_from_slice(bytes);
        self
    }
}

/// The log's hash before its first event.
#[must_use]
pub fn genesis(log: &Log) -> Option<Vec<u8>> {
    let mut fields = Fields::default();
    fields.put(b"tongban log").put(log.head.algorithm.as_bytes());
    fields.put(&log.head.log_id.0).put(log.head.log.as_bytes());
    of(&log.head.algorithm, &fields.0)
}

/// The digest of a command: its fingerprint, its answer and what it reserved, sorted by kind and value.
#[must_use]
pub fn command(
    algorithm: &str,
    fingerprint: &[u8],
    answer: &[u8],
    reserved: &[(&str, &str)],
) -> Option<Vec<u8>> {
    let mut fields = Fields::default();
    fields.put(fingerprint).put(answer);
    for (kind, value) in reserved {
        fields.put(kind.as_bytes()).put(value.as_bytes());
    }
    of(algorithm, &fields.0)
}

/// The hash of an event after the one before it in its stream; 32 zeros are before the first.
#[must_use]
pub fn stream(log: &Log, event: &Event, before: &[u8]) -> Option<Vec<u8>> {
    let algorithm = &log.head.algorithm;
    let mut fields = Fields(vec![0]);
    fields.put(&log.head.log_id.0);
    fields.put(&event.epoch.to_be_bytes());
    fields.put(&event.position.to_be_bytes());
    fields.put(event.stream.as_bytes());
    fields.put(&event.version.to_be_bytes());
    fields.put(event.kind.as_bytes());
    fields.put(&event.recorded_at.to_be_bytes());
    fields.put(event.actor.as_bytes());
    fields.put(event.on_behalf_of.as_bytes());
    fields.put(event.principal.as_bytes());
    fields.put(event.key.as_bytes());
    fields.put(&event.command_digest.0);
    fields.put(&of(algorithm, &event.payload.0)?);
    fields.put(before);
    of(algorithm, &fields.0)
}

/// The log's hash after an event.
#[must_use]
pub fn log(algorithm: &str, before: &[u8], stream_hash: &[u8]) -> Option<Vec<u8>> {
    of(algorithm, &[before, stream_hash].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// FIPS 180-4 and GB/T 32905-2016, appendix A.1, both of "abc".
    #[test]
    fn both_hashes_are_the_published_ones() {
        let sha = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        let sm3 = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0";
        assert_eq!(of("sha-256", b"abc").map(|hash| hex(&hash)), Some(sha.to_owned()));
        assert_eq!(of("sm3", b"abc").map(|hash| hex(&hash)), Some(sm3.to_owned()));
        assert_eq!(of("md5", b"abc"), None);
    }
}
