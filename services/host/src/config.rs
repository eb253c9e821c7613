//! What a process is told of its surroundings: one TOML file, and environment variables over it.
//!
//! `TONGBAN_<SECTION>__<KEY>` takes the place of `key` in `[section]`; an empty one is not there. Secrets
//! are never values: a key that ends in `_file` names the file that holds one. Every fault of the file and
//! of the environment is told at once.

mod table;

#[cfg(test)]
mod tests;

use crate::{
    telemetry::{FILTER, filter},
    time::{FIRST, LAST},
};
use jiff::civil::Date;
use std::{collections::BTreeMap, ffi::OsString, fmt, net::SocketAddr, path::PathBuf};
use table::Tables;
use tonic::codegen::http::Uri;

/// What a process is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Where it listens.
    pub listen: Listen,
    /// Where its log is kept.
    pub database: Option<Database>,
    /// Who tells it of the others' events, and the others of its own.
    pub broker: Option<Broker>,
    /// Where the other services answer, by name: `http://host:port`.
    pub services: BTreeMap<String, String>,
    /// The date of a settable clock; `None` is the machine's own.
    pub at: Option<Date>,
    /// The dossiers' files.
    pub files: Option<Files>,
    /// A folder of law in place of the one built in.
    pub seeds: Option<PathBuf>,
    /// What is told of its work.
    pub telemetry: Telemetry,
}

/// Where a process listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listen {
    /// For gRPC.
    pub grpc: SocketAddr,
    /// For operators: health and metrics over HTTP.
    pub admin: SocketAddr,
}

/// A database of PostgreSQL with the two roles that use it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Database {
    /// Host, or the folder of a socket.
    pub host: String,
    /// Port.
    pub port: u16,
    /// Name.
    pub name: String,
    /// The role that reads and appends.
    pub user: Role,
    /// The role that owns and migrates the tables; only `tongban migrate` needs it.
    pub owner: Option<Role>,
    /// `disable`, `prefer`, `require`, `verify-ca` or `verify-full`, as PostgreSQL means them.
    pub tls: String,
    /// Whether a cluster without data checksums is refused.
    pub require_checksums: bool,
}

/// A role of a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    /// Its name.
    pub name: String,
    /// Its password; `None` where the server knows it otherwise, such as by a socket's peer.
    pub password: Option<Secret>,
}

/// The NATS servers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broker {
    /// `nats://host:port`, more than one with commas between.
    pub url: String,
    /// User; `None` where the broker asks for none.
    pub user: Option<String>,
    /// Password of the user.
    pub password: Option<Secret>,
    /// How many servers keep each stream: 1, 3 or 5.
    pub replicas: usize,
}

/// The files of the dossiers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Files {
    /// Folder.
    pub folder: PathBuf,
    /// Who searches uploads for malicious content: `host:port` of clamd, `trust` or `none`.
    pub scanner: String,
}

/// What is told of a process' work.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Telemetry {
    /// Level of the log, e.g. `info,eventlog=debug`.
    pub log: Option<String>,
    /// Where traces go by OTLP over gRPC, `http://host:port`; `None` traces nothing.
    pub traces: Option<String>,
}

/// A secret as it stood in its file, without the line's end. It is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// The secret itself.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(secret)")
    }
}

/// One thing that is wrong with what a process is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The key, e.g. `database.port`; empty for the file as a whole.
    pub key: String,
    /// What is wrong, and what to do about it.
    pub what: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.key.is_empty() {
            f.write_str(&self.what)
        } else {
            write!(f, "{}: {}", self.key, self.what)
        }
    }
}

/// What a kind of process takes of a configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Takes<'a> {
    /// A log of its own, on a database.
    pub database: bool,
    /// In which role it uses that.
    pub role: As,
    /// The dossiers' files.
    pub files: bool,
    /// A clock of its own.
    pub clock: bool,
    /// The services that it must find, each with an address.
    pub services: &'a [&'a str],
}

/// In which role a process uses its database. Only the secrets of that role are read: the others need not be
/// there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum As {
    /// The role that reads and appends, and talks to the broker.
    User,
    /// The role that owns the tables.
    Owner,
}

impl Config {
    /// Reads the text of a file, and what the environment says over it.
    ///
    /// # Errors
    /// Every fault, in the order of the keys.
    pub fn parse(
        text: &str,
        environment: impl IntoIterator<Item = (OsString, OsString)>,
        takes: Takes<'_>,
    ) -> Result<Self, Vec<Fault>> {
        let mut tables = Tables::parse(text, environment)?;
        let listen = listen(&mut tables);
        let database = if takes.database { database(&mut tables, takes.role) } else { None };
        let broker = broker(&mut tables, takes.role);
        let services = services(&mut tables, takes.services);
        let files = if takes.files { files(&mut tables) } else { None };
        let at = if takes.clock { clock(&mut tables) } else { None };
        let seeds = tables.may("law", "seeds", "a folder of seeds");
        let telemetry = telemetry(&mut tables);
        let faults = tables.finish();
        match listen {
            Some(listen) if faults.is_empty() => {
                Ok(Self { listen, database, broker, services, at, files, seeds, telemetry })
            }
            // Whatever is missing is a fault, too.
            _ => Err(faults),
        }
    }
}

fn clock(tables: &mut Tables) -> Option<Date> {
    let at: Option<Date> = tables.may("clock", "at", "a date, YYYY-MM-DD");
    if at.is_some_and(|at| !(FIRST..=LAST).contains(&at)) {
        tables.fault("clock", "at", format!("write a date from {FIRST} to {LAST}"));
    }
    at
}

fn listen(tables: &mut Tables) -> Option<Listen> {
    let grpc = tables.need("listen", "grpc", "an address, such as 0.0.0.0:7300");
    let admin = tables.need("listen", "admin", "an address, such as 0.0.0.0:7301");
    Some(Listen { grpc: grpc?, admin: admin? })
}

fn database(tables: &mut Tables, role: As) -> Option<Database> {
    let host = tables.need("database", "host", "a host, or the folder of PostgreSQL's socket");
    let port = tables.need("database", "port", "a port, usually 5432");
    let name = tables.need("database", "name", "the name of this service's own database");
    let user = tables.need("database", "user", "the role that reads and appends");
    let password = tables.secret("database", "password_file", role == As::User);
    if tables.says("database", "owner_password_file") && !tables.says("database", "owner") {
        let what = "is missing; write the role whose password owner_password_file holds";
        tables.fault("database", "owner", what.to_owned());
    }
    let owner: Option<String> = tables.may("database", "owner", "the role that owns the tables");
    let owner_password = tables.secret("database", "owner_password_file", role == As::Owner);
    let tls = tables.need("database", "tls", TLS);
    let checksums = tables.need("database", "require_checksums", "true, or false on trial");
    let known = |tls: &String| {
        ["disable", "prefer", "require", "verify-ca", "verify-full"].contains(&tls.as_str())
    };
    if tls.as_ref().is_some_and(|tls| !known(tls)) {
        tables.fault("database", "tls", format!("write {TLS}"));
    }
    Some(Database {
        host: host?,
        port: port?,
        name: name?,
        user: Role { name: user?, password },
        owner: owner.map(|name| Role { name, password: owner_password }),
        tls: tls?,
        require_checksums: checksums?,
    })
}

const TLS: &str = "disable, prefer, require, verify-ca or verify-full";

fn broker(tables: &mut Tables, role: As) -> Option<Broker> {
    if !tables.has("broker") {
        return None;
    }
    let url = tables.need("broker", "url", "nats://host:4222");
    // One without the other would reach the broker as nobody.
    for (said, wanted) in [("user", "password_file"), ("password_file", "user")] {
        if tables.says("broker", said) && !tables.says("broker", wanted) {
            let what = format!("is missing; write it beside {said}, or take both out");
            tables.fault("broker", wanted, what);
        }
    }
    let user = tables.may("broker", "user", "a user of the broker");
    let password = tables.secret("broker", "password_file", role == As::User);
    let replicas = tables.need("broker", "replicas", "1, or 3 on a cluster");
    if replicas.is_some_and(|replicas| ![1, 3, 5].contains(&replicas)) {
        tables.fault("broker", "replicas", "write 1, 3 or 5".to_owned());
    }
    Some(Broker { url: url?, user, password, replicas: replicas? })
}

fn services(tables: &mut Tables, wanted: &[&str]) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for name in wanted {
        let address: Option<String> =
            tables.need("services", name, "http://host:port of that service");
        if let Some(address) = address {
            if !is_plain(&address) {
                let what = "write http://host:port; nothing here speaks TLS".to_owned();
                tables.fault("services", name, what);
            }
            found.insert((*name).to_owned(), address);
        }
    }
    found
}

fn telemetry(tables: &mut Tables) -> Telemetry {
    let log: Option<String> = tables.may("telemetry", "log", FILTER);
    if log.as_ref().is_some_and(|log| filter(log).is_none()) {
        tables.fault("telemetry", "log", format!("write {FILTER}"));
    }
    let traces: Option<String> = tables.may("telemetry", "traces", COLLECTOR);
    if traces.as_ref().is_some_and(|traces| !is_plain(traces)) {
        tables.fault("telemetry", "traces", format!("write {COLLECTOR}"));
    }
    Telemetry { log, traces }
}

/// Whether an address is `http://host:port`.
fn is_plain(address: &str) -> bool {
    let address = address.parse::<Uri>().ok();
    address.is_some_and(|uri| uri.scheme_str() == Some("http") && uri.port().is_some())
}

const COLLECTOR: &str = "http://host:4317 of a collector that takes OTLP over gRPC";

fn files(tables: &mut Tables) -> Option<Files> {
    let folder = tables.need("files", "folder", "the folder of the dossiers' files");
    let scanner = tables.need("files", "scanner", "host:port of clamd, trust or none");
    Some(Files { folder: folder?, scanner: scanner? })
}
