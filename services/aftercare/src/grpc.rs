//! `AftercareService`. Each theme has its own file; what they share is how a step reaches the case and how a
//! case is read. Matters are the desk's.

pub(crate) mod complaint;
mod incentive;
mod inspection;
pub(crate) mod promise;
pub(crate) mod report;
pub(crate) mod request;
pub(crate) mod service;

use crate::{
    Aftercare,
    case::{
        Case, decide,
        event::{Event, Fact},
        state::nth,
    },
};
use desk::{caller::Caller, docket::Bench, fields::Fields, refuse::Refusal, sight};
use proto::aftercare::v1::{
    self as pb, aftercare_event::Kind, aftercare_service_server::AftercareService,
};
use rulebook::catalogue::Stage;
use tonic::{Request, Response, Status, metadata::MetadataMap};

type Answer<T> = Result<Response<T>, Status>;

/// A step as a request states it.
struct Stated<'r, M> {
    metadata: &'r MetadataMap,
    method: &'static str,
    message: &'r M,
    request_id: &'r str,
    name: &'r str,
    occurred_on: &'r str,
    step: Option<Kind>,
}

impl Aftercare {
    /// Whether the project is one that the caller may act on.
    async fn admit(&self, caller: &Caller, name: &str) -> Result<(), Status> {
        let Some(project) = desk::name::project(name) else { return Ok(()) };
        self.docket.mandates().admit(caller, project, Some(Stage::Aftercare)).await
    }

    /// Carries out a step; `answer` shows the case after it to the caller.
    async fn step<M: prost::Message, V: prost::Message + Default>(
        &self,
        stated: Stated<'_, M>,
        answer: impl Fn(&Case, &View<'_>) -> V + Send + Sync + 'static,
    ) -> Result<(V, String), Status> {
        let caller = Caller::of(stated.metadata)?;
        self.admit(&caller, stated.name).await?;
        let mut fields = Fields::default();
        let request_id = fields.request_id(stated.request_id);
        let project = fields.project("name", stated.name);
        let occurred_on = fields.occurred_on(stated.occurred_on);
        let fact = match stated.step.map(Fact::of) {
            None => {
                fields.wrong("step", "is required");
                None
            }
            Some(Err((field, must))) => {
                fields.wrong(field, must);
                None
            }
            Some(Ok(fact)) => {
                fact.check(&mut fields);
                Some(fact)
            }
        };
        let Some(fact) = fields.finish(fact)? else { return Err(desk::refuse::internal()) };
        self.reactions.caught_up().await?;
        let method = format!("{}/{}", crate::SERVICE_NAME, stated.method);
        let request = caller.keyed(request_id, &method, stated.message);
        let viewer = caller.clone();
        let decide = move |case: &Case, bench: &Bench| -> Result<Vec<Event>, Refusal> {
            decide::step(case, fact.clone(), occurred_on, &caller, bench)
        };
        let answer =
            move |case: &Case, bench: &Bench| answer(case, &View { caller: &viewer, bench });
        self.docket.execute(request, &project, decide, answer).await
    }

    /// A project's case as it is now, once it has seen what the caller has, if the caller may see it.
    async fn look(
        &self,
        metadata: &MetadataMap,
        name: &str,
        seen: &[String],
    ) -> Result<Looked, Status> {
        let caller = Caller::of(metadata)?;
        self.admit(&caller, name).await?;
        let mut fields = Fields::default();
        let project = fields.project("name", name);
        fields.finish(())?;
        self.reactions.caught_up().await?;
        self.docket.seen(seen).await?;
        let case = self.docket.read(|cases| cases.get(&project).map(|held| held.case.clone()))?;
        let case = case.ok_or_else(sight::unknown)?;
        case.parties().may_see(&caller)?;
        let held = self.docket.shelf().of(&project)?;
        let bench = Bench { held, ..self.docket.bench() };
        Ok(Looked { project, caller, case, bench })
    }
}

/// A case as somebody looks at it who may.
struct Looked {
    project: String,
    caller: Caller,
    case: Case,
    bench: Bench,
}

impl Looked {
    fn by(&self) -> View<'_> {
        View { caller: &self.caller, bench: &self.bench }
    }
}

/// Who looks at a case, and when.
pub(crate) struct View<'a> {
    pub(crate) caller: &'a Caller,
    pub(crate) bench: &'a Bench,
}

impl View<'_> {
    /// Whether the reader is no agency, so that it sees all of a project that it may see; or one of these.
    fn is_party_or(&self, agencies: &[&str]) -> bool {
        self.caller.agency().is_none_or(|code| agencies.contains(&code))
    }

    /// Whether the reader is an agency that holds this office.
    fn holds(&self, office: &str) -> bool {
        let office = self.bench.law.aftercare.office(office);
        self.caller.agency().is_some_and(|code| office.iter().any(|one| one == code))
    }
}

/// The entry of a number; the last one for a step that opened it.
fn touched<T>(entries: &[T], number: u32) -> Option<&T> {
    if number == 0 {
        return entries.last();
    }
    nth(entries.len(), number).and_then(|at| entries.get(at))
}

#[tonic::async_trait]
impl AftercareService for Aftercare {
    async fn state_aftercare_facts(
        &self,
        request: Request<pb::StateAftercareFactsRequest>,
    ) -> Answer<pb::StateAftercareFactsResponse> {
        let (metadata, _, message) = request.into_parts();
        let caller = Caller::of(&metadata)?;
        self.admit(&caller, &message.name).await?;
        let mut fields = Fields::default();
        let request_id = fields.request_id(&message.request_id);
        let project = fields.project("name", &message.name);
        let occurred_on = fields.occurred_on(&message.occurred_on);
        fields.few("facts", message.facts.len());
        fields.finish(())?;
        self.reactions.caught_up().await?;
        let method = format!("{}/StateAftercareFacts", crate::SERVICE_NAME);
        let request = caller.keyed(request_id, &method, &message);
        let stated = message.facts;
        let decide = move |case: &Case, bench: &Bench| {
            decide::state_facts(case, &stated, occurred_on, &caller, bench)
        };
        let ((), position) =
            self.docket.execute(request, &project, decide, |_, _: &Bench| ()).await?;
        Ok(Response::new(pb::StateAftercareFactsResponse { position }))
    }

    async fn handle_promise(
        &self,
        request: Request<pb::HandlePromiseRequest>,
    ) -> Answer<pb::HandlePromiseResponse> {
        self.promise_step(request).await
    }

    async fn list_promises(
        &self,
        request: Request<pb::ListPromisesRequest>,
    ) -> Answer<pb::ListPromisesResponse> {
        let (metadata, _, message) = request.into_parts();
        let seen = self.look(&metadata, &message.name, &message.min_position).await?;
        let by = seen.by();
        let promises = seen.case.promises.iter().filter_map(|one| promise::view(one, &by));
        Ok(Response::new(pb::ListPromisesResponse { promises: promises.collect() }))
    }

    async fn handle_complaint(
        &self,
        request: Request<pb::HandleComplaintRequest>,
    ) -> Answer<pb::HandleComplaintResponse> {
        self.complaint_step(request).await
    }

    async fn list_complaints(
        &self,
        request: Request<pb::ListComplaintsRequest>,
    ) -> Answer<pb::ListComplaintsResponse> {
        let (metadata, _, message) = request.into_parts();
        let seen = self.look(&metadata, &message.name, &message.min_position).await?;
        let mut complaints = Vec::new();
        for one in &seen.case.complaints {
            if let Some(mut complaint) = complaint::view(one, &seen.by()) {
                self.unseal(&mut complaint).await?;
                complaints.push(complaint);
            }
        }
        Ok(Response::new(pb::ListComplaintsResponse { complaints }))
    }

    async fn handle_report(
        &self,
        request: Request<pb::HandleReportRequest>,
    ) -> Answer<pb::HandleReportResponse> {
        self.report_step(request).await
    }

    async fn list_report_duties(
        &self,
        request: Request<pb::ListReportDutiesRequest>,
    ) -> Answer<pb::ListReportDutiesResponse> {
        let (metadata, _, message) = request.into_parts();
        let seen = self.look(&metadata, &message.name, &message.min_position).await?;
        let duties = report::view(&seen.case, &seen.by())?;
        Ok(Response::new(pb::ListReportDutiesResponse { duties }))
    }

    async fn handle_contact(
        &self,
        request: Request<pb::HandleContactRequest>,
    ) -> Answer<pb::HandleContactResponse> {
        self.contact_step(request).await
    }

    async fn handle_rating(
        &self,
        request: Request<pb::HandleRatingRequest>,
    ) -> Answer<pb::HandleRatingResponse> {
        self.rating_step(request).await
    }

    async fn handle_order(
        &self,
        request: Request<pb::HandleOrderRequest>,
    ) -> Answer<pb::HandleOrderResponse> {
        self.order_step(request).await
    }

    async fn list_ratings(
        &self,
        request: Request<pb::ListRatingsRequest>,
    ) -> Answer<pb::ListRatingsResponse> {
        let (metadata, _, message) = request.into_parts();
        let seen = self.look(&metadata, &message.name, &message.min_position).await?;
        let by = seen.by();
        let ratings = seen.case.ratings.iter().filter_map(|one| service::rating(one, &by));
        Ok(Response::new(pb::ListRatingsResponse { ratings: ratings.collect() }))
    }

    async fn list_orders(
        &self,
        request: Request<pb::ListOrdersRequest>,
    ) -> Answer<pb::ListOrdersResponse> {
        let (metadata, _, message) = request.into_parts();
        let seen = self.look(&metadata, &message.name, &message.min_position).await?;
        let by = seen.by();
        let orders = seen.case.orders.iter().filter_map(|one| service::order(one, &by));
        Ok(Response::new(pb::ListOrdersResponse { orders: orders.collect() }))
    }

    async fn handle_service_request(
        &self,
        request: Request<pb::HandleServiceRequestRequest>,
    ) -> Answer<pb::HandleServiceRequestResponse> {
        self.request_step(request).await
    }

    async fn list_service_requests(
        &self,
        request: Request<pb::ListServiceRequestsRequest>,
    ) -> Answer<pb::ListServiceRequestsResponse> {
        let (metadata, _, message) = request.into_parts();
        let seen = self.look(&metadata, &message.name, &message.min_position).await?;
        let by = seen.by();
        let requests = seen.case.requests.iter().filter_map(|one| request::view(one, &by));
        let (requests, permits) = (requests.collect(), request::staff(&seen.case, &by));
        Ok(Response::new(pb::ListServiceRequestsResponse { requests, permits }))
    }

    async fn handle_incentive(
        &self,
        request: Request<pb::HandleIncentiveRequest>,
    ) -> Answer<pb::HandleIncentiveResponse> {
        self.incentive_step(request).await
    }

    async fn list_incentives(
        &self,
        request: Request<pb::ListIncentivesRequest>,
    ) -> Answer<pb::ListIncentivesResponse> {
        let (metadata, _, message) = request.into_parts();
        let seen = self.look(&metadata, &message.name, &message.min_position).await?;
        Ok(Response::new(incentive::list(&seen.case, &seen.by())))
    }

    async fn draw_inspections(
        &self,
        request: Request<pb::DrawInspectionsRequest>,
    ) -> Answer<pb::DrawInspectionsResponse> {
        self.inspection_draw(request).await
    }

    async fn handle_inspection(
        &self,
        request: Request<pb::HandleInspectionRequest>,
    ) -> Answer<pb::HandleInspectionResponse> {
        self.inspection_step(request).await
    }

    async fn list_inspections(
        &self,
        request: Request<pb::ListInspectionsRequest>,
    ) -> Answer<pb::ListInspectionsResponse> {
        self.inspections(request).await
    }
}
