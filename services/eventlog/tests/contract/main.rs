//! The contract of the log, tried against both backends with real servers that the tests start themselves.

mod appending;
mod world;
