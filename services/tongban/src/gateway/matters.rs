//! The matters of all stages at once: lists are merged page by page, watches event by event.

use super::{
    STAGES,
    backend::{Backends, answered, with},
};
use axum::{extract::Request, response::Response};
use desk::{
    caller::Caller,
    name::MatterName,
    refuse,
    service::{page_size, page_token},
};
use proto::matter::v1::{
    ListMattersRequest, ListMattersResponse, WatchMattersRequest, WatchMattersResponse,
    matter_service_client::MatterServiceClient,
};
use std::pin::Pin;
use tokio::sync::watch;
use tokio_stream::{Stream, StreamExt, StreamMap, wrappers::WatchStream};
use tonic::{
    Status,
    body::Body,
    server::{Grpc, ServerStreamingService, UnaryService},
};
use tonic_prost::ProstCodec;

type Answering<T> = Pin<Box<dyn Future<Output = Result<tonic::Response<T>, Status>> + Send>>;

/// Lists the first matters of all stages after the page token. Every stage is asked for the whole page, for
/// it might hold all of it; a stage that cannot be asked fails the call, for a list with a gap would be
/// taken for the whole.
pub(super) async fn list(backends: &Backends, request: Request) -> Response {
    let mut grpc = Grpc::new(ProstCodec::default())
        .apply_max_message_size_config(Some(host::serve::MAX_MESSAGE_BYTES), None);
    grpc.unary(List(backends.clone()), request).await.map(axum::body::Body::new)
}

struct List(Backends);

impl UnaryService<ListMattersRequest> for List {
    type Response = ListMattersResponse;
    type Future = Answering<ListMattersResponse>;

    fn call(&mut self, request: tonic::Request<ListMattersRequest>) -> Self::Future {
        let backends = self.0.clone();
        Box::pin(async move { merged(&backends, request).await })
    }
}

async fn merged(
    backends: &Backends,
    request: tonic::Request<ListMattersRequest>,
) -> Result<tonic::Response<ListMattersResponse>, Status> {
    let caller = Caller::of(request.metadata())?;
    let (metadata, message) = (request.metadata().clone(), request.into_inner());
    let (mut matters, mut more) = (Vec::new(), false);
    for stage in STAGES {
        let mut client = MatterServiceClient::new(backends.channel(stage));
        let page = client.list_matters(with(&metadata, message.clone())).await;
        let page = page.map_err(|status| answered(stage, status))?;
        let page = page.into_inner();
        more |= !page.next_page_token.is_empty();
        for matter in page.matters {
            let name = MatterName::parse(&matter.name).ok_or_else(refuse::internal)?;
            matters.push((name, matter));
        }
    }
    matters.sort_by(|(one, _), (other, _)| one.cmp(other));
    let most = page_size(&message);
    more |= matters.len() > most;
    matters.truncate(most);
    let next = matters.last().filter(|_| more).map(|(name, _)| page_token(&caller, &message, name));
    Ok(tonic::Response::new(ListMattersResponse {
        matters: matters.into_iter().map(|(_, matter)| matter).collect(),
        next_page_token: next.unwrap_or_default(),
    }))
}

/// Watches all stages at once. The first that ends with a status ends the watch with it: its caller goes on
/// from the positions it was told.
pub(super) async fn watch(
    backends: &Backends,
    stopping: &watch::Sender<bool>,
    request: Request,
) -> Response<axum::body::Body> {
    let watch = Watch { backends: backends.clone(), stopping: stopping.subscribe() };
    let mut grpc = Grpc::new(ProstCodec::default())
        .apply_max_message_size_config(Some(host::serve::MAX_MESSAGE_BYTES), None);
    let answer: Response<Body> = grpc.server_streaming(watch, request).await;
    answer.map(axum::body::Body::new)
}

struct Watch {
    backends: Backends,
    stopping: watch::Receiver<bool>,
}

type Happened = Pin<Box<dyn Stream<Item = Result<WatchMattersResponse, Status>> + Send>>;

impl ServerStreamingService<WatchMattersRequest> for Watch {
    type Response = WatchMattersResponse;
    type ResponseStream = Happened;
    type Future = Answering<Happened>;

    fn call(&mut self, request: tonic::Request<WatchMattersRequest>) -> Self::Future {
        let (backends, stopping) = (self.backends.clone(), self.stopping.clone());
        Box::pin(async move {
            let (metadata, message) = (request.metadata().clone(), request.into_inner());
            let mut watches = StreamMap::new();
            for stage in STAGES {
                let mut client = MatterServiceClient::new(backends.channel(stage));
                let watch = client.watch_matters(with(&metadata, message.clone())).await;
                let watch = watch.map_err(|status| answered(stage, status))?.into_inner();
                watches.insert(stage, watch);
            }
            let happened =
                watches.map(|(stage, told)| told.map_err(|status| answered(stage, status)));
            let stopped = WatchStream::from_changes(stopping).map(|_| Err(refuse::stopping()));
            let happened: Happened = Box::pin(happened.merge(stopped));
            Ok(tonic::Response::new(happened))
        })
    }
}
