//! What follows from the facts of earlier stages: commands of this service's own, with keys derived from the
//! events, so that twice is once.

mod told;

use crate::case::{Case, decide};
use desk::{caller::Caller, docket::Docket, refuse};
use eventlog::{Feed, Log, ReadError, Recorded, Stopped};
use std::{sync::Arc, time::Duration};
use tokio::{sync::watch, task::AbortHandle};
use told::Told;
use tonic::{Code, Status};
use tracing::Instrument;

/// Who commands in this service's log when it reacts.
const PRINCIPAL: &str = "system:reactions";
/// How many events are read at once.
const PAGE: usize = 500;
/// How long a call waits for what intake had recorded when it was made.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long to wait before trying again what the log could not do.
const PAUSE: Duration = Duration::from_millis(200);

/// Follows the logs of earlier stages; ends with its last clone.
#[derive(Clone)]
pub(crate) struct Reactions(Arc<[Followed; 3]>);

/// One log, and how far its news is known here.
struct Followed {
    log: Feed,
    reached: watch::Receiver<u64>,
    task: AbortHandle,
}

impl Drop for Followed {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Reactions {
    /// Follows the logs of intake, planning and acceptance. Goes on after the last event of each log that was reacted to. Events before it are only listened to:
    /// their news is old, and must not be told again over what came later.
    pub(crate) fn follow(logs: [Feed; 3], docket: &Docket<Case>) -> Self {
        Self(Arc::new(logs.map(|log| {
            let (reached, watched) = watch::channel(0);
            let task = tokio::spawn(run(log.clone(), docket.clone(), reached)).abort_handle();
            Followed { log, reached: watched, task }
        })))
    }

    /// Waits until everything that stands in those logs now was reacted to. When that takes too long, or a
    /// log cannot be asked, the call goes on with what is known.
    ///
    /// # Errors
    /// UNAVAILABLE when following ended before an event that it could not read.
    pub(crate) async fn caught_up(&self) -> Result<(), Status> {
        for followed in self.0.iter() {
            let mut reached = followed.reached.clone();
            let there = async {
                let Ok(head) = followed.log.head().await else { return Ok(()) };
                reached.wait_for(|position| *position >= head.position).await.map(drop)
            };
            if let Ok(Err(_closed)) = tokio::time::timeout(PATIENCE, there).await {
                return Err(refuse::stopped(followed.stop()));
            }
        }
        Ok(())
    }

    /// Waits until following one of the logs ends.
    pub(crate) async fn stopped(&self) -> Stopped {
        let [one, other, third] = &*self.0;
        tokio::select! {
            stopped = one.stopped() => stopped,
            stopped = other.stopped() => stopped,
            stopped = third.stopped() => stopped,
        }
    }
}

impl Followed {
    /// Waits until following ends before an event that cannot be read.
    async fn stopped(&self) -> Stopped {
        let mut reached = self.reached.clone();
        while reached.changed().await.is_ok() {}
        self.stop()
    }

    fn stop(&self) -> Stopped {
        Stopped {
            log: self.log.name().to_owned(),
            position: *self.reached.borrow() + 1,
            reason: "aftercare cannot follow it any further".to_owned(),
            since: None,
        }
    }
}

async fn run(followed: Feed, docket: Docket<Case>, reached: watch::Sender<u64>) {
    let mut news = followed.watch();
    let mut told = Told::default();
    let done = last_reaction(docket.log(), &prefix(&followed)).await;
    let mut position = 0;
    loop {
        news.borrow_and_update();
        match followed.read(position, PAGE).await {
            Ok(page) if page.is_empty() => {
                if news.changed().await.is_err() {
                    return;
                }
            }
            Ok(page) => {
                for event in &page {
                    if let Err(stopped) = react(&docket, &followed, &mut told, event, done).await {
                        tracing::error!(
                            position = event.position,
                            log = followed.name(),
                            "following stops: {stopped}"
                        );
                        return;
                    }
                    position = event.position;
                    reached.send_replace(position);
                }
            }
            Err(error @ ReadError::Malformed { .. }) => {
                tracing::error!(%error, log = followed.name(), "following stops");
                return;
            }
            Err(error) => {
                tracing::warn!(%error, log = followed.name(), "it cannot be read, trying again");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

/// Place of a followed event: epoch and position. What is appended after a restore stands in a later
/// epoch, so it is new even at a position that was there before.
type Place = (u32, u64);

/// The place of the last event of a log that left a trace in this service's.
async fn last_reaction(log: &Log, prefix: &str) -> Place {
    let (mut position, mut last) = (0, (0, 0));
    loop {
        match log.read(position, PAGE).await {
            Ok(page) if page.is_empty() => return last,
            Ok(page) => {
                let keys = page.iter().filter(|event| event.principal == PRINCIPAL);
                let reacted = keys.filter_map(|event| place(prefix, &event.key));
                last = reacted.chain([last]).max().unwrap_or(last);
                position = page.last().map_or(position, |event| event.position);
            }
            Err(error) => {
                tracing::warn!(%error, "aftercare's log cannot be read, trying again");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

/// How the keys of reactions to a log begin.
fn prefix(followed: &Feed) -> String {
    format!("react.{}.", followed.name())
}

/// The key of the reaction to an event.
fn key(prefix: &str, (epoch, position): Place) -> String {
    format!("{prefix}{epoch}.{position}")
}

/// The event whose reaction has this key.
fn place(prefix: &str, key: &str) -> Option<Place> {
    let (epoch, position) = key.strip_prefix(prefix)?.split_once('.')?;
    Some((epoch.parse().ok()?, position.parse().ok()?))
}

/// Reacts to one event, for as long as it takes, unless it is among those that are `done`. An event that
/// cannot be read ends the following: skipping it would make every later answer wrong.
async fn react(
    docket: &Docket<Case>,
    followed: &Feed,
    told: &mut Told,
    event: &Recorded,
    done: Place,
) -> Result<(), eventlog::Malformed> {
    let here = (event.epoch, event.position);
    let Some(news) = told.take(event)?.filter(|_| here > done) else { return Ok(()) };
    let (caller, prefix) = (Caller::system("reactions"), prefix(followed));
    let span = event.span(followed.name(), "react");
    loop {
        let (on, facts) = (news.on, news.facts.clone());
        let decide = move |case: &Case, _: &_| {
            Ok::<_, refuse::Refusal>(decide::note(case, on, facts.clone()))
        };
        let request = caller.keyed(key(&prefix, here), "react", &());
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
    fn each_log_has_its_own_reactions_and_what_comes_after_a_restore_is_new() {
        let prefix = "react.intake.";
        assert_eq!(place(prefix, &key(prefix, (1, 50))), Some((1, 50)));
        assert_eq!(place(prefix, "react.planning.1.50"), None);
        assert!((2, 41) > (1, 50), "in the place of what was lost");
    }
}
