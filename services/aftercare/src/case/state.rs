//! The state of a case. It never refuses an event and applies no rule of law.

use super::{
    complaint::Complaint,
    event::{Event, Fact, ProjectAdmitted},
    incentive::Claim,
    inspection::{Draw, Visit},
    promise::Promise,
    report::Reports,
    request::ServiceRequest,
    service::{Contact, Order, Rating},
};
use desk::sight::Parties;
use jiff::civil::Date;
use rulebook::{
    catalogue::{Catalogue, Facts},
    matter::{Matter, MatterId},
};
use std::collections::{BTreeMap, BTreeSet};

/// One project after its launch.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Case {
    /// What intake handed over; `None` before the project has its code.
    pub admitted: Option<ProjectAdmitted>,
    /// Matters of earlier stages by resource name.
    pub prior: BTreeMap<String, Prior>,
    /// Facts that the enterprise stated.
    pub stated: BTreeMap<String, String>,
    /// The matters of this stage.
    pub matters: BTreeMap<MatterId, Matter>,
    /// Government commitments, by number from 1.
    pub promises: Vec<Promise>,
    /// Complaints, by number from 1.
    pub complaints: Vec<Complaint>,
    /// Information reports.
    pub reports: Reports,
    /// Contacts of the service secretary, by number from 1.
    pub contacts: Vec<Contact>,
    /// Ratings, by number from 1.
    pub ratings: Vec<Rating>,
    /// Supervision orders, by number from 1.
    pub orders: Vec<Order>,
    /// Keys of the alarms that were raised of other than matters.
    pub alarms: BTreeSet<String>,
    /// Service requests, by number from 1.
    pub requests: Vec<ServiceRequest>,
    /// Claims of incentives, by number from 1.
    pub claims: Vec<Claim>,
    /// Visits of inspectors, by number from 1.
    pub visits: Vec<Visit>,
    /// Draws for inspection, by number from 1; only in the case [`DRAWS`](super::inspection::DRAWS).
    pub draws: Vec<Draw>,
}

/// A matter of an earlier stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prior {
    /// Item code.
    pub item: String,
    /// Whether its permit is in force.
    pub in_force: bool,
    /// Day since which it is, or is not.
    pub since: Date,
}

impl Case {
    /// The case after an event.
    pub(super) fn take(&mut self, event: &Event) {
        match &event.fact {
            Fact::ProjectAdmitted(admitted) => self.admitted = Some(admitted.clone()),
            Fact::PriorMatter(prior) => {
                let (item, in_force) = (prior.item.clone(), prior.in_force);
                let known = Prior { item, in_force, since: event.on };
                self.prior.insert(prior.matter.clone(), known);
            }
            Fact::Matter(id, step) => match self.matters.get_mut(id) {
                Some(matter) => matter.evolve(step),
                None => self.matters.extend(Matter::open(step).map(|matter| (id.clone(), matter))),
            },
            Fact::AlarmRaised(raised) => {
                self.alarms.insert(raised.key());
            }
            Fact::FactsStated(stated) => self.stated.extend(stated.facts.clone()),
            Fact::PromiseMade(_)
            | Fact::PromiseReassigned(_)
            | Fact::PromiseCountersigned(_)
            | Fact::PromiseDisputed(_)
            | Fact::PromisePerformed(_)
            | Fact::PromiseChanged(_) => self.promise(event),
            Fact::ComplaintFiled(_)
            | Fact::ComplaintSupplementAsked(_)
            | Fact::ComplaintSupplemented(_)
            | Fact::ComplaintAccepted(_)
            | Fact::ComplaintRefused(_)
            | Fact::ComplaintAnswered(_)
            | Fact::ComplaintOverridden(_)
            | Fact::ComplaintExtended(_)
            | Fact::ComplaintClosed(_)
            | Fact::ComplaintResultTold(_)
            | Fact::ComplaintWithdrawn(_) => self.complaint(event),
            Fact::ReportDutyOpened(_)
            | Fact::ReportFiled(_)
            | Fact::ReportCorrected(_)
            | Fact::ReportNoticed(_)
            | Fact::ReportOrdered(_)
            | Fact::ReportFined(_) => self.report(event),
            Fact::ContactLogged(_)
            | Fact::FollowUpDone(_)
            | Fact::FollowUpEscalated(_)
            | Fact::Rated(_)
            | Fact::RatingAnswered(_)
            | Fact::OrderIssued(_)
            | Fact::OrderEvidenced(_)
            | Fact::OrderClosed(_) => self.service(event),
            Fact::ServiceRequestRaised(_)
            | Fact::ServiceRequestTaken(_)
            | Fact::ServiceRequestHandedOn(_)
            | Fact::ServiceRequestAnswered(_)
            | Fact::ServiceRequestReturned(_)
            | Fact::ServiceRequestClosed(_) => self.request(event),
            Fact::IncentiveClaimed(_)
            | Fact::IncentiveApproved(_)
            | Fact::IncentiveRefused(_)
            | Fact::IncentivePaid(_)
            | Fact::IncentiveClawedBack(_)
            | Fact::IncentiveRepaid(_) => self.incentive(event),
            Fact::InspectionDrawn(_)
            | Fact::InspectionVisited(_)
            | Fact::InspectionPublished(_) => self.inspection(event),
        }
    }

    /// Whose project it is, as intake told.
    #[must_use]
    pub fn parties(&self) -> Parties<'_> {
        self.admitted.as_ref().map_or_else(Parties::default, |admitted| Parties {
            owner: &admitted.owner,
            secretary: &admitted.secretary,
        })
    }

    /// The facts of the catalogue: those stated, and over them those that earlier stages know.
    #[must_use]
    pub fn facts(&self, catalogue: &Catalogue) -> Facts {
        let known = self.admitted.iter().flat_map(|admitted| &admitted.facts);
        let mut facts = Facts::new();
        for (key, value) in self.stated.iter().chain(known) {
            if let Some(value) = catalogue.fact(key).and_then(|fact| fact.read(value).ok()) {
                facts.set(key.clone(), value);
            }
        }
        facts
    }

    /// Items of earlier stages of which a matter is in force.
    #[must_use]
    pub fn in_force_before(&self) -> BTreeSet<String> {
        let in_force = self.prior.values().filter(|prior| prior.in_force);
        in_force.map(|prior| prior.item.clone()).collect()
    }
}

/// The place of a number in a list.
pub(crate) fn nth(entries: usize, number: u32) -> Option<usize> {
    usize::try_from(number).ok()?.checked_sub(1).filter(|at| *at < entries)
}
