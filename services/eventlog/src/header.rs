//! The log's header: who it is and how it hashes. It never changes after the log was created.

use crate::error::OpenError;
use crate::hash::Algorithm;
use crate::rows::LogRow;

#[derive(Debug, Clone)]
pub(crate) struct Header {
    pub(crate) name: String,
    pub(crate) log_id: [u8; 16],
    pub(crate) algorithm: Algorithm,
}

impl Header {
    pub(crate) fn of(row: &dyn LogRow) -> Result<Self, OpenError> {
        let unfit = |error: crate::error::ReadError| OpenError::Header(error.to_string());
        let algorithm = row.text("algorithm").map_err(unfit)?;
        Ok(Self {
            name: row.text("name").map_err(unfit)?,
            log_id: row
                .bytes("log_id")
                .map_err(unfit)?
                .try_into()
                .map_err(|_length| OpenError::Header("the log id has not 16 bytes".to_owned()))?,
            algorithm: Algorithm::named(&algorithm)
                .ok_or_else(|| OpenError::Header(format!("hash {algorithm:?} is unknown")))?,
        })
    }

    /// A file or schema that was renamed is not the log that was asked for.
    pub(crate) fn named(self, name: &str) -> Result<Self, OpenError> {
        if self.name == name {
            return Ok(self);
        }
        Err(OpenError::Header(format!("it is the header of log {:?}", self.name)))
    }
}

/// A log's name becomes a file name, a schema and part of a lock file.
pub(crate) fn check_name(name: &str) -> Result<(), OpenError> {
    let mut letters = name.chars();
    let first = letters.next().is_some_and(|c| c.is_ascii_lowercase());
    let rest = letters.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if first && rest && name.len() <= 32 && !name.starts_with("pg_") {
        return Ok(());
    }
    Err(OpenError::Name(name.to_owned()))
}
