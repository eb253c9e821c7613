//! The id of a material within its project.

use std::fmt;
use std::str::FromStr;

/// Longest key and longest part, in characters.
const MAX: usize = 64;

/// The key of the catalogue, and the part behind a dot where a project has several of the kind, e.g.
/// `site_plan` or `as_built_drawings.unit-a`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct MaterialId {
    key: String,
    part: String,
}

/// The text is not the id of a material.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a material's id is a key of a-z, 0-9 and _, and behind a dot a part of a-z, 0-9 and -")]
pub struct NotAMaterialId;

impl MaterialId {
    /// A material of a kind; `part` is empty where there is only one.
    ///
    /// # Errors
    /// When the key is empty, or either has another character or is longer than 64.
    pub fn new(key: &str, part: &str) -> Result<Self, NotAMaterialId> {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        let good_key = (1..=MAX).contains(&key.len()) && key.bytes().all(|b| plain(b) || b == b'_');
        let good_part = part.len() <= MAX && part.bytes().all(|b| plain(b) || b == b'-');
        if good_key && good_part {
            Ok(Self { key: key.to_owned(), part: part.to_owned() })
        } else {
            Err(NotAMaterialId)
        }
    }

    /// The key of the catalogue.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Which of several; empty where there is only one.
    pub fn part(&self) -> &str {
        &self.part
    }
}

impl fmt::Display for MaterialId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.part.is_empty() {
            f.write_str(&self.key)
        } else {
            write!(f, "{}.{}", self.key, self.part)
        }
    }
}

impl FromStr for MaterialId {
    type Err = NotAMaterialId;

    fn from_str(text: &str) -> Result<Self, NotAMaterialId> {
        match text.split_once('.') {
            Some((_, "")) => Err(NotAMaterialId),
            Some((key, part)) => Self::new(key, part),
            None => Self::new(text, ""),
        }
    }
}
