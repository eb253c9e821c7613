//! The contract of the log, tried against both backends with real servers that the tests start themselves.

#[cfg(test)]
mod appending;
#[cfg(test)]
mod auditing;
#[cfg(test)]
mod crashing;
#[cfg(test)]
mod epoch;
#[cfg(test)]
mod fencing;
#[cfg(test)]
mod following;
#[cfg(test)]
mod mirror;
#[cfg(test)]
mod model;
#[cfg(test)]
mod network;
#[cfg(test)]
mod opening;
#[cfg(test)]
mod proving;
#[cfg(test)]
mod relaying;
#[cfg(test)]
mod remote;
#[cfg(test)]
mod sealing;
#[cfg(test)]
mod tracing;
#[cfg(test)]
mod world;
