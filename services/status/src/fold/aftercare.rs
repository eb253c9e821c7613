//! What the log of aftercare says of a project. Of a complaint only its course is kept, and its subject as
//! the agencies complained of may read it; what it says in confidence never enters here.

#![deny(clippy::wildcard_enum_match_arm)]

use super::{Facts, Matters, Told, date, unknown_kind};
use eventlog::Malformed;
use jiff::civil::Date;
use proto::aftercare::v1::{AftercareEvent, aftercare_event::Kind};
use rulebook::aftercare::ComplaintDays;
use std::collections::{BTreeMap, BTreeSet};

/// A project as the facts of its life after the launch have left it.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Aftercare {
    /// Facts stated for the matters of this stage, by key.
    pub(crate) stated: BTreeMap<String, String>,
    /// The matters of this stage.
    pub(crate) matters: Matters,
    /// Government commitments, by number.
    pub(crate) promises: BTreeMap<u32, Promise>,
    /// Complaints, by number.
    pub(crate) complaints: BTreeMap<u32, Complaint>,
    /// Duties to report that changes opened, by key, with the day of the change.
    pub(crate) changes: BTreeMap<String, Date>,
    /// Duties that were met by a report.
    pub(crate) reported: BTreeSet<String>,
    /// Contacts that left something to do, by number.
    pub(crate) contacts: BTreeMap<u32, Contact>,
    /// Ratings, by number.
    pub(crate) ratings: BTreeMap<u32, Rating>,
    /// Supervision orders, by number.
    pub(crate) orders: BTreeMap<u32, Order>,
    /// Service requests, by number.
    pub(crate) requests: BTreeMap<u32, ServiceRequest>,
}

/// A government commitment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Promise {
    /// What was promised.
    pub(crate) promise: String,
    /// The agency that owes it now.
    pub(crate) owner: String,
    /// Last day as it now stands.
    pub(crate) due: Date,
    /// The first day of performance that counts; none counts from a dispute until it is countersigned.
    pub(crate) performed_on: Option<Date>,
    disputed_away: Option<Date>,
}

/// A complaint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Complaint {
    /// Who complains, as a reference.
    pub(crate) complainant: String,
    /// The agency that handles it.
    pub(crate) lead: String,
    /// Agencies complained of.
    pub(crate) respondents: Vec<String>,
    /// What it is about, as the respondents may read it.
    pub(crate) subject: String,
    /// Its course.
    pub(crate) days: ComplaintDays,
}

/// What a contact of the secretary left to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Contact {
    /// What is to be done.
    pub(crate) follow_up: String,
    /// Last day; `None` where none was said.
    pub(crate) due: Option<Date>,
    /// The agency to which it was brought.
    pub(crate) agency: Option<String>,
}

/// A rating 好差评.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rating {
    /// Day.
    pub(crate) on: Date,
    /// Resource name of the matter.
    pub(crate) matter: String,
    /// The agency that is rated.
    pub(crate) agency: String,
    /// 1 very satisfied to 5 very dissatisfied.
    pub(crate) grade: u32,
    /// Day of the agency's answer.
    pub(crate) answered_on: Option<Date>,
}

/// A supervision order 督办.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Order {
    /// Day.
    pub(crate) on: Date,
    /// The agency that has to act.
    pub(crate) agency: String,
    /// What it has to do.
    pub(crate) subject: String,
    /// Last day.
    pub(crate) due: Date,
    /// Day on which it was closed.
    pub(crate) closed_on: Option<Date>,
}

/// A service request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ServiceRequest {
    /// Key of the service that is asked for.
    pub(crate) service: String,
    /// The request in words.
    pub(crate) subject: String,
    /// The agency that has it now.
    pub(crate) agency: String,
    /// Day since which the promise to answer runs; `None` while an answer stands, and once it is closed.
    pub(crate) promised_since: Option<Date>,
    /// Reference of the permit that it is about, with its last day as told last.
    pub(crate) permit: Option<(String, Date)>,
}

impl Facts for Aftercare {
    type Event = AftercareEvent;

    fn evolve(&mut self, event: &AftercareEvent) -> Result<Told, Malformed> {
        let on = date("occurred_on", &event.occurred_on)?;
        match event.kind.as_ref().ok_or_else(unknown_kind)? {
            Kind::Matter(matter) => return self.matters.evolve(matter),
            Kind::FactsStated(stated) => self.stated.extend(stated.facts.clone()),
            kind @ (Kind::PromiseMade(_)
            | Kind::PromiseReassigned(_)
            | Kind::PromiseCountersigned(_)
            | Kind::PromiseDisputed(_)
            | Kind::PromisePerformed(_)
            | Kind::PromiseChanged(_)) => self.promise(kind)?,
            kind @ (Kind::ComplaintFiled(_)
            | Kind::ComplaintSupplementAsked(_)
            | Kind::ComplaintSupplemented(_)
            | Kind::ComplaintAccepted(_)
            | Kind::ComplaintRefused(_)
            | Kind::ComplaintExtended(_)
            | Kind::ComplaintClosed(_)
            | Kind::ComplaintResultTold(_)
            | Kind::ComplaintWithdrawn(_)) => self.complaint(on, kind),
            Kind::ReportDutyOpened(opened) => {
                let changed_on = date("report_duty_opened.changed_on", &opened.changed_on)?;
                self.changes.insert(opened.duty.clone(), changed_on);
            }
            Kind::ReportFiled(filed) => {
                self.reported.insert(filed.duty.clone());
            }
            kind @ (Kind::ContactLogged(_)
            | Kind::FollowUpDone(_)
            | Kind::FollowUpEscalated(_)
            | Kind::Rated(_)
            | Kind::RatingAnswered(_)
            | Kind::OrderIssued(_)
            | Kind::OrderClosed(_)) => self.service(on, kind)?,
            kind @ (Kind::ServiceRequestRaised(_)
            | Kind::ServiceRequestHandedOn(_)
            | Kind::ServiceRequestAnswered(_)
            | Kind::ServiceRequestReturned(_)
            | Kind::ServiceRequestClosed(_)) => self.request(on, kind)?,
            // What intake and the earlier stages say is folded from their own logs; the rest moves nothing
            // that is open.
            Kind::ProjectAdmitted(_)
            | Kind::PriorMatter(_)
            | Kind::ComplaintAnswered(_)
            | Kind::ComplaintOverridden(_)
            | Kind::ReportCorrected(_)
            | Kind::ReportNoticed(_)
            | Kind::ReportOrdered(_)
            | Kind::ReportFined(_)
            | Kind::OrderEvidenced(_)
            | Kind::ServiceRequestTaken(_)
            | Kind::IncentiveClaimed(_)
            | Kind::IncentiveApproved(_)
            | Kind::IncentiveRefused(_)
            | Kind::IncentivePaid(_)
            | Kind::IncentiveClawedBack(_)
            | Kind::IncentiveRepaid(_)
            | Kind::InspectionDrawn(_)
            | Kind::InspectionVisited(_)
            | Kind::InspectionPublished(_)
            | Kind::AlarmRaised(_) => {}
        }
        Ok(Told::on(on))
    }
}

impl Aftercare {
    /// A step of a commitment; any other event leaves them as they are.
    fn promise(&mut self, kind: &Kind) -> Result<(), Malformed> {
        let all = &mut self.promises;
        if let Kind::PromiseMade(made) = kind {
            let (promise, owner) = (made.promise.clone(), made.owner.clone());
            let due = date("promise_made.due", &made.due)?;
            let (performed_on, disputed_away) = (None, None);
            all.insert(made.number, Promise { promise, owner, due, performed_on, disputed_away });
        } else if let Kind::PromiseReassigned(step) = kind {
            numbered(all, step.number, |promise| promise.owner.clone_from(&step.to));
        } else if let Kind::PromiseCountersigned(step) = kind {
            numbered(all, step.number, Promise::countersigned);
        } else if let Kind::PromiseDisputed(step) = kind {
            numbered(all, step.number, Promise::disputed);
        } else if let Kind::PromisePerformed(step) = kind {
            let on = date("promise_performed.performed_on", &step.performed_on)?;
            numbered(all, step.number, |promise| promise.performed(on));
        } else if let Kind::PromiseChanged(step) = kind {
            let due = date("promise_changed.due", &step.due)?;
            numbered(all, step.number, |promise| promise.due = due);
        }
        Ok(())
    }

    /// A step of a complaint; any other event leaves them as they are.
    fn complaint(&mut self, on: Date, kind: &Kind) {
        let all = &mut self.complaints;
        if let Kind::ComplaintFiled(filed) = kind {
            let complaint = Complaint {
                complainant: filed.complainant.clone(),
                lead: filed.lead.clone(),
                respondents: filed.respondents.clone(),
                subject: filed.subject.clone(),
                days: ComplaintDays::filed(on),
            };
            all.insert(filed.number, complaint);
        } else if let Kind::ComplaintSupplementAsked(step) = kind {
            numbered(all, step.number, |one| one.days.asked = Some(on));
        } else if let Kind::ComplaintSupplemented(step) = kind {
            numbered(all, step.number, |one| one.days.supplied = Some(on));
        } else if let Kind::ComplaintAccepted(step) = kind {
            numbered(all, step.number, |one| one.days.accepted = Some(on));
        } else if let Kind::ComplaintRefused(step) = kind {
            numbered(all, step.number, |one| one.days.refused = Some(on));
        } else if let Kind::ComplaintExtended(step) = kind {
            let extended = (on, step.working_days, step.reason.clone());
            numbered(all, step.number, |one| one.days.extended = Some(extended));
        } else if let Kind::ComplaintClosed(step) = kind {
            numbered(all, step.number, |one| one.days.closed = Some(on));
        } else if let Kind::ComplaintResultTold(step) = kind {
            numbered(all, step.number, |one| one.days.told = Some(on));
        } else if let Kind::ComplaintWithdrawn(step) = kind {
            numbered(all, step.number, |one| one.days.withdrawn = Some(on));
        }
    }

    /// A contact, a rating or an order; any other event leaves them as they are.
    fn service(&mut self, on: Date, kind: &Kind) -> Result<(), Malformed> {
        if let Kind::ContactLogged(logged) = kind {
            let due = last_day("contact_logged.due", &logged.due)?;
            let follow_up = logged.follow_up.clone();
            if !follow_up.is_empty() {
                let contact = Contact { follow_up, due, agency: None };
                self.contacts.insert(logged.number, contact);
            }
        } else if let Kind::FollowUpDone(step) = kind {
            self.contacts.remove(&step.number);
        } else if let Kind::FollowUpEscalated(step) = kind {
            let agency = Some(step.agency.clone());
            numbered(&mut self.contacts, step.number, |contact| contact.agency = agency);
        } else if let Kind::Rated(rated) = kind {
            let (matter, agency) = (rated.matter.clone(), rated.agency.clone());
            let rating = Rating { on, matter, agency, grade: rated.grade, answered_on: None };
            self.ratings.insert(rated.number, rating);
        } else if let Kind::RatingAnswered(step) = kind {
            numbered(&mut self.ratings, step.number, |rating| rating.answered_on = Some(on));
        } else if let Kind::OrderIssued(issued) = kind {
            let (agency, subject) = (issued.agency.clone(), issued.subject.clone());
            let due = date("order_issued.due", &issued.due)?;
            let order = Order { on, agency, subject, due, closed_on: None };
            self.orders.insert(issued.number, order);
        } else if let Kind::OrderClosed(step) = kind {
            numbered(&mut self.orders, step.number, |order| order.closed_on = Some(on));
        }
        Ok(())
    }
}

impl Aftercare {
    /// A step of a service request; any other event leaves them as they are.
    fn request(&mut self, on: Date, kind: &Kind) -> Result<(), Malformed> {
        let all = &mut self.requests;
        if let Kind::ServiceRequestRaised(raised) = kind {
            let last = last_day("service_request_raised.expires_on", &raised.expires_on)?;
            let request = ServiceRequest {
                service: raised.service.clone(),
                subject: raised.subject.clone(),
                agency: raised.agency.clone(),
                promised_since: Some(on),
                permit: last.map(|last| (raised.permit.clone(), last)),
            };
            all.insert(raised.number, request);
        } else if let Kind::ServiceRequestHandedOn(step) = kind {
            numbered(all, step.number, |one| one.agency.clone_from(&step.to));
        } else if let Kind::ServiceRequestAnswered(step) = kind {
            let last = last_day("service_request_answered.expires_on", &step.expires_on)?;
            numbered(all, step.number, |one| {
                one.promised_since = None;
                if let (Some(last), Some((_, expires_on))) = (last, one.permit.as_mut()) {
                    *expires_on = last;
                }
            });
        } else if let Kind::ServiceRequestReturned(step) = kind {
            numbered(all, step.number, |one| one.promised_since = Some(on));
        } else if let Kind::ServiceRequestClosed(step) = kind {
            numbered(all, step.number, |one| one.promised_since = None);
        }
        Ok(())
    }
}

/// A date that may be left out.
fn last_day(field: &str, text: &str) -> Result<Option<Date>, Malformed> {
    Some(text).filter(|text| !text.is_empty()).map(|text| date(field, text)).transpose()
}

/// Changes the entry of a number, if there is one.
fn numbered<T>(entries: &mut BTreeMap<u32, T>, number: u32, change: impl FnOnce(&mut T)) {
    if let Some(entry) = entries.get_mut(&number) {
        change(entry);
    }
}

impl Promise {
    fn performed(&mut self, on: Date) {
        self.performed_on = Some(self.performed_on.map_or(on, |before| before.min(on)));
    }

    fn disputed(&mut self) {
        let shown = self.performed_on.take().into_iter().chain(self.disputed_away);
        self.disputed_away = shown.min();
    }

    fn countersigned(&mut self) {
        let shown = self.performed_on.into_iter().chain(self.disputed_away.take());
        self.performed_on = shown.min();
    }
}
