//! A service request: who has it, what was promised by when, and the permits that it told of.

use super::{
    event::{Event, Fact, ServiceRequestRaised},
    state::Case,
    take::numbered,
};
use desk::docket::Bench;
use jiff::civil::Date;
use rulebook::clock::{Deadline, latest_before};

/// A service request as its events have left it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceRequest {
    /// As it was raised.
    pub raised: ServiceRequestRaised,
    /// Day.
    pub on: Date,
    /// The agencies that had it, in order, each with its first day; the last has it now.
    pub agencies: Vec<(Date, String)>,
    /// The times in which it waited for an answer: since it was raised or sent back, until the day of the
    /// answer or of its end. The promise runs in each of them.
    pub waits: Vec<(Date, Option<Date>)>,
    /// Whether the agency that has it took it in charge.
    pub taken: bool,
    /// The last answer with its day.
    pub answer: Option<(Date, String)>,
    /// Why that answer was sent back.
    pub returned: Option<String>,
    /// What came of it, and when.
    pub closed: Option<(Date, String)>,
    /// Last day of the permit that it is about, as told last.
    pub expires_on: Option<Date>,
    /// Day of the last step; no later step is dated before it.
    pub last: Date,
}

impl ServiceRequest {
    fn new(raised: &ServiceRequestRaised, on: Date) -> Self {
        Self {
            raised: raised.clone(),
            on,
            agencies: vec![(on, raised.agency.clone())],
            waits: vec![(on, None)],
            taken: false,
            answer: None,
            returned: None,
            closed: None,
            expires_on: raised.expires_on.parse().ok(),
            last: on,
        }
    }

    /// The agency that has it now.
    #[must_use]
    pub fn agency(&self) -> &str {
        self.agencies.last().map_or(&self.raised.agency, |(_, agency)| agency)
    }

    /// Whether an answer stands: given, and not sent back.
    #[must_use]
    pub fn is_answered(&self) -> bool {
        self.answer.is_some() && self.returned.is_none()
    }

    /// By when an answer is promised, with every day to it; `None` once it is answered or closed. Being
    /// handed on stops nothing.
    #[must_use]
    pub fn promised(&self, bench: &Bench) -> Option<Deadline> {
        let (since, _) = self.waits.last().filter(|(_, until)| until.is_none())?;
        let row = bench.law.aftercare.request(&self.raised.service)?;
        row.from(*since).deadline(&bench.calendar)
    }

    fn waited(&mut self, on: Date) {
        if let Some((_, until)) = self.waits.last_mut() {
            until.get_or_insert(on);
        }
    }
}

/// A permit of a member of staff, known by an opaque reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permit {
    /// Reference.
    pub reference: String,
    /// The service asked for, which tells the kind of the permit.
    pub service: String,
    /// Its last day, as told last.
    pub expires_on: Date,
    /// Day from which the enterprise is reminded.
    pub remind_from: Date,
}

/// Every permit that requests told of, by its last day; of requests about one permit, the last one counts.
#[must_use]
pub fn permits(case: &Case, bench: &Bench) -> Vec<Permit> {
    let mut permits: Vec<Permit> = Vec::new();
    for request in &case.requests {
        let (reference, service) = (&request.raised.permit, &request.raised.service);
        let row = bench.law.aftercare.request(service);
        let told = request.expires_on.zip(row.and_then(|row| row.remind));
        let Some((expires_on, remind)) = told else { continue };
        let Some(from) = latest_before(expires_on, remind, &bench.calendar) else { continue };
        permits.retain(|one| (&one.reference, &one.service) != (reference, service));
        let (reference, service) = (reference.clone(), service.clone());
        permits.push(Permit { reference, service, expires_on, remind_from: from.due });
    }
    permits.sort_by(|a, b| (a.expires_on, &a.reference).cmp(&(b.expires_on, &b.reference)));
    permits
}

impl Case {
    pub(super) fn request(&mut self, event: &Event) {
        let on = event.on;
        let list = &mut self.requests;
        let mut with = |number: u32, change: &dyn Fn(&mut ServiceRequest)| {
            numbered(list, number, |one| {
                one.last = one.last.max(on);
                change(one);
            });
        };
        match &event.fact {
            Fact::ServiceRequestRaised(raised) => list.push(ServiceRequest::new(raised, on)),
            Fact::ServiceRequestTaken(step) => with(step.number, &|one| one.taken = true),
            Fact::ServiceRequestHandedOn(step) => with(step.number, &|one| {
                one.agencies.push((on, step.to.clone()));
                one.taken = false;
            }),
            Fact::ServiceRequestAnswered(step) => with(step.number, &|one| {
                one.waited(on);
                one.answer = Some((on, step.answer.clone()));
                one.returned = None;
                one.expires_on = step.expires_on.parse().ok().or(one.expires_on);
            }),
            Fact::ServiceRequestReturned(step) => with(step.number, &|one| {
                one.returned = Some(step.reason.clone());
                one.waits.push((on, None));
            }),
            Fact::ServiceRequestClosed(step) => {
                with(step.number, &|one| {
                    one.waited(on);
                    one.closed = Some((on, step.result.clone()));
                });
            }
            _ => {}
        }
    }
}
