//! The article that each refusal rests on.

use super::{Part, Rejection};

/// No law sets these rules; they are how the service halls do it, and the platform holds them to it.
const TOLERANCE: &str = "容缺受理";
/// No national standard orders electronic supervision; the rule is the platform's own.
const SUPERVISION: &str = "平台约定 电子监察";

impl Rejection {
    /// The article, e.g. `行政许可法 art. 42`; for refusals that only keep the record straight, the
    /// platform's own convention.
    pub fn article(&self) -> &'static str {
        match self {
            Rejection::InTheFuture { .. } | Rejection::OutOfOrder { .. } => "平台约定 occurred_on",
            Rejection::Missing(part) => part.article(),
            Rejection::NotYetAccepted
            | Rejection::AlreadyAccepted { .. }
            | Rejection::Declined { .. } => "行政许可法 art. 32",
            Rejection::CorrectionsAwaited { .. }
            | Rejection::NoCorrectionsRequested
            | Rejection::AcceptedBySilence { .. }
            | Rejection::SecondCorrection { .. }
            | Rejection::NothingCorrected { .. } => "行政许可法 art. 32(4)",
            Rejection::ApplicationWithdrawn { .. } => "行政许可法 art. 29",
            Rejection::MaterialUnchanged { .. } | Rejection::StaleVersion { .. } => {
                "国务院令第716号 art. 7"
            }
            Rejection::Owed(_) => TOLERANCE,
            Rejection::SilenceNotYet { .. } | Rejection::SilenceHasNoEffect => "行政许可法 art. 42",
            Rejection::UnknownGround { .. }
            | Rejection::NoWrittenNotice
            | Rejection::NoticeTooLate { .. }
            | Rejection::AlreadySuspended { .. }
            | Rejection::NotSuspended { .. }
            | Rejection::LongerThanAllowed { .. }
            | Rejection::ClockStands { .. } => "行政许可法 art. 45",
            Rejection::NoExtensionAllowed
            | Rejection::AlreadyExtended
            | Rejection::WrongApprover { .. }
            | Rejection::ExtensionTooLong { .. }
            | Rejection::TooLateToExtend { .. } => "行政许可法 art. 42",
            Rejection::UnknownOpinion { .. }
            | Rejection::NoOpinionsNeeded
            | Rejection::AlreadyAsked { .. }
            | Rejection::OpinionNotAsked { .. }
            | Rejection::OpinionAlreadyGiven { .. }
            | Rejection::OpinionsJoined
            | Rejection::NothingReopened
            | Rejection::OpinionsNotAsked { .. }
            | Rejection::OpinionsOpen { .. }
            | Rejection::OpinionsObject { .. } => "行政许可法 art. 26",
            Rejection::NotEligibleForCommitment
            | Rejection::NotOnCommitment
            | Rejection::CommitmentNotRecorded
            | Rejection::CommitmentAlreadyRecorded
            | Rejection::AlreadyChecked { .. }
            | Rejection::NothingToRectify
            | Rejection::RectificationOver { .. }
            | Rejection::RectificationRunning { .. }
            | Rejection::CommitmentNotFalse => "国办发〔2019〕11号 告知承诺制",
            Rejection::AlreadyDecided { .. } | Rejection::NotDecided => "行政许可法 art. 37",
            Rejection::NotGranted => "行政许可法 art. 38",
            // The holder is held to what the permit allows (the authority checks it).
            Rejection::UnknownCondition { .. } | Rejection::ConditionMet { .. } => {
                "行政许可法 art. 61"
            }
            Rejection::AlreadyDelivered { .. } => "行政许可法 art. 44",
            Rejection::PermitEnded { .. } => "行政许可法 art. 69",
            Rejection::PermitNotEnded
            | Rejection::NotExpired { .. }
            | Rejection::AlreadyDeregistered { .. } => "行政许可法 art. 70",
            Rejection::UnknownCard { .. }
            | Rejection::OnlyAWarning { .. }
            | Rejection::AlreadyContested { .. }
            | Rejection::TooLateToContest { .. }
            | Rejection::NotContested
            | Rejection::CardDecided { .. } => SUPERVISION,
        }
    }
}

impl Part {
    fn article(self) -> &'static str {
        match self {
            Part::Reason | Part::RightAuthority => "行政许可法 art. 32",
            Part::Defects | Part::Materials => "行政许可法 art. 32(4)",
            Part::NoticeNumber => "行政许可法 art. 42, 45",
            Part::Certificate => "行政许可法 art. 39",
            Part::Reasons | Part::Remedies => "行政许可法 art. 38",
            Part::Conditions | Part::Objection | Part::ObjectionDocument => "行政许可法 art. 26",
            Part::Promises | Part::CreditCheck | Part::Findings | Part::Evidence => {
                "国办发〔2019〕11号 告知承诺制"
            }
            Part::PublicInterest | Part::Compensation => "行政许可法 art. 8",
            Part::Violated | Part::PenaltyBasis | Part::PenaltyDecision => "行政处罚法 art. 9",
            Part::SupplyPromise => TOLERANCE,
            Part::ConditionEvidence => "行政许可法 art. 61",
            Part::Method => "行政许可法 art. 44",
            Part::CardReason | Part::CardDecision => SUPERVISION,
        }
    }
}
