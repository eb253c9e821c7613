//! A demonstration project as a file: who does what on which day, in the words of the API.

use jiff::civil::Date;
use rulebook::seed::{Fault, SeedFile};
use serde::Deserialize;

/// One project of `seeds/demo/`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Script {
    /// Project id.
    pub(super) project: String,
    /// What the project shows, in one sentence.
    pub(super) shows: String,
    /// What happens, in order.
    #[serde(rename = "step")]
    pub(super) steps: Vec<Step>,
}

/// One call of the API.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Step {
    /// The day on which it is called.
    pub(super) on: Date,
    /// Who calls, e.g. `agency:NR/desk-1`.
    pub(super) by: String,
    /// On whose behalf, where that is somebody else.
    pub(super) on_behalf_of: Option<String>,
    /// Name of the call, e.g. `AcceptMatter`.
    pub(super) call: String,
    /// The matter that it is about, e.g. `S2-05-1`; none where it is about the project.
    pub(super) matter: Option<String>,
    /// The rest of the request, in the field names of the API.
    #[serde(default)]
    pub(super) with: toml::Table,
    /// The reason of the refusal that must come, e.g. `SECOND_CORRECTION`; none where the call must succeed.
    pub(super) refused: Option<String>,
}

/// A step with its place.
pub(super) struct Placed<'a> {
    pub(super) script: &'a Script,
    /// Number of the step in its script, from 1.
    pub(super) number: usize,
    pub(super) step: &'a Step,
}

/// Reads every script, in the order of the files' names.
///
/// # Errors
/// What is wrong with each file.
pub(super) fn read(files: &[SeedFile]) -> Result<Vec<Script>, Vec<Fault>> {
    let (mut scripts, mut faults) = (Vec::new(), Vec::new());
    for file in files.iter().filter(|file| file.path.starts_with("demo/")) {
        match toml::from_str(&file.text) {
            Ok(script) => scripts.push(script),
            Err(error) => faults.push(Fault {
                path: file.path.clone(),
                line: error.span().map_or(1, |span| file.text[..span.start].lines().count().max(1)),
                message: error.message().to_owned(),
            }),
        }
    }
    if faults.is_empty() { Ok(scripts) } else { Err(faults) }
}

/// Every step of every script in the order of time; on one day in the order of the files.
pub(super) fn in_order_of_time(scripts: &[Script]) -> Vec<Placed<'_>> {
    let mut steps: Vec<_> = scripts
        .iter()
        .flat_map(|script| {
            (1..).zip(&script.steps).map(move |(number, step)| Placed { script, number, step })
        })
        .collect();
    steps.sort_by_key(|placed| placed.step.on);
    steps
}
