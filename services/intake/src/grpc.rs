//! `IntakeService`: reads requests, lets the case decide, shows the project.

/// The head of a message.
macro_rules! head {
    ($message:expr) => {
        Head {
            request_id: &$message.request_id,
            name: &$message.name,
            occurred_on: &$message.occurred_on,
        }
    };
}

mod agent;
mod code;
mod register;

pub(crate) use register::WAITING;

use crate::{
    Intake,
    case::{
        Case,
        decide::{Decision, Order, admit, change, gate, security},
        event::Event,
    },
    read, view,
};
use desk::{
    caller::Caller,
    docket::{Bench, Decided},
    fields::Fields,
    name,
    refuse::{Refusal, Violation},
};
use proto::intake::v1::{self as pb, intake_service_server::IntakeService};
use rulebook::{catalogue::Stage, negative_list::Outcome};
use tonic::{Request, Response, Status, metadata::MetadataMap};

type Answer<T> = Result<Response<T>, Status>;

/// The project after a command, and the position token.
type Done = Result<(Option<pb::Project>, String), Status>;

/// What every command begins with.
struct Head<'a> {
    request_id: &'a str,
    name: &'a str,
    occurred_on: &'a str,
}

/// The one command on a project that is nobody's yet.
const REGISTER: &str = "RegisterProject";

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
    ) -> Done {
        let caller = Caller::of(metadata)?;
        let mandates = self.docket.mandates();
        match name::project(head.name) {
            // Whose a project is to be is said by registering it.
            Some(_) if method == REGISTER => mandates.admit_new(&caller).await?,
            Some(project) => mandates.admit(&caller, project, Some(Stage::Intake)).await?,
            None => {}
        }
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
        let (project, position) = self.docket.execute(request, &project, decide, answer).await?;
        Ok((Some(project), position))
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
        let (project, position) = self.register(request).await?;
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
        let (project, position) = self.assign_code(request).await?;
        Ok(Response::new(pb::AssignProjectCodeResponse { project, position }))
    }

    async fn change_project(
        &self,
        request: Request<pb::ChangeProjectRequest>,
    ) -> Answer<pb::ChangeProjectResponse> {
        let (metadata, _, message) = request.into_parts();
        let mut fields = Fields::default();
        let facts = read::facts(&mut fields, message.facts.as_ref(), &self.docket.bench());
        let reason = fields.required_long("reason", &message.reason);
        let decide = move |case: &Case, _: &str, order: Order<'_>| {
            // What left a gap in the facts has said so before.
            let gap = || Refusal::Fields(vec![Violation::new("facts", "is required")]);
            decided(change::change(case, facts.as_ref().ok_or_else(gap)?, &reason, order))
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

    async fn appoint_agent(
        &self,
        request: Request<pb::AppointAgentRequest>,
    ) -> Answer<pb::AppointAgentResponse> {
        self.appoint(request).await
    }

    async fn revoke_agent(
        &self,
        request: Request<pb::RevokeAgentRequest>,
    ) -> Answer<pb::RevokeAgentResponse> {
        self.revoke(request).await
    }

    async fn list_agents(
        &self,
        request: Request<pb::ListAgentsRequest>,
    ) -> Answer<pb::ListAgentsResponse> {
        self.agents(request).await
    }

    async fn get_project(
        &self,
        request: Request<pb::GetProjectRequest>,
    ) -> Answer<pb::GetProjectResponse> {
        let (metadata, _, message) = request.into_parts();
        let mut fields = Fields::default();
        let project = fields.project("name", &message.name);
        fields.finish(())?;
        let stage = Some(Stage::Intake);
        self.docket.mandates().admit_reader(&metadata, Some(&project), stage).await?;
        self.docket.seen(&message.min_position).await?;
        let bench = self.docket.bench();
        let found = self.docket.read(|cases| {
            let held = cases.get(&project)?;
            Some((view::shown(&message.name, &held.case, &bench)?, held.position))
        })?;
        let (project, position) =
            found.ok_or_else(|| Status::from(Refusal::Unknown(message.name.clone())))?;
        Ok(Response::new(pb::GetProjectResponse {
            project: Some(project),
            position: self.docket.token(position),
        }))
    }
}
