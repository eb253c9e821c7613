//! `tongban rebuild`: copies a followed log anew beside the copy that a service keeps of it, says what differs,
//! and puts the new one in place.

use crate::{
    Answer, Failure,
    platform::{self, Service},
    reading,
    role::{self, Role},
};
use clap::ValueEnum;
use eventlog::{Mirrors, RebuildError, Rebuilt};
use host::config::As;
use std::{io::Write, path::PathBuf};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Whose copy of which log, e.g. status.planning
    #[arg(value_name = "READER.LOG", value_parser = parse)]
    mirror: (Role, Service),
    /// Configuration: a file, or a folder with READER.toml
    #[arg(long, value_name = "PATH", default_value = role::CONFIG)]
    config: PathBuf,
    /// Compare only, and leave the copy as it is: exit 1 if it differs
    #[arg(long)]
    dry_run: bool,
}

/// A reader and one of the logs that it follows from elsewhere.
fn parse(text: &str) -> Result<(Role, Service), String> {
    let (reader, log) = text.split_once('.').ok_or("write READER.LOG, e.g. status.planning")?;
    let role = Role::from_str(reader, false)?;
    let follows = role.follows();
    match Service::named(log).filter(|service| follows.contains(service)) {
        Some(log) => Ok((role, log)),
        None if follows.is_empty() => Err(format!("{reader} keeps no copy of any log")),
        None => {
            let names: Vec<_> = follows.into_iter().map(Service::name).collect();
            let log = reading::shown(log);
            Err(format!("{reader} keeps no copy of {log}, but of {}", names.join(", ")))
        }
    }
}

pub(crate) fn run(arguments: &Arguments, out: &mut dyn Write) -> Result<Answer, Failure> {
    let ((role, log), dry_run) = (arguments.mirror, arguments.dry_run);
    let config = role.configuration(&arguments.config, As::User)?;
    let what = format!("{}.{}", role.name(), log.name());
    let cannot = |error: &dyn std::error::Error| {
        Failure::caused(format!("{what} cannot be rebuilt; it is as it was"), error)
    };
    let (Some(database), Some(address)) = (&config.database, config.services.get(log.name()))
    else {
        return Err(Failure::new(format!(
            "the configuration of {} has no [database], or no {} in [services]",
            role.name(),
            log.name()
        )));
    };
    let url = role::url(database, &database.user);
    let rebuilt = platform::runtime()?.block_on(async {
        let opened = Mirrors::open(&url, database.require_checksums).await;
        let mirrors = opened.map_err(|error| cannot(&error))?;
        let endpoint = eventlog::endpoint(address).map_err(|error| cannot(&error))?;
        let rebuilt = mirrors.rebuild(endpoint.connect_lazy(), log.name(), dry_run).await;
        rebuilt.map_err(|error| match error {
            RebuildError::Nothing | RebuildError::Busy | RebuildError::Overtaken => cannot(&error),
            RebuildError::Read(_) => cannot(&error).hint("the service that keeps the log must run"),
        })
    })?;
    let Rebuilt { compared, differences, first, position } = rebuilt;
    let first = first.map_or_else(String::new, |first| format!(", the first at position {first}"));
    writeln!(out, "{what}: {compared} events compared, {differences} differ{first}")?;
    if dry_run {
        writeln!(out, "{what}: left as it was")?;
        return Ok(if differences == 0 { Answer::Yes } else { Answer::No });
    }
    writeln!(
        out,
        "{what}: the new copy is in place up to position {position}; who follows it begins anew"
    )?;
    Ok(Answer::Yes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mirror_is_named_by_its_reader_and_a_log_of_another_process() {
        assert_eq!(parse("status.planning"), Ok((Role::Status, Service::Planning)));
        assert_eq!(parse("planning.intake"), Ok((Role::Planning, Service::Intake)));
        for (wrong, said) in [
            ("status", "READER.LOG"),
            ("planning.planning", "intake, dossier"),
            ("status.status", "planning"),
            ("gateway.intake", "no copy of any"),
            ("all.intake", "no copy of any"),
            ("nobody.intake", "nobody"),
            ("status.", "planning"),
        ] {
            let refused = parse(wrong).unwrap_err();
            assert!(refused.contains(said), "{wrong}: {refused}");
        }
    }
}
