//! The one desk at which agencies handle the matters of every stage, and what the services behind it share:
//! who calls, how a command reaches a case, and how a refusal is told.

pub mod caller;
pub mod docket;
pub mod fields;
pub mod holdings;
pub mod mandates;
pub mod matters;
pub mod name;
pub mod position;
pub mod reactions;
pub mod refuse;
pub mod request;
pub mod service;
pub mod sight;
pub mod view;
pub mod wire;
