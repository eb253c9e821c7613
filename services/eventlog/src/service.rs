//! Logs for other processes: `tongban.log.v1.LogService`. It listens where services talk to each other.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::Arc;

use futures_util::stream::{self, Stream};
use proto::log::v1::log_service_server as server;
use proto::log::v1::{
    Event, GetHeadRequest, GetHeadResponse, ReadEventsRequest, ReadEventsResponse,
    ReadStreamRequest, ReadStreamResponse, Resolution as Resolved, ResolveCommandRequest,
    ResolveCommandResponse,
};
use tonic::{Request, Response, Status};

use crate::command::Resolution;
use crate::error::{AppendError, ReadError, chain_of};
use crate::linked::Linked;
use crate::log::Log;

/// Most events read from the database at once.
const PAGE_EVENTS: u64 = 250;
/// A page ends with the event that brings it to so many bytes: one event more always fits into 1 MiB.
const PAGE_BYTES: usize = 512 * 1024;

/// Serves the logs of this process. Clones share them.
#[derive(Clone)]
pub struct LogService(Arc<BTreeMap<String, Log>>);

impl LogService {
    /// Serves these logs, each under its name.
    pub fn new(logs: impl IntoIterator<Item = Log>) -> Self {
        Self(Arc::new(logs.into_iter().map(|log| (log.name().to_owned(), log)).collect()))
    }

    /// The gRPC service.
    pub fn server(self) -> server::LogServiceServer<Self> {
        // Requests are names and numbers.
        server::LogServiceServer::new(self).max_decoding_message_size(16 * 1024)
    }

    fn log(&self, name: &str) -> Result<Log, Status> {
        let unknown = || Status::not_found(format!("log: no log {name:?} is kept here"));
        self.0.get(name).cloned().ok_or_else(unknown)
    }
}

type Pages<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

#[tonic::async_trait]
impl server::LogService for LogService {
    async fn get_head(
        &self,
        request: Request<GetHeadRequest>,
    ) -> Result<Response<GetHeadResponse>, Status> {
        let GetHeadRequest { log, taken_in } = request.into_inner();
        let log = self.log(&log)?;
        log.has_taken_in(&taken_in).await;
        let head = log.head().await.map_err(unreadable)?;
        Ok(Response::new(GetHeadResponse {
            log_id: log.id().to_vec(),
            algorithm: log.algorithm().name().to_owned(),
            epoch: head.epoch,
            position: head.position,
            hash: head.hash.to_vec(),
        }))
    }

    type ReadEventsStream = Pages<ReadEventsResponse>;

    async fn read_events(
        &self,
        request: Request<ReadEventsRequest>,
    ) -> Result<Response<Self::ReadEventsStream>, Status> {
        let ReadEventsRequest { log, after_position, limit } = request.into_inner();
        let log = self.log(&log)?;
        let left = if limit == 0 { u64::MAX } else { limit };
        let pages =
            stream::try_unfold((log, after_position, left), |(log, after, left)| async move {
                let asked = left.min(PAGE_EVENTS);
                let found = if asked == 0 { Vec::new() } else { log.linked(after, asked).await? };
                let ended = (found.len() as u64) < asked;
                let (page, whole) = page(found);
                let Some(last) = page.last().map(|event| event.position) else { return Ok(None) };
                let left = if ended && whole { 0 } else { left - page.len() as u64 };
                Ok(Some((ReadEventsResponse { events: page }, (log, last, left))))
            });
        Ok(Response::new(Box::pin(stream_of(pages))))
    }

    type ReadStreamStream = Pages<ReadStreamResponse>;

    async fn read_stream(
        &self,
        request: Request<ReadStreamRequest>,
    ) -> Result<Response<Self::ReadStreamStream>, Status> {
        let ReadStreamRequest { log, stream: name, after_version } = request.into_inner();
        let log = self.log(&log)?;
        let pages =
            stream::try_unfold((log, name, after_version), |(log, name, after)| async move {
                let (page, _) = page(log.linked_stream(&name, after, PAGE_EVENTS).await?);
                let Some(last) = page.last().map(|event| event.version) else { return Ok(None) };
                Ok(Some((ReadStreamResponse { events: page }, (log, name, last))))
            });
        Ok(Response::new(Box::pin(stream_of(pages))))
    }

    async fn resolve_command(
        &self,
        request: Request<ResolveCommandRequest>,
    ) -> Result<Response<ResolveCommandResponse>, Status> {
        let ResolveCommandRequest { log, principal, key, fence } = request.into_inner();
        let log = self.log(&log)?;
        let resolved = log.resolve(&principal, &key, fence).await.map_err(unsettled)?;
        let nothing = ResolveCommandResponse::default();
        Ok(Response::new(match resolved {
            Resolution::Absent => {
                ResolveCommandResponse { resolution: Resolved::Absent.into(), ..nothing }
            }
            Resolution::Fenced => {
                ResolveCommandResponse { resolution: Resolved::Fenced.into(), ..nothing }
            }
            Resolution::Committed(known) => ResolveCommandResponse {
                resolution: Resolved::Committed.into(),
                fingerprint: known.fingerprint.to_vec(),
                first_position: known.answer.first_position,
                last_position: known.answer.last_position,
                version: known.answer.version,
                answer: known.answer.answer,
                // Tokens are of the life that the log is in now, wherever in it the command stands.
                epoch: log.head().await.map_err(unreadable)?.epoch,
            },
        }))
    }
}

/// The events that fit into one message, and whether those are all.
fn page(found: Vec<Linked>) -> (Vec<Event>, bool) {
    let all = found.len();
    let mut bytes = 0;
    let fitting = found.into_iter().take_while(|event| {
        let fits = bytes < PAGE_BYTES;
        bytes += event.bytes();
        fits
    });
    let page: Vec<Event> = fitting.map(Event::from).collect();
    let whole = page.len() == all;
    (page, whole)
}

fn stream_of<T>(
    pages: impl Stream<Item = Result<T, ReadError>>,
) -> impl Stream<Item = Result<T, Status>> {
    futures_util::StreamExt::map(pages, |page| page.map_err(unreadable))
}

fn unreadable(error: ReadError) -> Status {
    match error {
        ReadError::Malformed { .. } => {
            tracing::error!(%error, "a log cannot be served");
            Status::data_loss(error.to_string())
        }
        ReadError::Database(_) | ReadError::Unavailable(_) => {
            tracing::warn!(error = chain_of(&error), "a log cannot be served now");
            Status::unavailable("the log's database is not available")
        }
    }
}

fn unsettled(error: AppendError) -> Status {
    match error {
        AppendError::Invalid(what) => Status::invalid_argument(what),
        AppendError::TooLarge { .. } => Status::invalid_argument(error.to_string()),
        AppendError::Busy => Status::resource_exhausted(error.to_string()),
        AppendError::KeyReused
        | AppendError::Fenced
        | AppendError::Conflict { .. }
        | AppendError::Reserved { .. }
        | AppendError::Unknown(_)
        | AppendError::Unavailable(_) => {
            tracing::warn!(%error, "a command cannot be resolved now");
            Status::unavailable("the log's database is not available; ask again")
        }
    }
}
