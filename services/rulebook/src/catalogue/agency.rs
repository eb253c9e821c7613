//! Who decides, and where.

use super::words::{Stage, Text};

/// A unit of the catalogue: a bureau, a service centre, a company that connects pipes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agency {
    /// Internal code, e.g. `NR`; official codes could not be verified and are not invented.
    pub code: String,
    /// Full name.
    pub name: Text,
    /// Name as printed in the founding document; `None` where it is not named there.
    pub seed_name: Option<String>,
    /// What it does for a project.
    pub role: String,
    /// The stages it acts in; none: it is outside the platform.
    pub stages: Vec<Stage>,
    /// Whether it oversees the others: it may see every scorecard.
    pub oversees: bool,
}

impl Agency {
    /// Whether it acts in a stage.
    pub fn acts_in(&self, stage: Stage) -> bool {
        self.stages.contains(&stage)
    }
}

/// A county-level division of GB/T 2260.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct District {
    /// Six digits.
    pub code: String,
    /// Its name.
    pub name: Text,
}

/// A functional zone (先导区): it has no division code of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone {
    /// Internal code, e.g. `DLZ-JP`.
    pub code: String,
    /// Its name.
    pub name: Text,
    /// The division whose code goes into project codes.
    pub host: String,
    /// Inside the boundary of the pilot free-trade zone, so that its negative list may apply.
    pub ftz: bool,
}
