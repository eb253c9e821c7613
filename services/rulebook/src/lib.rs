//! The rules of the field as pure values: no I/O, no async, no system clock.
//!
//! What is here is asked and answers; it never calls back. Files of law come in as text
//! ([`seed::SeedFile`]), the day comes in as an argument, and everything that comes out follows
//! from what came in.

pub mod law;
pub mod seed;

pub mod calendar;
pub mod clock;

pub mod catalogue;

pub mod aftercare;
pub mod alarm;
pub mod budget;
pub mod construction;
pub mod consultation;
pub mod holdings;
pub mod matter;
pub mod supervision;

pub mod identifiers;
pub mod money;
pub mod negative_list;
pub mod security_review;

pub mod filing;
pub mod roadmap;
