//! Stored events, read: their date in law, and what they say that these checks know.

use prost::Message;
use proto::{
    acceptance::v1::{AcceptanceEvent, OpinionIssued, acceptance_event},
    aftercare::v1::{self as aftercare, AftercareEvent, aftercare_event},
    dossier::v1::DossierEvent,
    intake::v1::{IntakeEvent, intake_event},
    matter::v1::{MatterEvent, matter_event::Kind},
    planning::v1::{CertificateIssued, PlanningEvent, ProjectAdmitted, planning_event},
    r#type::v1::{Alarm, AlarmKind},
};

/// A stored event.
#[derive(Debug, Clone)]
pub struct Stored {
    /// The date in law.
    pub on: String,
    /// What it says.
    pub news: News,
}

/// What an event says.
#[derive(Debug, Clone)]
pub enum News {
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
    /// A limit that is not a matter's came near or passed.
    Alarm(Alarm),
    /// Nothing that is looked at.
    Nothing,
}

/// Reads an event of a log; `None` if it is none.
#[must_use]
pub fn read(log: &str, payload: &[u8]) -> Option<Stored> {
    let (on, news) = match log {
        "intake" => {
            let event = IntakeEvent::decode(payload).ok()?;
            let news = match event.kind? {
                intake_event::Kind::Matter(step) => News::Step(Box::new(step)),
                intake_event::Kind::AlarmRaised(alarm) => News::Alarm(alarm),
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
                acceptance_event::Kind::AlarmRaised(alarm) => News::Alarm(alarm),
                acceptance_event::Kind::OpinionIssued(issued) => News::Opinion(Box::new(issued)),
                _ => News::Nothing,
            };
            (event.occurred_on, news)
        }
        "aftercare" => {
            let event = AftercareEvent::decode(payload).ok()?;
            let news = match event.kind? {
                aftercare_event::Kind::Matter(step) => News::Step(Box::new(step)),
                aftercare_event::Kind::AlarmRaised(raised) => News::Alarm(of_aftercare(raised)),
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

/// Aftercare wrote its alarms in a form of its own before there was one for all.
fn of_aftercare(raised: aftercare::AlarmRaised) -> Alarm {
    let kind = match raised.kind.as_str() {
        "amber" => AlarmKind::Amber,
        "yellow" => AlarmKind::Yellow,
        "red" => AlarmKind::Red,
        _ => AlarmKind::Unspecified,
    };
    let aftercare::AlarmRaised { subject, limit, due: due_on, citation, .. } = raised;
    Alarm { kind: kind.into(), subject, limit, due_on, citation, held_by: String::new() }
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
