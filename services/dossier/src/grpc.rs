//! stub
/// stub
pub struct Grpc;
