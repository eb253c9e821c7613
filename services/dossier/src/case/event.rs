//! Facts of a dossier as they are stored; the conversion is the desk's, which reads them, too.

#![deny(clippy::wildcard_enum_match_arm)]

use desk::holdings::Fact;
use eventlog::{Malformed, NewEvent};
use prost::Message;
use proto::dossier::v1 as pb;

pub(super) fn read(payload: &[u8]) -> Result<Fact, Malformed> {
    let stored = pb::DossierEvent::decode(payload).map_err(|error| Malformed(error.to_string()))?;
    Fact::read(&stored)
}

pub(super) fn write(fact: &Fact) -> NewEvent {
    NewEvent { kind: fact.event.kind().to_owned(), payload: fact.write().encode_to_vec() }
}
