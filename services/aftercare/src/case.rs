//! One project's life after its launch as its events have left it.

mod alarms;
pub mod complaint;
pub mod decide;
pub mod event;
pub mod incentive;
pub mod inspection;
pub mod promise;
pub mod report;
pub mod request;
pub mod service;
pub mod state;
mod take;
mod wire;

use desk::{
    caller::Caller,
    docket::{self, Bench, Decided},
    matters::{Form, Matters},
    refuse::Refusal,
};
use event::Event;
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
    const SERVICE: &'static str = "aftercare";
    type Event = Event;

    fn read(payload: &[u8]) -> Result<Event, Malformed> {
        let stored = proto::aftercare::v1::AftercareEvent::decode(payload)
            .map_err(|error| Malformed(error.to_string()))?;
        Event::read(stored)
    }

    fn write(event: &Event) -> NewEvent {
        NewEvent { kind: event.fact.kind().to_owned(), payload: event.write().encode_to_vec() }
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
        let due = desk::matters::alarms(&self.matters, |_| false, bench);
        let fact = |(alarm, id, step): (Alarm, MatterId, matter::Event)| {
            (alarm, event::Fact::Matter(id, step.clone()).on(step.on()))
        };
        due.into_iter().map(fact).chain(self.own_alarms(bench)).collect()
    }
}

impl Matters for Case {
    const STAGE: Stage = Stage::Aftercare;

    fn step(event: &Event) -> Option<(&MatterId, &matter::Event)> {
        event.fact.step()
    }

    fn file(&self, form: &Form, caller: &Caller, bench: &Bench) -> Result<Decided<Event>, Refusal> {
        self.parties().may_see(caller)?;
        Ok(decide::file(self, form, bench)?.into())
    }

    fn act(
        &self,
        id: &MatterId,
        command: &matter::Command,
        caller: &Caller,
        bench: &Bench,
    ) -> Result<Decided<Event>, Refusal> {
        self.parties().may_see(caller)?;
        Ok(decide::act(self, id, command, caller, bench)?.into())
    }
}
