//! Passes one call on to one service, and its answer back, without reading either.

use super::backend::{unanswered, unreachable};
use crate::platform::Service;
use axum::{body::Body, extract::Request, response::Response};
use http_body::{Body as _, Frame};
use http_body_util::{BodyStream, StreamBody};
use tokio_stream::StreamExt;
use tonic::{
    Status,
    codegen::{Service as _, http::HeaderMap},
    transport::Channel,
};

/// Passes a call on. Headers, messages, trailers and the caller's deadline go through as they are; dropping
/// the future cancels the call at the service.
pub(super) async fn forward(service: Service, mut channel: Channel, request: Request) -> Response {
    let ready = std::future::poll_fn(|context| channel.poll_ready(context)).await;
    let answer = match ready {
        Ok(()) => channel.call(request.map(tonic::body::Body::new)).await,
        Err(error) => Err(error),
    };
    match answer {
        Ok(answer) => answer.map(|body| passed_on(service, body)),
        Err(error) => unanswered(service, &error).into_http(),
    }
}

/// A method that no service here has.
pub(super) fn unimplemented() -> Response {
    Status::unimplemented("").into_http()
}

/// A body that ends with a status even where the service broke off in the midst of it.
fn passed_on(service: Service, body: tonic::body::Body) -> Body {
    // An answer without messages has its status in the headers, and must end with them.
    if body.is_end_stream() {
        return Body::new(body);
    }
    let frames = BodyStream::new(body).map(move |frame| match frame {
        Ok(frame) => Ok(frame),
        Err(error) => {
            tracing::warn!(service = service.name(), %error, "the answer broke off");
            let mut trailers = HeaderMap::new();
            unreachable(service).add_header(&mut trailers)?;
            Ok::<_, Status>(Frame::trailers(trailers))
        }
    });
    Body::new(StreamBody::new(frames))
}
