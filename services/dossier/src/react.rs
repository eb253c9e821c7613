//! What the dossier hears from the stages: projects begin, certificates are issued and end, matters rest
//! on materials. It follows their logs and sends itself commands; where it has heard up to is in its own
//! events, so that a restart neither misses nor repeats anything.

mod listen;
mod matters;

use std::{collections::BTreeMap, time::Duration};

use desk::position::Token;
use eventlog::{Feed, Malformed, ReadError, Recorded, Request, Stopped};
use jiff::civil::Date;
use rulebook::{catalogue::Text, holdings::Rested, matter::MatterId};
use tokio::sync::watch;
use tonic::{Code, Status};
use tracing::{Instrument, Span};

pub use listen::{acceptance, aftercare, intake, planning};

use crate::Dossiers;
use matters::Heard;
pub(crate) use matters::ProjectNews;

/// Events read at once.
const PAGE: usize = 256;
/// Pause before trying again what was not possible.
const PAUSE: Duration = Duration::from_millis(200);

/// A stage that the dossier listens to.
#[derive(Clone)]
pub struct Stage {
    /// Its log.
    pub log: Feed,
    /// What an event of it says to the dossier; most say nothing.
    pub listen: fn(&Recorded) -> Result<Option<Said>, Malformed>,
}

/// What a stage's event says to the dossier.
#[derive(Debug, Clone, PartialEq)]
pub enum Said {
    /// The project is known, and whose it is.
    Project {
        /// Principal of the enterprise.
        owner: Option<String>,
        /// Day.
        on: Date,
    },
    /// A step in the life of a matter.
    Step(Box<(MatterId, rulebook::matter::Event)>),
    /// A certificate: with more than the decision says of it, or in a version after the decision.
    Certificate {
        /// The matter.
        matter: MatterId,
        /// Day of issue.
        on: Date,
        /// Number.
        number: String,
        /// Name.
        title: Text,
        /// Hash of the content, which the stage keeps; `None` where it computed none.
        sha256: Option<String>,
        /// What this version rests on; empty where it is what the decision rests on.
        rests_on: Vec<Rested>,
    },
    /// A member of a joint acceptance found what it found on these results, perhaps after the decision.
    Examined {
        /// The matter.
        matter: MatterId,
        /// Key of the member, which is that of its opinion.
        member: String,
        /// Day.
        on: Date,
        /// The results that it rests on.
        rests_on: Vec<Rested>,
    },
}

/// How far each stage has been heard.
#[derive(Debug, Clone)]
pub struct Ears(BTreeMap<String, (watch::Receiver<u64>, EarLog)>);

#[derive(Clone)]
struct EarLog(Feed);

impl std::fmt::Debug for EarLog {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0.name())
    }
}

impl Ears {
    /// Listens to stages from now on, in tasks of their own.
    pub(crate) fn open(dossiers: &Dossiers, stages: Vec<Stage>) -> Self {
        let ears = stages.into_iter().map(|stage| {
            let (tell, heard) = watch::channel(0);
            let (name, log) = (stage.log.name().to_owned(), EarLog(stage.log.clone()));
            dossiers.docket.log().took_in(&name, 0);
            tokio::spawn(listen_to(dossiers.clone(), stage, tell));
            (name, (heard, log))
        });
        Self(ears.collect())
    }

    /// For each stage, what comes when the dossier hears no more of it: before something that it cannot read.
    pub fn stops(&self) -> impl Iterator<Item = impl Future<Output = Stopped> + Send + 'static> {
        self.0.clone().into_values().map(|(mut heard, log)| async move {
            while heard.changed().await.is_ok() {}
            Stopped {
                log: log.0.name().to_owned(),
                position: *heard.borrow() + 1,
                reason: "the dossier cannot hear it any further".to_owned(),
                since: None,
            }
        })
    }

    /// Waits until everything that the stages have recorded by now is heard, a little while at most.
    pub async fn caught_up(&self) {
        let all = async {
            for (heard, log) in self.0.values() {
                let Ok(head) = log.0.head().await else { continue };
                let mut heard = heard.clone();
                let _ended = heard.wait_for(|position| *position >= head.position).await;
            }
        };
        if tokio::time::timeout(Duration::from_secs(2), all).await.is_err() {
            tracing::warn!("the dossier has not heard all of the stages yet");
        }
    }
}

/// Follows a stage until nobody asks any more or it cannot go on; nobody waits for the stage then.
async fn listen_to(dossiers: Dossiers, stage: Stage, tell: watch::Sender<u64>) {
    let name = stage.log.name().to_owned();
    let followed = follow(&dossiers, stage, &tell).await;
    if let Err((position, why)) = followed {
        tracing::error!(log = name, position, %why, "the dossier hears no more of it");
    }
    dossiers.docket.log().takes_in_no_more(&name);
}

/// Hears a stage from its first event on. What was heard last is told before it ends.
///
/// # Errors
/// The position of what cannot be read, understood or taken, and why: skipping it would make every later answer
/// wrong.
async fn follow(
    dossiers: &Dossiers,
    stage: Stage,
    tell: &watch::Sender<u64>,
) -> Result<(), (u64, String)> {
    let mut watch = stage.log.watch();
    let mut heard = Heard::default();
    let mut position = 0;
    // What is read again at a start was traced when it was new.
    let mut is_news = false;
    loop {
        // Marked before reading: what is appended while we read wakes us again.
        watch.borrow_and_update();
        dossiers.docket.log().took_in(stage.log.name(), position);
        match stage.log.read(position, PAGE).await {
            Ok(page) if page.is_empty() => {
                tell.send_replace(position);
                is_news = true;
                tokio::select! {
                    changed = watch.changed() => if changed.is_err() { return Ok(()) },
                    () = tell.closed() => return Ok(()),
                }
            }
            Ok(page) => {
                for command in commands(&page) {
                    let news = heard.take(command, stage.listen);
                    let news = news.map_err(|(at, why)| (at, why.to_string()))?;
                    let Some(last) = command.last() else { continue };
                    let span = match is_news && !news.by_project.is_empty() {
                        true => last.span(stage.log.name(), "react"),
                        false => Span::none(),
                    };
                    let token = Token {
                        log: stage.log.name().to_owned(),
                        epoch: last.epoch,
                        position: last.position,
                    };
                    let taken = hear(dossiers, &token, news).instrument(span).await;
                    taken.map_err(|status| (last.position, status.to_string()))?;
                    position = last.position;
                    tell.send_replace(position);
                }
            }
            Err(ReadError::Malformed { position: at, what }) => return Err((at, what.to_owned())),
            Err(error @ (ReadError::Database(_) | ReadError::Unavailable(_))) => {
                if tell.is_closed() {
                    return Ok(());
                }
                tracing::warn!(log = stage.log.name(), %error, "cannot read the stage's log, trying again");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

/// The events of a page by command. A command that the page may have cut is left for the next page.
fn commands(page: &[Recorded]) -> Vec<&[Recorded]> {
    let same = |a: &Recorded, b: &Recorded| (&a.principal, &a.key) == (&b.principal, &b.key);
    let mut commands: Vec<&[Recorded]> = page.chunk_by(same).collect();
    if page.len() >= PAGE && commands.len() > 1 {
        commands.pop();
    }
    commands
}

/// Adds the news of one command, which ends at the token, to the dossiers that they concern; again until it is recorded.
///
/// # Errors
/// A refusal that does not pass.
async fn hear(dossiers: &Dossiers, token: &Token, news: matters::News) -> Result<(), Status> {
    for (project, news) in news.by_project {
        loop {
            match dossiers.hear(token, &project, &news).await {
                Ok(()) => break,
                Err(status) if is_passing(&status) => tokio::time::sleep(PAUSE).await,
                Err(status) => return Err(status),
            }
        }
    }
    Ok(())
}

fn is_passing(status: &Status) -> bool {
    matches!(status.code(), Code::Unavailable | Code::ResourceExhausted)
}

/// The command by which the dossier records what it heard: one for each place in a stage's log.
pub(crate) fn request(Token { log, epoch, position }: &Token) -> Request {
    // A log that was put back has other events at positions that were heard before.
    let life = if *epoch > 1 { format!("{epoch}.") } else { String::new() };
    let key = format!("heard-{log}-{life}{position:08}");
    Request {
        principal: "system:dossier".to_owned(),
        fingerprint: eventlog::Algorithm::Sha256.hash(key.as_bytes()),
        key,
        actor: "system:dossier".to_owned(),
        on_behalf_of: String::new(),
    }
}

#[cfg(test)]
pub(crate) mod tests;
