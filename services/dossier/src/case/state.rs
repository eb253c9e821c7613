//! The state of a dossier. It never refuses an event.

#![deny(clippy::wildcard_enum_match_arm)]

use std::collections::BTreeMap;

use desk::{
    docket::Case,
    holdings::{Fact, LOG},
    position::Token,
};
use eventlog::{Malformed, NewEvent};
use rulebook::{
    holdings::{Event, Holdings},
    matter::{Matter, MatterId},
};

use super::event;

/// One project's dossier.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dossier {
    /// What it holds.
    pub holdings: Holdings,
    /// Whose project it is; `None` before the project is known.
    pub opened: Option<Owner>,
    /// The newest that it has heard of each log.
    pub heard: BTreeMap<String, Token>,
}

/// Whose project it is: the principal of the enterprise, where an enterprise registered it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Owner(pub Option<String>);

/// A dossier has no matters of its own.
static NO_MATTERS: BTreeMap<MatterId, Matter> = BTreeMap::new();

impl Case for Dossier {
    const SERVICE: &'static str = LOG;
    type Event = Fact;

    fn read(payload: &[u8]) -> Result<Fact, Malformed> {
        event::read(payload)
    }

    fn write(fact: &Fact) -> NewEvent {
        event::write(fact)
    }

    fn evolve(&mut self, fact: &Fact) {
        if let Some(token) = &fact.heard {
            let heard = self.heard.entry(token.log.clone()).or_insert_with(|| token.clone());
            if *heard < *token {
                heard.clone_from(token);
            }
        }
        if let Event::Opened { owner } = &fact.event {
            self.opened.get_or_insert_with(|| Owner(owner.clone()));
        }
        self.holdings.evolve(fact.on, &fact.event);
    }

    fn matters(&self) -> &BTreeMap<MatterId, Matter> {
        &NO_MATTERS
    }

    fn matter_of(_fact: &Fact) -> Option<&MatterId> {
        None
    }
}
