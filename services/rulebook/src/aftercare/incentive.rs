//! Incentives as rows: who may claim what and until when, explained condition by condition over facts that
//! events hold.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::AftercareRules;
use crate::calendar::Calendar;
use crate::catalogue::Mark;
use crate::clock::{Clock, Limit};
use crate::money::{Currency, KeyProjectRules, Money, MoneyError, Rate};

mod read;

/// One edition of an incentive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IncentiveRow {
    /// Key; the same for all editions.
    pub key: String,
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
    /// Name of the edition.
    pub edition: String,
    /// First day in force.
    pub effective: Date,
    /// Last day in force; `None` while none is set.
    pub until: Option<Date>,
    /// Code of the agency that decides.
    pub decides: String,
    /// Code of the agency that pays.
    pub pays: String,
    /// Most for one project under this edition; its currency is that of the row.
    pub cap: Money,
    /// Fixed amount.
    pub fixed: Option<Money>,
    /// Rate on the base that a claim states.
    pub rate: Option<Decimal>,
    /// What the base is, in Chinese and English; empty without a rate.
    pub base: (String, String),
    /// When it is claimed.
    pub window: Window,
    /// What must hold.
    pub conditions: Vec<Condition>,
    /// Grounds on which it is ordered back.
    pub grounds: Vec<Ground>,
    /// The document and paragraph.
    pub citation: String,
    /// How sure the row is.
    pub mark: Mark,
}

/// When an incentive is claimed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Window {
    /// Once, for some time after an item came into force.
    After {
        /// Item code.
        item: String,
        /// For how long.
        within: Limit,
    },
    /// For each calendar year, between two days of the next; each is a month and a day.
    Yearly {
        /// First day.
        opens: (i8, i8),
        /// Last day.
        closes: (i8, i8),
    },
}

/// One condition, in words and as a question to what is held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
    /// The question.
    pub wanted: Wanted,
}

/// What a condition wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// A fact is one of these.
    Is(String, Vec<String>),
    /// A fact starts with one of these.
    Starts(String, Vec<String>),
    /// A fact is an amount, such as `USD 30000000.00`, and no less than this.
    AtLeast(String, Money),
    /// An item is in force.
    Item(String),
}

/// Why something is ordered back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ground {
    /// Key.
    pub key: String,
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

/// What is held of a project: facts by key, and items in force by code.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    /// Facts.
    pub facts: BTreeMap<String, Held>,
    /// Items in force.
    pub items: BTreeMap<String, Held>,
}

/// Something that is held, and by what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// As it is written; for an item the name of the matter.
    pub value: String,
    /// The event that holds it.
    pub source: String,
    /// Since when, where that is known.
    pub since: Option<Date>,
}

/// A condition asked of what is held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked<'a> {
    /// The condition.
    pub condition: &'a Condition,
    /// What is held; `None` when nothing is.
    pub held: Option<&'a Held>,
    /// What is missing; `None` when the condition is met.
    pub missing: Option<String>,
}

impl IncentiveRow {
    /// Its currency.
    #[must_use]
    pub fn currency(&self) -> Currency {
        self.cap.currency()
    }

    /// Whether it is in force on a day.
    #[must_use]
    pub fn is_in_force(&self, on: Date) -> bool {
        self.effective <= on && self.until.is_none_or(|until| on <= until)
    }

    /// Every condition with what is held of it, on a day.
    #[must_use]
    pub fn explain<'a>(
        &'a self,
        known: &'a Known,
        rates: &KeyProjectRules,
        on: Date,
    ) -> Vec<Asked<'a>> {
        self.conditions.iter().map(|condition| condition.ask(known, rates, on)).collect()
    }

    /// The most that a base entitles to: the fixed amount and the rate on the base, cut to whole minor
    /// units, and never more than the cap.
    ///
    /// # Errors
    /// [`MoneyError`]: the base is of another currency or too large.
    pub fn entitlement(&self, base: Money) -> Result<Money, MoneyError> {
        if base.currency() != self.currency() {
            return Err(MoneyError::CurrenciesDiffer);
        }
        let mut amount = Money::new(Decimal::ZERO, self.currency())?;
        if let Some(fixed) = self.fixed {
            amount = amount.checked_add(fixed)?;
        }
        if let Some(rate) = self.rate {
            let part = base.amount().checked_mul(rate).ok_or(MoneyError::TooLarge)?;
            let part = part.trunc_with_scale(self.cap.amount().scale());
            amount = amount.checked_add(Money::new(part, self.currency())?)?;
        }
        Ok(if amount.at_least(self.cap)? { self.cap } else { amount })
    }

    /// The year for which it could be claimed on a day; `None` where it is paid once.
    #[must_use]
    pub fn period(&self, on: Date) -> Option<i16> {
        match self.window {
            Window::After { .. } => None,
            Window::Yearly { .. } => Some(on.year().saturating_sub(1)),
        }
    }

    /// First and last day to claim for a period; `None` while they are not known.
    #[must_use]
    pub fn claimable(
        &self,
        period: Option<i16>,
        known: &Known,
        calendar: &Calendar,
    ) -> Option<(Date, Date)> {
        match (&self.window, period) {
            (Window::After { item, within }, None) => {
                let since = known.items.get(item)?.since?;
                let last = Clock::new(since, *within, self.citation.as_str()).deadline(calendar)?;
                Some((since, last.due))
            }
            (Window::Yearly { opens, closes }, Some(year)) => {
                let day = |(month, day)| Date::new(year.checked_add(1)?, month, day).ok();
                Some((day(*opens)?, day(*closes)?))
            }
            (Window::After { .. }, Some(_)) | (Window::Yearly { .. }, None) => None,
        }
    }
}

impl Condition {
    fn ask<'a>(&'a self, known: &'a Known, rates: &KeyProjectRules, on: Date) -> Asked<'a> {
        let (held, missing) = match &self.wanted {
            Wanted::Item(item) => {
                let held = known.items.get(item);
                (held, held.is_none().then(|| format!("item {item} is not in force")))
            }
            Wanted::Is(fact, words) => ask(known, fact, |value| {
                let met = words.iter().any(|word| word == value);
                (!met).then(|| format!("it is none of {}", words.join(", ")))
            }),
            Wanted::Starts(fact, codes) => ask(known, fact, |value| {
                let met = codes.iter().any(|code| value.starts_with(code));
                (!met).then(|| format!("it starts with none of {}", codes.join(", ")))
            }),
            Wanted::AtLeast(fact, least) => {
                ask(known, fact, |value| falls_short(value, *least, rates, on))
            }
        };
        Asked { condition: self, held, missing }
    }
}

fn ask<'a>(
    known: &'a Known,
    fact: &str,
    missing: impl FnOnce(&str) -> Option<String>,
) -> (Option<&'a Held>, Option<String>) {
    match known.facts.get(fact) {
        None => (None, Some(format!("no event holds {fact}"))),
        Some(held) => (Some(held), missing(&held.value)),
    }
}

/// Why an amount as written is not at least another; `None` when it is. Another currency than the dollar is
/// converted exactly, at the latest rate on file, no older than the key-project rule allows.
fn falls_short(value: &str, least: Money, rates: &KeyProjectRules, on: Date) -> Option<String> {
    let written = value.split_once(' ').map(|(currency, amount)| Money::parse(amount, currency));
    let Some(Ok(amount)) = written else {
        return Some(format!("it is no amount such as {least}"));
    };
    let order = if amount.currency() == least.currency() {
        Ok(amount.minor_units().cmp(&least.minor_units()))
    } else {
        convert(amount, least, rates, on)
    };
    match order {
        Ok(Ordering::Less) => Some(format!("it is less than {least}")),
        Ok(Ordering::Equal | Ordering::Greater) => None,
        Err(why) => Some(why),
    }
}

fn convert(
    amount: Money,
    least: Money,
    rates: &KeyProjectRules,
    on: Date,
) -> Result<Ordering, String> {
    let needs = || format!("it needs a rate of {} that is on file", amount.currency().code());
    let rule = rates.rule_on(on).ok_or_else(needs)?;
    let young =
        |rate: &&Rate| (on - rate.date()).get_days().unsigned_abs() <= rule.rate_max_age_days;
    let rate = rates.rate_on(amount.currency(), on).filter(young).ok_or_else(needs)?;
    rate.compare(amount, least).map_err(|why| why.to_string())
}

impl AftercareRules {
    /// Every edition of every incentive.
    #[must_use]
    pub fn incentives(&self) -> &[IncentiveRow] {
        &self.incentives
    }

    /// An edition by name.
    #[must_use]
    pub fn incentive(&self, key: &str, edition: &str) -> Option<&IncentiveRow> {
        self.incentives.iter().find(|row| row.key == key && row.edition == edition)
    }

    /// The edition in force on a day.
    #[must_use]
    pub fn incentive_on(&self, key: &str, on: Date) -> Option<&IncentiveRow> {
        self.incentives.iter().find(|row| row.key == key && row.is_in_force(on))
    }
}
