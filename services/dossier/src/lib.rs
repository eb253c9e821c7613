//! The dossier of a project (一项一档): every material held once and demanded once, every certificate
//! entering by itself, and what rests on what.

pub mod case;
pub mod certificate;
mod grpc;
pub mod inspect;
pub mod react;
pub mod scan;
mod service;
pub mod store;
mod view;

pub use grpc::Grpc;
pub use proto::dossier::v1::dossier_service_server::SERVICE_NAME;
pub use service::{Dossiers, OpenError, Options};
