//! Land and planning approval (多审合一、多证合一): the roadmap, one form for many matters, merged
//! certificates and the ten-working-day budget.

mod budget;
pub mod case;
mod certificate;
mod grpc;
mod react;
mod roadmap;

use async_trait::async_trait;
use case::Case;
use desk::{
    caller::Caller,
    docket::{Docket, OpenDocketError},
    holdings::Shelf,
    mandates::Mandates,
    matters::{Cases, Filter, Form, Happenings},
    name::MatterName,
    position::Token,
    reactions::Reactions,
};
use eventlog::{Feed, Log, Stopped};
use host::time::Timekeeper;
use proto::{matter::v1 as pb, planning::v1::planning_service_server::PlanningServiceServer};
use rulebook::{
    catalogue::Stage,
    law::Law,
    matter::{Act, Command, Outcome},
};
use std::sync::Arc;
use tonic::{Code, Status};

pub use proto::planning::v1::planning_service_server::SERVICE_NAME;

/// The service: its cases, and what it learns from intake. Cheap to clone.
#[derive(Clone)]
pub struct Planning {
    docket: Docket<Case>,
    reactions: Reactions,
}

impl Planning {
    /// Opens the service on its log, and follows intake's.
    ///
    /// # Errors
    /// The log cannot be read, or holds an event that this build does not know.
    pub async fn open(
        log: Log,
        intake: impl Into<Feed>,
        law: Arc<Law>,
        time: Timekeeper,
    ) -> Result<Self, OpenDocketError> {
        let docket = Docket::open(log, law, time).await?;
        let reactions = react::follow(intake.into(), &docket);
        Ok(Self { docket, reactions })
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
    pub fn service(&self) -> PlanningServiceServer<Self> {
        PlanningServiceServer::new(self.clone())
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

/// How many numbers are tried for a certificate when the one made is taken.
const NUMBER_TRIES: u32 = 8;

impl Planning {
    /// The command with a number for its certificate; `None` where it has one, or needs none of ours.
    fn numbered(&self, name: &MatterName, command: &Command) -> Result<Option<Command>, Status> {
        let mut numbered = command.clone();
        let Act::Decide { outcome: Outcome::Granted { certificate, .. }, .. } = &mut numbered.act
        else {
            return Ok(None);
        };
        if !certificate.number.trim().is_empty() {
            return Ok(None);
        }
        let on = command.occurred_on.unwrap_or_else(|| self.docket.bench().date);
        let number = self.docket.read(|cases| {
            let district = &cases.get(&name.project)?.case.admitted.as_ref()?.district;
            let issued = cases.iter().flat_map(|(_, held)| &held.case.certificates);
            let taken = issued.map(|certificate| certificate.number.as_str());
            certificate::number(name, district, on, taken)
        })?;
        let Some(number) = number else { return Ok(None) };
        certificate.number = number;
        Ok(Some(numbered))
    }
}

/// Every command first sees what intake had recorded when it was made: who has just got a project code must
/// not be told that there is none. Reads show matters, and nothing that intake records moves those.
#[async_trait]
impl Cases for Planning {
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
        for _ in 0..NUMBER_TRIES {
            let Some(numbered) = self.numbered(&name, &command)? else { break };
            let (request, since) = (request.clone(), unchanged_since.clone());
            match self.docket.act(caller, request, name.clone(), numbered, since).await {
                // Another certificate took the number meanwhile.
                Err(status) if status.code() == Code::AlreadyExists => {}
                done => return done,
            }
        }
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
