//! The service on real logs, and what holds for every history.

mod histories;
mod service;
pub(crate) mod story;
