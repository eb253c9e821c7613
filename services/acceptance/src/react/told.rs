//! What the facts of planning and aftercare mean for acceptance.

use crate::case::Event;
use eventlog::{Malformed, Recorded};
use jiff::civil::Date;
use prost::Message;
use proto::{
    aftercare::v1::{AftercareEvent, aftercare_event},
    matter::v1::MatterEvent,
    planning::v1::{PlanningEvent, planning_event},
};
use rulebook::{
    law::Law,
    matter::{Matter, MatterId, Ruling},
};
use std::{collections::BTreeMap, sync::Arc};

/// Key of what comes out of the item that opens construction, whatever the item's code.
const PERMIT: &str = "construction_permit";

/// Something for acceptance to take note of.
pub(super) struct News {
    pub(super) project: String,
    pub(super) facts: Vec<Event>,
}

/// What one log has told of every project's matters so far.
pub(super) struct Told {
    law: Arc<Law>,
    matters: BTreeMap<(String, MatterId), Matter>,
}

impl Told {
    pub(super) fn new(law: Arc<Law>) -> Self {
        Self { law, matters: BTreeMap::new() }
    }

    /// Takes an event in; `None` when it is nothing to acceptance.
    pub(super) fn take(&mut self, event: &Recorded) -> Result<Option<News>, Malformed> {
        let strange = || Malformed(format!("stream {}", event.stream));
        let (log, project) = event.stream.split_once('/').ok_or_else(strange)?;
        let bytes = event.payload.as_slice();
        let facts = match log {
            "planning" => self.planning(project, bytes)?,
            "aftercare" => self.aftercare(project, bytes)?,
            _ => return Err(strange()),
        };
        let project = project.to_owned();
        Ok((!facts.is_empty()).then_some(News { project, facts }))
    }

    fn planning(&mut self, project: &str, bytes: &[u8]) -> Result<Vec<Event>, Malformed> {
        use planning_event::Kind;
        let stored = PlanningEvent::decode(bytes).map_err(|error| Malformed(error.to_string()))?;
        let on = day(&stored.occurred_on)?;
        Ok(match stored.kind.ok_or_else(unknown)? {
            Kind::ProjectAdmitted(told) => vec![Event::FactsStated { on, facts: told.facts }],
            Kind::FactsStated(told) => vec![Event::FactsStated { on, facts: told.facts }],
            Kind::ProjectStanding(told) => {
                let (may_proceed, reason) = (told.may_proceed, told.reason);
                vec![Event::ProjectStanding { on, may_proceed, reason }]
            }
            Kind::PriorMatter(told) => {
                let (matter, item, in_force) = (told.matter, told.item, told.in_force);
                vec![Event::PriorMatter { on, matter, item, in_force }]
            }
            Kind::Matter(step) => self.step(project, on, &step)?,
            Kind::CertificateIssued(_) => Vec::new(),
        })
    }

    /// The permits and facts without which nothing is discharged: production waits for them here.
    fn aftercare(&mut self, project: &str, bytes: &[u8]) -> Result<Vec<Event>, Malformed> {
        use aftercare_event::Kind;
        let stored = AftercareEvent::decode(bytes).map_err(|error| Malformed(error.to_string()))?;
        let on = day(&stored.occurred_on)?;
        Ok(match stored.kind.ok_or_else(unknown)? {
            Kind::FactsStated(told) => vec![Event::FactsStated { on, facts: told.facts }],
            Kind::Matter(step) => self.step(project, on, &step)?,
            // Promises, complaints and reports are of no concern to construction, whatever is added to them.
            _ => Vec::new(),
        })
    }

    fn step(
        &mut self,
        project: &str,
        on: Date,
        stored: &MatterEvent,
    ) -> Result<Vec<Event>, Malformed> {
        let (id, step) = desk::wire::read(stored)?;
        let key = (project.to_owned(), id.clone());
        let before = self.matters.get(&key).cloned();
        match self.matters.get_mut(&key) {
            Some(matter) => matter.evolve(&step),
            None => self.matters.extend(Matter::open(&step).map(|new| (key.clone(), new))),
        }
        let Some(after) = self.matters.get(&key) else { return Ok(Vec::new()) };
        let name = format!("projects/{project}/matters/{id}");
        let mut facts = Vec::new();
        let was = before.as_ref().is_some_and(Matter::is_in_force);
        if was != after.is_in_force() {
            let (matter, item) = (name.clone(), id.item().to_owned());
            facts.push(Event::PriorMatter { on, matter, item, in_force: after.is_in_force() });
        }
        let open = |matter: &Matter| -> Vec<String> {
            matter.open_conditions().map(|imposed| imposed.condition.text.clone()).collect()
        };
        let open_now = open(after);
        if before.as_ref().map(open).unwrap_or_default() != open_now {
            facts.push(Event::PriorConditions { on, matter: name.clone(), open: open_now });
        }
        if !self.opens_construction(after) {
            return Ok(facts);
        }
        if !was && after.is_in_force() {
            facts.push(Event::ConstructionPermitted {
                on,
                matter: name.clone(),
                agency: after.terms.agency.clone(),
                number: number(after),
            });
        }
        let delivered = |matter: &Matter| matter.decided().and_then(|d| d.delivered_on);
        if after.is_in_force() && delivered(after) != before.as_ref().and_then(delivered) {
            facts.push(Event::PermitHandedOver { on, matter: name });
        }
        Ok(facts)
    }

    fn opens_construction(&self, matter: &Matter) -> bool {
        let terms = &matter.terms;
        let item = self.law.catalogue.item_edition(&terms.item, &terms.edition);
        item.is_some_and(|item| item.output.key == PERMIT)
    }
}

fn day(text: &str) -> Result<Date, Malformed> {
    text.parse().map_err(|_| Malformed("occurred_on".to_owned()))
}

fn unknown() -> Malformed {
    Malformed("kind: unknown to this build".to_owned())
}

/// The number of the certificate; empty where silence granted it.
fn number(matter: &Matter) -> String {
    match matter.decided().map(|decided| &decided.ruling) {
        Some(Ruling::Granted { certificate: Some(certificate), .. }) => certificate.number.clone(),
        Some(Ruling::Granted { certificate: None, .. } | Ruling::Refused { .. }) | None => {
            String::new()
        }
    }
}
