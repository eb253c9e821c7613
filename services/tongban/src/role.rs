//! What a process of a set can be, and what each takes of its configuration.

use crate::{Failure, platform::Service};
use eventlog::{Options, Store};
use host::config::{self, As, Config, Database, Takes};
use std::path::{Path, PathBuf};

/// Where the configurations are in an image.
pub(crate) const CONFIG: &str = "/etc/tongban";

/// A process of a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Role {
    /// Projects and their admission
    Intake,
    /// Land and planning approval
    Planning,
    /// Construction and acceptance
    Acceptance,
    /// Service after the launch
    Aftercare,
    /// Materials and certificates
    Dossier,
    /// Where every project stands
    Status,
    /// The one address in front of all services
    Gateway,
    /// Every service in one process on one database
    All,
}

impl Role {
    /// The services that run in it.
    pub(crate) fn services(self) -> Vec<Service> {
        match self {
            Self::Intake => vec![Service::Intake],
            Self::Planning => vec![Service::Planning],
            Self::Acceptance => vec![Service::Acceptance],
            Self::Aftercare => vec![Service::Aftercare],
            Self::Dossier => vec![Service::Dossier],
            Self::Status => vec![Service::Status],
            Self::Gateway => Vec::new(),
            Self::All => Service::ALL.to_vec(),
        }
    }

    /// The services that run in it and keep a log.
    pub(crate) fn logs(self) -> Vec<Service> {
        self.services().into_iter().filter(|service| service.keeps_log()).collect()
    }

    /// Its name on the command line, and that of its configuration.
    pub(crate) fn name(self) -> &'static str {
        match (self, self.services().as_slice()) {
            (Self::Gateway, _) => "gateway",
            (_, [service]) => service.name(),
            (_, _) => "all",
        }
    }

    /// Reads the configuration: a file, or a folder that holds `<role>.toml`.
    ///
    /// # Errors
    /// All faults of the file and the environment.
    pub(crate) fn configuration(self, path: &Path, role: As) -> Result<Config, Failure> {
        let file = self.file(path);
        let cannot = |error| Failure::caused(format!("{} cannot be read", file.display()), &error);
        let text = std::fs::read_to_string(&file).map_err(cannot)?;
        self.parse(&text, role).map_err(|faults| refused(&file, &faults))
    }

    /// The services of other processes whose logs it follows.
    pub(crate) fn follows(self) -> Vec<Service> {
        let here = self.services();
        let followed = |name: &Service| here.iter().any(|one| one.follows().contains(name));
        Service::ALL.into_iter().filter(|name| followed(name) && !here.contains(name)).collect()
    }

    fn parse(self, text: &str, role: As) -> Result<Config, Vec<config::Fault>> {
        let called = match self {
            Self::Gateway => Service::ALL.to_vec(),
            _ => self.follows(),
        };
        let takes = Takes {
            database: self != Self::Gateway,
            role,
            files: self.services().contains(&Service::Dossier),
            clock: self != Self::Gateway,
            services: &called.into_iter().map(Service::name).collect::<Vec<_>>(),
        };
        Config::parse(text, std::env::vars_os(), takes)
    }

    fn file(self, path: &Path) -> PathBuf {
        if path.is_dir() { path.join(format!("{}.toml", self.name())) } else { path.to_owned() }
    }
}

fn refused(file: &Path, faults: &[config::Fault]) -> Failure {
    let lines: String = faults.iter().map(|fault| format!("\n  {fault}")).collect();
    Failure::new(format!("{} cannot be used:{lines}", file.display()))
        .hint("a variable TONGBAN_<SECTION>__<KEY> takes the place of a key; deploy/config has a whole file for each service")
}

/// A log's place in a database as one of its roles opens it.
pub(crate) fn store(database: &Database, role: &config::Role) -> Store {
    Store::Postgres { url: url(database, role) }
}

/// The role that owns the tables.
///
/// # Errors
/// The configuration names none.
pub(crate) fn owner(database: &Database) -> Result<&config::Role, Failure> {
    database.owner.as_ref().ok_or_else(|| {
        Failure::new("the configuration names no owner of the tables")
            .hint("write owner and owner_password_file in [database]")
    })
}

/// The address of a database for one of its roles.
pub(crate) fn url(database: &Database, role: &config::Role) -> String {
    let password = role.password.as_ref().map(|secret| format!(":{}", encoded(secret.reveal())));
    let (user, password) = (encoded(&role.name), password.unwrap_or_default());
    let Database { host, port, name, tls, .. } = database;
    // A folder is a socket's; a URL has no place for it but a parameter.
    let (host, socket) = match host.starts_with('/') {
        true => ("localhost", format!("&host={}", encoded(host))),
        false => (host.as_str(), String::new()),
    };
    let name = encoded(name);
    format!("postgres://{user}{password}@{host}:{port}/{name}?sslmode={tls}{socket}")
}

/// How a log on that database is opened.
pub(crate) fn options(database: &Database) -> Options {
    Options { require_checksums: database.require_checksums, ..Options::default() }
}

/// Percent-encoded, so that a password may hold anything.
fn encoded(text: &str) -> String {
    let one = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
            char::from(byte).to_string()
        }
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(one).collect()
}

#[cfg(test)]
mod tests;
