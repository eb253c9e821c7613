//! Alarms of electronic supervision (预警, 黄牌, 红牌): the record that a limit came near or passed, raised once.
//!
//! Whose limits they are says who lists them; this says on which day each of them is raised, under the
//! calendar as known on that day. A limit that moves later may raise another alarm for its new last day; the
//! old one stays.

use std::fmt;

use jiff::civil::Date;

use crate::calendar::{Almanac, Calendar};
use crate::matter::{Party, Timed};

#[cfg(test)]
mod tests;

/// How grave an alarm is (rules K3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// 预警: the last day is the next working day, or today. A warning, no card.
    Amber,
    /// 黄牌: a promised limit, or that of a step, has passed.
    Yellow,
    /// 红牌: a statutory limit has passed.
    Red,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Kind; 3] = [Kind::Amber, Kind::Yellow, Kind::Red];

    /// Stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Kind::Amber => "amber",
            Kind::Yellow => "yellow",
            Kind::Red => "red",
        }
    }
}

/// An alarm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alarm {
    /// The first day on which it is due, and its date in law.
    pub on: Date,
    /// How grave.
    pub kind: Kind,
    /// What the limit belongs to, within its project, e.g. `S2-05-1` or `complaints/2`.
    pub subject: String,
    /// Which limit of it, e.g. `committed` or `opinion:fire`.
    pub limit: String,
    /// Last day of the limit.
    pub due: Date,
    /// The rule that sets the limit.
    pub citation: String,
    /// Who held the ball on the day before.
    pub held_by: Party,
}

impl Alarm {
    /// Its name within its project. No two alarms of a project have the same, whoever raises them and however
    /// often: it says what the alarm is about and nothing of when it was noticed.
    #[must_use]
    pub fn key(&self) -> String {
        format!("{}/{}", self.subject, self.card())
    }

    /// Its name within its subject, e.g. `yellow.committed.2022-05-06`.
    #[must_use]
    pub fn card(&self) -> String {
        format!("{}.{}.{}", self.kind.code(), self.limit, self.due)
    }
}

impl fmt::Display for Alarm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.key())
    }
}

/// A stretch of days on which the public knew one and the same calendar.
#[derive(Debug, Clone)]
pub struct Span {
    /// The calendar.
    pub calendar: Calendar,
    /// First day.
    pub since: Date,
    /// Last day.
    pub until: Date,
}

impl Span {
    /// The spans from a day through today, in order; the first reaches back to the beginning of time.
    #[must_use]
    pub fn all(from: Date, today: Date, almanac: &Almanac) -> Vec<Span> {
        let published = almanac.editions().map(|edition| edition.published);
        let mut begins: Vec<Date> = published.filter(|day| from < *day && *day <= today).collect();
        begins.push(Date::MIN);
        begins.sort_unstable();
        begins.dedup();
        let ends = begins.iter().skip(1).filter_map(|next| next.yesterday().ok());
        let ends: Vec<Date> = ends.chain([today]).collect();
        let spans = begins.into_iter().zip(ends);
        spans
            .map(|(since, until)| {
                let calendar = almanac.as_published_by(since.max(from));
                Span { calendar, since, until }
            })
            .collect()
    }

    /// Last day of a limit, and the day on which its alarm of a kind is raised within this span, if it is:
    /// amber from the working day before the last day on, if it is still owed; yellow and red on the day
    /// after the last one, if it was owed when that day began. The day on which a limit begins raises nothing.
    #[must_use]
    pub fn raises(&self, kind: Kind, timed: &Timed) -> Option<(Date, Date)> {
        let over = timed.done_on.is_some_and(|done| done < self.since);
        if over || self.until <= timed.clock.start {
            return None;
        }
        let due = timed.clock.due(&self.calendar)?;
        let from = match kind {
            Kind::Amber => self.calendar.working_day_before(due),
            Kind::Yellow | Kind::Red => due.tomorrow().ok()?,
        };
        let on = from.max(timed.clock.start.tomorrow().ok()?).max(self.since);
        let owed = match timed.done_on {
            None => true,
            Some(done) => kind != Kind::Amber && on <= done,
        };
        let in_time = kind != Kind::Amber || on <= due;
        (owed && in_time && on <= self.until).then_some((due, on))
    }
}

/// A limit that is not a matter's, for which alarms are raised when it has passed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watched {
    /// How grave it is to miss it.
    pub kind: Kind,
    /// What it belongs to.
    pub subject: String,
    /// Which limit of it.
    pub limit: String,
    /// Who has to keep it.
    pub held_by: Party,
    /// Its clock, and the day on which it was met.
    pub timed: Timed,
}

/// The alarms of such limits that are due by today and not raised yet.
#[must_use]
pub fn passed(
    watched: &[Watched],
    today: Date,
    almanac: &Almanac,
    is_raised: impl Fn(&str) -> bool,
) -> Vec<Alarm> {
    let Some(from) = watched.iter().map(|limit| limit.timed.clock.start).min() else {
        return Vec::new();
    };
    let spans = Span::all(from, today, almanac);
    let mut due = Vec::new();
    for limit in watched {
        let raised = spans.iter().filter_map(|span| span.raises(limit.kind, &limit.timed));
        due.extend(raised.map(|(due, on)| Alarm {
            on,
            kind: limit.kind,
            subject: limit.subject.clone(),
            limit: limit.limit.clone(),
            due,
            citation: limit.timed.clock.citation.clone(),
            held_by: limit.held_by.clone(),
        }));
    }
    not_raised(due, is_raised)
}

/// Those of the alarms that are not raised yet, each key once, on its earliest day.
#[must_use]
pub fn not_raised(mut due: Vec<Alarm>, is_raised: impl Fn(&str) -> bool) -> Vec<Alarm> {
    due.sort_by_cached_key(|alarm| (alarm.on, alarm.key()));
    let mut seen = std::collections::BTreeSet::new();
    due.retain(|alarm| {
        let key = alarm.key();
        !is_raised(&key) && seen.insert(key)
    });
    due
}

/// Times in which a project could not go on, from the day after each halt through the day of its end. No
/// alarm is raised on such a day.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Halts(Vec<(Date, Option<Date>)>);

impl Halts {
    /// The project is halted from a day on; halting a halted project changes nothing.
    pub fn halt(&mut self, on: Date) {
        if self.0.last().is_none_or(|(_, until)| until.is_some()) {
            self.0.push((on, None));
        }
    }

    /// The project may go on.
    pub fn go_on(&mut self, on: Date) {
        if let Some((_, until)) = self.0.last_mut() {
            until.get_or_insert(on);
        }
    }

    /// Whether a day lies in a halt.
    #[must_use]
    pub fn cover(&self, day: Date) -> bool {
        self.0.iter().any(|(since, until)| *since < day && until.is_none_or(|until| day <= until))
    }
}
