//! What every service needs of the machine it runs on: the time, the files of law, telemetry and
//! serving gRPC. It sees no database and decides nothing.

pub mod admin;
pub mod config;
pub mod health;
pub mod seeds;
pub mod serve;
pub mod telemetry;
pub mod time;
mod traces;
