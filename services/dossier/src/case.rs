//! One project's dossier as its events leave it: what it holds, whose it is, and how far it has heard.
//!
//! The rules of holding are the rulebook's ([`rulebook::holdings`]); here is what only the dossier decides.

mod decide;
mod event;
mod state;

pub use decide::{Certify, File, Limits, Override};
pub use state::{Dossier, Owner};

#[cfg(test)]
mod tests;
