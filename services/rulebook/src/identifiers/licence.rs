//! 电子证照标识, the identifier of an electronic licence (GB/T 36904-2018):
//! `1.2.156.3005.2.<type>.<issuer>.<serial>.<version>.<check>`, where the type is the credit code
//! of the body that set the licence's standard and three digits, the issuer a credit code, and the
//! check ISO/IEC 7064 MOD 37,36 over the four parts before it.

use std::fmt;

use super::{Accepted, Check, CheckResult, Malformed, OverrideReason, accept, iso7064, normalise};

/// The branch of object identifiers that electronic licences live on.
const PREFIX: &str = "1.2.156.3005.2.";

/// Our own bound; the standard's was not obtained.
const SERIAL_MAX: usize = 64;

/// An electronic licence identifier, or one whose check character disagrees together with the
/// reason for which a person accepted it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LicenceId(Accepted);

impl LicenceId {
    /// Normalises and takes a valid identifier.
    ///
    /// # Errors
    /// [`Malformed`], which never repeats the input.
    pub fn parse(input: &str) -> Result<Self, Malformed> {
        Self::with_reason(input, None)
    }

    /// As [`LicenceId::parse`], and takes one whose check character disagrees if there is a reason.
    ///
    /// # Errors
    /// [`Malformed`], which never repeats the input.
    pub fn with_reason(input: &str, reason: Option<OverrideReason>) -> Result<Self, Malformed> {
        accept("electronic licence identifier", check(input), reason).map(Self)
    }

    /// Composes an identifier and its check character. `kind` is the credit code of the body that set the
    /// licence's standard and three digits, `issuer` the credit code of the issuing agency, `serial` the
    /// number within the agency in digits and capitals, `version` is counted from 1.
    ///
    /// # Errors
    /// [`Malformed`] when a part has a wrong length or character.
    pub fn compose(
        kind: &str,
        issuer: &str,
        serial: &str,
        version: u32,
    ) -> Result<Self, Malformed> {
        let version = format!("{version:03}");
        let covered = [kind, issuer, serial, &version].into_iter().flat_map(str::chars);
        let check = iso7064::check_value(covered.filter_map(|c| c.to_digit(36)), 36);
        let check = char::from_digit(check, 36).unwrap_or('0').to_ascii_uppercase();
        Self::parse(&format!("{PREFIX}{kind}.{issuer}.{serial}.{version}.{check}"))
    }

    /// The whole identifier with its dots.
    pub fn as_str(&self) -> &str {
        &self.0.text
    }

    /// Why it is used although its check character disagrees; `None` for a valid one.
    pub fn override_reason(&self) -> Option<&OverrideReason> {
        self.0.reason.as_ref()
    }
}

impl fmt::Display for LicenceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Checks an identifier as typed.
pub fn check(input: &str) -> Check {
    let normalised = normalise(input);
    let result = result_of(&normalised);
    Check { normalised, result, warning: None }
}

fn result_of(identifier: &str) -> CheckResult {
    let Some(rest) = identifier.strip_prefix(PREFIX) else {
        return CheckResult::BadFormat;
    };
    let parts: Vec<&str> = rest.split('.').collect();
    let &[kind, issuer, serial, version, last] = parts.as_slice() else {
        return CheckResult::BadFormat;
    };
    if parts.iter().any(|part| !part.chars().all(|c| c.is_ascii_digit() || c.is_ascii_uppercase()))
    {
        return CheckResult::BadChar;
    }
    let lengths = kind.len() == 21
        && issuer.len() == 18
        && (1..=SERIAL_MAX).contains(&serial.len())
        && version.len() == 3
        && last.len() == 1;
    if !lengths {
        return CheckResult::BadLength;
    }
    if !kind[18..].chars().chain(version.chars()).all(|c| c.is_ascii_digit()) {
        return CheckResult::BadFormat;
    }
    let covered = [kind, issuer, serial, version].into_iter().flat_map(str::chars);
    let expected = iso7064::check_value(covered.filter_map(|c| c.to_digit(36)), 36);
    if last.chars().next().and_then(|c| c.to_digit(36)) == Some(expected) {
        CheckResult::Valid
    } else {
        CheckResult::CheckCharMismatch
    }
}
