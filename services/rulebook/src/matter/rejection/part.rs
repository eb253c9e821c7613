//! The parts of an act without which it has no effect in law.

/// A part of an act without which it has no effect in law.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)] // Each is what its name says; its words are in `en` and in `chinese.rs`.
pub enum Part {
    Reason,
    RightAuthority,
    Defects,
    Materials,
    NoticeNumber,
    Certificate,
    Reasons,
    Remedies,
    Conditions,
    Promises,
    CreditCheck,
    Findings,
    Objection,
    ObjectionDocument,
    PublicInterest,
    Compensation,
    Violated,
    PenaltyBasis,
    PenaltyDecision,
    Method,
    Evidence,
    CardReason,
    CardDecision,
    ConditionEvidence,
    SupplyPromise,
}

impl Part {
    pub(super) fn en(self) -> &'static str {
        match self {
            Part::Reason => "a reason",
            Part::RightAuthority => "the name of the right authority",
            Part::Defects => "the complete list of corrections",
            Part::Materials => "at least one material",
            Part::NoticeNumber => "the number of the written notice",
            Part::Certificate => "the number of the certificate",
            Part::Reasons => "the reasons for the refusal",
            Part::Remedies => "the remedies open to the applicant",
            Part::Conditions => "the conditions in words",
            Part::Promises => "what the applicant promised",
            Part::CreditCheck => "the result of the credit check",
            Part::Findings => "what the check found",
            Part::Objection => "the reason for the objection",
            Part::ObjectionDocument => "the number of the document that objects",
            Part::PublicInterest => "the public interest that requires it",
            Part::Compensation => "how the loss is compensated",
            Part::Violated => "the article that was violated",
            Part::PenaltyBasis => "the article that allows the penalty",
            Part::PenaltyDecision => "the number of the penalty decision",
            Part::Method => "how it was delivered",
            Part::Evidence => "what shows that it was put right",
            Part::CardReason => "the reason",
            Part::CardDecision => "the number of the decision on the card",
            Part::ConditionEvidence => "what shows that the condition is met",
            Part::SupplyPromise => "the applicant's promise to supply what is missing",
        }
    }
}
