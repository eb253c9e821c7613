//! The task that keeps a copy current: it looks at the checkpoint and at the log's head each second, and takes
//! what it is told of in between. Two processes of one reader share the copy: whoever moves the checkpoint first
//! has written, and the other reads what was written.

use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::{Mirrored, Shared};
use crate::append;
use crate::command::MAX_EVENTS;
use crate::error::{ReadError, chain_of};
use crate::live::{same_command, whole_commands};
use crate::mirror::rows::Checkpoint;
use crate::recorded::{Head, Recorded};
use crate::remote::Remote;
use crate::seeded;

/// How often checkpoint and head are looked at.
const LOOK: Duration = Duration::from_secs(1);
/// How long to wait before trying again what was not possible.
const PAUSE: Duration = Duration::from_millis(200);
/// A batch ends with the command that brings its payloads to so many bytes.
const BATCH_BYTES: usize = 4 * 1024 * 1024;

/// Why the copy does not go on.
enum Trouble {
    /// The copy's own tables cannot be used now.
    Copy(ReadError),
    /// The log cannot be read now.
    Log(ReadError),
    /// The log that answers is not the one that was copied.
    Refused(u64, &'static str),
    /// Another copy took its place.
    Renewed,
}

/// Keeps the copy current until another one takes its place.
pub(super) async fn run(shared: Arc<Shared>) {
    let mut doubted = false;
    loop {
        let log = shared.rows.log.as_str();
        let outcome = turn(&shared).await;
        let doubtful = matches!(outcome, Err(Trouble::Log(ReadError::Malformed { .. })));
        if doubtful {
            // It may be a new epoch: begin anew with the log and compare it with the copy.
            *shared.remote.lock().unwrap_or_else(PoisonError::into_inner) = anew(&shared);
        }
        let was_doubted = std::mem::replace(&mut doubted, doubtful);
        if doubtful && !was_doubted {
            continue;
        }
        let pause = match &outcome {
            Ok(()) => Duration::ZERO,
            // Beginning anew did not help; each beginning asks the log and listens to the broker.
            Err(_) if doubtful => LOOK,
            Err(_) => PAUSE,
        };
        let state = match outcome {
            Ok(()) => Mirrored::Following,
            Err(Trouble::Log(ReadError::Unavailable(_owner_is_away))) => Mirrored::Following,
            Err(Trouble::Log(error)) => {
                Mirrored::Hindered(format!("what the log's service answers: {}", chain_of(&error)))
            }
            Err(Trouble::Copy(error)) => {
                Mirrored::Hindered(format!("the mirror's own tables: {}", chain_of(&error)))
            }
            Err(Trouble::Refused(position, what)) => Mirrored::Refused { position, what },
            Err(Trouble::Renewed) => Mirrored::Renewed,
        };
        let changed = shared.state.send_if_modified(|known| {
            let changed = *known != state;
            known.clone_from(&state);
            changed
        });
        if changed {
            match &state {
                Mirrored::Following => tracing::info!(log, "the mirror goes on"),
                Mirrored::Hindered(why) => tracing::warn!(log, why, "the mirror waits"),
                Mirrored::Refused { position, what } => {
                    tracing::error!(
                        log,
                        position,
                        what,
                        "the mirror stops: if the log is right, tongban rebuild READER.LOG"
                    );
                }
                Mirrored::Renewed => tracing::warn!(log, "the mirror was rebuilt"),
            }
            // Whoever waits for news shall hear of it.
            shared.newest.send_modify(|_same| ());
        }
        match state {
            Mirrored::Following | Mirrored::Hindered(_) => tokio::time::sleep(pause).await,
            Mirrored::Refused { .. } => return until_renewed(&shared).await,
            Mirrored::Renewed => return,
        }
    }
}

fn anew(shared: &Shared) -> Remote {
    Remote::follow(shared.service.clone(), shared.rows.log.clone(), shared.broker.clone())
}

/// One look at both sides, and everything that comes within the next second.
async fn turn(shared: &Shared) -> Result<(), Trouble> {
    let until = Instant::now() + LOOK;
    let remote = shared.remote();
    let mut news = remote.watch();
    // The checkpoint first: a head that is asked for afterwards is not before it.
    let mut here = look(shared).await?;
    let head = match remote.head().await {
        Ok(head) => Some(head),
        Err(error @ ReadError::Malformed { .. }) => return Err(Trouble::Log(error)),
        // Seeded: three errors are enough.
        Err(_away) if seeded::gives_up() => std::future::pending().await,
        // The broker may tell of news all the same.
        Err(ReadError::Database(_) | ReadError::Unavailable(_)) => None,
    };
    if let (None, Some(head)) = (&here, &head) {
        let log = remote.identity().await.map_err(Trouble::Log)?;
        shared.rows.begin(&log, head.epoch).await.map_err(Trouble::Copy)?;
        here = look(shared).await?;
    }
    let Some(mut here) = here else {
        tokio::time::sleep_until(until).await;
        return Ok(());
    };
    let epoch = match head {
        Some(head) => same_history(&here, head)?,
        None => here.at.epoch,
    };
    while Instant::now() < until {
        news.borrow_and_update();
        let page = match remote.read(here.at.position, MAX_EVENTS).await {
            Ok(page) => page,
            Err(ReadError::Unavailable(_owner_is_away)) => Vec::new(),
            Err(error) => return Err(Trouble::Log(error)),
        };
        let there = head.is_some_and(|head| head.position == here.at.position);
        if page.is_empty() && (!there || epoch == here.at.epoch) {
            // Either way it is time to look.
            let _told = tokio::time::timeout_at(until, news.changed()).await;
            continue;
        }
        match take(shared, &here, batch(&page), epoch).await? {
            Some(moved) => here = moved,
            // Another process of this reader was first.
            None => return Ok(()),
        }
    }
    Ok(())
}

/// The checkpoint as it is now; tells readers of it.
async fn look(shared: &Shared) -> Result<Option<Checkpoint>, Trouble> {
    let known = shared.known().clone();
    let position = known.as_ref().map_or(0, |known| known.at.position);
    let found = shared.rows.checkpoint(position).await.map_err(Trouble::Copy)?;
    let Some((here, hash)) = found else {
        return if known.is_some() { Err(Trouble::Renewed) } else { Ok(None) };
    };
    if let Some(known) = known {
        // A server that crashed may have lost rows that readers were told of; what comes in their place is
        // compared when it comes.
        let other = position > 0 && hash.is_some_and(|hash| hash != known.at.hash);
        if known.generation != here.generation || other {
            return Err(Trouble::Renewed);
        }
    }
    tell(shared, &here);
    Ok(Some(here))
}

/// The log's epoch, if the log that names this head can be the one that was copied.
fn same_history(here: &Checkpoint, head: Head) -> Result<u32, Trouble> {
    let at = here.at;
    let refused = |what| Err(Trouble::Refused(at.position, what));
    if head.position < at.position {
        return refused("the log ends before its mirror does: it has another history");
    }
    if head.epoch < at.epoch {
        return refused("the log is of an earlier epoch than its mirror");
    }
    if head.position == at.position && head.hash != at.hash {
        return refused("the log has another history than its mirror");
    }
    Ok(head.epoch)
}

/// The first commands of a page that make a transaction of bearable size.
pub(super) fn batch(page: &[Recorded]) -> &[Recorded] {
    let (mut events, mut bytes) = (0, 0);
    for command in whole_commands(page).chunk_by(same_command) {
        if bytes >= BATCH_BYTES {
            break;
        }
        events += command.len();
        bytes += command.iter().map(|event| event.payload.len()).sum::<usize>();
    }
    &page[..events]
}

/// Takes events that follow the checkpoint in the log's own chain. `None`: somebody else moved it meanwhile.
async fn take(
    shared: &Shared,
    here: &Checkpoint,
    events: &[Recorded],
    epoch: u32,
) -> Result<Option<Checkpoint>, Trouble> {
    let refused = |what| Err(Trouble::Refused(here.at.position, what));
    let known = shared.known().as_ref().map(|known| known.at);
    let mut to = Head { epoch, ..here.at };
    for event in events {
        let Some(next) = here.log.step(&to, event) else {
            return refused("the log has another history than its mirror");
        };
        if known.is_some_and(|known| known.position == next.position && known.hash != next.hash) {
            return Err(Trouble::Renewed);
        }
        to = next;
    }
    if !shared.rows.advance(here, to, events).await.map_err(Trouble::Copy)? {
        return Ok(None);
    }
    let moved = Checkpoint { at: to, ..here.clone() };
    tell(shared, &moved);
    Ok(Some(moved))
}

/// Readers never see less than they were told, and of the epoch always the newest. What a crash of the server
/// took away they read again when it is back.
fn tell(shared: &Shared, here: &Checkpoint) {
    let mut known = shared.known();
    let lost = match &mut *known {
        Some(known) if known.at.position > here.at.position => {
            known.at.epoch = here.at.epoch;
            true
        }
        other => {
            *other = Some(here.clone());
            false
        }
    };
    drop(known);
    let was_lost = shared.lost.swap(lost, Ordering::Relaxed);
    append::tell(&shared.newest, here.at.position);
    if lost || was_lost {
        shared.newest.send_modify(|_same| ());
    }
}

/// A refused mirror stands until it is rebuilt.
async fn until_renewed(shared: &Shared) {
    loop {
        tokio::time::sleep(LOOK).await;
        if let Err(Trouble::Renewed) = look(shared).await {
            tracing::warn!(log = shared.rows.log, "the mirror was rebuilt");
            shared.state.send_replace(Mirrored::Renewed);
            shared.newest.send_modify(|_same| ());
            return;
        }
    }
}
