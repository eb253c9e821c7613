//! Reading the fields of a request: everything wrong is found before anything is refused.

use jiff::civil::Date;
use proto::r#type::v1 as ty;
use rulebook::clock::{Limit, MAX_UNITS, Unit};
use tonic::Status;
use unicode_normalization::UnicodeNormalization;

use crate::{
    name::{self, MatterName},
    position::{self, Token},
    refuse::{self, Violation},
    wire,
};

/// Longest name, code or number, in characters.
pub const MAX_SHORT: usize = 200;
/// Longest text in words, in characters.
pub const MAX_LONG: usize = 4_000;
/// Most entries of one repeated field.
pub const MAX_ENTRIES: usize = 200;

/// What is wrong with a request so far. What cannot be read is replaced by a default, which
/// [`Fields::finish`] never lets out.
#[derive(Debug, Default)]
pub struct Fields(Vec<Violation>);

impl Fields {
    /// Notes that a field breaks a rule.
    pub fn wrong(&mut self, field: impl Into<String>, rule: impl Into<String>) {
        self.0.push(Violation::new(field, rule));
    }

    /// Lets the request pass if nothing is wrong.
    ///
    /// # Errors
    /// INVALID_ARGUMENT with every violation.
    pub fn finish<T>(self, read: T) -> Result<T, Status> {
        if self.0.is_empty() { Ok(read) } else { Err(refuse::fields(self.0)) }
    }

    /// The idempotency key: 16 to 64 characters `[A-Za-z0-9_-]`.
    pub fn request_id(&mut self, text: &str) -> String {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
        if !(16..=64).contains(&text.len()) || !text.bytes().all(plain) {
            self.wrong("request_id", "is 16 to 64 characters of A-Z, a-z, 0-9, _ and -");
        }
        text.to_owned()
    }

    /// The date in law; empty means today.
    pub fn occurred_on(&mut self, text: &str) -> Option<Date> {
        if text.is_empty() { None } else { self.date("occurred_on", text) }
    }

    /// A date that must be there.
    pub fn date(&mut self, field: &str, text: &str) -> Option<Date> {
        let read = wire::date(text).ok();
        if read.is_none() {
            self.wrong(field, "is a date YYYY-MM-DD that exists");
        }
        read
    }

    /// A position token, which may be empty.
    pub fn position(&mut self, field: &str, text: &str) -> Option<Token> {
        let read = Token::parse(text);
        if read.is_none() && !text.is_empty() {
            self.wrong(field, position::RULE);
        }
        read
    }

    /// A project's id from its name `projects/{project}`.
    pub fn project(&mut self, field: &str, text: &str) -> String {
        let read = name::project(text);
        if read.is_none() {
            self.wrong(field, "is a name projects/{project}");
        }
        read.unwrap_or_default().to_owned()
    }

    /// A matter's name.
    pub fn matter(&mut self, text: &str) -> Option<MatterName> {
        let read = MatterName::parse(text);
        if read.is_none() {
            self.wrong("name", "is a name projects/{project}/matters/{item}-{ordinal}");
        }
        read
    }

    /// A name, code or number on one line, which may be empty; composed (NFC), so that the same name is the
    /// same bytes.
    pub fn short(&mut self, field: impl Into<String>, text: &str) -> String {
        let forbidden = |c| is_hidden(c) || is_joiner(c) || matches!(c, '\n' | '\t');
        self.text(field.into(), text, MAX_SHORT, forbidden)
    }

    /// A name, code or number on one line that must be there.
    pub fn required_short(&mut self, field: &str, text: &str) -> String {
        self.present(field, text);
        self.short(field, text)
    }

    /// A text in words, which may be empty; composed (NFC). It may hold the joiners of emoji and of Persian
    /// and Indic writing.
    pub fn long(&mut self, field: impl Into<String>, text: &str) -> String {
        self.text(field.into(), text, MAX_LONG, is_hidden)
    }

    /// A text in words that must be there.
    pub fn required_long(&mut self, field: &str, text: &str) -> String {
        self.present(field, text);
        self.long(field, text)
    }

    /// Texts in words.
    pub fn texts(&mut self, field: &str, texts: &[String]) -> Vec<String> {
        self.few(field, texts.len());
        let texts = texts.iter().take(MAX_ENTRIES).enumerate();
        texts.map(|(i, text)| self.required_long(&format!("{field}[{i}]"), text)).collect()
    }

    /// Texts in words, at least one.
    pub fn required_texts(&mut self, field: &str, texts: &[String]) -> Vec<String> {
        self.some(field, texts.len());
        self.texts(field, texts)
    }

    /// At least one entry.
    pub fn some(&mut self, field: &str, entries: usize) {
        if entries == 0 {
            self.wrong(field, "has at least one entry");
        }
    }

    /// Not too many entries.
    pub fn few(&mut self, field: &str, entries: usize) {
        if entries > MAX_ENTRIES {
            self.wrong(field, format!("has at most {MAX_ENTRIES} entries"));
        }
    }

    /// An enumeration's word that must be said and known.
    pub fn word<T>(&mut self, field: &str, read: Option<T>) -> Option<T> {
        if read.is_none() {
            self.wrong(field, "is required, and one of the words that this version knows");
        }
        read
    }

    /// A limit that must be there.
    pub fn limit(&mut self, field: &str, limit: Option<&ty::Limit>) -> Option<Limit> {
        let Some(limit) = limit else {
            self.wrong(field, "is required");
            return None;
        };
        if limit.n > MAX_UNITS {
            self.wrong(format!("{field}.n"), format!("is at most {MAX_UNITS}"));
        }
        let unit = match limit.unit() {
            ty::Unit::WorkingDay => Some(Unit::WorkingDays),
            ty::Unit::CalendarDay => Some(Unit::CalendarDays),
            ty::Unit::Month => Some(Unit::Months),
            ty::Unit::Unspecified => None,
        };
        let unit = self.word(&format!("{field}.unit"), unit)?;
        Some(Limit { n: limit.n, unit })
    }

    /// SHA-256 in hex; empty means none.
    pub fn sha256(&mut self, field: String, text: &str) -> Option<String> {
        let hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        if !text.is_empty() && (text.len() != 64 || !text.bytes().all(hex)) {
            self.wrong(field, "is 64 lower-case hex digits");
        }
        Some(text.to_owned()).filter(|text| !text.is_empty())
    }

    fn present(&mut self, field: &str, text: &str) {
        if text.trim().is_empty() {
            self.wrong(field, "is required");
        }
    }

    fn text(
        &mut self,
        field: String,
        text: &str,
        most: usize,
        forbidden: impl Fn(char) -> bool,
    ) -> String {
        if text.chars().count() > most {
            self.wrong(field, format!("has at most {most} characters"));
        } else if text.chars().any(forbidden) {
            self.wrong(
                field,
                "has no control characters, zero-width characters or changes of direction",
            );
        }
        text.nfc().collect()
    }
}

/// Characters that make a text look other than it is: controls, what has no width, what turns the
/// direction, tags, and what is no character at all.
pub(crate) fn is_hidden(c: char) -> bool {
    (c.is_control() && c != '\n' && c != '\t')
        || matches!(c, '\u{AD}' | '\u{61C}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}'
            | '\u{FDD0}'..='\u{FDEF}')
        || u32::from(c) & 0xFFFE == 0xFFFE
}

/// Zero-width joiner and non-joiner: they hide in a name, and belong into words.
fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200C}' | '\u{200D}')
}

#[cfg(test)]
mod tests;
