//! Serves gRPC: limits that hold for every call, health and reflection.

mod edge;

use crate::health::Health;
use std::{future::Future, time::Duration};
use tokio::{net::TcpListener, sync::oneshot};
use tonic::{
    service::Routes,
    transport::{Server, server::TcpIncoming},
};

/// Messages larger than this are refused with OUT_OF_RANGE before they are decoded.
pub const MAX_MESSAGE_BYTES: usize = 1024 * 1024;

const STREAMS_PER_CONNECTION: u32 = 100;
const MAX_HEADER_BYTES: u32 = 16 * 1024;
/// How long calls under way have when the platform is told to stop: longer than the database lets any
/// statement run. Streams without end, such as the watching of health, would keep it up for ever.
const GRACE: Duration = Duration::from_secs(6);

/// Serves `routes` with health and reflection on `listener` until `stop` comes; then finishes what is under
/// way, and cuts what is not finished within a few seconds.
/// What health says is `health`'s.
///
/// # Errors
/// What the transport cannot do.
pub async fn serve(
    listener: TcpListener,
    routes: Routes,
    health: &Health,
    stop: impl Future<Output = ()> + Send,
) -> Result<(), tonic::transport::Error> {
    let mut routes = routes.add_service(health.service());
    // Both versions: widespread clients still ask only for v1alpha.
    let builder = || {
        tonic_reflection::server::Builder::configure()
            .register_encoded_file_descriptor_set(proto::DESCRIPTORS)
            .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
    };
    match (builder().build_v1(), builder().build_v1alpha()) {
        (Ok(v1), Ok(v1alpha)) => routes = routes.add_service(v1).add_service(v1alpha),
        (Err(error), _) | (_, Err(error)) => {
            tracing::error!(%error, "reflection is off: the descriptors cannot be read")
        }
    }
    let (stopping, stopped) = oneshot::channel();
    let stop = async {
        stop.await;
        let _ = stopping.send(());
    };
    let routes = routes.into_axum_router().layer(axum::middleware::from_fn(edge::measured));
    let serving = Server::builder()
        .max_concurrent_streams(STREAMS_PER_CONNECTION)
        .http2_max_header_list_size(MAX_HEADER_BYTES)
        .http2_keepalive_interval(Some(Duration::from_secs(30)))
        .tcp_nodelay(true)
        .add_routes(Routes::from(routes))
        .serve_with_incoming_shutdown(TcpIncoming::from(listener).with_nodelay(Some(true)), stop);
    tokio::select! {
        served = serving => served,
        () = cut_off(stopped) => {
            tracing::warn!("calls that did not end in {GRACE:?} are cut off");
            Ok(())
        }
    }
}

/// Comes when the time to finish is over; never, while nobody stops.
async fn cut_off(stopped: oneshot::Receiver<()>) {
    match stopped.await {
        Ok(()) => tokio::time::sleep(GRACE).await,
        Err(_served) => std::future::pending().await,
    }
}
