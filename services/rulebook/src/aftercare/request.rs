//! Service requests as rows: what may be asked for, who answers, and by when it promises to.

use super::{limit, mark};
use crate::catalogue::{Mark, Text};
use crate::clock::{Clock, Limit};
use crate::negative_list::fields::{Reading, Table};

/// A type of service request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestRow {
    /// Key, e.g. `bank_matching`.
    pub key: String,
    /// Its name.
    pub name: Text,
    /// Code of the agency that answers.
    pub agency: String,
    /// Within how long it promises to.
    pub limit: Limit,
    /// How long before a permit expires its holder's enterprise is reminded; `None` where there is no permit.
    pub remind: Option<Limit>,
    /// Whether an association raises it.
    pub association: bool,
    /// The document and article.
    pub citation: String,
    /// How sure the row is.
    pub mark: Mark,
}

impl RequestRow {
    /// The promised limit as a clock that starts on a day.
    #[must_use]
    pub fn from(&self, start: jiff::civil::Date) -> Clock {
        Clock::new(start, self.limit, self.citation.as_str())
    }
}

pub(super) fn request(reading: &mut Reading, mut table: Table) -> Option<RequestRow> {
    let key = table.text(reading, "key");
    let (zh, en) = (table.text(reading, "zh"), table.text(reading, "en"));
    let agency = table.text(reading, "agency");
    let promised = limit(reading, &mut table, "limit");
    let has_permit = table.has("remind");
    let remind = if has_permit { limit(reading, &mut table, "remind") } else { None };
    let association = if table.has("association") {
        table.flag(reading, "association").map(|flag| flag.value)
    } else {
        Some(false)
    };
    let citation = table.text(reading, "citation");
    let mark = mark(reading, &mut table);
    table.done(reading);
    if has_permit && remind.is_none() {
        return None;
    }
    Some(RequestRow {
        key: key?.value,
        name: Text { zh: zh?.value, en: en?.value },
        agency: agency?.value,
        limit: promised?,
        remind,
        association: association?,
        citation: citation?.value,
        mark: mark?,
    })
}
