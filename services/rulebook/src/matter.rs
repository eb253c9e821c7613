//! The life of one matter (办件) under the 行政许可法, as a value that every stage embeds.
//!
//! Facts come in as [`Event`]s and move the [`Matter`]; an [`Act`] is decided on it and either gives
//! new facts or is refused with a sentence. Deadlines, who holds the ball and whose day it was are
//! derived on every ask, from the facts and a calendar. Nothing here knows a project.

mod event;
mod evolve;
mod id;
mod particulars;
mod permit;
mod review;
mod state;
mod terms;

pub use crate::clock::Notice;
pub use crate::consultation::Opinion;
pub use event::Event;
pub use id::{MatterId, NotAMatterId};
pub use particulars::{
    AcceptanceMode, Certificate, Check, CitedOpinion, Commitment, Defect, DeregistrationGround,
    Material, NotAcceptedGround, Outcome, RevocationGround, WaitsFor, WithdrawalGround,
};
pub use state::{
    Checking, Corrections, Decided, Ending, Examination, Matter, Party, Review, Rework, Ruling,
    Standing, Suspension, Turn,
};
pub use terms::{
    CitedLimit, CommitmentTerm, ExcludedProcedure, ExtensionTerm, OpinionTerm, Terms, Track,
};
