//! `tongban serve`: one service, or all, on PostgreSQL; or the gateway in front of them.

mod network;

use crate::{
    Answer, Failure, gateway,
    platform::{self, Site},
    role::{self, Role},
    seeds::Seeds,
};
use eventlog::{Log, OpenError};
use host::{
    config::{As, Config},
    health::Health,
    time::Timekeeper,
};
use proto::clock::v1::{GetTimeRequest, clock_service_client::ClockServiceClient};
use rulebook::law::Law;
use std::{
    ffi::OsStr, io::Write, net::SocketAddr, path::PathBuf, pin::pin, sync::Arc, time::Duration,
};
use tokio::task::{JoinHandle, JoinSet};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// What to run
    #[arg(value_enum, value_name = "SERVICE")]
    role: Role,
    /// Configuration: a file, or a folder with SERVICE.toml
    #[arg(long, value_name = "PATH", default_value = role::CONFIG)]
    config: PathBuf,
    /// Start on a clock that stands at this date until it is moved; over the configuration
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = crate::reading::present)]
    at: Option<jiff::civil::Date>,
}

pub(crate) fn run(
    arguments: &Arguments,
    seeds: Option<&OsStr>,
    out: &mut dyn Write,
) -> Result<Answer, Failure> {
    let mut config = arguments.role.configuration(&arguments.config, As::User)?;
    config.at = arguments.at.or(config.at);
    let runtime = platform::runtime()?;
    let traces = {
        let _inside = runtime.enter();
        host::telemetry::start(arguments.role.name(), &config.telemetry)?
    };
    let seeds = Seeds::new(seeds.or(config.seeds.as_deref().map(|folder| folder.as_os_str())));
    let law = Arc::new(seeds.parse(Law::parse)?);
    runtime.block_on(async {
        let served = serve(arguments.role, &config, law, out).await;
        if let Some(traces) = traces {
            traces.finish().await;
        }
        served
    })
}

/// Serves until the process is asked to stop.
async fn serve(
    role: Role,
    config: &Config,
    law: Arc<Law>,
    out: &mut dyn Write,
) -> Result<Answer, Failure> {
    let mut asked_to_stop = pin!(platform::asked_to_stop()?);
    let health = Health::default();
    health.waits("process", "starting");
    let admin = platform::listen(config.listen.admin).await?;
    let admin_address = admin.local_addr()?;
    let _admin = host::admin::serve(admin, health.clone(), host::telemetry::measure());
    // Whoever asks to stop is not kept waiting by what the start waits for.
    let mut serving = tokio::select! {
        started = start(role, config, law, &health) => started?,
        () = &mut asked_to_stop => return Ok(Answer::Yes),
    };
    health.works("process");
    writeln!(out, "tongban serves gRPC on {}", serving.address)?;
    writeln!(out, "health and metrics on {admin_address}")?;
    out.flush()?;
    let renewed = tokio::select! {
        () = asked_to_stop => None,
        log = serving.renewed() => Some(log),
    };
    serving.stop().await?;
    match renewed {
        None => Ok(Answer::Yes),
        Some(log) => Err(rebuilt(&log)),
    }
}

/// What serves, and where.
struct Serving {
    address: SocketAddr,
    what: What,
}

/// What runs beside the services.
struct Beside {
    tasks: Vec<JoinHandle<()>>,
    relays: Vec<eventlog::Relay>,
    /// Each ends, with the log's name, when another copy of a log took the place of the one that is folded here.
    renewed: JoinSet<String>,
}

enum What {
    Services(platform::Platform, Beside),
    Gateway(gateway::Gateway),
}

impl Serving {
    /// Comes when a log that is folded here has to be folded anew: its name.
    async fn renewed(&mut self) -> String {
        match &mut self.what {
            What::Services(_, beside) => next(&mut beside.renewed).await,
            What::Gateway(_) => std::future::pending().await,
        }
    }

    async fn stop(self) -> Result<(), Failure> {
        match self.what {
            What::Gateway(gateway) => gateway.stop().await,
            What::Services(platform, beside) => {
                beside.tasks.iter().for_each(JoinHandle::abort);
                // The broker is told of what the last calls recorded, or is told later.
                let stopped = platform.stop().await;
                drop(beside.relays);
                stopped
            }
        }
    }
}

/// The name of the next log whose copy was rebuilt.
async fn next(renewed: &mut JoinSet<String>) -> String {
    match renewed.join_next().await {
        Some(Ok(log)) => log,
        Some(Err(_)) | None => std::future::pending().await,
    }
}

/// A new process folds the new copy; none of its answers can rest on the old one.
fn rebuilt(log: &str) -> Failure {
    Failure::new(format!("the mirror of {log} was rebuilt"))
        .hint("start again, as a supervisor does: what rests on it is folded anew")
}

async fn start(
    role: Role,
    config: &Config,
    law: Arc<Law>,
    health: &Health,
) -> Result<Serving, Failure> {
    if role == Role::Gateway {
        let listener = platform::listen(config.listen.grpc).await?;
        let address = listener.local_addr()?;
        let gateway = gateway::start(listener, &config.services, health.clone()).await?;
        return Ok(Serving { address, what: What::Gateway(gateway) });
    }
    let time = config.at.map_or_else(Timekeeper::machine, Timekeeper::settable);
    let logs = logs(role, config, &time, health).await?;
    let broker = network::broker(config).await?;
    let mirrors = network::mirrors(config, broker.as_ref(), health).await?;
    let attended = mirrors.values().cloned();
    let attended = attended.map(|mirror| network::attend(role, mirror, health.clone()));
    let mut renewed: JoinSet<String> = attended.collect();
    let relays = network::relays(role, logs.values(), broker.as_ref(), health);
    let watched: Vec<_> = logs.values().cloned().collect();
    let files = config.files.as_ref();
    let site = Site {
        services: role.services(),
        logs,
        lends: role != Role::All,
        feeds: mirrors.iter().map(|(service, copy)| (*service, copy.clone().into())).collect(),
        law,
        time: time.clone(),
        files: files.map(|files| (files.folder.clone(), platform::scanner(&files.scanner))),
        health: health.clone(),
    };
    if time.is_settable() {
        ask_the_date(config, &time).await;
    }
    let parts = patiently(health, "logs", || async {
        site.open().await.map_err(|fault| {
            let failure = Failure::caused("the logs cannot be used", fault.as_ref());
            if platform::may_pass(&fault) {
                Trouble::Passing(failure.to_string())
            } else {
                Trouble::Lasting(failure)
            }
        })
    });
    let parts = tokio::select! {
        parts = parts => parts?,
        log = next(&mut renewed) => return Err(rebuilt(&log)),
    };
    let listener = platform::listen(config.listen.grpc).await?;
    let address = listener.local_addr()?;
    let tasks = watched.into_iter().map(|log| tokio::spawn(watch(log, health.clone()))).collect();
    let beside = Beside { tasks, relays, renewed };
    Ok(Serving { address, what: What::Services(site.serve(parts, listener).await, beside) })
}

/// Opens the logs of the services here, however long their database takes.
async fn logs(
    role: Role,
    config: &Config,
    time: &Timekeeper,
    health: &Health,
) -> Result<platform::Logs, Failure> {
    let mut logs = platform::Logs::new();
    let Some(database) = &config.database else { return Ok(logs) };
    let (store, options) = (role::store(database, &database.user), role::options(database));
    for service in role.logs() {
        let attempt = || async {
            let opened = platform::open(&store, service, time, options.clone()).await;
            opened.map_err(|error| trouble(&format!("the log of {}", service.name()), &error))
        };
        logs.insert(service, patiently(health, service.name(), attempt).await?);
    }
    Ok(logs)
}

fn trouble(what: &str, error: &OpenError) -> Trouble {
    let failure = Failure::caused(format!("{what} cannot be opened"), error);
    match error {
        // Tables that are newer go when this program is replaced, or a backup restored: it waits for either.
        OpenError::Database(_) | OpenError::NotMigrated { .. } | OpenError::NewerSchema { .. } => {
            Trouble::Passing(failure.to_string())
        }
        _ => Trouble::Lasting(failure),
    }
}

/// Why something did not work.
pub(crate) enum Trouble {
    /// It may work later.
    Passing(String),
    /// It never will.
    Lasting(Failure),
}

/// First and longest pause between two attempts.
const PAUSES: (Duration, Duration) = (Duration::from_millis(200), Duration::from_secs(5));

/// Tries until it works, ever more slowly, and says meanwhile what it waits for.
pub(crate) async fn patiently<T, F: Future<Output = Result<T, Trouble>>>(
    health: &Health,
    part: &str,
    mut attempt: impl FnMut() -> F,
) -> Result<T, Failure> {
    let (mut pause, mut told) = (PAUSES.0, String::new());
    loop {
        match attempt().await {
            Ok(done) => {
                health.works(part);
                return Ok(done);
            }
            Err(Trouble::Lasting(failure)) => return Err(failure),
            Err(Trouble::Passing(why)) => {
                // The same reason is told once, not at every attempt.
                if why != told {
                    tracing::warn!(part, why, "waiting");
                    told.clone_from(&why);
                }
                health.waits(part, why);
            }
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(PAUSES.1);
    }
}

/// How often a log is asked whether it is still there.
const LOOK: Duration = Duration::from_secs(2);

/// Says so while the log's database does not answer.
async fn watch(log: Log, health: Health) {
    loop {
        tokio::time::sleep(LOOK).await;
        match log.head().await {
            Ok(_) => health.works(log.name()),
            Err(error) => {
                let why = Failure::caused("the log cannot be read", &error);
                health.waits(log.name(), why.to_string());
            }
        }
    }
}

/// How long a neighbour may take to tell its date.
const TELLING: Duration = Duration::from_secs(1);

/// A settable clock goes on where the neighbours' stand, which were told meanwhile what this one was not.
async fn ask_the_date(config: &Config, time: &Timekeeper) {
    for (name, address) in &config.services {
        let told = async {
            let endpoint = eventlog::endpoint(address).ok()?;
            let mut clock = ClockServiceClient::new(endpoint.connect().await.ok()?);
            let told = clock.get_time(GetTimeRequest {}).await.ok()?.into_inner();
            told.date.parse::<jiff::civil::Date>().ok().filter(|_| told.settable)
        };
        // Whoever does not answer was not told a date either.
        if let Ok(Some(date)) = tokio::time::timeout(TELLING, told).await
            && date > time.today()
        {
            tracing::info!(%date, name, "going on with the date of a neighbour");
            let _ = time.advance_to(date);
        }
    }
}
