//! The refusal of a demand, with what is held and its hash.

use rulebook::{
    catalogue::{Catalogue, Item, Source},
    filing::Counter,
    holdings::{Demand, Protected, source},
    matter::{Act, Command, Filing, Material, Matter, MatterId, Terms},
};

use super::Held;
use crate::{docket::Bench, refuse::Refusal};

/// The rule by which nothing is asked for twice.
const ARTICLE: &str = "大政发〔2020〕24号 (十九)";

/// Refuses a demand for what is held or can be shared, with the reason `HELD_MATERIAL`; `None` when it may
/// be made. A service asks this before every demand of its own: a rectification list, a report.
#[must_use]
pub fn refuse_demand(held: &Held, demand: &Demand<'_>) -> Option<Refusal> {
    let key = demand.key;
    let (en, zh, details) = match held.holdings.protection(demand)? {
        Protected::Held { id, version } => {
            let name =
                format!("projects/{}/materials/{id}/versions/{}", held.project, version.number);
            let details = vec![("held", name.clone()), ("sha256", version.content.sha256.clone())];
            (
                format!(
                    "{key} may not be asked of the applicant: it is held as {name}, unchanged and valid"
                ),
                format!("不得要求申请人提交{key}：该材料已在档（{name}），未变化且在有效期内"),
                details,
            )
        }
        Protected::Shareable { source } => {
            let from = match source {
                Source::Shared(from) | Source::Prior(from) => from,
                Source::Applicant => String::new(),
            };
            (
                format!(
                    "{key} may not be asked of the applicant: the platform gets it from {from}"
                ),
                format!("不得要求申请人提交{key}：平台可自行从{from}取得"),
                vec![("source", from)],
            )
        }
    };
    Some(Refusal::Rule {
        reason: "HELD_MATERIAL",
        article: ARTICLE.to_owned(),
        en: format!("{en}; an override needs a cited ground"),
        zh: format!("{zh}；确需索要的，须引用依据另行说明"),
        details: [("material", key.to_owned())].into_iter().chain(details).collect(),
    })
}

/// Refuses an act on a matter by which an agency demands something that the enterprise is protected from.
/// Acts that demand nothing pass.
///
/// # Errors
/// The refusal of the first such demand.
pub fn guard(
    id: &MatterId,
    matter: &Matter,
    command: &Command,
    bench: &Bench,
) -> Result<(), Refusal> {
    let name = format!("projects/{}/matters/{id}", bench.held.project);
    let item = pinned(&bench.law.catalogue, &matter.terms);
    let on = command.occurred_on.unwrap_or(bench.date);
    let agency = matter.terms.agency.as_str();
    let refused = demanded(&command.act).into_iter().find_map(|key| {
        let brought = matter.materials.get(key).and_then(|own| own.sha256.as_deref());
        let source = source(&bench.law.catalogue, item, key, on);
        refuse_demand(&bench.held, &Demand { matter: &name, agency, key, source, brought, on })
    });
    refused.map_or(Ok(()), Err)
}

/// Whether an act may demand something of the enterprise.
#[must_use]
pub fn is_demand(act: &Act) -> bool {
    !demanded(act).is_empty()
}

/// An application with everything that the dossier holds already, so that the applicant brings only what is
/// new. What the applicant brings itself is left as it is.
#[must_use]
pub fn complete(mut filing: Filing, counter: &Counter<'_>, held: &Held) -> Filing {
    let Some(item) = pinned(counter.catalogue, &filing.terms) else { return filing };
    for listed in item.for_project(counter.facts).materials {
        let is_brought = filing.materials.iter().any(|brought| brought.key == listed.key);
        let Some((_, version)) =
            held.holdings.held(&listed.key, counter.on).filter(|_| !is_brought)
        else {
            continue;
        };
        filing.materials.push(Material {
            key: listed.key,
            sha256: Some(version.content.sha256.clone()),
            version: version.number,
        });
    }
    filing
}

/// The keys of the materials that an act demands of the enterprise. Every act is named, so that a new one
/// has to be thought about.
fn demanded(act: &Act) -> Vec<&str> {
    match act {
        Act::RequestCorrections { defects, .. } => {
            defects.iter().map(|defect| defect.material.as_str()).collect()
        }
        Act::TolerateMissing { owed, .. } => owed.iter().map(String::as_str).collect(),
        Act::CheckCommitment { materials, .. } => materials.iter().map(String::as_str).collect(),
        Act::RecordCommitment(_)
        | Act::SupplyOwed { .. }
        | Act::Terminate
        | Act::Accept { .. }
        | Act::Decline { .. }
        | Act::SupplyCorrections { .. }
        | Act::DeemAccepted
        | Act::Suspend { .. }
        | Act::Resume { .. }
        | Act::Extend { .. }
        | Act::RequestOpinions { .. }
        | Act::GiveOpinion { .. }
        | Act::DeemOpinion { .. }
        | Act::Resubmit { .. }
        | Act::Decide { .. }
        | Act::DeemGranted
        | Act::Deliver { .. }
        | Act::RecordRectification { .. }
        | Act::ShowCondition { .. }
        | Act::CheckCondition { .. }
        | Act::WithdrawApplication { .. }
        | Act::WithdrawPermit { .. }
        | Act::RevokePermit { .. }
        | Act::RevokePermitAsPenalty { .. }
        | Act::DeregisterPermit { .. }
        | Act::ContestCard { .. }
        | Act::RuleOnCard { .. } => Vec::new(),
    }
}

/// The edition that the matter was opened under, or the newest one there is.
fn pinned<'c>(catalogue: &'c Catalogue, terms: &Terms) -> Option<&'c Item> {
    let pinned = catalogue.item_edition(&terms.item, &terms.edition);
    pinned.or_else(|| catalogue.editions(&terms.item).last())
}
