//! What each theme's events leave in the case; an event of another theme is none of its business.

use super::{
    complaint::Complaint,
    event::{Event, Fact},
    incentive::{Claim, Decided},
    inspection::{Draw, Visit},
    promise::Promise,
    report::{Report, Rung},
    service::{Contact, Order, Rating},
    state::{Case, nth},
};
use jiff::civil::Date;

impl Case {
    pub(super) fn promise(&mut self, event: &Event) {
        match &event.fact {
            Fact::PromiseMade(made) => self.promises.push(Promise::new(made, event.on)),
            Fact::PromiseReassigned(step) => {
                numbered(&mut self.promises, step.number, |one| one.reassigned(step, event.on));
            }
            Fact::PromiseCountersigned(step) => {
                numbered(&mut self.promises, step.number, Promise::countersign);
            }
            Fact::PromiseDisputed(step) => {
                numbered(&mut self.promises, step.number, |one| one.dispute(&step.grounds));
            }
            Fact::PromisePerformed(step) => {
                numbered(&mut self.promises, step.number, |one| one.perform(step));
            }
            Fact::PromiseChanged(step) => {
                numbered(&mut self.promises, step.number, |one| one.change(step));
            }
            _ => {}
        }
    }

    pub(super) fn complaint(&mut self, event: &Event) {
        let on = event.on;
        let list = &mut self.complaints;
        match &event.fact {
            Fact::ComplaintFiled(filed) => list.push(Complaint::new(filed, on)),
            Fact::ComplaintSupplementAsked(step) => {
                numbered(list, step.number, |one| one.asked = Some(on));
            }
            Fact::ComplaintSupplemented(step) => {
                numbered(list, step.number, |one| one.supplied = Some(on));
            }
            Fact::ComplaintAccepted(step) => {
                numbered(list, step.number, |one| one.accepted = Some(on));
            }
            Fact::ComplaintRefused(step) => {
                numbered(list, step.number, |one| one.refused = Some((on, step.clone())));
            }
            Fact::ComplaintAnswered(step) => {
                numbered(list, step.number, |one| one.answers.push(step.clone()));
            }
            Fact::ComplaintOverridden(step) => {
                numbered(list, step.number, |one| one.overridden = Some(step.clone()));
            }
            Fact::ComplaintExtended(step) => {
                numbered(list, step.number, |one| one.extended = Some((on, step.clone())));
            }
            Fact::ComplaintClosed(step) => {
                numbered(list, step.number, |one| one.closed = Some((on, step.result.clone())));
            }
            Fact::ComplaintResultTold(step) => {
                numbered(list, step.number, |one| one.told = Some(on));
            }
            Fact::ComplaintWithdrawn(step) => {
                numbered(list, step.number, |one| one.withdrawn = Some(on));
            }
            _ => {}
        }
    }

    pub(super) fn report(&mut self, event: &Event) {
        let on = event.on;
        match &event.fact {
            Fact::ReportDutyOpened(opened) => {
                self.reports.changes.insert(opened.duty.clone(), opened.clone());
            }
            Fact::ReportFiled(filed) => self.reports.file(filed, on),
            Fact::ReportCorrected(step) => {
                numbered(&mut self.reports.filed, step.number, |one: &mut Report| {
                    one.correct(step, on);
                });
            }
            Fact::ReportNoticed(step) => self.rung(&step.duty, Rung::Noticed, on),
            Fact::ReportOrdered(step) => self.rung(&step.duty, Rung::Ordered, on),
            Fact::ReportFined(step) => self.rung(&step.duty, Rung::Fined, on),
            _ => {}
        }
    }

    pub(super) fn service(&mut self, event: &Event) {
        let on = event.on;
        match &event.fact {
            Fact::ContactLogged(logged) => {
                let (logged, brought) = (logged.clone(), Vec::new());
                self.contacts.push(Contact { logged, done: None, brought });
            }
            Fact::FollowUpDone(step) => numbered(&mut self.contacts, step.number, |one| {
                one.done = Some((on, step.result.clone()));
            }),
            Fact::FollowUpEscalated(step) => numbered(&mut self.contacts, step.number, |one| {
                one.brought.push((on, step.agency.clone()));
            }),
            Fact::Rated(rated) => {
                self.ratings.push(Rating { rated: rated.clone(), on, answer: None });
            }
            Fact::RatingAnswered(step) => numbered(&mut self.ratings, step.number, |one| {
                one.answer = Some((on, step.answer.clone()));
            }),
            Fact::OrderIssued(issued) => {
                let (issued, evidence) = (issued.clone(), Vec::new());
                self.orders.push(Order { issued, on, evidence, result: None });
            }
            Fact::OrderEvidenced(step) => numbered(&mut self.orders, step.number, |one| {
                one.evidence.push(step.evidence.clone());
            }),
            Fact::OrderClosed(step) => numbered(&mut self.orders, step.number, |one| {
                one.result = Some((on, step.result.clone()));
            }),
            _ => {}
        }
    }

    pub(super) fn incentive(&mut self, event: &Event) {
        let on = event.on;
        let list = &mut self.claims;
        match &event.fact {
            Fact::IncentiveClaimed(claimed) => list.push(Claim::new(claimed, on)),
            Fact::IncentiveApproved(step) => numbered(list, step.number, |one| {
                one.decided = Some((on, Decided::Approved(step.clone())));
            }),
            Fact::IncentiveRefused(step) => numbered(list, step.number, |one| {
                one.decided = Some((on, Decided::Refused(step.clone())));
            }),
            Fact::IncentivePaid(step) => {
                numbered(list, step.number, |one| one.payments.push((on, step.clone())));
            }
            Fact::IncentiveClawedBack(step) => {
                numbered(list, step.number, |one| one.clawbacks.push((on, step.clone())));
            }
            Fact::IncentiveRepaid(step) => {
                numbered(list, step.number, |one| one.repayments.push((on, step.clone())));
            }
            _ => {}
        }
    }

    pub(super) fn inspection(&mut self, event: &Event) {
        let on = event.on;
        match &event.fact {
            Fact::InspectionDrawn(drawn) => self.draws.push(Draw { drawn: drawn.clone(), on }),
            Fact::InspectionVisited(visited) => {
                self.visits.push(Visit { visited: visited.clone(), on, published: None });
            }
            Fact::InspectionPublished(step) => numbered(&mut self.visits, step.number, |one| {
                one.published = Some((on, step.place.clone()));
            }),
            _ => {}
        }
    }

    fn rung(&mut self, duty: &str, rung: Rung, on: Date) {
        self.reports.ladder.insert(duty.to_owned(), (rung, on));
    }
}

/// Changes the entry of a number, if there is one.
pub(super) fn numbered<T>(entries: &mut [T], number: u32, change: impl FnOnce(&mut T)) {
    if let Some(entry) = nth(entries.len(), number).and_then(|at| entries.get_mut(at)) {
        change(entry);
    }
}
