//! The one address of the platform in front of its services: it finds the service that a call is for, and
//! passes the call and its answer on as the bytes they are.
//!
//! Only four calls are its own. Three are for many services at once: listing and watching the matters of all
//! stages, and moving the clock. The fourth is what a caller may ask of a log: what became of its own command.

mod backend;
mod clock;
mod forward;
mod matters;
mod route;

pub(crate) use route::stage;

use crate::{Failure, platform::Service, resolve::ForCallers};
use axum::{Router, extract::State, routing::any};
use backend::Backends;
use host::health::Health;
use proto::clock::v1::clock_service_server::ClockServiceServer;
use route::Front;
use std::{collections::BTreeMap, sync::Arc};
use tokio::{
    net::TcpListener,
    sync::{oneshot, watch},
    task::JoinHandle,
};
use tonic::service::Routes;

/// A gateway that serves.
pub(crate) struct Gateway {
    health: Health,
    stop: oneshot::Sender<()>,
    /// Ends the watches.
    stopping: watch::Sender<bool>,
    looking: Vec<JoinHandle<()>>,
    serving: JoinHandle<Result<(), tonic::transport::Error>>,
}

/// Serves on `listener` in front of the services at `addresses`, whether or not they answer yet.
///
/// # Errors
/// An address that is none, or an API whose own description cannot be read.
pub(crate) async fn start(
    listener: TcpListener,
    addresses: &BTreeMap<String, String>,
    health: Health,
) -> Result<Gateway, Failure> {
    let backends = Backends::new(addresses)?;
    let stopping = watch::Sender::new(false);
    let front = Front::new(backends.clone(), stopping.clone())?;
    let asked = backends.clone();
    let resolve = ForCallers::server(move |request| backend::resolve(asked.clone(), request));
    let clocks = clock::Clocks::new(backends);
    let mut looking = front.look_after(&health).await;
    looking.push(clocks.clone().level(health.clone()));
    let router = Router::new()
        .route("/{service}/{method}", any(pass))
        .fallback(|| async { forward::unimplemented() })
        .with_state(Arc::new(front));
    let clock =
        ClockServiceServer::new(clocks).max_decoding_message_size(host::serve::MAX_MESSAGE_BYTES);
    let routes = Routes::from(router).add_service(clock).add_service(resolve);
    let (stop, stopped) = oneshot::channel();
    let told = health.clone();
    let serving = tokio::spawn(async move {
        let stopped = async { drop(stopped.await) };
        host::serve::serve(listener, routes, &told, stopped).await
    });
    Ok(Gateway { health, stop, stopping, looking, serving })
}

async fn pass(
    State(front): State<Arc<Front>>,
    request: axum::extract::Request,
) -> axum::response::Response {
    front.pass(request).await
}

impl Gateway {
    /// Says that it stops, and finishes the calls under way.
    ///
    /// # Errors
    /// What the transport could not do.
    pub(crate) async fn stop(self) -> Result<(), Failure> {
        self.health.waits("process", "stopping");
        self.looking.iter().for_each(JoinHandle::abort);
        self.health.serves("", false).await;
        drop(self.stop);
        self.stopping.send_replace(true);
        let served =
            self.serving.await.map_err(|error| Failure::caused("serving broke off", &error))?;
        served.map_err(|error| Failure::caused("serving broke off", &error))
    }
}

/// The services whose matters the desk of the platform deals with, in the order of the stages.
const STAGES: [Service; 4] =
    [Service::Intake, Service::Planning, Service::Acceptance, Service::Aftercare];
