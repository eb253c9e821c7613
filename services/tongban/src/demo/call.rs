//! Calls any method of the API by its name, with a request written as JSON.

use crate::Failure;
use prost::Message;
use prost_reflect::{DescriptorPool, DynamicMessage, MethodDescriptor};
use serde_json::{Map, Value};
use std::time::Duration;
use tonic::{
    Code, Request, Status,
    client::Grpc,
    codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder},
    codegen::http::uri::PathAndQuery,
    transport::Channel,
};

/// The API as its own description tells it.
pub(super) struct Api {
    pool: DescriptorPool,
    channel: Channel,
}

impl Api {
    /// The API at the other end of a channel.
    ///
    /// # Errors
    /// The built-in description cannot be read.
    pub(super) fn new(channel: Channel) -> Result<Self, Failure> {
        let pool = DescriptorPool::decode(proto::DESCRIPTORS)
            .map_err(|error| Failure::caused("the API's own description cannot be read", &error))?;
        Ok(Self { pool, channel })
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
    /// Outside: the platform cannot be asked. Inside: what it answers.
    pub(super) async fn call(
        &self,
        Call { method, message }: &Call,
        caller: &[(&'static str, String)],
    ) -> Result<Result<Option<String>, Status>, Failure> {
        let path = PathAndQuery::try_from(format!(
            "/{}/{}",
            method.parent_service().full_name(),
            method.name()
        ))
        .map_err(|error| Failure::caused("the call has no path", &error))?;
        let mut waited = Duration::ZERO;
        loop {
            let mut request = Request::new(message.clone());
            for (key, value) in caller {
                let value =
                    value.parse().map_err(|_| Failure::new(format!("{key} cannot be {value}")))?;
                request.metadata_mut().insert(*key, value);
            }
            let answer = self.once(request, path.clone()).await;
            match answer {
                // The request has its own key: repeated, it is carried out once.
                Err(status) if is_away(&status) && waited < PATIENCE => {
                    tokio::time::sleep(PAUSE).await;
                    waited += PAUSE;
                }
                answer => return Ok(answer.map(|bytes| position(method, &bytes))),
            }
        }
    }

    async fn once(&self, request: Request<Vec<u8>>, path: PathAndQuery) -> Result<Vec<u8>, Status> {
        let mut client = Grpc::new(self.channel.clone());
        client.ready().await.map_err(|error| Status::unavailable(error.to_string()))?;
        Ok(client.unary(request, path, Bytes).await?.into_inner())
    }
}

/// The position token in an answer.
fn position(method: &MethodDescriptor, answer: &[u8]) -> Option<String> {
    let answer = DynamicMessage::decode(method.output(), answer).ok()?;
    let position = answer.get_field_by_name("position")?;
    position.as_str().filter(|token| !token.is_empty()).map(str::to_owned)
}

/// Whether the platform, or a part of it, was not there; what was not sent by it has a cause here.
fn is_away(status: &Status) -> bool {
    status.code() == Code::Unavailable || std::error::Error::source(status).is_some()
}

/// How long a platform may be away, and how often it is looked for.
const PATIENCE: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_millis(250);

/// A call with its request, which fits the method.
pub(super) struct Call {
    method: MethodDescriptor,
    message: Vec<u8>,
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
        Ok(Self { method, message: message.encode_to_vec() })
    }
}

/// Messages as the bytes they are: what they mean is known at run time only.
#[derive(Clone, Copy)]
struct Bytes;

impl Codec for Bytes {
    type Encode = Vec<u8>;
    type Decode = Vec<u8>;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        *self
    }

    fn decoder(&mut self) -> Self {
        *self
    }
}

impl Encoder for Bytes {
    type Item = Vec<u8>;
    type Error = Status;

    fn encode(&mut self, item: Vec<u8>, buffer: &mut EncodeBuf<'_>) -> Result<(), Status> {
        prost::bytes::BufMut::put_slice(buffer, &item);
        Ok(())
    }
}

impl Decoder for Bytes {
    type Item = Vec<u8>;
    type Error = Status;

    fn decode(&mut self, buffer: &mut DecodeBuf<'_>) -> Result<Option<Vec<u8>>, Status> {
        let length = prost::bytes::Buf::remaining(buffer);
        Ok(Some(prost::bytes::Buf::copy_to_bytes(buffer, length).to_vec()))
    }
}
