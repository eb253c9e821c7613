//! One form for many matters (一张表单): what one hands in once for a whole phase.

use jiff::civil::Date;

use super::words::{Phase, Text};

/// The form of one phase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// Stable name, the file's name, e.g. `P1`.
    pub key: String,
    /// The phase.
    pub phase: Phase,
    /// Its name.
    pub name: Text,
    /// First day in force.
    pub effective: Date,
    /// The agency that leads the phase.
    pub lead: String,
    /// The items it opens, in the order in which they are shown.
    pub items: Vec<String>,
    /// Keys of the materials handed in once for all of them.
    pub materials: Vec<String>,
}
