//! What rests on what, and what is stale. A decision's list of materials is history and never changes;
//! that a newer version is in force marks what rested on the old one, for the agencies that did.

use super::Holdings;
use super::id::MaterialId;
use super::version::Version;

/// Whether a matter still rests on its materials.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RestStanding {
    /// Received or under review.
    Open,
    /// Granted and in force.
    Granted,
    /// Over.
    Over,
}

/// What a matter rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rest {
    /// Whether it still does.
    pub standing: RestStanding,
    /// Which agency on what.
    pub reliances: Vec<Reliance>,
}

/// What one agency's part of a matter rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reliance {
    /// Code of the agency.
    pub agency: String,
    /// Key of its opinion; `None` for the agency that decides.
    pub opinion: Option<String>,
    /// The materials.
    pub materials: Vec<Rested>,
}

/// A material as the matter knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rested {
    /// Its key.
    pub key: String,
    /// Version within the matter, which need not be the dossier's.
    pub version: u32,
    /// Its hash, by which the dossier knows it.
    pub sha256: String,
}

/// Why something is stale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StaleReason {
    /// A newer version is in force.
    Superseded,
    /// The certificate ended before its time.
    Ended,
    /// What it shows has changed.
    Outdated,
}

/// Something that an agency has to look at again. Nothing happens by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stale<'h> {
    /// Resource name of the matter.
    pub matter: &'h str,
    /// Where the matter stands: open or granted.
    pub standing: RestStanding,
    /// Code of the agency.
    pub agency: &'h str,
    /// Key of its opinion; `None` for the agency that decides.
    pub opinion: Option<&'h str>,
    /// The material.
    pub id: &'h MaterialId,
    /// The version it rests on.
    pub rests_on: &'h Version,
    /// The version in force; `None` where there is none.
    pub in_force: Option<&'h Version>,
    /// Why.
    pub reason: StaleReason,
}

impl Holdings {
    /// What is stale, in the order of the matters: open matters and permits in force, each for the
    /// agencies whose own part rests on the material, and for no other.
    pub fn stale(&self) -> Vec<Stale<'_>> {
        let live = self.rests.iter().filter(|(_, rest)| rest.standing != RestStanding::Over);
        let parts = live.flat_map(|(matter, rest)| {
            rest.reliances.iter().map(move |reliance| (matter, rest.standing, reliance))
        });
        let rested = parts.flat_map(|(matter, standing, reliance)| {
            reliance.materials.iter().map(move |material| (matter, standing, reliance, material))
        });
        rested
            .filter_map(|(matter, standing, reliance, material)| {
                let (id, rests_on) = self.known_as(&material.key, &material.sha256)?;
                let current = self.current(id);
                Some(Stale {
                    matter,
                    standing,
                    agency: &reliance.agency,
                    opinion: reliance.opinion.as_deref(),
                    id,
                    rests_on,
                    in_force: current
                        .filter(|held| held.ended.is_none() && held.outdated.is_none()),
                    reason: why(rests_on, current)?,
                })
            })
            .collect()
    }

    /// The newest version of a kind with this content.
    fn known_as(&self, key: &str, sha256: &str) -> Option<(&MaterialId, &Version)> {
        let of_kind = self.materials().filter(|(id, _)| id.key() == key || id.to_string() == key);
        of_kind
            .filter_map(|(id, versions)| {
                let same = |version: &&Version| version.content.sha256 == sha256;
                Some((id, versions.iter().rev().find(same)?))
            })
            .next()
    }
}

fn why(rests_on: &Version, current: Option<&Version>) -> Option<StaleReason> {
    let replaced = |newest: &Version| {
        newest.number > rests_on.number && newest.content.sha256 != rests_on.content.sha256
    };
    if current.is_some_and(replaced) {
        Some(StaleReason::Superseded)
    } else if rests_on.ended.is_some() {
        Some(StaleReason::Ended)
    } else if rests_on.outdated.is_some() {
        Some(StaleReason::Outdated)
    } else {
        None
    }
}
