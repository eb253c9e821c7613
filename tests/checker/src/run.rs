//! A run as its folder tells it: what the clients saw, and what was found in every store afterwards.

mod dump;
mod history;

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Deserializer, de};

pub use dump::{Event, Head, Log, Message, Reservation, Row};
pub use history::{Command, Fault, Moved, Plan, Quiet, Read, Resolve, Told};

/// Bytes, written as hex.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bytes(pub Vec<u8>);

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let digit = |byte: &u8| char::from(*byte).to_digit(16).and_then(|d| u8::try_from(d).ok());
        let pairs = text.as_bytes().chunks(2).map(|pair| match pair {
            [high, low] => Some(digit(high)? << 4 | digit(low)?),
            _ => None,
        });
        let bytes: Option<Vec<u8>> = pairs.collect();
        bytes.map(Self).ok_or_else(|| de::Error::custom("no hex"))
    }
}

/// A position token, `planning:1:9013`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Token {
    /// The log.
    pub log: String,
    /// Its life.
    pub epoch: u32,
    /// The position.
    pub position: u64,
}

impl Token {
    /// Reads a token; `None` if the text is none.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        let mut parts = text.split(':');
        let (log, epoch, position) = (parts.next()?, parts.next()?, parts.next()?);
        let (epoch, position) = (epoch.parse().ok()?, position.parse().ok()?);
        parts.next().is_none().then(|| Self { log: log.to_owned(), epoch, position })
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.log, self.epoch, self.position)
    }
}

impl<'de> Deserialize<'de> for Token {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::of(&text).ok_or_else(|| de::Error::custom(format!("`{text}` is no position")))
    }
}

/// What an object looked like after everything had healed.
#[derive(Debug, Clone, Deserialize)]
pub struct Final {
    /// Name of the project or matter.
    pub object: String,
    /// What the answer had seen.
    #[serde(default)]
    pub as_of: Vec<Token>,
    /// The answer.
    pub body: Bytes,
}

/// A line that a process logged at ERROR, or with a panic.
#[derive(Debug, Clone, Deserialize)]
pub struct Line {
    /// The process.
    #[serde(default)]
    pub process: String,
    /// The line.
    #[serde(default)]
    pub line: String,
}

/// A reader's stored copy of a log.
#[derive(Debug, Clone)]
pub struct Mirror {
    /// Who keeps the copy.
    pub reader: String,
    /// Of which log.
    pub log: String,
    /// How far the copy says it is.
    pub checkpoint: Option<dump::Checkpoint>,
    /// The rows, in order; they have the columns of a log's events.
    pub rows: Vec<Event>,
}

/// Everything that was recorded of a run.
#[derive(Debug, Clone, Default)]
pub struct Run {
    /// What was wanted of it.
    pub plan: Plan,
    /// Commands in the order of completion, then those that nobody knows the end of.
    pub commands: Vec<Command>,
    /// Reads in the order of completion.
    pub reads: Vec<Read>,
    /// Questions for the end of a command, in the order of completion.
    pub resolves: Vec<Resolve>,
    /// What was broken, and whether that had an effect.
    pub faults: Vec<Fault>,
    /// What followers of the broker took.
    pub told: Vec<Told>,
    /// When the clock was moved.
    pub moved: Vec<Moved>,
    /// When the last fault ended.
    pub healed: Option<u64>,
    /// When everything had converged, or was given up.
    pub quiet: Option<Quiet>,
    /// The logs, by name.
    pub logs: BTreeMap<String, Log>,
    /// Projects' statuses at the end.
    pub statuses: Vec<Final>,
    /// Matters at the end.
    pub matters: Vec<Final>,
    /// Stored copies of logs.
    pub mirrors: Vec<Mirror>,
    /// What the processes complained of.
    pub complaints: Vec<Line>,
}

/// Why a folder cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// A file cannot be read.
    #[error("{path}: {source}")]
    File {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A line is not what it should be.
    #[error("{path}:{line}: {why}")]
    Line {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// Why.
        why: String,
    },
    /// There is no log in the folder.
    #[error("{0}: holds no dump of a log")]
    NoLog(PathBuf),
}

impl Run {
    /// Reads a run's folder.
    ///
    /// # Errors
    /// A file is missing or a line cannot be read; it is named.
    pub fn read(folder: &Path) -> Result<Self, Unreadable> {
        let mut run = Self { plan: one(&folder.join("run.json"))?, ..Self::default() };
        history::read(&folder.join("history.jsonl"), &mut run)?;
        let dumps = folder.join("dump");
        let at = |source| Unreadable::File { path: dumps.clone(), source };
        let mut names = Vec::new();
        for entry in fs::read_dir(&dumps).map_err(at)? {
            names.push(entry.map_err(at)?.file_name().to_string_lossy().into_owned());
        }
        names.sort();
        dump::read(&dumps, &names, &mut run)?;
        if run.logs.is_empty() { Err(Unreadable::NoLog(dumps)) } else { Ok(run) }
    }

    /// What the plan wanted and the run does not have: kinds of lines that are too few, faults that did not
    /// bite.
    #[must_use]
    pub fn lacking(&self) -> Vec<String> {
        let mut lacking = Vec::new();
        for (kind, least) in self.plan.minimum.iter().filter(|(kind, _)| *kind != "each_fault") {
            let found = self.count(kind);
            if found < *least {
                lacking.push(format!("{found} {kind}, at least {least} were wanted"));
            }
        }
        let each = self.plan.minimum.get("each_fault").copied().unwrap_or(1);
        for wanted in &self.plan.faults {
            let bit = self.faults.iter().filter(|fault| fault.is(wanted) && fault.bit).count();
            if bit < each {
                lacking.push(format!("the fault {wanted} bit {bit} times"));
            }
        }
        lacking
    }

    /// Whether nobody wrote any more when the stores were dumped, one after the other. Otherwise what one of them
    /// holds beyond the log's dump came later.
    #[must_use]
    pub fn stood_still(&self) -> bool {
        self.quiet.as_ref().is_none_or(|quiet| quiet.converged)
    }

    fn count(&self, kind: &str) -> usize {
        let answered = |wanted| self.commands.iter().filter(|cmd| cmd.res == wanted).count();
        match kind {
            "operations" => self.commands.len() + self.reads.len() + self.resolves.len(),
            "cmd" => self.commands.len(),
            "ok" | "reject" | "unknown" => answered(kind),
            "read" => self.reads.len(),
            "notyet" => self.reads.iter().filter(|read| read.res == "notyet").count(),
            "resolve" => self.resolves.len(),
            "fault" => self.faults.iter().filter(|fault| fault.bit).count(),
            "told" => self.told.len(),
            "moved" => self.moved.len(),
            "event" => self.logs.values().map(|log| log.events.len()).sum(),
            _ => 0,
        }
    }
}

/// A file that is one JSON value.
fn one<T: de::DeserializeOwned>(path: &Path) -> Result<T, Unreadable> {
    let text = text(path)?;
    serde_json::from_str(&text).map_err(|why| Unreadable::Line {
        path: path.to_owned(),
        line: why.line(),
        why: why.to_string(),
    })
}

/// The values of a file that has one a line.
fn lines<T: de::DeserializeOwned>(path: &Path) -> Result<Vec<T>, Unreadable> {
    let text = text(path)?;
    let filled = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    filled
        .map(|(at, line)| {
            serde_json::from_str(line).map_err(|why| Unreadable::Line {
                path: path.to_owned(),
                line: at + 1,
                why: why.to_string(),
            })
        })
        .collect()
}

fn text(path: &Path) -> Result<String, Unreadable> {
    fs::read_to_string(path).map_err(|source| Unreadable::File { path: path.to_owned(), source })
}

#[cfg(test)]
mod tests;
