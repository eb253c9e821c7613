//! The three identifiers a project meets: the unified social credit code, the project code and the
//! electronic licence identifier. Each is normalised in the open, checked to one named result, and
//! held in a type that cannot contain a malformed one.

use std::fmt;

use unicode_normalization::UnicodeNormalization;

mod iso7064;
pub mod licence;
pub mod project_code;
pub mod uscc;

pub use licence::LicenceId;
pub use project_code::{AssignError, ProjectCode};
pub use uscc::Uscc;

#[cfg(test)]
mod tests;

/// What a check found. The names are printed by `tongban check` and are for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckResult {
    /// Well formed, and the check character agrees.
    Valid,
    /// A project code of the format in use since 2020-11-01, and the check digit agrees.
    ValidNew,
    /// A project code of the older format, which has no check digit.
    ValidOld,
    /// Well formed, but the check digit of a credit code or project code does not agree.
    CheckDigitMismatch,
    /// Well formed, but the check character of a licence identifier does not agree.
    CheckCharMismatch,
    /// A character that the scheme does not use.
    BadChar,
    /// The wrong number of characters.
    BadLength,
    /// The wrong shape: groups, prefix, or a month that no year has.
    BadFormat,
}

impl CheckResult {
    /// The name on the command line and in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::ValidNew => "valid_new",
            Self::ValidOld => "valid_old",
            Self::CheckDigitMismatch => "check_digit_mismatch",
            Self::CheckCharMismatch => "check_char_mismatch",
            Self::BadChar => "bad_char",
            Self::BadLength => "bad_length",
            Self::BadFormat => "bad_format",
        }
    }

    /// Whether the identifier may be used without anyone's reason.
    pub fn is_valid(self) -> bool {
        matches!(self, Self::Valid | Self::ValidNew | Self::ValidOld)
    }

    /// Whether only the check character disagrees, which a person may override with a reason:
    /// codes that fail their own check are in real use.
    pub fn is_mismatch(self) -> bool {
        matches!(self, Self::CheckDigitMismatch | Self::CheckCharMismatch)
    }
}

impl fmt::Display for CheckResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The answer to "is this a good one?", with the text that was actually looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// The input after [`normalise`]; what would be stored.
    pub normalised: String,
    /// What was found.
    pub result: CheckResult,
    /// Something to tell a person about that refuses nothing.
    pub warning: Option<Warning>,
}

/// A doubt that does not make an identifier invalid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Warning {
    /// The 17th character is not the GB 11714 check of the organisation code in characters 9–16.
    #[error("the 17th character is not the check of the organisation code before it (GB 11714)")]
    OrganisationCode,
}

/// The text as the schemes write it: Unicode NFKC (full-width forms become ASCII), outer white
/// space removed, ASCII letters in upper case. Applying it twice changes nothing.
pub fn normalise(input: &str) -> String {
    let compatible: String = input.nfkc().collect();
    // Upper case may let a letter compose with a mark behind it, hence once more.
    compatible.trim().to_ascii_uppercase().nfkc().collect()
}

/// Why a text is not taken as an identifier. It never repeats the text, so that it may be logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// The check found something that no reason can override.
    #[error("not a well-formed {what}: {result}")]
    Shape {
        /// The identifier's name.
        what: &'static str,
        /// What was found.
        result: CheckResult,
    },
    /// The check character disagrees and nobody has given a reason to take it all the same.
    #[error("the check character of this {what} does not agree; give a reason to use it as it is")]
    Mismatch {
        /// The identifier's name.
        what: &'static str,
        /// Which kind of check character.
        result: CheckResult,
    },
}

impl Malformed {
    /// What the check found.
    pub fn result(self) -> CheckResult {
        match self {
            Self::Shape { result, .. } | Self::Mismatch { result, .. } => result,
        }
    }
}

/// The longest override reason, in characters.
const REASON_MAX: usize = 500;

/// Why a person takes an identifier whose check character disagrees. Recorded with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OverrideReason(String);

impl OverrideReason {
    /// A reason in words: 1 to 500 characters, without control characters or marks that reverse
    /// the direction of text.
    ///
    /// # Errors
    /// [`BadReason`] says what is wrong.
    pub fn new(text: &str) -> Result<Self, BadReason> {
        let text = text.trim();
        if text.is_empty() {
            return Err(BadReason::Empty);
        }
        if text.chars().count() > REASON_MAX {
            return Err(BadReason::TooLong);
        }
        if text.chars().any(|c| c.is_control() || is_direction_mark(c)) {
            return Err(BadReason::Unprintable);
        }
        Ok(Self(text.to_owned()))
    }

    /// The words.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Marks that reorder the text around them, and so can make a reason read as another.
fn is_direction_mark(c: char) -> bool {
    matches!(c, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// What is wrong with an override reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadReason {
    /// Nothing but white space.
    #[error("the reason is empty")]
    Empty,
    /// More than 500 characters.
    #[error("the reason is longer than 500 characters")]
    TooLong,
    /// Control characters or direction marks.
    #[error("the reason contains control characters or text-direction marks")]
    Unprintable,
}

/// A checked text with the reason that let a mismatch pass, if one had to.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Accepted {
    text: String,
    reason: Option<OverrideReason>,
}

/// Takes a checked text, or its mismatch when there is a reason. A reason that was not needed is
/// dropped, so that equal codes are equal values.
fn accept(
    what: &'static str,
    check: Check,
    reason: Option<OverrideReason>,
) -> Result<Accepted, Malformed> {
    let Check { normalised: text, result, .. } = check;
    if result.is_valid() {
        return Ok(Accepted { text, reason: None });
    }
    if !result.is_mismatch() {
        return Err(Malformed::Shape { what, result });
    }
    match reason {
        Some(reason) => Ok(Accepted { text, reason: Some(reason) }),
        None => Err(Malformed::Mismatch { what, result }),
    }
}
