//! What the facts of construction and acceptance are made of.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use rulebook::{
    catalogue::Text,
    matter::{CitedLimit, MatterId},
};

/// A unit of the works (单位工程).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// Name.
    pub name: Text,
    /// The phase that it belongs to.
    pub phase: String,
    /// Whether it can be used on its own, before the rest is finished.
    pub independent_use: bool,
    /// Facts that hold for this unit and may differ from the project's, as words of `facts.toml`.
    pub facts: BTreeMap<String, String>,
}

/// What part of the project something concerns.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scope {
    /// The phase, where a whole phase is meant; else empty.
    pub phase: String,
    /// Ids of the units.
    pub units: BTreeSet<String>,
}

impl Scope {
    /// Whether it holds all of these units.
    #[must_use]
    pub fn covers(&self, units: &BTreeSet<String>) -> bool {
        units.is_subset(&self.units)
    }
}

/// A version of a joint survey's result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SurveyVersion {
    /// Key of the material that it is, wherever it is used.
    pub material: String,
    /// Version, from 1.
    pub version: u32,
    /// SHA-256 of the result in lower-case hex.
    pub sha256: String,
    /// Number of the report.
    pub number: String,
    /// Why it was corrected; empty in the first version.
    pub reason: String,
}

/// A member of a joint acceptance, as the law named it on the day of the application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The item code, or the key of the opinion where no item stands behind it.
    pub key: String,
    /// Edition of the item's rule; empty where no item stands behind it.
    pub edition: String,
    /// Agency code.
    pub agency: String,
    /// What it examines.
    pub title: Text,
    /// Keys of the materials on which its result rests.
    pub inputs: BTreeSet<String>,
    /// Key of what comes out of it; empty where nothing does.
    pub output: String,
    /// The time it has, with the rule.
    pub limit: CitedLimit,
}

/// What a member finds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// It passes.
    Pass,
    /// These must be put right.
    Rectify(Vec<String>),
    /// There is nothing for this member to examine, for this reason.
    NotApplicable(String),
}

/// A member's result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Examined {
    /// Day of the result.
    pub on: Date,
    /// Round, from 1.
    pub round: u32,
    /// What it found.
    pub finding: Finding,
    /// Number of its own document; may be empty.
    pub document: String,
    /// Keys of the materials that the applicant must bring for it.
    pub demanded: Vec<String>,
    /// The results that it rests on, each in its version.
    pub rests_on: Vec<Reference>,
}

/// A version of a result that something rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// Id of the matter out of which it came.
    pub matter: MatterId,
    /// Key of the material.
    pub material: String,
    /// Version.
    pub version: u32,
    /// SHA-256 in lower-case hex; empty where there is none.
    pub sha256: String,
}

/// One thing to be put right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedDefect {
    /// Key of the member that found it.
    pub member: String,
    /// What.
    pub problem: String,
}

/// What one member found, as the opinion lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedResult {
    /// Key of the member.
    pub member: String,
    /// Agency code.
    pub agency: String,
    /// What it examined.
    pub title: Text,
    /// Why it is not applicable; `None`: it passes.
    pub not_applicable: Option<String>,
    /// Number of its document; may be empty.
    pub document: String,
    /// Day of its result.
    pub on: Date,
}

/// One version of the joint acceptance opinion (联合验收意见书). It is never changed; a later version
/// stands beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opinion {
    /// Version, from 1.
    pub version: u32,
    /// Number of the document.
    pub number: String,
    /// The units that it accepts.
    pub scope: Scope,
    /// Every member's result.
    pub results: Vec<ListedResult>,
    /// The surveys that it rests on, each in its version.
    pub surveys: Vec<Reference>,
    /// Why the version before it is corrected; empty in the first.
    pub reason: String,
    /// SHA-256 of the canonical content in lower-case hex.
    pub sha256: String,
}

impl Opinion {
    /// The text over which the hash is taken: one line for each fact, fields parted by tabs. Fields hold
    /// no tabs or line ends of their own when they are written here. A storage format.
    #[must_use]
    pub fn canonical(&self, matter: &MatterId, on: Date) -> String {
        let units = self.scope.units.iter().map(String::as_str).collect::<Vec<_>>().join(",");
        let version = self.version.to_string();
        let on = on.to_string();
        let mut lines = vec![
            line(&["joint-acceptance-opinion", &matter.to_string(), &version, &self.number, &on]),
            line(&["scope", &self.scope.phase, &units]),
            line(&["reason", &self.reason]),
        ];
        lines.extend(self.results.iter().map(|listed| {
            let found = if listed.not_applicable.is_some() { "not-applicable" } else { "pass" };
            let reason = listed.not_applicable.as_deref().unwrap_or_default();
            let on = listed.on.to_string();
            let title = (listed.title.zh.as_str(), listed.title.en.as_str());
            let who = [&listed.member, &listed.agency];
            line(&[
                "member",
                who[0],
                who[1],
                title.0,
                title.1,
                found,
                reason,
                &listed.document,
                &on,
            ])
        }));
        lines.extend(self.surveys.iter().map(|used| {
            let version = used.version.to_string();
            line(&["survey", &used.matter.to_string(), &used.material, &version, &used.sha256])
        }));
        lines.concat()
    }
}

fn line(fields: &[&str]) -> String {
    let plain: Vec<String> =
        fields.iter().map(|field| field.replace(['\t', '\n', '\r'], " ")).collect();
    format!("{}\n", plain.join("\t"))
}
