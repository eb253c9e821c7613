//! The wire: messages and services as generated from `proto/tongban`, the trace context that travels with them,
//! and calls with bare bytes.
//!
//! The generated code in `gen/` is checked in; the test `generated` proves it current and rewrites it.

mod raw;
pub mod trace;

#[allow(clippy::all, rustdoc::all)]
mod r#gen {
    include!("gen/mod.rs");
}

pub use r#gen::tongban::*;
pub use raw::Raw;

/// Every message and service as a `FileDescriptorSet`: for reflection and for printing events as JSON.
pub const DESCRIPTORS: &[u8] = include_bytes!("gen/descriptors.bin");
