//! Checks what a run of the platform under faults recorded: offline, from the folder of the run alone.
//!
//! Nothing here is shared with the product but the messages on the wire. Hashes, folds and dates are written a
//! second time, with plain maps, or the product would be compared with itself. Positions have no gaps, so what
//! the right answer was is always decidable, and every check is one walk over what was recorded.

pub mod checks;
pub mod date;
pub mod fold;
pub mod hash;
pub mod run;
pub mod verdict;

#[cfg(test)]
mod sample;
