//! What the clients saw, as `history.jsonl` has it.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Deserializer, de::Error as _};

use super::{Bytes, Run, Token, Unreadable, lines};

/// What was wanted of a run.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Plan {
    /// By kind of line, how many there must be at least; `each_fault` is how often each fault must have bitten.
    #[serde(default)]
    pub minimum: BTreeMap<String, usize>,
    /// Ids or words of faults of which each must have bitten.
    #[serde(default)]
    pub faults: Vec<String>,
}

/// A command that a client sent.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Command {
    /// Number of the operation.
    pub op: u64,
    /// When it began, in nanoseconds.
    pub t0: u64,
    /// When it ended; `None` if nobody knows.
    #[serde(default)]
    pub t1: Option<u64>,
    /// The call, `package.Service/Method`.
    #[serde(default)]
    pub rpc: String,
    /// The caller.
    #[serde(default)]
    pub who: String,
    /// The log that it writes to.
    #[serde(default)]
    pub log: String,
    /// The stream that it writes to, if the client can say.
    #[serde(default)]
    pub stream: Option<String>,
    /// Its idempotency key.
    #[serde(default)]
    pub key: Option<String>,
    /// The matter, if it is an act on one, `projects/{project}/matters/{matter}`.
    #[serde(default)]
    pub matter: Option<String>,
    /// The position of the answer on which the act rests, if the caller named one.
    #[serde(default, deserialize_with = "token")]
    pub since: Option<Token>,
    /// Digest of the request.
    #[serde(default)]
    pub request: Option<Bytes>,
    /// `ok`, `reject` or `unknown`.
    #[serde(default)]
    pub res: String,
    /// The code of a refusal.
    #[serde(default)]
    pub code: Option<String>,
    /// The reason of a refusal.
    #[serde(default)]
    pub reason: Option<String>,
    /// Where it stands; an answer may have none.
    #[serde(default, deserialize_with = "token")]
    pub position: Option<Token>,
    /// The answer.
    #[serde(default)]
    pub answer: Option<Bytes>,
}

impl Command {
    /// Whether it was acknowledged.
    #[must_use]
    pub fn is_ok(&self) -> bool {
        self.res == "ok"
    }

    /// The caller and the key; `None` if it carries no key.
    #[must_use]
    pub fn keyed(&self) -> Option<(&str, &str)> {
        self.key.as_deref().map(|key| (self.who.as_str(), key))
    }
}

/// A read that a client sent.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Read {
    /// Number of the operation.
    pub op: u64,
    /// The session, in which nothing may become older.
    #[serde(default)]
    pub session: u64,
    /// When it began, in nanoseconds.
    pub t0: u64,
    /// When it ended.
    #[serde(default)]
    pub t1: Option<u64>,
    /// The call.
    #[serde(default)]
    pub rpc: String,
    /// The caller.
    #[serde(default)]
    pub who: String,
    /// What was asked for.
    #[serde(default)]
    pub object: Option<String>,
    /// What it had to have seen.
    #[serde(default)]
    pub min_position: Vec<Token>,
    /// What it said it had seen.
    #[serde(default)]
    pub as_of: Vec<Token>,
    /// `ok`, `notyet`, `reject` or `unavailable`.
    #[serde(default)]
    pub res: String,
    /// The answer.
    #[serde(default)]
    pub body: Option<Bytes>,
}

/// A question for the end of a command.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Resolve {
    /// Number of the operation.
    pub op: u64,
    /// When it began, in nanoseconds.
    pub t0: u64,
    /// When it ended.
    #[serde(default)]
    pub t1: Option<u64>,
    /// The caller whose command it was.
    pub who: String,
    /// The log.
    pub log: String,
    /// The key.
    pub key: String,
    /// `committed`, `absent`, `fenced` or `unavailable`.
    pub res: String,
    /// First and last position, where it was committed.
    #[serde(default)]
    pub positions: Vec<u64>,
    /// What the command was answered.
    #[serde(default)]
    pub answer: Option<Bytes>,
}

/// Something that was broken on purpose.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Fault {
    /// Id.
    #[serde(default)]
    pub id: String,
    /// In words.
    #[serde(default)]
    pub what: String,
    /// Of which kind.
    #[serde(default)]
    pub class: String,
    /// Whether an effect was seen.
    #[serde(default)]
    pub bit: bool,
}

impl Fault {
    /// Whether it is the one that is meant, by its id, its kind or a part of its words.
    #[must_use]
    pub fn is(&self, meant: &str) -> bool {
        self.id == meant || self.class == meant || self.what.contains(meant)
    }
}

/// An event that a follower of the broker took.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Told {
    /// Who, and of which log: `harness:planning`.
    pub follower: String,
    /// The position.
    pub position: u64,
    /// The log's hash there.
    pub hash: Bytes,
}

/// The clock was moved.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Moved {
    /// To this day.
    pub date: String,
    /// When that began.
    pub t0: u64,
}

/// Everything had converged, or the harness gave up waiting.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Quiet {
    /// When.
    pub t0: u64,
    /// Whether everything had.
    #[serde(default = "yes")]
    pub converged: bool,
    /// What had not, in words.
    #[serde(default, alias = "left")]
    pub what: Option<serde_json::Value>,
}

fn token<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Token>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?.filter(|text| !text.is_empty());
    let read = |text: String| Token::of(&text).ok_or_else(|| D::Error::custom(text));
    text.map(read).transpose()
}

fn yes() -> bool {
    true
}

/// A line of the history.
#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Line {
    Invoke(Box<Command>),
    Cmd(Box<Command>),
    Read(Box<Read>),
    Resolve(Resolve),
    Fault(Fault),
    Told(Told),
    Moved(Moved),
    Healed {
        t0: u64,
    },
    Quiet(Quiet),
    // Lines may be added that say more; they say nothing to these checks.
    #[serde(other)]
    More,
}

pub(super) fn read(path: &Path, run: &mut Run) -> Result<(), Unreadable> {
    let mut open = BTreeMap::new();
    for line in lines(path)? {
        // The stores are dumped after that: what was answered meanwhile may be in them or not.
        if run.quiet.is_some() {
            break;
        }
        match line {
            Line::Invoke(command) => {
                open.insert(command.op, *command);
            }
            Line::Cmd(command) => {
                open.remove(&command.op);
                run.commands.push(*command);
            }
            Line::Read(read) => run.reads.push(*read),
            Line::Resolve(resolve) => run.resolves.push(resolve),
            Line::Fault(fault) => run.faults.push(fault),
            Line::Told(told) => run.told.push(told),
            Line::Moved(moved) => run.moved.push(moved),
            // Several sets of faults may follow each other; what counts is the last.
            Line::Healed { t0 } => run.healed = Some(t0),
            Line::Quiet(quiet) => run.quiet = Some(quiet),
            Line::More => {}
        }
    }
    // Of a call whose completion was lost nobody knows the end; of a read or question nothing is lost by it.
    let ended: Vec<u64> =
        run.reads.iter().map(|read| read.op).chain(run.resolves.iter().map(|r| r.op)).collect();
    for op in ended {
        open.remove(&op);
    }
    let lost = open.into_values().map(|command| Command { res: "unknown".to_owned(), ..command });
    run.commands.extend(lost);
    Ok(())
}
