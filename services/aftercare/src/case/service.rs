//! The service secretary's contacts, ratings 好差评, supervision orders 督办, and everything that is open.

use super::{
    event::{ContactLogged, FollowUpEscalated, OrderIssued, Rated},
    promise::Standing,
    report,
    request::permits,
    state::Case,
};
use desk::docket::Bench;
use jiff::civil::Date;

/// A contact and what became of what it left to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// As it was logged.
    pub logged: ContactLogged,
    /// What came of the follow-up.
    pub done: Option<String>,
    /// To whom it was brought.
    pub escalated: Option<FollowUpEscalated>,
}

/// A rating and what the agency answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rating {
    /// As it was given.
    pub rated: Rated,
    /// Day.
    pub on: Date,
    /// What was mended.
    pub answer: Option<String>,
}

impl Rating {
    /// Last day to mend what a bad grade is about; `None` for other grades.
    #[must_use]
    pub fn due(&self, bench: &Bench) -> Option<Date> {
        let row = bench.law.aftercare.limit("rating_mending").filter(|_| self.rated.grade >= 4)?;
        Some(row.from(self.on).deadline(&bench.calendar)?.due)
    }
}

/// A supervision order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// As it was issued.
    pub issued: OrderIssued,
    /// Day.
    pub on: Date,
    /// What was shown.
    pub evidence: Vec<String>,
    /// What came of it.
    pub result: Option<String>,
}

/// One thing that is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Open {
    /// follow_up, promise, complaint, report, rating, order, request, permit or matter.
    pub kind: &'static str,
    /// Its number or key.
    pub key: String,
    /// What it is about, without anything secret.
    pub subject: String,
    /// The agency that has to act; empty when another party has.
    pub agency: String,
    /// Last day.
    pub due: Option<Date>,
}

/// Everything that is open in a project, in the order of its last days.
#[must_use]
pub fn open(case: &Case, bench: &Bench) -> Vec<Open> {
    let mut open = Vec::new();
    let rules = &bench.law.aftercare;
    let item = |kind, key: String, subject: &str, agency: &str, due| Open {
        kind,
        key,
        subject: subject.to_owned(),
        agency: agency.to_owned(),
        due,
    };
    for contact in case.contacts.iter().filter(|one| one.done.is_none()) {
        let (logged, to) = (&contact.logged, contact.escalated.as_ref());
        if !logged.follow_up.is_empty() {
            let agency = to.map_or("", |to| &to.agency);
            let due = logged.due.parse().ok();
            open.push(item("follow_up", logged.number.to_string(), &logged.follow_up, agency, due));
        }
    }
    for promise in &case.promises {
        if matches!(promise.standing(bench.date), Standing::Open | Standing::Broken) {
            let (made, due) = (&promise.made, Some(promise.due));
            let key = made.number.to_string();
            open.push(item("promise", key, &made.promise, promise.owner(), due));
        }
    }
    for complaint in &case.complaints {
        if let Some(next) = complaint.next(rules, &bench.calendar) {
            let filed = &complaint.filed;
            let agency = if next.what == "supplement" { "" } else { filed.lead.as_str() };
            let key = filed.number.to_string();
            open.push(item("complaint", key, &filed.subject, agency, Some(next.due)));
        }
    }
    for duty in report::duties(case, bench.date, rules, &bench.calendar) {
        if duty.met.is_none() {
            open.push(item("report", duty.key, duty.kind, "", Some(duty.due)));
        }
    }
    for rating in case.ratings.iter().filter(|one| one.answer.is_none()) {
        if let Some(due) = rating.due(bench) {
            let rated = &rating.rated;
            let key = rated.number.to_string();
            open.push(item("rating", key, &rated.matter, &rated.agency, Some(due)));
        }
    }
    for order in case.orders.iter().filter(|one| one.result.is_none()) {
        let (issued, due) = (&order.issued, Some(order.issued.due));
        let key = issued.number.to_string();
        open.push(item("order", key, &issued.subject, &issued.agency, due));
    }
    for request in &case.requests {
        if let Some(promised) = request.promised(bench) {
            let (raised, due) = (&request.raised, Some(promised.due));
            let key = raised.number.to_string();
            open.push(item("request", key, &raised.subject, request.agency(), due));
        }
    }
    for permit in permits(case, bench).into_iter().filter(|one| bench.date >= one.remind_from) {
        let due = Some(permit.expires_on);
        open.push(item("permit", permit.reference, &permit.service, "", due));
    }
    for (id, matter) in &case.matters {
        if matter.decided().is_none() {
            open.push(item("matter", id.to_string(), id.item(), &matter.terms.agency, None));
        }
    }
    open.sort_by_key(|one| one.due.unwrap_or(Date::MAX));
    open
}

/// Whether a key project has no service secretary (大政发〔2020〕24号 (十六)).
#[must_use]
pub fn alarm(case: &Case) -> bool {
    let admitted = case.admitted.as_ref();
    admitted.is_some_and(|admitted| admitted.key_project && admitted.secretary.is_empty())
}
