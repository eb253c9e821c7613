//! Fields that several requests share.

use crate::case::Scoped;
use desk::{
    fields::{Fields, MAX_ENTRIES},
    matters::Application,
    request,
};
use proto::{acceptance::v1 as pb, matter::v1 as matter, r#type::v1 as ty};
use rulebook::{
    catalogue::Text,
    matter::{Material, MatterId, Track},
};
use std::collections::BTreeMap;

/// Most applications on one form.
const MAX_APPLICATIONS: usize = 32;
/// Longest id of a unit or phase.
const MAX_ID: usize = 20;

/// The id of a unit or phase.
pub(super) fn id(fields: &mut Fields, field: &str, text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if !(1..=MAX_ID).contains(&text.len()) || !text.bytes().all(plain) {
        fields.wrong(field, format!("is 1 to {MAX_ID} characters of a-z, 0-9 and -"));
    }
    text.to_owned()
}

/// A name, at least in Chinese.
pub(super) fn name(fields: &mut Fields, field: &str, text: Option<&ty::Text>) -> Text {
    let text = text.cloned().unwrap_or_default();
    Text {
        zh: fields.required_short(&format!("{field}.zh"), &text.zh),
        en: fields.short(format!("{field}.en"), &text.en),
    }
}

/// Facts as words; the case knows which there are.
pub(super) fn facts(
    fields: &mut Fields,
    field: &str,
    facts: &BTreeMap<String, String>,
) -> BTreeMap<String, String> {
    fields.few(field, facts.len());
    let facts = facts.iter().take(MAX_ENTRIES);
    let read = facts.map(|(key, word)| {
        (fields.required_short(field, key), fields.required_short(&format!("{field}.{key}"), word))
    });
    read.collect()
}

/// A part of the project; nothing said is all of it.
pub(super) fn scope(fields: &mut Fields, scope: Option<&pb::ScopeOf>) -> Scoped {
    let Some(scope) = scope else { return Scoped::Project };
    fields.few("scope.units", scope.units.len());
    match (scope.units.is_empty(), scope.phase.is_empty()) {
        (true, true) => Scoped::Project,
        (true, false) => Scoped::Phase(id(fields, "scope.phase", &scope.phase)),
        (false, true) => {
            let units = scope.units.iter().take(MAX_ENTRIES).enumerate();
            let units = units.map(|(i, unit)| id(fields, &format!("scope.units[{i}]"), unit));
            Scoped::Units(units.collect())
        }
        (false, false) => {
            fields.wrong("scope", "names units or a phase, not both");
            Scoped::Project
        }
    }
}

/// Materials; version 0 means the next one.
pub(super) fn materials(fields: &mut Fields, brought: &[matter::Material]) -> Vec<Material> {
    request::materials(fields, "materials", brought)
}

/// The track that is meant.
pub(super) fn track(track: matter::Track) -> Option<Track> {
    match track {
        matter::Track::Unspecified => None,
        matter::Track::Ordinary => Some(Track::Ordinary),
        matter::Track::PlanAttached => Some(Track::PlanAttached),
        matter::Track::Commitment => Some(Track::Commitment),
    }
}

/// Applications of one form, each for another item.
pub(super) fn applications(
    fields: &mut Fields,
    wanted: &[matter::Application],
) -> Vec<Application> {
    fields.some("applications", wanted.len());
    if wanted.len() > MAX_APPLICATIONS {
        fields.wrong("applications", format!("has at most {MAX_APPLICATIONS} entries"));
    }
    let mut read = Vec::<Application>::new();
    for (i, one) in wanted.iter().take(MAX_APPLICATIONS).enumerate() {
        let at = |field: &str| format!("applications[{i}].{field}");
        if MatterId::new(&one.item, 1).is_err() {
            fields.wrong(at("item"), "is an item code such as S3-10");
        } else if read.iter().any(|earlier| earlier.item == one.item) {
            fields.wrong(at("item"), "is on the form twice");
        }
        let materials = request::materials(fields, &at("materials"), &one.materials);
        let commitment = one.commitment.as_ref();
        let commitment =
            commitment.map(|told| request::commitment(fields, &at("commitment."), told));
        if let Some(track) = fields.word(&at("track"), track(one.track())) {
            read.push(Application { item: one.item.clone(), track, materials, commitment });
        }
    }
    read
}
