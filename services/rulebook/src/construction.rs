//! Construction under one permit, and what the owner owes by law with a clock of its own for each. The
//! services keep the facts; everything else is derived here.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::calendar::Calendar;
use crate::catalogue::{Applies, Catalogue, DutyWithin, Facts, Stage, Text};
use crate::clock::{Clock, Limit, Unit};
use crate::matter::{Matter, Standing, Timed};

/// Construction begins within three months of the permit, extended twice by at most three (建筑法 art. 9).
const START_MONTHS: u32 = 3;
/// Most extensions of it.
pub const MOST_EXTENSIONS: usize = 2;
/// Most months of each.
pub const MOST_MONTHS: u32 = 3;

/// The time for a re-inspection, from the applicant's report. No law sets it; it is the platform's.
pub const REINSPECTION: Limit = Limit { n: 5, unit: Unit::WorkingDays };
/// Why.
pub const REINSPECTION_RULE: &str =
    "国办发〔2019〕11号 (八): re-inspection, five working days by assumption";

/// Construction under one permit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Works {
    /// Day on which it began.
    pub started_on: Option<Date>,
    /// Extensions of the time to begin, in months.
    pub extensions: Vec<u32>,
    /// First day on which the permit is void.
    pub lapsed_on: Option<Date>,
    /// Stoppages, oldest first.
    pub stoppages: Vec<Stoppage>,
}

/// A stoppage (中止施工).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stoppage {
    /// Day on which construction stopped.
    pub since: Date,
    /// Why.
    pub reason: String,
    /// Day of the report.
    pub reported_on: Option<Date>,
    /// Day on which the permit was verified again.
    pub reverified_on: Option<Date>,
    /// Day on which construction went on.
    pub until: Option<Date>,
}

/// Something the owner owes by law.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duty {
    /// Stable name among the duties of its units, e.g. `begin` or the code of an item.
    pub key: String,
    /// What must be done.
    pub what: Text,
    /// The units that it concerns; none: the whole project.
    pub units: BTreeSet<String>,
    /// Its clock, and the day on which it was done.
    pub timed: Timed,
}

fn months(n: u32) -> Limit {
    Limit { n, unit: Unit::Months }
}

fn words(zh: &str, en: &str) -> Text {
    Text { zh: zh.to_owned(), en: en.to_owned() }
}

impl Works {
    /// Construction stopped on a day.
    pub fn stop(&mut self, since: Date, reason: &str) {
        let reason = reason.to_owned();
        let (reported_on, reverified_on, until) = (None, None, None);
        self.stoppages.push(Stoppage { since, reason, reported_on, reverified_on, until });
    }

    /// The stoppage that goes on.
    #[must_use]
    pub fn stopped(&self) -> Option<&Stoppage> {
        self.stoppages.last().filter(|stoppage| stoppage.until.is_none())
    }

    /// The clock of the start of construction. `permitted_on` is the day the permit was handed over, or
    /// issued while nothing is known of that.
    #[must_use]
    pub fn start_clock(&self, permitted_on: Date) -> Clock {
        let extended: u32 = self.extensions.iter().sum();
        Clock::new(permitted_on, months(START_MONTHS.saturating_add(extended)), "建筑法 art. 9")
    }

    /// The last day on which construction could begin, if it passed and construction did not: the permit
    /// is void by itself, whether or not anybody has said so.
    #[must_use]
    pub fn lapse(&self, permitted_on: Date, today: Date, calendar: &Calendar) -> Option<Date> {
        if self.started_on.is_some() {
            return None;
        }
        let due = self.start_clock(permitted_on).deadline(calendar)?.due;
        (due < today).then_some(due)
    }

    /// The duties of construction itself: to begin in time, and to report each stoppage.
    #[must_use]
    pub fn duties(&self, permitted_on: Option<Date>) -> Vec<Duty> {
        let start = permitted_on.map(|on| Duty {
            key: "begin".to_owned(),
            what: words(
                "领取施工许可证之日起三个月内开工",
                "begin construction within three months of the permit",
            ),
            units: BTreeSet::new(),
            timed: Timed { clock: self.start_clock(on), done_on: self.started_on },
        });
        let stoppages = (1_u32..).zip(&self.stoppages).map(|(number, stoppage)| Duty {
            key: format!("report_stoppage_{number}"),
            what: words("中止施工之日起一个月内报告", "report the stoppage within one month"),
            units: BTreeSet::new(),
            timed: Timed {
                clock: Clock::new(stoppage.since, months(1), "建筑法 art. 10"),
                done_on: stoppage.reported_on,
            },
        });
        start.into_iter().chain(stoppages).collect()
    }
}

impl Stoppage {
    /// Whether construction had stood still for a full year by `on`: from the day after the one of the
    /// same date (民法典 art. 202; 建筑法 art. 10).
    #[must_use]
    pub fn lasted_a_year(&self, on: Date, calendar: &Calendar) -> bool {
        let year = Clock::new(self.since, months(12), "建筑法 art. 10").without_roll();
        year.deadline(calendar).is_some_and(|deadline| deadline.due < on)
    }
}

/// A unit that its owner accepted (竣工验收合格).
#[derive(Debug, Clone, Copy)]
pub struct OwnerAccepted<'a> {
    /// Id of the unit.
    pub unit: &'a str,
    /// Day of the acceptance.
    pub on: Date,
    /// What is known of the unit.
    pub facts: &'a Facts,
    /// Day on which its as-built papers went to the planning authority.
    pub archived_on: Option<Date>,
}

/// What the owner's acceptance of a unit brings, by the catalogue of `today`: what the items of that stage
/// lay upon the owner, and the as-built papers for the planning authority. `in_hand` says since when an
/// item is in hand for the unit.
#[must_use]
pub fn after_acceptance(
    accepted: OwnerAccepted<'_>,
    in_hand: impl Fn(&str) -> Option<Date>,
    catalogue: &Catalogue,
    today: Date,
) -> Vec<Duty> {
    let units = BTreeSet::from([accepted.unit.to_owned()]);
    let items = catalogue.items(today);
    let owed = items.filter(|item| {
        item.stage == Stage::Acceptance && item.applies(accepted.facts) != Applies::No
    });
    let owed = owed.filter_map(|item| {
        let duty = item.duty.as_ref()?;
        let DutyWithin::Limit(limit) = duty.within else { return None };
        let clock = Clock::new(accepted.on, limit, duty.citation.clone());
        let timed = Timed { clock, done_on: in_hand(&item.code) };
        let (key, what) = (item.code.clone(), duty.what.clone());
        Some(Duty { key, what, units: units.clone(), timed })
    });
    let mut duties: Vec<Duty> = owed.collect();
    duties.push(Duty {
        key: "planning_archive".to_owned(),
        what: words(
            "竣工验收后六个月内报送竣工验收资料",
            "send the as-built papers to the planning authority within six months",
        ),
        units: units.clone(),
        timed: Timed {
            clock: Clock::new(accepted.on, months(6), "城乡规划法 art. 45"),
            done_on: accepted.archived_on,
        },
    });
    duties
}

/// A member of a joint acceptance that has not said what it finds.
#[derive(Debug, Clone, Copy)]
pub struct OpenSeat<'a> {
    /// Key of the member.
    pub member: &'a str,
    /// The day from which it has to say: the application, or the day it was reopened.
    pub since: Date,
    /// The time it has.
    pub limit: Limit,
    /// The rule.
    pub citation: &'a str,
    /// Number of the round, from 1.
    pub round: usize,
    /// Whether the members were on site in this round.
    pub was_held: bool,
}

impl OpenSeat<'_> {
    /// The last day for the member's result; `None` before the day on site, or while the clock stands.
    #[must_use]
    pub fn due(&self, matter: &Matter, calendar: &Calendar) -> Option<Date> {
        let mut clock = match &matter.standing {
            // The matter's own clock knows every stop.
            Standing::UnderReview(_) => {
                matter.clocks(calendar).opinions.get(self.member)?.clock.clone()
            }
            Standing::Decided(_) if self.was_held => {
                Clock::new(self.since, self.limit, self.citation)
            }
            Standing::Decided(_)
            | Standing::Received
            | Standing::AwaitingCorrections(_)
            | Standing::NotAccepted { .. }
            | Standing::Withdrawn { .. }
            | Standing::Terminated { .. } => return None,
        };
        if self.round > 1 {
            clock.limit = REINSPECTION;
            REINSPECTION_RULE.clone_into(&mut clock.citation);
        }
        clock.deadline(calendar).map(|deadline| deadline.due)
    }
}
