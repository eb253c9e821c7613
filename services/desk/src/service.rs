//! `MatterService` for every stage: it reads the request, finds the service whose stage the matter
//! belongs to, and lets it decide.

mod read;
mod write;

use std::{collections::BTreeMap, pin::Pin, sync::Arc};

use proto::matter::v1::{self as pb, matter_service_server::MatterServiceServer};
use rulebook::catalogue::Stage;
use tokio::sync::watch;
use tokio_stream::Stream;
use tonic::{Request, Response, Status};

use crate::{mandates::Mandates, matters::Cases, refuse::Refusal};

pub use proto::matter::v1::matter_service_server::SERVICE_NAME;
pub use read::{page_size, page_token};

/// The desk: one service for the matters of all stages that this process or its peers hold.
#[derive(Clone)]
pub struct Desk {
    stages: BTreeMap<Stage, Arc<dyn Cases>>,
    mandates: Mandates,
    /// Whether the platform is stopping.
    stopping: watch::Sender<bool>,
}

impl Desk {
    /// A desk for the matters of these services, one for each stage.
    #[must_use]
    pub fn new(services: impl IntoIterator<Item = Arc<dyn Cases>>) -> Self {
        let stages = services.into_iter().map(|cases| (cases.stage(), cases)).collect();
        Desk { stages, mandates: Mandates::default(), stopping: watch::Sender::new(false) }
    }

    /// The same desk, which lets an enterprise and its agents at their own projects only.
    #[must_use]
    pub fn with_mandates(self, mandates: Mandates) -> Self {
        Self { mandates, ..self }
    }

    /// Ends every watch: its caller is told to come again. Without this nobody who watches would let the
    /// platform stop.
    pub fn stop_watches(&self) {
        self.stopping.send_replace(true);
    }

    /// The calls of the desk.
    #[must_use]
    pub fn service(&self) -> MatterServiceServer<Self> {
        MatterServiceServer::new(self.clone())
            .max_decoding_message_size(host::serve::MAX_MESSAGE_BYTES)
    }

    /// Lets every service carry out what the passing of the day brings, and names the matters it touched.
    ///
    /// # Errors
    /// What the logs could not do; asking again does what is left.
    pub async fn pass_day(&self) -> Result<Vec<String>, Status> {
        let mut touched = Vec::new();
        for cases in self.stages.values() {
            touched.extend(cases.pass_day().await?);
        }
        Ok(touched)
    }

    fn of(&self, stage: Stage) -> Result<&Arc<dyn Cases>, Refusal> {
        self.stages.get(&stage).ok_or_else(|| {
            Refusal::Unknown(format!("matter of stage {stage} on this platform yet"))
        })
    }
}

/// The answers of a watch.
type Happened = Pin<Box<dyn Stream<Item = Result<pb::WatchMattersResponse, Status>> + Send>>;

/// What a call that changes a matter answers.
type Answer<T> = Result<Response<T>, Status>;

#[tonic::async_trait]
impl pb::matter_service_server::MatterService for Desk {
    type WatchMattersStream = Happened;

    async fn get_matter(
        &self,
        request: Request<pb::GetMatterRequest>,
    ) -> Answer<pb::GetMatterResponse> {
        self.get(request).await
    }

    async fn list_matters(
        &self,
        request: Request<pb::ListMattersRequest>,
    ) -> Answer<pb::ListMattersResponse> {
        self.list(request).await
    }

    async fn watch_matters(&self, request: Request<pb::WatchMattersRequest>) -> Answer<Happened> {
        self.watch(request).await
    }

    async fn file_matters(
        &self,
        request: Request<pb::FileMattersRequest>,
    ) -> Answer<pb::FileMattersResponse> {
        self.file(request).await
    }

    async fn accept_matter(
        &self,
        request: Request<pb::AcceptMatterRequest>,
    ) -> Answer<pb::AcceptMatterResponse> {
        let (matter, position) = self.act("AcceptMatter", request).await?;
        Ok(Response::new(pb::AcceptMatterResponse { matter, position }))
    }

    async fn tolerate_missing(
        &self,
        request: Request<pb::TolerateMissingRequest>,
    ) -> Answer<pb::TolerateMissingResponse> {
        let (matter, position) = self.act("TolerateMissing", request).await?;
        Ok(Response::new(pb::TolerateMissingResponse { matter, position }))
    }

    async fn supply_owed(
        &self,
        request: Request<pb::SupplyOwedRequest>,
    ) -> Answer<pb::SupplyOwedResponse> {
        let (matter, position) = self.act("SupplyOwed", request).await?;
        Ok(Response::new(pb::SupplyOwedResponse { matter, position }))
    }

    async fn refuse_acceptance(
        &self,
        request: Request<pb::RefuseAcceptanceRequest>,
    ) -> Answer<pb::RefuseAcceptanceResponse> {
        let (matter, position) = self.act("RefuseAcceptance", request).await?;
        Ok(Response::new(pb::RefuseAcceptanceResponse { matter, position }))
    }

    async fn request_corrections(
        &self,
        request: Request<pb::RequestCorrectionsRequest>,
    ) -> Answer<pb::RequestCorrectionsResponse> {
        let (matter, position) = self.act("RequestCorrections", request).await?;
        Ok(Response::new(pb::RequestCorrectionsResponse { matter, position }))
    }

    async fn supply_corrections(
        &self,
        request: Request<pb::SupplyCorrectionsRequest>,
    ) -> Answer<pb::SupplyCorrectionsResponse> {
        let (matter, position) = self.act("SupplyCorrections", request).await?;
        Ok(Response::new(pb::SupplyCorrectionsResponse { matter, position }))
    }

    async fn suspend_matter(
        &self,
        request: Request<pb::SuspendMatterRequest>,
    ) -> Answer<pb::SuspendMatterResponse> {
        let (matter, position) = self.act("SuspendMatter", request).await?;
        Ok(Response::new(pb::SuspendMatterResponse { matter, position }))
    }

    async fn resume_matter(
        &self,
        request: Request<pb::ResumeMatterRequest>,
    ) -> Answer<pb::ResumeMatterResponse> {
        let (matter, position) = self.act("ResumeMatter", request).await?;
        Ok(Response::new(pb::ResumeMatterResponse { matter, position }))
    }

    async fn extend_matter(
        &self,
        request: Request<pb::ExtendMatterRequest>,
    ) -> Answer<pb::ExtendMatterResponse> {
        let (matter, position) = self.act("ExtendMatter", request).await?;
        Ok(Response::new(pb::ExtendMatterResponse { matter, position }))
    }

    async fn request_opinions(
        &self,
        request: Request<pb::RequestOpinionsRequest>,
    ) -> Answer<pb::RequestOpinionsResponse> {
        let (matter, position) = self.act("RequestOpinions", request).await?;
        Ok(Response::new(pb::RequestOpinionsResponse { matter, position }))
    }

    async fn give_opinion(
        &self,
        request: Request<pb::GiveOpinionRequest>,
    ) -> Answer<pb::GiveOpinionResponse> {
        let (matter, position) = self.act("GiveOpinion", request).await?;
        Ok(Response::new(pb::GiveOpinionResponse { matter, position }))
    }

    async fn resubmit_materials(
        &self,
        request: Request<pb::ResubmitMaterialsRequest>,
    ) -> Answer<pb::ResubmitMaterialsResponse> {
        let (matter, position) = self.act("ResubmitMaterials", request).await?;
        Ok(Response::new(pb::ResubmitMaterialsResponse { matter, position }))
    }

    async fn decide_matter(
        &self,
        request: Request<pb::DecideMatterRequest>,
    ) -> Answer<pb::DecideMatterResponse> {
        let (matter, position) = self.act("DecideMatter", request).await?;
        Ok(Response::new(pb::DecideMatterResponse { matter, position }))
    }

    async fn deliver_decision(
        &self,
        request: Request<pb::DeliverDecisionRequest>,
    ) -> Answer<pb::DeliverDecisionResponse> {
        let (matter, position) = self.act("DeliverDecision", request).await?;
        Ok(Response::new(pb::DeliverDecisionResponse { matter, position }))
    }

    async fn record_commitment(
        &self,
        request: Request<pb::RecordCommitmentRequest>,
    ) -> Answer<pb::RecordCommitmentResponse> {
        let (matter, position) = self.act("RecordCommitment", request).await?;
        Ok(Response::new(pb::RecordCommitmentResponse { matter, position }))
    }

    async fn check_commitment(
        &self,
        request: Request<pb::CheckCommitmentRequest>,
    ) -> Answer<pb::CheckCommitmentResponse> {
        let (matter, position) = self.act("CheckCommitment", request).await?;
        Ok(Response::new(pb::CheckCommitmentResponse { matter, position }))
    }

    async fn record_rectification(
        &self,
        request: Request<pb::RecordRectificationRequest>,
    ) -> Answer<pb::RecordRectificationResponse> {
        let (matter, position) = self.act("RecordRectification", request).await?;
        Ok(Response::new(pb::RecordRectificationResponse { matter, position }))
    }

    async fn show_condition(
        &self,
        request: Request<pb::ShowConditionRequest>,
    ) -> Answer<pb::ShowConditionResponse> {
        let (matter, position) = self.act("ShowCondition", request).await?;
        Ok(Response::new(pb::ShowConditionResponse { matter, position }))
    }

    async fn check_condition(
        &self,
        request: Request<pb::CheckConditionRequest>,
    ) -> Answer<pb::CheckConditionResponse> {
        let (matter, position) = self.act("CheckCondition", request).await?;
        Ok(Response::new(pb::CheckConditionResponse { matter, position }))
    }

    async fn withdraw_application(
        &self,
        request: Request<pb::WithdrawApplicationRequest>,
    ) -> Answer<pb::WithdrawApplicationResponse> {
        let (matter, position) = self.act("WithdrawApplication", request).await?;
        Ok(Response::new(pb::WithdrawApplicationResponse { matter, position }))
    }

    async fn withdraw_permit(
        &self,
        request: Request<pb::WithdrawPermitRequest>,
    ) -> Answer<pb::WithdrawPermitResponse> {
        let (matter, position) = self.act("WithdrawPermit", request).await?;
        Ok(Response::new(pb::WithdrawPermitResponse { matter, position }))
    }

    async fn revoke_permit(
        &self,
        request: Request<pb::RevokePermitRequest>,
    ) -> Answer<pb::RevokePermitResponse> {
        let (matter, position) = self.act("RevokePermit", request).await?;
        Ok(Response::new(pb::RevokePermitResponse { matter, position }))
    }

    async fn revoke_permit_as_penalty(
        &self,
        request: Request<pb::RevokePermitAsPenaltyRequest>,
    ) -> Answer<pb::RevokePermitAsPenaltyResponse> {
        let (matter, position) = self.act("RevokePermitAsPenalty", request).await?;
        Ok(Response::new(pb::RevokePermitAsPenaltyResponse { matter, position }))
    }

    async fn deregister_permit(
        &self,
        request: Request<pb::DeregisterPermitRequest>,
    ) -> Answer<pb::DeregisterPermitResponse> {
        let (matter, position) = self.act("DeregisterPermit", request).await?;
        Ok(Response::new(pb::DeregisterPermitResponse { matter, position }))
    }

    async fn contest_card(
        &self,
        request: Request<pb::ContestCardRequest>,
    ) -> Answer<pb::ContestCardResponse> {
        let (matter, position) = self.act("ContestCard", request).await?;
        Ok(Response::new(pb::ContestCardResponse { matter, position }))
    }

    async fn annul_card(
        &self,
        request: Request<pb::AnnulCardRequest>,
    ) -> Answer<pb::AnnulCardResponse> {
        let (matter, position) = self.act("AnnulCard", request).await?;
        Ok(Response::new(pb::AnnulCardResponse { matter, position }))
    }

    async fn uphold_card(
        &self,
        request: Request<pb::UpholdCardRequest>,
    ) -> Answer<pb::UpholdCardResponse> {
        let (matter, position) = self.act("UpholdCard", request).await?;
        Ok(Response::new(pb::UpholdCardResponse { matter, position }))
    }
}

#[cfg(test)]
mod tests;
