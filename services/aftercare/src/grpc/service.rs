//! Contacts, ratings and supervision orders over gRPC.

use super::{Answer, Stated, View, touched};
use crate::{
    Aftercare,
    case::service::{Order, Rating},
};
use proto::aftercare::v1::{
    self as pb, aftercare_event::Kind, handle_contact_request::Step as ContactStep,
    handle_order_request::Step as OrderStep, handle_rating_request::Step as RatingStep,
};
use tonic::{Request, Response};

impl Aftercare {
    pub(super) async fn contact_step(
        &self,
        request: Request<pb::HandleContactRequest>,
    ) -> Answer<pb::HandleContactResponse> {
        let (metadata, _, message) = request.into_parts();
        let (number, step) = match message.step.clone() {
            None => (0, None),
            Some(ContactStep::Logged(step)) => (0, Some(Kind::ContactLogged(step))),
            Some(ContactStep::Done(step)) => (step.number, Some(Kind::FollowUpDone(step))),
            Some(ContactStep::Escalated(step)) => {
                (step.number, Some(Kind::FollowUpEscalated(step)))
            }
        };
        let stated = Stated {
            metadata: &metadata,
            method: "HandleContact",
            message: &message,
            request_id: &message.request_id,
            name: &message.name,
            occurred_on: &message.occurred_on,
            step,
        };
        let (answer, position) = self
            .step(stated, move |case, _| pb::HandleContactResponse {
                number: touched(&case.contacts, number)
                    .map(|contact| contact.logged.number)
                    .unwrap_or_default(),
                position: String::new(),
            })
            .await?;
        Ok(Response::new(pb::HandleContactResponse { position, ..answer }))
    }

    pub(super) async fn rating_step(
        &self,
        request: Request<pb::HandleRatingRequest>,
    ) -> Answer<pb::HandleRatingResponse> {
        let (metadata, _, message) = request.into_parts();
        let (number, step) = match message.step.clone() {
            None => (0, None),
            Some(RatingStep::Rated(step)) => (0, Some(Kind::Rated(step))),
            Some(RatingStep::Answered(step)) => (step.number, Some(Kind::RatingAnswered(step))),
        };
        let stated = Stated {
            metadata: &metadata,
            method: "HandleRating",
            message: &message,
            request_id: &message.request_id,
            name: &message.name,
            occurred_on: &message.occurred_on,
            step,
        };
        let (answer, position) = self
            .step(stated, move |case, by| pb::HandleRatingResponse {
                rating: touched(&case.ratings, number).and_then(|one| rating(one, by)),
                position: String::new(),
            })
            .await?;
        Ok(Response::new(pb::HandleRatingResponse { position, ..answer }))
    }

    pub(super) async fn order_step(
        &self,
        request: Request<pb::HandleOrderRequest>,
    ) -> Answer<pb::HandleOrderResponse> {
        let (metadata, _, message) = request.into_parts();
        let (number, step) = match message.step.clone() {
            None => (0, None),
            Some(OrderStep::Issued(step)) => (0, Some(Kind::OrderIssued(step))),
            Some(OrderStep::Evidenced(step)) => (step.number, Some(Kind::OrderEvidenced(step))),
            Some(OrderStep::Closed(step)) => (step.number, Some(Kind::OrderClosed(step))),
        };
        let stated = Stated {
            metadata: &metadata,
            method: "HandleOrder",
            message: &message,
            request_id: &message.request_id,
            name: &message.name,
            occurred_on: &message.occurred_on,
            step,
        };
        let (answer, position) = self
            .step(stated, move |case, by| pb::HandleOrderResponse {
                order: touched(&case.orders, number).and_then(|one| order(one, by)),
                position: String::new(),
            })
            .await?;
        Ok(Response::new(pb::HandleOrderResponse { position, ..answer }))
    }
}

/// A rating as its reader may see it; `None` for an agency that is not rated and does not supervise.
pub(crate) fn rating(rating: &Rating, by: &View<'_>) -> Option<pb::Rating> {
    if !by.is_party_or(&[&rating.rated.agency]) && !by.holds("supervision") {
        return None;
    }
    let mut rated: pb::Rated = (&rating.rated).into();
    let own = by.caller.principal.to_string() == rating.rated.rater;
    let rated_itself = by.caller.agency() == Some(rating.rated.agency.as_str());
    let supervises = by.holds("supervision") && !rated_itself;
    if !own && !supervises {
        rated.rater.clear();
    }
    let due = rating.due(by.bench);
    Some(pb::Rating {
        rated: Some(rated),
        on: rating.on.to_string(),
        overdue: rating.answer.is_none() && due.is_some_and(|due| by.bench.date > due),
        due: due.map(|due| due.to_string()).unwrap_or_default(),
        answer: rating.answer.as_ref().map(|(_, answer)| answer.clone()).unwrap_or_default(),
    })
}

/// An order as its reader may see it; `None` for an agency that neither issued it nor has to act.
pub(crate) fn order(order: &Order, by: &View<'_>) -> Option<pb::Order> {
    if !by.is_party_or(&[&order.issued.issuer, &order.issued.agency]) {
        return None;
    }
    Some(pb::Order {
        issued: Some((&order.issued).into()),
        on: order.on.to_string(),
        evidence: order.evidence.clone(),
        result: order.result.as_ref().map(|(_, result)| result.clone()).unwrap_or_default(),
        overdue: order.result.is_none() && by.bench.date > order.issued.due,
    })
}
