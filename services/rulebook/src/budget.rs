//! 带方案出让: how many working days all approvals of a project may take together, as editions of a rule,
//! and how many of them its matters have used.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::calendar::Calendar;
use crate::catalogue::Mark;
use crate::clock::{Limit, Unit};
use crate::matter::{Matter, MatterId};
use crate::negative_list::fields::{Reading, Table};
use crate::seed::{Fault, SeedFile};

#[cfg(test)]
mod tests;

/// One edition of the budget.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BudgetRule {
    /// Name of the edition.
    pub edition: String,
    /// First day in force; a project keeps the edition of the day on which its budget began.
    pub effective: Date,
    /// Working days allowed.
    pub limit: Limit,
    /// Item whose grant begins the budget; that day is not counted.
    pub from: String,
    /// Item whose grant ends it; that day is counted.
    pub until: String,
    /// The document and paragraph.
    pub citation: String,
    /// How sure the rule is.
    pub mark: Mark,
}

/// Every edition, from `seeds/budget/*.toml`, oldest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BudgetRules(Vec<BudgetRule>);

impl BudgetRules {
    /// Reads the files below `budget/`; other files are left to others.
    ///
    /// # Errors
    /// Everything wrong with them, by path and line; no rule at all is a fault too.
    pub fn parse(files: &[SeedFile]) -> Result<Self, Vec<Fault>> {
        let (mut rules, mut faults) = (Vec::<BudgetRule>::new(), Vec::new());
        let ours = |file: &&SeedFile| file.path.starts_with(FOLDER) && file.path.ends_with(".toml");
        for file in files.iter().filter(ours) {
            let (mut reading, mut root) = Reading::new(file);
            for table in root.tables(&mut reading, "rule", "a rule") {
                let at = table.at;
                let Some(read) = rule(&mut reading, table) else { continue };
                if rules.iter().any(|earlier| earlier.effective == read.effective) {
                    reading.fault(at, format!("two rules begin on {}", read.effective));
                }
                rules.push(read);
            }
            root.done(&mut reading);
            faults.extend(reading.into_faults());
        }
        if rules.is_empty() && faults.is_empty() {
            let message = "there is no rule of the budget".to_owned();
            faults.push(Fault { path: FOLDER.to_owned(), line: 1, message });
        }
        rules.sort_by_key(|rule| rule.effective);
        faults.sort();
        if faults.is_empty() { Ok(Self(rules)) } else { Err(faults) }
    }

    /// The rule in force on a day.
    pub fn on(&self, date: Date) -> Option<&BudgetRule> {
        self.0.iter().rev().find(|rule| rule.effective <= date)
    }

    /// What a project's matters have used through `today`; `None` before the start.
    #[must_use]
    pub fn reckon(
        &self,
        matters: &BTreeMap<MatterId, Matter>,
        today: Date,
        calendar: &Calendar,
    ) -> Option<Budget> {
        let (started_on, rule) = self.0.iter().find_map(|rule| {
            let on = granted_on(matters, &rule.from)?;
            self.on(on).filter(|in_force| *in_force == rule).map(|rule| (on, rule.clone()))
        })?;
        let finished_on = granted_on(matters, &rule.until).filter(|on| *on <= today);
        let end = finished_on.unwrap_or(today);
        let ran = matters.values().flat_map(|matter| matter.authority_days(end, calendar));
        let used = ran.filter(|day| *day > started_on && *day <= end).collect();
        let elapsed_wd = calendar.working_days(started_on, end).count;
        Some(Budget { started_on, finished_on, rule, used, elapsed_wd })
    }

    /// Every rule, oldest first.
    pub fn iter(&self) -> impl Iterator<Item = &BudgetRule> {
        self.0.iter()
    }
}

/// What is used of the budget.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Budget {
    /// Day on which it started.
    pub started_on: Date,
    /// Day on which it ended; `None` while it runs.
    pub finished_on: Option<Date>,
    /// The rule in force on the day on which it started.
    pub rule: BudgetRule,
    /// The distinct working days on which at least one approval authority's clock ran.
    pub used: BTreeSet<Date>,
    /// Plain working days elapsed since the start.
    pub elapsed_wd: u32,
}

impl Budget {
    /// Working days left; none when it is used up.
    #[must_use]
    pub fn left_wd(&self) -> u32 {
        self.rule.limit.n.saturating_sub(u32::try_from(self.used.len()).unwrap_or(u32::MAX))
    }
}

/// The first day on which a matter of the item was granted that is in force.
fn granted_on(matters: &BTreeMap<MatterId, Matter>, item: &str) -> Option<Date> {
    let granted = matters.iter().filter(|(id, matter)| id.item() == item && matter.is_in_force());
    granted.filter_map(|(_, matter)| matter.decided_on()).min()
}

const FOLDER: &str = "budget/";

fn rule(reading: &mut Reading, mut table: Table) -> Option<BudgetRule> {
    let edition = table.text(reading, "edition");
    let effective = table.date(reading, "effective");
    let limit = table.text(reading, "limit").and_then(|text| {
        let limit: Option<Limit> = text.value.parse().ok();
        let limit = limit.filter(|limit| limit.unit == Unit::WorkingDays);
        if limit.is_none() {
            reading.fault(text.at, "`limit` must be in working days, such as \"10wd\"");
        }
        limit
    });
    let (from, until) = (table.text(reading, "from"), table.text(reading, "until"));
    let citation = table.text(reading, "citation");
    let mark = table.text(reading, "mark").and_then(|word| {
        let known = Mark::WORDS.iter().find(|(name, _)| *name == word.value);
        if known.is_none() {
            let words = Mark::WORDS.map(|(name, _)| name).join(", ");
            reading.fault(word.at, format!("`mark` must be one of {words}"));
        }
        known.map(|(_, mark)| *mark)
    });
    table.done(reading);
    Some(BudgetRule {
        edition: edition?.value,
        effective: effective?.value,
        limit: limit?,
        from: from?.value,
        until: until?.value,
        citation: citation?.value,
        mark: mark?,
    })
}
