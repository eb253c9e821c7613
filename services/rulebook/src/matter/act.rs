//! What can be done with a matter, and by whom.

use jiff::civil::Date;

use crate::clock::{Limit, Notice};
use crate::consultation::Opinion;

use super::cards::Verdict;
use super::particulars::{
    Check, Commitment, Defect, DeregistrationGround, Material, NotAcceptedGround, Outcome,
    RevocationGround, WaitsFor, WithdrawalGround,
};
use super::state::{Matter, Party};

/// An act, and the date in law that is claimed for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// The date claimed; `None` means today. Never in the future; in the past where an act is
    /// entered late, and then the lag shows.
    pub occurred_on: Option<Date>,
    /// What is done.
    pub act: Act,
}

/// What can be done with a matter that is received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// Record the applicant's commitment (告知承诺).
    RecordCommitment(Commitment),
    /// Accept in writing (受理).
    Accept {
        /// Number of the document; may be empty.
        document: String,
    },
    /// Decline to accept (不予受理).
    Decline {
        /// Ground.
        ground: NotAcceptedGround,
        /// Reason told to the applicant.
        reason: String,
        /// Number of the document; may be empty.
        document: String,
    },
    /// Tell everything that must be corrected, once (一次性告知).
    RequestCorrections {
        /// The complete list.
        defects: Vec<Defect>,
        /// Number of the notice; empty where told on the spot.
        notice: String,
    },
    /// Supply corrections (补正).
    SupplyCorrections {
        /// New or corrected materials; version 0 means the next one.
        materials: Vec<Material>,
    },
    /// Accept although secondary materials are missing (容缺受理).
    TolerateMissing {
        /// Keys of what is missing.
        owed: Vec<String>,
        /// What the applicant promised.
        promise: String,
        /// Number of the acceptance document; may be empty.
        document: String,
    },
    /// Supply what is owed since acceptance.
    SupplyOwed {
        /// The materials; version 0 means the next one.
        materials: Vec<Material>,
    },
    /// Establish that the matter ended because what was owed was not supplied in time.
    Terminate,
    /// Establish that silence was acceptance.
    DeemAccepted,
    /// Stop the clock for a special procedure.
    Suspend {
        /// Key of the ground.
        ground: String,
        /// The written notice; without it the act is refused.
        notice: Option<Notice>,
        /// Length told to the applicant.
        expected: Limit,
        /// Whose work it waits for.
        waits_for: WaitsFor,
    },
    /// Let the clock run again.
    Resume {
        /// Key of the ground.
        ground: String,
    },
    /// Extend the statutory limit, once. The event's date is that of the notice.
    Extend {
        /// By how much.
        by: Limit,
        /// Office that approved it.
        approver: String,
        /// Day of the approval.
        approved_on: Date,
        /// The notice to the applicant.
        notice: Notice,
        /// Reason told to the applicant.
        reason: String,
    },
    /// Ask for opinions.
    RequestOpinions {
        /// Keys; empty means every one that the item's rule lists.
        opinions: Vec<String>,
    },
    /// Give an opinion.
    GiveOpinion {
        /// Key.
        key: String,
        /// What it says.
        opinion: Opinion,
        /// Number of the document; required where it objects.
        document: String,
    },
    /// Establish that an agency's silence was consent.
    DeemOpinion {
        /// Key.
        key: String,
    },
    /// Supply changed materials to agencies that were asked.
    Resubmit {
        /// The changed materials; version 0 means the next one.
        materials: Vec<Material>,
    },
    /// Grant or refuse.
    Decide {
        /// Which.
        outcome: Outcome,
        /// Number of the decision document; may be empty.
        document: String,
    },
    /// Establish that silence on the decision was consent.
    DeemGranted,
    /// Deliver the decision or the certificate (送达).
    Deliver {
        /// How.
        method: String,
    },
    /// Record whether the commitment was kept; a false one orders rectification.
    CheckCommitment {
        /// What the check found.
        check: Check,
        /// Number of the rectification order; may be empty.
        document: String,
        /// Keys of the materials that the order demands.
        materials: Vec<String>,
    },
    /// Record that what the check found was put right.
    RecordRectification {
        /// What shows it.
        evidence: String,
    },
    /// Show that a condition of the permit is met.
    ShowCondition {
        /// Number of the condition.
        number: u32,
        /// What shows it.
        evidence: String,
    },
    /// Check whether a condition is met.
    CheckCondition {
        /// Number of the condition.
        number: u32,
        /// Whether it is.
        met: bool,
        /// What was found.
        findings: String,
    },
    /// Withdraw the application before the decision.
    WithdrawApplication {
        /// Reason; may be empty.
        reason: String,
    },
    /// 撤回: withdraw a lawful permit in the public interest.
    WithdrawPermit {
        /// Ground.
        ground: WithdrawalGround,
        /// The public interest that requires it.
        public_interest: String,
        /// How the loss is compensated.
        compensation: String,
        /// Number of the document; may be empty.
        document: String,
    },
    /// 撤销: revoke a permit that should not have been given.
    RevokePermit {
        /// Ground.
        ground: RevocationGround,
        /// Reason told to the holder.
        reason: String,
        /// Number of the document; may be empty.
        document: String,
    },
    /// 吊销: revoke as a penalty.
    RevokePermitAsPenalty {
        /// Article that was violated.
        violated: String,
        /// Article that allows the penalty.
        penalty_basis: String,
        /// Number of the penalty decision.
        document: String,
    },
    /// 注销: strike off the register.
    DeregisterPermit {
        /// Ground.
        ground: DeregistrationGround,
        /// Reason.
        reason: String,
    },
    /// Say that a card is wrong.
    ContestCard {
        /// Name of the card.
        card: String,
        /// Why.
        reason: String,
        /// Code of the agency that says so.
        by: String,
    },
    /// Decide on a card: annul it, or find it right after it was contested.
    RuleOnCard {
        /// Name of the card.
        card: String,
        /// Which.
        verdict: Verdict,
        /// Reason.
        reason: String,
        /// Number of the decision.
        document: String,
        /// Code of the supervising agency.
        by: String,
    },
}

/// Who may do an act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whose {
    /// The agency that decides the matter, by code.
    Lead(String),
    /// An agency that was asked for its opinion, by code.
    Asked(String),
    /// The applicant, or somebody on its behalf.
    Applicant,
    /// Nobody but time: the daily tick.
    Time,
    /// An agency that supervises the others.
    Supervisor,
}

impl Act {
    /// The act, claimed for a date in law.
    pub fn on(self, date: Date) -> Command {
        Command { occurred_on: Some(date), act: self }
    }

    /// The act, done today.
    pub fn now(self) -> Command {
        Command { occurred_on: None, act: self }
    }

    /// Who may do it with this matter.
    pub fn whose(&self, matter: &Matter) -> Whose {
        match self {
            Act::Accept { .. }
            | Act::TolerateMissing { .. }
            | Act::Decline { .. }
            | Act::RequestCorrections { .. }
            | Act::Suspend { .. }
            | Act::Resume { .. }
            | Act::Extend { .. }
            | Act::RequestOpinions { .. }
            | Act::Decide { .. }
            | Act::Deliver { .. }
            | Act::CheckCommitment { .. }
            | Act::RecordRectification { .. }
            | Act::WithdrawPermit { .. }
            | Act::RevokePermit { .. }
            | Act::RevokePermitAsPenalty { .. }
            | Act::DeregisterPermit { .. } => Whose::Lead(matter.terms.agency.clone()),
            Act::CheckCondition { number, .. } => {
                let imposed = matter.decided().and_then(|decided| decided.condition(*number));
                match imposed {
                    Some(imposed) => Whose::Lead(imposed.agency.clone()),
                    None => Whose::Lead(matter.terms.agency.clone()),
                }
            }
            Act::GiveOpinion { key, .. } => match matter.terms.opinion(key) {
                Some(term) => Whose::Asked(term.agency.clone()),
                None => Whose::Lead(matter.terms.agency.clone()),
            },
            Act::RecordCommitment(_)
            | Act::SupplyCorrections { .. }
            | Act::SupplyOwed { .. }
            | Act::Resubmit { .. }
            | Act::ShowCondition { .. }
            | Act::WithdrawApplication { .. } => Whose::Applicant,
            Act::DeemAccepted | Act::DeemOpinion { .. } | Act::DeemGranted | Act::Terminate => {
                Whose::Time
            }
            Act::ContestCard { card, .. } => {
                match matter.card(card).map(|card| &card.alarm.held_by) {
                    Some(Party::Agency(code)) => Whose::Lead(code.clone()),
                    Some(Party::Enterprise | Party::ThirdParty(_) | Party::Nobody) | None => {
                        Whose::Lead(matter.terms.agency.clone())
                    }
                }
            }
            Act::RuleOnCard { .. } => Whose::Supervisor,
        }
    }
}
