//! What a follower needs of a log, whether this process keeps it, a copy of it, or another one does.

use std::collections::BTreeMap;

use tokio::sync::watch;

use crate::error::ReadError;
use crate::log::Log;
use crate::mirror::{Mirror, Mirrored};
use crate::recorded::{Head, Recorded};
use crate::remote::Remote;

/// A log to follow. Clones share it.
#[derive(Clone)]
pub enum Feed {
    /// The log itself.
    Log(Log),
    /// The log of another process.
    Remote(Remote),
    /// One's own copy of the log of another process.
    Mirror(Mirror),
}

impl From<Log> for Feed {
    fn from(log: Log) -> Self {
        Self::Log(log)
    }
}

impl From<Remote> for Feed {
    fn from(remote: Remote) -> Self {
        Self::Remote(remote)
    }
}

impl From<Mirror> for Feed {
    fn from(mirror: Mirror) -> Self {
        Self::Mirror(mirror)
    }
}

impl Feed {
    /// The log's name.
    pub fn name(&self) -> &str {
        match self {
            Self::Log(log) => log.name(),
            Self::Remote(remote) => remote.name(),
            Self::Mirror(mirror) => mirror.name(),
        }
    }

    /// The newest position and hash, as the log itself says now. Bound the wait with a timeout.
    pub async fn head(&self) -> Result<Head, ReadError> {
        match self {
            Self::Log(log) => log.head().await,
            Self::Remote(remote) => remote.head().await,
            Self::Mirror(mirror) => mirror.head().await,
        }
    }

    /// As [`Feed::head`], once the log's own service has taken in other logs, by name, up to these positions: whatever
    /// follows from them is before the head. Bound the wait with a timeout.
    pub async fn head_after(&self, taken_in: BTreeMap<String, u64>) -> Result<Head, ReadError> {
        match self {
            Self::Log(log) => {
                log.has_taken_in(&taken_in).await;
                log.head().await
            }
            Self::Remote(remote) => remote.head_after(taken_in).await,
            Self::Mirror(mirror) => mirror.head_after(taken_in).await,
        }
    }

    /// Where to begin serving: the log's head, or, while its owner is away, where one's own copy ends. Bound
    /// the wait with a timeout.
    pub async fn newest(&self) -> Result<Head, ReadError> {
        match (self.head().await, self) {
            (Err(ReadError::Unavailable(_owner_is_away)), Self::Mirror(mirror)) => {
                mirror.kept().await
            }
            (answer, _) => answer,
        }
    }

    /// At most `limit` events after a position, in order. Fewer end with the last event of a command. Whoever
    /// has read up to a position has seen everything before it for ever.
    pub async fn read(
        &self,
        after_position: u64,
        limit: usize,
    ) -> Result<Vec<Recorded>, ReadError> {
        match self {
            Self::Log(log) => log.read(after_position, limit).await,
            Self::Remote(remote) => remote.read(after_position, limit).await,
            Self::Mirror(mirror) => mirror.read(after_position, limit).await,
        }
    }

    /// The events of a stream after a version, in order; empty for an unknown stream.
    pub async fn stream(&self, name: &str, after_version: u64) -> Result<Vec<Recorded>, ReadError> {
        match self {
            Self::Log(log) => log.stream(name, after_version).await,
            Self::Remote(remote) => remote.stream(name, after_version).await,
            Self::Mirror(mirror) => mirror.stream(name, after_version).await,
        }
    }

    /// Tells of newer positions. It may lag behind the log by a second, never be ahead of it.
    pub fn watch(&self) -> watch::Receiver<u64> {
        match self {
            Self::Log(log) => log.watch(),
            Self::Remote(remote) => remote.watch(),
            Self::Mirror(mirror) => mirror.watch(),
        }
    }

    /// The log's epoch where it may change while this process runs: as far as one's own copy has heard of it.
    pub fn epoch(&self) -> Option<u32> {
        match self {
            Self::Log(_) | Self::Remote(_) => None,
            Self::Mirror(mirror) => mirror.epoch(),
        }
    }

    /// Whether nothing more will come, because this process closed the log.
    pub fn is_closed(&self) -> bool {
        match self {
            Self::Log(log) => log.is_closed(),
            Self::Remote(_) | Self::Mirror(_) => false,
        }
    }

    /// Whether another copy took the place of this one: it has nothing to read any more.
    pub(crate) fn is_renewed(&self) -> bool {
        match self {
            Self::Log(_) | Self::Remote(_) => false,
            Self::Mirror(mirror) => *mirror.state().borrow() == Mirrored::Renewed,
        }
    }
}
