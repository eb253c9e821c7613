//! `IntakeService`: reads requests, lets the case decide, shows the project.

use crate::{
    Intake,
    case::{
        Case,
        decide::{Decision, Order, admit, change, gate, register, register::Candidate, security},
        event::{Event, Fact},
    },
    read, view,
};
use desk::{
    caller::Caller,
    docket::{Bench, Decided},
    fields::{Fields, MAX_ENTRIES},
    name,
    refuse::{self, Refusal},
};
use eventlog::{Algorithm, Reservation};
use proto::intake::v1::{self as pb, intake_service_server::IntakeService};
use rulebook::negative_list::Outcome;
use tonic::{Code, Request, Response, Status, metadata::MetadataMap};

/// How many codes are tried when the one made is taken.
const CODE_TRIES: u32 = 8;

type Answer<T> = Result<Response<T>, Status>;

/// What every command begins with.
struct Head<'a> {
    request_id: &'a str,
    name: &'a str,
    occurred_on: &'a str,
}

macro_rules! head {
    ($message:expr) => {
        Head {
            request_id: &$message.request_id,
            name: &$message.name,
            occurred_on: &$message.occurred_on,
        }
    };
}

impl Intake {
    /// Carries out a command on a project: identity, fields, then the decision.
    async fn command<M: prost::Message>(
        &self,
        method: &str,
        metadata: &MetadataMap,
        head: Head<'_>,
        message: &M,
        mut fields: Fields,
        decide: impl Fn(&Case, &str, Order<'_>) -> Result<Decided<Event>, Refusal>
        + Send
        + Sync
        + 'static,
    ) -> Result<(Option<pb::Project>, String), Status> {
        let caller = Caller::of(metadata)?;
        let request_id = fields.request_id(head.request_id);
        let project = fields.project("name", head.name);
        let occurred_on = fields.occurred_on(head.occurred_on);
        fields.finish(())?;
        let request =
            caller.keyed(request_id, &format!("{}/{method}", crate::SERVICE_NAME), message);
        let name = head.name.to_owned();
        let answered = name.clone();
        let decide = move |case: &Case, bench: &Bench| {
            decide(case, &name, Order { caller: &caller, occurred_on, bench })
        };
        let answer = move |case: &Case, bench: &Bench| {
            view::shown(&answered, case, bench).unwrap_or_default()
        };
        let (project, position) = self.0.execute(request, &project, decide, answer).await?;
        Ok((Some(project), position))
    }

    /// Projects on file that look like the one asked to be registered.
    fn candidates(
        &self,
        project: &str,
        asked: &register::Registration,
    ) -> Result<Vec<Candidate>, Status> {
        let today = self.0.bench().date;
        self.0.read(|cases| {
            let others = cases.iter().filter(|(id, _)| *id != project);
            others
                .filter_map(|(id, held)| {
                    let alike =
                        register::alike(held.case.project.as_deref()?, &asked.facts, today)?;
                    Some(Candidate { name: format!("projects/{id}"), alike })
                })
                .collect()
        })
    }
}

fn decided(decision: Decision) -> Result<Decided<Event>, Refusal> {
    Ok(decision?.into())
}

#[tonic::async_trait]
impl IntakeService for Intake {
    async fn register_project(
        &self,
        request: Request<pb::RegisterProjectRequest>,
    ) -> Answer<pb::RegisterProjectResponse> {
        let (metadata, _, message) = request.into_parts();
        let mut fields = Fields::default();
        let bench = self.0.bench();
        let facts = read::facts(&mut fields, message.facts.as_ref(), &bench);
        fields.few("not_duplicate_of", message.not_duplicate_of.len());
        let reason = fields.long("not_duplicate_reason", &message.not_duplicate_reason);
        if !message.project_id.is_empty() && !name::is_project(&message.project_id) {
            fields.wrong("project_id", "is 4 to 40 characters of a-z, 0-9 and -");
        }
        let caller = Caller::of(&metadata)?;
        let id = if message.project_id.is_empty() {
            derived_id(&caller, &message.request_id)
        } else {
            message.project_id.clone()
        };
        let name = format!("projects/{id}");
        let Some(facts) = facts else {
            return Err(fields.finish(()).err().unwrap_or_else(refuse::internal));
        };
        let not_duplicate_of = message.not_duplicate_of.iter().take(MAX_ENTRIES).cloned().collect();
        let asked =
            register::Registration { facts, not_duplicate_of, not_duplicate_reason: reason };
        let candidates = self.candidates(&id, &asked)?;
        let head = Head {
            request_id: &message.request_id,
            name: &name,
            occurred_on: &message.occurred_on,
        };
        let decide = move |case: &Case, name: &str, order: Order<'_>| {
            decided(register::register(case, name, &asked, &candidates, order))
        };
        let (project, position) =
            self.command("RegisterProject", &metadata, head, &message, fields, decide).await?;
        Ok(Response::new(pb::RegisterProjectResponse { project, position }))
    }

    async fn screen_project(
        &self,
        request: Request<pb::ScreenProjectRequest>,
    ) -> Answer<pb::ScreenProjectResponse> {
        let (metadata, _, message) = request.into_parts();
        let decide = |case: &Case, _: &str, order: Order<'_>| decided(admit::screen(case, order));
        let (project, position) = self
            .command(
                "ScreenProject",
                &metadata,
                head!(message),
                &message,
                Fields::default(),
                decide,
            )
            .await?;
        Ok(Response::new(pb::ScreenProjectResponse { project, position }))
    }

    async fn decide_screening(
        &self,
        request: Request<pb::DecideScreeningRequest>,
    ) -> Answer<pb::DecideScreeningResponse> {
        let (metadata, _, message) = request.into_parts();
        let mut fields = Fields::default();
        let outcome = match message.outcome() {
            pb::Outcome::Pass => Some(Outcome::Pass),
            pb::Outcome::PassWithCondition => Some(Outcome::PassWithCondition),
            pb::Outcome::Refuse => Some(Outcome::Refuse),
            pb::Outcome::Manual | pb::Outcome::Unspecified => None,
        };
        let outcome = fields.word("outcome", outcome).unwrap_or(Outcome::Manual);
        let reason = fields.required_long("reason", &message.reason);
        let decide = move |case: &Case, _: &str, order: Order<'_>| {
            decided(admit::decide(case, outcome, &reason, order))
        };
        let (project, position) = self
            .command("DecideScreening", &metadata, head!(message), &message, fields, decide)
            .await?;
        Ok(Response::new(pb::DecideScreeningResponse { project, position }))
    }

    async fn decide_key_project(
        &self,
        request: Request<pb::DecideKeyProjectRequest>,
    ) -> Answer<pb::DecideKeyProjectResponse> {
        let (metadata, _, message) = request.into_parts();
        let mut fields = Fields::default();
        let secretary = fields.short("secretary", &message.secretary);
        let reason = fields.long("reason", &message.reason);
        let decide = move |case: &Case, _: &str, order: Order<'_>| {
            decided(gate::decide(case, &secretary, &reason, order))
        };
        let (project, position) = self
            .command("DecideKeyProject", &metadata, head!(message), &message, fields, decide)
            .await?;
        Ok(Response::new(pb::DecideKeyProjectResponse { project, position }))
    }

    async fn contest_key_project(
        &self,
        request: Request<pb::ContestKeyProjectRequest>,
    ) -> Answer<pb::ContestKeyProjectResponse> {
        let (metadata, _, message) = request.into_parts();
        let mut fields = Fields::default();
        let grounds = fields.required_long("grounds", &message.grounds);
        let decide = move |case: &Case, _: &str, order: Order<'_>| {
            decided(gate::contest(case, &grounds, order))
        };
        let (project, position) = self
            .command("ContestKeyProject", &metadata, head!(message), &message, fields, decide)
            .await?;
        Ok(Response::new(pb::ContestKeyProjectResponse { project, position }))
    }

    async fn hand_over_secretary(
        &self,
        request: Request<pb::HandOverSecretaryRequest>,
    ) -> Answer<pb::HandOverSecretaryResponse> {
        let (metadata, _, message) = request.into_parts();
        let mut fields = Fields::default();
        let to = fields.required_short("to", &message.to);
        let reason = fields.required_long("reason", &message.reason);
        let decide = move |case: &Case, _: &str, order: Order<'_>| {
            decided(gate::hand_over(case, &to, &reason, order))
        };
        let (project, position) = self
            .command("HandOverSecretary", &metadata, head!(message), &message, fields, decide)
            .await?;
        Ok(Response::new(pb::HandOverSecretaryResponse { project, position }))
    }

    async fn flag_security_review(
        &self,
        request: Request<pb::FlagSecurityReviewRequest>,
    ) -> Answer<pb::FlagSecurityReviewResponse> {
        let (metadata, _, message) = request.into_parts();
        let mut fields = Fields::default();
        let (ground, actual_control) =
            (fields.required_short("ground", &message.ground), message.actual_control);
        let decide = move |case: &Case, _: &str, order: Order<'_>| {
            decided(security::flag(case, &ground, actual_control, order))
        };
        let (project, position) = self
            .command("FlagSecurityReview", &metadata, head!(message), &message, fields, decide)
            .await?;
        Ok(Response::new(pb::FlagSecurityReviewResponse { project, position }))
    }

    async fn conclude_security_review(
        &self,
        request: Request<pb::ConcludeSecurityReviewRequest>,
    ) -> Answer<pb::ConcludeSecurityReviewResponse> {
        let (metadata, _, message) = request.into_parts();
        let mut fields = Fields::default();
        let (cleared, decision) =
            (message.cleared, fields.required_short("decision", &message.decision));
        let decide = move |case: &Case, _: &str, order: Order<'_>| {
            decided(security::conclude(case, cleared, &decision, order))
        };
        let (project, position) = self
            .command("ConcludeSecurityReview", &metadata, head!(message), &message, fields, decide)
            .await?;
        Ok(Response::new(pb::ConcludeSecurityReviewResponse { project, position }))
    }

    async fn assign_project_code(
        &self,
        request: Request<pb::AssignProjectCodeRequest>,
    ) -> Answer<pb::AssignProjectCodeResponse> {
        let (metadata, _, message) = request.into_parts();
        let first = serial(&message.name);
        for attempt in 0..CODE_TRIES {
            let given = message.code.clone();
            let decide = move |case: &Case, name: &str, order: Order<'_>| {
                let events =
                    admit::assign_code(case, name, &given, (first + attempt) % 100_000, order)?;
                let reservations = events.iter().filter_map(reserved).collect();
                Ok(Decided { events, reservations })
            };
            let done = self
                .command(
                    "AssignProjectCode",
                    &metadata,
                    head!(message),
                    &message,
                    Fields::default(),
                    decide,
                )
                .await;
            match done {
                Ok((project, position)) => {
                    return Ok(Response::new(pb::AssignProjectCodeResponse { project, position }));
                }
                // A code made here may be taken; one that was given stays what it is.
                Err(status)
                    if status.code() == Code::AlreadyExists
                        && message.code.is_empty()
                        && attempt + 1 < CODE_TRIES
                        && !has_code(&self.0, &message.name)? => {}
                Err(status) => return Err(status),
            }
        }
        Err(refuse::busy())
    }

    async fn change_project(
        &self,
        request: Request<pb::ChangeProjectRequest>,
    ) -> Answer<pb::ChangeProjectResponse> {
        let (metadata, _, message) = request.into_parts();
        let mut fields = Fields::default();
        let facts = read::facts(&mut fields, message.facts.as_ref(), &self.0.bench());
        let reason = fields.required_long("reason", &message.reason);
        let Some(facts) = facts else {
            return Err(fields.finish(()).err().unwrap_or_else(refuse::internal));
        };
        let decide = move |case: &Case, _: &str, order: Order<'_>| {
            decided(change::change(case, &facts, &reason, order))
        };
        let (project, position) = self
            .command("ChangeProject", &metadata, head!(message), &message, fields, decide)
            .await?;
        Ok(Response::new(pb::ChangeProjectResponse { project, position }))
    }

    async fn withdraw_project(
        &self,
        request: Request<pb::WithdrawProjectRequest>,
    ) -> Answer<pb::WithdrawProjectResponse> {
        let (metadata, _, message) = request.into_parts();
        let mut fields = Fields::default();
        let reason = fields.required_long("reason", &message.reason);
        let decide = move |case: &Case, _: &str, order: Order<'_>| {
            decided(change::withdraw(case, &reason, order))
        };
        let (project, position) = self
            .command("WithdrawProject", &metadata, head!(message), &message, fields, decide)
            .await?;
        Ok(Response::new(pb::WithdrawProjectResponse { project, position }))
    }

    async fn state_intake_facts(
        &self,
        request: Request<pb::StateIntakeFactsRequest>,
    ) -> Answer<pb::StateIntakeFactsResponse> {
        let (metadata, _, message) = request.into_parts();
        let mut fields = Fields::default();
        fields.few("facts", message.facts.len());
        let facts = message.facts.clone();
        let decide = move |case: &Case, _: &str, order: Order<'_>| {
            decided(change::state_facts(case, &facts, order))
        };
        let (project, position) = self
            .command("StateIntakeFacts", &metadata, head!(message), &message, fields, decide)
            .await?;
        Ok(Response::new(pb::StateIntakeFactsResponse { project, position }))
    }

    async fn get_project(
        &self,
        request: Request<pb::GetProjectRequest>,
    ) -> Answer<pb::GetProjectResponse> {
        let message = request.into_inner();
        let mut fields = Fields::default();
        let project = fields.project("name", &message.name);
        fields.finish(())?;
        self.0.seen(&message.min_position).await?;
        let bench = self.0.bench();
        let found = self.0.read(|cases| {
            let held = cases.get(&project)?;
            Some((view::shown(&message.name, &held.case, &bench)?, held.position))
        })?;
        let (project, position) =
            found.ok_or_else(|| Status::from(Refusal::Unknown(message.name.clone())))?;
        Ok(Response::new(pb::GetProjectResponse {
            project: Some(project),
            position: self.0.token(position),
        }))
    }
}

fn has_code(docket: &desk::docket::Docket<Case>, name: &str) -> Result<bool, Status> {
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

/// An id that a repetition of the same request derives again.
fn derived_id(caller: &Caller, request_id: &str) -> String {
    let digest = Algorithm::Sha256.hash(format!("{}\0{request_id}", caller.principal).as_bytes());
    let hex: String = digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    format!("p{hex}")
}

/// Five digits that are the same for the same project.
fn serial(name: &str) -> u32 {
    let digest = Algorithm::Sha256.hash(name.as_bytes());
    digest.iter().take(4).fold(0u32, |sum, byte| (sum << 8) | u32::from(*byte)) % 100_000
}
