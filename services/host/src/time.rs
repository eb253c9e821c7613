//! The one place that asks what time it is. Everything else is told.

use jiff::{Timestamp, civil::Date, tz::Offset};
use std::sync::{Arc, Mutex, PoisonError};

/// The first date that a settable clock can stand at; there is no year before it.
pub const FIRST: Date = jiff::civil::date(1, 1, 1);

/// The last date that a settable clock can stand at.
pub const LAST: Date = jiff::civil::date(2199, 12, 31);

/// The platform's time: the machine's own, or one that is moved by hand. Cheap to clone; clones share it.
#[derive(Debug, Clone)]
pub struct Timekeeper(Arc<Source>);

#[derive(Debug)]
enum Source {
    Machine,
    Settable(Mutex<Date>),
}

/// Why the time could not be moved.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CannotMove {
    /// The platform runs on the machine's own time.
    #[error("this platform runs on the machine's own clock; start it with --at to move its date")]
    NotSettable,
    /// No law of that day can be known, and no instant after it could be recorded.
    #[error("the platform's date goes up to {LAST}, not to {wanted}")]
    TooFar {
        /// The date asked for.
        wanted: Date,
    },
    /// Time never runs backward.
    #[error("the date is {present} already; time never runs backward to {wanted}")]
    Backward {
        /// The present date.
        present: Date,
        /// The date asked for.
        wanted: Date,
    },
}

impl Timekeeper {
    /// The machine's own time.
    #[must_use]
    pub fn machine() -> Self {
        Self(Arc::new(Source::Machine))
    }

    /// A time that stands at nine in the morning of a date, Asia/Shanghai, until it is moved.
    #[must_use]
    pub fn settable(date: Date) -> Self {
        Self(Arc::new(Source::Settable(Mutex::new(date))))
    }

    /// The present instant, UTC.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        match &*self.0 {
            #[allow(clippy::disallowed_methods)] // This is the injected clock's one source.
            Source::Machine => Timestamp::now(),
            Source::Settable(date) => {
                let date = *date.lock().unwrap_or_else(PoisonError::into_inner);
                SHANGHAI.to_timestamp(date.at(9, 0, 0, 0)).unwrap_or(Timestamp::MAX)
            }
        }
    }

    /// The present date of law, Asia/Shanghai.
    #[must_use]
    pub fn today(&self) -> Date {
        match &*self.0 {
            Source::Machine => date_of(self.now()),
            Source::Settable(date) => *date.lock().unwrap_or_else(PoisonError::into_inner),
        }
    }

    /// Whether the date can be moved.
    #[must_use]
    pub fn is_settable(&self) -> bool {
        matches!(&*self.0, Source::Settable(_))
    }

    /// Moves a settable date forward.
    ///
    /// # Errors
    /// [`CannotMove`] on the machine's own time, backward and beyond [`LAST`]; nothing changes then.
    pub fn advance_to(&self, wanted: Date) -> Result<(), CannotMove> {
        let Source::Settable(date) = &*self.0 else { return Err(CannotMove::NotSettable) };
        if wanted > LAST {
            return Err(CannotMove::TooFar { wanted });
        }
        let mut present = date.lock().unwrap_or_else(PoisonError::into_inner);
        if wanted < *present {
            return Err(CannotMove::Backward { present: *present, wanted });
        }
        *present = wanted;
        Ok(())
    }
}

/// The date of law at an instant, Asia/Shanghai.
#[must_use]
pub fn date_of(instant: Timestamp) -> Date {
    SHANGHAI.to_datetime(instant).date()
}

/// Asia/Shanghai, which has kept UTC+8 without summer time since 1992.
const SHANGHAI: Offset = jiff::tz::offset(8);

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_settable_date_moves_forward_and_never_back() {
        let time = Timekeeper::settable(date(2022, 1, 1));
        assert_eq!(time.now().to_string(), "2022-01-01T01:00:00Z");
        assert_eq!(time.advance_to(date(2022, 1, 4)), Ok(()));
        assert_eq!(time.clone().today(), date(2022, 1, 4));
        let backward = CannotMove::Backward { present: date(2022, 1, 4), wanted: date(2022, 1, 3) };
        assert_eq!(time.advance_to(date(2022, 1, 3)), Err(backward));
        let wanted = date(2200, 1, 1);
        assert_eq!(time.advance_to(wanted), Err(CannotMove::TooFar { wanted }));
        assert_eq!(time.advance_to(LAST), Ok(()));
        assert_eq!(
            Timekeeper::machine().advance_to(date(2022, 1, 4)),
            Err(CannotMove::NotSettable)
        );
    }
}
