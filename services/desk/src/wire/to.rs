//! Facts to messages.

#![deny(clippy::wildcard_enum_match_arm)]

use proto::matter::v1::{self as pb, matter_event::Kind};
use rulebook::matter::{
    AcceptanceMode, Certificate, Check, Commitment, DeregistrationGround, Event, NotAcceptedGround,
    Opinion, Outcome, RevocationGround, WaitsFor, WithdrawalGround,
};

use super::{terms, values};

pub(super) fn kind(event: &Event) -> Kind {
    match event {
        Event::Received { terms, materials, .. } => Kind::Received(pb::Received {
            terms: Some(terms::to_wire(terms)),
            materials: values::materials_to_wire(materials),
        }),
        Event::CommitmentRecorded { commitment, .. } => {
            Kind::CommitmentRecorded(commitment_to_wire(commitment))
        }
        Event::NotAccepted { .. }
        | Event::CorrectionsRequested { .. }
        | Event::CorrectionsSupplied { .. }
        | Event::Accepted { .. } => before_review(event),
        Event::Suspended { .. } | Event::Resumed { .. } | Event::Extended { .. } => timing(event),
        Event::OpinionsRequested { .. }
        | Event::OpinionGiven { .. }
        | Event::OpinionDeemed { .. }
        | Event::OpinionsJoined { .. }
        | Event::Resubmitted { .. } => consulting(event),
        Event::Decided { .. } | Event::GrantDeemed { .. } | Event::Delivered { .. } => {
            deciding(event)
        }
        Event::CommitmentChecked { .. }
        | Event::RectificationOrdered { .. }
        | Event::Rectified { .. }
        | Event::ApplicationWithdrawn { .. }
        | Event::PermitWithdrawn { .. }
        | Event::PermitRevoked { .. }
        | Event::PermitRevokedAsPenalty { .. }
        | Event::PermitDeregistered { .. } => ending(event),
    }
}
