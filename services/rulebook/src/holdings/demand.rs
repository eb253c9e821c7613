//! Which demands the enterprise is protected from (大政发〔2020〕24号 (十九), 国令716号 art. 7): a material that
//! is held, unchanged and valid, or that agencies can have from each other, is not asked for again.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::catalogue::{Catalogue, Item, Source};

use super::Holdings;
use super::id::MaterialId;
use super::stale::RestStanding;
use super::version::Version;

/// A demand of an agency for one material, before it is made.
#[derive(Debug, Clone, Copy)]
pub struct Demand<'a> {
    /// Resource name of the matter in which it is made.
    pub matter: &'a str,
    /// Code of the agency.
    pub agency: &'a str,
    /// Key of the material.
    pub key: &'a str,
    /// Where the material comes from, see [`source`]; `None` where no list says.
    pub source: Option<&'a Source>,
    /// Hash of what this matter's own application brought under the key; `None` when it brought nothing,
    /// or paper only.
    pub brought: Option<&'a str>,
    /// The day.
    pub on: Date,
}

/// An override of the protection: one demand, in one matter, for one version. It counts on the scorecard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Override {
    /// Key of the material.
    pub key: String,
    /// Resource name of the matter.
    pub matter: String,
    /// Code of the agency.
    pub agency: String,
    /// Why it is demanded all the same.
    pub ground: String,
    /// The article that allows it.
    pub citation: String,
    /// What was held: material, version and hash; `None` where nothing was held yet.
    pub held: Option<(MaterialId, u32, String)>,
}

/// Where a material comes from: as the matter's item lists it, or else as every item does that lists it. So
/// nothing that agencies have from each other is asked for in a matter that does not even need it.
pub fn source<'c>(
    catalogue: &'c Catalogue,
    item: Option<&'c Item>,
    key: &str,
    on: Date,
) -> Option<&'c Source> {
    let key = key.split('.').next().unwrap_or(key);
    if let Some(listed) = item.and_then(|item| item.material(key)) {
        return Some(&listed.source);
    }
    let elsewhere = || catalogue.items(on).filter_map(|item| item.material(key));
    let brought = elsewhere().find(|listed| listed.source == Source::Applicant);
    brought.or_else(|| elsewhere().next()).map(|listed| &listed.source)
}

/// Keys of the catalogue's materials that a text asks for: its own key, or a name of theirs within it. For lists
/// of what is missing, in which every line is a demand.
pub fn named<'c>(catalogue: &'c Catalogue, text: &str, on: Date) -> BTreeSet<&'c str> {
    let asked = text.trim().to_lowercase();
    let materials = catalogue.items(on).flat_map(|item| &item.materials);
    let meant = materials.filter(|material| {
        let named = |name: &str| !name.is_empty() && asked.contains(&name.to_lowercase());
        asked == material.key || named(&material.name.zh) || named(&material.name.en)
    });
    meant.map(|material| material.key.as_str()).collect()
}

/// Why a demand is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Protected<'h> {
    /// The dossier holds it.
    Held {
        /// Which material.
        id: &'h MaterialId,
        /// The version in force.
        version: &'h Version,
    },
    /// Agencies have it from each other; it is never the enterprise's to bring.
    Shareable {
        /// From whom.
        source: Source,
    },
}

impl Holdings {
    /// Why the enterprise need not answer this demand; `None` when it may be made.
    ///
    /// One demand for what is held is no repetition: when the applicant itself brought this very version
    /// in this application, the agency examines it for the first time and may find it defective
    /// (行政许可法 art. 32(4)) — unless a permit of another matter rests on the same version already.
    pub fn protection(&self, demand: &Demand<'_>) -> Option<Protected<'_>> {
        let source = demand.source;
        let held = self.held(demand.key, demand.on);
        if self.is_overridden(demand, held) {
            return None;
        }
        match (held, source) {
            (Some((_, version)), None | Some(Source::Applicant))
                if demand.brought == Some(version.content.sha256.as_str())
                    && !self.is_relied_on_elsewhere(&version.content.sha256, demand.matter) =>
            {
                None
            }
            (Some((id, version)), _) => Some(Protected::Held { id, version }),
            (None, Some(source @ (Source::Prior(_) | Source::Shared(_)))) => {
                Some(Protected::Shareable { source: source.clone() })
            }
            (None, None | Some(Source::Applicant)) => None,
        }
    }

    fn is_overridden(&self, demand: &Demand<'_>, held: Option<(&MaterialId, &Version)>) -> bool {
        let hash = held.map(|(_, version)| version.content.sha256.as_str());
        self.overrides.iter().any(|(_, overridden)| {
            overridden.key == demand.key
                && overridden.matter == demand.matter
                && overridden.agency == demand.agency
                && overridden.held.as_ref().map(|(_, _, sha256)| sha256.as_str()) == hash
        })
    }

    /// Whether a permit in force, of another matter, rests on the content.
    fn is_relied_on_elsewhere(&self, sha256: &str, matter: &str) -> bool {
        let granted = self.rests.iter().filter(|(_, rest)| rest.standing == RestStanding::Granted);
        granted.filter(|(name, _)| *name != matter).any(|(_, rest)| {
            let rested = rest.reliances.iter().flat_map(|reliance| &reliance.materials);
            rested.into_iter().any(|material| material.sha256 == sha256)
        })
    }
}
