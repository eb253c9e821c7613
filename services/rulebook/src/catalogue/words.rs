//! The closed vocabularies of the seeds: marks, stages, phases, kinds.

use std::fmt;

/// A name or sentence in the two languages of the seeds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Text {
    /// Chinese, the official wording where there is one.
    pub zh: String,
    /// English, ours.
    pub en: String,
}

/// How well a figure or a citation is founded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    /// The text of the rule was seen.
    Verified,
    /// From memory; to be checked before anyone relies on it in law.
    Memory,
    /// Chosen for the platform; there is no legal source, so it stays configurable.
    Assumption,
    /// From the founding document 大政发〔2020〕24号.
    Seed,
}

impl Mark {
    /// Every mark with its word in the seeds.
    pub const WORDS: [(&'static str, Mark); 4] = [
        ("verified", Mark::Verified),
        ("memory", Mark::Memory),
        ("assumption", Mark::Assumption),
        ("seed", Mark::Seed),
    ];
}

/// A rule by name and article, with how well it is founded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Citation {
    /// e.g. `城乡规划法 art. 40`.
    pub text: String,
    /// How well it is founded.
    pub mark: Mark,
}

/// The four stages of a project; also the `S1`…`S4` of an item's code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// 项目谋划与准入, S1.
    Intake,
    /// 多审合一、多证合一, S2.
    Planning,
    /// 多测整合、多验合一, S3.
    Acceptance,
    /// 投产后服务, S4.
    Aftercare,
}

impl Stage {
    /// All four, in order.
    pub const ALL: [Stage; 4] =
        [Stage::Intake, Stage::Planning, Stage::Acceptance, Stage::Aftercare];

    /// The word used in the seeds: `intake`, `planning`, `acceptance`, `aftercare`.
    pub fn word(self) -> &'static str {
        match self {
            Stage::Intake => "intake",
            Stage::Planning => "planning",
            Stage::Acceptance => "acceptance",
            Stage::Aftercare => "aftercare",
        }
    }

    /// The beginning of every item code of the stage: `S1-` … `S4-`.
    pub fn code_prefix(self) -> &'static str {
        match self {
            Stage::Intake => "S1-",
            Stage::Planning => "S2-",
            Stage::Acceptance => "S3-",
            Stage::Aftercare => "S4-",
        }
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// The phases of 国办发〔2019〕11号, each with one lead and one form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    /// P1 立项用地规划许可.
    Land,
    /// P2 工程建设许可.
    Works,
    /// P3 施工许可.
    Construction,
    /// P4 竣工验收.
    Completion,
    /// 并行推进: in no phase, beside all of them.
    Parallel,
}

impl Phase {
    /// All of them, in order.
    pub const ALL: [Phase; 5] =
        [Phase::Land, Phase::Works, Phase::Construction, Phase::Completion, Phase::Parallel];

    /// The word used in the seeds: `P1` … `P4`, `parallel`.
    pub fn word(self) -> &'static str {
        match self {
            Phase::Land => "P1",
            Phase::Works => "P2",
            Phase::Construction => "P3",
            Phase::Completion => "P4",
            Phase::Parallel => "parallel",
        }
    }
}

/// What an item is in law.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// 公共服务.
    PublicService,
    /// A check the authorities make among themselves.
    InternalCheck,
    /// A flag for a decision taken outside the platform.
    Flag,
    /// 登记.
    Registration,
    /// 信息报告: told, not approved.
    Report,
    /// A record the authorities keep.
    InternalRecord,
    /// 备案.
    Filing,
    /// 行政许可.
    Licence,
    /// 合同.
    Contract,
    /// 中介服务.
    Intermediary,
    /// 行政确认.
    Confirmation,
    /// 监督检查.
    Supervision,
    /// 自主验收 by the owner, reported.
    SelfAcceptance,
    /// 联合办理.
    Joint,
    /// 行政处罚 and orders.
    Enforcement,
    /// 税务.
    Tax,
}

impl Kind {
    /// Every kind with its word in the seeds.
    pub const WORDS: [(&'static str, Kind); 16] = [
        ("public_service", Kind::PublicService),
        ("internal_check", Kind::InternalCheck),
        ("flag", Kind::Flag),
        ("registration", Kind::Registration),
        ("report", Kind::Report),
        ("internal_record", Kind::InternalRecord),
        ("filing", Kind::Filing),
        ("licence", Kind::Licence),
        ("contract", Kind::Contract),
        ("intermediary", Kind::Intermediary),
        ("confirmation", Kind::Confirmation),
        ("supervision", Kind::Supervision),
        ("self_acceptance", Kind::SelfAcceptance),
        ("joint", Kind::Joint),
        ("enforcement", Kind::Enforcement),
        ("tax", Kind::Tax),
    ];
}
