//! The newest events of a remote log as they were pushed: a bounded piece of it without a gap, each event
//! checked against the hash of the one before. Pure; it holds nothing that it did not check.

use std::collections::VecDeque;

use crate::linked::{Identity, Linked};
use crate::recorded::{Head, Recorded};

/// Most events held.
const MOST_EVENTS: usize = 4_096;
/// Most bytes held, roughly.
const MOST_BYTES: usize = 16 * 1024 * 1024;

/// What a pushed event came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pushed {
    /// It is the next one, and is kept.
    Kept,
    /// It was known.
    Old,
    /// It is not the next one, or not what it says: the log itself has to be asked.
    Misfit,
}

/// A piece of the log up to its newest known event.
#[derive(Debug)]
pub(super) struct Window {
    log: Identity,
    /// The place before the first event held.
    base: Head,
    events: VecDeque<Linked>,
    bytes: usize,
    /// The last position that ends a command: nobody is shown half of one.
    whole: u64,
}

/// The log is another one than it was: its id, its epoch or its history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct AnotherLog;

impl Window {
    /// Begins, empty, at the head that the log named.
    pub(super) fn new(log: Identity, head: Head) -> Self {
        Self { log, base: head, events: VecDeque::new(), bytes: 0, whole: head.position }
    }

    pub(super) fn log(&self) -> &Identity {
        &self.log
    }

    /// The newest position that readers may see.
    pub(super) fn whole(&self) -> u64 {
        self.whole
    }

    /// Takes the head that the log names. Beyond what is held there was no push: the window begins anew there,
    /// and what is before it is read from the log.
    pub(super) fn anchor(&mut self, log: &Identity, head: Head) -> Result<(), AnotherLog> {
        let changed = self.hash_at(head.position).is_some_and(|known| known != head.hash);
        if *log != self.log || head.epoch != self.base.epoch || changed {
            return Err(AnotherLog);
        }
        if head.position > self.last().position {
            *self = Self::new(log.clone(), head);
        }
        self.whole = self.whole.max(head.position);
        Ok(())
    }

    /// Takes an event that the broker pushed.
    pub(super) fn push(&mut self, pushed: Linked) -> Pushed {
        let (event, last) = (&pushed.event, self.last());
        if event.position <= last.position {
            return Pushed::Old;
        }
        if event.position != last.position + 1
            || event.epoch != last.epoch
            || !pushed.follows(&self.log, &last.hash)
        {
            return Pushed::Misfit;
        }
        if pushed.ends_command {
            self.whole = event.position;
        }
        self.bytes += pushed.bytes();
        self.events.push_back(pushed);
        while self.events.len() > MOST_EVENTS || self.bytes > MOST_BYTES {
            let Some(oldest) = self.events.pop_front() else { break };
            self.bytes -= oldest.bytes();
            self.base = place(&oldest);
        }
        Pushed::Kept
    }

    /// The place of the newest event held, or the head that the log named since.
    fn last(&self) -> Head {
        self.events.back().map_or(self.base, place)
    }

    /// At most `limit` events after a position; `None` where they are not all held.
    pub(super) fn read(&self, after: u64, limit: usize) -> Option<Vec<Recorded>> {
        if after >= self.whole {
            return Some(Vec::new());
        }
        let skip = usize::try_from(after.checked_sub(self.base.position)?).ok()?;
        let held = usize::try_from(self.whole - after).ok()?;
        let page = self.events.iter().skip(skip).take(held.min(limit));
        Some(page.map(|held| held.event.clone()).collect())
    }

    /// The log's hash at a position, if it is known.
    pub(super) fn hash_at(&self, position: u64) -> Option<[u8; 32]> {
        if position == self.base.position {
            return Some(self.base.hash);
        }
        let index = usize::try_from(position.checked_sub(self.base.position + 1)?).ok()?;
        self.events.get(index).map(|held| held.event.hash)
    }
}

fn place(held: &Linked) -> Head {
    let event = &held.event;
    Head { epoch: event.epoch, position: event.position, hash: event.hash }
}

#[cfg(test)]
mod tests;
