//! 固定资产投资项目代码, the code a project keeps for life (发改投资〔2020〕1439号, GB/T 40058-2021).
//!
//! New: `YYMM-RRRRRR-DD-TT-NNNNNC`, the last digit ISO/IEC 7064 MOD 11,10 over the 19 before it.
//! Old: `YYYY-RRRRRR-II-TT-NNNNNN` (also with a serial of five), without a check digit, and still
//! good for old projects. The third and fourth digits tell them apart: 01–12 is a month, 13–20 the
//! end of a year. What the middle groups mean, and which regions exist, is data and not known here.

use std::fmt;

use jiff::civil::{Date, date};

use super::{Accepted, Check, CheckResult, Malformed, OverrideReason, accept, iso7064, normalise};

/// From this day codes are given in the new format.
const NEW_FORMAT_FROM: Date = date(2020, 11, 1);

/// A project code, new or old; or a new one whose check digit disagrees together with the reason
/// for which a person accepted it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectCode(Accepted);

impl ProjectCode {
    /// Normalises and takes a valid code of either format.
    ///
    /// # Errors
    /// [`Malformed`], which never repeats the input.
    pub fn parse(input: &str) -> Result<Self, Malformed> {
        Self::with_reason(input, None)
    }

    /// As [`ProjectCode::parse`], and takes a code whose check digit disagrees if there is a reason.
    ///
    /// # Errors
    /// [`Malformed`], which never repeats the input.
    pub fn with_reason(input: &str, reason: Option<OverrideReason>) -> Result<Self, Malformed> {
        accept("project code", check(input), reason).map(Self)
    }

    /// Builds a code of the new format with its check digit: the month of `on`, a region of six
    /// digits, the guiding department and the project kind of two digits each, a serial to 99999.
    ///
    /// # Errors
    /// [`AssignError`] names the part that does not fit, or says that on that day codes still had
    /// the old format ([`ProjectCode::assign_old`]).
    pub fn assign(
        on: Date,
        region: &str,
        department: &str,
        kind: &str,
        serial: u32,
    ) -> Result<Self, AssignError> {
        if on < NEW_FORMAT_FROM {
            return Err(AssignError::BeforeNewFormat);
        }
        if on.year() > 2099 {
            return Err(AssignError::Year);
        }
        let [region, department, kind] = groups(region, department, kind)?;
        if serial > 99_999 {
            return Err(AssignError::Serial);
        }
        let (year, month) = (on.year() % 100, on.month());
        let body = format!("{year:02}{month:02}-{region}-{department}-{kind}-{serial:05}");
        let digit = check_digit(&body);
        Ok(Self(Accepted { text: format!("{body}{digit}"), reason: None }))
    }

    /// Builds a code of the old format, for a project registered before 2020-11-01: the year, a
    /// region, the industry and the project kind of two digits each, a serial to 999999.
    ///
    /// # Errors
    /// [`AssignError`] names the part that does not fit; the years are 2013 to 2020.
    pub fn assign_old(
        year: i16,
        region: &str,
        industry: &str,
        kind: &str,
        serial: u32,
    ) -> Result<Self, AssignError> {
        if !(2013..=2020).contains(&year) {
            return Err(AssignError::Year);
        }
        let [region, industry, kind] = groups(region, industry, kind)?;
        if serial > 999_999 {
            return Err(AssignError::Serial);
        }
        let text = format!("{year}-{region}-{industry}-{kind}-{serial:06}");
        Ok(Self(Accepted { text, reason: None }))
    }

    /// The code with its hyphens.
    pub fn as_str(&self) -> &str {
        &self.0.text
    }

    /// The six digits of the region of first registration.
    pub fn region(&self) -> &str {
        self.0.text.split('-').nth(1).unwrap_or_default()
    }

    /// Whether it is of the format used before 2020-11-01.
    pub fn is_old(&self) -> bool {
        result_of(&self.0.text) == CheckResult::ValidOld
    }

    /// Why it is used although its check digit disagrees; `None` for a valid code.
    pub fn override_reason(&self) -> Option<&OverrideReason> {
        self.0.reason.as_ref()
    }
}

impl fmt::Display for ProjectCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The part of a new code that does not fit the scheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AssignError {
    /// The new format is given from 2020-11-01 on.
    #[error("before 2020-11-01 project codes had the old format")]
    BeforeNewFormat,
    /// A year the format cannot write.
    #[error("the format cannot write this year")]
    Year,
    /// Not six digits.
    #[error("the region is not six digits")]
    Region,
    /// Not two digits.
    #[error("the department (in an old code the industry) is not two digits")]
    Department,
    /// Not two digits.
    #[error("the project kind is not two digits")]
    Kind,
    /// More digits than the format has.
    #[error("the serial has too many digits")]
    Serial,
}

fn groups<'a>(
    region: &'a str,
    second: &'a str,
    kind: &'a str,
) -> Result<[&'a str; 3], AssignError> {
    if !is_digits(region, 6) {
        return Err(AssignError::Region);
    }
    if !is_digits(second, 2) {
        return Err(AssignError::Department);
    }
    if !is_digits(kind, 2) {
        return Err(AssignError::Kind);
    }
    Ok([region, second, kind])
}

/// Checks a code as typed.
pub fn check(input: &str) -> Check {
    let normalised = normalise(input);
    let result = result_of(&normalised);
    Check { normalised, result, warning: None }
}

fn result_of(code: &str) -> CheckResult {
    let parts: Vec<&str> = code.split('-').collect();
    let &[time, region, second, kind, serial] = parts.as_slice() else {
        return CheckResult::BadFormat;
    };
    let shaped =
        is_digits(time, 4) && is_digits(region, 6) && is_digits(second, 2) && is_digits(kind, 2);
    if !shaped || !(is_digits(serial, 5) || is_digits(serial, 6)) {
        return CheckResult::BadFormat;
    }
    match (time.get(..2), time[2..].parse::<u8>()) {
        (_, Ok(1..=12)) => new_format(code, serial),
        (Some("20"), Ok(13..=20)) => CheckResult::ValidOld,
        _ => CheckResult::BadFormat,
    }
}

fn new_format(code: &str, serial: &str) -> CheckResult {
    if serial.len() != 6 {
        return CheckResult::BadFormat;
    }
    let (body, last) = code.split_at(code.len() - 1);
    if last == check_digit(body).to_string() {
        CheckResult::ValidNew
    } else {
        CheckResult::CheckDigitMismatch
    }
}

/// The check digit of the nineteen digits in `body`; hyphens do not count.
fn check_digit(body: &str) -> u32 {
    iso7064::check_value(body.chars().filter_map(|c| c.to_digit(10)), 10)
}

fn is_digits(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit())
}
