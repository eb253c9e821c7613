//! All law at once: what every part of the platform reads from `seeds/`, loaded together so that
//! one run names everything that is wrong with it.

mod plain;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use crate::aftercare::AftercareRules;
use crate::budget::BudgetRules;
use crate::calendar::Almanac;
use crate::catalogue::Catalogue;
use crate::money::KeyProjectRules;
use crate::negative_list::NegativeLists;
use crate::security_review::SecurityReviewRules;
use crate::seed::{Fault, SeedFile};
use crate::supervision::SupervisionRules;

/// The folders of `seeds/` that something reads. `demo/` holds plays, not law, and is read by
/// whoever plays them.
const FOLDERS: [&str; 11] = [
    "aftercare",
    "agencies",
    "budget",
    "calendar",
    "catalogue",
    "demo",
    "forms",
    "key-project",
    "negative-list",
    "security-review",
    "supervision",
];

/// Everything the seeds say.
#[derive(Debug, Clone)]
pub struct Law {
    /// Working days of every year, with their editions.
    pub almanac: Almanac,
    /// Items, agencies, forms, gates and facts.
    pub catalogue: Catalogue,
    /// Every edition of both negative lists.
    pub negative_lists: NegativeLists,
    /// What makes a project a key project, with the dated rates.
    pub key_project: KeyProjectRules,
    /// Grounds of the security review.
    pub security_review: SecurityReviewRules,
    /// The whole-process budget of plan-attached projects.
    pub budget: BudgetRules,
    /// Limits and rates of what follows the launch.
    pub aftercare: AftercareRules,
    /// Who supervises the agencies, and within which limits.
    pub supervision: SupervisionRules,
}

impl Law {
    /// Reads every file.
    ///
    /// # Errors
    /// Every fault of every file, in the order of file and line; a folder that nothing reads is
    /// one too, for its files would have no effect.
    pub fn parse(files: &[SeedFile]) -> Result<Self, Vec<Fault>> {
        let mut faults = strangers(files);
        let law = files.iter().filter(|file| !file.path.starts_with("demo/"));
        faults.extend(law.flat_map(plain::faults));
        let almanac = kept(Almanac::parse(files), &mut faults);
        let catalogue = kept(Catalogue::parse(files), &mut faults);
        let negative_lists = kept(NegativeLists::parse(files), &mut faults);
        let key_project = kept(KeyProjectRules::parse(files), &mut faults);
        let security_review = kept(SecurityReviewRules::parse(files), &mut faults);
        let budget = kept(BudgetRules::parse(files), &mut faults);
        let aftercare = kept(AftercareRules::parse(files), &mut faults);
        if let (Some(catalogue), Some(aftercare)) = (&catalogue, &aftercare) {
            faults.extend(aftercare.strangers(catalogue));
        }
        let supervision = kept(SupervisionRules::parse(files), &mut faults);
        if let (Some(catalogue), Some(rules)) = (&catalogue, &supervision) {
            faults.extend(unknown_supervisors(catalogue, rules));
        }
        faults.sort();
        faults.dedup();
        let law = (|| {
            Some(Self {
                almanac: almanac?,
                catalogue: catalogue?,
                negative_lists: negative_lists?,
                key_project: key_project?,
                security_review: security_review?,
                budget: budget?,
                aftercare: aftercare?,
                supervision: supervision?,
            })
        })();
        law.filter(|_| faults.is_empty()).ok_or(faults)
    }
}

fn kept<T>(part: Result<T, Vec<Fault>>, faults: &mut Vec<Fault>) -> Option<T> {
    part.map_err(|more| faults.extend(more)).ok()
}

fn unknown_supervisors(catalogue: &Catalogue, rules: &SupervisionRules) -> Vec<Fault> {
    let unknown = rules.supervisors().filter(|code| catalogue.agency(code).is_none());
    let fault = |code| Fault {
        path: "supervision/".to_owned(),
        line: 1,
        message: format!("the supervisor {code:?} is no agency of agencies/"),
    };
    unknown.map(fault).collect()
}

fn strangers(files: &[SeedFile]) -> Vec<Fault> {
    let mut seen = BTreeSet::new();
    let mut faults = Vec::new();
    for file in files {
        let (stranger, what) = match file.path.split_once('/') {
            Some((folder, _)) if FOLDERS.contains(&folder) => continue,
            Some((folder, _)) => (folder, "folder"),
            None => (file.path.as_str(), "file"),
        };
        if seen.insert(stranger) {
            let message = format!(
                "nothing reads the {what} {stranger:?}; the folders are {}",
                FOLDERS.join(", ")
            );
            faults.push(Fault { path: file.path.clone(), line: 1, message });
        }
    }
    faults
}
