//! The joint acceptance opinion (联合验收意见书): one, when every member has passed or is not concerned.
//! It is never changed; a correction is a new version beside it.

use std::collections::BTreeMap;

use eventlog::Algorithm;
use jiff::civil::Date;
use rulebook::matter::{self, Certificate, Matter, MatterId, Outcome, Part};

use super::apply::{examined_since, nothing_awaited};
use super::{Court, Decision, said, who};
use crate::case::event::Event;
use crate::case::joint::{Joint, Seat};
use crate::case::particulars::{Examined, Finding, ListedResult, Opinion, Reference};
use crate::case::rejection::Rejection;
use crate::case::state::Case;

impl Case {
    pub(super) fn issue(
        &self,
        court: Court<'_>,
        id: &MatterId,
        number: &str,
        reason: &str,
    ) -> Decision {
        let (joint, matter) = self.joint(id)?;
        who::agency(court.caller, &matter.terms.agency)?;
        let since = examined_since(matter)?;
        self.may_proceed()?;
        said(Part::Certificate, number)?;
        let version = joint.opinion().map_or(0, |issued| issued.opinion.version);
        match (version, reason.trim().is_empty()) {
            (0, false) => return Err(Rejection::NothingToCorrect.into()),
            (0, true) | (1.., false) => {}
            (1.., true) => return Err(Rejection::OpinionIssued { version }.into()),
        }
        self.all_pass(joint)?;
        self.conditions_met()?;
        let results = joint.seats.values().filter_map(|seat| seat.result.as_ref());
        let examined = results.map(|result| result.on).max();
        let before = joint.opinion().map(|issued| issued.on);
        let on = court.on(since.max(examined.unwrap_or(since)).max(before.unwrap_or(since)))?;
        let version = version.saturating_add(1);
        let opinion = drawn_up(joint, id, on, version, number, reason);
        let issued = Certificate {
            number: number.to_owned(),
            valid_until: None,
            sha256: Some(opinion.sha256.clone()),
        };
        let mut events = vec![Event::OpinionIssued { on, matter: id.clone(), opinion }];
        if version == 1 {
            let outcome = Outcome::Granted { certificate: issued, conditions: Vec::new() };
            let act = matter::Act::Decide { outcome, document: number.to_owned() };
            events.extend(self.step(court, id, act, on)?);
        }
        Ok(events)
    }

    /// Refuses while a member is open, has failed it, or rests on what was replaced.
    fn all_pass(&self, joint: &Joint) -> Result<(), Rejection> {
        nothing_awaited(joint)?;
        let those = |holds: &dyn Fn(&Seat) -> bool| -> Vec<String> {
            joint.those(holds).into_iter().collect()
        };
        let members = those(&Seat::is_open);
        if !members.is_empty() || joint.seats.is_empty() {
            return Err(Rejection::MembersOpen { members });
        }
        let members = those(&Seat::failed);
        if !members.is_empty() {
            return Err(Rejection::MembersFailed { members });
        }
        let members = those(&|seat| self.is_stale(seat));
        if !members.is_empty() {
            return Err(Rejection::MembersStale { members });
        }
        Ok(())
    }

    /// Refuses while a permit asks for what is not done yet; what lasts as long as the permit, and is kept,
    /// does not stand in the way.
    fn conditions_met(&self) -> Result<(), Rejection> {
        let own = self.matters.values().flat_map(Matter::open_conditions);
        let own = own.map(|imposed| imposed.condition.text.clone());
        let conditions: Vec<_> =
            self.prior_conditions.values().flatten().cloned().chain(own).collect();
        if conditions.is_empty() { Ok(()) } else { Err(Rejection::ConditionsOpen { conditions }) }
    }
}

fn drawn_up(
    joint: &Joint,
    id: &MatterId,
    on: Date,
    version: u32,
    number: &str,
    reason: &str,
) -> Opinion {
    let seats = joint.seats.values();
    let results = seats.clone().filter_map(|seat| Some(listed(seat, seat.result.as_ref()?)));
    let used = seats.filter_map(|seat| seat.result.as_ref()).flat_map(|result| &result.rests_on);
    let surveys: BTreeMap<(&MatterId, &str), &Reference> =
        used.map(|used| ((&used.matter, used.material.as_str()), used)).collect();
    let mut opinion = Opinion {
        version,
        number: number.to_owned(),
        scope: joint.scope.clone(),
        results: results.collect(),
        surveys: surveys.into_values().cloned().collect(),
        reason: reason.to_owned(),
        sha256: String::new(),
    };
    let digest = Algorithm::Sha256.hash(opinion.canonical(id, on).as_bytes());
    opinion.sha256 = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    opinion
}

fn listed(seat: &Seat, result: &Examined) -> ListedResult {
    let not_applicable = match &result.finding {
        Finding::NotApplicable(reason) => Some(reason.clone()),
        // Nothing that failed comes as far as an opinion.
        Finding::Pass | Finding::Rectify(_) => None,
    };
    ListedResult {
        member: seat.member.key.clone(),
        agency: seat.member.agency.clone(),
        title: seat.member.title.clone(),
        not_applicable,
        document: result.document.clone(),
        on: result.on,
    }
}
