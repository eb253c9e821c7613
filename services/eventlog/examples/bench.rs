//! How many commands a second the log appends, beside what the same database does with one single-row insert
//! per transaction in the same run. Disks and neighbours drift, so compare the ratios, not the figures.
//!
//! `cargo run --release -p eventlog --example bench [sqlite|postgres]`

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use eventlog::testing::{Directory, Server};
use eventlog::{Command, Log, NewEvent, Options, Store};
use jiff::Timestamp;
use sqlx::postgres::PgConnectOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection};

/// One measurement.
const SPAN: Duration = Duration::from_secs(2);
/// Streams that each caller writes to in turn.
const STREAMS: u64 = 20;

type Failure = Box<dyn std::error::Error + Send + Sync>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let wanted = std::env::args().nth(1).unwrap_or_default();
    println!(
        "{:10} {:>8} {:>12} {:>12} {:>8} {:>12}",
        "store", "callers", "limit/s", "log/s", "ratio", "p99 ms"
    );
    if wanted != "postgres" {
        let directory = Directory::new()?;
        for callers in [1, 16, 64, 256] {
            let limit = sqlite_limit(directory.path()).await?;
            report("sqlite", callers, limit, &directory.store()).await?;
        }
    }
    if wanted != "sqlite" {
        let server = Server::start(&["-k"], &[]).await?;
        let store = server.store().await?;
        let Store::Postgres { url } = &store else { return Ok(()) };
        for callers in [1, 16, 64, 256] {
            let limit = postgres_limit(url, callers).await?;
            report("postgres", callers, limit, &store).await?;
        }
    }
    Ok(())
}

async fn report(name: &str, callers: u64, limit: f64, store: &Store) -> Result<(), Failure> {
    let (rate, p99) = appends(store, callers).await?;
    let ratio = rate / limit;
    println!(
        "{name:10} {callers:>8} {limit:>12.0} {rate:>12.0} {ratio:>8.2} {:>12.2}",
        p99.as_secs_f64() * 1e3
    );
    Ok(())
}

/// Commands a second, and how long the slowest hundredth waited at least.
async fn appends(store: &Store, callers: u64) -> Result<(f64, Duration), Failure> {
    let name = format!("bench_{callers}");
    let log = Log::open_with(store, &name, Arc::new(|| Timestamp::UNIX_EPOCH), Options::default())
        .await?;
    let begun = Instant::now();
    let writers: Vec<_> =
        (0..callers).map(|caller| tokio::spawn(write(log.clone(), caller, begun))).collect();
    let mut waits = Vec::new();
    for writer in writers {
        waits.extend(writer.await??);
    }
    let seconds = begun.elapsed().as_secs_f64();
    log.close().await;
    waits.sort_unstable();
    let p99 = waits.get(waits.len() * 99 / 100).copied().unwrap_or_default();
    Ok((waits.len() as f64 / seconds, p99))
}

async fn write(log: Log, caller: u64, begun: Instant) -> Result<Vec<Duration>, Failure> {
    let mut waits = Vec::new();
    for count in 0.. {
        if begun.elapsed() > SPAN {
            break;
        }
        let command = Command {
            principal: format!("caller {caller}"),
            key: format!("key {count}"),
            fingerprint: [7; 32],
            actor: "actor".to_owned(),
            on_behalf_of: "agency".to_owned(),
            stream: format!("case/{caller}-{}", count % STREAMS),
            expected_version: count / STREAMS,
            events: vec![NewEvent { kind: "noted".to_owned(), payload: vec![7; 400] }],
            reservations: Vec::new(),
            answer: vec![1; 16],
        };
        let sent = Instant::now();
        log.append(command).await?;
        waits.push(sent.elapsed());
    }
    Ok(waits)
}

/// SQLite has one writer: more callers only wait for each other.
async fn sqlite_limit(directory: &std::path::Path) -> Result<f64, Failure> {
    let mut connection = SqliteConnectOptions::new()
        .filename(directory.join("limit.sqlite"))
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .connect()
        .await?;
    sqlx::query("create table if not exists row (id integer primary key, payload blob not null)")
        .execute(&mut connection)
        .await?;
    let begun = Instant::now();
    let mut count = 0;
    while begun.elapsed() < SPAN {
        sqlx::query("insert into row (payload) values ($1)")
            .bind(vec![7_u8; 400])
            .execute(&mut connection)
            .await?;
        count += 1;
    }
    Ok(f64::from(count) / begun.elapsed().as_secs_f64())
}

async fn postgres_limit(url: &str, callers: u64) -> Result<f64, Failure> {
    let options: PgConnectOptions = url.parse()?;
    let mut connection = options.connect().await?;
    sqlx::query(
        "create table if not exists row (id bigserial primary key, payload bytea not null)",
    )
    .execute(&mut connection)
    .await?;
    let count = Arc::new(AtomicU64::new(0));
    let mut connections = Vec::new();
    for _ in 0..callers {
        connections.push(options.connect().await?);
    }
    let begun = Instant::now();
    let writers: Vec<_> = connections
        .into_iter()
        .map(|mut connection| {
            let count = count.clone();
            tokio::spawn(async move {
                while begun.elapsed() < SPAN {
                    sqlx::query("insert into row (payload) values ($1)")
                        .bind(vec![7_u8; 400])
                        .execute(&mut connection)
                        .await?;
                    count.fetch_add(1, Ordering::Relaxed);
                }
                connection.close().await
            })
        })
        .collect();
    for writer in writers {
        writer.await??;
    }
    Ok(count.load(Ordering::Relaxed) as f64 / begun.elapsed().as_secs_f64())
}
