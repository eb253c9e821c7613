//! The dossier's gRPC API: it reads requests, asks who may, and lets the case decide.

mod access;
mod download;
mod read;
mod upload;
mod verify;
mod write;

use std::{pin::Pin, sync::Arc};

use proto::dossier::v1 as pb;
use tokio::sync::Semaphore;
use tokio_stream::Stream;
use tonic::{Request, Response, Status, Streaming};

use crate::{react::Ears, service::Dossiers};

/// Uploads under way at once; more are told to come later.
const UPLOADS: usize = 32;

/// Downloads under way at once; each holds a thread while it lasts.
const DOWNLOADS: usize = 64;

/// The service `tongban.dossier.v1.DossierService`.
#[derive(Clone)]
pub struct Grpc {
    dossiers: Dossiers,
    ears: Ears,
    uploads: Arc<Semaphore>,
    downloads: Arc<Semaphore>,
}

impl Grpc {
    /// The service of these dossiers.
    #[must_use]
    pub fn new(dossiers: Dossiers, ears: Ears) -> Self {
        let (uploads, downloads) = (Semaphore::new(UPLOADS), Semaphore::new(DOWNLOADS));
        Self { dossiers, ears, uploads: Arc::new(uploads), downloads: Arc::new(downloads) }
    }
}

type Answer<T> = Result<Response<T>, Status>;
type Bytes = Pin<Box<dyn Stream<Item = Result<pb::DownloadMaterialResponse, Status>> + Send>>;

#[tonic::async_trait]
impl pb::dossier_service_server::DossierService for Grpc {
    type DownloadMaterialStream = Bytes;

    async fn upload_material(
        &self,
        request: Request<Streaming<pb::UploadMaterialRequest>>,
    ) -> Answer<pb::UploadMaterialResponse> {
        self.upload(request).await
    }

    async fn download_material(
        &self,
        request: Request<pb::DownloadMaterialRequest>,
    ) -> Answer<Bytes> {
        self.download(request).await
    }

    async fn get_material(
        &self,
        request: Request<pb::GetMaterialRequest>,
    ) -> Answer<pb::GetMaterialResponse> {
        self.get(request).await
    }

    async fn list_materials(
        &self,
        request: Request<pb::ListMaterialsRequest>,
    ) -> Answer<pb::ListMaterialsResponse> {
        self.list(request).await
    }

    async fn mark_outdated(
        &self,
        request: Request<pb::MarkOutdatedRequest>,
    ) -> Answer<pb::MarkOutdatedResponse> {
        self.outdate(request).await
    }

    async fn check_demand(
        &self,
        request: Request<pb::CheckDemandRequest>,
    ) -> Answer<pb::CheckDemandResponse> {
        self.check(request).await
    }

    async fn override_demand(
        &self,
        request: Request<pb::OverrideDemandRequest>,
    ) -> Answer<pb::OverrideDemandResponse> {
        self.override_one(request).await
    }

    async fn list_overrides(
        &self,
        request: Request<pb::ListOverridesRequest>,
    ) -> Answer<pb::ListOverridesResponse> {
        self.overrides(request).await
    }

    async fn list_stale(
        &self,
        request: Request<pb::ListStaleRequest>,
    ) -> Answer<pb::ListStaleResponse> {
        self.stale(request).await
    }

    async fn verify_certificate(
        &self,
        request: Request<pb::VerifyCertificateRequest>,
    ) -> Answer<pb::VerifyCertificateResponse> {
        self.verify(request).await
    }
}

#[cfg(test)]
mod tests;
