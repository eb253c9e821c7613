//! The wire and the model: conversion of a matter's facts to and from their stored messages.
//!
//! Writing cannot fail. Reading can, and then names the field: bytes are never repaired silently.

mod cards;
mod conditions;
mod from;
mod terms;
mod to;
mod values;

use rulebook::matter::{Event, MatterId};

/// Stored bytes that are no fact of a matter.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {problem}")]
pub struct Malformed {
    /// Path of the field, e.g. `received.terms.statutory.limit.unit`.
    pub field: String,
    /// What is wrong with it.
    pub problem: &'static str,
}

impl Malformed {
    pub(crate) fn new(field: impl Into<String>, problem: &'static str) -> Self {
        Malformed { field: field.into(), problem }
    }

    /// The same, inside a field.
    pub(crate) fn inside(self, field: &str) -> Self {
        Malformed { field: format!("{field}.{}", self.field), problem: self.problem }
    }
}

impl From<Malformed> for eventlog::Malformed {
    fn from(malformed: Malformed) -> Self {
        eventlog::Malformed(malformed.to_string())
    }
}

/// A fact of a matter as it is stored.
#[must_use]
pub fn write(id: &MatterId, event: &Event) -> proto::matter::v1::MatterEvent {
    proto::matter::v1::MatterEvent {
        matter: id.to_string(),
        occurred_on: event.on().to_string(),
        kind: Some(to::kind(event)),
    }
}

/// A stored fact, and which matter it is about.
///
/// # Errors
/// The field that is missing or cannot be read. An event of a kind that this build does not know is
/// `kind`: unknown is not empty.
pub fn read(stored: &proto::matter::v1::MatterEvent) -> Result<(MatterId, Event), Malformed> {
    let id = stored.matter.parse().map_err(|_| Malformed::new("matter", "is no matter's id"))?;
    let on = values::date_in("occurred_on", &stored.occurred_on)?;
    let kind = stored.kind.as_ref().ok_or(Malformed::new("kind", "is unknown to this build"))?;
    Ok((id, from::event(on, kind)?))
}

pub use cards::{alarm, alarm_to_wire};
pub(crate) use conditions::{imposed as imposed_to_wire, nth as condition_mut};
pub(crate) use from::{
    check, deregistration_ground, not_accepted_ground, opinion, revocation_ground, waits_for,
    withdrawal_ground,
};
pub(crate) use terms::{to_wire as terms_to_wire, track};
pub(crate) use to::{certificate as certificate_to_wire, opinion_to_wire, waits_for_to_wire};
pub(crate) use values::{date, defects_to_wire, material_to_wire, notice_to_wire};
pub use values::{limit, limit_to_wire, text_to_wire};

#[cfg(test)]
mod tests;
