//! Offices as rows: which agencies handle complaints, receive reports and supervise.

use super::mark;
use crate::catalogue::Mark;
use crate::negative_list::fields::{Reading, Table};

/// The keys that `[[office]]` tables must have, each once.
pub const OFFICES: [&str; 3] = ["complaints", "reports", "supervision"];

/// An office and who holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfficeRow {
    /// Key, one of [`OFFICES`].
    pub key: String,
    /// Codes of its agencies, the first one first; at least one.
    pub agencies: Vec<String>,
    /// The document and article.
    pub citation: String,
    /// How sure the row is.
    pub mark: Mark,
}

pub(super) fn office(reading: &mut Reading, mut table: Table) -> Option<OfficeRow> {
    let (key, at) = (table.text(reading, "key"), table.at);
    let agencies = table.texts(reading, "agencies");
    let agencies: Vec<_> = agencies.into_iter().map(|agency| agency.value).collect();
    let citation = table.text(reading, "citation");
    let mark = mark(reading, &mut table);
    table.done(reading);
    if agencies.is_empty() {
        reading.fault(at, "`agencies` has at least one entry");
    }
    Some(OfficeRow { key: key?.value, agencies, citation: citation?.value, mark: mark? })
}
