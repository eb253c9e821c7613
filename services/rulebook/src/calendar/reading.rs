//! Reads and checks the calendar files as a whole.
//!
//! A file whose structure is wrong is reported once, at the first such place; everything else
//! that is wrong with it or the others is reported too, so that one run names all there is.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use jiff::civil::Date;
use serde::Deserialize;
use toml::Spanned;

use super::{Almanac, DayReason, Edition, Exception, StatutoryFestivals, is_weekend, weekday_name};
use crate::seed::{Fault, SeedFile};

const FOLDER: &str = "calendar/";
const STATUTORY: &str = "calendar/statutory.toml";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct YearFile {
    year: Spanned<i16>,
    edition: Spanned<Vec<EditionTable>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EditionTable {
    published: Spanned<String>,
    notice: Spanned<String>,
    mark: Mark,
    festival: Vec<FestivalTable>,
}

/// How the number and day of a notice are known. Its dates are always taken from its text.
#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Mark {
    Verified,
    Memory,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FestivalTable {
    name: Spanned<String>,
    #[serde(default)]
    off: Vec<Spanned<String>>,
    #[serde(default)]
    in_lieu: Vec<Spanned<String>>,
    #[serde(default)]
    work: Vec<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StatutoryFile {
    citation: Spanned<String>,
    every_year: Vec<EveryYearTable>,
    #[serde(default)]
    dated: Vec<DatedTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EveryYearTable {
    name: Spanned<String>,
    days: Vec<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DatedTable {
    name: Spanned<String>,
    #[serde(rename = "mark")]
    _mark: Mark,
    days: Vec<Spanned<String>>,
}

pub(super) fn almanac(files: &[SeedFile]) -> Result<Almanac, Vec<Fault>> {
    let mut faults = Vec::new();
    let mut years: BTreeMap<i16, (&SeedFile, Vec<Arc<Edition>>)> = BTreeMap::new();
    let mut festivals = None;
    for file in files.iter().filter(|file| file.path.starts_with(FOLDER)) {
        let mut page = Page { file, faults: &mut faults };
        match file.path[FOLDER.len()..].strip_suffix(".toml") {
            Some("statutory") => festivals = page.statutory(),
            Some(stem) => {
                if let Some((year, editions)) = page.year(stem) {
                    years.insert(year, (file, editions));
                }
            }
            None => page.fault(0..0, "only .toml files belong into this folder".to_owned()),
        }
    }
    let named = files.iter().any(|file| file.path == STATUTORY);
    if !named {
        let message = "the file is missing; unpublished years are estimated from it".to_owned();
        faults.push(Fault { path: STATUTORY.to_owned(), line: 1, message });
    }
    neighbours_agree(&years, &mut faults);
    faults.sort();
    match festivals {
        Some(festivals) if faults.is_empty() => {
            let years = years.into_iter().map(|(year, (_, editions))| (year, editions)).collect();
            Ok(Almanac { years, festivals: Arc::new(festivals) })
        }
        _ => Err(faults),
    }
}

/// No date is named both by its own year's notice and by the next year's.
fn neighbours_agree(
    years: &BTreeMap<i16, (&SeedFile, Vec<Arc<Edition>>)>,
    faults: &mut Vec<Fault>,
) {
    for (year, (file, editions)) in years {
        let Some((earlier, before)) = years.get(&(year - 1)) else { continue };
        let mut twice: Vec<Date> = editions
            .iter()
            .flat_map(|edition| edition.exceptions.keys())
            .filter(|date| before.iter().any(|known| known.exceptions.contains_key(date)))
            .copied()
            .collect();
        twice.sort();
        twice.dedup();
        for date in twice {
            let line = file.text.find(&date.to_string()).map_or(1, |at| line(&file.text, at));
            let message = format!("{date} is already listed in {}", earlier.path);
            faults.push(Fault { path: file.path.clone(), line, message });
        }
    }
}

/// One file under examination.
struct Page<'a> {
    file: &'a SeedFile,
    faults: &'a mut Vec<Fault>,
}

impl Page<'_> {
    fn fault(&mut self, at: Range<usize>, message: String) {
        let line = line(&self.file.text, at.start);
        self.faults.push(Fault { path: self.file.path.clone(), line, message });
    }

    fn structure<T: serde::de::DeserializeOwned>(&mut self) -> Option<T> {
        match toml::from_str(&self.file.text) {
            Ok(table) => Some(table),
            Err(error) => {
                self.fault(error.span().unwrap_or(0..0), error.message().to_owned());
                None
            }
        }
    }

    fn year(&mut self, stem: &str) -> Option<(i16, Vec<Arc<Edition>>)> {
        let table: YearFile = self.structure()?;
        let year = *table.year.get_ref();
        if !(1949..=9998).contains(&year) || stem != year.to_string() {
            let message = format!("the year is {year}, but the file is named {stem}.toml");
            self.fault(table.year.span(), message);
            return None;
        }
        if table.edition.get_ref().is_empty() {
            self.fault(table.edition.span(), format!("{year} has no edition"));
        }
        let mut editions: Vec<Arc<Edition>> = Vec::new();
        for table in table.edition.into_inner() {
            let edition = self.edition(year, table, editions.last().map(Arc::as_ref));
            editions.extend(edition.map(Arc::new));
        }
        (!editions.is_empty()).then_some((year, editions))
    }

    /// An edition after the first replaces the festivals that it names and keeps the others.
    fn edition(
        &mut self,
        year: i16,
        table: EditionTable,
        before: Option<&Edition>,
    ) -> Option<Edition> {
        let notice = self.text(&table.notice, "notice");
        let published = self.published(year, &table.published, before);
        let mut named = Vec::new();
        for festival in &table.festival {
            let name = self.text(&festival.name, "name");
            if named.contains(&name) {
                self.fault(festival.name.span(), format!("{name} is listed twice in one edition"));
            }
            named.push(name);
        }
        let mut exceptions = before.map_or_else(BTreeMap::new, |edition| {
            let mut kept = edition.exceptions.clone();
            kept.retain(|_, exception| {
                exception.reason.festival().is_none_or(|name| !named.iter().any(|n| n == name))
            });
            kept
        });
        for festival in &table.festival {
            self.festival(year, festival, &notice, &mut exceptions);
        }
        let yearly_notice = before.map_or_else(|| notice.clone(), |b| b.yearly_notice.clone());
        let from_memory = table.mark == Mark::Memory;
        Some(Edition {
            year,
            published: published?,
            notice,
            from_memory,
            yearly_notice,
            exceptions,
        })
    }

    fn published(
        &mut self,
        year: i16,
        written: &Spanned<String>,
        before: Option<&Edition>,
    ) -> Option<Date> {
        let date = self.date(written)?;
        if date.year() != year && date.year() != year - 1 {
            let message = format!(
                "a notice for {year} is published in {year} or the year before, not {date}"
            );
            self.fault(written.span(), message);
        }
        match before {
            Some(before) if before.published == date => {
                let message = format!("two editions of {year} are published on {date}");
                self.fault(written.span(), message);
            }
            Some(before) if before.published > date => {
                let message = format!(
                    "editions out of order: {date} stands after {}, which is later",
                    before.published
                );
                self.fault(written.span(), message);
            }
            Some(_) | None => {}
        }
        Some(date)
    }

    fn festival(
        &mut self,
        year: i16,
        table: &FestivalTable,
        notice: &str,
        exceptions: &mut BTreeMap<Date, Exception>,
    ) {
        let name = table.name.get_ref();
        if table.off.is_empty() && table.in_lieu.is_empty() && table.work.is_empty() {
            self.fault(table.name.span(), format!("{name} lists no date"));
        }
        let off = table.off.iter().map(|date| (date, DayReason::Holiday(name.clone())));
        let in_lieu = table.in_lieu.iter().map(|date| (date, DayReason::InLieu(name.clone())));
        let work = table.work.iter().map(|date| (date, DayReason::MakeUp(name.clone())));
        for (written, reason) in off.chain(in_lieu).chain(work) {
            let Some(date) = self.date(written) else { continue };
            self.belongs(year, date, &reason, written.span());
            let exception = Exception { reason, notice: notice.to_owned() };
            if exceptions.insert(date, exception).is_some() {
                self.fault(written.span(), format!("{date} is listed twice"));
            }
        }
    }

    /// The date lies where the notice may speak of it, and its weekday fits what is said of it.
    fn belongs(&mut self, year: i16, date: Date, reason: &DayReason, at: Range<usize>) {
        let new_year = reason.festival() == Some("元旦") && date.month() == 12;
        if date.year() != year && !(new_year && date.year() == year - 1) {
            let message = format!(
                "{date} is outside {year}; only December before it may be listed, under 元旦"
            );
            self.fault(at.clone(), message);
        }
        let weekday = weekday_name(date.weekday());
        match reason {
            DayReason::MakeUp(_) if !is_weekend(date) => {
                self.fault(at, format!("{date} is a {weekday}, which is worked anyway"));
            }
            DayReason::InLieu(_) if is_weekend(date) => {
                self.fault(
                    at,
                    format!("{date} is a {weekday}, which rests anyway: list it as off"),
                );
            }
            _ => {}
        }
    }

    fn statutory(&mut self) -> Option<StatutoryFestivals> {
        let table: StatutoryFile = self.structure()?;
        let mut festivals = StatutoryFestivals {
            citation: self.text(&table.citation, "citation"),
            ..StatutoryFestivals::default()
        };
        for EveryYearTable { name, days } in &table.every_year {
            let name = self.text(name, "name");
            for written in days {
                // Read in a leap year, so that any day that exists in some year is accepted.
                let day = format!("2024-{}", written.get_ref()).parse::<Date>();
                let Ok(day) = day.map_err(|_| self.no_date(written, "10-01")) else { continue };
                let known = festivals.every_year.insert((day.month(), day.day()), name.clone());
                if known.is_some() {
                    self.fault(written.span(), format!("{} is listed twice", written.get_ref()));
                }
            }
        }
        for DatedTable { name, days, .. } in &table.dated {
            let name = self.text(name, "name");
            for written in days {
                let Some(date) = self.date(written) else { continue };
                if festivals.dated.insert(date, name.clone()).is_some() {
                    self.fault(written.span(), format!("{date} is listed twice"));
                }
            }
        }
        Some(festivals)
    }

    fn text(&mut self, written: &Spanned<String>, field: &str) -> String {
        if written.get_ref().trim().is_empty() {
            self.fault(written.span(), format!("`{field}` is empty"));
        }
        written.get_ref().clone()
    }

    fn date(&mut self, written: &Spanned<String>) -> Option<Date> {
        let text = written.get_ref();
        // The parser also takes times of day and other spellings, which have no place here.
        let date = text.parse::<Date>().ok().filter(|date| date.to_string() == *text);
        if date.is_none() {
            self.no_date(written, "2022-10-01");
        }
        date
    }

    fn no_date(&mut self, written: &Spanned<String>, example: &str) {
        let message = format!("`{}` is not a date such as {example}", written.get_ref());
        self.fault(written.span(), message);
    }
}

impl DayReason {
    fn festival(&self) -> Option<&str> {
        match self {
            Self::Holiday(name) | Self::InLieu(name) | Self::MakeUp(name) => Some(name),
            Self::Weekday(_) | Self::Weekend(_) => None,
        }
    }
}

fn line(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
}
