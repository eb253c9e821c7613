//! The whole-process budget of plan-attached projects (带方案出让): how many working days the authorities
//! together have used.

use crate::calendar::Calendar;
use crate::matter::{Matter, MatterId};
use crate::negative_list::fields::Reading;
use crate::seed::{Fault, SeedFile};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// The rule, from `seeds/budget/*.toml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BudgetRule {
    /// Edition.
    pub edition: String,
    /// First day in force.
    pub effective: Date,
    /// Working days allowed.
    pub limit_wd: u32,
    /// The item whose grant starts it.
    pub from: String,
    /// The item whose grant ends it.
    pub until: String,
    /// Document and paragraph.
    pub citation: String,
}

/// What is used of the budget.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Budget {
    /// Day on which it started.
    pub started_on: Date,
    /// Day on which it ended; `None` while it runs.
    pub finished_on: Option<Date>,
    /// Working days allowed.
    pub limit_wd: u32,
    /// The distinct working days on which at least one approval authority's clock ran.
    pub used: BTreeSet<Date>,
    /// Plain working days elapsed since the start.
    pub elapsed_wd: u32,
}

impl BudgetRule {
    /// Reads the one rule below `budget/`; other files are left to others.
    ///
    /// # Errors
    /// Everything wrong with it, by path and line; none or several are a fault too.
    pub fn parse(files: &[SeedFile]) -> Result<Self, Vec<Fault>> {
        let ours: Vec<_> = files.iter().filter(|file| file.path.starts_with("budget/")).collect();
        let [file] = ours.as_slice() else {
            let message = format!("there is one budget rule, not {}", ours.len());
            return Err(vec![Fault { path: "budget/".to_owned(), line: 1, message }]);
        };
        let (mut reading, mut root) = Reading::new(file);
        let edition = root.text(&mut reading, "edition");
        let effective = root.date(&mut reading, "effective");
        let limit_wd = root.number(&mut reading, "limit_wd");
        let from = root.text(&mut reading, "from");
        let until = root.text(&mut reading, "until");
        let citation = root.text(&mut reading, "citation");
        root.text(&mut reading, "mark");
        root.done(&mut reading);
        let rule = (|| {
            Some(Self {
                edition: edition?.value,
                effective: effective?.value,
                limit_wd: limit_wd?.value,
                from: from?.value,
                until: until?.value,
                citation: citation?.value,
            })
        })();
        let faults = reading.into_faults();
        rule.filter(|_| faults.is_empty()).ok_or(faults)
    }

    /// What a project's matters have used through `today`; `None` before the start.
    #[must_use]
    pub fn reckon(
        &self,
        matters: &BTreeMap<MatterId, Matter>,
        today: Date,
        calendar: &Calendar,
    ) -> Option<Budget> {
        let started_on = granted_on(matters, &self.from).filter(|on| *on >= self.effective)?;
        let finished_on = granted_on(matters, &self.until).filter(|on| *on <= today);
        let end = finished_on.unwrap_or(today);
        let ran = matters.values().flat_map(|matter| matter.authority_days(end, calendar));
        let used = ran.filter(|day| *day > started_on && *day <= end).collect();
        let elapsed_wd = calendar.working_days(started_on, end).count;
        Some(Budget { started_on, finished_on, limit_wd: self.limit_wd, used, elapsed_wd })
    }
}

impl Budget {
    /// Working days left; none when it is used up.
    #[must_use]
    pub fn left_wd(&self) -> u32 {
        self.limit_wd.saturating_sub(u32::try_from(self.used.len()).unwrap_or(u32::MAX))
    }
}

/// The first day on which a matter of the item was granted that is in force.
fn granted_on(matters: &BTreeMap<MatterId, Matter>, item: &str) -> Option<Date> {
    let granted = matters.iter().filter(|(id, matter)| id.item() == item && matter.is_in_force());
    granted.filter_map(|(_, matter)| matter.decided_on()).min()
}
