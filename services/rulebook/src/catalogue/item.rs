//! A catalogue item (事项) as one edition of it reads: who decides, on what, within which limits,
//! and by which article.
//!
//! Nothing here counts days; that is [`crate::clock`]. Nothing here knows a project; that comes
//! as [`Facts`].

use std::fmt;

use jiff::civil::Date;

use super::facts::{Applies, Condition, Facts};
use crate::clock::Limit;

/// A name or sentence in the two languages of the seeds.
#[derive(Debug, Clone, PartialEq, Eq)]
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

/// When an edition is in force: both days included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InForce {
    /// First day.
    pub from: Date,
    /// Last day; `None` while no end is known.
    pub until: Option<Date>,
}

impl InForce {
    /// Whether `on` lies within.
    pub fn covers(&self, on: Date) -> bool {
        self.from <= on && self.until.is_none_or(|until| on <= until)
    }
}

/// A limit with the rule that sets it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuledLimit {
    /// The limit in its own unit; the one that holds when no case below does.
    pub limit: Limit,
    /// The rule that sets it.
    pub citation: String,
    /// How well it is founded.
    pub mark: Mark,
    /// How it may be extended, once; `None` where no rule allows it.
    pub extension: Option<ExtensionRule>,
    /// Other limits for particular projects; the first that holds wins.
    pub cases: Vec<LimitCase>,
}

/// A limit that replaces the ordinary one for particular projects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LimitCase {
    /// For which projects.
    pub when: Condition,
    /// The limit for them.
    pub limit: Limit,
    /// Whether the law says that silence until this limit is consent.
    pub consent_by_silence: bool,
    /// The rule that says so.
    pub citation: String,
    /// How well it is founded.
    pub mark: Mark,
}

/// Extension of a limit, once, before it has run out (行政许可法 art. 42 and others).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExtensionRule {
    /// At most this much more.
    pub cap: Limit,
    /// The office that must approve it.
    pub approver: String,
    /// The rule.
    pub citation: String,
    /// How well it is founded.
    pub mark: Mark,
}

/// What follows when the authority says nothing until a limit has run out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Silence {
    /// Accepted as of the day the material was received.
    Accepted,
    /// Nothing in law; it is only late.
    NoEffect,
}

/// The one notice of everything to correct, and when it must have been given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CorrectionRule {
    /// From receipt of the material; zero means on the spot.
    pub limit: Limit,
    /// What silence means.
    pub silence: Silence,
    /// The rule, for licences 行政许可法 art. 32(4).
    pub citation: String,
    /// How well it is founded.
    pub mark: Mark,
}

/// Silence on the decision itself counts as consent. Only where a law says so for the item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SilenceRule {
    /// From acceptance.
    pub after: Limit,
    /// The rule that says so.
    pub citation: String,
}

/// An opinion the deciding agency must have before it decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpinionRow {
    /// Stable name within the item, e.g. `site_selection`.
    pub key: String,
    /// Who gives it; the lead itself only in a merged review.
    pub agency: String,
    /// What it is about.
    pub subject: Text,
    /// Keys of the item's materials it is given on.
    pub inputs: Vec<String>,
    /// From the request; inside the item's own limit.
    pub limit: Limit,
    /// The rule or custom that asks for it.
    pub citation: String,
    /// How well the row is founded.
    pub mark: Mark,
    /// The rule by which silence is consent; `None`: silence is only late.
    pub silence: Option<String>,
    /// For which projects; `None`: for all.
    pub when: Option<Condition>,
}

/// A ground on which time does not count (行政许可法 art. 45), after a written notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exclusion {
    /// Stable name, e.g. `expert_review`.
    pub key: String,
    /// The ground.
    pub ground: Text,
    /// The article.
    pub article: String,
    /// The longest it may last; `None` where no rule says.
    pub limit: Option<Limit>,
    /// How well it is founded.
    pub mark: Mark,
}

/// Whether an item may be decided on a signed commitment (告知承诺).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Eligible {
    /// Always.
    Yes,
    /// Never.
    No,
    /// On the condition told, in English.
    Conditional(String),
    /// There is nothing to promise.
    NotApplicable,
}

/// How a decision on commitment is checked afterwards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommitmentTerms {
    /// Check due, from the decision.
    pub check_due: Limit,
    /// Time to put a broken promise right, before revocation.
    pub rectification: Limit,
    /// The rule or custom.
    pub citation: String,
    /// How well it is founded.
    pub mark: Mark,
}

/// One condition on what must have been granted before: any one of the codes will do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prerequisite {
    /// Item codes; one, or the members of an `any:`.
    pub any_of: Vec<String>,
}

/// Where a material comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// The enterprise hands it in.
    Applicant,
    /// It came out of this item; it is never asked for again.
    Prior(String),
    /// This agency has it; it is never asked for at all.
    Shared(String),
}

/// A material of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Material {
    /// Stable name, the same wherever it is the same material.
    pub key: String,
    /// Its name.
    pub name: Text,
    /// Where it comes from.
    pub source: Source,
    /// May follow later under 容缺受理.
    pub secondary: bool,
    /// For which projects; `None`: for all.
    pub when: Option<Condition>,
}

/// What comes out of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// Stable name, by which later items list it as a material.
    pub key: String,
    /// Its name.
    pub name: Text,
    /// How long it holds, in words.
    pub validity: String,
    /// How well that is founded.
    pub mark: Mark,
}

/// What the enterprise owes by law, beside or instead of what the authority owes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duty {
    /// Until when.
    pub within: DutyWithin,
    /// What must be done, counted from what.
    pub what: Text,
    /// The rule.
    pub citation: String,
    /// How well it is founded.
    pub mark: Mark,
}

/// How a duty's time is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DutyWithin {
    /// So long from the event named by the duty; zero means together with it.
    Limit(Limit),
    /// Once a year, in a window of the following year, both days included.
    YearlyWindow {
        /// Month and day the window opens.
        from: (i8, i8),
        /// Month and day it closes.
        until: (i8, i8),
    },
}

impl DutyWithin {
    /// First and last day of the window in which the report on `year` is due; `None` for a
    /// duty that is not yearly, or where the year has no such day.
    pub fn window_for(&self, year: i16) -> Option<(Date, Date)> {
        let DutyWithin::YearlyWindow { from, until } = self else { return None };
        let following = year.checked_add(1)?;
        let day = |(month, day)| Date::new(following, month, day).ok();
        Some((day(*from)?, day(*until)?))
    }
}

/// One edition of a catalogue item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// `S1-01` … `S4-17`.
    pub code: String,
    /// Stable name of the edition, pinned by the cases opened under it, e.g. `2019-1`.
    pub edition: String,
    /// When it is in force.
    pub effective: InForce,
    /// The platform's stage.
    pub stage: Stage,
    /// The phase of 国办发〔2019〕11号; `None`: outside the construction approvals.
    pub national_phase: Option<Phase>,
    /// What it is in law.
    pub kind: Kind,
    /// Its name.
    pub name: Text,
    /// The deciding agency.
    pub agency: String,
    /// Agencies that take part.
    pub co_agencies: Vec<String>,
    /// What it rests on.
    pub legal_basis: Vec<Citation>,
    /// The limit the law sets the authority.
    pub statutory: Option<RuledLimit>,
    /// The shorter limit the authority promises; zero means on the spot.
    pub committed: Option<RuledLimit>,
    /// The same on the 带方案出让 track.
    pub committed_plan_attached: Option<RuledLimit>,
    /// What the law sets the enterprise.
    pub duty: Option<Duty>,
    /// The one-time notice of corrections.
    pub correction: CorrectionRule,
    /// Delivery of the decision, from the decision.
    pub delivery: RuledLimit,
    /// Silence as consent, settled for the project; see [`Item::for_project`].
    pub consent_by_silence: Option<SilenceRule>,
    /// Opinions needed before the decision.
    pub opinions: Vec<OpinionRow>,
    /// Grounds on which time does not count.
    pub exclusions: Vec<Exclusion>,
    /// Whether it may be decided on commitment.
    pub commitment: Eligible,
    /// How a decision on commitment is checked; `Some` exactly when it may be.
    pub commitment_terms: Option<CommitmentTerms>,
    /// What must have been granted before; all of them.
    pub prerequisites: Vec<Prerequisite>,
    /// What it is decided on.
    pub materials: Vec<Material>,
    /// The words a decision may carry; the first ones that are not refusals let others go on.
    pub outcomes: Vec<String>,
    /// What comes out.
    pub output: Output,
    /// The older items it replaced.
    pub merges: Vec<String>,
    /// The parts of a joint item; each is one code, or several of which one fits the project.
    pub sub_items: Vec<Vec<String>>,
    /// For which projects; `None`: for all.
    pub applies: Option<Condition>,
    /// What is special.
    pub note: String,
}

impl Item {
    /// Whether a project with these facts needs the item.
    pub fn applies(&self, facts: &Facts) -> Applies {
        self.applies.as_ref().map_or(Applies::Yes, |condition| condition.holds(facts))
    }

    /// Decided on the spot: what is promised for the track is zero days.
    pub fn is_instant(&self, plan_attached: bool) -> bool {
        let promised = if plan_attached {
            self.committed_plan_attached.as_ref().or(self.committed.as_ref())
        } else {
            self.committed.as_ref()
        };
        promised.is_some_and(|promised| promised.limit.n == 0)
    }

    /// Whether it may be decided on commitment, at least on a condition.
    pub fn may_be_committed(&self) -> bool {
        matches!(self.commitment, Eligible::Yes | Eligible::Conditional(_))
    }

    /// The material with this key.
    pub fn material(&self, key: &str) -> Option<&Material> {
        self.materials.iter().find(|material| material.key == key)
    }

    /// The item as it reads for one project: limits of the case that holds, and only the
    /// opinions and materials that concern it. A case whose facts are unknown does not hold; an
    /// opinion or material whose facts are unknown stays.
    pub fn for_project(&self, facts: &Facts) -> Item {
        let mut item = self.clone();
        for limit in [&mut item.statutory, &mut item.committed, &mut item.committed_plan_attached] {
            let Some(limit) = limit else { continue };
            let Some(case) = limit.cases.iter().find(|case| case.when.holds(facts).is_yes()) else {
                continue;
            };
            if case.consent_by_silence {
                item.consent_by_silence =
                    Some(SilenceRule { after: case.limit, citation: case.citation.clone() });
            }
            limit.limit = case.limit;
            limit.citation = case.citation.clone();
            limit.mark = case.mark;
        }
        let concerns = |when: &Option<Condition>| {
            when.as_ref().is_none_or(|condition| condition.holds(facts) != Applies::No)
        };
        item.opinions.retain(|opinion| concerns(&opinion.when));
        item.materials.retain(|material| concerns(&material.when));
        item
    }
}
