//! Some or all of the services in one process: `up` and `serve` differ only in where the logs are and how the
//! others' are heard.

mod clock;
mod logs;
mod parts;
mod service;
mod tally;

pub(crate) use logs::{Logs, in_folder, open};
use parts::Fold;
pub(crate) use parts::{Fault, Parts};
pub(crate) use service::Service;

use crate::{Failure, resolve::ForCallers};
use clock::Clock;
use desk::service::Desk;
use dossier::scan::{self, Scanner};
use eventlog::{Feed, Log, LogService, ReadError};
use host::{health::Health, time::Timekeeper};
use proto::{
    clock::v1::clock_service_server::{ClockServiceServer, SERVICE_NAME as CLOCK},
    log::v1::log_service_server::LogService as _,
};
use rulebook::law::Law;
use std::{
    collections::BTreeMap, error::Error, io, net::SocketAddr, path::PathBuf, sync::Arc,
    time::Duration,
};
use tokio::{
    net::TcpListener,
    runtime::Runtime,
    signal::unix::{SignalKind, signal},
    sync::oneshot,
    task::JoinHandle,
};
use tonic::Request;

/// What the services of one process stand on.
pub(crate) struct Site {
    /// The services to serve here.
    pub(crate) services: Vec<Service>,
    /// Their logs, for each that keeps one.
    pub(crate) logs: Logs,
    /// Whether other processes of the platform may read those logs here.
    pub(crate) lends: bool,
    /// The logs of other processes that services here follow.
    pub(crate) feeds: BTreeMap<Service, Feed>,
    pub(crate) law: Arc<Law>,
    pub(crate) time: Timekeeper,
    /// Where the dossiers' files are and who searches them; only where the dossiers are served.
    pub(crate) files: Option<(PathBuf, Arc<dyn Scanner>)>,
    pub(crate) health: Health,
}

impl Site {
    /// The log that a service here writes.
    fn log(&self, service: Service) -> Result<Log, Fault> {
        let log = self.logs.get(&service).cloned();
        log.ok_or_else(|| format!("the log of {} is not open", service.name()).into())
    }

    /// A log that is followed, whoever writes it.
    fn feed(&self, service: Service) -> Result<Feed, Fault> {
        let own = self.logs.get(&service).cloned().map(Feed::from);
        let feed = own.or_else(|| self.feeds.get(&service).cloned());
        feed.ok_or_else(|| format!("nobody tells of the log of {}", service.name()).into())
    }
}

/// A platform that serves.
pub(crate) struct Platform {
    logs: Logs,
    desk: Desk,
    health: Health,
    names: Vec<&'static str>,
    /// What runs beside the calls: the passing of days, upkeep, and the watch over the folds.
    tasks: Vec<JoinHandle<()>>,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<Result<(), tonic::transport::Error>>,
}

impl Site {
    /// Opens the services.
    ///
    /// # Errors
    /// What cannot be opened; where the fault may pass, it can be tried again.
    pub(crate) async fn open(&self) -> Result<Parts, Fault> {
        logs::catch_up(&self.logs, &self.time).await?;
        Parts::open(self).await
    }
}

/// Whether waiting can mend a fault: a database or a neighbour that does not answer.
pub(crate) fn may_pass(fault: &Fault) -> bool {
    let mut cause: Option<&(dyn Error + 'static)> = Some(fault.as_ref());
    while let Some(error) = cause {
        if let Some(ReadError::Database(_) | ReadError::Unavailable(_)) = error.downcast_ref() {
            return true;
        }
        cause = error.source();
    }
    false
}

impl Site {
    /// Serves what was opened on `listener`.
    pub(crate) async fn serve(self, parts: Parts, listener: TcpListener) -> Platform {
        let Self { logs, lends, time, health, .. } = self;
        let Parts { mut routes, mut names, cases, mandates, upkeep: mut tasks, folds } = parts;
        let desk = Desk::new(cases.iter().cloned()).with_mandates(mandates);
        if !cases.is_empty() {
            routes.add_service(desk.service());
            names.push(desk::service::SERVICE_NAME);
        }
        let kept = LogService::new(logs.values().cloned());
        if !lends {
            // Callers are here themselves.
            routes.add_service(ForCallers::server(move |request| {
                let kept = kept.clone();
                async move { kept.resolve_command(Request::new(request)).await }
            }));
        } else if !logs.is_empty() {
            routes.add_service(kept.server());
        }
        tasks.push(tokio::spawn(tally::keep(cases)));
        let clock = Clock::new(time, desk.clone());
        tasks.push(clock.clone().keep_up());
        routes.add_service(
            ClockServiceServer::new(clock)
                .max_decoding_message_size(host::serve::MAX_MESSAGE_BYTES),
        );
        names.push(CLOCK);
        for name in &names {
            health.serves(name, true).await;
        }
        for fold in folds {
            tasks.push(tokio::spawn(tell_of_stop(fold, health.clone())));
        }
        let (stop, stopped) = oneshot::channel();
        let (told, routes) = (health.clone(), routes.routes());
        let serving = tokio::spawn(async move {
            let stopped = async { drop(stopped.await) };
            host::serve::serve(listener, routes, &told, stopped).await
        });
        Platform { logs, desk, health, names, tasks, stop, serving }
    }
}

/// Says so when a fold has stopped: to operators in any case, to callers where its service cannot do without it.
async fn tell_of_stop(fold: Fold, health: Health) {
    let (service, stopped) = (fold.service, fold.stopping.await);
    let (log, position) = (stopped.log.as_str(), stopped.position);
    tracing::error!(service, log, position, serves = !fold.needed, "{stopped}");
    health.waits(&format!("{service}: fold of {log}"), stopped.to_string());
    if fold.needed {
        health.serves(service, false).await;
        health.serves("", false).await;
    }
}

impl Platform {
    /// Says that it stops, finishes the calls under way and closes the logs.
    ///
    /// # Errors
    /// What the transport could not do.
    pub(crate) async fn stop(self) -> Result<(), Failure> {
        self.health.waits("process", "stopping");
        for name in self.names.iter().chain([&""]) {
            self.health.serves(name, false).await;
        }
        drop(self.stop);
        self.desk.stop_watches();
        let served =
            self.serving.await.map_err(|error| Failure::caused("serving broke off", &error))?;
        served.map_err(|error| Failure::caused("serving broke off", &error))?;
        // Whoever still follows the logs ends before they do.
        for task in self.tasks {
            task.abort();
            let _aborted = task.await;
        }
        drop(self.desk);
        for log in self.logs.values() {
            log.close().await;
        }
        Ok(())
    }
}

/// Who searches uploads for malicious content, as the command line and the configuration say it.
pub(crate) fn scanner(said: &str) -> Arc<dyn Scanner> {
    match said {
        "none" => Arc::new(scan::NoScanner),
        "trust" => Arc::new(scan::TrustEverything),
        address => {
            let (address, patience) = (address.to_owned(), Duration::from_secs(60));
            Arc::new(scan::Clamd { address, patience })
        }
    }
}

/// The runtime that everything runs on.
///
/// # Errors
/// The system gives no threads.
pub(crate) fn runtime() -> Result<Runtime, Failure> {
    Runtime::new().map_err(|error| Failure::caused("cannot start", &error))
}

/// Binds the address to serve on.
///
/// # Errors
/// The address is taken or is not this machine's.
pub(crate) async fn listen(address: SocketAddr) -> Result<TcpListener, Failure> {
    TcpListener::bind(address).await.map_err(|error| {
        let failure = Failure::caused(format!("cannot listen on {address}"), &error);
        match error.kind() {
            io::ErrorKind::AddrInUse => {
                failure.hint("another program listens there: give another address")
            }
            _ => failure,
        }
    })
}

/// Begins to listen for what asks the process to stop, Ctrl-C or SIGTERM, and waits for it. Listen before
/// telling anybody that the platform serves: a signal that nobody listens for kills.
///
/// # Errors
/// The system lets nobody listen.
pub(crate) fn asked_to_stop() -> Result<impl Future<Output = ()>, Failure> {
    let listen =
        |kind| signal(kind).map_err(|error| Failure::caused("cannot listen for signals", &error));
    let (mut interrupted, mut terminated) =
        (listen(SignalKind::interrupt())?, listen(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupted.recv() => {}
            _ = terminated.recv() => {}
        }
    })
}
