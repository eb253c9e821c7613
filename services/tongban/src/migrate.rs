//! `tongban migrate`: makes or renews the tables of logs and mirrors as their owner, and lets the services read
//! and append, nothing else.

use crate::{
    Answer, Failure,
    platform::{self, Service},
    role::{self, Role},
    serve::{Trouble, patiently},
};
use eventlog::{Mirrors, OpenError};
use host::{config::As, health::Health};
use std::{io::Write, path::PathBuf, time::Duration};

/// How long the database may take to be there.
const PATIENCE: Duration = Duration::from_secs(120);

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Whose tables
    #[arg(value_enum, required = true, value_name = "SERVICE")]
    roles: Vec<Role>,
    /// Configuration: a file, or a folder with SERVICE.toml
    #[arg(long, value_name = "PATH", default_value = role::CONFIG)]
    config: PathBuf,
}

pub(crate) fn run(arguments: &Arguments, out: &mut dyn Write) -> Result<Answer, Failure> {
    platform::runtime()?.block_on(async {
        for role in &arguments.roles {
            let config = role.configuration(&arguments.config, As::Owner)?;
            let Some(database) = config.database else {
                return Err(Failure::new(format!("{} has no database", role.name())));
            };
            let owner = role::owner(&database)?;
            let (store, options) = (role::store(&database, owner), role::options(&database));
            for service in role.logs() {
                let (name, user) = (service.name(), Some(database.user.name.as_str()));
                let migrate = || eventlog::migrate(&store, name, user, &options);
                until_migrated(name, migrate).await?;
                writeln!(out, "{name}: the tables are as this program needs them")?;
            }
            let followed: Vec<_> = role.follows().into_iter().map(Service::name).collect();
            if !followed.is_empty() {
                let (url, user) = (role::url(&database, owner), database.user.name.as_str());
                let checksums = database.require_checksums;
                let migrate = || Mirrors::migrate(&url, Some(user), checksums);
                until_migrated("the mirrors", migrate).await?;
                writeln!(out, "mirrors of {}: the tables are there", followed.join(", "))?;
            }
        }
        Ok(Answer::Yes)
    })
}

/// Tries until the database is there.
async fn until_migrated<F: Future<Output = Result<(), OpenError>>>(
    name: &str,
    migrate: impl Fn() -> F,
) -> Result<(), Failure> {
    let health = Health::default();
    let attempt = || async { migrate().await.map_err(|error| trouble(name, &error)) };
    let migrating = patiently(&health, name, attempt);
    tokio::time::timeout(PATIENCE, migrating).await.map_err(|_elapsed| {
        Failure::new(format!("the database of {name} was not there within {PATIENCE:?}"))
    })?
}

fn trouble(name: &str, error: &OpenError) -> Trouble {
    let failure = Failure::caused(format!("the tables of {name} cannot be made"), error);
    match error {
        // Whatever the server itself says is not mended by waiting.
        OpenError::Database(error) if error.as_database_error().is_none() => {
            Trouble::Passing(failure.to_string())
        }
        _ => Trouble::Lasting(failure),
    }
}
