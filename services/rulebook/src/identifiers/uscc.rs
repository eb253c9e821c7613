//! 统一社会信用代码, the unified social credit code (GB 32100-2015): 18 characters, the last a check.
//!
//! The region inside it is that of first registration: it is never compared with where a project
//! is, and never changed when a company moves.

use std::fmt;

use super::{Accepted, Check, CheckResult, Malformed, OverrideReason, Warning, accept, normalise};

/// The 31 characters of the scheme; a character's value is its place. No I, O, S, V, Z.
const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

/// Powers of 3 modulo 31. 3 generates all of them, so no two places weigh the same and every swap
/// of two different characters is detected as well as every single wrong one.
const WEIGHTS: [u32; 17] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];

/// Weights of the organisation code in characters 9–16 (GB 11714).
const ORGANISATION_WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];

/// A unified social credit code, or one whose check character disagrees together with the reason
/// for which a person accepted it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uscc(Accepted);

impl Uscc {
    /// Normalises and takes a valid code.
    ///
    /// # Errors
    /// [`Malformed`], which never repeats the input.
    pub fn parse(input: &str) -> Result<Self, Malformed> {
        Self::with_reason(input, None)
    }

    /// As [`Uscc::parse`], and takes a code whose check character disagrees if there is a reason.
    ///
    /// # Errors
    /// [`Malformed`], which never repeats the input.
    pub fn with_reason(input: &str, reason: Option<OverrideReason>) -> Result<Self, Malformed> {
        accept("unified social credit code", check(input), reason).map(Self)
    }

    /// The 18 characters.
    pub fn as_str(&self) -> &str {
        &self.0.text
    }

    /// Why it is used although its check character disagrees; `None` for a valid code.
    pub fn override_reason(&self) -> Option<&OverrideReason> {
        self.0.reason.as_ref()
    }
}

impl fmt::Display for Uscc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Checks a code as typed.
pub fn check(input: &str) -> Check {
    let normalised = normalise(input);
    let result = result_of(&normalised);
    let well_formed = result.is_valid() || result.is_mismatch();
    let warning = (well_formed && !organisation_code_agrees(&normalised))
        .then_some(Warning::OrganisationCode);
    Check { normalised, result, warning }
}

fn result_of(code: &str) -> CheckResult {
    if code.chars().count() != 18 {
        return CheckResult::BadLength;
    }
    let Some(values) = code.bytes().map(value).collect::<Option<Vec<u32>>>() else {
        return CheckResult::BadChar;
    };
    // Characters 3–8 are a GB/T 2260 region, which is digits.
    if values[2..8].iter().any(|value| *value > 9) {
        return CheckResult::BadFormat;
    }
    let sum: u32 = values.iter().zip(WEIGHTS).map(|(value, weight)| value * weight).sum();
    // When the sum is a multiple of 31 the check is 0, not 31.
    if values[17] == (31 - sum % 31) % 31 {
        CheckResult::Valid
    } else {
        CheckResult::CheckDigitMismatch
    }
}

fn value(byte: u8) -> Option<u32> {
    (0u32..).zip(ALPHABET).find(|(_, c)| **c == byte).map(|(value, _)| value)
}

/// All real codes seen satisfy it, but no source requires it of a credit code: a warning only.
fn organisation_code_agrees(code: &str) -> bool {
    // Here, unlike above, letters count from A = 10 without gaps.
    let values: Option<Vec<u32>> =
        code.get(8..16).map(|body| body.chars().filter_map(|c| c.to_digit(36)).collect());
    let Some(values) = values else { return false };
    let sum: u32 =
        values.iter().zip(ORGANISATION_WEIGHTS).map(|(value, weight)| value * weight).sum();
    let expected = match 11 - sum % 11 {
        10 => Some('X'),
        11 => Some('0'),
        digit => char::from_digit(digit, 10),
    };
    code.chars().nth(16) == expected
}
