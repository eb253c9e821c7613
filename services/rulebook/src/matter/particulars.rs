//! What the facts in the life of a matter are made of.

use jiff::civil::Date;

use crate::consultation::Condition;

/// A document brought by the applicant, in one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Material {
    /// Key in the item's list.
    pub key: String,
    /// SHA-256 of the content in lower-case hex; `None` where only paper was shown.
    pub sha256: Option<String>,
    /// Version, from 1.
    pub version: u32,
}

/// A recorded commitment (rules K1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commitment {
    /// Conditions, standards and consequences told to the applicant.
    pub conditions_told: Vec<String>,
    /// What the applicant promised in writing.
    pub promises: Vec<String>,
    /// Result of the credit check.
    pub credit_check: String,
}

/// Why an application is not accepted (行政许可法 art. 32(1)(2)).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotAcceptedGround {
    /// The matter needs no licence.
    NoLicenceNeeded,
    /// The agency is not competent; the right authority was named.
    NotCompetent {
        /// The right authority.
        right_authority: String,
    },
}

/// One thing to be corrected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Defect {
    /// Key of the material.
    pub material: String,
    /// What is missing or wrong.
    pub problem: String,
}

/// How an application came to be accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AcceptanceMode {
    /// By a written, sealed and dated document.
    Written {
        /// Its number; may be empty.
        document: String,
    },
    /// By silence, as of the day of receipt (行政许可法 art. 32(4)).
    BySilence {
        /// Day on which it was established.
        declared_on: Date,
    },
}

/// Whose work a special procedure waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum WaitsFor {
    /// The applicant's.
    Applicant,
    /// That of experts, a laboratory, a hearing.
    ThirdParty,
}

/// What was decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// 准予许可.
    Granted {
        /// The certificate.
        certificate: Certificate,
        /// Conditions that it is subject to.
        conditions: Vec<Condition>,
    },
    /// 不予许可, with reasons and remedies (行政许可法 art. 38).
    Refused {
        /// Reasons.
        reasons: Vec<String>,
        /// Remedies told to the applicant: reconsideration and suit.
        remedies: Vec<String>,
    },
}

/// The certificate of a permit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// Number.
    pub number: String,
    /// Last day of validity; `None`: no end.
    pub valid_until: Option<Date>,
    /// SHA-256 of its content in lower-case hex, where computed.
    pub sha256: Option<String>,
}

/// An opinion that a decision rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CitedOpinion {
    /// Key of the opinion.
    pub key: String,
    /// Agency that gave it.
    pub agency: String,
    /// Number of its document, or the rule by which silence was consent; may be empty.
    pub source: String,
}

/// What the check of a commitment found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Check {
    /// It was kept.
    Kept,
    /// It was false; with what was found.
    False(Vec<String>),
}

/// Why a lawful permit is withdrawn (行政许可法 art. 8).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WithdrawalGround {
    /// The law on which it rests was changed or repealed.
    LawChanged,
    /// The circumstances on which it rests changed in a major way.
    CircumstancesChanged,
}

/// Why a permit is revoked (行政许可法 art. 69).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RevocationGround {
    /// Officials abused their powers or neglected their duties.
    Misconduct,
    /// The agency exceeded its powers.
    ExceededPowers,
    /// The lawful procedure was violated.
    WrongProcedure,
    /// The applicant did not qualify.
    UnqualifiedApplicant,
    /// Obtained by deceit or bribery.
    Deceit,
    /// The commitment was false and was not put right in time.
    CommitmentFalse,
}

/// Why a permit is struck off the register (行政许可法 art. 70).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeregistrationGround {
    /// It expired and was not renewed.
    Expired,
    /// The natural person who held it died or lost legal capacity.
    HolderIncapable,
    /// The legal person that held it was dissolved.
    HolderDissolved,
    /// It was revoked, withdrawn or revoked as a penalty.
    EndedBefore,
    /// Force majeure made the activity impossible.
    ForceMajeure,
    /// Another ground that a law names.
    OtherLaw,
}
