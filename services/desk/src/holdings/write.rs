//! Facts of a dossier to their messages. Writing cannot fail.

use jiff::civil::Date;
use proto::dossier::v1::{self as pb, dossier_event::Kind};
use rulebook::holdings::{
    Certificate, Content, Ending, Event, MaterialId, Origin, Override, Reliance, RestStanding, Scan,
};

use crate::wire;

pub(super) fn kind(event: &Event) -> Kind {
    match event {
        Event::Opened { owner } => {
            Kind::DossierOpened(pb::DossierOpened { owner: owner.clone().unwrap_or_default() })
        }
        Event::Filed { id, version, content, origin, valid_from, valid_until } => {
            Kind::MaterialFiled(pb::MaterialFiled {
                material: id.to_string(),
                version: *version,
                sha256: content.sha256.clone(),
                size: content.size,
                media_type: content.media_type.clone(),
                file_name: content.file_name.clone(),
                origin: Some(origin_to_wire(origin)),
                valid_from: text(*valid_from),
                valid_until: text(*valid_until),
                observations: content.observations.clone(),
            })
        }
        Event::Scanned { id, version, scan, scanner } => {
            let (result, finding) = match scan {
                Scan::Pending => (pb::ScanResult::Unspecified, String::new()),
                Scan::Clean => (pb::ScanResult::Clean, String::new()),
                Scan::Malicious { finding } => (pb::ScanResult::Malicious, finding.clone()),
            };
            Kind::MaterialScanned(pb::MaterialScanned {
                material: id.to_string(),
                version: *version,
                result: result.into(),
                finding,
                scanner: scanner.clone(),
            })
        }
        Event::CertificateEntered { id, version, content, valid_until, certificate } => {
            Kind::CertificateEntered(certificate_to_wire(
                id,
                *version,
                content,
                *valid_until,
                certificate,
            ))
        }
        Event::CertificateEnded { id, version, ending } => {
            Kind::CertificateEnded(pb::CertificateEnded {
                material: id.to_string(),
                version: *version,
                ending: ending_to_wire(*ending).into(),
            })
        }
        Event::Outdated { id, version, reason } => Kind::MaterialOutdated(pb::MaterialOutdated {
            material: id.to_string(),
            version: *version,
            reason: reason.clone(),
        }),
        Event::DemandOverridden(overridden) => Kind::DemandOverridden(override_to_wire(overridden)),
        Event::Rested { matter, rest } => Kind::MatterRested(pb::MatterRested {
            matter: matter.clone(),
            standing: standing_to_wire(rest.standing).into(),
            reliances: rest.reliances.iter().map(reliance).collect(),
        }),
    }
}

fn text(date: Option<Date>) -> String {
    date.map_or_else(String::new, |date| date.to_string())
}

/// Where a material comes from.
#[must_use]
pub fn origin_to_wire(origin: &Origin) -> pb::Origin {
    use pb::origin::Kind;
    pb::Origin {
        kind: Some(match origin {
            Origin::Enterprise { principal } => Kind::Enterprise(principal.clone()),
            Origin::Prior { matter } => Kind::PriorMatter(matter.clone()),
            Origin::Shared { agency } => Kind::SharedBy(agency.clone()),
        }),
    }
}

/// A certificate in one version.
#[must_use]
pub fn certificate_to_wire(
    id: &MaterialId,
    version: u32,
    content: &Content,
    valid_until: Option<Date>,
    certificate: &Certificate,
) -> pb::CertificateEntered {
    let (licence_id, no_licence_id) = match certificate.licence_id.clone() {
        Ok(licence) => (licence, String::new()),
        Err(why) => (String::new(), why),
    };
    pb::CertificateEntered {
        material: id.to_string(),
        version,
        number: certificate.number.clone(),
        title: Some(wire::text_to_wire(&certificate.title)),
        matter: certificate.matter.clone(),
        agency: certificate.agency.clone(),
        issued_on: certificate.issued_on.to_string(),
        valid_until: text(valid_until),
        sha256: content.sha256.clone(),
        size: content.size,
        licence_id,
        no_licence_id,
    }
}

/// How a certificate ended.
#[must_use]
pub fn ending_to_wire(ending: Ending) -> pb::CertificateEnding {
    match ending {
        Ending::Withdrawn => pb::CertificateEnding::Withdrawn,
        Ending::Revoked => pb::CertificateEnding::Revoked,
        Ending::RevokedAsPenalty => pb::CertificateEnding::RevokedAsPenalty,
        Ending::Deregistered => pb::CertificateEnding::Deregistered,
    }
}

/// An override.
#[must_use]
pub fn override_to_wire(overridden: &Override) -> pb::DemandOverridden {
    let (material, version, sha256) = match &overridden.held {
        Some((id, version, sha256)) => (id.to_string(), *version, sha256.clone()),
        None => Default::default(),
    };
    pb::DemandOverridden {
        key: overridden.key.clone(),
        matter: overridden.matter.clone(),
        agency: overridden.agency.clone(),
        ground: overridden.ground.clone(),
        citation: overridden.citation.clone(),
        material,
        version,
        sha256,
    }
}

/// Whether a matter still rests on its materials.
#[must_use]
pub fn standing_to_wire(standing: RestStanding) -> pb::RestStanding {
    match standing {
        RestStanding::Open => pb::RestStanding::Open,
        RestStanding::Granted => pb::RestStanding::Granted,
        RestStanding::Over => pb::RestStanding::Over,
    }
}

fn reliance(reliance: &Reliance) -> pb::Reliance {
    let materials = reliance.materials.iter().map(|material| pb::RestedMaterial {
        key: material.key.clone(),
        version: material.version,
        sha256: material.sha256.clone(),
    });
    pb::Reliance {
        agency: reliance.agency.clone(),
        opinion: reliance.opinion.clone().unwrap_or_default(),
        materials: materials.collect(),
    }
}
