//! Commands on a live fold: decide on the state, append, wait until the fold shows it.

use proto::trace;
use tracing::trace_span;

use crate::command::{Appended, Command, NewEvent, Reservation};
use crate::error::{AppendError, ReadError, chain_of};
use crate::live::{Live, Stopped};
use crate::log::Log;

/// How often a command is decided anew when others appended first.
const ATTEMPTS: usize = 5;

/// Who asks, and under which key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The authenticated caller.
    pub principal: String,
    /// The caller's idempotency key.
    pub key: String,
    /// A digest of the request.
    pub fingerprint: [u8; 32],
    /// Who acts; may be empty.
    pub actor: String,
    /// On whose behalf; may be empty.
    pub on_behalf_of: String,
}

/// What shall happen, as decided on a state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The stream to append to.
    pub stream: String,
    /// The stream's version in the state decided on.
    pub expected_version: u64,
    /// The events; none means that nothing is written, and that a repetition decides anew.
    pub events: Vec<NewEvent>,
    /// Values to reserve.
    pub reservations: Vec<Reservation>,
    /// What to answer.
    pub answer: Vec<u8>,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    /// The answer, the same at every repetition.
    pub answer: Vec<u8>,
    /// A state that has reached this position shows the command.
    pub position: u64,
    /// The request had been carried out before.
    pub repeated: bool,
}

/// Why nothing happened, or nobody knows.
#[derive(Debug, thiserror::Error)]
pub enum ExecuteError<R> {
    /// The rules refuse it.
    #[error("refused")]
    Refused(R),
    /// Others were faster every time; try again.
    #[error("too many others change the same stream, try again")]
    Contended,
    /// The log refused it, or its outcome is unknown.
    #[error(transparent)]
    Append(AppendError),
    /// The fold has stopped. If the answer was at stake, the command may have been committed: ask by key.
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

impl<S: Send + Sync + 'static> Live<S> {
    /// Carries out a request once and for ever: the same key and fingerprint give the same answer.
    /// `log` is the one that is folded; only its own service has it.
    ///
    /// `decide` is asked again when the state has moved on; it must be pure. A refusal is only given
    /// when the key is unknown and the state decided on is as new as the log.
    pub async fn execute<R>(
        &self,
        log: &Log,
        request: &Request,
        decide: impl Fn(&S) -> Result<Decision, R>,
    ) -> Result<Done, ExecuteError<R>> {
        if let Some(done) = self.known(log, request).await? {
            return Ok(done);
        }
        for _ in 0..ATTEMPTS {
            let deciding = trace_span!(target: trace::TARGET, "decide", log = log.name());
            let (decided, position) =
                deciding.in_scope(|| self.read(|state, position| (decide(state), position)))?;
            let decision = match decided {
                Ok(decision) => decision,
                Err(refusal) if self.catch_up(log).await? == position => {
                    // The same request may have been carried out while this one was decided.
                    return self.known(log, request).await?.ok_or(ExecuteError::Refused(refusal));
                }
                Err(_refused_on_an_old_state) => continue,
            };
            if decision.events.is_empty() {
                return Ok(Done { answer: decision.answer, position, repeated: false });
            }
            match log.append(command(request, decision)).await {
                Ok(appended) => return self.done(appended).await,
                Err(AppendError::Conflict { .. }) => {
                    self.catch_up(log).await?;
                }
                Err(error) => return Err(ExecuteError::Append(error)),
            }
        }
        Err(ExecuteError::Contended)
    }

    /// Waits until the state is as new as the log is now, and says how new that is.
    async fn catch_up<R>(&self, log: &Log) -> Result<u64, ExecuteError<R>> {
        let head = log.head().await.map_err(unavailable)?.position;
        self.reached(head).await?;
        Ok(head)
    }

    async fn known<R>(
        &self,
        log: &Log,
        request: &Request,
    ) -> Result<Option<Done>, ExecuteError<R>> {
        match log.find(&request.principal, &request.key).await.map_err(unavailable)? {
            None => Ok(None),
            Some(known) if known.fingerprint != request.fingerprint => {
                Err(ExecuteError::Append(AppendError::KeyReused))
            }
            Some(known) => self.done(Appended::Repeated(known.answer)).await.map(Some),
        }
    }

    async fn done<R>(&self, appended: Appended) -> Result<Done, ExecuteError<R>> {
        let repeated = matches!(appended, Appended::Repeated(_));
        let answer = appended.into_answer();
        self.reached(answer.last_position).await?;
        Ok(Done { answer: answer.answer, position: answer.last_position, repeated })
    }
}

fn command(request: &Request, decision: Decision) -> Command {
    Command {
        principal: request.principal.clone(),
        key: request.key.clone(),
        fingerprint: request.fingerprint,
        actor: request.actor.clone(),
        on_behalf_of: request.on_behalf_of.clone(),
        stream: decision.stream,
        expected_version: decision.expected_version,
        events: decision.events,
        reservations: decision.reservations,
        answer: decision.answer,
    }
}

fn unavailable<R>(error: ReadError) -> ExecuteError<R> {
    ExecuteError::Append(AppendError::Unavailable(chain_of(&error)))
}
