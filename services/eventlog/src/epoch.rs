//! A log's epoch is raised when the log was put back to an earlier state than others have seen: what it records
//! from then on stands at positions that were there before. Tokens, relays and followers tell by the epoch.

use crate::error::OpenError;
use crate::header::check_name;
use crate::log::Store;
use crate::recorded::Head;
use crate::{postgres, sqlite};

/// No epoch is ever beyond this.
const LAST: u32 = 1_000_000;

/// Why an epoch was not raised. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum RaiseError {
    /// The log cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The log ends otherwise than whoever raises its epoch believes.
    #[error("the log ends elsewhere, at position {}", .0.position)]
    OtherHead(Head),
    /// A process that has the log open would go on in the old epoch.
    #[error("{0} sessions have the log open; stop its service first")]
    InUse(i64),
    /// There is no such epoch.
    #[error("an epoch is at most {LAST}")]
    TooFar,
}

/// Raises a log's epoch, as the owner of its tables: to the one after its own and after `seen`, the newest that
/// anybody knows of. `head` is the hash at which the log must end, so that nobody raises the epoch of a log that he
/// has not looked at. The answer is the new head; what was recorded before stays as it is, and verifies.
///
/// # Errors
/// [`RaiseError`]; without a `head` always [`RaiseError::OtherHead`], which tells it.
pub async fn raise_epoch(
    store: &Store,
    name: &str,
    head: Option<[u8; 32]>,
    seen: u32,
) -> Result<Head, RaiseError> {
    check_name(name)?;
    let raise = |found: Head| match head {
        Some(head) if head == found.hash => raised(found, seen),
        Some(_) | None => Err(RaiseError::OtherHead(found)),
    };
    match store {
        Store::Sqlite { directory } => sqlite::raise(directory, name, raise).await,
        Store::Postgres { url } => postgres::raise(url, name, raise).await,
    }
}

fn raised(found: Head, seen: u32) -> Result<Head, RaiseError> {
    let epoch = found.epoch.max(seen).saturating_add(1);
    if epoch > LAST { Err(RaiseError::TooFar) } else { Ok(Head { epoch, ..found }) }
}
