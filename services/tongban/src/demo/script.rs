//! A demonstration project as a file: who does what on which day, in the words of the API.

use anyhow::{Context, Result, bail};
use jiff::civil::Date;
use rulebook::seed::SeedFile;
use serde::Deserialize;

/// One project of `seeds/demo/`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Script {
    /// Project id.
    pub project: String,
    /// What the project shows, in one sentence.
    pub shows: String,
    /// What happens, in order.
    pub step: Vec<Step>,
}

/// One call of the API.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// The day on which it is called; also the date in law unless `with` says another.
    pub on: Date,
    /// Who calls, e.g. `agency:NR/desk-1`.
    pub by: String,
    /// On whose behalf, where that is somebody else.
    pub on_behalf_of: Option<String>,
    /// Name of the call, e.g. `AcceptMatter`.
    pub call: String,
    /// The matter that it is about, e.g. `S2-05-1`; none where it is about the project.
    pub matter: Option<String>,
    /// The rest of the request, in the field names of the API.
    #[serde(default)]
    pub with: toml::Table,
    /// The refusal that must come, e.g. `SECOND_CORRECTION`; none where the call must succeed.
    pub refused: Option<String>,
}

/// Reads every script, in the order of the files' names.
///
/// # Errors
/// What is wrong with the first bad file, with its name and line.
pub fn read(files: &[SeedFile]) -> Result<Vec<Script>> {
    let scripts: Vec<_> = files.iter().filter(|file| file.path.starts_with("demo/")).collect();
    if scripts.is_empty() {
        bail!("the seeds hold no demonstration project (demo/*.toml)");
    }
    scripts
        .into_iter()
        .map(|file| toml::from_str(&file.text).with_context(|| format!("cannot read {}", file.path)))
        .collect()
}

/// Every step of every script in the order of time; on one day in the order of the files.
#[must_use]
pub fn in_order_of_time(scripts: &[Script]) -> Vec<(&Script, usize, &Step)> {
    let mut steps: Vec<_> = scripts
        .iter()
        .flat_map(|script| script.step.iter().enumerate().map(move |(index, step)| (script, index, step)))
        .collect();
    steps.sort_by_key(|(_, _, step)| step.on);
    steps
}
