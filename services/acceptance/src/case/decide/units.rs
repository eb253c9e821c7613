//! Units and phases of the works: declaring them, and what part of the project is meant.

use std::collections::BTreeSet;

use desk::refuse::{Refusal, Violation};
use jiff::civil::Date;
use rulebook::{catalogue::FactType, matter::Matter};

use super::{Court, Decision, Scoped, who};
use crate::case::event::Event;
use crate::case::particulars::{Scope, Unit};
use crate::case::rejection::Rejection;
use crate::case::state::Case;

impl Case {
    pub(super) fn declare_units(&self, court: Court<'_>, units: &[(String, Unit)]) -> Decision {
        who::applicant(court.caller)?;
        // What is not permitted to be built has no units yet.
        self.permit.as_ref().ok_or(Rejection::NoPermit)?;
        let on = court.on(Date::MIN)?;
        let mut wrong = Vec::new();
        for (i, (id, unit)) in units.iter().enumerate() {
            if units[..i].iter().any(|(earlier, _)| earlier == id) {
                wrong.push(Violation::new(format!("units[{i}].unit"), "is there twice"));
            }
            for (key, text) in &unit.facts {
                let rule = court.bench.law.catalogue.fact(key);
                let rule = rule.filter(|rule| rule.kind == FactType::Flag);
                if rule.is_none_or(|rule| rule.read(text).is_err()) {
                    let field = format!("units[{i}].facts.{key}");
                    wrong.push(Violation::new(field, "is a fact that is yes or no"));
                }
            }
        }
        if !wrong.is_empty() {
            return Err(Refusal::Fields(wrong));
        }
        let fixed = units.iter().find_map(|(unit, _)| {
            let concerned =
                |id| self.matters.get(id).is_some_and(Matter::is_alive) && self.concerns(id, unit);
            let matter = self.joints.keys().find(|id| concerned(*id))?;
            Some(Rejection::UnitFixed { unit: unit.clone(), matter: matter.clone() })
        });
        if let Some(fixed) = fixed {
            return Err(fixed.into());
        }
        let declared = units.iter().filter(|(id, unit)| self.units.get(id) != Some(unit));
        let event = |(id, unit): &(String, Unit)| Event::UnitDeclared {
            on,
            id: id.clone(),
            unit: unit.clone(),
        };
        Ok(declared.map(event).collect())
    }

    /// The units that are meant.
    ///
    /// # Errors
    /// A unit or phase that was never declared.
    pub(super) fn resolve(&self, scoped: &Scoped) -> Result<Scope, Rejection> {
        let scope = match scoped {
            Scoped::Project => {
                Scope { phase: String::new(), units: self.units.keys().cloned().collect() }
            }
            Scoped::Phase(phase) => Scope { phase: phase.clone(), units: self.phase(phase) },
            Scoped::Units(units) => {
                if let Some(unit) = units.iter().find(|unit| !self.units.contains_key(*unit)) {
                    return Err(Rejection::UnknownUnit { unit: unit.clone() });
                }
                Scope { phase: String::new(), units: units.clone() }
            }
        };
        if scope.units.is_empty() { Err(Rejection::NoUnits) } else { Ok(scope) }
    }

    fn phase(&self, phase: &str) -> BTreeSet<String> {
        let units = self.units.iter().filter(|(_, unit)| unit.phase == phase);
        units.map(|(id, _)| id.clone()).collect()
    }

    /// Refuses a part of a phase in which a unit cannot be used on its own.
    pub(super) fn usable_alone(&self, scope: &Scope) -> Result<(), Rejection> {
        let tied = scope.units.iter().find(|id| {
            let unit = self.units.get(*id);
            unit.is_some_and(|unit| {
                !unit.independent_use && !self.phase(&unit.phase).is_subset(&scope.units)
            })
        });
        match tied {
            Some(unit) => Err(Rejection::NotIndependent { unit: unit.clone() }),
            None => Ok(()),
        }
    }

    /// Refuses a part of a phase: environmental and like facilities are accepted phase by phase
    /// (建设项目环境保护管理条例 art. 18).
    pub(super) fn whole_phases(&self, item: &str, scope: &Scope) -> Result<(), Rejection> {
        let phases = scope.units.iter().filter_map(|id| Some(&self.units.get(id)?.phase));
        let phases: BTreeSet<&String> = phases.collect();
        let broken = phases.into_iter().find(|phase| !self.phase(phase).is_subset(&scope.units));
        match broken {
            Some(phase) => {
                Err(Rejection::PhaseByPhase { item: item.to_owned(), phase: phase.clone() })
            }
            None => Ok(()),
        }
    }
}
