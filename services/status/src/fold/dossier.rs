//! What the log of the dossiers says of a project, as far as the status asks: how often the protection of a
//! material that is held was overridden. What is held is the dossier's own to say.

#![deny(clippy::wildcard_enum_match_arm)]

use super::{Facts, Told, date, unknown_kind};
use eventlog::Malformed;
use jiff::civil::Date;
use proto::dossier::v1::{DossierEvent, dossier_event::Kind};

/// A project as the facts of its dossier have left it.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Dossier {
    /// Demands for what was held already, on a cited ground, oldest first.
    pub(crate) overrides: Vec<Override>,
}

/// An agency overrode the protection of a material (大政发〔2020〕24号 (十九)).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Override {
    /// Day.
    pub(crate) on: Date,
    /// Code of the agency.
    pub(crate) agency: String,
    /// Resource name of the matter.
    pub(crate) matter: String,
}

impl Facts for Dossier {
    type Event = DossierEvent;

    fn evolve(&mut self, event: &DossierEvent) -> Result<Told, Malformed> {
        let on = date("occurred_on", &event.occurred_on)?;
        match event.kind.as_ref().ok_or_else(unknown_kind)? {
            Kind::DemandOverridden(demand) => {
                let (agency, matter) = (demand.agency.clone(), demand.matter.clone());
                self.overrides.push(Override { on, agency, matter });
            }
            Kind::DossierOpened(_)
            | Kind::MaterialFiled(_)
            | Kind::MaterialScanned(_)
            | Kind::CertificateEntered(_)
            | Kind::CertificateEnded(_)
            | Kind::MaterialOutdated(_)
            | Kind::MatterRested(_) => {}
        }
        Ok(Told::on(on))
    }
}
