//! A day that a sentence names, where the clock may stand.

use jiff::civil::Date;

/// A last day, or none because the clock stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OrStanding(pub Option<Date>);

impl std::fmt::Display for OrStanding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            Some(due) => due.fmt(f),
            None => f.write_str("a limit whose clock stands"),
        }
    }
}
