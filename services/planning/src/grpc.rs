//! `PlanningService`: facts, roadmap, budget and certificates. Matters are the desk's.

use crate::{
    Planning, budget,
    case::{Case, decide, wire},
    roadmap,
};
use desk::{
    caller::Caller,
    docket::Bench,
    fields::{Fields, MAX_ENTRIES},
    name,
    refuse::Refusal,
};
use proto::planning::v1::{self as pb, planning_service_server::PlanningService};
use rulebook::catalogue::{Catalogue, Facts, Stage};
use std::collections::BTreeMap;
use tonic::{Request, Response, Status, metadata::MetadataMap};

type Answer<T> = Result<Response<T>, Status>;

impl Planning {
    /// A project's case as it is now, once it has seen what the caller has.
    async fn case(
        &self,
        metadata: &MetadataMap,
        name: &str,
        seen: &[String],
    ) -> Result<(Case, Bench), Status> {
        let mut fields = Fields::default();
        let project = fields.project("name", name);
        fields.finish(())?;
        let stage = Some(Stage::Planning);
        self.docket.mandates().admit_reader(metadata, Some(&project), stage).await?;
        self.reactions.caught_up().await?;
        self.docket.seen(seen).await?;
        let case = self.docket.read(|cases| cases.get(&project).map(|held| held.case.clone()))?;
        let case = case.ok_or_else(|| Status::from(Refusal::Unknown(name.to_owned())))?;
        Ok((case, self.docket.bench()))
    }
}

#[tonic::async_trait]
impl PlanningService for Planning {
    async fn state_facts(
        &self,
        request: Request<pb::StateFactsRequest>,
    ) -> Answer<pb::StateFactsResponse> {
        let (metadata, _, message) = request.into_parts();
        let caller = Caller::of(&metadata)?;
        if let Some(project) = name::project(&message.name) {
            self.docket.mandates().admit(&caller, project, Some(Stage::Planning)).await?;
        }
        let mut fields = Fields::default();
        let request_id = fields.request_id(&message.request_id);
        let project = fields.project("name", &message.name);
        let occurred_on = fields.occurred_on(&message.occurred_on);
        fields.few("facts", message.facts.len());
        fields.finish(())?;
        self.reactions.caught_up().await?;
        let request =
            caller.keyed(request_id, &format!("{}/StateFacts", crate::SERVICE_NAME), &message);
        let stated = message.facts;
        let decide = move |case: &Case, bench: &Bench| {
            decide::state_facts(case, &stated, occurred_on, &caller, bench)
        };
        let answer = |case: &Case, bench: &Bench| {
            roadmap::of(&case.facts(&bench.law.catalogue), bench.date, bench)
        };
        let (roadmap, position) = self.docket.execute(request, &project, decide, answer).await?;
        Ok(Response::new(pb::StateFactsResponse { roadmap: Some(roadmap), position }))
    }

    async fn get_roadmap(
        &self,
        request: Request<pb::GetRoadmapRequest>,
    ) -> Answer<pb::GetRoadmapResponse> {
        let (metadata, _, message) = request.into_parts();
        let (facts, bench) = if message.name.is_empty() {
            (Facts::new(), self.docket.bench())
        } else {
            let (case, bench) = self.case(&metadata, &message.name, &message.min_position).await?;
            (case.facts(&bench.law.catalogue), bench)
        };
        let mut fields = Fields::default();
        let on =
            if message.on.is_empty() { Some(bench.date) } else { fields.date("on", &message.on) };
        let facts = supposed(&mut fields, facts, &message.facts, &bench.law.catalogue);
        fields.finish(())?;
        let roadmap = roadmap::of(&facts, on.unwrap_or(bench.date), &bench);
        Ok(Response::new(pb::GetRoadmapResponse { roadmap: Some(roadmap) }))
    }

    async fn get_budget(
        &self,
        request: Request<pb::GetBudgetRequest>,
    ) -> Answer<pb::GetBudgetResponse> {
        let (metadata, _, message) = request.into_parts();
        let (case, bench) = self.case(&metadata, &message.name, &message.min_position).await?;
        Ok(Response::new(pb::GetBudgetResponse { budget: budget::of(&case, &bench) }))
    }

    async fn list_certificates(
        &self,
        request: Request<pb::ListCertificatesRequest>,
    ) -> Answer<pb::ListCertificatesResponse> {
        let (metadata, _, message) = request.into_parts();
        let (case, _) = self.case(&metadata, &message.name, &message.min_position).await?;
        let certificates = case.certificates.iter().map(wire::certificate_to_wire).collect();
        Ok(Response::new(pb::ListCertificatesResponse { certificates }))
    }
}

/// The facts with those that a what-if puts in their place.
fn supposed(
    fields: &mut Fields,
    mut facts: Facts,
    supposed: &BTreeMap<String, String>,
    catalogue: &Catalogue,
) -> Facts {
    fields.few("facts", supposed.len());
    for (key, value) in supposed.iter().take(MAX_ENTRIES) {
        match catalogue.fact(key).map(|fact| fact.read(value)) {
            None => fields.wrong(format!("facts[{key}]"), "is no fact that the catalogue asks for"),
            Some(Err(why)) => fields.wrong(format!("facts[{key}]"), why),
            Some(Ok(value)) => facts.set(key.clone(), value),
        }
    }
    facts
}
