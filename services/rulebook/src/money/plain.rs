//! A number as a form should hold it: digits, and perhaps a point and digits.

use rust_decimal::Decimal;

/// What keeps a text from being a plain decimal number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotPlain {
    /// Nothing there.
    #[error("is missing")]
    Missing,
    /// A minus sign before a number.
    #[error("is negative")]
    Negative,
    /// Anything but digits and one point between digits: words, exponents, separators, blanks.
    #[error("is not a plain decimal number such as 1234.50")]
    NotANumber,
    /// More digits than can be held exactly.
    #[error("has too many digits")]
    TooManyDigits,
}

/// Reads `30000000.00` exactly. Refuses signs, exponents, separators, blanks, full-width digits,
/// `NaN`, `.5` and `5.`: a form shows what was refused, and a guess could be wrong by a thousand.
///
/// # Errors
/// [`NotPlain`].
pub fn plain_decimal(text: &str) -> Result<Decimal, NotPlain> {
    if text.trim().is_empty() {
        return Err(NotPlain::Missing);
    }
    if let Some(number) = text.strip_prefix('-') {
        return Err(plain_decimal(number).map_or(NotPlain::NotANumber, |_| NotPlain::Negative));
    }
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(fraction) {
        return Err(NotPlain::NotANumber);
    }
    Decimal::from_str_exact(text).map_err(|_| NotPlain::TooManyDigits)
}
