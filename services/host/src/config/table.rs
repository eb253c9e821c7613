//! The sections of a configuration, from which each key is taken once; what nobody took is a fault.

use super::{Fault, Secret};
use serde::de::DeserializeOwned;
use std::{collections::BTreeMap, ffi::OsString, fs, path::PathBuf};
use toml::{Table, Value};

/// What every variable of ours with a setting in it begins with.
const PREFIX: &str = "TONGBAN_";
/// What stands between section and key. Other variables of ours, such as TONGBAN_IMAGE, have none.
const BETWEEN: &str = "__";
/// A secret shorter than this can be guessed, and so can the usual first ones.
const SHORTEST_SECRET: usize = 12;

pub(super) struct Tables {
    sections: BTreeMap<String, Table>,
    /// Keys that the environment gives: their values are text, whatever they mean.
    told: Vec<(String, String)>,
    faults: Vec<Fault>,
}

impl Tables {
    pub(super) fn parse(
        text: &str,
        environment: impl IntoIterator<Item = (OsString, OsString)>,
    ) -> Result<Self, Vec<Fault>> {
        let whole: Table = text.parse().map_err(|error: toml::de::Error| {
            vec![Fault {
                key: String::new(),
                what: format!("this is no TOML: {}", error.to_string().trim_end()),
            }]
        })?;
        let mut tables = Self { sections: BTreeMap::new(), told: Vec::new(), faults: Vec::new() };
        for (name, value) in whole {
            match value {
                Value::Table(section) => drop(tables.sections.insert(name, section)),
                _ => tables
                    .faults
                    .push(Fault { key: name, what: "belongs into a [section]".to_owned() }),
            }
        }
        for (variable, value) in environment {
            // What is no text is no variable of ours, or one with a name that nobody takes.
            let variable = variable.to_string_lossy();
            let Some((section, key)) =
                variable.strip_prefix(PREFIX).and_then(|rest| rest.split_once(BETWEEN))
            else {
                continue;
            };
            if value.is_empty() {
                continue;
            }
            let (section, key) = (section.to_ascii_lowercase(), key.to_ascii_lowercase());
            let value = value.into_string().unwrap_or_else(|value| {
                tables.fault(&section, &key, format!("{variable} is not UTF-8; write text"));
                value.to_string_lossy().into_owned()
            });
            tables.told.push((section.clone(), key.clone()));
            tables.sections.entry(section).or_default().insert(key, Value::String(value));
        }
        Ok(tables)
    }

    /// Whether anything is said of a section.
    pub(super) fn has(&self, section: &str) -> bool {
        self.sections.contains_key(section)
    }

    /// Whether anything is said under a key that nobody took yet.
    pub(super) fn says(&self, section: &str, key: &str) -> bool {
        self.sections.get(section).is_some_and(|section| section.contains_key(key))
    }

    /// Takes a value that must be there; `hint` says what it is.
    pub(super) fn need<T: DeserializeOwned>(
        &mut self,
        section: &str,
        key: &str,
        hint: &str,
    ) -> Option<T> {
        if !self.says(section, key) {
            self.fault(section, key, format!("is missing; write {hint}"));
        }
        self.may(section, key, hint)
    }

    /// Takes a value if it is there.
    pub(super) fn may<T: DeserializeOwned>(
        &mut self,
        section: &str,
        key: &str,
        hint: &str,
    ) -> Option<T> {
        let value = self.sections.get_mut(section)?.remove(key)?;
        let told = self.told.iter().any(|(s, k)| s == section && k == key);
        let read = match &value {
            Value::String(text) if told => read_text(text),
            _ => value.try_into(),
        };
        read.map_err(|error: toml::de::Error| {
            let message = error.message().to_owned();
            self.fault(section, key, format!("{message}; write {hint}"));
        })
        .ok()
    }

    /// Takes the secret out of the file that a key names, if it is wanted.
    pub(super) fn secret(&mut self, section: &str, key: &str, wanted: bool) -> Option<Secret> {
        let path: PathBuf = self.may(section, key, "the path of a file")?;
        if !wanted {
            return None;
        }
        match fs::read_to_string(&path) {
            Err(error) => {
                self.fault(section, key, format!("{} cannot be read: {error}", path.display()))
            }
            Ok(text) if text.trim_end().len() < SHORTEST_SECRET => {
                let what = format!(
                    "the secret has fewer than {SHORTEST_SECRET} characters; make a long random one"
                );
                self.fault(section, key, what);
            }
            Ok(text) => return Some(Secret(text.trim_end().to_owned())),
        }
        None
    }

    pub(super) fn fault(&mut self, section: &str, key: &str, what: String) {
        self.faults.push(Fault { key: format!("{section}.{key}"), what });
    }

    /// All faults, with those of the keys that nobody took.
    pub(super) fn finish(&mut self) -> Vec<Fault> {
        let mut faults = std::mem::take(&mut self.faults);
        for (section, table) in std::mem::take(&mut self.sections) {
            let unknown = table.into_iter().map(|(key, _)| Fault {
                key: format!("{section}.{key}"),
                what: "is no setting of this service; take it out".to_owned(),
            });
            faults.extend(unknown);
        }
        faults.sort_by(|one, other| one.key.cmp(&other.key));
        faults
    }
}

/// Text of the environment: as it is where text is wanted, else as TOML would write a number or a truth.
fn read_text<T: DeserializeOwned>(text: &str) -> Result<T, toml::de::Error> {
    Value::String(text.to_owned()).try_into().or_else(|error| {
        let plain = text.parse().map(Value::Integer).or_else(|_| text.parse().map(Value::Boolean));
        plain.map_err(|_| error)?.try_into()
    })
}
