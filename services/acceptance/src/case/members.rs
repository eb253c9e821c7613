//! Who sits on a joint acceptance: what the catalogue lists as parts of the joint item, as the facts have it.

use std::collections::BTreeSet;

use desk::docket::Bench;
use rulebook::{
    catalogue::{Applies, Catalogue, Facts, Item, OpinionRow, Source, Stage},
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
/// opinion that belongs to no part.
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
    let asked = item.opinions.iter().filter(|row| !parts.iter().any(|part| is_of(row, part)));
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

/// Whether an opinion of the joint item is what a part of it examines: the same agency under the same
/// article.
fn is_of(row: &OpinionRow, part: &Item) -> bool {
    row.agency == part.agency && part.legal_basis.iter().any(|basis| basis.text == row.citation)
}

/// A part of the joint item as a member. Its opinion says what it rests on besides its own materials, and
/// the time it has; without one it has what it promises alone, or the joint item's own limit.
fn of_part(item: &Item, part: &Item) -> Member {
    let row = item.opinions.iter().find(|row| is_of(row, part));
    let limit = row.map(|row| CitedLimit { limit: row.limit, citation: row.citation.clone() });
    let promised = [&part.committed, &part.statutory, &item.committed, &item.statutory];
    let promised = promised.into_iter().flatten().next().unwrap_or(&item.delivery);
    let promised = CitedLimit { limit: promised.limit, citation: promised.citation.clone() };
    let own = part.materials.iter().map(|material| material.key.clone());
    let inputs = own.chain(row.into_iter().flat_map(|row| row.inputs.iter().cloned()));
    Member {
        key: part.code.clone(),
        edition: part.edition.clone(),
        agency: part.agency.clone(),
        title: part.name.clone(),
        inputs: inputs.collect(),
        output: part.output.key.clone(),
        limit: limit.unwrap_or(promised),
    }
}

/// Where a material of the joint application comes from, as the joint item or a member's own says: one
/// form, one set of materials (国办发〔2019〕11号 (八)). `None`: nobody asks for it.
pub(super) fn source<'a>(
    bench: &'a Bench,
    item: &'a Item,
    members: &[Member],
    key: &str,
) -> Option<&'a Source> {
    let catalogue = &bench.law.catalogue;
    let parts = members.iter().filter_map(|m| catalogue.item_edition(&m.key, &m.edition));
    let mut lists = std::iter::once(item).chain(parts);
    lists.find_map(|list| list.material(key)).map(|material| &material.source)
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
