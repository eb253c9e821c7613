//! The whole platform in one process: every service on SQLite logs in one folder, with no broker.

mod clock;

use crate::Failure;
use acceptance::Acceptance;
use aftercare::Aftercare;
use clock::Clock;
use desk::{holdings::Shelf, mandates::Mandates, service::Desk};
use dossier::{Dossiers, react::Stage, scan::Scanner};
use eventlog::{Log, Store};
use host::time::Timekeeper;
use intake::Intake;
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
    logs: Logs,
    desk: Desk,
    /// What runs beside the calls: the passing of days, and the dossiers' upkeep.
    upkeep: [JoinHandle<()>; 2],
    stop: oneshot::Sender<()>,
    serving: JoinHandle<Result<(), tonic::transport::Error>>,
}

/// One log a service.
struct Logs {
    intake: Log,
    planning: Log,
    acceptance: Log,
    aftercare: Log,
    dossier: Log,
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
        let logs = Logs::open(data, &time).await?;
        logs.catch_up(&time).await?;
        let parts = Parts::open(&logs, data, law, &time, scanner).await.map_err(|error| {
            let message = format!("the logs in {} cannot be used", data.display());
            Failure::caused(message, error.as_ref())
        })?;
        let Parts { intake, planning, acceptance, aftercare, dossiers, status, mandates } = parts;
        let cases = [intake.cases(), planning.cases(), acceptance.cases(), aftercare.cases()];
        let desk = Desk::new(cases).with_mandates(mandates);
        let clock = Clock::new(time, desk.clone());
        let days = clock.clone().keep_up();
        let ears = dossiers.listen(vec![
            Stage { log: logs.intake.clone().into(), listen: dossier::react::intake },
            Stage { log: logs.planning.clone().into(), listen: dossier::react::planning },
            Stage { log: logs.acceptance.clone().into(), listen: dossier::react::acceptance },
            Stage { log: logs.aftercare.clone().into(), listen: dossier::react::aftercare },
        ]);
        let mut routes = Routes::builder();
        routes
            .add_service(intake.service())
            .add_service(planning.service())
            .add_service(acceptance.service())
            .add_service(aftercare.service())
            .add_service(desk.service())
            .add_service(dossiers.service(ears))
            .add_service(status.service())
            .add_service(
                ClockServiceServer::new(clock)
                    .max_decoding_message_size(host::serve::MAX_MESSAGE_BYTES),
            );
        let keeping = tokio::spawn(async move { dossiers.keep_up().await });
        let (stop, stopped) = oneshot::channel();
        let routes = routes.routes();
        let serving = tokio::spawn(async move {
            let stopped = async { drop(stopped.await) };
            host::serve::serve(listener, routes, &SERVICES, stopped).await
        });
        Ok(Self { logs, desk, upkeep: [keeping, days], stop, serving })
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
        for task in self.upkeep {
            task.abort();
            let _aborted = task.await;
        }
        drop(self.desk);
        for log in self.logs.all() {
            log.close().await;
        }
        Ok(())
    }
}

/// The services that health reports as serving.
const SERVICES: [&str; 8] = [
    intake::SERVICE_NAME,
    planning::SERVICE_NAME,
    acceptance::SERVICE_NAME,
    aftercare::SERVICE_NAME,
    desk::service::SERVICE_NAME,
    dossier::SERVICE_NAME,
    status::SERVICE_NAME,
    CLOCK,
];

/// The services, each on its log and told of the logs that it follows.
struct Parts {
    intake: Intake,
    planning: Planning,
    acceptance: Acceptance,
    aftercare: Aftercare,
    dossiers: Dossiers,
    status: Status,
    mandates: Mandates,
}

impl Parts {
    async fn open(
        logs: &Logs,
        data: &Path,
        law: Arc<Law>,
        time: &Timekeeper,
        scanner: Arc<dyn Scanner>,
    ) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        let Logs { intake, planning, acceptance, aftercare, dossier } = logs;
        let shelf = Shelf::follow(dossier.clone());
        let mandates = Mandates::follow(intake.clone(), time.clone());
        let opened_intake = Intake::open(intake.clone(), law.clone(), time.clone()).await?;
        let opened_planning =
            Planning::open(planning.clone(), intake.clone(), law.clone(), time.clone()).await?;
        let opened_acceptance = Acceptance::open(
            acceptance.clone(),
            [planning.clone(), aftercare.clone()],
            law.clone(),
            time.clone(),
        )
        .await?;
        let earlier = [intake.clone(), planning.clone(), acceptance.clone()];
        let opened_aftercare =
            Aftercare::open(aftercare.clone(), earlier, law.clone(), time.clone()).await?;
        let options = dossier::Options {
            folder: data.join("dossiers"),
            scanner,
            limits: Default::default(),
            licences: Default::default(),
        };
        let dossiers = Dossiers::open(dossier.clone(), law.clone(), time.clone(), options).await?;
        let status = Status::open(logs.all().map(Log::clone), law.clone(), time.clone()).await?;
        Ok(Self {
            intake: opened_intake.with_shelf(shelf.clone()).with_mandates(mandates.clone()),
            planning: opened_planning.with_shelf(shelf.clone()).with_mandates(mandates.clone()),
            acceptance: opened_acceptance.with_shelf(shelf.clone()).with_mandates(mandates.clone()),
            aftercare: opened_aftercare.with_shelf(shelf).with_mandates(mandates.clone()),
            dossiers: dossiers.with_mandates(mandates.clone()),
            status: status.with_mandates(mandates.clone()),
            mandates,
        })
    }
}

impl Logs {
    async fn open(data: &Path, time: &Timekeeper) -> Result<Self, Failure> {
        Ok(Self {
            intake: open(data, "intake", time).await?,
            planning: open(data, "planning", time).await?,
            acceptance: open(data, "acceptance", time).await?,
            aftercare: open(data, "aftercare", time).await?,
            dossier: open(data, "dossier", time).await?,
        })
    }

    fn all(&self) -> [&Log; 5] {
        [&self.intake, &self.planning, &self.acceptance, &self.aftercare, &self.dossier]
    }

    /// Time never runs backward: a settable clock goes on where the logs ended. The machine's own cannot be
    /// moved; the log keeps its order all the same, and whoever runs the machine is told.
    async fn catch_up(&self, time: &Timekeeper) -> Result<(), Failure> {
        let unreadable = |error| Failure::caused("a log cannot be read", &error);
        for log in self.all() {
            let head = log.head().await.map_err(unreadable)?;
            let Some(before) = head.position.checked_sub(1) else { continue };
            let newest = log.read(before, 1).await.map_err(unreadable)?;
            let Some(last) = newest.first().map(|event| host::time::date_of(event.recorded_at))
            else {
                continue;
            };
            let today = time.today();
            if last > today && time.advance_to(last).is_err() {
                tracing::error!(%last, %today, log = log.name(), "the machine's date is before the last one in the log");
            }
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
