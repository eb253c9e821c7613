//! The construction and acceptance of one project: its facts, its state, and what may be done with it.

mod alarms;
mod dependency;
mod duties;
mod event;
mod gate;
mod joint;
mod members;
mod particulars;
mod rejection;
mod results;
mod state;

mod decide;

pub use decide::{Act, Command, Construction, Scoped};
pub use dependency::reopened;
pub use event::Event;
pub use joint::{Issued, Joint, List, Round, Seat};
pub use particulars::{
    Examined, Finding, ListedDefect, ListedResult, Member, Opinion, Reference, Scope,
    SurveyVersion, Unit,
};
pub use rejection::Rejection;
pub use results::Held;
pub use state::{Case, Permit, Survey};

use std::collections::BTreeMap;

use desk::{
    caller::Caller,
    docket::{self, Bench, Decided},
    matters::{Form, Matters},
    refuse::Refusal,
};
use eventlog::{Malformed, NewEvent};
use prost::Message;
use proto::acceptance::v1::AcceptanceEvent;
use rulebook::{
    alarm::Alarm,
    catalogue::Stage,
    matter::{self, Matter, MatterId},
};

impl docket::Case for Case {
    const SERVICE: &'static str = "acceptance";
    type Event = Event;

    fn read(payload: &[u8]) -> Result<Event, Malformed> {
        let stored =
            AcceptanceEvent::decode(payload).map_err(|error| Malformed(error.to_string()))?;
        Ok(Event::from_wire(&stored)?)
    }

    fn write(event: &Event) -> NewEvent {
        NewEvent { kind: event.kind().to_owned(), payload: event.to_wire().encode_to_vec() }
    }

    fn evolve(&mut self, event: &Event) {
        self.apply(event);
    }

    fn matters(&self) -> &BTreeMap<MatterId, Matter> {
        &self.matters
    }

    fn matter_of(event: &Event) -> Option<&MatterId> {
        event.matter()
    }

    fn alarms(&self, bench: &Bench) -> Vec<(Alarm, Event)> {
        self.alarms_due(bench)
    }
}

impl Matters for Case {
    const STAGE: Stage = Stage::Acceptance;

    fn step(event: &Event) -> Option<(&MatterId, &matter::Event)> {
        event.step()
    }

    fn file(&self, form: &Form, caller: &Caller, bench: &Bench) -> Result<Decided<Event>, Refusal> {
        Ok(self.file_form(form, caller, bench)?.into())
    }

    fn act(
        &self,
        id: &MatterId,
        command: &matter::Command,
        caller: &Caller,
        bench: &Bench,
    ) -> Result<Decided<Event>, Refusal> {
        Ok(self.act_on(id, command, caller, bench)?.into())
    }
}

#[cfg(test)]
mod tests;
