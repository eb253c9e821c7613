//! Whoever decides or gives an opinion must be able to do so.

use crate::catalogue::agency::Agency;
use crate::catalogue::draft::{Claimed, Draft, Seeds};
use crate::catalogue::item::Item;
use crate::seed::Fault;

pub(super) fn check(seeds: &Seeds, faults: &mut Vec<Fault>) {
    let Some(agencies) = &seeds.agencies else { return };
    let find =
        |code: &str| agencies.iter().map(|draft| &draft.value).find(|agency| agency.code == code);
    for item in &seeds.items {
        for claim in &item.claims {
            let message = match &claim.what {
                Claimed::Lead(code) => find(code).and_then(|agency| cannot_lead(item, agency)),
                Claimed::Opinion { agency, key } => {
                    find(agency).and_then(|agency| cannot_opine(item, agency, key))
                }
                _ => None,
            };
            if let Some(message) = message {
                faults.push(item.fault_at(claim.line, message));
            }
        }
    }
}

fn cannot_lead(item: &Draft<Item>, agency: &Agency) -> Option<String> {
    let (code, stage) = (&agency.code, item.value.stage);
    (!agency.acts_in(stage))
        .then(|| format!("{code} cannot decide {}: it does not act in {stage}", item.value.code))
}

fn cannot_opine(item: &Draft<Item>, agency: &Agency, key: &str) -> Option<String> {
    let (code, stage) = (&agency.code, item.value.stage);
    let because = if agency.stages.is_empty() {
        "it is outside the platform".to_owned()
    } else if !agency.acts_in(stage) {
        format!("it does not act in {stage}")
    } else if *code == item.value.agency && item.value.merges.is_empty() {
        "it decides itself, and nothing was merged".to_owned()
    } else {
        return None;
    };
    Some(format!("{code} cannot give the opinion `{key}`: {because}"))
}
