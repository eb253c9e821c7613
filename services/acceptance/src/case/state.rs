//! The construction and acceptance of a project as its events have left them. It never refuses an event
//! and applies no rule of law.

#![deny(clippy::wildcard_enum_match_arm)]

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use rulebook::{
    alarm::Halts,
    construction::Works,
    matter::{Matter, MatterId},
};

use super::event::Event;
use super::joint::{Issued, Joint, List};
use super::particulars::{Scope, SurveyVersion, Unit};

/// One project.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Case {
    /// The construction permit, once issued; a later one replaces it.
    pub permit: Option<Permit>,
    /// Why an earlier stage stopped the project; `None` while it may proceed.
    pub stopped_because: Option<String>,
    /// The times in which it could not.
    pub halts: Halts,
    /// Keys of the alarms that were raised of other than matters.
    pub alarms: BTreeSet<String>,
    /// Matters of other stages that are in force, by item and name, with the day.
    pub prior: BTreeMap<String, BTreeMap<String, Date>>,
    /// Conditions of earlier permits that are still to be met, by matter name; none is empty.
    pub prior_conditions: BTreeMap<String, Vec<String>>,
    /// Facts of the project, as words of `facts.toml`.
    pub facts: BTreeMap<String, String>,
    /// Declared units by id.
    pub units: BTreeMap<String, Unit>,
    /// This stage's matters.
    pub matters: BTreeMap<MatterId, Matter>,
    /// Which units each of them concerns.
    pub scopes: BTreeMap<MatterId, Scope>,
    /// Results of joint surveys, each with its versions.
    pub surveys: BTreeMap<MatterId, Survey>,
    /// Joint acceptances.
    pub joints: BTreeMap<MatterId, Joint>,
    /// Construction.
    pub works: Works,
    /// Day of the owner's acceptance, by unit.
    pub owner_accepted: BTreeMap<String, Date>,
    /// First day of use, by unit.
    pub used_since: BTreeMap<String, Date>,
    /// First day of production, by unit.
    pub producing_since: BTreeMap<String, Date>,
    /// Day on which the as-built papers went to the planning authority, by unit.
    pub planning_archive: BTreeMap<String, Date>,
}

/// The construction permit (施工许可证).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permit {
    /// Resource name of its matter.
    pub matter: String,
    /// Agency that issued it.
    pub agency: String,
    /// Number.
    pub number: String,
    /// Day of issue.
    pub issued_on: Date,
    /// Day on which it was handed over.
    pub handed_over_on: Option<Date>,
}

/// A joint survey's result in every version, oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Survey {
    /// The versions with their days.
    pub versions: Vec<(Date, SurveyVersion)>,
}

impl Case {
    /// Moves the case by one event.
    pub fn apply(&mut self, event: &Event) {
        match event {
            Event::ConstructionPermitted { on, matter, agency, number } => {
                self.permitted(*on, matter, agency, number);
            }
            Event::PermitHandedOver { on, matter } => {
                if let Some(permit) = self.permit.as_mut().filter(|held| held.matter == *matter) {
                    permit.handed_over_on.get_or_insert(*on);
                }
            }
            Event::ProjectStanding { on, may_proceed, reason } => {
                self.stopped_because = (!may_proceed).then(|| reason.clone());
                if *may_proceed { self.halts.go_on(*on) } else { self.halts.halt(*on) }
            }
            Event::PriorMatter { on, matter, item, in_force } => {
                let held = self.prior.entry(item.clone()).or_default();
                if *in_force {
                    held.entry(matter.clone()).or_insert(*on);
                } else {
                    held.remove(matter);
                }
            }
            Event::AlarmRaised(alarm) => {
                self.alarms.insert(alarm.key());
            }
            Event::PriorConditions { matter, open, .. } => self.subject_to(matter, open),
            Event::FactsStated { facts, .. } => self.facts.extend(facts.clone()),
            Event::UnitDeclared { id, unit, .. } => {
                self.units.insert(id.clone(), unit.clone());
            }
            Event::Matter { id, step } => match self.matters.get_mut(id) {
                Some(matter) => matter.evolve(step),
                None => self.matters.extend(Matter::open(step).map(|new| (id.clone(), new))),
            },
            Event::MatterScoped { matter, scope, .. } => {
                self.scopes.insert(matter.clone(), scope.clone());
            }
            Event::SurveyDelivered { on, matter, result } => {
                let survey = self.surveys.entry(matter.clone()).or_default();
                survey.versions.push((*on, result.clone()));
            }
            Event::JointApplied { .. }
            | Event::InspectionScheduled { .. }
            | Event::InspectionHeld { .. }
            | Event::MemberExamined { .. }
            | Event::MemberOverdue { .. }
            | Event::RectificationListed { .. }
            | Event::RectificationReported { .. }
            | Event::MembersReopened { .. }
            | Event::OpinionIssued { .. } => self.apply_joint(event),
            Event::ConstructionStarted { .. }
            | Event::StartExtended { .. }
            | Event::PermitLapsed { .. }
            | Event::ConstructionStopped { .. }
            | Event::StoppageReported { .. }
            | Event::PermitReverified { .. }
            | Event::ConstructionResumed { .. } => evolve(&mut self.works, event),
            Event::OwnerAccepted { on, scope, .. } => {
                keep(&mut self.owner_accepted, &scope.units, *on);
            }
            Event::PutIntoUse { on, unit } => keep(&mut self.used_since, [unit], *on),
            Event::ProductionStarted { on, unit } => keep(&mut self.producing_since, [unit], *on),
            Event::PlanningArchiveDelivered { on, scope, .. } => {
                keep(&mut self.planning_archive, &scope.units, *on);
            }
        }
    }

    fn subject_to(&mut self, matter: &str, open: &[String]) {
        if open.is_empty() {
            self.prior_conditions.remove(matter);
        } else {
            self.prior_conditions.insert(matter.to_owned(), open.to_vec());
        }
    }

    /// A new permit begins the works anew, unless they are under way.
    fn permitted(&mut self, on: Date, matter: &str, agency: &str, number: &str) {
        self.permit = Some(Permit {
            matter: matter.to_owned(),
            agency: agency.to_owned(),
            number: number.to_owned(),
            issued_on: on,
            handed_over_on: None,
        });
        if self.works.started_on.is_none() {
            self.works = Works::default();
        }
    }

    fn apply_joint(&mut self, event: &Event) {
        let Some(id) = event.matter() else { return };
        if let Event::JointApplied { on, output, members, .. } = event {
            let scope = self.scopes.get(id).cloned().unwrap_or_default();
            self.joints.insert(id.clone(), Joint::new(*on, scope, output.clone(), members));
        }
        let Some(joint) = self.joints.get_mut(id) else { return };
        if let Event::InspectionScheduled { round, inspect_on, .. } = event {
            joint.amend(*round, |round| round.inspect_on = Some(*inspect_on));
        }
        if let Event::InspectionHeld { round, .. } = event {
            joint.amend(*round, |round| round.held = true);
        }
        if let Event::MemberExamined { member, examined, .. } = event {
            joint.examined(member, examined);
        }
        if let Event::MemberOverdue { round, member, .. } = event
            && let Some(seat) = joint.seats.get_mut(member)
        {
            seat.overdue_in.insert(*round);
        }
        if let Event::RectificationListed { on, round, number, defects, demanded, .. } = event {
            let list = List::new(*on, number, defects, demanded);
            joint.amend(*round, |round| round.list = Some(list));
        }
        if let Event::RectificationReported { on, round, .. } = event {
            joint.amend(*round, |round| round.reported_on = Some(*on));
        }
        if let Event::MembersReopened { on, round, members, .. } = event {
            joint.reopen(*on, *round, members);
        }
        if let Event::OpinionIssued { on, opinion, .. } = event {
            let round = joint.round();
            joint.opinions.push(Issued { on: *on, round, opinion: opinion.clone() });
        }
    }
}

/// Moves construction by one of its events.
fn evolve(works: &mut Works, event: &Event) {
    if let Event::ConstructionStarted { on } = event {
        works.started_on.get_or_insert(*on);
    }
    if let Event::StartExtended { months, .. } = event {
        works.extensions.push(*months);
    }
    if let Event::PermitLapsed { on, .. } = event {
        works.lapsed_on.get_or_insert(*on);
    }
    if let Event::ConstructionStopped { on, reason } = event {
        works.stop(*on, reason);
    }
    let Some(stoppage) = works.stoppages.last_mut() else { return };
    if let Event::StoppageReported { on, .. } = event {
        stoppage.reported_on.get_or_insert(*on);
    }
    if let Event::PermitReverified { on, .. } = event {
        stoppage.reverified_on = Some(*on);
    }
    if let Event::ConstructionResumed { on } = event {
        stoppage.until.get_or_insert(*on);
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
