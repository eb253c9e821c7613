//! Limits as the law writes them: a number and its own unit.

use std::fmt;
use std::str::FromStr;

/// What a limit counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unit {
    /// 工作日: days that the official calendar calls working (行政许可法 art. 82).
    WorkingDays,
    /// 日: every day.
    CalendarDays,
    /// 月: to the day of the same number (民法典 art. 202).
    Months,
}

/// A limit in its own unit, written `20wd`, `15cal`, `3month`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Limit {
    /// How many.
    pub n: u32,
    /// Of what.
    pub unit: Unit,
}

/// The text is not a limit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a limit is a number and its unit, such as `20wd`, `15cal` or `3month`")]
pub struct NotALimit;

impl FromStr for Limit {
    type Err = NotALimit;

    fn from_str(text: &str) -> Result<Self, NotALimit> {
        let end = text.find(|c: char| !c.is_ascii_digit()).ok_or(NotALimit)?;
        let (n, unit) = text.split_at(end);
        let unit = match unit {
            "wd" => Unit::WorkingDays,
            "cal" => Unit::CalendarDays,
            "month" => Unit::Months,
            _ => return Err(NotALimit),
        };
        Ok(Limit { n: n.parse().map_err(|_| NotALimit)?, unit })
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = match self.unit {
            Unit::WorkingDays => "wd",
            Unit::CalendarDays => "cal",
            Unit::Months => "month",
        };
        write!(f, "{}{unit}", self.n)
    }
}
