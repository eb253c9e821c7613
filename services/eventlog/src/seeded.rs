//! Faults seeded on purpose, by which the checks of a run under faults are seen to be awake: each of them has to
//! be caught. They exist only in a build with the feature `seeded-faults`, which no release has, and there only
//! the one that `TONGBAN_SEEDED_FAULT` names. In any other build [`fault`] is `false` while compiling, and
//! nothing of them is left.

/// A fault that somebody might have made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// A command is acknowledged before its commit is durable.
    M1,
    /// An append does not compare the version of its stream.
    M2,
    /// Positions come from a sequence, which a rollback does not take back.
    M3,
    /// A key is forgotten after two seconds.
    M4,
    /// A key is looked for without its principal.
    M5,
    /// The checkpoint of a copy moves in a transaction of its own.
    M6,
    /// A fold goes on after an event that it could not take.
    M7,
    /// The relay relies on the broker's memory of message ids, and on its own of where it was.
    M8,
    /// Who copies a log gives up after the third error.
    M9,
    /// A read that would have to wait for its position does not.
    M10,
    /// A list is not filtered by who asks.
    M11,
    /// Who may act is not asked of the catalogue.
    M12,
    /// An alarm has no key of its own, and what was raised is not remembered.
    M13,
    /// What is hashed is not always what is stored.
    M14,
}

/// Whether a fault is seeded.
#[cfg(not(feature = "seeded-faults"))]
pub const fn fault(_: Fault) -> bool {
    false
}

/// The tables of a log.
#[cfg(not(feature = "seeded-faults"))]
pub(crate) const fn tables(sql: &'static str) -> &'static str {
    sql
}

/// Whether a key is forgotten by now.
#[cfg(not(feature = "seeded-faults"))]
pub(crate) const fn forgets(_principal: &str, _key: &str) -> bool {
    false
}

/// Whether to give up after this error.
#[cfg(not(feature = "seeded-faults"))]
pub(crate) const fn gives_up() -> bool {
    false
}

#[cfg(feature = "seeded-faults")]
pub use active::fault;
#[cfg(feature = "seeded-faults")]
pub(crate) use active::{forgets, gives_up, tables};

#[cfg(feature = "seeded-faults")]
mod active;
