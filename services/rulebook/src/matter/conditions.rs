//! What a permit is subject to: who imposed it, what shows that it is met, and what the check found.

use jiff::civil::Date;

use crate::consultation::{Answer, Condition, Consultation, Opinion};

use super::state::{Decided, Matter, Ruling};

/// A condition of a permit. Its owner is the permit's holder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imposed {
    /// Number within the permit, from 1: the decision's own first, then those of the opinions by key.
    pub number: u32,
    /// Code of the agency that imposed it and checks it.
    pub agency: String,
    /// Key of the opinion that imposed it; `None` where the decision did.
    pub opinion: Option<String>,
    /// What it asks for.
    pub condition: Condition,
    /// The day on which its holder last showed that it is met, with the evidence.
    pub shown: Option<(Date, String)>,
    /// The last check.
    pub checked: Option<Checked>,
}

/// What a check of a condition found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// Day.
    pub on: Date,
    /// Whether it is met.
    pub met: bool,
    /// What was found.
    pub findings: String,
}

impl Imposed {
    /// Whether it is still to be met. What lasts as long as the permit never is met for good; it stands open
    /// only while the last check found it broken.
    #[must_use]
    pub fn is_open(&self) -> bool {
        match &self.checked {
            Some(checked) => !checked.met,
            None => !self.condition.lasting,
        }
    }

    /// Whether its last day has passed and it is open.
    #[must_use]
    pub fn is_late(&self, today: Date) -> bool {
        self.is_open() && self.condition.due.is_some_and(|due| due < today)
    }
}

impl Matter {
    /// The conditions of the permit in force that are still to be met.
    pub fn open_conditions(&self) -> impl Iterator<Item = &Imposed> {
        let decided = self.decided().filter(|_| self.is_in_force());
        decided.into_iter().flat_map(|decided| &decided.conditions).filter(|one| one.is_open())
    }
}

impl Decided {
    /// The condition of a number.
    pub(super) fn condition(&self, number: u32) -> Option<&Imposed> {
        self.conditions.iter().find(|imposed| imposed.number == number)
    }

    pub(super) fn condition_mut(&mut self, number: u32) -> Option<&mut Imposed> {
        self.conditions.iter_mut().find(|imposed| imposed.number == number)
    }
}

/// What a ruling imposes with the consents that it rests on; nothing where it refuses.
pub(super) fn imposed(lead: &str, consents: &Consultation, ruling: &Ruling) -> Vec<Imposed> {
    let Ruling::Granted { conditions, .. } = ruling else { return Vec::new() };
    let own = conditions.iter().map(|condition| (lead, None, condition));
    let others = consents.iter().flat_map(|(key, asked)| {
        let conditions = match &asked.answer {
            Some(Answer::Given {
                opinion: Opinion::ConsentsWithConditions(conditions), ..
            }) => conditions.as_slice(),
            Some(Answer::Given { .. } | Answer::Deemed { .. }) | None => &[],
        };
        conditions.iter().map(move |condition| (asked.agency.as_str(), Some(key), condition))
    });
    let all = own.chain(others).zip(1..);
    all.map(|((agency, opinion, condition), number)| Imposed {
        number,
        agency: agency.to_owned(),
        opinion: opinion.map(str::to_owned),
        condition: condition.clone(),
        shown: None,
        checked: None,
    })
    .collect()
}
