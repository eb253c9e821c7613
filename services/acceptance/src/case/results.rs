//! What is in hand: certificates by unit, results by version, and who rests on a version that was replaced.

use std::collections::BTreeSet;

use desk::docket::Bench;
use jiff::civil::Date;
use rulebook::{
    catalogue::{Catalogue, Facts, Source, Value},
    matter::{Material, Matter, MatterId, Ruling},
};

use super::joint::{Joint, Seat};
use super::particulars::{Reference, Scope};
use super::state::Case;

/// The newest version of a result that this stage holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// The matter out of which it came.
    pub matter: MatterId,
    /// Key of the material.
    pub material: String,
    /// Version.
    pub version: u32,
    /// SHA-256 in lower-case hex; empty where there is none.
    pub sha256: String,
}

impl Held {
    /// As something that rests on it refers to it.
    #[must_use]
    pub fn reference(&self) -> Reference {
        Reference {
            matter: self.matter.clone(),
            material: self.material.clone(),
            version: self.version,
            sha256: self.sha256.clone(),
        }
    }

    /// As a matter lists it among its materials.
    #[must_use]
    pub fn material(&self) -> Material {
        let sha256 = Some(self.sha256.clone()).filter(|hex| !hex.is_empty());
        Material { key: self.material.clone(), sha256, version: self.version }
    }
}

impl Case {
    /// What a matter concerns.
    #[must_use]
    pub fn scope(&self, id: &MatterId) -> Scope {
        self.scopes.get(id).cloned().unwrap_or_default()
    }

    /// Joint acceptances that were not withdrawn and whose opinion stands.
    pub fn living_joints(&self) -> impl Iterator<Item = (&MatterId, &Matter, &Joint)> {
        self.joints.iter().filter_map(|(id, joint)| {
            let matter = self.matters.get(id).filter(|matter| matter.is_alive())?;
            Some((id, matter, joint))
        })
    }

    /// Since when an item is in hand for a unit: granted in another stage, granted here for the unit, or
    /// passed by its member of a joint acceptance.
    #[must_use]
    pub fn in_hand(&self, code: &str, unit: &str, bench: &Bench) -> Option<Date> {
        let lapsed = self.lapse(bench).is_some();
        let void =
            |name: &str| lapsed && self.permit.as_ref().is_some_and(|permit| permit.matter == name);
        let prior = self.prior.get(code).into_iter().flatten();
        let prior = prior.filter(|(name, _)| !void(name)).map(|(_, on)| *on);
        let granted = self.matters.iter().filter(|(id, matter)| {
            matter.terms.item == code && matter.is_in_force() && self.concerns(id, unit)
        });
        let granted = granted.filter_map(|(_, matter)| matter.decided_on());
        let joints = self.living_joints().filter(|(_, _, joint)| joint.scope.units.contains(unit));
        let passed = joints.filter_map(|(_, _, joint)| joint.seats.get(code)?.passed());
        prior.chain(granted).chain(passed).min()
    }

    /// Whether a matter concerns a unit.
    #[must_use]
    pub fn concerns(&self, id: &MatterId, unit: &str) -> bool {
        self.scopes.get(id).is_some_and(|scope| scope.units.contains(unit))
    }

    /// The newest version of a result for these units: a survey's or an opinion's.
    #[must_use]
    pub fn held(&self, material: &str, units: &BTreeSet<String>) -> Option<Held> {
        let surveys = self.surveys.keys().chain(self.joints.keys());
        let mut found = surveys
            .filter(|id| {
                self.matters.get(id).is_some_and(Matter::is_alive) && self.scope(id).covers(units)
            })
            .filter_map(|id| self.newest(id, material));
        found.next()
    }

    /// The newest version of what came out of a matter under this key.
    #[must_use]
    pub fn newest(&self, id: &MatterId, material: &str) -> Option<Held> {
        let survey = self.surveys.get(id).and_then(|survey| survey.versions.last());
        let survey = survey.filter(|(_, result)| result.material == material);
        let opinion = self.joints.get(id).filter(|joint| joint.output == material);
        let (version, sha256) = match (survey, opinion.and_then(Joint::opinion)) {
            (Some((_, result)), _) => (result.version, result.sha256.clone()),
            (None, Some(issued)) => (issued.opinion.version, issued.opinion.sha256.clone()),
            (None, None) => return None,
        };
        Some(Held { matter: id.clone(), material: material.to_owned(), version, sha256 })
    }

    /// What the platform adds to an application by itself: the material out of an item of this stage,
    /// in its newest version.
    #[must_use]
    pub fn attached(
        &self,
        wanted: &rulebook::catalogue::Material,
        units: &BTreeSet<String>,
    ) -> Option<Material> {
        let Source::Prior(code) = &wanted.source else { return None };
        if let Some(held) = self.held(&wanted.key, units) {
            return Some(held.material());
        }
        let joint = self.living_joints().find(|(_, _, joint)| {
            joint.scope.covers(units) && joint.seats.get(code).is_some_and(|s| s.passed().is_some())
        });
        if let Some(issued) = joint.and_then(|(_, _, joint)| joint.opinion()) {
            let (sha256, version) = (Some(issued.opinion.sha256.clone()), issued.opinion.version);
            return Some(Material { key: wanted.key.clone(), sha256, version });
        }
        let granted = self.matters.iter().find(|(id, matter)| {
            matter.terms.item == *code && matter.is_in_force() && self.scope(id).covers(units)
        });
        let sha256 = match &granted?.1.decided()?.ruling {
            Ruling::Granted { certificate: Some(certificate), .. } => certificate.sha256.clone(),
            Ruling::Granted { certificate: None, .. } | Ruling::Refused { .. } => None,
        };
        Some(Material { key: wanted.key.clone(), sha256, version: 1 })
    }

    /// Materials of a matter of which a newer version is held than the one it has.
    #[must_use]
    pub fn outdated(&self, id: &MatterId, has: &[Material]) -> Vec<Held> {
        let units = self.scope(id).units;
        let newer = has.iter().filter_map(|material| {
            let held = self.held(&material.key, &units).filter(|held| held.matter != *id)?;
            (held.version > material.version).then_some(held)
        });
        newer.collect()
    }

    /// Whether a member's result rests on a version that was replaced.
    #[must_use]
    pub fn is_stale(&self, seat: &Seat) -> bool {
        seat.result.as_ref().is_some_and(|result| result.rests_on.iter().any(|r| self.replaced(r)))
    }

    /// Whether a newer version is held than the one referred to, or it fell with its matter.
    #[must_use]
    pub fn replaced(&self, used: &Reference) -> bool {
        let fallen = !self.matters.get(&used.matter).is_some_and(Matter::is_alive);
        let newest = self.newest(&used.matter, &used.material);
        fallen || newest.is_some_and(|held| held.version > used.version)
    }

    /// Whether a joint acceptance rests on something that was replaced: its issued opinion, or a member.
    #[must_use]
    pub fn is_joint_stale(&self, joint: &Joint) -> bool {
        let opinion = joint.opinion().map_or(&[][..], |issued| &issued.opinion.surveys);
        opinion.iter().any(|used| self.replaced(used))
            || joint.seats.values().any(|seat| self.is_stale(seat))
    }

    /// The matters that rest on something that was replaced since, and no others.
    #[must_use]
    pub fn stale(&self) -> BTreeSet<MatterId> {
        let stale = self.matters.iter().filter(|(id, matter)| {
            if !matter.is_alive() {
                return false;
            }
            if let Some(joint) = self.joints.get(id) {
                return self.is_joint_stale(joint);
            }
            let on_file: Vec<Material> = match matter.decided() {
                Some(decided) => decided.materials.clone(),
                None => matter.materials.values().cloned().collect(),
            };
            !self.outdated(id, &on_file).is_empty()
        });
        stale.map(|(id, _)| id.clone()).collect()
    }

    /// The joint acceptance that concerns a unit, the newest if an earlier one was withdrawn.
    #[must_use]
    pub fn joint_of(&self, unit: &str) -> Option<(&MatterId, &Joint)> {
        let joints = self.living_joints().filter(|(_, _, joint)| joint.scope.units.contains(unit));
        joints.last().map(|(id, _, joint)| (id, joint))
    }

    /// The matters that refer to the result of a survey, in any version.
    #[must_use]
    pub fn users_of(&self, survey: &MatterId) -> BTreeSet<MatterId> {
        let Some((_, result)) = self.surveys.get(survey).and_then(|survey| survey.versions.last())
        else {
            return BTreeSet::new();
        };
        let surveyed = self.scope(survey);
        let users = self.matters.iter().filter(|(id, matter)| {
            matter.materials.contains_key(&result.material)
                && surveyed.covers(&self.scope(id).units)
        });
        users.map(|(id, _)| id.clone()).collect()
    }

    /// Whether the construction permit is in force on the day: issued, not ended, not lapsed by itself.
    #[must_use]
    pub fn permit_in_force(&self, bench: &Bench) -> bool {
        self.permitted_on(bench).is_ok()
    }

    /// Whether every declared unit is accepted, and there is one.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        let accepted =
            |unit: &String| self.joint_of(unit).is_some_and(|(_, joint)| joint.opinion().is_some());
        !self.units.is_empty() && self.units.keys().all(accepted)
    }

    /// The facts of some units: the project's, with what is said of the units over them. A yes for one
    /// unit is a yes for all that are taken together with it.
    #[must_use]
    pub fn facts_of(&self, units: &BTreeSet<String>, catalogue: &Catalogue) -> Facts {
        let mut facts = Facts::new();
        let read = |key: &str, text: &str| catalogue.fact(key)?.read(text).ok();
        for (key, text) in &self.facts {
            if let Some(value) = read(key, text) {
                facts.set(key, value);
            }
        }
        let said =
            units.iter().filter_map(|unit| self.units.get(unit)).flat_map(|unit| &unit.facts);
        let mut seen = BTreeSet::new();
        for (key, text) in said {
            let Some(value) = read(key, text) else { continue };
            let first = seen.insert(key);
            if first || value == Value::Flag(true) {
                facts.set(key, value);
            }
        }
        // A unit of which nothing is said is as the project is.
        for key in seen {
            let silent = units.iter().filter_map(|unit| self.units.get(unit));
            let project = self.facts.get(key).and_then(|text| read(key, text));
            if silent.into_iter().any(|unit| !unit.facts.contains_key(key))
                && project == Some(Value::Flag(true))
            {
                facts.set(key, Value::Flag(true));
            }
        }
        facts
    }
}
