//! The proof of logs on PostgreSQL, in the role that may only read and append.

use super::good;
use crate::{
    Answer, Failure, platform, reading,
    role::{self, Role},
};
use eventlog::VerifyError;
use host::{config::As, time::Timekeeper};
use std::{io::Write, path::Path};

/// Recomputes every hash of the logs of these services.
pub(super) async fn verify(
    roles: &[Role],
    config: &Path,
    out: &mut dyn Write,
) -> Result<Answer, Failure> {
    if let Some(role) = roles.iter().find(|role| role.logs().is_empty()) {
        let keeps_none = Failure::new(format!("{} keeps no log", role.name()));
        return Err(if role.follows().is_empty() {
            keeps_none
        } else {
            let name = role.name();
            keeps_none.hint(format!(
                "its copies are compared with the logs by tongban rebuild {name}.LOG --dry-run"
            ))
        });
    }
    let mut answer = Answer::Yes;
    for role in roles {
        let config = role.configuration(config, As::User)?;
        let database = config.database.ok_or_else(|| Failure::new("this process keeps no log"))?;
        let (store, options) = (role::store(&database, &database.user), role::options(&database));
        for service in role.logs() {
            let name = service.name();
            let cannot = |error: &dyn std::error::Error| {
                Failure::caused(format!("the log of {name} cannot be read"), error)
            };
            // Nothing is appended, so nothing asks this clock.
            let clock = Timekeeper::machine();
            let log = platform::open(&store, service, &clock, options.clone()).await;
            let log = log.map_err(|error| cannot(&error))?;
            match log.verify(None).await {
                Ok(report) => good(&report, out)?,
                Err(VerifyError::Bad { position, what }) => {
                    answer = Answer::No;
                    let what = reading::shown(&what);
                    writeln!(out, "{name}: bad at position {position}: {what}")?;
                }
                Err(error @ VerifyError::Unreadable(_)) => return Err(cannot(&error)),
            }
            log.close().await;
        }
    }
    Ok(answer)
}
