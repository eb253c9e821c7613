//! What planning does about intake's facts: commands of its own, with keys derived from the events, so that
//! twice is once.

mod told;

use crate::case::{Case, decide};
use desk::{caller::Caller, docket::Docket, refuse};
use eventlog::{Log, Recorded};
use std::{sync::Arc, time::Duration};
use tokio::{sync::watch, task::AbortHandle};
use told::Told;
use tonic::{Code, Status};

/// Who commands in planning's log when it reacts.
const PRINCIPAL: &str = "system:reactions";
/// How many events are read at once.
const PAGE: usize = 500;
/// How long a call waits for what intake had recorded when it was made.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long to wait before trying again what the log could not do.
const PAUSE: Duration = Duration::from_millis(200);

/// Follows intake's log; ends with its last clone.
#[derive(Clone)]
pub(crate) struct Reactions {
    intake: Log,
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
    pub(crate) fn follow(intake: Log, docket: Docket<Case>) -> Self {
        let (reached, watched) = watch::channel(0);
        let task = tokio::spawn(run(intake.clone(), docket, reached));
        Self { intake, reached: watched, _task: Arc::new(Task(task.abort_handle())) }
    }

    /// Waits until everything that stands in intake's log now was reacted to. When that takes too long, or
    /// intake cannot be asked, the call goes on with what is known.
    ///
    /// # Errors
    /// UNAVAILABLE when following has ended.
    pub(crate) async fn caught_up(&self) -> Result<(), Status> {
        let Ok(head) = self.intake.head().await else { return Ok(()) };
        let mut reached = self.reached.clone();
        match tokio::time::timeout(
            PATIENCE,
            reached.wait_for(|position| *position >= head.position),
        )
        .await
        {
            Ok(Ok(_)) | Err(_) => Ok(()),
            Ok(Err(_closed)) => Err(refuse::internal()),
        }
    }
}

async fn run(intake: Log, docket: Docket<Case>, reached: watch::Sender<u64>) {
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
                    if let Err(stopped) = react(&docket, &mut told, event, done).await {
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
            Err(error) => {
                tracing::warn!(%error, "intake's log cannot be read, trying again");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

/// The position of the last of intake's events that left a trace in planning's log.
async fn last_reaction(log: &Log) -> u64 {
    let (mut position, mut last) = (0, 0);
    loop {
        match log.read(position, PAGE).await {
            Ok(page) if page.is_empty() => return last,
            Ok(page) => {
                let keys = page.iter().filter(|event| event.principal == PRINCIPAL);
                let reacted = keys.filter_map(|event| event.key.rsplit('.').next()?.parse().ok());
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

/// Reacts to one event, for as long as it takes, unless it is among those that are `done`. An event that
/// cannot be read ends the following: skipping it would make every later answer wrong.
async fn react(
    docket: &Docket<Case>,
    told: &mut Told,
    event: &Recorded,
    done: u64,
) -> Result<(), eventlog::Malformed> {
    let Some(news) = told.take(event)?.filter(|_| event.position > done) else { return Ok(()) };
    let caller = Caller::system("reactions");
    let key = format!("react.intake.{}.{}", event.epoch, event.position);
    loop {
        let (on, facts) = (news.on, news.facts.clone());
        let decide = move |case: &Case, _: &_| {
            Ok::<_, refuse::Refusal>(decide::note(case, on, facts.clone()))
        };
        let request = caller.keyed(key.clone(), "react", &());
        match docket.execute(request, &news.project, decide, |_, _| ()).await {
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
