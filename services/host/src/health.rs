//! What of a process serves and what it waits for: told over gRPC's health protocol, and to the admin
//! listener.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tonic_health::{ServingStatus, pb::health_server, server::HealthReporter};

/// The health of one process. Cheap to clone; clones share it.
#[derive(Debug, Clone, Default)]
pub struct Health {
    grpc: HealthReporter,
    waits: Arc<Mutex<BTreeMap<String, String>>>,
}

impl Health {
    /// Notes that a part of the process cannot do its work yet, or not any more, and why.
    pub fn waits(&self, part: &str, why: impl Into<String>) {
        self.lock().insert(part.to_owned(), why.into());
    }

    /// Notes that a part of the process does its work.
    pub fn works(&self, part: &str) {
        self.lock().remove(part);
    }

    /// Whether every part does its work.
    ///
    /// # Errors
    /// What waits, and why.
    pub fn ready(&self) -> Result<(), Vec<(String, String)>> {
        let waits = self.lock();
        if waits.is_empty() { Ok(()) } else { Err(waits.clone().into_iter().collect()) }
    }

    /// Tells callers over gRPC whether a service, by its full name, serves.
    pub async fn serves(&self, service: &str, serves: bool) {
        let status = if serves { ServingStatus::Serving } else { ServingStatus::NotServing };
        self.grpc.set_service_status(service, status).await;
    }

    /// gRPC's health service.
    pub(crate) fn service(
        &self,
    ) -> health_server::HealthServer<tonic_health::server::HealthService> {
        let service = tonic_health::server::HealthService::from_health_reporter(self.grpc.clone());
        health_server::HealthServer::new(service)
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, String>> {
        self.waits.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
