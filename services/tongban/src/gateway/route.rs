//! Which service a call is for: by the name of the gRPC service, and for matters by the stage in the
//! matter's own name.

use super::{STAGES, backend::Backends, forward, matters};
use crate::{Failure, platform::Service};
use axum::{
    body::{Body, to_bytes},
    extract::Request,
    response::Response,
};
use desk::name::MatterName;
use host::health::Health;
use prost::bytes::Bytes;
use prost_reflect::{DescriptorPool, DynamicMessage, ServiceDescriptor};
use proto::{
    clock::v1::clock_service_server::SERVICE_NAME as CLOCK,
    matter::v1::matter_service_server::SERVICE_NAME as MATTERS,
};
use rulebook::{catalogue::Stage, matter::MatterId};
use std::{collections::BTreeMap, time::Duration};
use tokio::{sync::watch, task::JoinHandle};
use tonic::Status;
use tonic_health::pb::{
    HealthCheckRequest, health_check_response::ServingStatus, health_client::HealthClient,
};

/// Flag and length before every message.
const PREFIX: usize = 5;

/// What the gateway knows of the platform.
pub(super) struct Front {
    pub(super) backends: Backends,
    pub(super) stopping: watch::Sender<bool>,
    /// Whose each gRPC service is, by its full name.
    owners: BTreeMap<String, Service>,
    matters: ServiceDescriptor,
}

impl Front {
    pub(super) fn new(backends: Backends, stopping: watch::Sender<bool>) -> Result<Self, Failure> {
        let pool = DescriptorPool::decode(proto::DESCRIPTORS)
            .map_err(|error| Failure::caused("the API's own description cannot be read", &error))?;
        let owner = |package: &str| {
            let name = package.strip_prefix("tongban.")?.split('.').next()?;
            Service::named(name)
        };
        let owners = pool
            .services()
            .filter_map(|service| {
                Some((service.full_name().to_owned(), owner(service.package_name())?))
            })
            .collect();
        let matters = pool
            .get_service_by_name(MATTERS)
            .ok_or_else(|| Failure::new("the API's own description has no matters"))?;
        Ok(Self { backends, stopping, owners, matters })
    }

    /// Passes a call to where it belongs.
    pub(super) async fn pass(&self, request: Request) -> Response {
        let path = request.uri().path().to_owned();
        let Some((service, method)) = path.trim_start_matches('/').split_once('/') else {
            return forward::unimplemented();
        };
        match (service, method) {
            (MATTERS, "ListMatters") => matters::list(&self.backends, request).await,
            (MATTERS, "WatchMatters") => {
                matters::watch(&self.backends, &self.stopping, request).await
            }
            (MATTERS, _) => self.pass_matter(method, request).await,
            _ => match self.owners.get(service) {
                Some(owner) => self.forward(*owner, request).await,
                None => forward::unimplemented(),
            },
        }
    }

    async fn forward(&self, owner: Service, request: Request) -> Response {
        forward::forward(owner, self.backends.channel(owner), request).await
    }

    /// A call about one matter goes to its stage. Where the message names none, any stage can say what is
    /// wrong with it, and says the same.
    async fn pass_matter(&self, method: &str, request: Request) -> Response {
        let (parts, body) = request.into_parts();
        let Ok(message) = to_bytes(body, PREFIX + host::serve::MAX_MESSAGE_BYTES).await else {
            let limit = host::serve::MAX_MESSAGE_BYTES;
            return Status::out_of_range(format!("the message has more than {limit} bytes"))
                .into_http();
        };
        let owner = self.stage(method, &message).map_or(Service::Intake, owner);
        self.forward(owner, Request::from_parts(parts, Body::from(message))).await
    }

    /// The stage that a message speaks of.
    fn stage(&self, method: &str, framed: &Bytes) -> Option<Stage> {
        let message = framed.get(PREFIX..).filter(|_| framed.first() == Some(&0))?;
        let method = self.matters.methods().find(|known| known.name() == method)?;
        stage(&DynamicMessage::decode(method.input(), message).ok()?)
    }

    /// Tells callers of health how the services are, and the supervisor when each has answered once.
    pub(super) async fn look_after(&self, health: &Health) -> Vec<JoinHandle<()>> {
        let mut looking = Vec::new();
        let (serving, all) = watch::channel(BTreeMap::new());
        for service in Service::ALL {
            health.waits(service.name(), "does not answer yet");
            let names: Vec<String> = self
                .owners
                .iter()
                .filter(|(_, owner)| **owner == service)
                .map(|(name, _)| name.clone())
                .collect();
            for name in &names {
                health.serves(name, false).await;
            }
            let client = HealthClient::new(self.backends.channel(service));
            let (health, serving) = (health.clone(), serving.clone());
            looking.push(tokio::spawn(look(service, names, client, health, serving)));
        }
        looking.push(tokio::spawn(look_at_all(all, health.clone())));
        looking
    }
}

/// The stage of the matter that a request names, or of the first that it applies for.
pub(crate) fn stage(request: &DynamicMessage) -> Option<Stage> {
    if let Some(name) = request.get_field_by_name("name") {
        return Some(MatterName::parse(name.as_str()?)?.matter.stage());
    }
    let applications = request.get_field_by_name("applications")?;
    let item = applications.as_list()?.first()?.as_message()?.get_field_by_name("item")?;
    Some(MatterId::new(item.as_str()?, 1).ok()?.stage())
}

/// The service of a stage.
fn owner(stage: Stage) -> Service {
    match stage {
        Stage::Intake => Service::Intake,
        Stage::Planning => Service::Planning,
        Stage::Acceptance => Service::Acceptance,
        Stage::Aftercare => Service::Aftercare,
    }
}

/// How often a service is asked how it is, and how long it may take to say so.
const LOOK: Duration = Duration::from_secs(1);

async fn look(
    service: Service,
    names: Vec<String>,
    mut client: HealthClient<tonic::transport::Channel>,
    health: Health,
    serving: watch::Sender<BTreeMap<Service, bool>>,
) {
    loop {
        let asked = client.check(HealthCheckRequest::default());
        let answer = tokio::time::timeout(LOOK, asked).await;
        let serves =
            matches!(answer, Ok(Ok(answer)) if answer.get_ref().status() == ServingStatus::Serving);
        if serves {
            health.works(service.name());
        }
        for name in &names {
            health.serves(name, serves).await;
        }
        serving.send_if_modified(|all| all.insert(service, serves) != Some(serves));
        tokio::time::sleep(LOOK).await;
    }
}

/// What is for many services serves while all of them do.
async fn look_at_all(mut all: watch::Receiver<BTreeMap<Service, bool>>, health: Health) {
    loop {
        let (stages, everyone) = {
            let all = all.borrow_and_update();
            let serves = |service: &Service| all.get(service).copied().unwrap_or_default();
            (STAGES.iter().all(serves), Service::ALL.iter().all(serves))
        };
        health.serves(MATTERS, stages).await;
        health.serves(CLOCK, everyone).await;
        if all.changed().await.is_err() {
            return;
        }
    }
}
