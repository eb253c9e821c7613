//! A number of units, each limit with a unit of its own, as its law writes it.

use std::fmt;
use std::str::FromStr;

/// The longest limit that can be reckoned, in its own units.
pub const MAX_UNITS: u32 = 10_000;

/// What a limit counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Unit {
    /// Working days of the official calendar (行政许可法 art. 82), written `wd`.
    WorkingDays,
    /// All days, written `cal`.
    CalendarDays,
    /// Months, ending on the same-numbered day (民法典 art. 202), written `month`.
    Months,
}

impl Unit {
    const ALL: [(Self, &str); 3] =
        [(Self::WorkingDays, "wd"), (Self::CalendarDays, "cal"), (Self::Months, "month")];
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::WorkingDays => "wd",
            Self::CalendarDays => "cal",
            Self::Months => "month",
        })
    }
}

/// A time limit, written `20wd`, `15cal` or `3month`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Limit {
    /// How many; at most [`MAX_UNITS`].
    pub n: u32,
    /// Of what.
    pub unit: Unit,
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.n, self.unit)
    }
}

/// Text that is not a limit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not a limit: write a number up to {MAX_UNITS} and its unit, as in 20wd, 15cal or 3month"
)]
pub struct BadLimit(pub String);

impl FromStr for Limit {
    type Err = BadLimit;

    fn from_str(text: &str) -> Result<Self, BadLimit> {
        let bad = || BadLimit(text.to_owned());
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let (n, unit) = text.split_at(digits);
        let n = n.parse().ok().filter(|n| *n <= MAX_UNITS).ok_or_else(bad)?;
        let unit = Unit::ALL.into_iter().find(|(_, word)| *word == unit).ok_or_else(bad)?.0;
        Ok(Self { n, unit })
    }
}
