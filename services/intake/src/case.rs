//! One project's intake as its events have left it.

mod alarms;
pub mod decide;
pub mod event;
pub mod state;
pub(crate) mod wire;

use desk::{
    caller::Caller,
    docket::{self, Bench, Decided},
    matters::{Form, Matters},
    refuse::Refusal,
};
use event::{Event, Fact};
use eventlog::{Malformed, NewEvent};
use prost::Message;
use rulebook::{
    alarm::Alarm,
    catalogue::Stage,
    matter::{self, Matter, MatterId},
};
use std::collections::BTreeMap;

pub use state::{Case, Project};

impl docket::Case for Case {
    const SERVICE: &'static str = "intake";
    type Event = Event;

    fn read(payload: &[u8]) -> Result<Event, Malformed> {
        let stored = proto::intake::v1::IntakeEvent::decode(payload)
            .map_err(|error| Malformed(error.to_string()))?;
        wire::read(&stored).map_err(|malformed| Malformed(malformed.to_string()))
    }

    fn write(event: &Event) -> NewEvent {
        NewEvent { kind: event.fact.kind().to_owned(), payload: wire::write(event).encode_to_vec() }
    }

    fn evolve(&mut self, event: &Event) {
        self.take(event);
    }

    fn matters(&self) -> &BTreeMap<MatterId, Matter> {
        &self.matters
    }

    fn matter_of(event: &Event) -> Option<&MatterId> {
        Self::step(event).map(|(id, _)| id)
    }

    fn alarms(&self, bench: &Bench) -> Vec<(Alarm, Event)> {
        self.alarms_due(bench)
    }
}

impl Matters for Case {
    const STAGE: Stage = Stage::Intake;

    fn step(event: &Event) -> Option<(&MatterId, &matter::Event)> {
        match &event.fact {
            Fact::Matter(id, step) => Some((id, step)),
            Fact::Registered { .. }
            | Fact::Screened(_)
            | Fact::ScreeningDecided { .. }
            | Fact::KeyProjectDecided(_)
            | Fact::KeyProjectContested { .. }
            | Fact::SecretaryAssigned { .. }
            | Fact::SecretaryHandedOver { .. }
            | Fact::SecurityReviewFlagged { .. }
            | Fact::SecurityReviewConcluded { .. }
            | Fact::CodeAssigned { .. }
            | Fact::Changed { .. }
            | Fact::Withdrawn { .. }
            | Fact::FactsStated { .. }
            | Fact::AlarmRaised(_)
            | Fact::AgentAppointed(_)
            | Fact::AgentRevoked { .. } => None,
        }
    }

    fn file(
        &self,
        form: &Form,
        _caller: &Caller,
        bench: &Bench,
    ) -> Result<Decided<Event>, Refusal> {
        decide::matters::file(self, form, bench)
    }

    fn act(
        &self,
        id: &MatterId,
        command: &matter::Command,
        caller: &Caller,
        bench: &Bench,
    ) -> Result<Decided<Event>, Refusal> {
        decide::matters::act(self, id, command, caller, bench)
    }
}

#[cfg(test)]
mod tests;
