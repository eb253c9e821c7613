//! `tongban log raise-epoch`: an operator says that a log was put back to an earlier state than others have seen.

use crate::{
    Answer, Failure,
    platform::Service,
    reading,
    role::{self, Role},
};
use eventlog::{RaiseError, Store, raise_epoch};
use host::config::As;
use std::{
    io::Write,
    path::{Path, PathBuf},
};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Whose log
    #[arg(value_enum, value_name = "SERVICE")]
    role: Role,
    /// Which log, where the process keeps more than one
    #[arg(long, value_name = "LOG")]
    log: Option<String>,
    /// Hash at which the log ends, as `tongban log verify` prints it; without it, it is told
    #[arg(long, value_name = "HASH", value_parser = reading::hash)]
    head: Option<[u8; 32]>,
    /// The newest epoch that anybody has seen, if that was later than this log's own
    #[arg(long, value_name = "EPOCH", default_value_t = 0)]
    seen: u32,
    /// Configuration of the service: a file, or a folder with SERVICE.toml [default: the folder of --data]
    #[arg(long, value_name = "PATH")]
    config: Option<PathBuf>,
}

pub(super) async fn run(
    arguments: &Arguments,
    data: &Path,
    out: &mut dyn Write,
) -> Result<Answer, Failure> {
    let name = log(arguments)?;
    let store = store(arguments, data, name)?;
    match raise_epoch(&store, name, arguments.head, arguments.seen).await {
        Ok(head) => {
            writeln!(
                out,
                "{name}: epoch {} begins after position {}; start its service",
                head.epoch, head.position
            )?;
            Ok(Answer::Yes)
        }
        Err(RaiseError::OtherHead(head)) => {
            let hash = super::print::hex(&head.hash);
            let (position, epoch) = (head.position, head.epoch);
            let ends = format!("{name} ends at position {position} of epoch {epoch}, head {hash}");
            Err(Failure::new(ends)
                .hint(format!("if it shall go on from there in a later epoch, add --head {hash}")))
        }
        Err(error @ RaiseError::InUse(_)) => {
            Err(Failure::caused(name, &error)
                .hint("whatever rests on the old epoch has to begin anew"))
        }
        Err(error) => Err(Failure::caused(format!("the epoch of {name} was not raised"), &error)),
    }
}

/// The log that is meant.
fn log(arguments: &Arguments) -> Result<&'static str, Failure> {
    let kept: Vec<_> = arguments.role.logs().into_iter().map(Service::name).collect();
    let choose = |what: &str| {
        Failure::new(format!("--log: {what}")).hint(format!("there is {}", kept.join(", ")))
    };
    match (kept.as_slice(), arguments.log.as_deref()) {
        ([], _) => Err(Failure::new(format!("{} keeps no log", arguments.role.name()))),
        ([only], None) => Ok(only),
        (_, None) => Err(choose("say which log")),
        (kept, Some(wanted)) => {
            let found = kept.iter().find(|name| **name == wanted).copied();
            found.ok_or_else(|| choose(&format!("there is no log `{}`", reading::shown(wanted))))
        }
    }
}

fn store(arguments: &Arguments, data: &Path, name: &str) -> Result<Store, Failure> {
    let Some(config) = &arguments.config else {
        let file = data.join(format!("{name}.sqlite"));
        if !file.is_file() {
            return Err(Failure::new(format!("--data: there is no {}", file.display()))
                .hint("for a log on PostgreSQL say --config"));
        }
        return Ok(Store::Sqlite { directory: data.to_owned() });
    };
    let config = arguments.role.configuration(config, As::Owner)?;
    let database = config.database.ok_or_else(|| Failure::new("this process keeps no log"))?;
    Ok(role::store(&database, role::owner(&database)?))
}
