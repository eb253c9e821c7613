//! The append task: one per open log. It sends everything that waits as one batch and repeats; there is no
//! timer, so a lone caller waits for nobody. The work lives here, so a caller that goes away ends only its
//! own waiting.

use tokio::sync::{mpsc, oneshot, watch};

use crate::command::{Appended, Command};
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

/// A command that waits to be appended.
pub(crate) struct Job {
    pub(crate) command: Command,
    pub(crate) reply: oneshot::Sender<Outcome>,
    pub(crate) permit: Permit,
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

    async fn close(self) {
        match self {
            Self::Sqlite(writer) => writer.close().await,
            Self::Postgres(writer) => writer.close().await,
        }
    }
}

/// Appends until the queue is closed and empty.
pub(crate) async fn run(
    mut writer: Writer,
    mut queue: mpsc::Receiver<Job>,
    clock: Clock,
    head: watch::Sender<u64>,
) {
    while let Some(first) = queue.recv().await {
        let mut bytes = first.command.bytes();
        let (mut commands, mut waiting) = (vec![first.command], vec![(first.reply, first.permit)]);
        while commands.len() < BATCH_COMMANDS && bytes < BATCH_BYTES {
            let Ok(job) = queue.try_recv() else { break };
            bytes += job.command.bytes();
            commands.push(job.command);
            waiting.push((job.reply, job.permit));
        }
        let now = clock().as_microsecond().min(LAST_INSTANT);
        let outcomes = writer.append(now, &Batch::new(&commands)).await;
        let newest = outcomes.iter().flatten().map(last_position).max();
        if let Some(newest) = newest {
            tell(&head, newest);
        }
        for ((reply, permit), outcome) in waiting.into_iter().zip(outcomes) {
            // The permit first: whoever is answered may at once send the next command.
            drop(permit);
            // Nobody listens any more: the caller went away, the work is done all the same.
            let _gone = reply.send(outcome);
        }
    }
    writer.close().await;
}

fn last_position(appended: &Appended) -> u64 {
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
