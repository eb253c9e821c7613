//! What the log of acceptance says of a project.

#![deny(clippy::wildcard_enum_match_arm)]

mod joint;

pub(crate) use joint::Joint;

use super::{Facts, Matters, Told, date, matter_id, required, unknown_kind};
use eventlog::Malformed;
use jiff::civil::Date;
use proto::acceptance::v1::{
    AcceptanceEvent, OpinionIssued, ProjectStanding, Scope, UnitDeclared, acceptance_event::Kind,
};
use rulebook::{construction::Works, matter::MatterId};
use std::collections::BTreeMap;

/// A project as the facts of its construction and acceptance have left it.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Acceptance {
    /// The construction permit; a later one replaces it.
    pub(crate) permit: Option<Permit>,
    /// Whether an earlier stage lets it go on, as it last said.
    pub(crate) standing: Option<ProjectStanding>,
    /// Items of earlier stages: whether the permit of each matter is in force, since when.
    pub(crate) prior: BTreeMap<String, (String, bool, Date)>,
    /// Facts stated for the matters of this stage, by key.
    pub(crate) stated: BTreeMap<String, String>,
    /// Units of the works, as they were last declared.
    pub(crate) units: BTreeMap<String, UnitDeclared>,
    /// The matters of this stage.
    pub(crate) matters: Matters,
    /// Which units each of them concerns.
    pub(crate) scopes: BTreeMap<MatterId, Scope>,
    /// Joint acceptances.
    pub(crate) joints: BTreeMap<MatterId, Joint>,
    /// Acceptance opinions in the order of issue, every version.
    pub(crate) opinions: Vec<OpinionIssued>,
    /// Construction.
    pub(crate) works: Works,
    /// Day of the owner's acceptance, by unit.
    pub(crate) owner_accepted: BTreeMap<String, Date>,
    /// First day of use, by unit.
    pub(crate) used_since: BTreeMap<String, Date>,
    /// First day of production, by unit.
    pub(crate) producing_since: BTreeMap<String, Date>,
    /// Day on which the as-built papers went to the planning authority, by unit.
    pub(crate) planning_archive: BTreeMap<String, Date>,
}

/// The construction permit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Permit {
    matter: String,
    /// Day from which the start of construction is counted: of issue, and once that is known of handing over.
    pub(crate) since: Date,
    handed_over: bool,
}

impl Facts for Acceptance {
    type Event = AcceptanceEvent;

    fn evolve(&mut self, event: &AcceptanceEvent) -> Result<Told, Malformed> {
        let on = date("occurred_on", &event.occurred_on)?;
        match event.kind.as_ref().ok_or_else(unknown_kind)? {
            Kind::ConstructionPermitted(permitted) => self.permitted(on, &permitted.matter),
            Kind::PermitHandedOver(handed) => {
                let mine = |permit: &&mut Permit| permit.matter == handed.matter;
                if let Some(permit) = self.permit.as_mut().filter(mine).filter(|p| !p.handed_over) {
                    (permit.since, permit.handed_over) = (on, true);
                }
            }
            Kind::ProjectStanding(standing) => self.standing = Some(standing.clone()),
            Kind::PriorMatter(prior) => {
                let known = (prior.item.clone(), prior.in_force, on);
                self.prior.insert(prior.matter.clone(), known);
            }
            Kind::FactsStated(stated) => self.stated.extend(stated.facts.clone()),
            Kind::UnitDeclared(unit) => {
                self.units.insert(unit.unit.clone(), unit.clone());
            }
            Kind::Matter(matter) => return self.matters.evolve(matter),
            Kind::MatterScoped(scoped) => {
                let scope = required("matter_scoped.scope", &scoped.scope)?.clone();
                self.scopes.insert(matter_id("matter_scoped.matter", &scoped.matter)?, scope);
            }
            // Conditions of earlier permits are folded from the logs of their own matters; an alarm moves nothing.
            Kind::SurveyDelivered(_) | Kind::PriorConditions(_) | Kind::AlarmRaised(_) => {}
            kind @ (Kind::JointApplied(_)
            | Kind::InspectionScheduled(_)
            | Kind::InspectionHeld(_)
            | Kind::MemberExamined(_)
            | Kind::MemberOverdue(_)
            | Kind::RectificationListed(_)
            | Kind::RectificationReported(_)
            | Kind::MembersReopened(_)
            | Kind::OpinionIssued(_)) => self.joint(on, kind)?,
            kind @ (Kind::ConstructionStarted(_)
            | Kind::StartExtended(_)
            | Kind::PermitLapsed(_)
            | Kind::ConstructionStopped(_)
            | Kind::StoppageReported(_)
            | Kind::PermitReverified(_)
            | Kind::ConstructionResumed(_)) => self.build(on, kind),
            Kind::OwnerAccepted(accepted) => {
                let scope = required("owner_accepted.scope", &accepted.scope)?;
                keep(&mut self.owner_accepted, &scope.units, on);
            }
            Kind::PutIntoUse(used) => keep(&mut self.used_since, [&used.unit], on),
            Kind::ProductionStarted(started) => {
                keep(&mut self.producing_since, [&started.unit], on);
            }
            Kind::PlanningArchiveDelivered(delivered) => {
                let scope = required("planning_archive_delivered.scope", &delivered.scope)?;
                keep(&mut self.planning_archive, &scope.units, on);
            }
        }
        Ok(Told::on(on))
    }
}

impl Acceptance {
    /// A new permit begins the works anew, unless they are under way.
    fn permitted(&mut self, on: Date, matter: &str) {
        self.permit = Some(Permit { matter: matter.to_owned(), since: on, handed_over: false });
        if self.works.started_on.is_none() {
            self.works = Works::default();
        }
    }

    /// An event of construction; any other leaves the works as they are.
    fn build(&mut self, on: Date, kind: &Kind) {
        let works = &mut self.works;
        if let Kind::ConstructionStarted(_) = kind {
            works.started_on.get_or_insert(on);
        }
        if let Kind::StartExtended(extended) = kind {
            works.extensions.push(extended.months);
        }
        if let Kind::PermitLapsed(_) = kind {
            works.lapsed_on.get_or_insert(on);
        }
        if let Kind::ConstructionStopped(stopped) = kind {
            works.stop(on, &stopped.reason);
        }
        let Some(stoppage) = works.stoppages.last_mut() else { return };
        if let Kind::StoppageReported(_) = kind {
            stoppage.reported_on.get_or_insert(on);
        }
        if let Kind::PermitReverified(_) = kind {
            stoppage.reverified_on = Some(on);
        }
        if let Kind::ConstructionResumed(_) = kind {
            stoppage.until.get_or_insert(on);
        }
    }

    /// Whether the matter concerns a unit.
    pub(crate) fn concerns(&self, id: &MatterId, unit: &str) -> bool {
        self.scopes.get(id).is_some_and(|scope| scope.units.iter().any(|one| one == unit))
    }
}

/// The first day counts.
fn keep<'u>(
    days: &mut BTreeMap<String, Date>,
    units: impl IntoIterator<Item = &'u String>,
    on: Date,
) {
    for unit in units {
        days.entry(unit.clone()).or_insert(on);
    }
}
