//! When something was recorded, and by whom: the entry itself, apart from what it says.

use super::Told;
use eventlog::Recorded;
use jiff::civil::Date;
use rulebook::matter::MatterId;

/// One entry in a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Kind of the event, e.g. `corrections_requested`.
    pub(crate) kind: String,
    /// The matter in whose life it is a step; `None` for any other event.
    pub(crate) matter: Option<MatterId>,
    /// The date in law on which it happened, as claimed.
    pub(crate) on: Date,
    /// The day on which it was recorded.
    pub(crate) recorded_on: Date,
    /// Code of the agency that recorded it; `None` where another party or the platform did.
    pub(crate) agency: Option<String>,
    /// Whether a part of the platform recorded it by itself: it establishes what the law says of a day that
    /// has passed, and claims nothing.
    pub(crate) by_platform: bool,
}

impl Entry {
    /// The entry of a recorded event.
    pub(crate) fn of(recorded: &Recorded, told: Told) -> Self {
        let agency = recorded.principal.strip_prefix("agency:");
        let agency = agency.and_then(|rest| rest.split_once('/')).map(|(code, _desk)| code);
        let (matter, kind) = told.step.unzip();
        Self {
            kind: kind.map_or_else(|| recorded.kind.clone(), str::to_owned),
            matter,
            on: told.on,
            recorded_on: host::time::date_of(recorded.recorded_at),
            agency: agency.map(str::to_owned),
            by_platform: recorded.principal.starts_with("system:"),
        }
    }

    /// Calendar days between what is claimed and its recording; 0 for what was recorded on its day.
    pub(crate) fn lag(&self) -> u32 {
        let days = self.recorded_on.duration_since(self.on).as_hours() / 24;
        u32::try_from(days).unwrap_or(0)
    }

    /// Whether somebody recorded it after its day (补录).
    pub(crate) fn is_back_filled(&self) -> bool {
        !self.by_platform && self.recorded_on > self.on
    }
}
