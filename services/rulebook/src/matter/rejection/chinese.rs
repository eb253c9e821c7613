//! The refusals in Chinese, as the portal and the agencies' systems show them.

use super::{Part, Rejection};

impl Rejection {
    /// The sentence in Chinese, for `google.rpc.LocalizedMessage`.
    pub fn zh(&self) -> String {
        self.zh_before_review()
            .or_else(|| self.zh_of_clock())
            .or_else(|| self.zh_of_opinions())
            .or_else(|| self.zh_of_cards_and_conditions())
            .unwrap_or_else(|| self.zh_of_decision())
    }

    fn zh_before_review(&self) -> Option<String> {
        Some(match self {
            Rejection::InTheFuture { on, today } => {
                format!("日期 {on} 尚未到来，今天是 {today}。")
            }
            Rejection::OutOfOrder { on, not_before } => {
                format!("日期 {on} 有误：该事项不可能发生在 {not_before} 之前。")
            }
            Rejection::Missing(part) => format!("缺少{}。", part.zh()),
            Rejection::NotYetAccepted => "该申请尚未受理。".to_owned(),
            Rejection::AlreadyAccepted { on } => format!("该申请已于 {on} 受理。"),
            Rejection::Declined { on } => format!("该申请已于 {on} 不予受理。"),
            Rejection::ApplicationWithdrawn { on } => format!("申请人已于 {on} 撤回申请。"),
            Rejection::CorrectionsAwaited { since } => {
                format!("{since} 告知的补正内容尚未补齐。")
            }
            Rejection::NoCorrectionsRequested => "没有告知过补正内容。".to_owned(),
            Rejection::AcceptedBySilence { as_of, due } => format!(
                "逾期未一次性告知补正内容（期限至 {due}），自收到申请材料之日 {as_of} 起即为受理。"
            ),
            Rejection::SecondCorrection { materials } => format!(
                "补正内容应当一次告知：{} 在第一次告知时即可知晓，不得再次要求补正。",
                materials.join("、")
            ),
            Rejection::NothingCorrected { outstanding } => {
                format!("所交材料均不在补正清单内，待补正的是：{}。", outstanding.join("、"))
            }
            Rejection::MaterialUnchanged { key } => format!("{key} 与已存档的文件相同。"),
            Rejection::StaleVersion { key, held } => {
                format!("{key} 已存档第 {held} 版，新版本号应当更大。")
            }
            _ => return None,
        })
    }

    fn zh_of_clock(&self) -> Option<String> {
        Some(match self {
            Rejection::SilenceNotYet { due } => match due.0 {
                Some(due) => format!("{due} 结束之前，逾期规则尚不适用。"),
                None => "期限中止期间，逾期规则不适用。".to_owned(),
            },
            Rejection::SilenceHasNoEffect => {
                "没有规定逾期不答复视为同意，逾期不产生同意的效力。".to_owned()
            }
            Rejection::UnknownGround { ground } => format!("{ground} 不是该事项的特殊程序。"),
            Rejection::NoWrittenNotice => {
                "未书面告知申请人所需时间的，不得扣除办理时间。".to_owned()
            }
            Rejection::NoticeTooLate { given_on, from } => {
                format!("书面告知日为 {given_on}，不得自此前的 {from} 起扣除时间。")
            }
            Rejection::AlreadySuspended { ground } => format!("{ground} 正在进行，期限已中止。"),
            Rejection::NotSuspended { ground } => format!("{ground} 没有正在进行。"),
            Rejection::LongerThanAllowed { ground, limit } => {
                format!("{ground} 最多扣除 {limit}。")
            }
            Rejection::NoExtensionAllowed => "该事项没有可以延长期限的规定。".to_owned(),
            Rejection::AlreadyExtended => "期限已经延长过，只能延长一次。".to_owned(),
            Rejection::WrongApprover { approver } => format!("延长期限应当经 {approver} 批准。"),
            Rejection::ExtensionTooLong { cap } => format!("期限最多延长 {cap}。"),
            Rejection::TooLateToExtend { due } => {
                format!("期限已于 {due} 届满，批准和告知均应在此之前。")
            }
            Rejection::ClockStands { ground } => format!("{ground} 正在进行，期限中止，不能决定。"),
            _ => return None,
        })
    }

    fn zh_of_opinions(&self) -> Option<String> {
        Some(match self {
            Rejection::UnknownOpinion { key } => format!("该事项不需要征求 {key} 意见。"),
            Rejection::NoOpinionsNeeded => "该事项不需要征求意见。".to_owned(),
            Rejection::AlreadyAsked { key } => format!("{key} 意见已经征求。"),
            Rejection::OpinionNotAsked { key } => format!("尚未征求 {key} 意见。"),
            Rejection::OpinionAlreadyGiven { key } => {
                format!("{key} 意见已经出具，材料变更后方可重新出具。")
            }
            Rejection::OpinionsJoined => "各部门意见已全部同意并汇总。".to_owned(),
            Rejection::NothingReopened => "所交材料与被征求意见的部门无关。".to_owned(),
            Rejection::OpinionsNotAsked { keys } => {
                format!("尚未征求意见：{}。", keys.join("、"))
            }
            Rejection::OpinionsOpen { keys } => format!("尚未答复意见：{}。", keys.join("、")),
            Rejection::OpinionsObject { keys } => format!("持不同意见：{}。", keys.join("、")),
            Rejection::NotEligibleForCommitment => "该事项不适用告知承诺。".to_owned(),
            Rejection::NotOnCommitment => "该办件不是告知承诺办件。".to_owned(),
            Rejection::CommitmentNotRecorded => "尚未记录申请人的承诺。".to_owned(),
            Rejection::CommitmentAlreadyRecorded => "申请人的承诺已经记录。".to_owned(),
            _ => return None,
        })
    }

    fn zh_of_cards_and_conditions(&self) -> Option<String> {
        Some(match self {
            Rejection::UnknownCard { card } => format!("该办件没有监察记录 {card}。"),
            Rejection::OnlyAWarning { card } => {
                format!("{card} 仅为预警，不是黄牌或红牌，无需申诉。")
            }
            Rejection::AlreadyContested { on } => format!("该牌已于 {on} 申诉。"),
            Rejection::TooLateToContest { due } => format!("申诉期限已于 {due} 届满。"),
            Rejection::NotContested => "该牌没有被申诉，无需决定。".to_owned(),
            Rejection::CardDecided { on } => format!("监察机关已于 {on} 对该牌作出决定。"),
            Rejection::UnknownCondition { number } => format!("该许可没有第 {number} 项条件。"),
            Rejection::ConditionMet { number, on } => {
                format!("第 {number} 项条件已于 {on} 经核查认定满足。")
            }
            _ => return None,
        })
    }

    fn zh_of_decision(&self) -> String {
        match self {
            Rejection::AlreadyDecided { on } => format!("该办件已于 {on} 作出决定。"),
            Rejection::NotDecided => "该办件尚未作出决定。".to_owned(),
            Rejection::NotGranted => "该申请未获准予，不存在许可。".to_owned(),
            Rejection::AlreadyDelivered { on } => format!("决定已于 {on} 送达。"),
            Rejection::AlreadyChecked { on } => format!("承诺已于 {on} 核查。"),
            Rejection::NothingToRectify => "没有需要改正的事项。".to_owned(),
            Rejection::RectificationOver { due } => format!("改正期限已于 {due} 届满。"),
            Rejection::RectificationRunning { due } => format!("{due} 之前，申请人仍可改正。"),
            Rejection::CommitmentNotFalse => "没有经核查认定不实且未改正的承诺。".to_owned(),
            Rejection::PermitEnded { on } => format!("该许可已于 {on} 终止。"),
            Rejection::PermitNotEnded => "该许可没有被撤回、撤销或者吊销。".to_owned(),
            Rejection::NotExpired { on } => format!("该许可在 {on} 尚未届满。"),
            Rejection::AlreadyDeregistered { on } => format!("该许可已于 {on} 注销。"),
            Rejection::Owed(owed) => owed.zh(),
            // Said above; listed so that a new refusal must find its Chinese sentence.
            Rejection::UnknownCard { .. }
            | Rejection::OnlyAWarning { .. }
            | Rejection::AlreadyContested { .. }
            | Rejection::TooLateToContest { .. }
            | Rejection::NotContested
            | Rejection::CardDecided { .. }
            | Rejection::UnknownCondition { .. }
            | Rejection::ConditionMet { .. }
            | Rejection::InTheFuture { .. }
            | Rejection::OutOfOrder { .. }
            | Rejection::Missing(_)
            | Rejection::NotYetAccepted
            | Rejection::AlreadyAccepted { .. }
            | Rejection::Declined { .. }
            | Rejection::ApplicationWithdrawn { .. }
            | Rejection::CorrectionsAwaited { .. }
            | Rejection::NoCorrectionsRequested
            | Rejection::AcceptedBySilence { .. }
            | Rejection::SilenceNotYet { .. }
            | Rejection::SilenceHasNoEffect
            | Rejection::SecondCorrection { .. }
            | Rejection::NothingCorrected { .. }
            | Rejection::MaterialUnchanged { .. }
            | Rejection::StaleVersion { .. }
            | Rejection::UnknownGround { .. }
            | Rejection::NoWrittenNotice
            | Rejection::NoticeTooLate { .. }
            | Rejection::AlreadySuspended { .. }
            | Rejection::NotSuspended { .. }
            | Rejection::LongerThanAllowed { .. }
            | Rejection::NoExtensionAllowed
            | Rejection::AlreadyExtended
            | Rejection::WrongApprover { .. }
            | Rejection::ExtensionTooLong { .. }
            | Rejection::TooLateToExtend { .. }
            | Rejection::UnknownOpinion { .. }
            | Rejection::NoOpinionsNeeded
            | Rejection::AlreadyAsked { .. }
            | Rejection::OpinionNotAsked { .. }
            | Rejection::OpinionAlreadyGiven { .. }
            | Rejection::OpinionsJoined
            | Rejection::NothingReopened
            | Rejection::OpinionsNotAsked { .. }
            | Rejection::OpinionsOpen { .. }
            | Rejection::OpinionsObject { .. }
            | Rejection::ClockStands { .. }
            | Rejection::NotEligibleForCommitment
            | Rejection::NotOnCommitment
            | Rejection::CommitmentNotRecorded
            | Rejection::CommitmentAlreadyRecorded => self.to_string(),
        }
    }
}

impl Part {
    fn zh(self) -> &'static str {
        match self {
            Part::Reason => "理由",
            Part::RightAuthority => "有权机关的名称",
            Part::Defects => "全部补正内容",
            Part::Materials => "材料",
            Part::NoticeNumber => "书面告知的文号",
            Part::Certificate => "证件编号",
            Part::Reasons => "不予许可的理由",
            Part::Remedies => "救济途径（行政复议、行政诉讼）",
            Part::Conditions => "条件的内容",
            Part::Promises => "申请人的承诺内容",
            Part::CreditCheck => "信用核查结果",
            Part::Findings => "核查发现的问题",
            Part::Objection => "不同意的理由",
            Part::ObjectionDocument => "意见文号",
            Part::PublicInterest => "公共利益的理由",
            Part::Compensation => "补偿方式",
            Part::Violated => "违反的条款",
            Part::PenaltyBasis => "处罚依据",
            Part::PenaltyDecision => "处罚决定书文号",
            Part::Method => "送达方式",
            Part::Evidence => "改正的证明",
            Part::SupplyPromise => "申请人补交材料的承诺",
            Part::CardReason => "理由",
            Part::CardDecision => "决定文号",
            Part::ConditionEvidence => "证明条件已满足的材料",
        }
    }
}
