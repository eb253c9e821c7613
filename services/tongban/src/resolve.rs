//! What became of a command, for whoever sent it: the one call to the logs that a caller may make, and for its
//! own keys only. Everything else there is for the services among themselves.

use desk::{caller::Caller, refuse};
use proto::log::v1::{
    GetHeadRequest, GetHeadResponse, ReadEventsRequest, ReadEventsResponse, ReadStreamRequest,
    ReadStreamResponse, ResolveCommandRequest, ResolveCommandResponse,
    log_service_server::{LogService, LogServiceServer},
};
use std::{pin::Pin, sync::Arc};
use tokio_stream::Stream;
use tonic::{Request, Response, Status};

type Answer<T> = Result<Response<T>, Status>;
type Asked = Pin<Box<dyn Future<Output = Answer<ResolveCommandResponse>> + Send>>;

/// The logs as callers meet them.
pub(crate) struct ForCallers(Arc<dyn Fn(ResolveCommandRequest) -> Asked + Send + Sync>);

impl ForCallers {
    /// The gRPC service; `ask` asks the log that the request names.
    pub(crate) fn server<F>(
        ask: impl Fn(ResolveCommandRequest) -> F + Send + Sync + 'static,
    ) -> LogServiceServer<Self>
    where
        F: Future<Output = Answer<ResolveCommandResponse>> + Send + 'static,
    {
        let asking = Self(Arc::new(move |request| Box::pin(ask(request))));
        // Requests are names and numbers.
        LogServiceServer::new(asking).max_decoding_message_size(16 * 1024)
    }
}

type Pages<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

#[tonic::async_trait]
impl LogService for ForCallers {
    /// A principal that is not given is the caller.
    async fn resolve_command(
        &self,
        request: Request<ResolveCommandRequest>,
    ) -> Answer<ResolveCommandResponse> {
        let caller = Caller::of(request.metadata())?.principal.to_string();
        let ResolveCommandRequest { principal, .. } = request.get_ref();
        if !principal.is_empty() && *principal != caller {
            return Err(refuse::Refusal::NotYours(
                "principal: a caller asks for its own commands only".to_owned(),
            )
            .into());
        }
        let request = ResolveCommandRequest { principal: caller, ..request.into_inner() };
        (self.0)(request).await
    }

    async fn get_head(&self, _: Request<GetHeadRequest>) -> Answer<GetHeadResponse> {
        Err(Status::unimplemented(""))
    }

    type ReadEventsStream = Pages<ReadEventsResponse>;

    async fn read_events(&self, _: Request<ReadEventsRequest>) -> Answer<Self::ReadEventsStream> {
        Err(Status::unimplemented(""))
    }

    type ReadStreamStream = Pages<ReadStreamResponse>;

    async fn read_stream(&self, _: Request<ReadStreamRequest>) -> Answer<Self::ReadStreamStream> {
        Err(Status::unimplemented(""))
    }
}
