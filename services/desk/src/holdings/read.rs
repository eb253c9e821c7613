//! Stored messages of a dossier to its facts. Reading can fail, and then names the field.

use eventlog::Malformed;
use jiff::civil::Date;
use proto::dossier::v1::{self as pb, dossier_event::Kind};
use rulebook::{
    catalogue::Text,
    holdings::{
        Certificate, Content, Ending, Event, MaterialId, Origin, Override, Reliance, Rest,
        RestStanding, Rested, Scan,
    },
};

use crate::wire;

/// Media type of a certificate's content where the dossier itself keeps it.
const CERTIFICATE_TYPE: &str = "text/plain; charset=utf-8";

pub(super) fn event(kind: &Kind) -> Result<Event, Malformed> {
    Ok(match kind {
        Kind::DossierOpened(stored) => Event::Opened { owner: some(&stored.owner) },
        Kind::MaterialFiled(stored) => filed(stored)?,
        Kind::MaterialScanned(stored) => Event::Scanned {
            id: id("material_scanned.material", &stored.material)?,
            version: stored.version,
            scan: scan(stored)?,
            scanner: stored.scanner.clone(),
        },
        Kind::CertificateEntered(stored) => entered(stored)?,
        Kind::CertificateEnded(stored) => Event::CertificateEnded {
            id: id("certificate_ended.material", &stored.material)?,
            version: stored.version,
            ending: ending(stored.ending())?,
        },
        Kind::MaterialOutdated(stored) => Event::Outdated {
            id: id("material_outdated.material", &stored.material)?,
            version: stored.version,
            reason: stored.reason.clone(),
        },
        Kind::DemandOverridden(stored) => Event::DemandOverridden(overridden(stored)?),
        Kind::MatterRested(stored) => Event::Rested {
            matter: stored.matter.clone(),
            rest: Rest {
                standing: standing(stored.standing())?,
                reliances: stored.reliances.iter().map(reliance).collect(),
            },
        },
    })
}

fn bad(field: &str, problem: &str) -> Malformed {
    Malformed(format!("{field}: {problem}"))
}

pub(super) fn date(field: &str, text: &str) -> Result<Date, Malformed> {
    wire::date(text).map_err(|_| bad(field, "is no date YYYY-MM-DD"))
}

fn optional_date(field: &str, text: &str) -> Result<Option<Date>, Malformed> {
    if text.is_empty() { Ok(None) } else { date(field, text).map(Some) }
}

fn id(field: &str, text: &str) -> Result<MaterialId, Malformed> {
    text.parse().map_err(|_| bad(field, "is no material's id"))
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned()).filter(|text| !text.is_empty())
}

fn filed(stored: &pb::MaterialFiled) -> Result<Event, Malformed> {
    Ok(Event::Filed {
        id: id("material_filed.material", &stored.material)?,
        version: stored.version,
        content: Content {
            sha256: stored.sha256.clone(),
            size: stored.size,
            media_type: stored.media_type.clone(),
            file_name: stored.file_name.clone(),
            observations: stored.observations.clone(),
        },
        origin: origin(stored.origin.as_ref())?,
        valid_from: optional_date("material_filed.valid_from", &stored.valid_from)?,
        valid_until: optional_date("material_filed.valid_until", &stored.valid_until)?,
    })
}

fn origin(stored: Option<&pb::Origin>) -> Result<Origin, Malformed> {
    use pb::origin::Kind;
    match stored.and_then(|origin| origin.kind.as_ref()) {
        Some(Kind::Enterprise(principal)) => {
            Ok(Origin::Enterprise { principal: principal.clone() })
        }
        Some(Kind::PriorMatter(matter)) => Ok(Origin::Prior { matter: matter.clone() }),
        Some(Kind::SharedBy(agency)) => Ok(Origin::Shared { agency: agency.clone() }),
        None => Err(bad("material_filed.origin", "is missing or unknown")),
    }
}

fn scan(stored: &pb::MaterialScanned) -> Result<Scan, Malformed> {
    match stored.result() {
        pb::ScanResult::Clean => Ok(Scan::Clean),
        pb::ScanResult::Malicious => Ok(Scan::Malicious { finding: stored.finding.clone() }),
        pb::ScanResult::Unspecified => {
            Err(bad("material_scanned.result", "is not said or unknown"))
        }
    }
}

fn entered(stored: &pb::CertificateEntered) -> Result<Event, Malformed> {
    let title = stored.title.clone().unwrap_or_default();
    let licence_id = match some(&stored.licence_id) {
        Some(licence) => Ok(licence),
        None => Err(stored.no_licence_id.clone()),
    };
    Ok(Event::CertificateEntered {
        id: id("certificate_entered.material", &stored.material)?,
        version: stored.version,
        content: Content {
            sha256: stored.sha256.clone(),
            size: stored.size,
            media_type: if stored.size > 0 { CERTIFICATE_TYPE.to_owned() } else { String::new() },
            file_name: format!("{}.txt", stored.number),
            observations: Vec::new(),
        },
        valid_until: optional_date("certificate_entered.valid_until", &stored.valid_until)?,
        certificate: Box::new(Certificate {
            number: stored.number.clone(),
            title: Text { zh: title.zh, en: title.en },
            matter: stored.matter.clone(),
            agency: stored.agency.clone(),
            issued_on: date("certificate_entered.issued_on", &stored.issued_on)?,
            licence_id,
        }),
    })
}

fn ending(stored: pb::CertificateEnding) -> Result<Ending, Malformed> {
    match stored {
        pb::CertificateEnding::Withdrawn => Ok(Ending::Withdrawn),
        pb::CertificateEnding::Revoked => Ok(Ending::Revoked),
        pb::CertificateEnding::RevokedAsPenalty => Ok(Ending::RevokedAsPenalty),
        pb::CertificateEnding::Deregistered => Ok(Ending::Deregistered),
        pb::CertificateEnding::Unspecified => {
            Err(bad("certificate_ended.ending", "is not said or unknown"))
        }
    }
}

fn overridden(stored: &pb::DemandOverridden) -> Result<Override, Malformed> {
    let held = match stored.material.as_str() {
        "" => None,
        text => {
            let id = id("demand_overridden.material", text)?;
            Some((id, stored.version, stored.sha256.clone()))
        }
    };
    Ok(Override {
        key: stored.key.clone(),
        matter: stored.matter.clone(),
        agency: stored.agency.clone(),
        ground: stored.ground.clone(),
        citation: stored.citation.clone(),
        held,
    })
}

fn standing(stored: pb::RestStanding) -> Result<RestStanding, Malformed> {
    match stored {
        pb::RestStanding::Open => Ok(RestStanding::Open),
        pb::RestStanding::Granted => Ok(RestStanding::Granted),
        pb::RestStanding::Over => Ok(RestStanding::Over),
        pb::RestStanding::Unspecified => {
            Err(bad("matter_rested.standing", "is not said or unknown"))
        }
    }
}

fn reliance(stored: &pb::Reliance) -> Reliance {
    let materials = stored.materials.iter().map(|material| Rested {
        key: material.key.clone(),
        version: material.version,
        sha256: material.sha256.clone(),
    });
    Reliance {
        agency: stored.agency.clone(),
        opinion: some(&stored.opinion),
        materials: materials.collect(),
    }
}
