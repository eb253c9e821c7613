//! What the events of each stage say to the dossier.

use desk::{sight, wire};
use eventlog::{Malformed, Recorded};
use jiff::civil::Date;
use prost::Message;
use proto::{
    acceptance::v1 as acceptance_pb, aftercare::v1 as aftercare_pb, intake::v1 as intake_pb,
    matter::v1::MatterEvent, planning::v1 as planning_pb,
};
use rulebook::{catalogue::Text, holdings::Rested, matter::MatterId};

use super::Said;

/// Intake: projects begin, and matters of its own.
///
/// # Errors
/// The bytes are no event of intake.
pub fn intake(recorded: &Recorded) -> Result<Option<Said>, Malformed> {
    use intake_pb::intake_event::Kind;
    let stored = intake_pb::IntakeEvent::decode(recorded.payload.as_slice())
        .map_err(|error| Malformed(error.to_string()))?;
    match &stored.kind {
        Some(Kind::ProjectRegistered(_)) => {
            let on = day(&stored.occurred_on)?;
            Ok(Some(Said::Project { owner: sight::owner(recorded), on }))
        }
        Some(Kind::Matter(event)) => step(event),
        // What else intake says is of no concern here, whatever it may come to say.
        _ => Ok(None),
    }
}

/// Planning: its matters and its certificates.
///
/// # Errors
/// The bytes are no event of planning.
pub fn planning(recorded: &Recorded) -> Result<Option<Said>, Malformed> {
    use planning_pb::planning_event::Kind;
    let stored = planning_pb::PlanningEvent::decode(recorded.payload.as_slice())
        .map_err(|error| Malformed(error.to_string()))?;
    match &stored.kind {
        Some(Kind::Matter(event)) => step(event),
        Some(Kind::CertificateIssued(issued)) => {
            let title = issued.title.clone().unwrap_or_default();
            Ok(Some(Said::Certificate {
                matter: matter(&issued.matter)?,
                on: day(&stored.occurred_on)?,
                number: issued.number.clone(),
                title: Text { zh: title.zh, en: title.en },
                sha256: hash(&issued.content_sha256),
                rests_on: Vec::new(),
            }))
        }
        // What else planning says is of no concern here, whatever it may come to say.
        _ => Ok(None),
    }
}

/// Acceptance: its matters, every version of a survey's result and of the joint acceptance opinion, and what
/// its members looked at.
///
/// # Errors
/// The bytes are no event of acceptance.
pub fn acceptance(recorded: &Recorded) -> Result<Option<Said>, Malformed> {
    use acceptance_pb::acceptance_event::Kind;
    let stored = acceptance_pb::AcceptanceEvent::decode(recorded.payload.as_slice())
        .map_err(|error| Malformed(error.to_string()))?;
    match &stored.kind {
        Some(Kind::Matter(event)) => step(event),
        Some(Kind::SurveyDelivered(survey)) => Ok(Some(Said::Certificate {
            matter: matter(&survey.matter)?,
            on: day(&stored.occurred_on)?,
            number: survey.number.clone(),
            title: Text::default(),
            sha256: hash(&survey.sha256),
            rests_on: Vec::new(),
        })),
        Some(Kind::OpinionIssued(opinion)) => Ok(Some(Said::Certificate {
            matter: matter(&opinion.matter)?,
            on: day(&stored.occurred_on)?,
            number: opinion.number.clone(),
            title: Text::default(),
            sha256: hash(&opinion.content_sha256),
            rests_on: rested(&opinion.surveys),
        })),
        Some(Kind::MemberExamined(examined)) => Ok(Some(Said::Examined {
            matter: matter(&examined.matter)?,
            member: examined.member.clone(),
            on: day(&stored.occurred_on)?,
            rests_on: rested(&examined.rests_on),
        })),
        // What else acceptance says is of no concern here, whatever it may come to say.
        _ => Ok(None),
    }
}

/// Aftercare: its matters. Complaints and reports are no materials, and stay where they are.
///
/// # Errors
/// The bytes are no event of aftercare.
pub fn aftercare(recorded: &Recorded) -> Result<Option<Said>, Malformed> {
    use aftercare_pb::aftercare_event::Kind;
    let stored = aftercare_pb::AftercareEvent::decode(recorded.payload.as_slice())
        .map_err(|error| Malformed(error.to_string()))?;
    match &stored.kind {
        Some(Kind::Matter(event)) => step(event),
        // What else aftercare says is of no concern here, whatever it may come to say.
        _ => Ok(None),
    }
}

/// What came without a hash cannot be known again, and is left out.
fn rested(references: &[acceptance_pb::Reference]) -> Vec<Rested> {
    let known = references.iter().filter(|reference| !reference.sha256.is_empty());
    known
        .map(|reference| Rested {
            key: reference.material.clone(),
            version: reference.version,
            sha256: reference.sha256.clone(),
        })
        .collect()
}

/// The id of a matter, or its resource name.
fn matter(text: &str) -> Result<MatterId, Malformed> {
    let id = text.rsplit('/').next().unwrap_or_default().parse();
    id.map_err(|_| Malformed(format!("matter: {text:?} is no matter")))
}

fn day(text: &str) -> Result<Date, Malformed> {
    text.parse().map_err(|_| Malformed("occurred_on: is no date".to_owned()))
}

fn hash(text: &str) -> Option<String> {
    Some(text.to_owned()).filter(|hash| !hash.is_empty())
}

fn step(event: &MatterEvent) -> Result<Option<Said>, Malformed> {
    Ok(Some(Said::Step(Box::new(wire::read(event)?))))
}
