//! What can happen to a project in intake. Facts only; names and meanings are storage format
//! (`IntakeEvent` in proto).

use desk::mandates::Mandate;
use jiff::civil::Date;
use rulebook::{
    alarm::Alarm,
    catalogue::Text,
    matter::{self, MatterId},
    money::Money,
    negative_list::Outcome,
};
use rust_decimal::Decimal;
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
    /// The project is known to the platform (S1-01).
    Registered {
        /// What the enterprise says.
        facts: Box<ProjectFacts>,
        /// Projects that look alike and were declared to be others.
        not_duplicate_of: Vec<String>,
        /// Why they are others.
        not_duplicate_reason: String,
    },
    /// The negative list was consulted (S1-02).
    Screened(Screened),
    /// An official decided a screening that the list left open.
    ScreeningDecided {
        /// Pass, pass with condition or refuse.
        outcome: Outcome,
        /// Reason.
        reason: String,
    },
    /// The key-project gate was decided (S1-04).
    KeyProjectDecided(Gate),
    /// The enterprise contests a negative gate decision.
    KeyProjectContested {
        /// Grounds.
        grounds: String,
    },
    /// A named service secretary begins.
    SecretaryAssigned {
        /// Opaque reference in the staff register.
        secretary: String,
    },
    /// The service secretary changes on one day, so that there is no gap.
    SecretaryHandedOver {
        /// Who hands over.
        from: String,
        /// Who takes over.
        to: String,
        /// Matters open on that day.
        open_matters: Vec<String>,
        /// Why.
        reason: String,
    },
    /// The project falls under the security review (S1-03).
    SecurityReviewFlagged {
        /// Key of the ground in the seeds.
        ground: String,
        /// Whether the investor acquires actual control.
        actual_control: bool,
        /// Article.
        article: String,
    },
    /// The security review was concluded outside the platform.
    SecurityReviewConcluded {
        /// Whether the investment may go on.
        cleared: bool,
        /// Number of the decision.
        decision: String,
    },
    /// The project has its code for life (S1-12).
    CodeAssigned {
        /// Normalised code.
        code: String,
    },
    /// Investors, scope, site or amount changed.
    Changed {
        /// The facts as they now are.
        facts: Box<ProjectFacts>,
        /// Names of the facts that changed.
        changed: Vec<String>,
        /// Reason told.
        reason: String,
    },
    /// The enterprise gives the project up.
    Withdrawn {
        /// Reason told.
        reason: String,
    },
    /// The enterprise stated facts on which matters of this stage depend.
    FactsStated {
        /// Fact key of the catalogue to value as written.
        facts: BTreeMap<String, String>,
    },
    /// A limit of the intake passed that is not a matter's.
    AlarmRaised(Alarm),
    /// The enterprise appointed an agent, or appointed it anew.
    AgentAppointed(Mandate),
    /// The enterprise revoked an agent.
    AgentRevoked {
        /// Reference of the agent.
        agent: String,
    },
    /// A step in the life of one of this stage's matters.
    Matter(MatterId, matter::Event),
}

impl Fact {
    /// Stable name, as the log shows it.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Registered { .. } => "project_registered",
            Self::Screened(_) => "screened",
            Self::ScreeningDecided { .. } => "screening_decided",
            Self::KeyProjectDecided(_) => "key_project_decided",
            Self::KeyProjectContested { .. } => "key_project_contested",
            Self::SecretaryAssigned { .. } => "secretary_assigned",
            Self::SecretaryHandedOver { .. } => "secretary_handed_over",
            Self::SecurityReviewFlagged { .. } => "security_review_flagged",
            Self::SecurityReviewConcluded { .. } => "security_review_concluded",
            Self::CodeAssigned { .. } => "project_code_assigned",
            Self::Changed { .. } => "project_changed",
            Self::Withdrawn { .. } => "project_withdrawn",
            Self::FactsStated { .. } => "facts_stated",
            Self::AlarmRaised(_) => "alarm_raised",
            Self::AgentAppointed(_) => "agent_appointed",
            Self::AgentRevoked { .. } => "agent_revoked",
            Self::Matter(_, step) => step.kind(),
        }
    }

    /// The fact with its date in law.
    #[must_use]
    pub fn on(self, on: Date) -> Event {
        Event { on, fact: self }
    }
}

/// What the enterprise says of its project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectFacts {
    /// Project name.
    pub name: Text,
    /// Name of the enterprise, existing or to be established.
    pub enterprise: String,
    /// Unified social credit code, normalised; empty before the enterprise is established.
    pub uscc: String,
    /// Why a code whose check character does not match is accepted; empty otherwise.
    pub uscc_override_reason: String,
    /// Investors, all of them.
    pub investors: Vec<Investor>,
    /// Where it is.
    pub site: Site,
    /// Key in the negative lists, or `unlisted`.
    pub activity: String,
    /// GB/T 4754-2017, four digits.
    pub industry: String,
    /// Total investment.
    pub total_investment: Money,
    /// What will be built and made.
    pub scope: String,
}

/// An investor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Investor {
    /// Registered name.
    pub name: String,
    /// ISO 3166-1 alpha-2; CN for a domestic party.
    pub country: String,
    /// Percent of the equity.
    pub share: Decimal,
}

/// Where a project is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// GB/T 2260 code.
    pub district: String,
    /// Code of the functional zone; empty outside any.
    pub zone: String,
    /// Parcel number or address.
    pub parcel: String,
    /// Inside the boundary of the pilot free-trade zone.
    pub inside_ftz: bool,
}

/// The list's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Screened {
    /// Edition in force; empty where none was.
    pub edition: String,
    /// Number of the entry that applies.
    pub item_no: Option<u32>,
    /// Outcome.
    pub outcome: Outcome,
    /// Condition, or why not.
    pub condition: String,
    /// Percent that was screened.
    pub foreign_share: Decimal,
}

/// A decision of the key-project gate, with everything that it rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gate {
    /// Whether the project is a key project.
    pub recognised: bool,
    /// Total investment as declared.
    pub amount: Money,
    /// So many units of that currency …
    pub rate_units: Decimal,
    /// … are so many US dollars.
    pub rate_usd: Decimal,
    /// Day of the rate.
    pub rate_date: Date,
    /// Who published it.
    pub rate_source: String,
    /// Edition of the rule.
    pub rule_edition: String,
    /// Reason; for a decision after a contest.
    pub reason: String,
}

impl ProjectFacts {
    /// Percent held by investors that are not domestic. Investors from Hong Kong, Macao and Taiwan
    /// count as foreign here (外商投资法实施条例 art. 48).
    #[must_use]
    pub fn foreign_share(&self) -> Decimal {
        self.investors
            .iter()
            .filter(|investor| investor.country != "CN")
            .map(|investor| investor.share)
            .sum()
    }

    /// The facts that differ, by name; the ones on which the screening rests are told by
    /// [`rests_screening_on`].
    #[must_use]
    pub fn changed_from(&self, before: &Self) -> Vec<String> {
        let differs = [
            ("name", self.name != before.name),
            ("enterprise", (&self.enterprise, &self.uscc) != (&before.enterprise, &before.uscc)),
            ("investors", self.investors != before.investors),
            ("site", self.site != before.site),
            ("activity", (&self.activity, &self.industry) != (&before.activity, &before.industry)),
            ("total_investment", self.total_investment != before.total_investment),
            ("scope", self.scope != before.scope),
        ];
        differs
            .into_iter()
            .filter(|(_, differs)| *differs)
            .map(|(name, _)| name.to_owned())
            .collect()
    }
}

/// Whether a screening is void once this fact has changed.
#[must_use]
pub fn rests_screening_on(fact: &str) -> bool {
    ["investors", "site", "activity"].contains(&fact)
}
