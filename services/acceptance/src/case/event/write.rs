//! Facts to messages. Writing cannot fail.

use jiff::civil::Date;
use proto::acceptance::v1::{self as pb, acceptance_event::Kind};
use rulebook::matter::MatterId;

use super::{Event, values};
use crate::case::particulars::{
    Examined, ListedDefect, ListedResult, Member, Opinion, Scope, SurveyVersion, Unit,
};

impl Event {
    /// The fact as it is stored.
    #[must_use]
    pub fn to_wire(&self) -> pb::AcceptanceEvent {
        pb::AcceptanceEvent { occurred_on: self.on().to_string(), kind: Some(kind(self)) }
    }
}

fn kind(event: &Event) -> Kind {
    use Event as E;
    match event {
        E::ConstructionPermitted { matter, agency, number, .. } => {
            permitted(matter, agency, number)
        }
        E::PermitHandedOver { matter, .. } => handed_over(matter),
        E::ProjectStanding { may_proceed, reason, .. } => standing(*may_proceed, reason),
        E::PriorConditions { matter, open, .. } => {
            let (matter, open) = (matter.clone(), open.clone());
            Kind::PriorConditions(pb::PriorConditions { matter, open })
        }
        E::PriorMatter { matter, item, in_force, .. } => prior(matter, item, *in_force),
        E::FactsStated { facts, .. } => Kind::FactsStated(pb::FactsStated { facts: facts.clone() }),
        E::UnitDeclared { id, unit, .. } => declared(id, unit),
        E::AlarmRaised(alarm) => Kind::AlarmRaised(desk::wire::alarm_to_wire(alarm)),
        E::Matter { id, step } => Kind::Matter(desk::wire::write(id, step)),
        E::MatterScoped { matter, scope, .. } => scoped(matter, scope),
        E::SurveyDelivered { matter, result, .. } => surveyed(matter, result),
        E::JointApplied { matter, output, members, .. } => Kind::JointApplied(pb::JointApplied {
            matter: matter.to_string(),
            output: output.clone(),
            members: members.iter().map(Member::to_wire).collect(),
        }),
        E::InspectionScheduled { matter, round, inspect_on, .. } => {
            scheduled(matter, *round, *inspect_on)
        }
        E::InspectionHeld { matter, round, .. } => held(matter, *round),
        E::MemberExamined { matter, member, examined } => found(matter, member, examined),
        E::MemberOverdue { matter, round, member, .. } => overdue(matter, *round, member),
        E::RectificationListed { matter, round, number, defects, demanded, .. } => {
            listed(matter, *round, number, defects, demanded)
        }
        E::RectificationReported { matter, round, evidence, changed, .. } => {
            reported(matter, *round, evidence, changed)
        }
        E::MembersReopened { matter, round, members, changed, .. } => {
            reopened(matter, *round, members, changed)
        }
        E::OpinionIssued { matter, opinion, .. } => issued(matter, opinion),
        E::ConstructionStarted { .. } => Kind::ConstructionStarted(pb::ConstructionStarted {}),
        E::StartExtended { months, document, reason, .. } => extended(*months, document, reason),
        E::PermitLapsed { declared_on, .. } => lapsed(*declared_on),
        E::ConstructionStopped { reason, .. } => stopped(reason),
        E::StoppageReported { document, .. } => stoppage(document),
        E::PermitReverified { document, .. } => reverified(document),
        E::ConstructionResumed { .. } => Kind::ConstructionResumed(pb::ConstructionResumed {}),
        E::OwnerAccepted { scope, document, .. } => accepted(scope, document),
        E::PutIntoUse { unit, .. } => Kind::PutIntoUse(pb::PutIntoUse { unit: unit.clone() }),
        E::ProductionStarted { unit, .. } => producing(unit),
        E::PlanningArchiveDelivered { scope, document, .. } => archived(scope, document),
    }
}

fn permitted(matter: &str, agency: &str, number: &str) -> Kind {
    Kind::ConstructionPermitted(pb::ConstructionPermitted {
        matter: matter.to_owned(),
        agency: agency.to_owned(),
        number: number.to_owned(),
    })
}

fn handed_over(matter: &str) -> Kind {
    Kind::PermitHandedOver(pb::PermitHandedOver { matter: matter.to_owned() })
}

fn standing(may_proceed: bool, reason: &str) -> Kind {
    Kind::ProjectStanding(pb::ProjectStanding { may_proceed, reason: reason.to_owned() })
}

fn prior(matter: &str, item: &str, in_force: bool) -> Kind {
    let (matter, item) = (matter.to_owned(), item.to_owned());
    Kind::PriorMatter(pb::PriorMatter { matter, item, in_force })
}

fn declared(id: &str, unit: &Unit) -> Kind {
    Kind::UnitDeclared(pb::UnitDeclared {
        unit: id.to_owned(),
        name: Some(values::text_to_wire(&unit.name)),
        phase: unit.phase.clone(),
        independent_use: unit.independent_use,
        facts: unit.facts.clone(),
    })
}

fn scoped(matter: &MatterId, scope: &Scope) -> Kind {
    let scope = Some(values::scope_to_wire(scope));
    Kind::MatterScoped(pb::MatterScoped { matter: matter.to_string(), scope })
}

fn surveyed(matter: &MatterId, result: &SurveyVersion) -> Kind {
    Kind::SurveyDelivered(pb::SurveyDelivered {
        matter: matter.to_string(),
        material: result.material.clone(),
        version: result.version,
        sha256: result.sha256.clone(),
        number: result.number.clone(),
        reason: result.reason.clone(),
    })
}

fn scheduled(matter: &MatterId, round: u32, inspect_on: Date) -> Kind {
    let (matter, inspect_on) = (matter.to_string(), inspect_on.to_string());
    Kind::InspectionScheduled(pb::InspectionScheduled { matter, round, inspect_on })
}

fn held(matter: &MatterId, round: u32) -> Kind {
    Kind::InspectionHeld(pb::InspectionHeld { matter: matter.to_string(), round })
}

fn found(matter: &MatterId, member: &str, examined: &Examined) -> Kind {
    let (result, defects, reason) = values::finding_to_wire(&examined.finding);
    Kind::MemberExamined(pb::MemberExamined {
        matter: matter.to_string(),
        round: examined.round,
        member: member.to_owned(),
        result: result.into(),
        defects,
        reason,
        document: examined.document.clone(),
        materials: examined.demanded.clone(),
        rests_on: examined.rests_on.iter().map(values::reference_to_wire).collect(),
    })
}

fn overdue(matter: &MatterId, round: u32, member: &str) -> Kind {
    let (matter, member) = (matter.to_string(), member.to_owned());
    Kind::MemberOverdue(pb::MemberOverdue { matter, round, member })
}

fn listed(
    matter: &MatterId,
    round: u32,
    number: &str,
    defects: &[ListedDefect],
    demanded: &[String],
) -> Kind {
    let one = |defect: &ListedDefect| pb::ListedDefect {
        member: defect.member.clone(),
        problem: defect.problem.clone(),
    };
    Kind::RectificationListed(pb::RectificationListed {
        matter: matter.to_string(),
        round,
        number: number.to_owned(),
        defects: defects.iter().map(one).collect(),
        materials: demanded.to_vec(),
    })
}

fn reported(matter: &MatterId, round: u32, evidence: &str, changed: &[String]) -> Kind {
    Kind::RectificationReported(pb::RectificationReported {
        matter: matter.to_string(),
        round,
        evidence: evidence.to_owned(),
        changed: changed.to_vec(),
    })
}

fn reopened(matter: &MatterId, round: u32, members: &[String], changed: &[String]) -> Kind {
    Kind::MembersReopened(pb::MembersReopened {
        matter: matter.to_string(),
        round,
        members: members.to_vec(),
        changed: changed.to_vec(),
    })
}

fn issued(matter: &MatterId, opinion: &Opinion) -> Kind {
    let listed = |listed: &ListedResult| {
        let result = match &listed.not_applicable {
            Some(_) => pb::Result::NotApplicable,
            None => pb::Result::Pass,
        };
        pb::ListedResult {
            member: listed.member.clone(),
            agency: listed.agency.clone(),
            title: Some(values::text_to_wire(&listed.title)),
            result: result.into(),
            reason: listed.not_applicable.clone().unwrap_or_default(),
            document: listed.document.clone(),
            examined_on: listed.on.to_string(),
        }
    };
    Kind::OpinionIssued(pb::OpinionIssued {
        matter: matter.to_string(),
        version: opinion.version,
        number: opinion.number.clone(),
        scope: Some(values::scope_to_wire(&opinion.scope)),
        results: opinion.results.iter().map(listed).collect(),
        surveys: opinion.surveys.iter().map(values::reference_to_wire).collect(),
        reason: opinion.reason.clone(),
        content_sha256: opinion.sha256.clone(),
    })
}

fn extended(months: u32, document: &str, reason: &str) -> Kind {
    let (document, reason) = (document.to_owned(), reason.to_owned());
    Kind::StartExtended(pb::StartExtended { months, document, reason })
}

fn lapsed(declared_on: Date) -> Kind {
    Kind::PermitLapsed(pb::PermitLapsed { declared_on: declared_on.to_string() })
}

fn stopped(reason: &str) -> Kind {
    Kind::ConstructionStopped(pb::ConstructionStopped { reason: reason.to_owned() })
}

fn stoppage(document: &str) -> Kind {
    Kind::StoppageReported(pb::StoppageReported { document: document.to_owned() })
}

fn reverified(document: &str) -> Kind {
    Kind::PermitReverified(pb::PermitReverified { document: document.to_owned() })
}

fn accepted(scope: &Scope, document: &str) -> Kind {
    let (scope, document) = (Some(values::scope_to_wire(scope)), document.to_owned());
    Kind::OwnerAccepted(pb::OwnerAccepted { scope, document })
}

fn producing(unit: &str) -> Kind {
    Kind::ProductionStarted(pb::ProductionStarted { unit: unit.to_owned() })
}

fn archived(scope: &Scope, document: &str) -> Kind {
    let (scope, document) = (Some(values::scope_to_wire(scope)), document.to_owned());
    Kind::PlanningArchiveDelivered(pb::PlanningArchiveDelivered { scope, document })
}
