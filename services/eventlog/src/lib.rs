//! The log: gapless, hash-chained, the only truth. It knows bytes, no meaning.
//!
//! [`Log`] appends commands and reads events, [`verify_file`] and [`Log::verify`] prove the history,
//! [`Live`] keeps a fold of it in memory and decides commands on that fold, [`Vault`] keeps what must not stand
//! in it in the clear.

mod append;
mod command;
mod error;
mod file;
mod hash;
mod header;
mod live;
mod log;
mod migration;
mod postgres;
mod read;
mod recorded;
mod rows;
mod sqlite;
#[cfg(feature = "testing")]
pub mod testing;
mod vault;
mod verify;

pub use command::{
    Answer, Appended, Command, Known, MAX_COMMAND_BYTES, MAX_EVENTS, MAX_NAME_BYTES,
    MAX_PAYLOAD_BYTES, NewEvent, Reservation,
};
pub use error::{AppendError, OpenError, ReadError};
pub use file::LogFile;
pub use hash::{Algorithm, Sealed, chain, command_digest, genesis, stream_hash};
pub use live::{Decision, Done, ExecuteError, Live, Malformed, Request, Stopped};
pub use log::{Clock, Log, Options, Store, migrate};
pub use recorded::{Head, Recorded};
pub use vault::{Vault, VaultError};
pub use verify::{Report, VerifyError, verify_file};
