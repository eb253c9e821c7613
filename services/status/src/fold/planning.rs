//! What the log of planning says of a project.

#![deny(clippy::wildcard_enum_match_arm)]

use super::{Facts, Matters, Told, date, unknown_kind};
use eventlog::Malformed;
use proto::planning::v1::{
    CertificateIssued, PlanningEvent, ProjectAdmitted, ProjectStanding, planning_event::Kind,
};
use std::collections::BTreeMap;

/// A project as planning's facts have left it.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Planning {
    /// What intake handed over.
    pub(crate) admitted: Option<ProjectAdmitted>,
    /// Whether planning may go on, as intake last said.
    pub(crate) standing: Option<ProjectStanding>,
    /// Items of earlier stages: whether the permit of each matter is in force.
    pub(crate) prior: BTreeMap<String, (String, bool)>,
    /// Facts stated for the roadmap, by key.
    pub(crate) stated: BTreeMap<String, String>,
    /// Certificates in the order of issue.
    pub(crate) certificates: Vec<CertificateIssued>,
    /// The matters of this stage.
    pub(crate) matters: Matters,
}

impl Facts for Planning {
    type Event = PlanningEvent;

    fn evolve(&mut self, event: &PlanningEvent) -> Result<Told, Malformed> {
        let on = date("occurred_on", &event.occurred_on)?;
        match event.kind.as_ref().ok_or_else(unknown_kind)? {
            Kind::ProjectAdmitted(admitted) => self.admitted = Some(admitted.clone()),
            Kind::ProjectStanding(standing) => self.standing = Some(standing.clone()),
            Kind::PriorMatter(prior) => {
                self.prior.insert(prior.matter.clone(), (prior.item.clone(), prior.in_force));
            }
            Kind::FactsStated(stated) => self.stated.extend(stated.facts.clone()),
            Kind::Matter(matter) => return self.matters.evolve(matter),
            Kind::CertificateIssued(certificate) => self.certificates.push(certificate.clone()),
        }
        Ok(Told::on(on))
    }
}
