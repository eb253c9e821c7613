//! Calls the platform so that nothing is done twice and nothing stays in doubt that can be settled.
//!
//! Every command has a key, its `request_id`, under which it is carried out once and answered the same for
//! ever. A call that was cut off is therefore repeated under its key, a few times and within a budget; a
//! refusal never is. What stays unknown then is asked for by the key, and may be given up for ever.

use proto::log::v1::{
    Resolution, ResolveCommandRequest, ResolveCommandResponse, log_service_client::LogServiceClient,
};
use std::{
    error::Error,
    fmt,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};
use tokio::time::{Instant, sleep, timeout};
use tonic::{Code, Request, Response, Status, metadata::MetadataValue, transport::Channel};
use tonic_types::StatusExt;

#[cfg(test)]
mod tests;

/// Metadata key of the caller, e.g. `agency:NR/desk-3`.
const PRINCIPAL: &str = "tongban-principal";

/// Whoever waits for longer notices late that the platform is back.
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// How long a caller keeps trying.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// Most attempts of one call; at least one is made.
    pub attempts: u32,
    /// How long one attempt may take.
    pub answer: Duration,
    /// How long all attempts and the pauses between them may take together.
    pub budget: Duration,
    /// The first pause; each is twice as long as the one before, a second at most, less up to half of it by
    /// chance.
    pub pause: Duration,
    /// Whether a command that stays unknown is given up for ever, so that no late arrival is carried out.
    pub fence: bool,
}

impl Default for Patience {
    /// Five attempts in half a minute, and nothing is given up.
    fn default() -> Self {
        Self {
            attempts: 5,
            answer: Duration::from_secs(10),
            budget: Duration::from_secs(30),
            pause: Duration::from_millis(200),
            fence: false,
        }
    }
}

/// What the platform knows a command by.
#[derive(Debug, Clone, Copy)]
pub struct Key<'a> {
    /// The log it is recorded in: `intake`, `planning`, `acceptance`, `aftercare` or `dossier`.
    pub log: &'a str,
    /// Who sends it, as in the call's metadata; nobody learns of another's commands.
    pub principal: &'a str,
    /// Its `request_id`.
    pub request_id: &'a str,
}

/// Why a command has no answer.
#[derive(Debug)]
pub enum Failure {
    /// The platform refused it, with its reasons in the status: nothing was recorded with its key.
    Refused(Status),
    /// It was recorded, but its answer cannot be had now; the status is that of the last attempt.
    Recorded(Status),
    /// It is not known whether it was, or will be, recorded; the status is that of the last attempt.
    Unresolved(Status),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (what, status) = match self {
            Self::Refused(status) => ("the platform refuses it", status),
            Self::Recorded(status) => ("it was recorded, but its answer cannot be had", status),
            Self::Unresolved(status) => ("it is not known what became of it", status),
        };
        write!(f, "{what}: {:?}: {}", status.code(), status.message())
    }
}

impl Error for Failure {}

/// A caller of the platform.
#[derive(Debug)]
pub struct Client {
    channel: Channel,
    patience: Patience,
    /// State of the generator of the pauses.
    dice: AtomicU64,
}

impl Client {
    /// A caller at the end of a channel to the platform. Callers with different seeds come again at different
    /// moments.
    #[must_use]
    pub fn new(channel: Channel, patience: Patience, seed: u64) -> Self {
        Self { channel, patience, dice: AtomicU64::new(seed) }
    }

    /// Sends a command until its outcome is known. `call` makes one attempt; each must carry the same message
    /// with the key's `request_id`, and the key's principal.
    ///
    /// # Errors
    /// [`Failure`]; a refusal tells that nothing was and nothing will be recorded.
    pub async fn command<T, F>(
        &self,
        key: Key<'_>,
        call: impl Fn(Channel) -> F,
    ) -> Result<T, Failure>
    where
        F: Future<Output = Result<Response<T>, Status>>,
    {
        let last = match self.repeat(&call).await {
            Err(Failure::Unresolved(last)) => last,
            settled => return settled,
        };
        let asked = self.repeat(|channel| resolve(channel, key, self.patience.fence)).await;
        match asked.map(|known| known.resolution()) {
            Ok(Resolution::Fenced) if is_unknown(&last) => {
                let never = "the command was given up: it was not recorded and never will be";
                Err(Failure::Refused(Status::aborted(never)))
            }
            // The refusal came after an attempt that might have been carried out, and now never will be.
            Ok(Resolution::Fenced) => Err(Failure::Refused(last)),
            // The first answer is given again.
            Ok(Resolution::Committed) => {
                self.repeat(&call).await.map_err(|failure| match failure {
                    Failure::Refused(status)
                    | Failure::Recorded(status)
                    | Failure::Unresolved(status) => Failure::Recorded(status),
                })
            }
            // There is somebody again who can carry it out.
            Ok(Resolution::Absent) if is_unknown(&last) => match self.repeat(&call).await {
                Err(Failure::Refused(status)) => Err(Failure::Unresolved(status)),
                outcome => outcome,
            },
            Ok(Resolution::Absent | Resolution::Unspecified) | Err(_) => {
                Err(Failure::Unresolved(last))
            }
        }
    }

    /// Makes a call that may be repeated, such as a read or a command with its key, until it is answered.
    ///
    /// # Errors
    /// [`Failure::Refused`], or [`Failure::Unresolved`] when there was no answer, or a refusal after an attempt
    /// without one: what it refuses is not what the earlier attempt did.
    pub async fn repeat<T, F>(&self, call: impl Fn(Channel) -> F) -> Result<T, Failure>
    where
        F: Future<Output = Result<Response<T>, Status>>,
    {
        let until = Instant::now() + self.patience.budget;
        let (mut pause, mut unknown, mut attempt) = (self.patience.pause, false, 1);
        loop {
            let limit = self.patience.answer.min(until.saturating_duration_since(Instant::now()));
            let status = match timeout(limit, call(self.channel.clone())).await {
                Ok(Ok(answer)) => return Ok(answer.into_inner()),
                Ok(Err(status)) => status,
                Err(_elapsed) => Status::deadline_exceeded("no answer in the time allowed"),
            };
            unknown |= is_unknown(&status);
            let asked = status.get_details_retry_info().and_then(|info| info.retry_delay);
            let again = is_unknown(&status)
                || (status.code() == Code::ResourceExhausted && asked.is_some());
            let wait = asked.unwrap_or_default().max(self.less_by_chance(pause));
            if !again || attempt >= self.patience.attempts || Instant::now() + wait >= until {
                return Err(match unknown {
                    true => Failure::Unresolved(status),
                    false => Failure::Refused(status),
                });
            }
            sleep(wait).await;
            (pause, attempt) = (pause.saturating_mul(2).min(LONGEST_PAUSE), attempt + 1);
        }
    }

    /// Asks what became of a command, once. With `fence` the question settles it: what was not recorded by
    /// then never will be.
    ///
    /// # Errors
    /// The platform cannot be asked, or lets nobody ask for this principal.
    pub async fn resolve(
        &self,
        key: Key<'_>,
        fence: bool,
    ) -> Result<ResolveCommandResponse, Status> {
        let asked = timeout(self.patience.answer, resolve(self.channel.clone(), key, fence)).await;
        let late = |_elapsed| Status::deadline_exceeded("no answer in the time allowed");
        Ok(asked.map_err(late)??.into_inner())
    }

    /// A part between half of it and the whole, so that many callers do not come again at once.
    fn less_by_chance(&self, pause: Duration) -> Duration {
        // SplitMix64: every state has one successor, and all bits of the output depend on all of it.
        let state = self.dice.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let half = pause / 2;
        let cast = u32::try_from((mixed ^ (mixed >> 31)) >> 32).unwrap_or_default();
        half + half.mul_f64(f64::from(cast) / f64::from(u32::MAX))
    }
}

async fn resolve(
    channel: Channel,
    key: Key<'_>,
    fence: bool,
) -> Result<Response<ResolveCommandResponse>, Status> {
    let mut request = Request::new(ResolveCommandRequest {
        log: key.log.to_owned(),
        principal: key.principal.to_owned(),
        key: key.request_id.to_owned(),
        fence,
    });
    let caller = MetadataValue::try_from(key.principal);
    let caller = caller.map_err(|_| Status::invalid_argument("the principal is no metadata"))?;
    request.metadata_mut().insert(PRINCIPAL, caller);
    LogServiceClient::new(channel).resolve_command(request).await
}

/// Whether a status leaves it open what became of the call: nobody answered, or not for the platform's rules.
fn is_unknown(status: &Status) -> bool {
    // What did not come from the other side has a cause here.
    status.source().is_some()
        || matches!(
            status.code(),
            Code::Unavailable
                | Code::DeadlineExceeded
                | Code::Unknown
                | Code::Internal
                | Code::Cancelled
                | Code::DataLoss
        )
}
