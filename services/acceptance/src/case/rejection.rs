//! Why something is refused: sentences for the person at the desk, each with a stable code and its article.

mod chinese;

use desk::refuse::Refusal;
use jiff::civil::Date;
use rulebook::matter::MatterId;

/// Why something is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs)] // Each field is what its name says; the sentence says the rest.
pub enum Rejection {
    /// An earlier stage stopped the project.
    #[error("the project is stopped: {because}")]
    ProjectStopped { because: String },
    /// There is no construction permit.
    #[error("the construction permit has not been issued")]
    NoPermit,
    /// The construction permit lapsed by itself.
    #[error("the construction permit lapsed by itself: construction did not begin by {due}")]
    PermitLapsed { due: Date },
    /// The construction permit was revoked or ended.
    #[error("the construction permit is not in force")]
    PermitNotInForce,
    /// No units are declared, or none in the phase.
    #[error("no units are declared there; declare the units of the works first")]
    NoUnits,
    /// A unit was never declared.
    #[error("unit {unit} is not declared")]
    UnknownUnit { unit: String },
    /// A unit is part of an application and cannot be declared anew.
    #[error("unit {unit} is part of {matter} and cannot be declared anew")]
    UnitFixed { unit: String, matter: MatterId },
    /// A part that cannot be used on its own.
    #[error("unit {unit} cannot be used on its own; it is accepted with the rest of its phase")]
    NotIndependent { unit: String },
    /// Environmental facilities are accepted phase by phase.
    #[error("{item} is accepted phase by phase; phase {phase} has other units")]
    PhaseByPhase { item: String, phase: String },
    /// A joint item is applied for by unit or phase, not on a form.
    #[error("{item} is applied for jointly, for a unit or a phase; its members follow from it")]
    AppliedForJointly { item: String },
    /// Facts must be known first.
    #[error("these facts must be stated first: {}", .facts.join(", "))]
    FactsMissing { facts: Vec<String> },
    /// Something must be granted first.
    #[error("{item} needs these first: {}", .codes.join(", "))]
    PrerequisiteMissing { item: String, codes: Vec<String>, article: String },
    /// It was applied for, or is held, already.
    #[error("{item} is applied for, or held, already: {matter}")]
    AlreadyApplied { item: String, matter: MatterId },
    /// The material is held or shared and is not asked for.
    #[error("{material} need not be brought: the platform gets it from {from}")]
    MaterialHeld { material: String, from: String },
    /// A survey's result without its hash cannot be referred to.
    #[error("the survey's result needs its hash, so that others can refer to it")]
    SurveyWithoutHash,
    /// There is no such survey.
    #[error("{matter} has delivered no survey")]
    NoSurvey { matter: MatterId },
    /// The corrected result is the one that is held.
    #[error("version {version} of the survey is this very result")]
    SurveyUnchanged { version: u32 },
    /// The matter is no joint acceptance.
    #[error("{matter} is no joint acceptance")]
    NotJoint { matter: MatterId },
    /// A rest day is no day on site.
    #[error("{on} is a rest day; the members come on a working day")]
    RestDay { on: Date },
    /// The day on site lies in the past.
    #[error("the day on site cannot be before {today}")]
    DayPast { today: Date },
    /// No day on site is fixed.
    #[error("no day on site is fixed for round {round}")]
    NoInspectionDay { round: u32 },
    /// Another day was fixed.
    #[error("the day on site is {fixed}, one for all")]
    AnotherDay { fixed: Date },
    /// The members were on site already.
    #[error("the members were on site on {on} in this round")]
    InspectionOver { on: Date },
    /// The members were not on site yet.
    #[error("the members have not been on site in round {round}")]
    NotInspected { round: u32 },
    /// Nobody has anything to examine.
    #[error("no member has anything to examine")]
    NobodyOpen,
    /// Not a member.
    #[error("{member} is no member of this joint acceptance")]
    UnknownMember { member: String },
    /// A member that has said what it found is not asked again.
    #[error(
        "{member} gave its result on {on}; only failed members, and those that rest on changed data, look again"
    )]
    MemberNotOpen { member: String, on: Date },
    /// A member passes, asks to put right, or is not concerned.
    #[error(
        "a member passes, asks for something to be put right, or is not concerned; it sets no conditions"
    )]
    NoConditions,
    /// The list waits for the applicant.
    #[error("list {number} waits for the applicant's report")]
    ReportAwaited { number: String },
    /// Nothing is listed.
    #[error("no list waits for a report")]
    NothingListed,
    /// Members are open.
    #[error("these members have not said what they found: {}", .members.join(", "))]
    MembersOpen { members: Vec<String> },
    /// Members failed it.
    #[error("these members ask for something to be put right: {}", .members.join(", "))]
    MembersFailed { members: Vec<String> },
    /// Members rest on data that was replaced.
    #[error("these members rest on data that was replaced since: {}", .members.join(", "))]
    MembersStale { members: Vec<String> },
    /// Permits ask for what is not done yet.
    #[error("conditions of permits are not met yet: {}", .conditions.join("; "))]
    ConditionsOpen { conditions: Vec<String> },
    /// A joint acceptance ends with its opinion.
    #[error("a joint acceptance ends with its opinion, or with the applicant's withdrawal")]
    EndsWithOpinion,
    /// The opinion is never changed.
    #[error(
        "version {version} of the opinion is issued and never changed; a new version needs a reason"
    )]
    OpinionIssued { version: u32 },
    /// There is nothing to correct.
    #[error("no opinion is issued that could be corrected")]
    NothingToCorrect,
    /// A gate is closed.
    #[error("{act} has to wait for: {}", .missing.join(", "))]
    GateClosed { gate: String, act: String, missing: Vec<String>, article: String },
    /// Construction began before.
    #[error("construction began on {on}")]
    AlreadyStarted { on: Date },
    /// Construction has not begun.
    #[error("construction has not begun")]
    NotStarted,
    /// Extended twice.
    #[error("the time to begin was extended twice; there is no third time")]
    ExtendedTwice,
    /// More than the law allows.
    #[error("each extension is one to three months")]
    ExtensionTooLong,
    /// After the limit.
    #[error("the time to begin ended on {due}; it had to be extended by then")]
    TooLateToExtend { due: Date },
    /// Construction stands still.
    #[error("construction has stood still since {since}")]
    AlreadyStopped { since: Date },
    /// Construction goes on.
    #[error("construction does not stand still")]
    NotStopped,
    /// The stoppage is reported.
    #[error("the stoppage was reported on {on}")]
    AlreadyReported { on: Date },
    /// A year of standing still.
    #[error(
        "construction has stood still since {since}, a full year; the permit is verified again first"
    )]
    ReverificationNeeded { since: Date },
    /// Done before.
    #[error("unit {unit}: this was recorded for {on}")]
    AlreadyDone { unit: String, on: Date },
    /// The owner has not accepted.
    #[error("the owner has not accepted unit {unit}")]
    NotAcceptedByOwner { unit: String },
    /// Nothing is overdue.
    #[error("nothing has run out")]
    NotRunOut,
}

const SITE: &str = "国办发〔2019〕11号 (八)";
const CONSTRUCTION: &str = "建筑法 art. 9";
const STOPPAGE: &str = "建筑法 art. 10";
const ONCE: &str = "大政发〔2020〕24号 (十九)";
const PHASES: &str = "建设项目环境保护管理条例 art. 18";
const SURVEY: &str = "自然资规〔2019〕2号 三";
const QUALITY: &str = "建设工程质量管理条例 art. 16";

impl Rejection {
    /// Stable code, and the article.
    #[must_use]
    pub fn code(&self) -> (&'static str, &str) {
        use Rejection as R;
        match self {
            R::ProjectStopped { because } => ("PROJECT_STOPPED", because),
            R::NoPermit => ("NO_CONSTRUCTION_PERMIT", "建筑法 art. 7"),
            R::PermitLapsed { .. } => ("PERMIT_LAPSED", CONSTRUCTION),
            R::PermitNotInForce => ("PERMIT_NOT_IN_FORCE", "建筑法 art. 7"),
            R::NoUnits => ("NO_UNITS", SITE),
            R::UnknownUnit { .. } => ("UNKNOWN_UNIT", SITE),
            R::UnitFixed { .. } => ("UNIT_FIXED", SITE),
            R::NotIndependent { .. } => ("UNIT_NOT_INDEPENDENT", SITE),
            R::PhaseByPhase { .. } => ("PHASE_BY_PHASE", PHASES),
            R::AppliedForJointly { .. } => ("APPLIED_FOR_JOINTLY", SITE),
            R::FactsMissing { .. } => ("FACTS_MISSING", "行政许可法 art. 31"),
            R::PrerequisiteMissing { article, .. } => ("PREREQUISITE_MISSING", article),
            R::AlreadyApplied { .. } => ("ALREADY_APPLIED", ONCE),
            R::MaterialHeld { .. } => ("HELD_MATERIAL", ONCE),
            R::SurveyWithoutHash => ("SURVEY_WITHOUT_HASH", SURVEY),
            R::NoSurvey { .. } => ("NO_SURVEY", SURVEY),
            R::SurveyUnchanged { .. } => ("SURVEY_UNCHANGED", SURVEY),
            R::NotJoint { .. } => ("NOT_JOINT", SITE),
            R::RestDay { .. } => ("REST_DAY", SITE),
            R::DayPast { .. } => ("DAY_PAST", SITE),
            R::NoInspectionDay { .. } => ("NO_INSPECTION_DAY", SITE),
            R::AnotherDay { .. } => ("ANOTHER_DAY", SITE),
            R::InspectionOver { .. } => ("INSPECTION_OVER", SITE),
            R::NotInspected { .. } => ("NOT_INSPECTED", SITE),
            R::NobodyOpen => ("NOBODY_OPEN", SITE),
            R::UnknownMember { .. } => ("UNKNOWN_MEMBER", SITE),
            R::MemberNotOpen { .. } => ("MEMBER_NOT_OPEN", SITE),
            R::NoConditions => ("NO_CONDITIONS", SITE),
            R::ReportAwaited { .. } => ("REPORT_AWAITED", SITE),
            R::NothingListed => ("NOTHING_LISTED", SITE),
            R::MembersOpen { .. } => ("MEMBERS_OPEN", SITE),
            R::MembersFailed { .. } => ("MEMBERS_FAILED", SITE),
            R::MembersStale { .. } => ("MEMBERS_STALE", SURVEY),
            R::ConditionsOpen { .. } => ("CONDITIONS_OPEN", "行政许可法 art. 61"),
            R::EndsWithOpinion => ("ENDS_WITH_OPINION", SITE),
            R::OpinionIssued { .. } => ("OPINION_ISSUED", SITE),
            R::NothingToCorrect => ("NOTHING_TO_CORRECT", SITE),
            R::GateClosed { article, .. } => ("GATE_CLOSED", article),
            R::AlreadyStarted { .. } => ("ALREADY_STARTED", CONSTRUCTION),
            R::NotStarted => ("NOT_STARTED", STOPPAGE),
            R::ExtendedTwice => ("EXTENDED_TWICE", CONSTRUCTION),
            R::ExtensionTooLong => ("EXTENSION_TOO_LONG", CONSTRUCTION),
            R::TooLateToExtend { .. } => ("TOO_LATE_TO_EXTEND", CONSTRUCTION),
            R::AlreadyStopped { .. } => ("ALREADY_STOPPED", STOPPAGE),
            R::NotStopped => ("NOT_STOPPED", STOPPAGE),
            R::AlreadyReported { .. } => ("ALREADY_REPORTED", STOPPAGE),
            R::ReverificationNeeded { .. } => ("REVERIFICATION_NEEDED", STOPPAGE),
            R::AlreadyDone { .. } => ("ALREADY_DONE", QUALITY),
            R::NotAcceptedByOwner { .. } => ("NOT_ACCEPTED_BY_OWNER", QUALITY),
            R::NotRunOut => ("NOT_RUN_OUT", SITE),
        }
    }
}

impl From<Rejection> for Refusal {
    fn from(rejection: Rejection) -> Self {
        let (reason, article) = rejection.code();
        let details = match &rejection {
            Rejection::GateClosed { gate, missing, .. } => {
                vec![("gate", gate.clone()), ("missing", missing.join(","))]
            }
            Rejection::PrerequisiteMissing { codes, .. } => vec![("missing", codes.join(","))],
            Rejection::ConditionsOpen { conditions } => {
                vec![("conditions", conditions.join(","))]
            }
            Rejection::FactsMissing { facts } => vec![("facts", facts.join(","))],
            Rejection::AlreadyApplied { matter, .. } => vec![("matter", matter.to_string())],
            Rejection::MaterialHeld { material, from } => {
                vec![("material", material.clone()), ("source", from.clone())]
            }
            _ => Vec::new(),
        };
        Refusal::Rule {
            reason,
            article: article.to_owned(),
            en: rejection.to_string(),
            zh: rejection.zh(),
            details,
        }
    }
}
