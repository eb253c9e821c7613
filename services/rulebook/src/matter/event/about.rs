//! What every fact has: its day and its name.

use jiff::civil::Date;

use super::Event;

impl Event {
    /// The date in law of the fact.
    pub fn on(&self) -> Date {
        match self {
            Event::Received { on, .. }
            | Event::CommitmentRecorded { on, .. }
            | Event::NotAccepted { on, .. }
            | Event::CorrectionsRequested { on, .. }
            | Event::CorrectionsSupplied { on, .. }
            | Event::Accepted { on, .. }
            | Event::MissingTolerated { on, .. }
            | Event::OwedSupplied { on, .. }
            | Event::Terminated { on, .. }
            | Event::Suspended { on, .. }
            | Event::Resumed { on, .. }
            | Event::Extended { on, .. }
            | Event::OpinionsRequested { on, .. }
            | Event::OpinionGiven { on, .. }
            | Event::OpinionDeemed { on, .. }
            | Event::OpinionsJoined { on, .. }
            | Event::Resubmitted { on, .. }
            | Event::Decided { on, .. }
            | Event::GrantDeemed { on, .. }
            | Event::Delivered { on, .. }
            | Event::CommitmentChecked { on, .. }
            | Event::RectificationOrdered { on, .. }
            | Event::Rectified { on, .. }
            | Event::ConditionShown { on, .. }
            | Event::ConditionChecked { on, .. }
            | Event::ApplicationWithdrawn { on, .. }
            | Event::PermitWithdrawn { on, .. }
            | Event::PermitRevoked { on, .. }
            | Event::PermitRevokedAsPenalty { on, .. }
            | Event::PermitDeregistered { on, .. }
            | Event::CardContested { on, .. }
            | Event::CardAnnulled { on, .. }
            | Event::CardUpheld { on, .. } => *on,
            Event::AlarmRaised { alarm, .. } => alarm.on,
        }
    }

    /// Stable name of the kind, as in `MatterEvent`, e.g. `corrections_requested`.
    pub fn kind(&self) -> &'static str {
        match self {
            Event::Received { .. } => "received",
            Event::CommitmentRecorded { .. } => "commitment_recorded",
            Event::NotAccepted { .. } => "not_accepted",
            Event::CorrectionsRequested { .. } => "corrections_requested",
            Event::CorrectionsSupplied { .. } => "corrections_supplied",
            Event::Accepted { .. } => "accepted",
            Event::MissingTolerated { .. } => "missing_tolerated",
            Event::OwedSupplied { .. } => "owed_supplied",
            Event::Terminated { .. } => "terminated",
            Event::Suspended { .. } => "suspended",
            Event::Resumed { .. } => "resumed",
            Event::Extended { .. } => "extended",
            Event::OpinionsRequested { .. } => "opinions_requested",
            Event::OpinionGiven { .. } => "opinion_given",
            Event::OpinionDeemed { .. } => "opinion_deemed",
            Event::OpinionsJoined { .. } => "opinions_joined",
            Event::Resubmitted { .. } => "resubmitted",
            Event::Decided { .. } => "decided",
            Event::GrantDeemed { .. } => "grant_deemed",
            Event::Delivered { .. } => "delivered",
            Event::CommitmentChecked { .. } => "commitment_checked",
            Event::RectificationOrdered { .. } => "rectification_ordered",
            Event::Rectified { .. } => "rectified",
            Event::ConditionShown { .. } => "condition_shown",
            Event::ConditionChecked { .. } => "condition_checked",
            Event::ApplicationWithdrawn { .. } => "application_withdrawn",
            Event::PermitWithdrawn { .. } => "permit_withdrawn",
            Event::PermitRevoked { .. } => "permit_revoked",
            Event::PermitRevokedAsPenalty { .. } => "permit_revoked_as_penalty",
            Event::PermitDeregistered { .. } => "permit_deregistered",
            Event::AlarmRaised { .. } => "alarm_raised",
            Event::CardContested { .. } => "card_contested",
            Event::CardAnnulled { .. } => "card_annulled",
            Event::CardUpheld { .. } => "card_upheld",
        }
    }
}
