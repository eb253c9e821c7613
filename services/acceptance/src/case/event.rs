//! What can happen in the construction and acceptance of a project. Facts only: no deadline, no state.
//!
//! Names and meanings are storage format (`AcceptanceEvent` in proto).

mod read;
mod values;
mod write;

use std::collections::BTreeMap;

use jiff::civil::Date;
use rulebook::{
    alarm::Alarm,
    matter::{self, MatterId},
};

use super::particulars::{Examined, ListedDefect, Member, Opinion, Scope, SurveyVersion, Unit};

/// One fact.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)] // `on` is the day in law everywhere; the other fields are what their names say.
pub enum Event {
    /// Planning issued the construction permit; construction and acceptance are open.
    ConstructionPermitted { on: Date, matter: String, agency: String, number: String },
    /// The construction permit was handed over (领取).
    PermitHandedOver { on: Date, matter: String },
    /// An earlier stage stopped the project, or let it go on again.
    ProjectStanding { on: Date, may_proceed: bool, reason: String },
    /// A matter of another stage was granted, revoked or ended.
    PriorMatter { on: Date, matter: String, item: String, in_force: bool },
    /// What the permit of an earlier matter still asks for changed.
    PriorConditions { on: Date, matter: String, open: Vec<String> },
    /// The facts from which it follows which items concern the project.
    FactsStated { on: Date, facts: BTreeMap<String, String> },
    /// A unit was declared, or declared anew.
    UnitDeclared { on: Date, id: String, unit: Unit },
    /// A step in the life of a matter.
    Matter { id: MatterId, step: matter::Event },
    /// Which units a matter concerns.
    MatterScoped { on: Date, matter: MatterId, scope: Scope },
    /// The result of a joint survey, or a corrected version of it.
    SurveyDelivered { on: Date, matter: MatterId, result: SurveyVersion },
    /// Joint acceptance was applied for.
    JointApplied { on: Date, matter: MatterId, output: String, members: Vec<Member> },
    /// The one day on site was fixed, or moved before it came.
    InspectionScheduled { on: Date, matter: MatterId, round: u32, inspect_on: Date },
    /// The members were on site.
    InspectionHeld { on: Date, matter: MatterId, round: u32 },
    /// A member said what it found.
    MemberExamined { matter: MatterId, member: String, examined: Examined },
    /// A member said nothing within its limit; `on` is the first day after it.
    MemberOverdue { on: Date, matter: MatterId, round: u32, member: String },
    /// Everything to be put right, in one list.
    RectificationListed {
        on: Date,
        matter: MatterId,
        round: u32,
        number: String,
        defects: Vec<ListedDefect>,
        demanded: Vec<String>,
    },
    /// The applicant reported that it is put right.
    RectificationReported {
        on: Date,
        matter: MatterId,
        round: u32,
        evidence: String,
        changed: Vec<String>,
    },
    /// Members have to look again, and no others.
    MembersReopened {
        on: Date,
        matter: MatterId,
        round: u32,
        members: Vec<String>,
        changed: Vec<String>,
    },
    /// A version of the joint acceptance opinion.
    OpinionIssued { on: Date, matter: MatterId, opinion: Opinion },
    /// Construction began.
    ConstructionStarted { on: Date },
    /// The time to begin was extended (建筑法 art. 9).
    StartExtended { on: Date, months: u32, document: String, reason: String },
    /// The construction permit lapsed by itself; `on` is the first day on which it is void.
    PermitLapsed { on: Date, declared_on: Date },
    /// Construction stopped.
    ConstructionStopped { on: Date, reason: String },
    /// The stoppage was reported (建筑法 art. 10).
    StoppageReported { on: Date, document: String },
    /// The permit was verified again (建筑法 art. 10).
    PermitReverified { on: Date, document: String },
    /// Construction went on.
    ConstructionResumed { on: Date },
    /// The owner accepted the works (竣工验收合格).
    OwnerAccepted { on: Date, scope: Scope, document: String },
    /// A unit was put into use.
    PutIntoUse { on: Date, unit: String },
    /// Discharge and production began in a unit.
    ProductionStarted { on: Date, unit: String },
    /// The as-built papers went to the planning authority (城乡规划法 art. 45).
    PlanningArchiveDelivered { on: Date, scope: Scope, document: String },
    /// A limit of construction passed that is not a matter's.
    AlarmRaised(Alarm),
}

impl Event {
    /// The day in law.
    #[must_use]
    pub fn on(&self) -> Date {
        match self {
            Event::ConstructionPermitted { on, .. }
            | Event::PermitHandedOver { on, .. }
            | Event::ProjectStanding { on, .. }
            | Event::PriorMatter { on, .. }
            | Event::PriorConditions { on, .. }
            | Event::FactsStated { on, .. }
            | Event::UnitDeclared { on, .. }
            | Event::MatterScoped { on, .. }
            | Event::SurveyDelivered { on, .. }
            | Event::JointApplied { on, .. }
            | Event::InspectionScheduled { on, .. }
            | Event::InspectionHeld { on, .. }
            | Event::MemberOverdue { on, .. }
            | Event::RectificationListed { on, .. }
            | Event::RectificationReported { on, .. }
            | Event::MembersReopened { on, .. }
            | Event::OpinionIssued { on, .. }
            | Event::ConstructionStarted { on }
            | Event::StartExtended { on, .. }
            | Event::PermitLapsed { on, .. }
            | Event::ConstructionStopped { on, .. }
            | Event::StoppageReported { on, .. }
            | Event::PermitReverified { on, .. }
            | Event::ConstructionResumed { on }
            | Event::OwnerAccepted { on, .. }
            | Event::PutIntoUse { on, .. }
            | Event::ProductionStarted { on, .. }
            | Event::PlanningArchiveDelivered { on, .. } => *on,
            Event::Matter { step, .. } => step.on(),
            Event::MemberExamined { examined, .. } => examined.on,
            Event::AlarmRaised(alarm) => alarm.on,
        }
    }

    /// The matter that it is about, if it is about one of this stage.
    #[must_use]
    pub fn matter(&self) -> Option<&MatterId> {
        match self {
            Event::Matter { id: matter, .. }
            | Event::MatterScoped { matter, .. }
            | Event::SurveyDelivered { matter, .. }
            | Event::JointApplied { matter, .. }
            | Event::InspectionScheduled { matter, .. }
            | Event::InspectionHeld { matter, .. }
            | Event::MemberExamined { matter, .. }
            | Event::MemberOverdue { matter, .. }
            | Event::RectificationListed { matter, .. }
            | Event::RectificationReported { matter, .. }
            | Event::MembersReopened { matter, .. }
            | Event::OpinionIssued { matter, .. } => Some(matter),
            Event::ConstructionPermitted { .. }
            | Event::PermitHandedOver { .. }
            | Event::ProjectStanding { .. }
            | Event::PriorMatter { .. }
            | Event::PriorConditions { .. }
            | Event::FactsStated { .. }
            | Event::UnitDeclared { .. }
            | Event::ConstructionStarted { .. }
            | Event::StartExtended { .. }
            | Event::PermitLapsed { .. }
            | Event::ConstructionStopped { .. }
            | Event::StoppageReported { .. }
            | Event::PermitReverified { .. }
            | Event::ConstructionResumed { .. }
            | Event::OwnerAccepted { .. }
            | Event::PutIntoUse { .. }
            | Event::ProductionStarted { .. }
            | Event::PlanningArchiveDelivered { .. }
            | Event::AlarmRaised(_) => None,
        }
    }

    /// The step of a matter that it holds, if it holds one.
    #[must_use]
    pub fn step(&self) -> Option<(&MatterId, &matter::Event)> {
        if let Event::Matter { id, step } = self { Some((id, step)) } else { None }
    }

    /// The kind as it is written in the log and on subjects; for ever.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Event::ConstructionPermitted { .. } => "construction_permitted",
            Event::PermitHandedOver { .. } => "permit_handed_over",
            Event::ProjectStanding { .. } => "project_standing",
            Event::PriorMatter { .. } => "prior_matter",
            Event::PriorConditions { .. } => "prior_conditions",
            Event::FactsStated { .. } => "facts_stated",
            Event::UnitDeclared { .. } => "unit_declared",
            Event::Matter { step, .. } => step.kind(),
            Event::MatterScoped { .. } => "matter_scoped",
            Event::SurveyDelivered { .. } => "survey_delivered",
            Event::JointApplied { .. } => "joint_applied",
            Event::InspectionScheduled { .. } => "inspection_scheduled",
            Event::InspectionHeld { .. } => "inspection_held",
            Event::MemberExamined { .. } => "member_examined",
            Event::MemberOverdue { .. } => "member_overdue",
            Event::RectificationListed { .. } => "rectification_listed",
            Event::RectificationReported { .. } => "rectification_reported",
            Event::MembersReopened { .. } => "members_reopened",
            Event::OpinionIssued { .. } => "opinion_issued",
            Event::ConstructionStarted { .. } => "construction_started",
            Event::StartExtended { .. } => "start_extended",
            Event::PermitLapsed { .. } => "permit_lapsed",
            Event::ConstructionStopped { .. } => "construction_stopped",
            Event::StoppageReported { .. } => "stoppage_reported",
            Event::PermitReverified { .. } => "permit_reverified",
            Event::ConstructionResumed { .. } => "construction_resumed",
            Event::OwnerAccepted { .. } => "owner_accepted",
            Event::PutIntoUse { .. } => "put_into_use",
            Event::ProductionStarted { .. } => "production_started",
            Event::PlanningArchiveDelivered { .. } => "planning_archive_delivered",
            Event::AlarmRaised(_) => "alarm_raised",
        }
    }
}
