//! A fold of one log in memory, kept current by a task: catch up by reading, then follow the head.
//! Commands decide on it ([`Live::execute`]); worklists and status read it.

use std::sync::{Arc, RwLock};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::watch;

use crate::error::ReadError;
use crate::feed::Feed;
use crate::recorded::Recorded;

mod execute;
mod following;
pub use execute::{Decision, Done, ExecuteError, Request};
pub(crate) use following::{same_command, whole_commands};

/// How long a fold may take to be as new as its log before the log is asked again how new it is.
const PATIENCE: Duration = Duration::from_secs(5);

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
    course: Course,
}

/// How a fold does.
#[derive(Clone, Default)]
enum Course {
    #[default]
    Going,
    /// It has stopped; the state is the one before the stop.
    Stopped(Stopped),
    /// It has stopped, and the state holds what a refused event left behind; the one before it is being folded
    /// again.
    FoldingAgain(Stopped),
    /// It has stopped, and the state before the stop is not to be had.
    Lost(Stopped),
}

impl Course {
    fn stop(&self) -> Option<&Stopped> {
        match self {
            Self::Going => None,
            Self::Stopped(stop) | Self::FoldingAgain(stop) | Self::Lost(stop) => Some(stop),
        }
    }
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
        let task = tokio::spawn(following::follow(shared.clone(), empty, fold));
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
        let course = self.shared.progress.borrow().course.clone();
        match course {
            Course::FoldingAgain(stopped) | Course::Lost(stopped) => Err(stopped),
            Course::Going => Ok((question(&held.0, held.1), None)),
            Course::Stopped(stopped) => Ok((question(&held.0, held.1), Some(stopped))),
        }
    }

    /// The position of the newest event in the state.
    pub fn position(&self) -> u64 {
        self.shared.progress.borrow().position
    }

    /// Waits until the state holds the event at `position`, or is known never to. Bound the wait with a timeout.
    pub async fn reached(&self, position: u64) -> Result<(), Stopped> {
        let mut progress = self.shared.progress.subscribe();
        let settled = |now: &Progress| match &now.course {
            Course::Going => now.position >= position,
            Course::FoldingAgain(stopped) => {
                now.position >= position || position >= stopped.position
            }
            Course::Stopped(_) | Course::Lost(_) => true,
        };
        let arrived = progress.wait_for(settled).await.map_err(|_closed| self.shared.panicked())?;
        match &arrived.course {
            Course::Lost(stopped) => Err(stopped.clone()),
            Course::Stopped(stopped) | Course::FoldingAgain(stopped)
                if arrived.position < position =>
            {
                Err(stopped.clone())
            }
            Course::Going | Course::Stopped(_) | Course::FoldingAgain(_) => Ok(()),
        }
    }

    /// Waits until the state is as new as [`Feed::newest`] says. A fold that stops before that is as new as it
    /// gets; it says so when it is asked.
    pub async fn caught_up(&self) -> Result<(), ReadError> {
        loop {
            let newest = self.feed().newest().await?;
            let current = async {
                let _stopped = self.reached(newest.position).await;
                let mut progress = self.shared.progress.subscribe();
                let again = |now: &Progress| matches!(now.course, Course::FoldingAgain(_));
                let _closed = progress.wait_for(|now| !again(now)).await;
            };
            // The log's owner may go away meanwhile; then what is kept of it here is all there is.
            if tokio::time::timeout(PATIENCE, current).await.is_ok() {
                return Ok(());
            }
        }
    }

    /// Waits until the fold stops: at an event that it cannot take, or with its log. What it had taken by then may
    /// be a moment away still.
    pub async fn stopped(&self) -> Stopped {
        let mut progress = self.shared.progress.subscribe();
        let stop = progress.wait_for(|now| now.course.stop().is_some()).await;
        let stop = stop.ok().and_then(|now| now.course.stop().cloned());
        stop.unwrap_or_else(|| self.shared.panicked())
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

    fn turn(&self, course: Course) {
        self.progress.send_modify(|progress| progress.course = course);
    }
}
