//! Events as JSON lines, with their payloads decoded.

use std::fmt::Write as _;
use std::io::Write;

use eventlog::Recorded;
use prost_reflect::{DescriptorPool, DynamicMessage, MessageDescriptor, SerializeOptions};
use serde::{Serialize, Serializer};

use crate::Failure;

/// Which message a stream's events are, by the beginning of its name.
const MESSAGES: [(&str, &str); 5] = [
    ("intake/", "tongban.intake.v1.IntakeEvent"),
    ("planning/", "tongban.planning.v1.PlanningEvent"),
    ("acceptance/", "tongban.acceptance.v1.AcceptanceEvent"),
    ("aftercare/", "tongban.aftercare.v1.AftercareEvent"),
    ("dossier/", "tongban.dossier.v1.DossierEvent"),
];

/// Prints events.
pub(super) struct Printer(DescriptorPool);

/// One event, in the order in which one wants to read it.
#[derive(Serialize)]
struct Line<'a> {
    service: &'a str,
    position: u64,
    stream: &'a str,
    version: u64,
    kind: &'a str,
    recorded_at: String,
    actor: &'a str,
    on_behalf_of: &'a str,
    payload: Option<Payload>,
    /// The bytes in hexadecimal, where no message is known that they are.
    #[serde(skip_serializing_if = "Option::is_none")]
    payload_hex: Option<String>,
}

/// A message with the field names of its proto file.
struct Payload(DynamicMessage);

impl Serialize for Payload {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let options = SerializeOptions::new().use_proto_field_name(true);
        self.0.serialize_with_options(serializer, &options)
    }
}

impl Printer {
    pub(super) fn new() -> Result<Self, Failure> {
        let pool = DescriptorPool::decode(proto::DESCRIPTORS)
            .map_err(|error| Failure::caused("the built-in descriptors cannot be read", &error))?;
        Ok(Self(pool))
    }

    pub(super) fn line(
        &self,
        service: &str,
        event: &Recorded,
        out: &mut dyn Write,
    ) -> Result<(), Failure> {
        let payload = self.decode(event);
        let payload_hex = payload.is_none().then(|| hex(&event.payload));
        let line = Line {
            service,
            position: event.position,
            stream: &event.stream,
            version: event.version,
            kind: &event.kind,
            recorded_at: event.recorded_at.to_string(),
            actor: &event.actor,
            on_behalf_of: &event.on_behalf_of,
            payload,
            payload_hex,
        };
        serde_json::to_writer(&mut *out, &line)?;
        writeln!(out)?;
        Ok(())
    }

    fn decode(&self, event: &Recorded) -> Option<Payload> {
        let message = self.message(&event.stream)?;
        DynamicMessage::decode(message, event.payload.as_slice()).ok().map(Payload)
    }

    /// What the events of a stream are.
    pub(super) fn message(&self, stream: &str) -> Option<MessageDescriptor> {
        let (_, message) = MESSAGES.iter().find(|(streams, _)| stream.starts_with(streams))?;
        self.0.get_message_by_name(message)
    }
}

pub(super) fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        let _ = write!(text, "{byte:02x}");
    }
    text
}
