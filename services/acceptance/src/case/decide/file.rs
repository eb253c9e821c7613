//! Applications for the items of this stage, by unit or phase. What the platform holds it adds itself.

use std::collections::BTreeSet;

use desk::{
    docket::Bench,
    matters::{Application, next_id, today},
    refuse::{Refusal, Violation},
};
use jiff::civil::Date;
use rulebook::{
    catalogue::{Applies, Facts, Item, Kind, Source, Stage},
    matter::{Filing, Material, Terms},
};

use super::{Court, Decision, Scoped, who, wrapped};
use crate::case::event::Event;
use crate::case::members;
use crate::case::particulars::Scope;
use crate::case::rejection::Rejection;
use crate::case::results::lives;
use crate::case::state::Case;

impl Case {
    pub(super) fn file_for(
        &self,
        court: Court<'_>,
        scoped: &Scoped,
        applications: &[Application],
    ) -> Decision {
        who::applicant(court.caller)?;
        self.open(court.bench)?;
        let scope = self.resolve(scoped)?;
        let mut after = self.clone();
        let mut events = Vec::new();
        for application in applications {
            let opened = after.file_one(court, &scope, application)?;
            opened.iter().for_each(|event| after.apply(event));
            events.extend(opened);
        }
        Ok(events)
    }

    fn file_one(&self, court: Court<'_>, scope: &Scope, application: &Application) -> Decision {
        let bench = court.bench;
        let facts = self.facts_of(&scope.units, &bench.law.catalogue);
        let item = self.wanted(&application.item, scope, &facts, bench)?;
        if !item.sub_items.is_empty() {
            return Err(Rejection::AppliedForJointly { item: item.code }.into());
        }
        if item.kind == Kind::SelfAcceptance {
            self.whole_phases(&item.code, scope)?;
        }
        let materials = self.gathered(&item, &scope.units, &application.materials)?;
        let terms = Terms::of(&item, application.track);
        let commitment = application.commitment.clone();
        self.opened(court, scope, Filing { terms, materials, commitment })
    }

    /// Whether applications may be made at all.
    pub(super) fn open(&self, bench: &Bench) -> Result<(), Rejection> {
        self.may_proceed()?;
        let permit = self.permit.as_ref().ok_or(Rejection::NoPermit)?;
        if let Some(due) = self.lapse(bench) {
            return Err(Rejection::PermitLapsed { due });
        }
        if self.prior.values().any(|held| held.contains_key(&permit.matter)) {
            Ok(())
        } else {
            Err(Rejection::PermitNotInForce)
        }
    }

    /// An item as it reads for these units, if it may be applied for.
    pub(super) fn wanted(
        &self,
        code: &str,
        scope: &Scope,
        facts: &Facts,
        bench: &Bench,
    ) -> Result<Item, Refusal> {
        let catalogue = &bench.law.catalogue;
        let item = catalogue.item(code, bench.date).filter(|i| i.stage == Stage::Acceptance);
        let item = item.ok_or_else(|| Refusal::Unknown(format!("item {code} of this stage")))?;
        match item.applies(facts) {
            Applies::Yes => {}
            Applies::No => return Err(Rejection::NotConcerned { item: code.to_owned() }.into()),
            Applies::Missing(facts) => return Err(Rejection::FactsMissing { facts }.into()),
        }
        if let Some(matter) = self.applied_for(code, &scope.units) {
            return Err(Rejection::AlreadyApplied { item: code.to_owned(), matter }.into());
        }
        let item = item.for_project(facts);
        let in_hand =
            |code: &str| scope.units.iter().all(|unit| self.in_hand(code, unit, bench).is_some());
        let codes = members::unmet(catalogue, &item, facts, bench, in_hand);
        if codes.is_empty() {
            return Ok(item);
        }
        let article = item.legal_basis.first().map_or_else(String::new, |basis| basis.text.clone());
        Err(Rejection::PrerequisiteMissing { item: item.code, codes, article }.into())
    }

    /// The living application for an item, alone or as a member, that concerns one of the units.
    fn applied_for(
        &self,
        code: &str,
        units: &BTreeSet<String>,
    ) -> Option<rulebook::matter::MatterId> {
        let concerned = self.matters.iter().filter(|(id, matter)| {
            let refused = matter.decided().is_some() && !matter.is_in_force();
            lives(matter) && !refused && !self.scope(id).units.is_disjoint(units)
        });
        let mut same = concerned.filter(|(id, matter)| {
            let joint = self.joints.get(id);
            matter.terms.item == code || joint.is_some_and(|joint| joint.seats.contains_key(code))
        });
        same.next().map(|(id, _)| id.clone())
    }

    /// What the applicant brings, with what the platform holds. What is held or shared is refused, with
    /// what is held (大政发〔2020〕24号 (十九)).
    pub(super) fn gathered(
        &self,
        item: &Item,
        units: &BTreeSet<String>,
        brought: &[Material],
    ) -> Result<Vec<Material>, Refusal> {
        for (i, material) in brought.iter().enumerate() {
            let Some(wanted) = item.material(&material.key) else {
                let rule = format!("is none of the materials of {}", item.code);
                let field = format!("materials[{i}].key");
                return Err(Refusal::Fields(vec![Violation::new(field, rule)]));
            };
            let held = match &wanted.source {
                Source::Applicant => continue,
                Source::Prior(code) => self.attached(wanted, units).map_or_else(
                    || format!("out of {code}"),
                    |held| {
                        let hash = held.sha256.unwrap_or_default();
                        format!("out of {code}, version {}, sha256 {hash}", held.version)
                    },
                ),
                Source::Shared(agency) => format!("with agency {agency}"),
            };
            return Err(Rejection::MaterialHeld { material: material.key.clone(), held }.into());
        }
        let attached = item.materials.iter().filter_map(|wanted| self.attached(wanted, units));
        Ok(brought.iter().cloned().chain(attached).collect())
    }

    /// The facts that open a matter for these units.
    pub(super) fn opened(&self, court: Court<'_>, scope: &Scope, filing: Filing) -> Decision {
        let id = next_id(&self.matters, &filing.terms.item)?;
        let on = court.on(Date::MIN)?;
        let mut events = wrapped(&id, filing.decide(Some(on), today(court.bench))?);
        events.push(Event::MatterScoped { on, matter: id, scope: scope.clone() });
        Ok(events)
    }
}
