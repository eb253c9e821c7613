//! Position tokens: what a reader must have seen.

use crate::refuse::{self, Violation};
use eventlog::{
    Live,
    seeded::{Fault::M10, fault},
};
use std::{collections::BTreeMap, fmt, time::Duration};
use tonic::Status;

#[cfg(test)]
mod tests;

/// How long a read waits for what it was told to have seen.
const LONGEST_WAIT: Duration = Duration::from_secs(5);
/// Tokens in one request; there are as many as there are logs.
const MAX_TOKENS: usize = 16;
/// What is asked of every token.
pub(crate) const RULE: &str = "use the position of an earlier answer as it came";

/// A position in one log, written `planning:1:42`. Of two of one log the later one is the larger: by epoch, then by
/// position.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Token {
    /// The log.
    pub log: String,
    /// The log's epoch; positions of different epochs cannot be compared.
    pub epoch: u32,
    /// The position.
    pub position: u64,
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.log, self.epoch, self.position)
    }
}

impl Token {
    /// Lets a token pass that is of the epoch of its log.
    ///
    /// # Errors
    /// FAILED_PRECONDITION with OTHER_EPOCH when the log was put back to an earlier state since the token was given.
    #[allow(clippy::result_large_err)] // A status is what is sent.
    pub fn of_epoch(&self, epoch: u32) -> Result<(), Status> {
        if self.epoch == epoch { Ok(()) } else { Err(refuse::other_epoch(&self.to_string())) }
    }

    /// Reads a token; `None` where it is none.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split(':');
        let (log, epoch, position) = (parts.next()?, parts.next()?, parts.next()?);
        let known = ["intake", "planning", "acceptance", "aftercare", "dossier"].contains(&log);
        let token = Self {
            log: log.to_owned(),
            epoch: epoch.parse().ok()?,
            position: position.parse().ok()?,
        };
        // Written back, it must be the same: no signs, no leading zeros, nothing behind.
        (known && token.to_string() == text).then_some(token)
    }
}

/// Reads the `min_position` of a request.
///
/// # Errors
/// INVALID_ARGUMENT that names every one that is no token.
pub fn parse(tokens: &[String]) -> Result<Vec<Token>, Status> {
    if tokens.len() > MAX_TOKENS {
        return Err(refuse::fields(vec![Violation::new(
            "min_position",
            format!("at most {MAX_TOKENS} tokens"),
        )]));
    }
    let (mut good, mut bad) = (Vec::new(), Vec::new());
    for (index, text) in tokens.iter().enumerate() {
        match Token::parse(text) {
            Some(token) => good.push(token),
            None => bad.push(Violation::new(format!("min_position[{index}]"), RULE)),
        }
    }
    if bad.is_empty() { Ok(good) } else { Err(refuse::fields(bad)) }
}

/// The latest position that tokens name of each log; those of different epochs are never mixed.
pub(crate) fn latest(mut tokens: Vec<Token>) -> BTreeMap<String, u64> {
    // The last one of a log is kept.
    tokens.sort();
    tokens.into_iter().map(|token| (token.log, token.position)).collect()
}

/// Waits until a fold has seen what the tokens of its log name; tokens of other logs are not its business.
///
/// # Errors
/// UNAVAILABLE with reason NOT_YET when it takes too long, and what [`Token::of_epoch`] answers.
pub async fn seen<S: Send + Sync + 'static>(
    live: &Live<S>,
    epoch: u32,
    tokens: &[Token],
) -> Result<(), Status> {
    for token in tokens.iter().filter(|token| token.log == live.feed().name()) {
        token.of_epoch(epoch)?;
        // Seeded: it does not wait, and answers all the same.
        let patience = if fault(M10) { Duration::from_millis(1) } else { LONGEST_WAIT };
        match tokio::time::timeout(patience, live.reached(token.position)).await {
            Ok(reached) => reached.map_err(refuse::stopped)?,
            Err(_elapsed) if fault(M10) => {}
            Err(_elapsed) => return Err(refuse::not_yet(&token.to_string())),
        }
    }
    Ok(())
}
