//! 外商投资准入特别管理措施（负面清单）: editions by date and by inside or outside a pilot free trade
//! zone, and what a foreign share means under the entry in force (外商投资法 art. 4, 28; 外商投资法
//! 实施条例 art. 33–34). What prose alone can decide is handed to a person, never guessed.

use std::fmt;

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::money::{NotPlain, plain_decimal};

pub(crate) mod fields;
mod load;
mod rule;

pub use rule::{Bound, Rule};

#[cfg(test)]
mod tests;

/// The key of an activity that is on no list: it passes wherever a list is in force.
pub const UNLISTED: &str = "unlisted";

/// Every edition of both lists, oldest first within each scope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NegativeLists {
    editions: Vec<Edition>,
}

/// Where a list holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Outside the pilot free trade zones.
    National,
    /// Inside the boundary of a pilot free trade zone (自由贸易试验区).
    Ftz,
}

/// One edition of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edition {
    /// Its name here, such as `NAT-2021`.
    pub code: String,
    /// Where it holds.
    pub scope: Scope,
    /// Official name of the document.
    pub doc: String,
    /// The order that promulgated it.
    pub order: String,
    /// Day of the order.
    pub promulgated: Date,
    /// First day in force.
    pub effective: Date,
    /// First day no longer in force; `None` while it is.
    pub repealed: Option<Date>,
    /// How the number of entries was checked.
    pub count_source: String,
    /// The entries, by number.
    pub items: Vec<Entry>,
}

impl Edition {
    fn is_in_force(&self, on: Date) -> bool {
        self.effective <= on && self.repealed.is_none_or(|repealed| on < repealed)
    }

    /// The entry that answers for an activity, with the rule and condition for that activity.
    fn answer(&self, key: &str) -> Option<(&Entry, &Rule, &str)> {
        self.items.iter().find_map(|entry| {
            if entry.key == key {
                return Some((entry, &entry.rule, entry.condition.as_str()));
            }
            let part = entry.also.iter().find(|part| part.key == key)?;
            Some((entry, &part.rule, part.condition.as_str()))
        })
    }

    fn keys(&self) -> impl Iterator<Item = &str> {
        self.items.iter().flat_map(|entry| {
            let parts = entry.also.iter().map(|part| part.key.as_str());
            std::iter::once(entry.key.as_str()).chain(parts)
        })
    }
}

/// One numbered entry of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Number on the list, from 1.
    pub no: u32,
    /// Our name of the activity, the same in every edition.
    pub key: String,
    /// Chapter of the list.
    pub sector: String,
    /// What sort of measure it is.
    pub kind: Kind,
    /// The share named by an equity cap, in per cent.
    pub max_foreign_pct: Option<Decimal>,
    /// What a machine may decide.
    pub rule: Rule,
    /// What a person must check; empty for a plain prohibition.
    pub condition: String,
    /// The same activity under another list's key, and parts of it with rules of their own.
    pub also: Vec<Part>,
    /// Where the activity is usually found in GB/T 4754-2017.
    pub gbt_hint: Vec<String>,
    /// The entry as published.
    pub text: String,
    /// How sure the text is.
    pub mark: Mark,
    /// Why.
    pub source: String,
}

/// Another key that an entry answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The key.
    pub key: String,
    /// The rule for it.
    pub rule: Rule,
    /// What a person must check.
    pub condition: String,
}

/// The sort of a measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// 禁止投资.
    Prohibited,
    /// A highest foreign, or lowest Chinese, share.
    EquityCap,
    /// 中方控股 or 中方相对控股.
    ChineseControl,
    /// Anything else: 限于合资, officers, bare entries.
    OtherCondition,
}

/// How sure the text of an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mark {
    /// A copy of the list was seen.
    Verified,
    /// Seen in a neighbouring edition that is known to agree.
    Carried,
    /// Substance, number or most of the words were seen.
    Partly,
    /// Not seen.
    Memory,
}

/// The foreign share in total, from 0 to 100 per cent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ForeignShare(Decimal);

impl ForeignShare {
    /// Reads per cent as written: `49.9`, without a sign or `%`.
    ///
    /// # Errors
    /// [`BadShare`].
    pub fn parse(text: &str) -> Result<Self, BadShare> {
        match plain_decimal(text) {
            Ok(pct) => Self::new(pct),
            Err(NotPlain::Negative) => Err(BadShare::OutOfRange),
            Err(problem) => Err(BadShare::NotPlain(problem)),
        }
    }

    /// A share in per cent.
    ///
    /// # Errors
    /// [`BadShare::OutOfRange`] below 0 or above 100.
    pub fn new(pct: Decimal) -> Result<Self, BadShare> {
        if pct < Decimal::ZERO || pct > Decimal::ONE_HUNDRED {
            return Err(BadShare::OutOfRange);
        }
        Ok(Self(pct))
    }

    /// The share in per cent.
    pub fn pct(self) -> Decimal {
        self.0
    }
}

/// Why something is not a foreign share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadShare {
    /// Not a plain decimal number.
    #[error("the foreign share {0}")]
    NotPlain(NotPlain),
    /// Below 0 or above 100 per cent.
    #[error("the foreign share is not between 0 and 100 per cent")]
    OutOfRange,
}

/// What a screening comes to. The names are printed by `tongban screen` and are for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// Not on the list in force: treated as domestic.
    Pass,
    /// May be invested in, if the condition is kept.
    PassWithCondition,
    /// May not; later licences, registrations and 核准 are refused too.
    Refuse,
    /// A person decides.
    Manual,
}

impl Outcome {
    /// The name on the command line and in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::PassWithCondition => "pass_with_condition",
            Self::Refuse => "refuse",
            Self::Manual => "manual",
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A screening with what it rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Screening {
    /// The edition in force; `None` if no known one is.
    pub edition: Option<String>,
    /// The key that was asked.
    pub key: String,
    /// The key of the entry that answered, which may name the activity otherwise.
    pub item_key: Option<String>,
    /// Its number on the list.
    pub item_no: Option<u32>,
    /// The answer.
    pub outcome: Outcome,
    /// What must be kept or checked; empty when there is nothing.
    pub condition: String,
    /// Why, in a sentence, where the entry itself does not say it.
    pub note: String,
    /// The entry as published; empty when none applies.
    pub text: String,
    /// How sure that text is.
    pub mark: Option<Mark>,
    /// Document, order and number.
    pub citation: String,
}

/// The activity is on no loaded list. Asking for [`UNLISTED`] says so on purpose.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no negative list knows this activity; an activity that is on none is `{UNLISTED}`")]
pub struct UnknownActivity {
    /// Known keys that look like it.
    pub similar: Vec<String>,
}

impl NegativeLists {
    /// The editions, oldest first within each scope.
    pub fn editions(&self) -> &[Edition] {
        &self.editions
    }

    /// The edition in force on a day. An investment is inside only if it is located and registered
    /// inside the boundary.
    pub fn edition_on(&self, on: Date, inside_ftz: bool) -> Option<&Edition> {
        let scope = if inside_ftz { Scope::Ftz } else { Scope::National };
        self.editions.iter().find(|edition| edition.scope == scope && edition.is_in_force(on))
    }

    /// Every key that can be asked for, sorted, [`UNLISTED`] not among them.
    pub fn activities(&self) -> Vec<&str> {
        let mut keys: Vec<&str> = self.editions.iter().flat_map(Edition::keys).collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    /// Screens an activity with a foreign share against the list of the day on which the competent
    /// authority decides.
    ///
    /// # Errors
    /// [`UnknownActivity`] when no loaded edition knows the key.
    pub fn screen(
        &self,
        on: Date,
        activity: &str,
        share: ForeignShare,
        inside_ftz: bool,
    ) -> Result<Screening, UnknownActivity> {
        let known = activity == UNLISTED
            || self.editions.iter().any(|edition| edition.answer(activity).is_some());
        if !known {
            return Err(UnknownActivity { similar: self.similar(activity) });
        }
        let Some(edition) = self.edition_on(on, inside_ftz) else {
            return Ok(no_edition(on, activity));
        };
        Ok(match edition.answer(activity) {
            Some((entry, rule, condition)) => {
                entered(edition, entry, activity, rule.outcome(share.pct()), condition, share)
            }
            None => not_listed(edition, activity, self.elsewhere(edition, activity)),
        })
    }

    /// The latest other edition of the same scope that lists the activity, for the note.
    fn elsewhere(&self, edition: &Edition, activity: &str) -> Option<(&Edition, &Entry)> {
        let same_scope = self.editions.iter().rev().filter(|other| other.scope == edition.scope);
        same_scope.filter_map(|other| Some((other, other.answer(activity)?.0))).next()
    }

    fn similar(&self, activity: &str) -> Vec<String> {
        let start: String = activity.chars().take(3).collect();
        let alike = |key: &&str| !start.is_empty() && key.contains(&start.to_ascii_lowercase());
        self.activities().into_iter().filter(alike).map(str::to_owned).collect()
    }
}

fn entered(
    edition: &Edition,
    entry: &Entry,
    activity: &str,
    outcome: Outcome,
    condition: &str,
    share: ForeignShare,
) -> Screening {
    let note = match outcome {
        Outcome::Pass if share.pct().is_zero() => "No foreign share, so the list does not apply.",
        Outcome::Refuse if entry.kind == Kind::Prohibited => "Foreign investment is prohibited.",
        Outcome::Refuse => "The foreign share is above what the entry allows.",
        Outcome::Manual => "The share alone does not decide; a person must.",
        Outcome::Pass | Outcome::PassWithCondition => "",
    };
    Screening {
        edition: Some(edition.code.clone()),
        key: activity.to_owned(),
        item_key: Some(entry.key.clone()),
        item_no: Some(entry.no),
        outcome,
        condition: condition.to_owned(),
        note: note.to_owned(),
        text: entry.text.clone(),
        mark: Some(entry.mark),
        citation: format!("{}（{}）第{}项", edition.doc, edition.order, entry.no),
    }
}

fn not_listed(
    edition: &Edition,
    activity: &str,
    elsewhere: Option<(&Edition, &Entry)>,
) -> Screening {
    let note = elsewhere.map_or_else(
        || "Not on the list in force.".to_owned(),
        |(other, entry)| {
            format!("Not on the list in force; it is number {} of {}.", entry.no, other.code)
        },
    );
    Screening {
        edition: Some(edition.code.clone()),
        key: activity.to_owned(),
        item_key: None,
        item_no: None,
        outcome: Outcome::Pass,
        condition: String::new(),
        note,
        text: String::new(),
        mark: None,
        citation: format!("{}（{}）; 外商投资法 art. 4", edition.doc, edition.order),
    }
}

fn no_edition(on: Date, activity: &str) -> Screening {
    let reason = format!("No edition of the list known here is in force on {on}.");
    Screening {
        edition: None,
        key: activity.to_owned(),
        item_key: None,
        item_no: None,
        outcome: Outcome::Manual,
        condition: reason.clone(),
        note: reason,
        text: String::new(),
        mark: None,
        citation: String::new(),
    }
}
