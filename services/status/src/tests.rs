//! The service on real logs, and what holds for every history.

mod elsewhere;
mod endangered;
mod histories;
mod oversight;
mod scorecards;
mod service;
pub(crate) mod story;
mod works;
