//! What can happen to a dossier. Facts only; names and meanings are storage format (`DossierEvent` in
//! proto).

use jiff::civil::Date;

use super::demand::Override;
use super::id::MaterialId;
use super::stale::Rest;
use super::version::{Certificate, Content, Ending, Origin, Scan};

/// One fact of a dossier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// The project is known.
    Opened {
        /// Principal of the enterprise; `None` where a part of the platform registered it.
        owner: Option<String>,
    },
    /// A material was filed in a new version; its bytes are durable.
    Filed {
        /// Which material.
        id: MaterialId,
        /// Version, from 1.
        version: u32,
        /// The bytes.
        content: Content,
        /// Where it comes from.
        origin: Origin,
        /// First day of validity.
        valid_from: Option<Date>,
        /// Last day of validity.
        valid_until: Option<Date>,
    },
    /// The bytes were searched for malicious content.
    Scanned {
        /// Which material.
        id: MaterialId,
        /// Version.
        version: u32,
        /// Clean or malicious; never pending.
        scan: Scan,
        /// Which scanner.
        scanner: String,
    },
    /// A certificate entered by itself.
    CertificateEntered {
        /// Which material.
        id: MaterialId,
        /// Version, from 1.
        version: u32,
        /// The bytes, or their hash.
        content: Content,
        /// Last day of validity.
        valid_until: Option<Date>,
        /// What makes it a certificate.
        certificate: Box<Certificate>,
    },
    /// A certificate ended before its time.
    CertificateEnded {
        /// Which material.
        id: MaterialId,
        /// Version.
        version: u32,
        /// How.
        ending: Ending,
    },
    /// What a material shows has changed, by the enterprise's own word.
    Outdated {
        /// Which material.
        id: MaterialId,
        /// Version.
        version: u32,
        /// What changed.
        reason: String,
    },
    /// An agency overrode the protection of a material.
    DemandOverridden(Override),
    /// What a matter rests on, as it now is.
    Rested {
        /// Resource name of the matter.
        matter: String,
        /// What it rests on.
        rest: Rest,
    },
}

impl Event {
    /// Stable name of the kind, as in `DossierEvent`.
    pub fn kind(&self) -> &'static str {
        match self {
            Event::Opened { .. } => "dossier_opened",
            Event::Filed { .. } => "material_filed",
            Event::Scanned { .. } => "material_scanned",
            Event::CertificateEntered { .. } => "certificate_entered",
            Event::CertificateEnded { .. } => "certificate_ended",
            Event::Outdated { .. } => "material_outdated",
            Event::DemandOverridden(_) => "demand_overridden",
            Event::Rested { .. } => "matter_rested",
        }
    }
}
