//! What can happen to a project in planning. Facts only; names and meanings are storage format
//! (`PlanningEvent` in proto).

use jiff::civil::Date;
use rulebook::{
    catalogue::Text,
    matter::{self, MatterId},
};
use std::collections::BTreeMap;

/// A fact with its date in law.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Date in law, Asia/Shanghai.
    pub on: Date,
    /// What happened.
    pub fact: Fact,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// Intake gave the project its code, or its facts changed since.
    Admitted(Admitted),
    /// Intake stopped the project, or let it go on again.
    Standing {
        /// Whether matters may be opened and granted.
        may_proceed: bool,
        /// Why, with the article.
        reason: String,
    },
    /// A matter of an earlier stage was granted, or its permit ended.
    PriorMatter {
        /// Resource name of that matter.
        matter: String,
        /// Item code.
        item: String,
        /// Whether its permit is in force.
        in_force: bool,
    },
    /// The enterprise stated facts from which the roadmap follows.
    FactsStated {
        /// Fact key of the catalogue to value as written.
        facts: BTreeMap<String, String>,
    },
    /// A step in the life of one of this stage's matters.
    Matter(MatterId, matter::Event),
    /// A certificate was issued for a granted matter.
    CertificateIssued(Certificate),
}

/// What intake hands over with the project code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admitted {
    /// Project code.
    pub code: String,
    /// Project name.
    pub name: Text,
    /// Inside the boundary of the pilot free-trade zone.
    pub inside_ftz: bool,
    /// GB/T 2260 code of the district.
    pub district: String,
    /// Facts of the catalogue that intake knows, by key.
    pub facts: BTreeMap<String, String>,
}

/// A certificate as issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// The matter.
    pub matter: MatterId,
    /// Number.
    pub number: String,
    /// Name.
    pub title: Text,
    /// Older certificates that this one stands for.
    pub merges: Vec<String>,
    /// Every opinion that it rests on.
    pub opinions: Vec<OpinionCited>,
    /// SHA-256 of its canonical content, lower-case hex.
    pub content_sha256: String,
}

/// An opinion that a certificate rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpinionCited {
    /// Agency code.
    pub agency: String,
    /// What it was asked.
    pub subject: String,
    /// What it said: `consents`, `consents_with_conditions` or `deemed_consent`.
    pub verdict: String,
    /// Day of the opinion.
    pub given_on: Date,
    /// Conditions in words.
    pub conditions: String,
}

impl Fact {
    /// Stable name, as the log shows it.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Admitted(_) => "project_admitted",
            Self::Standing { .. } => "project_standing",
            Self::PriorMatter { .. } => "prior_matter",
            Self::FactsStated { .. } => "facts_stated",
            Self::Matter(_, step) => step.kind(),
            Self::CertificateIssued(_) => "certificate_issued",
        }
    }

    /// The fact with its date in law.
    #[must_use]
    pub fn on(self, on: Date) -> Event {
        Event { on, fact: self }
    }
}
