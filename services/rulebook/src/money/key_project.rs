//! 重点外资项目: the gate of 大政发〔2020〕24号 (十五), 投资额3000万美元以上, as editions of a rule
//! with a table of dated rates. The figure itself is part of the rule (以上 includes it).

use std::cmp::Ordering;

use jiff::civil::Date;

use super::{Currency, Money, MoneyError, Rate};
use crate::negative_list::fields::{Reading, Table};
use crate::seed::{Fault, SeedFile};

/// One edition of the gate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyProjectRule {
    /// Name of the edition, recorded with every decision.
    pub edition: String,
    /// First day in force.
    pub effective: Date,
    /// First day no longer in force; `None` while it is.
    pub repealed: Option<Date>,
    /// The threshold, in US dollars.
    pub threshold: Money,
    /// Whether an investment of exactly the threshold is in.
    pub inclusive: bool,
    /// For how many calendar days after its date a rate may be used.
    pub rate_max_age_days: u32,
    /// The document and paragraph.
    pub citation: String,
}

impl KeyProjectRule {
    /// Decides with a given rate, exactly: the cut to whole cents is for people to read.
    ///
    /// # Errors
    /// [`NotDecidable::Amount`] if the rate is for another currency or the dollars are too many.
    pub fn decide(&self, amount: Money, rate: &Rate) -> Result<KeyProjectDecision, NotDecidable> {
        let usd_equivalent = rate.to_usd(amount)?;
        let meets = match rate.compare(amount, self.threshold)? {
            Ordering::Greater => true,
            Ordering::Equal => self.inclusive,
            Ordering::Less => false,
        };
        Ok(KeyProjectDecision {
            meets,
            amount,
            usd_equivalent,
            threshold: self.threshold,
            rate: rate.clone(),
            rate_date: rate.date(),
            rule_edition: self.edition.clone(),
            citation: self.citation.clone(),
        })
    }

    fn is_in_force(&self, on: Date) -> bool {
        self.effective <= on && self.repealed.is_none_or(|repealed| on < repealed)
    }
}

/// A decision of the gate with everything it rests on, so that it can be checked and contested.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyProjectDecision {
    /// Whether the project is a key project.
    pub meets: bool,
    /// The investment, in its own currency.
    pub amount: Money,
    /// The investment in US dollars, cut to whole cents.
    pub usd_equivalent: Money,
    /// The threshold it was held against.
    pub threshold: Money,
    /// The rate used; for dollars, one for one.
    pub rate: Rate,
    /// The date of that rate.
    pub rate_date: Date,
    /// The edition of the rule.
    pub rule_edition: String,
    /// The document and paragraph.
    pub citation: String,
}

/// Why the gate has no answer. None of these makes a project a key project or keeps it from being
/// one: a person must supply what is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotDecidable {
    /// The gate did not exist on that day.
    #[error("no edition of the key-project rule is in force on {0}")]
    NoRule(Date),
    /// No rate of the currency was published on or before that day.
    #[error("no rate of {} on or before {on}", .currency.code())]
    NoRate {
        /// The currency of the amount.
        currency: Currency,
        /// The day of the decision.
        on: Date,
    },
    /// The latest rate is too old to decide on.
    #[error("the latest rate of {} before {on} is of {rate_date}, which is too old", .currency.code())]
    RateTooOld {
        /// The currency of the amount.
        currency: Currency,
        /// The day of the decision.
        on: Date,
        /// The date of the latest rate.
        rate_date: Date,
    },
    /// The amount cannot be converted.
    #[error(transparent)]
    Amount(#[from] MoneyError),
}

/// Every edition of the gate, and the rates, from `seeds/key-project/*.toml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyProjectRules {
    rules: Vec<KeyProjectRule>,
    /// By date within each currency.
    rates: Vec<Rate>,
}

impl KeyProjectRules {
    /// Reads the files below `key-project/`; other files are left to others.
    ///
    /// # Errors
    /// Everything wrong with them, by path and line.
    pub fn parse(files: &[SeedFile]) -> Result<Self, Vec<Fault>> {
        let (mut rules, mut rates, mut faults) = (Vec::new(), Vec::new(), Vec::new());
        for file in files.iter().filter(|file| is_ours(&file.path)) {
            let (mut reading, mut root) = Reading::new(file);
            for table in root.tables(&mut reading, "rule", "a rule") {
                let (at, rule) = (table.at, rule_of(&mut reading, table));
                rules.extend(rule.map(|rule| (file.path.clone(), reading.line(at), rule)));
            }
            read_rates(&mut reading, &mut root, &file.path, &mut rates);
            root.done(&mut reading);
            faults.extend(reading.into_faults());
        }
        if rules.is_empty() && faults.is_empty() {
            let message = "there is no edition of the key-project rule".to_owned();
            faults.push(Fault { path: FOLDER.to_owned(), line: 1, message });
        }
        check_rules(&mut rules, &mut faults);
        check_rates(&mut rates, &mut faults);
        faults.sort();
        if !faults.is_empty() {
            return Err(faults);
        }
        Ok(Self {
            rules: rules.into_iter().map(|(_, _, rule)| rule).collect(),
            rates: rates.into_iter().map(|(_, _, rate)| rate).collect(),
        })
    }

    /// The edition in force on a day.
    pub fn rule_on(&self, on: Date) -> Option<&KeyProjectRule> {
        self.rules.iter().find(|rule| rule.is_in_force(on))
    }

    /// The latest rate of a currency on or before a day, however old.
    pub fn rate_on(&self, currency: Currency, on: Date) -> Option<&Rate> {
        let published = |rate: &&Rate| rate.currency() == currency && rate.date() <= on;
        self.rates.iter().filter(published).max_by_key(|rate| rate.date())
    }

    /// Decides with the edition in force on a day and the latest rate on or before it.
    ///
    /// # Errors
    /// [`NotDecidable`] says what is missing.
    pub fn decide(&self, amount: Money, on: Date) -> Result<KeyProjectDecision, NotDecidable> {
        let rule = self.rule_on(on).ok_or(NotDecidable::NoRule(on))?;
        let currency = amount.currency();
        if currency == Currency::USD {
            return rule.decide(amount, &Rate::dollar(on));
        }
        let rate = self.rate_on(currency, on).ok_or(NotDecidable::NoRate { currency, on })?;
        let rate_date = rate.date();
        if (on - rate_date).get_days().unsigned_abs() > rule.rate_max_age_days {
            return Err(NotDecidable::RateTooOld { currency, on, rate_date });
        }
        rule.decide(amount, rate)
    }
}

/// Path and line of what was read, for faults between two of them.
type Placed<T> = (String, usize, T);

const FOLDER: &str = "key-project/";

fn is_ours(path: &str) -> bool {
    path.starts_with(FOLDER) && path.ends_with(".toml")
}

fn rule_of(reading: &mut Reading, mut table: Table) -> Option<KeyProjectRule> {
    let edition = table.text(reading, "edition");
    let effective = table.date(reading, "effective");
    let repealed = table.date_if(reading, "repealed");
    let threshold = table.decimal(reading, "threshold_usd");
    let inclusive = table.flag(reading, "inclusive");
    let max_age = table.number(reading, "rate_max_age_days");
    let citation = table.text(reading, "citation");
    table.done(reading);
    let (effective, threshold) = (effective?, threshold?);
    if let Some(repealed) = repealed.as_ref().filter(|it| it.value <= effective.value) {
        reading.fault(repealed.at, "`repealed` must be after `effective`");
    }
    let threshold_usd = Money::new(threshold.value, Currency::USD);
    if let Err(error) = &threshold_usd {
        reading.fault(threshold.at, format!("`threshold_usd`: {error}"));
    }
    Some(KeyProjectRule {
        edition: edition?.value,
        effective: effective.value,
        repealed: repealed.map(|it| it.value),
        threshold: threshold_usd.ok()?,
        inclusive: inclusive?.value,
        rate_max_age_days: max_age?.value,
        citation: citation?.value,
    })
}

fn read_rates(reading: &mut Reading, root: &mut Table, path: &str, rates: &mut Vec<Placed<Rate>>) {
    let tables = root.tables(reading, "rates", "a rate");
    if tables.is_empty() {
        return;
    }
    let source = root.text(reading, "source").map_or_else(String::new, |source| source.value);
    for mut table in tables {
        let (currency, date) = (table.text(reading, "currency"), table.date(reading, "date"));
        let (units, usd) = (table.decimal(reading, "units"), table.decimal(reading, "usd"));
        let at = table.at;
        table.done(reading);
        let (Some(currency), Some(date), Some(units), Some(usd)) = (currency, date, units, usd)
        else {
            continue;
        };
        let Ok(known) = super::currency_of(&currency.value) else {
            reading.fault(currency.at, format!("unknown currency `{}`", currency.value));
            continue;
        };
        match Rate::new(known, units.value, usd.value, date.value, source.clone()) {
            Ok(rate) => rates.push((path.to_owned(), reading.line(at), rate)),
            Err(error) => reading.fault(at, error.to_string()),
        }
    }
}

fn check_rules(rules: &mut [Placed<KeyProjectRule>], faults: &mut Vec<Fault>) {
    rules.sort_by_key(|(_, _, rule)| rule.effective);
    for pair in rules.windows(2) {
        let [(_, _, earlier), (path, line, later)] = pair else { continue };
        if earlier.repealed.is_none_or(|repealed| later.effective < repealed) {
            let message =
                format!("edition `{}` overlaps edition `{}`", later.edition, earlier.edition);
            faults.push(Fault { path: path.clone(), line: *line, message });
        }
    }
}

fn check_rates(rates: &mut [Placed<Rate>], faults: &mut Vec<Fault>) {
    rates.sort_by_key(|(_, _, rate)| (rate.currency().code(), rate.date()));
    for pair in rates.windows(2) {
        let [(_, _, earlier), (path, line, later)] = pair else { continue };
        if earlier.currency() == later.currency() && earlier.date() == later.date() {
            let message =
                format!("a second rate of {} for {}", later.currency().code(), later.date());
            faults.push(Fault { path: path.clone(), line: *line, message });
        }
    }
}
