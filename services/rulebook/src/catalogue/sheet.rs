//! One TOML file read field by field, so that every fault is found, each with its line.
//!
//! A field that is missing or wrong leaves a fault and an empty value: whoever loads throws the
//! whole away if there is any fault, so that no empty value is ever seen. A field nobody asked
//! for is a fault too.

use std::cell::RefCell;
use std::collections::BTreeSet;

use jiff::civil::Date;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::words::{Mark, Text};
use crate::clock::{Limit, Unit};
use crate::seed::{Fault, SeedFile, hidden_message, is_hidden};

/// The longest file that is read at all.
const LONGEST_FILE: usize = 256 * 1024;

/// A value and the line it stands on.
#[derive(Debug, Clone, Default)]
pub(super) struct Placed<T> {
    pub line: usize,
    pub value: T,
}

/// One file: where its lines are, and what is wrong with it so far.
pub(super) struct Sheet {
    pub path: String,
    starts: Vec<usize>,
    faults: RefCell<Vec<Fault>>,
}

impl Sheet {
    /// Parses the file and hands its top level to `read`; `None` if it is no TOML at all. What
    /// is wrong with it is added to `faults`.
    pub fn read<T>(
        file: &SeedFile,
        faults: &mut Vec<Fault>,
        read: impl FnOnce(&Fields<'_>) -> T,
    ) -> Option<T> {
        let text = file.text.strip_prefix('\u{feff}').unwrap_or(&file.text);
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1));
        let sheet = Sheet {
            path: file.path.clone(),
            starts: starts.collect(),
            faults: RefCell::new(Vec::new()),
        };
        let value = sheet.parse(text, read);
        faults.append(&mut sheet.faults.into_inner());
        value
    }

    fn parse<T>(&self, text: &str, read: impl FnOnce(&Fields<'_>) -> T) -> Option<T> {
        if text.len() > LONGEST_FILE {
            self.fault(1, format!("the file is longer than {LONGEST_FILE} bytes"));
            return None;
        }
        self.look_for_hidden_characters(text);
        let (table, errors) = DeTable::parse_recoverable(text);
        for error in &errors {
            let line = error.span().map_or(1, |span| self.line_at(span.start));
            self.fault(line, format!("not TOML: {}", error.message()));
        }
        errors.is_empty().then(|| read(&Fields::new(self, table.get_ref(), 1)))
    }

    fn line_at(&self, offset: usize) -> usize {
        self.starts.partition_point(|start| *start <= offset)
    }

    pub fn fault(&self, line: usize, message: impl Into<String>) {
        let fault = Fault { path: self.path.clone(), line, message: message.into() };
        self.faults.borrow_mut().push(fault);
    }

    fn look_for_hidden_characters(&self, text: &str) {
        for (index, line) in text.split('\n').enumerate() {
            let line = line.strip_suffix('\r').unwrap_or(line);
            if let Some(found) = line.chars().find(|c| *c != '\t' && is_hidden(*c)) {
                self.fault(index + 1, hidden_message(found));
            }
        }
    }
}

/// Whether a limit of zero makes sense where it stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Zero {
    /// On the spot, or together with something else.
    Allowed,
    /// Nobody can be given no time at all.
    Refused,
}

/// A table of a file.
pub(super) struct Fields<'s> {
    pub sheet: &'s Sheet,
    table: &'s DeTable<'s>,
    /// Where the table begins.
    pub line: usize,
    asked: RefCell<BTreeSet<&'static str>>,
}

impl Drop for Fields<'_> {
    fn drop(&mut self) {
        for key in self.table.keys() {
            if !self.asked.borrow().contains(key.get_ref().as_ref()) {
                let line = self.sheet.line_at(key.span().start);
                self.sheet.fault(line, format!("unknown field `{}`", key.get_ref()));
            }
        }
    }
}

impl<'s> Fields<'s> {
    fn new(sheet: &'s Sheet, table: &'s DeTable<'s>, line: usize) -> Self {
        Self { sheet, table, line, asked: RefCell::default() }
    }

    fn find(&self, key: &'static str) -> Option<(usize, &'s DeValue<'s>)> {
        self.asked.borrow_mut().insert(key);
        let value: &'s Spanned<DeValue<'s>> = self.table.get(key)?;
        Some((self.sheet.line_at(value.span().start), value.get_ref()))
    }

    /// Whether the field is there at all.
    pub fn has(&self, key: &'static str) -> bool {
        self.find(key).is_some()
    }

    /// The line of a field, or of the table if it is not there.
    pub fn line_of(&self, key: &'static str) -> usize {
        self.find(key).map_or(self.line, |(line, _)| line)
    }

    pub fn missing(&self, key: &'static str) {
        self.sheet.fault(self.line, format!("`{key}` is missing"));
    }

    fn wrong(&self, line: usize, key: &str, what: &str) {
        self.sheet.fault(line, format!("`{key}` must be {what}"));
    }

    /// Text, not empty; required.
    pub fn text(&self, key: &'static str) -> Placed<String> {
        let found = self.text_if(key);
        if found.is_none() && !self.has(key) {
            self.missing(key);
        }
        found.unwrap_or(Placed { line: self.line_of(key), value: String::new() })
    }

    /// Text, not empty, if it is there.
    pub fn text_if(&self, key: &'static str) -> Option<Placed<String>> {
        let (line, value) = self.find(key)?;
        self.as_text(line, key, value)
    }

    fn as_text(&self, line: usize, key: &str, value: &DeValue<'_>) -> Option<Placed<String>> {
        let Some(text) = value.as_str() else {
            self.wrong(line, key, "text");
            return None;
        };
        if text.trim().is_empty() {
            self.wrong(line, key, "text that is not empty");
            return None;
        }
        if let Some(hidden) = text.chars().find(|c| is_hidden(*c)) {
            self.sheet.fault(line, hidden_message(hidden));
        }
        Some(Placed { line, value: text.to_owned() })
    }

    /// A stable name in `snake_case`; required.
    pub fn key(&self, key: &'static str) -> Placed<String> {
        let name = self.text(key);
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if !name.value.is_empty() && !name.value.chars().all(fits) {
            self.wrong(name.line, key, "a name of small letters, digits and `_`");
        }
        name
    }

    /// `zh` and `en` of this table; both required.
    pub fn names(&self) -> Text {
        Text { zh: self.text("zh").value, en: self.text("en").value }
    }

    /// A list of texts; empty if it is not there.
    pub fn texts(&self, key: &'static str) -> Vec<Placed<String>> {
        let Some((line, value)) = self.find(key) else { return Vec::new() };
        let Some(values) = value.as_array() else {
            self.wrong(line, key, "a list of texts");
            return Vec::new();
        };
        let each = values.iter().filter_map(|value| {
            self.as_text(self.sheet.line_at(value.span().start), key, value.get_ref())
        });
        each.collect()
    }

    /// Yes or no, if it is there.
    pub fn flag_if(&self, key: &'static str) -> Option<bool> {
        let (line, value) = self.find(key)?;
        let flag = value.as_bool();
        if flag.is_none() {
            self.wrong(line, key, "true or false");
        }
        flag
    }

    /// Whether the field is true or false rather than anything else.
    pub fn is_flag(&self, key: &'static str) -> bool {
        self.find(key).is_some_and(|(_, value)| value.is_bool())
    }

    /// A date without a time, if it is there.
    pub fn date_if(&self, key: &'static str) -> Option<Placed<Date>> {
        let (line, value) = self.find(key)?;
        let date = value
            .as_datetime()
            .filter(|datetime| datetime.time.is_none() && datetime.offset.is_none())
            .and_then(|datetime| datetime.date)
            .and_then(|date| {
                let (month, day) = (i8::try_from(date.month).ok()?, i8::try_from(date.day).ok()?);
                Date::new(i16::try_from(date.year).ok()?, month, day).ok()
            });
        if date.is_none() {
            self.wrong(line, key, "a date such as 2019-01-01, without quotes");
        }
        date.map(|value| Placed { line, value })
    }

    /// A date without a time; required.
    pub fn date(&self, key: &'static str) -> Option<Placed<Date>> {
        if !self.has(key) {
            self.missing(key);
        }
        self.date_if(key)
    }

    /// One of these words; required.
    pub fn choice<T: Copy>(&self, key: &'static str, words: &[(&str, T)]) -> Option<T> {
        let word = self.text(key);
        let found = words.iter().find(|(name, _)| *name == word.value).map(|(_, value)| *value);
        if found.is_none() && !word.value.is_empty() {
            let names: Vec<_> = words.iter().map(|(name, _)| *name).collect();
            let message =
                format!("`{key}` is `{}`, but must be one of {}", word.value, names.join(", "));
            self.sheet.fault(word.line, message);
        }
        found
    }

    /// How well founded; required.
    pub fn mark(&self) -> Mark {
        self.choice("mark", &Mark::WORDS).unwrap_or(Mark::Assumption)
    }

    /// A limit; required.
    pub fn limit(&self, key: &'static str, zero: Zero) -> Limit {
        if !self.has(key) {
            self.missing(key);
        }
        self.limit_if(key, zero).unwrap_or(Limit { n: 1, unit: Unit::WorkingDays })
    }

    /// A limit, if it is there.
    pub fn limit_if(&self, key: &'static str, zero: Zero) -> Option<Limit> {
        let text = self.text_if(key)?;
        match text.value.parse::<Limit>() {
            Ok(limit) if limit.n == 0 && zero == Zero::Refused => {
                self.sheet.fault(text.line, format!("`{key}` cannot be zero here"));
                None
            }
            Ok(limit) => Some(limit),
            Err(error) => {
                self.sheet.fault(text.line, format!("`{key}`: {error}"));
                None
            }
        }
    }

    /// A table, if it is there.
    pub fn table_if(&self, key: &'static str) -> Option<Fields<'s>> {
        let (line, value) = self.find(key)?;
        let table = value.as_table();
        if table.is_none() {
            self.wrong(line, key, "a table");
        }
        table.map(|table| Fields::new(self.sheet, table, line))
    }

    /// A table; required.
    pub fn table(&self, key: &'static str) -> Option<Fields<'s>> {
        if !self.has(key) {
            self.missing(key);
        }
        self.table_if(key)
    }

    /// A list of tables; empty if it is not there.
    pub fn tables(&self, key: &'static str) -> Vec<Fields<'s>> {
        let Some((line, value)) = self.find(key) else { return Vec::new() };
        let Some(values) = value.as_array() else {
            self.wrong(line, key, "a list of tables");
            return Vec::new();
        };
        let mut tables = Vec::new();
        for value in values.iter() {
            let line = self.sheet.line_at(value.span().start);
            match value.get_ref().as_table() {
                Some(table) => tables.push(Fields::new(self.sheet, table, line)),
                None => self.wrong(line, key, "a list of tables"),
            }
        }
        tables
    }
}
