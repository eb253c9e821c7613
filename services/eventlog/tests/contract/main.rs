//! The contract of the log, tried against both backends with real servers that the tests start themselves.

mod appending;
mod crashing;
mod following;
mod model;
mod opening;
mod proving;
mod world;
