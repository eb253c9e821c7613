//! The platform's clock where every service has its own: moved in all of them before anybody is answered.

use super::backend::{Backends, answered};
use crate::platform::Service;
use proto::clock::v1::{
    AdvanceToRequest, AdvanceToResponse, GetTimeRequest, GetTimeResponse,
    clock_service_client::ClockServiceClient, clock_service_server::ClockService,
};
use tonic::{Request, Response, Status, metadata::MetadataMap};

pub(super) struct Clocks(Backends);

impl Clocks {
    pub(super) fn new(backends: Backends) -> Self {
        Self(backends)
    }

    async fn advance(
        &self,
        service: Service,
        request: &AdvanceToRequest,
        metadata: &MetadataMap,
    ) -> Result<Vec<String>, Status> {
        let mut client = ClockServiceClient::new(self.0.channel(service));
        let moved = client.advance_to(with(metadata, request.clone())).await;
        let moved = moved.map_err(|status| answered(service, status))?;
        Ok(moved.into_inner().silent_matters)
    }
}

#[tonic::async_trait]
impl ClockService for Clocks {
    /// The earliest date of all: what every service has reached.
    async fn get_time(
        &self,
        request: Request<GetTimeRequest>,
    ) -> Result<Response<GetTimeResponse>, Status> {
        let mut earliest: Option<GetTimeResponse> = None;
        for service in Service::ALL {
            let mut client = ClockServiceClient::new(self.0.channel(service));
            let told = client.get_time(with(request.metadata(), GetTimeRequest {})).await;
            let told = told.map_err(|status| answered(service, status))?.into_inner();
            if earliest.as_ref().is_none_or(|other| told.date < other.date) {
                earliest = Some(told);
            }
        }
        earliest.map(Response::new).ok_or_else(desk::refuse::internal)
    }

    /// First against the order of the stages, so that no service hears of a day that it has not reached;
    /// then in their order, so that each does what the day brings after those before it. A call that failed
    /// halfway is repeated: what has moved stays, and what was done is not done again.
    async fn advance_to(
        &self,
        request: Request<AdvanceToRequest>,
    ) -> Result<Response<AdvanceToResponse>, Status> {
        let (metadata, message) = (request.metadata().clone(), request.into_inner());
        let mut silent_matters = Vec::new();
        for service in Service::ALL.into_iter().rev().chain(Service::ALL) {
            for matter in self.advance(service, &message, &metadata).await? {
                if !silent_matters.contains(&matter) {
                    silent_matters.push(matter);
                }
            }
        }
        Ok(Response::new(AdvanceToResponse { date: message.date, silent_matters }))
    }
}

fn with<T>(metadata: &MetadataMap, message: T) -> Request<T> {
    let mut request = Request::new(message);
    *request.metadata_mut() = metadata.clone();
    request
}
