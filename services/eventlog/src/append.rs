//! The append task: one per open log. It sends everything that waits as one batch and repeats; there is no
//! timer, so a lone caller waits for nobody. The work lives here, so a caller that goes away ends only its
//! own waiting.

use std::time::Instant;

use tokio::sync::{mpsc, oneshot, watch};

use crate::command::{Appended, Command, Known};
use crate::error::AppendError;
use crate::log::Clock;
use crate::postgres;
use crate::sqlite;

pub(crate) mod batch;
pub(crate) mod permits;
pub(crate) mod plan;

use batch::Batch;
use permits::Permit;

/// Most commands of one batch.
const BATCH_COMMANDS: usize = 200;
/// A batch stops growing when its payloads have this many bytes.
const BATCH_BYTES: usize = 4 * 1024 * 1024;

/// The last instant that can be read back, in microseconds since 1970: 9999-12-30T22:00:00Z.
const LAST_INSTANT: i64 = 253_402_207_200_000_000;

/// What a command is told.
pub(crate) type Outcome = Result<Appended, AppendError>;

/// What waits for the append task.
pub(crate) enum Job {
    /// A command to be appended.
    Append(Box<Append>),
    /// A key to be fenced.
    Fence(Fence),
}

/// A command that waits to be appended.
pub(crate) struct Append {
    pub(crate) command: Command,
    pub(crate) traceparent: String,
    pub(crate) reply: oneshot::Sender<Outcome>,
    pub(crate) permit: Permit,
}

/// A key that waits to be fenced, unless a command was committed with it.
pub(crate) struct Fence {
    pub(crate) principal: String,
    pub(crate) key: String,
    pub(crate) reply: oneshot::Sender<Result<Known, AppendError>>,
}

/// The only thing that writes to a log.
pub(crate) enum Writer {
    Sqlite(Box<sqlite::Writer>),
    Postgres(Box<postgres::Writer>),
}

impl Writer {
    /// One outcome for each command, in their order. `now` is in microseconds since 1970.
    async fn append(&mut self, now: i64, batch: &Batch<'_>) -> Vec<Outcome> {
        let outcomes = match self {
            Self::Sqlite(writer) => writer.append(now, batch).await,
            Self::Postgres(writer) => writer.append(now, batch).await,
        };
        outcomes.unwrap_or_else(|error| vec![Err(error); batch.commands.len()])
    }

    /// The key's row: the fence, or the command that was committed before.
    async fn fence(&mut self, principal: &str, key: &str) -> Result<Known, AppendError> {
        match self {
            Self::Sqlite(writer) => writer.fence(principal, key).await,
            Self::Postgres(writer) => writer.fence(principal, key).await,
        }
    }

    async fn close(self) {
        match self {
            Self::Sqlite(writer) => writer.close().await,
            Self::Postgres(writer) => writer.close().await,
        }
    }
}

/// What is measured of the appends to one log.
struct Measured {
    seconds: metrics::Histogram,
    commands: metrics::Histogram,
    queue: metrics::Gauge,
}

impl Measured {
    fn of(log: &str) -> Self {
        let log = log.to_owned();
        Self {
            seconds: metrics::histogram!("tongban_append_seconds", "log" => log.clone()),
            commands: metrics::histogram!("tongban_append_commands", "log" => log.clone()),
            queue: metrics::gauge!("tongban_append_queue", "log" => log),
        }
    }
}

/// Appends and fences until the queue is closed and empty.
pub(crate) async fn run(
    mut writer: Writer,
    mut queue: mpsc::Receiver<Job>,
    clock: Clock,
    head: watch::Sender<u64>,
    name: String,
) {
    let measured = Measured::of(&name);
    let mut next = queue.recv().await;
    while let Some(job) = next {
        let held_back = match job {
            Job::Append(first) => {
                append(&mut writer, first, &mut queue, &clock, &head, &measured).await
            }
            Job::Fence(Fence { principal, key, reply }) => {
                // Nobody listens any more: the caller went away, the fence stands all the same.
                let _gone = reply.send(writer.fence(&principal, &key).await);
                None
            }
        };
        next = match held_back {
            Some(job) => Some(job),
            None => queue.recv().await,
        };
    }
    writer.close().await;
}

/// Appends a command with all those that wait behind it, up to the first other job, which is given back.
async fn append(
    writer: &mut Writer,
    first: Box<Append>,
    queue: &mut mpsc::Receiver<Job>,
    clock: &Clock,
    head: &watch::Sender<u64>,
    measured: &Measured,
) -> Option<Job> {
    let mut held_back = None;
    let mut bytes = first.command.bytes();
    let (mut commands, mut traceparents) = (vec![first.command], vec![first.traceparent]);
    let mut waiting = vec![(first.reply, first.permit)];
    while commands.len() < BATCH_COMMANDS && bytes < BATCH_BYTES {
        match queue.try_recv() {
            Ok(Job::Append(job)) => {
                bytes += job.command.bytes();
                commands.push(job.command);
                traceparents.push(job.traceparent);
                waiting.push((job.reply, job.permit));
            }
            Ok(other) => {
                held_back = Some(other);
                break;
            }
            Err(_empty_or_closed) => break,
        }
    }
    let now = clock().as_microsecond().min(LAST_INSTANT);
    let begun = Instant::now();
    let outcomes = writer.append(now, &Batch::new(&commands, &traceparents)).await;
    measured.seconds.record(begun.elapsed());
    measured.commands.record(commands.len() as f64);
    measured.queue.set(queue.len() as f64);
    let newest = outcomes.iter().flatten().map(last_position).max();
    if let Some(newest) = newest {
        tell(head, newest);
    }
    for ((reply, permit), outcome) in waiting.into_iter().zip(outcomes) {
        // The permit first: whoever is answered may at once send the next command.
        drop(permit);
        // Nobody listens any more: the caller went away, the work is done all the same.
        let _gone = reply.send(outcome);
    }
    held_back
}

pub(crate) fn last_position(appended: &Appended) -> u64 {
    match appended {
        Appended::Committed(answer) | Appended::Repeated(answer) => answer.last_position,
    }
}

/// Tells followers of a newer position; it never goes back.
pub(crate) fn tell(head: &watch::Sender<u64>, position: u64) {
    head.send_if_modified(|known| {
        let newer = position > *known;
        *known = position.max(*known);
        newer
    });
}
