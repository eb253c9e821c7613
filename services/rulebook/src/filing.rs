//! One form for many matters (一张表单、一套材料): whether applications may be received at all.
//!
//! What is missing from an application does not keep it from being received: the agency asks once for
//! everything (行政许可法 art. 32). What is refused here is what no agency could act on.

mod refusal;

pub use refusal::{Refused, Why};

use crate::catalogue::{Applies, Catalogue, Facts, Item, Source, Stage};
use crate::matter::{Commitment, Filing, Material, Matter, MatterId, Standing, Terms, Track};
use crate::roadmap::is_plan_attached;
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
    /// Items of earlier stages whose outcome is in force.
    pub in_force_before: &'a BTreeSet<String>,
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
        for application in applications {
            match self.one(application) {
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
        let item =
            self.catalogue.item(&application.item, self.on).ok_or_else(|| vec![Why::NotInForce])?;
        if item.stage != self.stage {
            return Err(vec![Why::OtherStage(item.stage)]);
        }
        let mut why = self.standing_in_the_way(item);
        why.extend(self.track(item, application));
        why.extend(self.materials(item, application));
        let id = MatterId::new(&item.code, self.ordinal(&item.code))
            .map_err(|_| vec![Why::NotInForce])?;
        if !why.is_empty() {
            return Err(why);
        }
        let terms = Terms::of(&item.for_project(self.facts), application.track);
        let Application { materials, commitment, .. } = application.clone();
        Ok((id, Filing { terms, materials, commitment }))
    }

    /// What of the project and its other matters keeps the item from being opened.
    fn standing_in_the_way(&self, item: &Item) -> Vec<Why> {
        let mut why = Vec::new();
        match item.applies(self.facts) {
            Applies::Yes => {}
            Applies::No => why.push(Why::NotConcerned),
            Applies::Missing(facts) => why.push(Why::FactsMissing(facts)),
        }
        let same = self.matters.iter().filter(|(id, _)| id.item() == item.code);
        why.extend(same.filter_map(|(id, matter)| {
            if matter.is_in_force() {
                Some(Why::InForce(id.clone()))
            } else {
                is_open(matter).then(|| Why::Open(id.clone()))
            }
        }));
        let granted = |code: &str| self.is_in_force(code);
        let unmet = self.catalogue.waiting_for(item, self.on, self.facts, granted);
        why.extend(unmet.into_iter().map(|prerequisite| Why::Needs(prerequisite.any_of.clone())));
        for gate in self.catalogue.gates_before(&item.code, self.on) {
            let demands = self.catalogue.demands(gate, self.on, self.facts);
            let shut = demands
                .iter()
                .any(|demand| !demand.any_of.iter().any(|code| self.is_in_force(code)));
            if shut {
                why.push(Why::GateShut(
                    gate.id.clone(),
                    gate.legal_basis.iter().map(|basis| basis.text.clone()).collect(),
                ));
            }
        }
        why
    }

    fn track(&self, item: &Item, application: &Application) -> Option<Why> {
        match application.track {
            Track::Ordinary => None,
            Track::PlanAttached => (!is_plan_attached(self.facts)).then_some(Why::NotPlanAttached),
            Track::Commitment => (!item.may_be_committed()).then_some(Why::NotOnCommitment),
        }
    }

    /// No material that has nothing to do with the item (行政许可法 art. 31), and none that the platform
    /// gets itself (大政发〔2020〕24号 (十九)).
    fn materials(&self, item: &Item, application: &Application) -> Vec<Why> {
        let mut seen = BTreeSet::new();
        application
            .materials
            .iter()
            .filter_map(|brought| {
                let key = brought.key.clone();
                if !seen.insert(key.clone()) {
                    return Some(Why::MaterialTwice(key));
                }
                match item.material(&key).map(|listed| &listed.source) {
                    None => Some(Why::MaterialNotAsked(key)),
                    Some(Source::Applicant) => None,
                    Some(Source::Prior(prior)) => {
                        Some(Why::MaterialHeld { key, from: prior.clone() })
                    }
                    Some(Source::Shared(agency)) => {
                        Some(Why::MaterialHeld { key, from: agency.clone() })
                    }
                }
            })
            .collect()
    }

    fn is_in_force(&self, code: &str) -> bool {
        self.in_force_before.contains(code)
            || self.matters.iter().any(|(id, matter)| id.item() == code && matter.is_in_force())
    }

    fn ordinal(&self, code: &str) -> u32 {
        let newest =
            self.matters.keys().filter(|id| id.item() == code).map(MatterId::ordinal).max();
        newest.unwrap_or(0).saturating_add(1)
    }
}

/// Whether somebody still has to decide.
fn is_open(matter: &Matter) -> bool {
    matches!(
        matter.standing,
        Standing::Received | Standing::AwaitingCorrections(_) | Standing::UnderReview(_)
    )
}
