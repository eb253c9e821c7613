//! What planning does about intake's facts: commands of its own, with keys derived from the events, so that
//! twice is once.

mod told;

use crate::case::{Case, decide};
use desk::{caller::Caller, docket::Docket, refuse};
use eventlog::{Feed, Log, ReadError, Recorded, Stopped};
use std::{sync::Arc, time::Duration};
use tokio::{sync::watch, task::AbortHandle};
use told::Told;
use tonic::{Code, Status};
use tracing::Instrument;

/// Who commands in planning's log when it reacts.
const PRINCIPAL: &str = "system:reactions";
/// What the keys of reactions begin with.
const KEY: &str = "react.intake.";
/// How many events are read at once.
const PAGE: usize = 500;
/// How long a call waits for what intake had recorded when it was made.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long to wait before trying again what the log could not do.
const PAUSE: Duration = Duration::from_millis(200);

/// Follows intake's log; ends with its last clone.
#[derive(Clone)]
pub(crate) struct Reactions {
    intake: Feed,
    reached: watch::Receiver<u64>,
    _task: Arc<Task>,
}

struct Task(AbortHandle);

impl Drop for Task {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Reactions {
    /// Goes on after the last event that was reacted to. Events before it are only listened to: their news
    /// is old, and must not be told again over what came later.
    pub(crate) fn follow(intake: Feed, docket: Docket<Case>) -> Self {
        let (reached, watched) = watch::channel(0);
        let task = tokio::spawn(run(intake.clone(), docket, reached));
        Self { intake, reached: watched, _task: Arc::new(Task(task.abort_handle())) }
    }

    /// Waits until everything that stands in intake's log now was reacted to. When that takes too long, or
    /// intake cannot be asked, the call goes on with what is known.
    ///
    /// # Errors
    /// UNAVAILABLE when following ended before an event that it could not read.
    pub(crate) async fn caught_up(&self) -> Result<(), Status> {
        let mut reached = self.reached.clone();
        let there = async {
            let Ok(head) = self.intake.head().await else { return Ok(()) };
            reached.wait_for(|position| *position >= head.position).await.map(drop)
        };
        match tokio::time::timeout(PATIENCE, there).await {
            Ok(Ok(())) | Err(_) => Ok(()),
            Ok(Err(_closed)) => Err(refuse::stopped(self.stop())),
        }
    }

    /// Waits until following ends before an event that cannot be read.
    pub(crate) async fn stopped(&self) -> Stopped {
        let mut reached = self.reached.clone();
        while reached.changed().await.is_ok() {}
        self.stop()
    }

    fn stop(&self) -> Stopped {
        Stopped {
            log: self.intake.name().to_owned(),
            position: *self.reached.borrow() + 1,
            reason: "planning cannot follow intake past it".to_owned(),
            since: None,
        }
    }
}

async fn run(intake: Feed, docket: Docket<Case>, reached: watch::Sender<u64>) {
    let mut news = intake.watch();
    let mut told = Told::default();
    let done = last_reaction(docket.log()).await;
    let mut position = 0;
    loop {
        news.borrow_and_update();
        match intake.read(position, PAGE).await {
            Ok(page) if page.is_empty() => {
                if news.changed().await.is_err() {
                    return;
                }
            }
            Ok(page) => {
                for event in &page {
                    if let Err(stopped) = react(&docket, &intake, &mut told, event, done).await {
                        tracing::error!(
                            position = event.position,
                            "following intake stops: {stopped}"
                        );
                        return;
                    }
                    position = event.position;
                    reached.send_replace(position);
                }
            }
            Err(_) if intake.is_closed() => return,
            Err(error @ ReadError::Malformed { .. }) => {
                tracing::error!(%error, "following intake stops");
                return;
            }
            Err(error) => {
                tracing::warn!(%error, "intake's log cannot be read, trying again");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

/// Place of one of intake's events: epoch and position. What is appended after a restore stands in a later
/// epoch, so it is new even at a position that was there before.
type Place = (u32, u64);

/// The place of the last of intake's events that left a trace in planning's log.
async fn last_reaction(log: &Log) -> Place {
    let (mut position, mut last) = (0, (0, 0));
    loop {
        match log.read(position, PAGE).await {
            Ok(page) if page.is_empty() => return last,
            Ok(page) => {
                let keys = page.iter().filter(|event| event.principal == PRINCIPAL);
                let reacted = keys.filter_map(|event| place(&event.key));
                last = reacted.chain([last]).max().unwrap_or(last);
                position = page.last().map_or(position, |event| event.position);
            }
            Err(error) => {
                tracing::warn!(%error, "planning's log cannot be read, trying again");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

/// The key of the reaction to an event.
fn key((epoch, position): Place) -> String {
    format!("{KEY}{epoch}.{position}")
}

/// The event whose reaction has this key.
fn place(key: &str) -> Option<Place> {
    let (epoch, position) = key.strip_prefix(KEY)?.split_once('.')?;
    Some((epoch.parse().ok()?, position.parse().ok()?))
}

/// Reacts to one event, for as long as it takes, unless it is among those that are `done`. An event that
/// cannot be read ends the following: skipping it would make every later answer wrong.
async fn react(
    docket: &Docket<Case>,
    intake: &Feed,
    told: &mut Told,
    event: &Recorded,
    done: Place,
) -> Result<(), eventlog::Malformed> {
    let here = (event.epoch, event.position);
    let Some(news) = told.take(event)?.filter(|_| here > done) else { return Ok(()) };
    let caller = Caller::system("reactions");
    let span = event.span(intake.name(), "react");
    loop {
        let (on, facts) = (news.on, news.facts.clone());
        let decide = move |case: &Case, _: &_| {
            Ok::<_, refuse::Refusal>(decide::note(case, on, facts.clone()))
        };
        let request = caller.keyed(key(here), "react", &());
        let reaction = docket.execute(request, &news.project, decide, |_, _| ());
        match reaction.instrument(span.clone()).await {
            Ok(_) => return Ok(()),
            Err(status)
                if [Code::Unavailable, Code::ResourceExhausted].contains(&status.code()) =>
            {
                tokio::time::sleep(PAUSE).await;
            }
            Err(status) => {
                tracing::error!(%status, position = event.position, "a reaction was refused");
                return Ok(());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_appended_after_a_restore_is_new() {
        assert_eq!(place(&key((1, 50))), Some((1, 50)));
        assert!((1, 41) < (1, 50), "reacted to");
        assert!((2, 41) > (1, 50), "in the place of what was lost");
        assert_eq!(place("call-0000000000000001"), None);
        assert_eq!(place("react.intake.1"), None);
    }
}
