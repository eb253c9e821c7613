//! The id of a matter within its project.

use std::fmt;
use std::str::FromStr;

use crate::catalogue::Stage;

/// Item code and ordinal, e.g. `S2-05-1`: the ordinal counts the applications for that item in that
/// project, from 1. The stage, and with it the service, follows from it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MatterId {
    item: String,
    ordinal: u32,
}

/// The text is not the id of a matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a matter's id is an item code and an ordinal, such as `S2-05-1`")]
pub struct NotAMatterId;

impl MatterId {
    /// The `ordinal`-th application for `item`; ordinals begin at 1.
    ///
    /// # Errors
    /// When `item` is not an item code or the ordinal is 0.
    pub fn new(item: &str, ordinal: u32) -> Result<Self, NotAMatterId> {
        if ordinal == 0 || stage_of(item).is_none() {
            return Err(NotAMatterId);
        }
        Ok(MatterId { item: item.to_owned(), ordinal })
    }

    /// Code of the item, e.g. `S2-05`.
    pub fn item(&self) -> &str {
        &self.item
    }

    /// The how-manieth application for the item in the project, from 1.
    pub fn ordinal(&self) -> u32 {
        self.ordinal
    }

    /// The stage, and thus the service, that handles it.
    pub fn stage(&self) -> Stage {
        // `new` and `from_str` let no other code in.
        stage_of(&self.item).unwrap_or(Stage::Intake)
    }
}

/// The stage of an item code `S<1-4>-<two digits>`.
fn stage_of(item: &str) -> Option<Stage> {
    let stage = Stage::ALL.into_iter().find(|stage| item.starts_with(stage.code_prefix()))?;
    let number = &item[stage.code_prefix().len()..];
    (number.len() == 2 && number.bytes().all(|byte| byte.is_ascii_digit())).then_some(stage)
}

impl fmt::Display for MatterId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.item, self.ordinal)
    }
}

impl FromStr for MatterId {
    type Err = NotAMatterId;

    fn from_str(text: &str) -> Result<Self, NotAMatterId> {
        let (item, ordinal) = text.rsplit_once('-').ok_or(NotAMatterId)?;
        let plain = ordinal.len() <= 9 && ordinal.bytes().all(|byte| byte.is_ascii_digit());
        if !plain || ordinal.starts_with('0') {
            return Err(NotAMatterId);
        }
        MatterId::new(item, ordinal.parse().map_err(|_| NotAMatterId)?)
    }
}
