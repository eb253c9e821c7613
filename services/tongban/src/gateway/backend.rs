//! The services behind the gateway, and how it says that one cannot be reached.

use crate::{Failure, platform::Service};
use desk::refuse::{self, DOMAIN};
use proto::log::v1::{
    ResolveCommandRequest, ResolveCommandResponse, log_service_client::LogServiceClient,
};
use std::{
    collections::{BTreeMap, HashMap},
    error::Error,
    time::Duration,
};
use tonic::{Code, Request, Response, Status, metadata::MetadataMap, transport::Channel};
use tonic_types::{ErrorDetails, StatusExt};

/// How long a connection may take to come about. What is sent to a service that is just being started again may be
/// lost, and its caller waits.
const CONNECTING: Duration = Duration::from_millis(500);
/// When a caller should come again.
const RETRY: Duration = Duration::from_millis(500);

/// One connection to each service, made when it is needed and again when it broke. Cheap to clone.
#[derive(Clone)]
pub(super) struct Backends(BTreeMap<Service, Channel>);

impl Backends {
    pub(super) fn new(addresses: &BTreeMap<String, String>) -> Result<Self, Failure> {
        let mut backends = BTreeMap::new();
        for service in Service::ALL {
            let name = service.name();
            let address = addresses
                .get(name)
                .ok_or_else(|| Failure::new(format!("the address of {name} is missing")))?;
            let endpoint = eventlog::endpoint(address).map_err(|error| {
                Failure::caused(format!("services.{name} cannot be used"), &error)
            })?;
            backends.insert(service, endpoint.connect_timeout(CONNECTING).connect_lazy());
        }
        Ok(Self(backends))
    }

    pub(super) fn channel(&self, service: Service) -> Channel {
        self.0[&service].clone()
    }
}

/// Asks the service that keeps a log what became of a command.
pub(super) async fn resolve(
    backends: Backends,
    request: ResolveCommandRequest,
) -> Result<Response<ResolveCommandResponse>, Status> {
    let keeper = Service::named(&request.log).filter(|service| service.keeps_log());
    let unknown = || refuse::Refusal::Unknown(format!("log {:?}", request.log));
    let keeper = keeper.ok_or_else(unknown)?;
    let answer = LogServiceClient::new(backends.channel(keeper)).resolve_command(request).await;
    answer.map_err(|status| answered(keeper, status))
}

/// A message to a service with what its caller said beside it.
pub(super) fn with<T>(metadata: &MetadataMap, message: T) -> Request<T> {
    let mut request = Request::new(message);
    *request.metadata_mut() = metadata.clone();
    request
}

/// UNAVAILABLE: the service cannot be reached, or went away before it answered. What became of a command
/// is not known; repeated with its request_id it is carried out once.
pub(super) fn unreachable(service: Service) -> Status {
    let name = service.name();
    let mut details = ErrorDetails::with_retry_info(Some(RETRY));
    let metadata = HashMap::from([("service".to_owned(), name.to_owned())]);
    details.set_error_info("SERVICE_UNREACHABLE", DOMAIN, metadata);
    let message =
        format!("the service {name} cannot be reached; repeat the call with its request_id");
    Status::with_error_details(Code::Unavailable, message, details)
}

/// A service's own answer as it came; where there was none, that it cannot be reached.
pub(super) fn answered(service: Service, status: Status) -> Status {
    // What was not sent by the service has a cause here.
    match status.source() {
        Some(cause) => unanswered(service, cause),
        None => status,
    }
}

/// What it means that a service gave no answer.
pub(super) fn unanswered(service: Service, why: &(dyn Error + 'static)) -> Status {
    let (mut told, mut cause) = (String::new(), Some(why));
    while let Some(error) = cause {
        if error.is::<tonic::TimeoutExpired>() {
            return Status::deadline_exceeded("no answer in the time allowed");
        }
        told.push_str(&format!(": {error}"));
        cause = error.source();
    }
    tracing::warn!(service = service.name(), "no answer{told}");
    unreachable(service)
}
