//! 外商投资安全审查: the grounds on which an investment must be declared before it is made
//! (外商投资安全审查办法 art. 4). Whether a project falls under one is for a person to say; the review
//! itself takes place outside the platform.

use jiff::civil::Date;

use crate::catalogue::{Mark, Text};
use crate::negative_list::fields::{Reading, Table};
use crate::seed::{Fault, SeedFile};

#[cfg(test)]
mod tests;

/// The grounds of the measures in force, from `seeds/security-review/*.toml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecurityReviewRules {
    grounds: Vec<Ground>,
}

/// One ground.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ground {
    /// Our name of it, recorded with every flag, e.g. `key_technology`.
    pub key: String,
    /// The ground as the article lists it.
    pub name: Text,
    /// Whether it counts only where the investor acquires actual control (实际控制权).
    pub needs_control: bool,
    /// The article with its item.
    pub article: String,
    /// How sure the wording is.
    pub mark: Mark,
    /// First day of the measures that list it.
    pub effective: Date,
}

impl Ground {
    /// Whether an investment on this ground must be declared.
    pub fn is_in_scope(&self, actual_control: bool) -> bool {
        actual_control || !self.needs_control
    }
}

impl SecurityReviewRules {
    /// Reads the files below `security-review/`; other files are left to others.
    ///
    /// # Errors
    /// Everything wrong with them, by path and line; no ground at all is a fault too.
    pub fn parse(files: &[SeedFile]) -> Result<Self, Vec<Fault>> {
        let (mut grounds, mut faults) = (Vec::new(), Vec::new());
        for file in files.iter().filter(|file| is_ours(&file.path)) {
            let (mut reading, mut root) = Reading::new(file);
            let effective = root.date(&mut reading, "effective");
            root.text(&mut reading, "citation");
            for table in root.tables(&mut reading, "ground", "a ground") {
                let at = table.at;
                let read = ground(&mut reading, table, effective.as_ref().map(|date| date.value));
                let Some(read) = read else { continue };
                if grounds.iter().any(|earlier: &Ground| earlier.key == read.key) {
                    reading.fault(at, format!("the ground `{}` is listed twice", read.key));
                }
                grounds.push(read);
            }
            root.done(&mut reading);
            faults.extend(reading.into_faults());
        }
        if grounds.is_empty() && faults.is_empty() {
            let message = "there is no ground of the security review".to_owned();
            faults.push(Fault { path: FOLDER.to_owned(), line: 1, message });
        }
        faults.sort();
        if faults.is_empty() { Ok(Self { grounds }) } else { Err(faults) }
    }

    /// The ground with this key, if the measures list it on a day.
    pub fn ground(&self, key: &str, on: Date) -> Option<&Ground> {
        self.grounds.iter().find(|ground| ground.key == key && ground.effective <= on)
    }

    /// Every ground, in the order of the article.
    pub fn grounds(&self) -> &[Ground] {
        &self.grounds
    }
}

const FOLDER: &str = "security-review/";

fn is_ours(path: &str) -> bool {
    path.starts_with(FOLDER) && path.ends_with(".toml")
}

fn ground(reading: &mut Reading, mut table: Table, effective: Option<Date>) -> Option<Ground> {
    let key = table.text(reading, "key");
    let (zh, en) = (table.text(reading, "zh"), table.text(reading, "en"));
    let needs_control = table.flag(reading, "needs_control");
    let article = table.text(reading, "article");
    let mark = table.text(reading, "mark").and_then(|word| {
        let known = Mark::WORDS.iter().find(|(name, _)| *name == word.value);
        if known.is_none() {
            let words = Mark::WORDS.map(|(name, _)| name).join(", ");
            reading.fault(word.at, format!("`mark` must be one of {words}"));
        }
        known.map(|(_, mark)| *mark)
    });
    table.done(reading);
    Some(Ground {
        key: key?.value,
        name: Text { zh: zh?.value, en: en?.value },
        needs_control: needs_control?.value,
        article: article?.value,
        mark: mark?,
        effective: effective?,
    })
}
