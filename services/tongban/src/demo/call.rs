//! Calls any method of the API by its name, with a request written as JSON.

use crate::{Failure, gateway};
use client::{Client, Key, Patience};
use desk::caller::PRINCIPAL;
use prost::Message;
use prost_reflect::{DescriptorPool, DynamicMessage, MethodDescriptor, ReflectMessage};
use proto::Raw;
use serde_json::{Map, Value};
use std::time::Duration;
use tonic::{
    Extensions, Request, Response, Status, client::Grpc, codegen::http::uri::PathAndQuery,
    metadata::MetadataMap, transport::Channel,
};

/// The API as its own description tells it.
pub(super) struct Api {
    pool: DescriptorPool,
    /// For calls whose types are known.
    pub(super) client: Client,
}

impl Api {
    /// The API at the other end of a channel.
    ///
    /// # Errors
    /// The built-in description cannot be read.
    pub(super) fn new(channel: Channel) -> Result<Self, Failure> {
        let pool = DescriptorPool::decode(proto::DESCRIPTORS)
            .map_err(|error| Failure::caused("the API's own description cannot be read", &error))?;
        // One caller with nobody to get in the way of: any seed will do.
        Ok(Self { pool, client: Client::new(channel, PATIENCE, 0) })
    }

    /// The method of this name, in whichever service it is.
    ///
    /// # Errors
    /// There is none, or there are several.
    pub(super) fn method(&self, name: &str) -> Result<MethodDescriptor, Failure> {
        let mut found = self
            .pool
            .services()
            .flat_map(|service| service.methods().collect::<Vec<_>>())
            .filter(|method| method.name() == name);
        let method =
            found.next().ok_or_else(|| Failure::new(format!("the API has no call {name}")))?;
        match found.next() {
            Some(other) => Err(Failure::new(format!(
                "{} and {} have the same name",
                method.full_name(),
                other.full_name()
            ))),
            None => Ok(method),
        }
    }

    /// Makes a call on behalf of somebody, and again while the platform is not there. The answer is the
    /// position token of what was recorded, where something was.
    ///
    /// # Errors
    /// Outside: the platform cannot be asked. Inside: what it refuses.
    pub(super) async fn call(
        &self,
        call: &Call,
        caller: &[(&'static str, String)],
    ) -> Result<Result<Option<String>, Status>, Failure> {
        let Call { method, message, .. } = call;
        let path = PathAndQuery::try_from(format!(
            "/{}/{}",
            method.parent_service().full_name(),
            method.name()
        ))
        .map_err(|error| Failure::caused("the call has no path", &error))?;
        let mut metadata = MetadataMap::new();
        for (key, value) in caller {
            let value =
                value.parse().map_err(|_| Failure::new(format!("{key} cannot be {value}")))?;
            metadata.insert(*key, value);
        }
        let once = |channel| {
            let request =
                Request::from_parts(metadata.clone(), Extensions::default(), message.clone());
            once(channel, request, path.clone())
        };
        let principal = caller.iter().find(|(key, _)| *key == PRINCIPAL);
        let answer = match (&call.log, principal) {
            (Some(log), Some((_, principal))) => {
                let request_id = call.request_id().unwrap_or_default();
                let key = Key { log, principal, request_id: &request_id };
                self.client.command(key, once).await
            }
            // It may be made twice, like the moving of the clock.
            _ => self.client.repeat(once).await,
        };
        match answer {
            Ok(bytes) => Ok(Ok(position(method, &bytes))),
            // A refusal after an attempt without an answer: that one came to nothing, or its answer were here.
            Err(client::Failure::Refused(status) | client::Failure::Unresolved(status)) => {
                Ok(Err(status))
            }
            Err(failure) => Err(Failure::caused("the platform cannot be asked", &failure)),
        }
    }
}

async fn once(
    channel: Channel,
    request: Request<Vec<u8>>,
    path: PathAndQuery,
) -> Result<Response<Vec<u8>>, Status> {
    let mut client = Grpc::new(channel);
    client.ready().await.map_err(|error| {
        Status::unavailable(Failure::caused("it cannot be reached", &error).to_string())
    })?;
    client.unary(request, path, Raw).await
}

/// The position token in an answer.
fn position(method: &MethodDescriptor, answer: &[u8]) -> Option<String> {
    let answer = DynamicMessage::decode(method.output(), answer).ok()?;
    let position = answer.get_field_by_name("position")?;
    position.as_str().filter(|token| !token.is_empty()).map(str::to_owned)
}

/// A platform that is started again in the midst of it takes a while, and is wanted as soon as it is back.
const PATIENCE: Patience = Patience {
    attempts: 100,
    answer: Duration::from_secs(30),
    budget: Duration::from_secs(60),
    pause: Duration::from_millis(100),
    fence: false,
};

/// A call with its request, which fits the method.
pub(super) struct Call {
    method: MethodDescriptor,
    message: Vec<u8>,
    /// The log that it writes, if it is a command.
    log: Option<String>,
}

impl Call {
    /// The request of a method, from its fields as JSON.
    ///
    /// # Errors
    /// A field or value that the method does not know.
    pub(super) fn new(method: MethodDescriptor, body: Map<String, Value>) -> Result<Self, Failure> {
        let message =
            DynamicMessage::deserialize(method.input(), Value::Object(body)).map_err(|error| {
                Failure::caused(format!("the request does not fit {}", method.name()), &error)
            })?;
        let log = log(&method, &message);
        Ok(Self { method, message: message.encode_to_vec(), log })
    }

    /// The key that it carries.
    fn request_id(&self) -> Option<String> {
        let message = DynamicMessage::decode(self.method.input(), self.message.as_slice()).ok()?;
        Some(message.get_field_by_name("request_id")?.as_str()?.to_owned())
    }
}

/// The log that a command is recorded in; `None` for a call without a key.
fn log(method: &MethodDescriptor, request: &DynamicMessage) -> Option<String> {
    request.descriptor().get_field_by_name("request_id")?;
    let service = method.parent_service();
    match service.package_name().split('.').nth(1)? {
        "matter" => Some(gateway::stage(request)?.word().to_owned()),
        package => Some(package.to_owned()),
    }
}
