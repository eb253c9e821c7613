//! Service requests over gRPC.

use super::{Answer, Stated, View, touched};
use crate::{
    Aftercare,
    case::{
        Case,
        request::{Permit, ServiceRequest, permits},
    },
};
use proto::aftercare::v1::{
    self as pb, aftercare_event::Kind, handle_service_request_request::Step,
};
use rulebook::clock::CountedDay;
use tonic::{Request, Response};

impl Aftercare {
    pub(super) async fn request_step(
        &self,
        request: Request<pb::HandleServiceRequestRequest>,
    ) -> Answer<pb::HandleServiceRequestResponse> {
        let (metadata, _, message) = request.into_parts();
        let (number, step) = match message.step.clone() {
            None => (0, None),
            Some(Step::Raised(s)) => (0, Some(Kind::ServiceRequestRaised(s))),
            Some(Step::Taken(s)) => (s.number, Some(Kind::ServiceRequestTaken(s))),
            Some(Step::HandedOn(s)) => (s.number, Some(Kind::ServiceRequestHandedOn(s))),
            Some(Step::Answered(s)) => (s.number, Some(Kind::ServiceRequestAnswered(s))),
            Some(Step::Returned(s)) => (s.number, Some(Kind::ServiceRequestReturned(s))),
            Some(Step::Closed(s)) => (s.number, Some(Kind::ServiceRequestClosed(s))),
        };
        let stated = Stated {
            metadata: &metadata,
            method: "HandleServiceRequest",
            message: &message,
            request_id: &message.request_id,
            name: &message.name,
            occurred_on: &message.occurred_on,
            step,
        };
        let (answer, position) = self
            .step(stated, move |case, by| pb::HandleServiceRequestResponse {
                request: touched(&case.requests, number).and_then(|one| view(one, by)),
                position: String::new(),
            })
            .await?;
        Ok(Response::new(pb::HandleServiceRequestResponse { position, ..answer }))
    }
}

/// A request as it is shown today; `None` for an agency that never had it.
pub(crate) fn view(request: &ServiceRequest, by: &View<'_>) -> Option<pb::ServiceRequest> {
    let agencies: Vec<_> = request.agencies.iter().map(|(_, agency)| agency.as_str()).collect();
    if !by.is_party_or(&agencies) {
        return None;
    }
    let standing = match (&request.closed, request.is_answered(), request.taken) {
        (Some(_), _, _) => pb::ServiceRequestStanding::Closed,
        (None, true, _) => pb::ServiceRequestStanding::Answered,
        (None, false, true) => pb::ServiceRequestStanding::InCharge,
        (None, false, false) => pb::ServiceRequestStanding::Raised,
    };
    let row = by.bench.law.aftercare.request(&request.raised.service);
    let promised = request.promised(by.bench);
    let due = promised.as_ref().map(|promised| promised.due);
    let (answered_on, answer) = request.answer.clone().unzip();
    Some(pb::ServiceRequest {
        raised: Some((&request.raised).into()),
        raised_on: request.on.to_string(),
        agencies: request.agencies.iter().map(|(_, agency)| agency.clone()).collect(),
        standing: standing.into(),
        overdue: due.is_some_and(|due| by.bench.date > due),
        due: due.map(|due| due.to_string()).unwrap_or_default(),
        citation: row.map(|row| row.citation.clone()).unwrap_or_default(),
        days: promised.into_iter().flat_map(|one| one.days).map(day).collect(),
        answer: answer.unwrap_or_default(),
        answered_on: answered_on.map(|on| on.to_string()).unwrap_or_default(),
        returned: request.returned.clone().unwrap_or_default(),
        result: request.closed.as_ref().map(|(_, result)| result.clone()).unwrap_or_default(),
    })
}

fn day(day: CountedDay) -> pb::PromisedDay {
    let CountedDay { date, counted, reason, citation } = day;
    pb::PromisedDay { date: date.to_string(), counted, reason, citation }
}

/// The permits of the enterprise's staff: for itself and its secretary. An agency knows those that it was
/// asked about from the requests.
pub(crate) fn staff(case: &Case, by: &View<'_>) -> Vec<pb::StaffPermit> {
    if !by.is_party_or(&[]) {
        return Vec::new();
    }
    let shown = |one: Permit| pb::StaffPermit {
        permit: one.reference,
        service: one.service,
        expires_on: one.expires_on.to_string(),
        remind_from: one.remind_from.to_string(),
        remind: by.bench.date >= one.remind_from,
    };
    permits(case, by.bench).into_iter().map(shown).collect()
}
