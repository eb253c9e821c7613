//! The platform's clock where every service has its own: moved in all of them before anybody is answered.

use super::backend::{Backends, answered, with};
use crate::platform::Service;
use host::health::Health;
use proto::clock::v1::{
    AdvanceToRequest, AdvanceToResponse, GetTimeRequest, GetTimeResponse,
    clock_service_client::ClockServiceClient, clock_service_server::ClockService,
};
use std::time::Duration;
use tokio::task::JoinHandle;
use tonic::{Request, Response, Status, metadata::MetadataMap};

#[derive(Clone)]
pub(super) struct Clocks(Backends);

/// How often the clocks are compared, and how long they may take to tell.
const LOOK: Duration = Duration::from_secs(1);
/// How often the machines' own clocks are looked at: a service may be started again with another setting.
const SELDOM: Duration = Duration::from_secs(60);

impl Clocks {
    pub(super) fn new(backends: Backends) -> Self {
        Self(backends)
    }

    /// Brings settable clocks to one date, for as long as the process runs: a service that was away goes on with
    /// the date of its log, which may be behind that of the others. Until that was once so, the gateway is not ready.
    /// Clocks that nobody can set are looked at seldom.
    pub(super) fn level(self, health: Health) -> JoinHandle<()> {
        health.waits(PART, "the services' clocks were not compared yet");
        tokio::spawn(async move {
            let mut told = false;
            loop {
                let mut pause = LOOK;
                // Who cannot be asked is compared when it is back; that it is away, health says.
                if let Ok(Ok(times)) = tokio::time::timeout(LOOK, self.told()).await {
                    match self.level_once(&times).await {
                        Ok(()) => {
                            told = false;
                            health.works(PART);
                            if times.iter().all(|(_, time)| !time.settable) {
                                pause = SELDOM;
                            }
                        }
                        Err(status) => {
                            if !std::mem::replace(&mut told, true) {
                                tracing::warn!(%status, "the clocks are not at one date, trying again");
                            }
                        }
                    }
                }
                tokio::time::sleep(pause).await;
            }
        })
    }

    async fn level_once(&self, times: &[(Service, GetTimeResponse)]) -> Result<(), Status> {
        let dates = times.iter().filter(|(_, time)| time.settable).map(|(_, time)| &time.date);
        let Some(latest) = dates.max() else { return Ok(()) };
        let behind = times.iter().filter(|(_, time)| time.settable && time.date < *latest);
        for (service, time) in behind {
            tracing::info!(
                service = service.name(),
                from = time.date,
                to = latest,
                "moving its clock"
            );
            let request = AdvanceToRequest { date: latest.clone() };
            self.advance(*service, &request, &MetadataMap::new()).await?;
        }
        Ok(())
    }

    /// What every clock says; or who did not tell, and why.
    async fn told(&self) -> Result<Vec<(Service, GetTimeResponse)>, (Service, Status)> {
        let mut times = Vec::new();
        for service in Service::ALL {
            let mut client = ClockServiceClient::new(self.0.channel(service));
            let told = client.get_time(GetTimeRequest {}).await;
            times.push((service, told.map_err(|status| (service, status))?.into_inner()));
        }
        Ok(times)
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
        _: Request<GetTimeRequest>,
    ) -> Result<Response<GetTimeResponse>, Status> {
        let times = self.told().await.map_err(|(service, status)| answered(service, status))?;
        let earliest = times.into_iter().map(|(_, time)| time);
        let earliest = earliest.min_by(|one, other| one.date.cmp(&other.date));
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

/// What waits while the clocks are not at one date.
const PART: &str = "clock";

#[cfg(test)]
mod tests;
