//! Calls by their path, with messages as the bytes that they are.

use prost::bytes::{Buf, BufMut};
use tonic::{
    Extensions, Request, Response, Status,
    client::Grpc,
    codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder},
    codegen::http::uri::PathAndQuery,
    metadata::MetadataMap,
    transport::Channel,
};

/// One attempt of a call.
pub async fn call(
    channel: Channel,
    rpc: &str,
    who: &str,
    message: Vec<u8>,
) -> Result<Response<Vec<u8>>, Status> {
    let mut metadata = MetadataMap::new();
    metadata.insert("tongban-principal", who.parse().expect("a principal of ours"));
    let path = PathAndQuery::try_from(format!("/{rpc}")).expect("a path of ours");
    let mut client = Grpc::new(channel);
    client.ready().await.map_err(|error| Status::from_error(Box::new(error)))?;
    client.unary(Request::from_parts(metadata, Extensions::default(), message), path, Bytes).await
}

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
        buffer.put_slice(&item);
        Ok(())
    }
}

impl Decoder for Bytes {
    type Item = Vec<u8>;
    type Error = Status;

    fn decode(&mut self, buffer: &mut DecodeBuf<'_>) -> Result<Option<Vec<u8>>, Status> {
        let length = buffer.remaining();
        Ok(Some(buffer.copy_to_bytes(length).to_vec()))
    }
}
