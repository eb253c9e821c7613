//! Who and what, in the two languages of the records.

use crate::fold::Intake;
use desk::docket::Bench;
use proto::{status::v1::ProjectStep, r#type::v1::Text};
use rulebook::matter::{NextStep, Party};

fn text(zh: impl Into<String>, en: impl Into<String>) -> Text {
    Text { zh: zh.into(), en: en.into() }
}

/// The name of a party.
pub(super) fn party(party: &Party, intake: &Intake, bench: &Bench) -> Text {
    match party {
        Party::Nobody => text("无", "nobody"),
        Party::Enterprise if intake.facts.enterprise.is_empty() => text("企业", "the enterprise"),
        Party::Enterprise => text(&intake.facts.enterprise, &intake.facts.enterprise),
        Party::Agency(code) => agency(code, bench),
        Party::ThirdParty(ground) => {
            text(format!("第三方（{ground}）"), format!("third party ({ground})"))
        }
    }
}

/// The name of an agency; its code where the catalogue knows none.
pub(super) fn agency(code: &str, bench: &Bench) -> Text {
    match bench.law.catalogue.agency(code) {
        Some(agency) => text(&agency.name.zh, &agency.name.en),
        None => text(code, code),
    }
}

/// What has to be done next in a matter.
pub(super) fn next_step(next: NextStep) -> Text {
    match next {
        NextStep::Nothing => text("无", "nothing"),
        NextStep::Examine => {
            text("受理、不予受理或一次性告知补正", "accept, decline, or request corrections")
        }
        NextStep::SupplyCorrections => text("补正材料", "supply the corrections"),
        NextStep::Accept => text("受理", "accept"),
        NextStep::RequestOpinions => text("征求有关部门意见", "ask other agencies for opinions"),
        NextStep::GiveOpinion => text("出具意见", "give the opinion"),
        NextStep::Resubmit => text("按意见修改材料", "change the materials objected to"),
        NextStep::FinishSpecialProcedure => text("完成特殊程序", "finish the special procedure"),
        NextStep::Resume => text("恢复审查", "resume the review"),
        NextStep::RecordCommitment => text("签署告知承诺书", "record the commitment"),
        NextStep::SupplyOwed => text("补交容缺材料", "supply what was missing at acceptance"),
        NextStep::Decide => text("作出决定", "decide"),
        NextStep::Deliver => text("送达", "deliver"),
        NextStep::CheckCommitment => text("核查承诺", "check the commitment"),
        NextStep::Rectify => text("限期改正", "put right what the check found"),
        NextStep::Revoke => text("撤销许可", "revoke the permit"),
    }
}

/// What has to be done next for the project as a whole.
pub(super) fn project_step(step: ProjectStep) -> Text {
    match step {
        ProjectStep::Unspecified | ProjectStep::Nothing => text("无", "nothing"),
        ProjectStep::Screen => text("负面清单核对", "screen against the negative list"),
        ProjectStep::DecideScreening => text("人工判定负面清单", "decide the screening"),
        ProjectStep::ConcludeSecurityReview => text("完成安全审查", "conclude the security review"),
        ProjectStep::AssignCode => text("赋予项目代码", "assign the project code"),
        ProjectStep::File => text("提出申请", "file what can be filed"),
        ProjectStep::AnswerQuestions => text("补充项目情况", "answer the open questions"),
        ProjectStep::BeginConstruction => text("开工", "begin construction"),
        ProjectStep::Build => text("施工并申请联合验收", "build, and apply for joint acceptance"),
        ProjectStep::PutIntoUse => text("投入使用", "put into use"),
        ProjectStep::MeetObligation => text("履行法定义务", "do what is owed by law"),
        ProjectStep::DecideKeyProject => text("认定重点项目", "decide the key-project gate"),
    }
}
