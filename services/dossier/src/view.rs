//! Dossiers as callers see them.

use desk::holdings as stored;
use jiff::civil::Date;
use proto::dossier::v1 as pb;
use rulebook::holdings::{Ending, Holdings, MaterialId, Scan, Stale, StaleReason, State, Version};

pub(crate) fn material_name(project: &str, id: &MaterialId) -> String {
    format!("projects/{project}/materials/{id}")
}

pub(crate) fn version_name(project: &str, id: &MaterialId, number: u32) -> String {
    format!("projects/{project}/materials/{id}/versions/{number}")
}

/// A material with all its versions.
pub(crate) fn material(
    project: &str,
    holdings: &Holdings,
    id: &MaterialId,
    on: Date,
) -> pb::Material {
    let versions = holdings.versions(id).iter();
    pb::Material {
        name: material_name(project, id),
        key: id.key().to_owned(),
        held: holdings
            .current(id)
            .is_some_and(|held| holdings.state(id, held.number, on) == Some(State::Current)),
        versions: versions.map(|one| version(project, holdings, id, one, on)).collect(),
    }
}

/// One version.
pub(crate) fn version(
    project: &str,
    holdings: &Holdings,
    id: &MaterialId,
    version: &Version,
    on: Date,
) -> pb::MaterialVersion {
    let content = &version.content;
    let text = |date: Option<Date>| date.map_or_else(String::new, |date| date.to_string());
    let certificate = version.certificate.as_ref().map(|certificate| {
        let until = version.valid_until;
        stored::certificate_to_wire(id, version.number, content, until, certificate)
    });
    let state = holdings.state(id, version.number, on);
    pb::MaterialVersion {
        name: version_name(project, id, version.number),
        version: version.number,
        sha256: content.sha256.clone(),
        size: content.size,
        media_type: content.media_type.clone(),
        file_name: content.file_name.clone(),
        origin: Some(stored::origin_to_wire(&version.origin)),
        filed_on: version.filed_on.to_string(),
        valid_from: text(version.valid_from),
        valid_until: text(version.valid_until),
        state: state.map_or(pb::VersionState::Unspecified, state_to_wire).into(),
        reason: reason(version),
        certificate,
        observations: content.observations.clone(),
    }
}

fn state_to_wire(state: State) -> pb::VersionState {
    match state {
        State::BeingChecked => pb::VersionState::BeingChecked,
        State::Quarantined => pb::VersionState::Quarantined,
        State::Current => pb::VersionState::Current,
        State::Superseded => pb::VersionState::Superseded,
        State::Outdated => pb::VersionState::Outdated,
        State::NotValid => pb::VersionState::NotValid,
        State::Ended => pb::VersionState::Ended,
    }
}

fn reason(version: &Version) -> String {
    match (&version.scan, version.ended, &version.outdated) {
        (Scan::Malicious { finding }, ..) => finding.clone(),
        (_, Some((on, ending)), _) => format!("{} {on}", ending_zh(ending)),
        (.., Some(changed)) => changed.clone(),
        _ => String::new(),
    }
}

fn ending_zh(ending: Ending) -> &'static str {
    match ending {
        Ending::Withdrawn => "撤回",
        Ending::Revoked => "撤销",
        Ending::RevokedAsPenalty => "吊销",
        Ending::Deregistered => "注销",
    }
}

/// Something stale.
pub(crate) fn stale(project: &str, stale: &Stale<'_>) -> pb::Stale {
    let reason = match stale.reason {
        StaleReason::Superseded => "superseded",
        StaleReason::Ended => "ended",
        StaleReason::Outdated => "outdated",
    };
    let in_force = stale.in_force.filter(|held| held.number != stale.rests_on.number);
    pb::Stale {
        matter: stale.matter.to_owned(),
        standing: stored::standing_to_wire(stale.standing).into(),
        agency: stale.agency.to_owned(),
        opinion: stale.opinion.unwrap_or_default().to_owned(),
        rests_on: version_name(project, stale.id, stale.rests_on.number),
        in_force: in_force
            .map(|held| version_name(project, stale.id, held.number))
            .unwrap_or_default(),
        reason: reason.to_owned(),
    }
}
