//! Post-launch service (投产后服务): what the authorities owe the enterprise once it works, and what it owes
//! them.

pub mod case;
mod grpc;
mod react;

use async_trait::async_trait;
use case::Case;
use desk::{
    caller::Caller,
    docket::{Docket, OpenDocketError},
    holdings::Shelf,
    matters::{Cases, Filter, Form, Happenings},
    name::MatterName,
    position::Token,
    reactions::Reactions,
};
use eventlog::{Feed, Log, Stopped};
use host::time::Timekeeper;
use proto::{aftercare::v1::aftercare_service_server::AftercareServiceServer, matter::v1 as pb};
use rulebook::{catalogue::Stage, law::Law, matter::Command};
use std::sync::Arc;
use tonic::Status;

pub use proto::aftercare::v1::aftercare_service_server::SERVICE_NAME;

/// The service: its cases, and what it learns from earlier stages. Cheap to clone.
#[derive(Clone)]
pub struct Aftercare {
    docket: Docket<Case>,
    reactions: Reactions,
}

impl Aftercare {
    /// Opens the service on its log, and follows those of the earlier stages: intake's, planning's and
    /// acceptance's, in this order.
    ///
    /// # Errors
    /// The log cannot be read, or holds an event that this build does not know.
    pub async fn open(
        log: Log,
        earlier: [impl Into<Feed>; 3],
        law: Arc<Law>,
        time: Timekeeper,
    ) -> Result<Self, OpenDocketError> {
        let docket = Docket::open(log, law, time).await?;
        let reactions = react::follow(earlier.map(Into::into), &docket);
        Ok(Self { docket, reactions })
    }

    /// The same service, which asks the dossiers before anything is demanded of an enterprise.
    #[must_use]
    pub fn with_shelf(self, shelf: Shelf) -> Self {
        Self { docket: self.docket.with_shelf(shelf), ..self }
    }

    /// The same service, which lets an enterprise and its agents at their own projects only.
    #[must_use]
    pub fn with_mandates(self, mandates: desk::mandates::Mandates) -> Self {
        Self { docket: self.docket.with_mandates(mandates), ..self }
    }

    /// The calls of this stage.
    #[must_use]
    pub fn service(&self) -> AftercareServiceServer<Self> {
        AftercareServiceServer::new(self.clone())
            .max_decoding_message_size(host::serve::MAX_MESSAGE_BYTES)
    }

    /// Waits until the fold of the cases stops, at an event that it cannot take.
    pub async fn stopped(&self) -> Stopped {
        tokio::select! {
            stopped = self.docket.stopped() => stopped,
            stopped = self.reactions.stopped() => stopped,
        }
    }

    /// The matters of this stage, for the desk.
    #[must_use]
    pub fn cases(&self) -> Arc<dyn Cases> {
        Arc::new(self.clone())
    }
}

/// Every command first sees what the earlier stages had recorded when it was made.
#[async_trait]
impl Cases for Aftercare {
    fn stage(&self) -> Stage {
        self.docket.stage()
    }

    async fn file(
        &self,
        caller: &Caller,
        request: eventlog::Request,
        form: Form,
    ) -> Result<pb::FileMattersResponse, Status> {
        self.reactions.caught_up().await?;
        self.docket.file(caller, request, form).await
    }

    async fn act(
        &self,
        caller: &Caller,
        request: eventlog::Request,
        name: MatterName,
        command: Command,
        unchanged_since: Option<Token>,
    ) -> Result<(pb::Matter, String), Status> {
        self.reactions.caught_up().await?;
        self.docket.act(caller, request, name, command, unchanged_since).await
    }

    async fn get(&self, name: &MatterName, seen: &[String]) -> Result<pb::Matter, Status> {
        self.docket.get(name, seen).await
    }

    async fn list(
        &self,
        filter: &Filter,
        after: Option<&MatterName>,
        most: usize,
        seen: &[String],
    ) -> Result<Vec<(MatterName, pb::Matter)>, Status> {
        self.docket.list(filter, after, most, seen).await
    }

    async fn watch(
        &self,
        filter: Filter,
        after: &[String],
        happenings: Happenings,
    ) -> Result<(), Status> {
        self.docket.watch(filter, after, happenings).await
    }

    async fn pass_day(&self) -> Result<Vec<String>, Status> {
        self.reactions.caught_up().await?;
        self.docket.pass_day().await
    }
}

#[cfg(test)]
mod tests;
