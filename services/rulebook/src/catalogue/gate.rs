//! What must be in hand before something else may begin.

use super::words::{Citation, Text};

/// A gate: acts and items that may not go ahead before its demands are met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gate {
    /// `G1` … `G5`.
    pub id: String,
    /// What it is called.
    pub name: Text,
    /// Items that may not be opened, nor whatever needs them.
    pub blocks: Vec<String>,
    /// The act on the ground that may not begin, as a stable word, e.g. `start_of_construction`.
    pub act: Option<String>,
    /// All must be met.
    pub until: Vec<Demand>,
    /// Why.
    pub legal_basis: Vec<Citation>,
}

/// One demand of a gate. It concerns a project only if one of its items does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Demand {
    /// Any one of these items will do.
    pub any_of: Vec<String>,
    /// The outcomes that will do.
    pub outcomes: Vec<String>,
    /// A signed commitment for the item will do too.
    pub or_commitment: bool,
}
