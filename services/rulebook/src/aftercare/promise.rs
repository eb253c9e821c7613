//! What became of a government commitment 履约践诺.

use jiff::civil::Date;

/// What became of a commitment. Nobody declares it: it follows from the dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PromiseStanding {
    /// Neither performed nor due.
    Open,
    /// Performed by its last day.
    Kept,
    /// Performed after its last day.
    Late,
    /// Its last day has passed, and no performance counts.
    Broken,
}

impl PromiseStanding {
    /// What became of a commitment by the end of a day: `performed_on` is the first day of performance that
    /// counts, `due` its last day.
    #[must_use]
    pub fn by(performed_on: Option<Date>, due: Date, by: Date) -> Self {
        match performed_on.filter(|on| *on <= by) {
            Some(on) if on <= due => Self::Kept,
            Some(_) => Self::Late,
            None if by > due => Self::Broken,
            None => Self::Open,
        }
    }
}
