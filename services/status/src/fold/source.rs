//! The logs that the status folds: one list, and everything about them by their place in it.

use desk::position::Token;
use std::fmt;

/// One of the logs. Each holds one stream a project, named `log/project`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Source {
    /// Intake.
    Intake,
    /// Planning.
    Planning,
    /// Acceptance.
    Acceptance,
    /// The dossiers.
    Dossier,
    /// Aftercare.
    Aftercare,
}

impl Source {
    /// All of them, in the order of a project's life.
    pub(crate) const ALL: [Self; 5] =
        [Self::Intake, Self::Planning, Self::Acceptance, Self::Dossier, Self::Aftercare];

    /// The log's name, which is also the first part of its streams' names.
    pub(crate) fn log(self) -> &'static str {
        match self {
            Self::Intake => "intake",
            Self::Planning => "planning",
            Self::Acceptance => "acceptance",
            Self::Dossier => "dossier",
            Self::Aftercare => "aftercare",
        }
    }

    /// The log of this name.
    pub(crate) fn named(log: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|source| source.log() == log)
    }

    /// The name of a project's stream.
    pub(crate) fn stream(self, project: &str) -> String {
        format!("{self}/{project}")
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.log())
    }
}

/// The epoch of each log.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Epochs([u32; Source::ALL.len()]);

impl Epochs {
    /// All of one epoch.
    #[cfg(test)]
    pub(crate) fn all(epoch: u32) -> Self {
        Self([epoch; Source::ALL.len()])
    }

    /// Notes a log's epoch.
    pub(crate) fn set(&mut self, source: Source, epoch: u32) {
        self.0[source as usize] = epoch;
    }

    /// The epoch of a log.
    pub(crate) fn of(self, source: Source) -> u32 {
        self.0[source as usize]
    }

    /// The token of a position.
    pub(crate) fn token(self, source: Source, position: u64) -> String {
        Token { log: source.to_string(), epoch: self.of(source), position }.to_string()
    }
}
