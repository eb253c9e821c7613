//! Who calls, as told in the call's metadata.
//!
//! Nothing proves it yet: the platform trusts the network that it listens on, which is why it listens
//! on loopback unless told otherwise. What a caller may do is checked all the same.

use crate::refuse;
use std::fmt;
use tonic::{Status, metadata::MetadataMap};

/// Metadata key of the caller, e.g. `agency:NR/desk-3`.
pub const PRINCIPAL: &str = "tongban-principal";
/// Metadata key of the party for whom an agent acts, e.g. `enterprise:p-yamato`.
pub const ON_BEHALF_OF: &str = "tongban-on-behalf-of";

/// The caller of one call. References are opaque; names of persons have no place in them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// Who acts.
    pub principal: Principal,
    /// For whom, where that is somebody else.
    pub on_behalf_of: Option<String>,
}

/// Who acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Principal {
    /// A desk or system of an agency.
    Agency {
        /// Agency code of the catalogue, e.g. `NR`.
        code: String,
        /// Which desk, system or official, as a reference.
        desk: String,
    },
    /// An enterprise, or somebody who files for it.
    Enterprise {
        /// Which enterprise and user, as a reference.
        who: String,
    },
    /// An agent of enterprises, which acts on behalf of the one that appointed it.
    Agent {
        /// Which agent and user, as a reference.
        who: String,
    },
    /// A service secretary 服务秘书.
    Secretary {
        /// Reference in the staff register.
        who: String,
    },
    /// A part of the platform.
    System {
        /// Which part.
        part: String,
    },
}

impl Caller {
    /// A part of the platform itself.
    #[must_use]
    pub fn system(part: &str) -> Self {
        Self { principal: Principal::System { part: part.to_owned() }, on_behalf_of: None }
    }

    /// Reads the caller from a call's metadata.
    ///
    /// # Errors
    /// UNAUTHENTICATED when it is missing, given twice, or no principal.
    pub fn of(metadata: &MetadataMap) -> Result<Self, Status> {
        let principal = single(metadata, PRINCIPAL)?.ok_or_else(|| {
            let how = format!("say who calls in the metadata `{PRINCIPAL}`, e.g. agency:NR/desk-1");
            refuse::unauthenticated("NO_PRINCIPAL", how)
        })?;
        let principal = Principal::parse(principal)
            .filter(|principal| !matches!(principal, Principal::System { .. }));
        let principal = principal.ok_or_else(|| {
            bad(format!(
                "`{PRINCIPAL}` is agency:CODE/desk, enterprise:reference, agent:reference or secretary:reference, in [A-Za-z0-9._/-], at most 100 characters"
            ))
        })?;
        let on_behalf_of = single(metadata, ON_BEHALF_OF)?.map(str::to_owned);
        Ok(Self { principal, on_behalf_of })
    }

    /// The agency that calls; `None` when it is none.
    #[must_use]
    pub fn agency(&self) -> Option<&str> {
        match &self.principal {
            Principal::Agency { code, .. } => Some(code),
            Principal::Enterprise { .. }
            | Principal::Agent { .. }
            | Principal::Secretary { .. }
            | Principal::System { .. } => None,
        }
    }
}

impl Caller {
    /// The enterprise in whose place an enterprise's user or its agent stands, by its reference; `None` for
    /// everybody else.
    #[must_use]
    pub fn enterprise(&self) -> Option<&str> {
        match &self.principal {
            Principal::Enterprise { who } => Some(reference(who)),
            Principal::Agent { .. } => {
                let named = self.on_behalf_of.as_deref()?;
                named.strip_prefix("enterprise:").map(reference)
            }
            Principal::Agency { .. } | Principal::Secretary { .. } | Principal::System { .. } => {
                None
            }
        }
    }

    /// Whether an enterprise speaks: itself, the platform, or somebody who names the one for whom they act.
    /// Whether it is the project's own is for [`crate::mandates`] to say.
    #[must_use]
    pub fn speaks_for_enterprise(&self) -> bool {
        match self.principal {
            Principal::Enterprise { .. } | Principal::System { .. } => true,
            Principal::Agent { .. } | Principal::Secretary { .. } | Principal::Agency { .. } => {
                self.on_behalf_of.is_some()
            }
        }
    }

    /// A command's identity: whose key it is, and a digest by which a reused key is told from a repeated
    /// request. `method` is the full name, e.g. `tongban.matter.v1.MatterService/AcceptMatter`.
    #[must_use]
    pub fn keyed(
        &self,
        key: String,
        method: &str,
        message: &impl prost::Message,
    ) -> eventlog::Request {
        let mut digested = format!("{method}\0").into_bytes();
        digested.extend(self.on_behalf_of.iter().flat_map(|whom| format!("{whom}\0").into_bytes()));
        digested.extend(message.encode_to_vec());
        eventlog::Request {
            principal: self.principal.to_string(),
            key,
            fingerprint: eventlog::Algorithm::Sha256.hash(&digested),
            actor: self.principal.to_string(),
            on_behalf_of: self.on_behalf_of.clone().unwrap_or_default(),
        }
    }
}

/// The enterprise or agent of a reference: what stands before the user.
#[must_use]
pub fn reference(who: &str) -> &str {
    who.split_once('/').map_or(who, |(reference, _)| reference)
}

fn single<'a>(metadata: &'a MetadataMap, key: &'static str) -> Result<Option<&'a str>, Status> {
    let mut values = metadata.get_all(key).iter();
    let Some(first) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err(bad(format!("`{key}` is given twice")));
    }
    let text = first.to_str().ok().filter(|text| is_reference(text));
    text.map(Some).ok_or_else(|| {
        bad(format!("`{key}` may hold only [A-Za-z0-9._:/-], at most 100 characters"))
    })
}

fn bad(why: String) -> Status {
    refuse::unauthenticated("BAD_PRINCIPAL", why)
}

fn is_reference(text: &str) -> bool {
    (1..=100).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._:/-".contains(&byte))
}

impl Principal {
    fn parse(text: &str) -> Option<Self> {
        let (kind, who) = text.split_once(':').filter(|(_, who)| !who.is_empty())?;
        match kind {
            "agency" => {
                let (code, desk) = who
                    .split_once('/')
                    .filter(|(code, desk)| !code.is_empty() && !desk.is_empty())?;
                Some(Self::Agency { code: code.to_owned(), desk: desk.to_owned() })
            }
            "enterprise" => Some(Self::Enterprise { who: who.to_owned() }),
            "agent" => Some(Self::Agent { who: who.to_owned() }),
            "secretary" => Some(Self::Secretary { who: who.to_owned() }),
            "system" => Some(Self::System { part: who.to_owned() }),
            _ => None,
        }
    }
}

impl fmt::Display for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Agency { code, desk } => write!(f, "agency:{code}/{desk}"),
            Self::Enterprise { who } => write!(f, "enterprise:{who}"),
            Self::Agent { who } => write!(f, "agent:{who}"),
            Self::Secretary { who } => write!(f, "secretary:{who}"),
            Self::System { part } => write!(f, "system:{part}"),
        }
    }
}
