//! Messages to facts. Bytes are never repaired silently: what cannot be read names its field.

use desk::wire::Malformed;
use jiff::civil::Date;
use proto::acceptance::v1::{self as pb, acceptance_event::Kind};

use super::{Event, values};
use crate::case::particulars::{
    Examined, ListedDefect, ListedResult, Opinion, SurveyVersion, Unit,
};

type Read = Result<Event, Malformed>;

impl Event {
    /// Reads a stored fact.
    ///
    /// # Errors
    /// The field that is missing or cannot be read. An event of a kind that this build does not know is
    /// `kind`: unknown is not empty.
    pub fn from_wire(stored: &pb::AcceptanceEvent) -> Read {
        let on = values::date("occurred_on", &stored.occurred_on)?;
        let unknown = || values::malformed("kind", "is unknown to this build");
        let event = fact(on, stored.kind.as_ref().ok_or_else(unknown)?)?;
        if event.on() != on {
            return Err(values::malformed("matter.occurred_on", "is not the day of the event"));
        }
        Ok(event)
    }
}

fn fact(on: Date, kind: &Kind) -> Read {
    match kind {
        Kind::ConstructionPermitted(stored) => Ok(Event::ConstructionPermitted {
            on,
            matter: stored.matter.clone(),
            agency: stored.agency.clone(),
            number: stored.number.clone(),
        }),
        Kind::PermitHandedOver(stored) => {
            Ok(Event::PermitHandedOver { on, matter: stored.matter.clone() })
        }
        Kind::ProjectStanding(stored) => {
            let (may_proceed, reason) = (stored.may_proceed, stored.reason.clone());
            Ok(Event::ProjectStanding { on, may_proceed, reason })
        }
        Kind::PriorMatter(stored) => {
            let (matter, item) = (stored.matter.clone(), stored.item.clone());
            Ok(Event::PriorMatter { on, matter, item, in_force: stored.in_force })
        }
        Kind::AlarmRaised(stored) => Ok(Event::AlarmRaised(desk::wire::alarm(on, Some(stored))?)),
        Kind::PriorConditions(stored) => {
            let (matter, open) = (stored.matter.clone(), stored.open.clone());
            Ok(Event::PriorConditions { on, matter, open })
        }
        Kind::FactsStated(stored) => Ok(Event::FactsStated { on, facts: stored.facts.clone() }),
        Kind::UnitDeclared(stored) => declared(on, stored),
        Kind::Matter(stored) => {
            let (id, step) = desk::wire::read(stored)?;
            Ok(Event::Matter { id, step })
        }
        Kind::MatterScoped(stored) => scoped(on, stored),
        Kind::SurveyDelivered(stored) => surveyed(on, stored),
        Kind::JointApplied(stored) => joint(on, stored),
        Kind::InspectionScheduled(stored) => scheduled(on, stored),
        Kind::InspectionHeld(stored) => held(on, stored),
        Kind::MemberExamined(stored) => examined(on, stored),
        Kind::MemberOverdue(stored) => overdue(on, stored),
        Kind::RectificationListed(stored) => listed(on, stored),
        Kind::RectificationReported(stored) => reported(on, stored),
        Kind::MembersReopened(stored) => reopened(on, stored),
        Kind::OpinionIssued(stored) => issued(on, stored),
        Kind::ConstructionStarted(_) => Ok(Event::ConstructionStarted { on }),
        Kind::StartExtended(stored) => {
            let (document, reason) = (stored.document.clone(), stored.reason.clone());
            Ok(Event::StartExtended { on, months: stored.months, document, reason })
        }
        Kind::PermitLapsed(stored) => lapsed(on, stored),
        Kind::ConstructionStopped(stored) => {
            Ok(Event::ConstructionStopped { on, reason: stored.reason.clone() })
        }
        Kind::StoppageReported(stored) => {
            Ok(Event::StoppageReported { on, document: stored.document.clone() })
        }
        Kind::PermitReverified(stored) => {
            Ok(Event::PermitReverified { on, document: stored.document.clone() })
        }
        Kind::ConstructionResumed(_) => Ok(Event::ConstructionResumed { on }),
        Kind::OwnerAccepted(stored) => owner_accepted(on, stored),
        Kind::PutIntoUse(stored) => Ok(Event::PutIntoUse { on, unit: stored.unit.clone() }),
        Kind::ProductionStarted(stored) => {
            Ok(Event::ProductionStarted { on, unit: stored.unit.clone() })
        }
        Kind::PlanningArchiveDelivered(stored) => archived(on, stored),
    }
}

fn declared(on: Date, stored: &pb::UnitDeclared) -> Read {
    let unit = Unit {
        name: values::text("unit_declared.name", stored.name.as_ref())?,
        phase: stored.phase.clone(),
        independent_use: stored.independent_use,
        facts: stored.facts.clone(),
    };
    Ok(Event::UnitDeclared { on, id: stored.unit.clone(), unit })
}

fn scoped(on: Date, stored: &pb::MatterScoped) -> Read {
    let matter = values::id("matter_scoped.matter", &stored.matter)?;
    let scope = values::scope("matter_scoped.scope", stored.scope.as_ref())?;
    Ok(Event::MatterScoped { on, matter, scope })
}

fn surveyed(on: Date, stored: &pb::SurveyDelivered) -> Read {
    let result = SurveyVersion {
        material: stored.material.clone(),
        version: stored.version,
        sha256: stored.sha256.clone(),
        number: stored.number.clone(),
        reason: stored.reason.clone(),
    };
    let matter = values::id("survey_delivered.matter", &stored.matter)?;
    Ok(Event::SurveyDelivered { on, matter, result })
}

fn joint(on: Date, stored: &pb::JointApplied) -> Read {
    let matter = values::id("joint_applied.matter", &stored.matter)?;
    let members = stored.members.iter().map(values::member).collect::<Result<_, _>>()?;
    Ok(Event::JointApplied { on, matter, output: stored.output.clone(), members })
}

fn scheduled(on: Date, stored: &pb::InspectionScheduled) -> Read {
    let matter = values::id("inspection_scheduled.matter", &stored.matter)?;
    let inspect_on = values::date("inspection_scheduled.inspect_on", &stored.inspect_on)?;
    Ok(Event::InspectionScheduled { on, matter, round: stored.round, inspect_on })
}

fn held(on: Date, stored: &pb::InspectionHeld) -> Read {
    let matter = values::id("inspection_held.matter", &stored.matter)?;
    Ok(Event::InspectionHeld { on, matter, round: stored.round })
}

fn examined(on: Date, stored: &pb::MemberExamined) -> Read {
    let examined = Examined {
        on,
        round: stored.round,
        finding: values::finding(stored)?,
        document: stored.document.clone(),
        demanded: stored.materials.clone(),
        rests_on: values::references("member_examined.rests_on.matter", &stored.rests_on)?,
    };
    let matter = values::id("member_examined.matter", &stored.matter)?;
    Ok(Event::MemberExamined { matter, member: stored.member.clone(), examined })
}

fn overdue(on: Date, stored: &pb::MemberOverdue) -> Read {
    let matter = values::id("member_overdue.matter", &stored.matter)?;
    let (round, member) = (stored.round, stored.member.clone());
    Ok(Event::MemberOverdue { on, matter, round, member })
}

fn listed(on: Date, stored: &pb::RectificationListed) -> Read {
    let one = |defect: &pb::ListedDefect| ListedDefect {
        member: defect.member.clone(),
        problem: defect.problem.clone(),
    };
    Ok(Event::RectificationListed {
        on,
        matter: values::id("rectification_listed.matter", &stored.matter)?,
        round: stored.round,
        number: stored.number.clone(),
        defects: stored.defects.iter().map(one).collect(),
        demanded: stored.materials.clone(),
    })
}

fn reported(on: Date, stored: &pb::RectificationReported) -> Read {
    Ok(Event::RectificationReported {
        on,
        matter: values::id("rectification_reported.matter", &stored.matter)?,
        round: stored.round,
        evidence: stored.evidence.clone(),
        changed: stored.changed.clone(),
    })
}

fn reopened(on: Date, stored: &pb::MembersReopened) -> Read {
    Ok(Event::MembersReopened {
        on,
        matter: values::id("members_reopened.matter", &stored.matter)?,
        round: stored.round,
        members: stored.members.clone(),
        changed: stored.changed.clone(),
    })
}

fn issued(on: Date, stored: &pb::OpinionIssued) -> Read {
    let opinion = Opinion {
        version: stored.version,
        number: stored.number.clone(),
        scope: values::scope("opinion_issued.scope", stored.scope.as_ref())?,
        results: stored.results.iter().map(listed_result).collect::<Result<_, _>>()?,
        surveys: values::references("opinion_issued.surveys.matter", &stored.surveys)?,
        reason: stored.reason.clone(),
        sha256: stored.content_sha256.clone(),
    };
    let matter = values::id("opinion_issued.matter", &stored.matter)?;
    Ok(Event::OpinionIssued { on, matter, opinion })
}

fn listed_result(stored: &pb::ListedResult) -> Result<ListedResult, Malformed> {
    let not_applicable = match stored.result() {
        pb::Result::Pass => None,
        pb::Result::NotApplicable => Some(stored.reason.clone()),
        pb::Result::Rectify | pb::Result::Unspecified => {
            return Err(values::malformed("opinion_issued.results.result", "stands in no opinion"));
        }
    };
    Ok(ListedResult {
        member: stored.member.clone(),
        agency: stored.agency.clone(),
        title: values::text("opinion_issued.results.title", stored.title.as_ref())?,
        not_applicable,
        document: stored.document.clone(),
        on: values::date("opinion_issued.results.examined_on", &stored.examined_on)?,
    })
}

fn lapsed(on: Date, stored: &pb::PermitLapsed) -> Read {
    let declared_on = values::date("permit_lapsed.declared_on", &stored.declared_on)?;
    Ok(Event::PermitLapsed { on, declared_on })
}

fn owner_accepted(on: Date, stored: &pb::OwnerAccepted) -> Read {
    let scope = values::scope("owner_accepted.scope", stored.scope.as_ref())?;
    Ok(Event::OwnerAccepted { on, scope, document: stored.document.clone() })
}

fn archived(on: Date, stored: &pb::PlanningArchiveDelivered) -> Read {
    let scope = values::scope("planning_archive_delivered.scope", stored.scope.as_ref())?;
    Ok(Event::PlanningArchiveDelivered { on, scope, document: stored.document.clone() })
}
