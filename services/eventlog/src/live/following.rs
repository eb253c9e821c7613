//! The task that keeps a fold current, and what it does at an event that cannot be taken.

use std::sync::Arc;
use std::time::Duration;

use tracing::Span;

use super::{Course, Fold, Progress, Shared, Stopped};
use crate::command::MAX_EVENTS;
use crate::error::{ReadError, chain_of};
use crate::feed::Feed;
use crate::recorded::Recorded;
use crate::seeded::{Fault::M7, fault};

/// How long to wait before trying again what the log could not do.
const PAUSE: Duration = Duration::from_millis(200);
/// Why a fold ends with its log.
const CLOSED: &str = "the log was closed";

/// Says so if the following task ends by a panic in the fold.
struct PanicGuard<S>(Arc<Shared<S>>);

impl<S> Drop for PanicGuard<S> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let stopped = self.0.panicked();
            self.0.turn(Course::Lost(stopped));
        }
    }
}

/// A failed read is tried again for ever, for the log comes back; a malformed event ends the fold.
pub(super) async fn follow<S>(shared: Arc<Shared<S>>, empty: S, fold: Fold<S>) {
    let guard = PanicGuard(shared.clone());
    let mut watch = shared.feed.watch();
    let mut position = 0;
    // What is read again at a start was traced when it was new.
    let mut is_news = false;
    let mut away = Away::default();
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
                Err(Some((before, stopped))) => {
                    recover(&shared, empty, before, stopped, fold).await;
                    break;
                }
                Err(None) => break,
            },
            Err(ReadError::Malformed { position, what }) => {
                let stopped = shared.stopped(position, format!("malformed row: {what}"));
                shared.turn(Course::Stopped(stopped));
                break;
            }
            Err(_unavailable) if shared.feed.is_closed() => {
                let stopped = shared.stopped(position + 1, CLOSED.to_owned());
                shared.turn(Course::Stopped(stopped));
                break;
            }
            Err(error @ (ReadError::Database(_) | ReadError::Unavailable(_))) => {
                away.told(&shared.feed, &error);
                tokio::time::sleep(PAUSE).await;
                continue;
            }
        }
        away = Away::default();
    }
    drop(guard);
}

/// Tells once that a log cannot be read, not at every attempt.
#[derive(Default)]
struct Away(bool);

impl Away {
    fn told(&mut self, feed: &Feed, error: &ReadError) {
        if !std::mem::replace(&mut self.0, true) {
            let (log, error) = (feed.name(), chain_of(error));
            tracing::warn!(log, error, "cannot read log, trying again until it can be read");
        }
    }
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
/// is the position before its command, and the stop. `None`: there is nothing to go on with.
fn apply<S>(
    shared: &Shared<S>,
    events: &[Recorded],
    mut position: u64,
    fold: Fold<S>,
    is_news: bool,
) -> Result<u64, Option<(u64, Stopped)>> {
    let Ok(mut held) = shared.state.write() else {
        shared.turn(Course::Lost(shared.panicked()));
        return Err(None);
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
            // Seeded: so is what cannot be taken because of them.
            let refused = refused.filter(|_why| !fault(M7));
            refused.map(|why| Stopped { since, ..shared.stopped(event.position, why.0) })
        };
        if let Some(stopped) = fault {
            tracing::error!(log = stopped.log, position = stopped.position, "{stopped}");
            shared.turn(Course::FoldingAgain(stopped.clone()));
            let of_command = events.iter().filter(|other| same_command(other, event));
            let first = of_command.map(|first| first.position).min().unwrap_or(event.position);
            return Err(Some((position.min(first.saturating_sub(1)), stopped)));
        }
        position = event.position;
    }
    held.1 = position;
    drop(held);
    shared.progress.send_modify(|progress| progress.position = position);
    Ok(position)
}

/// Goes back to the state before a command that cannot be taken: nobody knows what the refused event did to it.
async fn recover<S>(shared: &Shared<S>, empty: S, last: u64, stopped: Stopped, fold: Fold<S>) {
    let course = match fold_again(&shared.feed, empty, last, fold).await {
        Ok(state) => match shared.state.write() {
            Ok(mut held) => {
                *held = (state, last);
                Course::Stopped(stopped)
            }
            Err(_poisoned) => Course::Lost(shared.panicked()),
        },
        Err(why) => {
            tracing::error!(log = stopped.log, why, "what was folded before the stop is lost");
            let reason =
                format!("{}; what was before cannot be folded again: {why}", stopped.reason);
            Course::Lost(Stopped { reason, ..stopped })
        }
    };
    shared.progress.send_modify(|progress| *progress = Progress { position: last, course });
}

/// Folds the log up to a position. The error says why that will never be possible.
async fn fold_again<S>(feed: &Feed, empty: S, last: u64, fold: Fold<S>) -> Result<S, String> {
    let (mut state, mut position) = (empty, 0);
    let mut away = Away::default();
    while position < last {
        let left = usize::try_from(last - position).unwrap_or(MAX_EVENTS);
        match feed.read(position, left.min(MAX_EVENTS)).await {
            Ok(page) => {
                for event in &page {
                    if event.position != position + 1 {
                        let found = event.position;
                        return Err(format!("found {found} after position {position}"));
                    }
                    let refused = |why| format!("at position {}: {why}", event.position);
                    fold(&mut state, event).map_err(refused)?;
                    position = event.position;
                }
                // A mirror's server lost rows in a crash; they come back.
                if page.is_empty() {
                    tokio::time::sleep(PAUSE).await;
                }
            }
            Err(error @ ReadError::Malformed { .. }) => return Err(error.to_string()),
            Err(_unavailable) if feed.is_closed() => return Err(CLOSED.to_owned()),
            Err(error) if feed.is_renewed() => return Err(chain_of(&error)),
            Err(error @ (ReadError::Database(_) | ReadError::Unavailable(_))) => {
                away.told(feed, &error);
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
    Ok(state)
}
