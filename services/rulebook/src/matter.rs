//! The life of one matter (办件) under the 行政许可法, as a value that every stage embeds.
//!
//! Facts come in as [`Event`]s and move the [`Matter`]; an [`Act`] is decided on it and either gives
//! new facts or is refused with a sentence. Deadlines, who holds the ball and whose day it was are
//! derived on every ask, from the facts and a calendar. Nothing here knows a project.

mod act;
mod cards;
mod clocks;
mod conditions;
mod decide;
mod event;
mod evolve;
mod holder;
mod id;
mod ledger;
mod particulars;
mod permit;
mod rejection;
mod review;
mod state;
mod terms;

pub use crate::clock::Notice;
pub use crate::consultation::{Condition, Opinion};
pub use act::{Act, Command, Whose};
pub use cards::{Card, Contest, Ruled, Verdict};
pub use clocks::{Clocks, Timed};
pub use conditions::{Checked, Imposed};
pub use decide::{Filing, Today};
pub use event::Event;
pub use holder::{Holder, Light, NextStep};
pub use id::{MatterId, NotAMatterId};
pub use ledger::{Charge, Ledger};
pub use particulars::{
    AcceptanceMode, Certificate, Check, CitedOpinion, Commitment, Defect, DeregistrationGround,
    Material, NotAcceptedGround, Outcome, RevocationGround, WaitsFor, WithdrawalGround,
};
pub use rejection::{OrStanding, Owed, Part, Rejection};
pub use state::{
    Checking, Corrections, Decided, Ending, Examination, Matter, Owing, Party, Review, Rework,
    Ruling, Standing, Suspension, Turn,
};
pub use terms::{
    CitedLimit, CommitmentTerm, ExcludedProcedure, ExtensionTerm, OpinionTerm, Terms,
    ToleranceTerm, Track,
};

#[cfg(test)]
mod tests;
