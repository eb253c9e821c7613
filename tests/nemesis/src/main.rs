//! Random operations on a set of real processes under a seeded nemesis; everything that was seen and what is left
//! at the end goes into a folder, for the checker. Exit codes: 0 the run is complete, 2 not enough was exercised,
//! 3 the harness itself failed.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod run {
    pub mod broker;
    pub mod caller;
    pub mod dice;
    pub mod dump;
    pub mod faults;
    pub mod fleet;
    pub mod follow;
    pub mod history;
    pub mod load;
    pub mod rivals;
    pub mod stop;
    pub mod story;
    pub mod wire;
}

use clap::Parser;
use nemesis::site::{KEEPERS, SERVICES};
use proto::{
    clock::v1::{AdvanceToRequest, clock_service_client::ClockServiceClient},
    status::v1::{GetProjectStatusRequest, status_service_client::StatusServiceClient},
};
use run::{
    caller::{Caller, Sent, World},
    dice::Dice,
    dump,
    faults::{Nemesis, chosen},
    fleet::Fleet,
    follow,
    history::History,
    load, rivals, stop, story,
};
use serde_json::{Value, json};
use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    sync::{Arc, atomic::Ordering},
    time::{Duration, Instant},
};
use tokio::sync::watch;

#[derive(Parser)]
#[command(about = "Runs a set of processes under load and faults, and records what happens")]
struct Arguments {
    /// Operations at least
    #[arg(long, default_value_t = 3_000)]
    operations: u64,
    /// Seed of everything that is left to chance
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How long the load and the faults last at least
    #[arg(long, default_value_t = 5)]
    minutes: u64,
    /// So many seconds instead
    #[arg(long)]
    seconds: Option<u64>,
    /// Clients of the random lifecycle, and as many writers on the hot project
    #[arg(long, default_value_t = 16)]
    clients: u64,
    /// Settings of PostgreSQL, such as wal_writer_delay=10s
    #[arg(long)]
    postgres: Vec<String>,
    /// Where the history and the dumps go; it is made
    #[arg(long)]
    folder: PathBuf,
    /// Only faults whose names contain this; none of them with `none`
    #[arg(long)]
    only: Option<String>,
}

/// Pairs of callers in each other's way.
const RIVALS: u64 = 4;
/// The Tuesday on which the run begins.
const BEGINNING: &str = "2022-03-01";
/// Most that convergence may take, by the acceptance list.
const CONVERGENCE: Duration = Duration::from_secs(60);

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let runtime = tokio::runtime::Runtime::new().expect("threads");
    // What the harness itself gets wrong is told apart from what the platform does.
    let ran = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        runtime.block_on(stop::unless_told(run(&arguments)))
    }));
    match ran {
        Ok(Ok(true)) => ExitCode::SUCCESS,
        Ok(Ok(false)) => ExitCode::from(2),
        Ok(Err(error)) => {
            eprintln!("the harness failed: {error}");
            ExitCode::from(3)
        }
        Err(_panicked) => ExitCode::from(3),
    }
}

type Trouble = Box<dyn std::error::Error + Send + Sync>;

async fn run(arguments: &Arguments) -> Result<bool, Trouble> {
    let faults = chosen(arguments.only.as_deref())?;
    std::fs::create_dir_all(&arguments.folder)?;
    let begun = Instant::now();
    let postgres: Vec<&str> = arguments.postgres.iter().map(String::as_str).collect();
    let fleet = Fleet::start(BEGINNING, &postgres).await;
    println!("the set is ready after {:.1} s", begun.elapsed().as_secs_f64());
    let world = Arc::new(World {
        history: History::new(&arguments.folder),
        gateway: fleet.gateway.clone(),
        seed: arguments.seed,
        over: false.into(),
        pace: 200.into(),
        doubts: Default::default(),
        hot: Default::default(),
        keys: Default::default(),
    });
    write_run(arguments, &faults, &Value::Null)?;
    heat(&world, 0).await?;
    follow::start(&world, &fleet);
    let (date, today) = watch::channel(BEGINNING.to_owned());
    let mut clients: Vec<_> = (1..=arguments.clients)
        .map(|id| tokio::spawn(load::life(world.clone(), id, today.clone())))
        .collect();
    clients.extend(
        (1..=RIVALS).map(|id| tokio::spawn(rivals::rivals(world.clone(), 400 + id, today.clone()))),
    );
    clients
        .extend((1..=arguments.clients).map(|id| tokio::spawn(load::hot(world.clone(), 100 + id))));
    let mut settlers: Vec<_> =
        (1..=8).map(|id| tokio::spawn(load::settle(world.clone(), 200 + id))).collect();
    let clock = tokio::spawn(pass_days(world.clone(), date, arguments.minutes));

    let mut nemesis = Nemesis::new(&world, &fleet, arguments.minutes <= 6);
    let enough = rage(arguments, &world, &mut nemesis, &faults).await;
    let healed = world.history.now();
    world.history.line(&json!({"kind": "healed", "t0": healed}));
    // The load ends with the faults: what converges must stand still.
    world.over.store(true, Ordering::Relaxed);
    for client in clients {
        client.await?;
    }
    clock.await?;
    // What is in doubt by now is settled by many at once.
    let more = (9..=24).map(|id| tokio::spawn(load::settle(world.clone(), 200 + id)));
    settlers.extend(more);
    let answering = nemesis.all_answer().await;
    let settled = tokio::time::timeout(CONVERGENCE, async {
        for settler in &mut settlers {
            let _ = settler.await;
        }
    });
    let settled = settled.await.is_ok();
    // What is left at the end must not be written while it is read.
    settlers.iter().for_each(tokio::task::JoinHandle::abort);
    let unknown = (world.history.now() - healed) as f64 / 1e9;
    println!("nothing was in doubt any more {unknown:.1} s after the last fault: {settled}");
    let left = converge(&world, &fleet).await;
    let quiet = world.history.now();
    let doubts = world.doubts.lock().expect("nobody panicked here").len();
    let left = match (left, settled && doubts == 0, answering) {
        (Some(left), _, _) => Some(left),
        (None, false, _) => Some(format!("{doubts} commands are still in doubt")),
        (None, _, false) => Some("a service does not answer".to_owned()),
        (None, true, true) => None,
    };
    world.history.line(&json!({
        "kind": "quiet", "t0": quiet, "converged": left.is_none(), "left": left,
    }));
    let took = (quiet - healed) as f64 / 1e9;
    match &left {
        None => println!("converged {took:.1} s after the last fault (limit 60 s)"),
        Some(left) => println!("did NOT converge within {took:.1} s: {left}"),
    }
    dump::write(&world, &fleet, &arguments.folder.join("dump")).await?;
    let complete = report(&world, &nemesis, &faults, enough);
    write_run(arguments, &faults, &figures(&world, &nemesis, took))?;
    for name in fleet.names() {
        fleet.dismiss(&name).await;
    }
    Ok(complete)
}

/// Registers the next project that everybody works on.
async fn heat(world: &Arc<World>, number: u64) -> Result<(), Trouble> {
    let mut caller = Caller::new(world, 300 + number, load::steady());
    let id = format!("hot-{number}");
    let owner = format!("enterprise:{id}/filing");
    let mut order = story::register(&id, &owner, world.key());
    let matters = Default::default();
    let mut project = story::Project { id: id.clone(), owner, step: 0, refused: 0, matters };
    // It is admitted and has its code, so that planning takes its facts.
    for step in 0..=3 {
        match caller.send(&order).await {
            Sent::Ok(_) => {}
            Sent::Rejected(status) | Sent::Unknown(status) => {
                return Err(format!("the first project comes to nothing: {status:?}").into());
            }
        }
        project.step = step;
        let mut dice = Dice::new(world.seed, 9);
        order = project.advance(world.key(), &mut dice).ok_or("the path is too short")?;
    }
    *world.hot.lock().expect("nobody panicked here") = id;
    Ok(())
}

/// Fault after fault, until there were enough operations, minutes and faults; whether there were.
async fn rage(
    arguments: &Arguments,
    world: &Arc<World>,
    nemesis: &mut Nemesis,
    faults: &[&'static str],
) -> bool {
    let begun = Instant::now();
    let wanted = Duration::from_secs(arguments.seconds.unwrap_or(60 * arguments.minutes));
    let mut dice = Dice::new(arguments.seed, 7);
    let mut round: Vec<&'static str> = Vec::new();
    // Something must have happened before anything can be lost.
    tokio::time::sleep(Duration::from_secs(8)).await;
    loop {
        let done = world.history.operations();
        let over = begun.elapsed() >= wanted;
        let all = faults.iter().all(|kind| nemesis.figures.kinds.contains_key(kind));
        if (over && done >= arguments.operations && all) || begun.elapsed() > wanted * 3 {
            return done >= arguments.operations;
        }
        pace(arguments, world, wanted.saturating_sub(begun.elapsed()));
        if faults.is_empty() || (over && all) {
            tokio::time::sleep(Duration::from_secs(1)).await;
            continue;
        }
        if round.is_empty() {
            round = faults.to_vec();
            dice.shuffle(&mut round);
        }
        if let Some(kind) = round.pop() {
            nemesis.inflict(kind).await;
        }
        tokio::time::sleep(Duration::from_millis(200 + dice.below(1_500))).await;
    }
}

/// Clients rest as long as the operations that are wanted still allow.
fn pace(arguments: &Arguments, world: &World, left: Duration) {
    let missing = arguments.operations.saturating_sub(world.history.operations()).max(1);
    let left = u64::try_from(left.as_millis()).unwrap_or(u64::MAX);
    // An operation in a set under faults takes a while itself, and about half of them are followed by a read.
    let pause = left.saturating_mul(2 * arguments.clients) / missing;
    world.pace.store((pause / 2).clamp(60, 3_000), Ordering::Relaxed);
}

/// Moves the set's clock by days, through the gateway.
async fn pass_days(world: Arc<World>, date: watch::Sender<String>, minutes: u64) {
    let mut dice = Dice::new(world.seed, 8);
    let mut today: jiff::civil::Date = BEGINNING.parse().expect("a date");
    let every = Duration::from_secs((minutes * 60 / 40).clamp(3, 20));
    while !world.is_over() {
        tokio::time::sleep(every).await;
        let days = 1 + i64::try_from(dice.below(3)).unwrap_or(0);
        let next = today.saturating_add(jiff::Span::new().days(days));
        let t0 = world.history.now();
        let request = AdvanceToRequest { date: next.to_string() };
        let mut clock = ClockServiceClient::new(world.channel());
        let moved = tokio::time::timeout(Duration::from_secs(15), clock.advance_to(request)).await;
        let res = if matches!(moved, Ok(Ok(_))) { "ok" } else { "unknown" };
        world.history.count("AdvanceTo", res);
        // What was moved halfway is moved on with the next day.
        today = next;
        if res == "ok" {
            world.history.line(&json!({
                "kind": "moved", "date": next.to_string(), "t0": t0, "t1": world.history.now(),
            }));
            date.send_replace(next.to_string());
        }
    }
}

/// Waits until everything has caught up with everything; what has not, after a minute.
async fn converge(world: &World, fleet: &Arc<Fleet>) -> Option<String> {
    let begun = Instant::now();
    let (mut known, mut since) = (Vec::new(), Instant::now());
    let mut left = "nothing was looked at".to_owned();
    while begun.elapsed() < CONVERGENCE {
        match level(world, fleet).await {
            Ok(heads) if heads == known && since.elapsed() > Duration::from_secs(4) => return None,
            Ok(heads) if heads == known => left = "the logs still grow".to_owned(),
            Ok(heads) => (known, since) = (heads, Instant::now()),
            Err(why) => {
                left = why;
                since = Instant::now();
            }
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    Some(left)
}

async fn level(
    world: &World,
    fleet: &Arc<Fleet>,
) -> Result<Vec<(&'static str, u64, String)>, String> {
    let heads = dump::heads(fleet).await.map_err(|error| error.to_string())?;
    run::broker::is_level(fleet, &heads).await?;
    let tokens = heads.iter().map(|(log, position, _)| format!("{log}:1:{position}"));
    let request = GetProjectStatusRequest {
        name: format!("projects/{}", world.hot()),
        min_position: tokens.collect(),
        ..Default::default()
    };
    let mut status = StatusServiceClient::new(world.channel());
    let asked = tokio::time::timeout(Duration::from_secs(7), status.get_project_status(request));
    match asked.await {
        Ok(Ok(_)) => {}
        Ok(Err(status)) => return Err(format!("the status: {}", status.message())),
        Err(_elapsed) => return Err("the status does not answer".to_owned()),
    }
    for reader in SERVICES {
        let behind =
            dump::behind(fleet, reader, &heads).await.map_err(|error| error.to_string())?;
        behind.map_or(Ok(()), Err)?;
    }
    for name in fleet.names() {
        if !fleet.ready(&name, Duration::from_secs(2)).await {
            return Err(format!("{name} is not ready"));
        }
    }
    Ok(heads)
}

fn figures(world: &World, nemesis: &Nemesis, took: f64) -> Value {
    let slowest = |role: &str| {
        let of_role = nemesis.figures.service.iter().filter(|(name, _)| name == role);
        of_role.map(|(_, seconds)| *seconds).fold(0.0, f64::max)
    };
    let services: serde_json::Map<_, _> = KEEPERS
        .into_iter()
        .chain(["status", "gateway"])
        .map(|role| (role.to_owned(), json!(slowest(role))))
        .collect();
    json!({
        "operations": world.history.operations(),
        "accepted_again_seconds": {"limit": 3, "slowest": services},
        "postgres_again_seconds": {"limit": 15, "all": nemesis.figures.postgres},
        "converged_seconds": took,
        "faults": nemesis.figures.kinds.iter().map(|(kind, (tried, bit))| {
            json!({"kind": kind, "tried": tried, "bit": bit})
        }).collect::<Vec<_>>(),
    })
}

fn report(world: &World, nemesis: &Nemesis, faults: &[&'static str], enough: bool) -> bool {
    println!("operations: {}", world.history.operations());
    println!("{}", world.history.table());
    println!("faults (bit of tried):");
    let mut missed = Vec::new();
    for kind in faults {
        let (tried, bit) = nemesis.figures.kinds.get(kind).copied().unwrap_or_default();
        println!("  {kind:<36} {bit} of {tried}");
        if bit == 0 {
            missed.push(*kind);
        }
    }
    for (what, limit, seconds) in [
        ("a service", 3.0, nemesis.figures.service.iter().map(|(_, s)| *s).collect::<Vec<_>>()),
        ("PostgreSQL", 15.0, nemesis.figures.postgres.clone()),
    ] {
        let slowest = seconds.iter().copied().fold(0.0, f64::max);
        let late = seconds.iter().filter(|seconds| **seconds > limit).count();
        println!(
            "commands accepted again after a kill of {what}: slowest {slowest:.2} s of {}, {late} over the limit of {limit} s",
            seconds.len()
        );
    }
    if !enough {
        println!("not enough operations");
    }
    if !missed.is_empty() {
        println!("never bit: {}", missed.join(", "));
    }
    enough && missed.is_empty()
}

fn write_run(arguments: &Arguments, faults: &[&str], figures: &Value) -> Result<(), Trouble> {
    let binary = std::fs::read(nemesis::binary::binary())?;
    let build = run::history::hex(&<sha2::Sha256 as sha2::Digest>::digest(&binary));
    let run = json!({
        "seed": arguments.seed, "build": build, "operations": arguments.operations,
        "minutes": arguments.minutes, "faults": faults,
        "minimum": {"operations": arguments.operations, "each_fault": 1}, "figures": figures,
    });
    let path: &Path = &arguments.folder.join("run.json");
    Ok(std::fs::write(path, format!("{run:#}\n"))?)
}
