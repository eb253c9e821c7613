//! Construction and acceptance as the status shows them: units, phases, joint acceptances that wait, and
//! what the owner owes.

use super::{Project, words};
use crate::fold::Joint;
use desk::{docket::Bench, wire};
use jiff::civil::Date;
use proto::{
    matter::v1::Party,
    status::v1::{JointStatus, Obligation, PhaseStatus, UnitState, UnitStatus, WaitingMember},
};
use rulebook::{
    catalogue::{Catalogue, Facts},
    construction::{self, Duty, OpenSeat, OwnerAccepted},
    matter::{Matter, MatterId},
};
use std::collections::BTreeMap;

/// Who holds the ball of a joint acceptance, since when and by when.
type Court = (Party, Date, Option<Date>);

impl Project {
    /// Every declared unit.
    pub(super) fn units(&self) -> Vec<UnitStatus> {
        let declared = self.acceptance.facts.units.values();
        declared
            .map(|unit| UnitStatus {
                unit: unit.unit.clone(),
                name: unit.name.clone(),
                phase: unit.phase.clone(),
                state: self.unit_state(&unit.unit).into(),
                joint: self
                    .joint_of(&unit.unit)
                    .map(|(id, ..)| self.matter_name(id))
                    .unwrap_or_default(),
                operating_since: text(self.operating_since(&unit.unit)),
            })
            .collect()
    }

    /// Every phase that a unit belongs to; it stands as far as the unit that is furthest behind.
    pub(super) fn phases(&self) -> Vec<PhaseStatus> {
        let mut phases: BTreeMap<&str, (UnitState, Vec<String>)> = BTreeMap::new();
        for unit in self.acceptance.facts.units.values() {
            let state = self.unit_state(&unit.unit);
            let (behind, units) = phases.entry(&unit.phase).or_insert((state, Vec::new()));
            *behind = (*behind).min(state);
            units.push(unit.unit.clone());
        }
        let phases = phases.into_iter();
        phases
            .map(|(phase, (state, units))| PhaseStatus {
                phase: phase.to_owned(),
                state: state.into(),
                units,
            })
            .collect()
    }

    /// Whether a unit operates.
    pub(super) fn is_operating(&self) -> bool {
        let acceptance = &self.acceptance.facts;
        !acceptance.used_since.is_empty() || !acceptance.producing_since.is_empty()
    }

    /// Whether every declared unit operates, and there is one.
    pub(super) fn is_complete(&self) -> bool {
        let mut units = self.acceptance.facts.units.keys().peekable();
        units.peek().is_some() && units.all(|unit| self.unit_state(unit) == UnitState::Operating)
    }

    /// Whether construction may go on: begun, or its permit did not lapse by itself (建筑法 art. 9).
    pub(super) fn may_still_build(&self, bench: &Bench) -> bool {
        let acceptance = &self.acceptance.facts;
        let permit = acceptance.permit.as_ref();
        permit.is_none_or(|permit| {
            acceptance.works.lapse(permit.since, bench.date, &bench.calendar).is_none()
        })
    }

    fn operating_since(&self, unit: &str) -> Option<Date> {
        let acceptance = &self.acceptance.facts;
        let days = [&acceptance.used_since, &acceptance.producing_since];
        days.into_iter().filter_map(|days| days.get(unit).copied()).min()
    }

    pub(super) fn unit_state(&self, unit: &str) -> UnitState {
        match (self.operating_since(unit), self.joint_of(unit)) {
            (Some(_), _) => UnitState::Operating,
            (None, Some((_, _, joint))) if joint.issued => UnitState::Accepted,
            (None, Some(_)) => UnitState::UnderJointAcceptance,
            (None, None) => UnitState::UnderConstruction,
        }
    }

    /// The joint acceptance that concerns a unit, the newest if an earlier one was withdrawn.
    fn joint_of(&self, unit: &str) -> Option<(&MatterId, &Matter, &Joint)> {
        let acceptance = &self.acceptance.facts;
        self.living_joints().filter(|(id, ..)| acceptance.concerns(id, unit)).last()
    }

    fn living_joints(&self) -> impl Iterator<Item = (&MatterId, &Matter, &Joint)> {
        let acceptance = &self.acceptance.facts;
        acceptance.joints.iter().filter_map(|(id, joint)| {
            let matter = acceptance.matters.all().get(id).filter(|matter| matter.is_alive())?;
            Some((id, matter, joint))
        })
    }

    /// The joint acceptances that wait for somebody.
    pub(super) fn waiting_joints(&self, bench: &Bench) -> Vec<JointStatus> {
        let joints = self.living_joints();
        let waiting = joints.filter_map(|(id, matter, joint)| {
            let (party, since, due) = court(matter, joint, bench)?;
            let round = joint.present();
            let scope = self.acceptance.facts.scopes.get(id);
            Some(JointStatus {
                matter: self.matter_name(id),
                units: scope.map(|scope| scope.units.clone()).unwrap_or_default(),
                round: u32::try_from(joint.rounds.len()).unwrap_or(u32::MAX),
                inspect_on: text(round.inspect_on),
                party: party.into(),
                since: since.to_string(),
                due_on: text(due),
                waiting: match party {
                    Party::Agency => {
                        joint.open().map(|open| waiting(&open, matter, joint, bench)).collect()
                    }
                    _ => Vec::new(),
                },
                defects: match party {
                    Party::Enterprise => u32::try_from(round.defects).unwrap_or(u32::MAX),
                    _ => 0,
                },
            })
        });
        waiting.collect()
    }

    /// What the owner owes by law once construction is permitted, those done too.
    pub(super) fn obligations(&self, bench: &Bench) -> Vec<Duty> {
        let (acceptance, catalogue) = (&self.acceptance.facts, &bench.law.catalogue);
        let permitted_on = acceptance.permit.as_ref().map(|permit| permit.since);
        let mut duties = acceptance.works.duties(permitted_on);
        for (unit, on) in &acceptance.owner_accepted {
            let facts = &self.facts_of_unit(unit, catalogue);
            let archived_on = acceptance.planning_archive.get(unit).copied();
            let accepted = OwnerAccepted { unit, on: *on, facts, archived_on };
            let in_hand = |code: &str| self.in_hand(code, unit);
            duties.extend(construction::after_acceptance(accepted, in_hand, catalogue, bench.date));
        }
        duties
    }

    /// What is stated of a unit: the project's facts, with what is said of the unit over them.
    fn facts_of_unit(&self, unit: &str, catalogue: &Catalogue) -> Facts {
        let acceptance = &self.acceptance.facts;
        let of_unit = acceptance.units.get(unit).into_iter().flat_map(|unit| &unit.facts);
        let mut facts = Facts::new();
        for (key, text) in acceptance.stated.iter().chain(of_unit) {
            if let Some(Ok(value)) = catalogue.fact(key).map(|rule| rule.read(text)) {
                facts.set(key.clone(), value);
            }
        }
        facts
    }

    /// Since when an item is in hand for a unit: granted at an earlier stage, granted for the unit, or passed
    /// by its member of a joint acceptance.
    fn in_hand(&self, code: &str, unit: &str) -> Option<Date> {
        let acceptance = &self.acceptance.facts;
        let prior =
            acceptance.prior.values().filter(|(item, in_force, _)| *in_force && item == code);
        let granted = acceptance.matters.all().iter().filter(|(id, matter)| {
            id.item() == code && matter.is_in_force() && acceptance.concerns(id, unit)
        });
        let joints = self.living_joints().filter(|(id, ..)| acceptance.concerns(id, unit));
        let passed = joints.filter_map(|(_, _, joint)| joint.passed(code));
        let granted = granted.filter_map(|(_, matter)| matter.decided_on());
        prior.map(|(.., on)| *on).chain(granted).chain(passed).min()
    }
}

/// Who has to act in a joint acceptance; nobody once its opinion is issued and no member is open.
fn court(matter: &Matter, joint: &Joint, bench: &Bench) -> Option<Court> {
    if let Some(since) = joint.awaits_report() {
        return Some((Party::Enterprise, since, None));
    }
    let open: Vec<OpenSeat<'_>> = joint.open().collect();
    if let Some(since) = open.iter().map(|seat| seat.since).min() {
        let due = open.iter().filter_map(|seat| seat.due(matter, &bench.calendar)).min();
        return Some((Party::Agency, since, due));
    }
    let since = joint.all_passed().filter(|_| !joint.issued)?;
    let clocks = matter.clocks(&bench.calendar);
    let limit = clocks.committed.or(clocks.statutory);
    let due = limit.and_then(|timed| timed.deadline(&bench.calendar)).map(|deadline| deadline.due);
    Some((Party::Agency, since, due))
}

fn waiting(open: &OpenSeat<'_>, matter: &Matter, joint: &Joint, bench: &Bench) -> WaitingMember {
    let due = open.due(matter, &bench.calendar);
    let mut waiting = WaitingMember {
        member: open.member.to_owned(),
        due_on: text(due),
        overdue: due.is_some_and(|due| due < bench.date),
        ..WaitingMember::default()
    };
    if let Some(seat) = joint.seats.get(open.member) {
        waiting.agency.clone_from(&seat.member.agency);
        waiting.agency_name = Some(words::agency(&seat.member.agency, bench));
        waiting.title.clone_from(&seat.member.title);
    }
    waiting
}

/// A duty as the API shows it.
pub(super) fn owed(duty: &Duty, bench: &Bench) -> Obligation {
    let deadline = duty.timed.deadline(&bench.calendar);
    Obligation {
        what: Some(wire::text_to_wire(&duty.what)),
        citation: duty.timed.clock.citation.clone(),
        units: duty.units.iter().cloned().collect(),
        due_on: text(deadline.as_ref().map(|deadline| deadline.due)),
        provisional: deadline.is_some_and(|deadline| deadline.provisional),
        done_on: text(duty.timed.done_on),
        late: duty.timed.is_late(bench.date, &bench.calendar),
    }
}

pub(super) fn text(date: Option<Date>) -> String {
    date.map_or_else(String::new, |date| date.to_string())
}
