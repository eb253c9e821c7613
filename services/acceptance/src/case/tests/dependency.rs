//! The reopened set is exactly the dependency closure, against an oracle that walks backward.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use rulebook::{catalogue::Text, clock::Limit, matter::CitedLimit};

use super::keys;
use crate::case::{Member, reopened};

/// Members told as `key: inputs > output`.
fn members(told: &[&str]) -> BTreeMap<String, Member> {
    let member = |told: &&str| {
        let (key, rest) = told.split_once(": ").unwrap();
        let (inputs, output) = rest.split_once(" > ").unwrap();
        let inputs = inputs.split(' ').filter(|key| *key != "-").map(str::to_owned).collect();
        made(key, inputs, if output == "-" { "" } else { output })
    };
    told.iter().map(member).map(|member| (member.key.clone(), member)).collect()
}

fn made(key: &str, inputs: BTreeSet<String>, output: &str) -> Member {
    let limit: Limit = "5wd".parse().unwrap();
    Member {
        key: key.to_owned(),
        edition: String::new(),
        agency: "NR".to_owned(),
        title: Text { zh: String::new(), en: String::new() },
        inputs,
        output: output.to_owned(),
        limit: CitedLimit { limit, citation: String::new() },
    }
}

#[test]
fn the_failed_the_fed_and_whoever_they_feed_look_again() {
    let all = members(&[
        "planning: survey permit > verification",
        "fire: drawings > fire_opinion",
        "quality: papers fire_opinion > quality_report",
        "archive: quality_report > -",
        "lightning: test > lightning_opinion",
    ]);
    let check = |failed: &[&str], changed: &[&str], expected: &[&str]| {
        assert_eq!(reopened(&all, &keys(failed), &keys(changed)), keys(expected));
    };
    check(&[], &[], &[]);
    check(&["lightning"], &[], &["lightning"]);
    check(&[], &["survey"], &["planning"]);
    check(&["fire"], &[], &["archive", "fire", "quality"]);
    check(&["lightning"], &["papers"], &["archive", "lightning", "quality"]);
    check(&[], &["unknown"], &[]);
}

#[test]
fn members_that_feed_each_other_come_to_an_end() {
    let all = members(&["a: x > y", "b: y > x", "c: z > -"]);
    assert_eq!(reopened(&all, &keys(&["a"]), &keys(&[])), keys(&["a", "b"]));
}

/// Whether a member hangs on the failed or the changed: asked of each member by itself, going back over
/// whoever makes one of its inputs.
fn hangs(
    key: &str,
    all: &BTreeMap<String, Member>,
    failed: &BTreeSet<String>,
    changed: &BTreeSet<String>,
    asked: &mut BTreeSet<String>,
) -> bool {
    if !asked.insert(key.to_owned()) {
        return false;
    }
    if failed.contains(key) {
        return true;
    }
    let inputs = &all[key].inputs;
    inputs.iter().any(|input| {
        changed.contains(input)
            || all.values().any(|maker| {
                maker.output == *input && hangs(&maker.key, all, failed, changed, asked)
            })
    })
}

proptest! {
    #[test]
    fn exactly_those_that_hang_on_it_look_again(
        told in prop::collection::vec((prop::collection::btree_set(0..8u8, 0..4), 0..10u8), 1..8),
        failed in prop::collection::btree_set(0..8usize, 0..3),
        changed in prop::collection::btree_set(0..8u8, 0..3),
    ) {
        let material = |n: &u8| format!("m{n}");
        let all: BTreeMap<String, Member> = told.iter().enumerate().map(|(n, (inputs, output))| {
            let output = if *output < 8 { material(output) } else { String::new() };
            let member = made(&format!("k{n}"), inputs.iter().map(material).collect(), &output);
            (member.key.clone(), member)
        }).collect();
        let failed: BTreeSet<String> =
            failed.iter().map(|n| format!("k{n}")).filter(|key| all.contains_key(key)).collect();
        let changed: BTreeSet<String> = changed.iter().map(material).collect();
        let expected: BTreeSet<String> = all.keys()
            .filter(|key| hangs(key, &all, &failed, &changed, &mut BTreeSet::new()))
            .cloned()
            .collect();
        prop_assert_eq!(reopened(&all, &failed, &changed), expected);
    }
}
