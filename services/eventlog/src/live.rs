//! A fold of one log in memory, kept current by a task: catch up by reading, then follow the head.
//! Commands decide on it ([`Live::execute`]); worklists and status read it.

use std::sync::{Arc, RwLock};

use tokio::sync::watch;

use crate::command::MAX_EVENTS;
use crate::error::ReadError;
use crate::feed::Feed;
use crate::recorded::Recorded;
use crate::seeded::{Fault::M7, fault};

mod execute;
pub use execute::{Decision, Done, ExecuteError, Request};

/// A stored event that the fold cannot read. It stops the fold: skipping would make the state lie.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("malformed event: {0}")]
pub struct Malformed(pub String);

/// The fold has stopped, and with it everything that asks it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the fold of log {log} stopped at position {position}: {reason}")]
pub struct Stopped {
    /// The log.
    pub log: String,
    /// Position of the event that it could not take.
    pub position: u64,
    /// Why.
    pub reason: String,
}

/// A fold of one log, kept current. Clones share the state; the task ends with the last clone.
pub struct Live<S> {
    shared: Arc<Shared<S>>,
    // Ends the following task when the last clone is dropped.
    _follower: Arc<Follower>,
}

impl<S> Clone for Live<S> {
    fn clone(&self) -> Self {
        Self { shared: self.shared.clone(), _follower: self._follower.clone() }
    }
}

struct Shared<S> {
    feed: Feed,
    state: RwLock<(S, u64)>,
    progress: watch::Sender<Progress>,
}

struct Follower(tokio::task::AbortHandle);

impl Drop for Follower {
    fn drop(&mut self) {
        self.0.abort();
    }
}

#[derive(Clone)]
struct Progress {
    position: u64,
    stopped: Option<Stopped>,
}

impl<S: Send + Sync + 'static> Live<S> {
    /// Starts to fold the log into `state` from its first event. Returns at once; wait with
    /// [`Live::reached`] for the head that [`Feed::head`] names before serving.
    pub fn follow(
        feed: impl Into<Feed>,
        state: S,
        fold: fn(&mut S, &Recorded) -> Result<(), Malformed>,
    ) -> Self {
        let progress = watch::Sender::new(Progress { position: 0, stopped: None });
        let shared =
            Arc::new(Shared { feed: feed.into(), state: RwLock::new((state, 0)), progress });
        let task = tokio::spawn(follow(shared.clone(), fold));
        Self { shared, _follower: Arc::new(Follower(task.abort_handle())) }
    }

    /// Reads the state and the position it stands at. Keep it short: the fold waits meanwhile.
    pub fn read<R>(&self, question: impl FnOnce(&S, u64) -> R) -> Result<R, Stopped> {
        if let Some(stopped) = self.shared.progress.borrow().stopped.clone() {
            return Err(stopped);
        }
        let held = self.shared.state.read().map_err(|_poisoned| self.shared.panicked())?;
        Ok(question(&held.0, held.1))
    }

    /// The position of the newest event in the state.
    pub fn position(&self) -> u64 {
        self.shared.progress.borrow().position
    }

    /// Waits until the state holds the event at `position`. Bound the wait with a timeout.
    pub async fn reached(&self, position: u64) -> Result<(), Stopped> {
        let mut progress = self.shared.progress.subscribe();
        let arrived = progress
            .wait_for(|progress| progress.stopped.is_some() || progress.position >= position)
            .await
            .map_err(|_closed| self.shared.panicked())?;
        match &arrived.stopped {
            Some(stopped) => Err(stopped.clone()),
            None => Ok(()),
        }
    }

    /// Waits until the fold stops: at an event that it cannot take, or with its log.
    pub async fn stopped(&self) -> Stopped {
        loop {
            // No log ever comes so far.
            if let Err(stopped) = self.reached(u64::MAX).await {
                return stopped;
            }
        }
    }

    /// The log that is folded.
    pub fn feed(&self) -> &Feed {
        &self.shared.feed
    }
}

impl<S> Shared<S> {
    fn stopped(&self, position: u64, reason: String) -> Stopped {
        Stopped { log: self.feed.name().to_owned(), position, reason }
    }

    fn panicked(&self) -> Stopped {
        self.stopped(self.progress.borrow().position + 1, "the fold panicked".to_owned())
    }

    fn stop(&self, stopped: Stopped) {
        self.progress.send_modify(|progress| progress.stopped = Some(stopped));
    }
}

/// Says so if the following task ends by a panic in the fold.
struct PanicGuard<S>(Arc<Shared<S>>);

impl<S> Drop for PanicGuard<S> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let stopped = self.0.panicked();
            self.0.stop(stopped);
        }
    }
}

/// A failed read is tried again for ever, for the log comes back; a malformed event ends the fold.
async fn follow<S>(shared: Arc<Shared<S>>, fold: fn(&mut S, &Recorded) -> Result<(), Malformed>) {
    let guard = PanicGuard(shared.clone());
    let mut watch = shared.feed.watch();
    let mut position = 0;
    let (log, state) = (shared.feed.name().to_owned(), std::any::type_name::<S>());
    let known = metrics::gauge!("tongban_log_position", "log" => log.clone());
    let folded = metrics::gauge!("tongban_fold_position", "log" => log, "fold" => state);
    loop {
        // Marked before reading: what is appended while we read wakes us again.
        known.set(*watch.borrow_and_update() as f64);
        folded.set(position as f64);
        match shared.feed.read(position, MAX_EVENTS).await {
            Ok(page) if page.is_empty() => {
                if watch.changed().await.is_err() {
                    break;
                }
            }
            Ok(page) => match apply(&shared, whole_commands(&page), position, fold) {
                Ok(reached) => position = reached,
                Err(stopped) => {
                    tracing::error!(log = stopped.log, position = stopped.position, "{stopped}");
                    shared.stop(stopped);
                    break;
                }
            },
            Err(ReadError::Malformed { position, what }) => {
                shared.stop(shared.stopped(position, format!("malformed row: {what}")));
                break;
            }
            Err(_unavailable) if shared.feed.is_closed() => {
                shared.stop(shared.stopped(position + 1, "the log was closed".to_owned()));
                break;
            }
            Err(error @ (ReadError::Database(_) | ReadError::Unavailable(_))) => {
                tracing::warn!(log = shared.feed.name(), %error, "cannot read log, trying again");
                tokio::time::sleep(std::time::Duration::from_millis(200)).await;
            }
        }
    }
    drop(guard);
}

/// A full page may end in the middle of a command; the rest of that command comes with the next page,
/// so that nobody ever sees half a command. No command is longer than a page.
fn whole_commands(page: &[Recorded]) -> &[Recorded] {
    let Some(last) = page.last().filter(|_| page.len() >= MAX_EVENTS) else { return page };
    let same = |event: &Recorded| event.key == last.key && event.principal == last.principal;
    let whole = page.iter().rposition(|event| !same(event)).map_or(page.len(), |index| index + 1);
    &page[..whole]
}

fn apply<S>(
    shared: &Shared<S>,
    events: &[Recorded],
    mut position: u64,
    fold: fn(&mut S, &Recorded) -> Result<(), Malformed>,
) -> Result<u64, Stopped> {
    let mut held = shared.state.write().map_err(|_poisoned| shared.panicked())?;
    for event in events {
        if event.position != position + 1 {
            return Err(shared.stopped(position + 1, format!("found {} instead", event.position)));
        }
        // Seeded: some events are as if they could not be taken, and are skipped.
        let skipped = fault(M7) && !matches!(shared.feed, Feed::Log(_)) && event.position % 40 == 0;
        if !skipped {
            fold(&mut held.0, event)
                .map_err(|malformed| shared.stopped(event.position, malformed.0))?;
        }
        position = event.position;
    }
    held.1 = position;
    drop(held);
    shared.progress.send_modify(|progress| progress.position = position);
    Ok(position)
}
