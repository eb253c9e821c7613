//! What crosses crates and processes: rules about the code, the command line, and whole stories.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod admitted;
mod bad_input;
mod bad_seeds;
mod cli;
mod complained;
mod copied;
mod demo;
mod killed;
mod set;
mod stopped;
mod tidy;
mod up;

use nemesis::binary;
