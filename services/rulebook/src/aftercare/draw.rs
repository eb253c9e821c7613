//! The draw of projects and inspectors 双随机: a pure function of what the draw's event holds, so that
//! anybody can draw again.

use std::collections::BTreeMap;
use std::fmt::Write;

use sha2::{Digest, Sha256};

/// The algorithm in use; an event keeps the name of its own.
///
/// 1. The lot of a project is `SHA-256(seed ‖ LF ‖ "project" ‖ LF ‖ project)` in hex.
/// 2. Of the `n` projects of a class with the ratio `p` percent, `(n · p + r) / 100` are drawn, cut to a
///    whole number: those with the smallest lots. `r` is 0 to 99: the first eight bytes, big-endian, of
///    `SHA-256(seed ‖ LF ‖ "remainder" ‖ LF ‖ class)`, modulo 100. So a broken quota is drawn too, and
///    small classes are neither always spared nor always visited.
/// 3. The inspectors of a project are the two with the smallest
///    `SHA-256(seed ‖ LF ‖ "inspector" ‖ LF ‖ project ‖ LF ‖ inspector)`.
pub const ALGORITHM: &str = "sha256-lots-1";

/// How many inspectors visit together.
const INSPECTORS: usize = 2;

/// A project that can be drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Id of the project; named once in a draw.
    pub project: String,
    /// Its credit class.
    pub class: String,
    /// How many of a hundred of that class are drawn.
    pub percent: u32,
}

/// A project that was drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lot {
    /// Its lot in hex, by which the drawn are ordered.
    pub lot: String,
    /// Id of the project.
    pub project: String,
    /// Its credit class.
    pub class: String,
    /// Its inspectors: two, or all where there are fewer.
    pub inspectors: Vec<String>,
}

/// Draws; the order of candidates and inspectors plays no part. `None` for an algorithm that is not known.
#[must_use]
pub fn draw(
    algorithm: &str,
    seed: &str,
    candidates: &[Candidate],
    inspectors: &[String],
) -> Option<Vec<Lot>> {
    if algorithm != ALGORITHM {
        return None;
    }
    let mut classes: BTreeMap<(&str, u32), Vec<(String, &Candidate)>> = BTreeMap::new();
    for one in candidates {
        let lot = hex(&digest(&[seed, "project", &one.project]));
        classes.entry((&one.class, one.percent)).or_default().push((lot, one));
    }
    let mut drawn = Vec::new();
    for ((class, percent), mut members) in classes {
        members.sort_by(|a, b| (&a.0, &a.1.project).cmp(&(&b.0, &b.1.project)));
        let quota = quota(seed, class, members.len(), percent);
        drawn.extend(members.into_iter().take(quota).map(|(lot, one)| Lot {
            lot,
            project: one.project.clone(),
            class: one.class.clone(),
            inspectors: pair(seed, &one.project, inspectors),
        }));
    }
    drawn.sort_by(|a, b| (&a.lot, &a.project).cmp(&(&b.lot, &b.project)));
    Some(drawn)
}

fn quota(seed: &str, class: &str, members: usize, percent: u32) -> usize {
    let digest = digest(&[seed, "remainder", class]);
    let remainder =
        digest.iter().take(8).fold(0u64, |sum, byte| (sum << 8) | u64::from(*byte)) % 100;
    let members = u64::try_from(members).unwrap_or(u64::MAX);
    let quota = (members.saturating_mul(u64::from(percent)) + remainder) / 100;
    usize::try_from(quota).unwrap_or(usize::MAX)
}

fn pair(seed: &str, project: &str, inspectors: &[String]) -> Vec<String> {
    let lot = |who: &String| hex(&digest(&[seed, "inspector", project, who]));
    let mut lots: Vec<_> = inspectors.iter().map(|who| (lot(who), who)).collect();
    lots.sort();
    lots.into_iter().take(INSPECTORS).map(|(_, who)| who.clone()).collect()
}

fn digest(parts: &[&str]) -> Vec<u8> {
    Sha256::digest(parts.join("\n").as_bytes()).to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
