//! The one-stop status (一网通办): where every project stands, who holds the ball, by when and why.
//!
//! It folds the logs of the other services, owns no log itself, and derives every answer when it is asked.

mod city;
mod deadline;
mod fold;
mod handover;
mod list;
mod moment;
mod oversight;
mod project;
mod scorecard;

#[cfg(test)]
mod tests;

pub use proto::status::v1::status_service_server::SERVICE_NAME;

use desk::{
    caller::Caller,
    docket::Bench,
    mandates::Mandates,
    position,
    refuse::{self, Refusal, Violation},
};
use eventlog::{Feed, Live, ReadError, Stopped};
use fold::{Epochs, Projects, Source};
use host::time::Timekeeper;
use proto::status::v1::{
    self as pb, ExplainDeadlineRequest, ExplainDeadlineResponse, GetProjectStatusRequest,
    GetProjectStatusResponse, ListProjectStatusesRequest, ListProjectStatusesResponse,
    status_service_server::{StatusService, StatusServiceServer},
};
use rulebook::law::Law;
use std::sync::Arc;
use tonic::{Request, Response};

/// The status of every project, as the logs tell it. Cheap to clone; clones share the folds.
#[derive(Clone)]
pub struct Status {
    logs: Vec<(Source, Live<Projects>)>,
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
    /// A log of which the status knows nothing.
    #[error("the status does not fold the log {0}")]
    Stranger(String),
}

impl Status {
    /// Folds the logs, follows them from then on, and waits until the folds are as new as the logs, or, where
    /// one's owner is away, as what is kept of it here. A log that is not given is as one that is empty, and no
    /// token of it is taken.
    ///
    /// A log that cannot be followed to its end is told of up to there, and every answer says so.
    ///
    /// # Errors
    /// A log is none of those that the status folds, or cannot be read.
    pub async fn open(
        logs: impl IntoIterator<Item = impl Into<Feed>>,
        law: Arc<Law>,
        time: Timekeeper,
    ) -> Result<Self, OpenError> {
        let (followed, epochs, mandates) = (Vec::new(), Epochs::default(), Mandates::default());
        let mut status = Self { logs: followed, epochs, law, time, mandates };
        for log in logs {
            let log: Feed = log.into();
            let source = Source::named(log.name());
            let source = source.ok_or_else(|| OpenError::Stranger(log.name().to_owned()))?;
            status.epochs.set(source, log.newest().await?.epoch);
            status.logs.push((source, Live::follow(log, Projects::of(source), fold::fold)));
        }
        for (_, live) in &status.logs {
            live.caught_up().await?;
        }
        Ok(status)
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

    /// For each fold, what comes when it stops: at an event that it cannot take, or where its log ends.
    pub fn stops(&self) -> impl Iterator<Item = impl Future<Output = Stopped> + Send + 'static> {
        self.logs.clone().into_iter().map(|(_, live)| async move { live.stopped().await })
    }

    /// The epoch of each log, as far as it is known now.
    fn epochs(&self) -> Epochs {
        let mut epochs = self.epochs;
        for (source, live) in &self.logs {
            live.feed().epoch().into_iter().for_each(|epoch| epochs.set(*source, epoch));
        }
        epochs
    }

    /// The present day with the calendar as published by it.
    fn bench(&self) -> Bench {
        self.bench_on(self.time.today())
    }

    /// A day with the calendar as published by it.
    fn bench_on(&self, date: jiff::civil::Date) -> Bench {
        Bench::new(date, self.law.clone())
    }

    /// Waits until every fold has seen what the tokens name.
    async fn seen(&self, tokens: &[String]) -> Result<(), tonic::Status> {
        let tokens = position::parse(tokens)?;
        let follows = |log: &str| self.logs.iter().any(|(source, _)| source.log() == log);
        let strangers = tokens.iter().enumerate().filter(|(_, token)| !follows(&token.log));
        let strangers: Vec<_> = strangers
            .map(|(index, token)| {
                let rule = format!("the status does not follow the log {}", token.log);
                Violation::new(format!("min_position[{index}]"), rule)
            })
            .collect();
        if !strangers.is_empty() {
            return Err(refuse::fields(strangers));
        }
        for (source, live) in &self.logs {
            position::seen(live, self.epochs().of(*source), &tokens).await?;
        }
        Ok(())
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
        Ok(Response::new(GetProjectStatusResponse {
            status: Some(status),
            stopped: seen.basis.stopped(),
            as_of: seen.basis.as_of,
        }))
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
        let today = by.map_or_else(|| self.time.today(), host::time::date_of);
        let question = deadline::Question::of(&request, today, &mut violations);
        if !violations.is_empty() {
            return Err(refuse::fields(violations));
        }
        self.mandates.admit_reader(&metadata, Some(&question.project), None).await?;
        self.seen(&request.min_position).await?;
        let seen = self.look(&question.project, by).await?;
        let project = seen.project.ok_or_else(|| Refusal::Unknown(request.name.clone()))?;
        let explained = question.answer(&project, &seen.bench)?;
        Ok(Response::new(ExplainDeadlineResponse {
            stopped: seen.basis.stopped(),
            as_of: seen.basis.as_of,
            ..explained
        }))
    }

    async fn get_handover(
        &self,
        request: Request<pb::GetHandoverRequest>,
    ) -> Result<Response<pb::GetHandoverResponse>, tonic::Status> {
        let (metadata, _, request) = request.into_parts();
        let caller = Caller::of(&metadata)?;
        let mut violations = Vec::new();
        let id = moment::project_id(&request.name, &mut violations);
        let by = self.recorded_by(&request.recorded_by, &mut violations);
        if !violations.is_empty() {
            return Err(refuse::fields(violations));
        }
        self.mandates.admit(&caller, &id, None).await?;
        self.seen(&request.min_position).await?;
        let seen = self.look(&id, by).await?;
        let project = seen.project.ok_or_else(desk::sight::unknown)?;
        let handover = Some(project.handover(&caller, &seen.bench)?);
        Ok(Response::new(pb::GetHandoverResponse {
            handover,
            stopped: seen.basis.stopped(),
            as_of: seen.basis.as_of,
        }))
    }

    async fn list_endangered_approvals(
        &self,
        request: Request<pb::ListEndangeredApprovalsRequest>,
    ) -> Result<Response<pb::ListEndangeredApprovalsResponse>, tonic::Status> {
        let (metadata, _, request) = request.into_parts();
        self.endangered_of(&metadata, &request).await.map(Response::new)
    }

    async fn get_scorecard(
        &self,
        request: Request<pb::GetScorecardRequest>,
    ) -> Result<Response<pb::GetScorecardResponse>, tonic::Status> {
        let (metadata, _, request) = request.into_parts();
        self.scorecard_of(&metadata, &request).await.map(Response::new)
    }

    async fn get_periodic_report(
        &self,
        request: Request<pb::GetPeriodicReportRequest>,
    ) -> Result<Response<pb::GetPeriodicReportResponse>, tonic::Status> {
        let (metadata, _, request) = request.into_parts();
        self.report_of(&metadata, &request).await.map(Response::new)
    }
}
