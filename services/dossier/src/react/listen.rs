//! What the events of each stage say to the dossier.

use desk::{sight, wire};
use eventlog::{Malformed, Recorded};
use prost::Message;
use proto::{intake::v1 as intake_pb, matter::v1::MatterEvent, planning::v1 as planning_pb};
use rulebook::catalogue::Text;

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
            let on = stored.occurred_on.parse();
            let on = on.map_err(|_| Malformed("occurred_on: is no date".to_owned()))?;
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
            let matter = issued.matter.rsplit('/').next().unwrap_or_default().parse();
            let title = issued.title.clone().unwrap_or_default();
            Ok(Some(Said::Certificate {
                matter: matter.map_err(|_| {
                    Malformed("certificate_issued.matter: is no matter's name".to_owned())
                })?,
                number: issued.number.clone(),
                title: Text { zh: title.zh, en: title.en },
                sha256: Some(issued.content_sha256.clone()).filter(|hash| !hash.is_empty()),
            }))
        }
        // What else planning says is of no concern here, whatever it may come to say.
        _ => Ok(None),
    }
}

fn step(event: &MatterEvent) -> Result<Option<Said>, Malformed> {
    Ok(Some(Said::Step(Box::new(wire::read(event)?))))
}
