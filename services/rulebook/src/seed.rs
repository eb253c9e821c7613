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

/// Control characters, and those that reverse or hide what is read.
pub(crate) fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// What is said of such a character.
pub(crate) fn hidden_message(c: char) -> String {
    format!("the text contains the invisible character U+{:04X}", u32::from(c))
}
