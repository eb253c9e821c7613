//! How the log says no, or does not know: at opening, at appending, at reading.

/// Why a log was not opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// A log's name becomes a file or a schema.
    #[error("{0:?} is no name for a log: a lower-case letter, then at most 31 of a-z, 0-9 and _")]
    Name(String),
    /// Another process, or another part of this one, has the log open.
    #[error("the log is open elsewhere: {0} is locked; only one process may use a data directory")]
    InUse(std::path::PathBuf),
    /// A setting under which acknowledged events could be lost or silently changed.
    #[error("unsafe setting: {setting} is {found}, it must be {required}")]
    Unsafe {
        /// The setting's name in the database's own words.
        setting: &'static str,
        /// What it is.
        found: String,
        /// What it must be.
        required: &'static str,
    },
    /// The tables were made by a newer program.
    #[error("the tables have version {found}, this program knows only {known}")]
    NewerSchema {
        /// The newest version applied to the tables.
        found: i64,
        /// The newest version this program knows.
        known: i64,
    },
    /// The tables are missing or old and this role may not change them.
    #[error("{}; migrate them as their owner first", not_migrated(*found, *known))]
    NotMigrated {
        /// The newest version applied to the tables; 0 if there are none.
        found: i64,
        /// The version this program needs.
        known: i64,
    },
    /// The log's header cannot be used by this program.
    #[error("the log's header does not fit: {0}")]
    Header(String),
    /// The backend cannot compute the hash.
    #[error("the hash {0} is not available here: {1}")]
    Algorithm(&'static str, &'static str),
    /// A file or directory cannot be used.
    #[error("cannot use {path}")]
    File {
        /// The file or directory.
        path: std::path::PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The database refused or is not there.
    #[error("the log's database is not available")]
    Database(#[from] sqlx::Error),
    /// A migration failed.
    #[error("the log's schema could not be migrated")]
    Migration(#[source] sqlx::migrate::MigrateError),
}

fn not_migrated(found: i64, known: i64) -> String {
    match found {
        0 => "the tables are not there".to_owned(),
        _ if found == known => {
            "the tables are there, but the log was never begun in them".to_owned()
        }
        _ => format!("the tables have version {found}, this program needs {known}"),
    }
}

/// Why a command was not appended, or why nobody knows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AppendError {
    /// The principal used this key for another request.
    #[error("this key was used for another request")]
    KeyReused,
    /// The key was fenced by [`crate::Log::resolve`]: no command with it is ever committed.
    #[error("this key was given up: nothing is ever committed with it")]
    Fenced,
    /// The stream is not at the expected version.
    #[error("the stream has version {actual}")]
    Conflict {
        /// The version it has.
        actual: u64,
    },
    /// Another stream holds a value that the command wants to reserve.
    #[error("{kind} {value} is held by {stream}")]
    Reserved {
        /// Kind of the reservation.
        kind: String,
        /// The value.
        value: String,
        /// The stream that holds it.
        stream: String,
    },
    /// Too much waits already, in all or from this principal; nothing was done, try later.
    #[error("too many commands are waiting, try again later")]
    Busy,
    /// The command is beyond a limit; nothing was done.
    #[error("{what} of {size} is beyond the limit of {limit}")]
    TooLarge {
        /// What is too large.
        what: &'static str,
        /// How large it is, in bytes or pieces.
        size: usize,
        /// The limit, in the same unit.
        limit: usize,
    },
    /// The command is malformed; nothing was done.
    #[error("{0}")]
    Invalid(&'static str),
    /// It may or may not have been committed. Ask by key, or send it again with the same key.
    #[error("the outcome is unknown, ask by key: {0}")]
    Unknown(String),
    /// The database is not available; nothing was done.
    #[error("the log is not available: {0}")]
    Unavailable(String),
}

/// Why the log could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The database is not available.
    #[error("the log is not available")]
    Database(#[from] sqlx::Error),
    /// The service that keeps the log cannot be reached.
    #[error("the log's service is not available: {0}")]
    Unavailable(String),
    /// A stored row does not have the form the log writes.
    #[error("the row at position {position} is malformed: {what}")]
    Malformed {
        /// The position; 0 where the row has none.
        position: u64,
        /// The column.
        what: &'static str,
    },
}

/// An error with its causes, for it leaves this crate as text.
pub(crate) fn chain_of(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |text, cause| {
        let told = cause.to_string();
        // Some errors say their cause themselves.
        if text.ends_with(&told) { text } else { format!("{text}: {told}") }
    })
}
