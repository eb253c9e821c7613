//! Reading the editions from `seeds/negative-list/*.toml` and checking them as a whole.

use std::collections::HashMap;

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::fields::{At, Reading, Table};
use super::rule::{Rule, rule_of};
use super::{Edition, Entry, Kind, Mark, NegativeLists, Part, Scope, UNLISTED};
use crate::seed::{Fault, SeedFile};

const FOLDER: &str = "negative-list/";

/// An edition and where to point when it does not go with another.
struct Placed {
    edition: Edition,
    path: String,
    code_line: usize,
    effective_line: usize,
}

impl NegativeLists {
    /// Reads the files below `negative-list/`; other files are left to others.
    ///
    /// # Errors
    /// Everything wrong with them, by path and line.
    pub fn parse(files: &[SeedFile]) -> Result<Self, Vec<Fault>> {
        let (mut placed, mut faults) = (Vec::new(), Vec::new());
        let ours = |file: &&SeedFile| file.path.starts_with(FOLDER) && file.path.ends_with(".toml");
        for file in files.iter().filter(ours) {
            let (mut reading, mut root) = Reading::new(file);
            placed.extend(edition_of(&mut reading, &mut root, &file.path));
            root.done(&mut reading);
            faults.extend(reading.into_faults());
        }
        if placed.is_empty() && faults.is_empty() {
            let message = "there is no edition of a negative list".to_owned();
            faults.push(Fault { path: FOLDER.to_owned(), line: 1, message });
        }
        placed.sort_by_key(|it| (it.edition.scope, it.edition.effective));
        check_editions(&placed, &mut faults);
        faults.sort();
        if !faults.is_empty() {
            return Err(faults);
        }
        Ok(Self { editions: placed.into_iter().map(|it| it.edition).collect() })
    }
}

/// No two editions of one name, and at most one in force in each scope on any day.
fn check_editions(placed: &[Placed], faults: &mut Vec<Fault>) {
    for (at, later) in placed.iter().enumerate() {
        let mut fault =
            |line, message| faults.push(Fault { path: later.path.clone(), line, message });
        let before = &placed[..at];
        if before.iter().any(|earlier| earlier.edition.code == later.edition.code) {
            fault(later.code_line, format!("a second edition `{}`", later.edition.code));
        }
        for earlier in before.iter().filter(|it| it.edition.scope == later.edition.scope) {
            let repealed = earlier.edition.repealed;
            if repealed.is_none_or(|repealed| later.edition.effective < repealed) {
                let (later_code, earlier_code) = (&later.edition.code, &earlier.edition.code);
                let message = format!("edition `{later_code}` overlaps edition `{earlier_code}`");
                fault(later.effective_line, message);
            }
        }
    }
}

fn edition_of(reading: &mut Reading, root: &mut Table, path: &str) -> Option<Placed> {
    let code = root.text(reading, "edition");
    let scope = scope_of(reading, root);
    let (doc, order) = (root.text(reading, "doc"), root.text(reading, "order"));
    let promulgated = root.date(reading, "promulgated");
    let effective = root.date(reading, "effective");
    let repealed = root.date_if(reading, "repealed");
    let count = root.number(reading, "count");
    let count_source = root.text(reading, "count_source");
    let items = items_of(reading, root, count);
    let (code, promulgated, effective) = (code?, promulgated?, effective?);
    check_dates(reading, &promulgated, &effective, repealed.as_ref());
    Some(Placed {
        path: path.to_owned(),
        code_line: reading.line(code.at),
        effective_line: reading.line(effective.at),
        edition: Edition {
            code: code.value,
            scope: scope?,
            doc: doc?.value,
            order: order?.value,
            promulgated: promulgated.value,
            effective: effective.value,
            repealed: repealed.map(|it| it.value),
            count_source: count_source?.value,
            items,
        },
    })
}

fn check_dates(
    reading: &mut Reading,
    promulgated: &At<Date>,
    effective: &At<Date>,
    repealed: Option<&At<Date>>,
) {
    if effective.value < promulgated.value {
        reading.fault(effective.at, "`effective` must not be before `promulgated`");
    }
    if let Some(repealed) = repealed.filter(|it| it.value <= effective.value) {
        reading.fault(repealed.at, "`repealed` must be after `effective`");
    }
}

fn scope_of(reading: &mut Reading, root: &mut Table) -> Option<Scope> {
    const WORDS: [(&str, Scope); 2] = [("national", Scope::National), ("ftz", Scope::Ftz)];
    one_of(reading, root, "scope", &WORDS)
}

/// The entries: as many as the published list has, numbered from 1, each key asked once.
fn items_of(reading: &mut Reading, root: &mut Table, count: Option<At<u32>>) -> Vec<Entry> {
    let tables = root.tables(reading, "item", "an item");
    if let Some(count) = count.filter(|count| usize::try_from(count.value) != Ok(tables.len())) {
        let message = format!("`count` is {}, but there are {} items", count.value, tables.len());
        reading.fault(count.at, message);
    }
    let (mut items, mut keys) = (Vec::new(), HashMap::new());
    for (table, expected) in tables.into_iter().zip(1u32..) {
        items.extend(entry_of(reading, table, expected, &mut keys));
    }
    items
}

fn entry_of(
    reading: &mut Reading,
    mut table: Table,
    expected: u32,
    keys: &mut HashMap<String, usize>,
) -> Option<Entry> {
    let no = table.number(reading, "no");
    if let Some(no) = no.as_ref().filter(|no| no.value != expected) {
        let message = format!("number {} where {expected} is expected", no.value);
        reading.fault(no.at, message);
    }
    let key = table.text(reading, "key");
    check_key(reading, key.as_ref(), keys);
    let sector = table.text(reading, "sector");
    let kind = kind_of(reading, &mut table);
    let max_foreign_pct = table.decimal_if(reading, "max_foreign_pct");
    let rule = rule_of(reading, &mut table);
    let condition =
        table.text_if(reading, "condition").map_or_else(String::new, |condition| condition.value);
    let also = also_of(reading, &mut table, rule.as_ref(), &condition, keys);
    let gbt_hint = gbt_of(reading, &mut table);
    let (text, mark) = (table.text(reading, "text"), mark_of(reading, &mut table));
    let source = table.text(reading, "source");
    let at = table.at;
    table.done(reading);
    let (kind, rule) = (kind?, rule?);
    let max_foreign_pct = max_foreign_pct.map(|pct| pct.value);
    check_kind(reading, at, kind, max_foreign_pct, &rule, &condition);
    Some(Entry {
        no: no?.value,
        key: key?.value,
        sector: sector?.value,
        kind,
        max_foreign_pct,
        rule,
        condition,
        also,
        gbt_hint,
        text: text?.value,
        mark: mark?,
        source: source?.value,
    })
}

/// A key is asked on the command line: lower-case letters, digits, `_`; once in an edition.
fn check_key(reading: &mut Reading, key: Option<&At<String>>, keys: &mut HashMap<String, usize>) {
    let Some(At { value, at }) = key else { return };
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    if !value.bytes().all(plain) {
        reading.fault(*at, format!("key `{value}` must be lower-case letters, digits and `_`"));
    }
    if value == UNLISTED {
        reading.fault(*at, format!("key `{UNLISTED}` is reserved for what is on no list"));
    }
    let line = reading.line(*at);
    if let Some(first) = keys.insert(value.clone(), line) {
        reading.fault(*at, format!("key `{value}` is already used on line {first}"));
    }
}

fn kind_of(reading: &mut Reading, table: &mut Table) -> Option<Kind> {
    const WORDS: [(&str, Kind); 4] = [
        ("prohibited", Kind::Prohibited),
        ("equity_cap", Kind::EquityCap),
        ("chinese_control", Kind::ChineseControl),
        ("other_condition", Kind::OtherCondition),
    ];
    one_of(reading, table, "kind", &WORDS)
}

fn mark_of(reading: &mut Reading, table: &mut Table) -> Option<Mark> {
    const WORDS: [(&str, Mark); 4] = [
        ("verified", Mark::Verified),
        ("carried", Mark::Carried),
        ("partly", Mark::Partly),
        ("memory", Mark::Memory),
    ];
    one_of(reading, table, "mark", &WORDS)
}

fn one_of<T: Copy>(
    reading: &mut Reading,
    table: &mut Table,
    key: &str,
    words: &[(&str, T)],
) -> Option<T> {
    let word = table.text(reading, key)?;
    let found = words.iter().find(|(name, _)| *name == word.value).map(|(_, value)| *value);
    if found.is_none() {
        let names: Vec<&str> = words.iter().map(|(name, _)| *name).collect();
        let message = format!("`{key}` must be one of {}, not `{}`", names.join(", "), word.value);
        reading.fault(word.at, message);
    }
    found
}

/// A part without a rule of its own is the entry under another name.
fn also_of(
    reading: &mut Reading,
    table: &mut Table,
    rule: Option<&Rule>,
    condition: &str,
    keys: &mut HashMap<String, usize>,
) -> Vec<Part> {
    let mut parts = Vec::new();
    for mut part in table.tables(reading, "also", "a part") {
        let key = part.text(reading, "key");
        check_key(reading, key.as_ref(), keys);
        let own = part.text_if(reading, "condition");
        let part_rule = if part.has("rule") || own.is_some() {
            rule_of(reading, &mut part)
        } else {
            rule.cloned()
        };
        let condition = own.map_or_else(|| condition.to_owned(), |own| own.value);
        part.done(reading);
        if let (Some(key), Some(rule)) = (key, part_rule) {
            parts.push(Part { key: key.value, rule, condition });
        }
    }
    parts
}

/// GB/T 4754-2017 codes have two to four digits; the table itself is not loaded here.
fn gbt_of(reading: &mut Reading, table: &mut Table) -> Vec<String> {
    let codes = table.texts(reading, "gbt_hint");
    for code in &codes {
        let digits = code.value.bytes().all(|byte| byte.is_ascii_digit());
        if !digits || !(2..=4).contains(&code.value.len()) {
            let message = format!("`{}` is not a GB/T 4754 code of two to four digits", code.value);
            reading.fault(code.at, message);
        }
    }
    codes.into_iter().map(|code| code.value).collect()
}

/// The kind says what the law does, the rule what the machine may: they must not contradict.
fn check_kind(
    reading: &mut Reading,
    at: usize,
    kind: Kind,
    max_foreign_pct: Option<Decimal>,
    rule: &Rule,
    condition: &str,
) {
    let passes_to = match rule {
        Rule::Share { pass, .. } => Some(pass.pct),
        Rule::Prohibited | Rule::Manual => None,
    };
    if (kind == Kind::Prohibited) != (*rule == Rule::Prohibited) {
        reading.fault(at, "kind `prohibited` and rule `prohibited` go together");
    }
    if (kind == Kind::EquityCap) != max_foreign_pct.is_some() {
        reading.fault(at, "kind `equity_cap` and `max_foreign_pct` go together");
    }
    if passes_to.zip(max_foreign_pct).is_some_and(|(passes, cap)| passes > cap) {
        reading.fault(at, "the rule lets pass more than `max_foreign_pct`");
    }
    if kind == Kind::ChineseControl && !leaves_chinese_majority(rule) {
        reading.fault(at, "under kind `chinese_control` only shares below 50 may pass");
    }
    if *rule != Rule::Prohibited && condition.is_empty() {
        reading.fault(at, "no `condition`: say what a person must check");
    }
}

fn leaves_chinese_majority(rule: &Rule) -> bool {
    match rule {
        Rule::Prohibited | Rule::Manual => true,
        Rule::Share { pass, .. } => {
            let half = Decimal::from(50);
            pass.pct < half || (pass.pct == half && !pass.inclusive)
        }
    }
}
