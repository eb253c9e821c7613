//! Limits with the rules that set them, for the authority and for the enterprise.

use jiff::civil::Date;

use super::facts::Condition;
use super::words::{Mark, Text};
use crate::clock::Limit;

/// A limit with the rule that sets it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuledLimit {
    /// The limit in its own unit; the one that holds when no case below does.
    pub limit: Limit,
    /// The rule that sets it.
    pub citation: String,
    /// How well it is founded.
    pub mark: Mark,
    /// How it may be extended, once; `None` where no rule allows it.
    pub extension: Option<ExtensionRule>,
    /// Other limits for particular projects; the first that holds wins.
    pub cases: Vec<LimitCase>,
}

/// A limit that replaces the ordinary one for particular projects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LimitCase {
    /// For which projects.
    pub when: Condition,
    /// The limit for them.
    pub limit: Limit,
    /// Whether the law says that silence until this limit is consent.
    pub consent_by_silence: bool,
    /// The rule that says so.
    pub citation: String,
    /// How well it is founded.
    pub mark: Mark,
}

/// Extension of a limit, once, before it has run out (行政许可法 art. 42 and others).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExtensionRule {
    /// At most this much more.
    pub cap: Limit,
    /// The office that must approve it.
    pub approver: String,
    /// The rule.
    pub citation: String,
    /// How well it is founded.
    pub mark: Mark,
}

/// What follows when the authority says nothing until a limit has run out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Silence {
    /// Accepted as of the day the material was received.
    Accepted,
    /// Nothing in law; it is only late.
    NoEffect,
}

/// The one notice of everything to correct, and when it must have been given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CorrectionRule {
    /// From receipt of the material; zero means on the spot.
    pub limit: Limit,
    /// What silence means.
    pub silence: Silence,
    /// The rule, for licences 行政许可法 art. 32(4).
    pub citation: String,
    /// How well it is founded.
    pub mark: Mark,
}

/// Silence on the decision itself counts as consent. Only where a law says so for the item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SilenceRule {
    /// From acceptance.
    pub after: Limit,
    /// The rule that says so.
    pub citation: String,
}

/// What the enterprise owes by law, beside or instead of what the authority owes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duty {
    /// Until when.
    pub within: DutyWithin,
    /// What must be done, counted from what.
    pub what: Text,
    /// The rule.
    pub citation: String,
    /// How well it is founded.
    pub mark: Mark,
}

/// How a duty's time is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DutyWithin {
    /// So long from the event named by the duty; zero means together with it.
    Limit(Limit),
    /// Once a year, in a window of the following year, both days included.
    YearlyWindow {
        /// Month and day the window opens.
        from: (i8, i8),
        /// Month and day it closes.
        until: (i8, i8),
    },
}

impl DutyWithin {
    /// First and last day of the window in which the report on `year` is due; `None` for a
    /// duty that is not yearly, or where the year has no such day.
    pub fn window_for(&self, year: i16) -> Option<(Date, Date)> {
        let DutyWithin::YearlyWindow { from, until } = self else { return None };
        let following = year.checked_add(1)?;
        let day = |(month, day)| Date::new(following, month, day).ok();
        Some((day(*from)?, day(*until)?))
    }
}
