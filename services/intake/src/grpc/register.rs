//! Registration looks at every other project before it is decided on its own.

use std::sync::Arc;

use desk::{
    caller::Caller,
    docket::Decided,
    fields::{Fields, MAX_ENTRIES},
    name, refuse,
};
use eventlog::{Algorithm, Reservation};
use proto::intake::v1 as pb;
use tonic::{Code, Request, Status, metadata::MetadataMap};
use tracing::Instrument;

use super::{Done, Head};
use crate::{
    Intake,
    case::{
        Case,
        decide::{Order, register},
    },
    read,
};

/// Registrations that wait for their turn; more are told to come later.
pub(crate) const WAITING: usize = 64;

/// How often a registration looks again when other processes were faster.
const TURNS: u32 = 32;

/// Length of a wanted project id.
const ID_LENGTH: std::ops::RangeInclusive<usize> = 4..=40;

impl Intake {
    /// One registration after the other, so that each sees those before it among its candidates. The
    /// caller's cancellation ends the waiting, not the work.
    pub(super) async fn register(&self, request: Request<pb::RegisterProjectRequest>) -> Done {
        let (metadata, _, message) = request.into_parts();
        let (id, asked) = self.read_registration(&metadata, &message)?;
        let waits = Arc::clone(&self.registering.waiting).try_acquire_owned();
        let waits = waits.map_err(|_full| refuse::busy())?;
        let intake = self.clone();
        let work = async move {
            let _waits = waits;
            let _turn = intake.registering.turn.lock().await;
            for _ in 0..TURNS {
                let others = intake.others(&id)?;
                match intake.register_after(others, &id, &asked, &metadata, &message).await {
                    // It may be that another process of this service took the turn.
                    Err(status) if status.code() == Code::AlreadyExists => {
                        intake.docket.caught_up().await?;
                        if intake.others(&id)? == others {
                            return Err(status);
                        }
                    }
                    done => return done,
                }
            }
            Err(refuse::busy())
        };
        tokio::spawn(work.in_current_span()).await.map_err(refuse::broken_off)?
    }

    /// Registers a project as the one after so many others, which is reserved: of two processes that saw the
    /// same others one registers, and the other looks again.
    async fn register_after(
        &self,
        others: usize,
        id: &str,
        asked: &register::Registration,
        metadata: &MetadataMap,
        message: &pb::RegisterProjectRequest,
    ) -> Done {
        let candidates = self.candidates(id, asked)?;
        let name = format!("projects/{id}");
        let head = Head {
            request_id: &message.request_id,
            name: &name,
            occurred_on: &message.occurred_on,
        };
        let asked = asked.clone();
        let decide = move |case: &Case, name: &str, order: Order<'_>| {
            let events = register::register(case, name, &asked, &candidates, order)?;
            let turn = Reservation { kind: "registration".to_owned(), value: others.to_string() };
            let reservations = if events.is_empty() { Vec::new() } else { vec![turn] };
            Ok(Decided { events, reservations })
        };
        self.command(super::REGISTER, metadata, head, message, Fields::default(), decide).await
    }

    /// How many other projects are on file.
    fn others(&self, project: &str) -> Result<usize, Status> {
        self.docket.read(|cases| cases.iter().filter(|(id, _)| *id != project).count())
    }

    fn read_registration(
        &self,
        metadata: &MetadataMap,
        message: &pb::RegisterProjectRequest,
    ) -> Result<(String, register::Registration), Status> {
        let caller = Caller::of(metadata)?;
        let mut fields = Fields::default();
        let request_id = fields.request_id(&message.request_id);
        fields.occurred_on(&message.occurred_on);
        let facts = read::facts(&mut fields, message.facts.as_ref(), &self.docket.bench());
        fields.few("not_duplicate_of", message.not_duplicate_of.len());
        for (i, other) in message.not_duplicate_of.iter().take(MAX_ENTRIES).enumerate() {
            fields.project(&format!("not_duplicate_of[{i}]"), other);
        }
        let reason = fields.long("not_duplicate_reason", &message.not_duplicate_reason);
        let wanted = &message.project_id;
        let fits = name::is_project(wanted) && ID_LENGTH.contains(&wanted.len());
        if !wanted.is_empty() && !fits {
            fields.wrong("project_id", "is 4 to 40 characters of a-z, 0-9 and -, not at its ends");
        }
        fields.finish(())?;
        // Without facts something was wrong, and said so above.
        let facts = facts.ok_or_else(refuse::internal)?;
        let id = if wanted.is_empty() { derived_id(&caller, &request_id) } else { wanted.clone() };
        let not_duplicate_of = message.not_duplicate_of.clone();
        Ok((id, register::Registration { facts, not_duplicate_of, not_duplicate_reason: reason }))
    }

    /// Projects on file that look like the one asked to be registered.
    fn candidates(
        &self,
        project: &str,
        asked: &register::Registration,
    ) -> Result<Vec<register::Candidate>, Status> {
        let today = self.docket.bench().date;
        self.docket.read(|cases| {
            let others = cases.iter().filter(|(id, _)| *id != project);
            others
                .filter_map(|(id, held)| {
                    let alike =
                        register::alike(held.case.project.as_deref()?, &asked.facts, today)?;
                    Some(register::Candidate { name: format!("projects/{id}"), alike })
                })
                .collect()
        })
    }
}

/// An id that a repetition of the same request derives again.
fn derived_id(caller: &Caller, request_id: &str) -> String {
    let digest = Algorithm::Sha256.hash(format!("{}\0{request_id}", caller.principal).as_bytes());
    let hex: String = digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    format!("p{hex}")
}
