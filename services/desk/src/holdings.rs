//! What the dossiers hold, for every service to ask before it lets an agency demand anything: the stored
//! facts of the dossiers to and from their messages, a live fold of them, and the refusal.

mod guard;
mod read;
mod shelf;
mod write;

use eventlog::Malformed;
use jiff::civil::Date;
use proto::dossier::v1 as pb;
use rulebook::holdings::Event;

use crate::position::Token;

pub use guard::{complete, guard, is_demand, refuse_demand};
pub use shelf::{Held, Shelf};

/// Name of the dossiers' log and the first part of their streams' names.
pub const LOG: &str = "dossier";

/// A fact of a dossier as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// The date in law.
    pub on: Date,
    /// Where it was heard; `None` for what was said to the dossier itself.
    pub heard: Option<Token>,
    /// What happened.
    pub event: Event,
}

impl Fact {
    /// Reads a stored event.
    ///
    /// # Errors
    /// The field that is missing or cannot be read. A kind that this build does not know is `kind`.
    pub fn read(stored: &pb::DossierEvent) -> Result<Self, Malformed> {
        let on = read::date("occurred_on", &stored.occurred_on)?;
        let heard = stored.heard.as_ref().map(|heard| Token {
            log: heard.log.clone(),
            epoch: heard.epoch.max(1),
            position: heard.position,
        });
        let kind = stored
            .kind
            .as_ref()
            .ok_or_else(|| Malformed("kind: is unknown to this build".to_owned()))?;
        Ok(Self { on, heard, event: read::event(kind)? })
    }

    /// Writes it as it is stored.
    #[must_use]
    pub fn write(&self) -> pb::DossierEvent {
        pb::DossierEvent {
            occurred_on: self.on.to_string(),
            heard: self.heard.as_ref().map(|heard| pb::Heard {
                log: heard.log.clone(),
                position: heard.position,
                epoch: if heard.epoch == 1 { 0 } else { heard.epoch },
            }),
            kind: Some(write::kind(&self.event)),
        }
    }
}

pub use write::{
    certificate_to_wire, ending_to_wire, origin_to_wire, override_to_wire, standing_to_wire,
};

#[cfg(test)]
mod tests;
