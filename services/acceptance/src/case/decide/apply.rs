//! One application for the joint acceptance of a unit or phase, and its day on site.

use desk::{
    matters::Application,
    refuse::{Refusal, Violation},
};
use jiff::civil::Date;
use rulebook::catalogue::{Item, Source};
use rulebook::matter::{self, Filing, Material, Matter, MatterId, Standing, Track};

use super::{Court, Decision, Scoped, who};
use crate::case::event::Event;
use crate::case::joint::{Joint, Seat};
use crate::case::members;
use crate::case::particulars::Member;
use crate::case::rejection::Rejection;
use crate::case::state::Case;

impl Case {
    pub(super) fn apply_joint_acceptance(
        &self,
        court: Court<'_>,
        scoped: &Scoped,
        track: Track,
        materials: &[Material],
    ) -> Decision {
        who::applicant(court.caller)?;
        self.open(court.bench)?;
        let scope = self.resolve(scoped)?;
        self.usable_alone(&scope)?;
        let bench = court.bench;
        let code = members::joint_item(bench).map(|item| item.code.clone());
        let item = code.ok_or_else(|| Refusal::Unknown("joint item of this stage".to_owned()))?;
        let facts = self.facts_of(&scope.units, &bench.law.catalogue);
        let application = Application { item, track, materials: Vec::new(), commitment: None };
        let (item, filing) = self.received(court, &scope, &facts, &application)?;
        let held =
            |code: &str| scope.units.iter().all(|unit| self.in_hand(code, unit, bench).is_some());
        let members = members::members(bench, &item, &facts, held)?;
        asked_for(court, &item, &members, materials)?;
        let terms = members::terms(&item, track, &members);
        let kept = filing.materials.into_iter();
        let kept = kept.filter(|held| materials.iter().all(|brought| brought.key != held.key));
        let materials = materials.iter().cloned().chain(kept).collect();
        let filing = Filing { terms, materials, commitment: filing.commitment };
        let mut events = self.opened(court, &scope, &item, filing)?;
        let applied = events.last().and_then(|event| Some((event.on(), event.matter()?.clone())));
        let output = item.output.key;
        let joint = |(on, matter)| Event::JointApplied { on, matter, output, members };
        events.extend(applied.map(joint));
        Ok(events)
    }

    pub(super) fn schedule(&self, court: Court<'_>, id: &MatterId, day: Date) -> Decision {
        let (joint, matter) = self.joint(id)?;
        who::agency(court.caller, &matter.terms.agency)?;
        let on = court.on(examined_since(matter)?)?;
        nothing_awaited(joint)?;
        if joint.those(Seat::is_open).is_empty() {
            return Err(Rejection::NobodyOpen.into());
        }
        if let (true, Some(held)) = (joint.present().held, joint.present().inspect_on) {
            return Err(Rejection::InspectionOver { on: held }.into());
        }
        if day < on {
            return Err(Rejection::DayPast { today: on }.into());
        }
        if !court.bench.calendar.is_working(day) {
            return Err(Rejection::RestDay { on: day }.into());
        }
        let round = joint.round();
        Ok(vec![Event::InspectionScheduled { on, matter: id.clone(), round, inspect_on: day }])
    }

    /// On the day itself every member is asked; its time to answer runs from here.
    pub(super) fn inspect(&self, court: Court<'_>, id: &MatterId) -> Decision {
        let (joint, matter) = self.joint(id)?;
        who::agency(court.caller, &matter.terms.agency)?;
        let on = court.on(examined_since(matter)?)?;
        nothing_awaited(joint)?;
        let round = joint.round();
        let fixed = joint.present().inspect_on.ok_or(Rejection::NoInspectionDay { round })?;
        if joint.present().held {
            return Err(Rejection::InspectionOver { on: fixed }.into());
        }
        if on != fixed {
            return Err(Rejection::AnotherDay { fixed }.into());
        }
        let mut events = vec![Event::InspectionHeld { on, matter: id.clone(), round }];
        let asked = matter.review().is_some_and(|review| review.consultation.iter().count() > 0);
        if !asked {
            let act = matter::Act::RequestOpinions { opinions: Vec::new() };
            events.extend(self.step(court, id, act, on)?);
        }
        Ok(events)
    }
}

/// One set of materials for the joint item and all members: nothing that nobody asks for (行政许可法
/// art. 31), nothing that is held or shared (大政发〔2020〕24号 (十九)).
pub(super) fn asked_for(
    court: Court<'_>,
    item: &Item,
    members: &[Member],
    brought: &[Material],
) -> Result<(), Refusal> {
    for (i, material) in brought.iter().enumerate() {
        match members::source(court.bench, item, members, &material.key) {
            Some(Source::Applicant) => {}
            Some(Source::Prior(from) | Source::Shared(from)) => {
                let (material, from) = (material.key.clone(), from.clone());
                return Err(Rejection::MaterialHeld { material, from }.into());
            }
            None => {
                let field = format!("materials[{i}].key");
                let rule = "is none of the materials of the joint acceptance";
                return Err(Refusal::Fields(vec![Violation::new(field, rule)]));
            }
        }
    }
    Ok(())
}

/// The day from which members may examine: acceptance of the application, also after the opinion while
/// it stands.
pub(super) fn examined_since(matter: &Matter) -> Result<Date, matter::Rejection> {
    use matter::Rejection as R;
    match &matter.standing {
        Standing::UnderReview(review) => Ok(review.accepted_on),
        Standing::Received | Standing::AwaitingCorrections(_) => Err(R::NotYetAccepted),
        Standing::NotAccepted { on, .. } => Err(R::Declined { on: *on }),
        Standing::Withdrawn { on, .. } => Err(R::ApplicationWithdrawn { on: *on }),
        Standing::Terminated { on, .. } => Err(matter::Owed::Terminated { on: *on }.into()),
        Standing::Decided(decided) if matter.is_in_force() => Ok(decided.on),
        Standing::Decided(decided) => Err(R::PermitEnded { on: decided.on }),
    }
}

/// While the applicant puts things right, nobody examines anything.
pub(super) fn nothing_awaited(joint: &Joint) -> Result<(), Rejection> {
    match joint.awaits_report() {
        Some(list) => Err(Rejection::ReportAwaited { number: list.number.clone() }),
        None => Ok(()),
    }
}
