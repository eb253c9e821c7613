//! The state of a walk: what the next event must be.

use std::collections::HashMap;

use super::{VerifyError, at, bad, start};
use crate::hash::{Sealed, chain, command_digest, stream_hash};
use crate::header::Header;
use crate::recorded::{Head, Recorded};
use crate::rows::LogRow;

pub(super) struct Walk<'a> {
    header: &'a Header,
    /// What the header says; nothing may stand beyond it.
    head: Head,
    expect: Option<Head>,
    position: u64,
    hash: [u8; 32],
    epoch: u32,
    recorded_at: i64,
    streams: HashMap<String, Stream>,
    command: Option<OpenCommand>,
}

struct Stream {
    version: u64,
    hash: [u8; 32],
    position: u64,
    met: bool,
}

/// The command whose events are being walked.
struct OpenCommand {
    principal: String,
    key: String,
    stream: String,
    digest: [u8; 32],
    first_position: u64,
    last_position: u64,
    version: u64,
}

impl<'a> Walk<'a> {
    pub(super) fn new(
        header: &'a Header,
        head: Head,
        expect: Option<Head>,
    ) -> Result<Self, VerifyError> {
        let hash = start(header);
        let walk = Self {
            header,
            head,
            expect,
            position: 0,
            hash,
            epoch: 1,
            recorded_at: 0,
            streams: HashMap::new(),
            command: None,
        };
        walk.is_as_expected()?;
        Ok(walk)
    }

    /// The position that comes next.
    pub(super) fn next(&self) -> u64 {
        self.position + 1
    }

    /// Takes the next event; `row` has its command's columns, too.
    pub(super) fn step(
        &mut self,
        row: &dyn LogRow,
        event: &Recorded,
        reserved: Vec<(String, String, String)>,
    ) -> Result<(), VerifyError> {
        let position = self.next();
        if event.position != position {
            return bad(position, format!("it is missing; the next event is {}", event.position));
        }
        if position > self.head.position {
            return bad(position, "it stands beyond the head");
        }
        self.belongs_to_its_command(row, event, reserved)?;
        let at = event.recorded_at.as_microsecond();
        if event.epoch < self.epoch || event.epoch > self.head.epoch {
            return bad(position, "its epoch does not fit");
        }
        if at < self.recorded_at {
            return bad(position, "it was recorded before the event before it");
        }
        let (version, before) = self
            .streams
            .get(&event.stream)
            .map_or((0, [0; 32]), |stream| (stream.version, stream.hash));
        if event.version != version + 1 {
            return bad(position, format!("version {} of its stream is missing", version + 1));
        }
        let sealed = stream_hash(self.header.algorithm, &sealed(self.header, event), &before);
        if sealed != event.stream_hash {
            return bad(position, "its stream hash does not fit");
        }
        self.hash = chain(self.header.algorithm, &self.hash, &sealed);
        if self.hash != event.hash {
            return bad(position, "its log hash does not fit");
        }
        (self.position, self.epoch, self.recorded_at) = (position, event.epoch, at);
        let stream = Stream { version: event.version, hash: sealed, position, met: false };
        self.streams.insert(event.stream.clone(), stream);
        self.is_as_expected()
    }

    fn belongs_to_its_command(
        &mut self,
        row: &dyn LogRow,
        event: &Recorded,
        reserved: Vec<(String, String, String)>,
    ) -> Result<(), VerifyError> {
        let position = event.position;
        let same = |c: &OpenCommand| c.principal == event.principal && c.key == event.key;
        if let Some(command) = self.command.as_ref().filter(|command| same(command)) {
            if !reserved.is_empty() {
                return bad(
                    position,
                    "a reservation names it, and it is not the first of its command",
                );
            }
            if command.digest != event.command_digest || command.stream != event.stream {
                return bad(position, "it differs from the first event of its command");
            }
            return Ok(());
        }
        let Ok(fingerprint) = row.hash("fingerprint") else {
            return bad(position, "its command is missing or malformed");
        };
        let answer = row.bytes("answer").map_err(at(position))?;
        let first_position = row.count("first_position").map_err(at(position))?;
        let last_position = row.count("last_position").map_err(at(position))?;
        let version = row.count("command_version").map_err(at(position))?;
        if first_position != position {
            return bad(position, "its command begins elsewhere");
        }
        if reserved.iter().any(|(_, _, stream)| *stream != event.stream) {
            return bad(position, "what it reserved is held by another stream");
        }
        let values = reserved.iter().map(|(kind, value, _)| (kind.as_str(), value.as_str()));
        let digest = command_digest(self.header.algorithm, &fingerprint, &answer, values);
        if digest != event.command_digest {
            return bad(position, "its command's fingerprint, answer or reservations do not fit");
        }
        // Last, so that an altered event is named itself and not the command that it was torn from.
        self.command_is_whole()?;
        self.command = Some(OpenCommand {
            principal: event.principal.clone(),
            key: event.key.clone(),
            stream: event.stream.clone(),
            digest,
            first_position,
            last_position,
            version,
        });
        Ok(())
    }

    /// All events of the command at hand were met, no more and no fewer.
    fn command_is_whole(&self) -> Result<(), VerifyError> {
        let Some(command) = &self.command else { return Ok(()) };
        let version = self.streams.get(&command.stream).map(|stream| stream.version);
        if command.last_position != self.position || version != Some(command.version) {
            return bad(command.first_position, "its command ends elsewhere");
        }
        Ok(())
    }

    fn is_as_expected(&self) -> Result<(), VerifyError> {
        match self.expect.filter(|expect| expect.position == self.position) {
            Some(expect) if expect.hash != self.hash => {
                bad(self.position, "the history up to here is not the one that was known before")
            }
            _ => Ok(()),
        }
    }

    /// The header, the known head and the last event agree.
    pub(super) fn ends_at(&self, head: Head, recorded_at: i64) -> Result<(), VerifyError> {
        if self.position < head.position {
            return bad(self.next(), "it is missing; the header knows it");
        }
        self.command_is_whole()?;
        // The header's epoch is ahead of the last event's from when it was raised until something is recorded.
        let fits = (head.hash, recorded_at) == (self.hash, self.recorded_at);
        if !fits || head.epoch < self.epoch {
            return bad(self.position, "the header does not fit the last event");
        }
        match self.expect {
            Some(expect) if expect.epoch > head.epoch => {
                bad(self.position, "its epoch is earlier than was known before")
            }
            Some(expect) if expect.position > self.position => {
                bad(self.next(), "it is missing; it was known before")
            }
            _ => Ok(()),
        }
    }

    /// Position of a stream's last event; for an unknown stream the one after the log's last.
    pub(super) fn last_of(&self, stream: &str) -> u64 {
        self.streams.get(stream).map_or(self.next(), |stream| stream.position)
    }

    /// Takes a row of the stream heads.
    pub(super) fn meet(
        &mut self,
        name: &str,
        version: u64,
        hash: [u8; 32],
    ) -> Result<(), VerifyError> {
        let next = self.next();
        let Some(stream) = self.streams.get_mut(name) else {
            return bad(next, format!("stream {name} has a head and no events"));
        };
        stream.met = true;
        if version > stream.version {
            return bad(next, format!("version {version} of stream {name} is missing"));
        }
        if (version, hash) != (stream.version, stream.hash) {
            return bad(stream.position, format!("the head of stream {name} does not fit"));
        }
        Ok(())
    }

    pub(super) fn every_stream_was_met(&self) -> Result<(), VerifyError> {
        match self.streams.values().filter(|stream| !stream.met).map(|stream| stream.position).min()
        {
            Some(position) => bad(position, "its stream has no head"),
            None => Ok(()),
        }
    }
}

fn sealed<'a>(header: &'a Header, event: &'a Recorded) -> Sealed<'a> {
    Sealed {
        log_id: &header.log_id,
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
    }
}
