//! The official working-day calendar: yearly holiday notices of 国务院办公厅, with their editions.
//!
//! A calendar answers for every date. Where no notice is on file it estimates and says so; it
//! never passes off a plain Monday-to-Friday week as the official one.

mod reading;

#[cfg(test)]
pub(crate) mod tests;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use jiff::civil::{Date, Weekday};

use crate::seed::{Fault, SeedFile};

/// What makes Saturday and Sunday rest days and the other five working days.
const WEEK_CITATION: &str = "国务院关于职工工作时间的规定 art. 7";

/// Every edition of every year's calendar, from `calendar/*.toml` of the seeds.
#[derive(Debug, Clone)]
pub struct Almanac {
    /// By year; each year's editions in order of publication, never empty.
    years: BTreeMap<i16, Vec<Arc<Edition>>>,
    festivals: Arc<StatutoryFestivals>,
}

impl Almanac {
    /// Reads the files whose path begins with `calendar/` and ignores all others.
    ///
    /// # Errors
    /// Everything that is wrong with them, in order of path and line.
    pub fn parse(files: &[SeedFile]) -> Result<Self, Vec<Fault>> {
        reading::almanac(files)
    }

    /// The calendar as the public knew it at the end of the day `on`.
    pub fn as_published_by(&self, on: Date) -> Calendar {
        self.calendar(|edition| edition.published <= on)
    }

    /// The calendar with every edition on file.
    pub fn latest(&self) -> Calendar {
        self.calendar(|_| true)
    }

    /// All editions on file, by year and then by day of publication.
    pub fn editions(&self) -> impl Iterator<Item = &Edition> {
        self.years.values().flatten().map(Arc::as_ref)
    }

    fn calendar(&self, known: impl Fn(&Edition) -> bool) -> Calendar {
        let newest = |editions: &Vec<Arc<Edition>>| {
            editions.iter().rev().find(|edition| known(edition)).map(Arc::clone)
        };
        let years = self
            .years
            .iter()
            .filter_map(|(year, editions)| Some((*year, newest(editions)?)))
            .collect();
        Calendar { known: Arc::new(Known { years, festivals: Arc::clone(&self.festivals) }) }
    }
}

/// One year's calendar as it stood after one notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edition {
    /// The year whose holidays it arranges.
    pub year: i16,
    /// The day the notice was published.
    pub published: Date,
    /// Document number of the notice, e.g. `国办发明电〔2021〕11号`.
    pub notice: String,
    /// Number and day of the notice were written down from memory, not from its text.
    pub from_memory: bool,
    /// Document number of the year's first notice, on which all days rest that no notice names.
    yearly_notice: String,
    exceptions: BTreeMap<Date, Exception>,
}

/// A date that a notice names, because it is not what its weekday would make it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Exception {
    reason: DayReason,
    /// The notice that names it: an amendment leaves most days to the notice before it.
    notice: String,
}

/// The festival days fixed by 全国年节及纪念日放假办法, from which unpublished years are estimated.
#[derive(Debug, Clone, Default)]
struct StatutoryFestivals {
    citation: String,
    /// By month and day.
    every_year: BTreeMap<(i8, i8), String>,
    /// Festivals of the lunar calendar, by date.
    dated: BTreeMap<Date, String>,
}

/// The editions in force as known on some day. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Calendar {
    known: Arc<Known>,
}

#[derive(Debug)]
struct Known {
    years: BTreeMap<i16, Arc<Edition>>,
    festivals: Arc<StatutoryFestivals>,
}

impl Calendar {
    /// What kind of day `date` is, why, and who says so.
    pub fn day(&self, date: Date) -> Day {
        let (reason, citation, published) = match (self.exception(date), self.edition(date)) {
            (Some(exception), _) => (exception.reason.clone(), exception.notice.clone(), true),
            (None, Some(edition)) => {
                let citation = format!("{WEEK_CITATION}; {}", edition.yearly_notice);
                (DayReason::of_week(date), citation, true)
            }
            (None, None) => match self.known.festivals.on(date) {
                Some(name) => {
                    let citation = self.known.festivals.citation.clone();
                    (DayReason::Holiday(name.to_owned()), citation, false)
                }
                None => (DayReason::of_week(date), WEEK_CITATION.to_owned(), false),
            },
        };
        Day { date, working: reason.is_working(), reason, citation, published }
    }

    /// Whether `date` is a working day: make-up Saturdays and Sundays are, holidays are not.
    pub fn is_working(&self, date: Date) -> bool {
        match self.exception(date) {
            Some(exception) => exception.reason.is_working(),
            None => {
                !is_weekend(date)
                    && (self.edition(date).is_some() || self.known.festivals.on(date).is_none())
            }
        }
    }

    /// Whether a notice on file settles `date`; otherwise what is said of it is an estimate.
    pub fn is_published(&self, date: Date) -> bool {
        self.edition(date).is_some() || self.exception(date).is_some()
    }

    /// The working days in (`after`, `through`]; none when `through` is not later than `after`.
    pub fn working_days(&self, after: Date, through: Date) -> WorkingDays {
        let mut sum = WorkingDays { count: 0, provisional: false };
        let mut date = after;
        while date < through {
            let Ok(next) = date.tomorrow() else { break };
            date = next;
            sum.count += u32::from(self.is_working(date));
            sum.provisional |= !self.is_published(date);
        }
        sum
    }

    /// The first working day that is `on_or_after`; the last date of all if there is none.
    pub fn next_working_day(&self, on_or_after: Date) -> Date {
        let mut date = on_or_after;
        while !self.is_working(date) {
            let Ok(next) = date.tomorrow() else { break };
            date = next;
        }
        date
    }

    /// The last working day strictly before `date`; the first date of all if there is none.
    pub fn working_day_before(&self, date: Date) -> Date {
        let mut date = date;
        while let Ok(earlier) = date.yesterday() {
            date = earlier;
            if self.is_working(date) {
                break;
            }
        }
        date
    }

    fn edition(&self, date: Date) -> Option<&Edition> {
        self.known.years.get(&date.year()).map(Arc::as_ref)
    }

    /// A notice may arrange the last days of December before its own year (2022-12-31 is in the
    /// notice for 2023), and then it is the later word on them.
    fn exception(&self, date: Date) -> Option<&Exception> {
        let named = |year: i16| self.known.years.get(&year)?.exceptions.get(&date);
        let following = if date.month() == 12 { named(date.year() + 1) } else { None };
        following.or_else(|| named(date.year()))
    }
}

impl StatutoryFestivals {
    fn on(&self, date: Date) -> Option<&str> {
        let name =
            self.dated.get(&date).or_else(|| self.every_year.get(&(date.month(), date.day())));
        name.map(String::as_str)
    }
}

/// What the calendar says about one date. Displayed as a short clause, e.g.
/// `rest day: 国庆节 holiday`, which says so when it is an estimate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Day {
    /// The date in question.
    pub date: Date,
    /// Whether it is a working day.
    pub working: bool,
    /// Why it is one or not.
    pub reason: DayReason,
    /// The notice that names the date, or the rule of the week together with the year's notice.
    pub citation: String,
    /// False when no notice settles the date and the answer is an estimate.
    pub published: bool,
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", if self.working { "working day" } else { "rest day" }, self.reason)?;
        if !self.published {
            write!(f, " (an estimate: no holiday notice for {} is on file)", self.date.year())?;
        }
        Ok(())
    }
}

/// Why a date is a working day or a rest day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DayReason {
    /// Monday to Friday, and no notice says otherwise.
    Weekday(Weekday),
    /// Saturday or Sunday, and no notice says otherwise.
    Weekend(Weekday),
    /// Holiday of the festival named, with the weekend days inside it.
    Holiday(String),
    /// A weekday given in exchange for a make-up day, to lengthen the festival named (调休).
    InLieu(String),
    /// A Saturday or Sunday worked for the festival named.
    MakeUp(String),
}

impl DayReason {
    fn of_week(date: Date) -> Self {
        if is_weekend(date) { Self::Weekend(date.weekday()) } else { Self::Weekday(date.weekday()) }
    }

    fn is_working(&self) -> bool {
        matches!(self, Self::Weekday(_) | Self::MakeUp(_))
    }
}

impl fmt::Display for DayReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Weekday(weekday) | Self::Weekend(weekday) => f.write_str(weekday_name(*weekday)),
            Self::Holiday(festival) => write!(f, "{festival} holiday"),
            Self::InLieu(festival) => write!(f, "{festival} 调休, in lieu of a weekend worked"),
            Self::MakeUp(festival) => write!(f, "{festival} 调休, a weekend day made up"),
        }
    }
}

/// A number of working days, and whether it rests on an unpublished date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WorkingDays {
    /// How many.
    pub count: u32,
    /// True when any date of the range is an estimate.
    pub provisional: bool,
}

fn is_weekend(date: Date) -> bool {
    matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday)
}

fn weekday_name(weekday: Weekday) -> &'static str {
    match weekday {
        Weekday::Monday => "Monday",
        Weekday::Tuesday => "Tuesday",
        Weekday::Wednesday => "Wednesday",
        Weekday::Thursday => "Thursday",
        Weekday::Friday => "Friday",
        Weekday::Saturday => "Saturday",
        Weekday::Sunday => "Sunday",
    }
}
