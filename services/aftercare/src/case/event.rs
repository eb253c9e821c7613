//! What can happen to a project after its launch. Facts only; names and meanings are storage format
//! (`AftercareEvent` in proto). A theme that has a file of its own is listed here by name.

mod complaint;
mod incentive;
mod inspection;
mod request;

use super::wire::{Part, facts, parts};
use desk::fields::Fields;
use eventlog::Malformed;
use jiff::civil::Date;
use proto::aftercare::v1::{self as pb, aftercare_event::Kind};
use rulebook::matter::{self, MatterId};
use std::collections::BTreeMap;

pub use inspection::InspectionCandidate;

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
    [complaint:
        ComplaintFiled "complaint_filed",
        ComplaintSupplementAsked "complaint_supplement_asked",
        ComplaintSupplemented "complaint_supplemented",
        ComplaintAccepted "complaint_accepted",
        ComplaintRefused "complaint_refused",
        ComplaintAnswered "complaint_answered",
        ComplaintOverridden "complaint_overridden",
        ComplaintExtended "complaint_extended",
        ComplaintClosed "complaint_closed",
        ComplaintResultTold "complaint_result_told",
        ComplaintWithdrawn "complaint_withdrawn",
    ]
    [request:
        ServiceRequestRaised "service_request_raised",
        ServiceRequestTaken "service_request_taken",
        ServiceRequestHandedOn "service_request_handed_on",
        ServiceRequestAnswered "service_request_answered",
        ServiceRequestReturned "service_request_returned",
        ServiceRequestClosed "service_request_closed",
    ]
    [incentive:
        IncentiveClaimed "incentive_claimed",
        IncentiveApproved "incentive_approved",
        IncentiveRefused "incentive_refused",
        IncentivePaid "incentive_paid",
        IncentiveClawedBack "incentive_clawed_back",
        IncentiveRepaid "incentive_repaid",
    ]
    [inspection:
        InspectionDrawn "inspection_drawn",
        InspectionVisited "inspection_visited",
        InspectionPublished "inspection_published",
    ]
    /// Something is not done by its last day, or an inspection goes beyond its ceiling.
    AlarmRaised "alarm_raised" {
        /// yellow or red.
        kind: String,
        /// What it is about, e.g. complaints/2.
        subject: String,
        /// Which limit of it.
        limit: String,
        /// Last day of the limit.
        due: Date,
        /// The rule that sets the limit.
        citation: String,
        /// Code of the agency whose turn it was; empty where it was the enterprise's.
        agency: String,
    }
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
        /// Reference of the enterprise whose project it is; empty where nobody was named.
        owner: String,
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
    PromiseMade "promise_made" {
        /// Number within the project, from 1.
        number: u32,
        /// What was promised.
        promise: String,
        /// Law or policy on which the power to promise rests, with its article.
        legal_basis: String,
        /// Written document.
        document: String,
        /// Code of the agency that owes it.
        owner: String,
        /// Last day on which it is kept in time.
        due: Date,
    }
    /// Another agency takes a commitment over; nothing else of it changes (条例 art. 28).
    PromiseReassigned "promise_reassigned" {
        /// Number of the commitment.
        number: u32,
        /// Code of the agency that owed it.
        from: String,
        /// Code of the agency that owes it now.
        to: String,
        /// Document of the reorganisation.
        document: String,
    }
    /// The enterprise countersigns the record as it stands.
    PromiseCountersigned "promise_countersigned" {
        /// Number of the commitment.
        number: u32,
    }
    /// The enterprise disputes the record.
    PromiseDisputed "promise_disputed" {
        /// Number of the commitment.
        number: u32,
        /// On which grounds.
        grounds: String,
    }
    /// The owner shows that it did what was promised.
    PromisePerformed "promise_performed" {
        /// Number of the commitment.
        number: u32,
        /// Day on which it was done.
        performed_on: Date,
        /// Document that shows it.
        evidence: String,
    }
    /// A change in the public interest, by procedure and with compensation (外商投资法 art. 25).
    PromiseChanged "promise_changed" {
        /// Number of the commitment.
        number: u32,
        /// The public interest.
        ground: String,
        /// Decision that changed it.
        document: String,
        /// Compensation in fen of CNY.
        compensation_fen: u64,
        /// New last day.
        due: Date,
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
        /// Last day for it; none when nothing is to be done.
        due: Option<Date>,
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
}
