//! What can happen in the life of a matter. Facts only: no deadline, status or total.
//!
//! Each has its date in law, `on`. Names and meanings are storage format (`MatterEvent` in proto).

mod about;

use jiff::civil::Date;

use crate::alarm::Alarm;
use crate::clock::{Limit, Notice};
use crate::consultation::Opinion;

use super::particulars::{
    AcceptanceMode, Check, CitedOpinion, Commitment, Defect, DeregistrationGround, Material,
    NotAcceptedGround, Outcome, RevocationGround, WaitsFor, WithdrawalGround,
};
use super::terms::{CitedLimit, Terms};

/// One fact in the life of a matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// 收件: the application was received. The day is not counted in any limit.
    Received {
        /// Day of receipt.
        on: Date,
        /// The item's terms on that day.
        terms: Box<Terms>,
        /// What the applicant brought.
        materials: Vec<Material>,
    },
    /// 告知承诺: the applicant's commitment was recorded.
    CommitmentRecorded {
        /// Day.
        on: Date,
        /// What was told and promised.
        commitment: Commitment,
    },
    /// 不予受理 (行政许可法 art. 32(1)(2)).
    NotAccepted {
        /// Day.
        on: Date,
        /// Ground.
        ground: NotAcceptedGround,
        /// Reason told to the applicant.
        reason: String,
        /// Number of the document.
        document: String,
    },
    /// 一次性告知: everything to be corrected, once (行政许可法 art. 32(4)).
    CorrectionsRequested {
        /// Day.
        on: Date,
        /// The complete list.
        defects: Vec<Defect>,
        /// Number of the notice; empty where told on the spot.
        notice: String,
    },
    /// 补正: the applicant supplied corrections.
    CorrectionsSupplied {
        /// Day.
        on: Date,
        /// The new or corrected materials.
        materials: Vec<Material>,
    },
    /// 受理. By silence, `on` is the day of receipt.
    Accepted {
        /// First day of the decision's limit, not counted itself.
        on: Date,
        /// How.
        mode: AcceptanceMode,
    },
    /// 容缺受理: secondary materials were missing at acceptance, and the applicant promised them.
    MissingTolerated {
        /// Day; not counted in the time to supply them.
        on: Date,
        /// Keys of what is owed.
        owed: Vec<String>,
        /// What the applicant promised.
        promise: String,
        /// Time given.
        within: Limit,
        /// The rule.
        citation: String,
    },
    /// The applicant supplied what was owed, or a part of it.
    OwedSupplied {
        /// Day.
        on: Date,
        /// The materials.
        materials: Vec<Material>,
    },
    /// 终止: what was owed was not supplied in time, and the matter ended.
    Terminated {
        /// First day after the time given.
        on: Date,
        /// Keys of what was still owed.
        owed: Vec<String>,
        /// The rule.
        citation: String,
        /// Day on which it was established.
        declared_on: Date,
    },
    /// A special procedure began and the clock stands (行政许可法 art. 45).
    Suspended {
        /// Day; not excluded itself.
        on: Date,
        /// Key of the ground.
        ground: String,
        /// Article of the ground.
        article: String,
        /// The written notice.
        notice: Notice,
        /// Length told to the applicant.
        expected: Limit,
        /// Whose work it waits for.
        waits_for: WaitsFor,
    },
    /// A special procedure ended.
    Resumed {
        /// Day; still excluded.
        on: Date,
        /// Key of the ground.
        ground: String,
    },
    /// The statutory limit was extended, once (行政许可法 art. 42).
    Extended {
        /// Day on which the applicant was told.
        on: Date,
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
        /// The rule with its article.
        article: String,
    },
    /// Agencies were asked for their opinions.
    OpinionsRequested {
        /// Day.
        on: Date,
        /// Keys of the opinions.
        opinions: Vec<String>,
    },
    /// An agency gave its opinion.
    OpinionGiven {
        /// Day.
        on: Date,
        /// Key of the opinion.
        key: String,
        /// What it says.
        opinion: Opinion,
        /// Number of the opinion document.
        document: String,
    },
    /// An agency's silence counted as consent, because a rule says so.
    OpinionDeemed {
        /// First day after its limit.
        on: Date,
        /// Key of the opinion.
        key: String,
        /// The rule.
        citation: String,
    },
    /// The last opinion is in and none objects: once in the life of a matter, with that opinion.
    OpinionsJoined {
        /// Day of the last opinion.
        on: Date,
        /// Keys of the opinions.
        opinions: Vec<String>,
    },
    /// The applicant supplied changed materials to agencies that were asked.
    Resubmitted {
        /// Day.
        on: Date,
        /// The changed materials.
        materials: Vec<Material>,
        /// Keys of the opinions to be given again.
        reopened: Vec<String>,
    },
    /// 准予 or 不予许可.
    Decided {
        /// Day.
        on: Date,
        /// Which.
        outcome: Outcome,
        /// Number of the decision document.
        document: String,
        /// The materials, each in the version that the decision rests on.
        materials: Vec<Material>,
        /// The opinions that the decision rests on.
        opinions: Vec<CitedOpinion>,
    },
    /// The agency's silence on the decision counted as consent, because a law says so for the item.
    GrantDeemed {
        /// First day after the limit.
        on: Date,
        /// The law.
        citation: String,
        /// Day on which it was established.
        declared_on: Date,
        /// The materials on file.
        materials: Vec<Material>,
    },
    /// 送达 (行政许可法 art. 44).
    Delivered {
        /// Day.
        on: Date,
        /// How.
        method: String,
    },
    /// The agency checked whether the commitment was kept.
    CommitmentChecked {
        /// Day.
        on: Date,
        /// What it found.
        check: Check,
    },
    /// 限期改正: the applicant must put right what the check found.
    RectificationOrdered {
        /// Day.
        on: Date,
        /// Time given.
        within: Limit,
        /// Number of the order.
        document: String,
        /// Keys of the materials that the applicant must bring for it.
        materials: Vec<String>,
    },
    /// The applicant put right what the check found.
    Rectified {
        /// Day.
        on: Date,
        /// What shows it.
        evidence: String,
    },
    /// The holder shows that a condition of the permit is met.
    ConditionShown {
        /// Day.
        on: Date,
        /// Number of the condition.
        number: u32,
        /// What shows it.
        evidence: String,
    },
    /// Who imposed a condition checked whether it is met.
    ConditionChecked {
        /// Day.
        on: Date,
        /// Number of the condition.
        number: u32,
        /// Whether it is.
        met: bool,
        /// What was found.
        findings: String,
    },
    /// The applicant withdrew the application before the decision.
    ApplicationWithdrawn {
        /// Day.
        on: Date,
        /// Reason; may be empty.
        reason: String,
    },
    /// 撤回: a lawful permit withdrawn in the public interest (行政许可法 art. 8).
    PermitWithdrawn {
        /// Day.
        on: Date,
        /// Ground.
        ground: WithdrawalGround,
        /// The public interest that requires it.
        public_interest: String,
        /// How the loss is compensated.
        compensation: String,
        /// Number of the document.
        document: String,
    },
    /// 撤销: a permit that should not have been given (行政许可法 art. 69).
    PermitRevoked {
        /// Day.
        on: Date,
        /// Ground.
        ground: RevocationGround,
        /// Reason told to the holder.
        reason: String,
        /// Number of the document.
        document: String,
    },
    /// 吊销: taken away as a penalty for what its holder did.
    PermitRevokedAsPenalty {
        /// Day.
        on: Date,
        /// Article that was violated.
        violated: String,
        /// Article that allows the penalty.
        penalty_basis: String,
        /// Number of the penalty decision.
        document: String,
    },
    /// 注销: struck off the register (行政许可法 art. 70).
    PermitDeregistered {
        /// Day.
        on: Date,
        /// Ground.
        ground: DeregistrationGround,
        /// Reason.
        reason: String,
    },
    /// A limit came near or passed (预警, 黄牌, 红牌). Its date in law is the alarm's day.
    AlarmRaised {
        /// The alarm.
        alarm: Alarm,
        /// Day on which it was established.
        declared_on: Date,
        /// Time to contest it, from that day, with the rule.
        contest: CitedLimit,
    },
    /// The agency whose card it is says that it is wrong.
    CardContested {
        /// Day.
        on: Date,
        /// Name of the card.
        card: String,
        /// Why it is wrong.
        reason: String,
        /// Code of the agency.
        by: String,
    },
    /// A card that should not have been raised was annulled. It stays on record.
    CardAnnulled {
        /// Day.
        on: Date,
        /// Name of the card.
        card: String,
        /// Reason.
        reason: String,
        /// Number of the decision.
        document: String,
        /// Code of the supervising agency.
        by: String,
    },
    /// A contested card was found right.
    CardUpheld {
        /// Day.
        on: Date,
        /// Name of the card.
        card: String,
        /// Reason.
        reason: String,
        /// Number of the decision.
        document: String,
        /// Code of the supervising agency.
        by: String,
    },
}
