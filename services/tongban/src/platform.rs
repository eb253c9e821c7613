//! The whole platform in one process: every service on SQLite logs in one folder, with no broker.

mod clock;

use crate::Failure;
use clock::Clock;
use desk::{holdings::Shelf, service::Desk};
use dossier::{Dossiers, react::Stage, scan::Scanner};
use eventlog::{Log, Store};
use host::time::Timekeeper;
use intake::Intake;
use jiff::civil::Date;
use planning::Planning;
use proto::clock::v1::clock_service_server::{ClockServiceServer, SERVICE_NAME as CLOCK};
use rulebook::law::Law;
use status::Status;
use std::{fs, io, net::SocketAddr, path::Path, sync::Arc};
use tokio::{
    net::TcpListener,
    runtime::Runtime,
    signal::unix::{SignalKind, signal},
    sync::oneshot,
    task::JoinHandle,
};
use tonic::service::Routes;

/// A platform that serves.
pub(crate) struct Platform {
    logs: Vec<Log>,
    desk: Desk,
    days: JoinHandle<()>,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<Result<(), tonic::transport::Error>>,
    keeping: JoinHandle<()>,
}

impl Platform {
    /// Opens the logs below `data`, which no other process may use meanwhile, and serves gRPC on `listener`.
    ///
    /// # Errors
    /// What cannot be opened, with what to do about it.
    pub(crate) async fn start(
        data: &Path,
        law: Arc<Law>,
        time: Timekeeper,
        listener: TcpListener,
        scanner: Arc<dyn Scanner>,
    ) -> Result<Self, Failure> {
        fs::create_dir_all(data).map_err(|error| {
            Failure::caused(format!("cannot make the folder {}", data.display()), &error)
        })?;
        let intake_log = open(data, "intake", &time).await?;
        let planning_log = open(data, "planning", &time).await?;
        let dossier_log = open(data, "dossier", &time).await?;
        let shelf = Shelf::follow(dossier_log.clone());
        let unreadable = |error: &dyn std::error::Error| {
            Failure::caused(format!("the logs in {} cannot be used", data.display()), error)
        };
        let intake = Intake::open(intake_log.clone(), law.clone(), time.clone())
            .await
            .map_err(|error| unreadable(&error))?
            .with_shelf(shelf.clone());
        let planning =
            Planning::open(planning_log.clone(), intake_log.clone(), law.clone(), time.clone())
                .await
                .map_err(|error| unreadable(&error))?
                .with_shelf(shelf);
        let options = dossier::Options {
            folder: data.join("dossiers"),
            scanner,
            limits: Default::default(),
            licences: Default::default(),
        };
        let dossiers = Dossiers::open(dossier_log.clone(), law.clone(), time.clone(), options)
            .await
            .map_err(|error| unreadable(&error))?;
        let ears = dossiers.listen(vec![
            Stage { log: intake_log.clone(), listen: dossier::react::intake },
            Stage { log: planning_log.clone(), listen: dossier::react::planning },
        ]);
        let status = Status::open(intake_log.clone(), planning_log.clone(), law, time.clone())
            .await
            .map_err(|error| unreadable(&error))?;
        let desk = Desk::new([intake.cases(), planning.cases()]);
        let clock = Clock::new(time, desk.clone());
        let days = clock.clone().keep_up();
        let mut routes = Routes::builder();
        routes
            .add_service(intake.service())
            .add_service(planning.service())
            .add_service(desk.service())
            .add_service(dossiers.service(ears))
            .add_service(status.service())
            .add_service(
                ClockServiceServer::new(clock)
                    .max_decoding_message_size(host::serve::MAX_MESSAGE_BYTES),
            );
        let services = [
            intake::SERVICE_NAME,
            planning::SERVICE_NAME,
            desk::service::SERVICE_NAME,
            dossier::SERVICE_NAME,
            status::SERVICE_NAME,
            CLOCK,
        ];
        let keeping = tokio::spawn(async move { dossiers.keep_up().await });
        let (stop, stopped) = oneshot::channel();
        let routes = routes.routes();
        let serving = tokio::spawn(async move {
            let stopped = async { drop(stopped.await) };
            host::serve::serve(listener, routes, &services, stopped).await
        });
        Ok(Self {
            logs: vec![intake_log, planning_log, dossier_log],
            desk,
            days,
            stop,
            serving,
            keeping,
        })
    }

    /// The last day on which something was recorded, Asia/Shanghai; `None` while the logs are empty.
    ///
    /// # Errors
    /// A log cannot be read.
    pub(crate) async fn last_recorded_on(&self) -> Result<Option<Date>, Failure> {
        let unreadable = |error| Failure::caused("a log cannot be read", &error);
        let mut last = None;
        for log in &self.logs {
            let head = log.head().await.map_err(unreadable)?;
            let Some(before) = head.position.checked_sub(1) else { continue };
            let newest = log.read(before, 1).await.map_err(unreadable)?;
            last = last.max(newest.first().map(|event| host::time::date_of(event.recorded_at)));
        }
        Ok(last)
    }

    /// Finishes the calls under way and closes the logs.
    ///
    /// # Errors
    /// What the transport could not do.
    pub(crate) async fn stop(self) -> Result<(), Failure> {
        drop(self.stop);
        self.desk.stop_watches();
        let served =
            self.serving.await.map_err(|error| Failure::caused("serving broke off", &error))?;
        served.map_err(|error| Failure::caused("serving broke off", &error))?;
        // Whoever still follows the logs ends before they do.
        for task in [self.days, self.keeping] {
            task.abort();
            let _aborted = task.await;
        }
        drop(self.desk);
        for log in self.logs {
            log.close().await;
        }
        Ok(())
    }
}

async fn open(data: &Path, name: &str, time: &Timekeeper) -> Result<Log, Failure> {
    let store = Store::Sqlite { directory: data.to_owned() };
    let clock = time.clone();
    Log::open(&store, name, Arc::new(move || clock.now())).await.map_err(|error| {
        let failure =
            Failure::caused(format!("cannot open the log of {name} in {}", data.display()), &error);
        match error {
            eventlog::OpenError::InUse(_) => {
                failure.hint("stop the other process, or give this one another folder with --data")
            }
            _ => failure,
        }
    })
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
