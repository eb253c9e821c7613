//! Government commitments over gRPC.

use super::{Answer, Stated, View, touched};
use crate::{
    Aftercare,
    case::promise::{Promise, Standing},
};
use proto::aftercare::v1::{self as pb, aftercare_event::Kind, handle_promise_request::Step};
use tonic::{Request, Response};

impl Aftercare {
    pub(super) async fn promise_step(
        &self,
        request: Request<pb::HandlePromiseRequest>,
    ) -> Answer<pb::HandlePromiseResponse> {
        let (metadata, _, message) = request.into_parts();
        let (number, step) = match message.step.clone() {
            None => (0, None),
            Some(Step::Made(step)) => (0, Some(Kind::PromiseMade(step))),
            Some(Step::Reassigned(step)) => (step.number, Some(Kind::PromiseReassigned(step))),
            Some(Step::Countersigned(step)) => {
                (step.number, Some(Kind::PromiseCountersigned(step)))
            }
            Some(Step::Disputed(step)) => (step.number, Some(Kind::PromiseDisputed(step))),
            Some(Step::Performed(step)) => (step.number, Some(Kind::PromisePerformed(step))),
            Some(Step::Changed(step)) => (step.number, Some(Kind::PromiseChanged(step))),
        };
        let stated = Stated {
            metadata: &metadata,
            method: "HandlePromise",
            message: &message,
            request_id: &message.request_id,
            name: &message.name,
            occurred_on: &message.occurred_on,
            step,
        };
        let (answer, position) = self
            .step(stated, move |case, by| pb::HandlePromiseResponse {
                promise: touched(&case.promises, number).and_then(|one| view(one, by)),
                position: String::new(),
            })
            .await?;
        Ok(Response::new(pb::HandlePromiseResponse { position, ..answer }))
    }
}

/// A commitment as it is shown today; `None` for an agency that never owed it and does not supervise.
pub(crate) fn view(promise: &Promise, by: &View<'_>) -> Option<pb::Promise> {
    let owners: Vec<_> = promise.owners.iter().map(|(_, owner)| owner.as_str()).collect();
    if !by.is_party_or(&owners) && !by.holds("supervision") {
        return None;
    }
    let standing = match promise.standing(by.bench.date) {
        Standing::Open => pb::PromiseStanding::Open,
        Standing::Kept => pb::PromiseStanding::Kept,
        Standing::Late => pb::PromiseStanding::Late,
        Standing::Broken => pb::PromiseStanding::Broken,
    };
    Some(pb::Promise {
        made: Some((&promise.made).into()),
        made_on: promise.on.to_string(),
        owners: promise.owners.iter().map(|(_, owner)| owner.clone()).collect(),
        due: promise.due.to_string(),
        standing: standing.into(),
        performed_on: promise.performed_on().map(|on| on.to_string()).unwrap_or_default(),
        countersigned: promise.countersigned,
        disputed: promise.disputed.clone().unwrap_or_default(),
        evidence: promise.shown.iter().map(|(shown, _)| shown.into()).collect(),
        changes: promise.changes.iter().map(Into::into).collect(),
    })
}
