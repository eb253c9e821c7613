//! The same sentences in Chinese.

use super::Rejection;

impl Rejection {
    /// The sentence in Chinese.
    #[must_use]
    pub fn zh(&self) -> String {
        use Rejection as R;
        match self {
            R::ProjectStopped { because } => format!("项目已被暂停：{because}"),
            R::NoPermit => "尚未核发施工许可证".to_owned(),
            R::PermitLapsed { due } => format!("截至{due}未开工，施工许可证已自行废止"),
            R::PermitNotInForce => "施工许可证不在有效状态".to_owned(),
            R::NoUnits => "尚未申报单位工程，请先申报".to_owned(),
            R::UnknownUnit { unit } => format!("单位工程{unit}未申报"),
            R::UnitFixed { unit, matter } => format!("单位工程{unit}已列入{matter}，不得重新申报"),
            R::NotIndependent { unit } => {
                format!("单位工程{unit}不具备独立使用条件，应随本期工程一并验收")
            }
            R::PhaseByPhase { item, phase } => {
                format!("{item}应分期验收，第{phase}期尚有其他单位工程")
            }
            R::AppliedForJointly { item } => {
                format!("{item}按单位工程或分期联合申请，各专项随之确定")
            }
            R::FactsMissing { facts } => format!("请先填报：{}", list(facts)),
            R::PrerequisiteMissing { item, codes, .. } => {
                format!("办理{item}前须先取得：{}", list(codes))
            }
            R::AlreadyApplied { item, matter } => format!("{item}已申请或已取得：{matter}"),
            R::MaterialHeld { material, from } => {
                format!("无需提交{material}，平台自行从{from}取得")
            }
            R::SurveyWithoutHash => "测绘成果须附摘要值，供各事项引用".to_owned(),
            R::NoSurvey { matter } => format!("{matter}没有测绘成果"),
            R::SurveyUnchanged { version } => format!("与第{version}版测绘成果相同"),
            R::NotJoint { matter } => format!("{matter}不是联合验收"),
            R::RestDay { on } => format!("{on}为休息日，现场验收应在工作日进行"),
            R::DayPast { today } => format!("现场验收日不得早于{today}"),
            R::NoInspectionDay { round } => format!("第{round}轮尚未确定现场验收日"),
            R::AnotherDay { fixed } => format!("统一现场验收日为{fixed}"),
            R::InspectionOver { on } => format!("本轮已于{on}进行现场验收"),
            R::NotInspected { round } => format!("第{round}轮尚未进行现场验收"),
            R::NobodyOpen => "没有待验收的专项".to_owned(),
            R::UnknownMember { member } => format!("{member}不是本次联合验收的专项"),
            R::MemberNotOpen { member, on } => {
                format!("{member}已于{on}给出结果，仅未通过及受变更影响的专项复验")
            }
            R::NoConditions => "专项结果为通过、整改或不涉及，不得附条件".to_owned(),
            R::ReportAwaited { number } => format!("整改清单{number}待申请人报告"),
            R::NothingListed => "没有待报告的整改清单".to_owned(),
            R::MembersOpen { members } => format!("以下专项尚未给出结果：{}", list(members)),
            R::MembersFailed { members } => format!("以下专项要求整改：{}", list(members)),
            R::MembersStale { members } => {
                format!("以下专项所依据的成果已更新：{}", list(members))
            }
            R::EndsWithOpinion => "联合验收以出具意见书或申请人撤回终结".to_owned(),
            R::OpinionIssued { version } => {
                format!("意见书第{version}版已出具，不得更改；出具新版须说明理由")
            }
            R::NothingToCorrect => "尚未出具意见书，无从更正".to_owned(),
            R::GateClosed { missing, .. } => format!("须先取得：{}", list(missing)),
            R::AlreadyStarted { .. }
            | R::NotStarted
            | R::ExtendedTwice
            | R::ExtensionTooLong
            | R::TooLateToExtend { .. }
            | R::AlreadyStopped { .. }
            | R::NotStopped
            | R::AlreadyReported { .. }
            | R::ReverificationNeeded { .. }
            | R::AlreadyDone { .. }
            | R::NotAcceptedByOwner { .. }
            | R::ConditionsOpen { .. } => self.of_works(),
            R::NotRunOut => "期限未届满".to_owned(),
        }
    }

    /// The sentences of construction and of what follows it.
    fn of_works(&self) -> String {
        use Rejection as R;
        match self {
            R::AlreadyStarted { on } => format!("已于{on}开工"),
            R::NotStarted => "尚未开工".to_owned(),
            R::ExtendedTwice => "延期以两次为限".to_owned(),
            R::ExtensionTooLong => "每次延期不超过三个月".to_owned(),
            R::TooLateToExtend { due } => format!("开工期限已于{due}届满，延期应在届满前办理"),
            R::AlreadyStopped { since } => format!("自{since}起已中止施工"),
            R::NotStopped => "工程未中止施工".to_owned(),
            R::AlreadyReported { on } => format!("中止施工已于{on}报告"),
            R::ReverificationNeeded { since } => {
                format!("自{since}中止施工满一年，恢复施工前应当核验施工许可证")
            }
            R::AlreadyDone { unit, on } => format!("单位工程{unit}已于{on}登记"),
            R::NotAcceptedByOwner { unit } => format!("单位工程{unit}尚未竣工验收"),
            R::ConditionsOpen { conditions } => {
                format!("许可所附条件尚未满足：{}", conditions.join("；"))
            }
            // The others are said above; none is ever told in silence.
            _ => self.to_string(),
        }
    }
}

fn list(words: &[String]) -> String {
    words.join("、")
}
