//! How events move a decided matter and the permit that lives on after it.

#![deny(clippy::wildcard_enum_match_arm)]

use super::conditions::Checked;
use jiff::civil::Date;

use super::event::Event;
use super::particulars::Check;
use super::state::{Checking, Decided, Ending, Party};

impl Decided {
    pub(super) fn after(mut self, event: &Event) -> Self {
        match event {
            Event::Delivered { on, .. } => {
                self.delivered_on.get_or_insert(*on);
            }
            Event::CommitmentChecked { on, check } => {
                self.check = found(*on, check);
            }
            Event::RectificationOrdered { on, within, .. } => {
                if let Checking::False { ordered, .. } = &mut self.check {
                    ordered.get_or_insert((*on, *within));
                }
            }
            Event::Rectified { on, .. } => {
                if let Checking::False { rectified_on, .. } = &mut self.check {
                    rectified_on.get_or_insert(*on);
                }
            }
            Event::ConditionShown { on, number, evidence } => {
                if let Some(imposed) = self.condition_mut(*number) {
                    imposed.shown = Some((*on, evidence.clone()));
                }
            }
            Event::ConditionChecked { on, number, met, findings } => {
                if let Some(imposed) = self.condition_mut(*number) {
                    imposed.checked =
                        Some(Checked { on: *on, met: *met, findings: findings.clone() });
                }
            }
            Event::PermitWithdrawn { on, ground, .. } => {
                self.ending.get_or_insert(Ending::Withdrawn { on: *on, ground: *ground });
            }
            Event::PermitRevoked { on, ground, .. } => {
                self.ending.get_or_insert(Ending::Revoked { on: *on, ground: *ground });
            }
            Event::PermitRevokedAsPenalty { on, .. } => {
                self.ending.get_or_insert(Ending::RevokedAsPenalty { on: *on });
            }
            Event::PermitDeregistered { on, ground, .. } => {
                self.deregistered.get_or_insert((*on, *ground));
            }
            Event::Received { .. }
            | Event::CommitmentRecorded { .. }
            | Event::NotAccepted { .. }
            | Event::CorrectionsRequested { .. }
            | Event::CorrectionsSupplied { .. }
            | Event::Accepted { .. }
            | Event::MissingTolerated { .. }
            | Event::OwedSupplied { .. }
            | Event::Terminated { .. }
            | Event::Suspended { .. }
            | Event::Resumed { .. }
            | Event::Extended { .. }
            | Event::OpinionsRequested { .. }
            | Event::OpinionGiven { .. }
            | Event::OpinionDeemed { .. }
            | Event::OpinionsJoined { .. }
            | Event::Resubmitted { .. }
            | Event::Decided { .. }
            | Event::GrantDeemed { .. }
            | Event::ApplicationWithdrawn { .. }
            | Event::AlarmRaised { .. }
            | Event::CardContested { .. }
            | Event::CardAnnulled { .. }
            | Event::CardUpheld { .. } => {}
        }
        self
    }

    pub(super) fn party(&self, lead: Party) -> Party {
        if self.permit_ended_on().is_some() {
            return Party::Nobody;
        }
        if self.delivered_on.is_none() {
            return lead;
        }
        match &self.check {
            Checking::None | Checking::Kept { .. } => Party::Nobody,
            Checking::Pending => lead,
            Checking::False { rectified_on: Some(_), .. } => Party::Nobody,
            Checking::False { rectified_on: None, .. } => Party::Enterprise,
        }
    }
}

fn found(on: Date, check: &Check) -> Checking {
    match check {
        Check::Kept => Checking::Kept { on },
        Check::False(_) => Checking::False { on, ordered: None, rectified_on: None },
    }
}
