//! What a project's dossier (一项一档) holds, as a value: materials in versions, certificates, what rests
//! on them, and which demands of an agency the enterprise is protected from.
//!
//! Facts come in as [`Event`]s and move the [`Holdings`]; everything else is derived on every ask. It
//! knows no bytes and no service.

#![deny(clippy::wildcard_enum_match_arm)]

mod demand;
mod event;
mod id;
mod stale;
mod version;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use jiff::civil::Date;

pub use demand::{Demand, Override, Protected, named, source};
pub use event::Event;
pub use id::{MaterialId, NotAMaterialId};
pub use stale::{Reliance, Rest, RestStanding, Rested, Stale, StaleReason};
pub use version::{Certificate, Content, Ending, Origin, Scan, State, Version};

/// Everything one project's dossier holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Holdings {
    materials: BTreeMap<MaterialId, Vec<Version>>,
    overrides: Vec<(Date, Override)>,
    rests: BTreeMap<String, Rest>,
}

impl Holdings {
    /// Moves it by a fact of a day. History cannot be refused: a fact about a version that is not there
    /// changes nothing.
    pub fn evolve(&mut self, on: Date, event: &Event) {
        match event {
            Event::Opened { .. } => {}
            Event::Filed { id, version, content, origin, valid_from, valid_until } => {
                self.materials.entry(id.clone()).or_default().push(Version {
                    number: *version,
                    content: content.clone(),
                    origin: origin.clone(),
                    filed_on: on,
                    valid_from: *valid_from,
                    valid_until: *valid_until,
                    scan: Scan::Pending,
                    outdated: None,
                    ended: None,
                    certificate: None,
                });
            }
            Event::Scanned { id, version, scan, .. } => {
                self.change(id, *version, |held| held.scan = scan.clone());
            }
            Event::CertificateEntered { id, version, content, valid_until, certificate } => {
                self.materials.entry(id.clone()).or_default().push(Version {
                    number: *version,
                    content: content.clone(),
                    origin: Origin::Prior { matter: certificate.matter.clone() },
                    filed_on: certificate.issued_on,
                    valid_from: None,
                    valid_until: *valid_until,
                    // The platform wrote it itself, or holds only its hash: there is nothing to search.
                    scan: Scan::Clean,
                    outdated: None,
                    ended: None,
                    certificate: Some(certificate.as_ref().clone()),
                });
            }
            Event::CertificateEnded { id, version, ending } => {
                // Striking it off the register does not hide how it ended before.
                self.change(id, *version, |held| {
                    held.ended.get_or_insert((on, *ending));
                });
            }
            Event::Outdated { id, version, reason } => {
                self.change(id, *version, |held| held.outdated = Some(reason.clone()));
            }
            Event::DemandOverridden(overridden) => self.overrides.push((on, overridden.clone())),
            Event::Rested { matter, rest } => {
                self.rests.insert(matter.clone(), rest.clone());
            }
        }
    }

    fn change(&mut self, id: &MaterialId, number: u32, change: impl FnOnce(&mut Version)) {
        let versions = self.materials.get_mut(id).into_iter().flatten();
        if let Some(version) = versions.into_iter().find(|version| version.number == number) {
            change(version);
        }
    }

    /// Every material with its versions, oldest first.
    pub fn materials(&self) -> impl Iterator<Item = (&MaterialId, &[Version])> {
        self.materials.iter().map(|(id, versions)| (id, versions.as_slice()))
    }

    /// The versions of a material, oldest first; none when there is no such material.
    pub fn versions(&self, id: &MaterialId) -> &[Version] {
        self.materials.get(id).map_or(&[], Vec::as_slice)
    }

    /// The version that took the place of all before it. One that was not found clean takes no place:
    /// what was good before it stays.
    pub fn current(&self, id: &MaterialId) -> Option<&Version> {
        self.versions(id).iter().rev().find(|version| version.scan == Scan::Clean)
    }

    /// The number that the next version of a material gets.
    pub fn next_version(&self, id: &MaterialId) -> u32 {
        self.versions(id).last().map_or(1, |version| version.number.saturating_add(1))
    }

    /// Where a version stands on a day; `None` when there is no such version.
    pub fn state(&self, id: &MaterialId, number: u32, on: Date) -> Option<State> {
        let version = self.versions(id).iter().find(|version| version.number == number)?;
        Some(match &version.scan {
            Scan::Pending => State::BeingChecked,
            Scan::Malicious { .. } => State::Quarantined,
            Scan::Clean if self.current(id).is_some_and(|newest| newest.number != number) => {
                State::Superseded
            }
            Scan::Clean if version.ended.is_some() => State::Ended,
            Scan::Clean if version.outdated.is_some() => State::Outdated,
            Scan::Clean if !version.is_valid_on(on) => State::NotValid,
            Scan::Clean => State::Current,
        })
    }

    /// What the enterprise need not bring again on a day: held, unchanged and valid. A key without a part
    /// finds the material without parts, and certificates of any matter.
    pub fn held(&self, key: &str, on: Date) -> Option<(&MaterialId, &Version)> {
        let asked: MaterialId = key.parse().ok()?;
        let named = self.materials.keys().filter(|id| {
            **id == asked
                || (asked.part().is_empty()
                    && id.key() == asked.key()
                    && self.versions(id).iter().any(|version| version.certificate.is_some()))
        });
        named
            .filter_map(|id| self.current(id).map(|version| (id, version)))
            .find(|(id, version)| self.state(id, version.number, on) == Some(State::Current))
    }

    /// Overrides with their days, in the order of recording.
    pub fn overrides(&self) -> impl Iterator<Item = (Date, &Override)> {
        self.overrides.iter().map(|(on, overridden)| (*on, overridden))
    }

    /// What a matter rests on, as last told.
    pub fn rest(&self, matter: &str) -> Option<&Rest> {
        self.rests.get(matter)
    }

    /// Bytes and number of the distinct contents that are kept.
    pub fn kept(&self) -> (u64, usize) {
        let contents = self.materials.values().flatten().map(|version| &version.content);
        let distinct: BTreeMap<&str, u64> = contents
            .filter(|content| content.size > 0)
            .map(|content| (content.sha256.as_str(), content.size))
            .collect();
        (distinct.values().sum(), distinct.len())
    }
}
