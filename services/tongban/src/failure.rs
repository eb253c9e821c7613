//! How the command line says that it has no answer: `error: …` and `hint: …` on standard error.

use std::error::Error;
use std::fmt::{self, Write as _};
use std::io;
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use host::telemetry::BadFilter;

use crate::reading::{BadValue, shown};

/// Exit code of wrong usage, and of seeds or logs that cannot be read.
const NO_ANSWER: u8 = 2;

/// Why there is no answer.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Something to tell a person.
    Said { message: String, hint: Option<String> },
    /// The answer could not be written.
    Output(io::Error),
}

impl Failure {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self::Said { message: message.into(), hint: None }
    }

    /// A failure with its causes.
    pub(crate) fn caused(message: impl Into<String>, cause: &dyn Error) -> Self {
        let mut message = message.into();
        let mut cause = Some(cause);
        while let Some(error) = cause {
            // Some errors say their cause themselves.
            let told = error.to_string();
            if !message.ends_with(&told) {
                let _ = write!(message, ": {told}");
            }
            cause = error.source();
        }
        Self::new(message)
    }

    /// The same with what to do about it.
    pub(crate) fn hint(self, hint: impl Into<String>) -> Self {
        match self {
            Self::Said { message, .. } => Self::Said { message, hint: Some(hint.into()) },
            Self::Output(error) => Self::Output(error),
        }
    }

    /// Prints it and gives the exit code.
    pub(crate) fn report(&self) -> ExitCode {
        match self {
            Self::Said { message, hint } => {
                eprint(message, hint.as_deref());
                ExitCode::from(NO_ANSWER)
            }
            // Whoever stopped reading has had enough.
            Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
            Self::Output(error) => {
                eprint(&format!("cannot write the answer: {error}"), None);
                ExitCode::from(NO_ANSWER)
            }
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Said { message, .. } => f.write_str(message),
            Self::Output(error) => write!(f, "{error}"),
        }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

impl From<BadFilter> for Failure {
    fn from(error: BadFilter) -> Self {
        Self::new(error.to_string())
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        Self::Output(error.into())
    }
}

/// Standard error may be closed; there is nobody else to tell.
fn eprint(message: &str, hint: Option<&str>) {
    use io::Write;
    let mut text = format!("error: {message}\n");
    if let Some(hint) = hint {
        let _ = writeln!(text, "hint: {hint}");
    }
    let _ = io::stderr().write_all(text.as_bytes());
}

/// Reports what is wrong with the arguments, or prints the help or version that was asked for.
pub(crate) fn usage(error: &clap::Error) -> ExitCode {
    if !error.use_stderr() {
        let _ = error.print();
        return ExitCode::SUCCESS;
    }
    if let Some(failure) = bad_value(error) {
        return failure.report();
    }
    let rendered = error.render().to_string();
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        eprint("say what to do", None);
        let _ = io::Write::write_all(&mut io::stderr(), rendered.as_bytes());
        return ExitCode::from(NO_ANSWER);
    }
    let mut message = String::new();
    for line in rendered.lines().filter(|line| !line.trim().is_empty()) {
        let line = line.strip_prefix("error: ").unwrap_or(line);
        let line = line.replacen("  tip: ", "hint: ", 1);
        let line = line.replacen("For more information, try", "hint: for more information, try", 1);
        let _ = writeln!(message, "{}", shown(&line));
    }
    eprint(message.trim_end(), None);
    ExitCode::from(NO_ANSWER)
}

/// A value that one of our own parsers refused, which knows better than clap what to say.
fn bad_value(error: &clap::Error) -> Option<Failure> {
    let refused = error.source()?.downcast_ref::<BadValue>()?;
    let word = |kind| match error.get(kind) {
        Some(ContextValue::String(word)) => Some(word.as_str()),
        _ => None,
    };
    let argument = word(ContextKind::InvalidArg)?.split(' ').next()?;
    let value = shown(word(ContextKind::InvalidValue)?);
    Some(Failure::new(format!("{argument}: `{value}` {}", refused.what)).hint(&refused.hint))
}
