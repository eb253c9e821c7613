//! How the desk says no: one place where refusals and faults become gRPC statuses with their details.

mod brief;

use eventlog::{AppendError, ExecuteError, ReadError, Stopped, VaultError};
use std::{collections::HashMap, time::Duration};
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, FieldViolation, StatusExt};

/// Domain of every [`google.rpc.ErrorInfo`] that the platform sends.
pub const DOMAIN: &str = "tongban";

/// Why a command is refused. Nothing was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// A rule of the field says no: FAILED_PRECONDITION.
    Rule {
        /// Stable code in capitals, e.g. `SECOND_CORRECTION`.
        reason: &'static str,
        /// Article or rule.
        article: String,
        /// The sentence in English.
        en: String,
        /// The sentence in Chinese.
        zh: String,
        /// Further keys for machines, e.g. `candidates`.
        details: Vec<(&'static str, String)>,
    },
    /// Another agency decides this: PERMISSION_DENIED.
    NotYours(String),
    /// It rests on an answer that is not true any more: ABORTED, with the position of that answer.
    Changed {
        /// The token, as it came.
        since: String,
    },
    /// There is no such project or matter: NOT_FOUND.
    Unknown(String),
    /// It exists already: ALREADY_EXISTS, with its name.
    Exists(String),
    /// Fields of the request break a rule that only the case knows: INVALID_ARGUMENT.
    Fields(Vec<Violation>),
}

/// One field that breaks a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Path of the field, e.g. `facts.total_investment.amount`.
    pub field: String,
    /// The rule, as a sentence.
    pub rule: String,
}

impl Violation {
    /// A field and its rule.
    #[must_use]
    pub fn new(field: impl Into<String>, rule: impl Into<String>) -> Self {
        Self { field: field.into(), rule: rule.into() }
    }
}

impl From<Refusal> for Status {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Rule { reason, article, en, zh, details } => {
                let short = |text: &str| brief::shown(text, brief::VALUE);
                let mut metadata: HashMap<String, String> =
                    details.iter().map(|(key, value)| ((*key).to_owned(), short(value))).collect();
                metadata.insert("article".to_owned(), short(&article));
                let mut errors = ErrorDetails::with_error_info(reason, DOMAIN, metadata);
                errors.set_localized_message("zh-CN", short(&zh));
                let en = brief::shown(&en, brief::MESSAGE);
                Status::with_error_details(Code::FailedPrecondition, en, errors)
            }
            Refusal::NotYours(why) => info(Code::PermissionDenied, "NOT_YOURS", why),
            Refusal::Changed { since } => {
                let message = format!(
                    "unchanged_since: something was recorded of the matter after {since}; read it again"
                );
                let metadata = HashMap::from([("position".to_owned(), since)]);
                let details = ErrorDetails::with_error_info("CHANGED_MEANWHILE", DOMAIN, metadata);
                Status::with_error_details(Code::Aborted, message, details)
            }
            Refusal::Unknown(what) => {
                info(Code::NotFound, "UNKNOWN", format!("there is no {what}"))
            }
            Refusal::Exists(name) => {
                let details = ErrorDetails::with_error_info(
                    "EXISTS",
                    DOMAIN,
                    HashMap::from([("name".to_owned(), name.clone())]),
                );
                Status::with_error_details(
                    Code::AlreadyExists,
                    format!("{name} exists already"),
                    details,
                )
            }
            Refusal::Fields(violations) => fields(violations),
        }
    }
}

/// INVALID_ARGUMENT that names the bad fields at once, as many as fit into an answer.
#[must_use]
pub fn fields(violations: Vec<Violation>) -> Status {
    let (mut told, mut left) = (Vec::new(), brief::DETAILS);
    for Violation { field, rule } in &violations {
        let (field, rule) = (brief::shown(field, brief::FIELD), brief::shown(rule, brief::RULE));
        let Some(rest) = left.checked_sub(field.len() + rule.len()) else { break };
        left = rest;
        told.push(FieldViolation::new(field, rule));
    }
    let sentence = |told: &FieldViolation| format!("{}: {}", told.field, told.description);
    let mut message =
        brief::cut(&told.iter().map(sentence).collect::<Vec<_>>().join("; "), brief::MESSAGE);
    if told.len() < violations.len() {
        message.push_str(&format!("; and {} more", violations.len() - told.len()));
    }
    let details = ErrorDetails::with_bad_request(told);
    Status::with_error_details(Code::InvalidArgument, message, details)
}

/// RESOURCE_EXHAUSTED: come again in a moment.
#[must_use]
pub fn busy() -> Status {
    let mut details = ErrorDetails::with_retry_info(Some(Duration::from_millis(200)));
    details.set_error_info("BUSY", DOMAIN, HashMap::new());
    Status::with_error_details(
        Code::ResourceExhausted,
        "too many commands are under way; try again in a moment",
        details,
    )
}

/// UNAVAILABLE: the read would be older than it was told to be.
#[must_use]
pub fn not_yet(token: &str) -> Status {
    let mut details = ErrorDetails::with_retry_info(Some(Duration::from_millis(500)));
    details.set_error_info(
        "NOT_YET",
        DOMAIN,
        HashMap::from([("position".to_owned(), token.to_owned())]),
    );
    Status::with_error_details(
        Code::Unavailable,
        format!("position {token} is not here yet"),
        details,
    )
}

/// UNAVAILABLE: the platform is being stopped; what was told last says where to begin again.
#[must_use]
pub fn stopping() -> Status {
    let why = "the platform is stopping; watch again after the last position that was told";
    info(Code::Unavailable, "STOPPING", why.to_owned())
}

/// UNAUTHENTICATED: it is not known who calls.
#[must_use]
pub fn unauthenticated(reason: &'static str, message: String) -> Status {
    info(Code::Unauthenticated, reason, message)
}

/// PERMISSION_DENIED: whatever is there is none of the caller's.
#[must_use]
pub fn barred(why: String) -> Status {
    info(Code::PermissionDenied, "NOT_ADMITTED", why)
}

/// INTERNAL: our fault, logged where it happened; the caller is told no more.
#[must_use]
pub fn internal() -> Status {
    info(Code::Internal, "INTERNAL", "the platform made a mistake; it is in its log".to_owned())
}

/// What became of work that gave no answer: UNAVAILABLE where the platform stops meanwhile, so that who
/// asked repeats it; otherwise it panicked, and has said so.
#[must_use]
pub fn broken_off(error: tokio::task::JoinError) -> Status {
    if error.is_cancelled() {
        return info(
            Code::Unavailable,
            "STOPPING",
            "the platform stops; repeat the command with the same request_id".to_owned(),
        );
    }
    internal()
}

/// UNAVAILABLE: a fold met an event that it cannot read.
#[must_use]
pub fn stopped(stopped: Stopped) -> Status {
    tracing::error!(
        log = stopped.log,
        position = stopped.position,
        "answering without a fold: {stopped}"
    );
    info(
        Code::Unavailable,
        "STOPPED",
        format!("the view stopped at position {}; an operator has to mend it", stopped.position),
    )
}

/// What the vault of a log could not do: UNAVAILABLE while its database is away, INTERNAL otherwise.
#[must_use]
pub fn vault(error: VaultError) -> Status {
    match error {
        VaultError::Database(_) => unreachable(&error),
        VaultError::Subject | VaultError::Unreadable | VaultError::Cipher | VaultError::Lingers => {
            tracing::error!(%error, "the vault");
            internal()
        }
    }
}

/// What a command came to, where it did not succeed.
#[must_use]
pub fn execution(error: ExecuteError<Refusal>) -> Status {
    match error {
        ExecuteError::Refused(refusal) => refusal.into(),
        ExecuteError::Contended | ExecuteError::Append(AppendError::Busy) => busy(),
        ExecuteError::Stopped(why) => stopped(why),
        ExecuteError::Append(AppendError::KeyReused) => info(
            Code::AlreadyExists,
            "REQUEST_ID_REUSED",
            "request_id: it was used for another request; the same id stands for the same request for ever".to_owned(),
        ),
        ExecuteError::Append(AppendError::Fenced) => info(
            Code::Aborted,
            "REQUEST_ID_GIVEN_UP",
            "request_id: it was given up before the request arrived; nothing was recorded, and never will be with this id".to_owned(),
        ),
        ExecuteError::Append(AppendError::Reserved { kind, value, stream }) => {
            let project = stream.split_once('/').map_or(stream.as_str(), |(_, project)| project);
            tracing::info!(kind, "a reserved value was asked for again");
            Refusal::Exists(format!("{kind} {value} of projects/{project}")).into()
        }
        ExecuteError::Append(AppendError::TooLarge { what, size, limit }) => {
            info(Code::InvalidArgument, "TOO_LARGE", format!("{what}: {size} is more than {limit}"))
        }
        ExecuteError::Append(AppendError::Unknown(why)) => {
            tracing::error!(why, "the outcome of an append is unknown");
            info(Code::Unavailable, "OUTCOME_UNKNOWN", "it is not known whether the command was recorded; repeat it with the same request_id".to_owned())
        }
        ExecuteError::Append(error @ AppendError::Unavailable(_)) => unreachable(&error),
        ExecuteError::Append(error @ (AppendError::Invalid(_) | AppendError::Conflict { .. })) => {
            tracing::error!(%error, "a command reached the log that should not have");
            internal()
        }
    }
}

/// UNAVAILABLE: the log cannot be read.
#[must_use]
pub fn unreadable(error: ReadError) -> Status {
    unreachable(&error)
}

fn unreachable(error: &dyn std::error::Error) -> Status {
    tracing::error!(%error, "the log is not available");
    let message = "the log cannot be reached; nothing was recorded";
    info(Code::Unavailable, "LOG_UNAVAILABLE", message.to_owned())
}

fn info(code: Code, reason: &str, message: String) -> Status {
    Status::with_error_details(
        code,
        message,
        ErrorDetails::with_error_info(reason, DOMAIN, HashMap::new()),
    )
}

/// FAILED_PRECONDITION: the token is from before a restore; ask by request_id what became of the command.
#[must_use]
pub fn other_epoch(token: &str) -> Status {
    let details = ErrorDetails::with_error_info(
        "OTHER_EPOCH",
        DOMAIN,
        HashMap::from([("position".to_owned(), token.to_owned())]),
    );
    let message = format!(
        "position {token} is of another epoch of the log; repeat the command with its request_id"
    );
    Status::with_error_details(Code::FailedPrecondition, message, details)
}
