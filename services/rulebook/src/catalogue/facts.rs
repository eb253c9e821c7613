//! What is known about a project, and conditions over it.
//!
//! A condition answers yes, no, or which facts are missing; it never guesses.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::words::Citation;

/// One fact's value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Yes or no.
    Flag(bool),
    /// One word of a list.
    Word(String),
    /// A number in the fact's own unit.
    Number(Decimal),
}

/// What a fact may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FactType {
    /// Yes or no.
    Flag,
    /// One of these words, in the order in which to offer them.
    Word(Vec<String>),
    /// A number, not negative, in this unit.
    Number {
        /// e.g. `tce`.
        unit: String,
    },
}

/// The question put to the enterprise when a fact is missing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Question {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
    /// Japanese.
    pub ja: String,
    /// Korean.
    pub ko: String,
}

/// A fact the catalogue asks about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactRule {
    /// Stable name, e.g. `land_supply`.
    pub key: String,
    /// What it may be.
    pub kind: FactType,
    /// How it is asked.
    pub question: Question,
    /// Why it matters.
    pub legal_basis: Vec<Citation>,
}

impl FactRule {
    /// Reads a value as written by a person or a form: `yes`/`no`/`true`/`false`, a word of the
    /// list, or a decimal number.
    ///
    /// # Errors
    /// A sentence saying what the fact may be.
    pub fn read(&self, text: &str) -> Result<Value, String> {
        let value = match &self.kind {
            FactType::Flag => match text {
                "yes" | "true" => Some(Value::Flag(true)),
                "no" | "false" => Some(Value::Flag(false)),
                _ => None,
            },
            FactType::Word(_) => Some(Value::Word(text.to_owned())),
            FactType::Number { .. } => text.parse().ok().map(Value::Number),
        };
        let value = value.ok_or_else(|| self.expectation())?;
        self.check(&value).map(|()| value)
    }

    /// Whether the value is of the fact's type.
    ///
    /// # Errors
    /// A sentence saying what the fact may be.
    pub fn check(&self, value: &Value) -> Result<(), String> {
        let fits = match (&self.kind, value) {
            (FactType::Flag, Value::Flag(_)) => true,
            (FactType::Word(words), Value::Word(word)) => words.contains(word),
            (FactType::Number { .. }, Value::Number(number)) => !number.is_sign_negative(),
            _ => false,
        };
        if fits { Ok(()) } else { Err(self.expectation()) }
    }

    fn expectation(&self) -> String {
        match &self.kind {
            FactType::Flag => format!("`{}` is yes or no", self.key),
            FactType::Word(words) => format!("`{}` is one of {}", self.key, words.join(", ")),
            FactType::Number { unit } => {
                format!("`{}` is a number of {unit}, not negative", self.key)
            }
        }
    }
}

/// What is known about one project.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts(BTreeMap<String, Value>);

impl Facts {
    /// Nothing known.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same with one fact more, or another value for it.
    #[must_use]
    pub fn with(mut self, key: impl Into<String>, value: Value) -> Self {
        self.set(key, value);
        self
    }

    /// The same with a yes or no.
    #[must_use]
    pub fn flag(self, key: impl Into<String>, value: bool) -> Self {
        self.with(key, Value::Flag(value))
    }

    /// The same with a word.
    #[must_use]
    pub fn word(self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.with(key, Value::Word(value.into()))
    }

    /// The same with a number.
    #[must_use]
    pub fn number(self, key: impl Into<String>, value: impl Into<Decimal>) -> Self {
        self.with(key, Value::Number(value.into()))
    }

    /// Sets one fact.
    pub fn set(&mut self, key: impl Into<String>, value: Value) {
        self.0.insert(key.into(), value);
    }

    /// One fact.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.0.get(key)
    }

    /// All of them by key.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value))
    }
}

/// Whether something concerns a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Applies {
    /// It does.
    Yes,
    /// It does not.
    No,
    /// Not known before these facts are; keys in alphabetical order.
    Missing(Vec<String>),
}

impl Applies {
    /// Whether the answer is yes.
    pub fn is_yes(&self) -> bool {
        matches!(self, Applies::Yes)
    }
}

/// A predicate over facts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// All of them hold.
    All(Vec<Condition>),
    /// At least one of them holds.
    Any(Vec<Condition>),
    /// The flag has this value.
    Flag {
        /// Which fact.
        fact: String,
        /// The value.
        is: bool,
    },
    /// The word is one of these.
    Word {
        /// Which fact.
        fact: String,
        /// The words.
        is: Vec<String>,
    },
    /// The number is this or more.
    AtLeast {
        /// Which fact.
        fact: String,
        /// The threshold, in the fact's unit.
        number: Decimal,
    },
    /// The number is less than this.
    Below {
        /// Which fact.
        fact: String,
        /// The threshold, in the fact's unit.
        number: Decimal,
    },
}

impl Condition {
    /// Whether it holds. Only facts that could still change the answer are called missing. A
    /// value of the wrong type counts as missing.
    pub fn holds(&self, facts: &Facts) -> Applies {
        match self {
            Condition::All(parts) => {
                let answers = || parts.iter().map(|part| part.holds(facts));
                decide(answers, Applies::No, Applies::Yes)
            }
            Condition::Any(parts) => {
                let answers = || parts.iter().map(|part| part.holds(facts));
                decide(answers, Applies::Yes, Applies::No)
            }
            Condition::Flag { fact, is } => match facts.get(fact) {
                Some(Value::Flag(value)) => yes_if(value == is),
                _ => missing(fact),
            },
            Condition::Word { fact, is } => match facts.get(fact) {
                Some(Value::Word(word)) => yes_if(is.contains(word)),
                _ => missing(fact),
            },
            Condition::AtLeast { fact, number } => match facts.get(fact) {
                Some(Value::Number(value)) => yes_if(value >= number),
                _ => missing(fact),
            },
            Condition::Below { fact, number } => match facts.get(fact) {
                Some(Value::Number(value)) => yes_if(value < number),
                _ => missing(fact),
            },
        }
    }
}

/// One `decisive` answer settles it; else what is missing does; else `otherwise`.
fn decide<I: Iterator<Item = Applies>>(
    answers: impl Fn() -> I,
    decisive: Applies,
    otherwise: Applies,
) -> Applies {
    if answers().any(|answer| answer == decisive) {
        return decisive;
    }
    let missing: BTreeSet<String> = answers()
        .filter_map(|answer| if let Applies::Missing(keys) = answer { Some(keys) } else { None })
        .flatten()
        .collect();
    if missing.is_empty() { otherwise } else { Applies::Missing(missing.into_iter().collect()) }
}

fn yes_if(holds: bool) -> Applies {
    if holds { Applies::Yes } else { Applies::No }
}

fn missing(fact: &str) -> Applies {
    Applies::Missing(vec![fact.to_owned()])
}
