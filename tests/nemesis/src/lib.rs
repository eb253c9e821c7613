//! A set of real processes as an operator runs it, with links between them that can be cut: what the tests of a
//! set and the nemesis share.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

pub mod binary;
pub mod link;
pub mod site;
