//! Government commitments over gRPC.

use super::{Answer, Stated, touched};
use crate::{
    Aftercare,
    case::promise::{Promise, Standing},
};
use jiff::civil::Date;
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
                promise: touched(&case.promises, number).map(|one| view(one, by.bench.date)),
                position: String::new(),
            })
            .await?;
        Ok(Response::new(pb::HandlePromiseResponse { position, ..answer }))
    }
}

/// A commitment as it is shown, by the end of a day.
pub(super) fn view(promise: &Promise, by: Date) -> pb::Promise {
    let standing = match promise.standing(by) {
        Standing::Open => pb::PromiseStanding::Open,
        Standing::Kept => pb::PromiseStanding::Kept,
        Standing::Late => pb::PromiseStanding::Late,
        Standing::Broken => pb::PromiseStanding::Broken,
    };
    pb::Promise {
        made: Some((&promise.made).into()),
        made_on: promise.on.to_string(),
        owners: promise.owners.clone(),
        due: promise.due.to_string(),
        standing: standing.into(),
        performed_on: promise.performed_on().map(|on| on.to_string()).unwrap_or_default(),
        countersigned: promise.countersigned,
        disputed: promise.disputed.clone().unwrap_or_default(),
        evidence: promise.shown.iter().map(|(shown, _)| shown.into()).collect(),
        changes: promise.changes.iter().map(Into::into).collect(),
    }
}
