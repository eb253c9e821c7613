//! The log: gapless, hash-chained, the only truth. It knows bytes, no meaning.
//!
//! [`Log`] appends commands and reads events, [`verify_file`] and [`Log::verify`] prove the history,
//! [`Live`] keeps a fold of it in memory and decides commands on that fold, [`Vault`] keeps what must not stand
//! in it in the clear. Other processes follow it, too: [`LogService`] serves it, [`Relay`] tells the broker of
//! it, a [`Remote`] is such a log from afar, and a [`Mirror`] a reader's own copy of one.

mod append;
mod broker;
mod command;
mod epoch;
mod error;
mod feed;
mod file;
mod hash;
mod header;
mod linked;
mod live;
mod log;
mod migration;
mod mirror;
mod postgres;
mod read;
mod recorded;
mod relay;
mod remote;
mod rows;
pub mod seeded;
mod service;
mod sqlite;
#[cfg(feature = "testing")]
pub mod testing;
mod vault;
mod verify;

pub use broker::{Broker, BrokerError, BrokerOptions};
pub use command::{
    Answer, Appended, Command, Known, MAX_COMMAND_BYTES, MAX_EVENTS, MAX_NAME_BYTES,
    MAX_PAYLOAD_BYTES, NewEvent, Reservation, Resolution,
};
pub use epoch::{RaiseError, raise_epoch};
pub use error::{AppendError, OpenError, ReadError};
pub use feed::Feed;
pub use file::LogFile;
pub use hash::{Algorithm, Sealed, chain, command_digest, genesis, stream_hash};
pub use live::{Decision, Done, ExecuteError, Live, Malformed, Request, Stopped};
pub use log::{Clock, Log, Options, Store, migrate};
pub use mirror::{Audited, Mirror, Mirrored, Mirrors, RebuildError, Rebuilt};
pub use recorded::{Head, Recorded};
pub use relay::{Relay, Relayed};
pub use remote::{Remote, endpoint};
pub use service::LogService;
pub use vault::{Vault, VaultError};
pub use verify::{Report, VerifyError, verify_file};
