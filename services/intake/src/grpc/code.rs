//! A code is reserved in the log, so that no two projects ever hold the same.

use desk::{
    docket::{Decided, Docket},
    fields::Fields,
    name, refuse,
};
use eventlog::{Algorithm, Reservation};
use proto::intake::v1 as pb;
use rulebook::identifiers::ProjectCode;
use tonic::{Code, Request, Status};

use super::{Done, Head};
use crate::{
    Intake,
    case::{
        Case,
        decide::{Order, admit},
        event::{Event, Fact},
    },
};

/// How many codes are tried when the one made is taken.
const CODE_TRIES: u32 = 8;

/// Serials of one month and region.
const SERIALS: u32 = 100_000;

impl Intake {
    pub(super) async fn assign_code(&self, request: Request<pb::AssignProjectCodeRequest>) -> Done {
        let (metadata, _, message) = request.into_parts();
        let first = serial(&message.name);
        for attempt in 0..CODE_TRIES {
            let mut fields = Fields::default();
            if !message.code.is_empty()
                && let Err(malformed) = ProjectCode::parse(&message.code)
            {
                fields.wrong("code", malformed.to_string());
            }
            let head = Head {
                request_id: &message.request_id,
                name: &message.name,
                occurred_on: &message.occurred_on,
            };
            let given = message.code.clone();
            let decide = move |case: &Case, name: &str, order: Order<'_>| {
                let serial = (first + attempt) % SERIALS;
                let events = admit::assign_code(case, name, &given, serial, order)?;
                let reservations = events.iter().filter_map(reserved).collect();
                Ok(Decided { events, reservations })
            };
            let done =
                self.command("AssignProjectCode", &metadata, head, &message, fields, decide).await;
            match done {
                // A code made here may be taken; one that was given stays what it is.
                Err(status)
                    if status.code() == Code::AlreadyExists
                        && message.code.is_empty()
                        && attempt + 1 < CODE_TRIES
                        && !has_code(&self.docket, &message.name)? => {}
                done => return done,
            }
        }
        Err(refuse::busy())
    }
}

fn has_code(docket: &Docket<Case>, name: &str) -> Result<bool, Status> {
    let id = name::project(name).unwrap_or_default().to_owned();
    docket.read(|cases| {
        cases
            .get(&id)
            .and_then(|held| held.case.project.as_deref())
            .is_some_and(|project| project.code.is_some())
    })
}

fn reserved(event: &Event) -> Option<Reservation> {
    match &event.fact {
        Fact::CodeAssigned { code } => {
            Some(Reservation { kind: "project_code".to_owned(), value: code.clone() })
        }
        _ => None,
    }
}

/// Five digits that are the same for the same project.
fn serial(name: &str) -> u32 {
    let digest = Algorithm::Sha256.hash(name.as_bytes());
    digest.iter().take(4).fold(0u32, |sum, byte| (sum << 8) | u32::from(*byte)) % SERIALS
}
