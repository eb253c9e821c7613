//! One project's land and planning approval as its events have left it.

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

pub use state::Case;

impl docket::Case for Case {
    const SERVICE: &'static str = "planning";
    type Event = Event;

    fn read(payload: &[u8]) -> Result<Event, Malformed> {
        let stored = proto::planning::v1::PlanningEvent::decode(payload)
            .map_err(|error| Malformed(error.to_string()))?;
        wire::read(&stored)
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
        let due = desk::matters::alarms(&self.matters, |day| self.halts.cover(day), bench);
        let fact = |(alarm, id, step): (Alarm, MatterId, matter::Event)| {
            (alarm, Fact::Matter(id, step.clone()).on(step.on()))
        };
        due.into_iter().map(fact).collect()
    }
}

impl Matters for Case {
    const STAGE: Stage = Stage::Planning;

    fn step(event: &Event) -> Option<(&MatterId, &matter::Event)> {
        match &event.fact {
            Fact::Matter(id, step) => Some((id, step)),
            Fact::Admitted(_)
            | Fact::Standing { .. }
            | Fact::PriorMatter { .. }
            | Fact::FactsStated { .. }
            | Fact::CertificateIssued(_) => None,
        }
    }

    fn file(
        &self,
        form: &Form,
        _caller: &Caller,
        bench: &Bench,
    ) -> Result<Decided<Event>, Refusal> {
        Ok(decide::file(self, form, bench)?.into())
    }

    fn act(
        &self,
        id: &MatterId,
        command: &matter::Command,
        caller: &Caller,
        bench: &Bench,
    ) -> Result<Decided<Event>, Refusal> {
        let events = decide::act(self, id, command, caller, bench)?;
        let reservations = crate::certificate::reserved(&events);
        Ok(Decided { events, reservations })
    }
}
