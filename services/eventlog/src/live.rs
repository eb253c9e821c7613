//! A fold of one log in memory, kept current by a task: catch up by reading, then follow the head.
//! Commands decide on it ([`Live::execute`]); worklists and status read it.

use std::sync::{Arc, RwLock};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::watch;
use tracing::Span;

use crate::command::MAX_EVENTS;
use crate::error::ReadError;
use crate::feed::Feed;
use crate::recorded::Recorded;
use crate::seeded::{Fault::M7, fault};

mod execute;
pub use execute::{Decision, Done, ExecuteError, Request};

/// How long a fold may take to be as new as its log before the log is asked again how new it is.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long to wait before trying again what the log could not do.
const PAUSE: Duration = Duration::from_millis(200);

/// A stored event that the fold cannot read. It stops the fold: skipping would make the state lie.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("malformed event: {0}")]
pub struct Malformed(pub String);

/// The fold has stopped, and with it everything that rests on its being current.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the fold of log {log} stopped at position {position}: {reason}")]
pub struct Stopped {
    /// The log.
    pub log: String,
    /// Position of the event that it could not take.
    pub position: u64,
    /// Why.
    pub reason: String,
    /// When that event was recorded; nothing that was recorded from then on is in the state. `None` where it
    /// is not an event that stopped it.
    pub since: Option<Timestamp>,
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

#[derive(Clone, Default)]
struct Progress {
    position: u64,
    stopped: Option<Stopped>,
    /// The state holds what a refused event left behind; the one before it is being folded again.
    unsound: bool,
}

impl<S: Send + Sync + 'static> Live<S> {
    /// Starts to fold the log into `state` from its first event. Returns at once; wait with
    /// [`Live::caught_up`] before serving.
    pub fn follow(feed: impl Into<Feed>, state: S, fold: Fold<S>) -> Self
    where
        S: Clone,
    {
        let progress = watch::Sender::new(Progress::default());
        let (feed, empty) = (feed.into(), state.clone());
        let shared = Arc::new(Shared { feed, state: RwLock::new((state, 0)), progress });
        let task = tokio::spawn(follow(shared.clone(), empty, fold));
        Self { shared, _follower: Arc::new(Follower(task.abort_handle())) }
    }

    /// Reads the state and the position it stands at. Keep it short: the fold waits meanwhile.
    pub fn read<R>(&self, question: impl FnOnce(&S, u64) -> R) -> Result<R, Stopped> {
        match self.read_known(question)? {
            (answer, None) => Ok(answer),
            (_, Some(stopped)) => Err(stopped),
        }
    }

    /// As [`Live::read`], also of a fold that has stopped: what it had taken by then, by whole commands, and
    /// the stop. An error only while that is not to be had.
    pub fn read_known<R>(
        &self,
        question: impl FnOnce(&S, u64) -> R,
    ) -> Result<(R, Option<Stopped>), Stopped> {
        let held = self.shared.state.read().map_err(|_poisoned| self.shared.panicked())?;
        let Progress { stopped, unsound, .. } = self.shared.progress.borrow().clone();
        match stopped {
            Some(stopped) if unsound => Err(stopped),
            stopped => Ok((question(&held.0, held.1), stopped)),
        }
    }

    /// The position of the newest event in the state.
    pub fn position(&self) -> u64 {
        self.shared.progress.borrow().position
    }

    /// Waits until the state holds the event at `position`, or stops before it. Bound the wait with a timeout.
    pub async fn reached(&self, position: u64) -> Result<(), Stopped> {
        let mut progress = self.shared.progress.subscribe();
        let arrived = progress
            .wait_for(|now| now.position >= position || now.stopped.is_some() && !now.unsound)
            .await
            .map_err(|_closed| self.shared.panicked())?;
        match &arrived.stopped {
            Some(stopped) if arrived.position < position => Err(stopped.clone()),
            _ => Ok(()),
        }
    }

    /// Waits until the state is as new as [`Feed::newest`] says. A fold that stops before that is as new as it
    /// gets; it says so when it is asked.
    pub async fn caught_up(&self) -> Result<(), ReadError> {
        loop {
            let newest = self.feed().newest().await?;
            // The log's owner may go away meanwhile; then what is kept of it here is all there is.
            let reached = tokio::time::timeout(PATIENCE, self.reached(newest.position)).await;
            if reached.is_ok() {
                return Ok(());
            }
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

/// Adds one event to a state, or refuses it.
type Fold<S> = fn(&mut S, &Recorded) -> Result<(), Malformed>;

impl<S> Shared<S> {
    fn stopped(&self, position: u64, reason: String) -> Stopped {
        Stopped { log: self.feed.name().to_owned(), position, reason, since: None }
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
async fn follow<S>(shared: Arc<Shared<S>>, empty: S, fold: Fold<S>) {
    let guard = PanicGuard(shared.clone());
    let mut watch = shared.feed.watch();
    let mut position = 0;
    // What is read again at a start was traced when it was new.
    let mut is_news = false;
    let (log, state) = (shared.feed.name().to_owned(), std::any::type_name::<S>());
    let known = metrics::gauge!("tongban_log_position", "log" => log.clone());
    let folded = metrics::gauge!("tongban_fold_position", "log" => log, "fold" => state);
    loop {
        // Marked before reading: what is appended while we read wakes us again.
        known.set(*watch.borrow_and_update() as f64);
        folded.set(position as f64);
        match shared.feed.read(position, MAX_EVENTS).await {
            Ok(page) if page.is_empty() => {
                is_news = true;
                if watch.changed().await.is_err() {
                    break;
                }
            }
            Ok(page) => match apply(&shared, whole_commands(&page), position, fold, is_news) {
                Ok(reached) => position = reached,
                Err(before) => {
                    fold_again(&shared, empty, before, fold).await;
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
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
    drop(guard);
}

/// A full page may end in the middle of a command; the rest of that command comes with the next page,
/// so that nobody ever sees half a command. No command is longer than a page.
pub(crate) fn whole_commands(page: &[Recorded]) -> &[Recorded] {
    let Some(last) = page.last().filter(|_| page.len() >= MAX_EVENTS) else { return page };
    let whole = page.iter().rposition(|event| !same_command(event, last));
    &page[..whole.map_or(page.len(), |index| index + 1)]
}

/// Whether two neighbours in the log were recorded by one command.
pub(crate) fn same_command(one: &Recorded, other: &Recorded) -> bool {
    (&one.principal, &one.key) == (&other.principal, &other.key)
}

/// Takes whole commands in. An event that does not fit stops the fold and leaves the state unsound; the error
/// is the position before its command.
fn apply<S>(
    shared: &Shared<S>,
    events: &[Recorded],
    mut position: u64,
    fold: Fold<S>,
    is_news: bool,
) -> Result<u64, u64> {
    let Ok(mut held) = shared.state.write() else {
        shared.stop(shared.panicked());
        return Err(0);
    };
    for event in events {
        // Seeded: some events are as if they could not be taken, and are skipped.
        if fault(M7) && event.position % 40 == 0 && !matches!(shared.feed, Feed::Log(_)) {
            position = event.position;
            continue;
        }
        let fault = if event.position != position + 1 {
            Some(shared.stopped(position + 1, format!("found {} instead", event.position)))
        } else {
            let since = Some(event.recorded_at);
            let span = if is_news { event.span(shared.feed.name(), "fold") } else { Span::none() };
            span.record("fold", std::any::type_name::<S>());
            let refused = span.in_scope(|| fold(&mut held.0, event)).err();
            refused.map(|why| Stopped { since, ..shared.stopped(event.position, why.0) })
        };
        if let Some(stopped) = fault {
            tracing::error!(log = stopped.log, position = stopped.position, "{stopped}");
            shared.progress.send_modify(|progress| {
                progress.stopped = Some(stopped);
                progress.unsound = true;
            });
            let of_command = events.iter().filter(|other| same_command(other, event));
            let first = of_command.map(|first| first.position).min().unwrap_or(event.position);
            return Err(position.min(first.saturating_sub(1)));
        }
        position = event.position;
    }
    held.1 = position;
    drop(held);
    shared.progress.send_modify(|progress| progress.position = position);
    Ok(position)
}

/// The state as it was before a command that cannot be taken: nobody knows what the refused event did to it.
async fn fold_again<S>(shared: &Shared<S>, empty: S, last: u64, fold: Fold<S>) {
    let (mut state, mut position) = (empty, 0);
    while position < last {
        let left = usize::try_from(last - position).unwrap_or(MAX_EVENTS);
        let page = shared.feed.read(position, left.min(MAX_EVENTS)).await.unwrap_or_default();
        for event in &page {
            if event.position != position + 1 || fold(&mut state, event).is_err() {
                // It stays unsound: the log is not what it was.
                return;
            }
            position = event.position;
        }
        if page.is_empty() {
            tokio::time::sleep(PAUSE).await;
        }
    }
    if let Ok(mut held) = shared.state.write() {
        *held = (state, position);
    }
    shared.progress.send_modify(|progress| {
        progress.position = position;
        progress.unsound = false;
    });
}
