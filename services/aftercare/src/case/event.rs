//! What can happen to a project after its launch. Facts only; names and meanings are storage format
//! (`AftercareEvent` in proto).

mod incentive;
mod inspection;
mod promise;

use super::wire::{Part, facts, parts};
use desk::fields::Fields;
use eventlog::Malformed;
use jiff::civil::Date;
use proto::aftercare::v1::{self as pb, aftercare_event::Kind};
use rulebook::matter::{self, MatterId};
use std::collections::BTreeMap;

pub use incentive::{
    IncentiveApproved, IncentiveClaimed, IncentiveClawedBack, IncentivePaid, IncentiveRefused,
    IncentiveRepaid,
};
pub use inspection::{
    InspectionCandidate, InspectionDrawn, InspectionPublished, InspectionVisited,
};
pub use promise::{
    PromiseChanged, PromiseCountersigned, PromiseDisputed, PromiseMade, PromisePerformed,
    PromiseReassigned,
};

/// A fact with its date in law.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Date in law, Asia/Shanghai.
    pub on: Date,
    /// What happened.
    pub fact: Fact,
}

impl Fact {
    /// The fact with its date in law.
    #[must_use]
    pub fn on(self, on: Date) -> Event {
        Event { on, fact: self }
    }
}

impl Event {
    /// The event as it is stored.
    pub(super) fn write(&self) -> pb::AftercareEvent {
        pb::AftercareEvent { occurred_on: self.on.to_string(), kind: Some(self.fact.to_wire()) }
    }

    /// A stored event.
    pub(super) fn read(stored: pb::AftercareEvent) -> Result<Self, Malformed> {
        let missing = |field: &str| Malformed(format!("{field}: missing or unreadable"));
        let on = stored.occurred_on.parse().map_err(|_| missing("occurred_on"))?;
        let kind = stored.kind.ok_or_else(|| missing("kind"))?;
        let fact = Fact::of(kind).map_err(|(field, must)| Malformed(format!("{field}: {must}")))?;
        Ok(Self { on, fact })
    }
}

facts! {
    /// Intake gave the project its code, or its facts changed since.
    ProjectAdmitted "project_admitted" {
        /// Project code.
        project_code: String,
        /// Project name in Chinese.
        name_zh: String,
        /// Project name in English.
        name_en: String,
        /// GB/T 2260 code of the district.
        district: String,
        /// Whether it is a key project (大政发〔2020〕24号 (十五)).
        key_project: bool,
        /// Reference of the service secretary; empty while there is none.
        secretary: String,
        /// Facts that are known and not asked for again, by key.
        facts: BTreeMap<String, String>,
    }
    /// A matter of an earlier stage was granted, or its permit ended.
    PriorMatter "prior_matter" {
        /// Resource name of that matter.
        matter: String,
        /// Item code.
        item: String,
        /// Whether its permit is in force.
        in_force: bool,
    }
    /// The enterprise stated facts on which matters of this stage depend.
    FactsStated "facts_stated" {
        /// Fact key of the catalogue to value as written.
        facts: BTreeMap<String, String>,
    }
    /// An authority made a written commitment (外商投资法实施条例 art. 27).
    PromiseMade "promise_made";
    /// Another agency takes a commitment over; nothing else of it changes (条例 art. 28).
    PromiseReassigned "promise_reassigned";
    /// The enterprise countersigns the record as it stands.
    PromiseCountersigned "promise_countersigned";
    /// The enterprise disputes the record.
    PromiseDisputed "promise_disputed";
    /// The owner shows that it did what was promised.
    PromisePerformed "promise_performed";
    /// A change in the public interest, by procedure and with compensation (外商投资法 art. 25).
    PromiseChanged "promise_changed";
    /// The enterprise complains (外商投资企业投诉工作办法 art. 2); no permit stands still for it.
    ComplaintFiled "complaint_filed" {
        /// Number within the project, from 1.
        number: u32,
        /// Who complains, as a reference.
        complainant: String,
        /// Code of the agency that handles it, never one that is complained of.
        lead: String,
        /// Codes of the agencies complained of.
        respondents: Vec<String>,
        /// What it is about, as the respondents may read it.
        subject: String,
        /// What only the handling agency may read.
        secret: String,
        /// What is handed in with it.
        materials: Vec<String>,
    }
    /// The one notice of everything that is missing (art. 14).
    ComplaintSupplementAsked "complaint_supplement_asked" {
        /// Number within the project, from 1.
        number: u32,
        /// Everything that is missing.
        missing: Vec<String>,
        /// Number of the written notice.
        notice: String,
    }
    /// The complainant supplies what was missing.
    ComplaintSupplemented "complaint_supplemented" {
        /// Number within the project, from 1.
        number: u32,
        /// What is handed in.
        materials: Vec<String>,
    }
    /// The complaint is accepted (art. 15).
    ComplaintAccepted "complaint_accepted" {
        /// Number within the project, from 1.
        number: u32,
        /// Number of the written notice.
        notice: String,
    }
    /// The complaint is not accepted (art. 15).
    ComplaintRefused "complaint_refused" {
        /// Number within the project, from 1.
        number: u32,
        /// Reasons, as told to the complainant.
        reasons: String,
        /// Number of the written notice.
        notice: String,
    }
    /// An agency complained of answers the handling agency.
    ComplaintAnswered "complaint_answered" {
        /// Number within the project, from 1.
        number: u32,
        /// Code of the agency.
        agency: String,
        /// Its answer.
        answer: String,
    }
    /// The handling agency goes on without the answers that are missing.
    ComplaintOverridden "complaint_overridden" {
        /// Number within the project, from 1.
        number: u32,
        /// Codes of the agencies that have not answered.
        agencies: Vec<String>,
        /// Why it does not wait for them.
        reason: String,
    }
    /// The time to close is prolonged, once, with reasons (art. 19).
    ComplaintExtended "complaint_extended" {
        /// Number within the project, from 1.
        number: u32,
        /// By how many working days.
        working_days: u32,
        /// The reason.
        reason: String,
        /// Number of the notice to the complainant.
        notice: String,
    }
    /// The complaint is closed, with one reply for all agencies (art. 18).
    ComplaintClosed "complaint_closed" {
        /// Number within the project, from 1.
        number: u32,
        /// The result.
        result: String,
    }
    /// The result was told in writing (art. 22).
    ComplaintResultTold "complaint_result_told" {
        /// Number within the project, from 1.
        number: u32,
        /// Number of the document.
        document: String,
    }
    /// The complainant withdraws.
    ComplaintWithdrawn "complaint_withdrawn" {
        /// Number within the project, from 1.
        number: u32,
        /// Why; may be empty.
        reason: String,
    }
    /// A change opens a duty to report (外商投资信息报告办法 art. 11).
    ReportDutyOpened "report_duty_opened" {
        /// Key of the duty: initial, change-N or annual-YEAR.
        duty: String,
        /// Keys of the facts that changed.
        changed: Vec<String>,
        /// Day of the change.
        changed_on: Date,
    }
    /// The enterprise reports.
    ReportFiled "report_filed" {
        /// Number within the project, from 1.
        number: u32,
        /// Key of the duty: initial, change-N or annual-YEAR.
        duty: String,
        /// Field to value: what was held already and what was asked for.
        values: BTreeMap<String, String>,
    }
    /// The enterprise corrects a report; the original stays.
    ReportCorrected "report_corrected" {
        /// Number of the report.
        number: u32,
        /// Field to corrected value.
        values: BTreeMap<String, String>,
        /// Why.
        reason: String,
    }
    /// A notice to report or to correct (art. 19).
    ReportNoticed "report_noticed" {
        /// Key of the duty: initial, change-N or annual-YEAR.
        duty: String,
        /// Number of the notice.
        document: String,
    }
    /// An order to correct after the notice went unheeded (art. 25).
    ReportOrdered "report_ordered" {
        /// Key of the duty: initial, change-N or annual-YEAR.
        duty: String,
        /// Number of the order.
        document: String,
    }
    /// A fine after the order went unheeded (art. 25).
    ReportFined "report_fined" {
        /// Key of the duty: initial, change-N or annual-YEAR.
        duty: String,
        /// Row of the rule: ordinary or serious.
        row: String,
        /// Amount in fen of CNY.
        amount_fen: u64,
        /// Reasons.
        reasons: String,
        /// Number of the decision.
        document: String,
    }
    /// A contact of the service secretary with the enterprise (大政发〔2020〕24号 (十六)).
    ContactLogged "contact_logged" {
        /// Number within the project, from 1.
        number: u32,
        /// Reference of the secretary.
        secretary: String,
        /// visit, call, message or meeting.
        channel: String,
        /// What was talked about.
        summary: String,
        /// What is to be done; empty when nothing is.
        follow_up: String,
        /// Last day for it, YYYY-MM-DD; empty when nothing is to be done.
        due: String,
    }
    /// What a contact left to do is done.
    FollowUpDone "follow_up_done" {
        /// Number of the contact.
        number: u32,
        /// What came of it.
        result: String,
    }
    /// What a contact left to do is brought to an agency.
    FollowUpEscalated "follow_up_escalated" {
        /// Number of the contact.
        number: u32,
        /// Code of the agency.
        agency: String,
        /// Why.
        reason: String,
    }
    /// A matter is rated once for each step 好差评.
    Rated "rated" {
        /// Number within the project, from 1.
        number: u32,
        /// Who rates, as a reference; hidden from the rated.
        rater: String,
        /// Resource name of the matter.
        matter: String,
        /// Code of the agency that is rated.
        agency: String,
        /// Step of the matter.
        step: String,
        /// 1 非常满意, 2 满意, 3 基本满意, 4 不满意, 5 非常不满意.
        grade: u32,
        /// In words; may be empty.
        remark: String,
    }
    /// The agency says what it has mended, and that it called back.
    RatingAnswered "rating_answered" {
        /// Number of the rating.
        number: u32,
        /// What was mended.
        answer: String,
    }
    /// A supervision order 督办.
    OrderIssued "order_issued" {
        /// Number within the project, from 1.
        number: u32,
        /// Code of the agency that orders.
        issuer: String,
        /// Code of the agency that has to act.
        agency: String,
        /// What it has to do.
        subject: String,
        /// What it rests on, e.g. promise 1 or complaint 2.
        cause: String,
        /// Last day.
        due: Date,
    }
    /// The agency shows what it did.
    OrderEvidenced "order_evidenced" {
        /// Number of the order.
        number: u32,
        /// Document that shows it.
        evidence: String,
    }
    /// The order is closed on evidence.
    OrderClosed "order_closed" {
        /// Number of the order.
        number: u32,
        /// What came of it.
        result: String,
    }
    /// The enterprise claims an incentive.
    IncentiveClaimed "incentive_claimed";
    /// The deciding agency approves a claim, in whole or in part.
    IncentiveApproved "incentive_approved";
    /// The deciding agency refuses a claim.
    IncentiveRefused "incentive_refused";
    /// The paying agency pays on a claim.
    IncentivePaid "incentive_paid";
    /// What was paid is ordered back.
    IncentiveClawedBack "incentive_clawed_back";
    /// What was ordered back has come in.
    IncentiveRepaid "incentive_repaid";
    /// Projects and inspectors were drawn 双随机.
    InspectionDrawn "inspection_drawn";
    /// Agencies visited the project.
    InspectionVisited "inspection_visited";
    /// The result of a visit was made public.
    InspectionPublished "inspection_published";
}
