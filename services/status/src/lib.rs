//! The one-stop status (一网通办): where every project stands, who holds the ball, by when and why.
//!
//! It folds the logs of the other services, owns no log itself, and derives every answer when it is asked.

mod deadline;
mod fold;
mod list;
mod moment;
mod project;

#[cfg(test)]
mod tests;

pub use proto::status::v1::status_service_server::SERVICE_NAME;

use desk::{
    docket::Bench,
    mandates::Mandates,
    position,
    refuse::{self, Refusal, Violation},
};
use eventlog::{Feed, Live, ReadError};
use fold::{Intake, Planning, Projects};
use host::time::Timekeeper;
use project::Epochs;
use proto::status::v1::{
    ExplainDeadlineRequest, ExplainDeadlineResponse, GetProjectStatusRequest,
    GetProjectStatusResponse, ListProjectStatusesRequest, ListProjectStatusesResponse,
    status_service_server::{StatusService, StatusServiceServer},
};
use rulebook::law::Law;
use std::sync::Arc;
use tonic::{Request, Response};

/// The logs that the status folds.
const LOGS: [&str; 2] = ["intake", "planning"];

/// The status of every project, as both logs tell it. Cheap to clone; clones share the folds.
#[derive(Clone)]
pub struct Status {
    intake: Live<Projects<Intake>>,
    planning: Live<Projects<Planning>>,
    epochs: Epochs,
    law: Arc<Law>,
    time: Timekeeper,
    mandates: Mandates,
}

/// Why the status could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// A log cannot be read.
    #[error("a log cannot be read")]
    Log(#[from] ReadError),
    /// A log holds an event that the status cannot read.
    #[error(transparent)]
    Stopped(#[from] eventlog::Stopped),
}

impl Status {
    /// Folds both logs, follows them from then on, and waits until the folds are as new as the logs.
    ///
    /// # Errors
    /// A log cannot be read, or holds an event that this build cannot read; its position is named.
    pub async fn open(
        intake: impl Into<Feed>,
        planning: impl Into<Feed>,
        law: Arc<Law>,
        time: Timekeeper,
    ) -> Result<Self, OpenError> {
        let (intake, planning) = (intake.into(), planning.into());
        let heads = (intake.head().await?, planning.head().await?);
        let epochs = Epochs { intake: heads.0.epoch, planning: heads.1.epoch };
        let intake = Live::follow(intake, Projects::default(), fold::fold::<Intake>);
        let planning = Live::follow(planning, Projects::default(), fold::fold::<Planning>);
        intake.reached(heads.0.position).await?;
        planning.reached(heads.1.position).await?;
        Ok(Self { intake, planning, epochs, law, time, mandates: Mandates::default() })
    }

    /// The same service, which shows an enterprise and its agents their own projects only.
    #[must_use]
    pub fn with_mandates(self, mandates: Mandates) -> Self {
        Self { mandates, ..self }
    }

    /// The gRPC service.
    #[must_use]
    pub fn service(&self) -> StatusServiceServer<Self> {
        StatusServiceServer::new(self.clone())
            .max_decoding_message_size(host::serve::MAX_MESSAGE_BYTES)
    }

    /// The present day with the calendar as published by it.
    fn bench(&self) -> Bench {
        self.bench_on(self.time.today())
    }

    /// A day with the calendar as published by it.
    fn bench_on(&self, date: jiff::civil::Date) -> Bench {
        Bench::new(date, self.law.clone())
    }

    /// Waits until both folds have seen what the tokens name.
    async fn seen(&self, tokens: &[String]) -> Result<(), tonic::Status> {
        let tokens = position::parse(tokens)?;
        let strangers = tokens.iter().enumerate().filter(|(_, t)| !LOGS.contains(&t.log.as_str()));
        let strangers: Vec<_> = strangers
            .map(|(index, token)| {
                let rule = format!("the status does not follow the log {}", token.log);
                Violation::new(format!("min_position[{index}]"), rule)
            })
            .collect();
        if !strangers.is_empty() {
            return Err(refuse::fields(strangers));
        }
        position::seen(&self.intake, self.epochs.intake, &tokens).await?;
        position::seen(&self.planning, self.epochs.planning, &tokens).await
    }
}

#[tonic::async_trait]
impl StatusService for Status {
    async fn get_project_status(
        &self,
        request: Request<GetProjectStatusRequest>,
    ) -> Result<Response<GetProjectStatusResponse>, tonic::Status> {
        let (metadata, _, request) = request.into_parts();
        let mut violations = Vec::new();
        let id = moment::project_id(&request.name, &mut violations);
        let by = self.recorded_by(&request.recorded_by, &mut violations);
        if !violations.is_empty() {
            return Err(refuse::fields(violations));
        }
        self.mandates.admit_reader(&metadata, Some(&id), None).await?;
        self.seen(&request.min_position).await?;
        let seen = self.look(&id, by).await?;
        let project = seen.project.ok_or(Refusal::Unknown(request.name))?;
        let status = project.status(&seen.bench);
        Ok(Response::new(GetProjectStatusResponse { status: Some(status), as_of: seen.as_of }))
    }

    async fn list_project_statuses(
        &self,
        request: Request<ListProjectStatusesRequest>,
    ) -> Result<Response<ListProjectStatusesResponse>, tonic::Status> {
        let (metadata, _, request) = request.into_parts();
        let page = list::Page::of(&request)?;
        let sight = self.mandates.admit_reader(&metadata, None, None).await?;
        self.seen(&request.min_position).await?;
        Ok(Response::new(self.list(&page, &sight)?))
    }

    async fn explain_deadline(
        &self,
        request: Request<ExplainDeadlineRequest>,
    ) -> Result<Response<ExplainDeadlineResponse>, tonic::Status> {
        let (metadata, _, request) = request.into_parts();
        let mut violations = Vec::new();
        let by = self.recorded_by(&request.recorded_by, &mut violations);
        let today = by.map_or_else(|| self.time.today(), moment::date_of);
        let question = deadline::Question::of(&request, today, &mut violations);
        if !violations.is_empty() {
            return Err(refuse::fields(violations));
        }
        self.mandates.admit_reader(&metadata, Some(&question.project), None).await?;
        self.seen(&request.min_position).await?;
        let seen = self.look(&question.project, by).await?;
        let project = seen.project.ok_or_else(|| Refusal::Unknown(request.name.clone()))?;
        let explained = question.answer(&project, &seen.bench)?;
        Ok(Response::new(ExplainDeadlineResponse { as_of: seen.as_of, ..explained }))
    }
}
