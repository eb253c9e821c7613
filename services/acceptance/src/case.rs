//! The construction and acceptance of one project: its facts, its state, and what may be done with it.

mod dependency;
mod duties;
mod event;
mod gate;
mod joint;
mod members;
mod particulars;
mod rejection;
mod results;
mod state;

mod decide;

pub use decide::{Act, Command, Construction, Scoped};
pub use dependency::reopened;
pub use duties::Duty;
pub use event::Event;
pub use joint::{Issued, Joint, List, Round, Seat};
pub use particulars::{
    Examined, Finding, ListedDefect, ListedResult, Member, Opinion, Reference, Scope,
    SurveyVersion, Unit,
};
pub use rejection::Rejection;
pub use results::Held;
pub use state::{Case, Permit, Stoppage, Survey, Works};

#[cfg(test)]
mod tests;
