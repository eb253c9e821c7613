//! Intake of projects (项目谋划与准入): registration, screening, the key-project gate, codes, the service
//! secretary, and the matters of the first stage.

pub mod case;
mod grpc;
mod read;
mod view;

use case::Case;
use desk::{
    docket::{Docket, OpenDocketError},
    holdings::Shelf,
    mandates::Mandates,
    matters::Cases,
};
use eventlog::{Log, Stopped};
use host::time::Timekeeper;
use proto::intake::v1::intake_service_server::IntakeServiceServer;
use rulebook::law::Law;
use std::sync::Arc;
use tokio::sync::{Mutex, Semaphore};

pub use proto::intake::v1::intake_service_server::SERVICE_NAME;

/// The service: its cases, and how they are asked. Cheap to clone.
#[derive(Clone)]
pub struct Intake {
    docket: Docket<Case>,
    registering: Registering,
}

/// Registrations come one after the other.
#[derive(Clone)]
struct Registering {
    turn: Arc<Mutex<()>>,
    waiting: Arc<Semaphore>,
}

impl Intake {
    /// Opens the service on its log.
    ///
    /// # Errors
    /// The log cannot be read, or holds an event that this build does not know.
    pub async fn open(log: Log, law: Arc<Law>, time: Timekeeper) -> Result<Self, OpenDocketError> {
        let docket = Docket::open(log, law, time).await?;
        let waiting = Arc::new(Semaphore::new(grpc::WAITING));
        Ok(Self { docket, registering: Registering { turn: Arc::default(), waiting } })
    }

    /// The same service, which asks the dossiers before anything is demanded of an enterprise.
    #[must_use]
    pub fn with_shelf(self, shelf: Shelf) -> Self {
        Self { docket: self.docket.with_shelf(shelf), ..self }
    }

    /// The same service, which lets an enterprise and its agents at their own projects only.
    #[must_use]
    pub fn with_mandates(self, mandates: Mandates) -> Self {
        Self { docket: self.docket.with_mandates(mandates), ..self }
    }

    /// The calls of this stage.
    #[must_use]
    pub fn service(&self) -> IntakeServiceServer<Self> {
        IntakeServiceServer::new(self.clone())
            .max_decoding_message_size(host::serve::MAX_MESSAGE_BYTES)
    }

    /// Waits until the fold of the cases stops, at an event that it cannot take.
    pub async fn stopped(&self) -> Stopped {
        self.docket.stopped().await
    }

    /// The matters of this stage, for the desk.
    #[must_use]
    pub fn cases(&self) -> Arc<dyn Cases> {
        Arc::new(self.docket.clone())
    }
}

#[cfg(test)]
mod tests;
