//! `AcceptanceService`: requests to acts. What is wrong with a call is found before any work; who may do it
//! and whether the law lets it happen is the case's to say.

mod asked;

use crate::{
    Acceptance, SERVICE_NAME,
    case::{Act, Case, Command},
    view,
};
use asked::{Asked, Head};
use desk::{caller::Caller, docket::Bench, fields::Fields, refuse::Refusal};
use prost::Message;
use proto::acceptance::v1::{self as pb, acceptance_service_server::AcceptanceService};
use rulebook::{catalogue::Stage, matter::MatterId};
use tonic::{Request, Response, Status};

type Answer<T> = Result<Response<T>, Status>;

/// What an act answers: the acceptance after it, what was opened by it, and the position token.
struct Done {
    acceptance: Option<pb::Acceptance>,
    position: String,
    opened: Vec<String>,
}

/// What is kept of an answer for as long as its key lives.
#[derive(Clone, PartialEq, Message)]
struct Kept {
    #[prost(message, optional, tag = "1")]
    acceptance: Option<pb::Acceptance>,
    #[prost(string, repeated, tag = "2")]
    opened: Vec<String>,
}

impl Acceptance {
    async fn does<R: Asked>(&self, method: &str, request: Request<R>) -> Result<Done, Status> {
        let caller = Caller::of(request.metadata())?;
        let message = request.into_inner();
        let mut fields = Fields::default();
        let Head { request_id, occurred_on, name } = message.head();
        if let Some(project) = desk::name::project(name.split("/matters/").next().unwrap_or(name)) {
            self.docket.mandates().admit(&caller, project, Some(Stage::Acceptance)).await?;
        }
        let request_id = fields.request_id(request_id);
        let occurred_on = fields.occurred_on(occurred_on);
        let read = message.read(&mut fields);
        // Whatever could not be read has said so.
        let (project, act) = fields.finish(read)?.ok_or_else(desk::refuse::internal)?;
        self.reactions.caught_up().await?;
        if let Act::Examine { demanded, .. } = &act
            && !demanded.is_empty()
        {
            self.docket.before_demanding(&project).await?;
        }
        let request = caller.keyed(request_id, &format!("{SERVICE_NAME}/{method}"), &message);
        let items = items(&act);
        let command = Command { occurred_on, act };
        let decide = move |case: &Case, bench: &Bench| case.decide(&command, &caller, bench);
        let of = project.clone();
        let answer = move |case: &Case, bench: &Bench| Kept {
            acceptance: Some(view::acceptance(&of, case, bench)),
            opened: items.iter().filter_map(|item| newest(&of, case, item.as_deref())).collect(),
        };
        let (kept, position) = self.docket.execute(request, &project, decide, answer).await?;
        Ok(Done { acceptance: kept.acceptance, position, opened: kept.opened })
    }
}

/// The items of which an act opens a matter; `None` stands for the joint one.
fn items(act: &Act) -> Vec<Option<String>> {
    match act {
        Act::File { applications, .. } => {
            applications.iter().map(|application| Some(application.item.clone())).collect()
        }
        Act::ApplyJoint { .. } => vec![None],
        _ => Vec::new(),
    }
}

/// The name of the last application for an item, or of the last joint one.
fn newest(project: &str, case: &Case, item: Option<&str>) -> Option<String> {
    let last: Option<&MatterId> = match item {
        Some(item) => case.matters.keys().rev().find(|id| id.item() == item),
        None => case.joints.keys().next_back(),
    };
    last.map(|id| format!("projects/{project}/matters/{id}"))
}

#[tonic::async_trait]
impl AcceptanceService for Acceptance {
    async fn declare_units(
        &self,
        request: Request<pb::DeclareUnitsRequest>,
    ) -> Answer<pb::DeclareUnitsResponse> {
        let Done { acceptance, position, .. } = self.does("DeclareUnits", request).await?;
        Ok(Response::new(pb::DeclareUnitsResponse { acceptance, position }))
    }

    async fn file_for_scope(
        &self,
        request: Request<pb::FileForScopeRequest>,
    ) -> Answer<pb::FileForScopeResponse> {
        let done = self.does("FileForScope", request).await?;
        let Done { acceptance, position, opened: matters } = done;
        Ok(Response::new(pb::FileForScopeResponse { acceptance, position, matters }))
    }

    async fn apply_joint_acceptance(
        &self,
        request: Request<pb::ApplyJointAcceptanceRequest>,
    ) -> Answer<pb::ApplyJointAcceptanceResponse> {
        let done = self.does("ApplyJointAcceptance", request).await?;
        let Done { acceptance, position, mut opened } = done;
        let matter = opened.pop().unwrap_or_default();
        Ok(Response::new(pb::ApplyJointAcceptanceResponse { acceptance, position, matter }))
    }

    async fn schedule_inspection(
        &self,
        request: Request<pb::ScheduleInspectionRequest>,
    ) -> Answer<pb::ScheduleInspectionResponse> {
        let Done { acceptance, position, .. } = self.does("ScheduleInspection", request).await?;
        Ok(Response::new(pb::ScheduleInspectionResponse { acceptance, position }))
    }

    async fn record_inspection(
        &self,
        request: Request<pb::RecordInspectionRequest>,
    ) -> Answer<pb::RecordInspectionResponse> {
        let Done { acceptance, position, .. } = self.does("RecordInspection", request).await?;
        Ok(Response::new(pb::RecordInspectionResponse { acceptance, position }))
    }

    async fn record_result(
        &self,
        request: Request<pb::RecordResultRequest>,
    ) -> Answer<pb::RecordResultResponse> {
        let Done { acceptance, position, .. } = self.does("RecordResult", request).await?;
        Ok(Response::new(pb::RecordResultResponse { acceptance, position }))
    }

    async fn report_rectification(
        &self,
        request: Request<pb::ReportRectificationRequest>,
    ) -> Answer<pb::ReportRectificationResponse> {
        let Done { acceptance, position, .. } = self.does("ReportRectification", request).await?;
        Ok(Response::new(pb::ReportRectificationResponse { acceptance, position }))
    }

    async fn issue_opinion(
        &self,
        request: Request<pb::IssueOpinionRequest>,
    ) -> Answer<pb::IssueOpinionResponse> {
        let Done { acceptance, position, .. } = self.does("IssueOpinion", request).await?;
        Ok(Response::new(pb::IssueOpinionResponse { acceptance, position }))
    }

    async fn correct_survey(
        &self,
        request: Request<pb::CorrectSurveyRequest>,
    ) -> Answer<pb::CorrectSurveyResponse> {
        let Done { acceptance, position, .. } = self.does("CorrectSurvey", request).await?;
        Ok(Response::new(pb::CorrectSurveyResponse { acceptance, position }))
    }

    async fn record_construction(
        &self,
        request: Request<pb::RecordConstructionRequest>,
    ) -> Answer<pb::RecordConstructionResponse> {
        let Done { acceptance, position, .. } = self.does("RecordConstruction", request).await?;
        Ok(Response::new(pb::RecordConstructionResponse { acceptance, position }))
    }

    async fn record_use(
        &self,
        request: Request<pb::RecordUseRequest>,
    ) -> Answer<pb::RecordUseResponse> {
        let Done { acceptance, position, .. } = self.does("RecordUse", request).await?;
        Ok(Response::new(pb::RecordUseResponse { acceptance, position }))
    }

    async fn get_acceptance(
        &self,
        request: Request<pb::GetAcceptanceRequest>,
    ) -> Answer<pb::GetAcceptanceResponse> {
        let (metadata, _, message) = request.into_parts();
        let mut fields = Fields::default();
        let project = fields.project("name", &message.name);
        fields.finish(())?;
        let stage = Some(Stage::Acceptance);
        self.docket.mandates().admit_reader(&metadata, Some(&project), stage).await?;
        self.reactions.caught_up().await?;
        self.docket.seen(&message.min_position).await?;
        let bench = self.docket.bench();
        let acceptance = self.docket.read(|cases| {
            let held = cases.get(&project)?;
            Some(view::acceptance(&project, &held.case, &bench))
        })?;
        let unknown = || Status::from(Refusal::Unknown(message.name.clone()));
        let acceptance = Some(acceptance.ok_or_else(unknown)?);
        Ok(Response::new(pb::GetAcceptanceResponse { acceptance }))
    }
}
