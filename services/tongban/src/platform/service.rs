//! The services by name: which keep a log, and whose logs each of them follows.

/// A service of the platform. Its name is that of its log, its configuration and its place on the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Service {
    Intake,
    Planning,
    Acceptance,
    Aftercare,
    Dossier,
    Status,
}

impl Service {
    /// All of them, in the order of the stages.
    pub(crate) const ALL: [Self; 6] = [
        Self::Intake,
        Self::Planning,
        Self::Acceptance,
        Self::Aftercare,
        Self::Dossier,
        Self::Status,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Intake => "intake",
            Self::Planning => "planning",
            Self::Acceptance => "acceptance",
            Self::Aftercare => "aftercare",
            Self::Dossier => "dossier",
            Self::Status => "status",
        }
    }

    /// The one of this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|service| service.name() == name)
    }

    /// The status only folds what the others record.
    pub(crate) fn keeps_log(self) -> bool {
        self != Self::Status
    }

    /// Whose logs it follows. Intake's tells everybody whose a project is and who may act for it.
    pub(crate) fn follows(self) -> &'static [Self] {
        match self {
            Self::Intake => &[Self::Dossier],
            Self::Planning => &[Self::Intake, Self::Dossier],
            Self::Acceptance => &[Self::Intake, Self::Planning, Self::Aftercare, Self::Dossier],
            Self::Aftercare => &[Self::Intake, Self::Planning, Self::Acceptance, Self::Dossier],
            Self::Dossier => &[Self::Intake, Self::Planning, Self::Acceptance, Self::Aftercare],
            Self::Status => {
                &[Self::Intake, Self::Planning, Self::Acceptance, Self::Aftercare, Self::Dossier]
            }
        }
    }
}
