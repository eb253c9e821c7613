//! Requests to acts: each request says its head and what is to be done.

mod acceptance;
mod card;
mod permit;
mod review;

use proto::matter::v1 as pb;
use rulebook::matter::{Act, Command, Commitment, Material, Notice};
use tonic::Status;

use crate::{fields::Fields, name::MatterName, position::Token};

/// What every request that changes one matter begins with.
pub struct Head<'a> {
    /// Idempotency key.
    pub request_id: &'a str,
    /// Name of the matter.
    pub name: &'a str,
    /// Date in law; empty means today.
    pub occurred_on: &'a str,
    /// Position token of the answer on which the act rests; may be empty.
    pub unchanged_since: &'a str,
}

impl<'a> Head<'a> {
    fn of(
        request_id: &'a str,
        name: &'a str,
        occurred_on: &'a str,
        unchanged_since: &'a str,
    ) -> Self {
        Head { request_id, name, occurred_on, unchanged_since }
    }
}

/// A request that changes one matter.
pub trait ToAct: prost::Message {
    /// Its head.
    fn head(&self) -> Head<'_>;
    /// What is to be done; `None` where `fields` has noted why it cannot be read.
    fn act(&self, fields: &mut Fields) -> Option<Act>;
}

/// A request, read.
#[derive(Debug)]
pub struct Order {
    /// Idempotency key.
    pub request_id: String,
    /// The matter.
    pub name: MatterName,
    /// What is to be done.
    pub command: Command,
    /// After which position nothing may have been recorded of the matter.
    pub unchanged_since: Option<Token>,
}

/// Reads a request, all of it.
///
/// # Errors
/// INVALID_ARGUMENT that names every bad field.
#[allow(clippy::result_large_err)] // A status is what is sent.
pub fn read(request: &impl ToAct) -> Result<Order, Status> {
    let mut fields = Fields::default();
    let head = request.head();
    let request_id = fields.request_id(head.request_id);
    let name = fields.matter(head.name);
    let occurred_on = fields.occurred_on(head.occurred_on);
    let unchanged_since = fields.position("unchanged_since", head.unchanged_since);
    let act = request.act(&mut fields);
    let read = name.zip(act).map(|(name, act)| (name, Command { occurred_on, act }));
    // Whatever could not be read has said so; that nothing forgets to is an invariant of ours.
    let (name, command) = fields.finish(read)?.ok_or_else(crate::refuse::internal)?;
    Ok(Order { request_id, name, command, unchanged_since })
}

/// Materials; version 0 means the next one.
pub fn materials(fields: &mut Fields, field: &str, materials: &[pb::Material]) -> Vec<Material> {
    fields.few(field, materials.len());
    let mut read: Vec<Material> = Vec::new();
    for (i, material) in materials.iter().take(crate::fields::MAX_ENTRIES).enumerate() {
        let key = fields.required_short(&format!("{field}[{i}].key"), &material.key);
        if read.iter().any(|earlier| earlier.key == key) {
            fields.wrong(format!("{field}[{i}].key"), "is there twice");
        }
        let sha256 = fields.sha256(format!("{field}[{i}].sha256"), &material.sha256);
        read.push(Material { key, sha256, version: material.version });
    }
    read
}

/// Keys of materials.
fn keys(fields: &mut Fields, field: &str, keys: &[String]) -> Vec<String> {
    fields.few(field, keys.len());
    let keys = keys.iter().take(crate::fields::MAX_ENTRIES).enumerate();
    keys.map(|(i, key)| fields.required_short(&format!("{field}[{i}]"), key)).collect()
}

/// A commitment with everything that makes it one.
pub fn commitment(fields: &mut Fields, at: &str, stored: &pb::CommitmentRecorded) -> Commitment {
    Commitment {
        conditions_told: fields
            .required_texts(&format!("{at}conditions_told"), &stored.conditions_told),
        promises: fields.required_texts(&format!("{at}promises"), &stored.promises),
        credit_check: fields.required_short(&format!("{at}credit_check"), &stored.credit_check),
    }
}

/// A notice with its number and day.
fn notice(fields: &mut Fields, field: &str, notice: &pb::Notice) -> Option<Notice> {
    let number = fields.required_short(&format!("{field}.number"), &notice.number);
    let given_on = fields.date(&format!("{field}.given_on"), &notice.given_on)?;
    Some(Notice { number, given_on })
}
