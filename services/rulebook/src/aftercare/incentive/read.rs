//! Incentives as they are written in `seeds/aftercare/`.

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{Condition, Ground, IncentiveRow, Wanted, Window};
use crate::aftercare::{AftercareRules, Mention, limit, mark};
use crate::money::Money;
use crate::negative_list::fields::{At, Reading, Table};
use crate::seed::Fault;

impl AftercareRules {
    pub(in crate::aftercare) fn incentive_rows(&mut self, reading: &mut Reading, root: &mut Table) {
        for table in root.tables(reading, "incentive", "an incentive") {
            let at = table.at;
            let Some(row) = incentive(reading, table) else { continue };
            self.mentions.extend(mentions(reading, at, &row));
            let of_key = |other: &&IncentiveRow| other.key == row.key;
            for other in self.incentives.iter().filter(of_key) {
                let apart = other.until.is_some_and(|until| until < row.effective)
                    || row.until.is_some_and(|until| until < other.effective);
                if !apart || other.edition == row.edition {
                    let (key, edition, other) = (&row.key, &row.edition, &other.edition);
                    let fault = format!("editions {edition:?} and {other:?} of {key:?} overlap");
                    reading.fault(at, fault);
                }
            }
            self.incentives.push(row);
        }
    }
}

/// Agencies and items that a row names.
fn mentions(reading: &Reading, at: usize, row: &IncentiveRow) -> Vec<(Mention, Fault)> {
    let agencies = [&row.decides, &row.pays].map(|code| Mention::Agency(code.clone()));
    let window = match &row.window {
        Window::After { item, .. } => Some(item),
        Window::Yearly { .. } => None,
    };
    let wanted = row.conditions.iter().filter_map(|condition| match &condition.wanted {
        Wanted::Item(item) => Some(item),
        Wanted::Is(..) | Wanted::Starts(..) | Wanted::AtLeast(..) => None,
    });
    let items = window.into_iter().chain(wanted).map(|item| Mention::Item(item.clone()));
    let fault = |mention: Mention| {
        let why = match &mention {
            Mention::Agency(code) => format!("there is no agency {code:?} for {:?}", row.key),
            Mention::Item(code) => format!("there is no item {code:?} for {:?}", row.key),
        };
        (mention, reading.fault_at(at, why))
    };
    agencies.into_iter().chain(items).map(fault).collect()
}

fn incentive(reading: &mut Reading, mut table: Table) -> Option<IncentiveRow> {
    let at = table.at;
    let key = table.text(reading, "key");
    let zh = table.text(reading, "zh");
    let en = table.text(reading, "en");
    let edition = table.text(reading, "edition");
    let effective = table.date(reading, "effective");
    let until = table.date_if(reading, "until").map(|until| until.value);
    let decides = table.text(reading, "decides");
    let pays = table.text(reading, "pays");
    let currency = table.text(reading, "currency");
    let cap = money(reading, &mut table, "cap", currency.as_ref());
    let fixed = table.has("fixed").then(|| money(reading, &mut table, "fixed", currency.as_ref()));
    let (rate, base) = rate(reading, &mut table);
    let window = window(reading, &mut table);
    let conditions: Vec<_> = table
        .tables(reading, "condition", "a condition")
        .into_iter()
        .filter_map(|table| condition(reading, table))
        .collect();
    let grounds: Vec<_> = table
        .tables(reading, "ground", "a ground")
        .into_iter()
        .filter_map(|table| ground(reading, table))
        .collect();
    let citation = table.text(reading, "citation");
    let mark = mark(reading, &mut table);
    table.done(reading);
    if fixed.is_none() && rate.is_none() {
        reading.fault(at, "an incentive has `fixed`, `rate` or both");
    }
    if conditions.is_empty() || grounds.is_empty() {
        reading.fault(at, "an incentive has at least one condition and one ground");
    }
    Some(IncentiveRow {
        key: key?.value,
        zh: zh?.value,
        en: en?.value,
        edition: edition?.value,
        effective: effective?.value,
        until,
        decides: decides?.value,
        pays: pays?.value,
        cap: cap?,
        fixed: fixed.flatten(),
        rate,
        base,
        window: window?,
        conditions,
        grounds,
        citation: citation?.value,
        mark: mark?,
    })
}

fn money(
    reading: &mut Reading,
    table: &mut Table,
    key: &str,
    currency: Option<&At<String>>,
) -> Option<Money> {
    let amount = table.text(reading, key)?;
    let read = Money::parse(&amount.value, &currency?.value);
    if let Err(why) = read {
        reading.fault(amount.at, format!("`{key}`: {why}"));
    }
    read.ok()
}

/// The rate with the names of its base.
fn rate(reading: &mut Reading, table: &mut Table) -> (Option<Decimal>, (String, String)) {
    let Some(text) = table.text_if(reading, "rate") else { return (None, Default::default()) };
    let rate = crate::money::plain_decimal(&text.value).ok();
    let rate = rate.filter(|rate| *rate <= Decimal::ONE && rate.scale() <= 6 && !rate.is_zero());
    if rate.is_none() {
        reading.fault(text.at, "`rate` is a decimal above 0, at most 1, of at most six places");
    }
    let name = |text: Option<At<String>>| text.map(|text| text.value).unwrap_or_default();
    let zh = name(table.text(reading, "base_zh"));
    let en = name(table.text(reading, "base_en"));
    (rate, (zh, en))
}

fn window(reading: &mut Reading, table: &mut Table) -> Option<Window> {
    if table.has("claim_after") {
        let item = table.text(reading, "claim_after")?.value;
        let within = limit(reading, table, "claim_within")?;
        return Some(Window::After { item, within });
    }
    let opens = day(reading, table, "claim_opens");
    let closes = day(reading, table, "claim_closes");
    Some(Window::Yearly { opens: opens?, closes: closes? })
}

/// A month and a day of every year, `03-01`.
fn day(reading: &mut Reading, table: &mut Table, key: &str) -> Option<(i8, i8)> {
    let text = table.text(reading, key)?;
    // A year without a leap day, so that the day exists in each.
    let date = format!("2021-{}", text.value).parse::<Date>().ok();
    if date.is_none() {
        reading.fault(text.at, format!("`{key}` is a month and a day, as in 03-01"));
    }
    date.map(|date| (date.month(), date.day()))
}

fn condition(reading: &mut Reading, mut table: Table) -> Option<Condition> {
    let zh = table.text(reading, "zh");
    let en = table.text(reading, "en");
    let wanted = wanted(reading, &mut table);
    table.done(reading);
    Some(Condition { zh: zh?.value, en: en?.value, wanted: wanted? })
}

fn wanted(reading: &mut Reading, table: &mut Table) -> Option<Wanted> {
    if table.has("item") {
        return Some(Wanted::Item(table.text(reading, "item")?.value));
    }
    let at = table.at;
    let fact = table.text(reading, "fact")?.value;
    if table.has("at_least") {
        let currency = table.text(reading, "currency");
        let least = money(reading, table, "at_least", currency.as_ref())?;
        return Some(Wanted::AtLeast(fact, least));
    }
    let words = |texts: Vec<At<String>>| texts.into_iter().map(|text| text.value).collect();
    let (is, starts) = (table.texts(reading, "is"), table.texts(reading, "starts"));
    match (is.is_empty(), starts.is_empty()) {
        (false, true) => Some(Wanted::Is(fact, words(is))),
        (true, false) => Some(Wanted::Starts(fact, words(starts))),
        (true, true) | (false, false) => {
            reading.fault(at, "a condition over a fact has one of `is`, `starts`, `at_least`");
            None
        }
    }
}

fn ground(reading: &mut Reading, mut table: Table) -> Option<Ground> {
    let key = table.text(reading, "key");
    let zh = table.text(reading, "zh");
    let en = table.text(reading, "en");
    table.done(reading);
    Some(Ground { key: key?.value, zh: zh?.value, en: en?.value })
}
