//! Stored events, read: their date in law, and what they say that these checks know.

use prost::Message;
use proto::{
    acceptance::v1::{AcceptanceEvent, OpinionIssued, acceptance_event},
    aftercare::v1::{AftercareEvent, aftercare_event},
    dossier::v1::DossierEvent,
    intake::v1::{IntakeEvent, intake_event},
    matter::v1::{MatterEvent, matter_event::Kind},
    planning::v1::{CertificateIssued, PlanningEvent, ProjectAdmitted, planning_event},
};

/// A stored event.
pub(super) struct Stored {
    /// The date in law.
    pub(super) on: String,
    /// What it says.
    pub(super) news: News,
}

/// What an event says.
pub(super) enum News {
    /// A step of a matter.
    Step(Box<MatterEvent>),
    /// Intake's own facts.
    Intake(Box<intake_event::Kind>),
    /// Planning heard of the project.
    Admitted(ProjectAdmitted),
    /// A certificate.
    Certificate(CertificateIssued),
    /// An acceptance opinion.
    Opinion(Box<OpinionIssued>),
    /// Nothing that is looked at.
    Nothing,
}

/// Reads an event of a log; `None` if it is none.
pub(super) fn read(log: &str, payload: &[u8]) -> Option<Stored> {
    let (on, news) = match log {
        "intake" => {
            let event = IntakeEvent::decode(payload).ok()?;
            let news = match event.kind? {
                intake_event::Kind::Matter(step) => News::Step(Box::new(step)),
                kind => News::Intake(Box::new(kind)),
            };
            (event.occurred_on, news)
        }
        "planning" => {
            let event = PlanningEvent::decode(payload).ok()?;
            let news = match event.kind? {
                planning_event::Kind::Matter(step) => News::Step(Box::new(step)),
                planning_event::Kind::ProjectAdmitted(admitted) => News::Admitted(admitted),
                planning_event::Kind::CertificateIssued(issued) => News::Certificate(issued),
                _ => News::Nothing,
            };
            (event.occurred_on, news)
        }
        "acceptance" => {
            let event = AcceptanceEvent::decode(payload).ok()?;
            let news = match event.kind? {
                acceptance_event::Kind::Matter(step) => News::Step(Box::new(step)),
                acceptance_event::Kind::OpinionIssued(issued) => News::Opinion(Box::new(issued)),
                _ => News::Nothing,
            };
            (event.occurred_on, news)
        }
        "aftercare" => {
            let event = AftercareEvent::decode(payload).ok()?;
            let news = match event.kind? {
                aftercare_event::Kind::Matter(step) => News::Step(Box::new(step)),
                _ => News::Nothing,
            };
            (event.occurred_on, news)
        }
        "dossier" => {
            let event = DossierEvent::decode(payload).ok()?;
            event.kind?;
            (event.occurred_on, News::Nothing)
        }
        _ => return None,
    };
    let on = match &news {
        News::Step(step) => step.occurred_on.clone(),
        _ => on,
    };
    crate::date::is_day(&on).then_some(Stored { on, news })
}

/// The name of a step, as the API calls it.
pub(super) fn kind(step: &MatterEvent) -> &'static str {
    match step.kind.as_ref() {
        None => "",
        Some(Kind::Received(_)) => "received",
        Some(Kind::CommitmentRecorded(_)) => "commitment_recorded",
        Some(Kind::NotAccepted(_)) => "not_accepted",
        Some(Kind::CorrectionsRequested(_)) => "corrections_requested",
        Some(Kind::CorrectionsSupplied(_)) => "corrections_supplied",
        Some(Kind::Accepted(_)) => "accepted",
        Some(Kind::Suspended(_)) => "suspended",
        Some(Kind::Resumed(_)) => "resumed",
        Some(Kind::Extended(_)) => "extended",
        Some(Kind::OpinionsRequested(_)) => "opinions_requested",
        Some(Kind::OpinionGiven(_)) => "opinion_given",
        Some(Kind::OpinionDeemed(_)) => "opinion_deemed",
        Some(Kind::OpinionsJoined(_)) => "opinions_joined",
        Some(Kind::Resubmitted(_)) => "resubmitted",
        Some(Kind::Decided(_)) => "decided",
        Some(Kind::Delivered(_)) => "delivered",
        Some(Kind::CommitmentChecked(_)) => "commitment_checked",
        Some(Kind::RectificationOrdered(_)) => "rectification_ordered",
        Some(Kind::Rectified(_)) => "rectified",
        Some(Kind::ApplicationWithdrawn(_)) => "application_withdrawn",
        Some(Kind::PermitWithdrawn(_)) => "permit_withdrawn",
        Some(Kind::PermitRevoked(_)) => "permit_revoked",
        Some(Kind::PermitRevokedAsPenalty(_)) => "permit_revoked_as_penalty",
        Some(Kind::PermitDeregistered(_)) => "permit_deregistered",
        Some(Kind::GrantDeemed(_)) => "grant_deemed",
        Some(Kind::MissingTolerated(_)) => "missing_tolerated",
        Some(Kind::OwedSupplied(_)) => "owed_supplied",
        Some(Kind::Terminated(_)) => "terminated",
        Some(Kind::AlarmRaised(_)) => "alarm_raised",
        Some(Kind::CardContested(_)) => "card_contested",
        Some(Kind::CardAnnulled(_)) => "card_annulled",
        Some(Kind::CardUpheld(_)) => "card_upheld",
        Some(Kind::ConditionShown(_)) => "condition_shown",
        Some(Kind::ConditionChecked(_)) => "condition_checked",
    }
}
