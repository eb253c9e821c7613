//! Every text of the seeds is plain: it shows what it says, and nothing that displays or prints it takes
//! it for markup or for a formula. Names go from here into pages, spreadsheets and certificates.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::seed::{Fault, SeedFile, hidden_message, is_hidden};

/// What is not plain in a file, text or comment.
pub(super) fn faults(file: &SeedFile) -> Vec<Fault> {
    let mut found = hidden(file);
    let (root, _) = DeTable::parse_recoverable(&file.text);
    for (_, value) in root.get_ref().iter() {
        texts(value, &mut |offset, text| {
            let Some(what) = not_plain(text) else { return };
            let line = 1 + file.text.bytes().take(offset).filter(|byte| *byte == b'\n').count();
            let message = format!("a text is plain, and this {what}");
            found.push(Fault { path: file.path.clone(), line, message });
        });
    }
    found
}

fn hidden(file: &SeedFile) -> Vec<Fault> {
    let text = file.text.strip_prefix('\u{feff}').unwrap_or(&file.text);
    let lines = text.split('\n').zip(1..);
    let hidden = lines.filter_map(|(text, line)| {
        let text = text.strip_suffix('\r').unwrap_or(text);
        let found = text.chars().find(|c| *c != '\t' && is_hidden(*c))?;
        Some(Fault { path: file.path.clone(), line, message: hidden_message(found) })
    });
    hidden.collect()
}

/// Every text in a value, with the offset where it stands.
fn texts(value: &Spanned<DeValue<'_>>, each: &mut impl FnMut(usize, &str)) {
    match value.get_ref() {
        DeValue::String(text) => each(value.span().start, text),
        DeValue::Array(values) => values.iter().for_each(|value| texts(value, each)),
        DeValue::Table(table) => table.iter().for_each(|(_, value)| texts(value, each)),
        DeValue::Integer(_) | DeValue::Float(_) | DeValue::Boolean(_) | DeValue::Datetime(_) => {}
    }
}

fn not_plain(text: &str) -> Option<&'static str> {
    let opens = |c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?');
    if text.match_indices('<').any(|(at, _)| text[at + 1..].starts_with(opens)) {
        return Some("is markup: write < with a space behind it");
    }
    let formula = text.starts_with(['=', '+', '@']) || (text.len() > 1 && text.starts_with('-'));
    formula.then_some("begins like a formula: = + - @")
}
