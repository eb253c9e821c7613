//! Calls by their path, with messages as the bytes that they are.

use proto::Raw;
use tonic::{
    Extensions, Request, Response, Status, client::Grpc, codegen::http::uri::PathAndQuery,
    metadata::MetadataMap, transport::Channel,
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
    client.unary(Request::from_parts(metadata, Extensions::default(), message), path, Raw).await
}
