//! How the values of arguments are read: strictly, and with a hint where they are refused.

use std::{fmt, net::SocketAddr};

use jiff::civil::Date;
use rulebook::clock::Limit;
use rulebook::negative_list::{BadShare, ForeignShare};

#[cfg(test)]
mod tests;

/// Where the logs are when nothing else is said.
pub(crate) const DATA: &str = "./tongban-data";
/// Where gRPC is served unless somewhere else is named.
pub(crate) const LISTEN: &str = "127.0.0.1:7100";
/// The port of [`LISTEN`].
pub(crate) const PORT: u16 = 7100;

/// A value that was refused: `what` goes on after the value, as in "is no date: …".
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BadValue {
    pub(crate) what: String,
    pub(crate) hint: String,
}

impl fmt::Display for BadValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.what, self.hint)
    }
}

impl std::error::Error for BadValue {}

fn bad(what: impl Into<String>, hint: impl Into<String>) -> BadValue {
    BadValue { what: what.into(), hint: hint.into() }
}

/// Reads a hash: 64 digits of base 16.
pub(crate) fn hash(text: &str) -> Result<[u8; 32], BadValue> {
    let no_hash =
        || bad("is no hash", "a hash has 64 digits of 0-9 and a-f, as log verify prints it");
    if text.len() != 64 || !text.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return Err(no_hash());
    }
    let mut hash = [0; 32];
    for (byte, at) in hash.iter_mut().zip((0..64).step_by(2)) {
        *byte = u8::from_str_radix(&text[at..at + 2], 16).map_err(|_digit| no_hash())?;
    }
    Ok(hash)
}

/// Reads a date in the one form there is, YYYY-MM-DD.
pub(crate) fn date(text: &str) -> Result<Date, BadValue> {
    let no_form = || {
        let padded = padded(text).unwrap_or_else(|| "2021-09-28".to_owned());
        bad("is no date: a date is written YYYY-MM-DD", format!("write it as in {padded}"))
    };
    let bytes = text.as_bytes();
    let in_form = bytes.len() == 10
        && bytes.iter().enumerate().all(|(at, byte)| match at {
            4 | 7 => *byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    if !in_form {
        return Err(no_form());
    }
    let year: i16 = text[..4].parse().map_err(|_| no_form())?;
    let month: i8 = text[5..7].parse().map_err(|_| no_form())?;
    let day: i8 = text[8..].parse().map_err(|_| no_form())?;
    if year == 0 {
        return Err(bad("is no date: there is no year 0", "years begin with 0001"));
    }
    let first = Date::new(year, month, 1)
        .map_err(|_| bad("is no date: there is no such month", "months are 01 to 12"))?;
    Date::new(year, month, day).map_err(|_| {
        let days = first.days_in_month();
        bad(format!("is no date: {} has {days} days", &text[..7]), format!("days are 01 to {days}"))
    })
}

/// Reads a date that the platform's clock can stand at.
pub(crate) fn present(text: &str) -> Result<Date, BadValue> {
    let date = date(text)?;
    let last = host::time::LAST;
    if date > last {
        return Err(bad("is too far away", format!("the platform's date goes up to {last}")));
    }
    Ok(date)
}

/// The same date with its zeros, if that is all that is missing.
fn padded(text: &str) -> Option<String> {
    let parts: Vec<i16> =
        text.split(['-', '/', '.']).map(|part| part.parse().ok()).collect::<Option<_>>()?;
    let &[year, month, day] = parts.as_slice() else { return None };
    let date = Date::new(year, month.try_into().ok()?, day.try_into().ok()?).ok()?;
    (year >= 1000).then(|| date.to_string())
}

/// The time (`from`, `until`]; open while `until` is `None`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Interval {
    pub(crate) from: Date,
    pub(crate) until: Option<Date>,
}

impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..", self.from)?;
        self.until.map_or(Ok(()), |until| write!(f, "{until}"))
    }
}

/// Reads `A..B`, or `A..` for a time that has not ended.
pub(crate) fn interval(text: &str) -> Result<Interval, BadValue> {
    const FORM: &str = "write the day it was opened and the day it was closed, as in \
        2021-10-11..2021-10-15, or 2021-10-11.. while it is open";
    let (from, until) =
        text.split_once("..").ok_or_else(|| bad("is no interval of dates", FORM))?;
    let of = |end: &str, word: &str| {
        date(end).map_err(|bad_date| {
            let what =
                format!("is no interval of dates: its {word} `{}` {}", shown(end), bad_date.what);
            bad(what, bad_date.hint)
        })
    };
    let from = of(from, "first day")?;
    let until = if until.is_empty() { None } else { Some(of(until, "last day")?) };
    if until.is_some_and(|until| until < from) {
        return Err(bad("ends before it begins", FORM));
    }
    Ok(Interval { from, until })
}

/// Reads an address to listen on.
pub(crate) fn address(text: &str) -> Result<SocketAddr, BadValue> {
    text.parse().map_err(|_| {
        bad(
            "is no address to listen on",
            format!(
                "write an IP address and a port, as in {LISTEN}, or 127.0.0.1:0 for any free port"
            ),
        )
    })
}

/// Reads a limit with its unit.
pub(crate) fn limit(text: &str) -> Result<Limit, BadValue> {
    text.parse().map_err(|_| {
        bad(
            "is no limit",
            format!(
                "write a number up to {} and its unit, as in 20wd (working days), 15cal (calendar days) or 3month",
                rulebook::clock::MAX_UNITS
            ),
        )
    })
}

/// Reads a foreign share in per cent.
pub(crate) fn share(text: &str) -> Result<ForeignShare, BadValue> {
    ForeignShare::parse(text).map_err(|problem| match problem {
        BadShare::NotPlain(problem) => {
            bad(problem.to_string(), "write per cent as a plain number, as in 49 or 33.4")
        }
        BadShare::OutOfRange => bad("is no share", "a share is from 0 to 100 per cent"),
    })
}

/// Text of unknown origin as it may be shown on a terminal: nothing in it moves the cursor or
/// turns the direction of the line.
pub(crate) fn shown(text: &str) -> String {
    let hidden = |c: &char| {
        c.is_control()
            || matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
    };
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        if hidden(&c) { safe.extend(c.escape_unicode()) } else { safe.push(c) }
    }
    safe
}
