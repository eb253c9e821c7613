//! Who has to look again: the failed, whoever rests on changed data, and whoever rests on them.

use std::collections::{BTreeMap, BTreeSet};

use super::particulars::Member;

/// The least set of members that holds every failed one, every one with an input among `changed`, and
/// every one with an input that comes out of a member of the set. Nobody else is inspected again.
#[must_use]
pub fn reopened(
    members: &BTreeMap<String, Member>,
    failed: &BTreeSet<String>,
    changed: &BTreeSet<String>,
) -> BTreeSet<String> {
    let mut changed = changed.clone();
    let mut open = BTreeSet::new();
    loop {
        let concerned = |member: &&Member| {
            !open.contains(&member.key)
                && (failed.contains(&member.key) || !member.inputs.is_disjoint(&changed))
        };
        let more: Vec<&Member> = members.values().filter(concerned).collect();
        if more.is_empty() {
            return open;
        }
        for member in more {
            open.insert(member.key.clone());
            changed.extend(Some(member.output.clone()).filter(|output| !output.is_empty()));
        }
    }
}
