//! One form for many matters (一张表单、一套材料): whether applications may be received at all.
//!
//! What is missing from an application does not keep it from being received: the agency asks once for
//! everything (行政许可法 art. 32). What is refused here is what no agency could act on.

mod refusal;

pub use refusal::{Refused, Why};

use crate::catalogue::{Applies, Catalogue, Demand, Facts, Item, Kind, Source, Stage, Value};
use crate::matter::{
    Checking, Commitment, Filing, Material, Matter, MatterId, Ruling, Standing, Terms, Track,
};
use crate::roadmap;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// One application on a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Application {
    /// Item code.
    pub item: String,
    /// Track.
    pub track: Track,
    /// What the applicant brings.
    pub materials: Vec<Material>,
    /// The commitment, where it comes with the application.
    pub commitment: Option<Commitment>,
}

/// What is known when a form is handed in.
#[derive(Debug, Clone, Copy)]
pub struct Counter<'a> {
    /// The catalogue.
    pub catalogue: &'a Catalogue,
    /// The stage whose matters are filed here.
    pub stage: Stage,
    /// The day whose editions apply.
    pub on: Date,
    /// What is known of the project.
    pub facts: &'a Facts,
    /// The stage's matters.
    pub matters: &'a BTreeMap<MatterId, Matter>,
    /// Items of earlier stages whose outcome lets others go on, as of that day.
    pub in_force_before: &'a BTreeSet<String>,
}

/// Codes of the items of which one of these matters is in force on a day.
#[must_use]
pub fn in_force(matters: &BTreeMap<MatterId, Matter>, on: Date) -> BTreeSet<String> {
    let valid = matters.iter().filter(|(_, matter)| is_in_force(matter, on));
    valid.map(|(id, _)| id.item().to_owned()).collect()
}

/// Whether a matter was granted by a day, has not ended since and has not expired on it.
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
    /// Opens a matter for each application.
    ///
    /// # Errors
    /// Every refusal of every application; nothing is opened then.
    pub fn receive(
        &self,
        applications: &[Application],
    ) -> Result<Vec<(MatterId, Filing)>, Vec<Refused>> {
        let (mut filings, mut refusals) = (Vec::new(), Vec::new());
        for (index, application) in applications.iter().enumerate() {
            let twice = applications[..index].iter().any(|other| other.item == application.item);
            let opened = if twice { Err(vec![Why::Twice]) } else { self.one(application) };
            match opened {
                Ok(filing) => filings.push(filing),
                Err(why) => {
                    let item = &application.item;
                    refusals.extend(why.into_iter().map(|why| Refused { item: item.clone(), why }));
                }
            }
        }
        if refusals.is_empty() { Ok(filings) } else { Err(refusals) }
    }

    fn one(&self, application: &Application) -> Result<(MatterId, Filing), Vec<Why>> {
        let code = &application.item;
        let Some(item) = self.catalogue.item(code, self.on) else {
            let known = !self.catalogue.editions(code).is_empty();
            return Err(vec![if known { Why::NotInForce } else { Why::Unknown }]);
        };
        if item.stage != self.stage {
            return Err(vec![Why::OtherStage(item.stage)]);
        }
        self.concerns(item).map_err(|why| vec![why])?;
        let item = &item.for_project(self.facts);
        let mut why = self.standing_in_the_way(item);
        why.extend(self.track(item, application.track));
        why.extend(materials(item, &application.materials));
        let id = MatterId::new(code, self.ordinal(code)).map_err(|_| vec![Why::Unknown])?;
        if !why.is_empty() {
            return Err(why);
        }
        let terms = Terms::of(item, application.track);
        let Application { materials, commitment, .. } = application.clone();
        Ok((id, Filing { terms, materials, commitment }))
    }

    /// Without an answer to this, the item's list for the project is not known either.
    fn concerns(&self, item: &Item) -> Result<(), Why> {
        match item.applies(self.facts) {
            Applies::Yes => Ok(()),
            Applies::No => {
                let because = item.applies.as_ref().map(|rule| rule.unmet(self.facts));
                Err(Why::NotConcerned(because.unwrap_or_default()))
            }
            Applies::Missing(facts) => Err(Why::FactsMissing(facts)),
        }
    }

    /// What of the project's other matters keeps the item from being opened. Another item of the same form
    /// does not count: what it would bring is not there before it is granted.
    fn standing_in_the_way(&self, item: &Item) -> Vec<Why> {
        let same = self.matters.iter().filter(|(id, _)| id.item() == item.code);
        let once = !may_be_repeated(item.kind);
        let mut why: Vec<Why> = same
            .filter_map(|(id, matter)| {
                if is_open(matter) {
                    return Some(Why::Open(id.clone()));
                }
                // What was granted after that day counts too: a form entered late doubles it as much.
                let in_force = matter.decided_on().map(|on| is_in_force(matter, on.max(self.on)));
                (once && in_force == Some(true)).then(|| Why::InForce(id.clone()))
            })
            .collect();
        let unmet = roadmap::needs(self.catalogue, item, self.facts, self.on);
        let unmet = unmet.into_iter().filter(|any| !any.iter().any(|code| self.is_in_force(code)));
        why.extend(unmet.map(Why::Needs));
        for gate in self.catalogue.gates_before(&item.code, self.on) {
            let mut demands = self.catalogue.demands(gate, self.on, self.facts).into_iter();
            if !demands.all(|demand| self.is_met(demand)) {
                why.push(Why::GateShut(
                    gate.id.clone(),
                    gate.legal_basis.iter().map(|basis| basis.text.clone()).collect(),
                ));
            }
        }
        why
    }

    fn is_met(&self, demand: &Demand) -> bool {
        demand.any_of.iter().any(|code| {
            let mut matters = self.matters.iter().filter(|(id, _)| id.item() == code);
            let committed = matters.any(|(_, matter)| matter.commitment.is_some());
            self.is_in_force(code) || (demand.or_commitment && committed)
        })
    }

    fn track(&self, item: &Item, track: Track) -> Option<Why> {
        match track {
            Track::Ordinary => None,
            Track::PlanAttached => match self.facts.get(roadmap::PLAN_ATTACHED) {
                None => Some(Why::FactsMissing(vec![roadmap::PLAN_ATTACHED.to_owned()])),
                Some(Value::Flag(true)) => None,
                Some(Value::Flag(false) | Value::Word(_) | Value::Number(_)) => {
                    Some(Why::NotPlanAttached)
                }
            },
            Track::Commitment if item.may_be_committed() => self.broken_promise(),
            Track::Commitment => Some(Why::NotOnCommitment),
        }
    }

    /// Who broke a promise may not promise again before it is put right (rules K1).
    fn broken_promise(&self) -> Option<Why> {
        let broken = |matter: &Matter| {
            let check = matter.decided().map(|decided| &decided.check);
            matches!(check, Some(Checking::False { rectified_on: None, .. }))
        };
        let (id, _) = self.matters.iter().find(|(_, matter)| broken(matter))?;
        Some(Why::PromiseBroken(id.clone()))
    }

    fn is_in_force(&self, code: &str) -> bool {
        let mut own = self.matters.iter().filter(|(id, _)| id.item() == code);
        self.in_force_before.contains(code) || own.any(|(_, matter)| is_in_force(matter, self.on))
    }

    fn ordinal(&self, code: &str) -> u32 {
        let newest =
            self.matters.keys().filter(|id| id.item() == code).map(MatterId::ordinal).max();
        newest.unwrap_or(0).saturating_add(1)
    }
}

/// No material that has nothing to do with the item (行政许可法 art. 31), and none that the platform
/// gets itself (大政发〔2020〕24号 (十九)). The item reads as it does for the project.
fn materials(item: &Item, brought: &[Material]) -> Vec<Why> {
    let mut seen = BTreeSet::new();
    let refused = brought.iter().filter_map(|brought| {
        let key = brought.key.clone();
        if !seen.insert(key.clone()) {
            return Some(Why::MaterialTwice(key));
        }
        match item.material(&key).map(|listed| &listed.source) {
            None => Some(Why::MaterialNotAsked(key)),
            Some(Source::Applicant) => None,
            Some(Source::Prior(from) | Source::Shared(from)) => {
                Some(Why::MaterialHeld { key, from: from.clone() })
            }
        }
    });
    refused.collect()
}

/// Whether somebody still has to decide.
fn is_open(matter: &Matter) -> bool {
    matches!(
        matter.standing,
        Standing::Received | Standing::AwaitingCorrections(_) | Standing::UnderReview(_)
    )
}

/// Reports, services and the authorities' own acts happen as often as there is cause; a permit is asked
/// for once while it is in force.
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

#[cfg(test)]
pub(crate) mod tests;
