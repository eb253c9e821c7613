//! Who sits on a joint acceptance: what the catalogue lists as parts of the joint item, as the facts have it.

use std::collections::BTreeSet;

use desk::docket::Bench;
use rulebook::{
    catalogue::{Applies, Catalogue, Facts, Item, Stage},
    matter::{CitedLimit, OpinionTerm, Terms, Track},
};

use super::particulars::Member;
use super::rejection::Rejection;

/// The item of this stage that has parts: the joint acceptance.
pub(super) fn joint_item(bench: &Bench) -> Option<&Item> {
    let mut items = bench.law.catalogue.items(bench.date);
    items.find(|item| item.stage == Stage::Acceptance && !item.sub_items.is_empty())
}

/// The members: one for each part that concerns the units and is not in hand already, and one for each
/// agency that is asked for its opinion although no part is its own.
///
/// # Errors
/// Facts that must be known first.
pub(super) fn members(
    bench: &Bench,
    item: &Item,
    facts: &Facts,
    in_hand: impl Fn(&str) -> bool,
) -> Result<Vec<Member>, Rejection> {
    let catalogue = &bench.law.catalogue;
    let parts = item.sub_items.iter().flatten();
    let parts: Vec<&Item> = parts.filter_map(|code| catalogue.item(code, bench.date)).collect();
    let (mut members, mut missing) = (Vec::new(), BTreeSet::new());
    for part in &parts {
        match part.applies(facts) {
            Applies::Yes if in_hand(&part.code) => {}
            Applies::Yes => members.push(of_part(item, &part.for_project(facts))),
            Applies::No => {}
            Applies::Missing(keys) => missing.extend(keys),
        }
    }
    if !missing.is_empty() {
        return Err(Rejection::FactsMissing { facts: missing.into_iter().collect() });
    }
    let has_part = |agency: &str| parts.iter().any(|part| part.agency == agency);
    let asked = item.opinions.iter().filter(|row| !has_part(&row.agency));
    members.extend(asked.map(|row| Member {
        key: row.key.clone(),
        edition: String::new(),
        agency: row.agency.clone(),
        title: row.subject.clone(),
        inputs: row.inputs.iter().cloned().collect(),
        output: String::new(),
        limit: CitedLimit { limit: row.limit, citation: row.citation.clone() },
    }));
    Ok(members)
}

/// A part of the joint item as a member. The time it has is that of its agency's opinion in the joint
/// item; an agency without one has what it promises for the part alone, or the joint item's own limit.
fn of_part(item: &Item, part: &Item) -> Member {
    let row = item.opinions.iter().find(|row| row.agency == part.agency);
    let row = row.map(|row| CitedLimit { limit: row.limit, citation: row.citation.clone() });
    let promised = [&part.committed, &part.statutory, &item.committed, &item.statutory];
    let promised = promised.into_iter().flatten().next();
    let promised =
        promised.map(|rule| CitedLimit { limit: rule.limit, citation: rule.citation.clone() });
    let limit = row.or(promised).unwrap_or(CitedLimit {
        limit: item.delivery.limit,
        citation: item.delivery.citation.clone(),
    });
    Member {
        key: part.code.clone(),
        edition: part.edition.clone(),
        agency: part.agency.clone(),
        title: part.name.clone(),
        inputs: part.materials.iter().map(|material| material.key.clone()).collect(),
        output: part.output.key.clone(),
        limit,
    }
}

/// The joint item's terms: its opinions are what its members say.
pub(super) fn terms(item: &Item, track: Track, members: &[Member]) -> Terms {
    let opinion = |member: &Member| OpinionTerm {
        key: member.key.clone(),
        agency: member.agency.clone(),
        subject: member.title.clone(),
        inputs: member.inputs.iter().cloned().collect(),
        limit: member.limit.clone(),
        // A member that says nothing is late; it never passes anything by it.
        silence_is_consent: None,
    };
    Terms { opinions: members.iter().map(opinion).collect(), ..Terms::of(item, track) }
}

/// Prerequisites of an item that are not in hand, each as the codes of which one would do.
pub(super) fn unmet(
    catalogue: &Catalogue,
    item: &Item,
    facts: &Facts,
    bench: &Bench,
    in_hand: impl Fn(&str) -> bool,
) -> Vec<String> {
    let needs = rulebook::roadmap::needs(catalogue, item, facts, bench.date);
    let unmet = needs.iter().filter(|group| !group.iter().any(|code| in_hand(code)));
    unmet.map(|group| group.join("|")).collect()
}
