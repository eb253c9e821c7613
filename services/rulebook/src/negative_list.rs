//! Negative lists of foreign investment; so far only how their files are read.

pub(crate) mod fields;
