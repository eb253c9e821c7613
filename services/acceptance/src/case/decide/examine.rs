//! What a member finds, and what its silence is: late, and nothing else.

use std::collections::{BTreeMap, BTreeSet};

use desk::{
    docket::Bench,
    holdings::refuse_demand,
    refuse::{Refusal, Violation},
};
use jiff::civil::Date;
use rulebook::clock::Clock;
use rulebook::construction::{OpenSeat, REINSPECTION, REINSPECTION_RULE};
use rulebook::consultation::Opinion;
use rulebook::holdings::Demand;
use rulebook::matter::{self, Matter, MatterId, Part, Standing};

use super::apply::{examined_since, nothing_awaited};
use super::{Court, Decision, said, who};
use crate::case::event::Event;
use crate::case::joint::{Joint, Seat};
use crate::case::members;
use crate::case::particulars::{Examined, Finding, ListedDefect, Member};
use crate::case::rejection::Rejection;
use crate::case::state::Case;

impl Case {
    pub(super) fn examine(
        &self,
        court: Court<'_>,
        id: &MatterId,
        member: &str,
        finding: &Finding,
        document: &str,
        demanded: &[String],
    ) -> Decision {
        let (joint, matter) = self.joint(id)?;
        let seat = seat(joint, member, court)?;
        who::agency(court.caller, &seat.member.agency)?;
        let since = examined_since(matter)?;
        nothing_awaited(joint)?;
        let round = joint.round();
        let Some(held) = joint.present().inspect_on.filter(|_| joint.present().held) else {
            return Err(Rejection::NotInspected { round }.into());
        };
        let on = court.on(since.max(held).max(seat.since))?;
        let key = seat.member.key.clone();
        if let Some(given) = &seat.result {
            return Err(Rejection::MemberNotOpen { member: key, on: given.on }.into());
        }
        complete(finding, document)?;
        demand(court, (id, matter), joint, &seat.member.agency, demanded, on)?;
        let inputs = seat.member.inputs.iter();
        let rests_on = inputs.filter_map(|input| self.held(input, &joint.scope.units));
        let rests_on = rests_on.map(|held| held.reference()).collect();
        let (finding, document) = (finding.clone(), document.to_owned());
        let opinion = opinion(&finding);
        let demanded = demanded.to_vec();
        let examined =
            Examined { on, round, finding, document: document.clone(), demanded, rests_on };
        let mut events =
            vec![Event::MemberExamined { matter: id.clone(), member: key.clone(), examined }];
        if let Standing::UnderReview(_) = matter.standing {
            let act = matter::Act::GiveOpinion { key, opinion, document };
            events.extend(self.step(court, id, act, on)?);
        }
        let mut after = self.clone();
        events.iter().for_each(|event| after.apply(event));
        events.extend(after.consolidated(id));
        Ok(events)
    }

    /// The one list of a round, once every member has said what it found and some failed it.
    fn consolidated(&self, id: &MatterId) -> Option<Event> {
        let joint = self.joints.get(id)?;
        if !joint.those(Seat::is_open).is_empty() || joint.those(Seat::failed).is_empty() {
            return None;
        }
        let (mut defects, mut all) = (Vec::new(), BTreeSet::new());
        for (key, seat) in &joint.seats {
            let Some(Examined { finding: Finding::Rectify(problems), demanded, .. }) = &seat.result
            else {
                continue;
            };
            all.extend(demanded.iter().cloned());
            let listed =
                |problem: &String| ListedDefect { member: key.clone(), problem: problem.clone() };
            defects.extend(problems.iter().map(listed));
        }
        let results = joint.seats.values().filter_map(|seat| seat.result.as_ref());
        let on = results.map(|result| result.on).max()?;
        let (round, number) = (joint.round(), format!("{id}-整改-{}", joint.round()));
        let (matter, demanded) = (id.clone(), all.into_iter().collect());
        Some(Event::RectificationListed { on, matter, round, number, defects, demanded })
    }

    /// Members that said nothing within their limit and of whom that is not recorded, with the last day.
    pub(super) fn ran_out(&self, id: &MatterId, bench: &Bench) -> BTreeMap<String, Date> {
        let Ok((joint, matter)) = self.joint(id) else { return BTreeMap::new() };
        if examined_since(matter).is_err() {
            return BTreeMap::new();
        }
        let open = joint
            .seats
            .iter()
            .filter(|(_, seat)| seat.is_open() && !seat.overdue_in.contains(&joint.round()));
        let due = open
            .filter_map(|(key, seat)| Some((key.clone(), self.due(joint, matter, seat, bench)?)));
        due.filter(|(_, due)| *due < bench.date).collect()
    }

    /// The last day for a member's result; `None` before the day on site, or while the clock stands.
    #[must_use]
    pub fn member_due(&self, id: &MatterId, member: &str, bench: &Bench) -> Option<Date> {
        let (joint, matter) = self.joint(id).ok()?;
        let seat = joint.seats.get(member).filter(|seat| seat.is_open())?;
        self.due(joint, matter, seat, bench)
    }

    fn due(&self, joint: &Joint, matter: &Matter, seat: &Seat, bench: &Bench) -> Option<Date> {
        let open = OpenSeat {
            member: &seat.member.key,
            since: seat.since,
            limit: seat.member.limit.limit,
            citation: &seat.member.limit.citation,
            round: joint.rounds.len(),
            was_held: joint.present().held,
        };
        open.due(matter, &bench.calendar)
    }

    /// The last day of the re-inspection that follows a report.
    #[must_use]
    pub fn reinspection_due(&self, reported_on: Date, bench: &Bench) -> Option<Date> {
        let clock = Clock::new(reported_on, REINSPECTION, REINSPECTION_RULE);
        clock.deadline(&bench.calendar).map(|deadline| deadline.due)
    }

    pub(super) fn declare_overdue(
        &self,
        court: Court<'_>,
        id: &MatterId,
        member: &str,
    ) -> Decision {
        who::time(court.caller)?;
        let (joint, _) = self.joint(id)?;
        let due = self.ran_out(id, court.bench).get(member).copied();
        let on = due.and_then(|due| due.tomorrow().ok()).ok_or(Rejection::NotRunOut)?;
        let (round, member) = (joint.round(), member.to_owned());
        Ok(vec![Event::MemberOverdue { on, matter: id.clone(), round, member }])
    }
}

/// The member that is meant: an agency with one seat only need not name it.
fn seat<'j>(joint: &'j Joint, member: &str, court: Court<'_>) -> Result<&'j Seat, Refusal> {
    if !member.is_empty() {
        let unknown = || Rejection::UnknownMember { member: member.to_owned() };
        return Ok(joint.seats.get(member).ok_or_else(unknown)?);
    }
    let agency = court.caller.agency().unwrap_or_default();
    let mut own = joint.seats.values().filter(|seat| seat.member.agency == agency);
    match (own.next(), own.next()) {
        (Some(only), None) => Ok(only),
        (None, _) => Err(Refusal::NotYours(format!("{agency} is no member here"))),
        (Some(_), Some(_)) => {
            let rule = "is required where an agency is more than one member";
            Err(Refusal::Fields(vec![Violation::new("member", rule)]))
        }
    }
}

/// Nothing that the dossier holds, or that agencies have from each other, gets on the list.
fn demand(
    court: Court<'_>,
    (id, matter): (&MatterId, &Matter),
    joint: &Joint,
    agency: &str,
    demanded: &[String],
    on: Date,
) -> Result<(), Refusal> {
    let (bench, catalogue) = (court.bench, &court.bench.law.catalogue);
    let item = catalogue.item_edition(&matter.terms.item, &matter.terms.edition);
    let members: Vec<Member> = joint.seats.values().map(|seat| seat.member.clone()).collect();
    let name = format!("projects/{}/matters/{id}", bench.held.project);
    let refused = demanded.iter().find_map(|key| {
        let listed = item.and_then(|item| members::source(bench, item, &members, key));
        let source = listed.or_else(|| rulebook::holdings::source(catalogue, None, key, on));
        let brought = matter.materials.get(key).and_then(|own| own.sha256.as_deref());
        refuse_demand(&bench.held, &Demand { matter: &name, agency, key, source, brought, on })
    });
    refused.map_or(Ok(()), Err)
}

fn complete(finding: &Finding, document: &str) -> Result<(), Refusal> {
    match finding {
        Finding::Pass => Ok(()),
        Finding::Rectify(defects) => {
            if defects.iter().all(|defect| defect.trim().is_empty()) {
                return Err(matter::Rejection::Missing(Part::Findings).into());
            }
            said(Part::ObjectionDocument, document)
        }
        Finding::NotApplicable(reason) => said(Part::Reason, reason),
    }
}

/// What a finding is to the join: whoever has nothing to examine stands in nobody's way.
fn opinion(finding: &Finding) -> Opinion {
    match finding {
        Finding::Pass | Finding::NotApplicable(_) => Opinion::Consents,
        Finding::Rectify(defects) => Opinion::Objects(defects.join("; ")),
    }
}
