//! Fork to many opinions and join exactly once.
//!
//! A consultation holds what was asked and answered; it never decides and never counts days. An
//! opinion is named by its key, so that one agency can be asked two things.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

#[cfg(test)]
mod tests;

/// What an agency says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Opinion {
    /// It consents.
    Consents,
    /// It consents under conditions.
    ConsentsWithConditions(Vec<Condition>),
    /// It objects, for this reason.
    Objects(String),
}

/// Something that a permit or a consent is subject to, and that its holder has to do or keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// What it asks for, in words.
    pub text: String,
    /// Last day for it; `None` where none was set.
    pub due: Option<Date>,
    /// Whether it goes on for as long as the permit: then nothing waits for it. Otherwise it has to be met
    /// before the joint acceptance.
    pub lasting: bool,
}

impl From<&str> for Condition {
    /// A condition without a day of its own, to be met before the acceptance.
    fn from(text: &str) -> Self {
        Self { text: text.to_owned(), due: None, lasting: false }
    }
}

/// An answer to what was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The agency gave its opinion.
    Given {
        /// Day of the opinion.
        on: Date,
        /// What it says.
        opinion: Opinion,
        /// Number of its document; may be empty.
        document: String,
    },
    /// Its silence counts as consent.
    Deemed {
        /// First day after its limit.
        on: Date,
        /// The rule that says so.
        citation: String,
    },
}

impl Answer {
    /// Day of the answer.
    pub fn on(&self) -> Date {
        match self {
            Answer::Given { on, .. } | Answer::Deemed { on, .. } => *on,
        }
    }

    /// The document of an objection; `None` where it does not object.
    pub fn objection(&self) -> Option<&str> {
        match self {
            Answer::Given { opinion: Opinion::Objects(_), document, .. } => Some(document),
            Answer::Given { .. } | Answer::Deemed { .. } => None,
        }
    }

    /// Whether it stands in the way.
    pub fn objects(&self) -> bool {
        self.objection().is_some()
    }
}

/// What one agency is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Day on which it was asked last.
    pub on: Date,
    /// Agency that is asked.
    pub agency: String,
    /// Keys of the materials its opinion rests on.
    pub inputs: BTreeSet<String>,
    /// The rule by which silence is consent; `None`: silence is only late.
    pub silence_is_consent: Option<String>,
    /// Its answer; `None` while it is open.
    pub answer: Option<Answer>,
}

/// Where a consultation stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome<'a> {
    /// Nobody was asked.
    NotAsked,
    /// These are open, whatever the others said.
    WaitingFor(Vec<&'a str>),
    /// All answered, and these object.
    ObjectedBy(Vec<&'a str>),
    /// All answered and none objects.
    Unanimous,
}

/// Opinions asked for, by key, and whether they have joined.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Consultation {
    asked: BTreeMap<String, Asked>,
    joined_on: Option<Date>,
}

impl Consultation {
    /// The consultation with one more opinion asked for. Asking again for the same key asks nothing.
    pub fn ask(mut self, key: &str, asked: Asked) -> Self {
        self.asked.entry(key.to_owned()).or_insert(Asked { answer: None, ..asked });
        self
    }

    /// The consultation with an opinion given. An opinion that was not asked for, or that is already
    /// given, changes nothing.
    pub fn answer(mut self, key: &str, on: Date, opinion: Opinion, document: &str) -> Self {
        if let Some(asked) = self.asked.get_mut(key).filter(|asked| asked.answer.is_none()) {
            asked.answer = Some(Answer::Given { on, opinion, document: document.to_owned() });
        }
        self
    }

    /// The consultation after the silence of an agency. Without a rule that says so, silence changes
    /// nothing, however long it lasts.
    pub fn deem(mut self, key: &str, on: Date) -> Self {
        if let Some(asked) = self.asked.get_mut(key).filter(|asked| asked.answer.is_none())
            && let Some(citation) = asked.silence_is_consent.clone()
        {
            asked.answer = Some(Answer::Deemed { on, citation });
        }
        self
    }

    /// Which opinions changed materials open again: those that object and those whose inputs changed,
    /// and no other.
    pub fn reopened_by(&self, changed: &BTreeSet<String>) -> BTreeSet<String> {
        let concerned = |asked: &Asked| {
            asked.answer.as_ref().is_some_and(Answer::objects) || !asked.inputs.is_disjoint(changed)
        };
        let reopened = self.asked.iter().filter(|(_, asked)| concerned(asked));
        reopened.map(|(key, _)| key.clone()).collect()
    }

    /// The consultation with these opinions open again, asked anew on the day.
    pub fn reopen<'k>(mut self, keys: impl IntoIterator<Item = &'k str>, on: Date) -> Self {
        for key in keys {
            if let Some(asked) = self.asked.get_mut(key) {
                asked.answer = None;
                asked.on = on;
            }
        }
        self
    }

    /// The consultation once its join is recorded. It joins once; later changes nothing.
    pub fn join(mut self, on: Date) -> Self {
        self.joined_on.get_or_insert(on);
        self
    }

    /// Whether the join is due: all answered, none objects, and it has not been recorded.
    pub fn is_ready_to_join(&self) -> bool {
        self.joined_on.is_none() && self.outcome() == Outcome::Unanimous
    }

    /// Day of the join.
    pub fn joined_on(&self) -> Option<Date> {
        self.joined_on
    }

    /// Where it stands.
    pub fn outcome(&self) -> Outcome<'_> {
        if self.asked.is_empty() {
            return Outcome::NotAsked;
        }
        let which = |wanted: fn(&Asked) -> bool| -> Vec<&str> {
            let found = self.asked.iter().filter(|(_, asked)| wanted(asked));
            found.map(|(key, _)| key.as_str()).collect()
        };
        let open = which(|asked| asked.answer.is_none());
        if !open.is_empty() {
            return Outcome::WaitingFor(open);
        }
        let objecting = which(|asked| asked.answer.as_ref().is_some_and(Answer::objects));
        if objecting.is_empty() { Outcome::Unanimous } else { Outcome::ObjectedBy(objecting) }
    }

    /// One opinion.
    pub fn get(&self, key: &str) -> Option<&Asked> {
        self.asked.get(key)
    }

    /// Every opinion asked for, by key.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Asked)> {
        self.asked.iter().map(|(key, asked)| (key.as_str(), asked))
    }
}
