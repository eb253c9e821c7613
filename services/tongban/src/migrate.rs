//! `tongban migrate`: makes or renews the tables of logs as their owner, and lets the services read and
//! append, nothing else.

use crate::{
    Answer, Failure, platform,
    role::{self, Role},
    serve::{Trouble, patiently},
};
use eventlog::OpenError;
use host::{config::As, health::Health};
use std::{io::Write, path::PathBuf, time::Duration};

/// How long the database may take to be there.
const PATIENCE: Duration = Duration::from_secs(120);

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Whose logs
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
                return Err(Failure::new(format!("{role:?} keeps no log")));
            };
            let owner = database.owner.as_ref().ok_or_else(|| {
                Failure::new("the configuration names no owner of the tables")
                    .hint("write owner and owner_password_file in [database]")
            })?;
            let (store, options) = (role::store(&database, owner), role::options(&database));
            for service in role.services().into_iter().filter(|service| service.keeps_log()) {
                let (name, user) = (service.name(), Some(database.user.name.as_str()));
                let attempt = || async {
                    let migrated = eventlog::migrate(&store, name, user, &options).await;
                    migrated.map_err(|error| trouble(name, &error))
                };
                let health = Health::default();
                let migrating = patiently(&health, name, attempt);
                tokio::time::timeout(PATIENCE, migrating).await.map_err(|_elapsed| {
                    Failure::new(format!(
                        "the database of {name} was not there within {PATIENCE:?}"
                    ))
                })??;
                writeln!(out, "{name}: the tables are as this program needs them")?;
            }
        }
        Ok(Answer::Yes)
    })
}

fn trouble(name: &str, error: &OpenError) -> Trouble {
    let failure = Failure::caused(format!("the tables of {name} cannot be made"), error);
    match error {
        // Whatever the server itself says is not mended by waiting.
        OpenError::Database(error) if error.as_database_error().is_none() => {
            Trouble::Passing(error.to_string())
        }
        _ => Trouble::Lasting(failure),
    }
}
