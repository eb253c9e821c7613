//! Serves gRPC: limits that hold for every call, health and reflection.

use std::{future::Future, time::Duration};
use tokio::{net::TcpListener, sync::oneshot};
use tonic::{
    Request, Status,
    service::{InterceptorLayer, Routes},
    transport::{Server, server::TcpIncoming},
};

/// Messages larger than this are refused with OUT_OF_RANGE before they are decoded.
pub const MAX_MESSAGE_BYTES: usize = 1024 * 1024;

/// Commands with less time than this are refused before any work is done.
const SHORTEST_DEADLINE: Duration = Duration::from_millis(50);
const LONGEST_DEADLINE: Duration = Duration::from_secs(300);
const STREAMS_PER_CONNECTION: u32 = 100;
const MAX_HEADER_BYTES: u32 = 16 * 1024;
/// How long calls under way have when the platform is told to stop. Streams without end, such as the
/// watching of health, would keep it up for ever.
const GRACE: Duration = Duration::from_secs(3);

/// Serves `routes` with health and reflection on `listener` until `stop` comes; then finishes what is under
/// way, and cuts what is not finished within a few seconds.
/// `services` are the full names of the services that health reports as serving.
///
/// # Errors
/// What the transport or the reflection service cannot do, in words.
pub async fn serve(
    listener: TcpListener,
    routes: Routes,
    services: &[&str],
    stop: impl Future<Output = ()> + Send,
) -> Result<(), tonic::transport::Error> {
    let (health, health_service) = tonic_health::server::health_reporter();
    for service in services {
        health.set_service_status(*service, tonic_health::ServingStatus::Serving).await;
    }
    let mut routes = routes.add_service(health_service);
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
    let serving = Server::builder()
        .max_concurrent_streams(STREAMS_PER_CONNECTION)
        .http2_max_header_list_size(MAX_HEADER_BYTES)
        .http2_keepalive_interval(Some(Duration::from_secs(30)))
        .tcp_nodelay(true)
        .layer(InterceptorLayer::new(edge))
        .add_routes(routes)
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

/// What is checked of every call before anything is done for it.
#[allow(clippy::result_large_err)] // tonic's interceptors are written so.
fn edge(request: Request<()>) -> Result<Request<()>, Status> {
    if let Some(value) = request.metadata().get("grpc-timeout") {
        let timeout = value.to_str().ok().and_then(parse_timeout).ok_or_else(|| {
            Status::invalid_argument(
                "grpc-timeout: write at most 8 digits and one of H, M, S, m, u, n",
            )
        })?;
        if timeout < SHORTEST_DEADLINE {
            return Err(Status::deadline_exceeded(format!(
                "grpc-timeout: {timeout:?} is too short for any answer; allow at least {SHORTEST_DEADLINE:?}"
            )));
        }
        if timeout > LONGEST_DEADLINE {
            return Err(Status::invalid_argument(format!(
                "grpc-timeout: at most {LONGEST_DEADLINE:?}"
            )));
        }
    }
    Ok(request)
}

/// Parses `grpc-timeout` as the gRPC protocol writes it: up to eight digits and a unit.
fn parse_timeout(text: &str) -> Option<Duration> {
    let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    if digits.is_empty() || digits.len() > 8 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let n: u64 = digits.parse().ok()?;
    match unit {
        "H" => Some(Duration::from_secs(n * 3600)),
        "M" => Some(Duration::from_secs(n * 60)),
        "S" => Some(Duration::from_secs(n)),
        "m" => Some(Duration::from_millis(n)),
        "u" => Some(Duration::from_micros(n)),
        "n" => Some(Duration::from_nanos(n)),
        _ => None,
    }
}
