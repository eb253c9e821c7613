//! The refusal of a demand, with what is held and its hash.

use rulebook::{
    catalogue::{Catalogue, Source},
    holdings::{Demand, Holdings, Protected},
    matter::{Act, Command, Material, Matter},
};

use crate::{docket::Bench, matters::Form, name::MatterName, refuse::Refusal};

/// The rule by which nothing is asked for twice.
const ARTICLE: &str = "大政发〔2020〕24号 (十九); 国令716号 art. 7";

/// Refuses a demand for what is held or can be shared; `None` when it may be made. `reason` of the refusal
/// is `HELD_MATERIAL` or `SHAREABLE_MATERIAL`.
#[must_use]
pub fn refuse_demand(holdings: &Holdings, project: &str, demand: &Demand<'_>) -> Option<Refusal> {
    match holdings.protection(demand)? {
        Protected::Held { id, version } => {
            let name = format!("projects/{project}/materials/{id}/versions/{}", version.number);
            Some(Refusal::Rule {
                reason: "HELD_MATERIAL",
                article: ARTICLE.to_owned(),
                en: format!(
                    "{} is held as {name}, unchanged and valid; take it from there, or override with a cited ground",
                    demand.key
                ),
                zh: format!(
                    "材料“{}”已在档（{name}），未发生变化且在有效期内，不得重复索要；确需索要的，须引用依据另行说明",
                    demand.key
                ),
                details: vec![
                    ("key", demand.key.to_owned()),
                    ("material", name),
                    ("sha256", version.content.sha256.clone()),
                ],
            })
        }
        Protected::Shareable { source } => {
            let (from, zh) = match &source {
                Source::Shared(agency) => {
                    (format!("shared:{agency}"), format!("部门 {agency} 共享"))
                }
                Source::Prior(item) => (format!("prior:{item}"), format!("事项 {item} 的办理结果")),
                Source::Applicant => ("applicant".to_owned(), "申请人".to_owned()),
            };
            Some(Refusal::Rule {
                reason: "SHAREABLE_MATERIAL",
                article: ARTICLE.to_owned(),
                en: format!(
                    "{} comes from {from} and is not the enterprise's to bring; override only with a cited ground",
                    demand.key
                ),
                zh: format!(
                    "材料“{}”可通过{zh}取得，不得向企业索要；确需索要的，须引用依据另行说明",
                    demand.key
                ),
                details: vec![("key", demand.key.to_owned()), ("source", from)],
            })
        }
    }
}

/// Refuses an act on a matter by which an agency demands something that the enterprise is protected from.
/// Acts that demand nothing pass.
///
/// # Errors
/// The refusal of the first such demand.
pub fn guard(
    holdings: &Holdings,
    name: &MatterName,
    matter: &Matter,
    command: &Command,
    bench: &Bench,
) -> Result<(), Refusal> {
    let item = pinned(&bench.law.catalogue, matter);
    let on = command.occurred_on.unwrap_or(bench.date);
    let refused = demanded(&command.act).into_iter().find_map(|key| {
        let demand = Demand {
            matter: &name.to_string(),
            agency: &matter.terms.agency,
            key,
            item,
            brought: brought(matter, key),
            on,
        };
        refuse_demand(holdings, &name.project, &demand)
    });
    refused.map_or(Ok(()), Err)
}

/// Whether an act may demand something of the enterprise.
#[must_use]
pub fn is_demand(act: &Act) -> bool {
    !demanded(act).is_empty()
}

/// A form with everything on it that the dossier holds already, so that the applicant brings only what is
/// new. What the applicant brings itself is left as it is.
#[must_use]
pub fn complete(holdings: &Holdings, form: &Form, bench: &Bench) -> Form {
    let on = form.occurred_on.unwrap_or(bench.date);
    let mut form = form.clone();
    for application in &mut form.applications {
        let Some(item) = bench.law.catalogue.item(&application.item, on) else { continue };
        for listed in &item.materials {
            let is_brought = application.materials.iter().any(|brought| brought.key == listed.key);
            let Some((_, version)) = holdings.held(&listed.key, on).filter(|_| !is_brought) else {
                continue;
            };
            application.materials.push(Material {
                key: listed.key.clone(),
                sha256: Some(version.content.sha256.clone()),
                version: version.number,
            });
        }
    }
    form
}

/// The keys of the materials that an act demands of the enterprise. Every act is named, so that a new one
/// has to be thought about.
fn demanded(act: &Act) -> Vec<&str> {
    match act {
        Act::RequestCorrections { defects, .. } => {
            defects.iter().map(|defect| defect.material.as_str()).collect()
        }
        Act::RecordCommitment(_)
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
        | Act::CheckCommitment { .. }
        | Act::RecordRectification { .. }
        | Act::WithdrawApplication { .. }
        | Act::WithdrawPermit { .. }
        | Act::RevokePermit { .. }
        | Act::RevokePermitAsPenalty { .. }
        | Act::DeregisterPermit { .. } => Vec::new(),
    }
}

/// The edition that the matter was opened under, or the newest one there is.
fn pinned<'c>(catalogue: &'c Catalogue, matter: &Matter) -> Option<&'c rulebook::catalogue::Item> {
    let (item, edition) = (&matter.terms.item, &matter.terms.edition);
    catalogue.item_edition(item, edition).or_else(|| catalogue.editions(item).last())
}

fn brought<'m>(matter: &'m Matter, key: &str) -> Option<&'m str> {
    matter.materials.get(key).and_then(|material: &Material| material.sha256.as_deref())
}
