//! The state of a case. It never refuses an event and applies no rule of law.

use super::event::{Admitted, Certificate, Event, Fact};
use jiff::civil::Date;
use rulebook::{
    alarm::Halts,
    catalogue::{Catalogue, Facts},
    matter::{Matter, MatterId},
};
use std::collections::{BTreeMap, BTreeSet};

/// One project's land and planning approval.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Case {
    /// What intake handed over; `None` before the project has its code.
    pub admitted: Option<Admitted>,
    /// Day on which the project got its code.
    pub admitted_on: Option<Date>,
    /// Why intake stopped the project; `None` while it may go on.
    pub stopped: Option<String>,
    /// The times in which it could not go on.
    pub halts: Halts,
    /// Matters of earlier stages by resource name: item, and whether the permit is in force.
    pub prior: BTreeMap<String, (String, bool)>,
    /// Facts that the enterprise stated.
    pub stated: BTreeMap<String, String>,
    /// The matters of this stage.
    pub matters: BTreeMap<MatterId, Matter>,
    /// Certificates in the order of issue.
    pub certificates: Vec<Certificate>,
}

impl Case {
    /// The case after an event.
    pub(super) fn take(&mut self, event: &Event) {
        match &event.fact {
            Fact::Admitted(admitted) => {
                self.admitted = Some(admitted.clone());
                self.admitted_on.get_or_insert(event.on);
            }
            Fact::Standing { may_proceed: true, .. } => {
                self.stopped = None;
                self.halts.go_on(event.on);
            }
            Fact::Standing { may_proceed: false, reason } => {
                self.stopped = Some(reason.clone());
                self.halts.halt(event.on);
            }
            Fact::PriorMatter { matter, item, in_force } => {
                self.prior.insert(matter.clone(), (item.clone(), *in_force));
            }
            Fact::FactsStated { facts } => self.stated.extend(facts.clone()),
            Fact::Matter(id, step) => match self.matters.get_mut(id) {
                Some(matter) => matter.evolve(step),
                None => self.matters.extend(Matter::open(step).map(|matter| (id.clone(), matter))),
            },
            Fact::CertificateIssued(certificate) => self.certificates.push(certificate.clone()),
        }
    }

    /// The facts of the catalogue: those stated, and over them those that intake knows.
    #[must_use]
    pub fn facts(&self, catalogue: &Catalogue) -> Facts {
        let known = self.admitted.iter().flat_map(|admitted| &admitted.facts);
        let mut facts = Facts::new();
        for (key, value) in self.stated.iter().chain(known) {
            if let Some(value) = catalogue.fact(key).and_then(|fact| fact.read(value).ok()) {
                facts.set(key.clone(), value);
            }
        }
        facts
    }

    /// Items of earlier stages of which a matter is in force.
    #[must_use]
    pub fn in_force_before(&self) -> BTreeSet<String> {
        self.prior
            .values()
            .filter(|(_, in_force)| *in_force)
            .map(|(item, _)| item.clone())
            .collect()
    }
}
