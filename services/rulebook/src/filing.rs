//! One form opens many matters (一张表单、一套材料, 国办发〔2019〕11号): which facts follow from a form, or
//! everything that stands in its way, at once.
//!
//! A material that is missing stands in nobody's way: the authority must receive the application, and asks
//! for what is missing once (行政许可法 art. 32).

mod refused;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::catalogue::{
    Applies, Catalogue, Demand, Eligible, Facts, Gate, Item, Kind, Source, Stage, Value,
};
use crate::matter::{
    Checking, Commitment, Event, Filing, Material, Matter, MatterId, Rejection, Ruling, Terms,
    Today, Track,
};
use crate::roadmap;

pub use refused::{Refused, Why};

/// One application on a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Application {
    /// Item code.
    pub item: String,
    /// Track.
    pub track: Track,
    /// What the applicant brings; version 0 means the first.
    pub materials: Vec<Material>,
    /// The applicant's commitment, where it comes with the application.
    pub commitment: Option<Commitment>,
}

/// What a form is judged on.
#[derive(Debug, Clone, Copy)]
pub struct Counter<'a> {
    /// The catalogue.
    pub catalogue: &'a Catalogue,
    /// The stage whose matters are opened.
    pub stage: Stage,
    /// What is known of the project.
    pub facts: &'a Facts,
    /// The matters that the stage holds.
    pub matters: &'a BTreeMap<MatterId, Matter>,
    /// Codes of the items whose outcome lets others go on, as of the day of receipt: this stage's own
    /// ([`in_force`]) and those of earlier stages.
    pub in_force: &'a BTreeSet<String>,
}

/// Codes of the items of which one of these matters is in force on a day.
#[must_use]
pub fn in_force(matters: &BTreeMap<MatterId, Matter>, on: Date) -> BTreeSet<String> {
    let valid = matters.iter().filter(|(_, matter)| is_in_force(matter, on));
    valid.map(|(id, _)| id.item().to_owned()).collect()
}

/// Whether a matter's permit was granted by a day, has not ended and has not expired on it.
#[must_use]
pub fn is_in_force(matter: &Matter, on: Date) -> bool {
    let Some(decided) = matter.decided().filter(|_| matter.is_in_force()) else { return false };
    let expired = match &decided.ruling {
        Ruling::Granted { certificate: Some(certificate), .. } => {
            certificate.valid_until.is_some_and(|last| last < on)
        }
        Ruling::Granted { certificate: None, .. } | Ruling::Refused { .. } => false,
    };
    decided.on <= on && !expired
}

impl Counter<'_> {
    /// The facts that a form received on a day brings, in the order of its applications: each opens a matter,
    /// and a commitment that comes with it is recorded.
    ///
    /// # Errors
    /// Everything that stands in the way of any application; nothing is opened then.
    pub fn receive(
        &self,
        applications: &[Application],
        occurred_on: Option<Date>,
        today: Today<'_>,
    ) -> Result<Vec<(MatterId, Event)>, Vec<Refused>> {
        let on = occurred_on.unwrap_or(today.date);
        let (mut events, mut refused) = (Vec::new(), Vec::new());
        for (index, application) in applications.iter().enumerate() {
            let mut whys = Vec::new();
            if applications[..index].iter().any(|earlier| earlier.item == application.item) {
                whys.push(Why::ItemTwice);
            }
            let opened = self.application(application, on, today, &mut whys);
            events.extend(opened.unwrap_or_default());
            let item = &application.item;
            refused.extend(whys.into_iter().map(|why| Refused { index, item: item.clone(), why }));
        }
        if refused.is_empty() { Ok(events) } else { Err(refused) }
    }

    fn application(
        &self,
        application: &Application,
        on: Date,
        today: Today<'_>,
        whys: &mut Vec<Why>,
    ) -> Option<Vec<(MatterId, Event)>> {
        let item = self.item(&application.item, on).map_err(|why| whys.push(why)).ok()?;
        match item.applies(self.facts) {
            Applies::Yes => {}
            Applies::No => {
                let because = item.applies.as_ref().map(|rule| rule.why_not(self.facts));
                whys.push(Why::DoesNotConcern { because: because.unwrap_or_default() });
                return None;
            }
            Applies::Missing(facts) => {
                whys.push(Why::FactsMissing { facts });
                return None;
            }
        }
        let item = &item.for_project(self.facts);
        whys.extend(self.prerequisites(item, on));
        whys.extend(self.gates(item, on));
        whys.extend(self.repeated(item, today.date));
        whys.extend(self.track(item, application.track));
        whys.extend(materials(item, &application.materials));
        let filing = Filing {
            terms: Terms::of(item, application.track),
            materials: application.materials.clone(),
            commitment: application.commitment.clone(),
        };
        let id = self.next_id(&item.code, whys)?;
        match filing.decide(Some(on), today) {
            Ok(events) => Some(events.into_iter().map(|event| (id.clone(), event)).collect()),
            // Told above, with its reason.
            Err(Rejection::NotEligibleForCommitment) => None,
            Err(rejection) => {
                whys.push(Why::Matter(rejection));
                None
            }
        }
    }

    fn item(&self, code: &str, on: Date) -> Result<&Item, Why> {
        let Some(item) = self.catalogue.item(code, on) else {
            let known = !self.catalogue.editions(code).is_empty();
            return Err(if known { Why::ItemNotInForce { on } } else { Why::UnknownItem });
        };
        if item.stage != self.stage {
            return Err(Why::OtherStage { stage: item.stage });
        }
        Ok(item)
    }

    /// An item of the same form does not count before it is granted: what it would bring is not there yet.
    fn prerequisites(&self, item: &Item, on: Date) -> Option<Why> {
        let mut missing = roadmap::needs(self.catalogue, item, self.facts, on);
        missing.retain(|group| !group.iter().any(|code| self.in_force.contains(code)));
        let article = item.legal_basis.first().map(|basis| basis.text.clone());
        let article = article.unwrap_or_default();
        (!missing.is_empty()).then_some(Why::PrerequisiteMissing { missing, article })
    }

    fn gates(&self, item: &Item, on: Date) -> Vec<Why> {
        let gates = self.catalogue.gates().filter(|gate| gate.blocks.contains(&item.code));
        gates
            .flat_map(|gate| gate.until.iter().filter_map(|demand| self.demand(gate, demand, on)))
            .collect()
    }

    /// What a demand of a gate still asks; `None` when it is met or does not concern the project.
    fn demand(&self, gate: &Gate, demand: &Demand, on: Date) -> Option<Why> {
        let promised = |code: &String| {
            let mut matters = self.matters.iter().filter(|(id, _)| id.item() == code);
            demand.or_commitment && matters.any(|(_, matter)| matter.commitment.is_some())
        };
        if demand.any_of.iter().any(|code| self.in_force.contains(code) || promised(code)) {
            return None;
        }
        let items = demand.any_of.iter().filter_map(|code| self.catalogue.item(code, on));
        let (mut concerned, mut unknown) = (false, BTreeSet::new());
        for item in items {
            match item.applies(self.facts) {
                Applies::Yes => concerned = true,
                Applies::No => {}
                Applies::Missing(facts) => unknown.extend(facts),
            }
        }
        if concerned {
            return Some(Why::GateShut {
                gate: gate.id.clone(),
                name: gate.name.clone(),
                needs: demand.any_of.clone(),
                article: gate.legal_basis.first().map(|b| b.text.clone()).unwrap_or_default(),
            });
        }
        let facts: Vec<String> = unknown.into_iter().collect();
        (!facts.is_empty()).then_some(Why::FactsMissing { facts })
    }

    /// What was granted after the day of receipt counts too: a form entered late doubles it just as much.
    fn repeated(&self, item: &Item, today: Date) -> Option<Why> {
        let same = |id: &&MatterId| id.item() == item.code;
        let of_item =
            || self.matters.keys().filter(same).filter_map(|id| self.matters.get_key_value(id));
        if let Some((id, _)) = of_item().find(|(_, matter)| is_open(matter)) {
            return Some(Why::OpenAlready { matter: id.clone() });
        }
        if may_be_repeated(item.kind) {
            return None;
        }
        let (id, _) = of_item().find(|(_, matter)| is_in_force(matter, today))?;
        Some(Why::InForceAlready { matter: id.clone() })
    }

    fn track(&self, item: &Item, track: Track) -> Option<Why> {
        match track {
            Track::Ordinary => None,
            Track::PlanAttached => match self.facts.get("plan_attached") {
                Some(Value::Flag(true)) => None,
                None => Some(Why::FactsMissing { facts: vec!["plan_attached".to_owned()] }),
                Some(Value::Flag(false) | Value::Word(_) | Value::Number(_)) => {
                    Some(Why::NotPlanAttached)
                }
            },
            Track::Commitment => match &item.commitment {
                Eligible::Yes | Eligible::Conditional(_) => self.broken_promise(),
                Eligible::No | Eligible::NotApplicable => Some(Why::NotEligibleForCommitment),
            },
        }
    }

    /// Who broke a promise may not promise again before it is put right (rules K1).
    fn broken_promise(&self) -> Option<Why> {
        let broken = |matter: &Matter| {
            let check = matter.decided().map(|decided| &decided.check);
            matches!(check, Some(Checking::False { rectified_on: None, .. }))
        };
        let (id, _) = self.matters.iter().find(|(_, matter)| broken(matter))?;
        Some(Why::PromiseBroken { matter: id.clone() })
    }

    fn next_id(&self, item: &str, whys: &mut Vec<Why>) -> Option<MatterId> {
        let held = self.matters.keys().filter(|id| id.item() == item);
        let ordinal = held.map(MatterId::ordinal).max().unwrap_or(0).saturating_add(1);
        MatterId::new(item, ordinal).map_err(|_| whys.push(Why::UnknownItem)).ok()
    }
}

/// Neither decided nor otherwise over.
fn is_open(matter: &Matter) -> bool {
    matter.decided().is_none() && matter.closed_on().is_none()
}

/// Reports, services and the authorities' own acts happen as often as there is cause; a permit is asked for
/// once while it is in force.
fn may_be_repeated(kind: Kind) -> bool {
    match kind {
        Kind::PublicService
        | Kind::Report
        | Kind::InternalRecord
        | Kind::Supervision
        | Kind::Enforcement
        | Kind::Tax => true,
        Kind::InternalCheck
        | Kind::Flag
        | Kind::Registration
        | Kind::Filing
        | Kind::Licence
        | Kind::Contract
        | Kind::Intermediary
        | Kind::Confirmation
        | Kind::SelfAcceptance
        | Kind::Joint => false,
    }
}

fn materials(item: &Item, brought: &[Material]) -> Vec<Why> {
    let mut whys = Vec::new();
    for (index, material) in brought.iter().enumerate() {
        let key = material.key.clone();
        if brought[..index].iter().any(|earlier| earlier.key == key) {
            whys.push(Why::MaterialTwice { key });
            continue;
        }
        match item.material(&key).map(|listed| &listed.source) {
            Some(Source::Applicant) => {}
            Some(held) => whys.push(Why::HeldMaterial { key, source: held.clone() }),
            None => whys.push(Why::UnrelatedMaterial { key }),
        }
    }
    whys
}

#[cfg(test)]
pub(crate) mod tests;
