//! Construction and acceptance (多测整合、多验合一): units and phases, one survey used by many, one day on
//! site, one list of what to put right, one opinion; and the clocks of construction.

pub mod case;
mod grpc;
mod react;
mod view;

use async_trait::async_trait;
use case::{Act, Case, Command};
use desk::{
    caller::Caller,
    docket::{Bench, Docket, OpenDocketError},
    holdings::Shelf,
    mandates::Mandates,
    matters::{Cases, Filter, Form, Happenings},
    name::MatterName,
    position::Token,
    reactions::Reactions,
};
use eventlog::{Feed, Log, Stopped};
use host::time::Timekeeper;
use proto::{acceptance::v1::acceptance_service_server::AcceptanceServiceServer, matter::v1 as pb};
use rulebook::{catalogue::Stage, law::Law, matter};
use std::sync::Arc;
use tonic::{Code, Status};

pub use proto::acceptance::v1::acceptance_service_server::SERVICE_NAME;

/// The service: its cases, and what it learns from planning and aftercare. Cheap to clone.
#[derive(Clone)]
pub struct Acceptance {
    docket: Docket<Case>,
    reactions: Reactions,
}

impl Acceptance {
    /// Opens the service on its log, and follows those of planning and aftercare.
    ///
    /// # Errors
    /// The log cannot be read, or holds an event that this build does not know.
    pub async fn open(
        log: Log,
        followed: [impl Into<Feed>; 2],
        law: Arc<Law>,
        time: Timekeeper,
    ) -> Result<Self, OpenDocketError> {
        let docket = Docket::open(log, law.clone(), time).await?;
        let reactions = react::follow(followed.map(Into::into), &docket, &law);
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
    pub fn service(&self) -> AcceptanceServiceServer<Self> {
        AcceptanceServiceServer::new(self.clone())
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

    /// Records what the passing of the day brings here and nowhere else: members that are late, permits
    /// that lapsed by themselves.
    async fn record_the_day(&self) -> Result<Vec<String>, Status> {
        let bench = self.docket.bench();
        let ripe: Vec<(String, Act)> = self.docket.read(|cases| {
            let cases = cases.iter();
            let ripe = cases.flat_map(|(project, held)| {
                let acts = held.case.passing_of_time(&bench).into_iter();
                acts.map(|act| (project.to_owned(), act))
            });
            ripe.collect()
        })?;
        let mut touched = Vec::new();
        for (project, act) in ripe {
            let (name, key) = ripened(&project, &act, &bench);
            let caller = Caller::system("clock");
            let request = caller.keyed(key, "pass_day", &());
            let command = Command { occurred_on: None, act };
            let decide = move |case: &Case, bench: &Bench| case.decide(&command, &caller, bench);
            match self.docket.execute(request, &project, decide, |_, _| ()).await {
                Ok(_) => touched.push(name),
                // Somebody acted between looking and doing; there is nothing left to record.
                Err(status) if status.code() == Code::FailedPrecondition => {}
                Err(status) => return Err(status),
            }
        }
        Ok(touched)
    }
}

/// What the day touches, and the key under which it does so once.
fn ripened(project: &str, act: &Act, bench: &Bench) -> (String, String) {
    match act {
        Act::DeclareOverdue { matter, member } => {
            let name = format!("projects/{project}/matters/{matter}");
            (name.clone(), format!("overdue.{name}.{member}.{}", bench.date))
        }
        _ => (format!("projects/{project}"), format!("lapse.projects/{project}.{}", bench.date)),
    }
}

/// Every call first sees what the followed logs held when it was made: who has just got a construction
/// permit must not be told that there is none.
#[async_trait]
impl Cases for Acceptance {
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
        command: matter::Command,
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
        let mut touched = self.docket.pass_day().await?;
        touched.extend(self.record_the_day().await?);
        Ok(touched)
    }
}

#[cfg(test)]
mod tests;
