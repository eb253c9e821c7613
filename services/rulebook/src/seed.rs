//! Files of law as text, and what is wrong with them.

use std::fmt;

/// One file of `seeds/`, as read by whoever has a file system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeedFile {
    /// Path below the seeds folder, with forward slashes, e.g. `calendar/2022.toml`.
    pub path: String,
    /// The whole text, UTF-8.
    pub text: String,
}

/// One thing wrong with a seed file. Loading reports all of them at once.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// Path as in [`SeedFile::path`].
    pub path: String,
    /// Line, counted from 1.
    pub line: usize,
    /// What is wrong, as a sentence for the person who edits the file.
    pub message: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.message)
    }
}
