//! Reading a TOML seed field by field, so that everything wrong with a file is found in one pass:
//! missing, unknown and mistyped fields each with their line. It knows no law.

use jiff::civil::Date;
use rust_decimal::Decimal;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::seed::{Fault, SeedFile};

/// A value and the byte offset it was read at.
#[derive(Debug, Clone)]
pub(crate) struct At<T> {
    pub(crate) value: T,
    pub(crate) at: usize,
}

/// One file being read, and what was found wrong with it so far.
pub(crate) struct Reading<'i> {
    file: &'i SeedFile,
    faults: Vec<Fault>,
}

impl<'i> Reading<'i> {
    /// Starts on a file; its root table, empty where the text is not TOML.
    pub(crate) fn new(file: &'i SeedFile) -> (Self, Table<'i>) {
        let (root, errors) = DeTable::parse_recoverable(&file.text);
        let mut reading = Self { file, faults: Vec::new() };
        for error in errors {
            reading.fault(error.span().map_or(0, |span| span.start), error.message());
        }
        (reading, Table { at: 0, what: "the file", fields: root.into_inner() })
    }

    /// Notes a fault at a byte offset.
    pub(crate) fn fault(&mut self, at: usize, message: impl Into<String>) {
        let fault = self.fault_at(at, message);
        self.faults.push(fault);
    }

    /// A fault at a byte offset, for who finds out later whether it is one.
    pub(crate) fn fault_at(&self, at: usize, message: impl Into<String>) -> Fault {
        Fault { path: self.file.path.clone(), line: self.line(at), message: message.into() }
    }

    /// The line of a byte offset, counted from 1.
    pub(crate) fn line(&self, at: usize) -> usize {
        1 + self.file.text.bytes().take(at).filter(|byte| *byte == b'\n').count()
    }

    /// Everything found.
    pub(crate) fn into_faults(self) -> Vec<Fault> {
        self.faults
    }
}

/// A table whose fields are taken out one by one; what remains at the end is unknown.
pub(crate) struct Table<'i> {
    pub(crate) at: usize,
    what: &'static str,
    fields: DeTable<'i>,
}

impl<'i> Table<'i> {
    /// A non-empty text without control characters.
    pub(crate) fn text(&mut self, reading: &mut Reading, key: &str) -> Option<At<String>> {
        let field = self.field(reading, key)?;
        text_of(reading, key, field)
    }

    /// As [`Table::text`], where the field may be absent.
    pub(crate) fn text_if(&mut self, reading: &mut Reading, key: &str) -> Option<At<String>> {
        let field = self.field_if(key)?;
        text_of(reading, key, field)
    }

    /// A date, written bare: `2020-07-23`.
    pub(crate) fn date(&mut self, reading: &mut Reading, key: &str) -> Option<At<Date>> {
        let field = self.field(reading, key)?;
        read(reading, key, field, "a date, as in 2020-07-23", date_of)
    }

    /// As [`Table::date`], where the field may be absent.
    pub(crate) fn date_if(&mut self, reading: &mut Reading, key: &str) -> Option<At<Date>> {
        let field = self.field_if(key)?;
        read(reading, key, field, "a date, as in 2020-07-23", date_of)
    }

    /// A whole number from 0.
    pub(crate) fn number(&mut self, reading: &mut Reading, key: &str) -> Option<At<u32>> {
        let field = self.field(reading, key)?;
        read(reading, key, field, "a whole number", |value| {
            value.as_integer().filter(|number| number.radix() == 10)?.as_str().parse().ok()
        })
    }

    /// A plain decimal number, exact as written.
    pub(crate) fn decimal(&mut self, reading: &mut Reading, key: &str) -> Option<At<Decimal>> {
        let field = self.field(reading, key)?;
        read(reading, key, field, "a plain decimal number", decimal_of)
    }

    /// As [`Table::decimal`], where the field may be absent.
    pub(crate) fn decimal_if(&mut self, reading: &mut Reading, key: &str) -> Option<At<Decimal>> {
        let field = self.field_if(key)?;
        read(reading, key, field, "a plain decimal number", decimal_of)
    }

    /// True or false.
    pub(crate) fn flag(&mut self, reading: &mut Reading, key: &str) -> Option<At<bool>> {
        let field = self.field(reading, key)?;
        read(reading, key, field, "true or false", |value| value.as_bool())
    }

    /// A list of texts, empty when the field is absent.
    pub(crate) fn texts(&mut self, reading: &mut Reading, key: &str) -> Vec<At<String>> {
        let elements = self.elements(reading, key);
        elements.into_iter().filter_map(|element| text_of(reading, key, element)).collect()
    }

    /// A list of tables, empty when the field is absent. `what` names one of them.
    pub(crate) fn tables(
        &mut self,
        reading: &mut Reading,
        key: &str,
        what: &'static str,
    ) -> Vec<Table<'i>> {
        let mut tables = Vec::new();
        for element in self.elements(reading, key) {
            let at = element.span().start;
            match element.into_inner() {
                DeValue::Table(fields) => tables.push(Table { at, what, fields }),
                other => {
                    reading.fault(at, format!("`{key}` must be a table, not {}", named(&other)))
                }
            }
        }
        tables
    }

    /// A value that is either a word or a table of its own.
    pub(crate) fn word_or_table(
        &mut self,
        reading: &mut Reading,
        key: &str,
        what: &'static str,
    ) -> Option<At<Result<String, Table<'i>>>> {
        let field = self.field(reading, key)?;
        let at = field.span().start;
        let value = match field.into_inner() {
            DeValue::String(word) => Ok(word.into_owned()),
            DeValue::Table(fields) => Err(Table { at, what, fields }),
            other => {
                reading
                    .fault(at, format!("`{key}` must be a word or a table, not {}", named(&other)));
                return None;
            }
        };
        Some(At { value, at })
    }

    /// Whether a field is there, without taking it.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.fields.contains_key(key)
    }

    /// Reports every field that nobody asked for.
    pub(crate) fn done(self, reading: &mut Reading) {
        for key in self.fields.keys() {
            let message = format!("unknown field `{}` in {}", key.get_ref(), self.what);
            reading.fault(key.span().start, message);
        }
    }

    fn elements(&mut self, reading: &mut Reading, key: &str) -> Vec<Spanned<DeValue<'i>>> {
        let Some(field) = self.field_if(key) else { return Vec::new() };
        let at = field.span().start;
        match field.into_inner() {
            DeValue::Array(elements) => elements.into_iter().collect(),
            other => {
                reading.fault(at, format!("`{key}` must be a list, not {}", named(&other)));
                Vec::new()
            }
        }
    }

    fn field(&mut self, reading: &mut Reading, key: &str) -> Option<Spanned<DeValue<'i>>> {
        let field = self.field_if(key);
        if field.is_none() {
            reading.fault(self.at, format!("{} lacks `{key}`", self.what));
        }
        field
    }

    fn field_if(&mut self, key: &str) -> Option<Spanned<DeValue<'i>>> {
        self.fields.remove(key)
    }
}

fn read<T>(
    reading: &mut Reading,
    key: &str,
    field: Spanned<DeValue>,
    wanted: &str,
    of: impl FnOnce(&DeValue) -> Option<T>,
) -> Option<At<T>> {
    let at = field.span().start;
    let value = of(field.get_ref());
    if value.is_none() {
        reading.fault(at, format!("`{key}` must be {wanted}, not {}", named(field.get_ref())));
    }
    value.map(|value| At { value, at })
}

fn text_of(reading: &mut Reading, key: &str, field: Spanned<DeValue>) -> Option<At<String>> {
    read(reading, key, field, "a text in one line, not empty", |value| {
        let text = value.as_str()?;
        let plain = !text.trim().is_empty() && !text.chars().any(char::is_control);
        plain.then(|| text.to_owned())
    })
}

fn date_of(value: &DeValue) -> Option<Date> {
    let stamp = value.as_datetime()?;
    let (Some(date), None, None) = (stamp.date, stamp.time, stamp.offset) else { return None };
    let (month, day) = (i8::try_from(date.month).ok()?, i8::try_from(date.day).ok()?);
    Date::new(i16::try_from(date.year).ok()?, month, day).ok()
}

fn decimal_of(value: &DeValue) -> Option<Decimal> {
    let text = match value {
        DeValue::Integer(number) if number.radix() == 10 => number.as_str(),
        DeValue::Float(number) => number.as_str(),
        _ => return None,
    };
    Decimal::from_str_exact(text).ok()
}

fn named(value: &DeValue) -> String {
    match value {
        DeValue::String(text) => format!("the text {text:?}"),
        DeValue::Integer(number) => format!("the number {number}"),
        DeValue::Float(number) => format!("the number {number}"),
        DeValue::Boolean(flag) => format!("{flag}"),
        DeValue::Datetime(stamp) => format!("the date {stamp}"),
        DeValue::Array(_) => "a list".to_owned(),
        DeValue::Table(_) => "a table".to_owned(),
    }
}
