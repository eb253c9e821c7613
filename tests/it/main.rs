//! What crosses crates and processes: rules about the code, the command line, and whole stories.
#![allow(missing_docs)]

mod binary;
mod cli;
mod tidy;
