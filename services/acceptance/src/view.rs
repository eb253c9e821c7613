//! A project's construction and acceptance as callers see it: everything derived is derived here, on the
//! day it is asked.

use crate::case::{Case, Event, Issued, Joint, Round, Seat, SurveyVersion};
use desk::docket::Bench;
use jiff::civil::Date;
use proto::{
    acceptance::v1::{self as pb, acceptance_event::Kind},
    r#type::v1 as ty,
};
use rulebook::{catalogue::Text, clock::Unit, construction::Duty, matter::MatterId};
use std::collections::BTreeSet;

/// The whole of it.
pub(crate) fn acceptance(project: &str, case: &Case, bench: &Bench) -> pb::Acceptance {
    let name = |id: &MatterId| format!("projects/{project}/matters/{id}");
    let permit = case.permit.as_ref().map(|permit| pb::ConstructionPermitted {
        matter: permit.matter.clone(),
        agency: permit.agency.clone(),
        number: permit.number.clone(),
    });
    pb::Acceptance {
        name: format!("projects/{project}"),
        permit,
        permit_in_force: case.permit_in_force(bench),
        started_on: text(case.works.started_on),
        stopped_since: text(case.works.stopped().map(|stoppage| stoppage.since)),
        units: case.units.keys().map(|id| unit(id, case, name)).collect(),
        joints: case.joints.iter().map(|(id, one)| joint(id, one, case, bench, name)).collect(),
        surveys: case.surveys.keys().map(|id| survey(id, case, name)).collect(),
        stale: case.stale().iter().map(name).collect(),
        duties: case.duties(bench).iter().map(|one| duty(one, bench)).collect(),
        complete: case.is_complete(),
    }
}

fn unit(id: &str, case: &Case, name: impl Fn(&MatterId) -> String) -> pb::UnitView {
    use pb::UnitState as State;
    let joint = case.joint_of(id);
    let accepted = joint.is_some_and(|(_, joint)| joint.opinion().is_some());
    let used_since = case.used_since.get(id).copied();
    let state = match (used_since, joint) {
        (Some(_), _) => State::InUse,
        (None, Some(_)) if accepted => State::Accepted,
        (None, Some(_)) => State::UnderAcceptance,
        (None, None) => State::UnderConstruction,
    };
    let mut view = pb::UnitView {
        unit: id.to_owned(),
        state: state.into(),
        joint: joint.map(|(id, _)| name(id)).unwrap_or_default(),
        owner_accepted_on: text(case.owner_accepted.get(id).copied()),
        used_since: text(used_since),
        producing_since: text(case.producing_since.get(id).copied()),
        ..pb::UnitView::default()
    };
    if let Some(unit) = case.units.get(id) {
        view.name = Some(words(&unit.name));
        view.phase = unit.phase.clone();
        view.independent_use = unit.independent_use;
    }
    view
}

fn joint(
    id: &MatterId,
    joint: &Joint,
    case: &Case,
    bench: &Bench,
    name: impl Fn(&MatterId) -> String,
) -> pb::JointView {
    let rounds = joint.rounds.iter().zip(1..);
    pb::JointView {
        matter: name(id),
        scope: Some(scope(&joint.scope.phase, &joint.scope.units)),
        members: joint.seats.values().map(|seat| member(id, seat, case, bench)).collect(),
        rounds: rounds.map(|(round, n)| self::round(id, round, n, case, bench)).collect(),
        opinions: joint.opinions.iter().filter_map(|issued| opinion(id, issued)).collect(),
        stale: case.is_joint_stale(joint),
    }
}

fn member(id: &MatterId, seat: &Seat, case: &Case, bench: &Bench) -> pb::MemberView {
    let key = &seat.member.key;
    let result = seat.result.as_ref().and_then(|examined| {
        let (matter, member, examined) = (id.clone(), key.clone(), examined.clone());
        match (Event::MemberExamined { matter, member, examined }).to_wire().kind {
            Some(Kind::MemberExamined(stored)) => Some(stored),
            Some(_) | None => None,
        }
    });
    pb::MemberView {
        member: Some(seat.member.to_wire()),
        open: seat.is_open(),
        result,
        examined_on: text(seat.result.as_ref().map(|examined| examined.on)),
        due_on: text(case.member_due(id, key, bench)),
        overdue_in: seat.overdue_in.iter().copied().collect(),
        stale: case.is_stale(seat),
    }
}

fn round(id: &MatterId, round: &Round, n: u32, case: &Case, bench: &Bench) -> pb::RoundView {
    let defect = |defect: &crate::case::ListedDefect| pb::ListedDefect {
        member: defect.member.clone(),
        problem: defect.problem.clone(),
    };
    let reinspection = round.reported_on.and_then(|on| case.reinspection_due(on, bench));
    pb::RoundView {
        round: n,
        inspect_on: text(round.inspect_on),
        held: round.held,
        list: round.list.as_ref().map(|list| pb::RectificationListed {
            matter: id.to_string(),
            round: n,
            number: list.number.clone(),
            defects: list.defects.iter().map(defect).collect(),
            materials: list.demanded.clone(),
        }),
        listed_on: text(round.list.as_ref().map(|list| list.on)),
        reported_on: text(round.reported_on),
        reinspection_due_on: text(reinspection),
    }
}

fn opinion(id: &MatterId, issued: &Issued) -> Option<pb::OpinionView> {
    let (on, matter, opinion) = (issued.on, id.clone(), issued.opinion.clone());
    let stored = (Event::OpinionIssued { on, matter, opinion }).to_wire().kind?;
    let Kind::OpinionIssued(opinion) = stored else { return None };
    Some(pb::OpinionView { opinion: Some(opinion), issued_on: on.to_string() })
}

fn survey(id: &MatterId, case: &Case, name: impl Fn(&MatterId) -> String) -> pb::SurveyView {
    let versions = case.surveys.get(id).map_or(&[][..], |survey| &survey.versions);
    let stored = |(_, result): &(Date, SurveyVersion)| pb::SurveyDelivered {
        matter: id.to_string(),
        material: result.material.clone(),
        version: result.version,
        sha256: result.sha256.clone(),
        number: result.number.clone(),
        reason: result.reason.clone(),
    };
    let area = case.scope(id);
    pb::SurveyView {
        versions: versions.iter().map(stored).collect(),
        scope: Some(scope(&area.phase, &area.units)),
        used_by: case.users_of(id).iter().map(name).collect(),
    }
}

fn duty(duty: &Duty, bench: &Bench) -> pb::DutyView {
    let deadline = duty.timed.deadline(&bench.calendar);
    let clock = &duty.timed.clock;
    let unit = match clock.limit.unit {
        Unit::WorkingDays => ty::Unit::WorkingDay,
        Unit::CalendarDays => ty::Unit::CalendarDay,
        Unit::Months => ty::Unit::Month,
    };
    pb::DutyView {
        what: Some(words(&duty.what)),
        citation: clock.citation.clone(),
        units: duty.units.iter().cloned().collect(),
        started_on: clock.start.to_string(),
        limit: Some(ty::Limit { n: clock.limit.n, unit: unit.into() }),
        due_on: text(deadline.as_ref().map(|deadline| deadline.due)),
        provisional: deadline.is_some_and(|deadline| deadline.provisional),
        done_on: text(duty.timed.done_on),
        late: duty.timed.is_late(bench.date, &bench.calendar),
    }
}

fn scope(phase: &str, units: &BTreeSet<String>) -> pb::Scope {
    pb::Scope { phase: phase.to_owned(), units: units.iter().cloned().collect() }
}

fn words(text: &Text) -> ty::Text {
    ty::Text { zh: text.zh.clone(), en: text.en.clone() }
}

fn text(date: Option<Date>) -> String {
    date.map_or_else(String::new, |date| date.to_string())
}
