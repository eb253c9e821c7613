//! Applications for the items of this stage, by unit or phase. What the platform holds it adds itself.

use std::collections::{BTreeMap, BTreeSet};

use desk::{
    docket::Bench,
    holdings,
    matters::{Application, today},
    refuse::Refusal,
};
use jiff::civil::Date;
use rulebook::{
    catalogue::{Facts, Item, Kind, Stage},
    filing::Counter,
    matter::{Filing, Material, Matter, MatterId},
};

use super::{Court, Decision, Scoped, who, wrapped};
use crate::case::event::Event;
use crate::case::members;
use crate::case::particulars::Scope;
use crate::case::rejection::Rejection;
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
        let (item, filing) = self.received(court, scope, &facts, application)?;
        if !item.sub_items.is_empty() {
            return Err(Rejection::AppliedForJointly { item: item.code }.into());
        }
        if item.kind == Kind::SelfAcceptance {
            self.whole_phases(&item.code, scope)?;
        }
        self.opened(court, scope, &item, filing)
    }

    /// Whether applications may be made at all.
    pub(super) fn open(&self, bench: &Bench) -> Result<(), Rejection> {
        self.may_proceed()?;
        self.permitted_on(bench)
    }

    /// Whether the construction permit is in force: issued, not ended, not lapsed by itself.
    pub(in crate::case) fn permitted_on(&self, bench: &Bench) -> Result<(), Rejection> {
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

    /// An application as the counter receives it, unit by unit: an item is applied for once for each, and
    /// what it needs is in hand for every one of them.
    pub(super) fn received(
        &self,
        court: Court<'_>,
        scope: &Scope,
        facts: &Facts,
        application: &Application,
    ) -> Result<(Item, Filing), Refusal> {
        let (bench, catalogue) = (court.bench, &court.bench.law.catalogue);
        let concerned =
            self.matters.iter().filter(|(id, _)| !self.scope(id).units.is_disjoint(&scope.units));
        let matters: BTreeMap<MatterId, Matter> =
            concerned.map(|(id, matter)| (id.clone(), matter.clone())).collect();
        let held = |code: &str| scope.units.iter().all(|u| self.in_hand(code, u, bench).is_some());
        let on = court.on(Date::MIN)?;
        let counter = Counter {
            catalogue,
            stage: Stage::Acceptance,
            on,
            facts,
            matters: &matters,
            in_force_before: &catalogue.codes().filter(|c| held(c)).map(str::to_owned).collect(),
        };
        let filings = counter.receive(std::slice::from_ref(application))?;
        let code = &application.item;
        let unknown = || Refusal::Unknown(format!("item {code} of this stage"));
        let (_, filing) = filings.into_iter().next().ok_or_else(unknown)?;
        let filing = holdings::complete(filing, &counter, &bench.held);
        let item = catalogue.item(code, on).ok_or_else(unknown)?.for_project(facts);
        if let Some(matter) = self.member_of(code, &scope.units) {
            return Err(Rejection::AlreadyApplied { item: code.clone(), matter }.into());
        }
        let codes = members::unmet(catalogue, &item, facts, bench, held);
        if codes.is_empty() {
            return Ok((item, filing));
        }
        let article = item.legal_basis.first().map_or_else(String::new, |basis| basis.text.clone());
        Err(Rejection::PrerequisiteMissing { item: item.code, codes, article }.into())
    }

    /// The joint acceptance of one of the units in which the item is a member's.
    fn member_of(&self, code: &str, units: &BTreeSet<String>) -> Option<MatterId> {
        let mut joints = self.living_joints().filter(|(_, _, joint)| {
            joint.seats.contains_key(code) && !joint.scope.units.is_disjoint(units)
        });
        joints.next().map(|(id, _, _)| id.clone())
    }

    /// The facts that open a matter for these units. What the platform holds it adds to what was brought.
    pub(super) fn opened(
        &self,
        court: Court<'_>,
        scope: &Scope,
        item: &Item,
        mut filing: Filing,
    ) -> Decision {
        let held = item.materials.iter().filter_map(|wanted| self.attached(wanted, &scope.units));
        let held: Vec<Material> = held.collect();
        // What came out of this stage is known here first, in its newest version.
        filing.materials.retain(|brought| held.iter().all(|held| held.key != brought.key));
        filing.materials.extend(held);
        let same = self.matters.keys().filter(|id| id.item() == item.code);
        let ordinal = same.map(MatterId::ordinal).max().unwrap_or(0).saturating_add(1);
        let unknown = |_| Refusal::Unknown(format!("item {}", item.code));
        let id = MatterId::new(&item.code, ordinal).map_err(unknown)?;
        let on = court.on(Date::MIN)?;
        let mut events = wrapped(&id, filing.decide(Some(on), today(court.bench))?);
        events.push(Event::MatterScoped { on, matter: id, scope: scope.clone() });
        Ok(events)
    }
}
