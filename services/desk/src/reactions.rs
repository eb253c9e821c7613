//! What a service does about the facts of other stages: commands of its own, with keys derived from the events,
//! so that twice is once.

use crate::{
    caller::Caller,
    docket::{Case, Docket},
    position::Token,
    refuse::{self, Refusal},
};
use eventlog::{Feed, Log, Malformed, ReadError, Recorded, Stopped};
use std::{future::poll_fn, sync::Arc, task::Poll, time::Duration};
use tokio::{
    sync::watch,
    task::AbortHandle,
    time::{Instant, timeout_at},
};
use tonic::{Code, Status};
use tracing::Instrument;

#[cfg(test)]
mod tests;

/// Who commands in the service's log when it reacts.
const PRINCIPAL: &str = "system:reactions";
/// How many events are read at once.
const PAGE: usize = 500;
/// How long a call waits for what the followed logs held when it was made, for all of them together.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long to wait before trying again what the log could not do.
const PAUSE: Duration = Duration::from_millis(200);

/// Something for a service to take note of.
pub struct News<C: Case> {
    project: String,
    note: Note<C>,
}

type Note<C> = Arc<dyn Fn(&C) -> Vec<<C as Case>::Event> + Send + Sync>;

impl<C: Case> News<C> {
    /// News of a project; `note` says what of it a case does not know yet.
    pub fn new(
        project: String,
        note: impl Fn(&C) -> Vec<C::Event> + Send + Sync + 'static,
    ) -> Self {
        Self { project, note: Arc::new(note) }
    }
}

/// A log that a service reacts to, and what an event of it is to the service; most are nothing.
pub struct Stage<C: Case> {
    log: Feed,
    listen: Listen<C>,
}

type Listen<C> = Box<dyn FnMut(&Recorded) -> Result<Option<News<C>>, Malformed> + Send>;

impl<C: Case> Stage<C> {
    /// A log, and what its events mean. `listen` is shown every event from the first on, in order.
    pub fn new(
        log: Feed,
        listen: impl FnMut(&Recorded) -> Result<Option<News<C>>, Malformed> + Send + 'static,
    ) -> Self {
        Self { log, listen: Box::new(listen) }
    }
}

/// Follows the logs of other stages; ends with its last clone.
#[derive(Clone)]
pub struct Reactions(Arc<[Followed]>);

/// One log, and how far its news is known here.
struct Followed {
    log: Feed,
    /// The service that follows.
    service: &'static str,
    reached: watch::Receiver<u64>,
    task: AbortHandle,
}

impl Drop for Followed {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Reactions {
    /// Goes on after the last event of each log that was reacted to. Events before it are only listened to:
    /// their news is old, and must not be told again over what came later.
    pub fn follow<C: Case>(stages: impl IntoIterator<Item = Stage<C>>, docket: &Docket<C>) -> Self {
        let follow = |stage: Stage<C>| {
            let (reached, watched) = watch::channel(0);
            let log = stage.log.clone();
            let task = tokio::spawn(run(stage, docket.clone(), reached)).abort_handle();
            Followed { log, service: C::SERVICE, reached: watched, task }
        };
        Self(stages.into_iter().map(follow).collect())
    }

    /// Waits until everything that stands in those logs now was reacted to. When that takes too long, or a log
    /// cannot be asked, the call goes on with what is known.
    ///
    /// # Errors
    /// UNAVAILABLE when following ended before an event that it could not take.
    pub async fn caught_up(&self) -> Result<(), Status> {
        let deadline = Instant::now() + PATIENCE;
        for followed in self.0.iter() {
            let mut reached = followed.reached.clone();
            let there = async {
                let Ok(head) = followed.log.head().await else { return false };
                reached.wait_for(|position| *position >= head.position).await.is_err()
            };
            // For what comes after a slow one there may be no time left.
            let late = |_| followed.reached.has_changed().is_err();
            let has_ended = timeout_at(deadline, there).await.unwrap_or_else(late);
            if has_ended {
                return Err(refuse::stopped(followed.stop()));
            }
        }
        Ok(())
    }

    /// Waits until following one of the logs ends.
    pub async fn stopped(&self) -> Stopped {
        let mut ends: Vec<_> = self.0.iter().map(|followed| Box::pin(followed.stopped())).collect();
        poll_fn(move |context| {
            let mut polled = ends.iter_mut().map(|end| end.as_mut().poll(context));
            polled.find(Poll::is_ready).unwrap_or(Poll::Pending)
        })
        .await
    }
}

impl Followed {
    /// Waits until following ends before an event that cannot be taken.
    async fn stopped(&self) -> Stopped {
        let mut reached = self.reached.clone();
        while reached.changed().await.is_ok() {}
        self.stop()
    }

    fn stop(&self) -> Stopped {
        Stopped {
            log: self.log.name().to_owned(),
            position: *self.reached.borrow() + 1,
            reason: format!("{} cannot follow it any further", self.service),
            since: None,
        }
    }
}

async fn run<C: Case>(mut stage: Stage<C>, docket: Docket<C>, reached: watch::Sender<u64>) {
    let followed = stage.log.clone();
    let (name, mut news) = (followed.name(), followed.watch());
    let done = last_reaction::<C>(docket.log(), name).await;
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
                    if let Err(why) = react(&docket, &mut stage, event, done.as_ref()).await {
                        let position = event.position;
                        tracing::error!(
                            service = C::SERVICE,
                            log = name,
                            position,
                            "following stops: {why}"
                        );
                        return;
                    }
                    position = event.position;
                    reached.send_replace(position);
                }
            }
            Err(_closed) if followed.is_closed() => return,
            Err(error @ ReadError::Malformed { .. }) => {
                tracing::error!(service = C::SERVICE, log = name, %error, "following stops");
                return;
            }
            Err(error) => {
                tracing::warn!(log = name, %error, "it cannot be read, trying again");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

/// The last event of a followed log that left a trace in the service's own. What is appended after a restore stands
/// in a later epoch, so it is new even at a position that was there before.
async fn last_reaction<C: Case>(log: &Log, followed: &str) -> Option<Token> {
    let (mut position, mut last) = (0, None);
    loop {
        match log.read(position, PAGE).await {
            Ok(page) if page.is_empty() => return last,
            Ok(page) => {
                let keys = page.iter().filter(|event| event.principal == PRINCIPAL);
                last = keys.filter_map(|event| place(followed, &event.key)).chain(last).max();
                position = page.last().map_or(position, |event| event.position);
            }
            Err(error) => {
                tracing::warn!(log = C::SERVICE, %error, "it cannot be read, trying again");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

/// The key of the reaction to an event.
fn key(Token { log, epoch, position }: &Token) -> String {
    format!("react.{log}.{epoch}.{position}")
}

/// The event of a log whose reaction has this key.
fn place(log: &str, key: &str) -> Option<Token> {
    let numbers = key.strip_prefix("react.")?.strip_prefix(log)?.strip_prefix('.')?;
    let (epoch, position) = numbers.split_once('.')?;
    let (epoch, position) = (epoch.parse().ok()?, position.parse().ok()?);
    Some(Token { log: log.to_owned(), epoch, position })
}

/// Reacts to one event, for as long as it takes, unless it is among those that are `done`. An event that
/// cannot be read or reacted to ends the following: skipping it would make every later answer wrong.
async fn react<C: Case>(
    docket: &Docket<C>,
    stage: &mut Stage<C>,
    event: &Recorded,
    done: Option<&Token>,
) -> Result<(), Malformed> {
    let name = stage.log.name();
    let here = Token { log: name.to_owned(), epoch: event.epoch, position: event.position };
    let news = (stage.listen)(event)?.filter(|_| done.is_none_or(|done| here > *done));
    let Some(news) = news else { return Ok(()) };
    let (caller, key) = (Caller::system("reactions"), key(&here));
    let span = event.span(name, "react");
    loop {
        let note = news.note.clone();
        let decide = move |case: &C, _: &_| Ok::<_, Refusal>(note(case));
        let request = caller.keyed(key.clone(), "react", &());
        let reaction = docket.execute(request, &news.project, decide, |_, _| ());
        match reaction.instrument(span.clone()).await {
            Ok(_) => return Ok(()),
            Err(status)
                if [Code::Unavailable, Code::ResourceExhausted].contains(&status.code()) =>
            {
                tokio::time::sleep(PAUSE).await;
            }
            Err(status) => {
                return Err(Malformed(format!("the reaction is refused: {}", status.message())));
            }
        }
    }
}
