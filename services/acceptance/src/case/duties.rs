//! What the enterprise owes by law, with a clock of its own for each; and the permit that lapses by itself.
//! Everything here is derived.

use std::collections::BTreeSet;

use desk::docket::Bench;
use jiff::civil::Date;
use rulebook::{
    catalogue::{Applies, DutyWithin, Stage, Text},
    clock::{Clock, Limit, Unit},
    matter::Timed,
};

use super::state::{Case, Stoppage};

/// Construction begins within three months of the permit, extended twice by at most three (建筑法 art. 9).
const START_MONTHS: u32 = 3;
/// Most extensions of it.
pub(super) const MOST_EXTENSIONS: usize = 2;
/// Most months of each.
pub(super) const MOST_MONTHS: u32 = 3;

/// Something the enterprise owes by law.
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

impl Case {
    /// The clock of the start of construction: from the day the permit was handed over, or issued while
    /// nothing is known of that.
    #[must_use]
    pub fn start_clock(&self) -> Option<Clock> {
        let permit = self.permit.as_ref()?;
        let extended: u32 = self.works.extensions.iter().sum();
        let start = permit.handed_over_on.unwrap_or(permit.issued_on);
        Some(Clock::new(start, months(START_MONTHS.saturating_add(extended)), "建筑法 art. 9"))
    }

    /// The last day on which construction could begin, if it passed and construction did not: the permit
    /// is void by itself, whether or not anybody has said so.
    #[must_use]
    pub fn lapse(&self, bench: &Bench) -> Option<Date> {
        if self.works.started_on.is_some() {
            return None;
        }
        let due = self.start_clock()?.deadline(&bench.calendar)?.due;
        (due < bench.date).then_some(due)
    }

    /// Every duty that has begun, those of construction first.
    #[must_use]
    pub fn duties(&self, bench: &Bench) -> Vec<Duty> {
        let mut duties = Vec::new();
        duties.extend(self.start_clock().map(|clock| Duty {
            key: "begin".to_owned(),
            what: words(
                "领取施工许可证之日起三个月内开工",
                "begin construction within three months of the permit",
            ),
            units: BTreeSet::new(),
            timed: Timed { clock, done_on: self.works.started_on },
        }));
        let stoppages = (1_u32..).zip(&self.works.stoppages);
        duties.extend(stoppages.map(|(number, stoppage)| Duty {
            key: format!("report_stoppage_{number}"),
            what: words("中止施工之日起一个月内报告", "report the stoppage within one month"),
            units: BTreeSet::new(),
            timed: Timed {
                clock: Clock::new(stoppage.since, months(1), "建筑法 art. 10"),
                done_on: stoppage.reported_on,
            },
        }));
        for (unit, on) in &self.owner_accepted {
            duties.extend(self.after_acceptance(unit, *on, bench));
        }
        duties
    }

    /// What the owner's acceptance of a unit brings: what the items of this stage lay upon the enterprise,
    /// and the as-built papers for the planning authority.
    fn after_acceptance(&self, unit: &str, on: Date, bench: &Bench) -> Vec<Duty> {
        let units = BTreeSet::from([unit.to_owned()]);
        let facts = self.facts_of(&units, &bench.law.catalogue);
        let items = bench.law.catalogue.items(bench.date);
        let owed = items
            .filter(|item| item.stage == Stage::Acceptance && item.applies(&facts) != Applies::No);
        let owed = owed.filter_map(|item| {
            let duty = item.duty.as_ref()?;
            let DutyWithin::Limit(limit) = duty.within else { return None };
            let clock = Clock::new(on, limit, duty.citation.clone());
            let done_on = self.in_hand(&item.code, unit, bench);
            let timed = Timed { clock, done_on };
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
                clock: Clock::new(on, months(6), "城乡规划法 art. 45"),
                done_on: self.planning_archive.get(unit).copied(),
            },
        });
        duties
    }
}

impl Stoppage {
    /// Whether construction had stood still for a full year by `on`: from the day after the one of the
    /// same date (民法典 art. 202; 建筑法 art. 10).
    #[must_use]
    pub fn lasted_a_year(&self, on: Date, bench: &Bench) -> bool {
        let year = Clock::new(self.since, months(12), "建筑法 art. 10").without_roll();
        year.deadline(&bench.calendar).is_some_and(|deadline| deadline.due < on)
    }
}
