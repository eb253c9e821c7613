//! `tongban log`: the logs for people, and their proof. It only reads, beside a running platform or
//! after it; but raising an epoch, which changes no history.

mod database;
mod epoch;
mod print;
#[cfg(test)]
mod tests;

use std::ffi::OsStr;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Subcommand;
use eventlog::{LogFile, Report, VerifyError, verify_file};

use crate::{Answer, Failure, reading, role::Role};
use print::Printer;

/// How the files of logs end; what is before is the name of the service.
const EXTENSION: &str = "sqlite";
/// How the files end that tell that there is, or was, a log of that name.
const LOCK: &str = "lock";

/// Events that are read at a time.
const PAGE: usize = 1_000;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Folder of the logs
    #[arg(long, global = true, value_name = "DIR", default_value = reading::DATA)]
    data: PathBuf,
    /// Only the log of this service, e.g. intake [default: every log in turn]
    #[arg(value_name = "SERVICE")]
    service: Option<String>,
    /// Only the streams of this project
    #[arg(long, value_name = "PROJECT")]
    project: Option<String>,
    /// Only what comes after this position of a log
    #[arg(long, value_name = "N")]
    after: Option<u64>,
    #[command(subcommand)]
    act: Option<Act>,
}

#[derive(Debug, Subcommand)]
enum Act {
    /// Recompute every hash of every log, and name the first position that does not fit
    Verify {
        /// The logs on PostgreSQL of these services, not those of a folder
        #[arg(value_enum, value_name = "SERVICE", requires = "config")]
        roles: Vec<Role>,
        /// Configuration of the services: a file, or a folder with SERVICE.toml
        #[arg(long, value_name = "PATH", requires = "roles")]
        config: Option<PathBuf>,
    },
    /// Go on in a later epoch with a log that was put back to an earlier state than others have seen
    RaiseEpoch(epoch::Arguments),
}

pub(crate) fn run(arguments: &Arguments, out: &mut dyn Write) -> Result<Answer, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::caused("cannot start reading", &error))?;
    match &arguments.act {
        Some(Act::Verify { roles, config: Some(config) }) => {
            runtime.block_on(database::verify(roles, config, out))
        }
        Some(Act::Verify { .. }) => {
            let narrowed = arguments.service.is_some()
                || arguments.project.is_some()
                || arguments.after.is_some();
            if narrowed {
                return Err(Failure::new("log verify takes no SERVICE, --project or --after")
                    .hint("a proof is of whole logs: tongban log verify [--data DIR]"));
            }
            let logs = logs(&arguments.data, None)?;
            let answer = runtime.block_on(verify(&logs, out))?;
            if lost(&arguments.data, &logs, out)? { Ok(Answer::No) } else { Ok(answer) }
        }
        Some(Act::RaiseEpoch(raise)) => runtime.block_on(epoch::run(raise, &arguments.data, out)),
        None => {
            let logs = logs(&arguments.data, arguments.service.as_deref())?;
            let project = arguments.project.as_deref();
            let project = project.map(|name| name.strip_prefix("projects/").unwrap_or(name));
            runtime.block_on(print(&logs, project, arguments.after.unwrap_or(0), out))
        }
    }
}

/// One log of the folder.
struct Place {
    service: String,
    path: PathBuf,
}

/// The logs of a folder by name, or the one that is asked for.
fn logs(folder: &Path, service: Option<&str>) -> Result<Vec<Place>, Failure> {
    let start = "start the platform with `tongban up`, or say where its logs are with --data";
    let entries = fs::read_dir(folder).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let entries = entries.map_err(|error| {
        Failure::new(format!("--data: {} cannot be read: {error}", folder.display())).hint(start)
    })?;
    let mut found: Vec<Place> = entries
        .iter()
        .map(fs::DirEntry::path)
        .filter(|path| path.extension().is_some_and(|extension| extension == EXTENSION))
        .filter_map(|path| Some(Place { service: path.file_stem()?.to_str()?.to_owned(), path }))
        .collect();
    found.sort_by(|a, b| a.service.cmp(&b.service));
    if found.is_empty() {
        let message = format!("--data: there is no log in {}", folder.display());
        return Err(Failure::new(message).hint(start));
    }
    if let Some(service) = service {
        let names: Vec<_> = found.iter().map(|place| place.service.clone()).collect();
        found.retain(|place| place.service == service);
        if found.is_empty() {
            let service = reading::shown(service);
            let message =
                format!("SERVICE: there is no log of `{service}` in {}", folder.display());
            return Err(Failure::new(message).hint(format!("there is {}", names.join(", "))));
        }
    }
    Ok(found)
}

/// Tells of every log that was opened here once and is gone, and whether there is one.
fn lost(folder: &Path, found: &[Place], out: &mut dyn Write) -> Result<bool, Failure> {
    let mut any = false;
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let Some(name) = path.file_stem().and_then(OsStr::to_str) else { continue };
        let is_lock = path.extension().is_some_and(|extension| extension == LOCK);
        if is_lock && found.iter().all(|place| place.service != name) {
            any = true;
            let name = reading::shown(name);
            writeln!(
                out,
                "{name}: bad at position 1: the whole log is missing; {name}.{LOCK} tells that there was one"
            )?;
        }
    }
    Ok(any)
}

async fn print(
    logs: &[Place],
    project: Option<&str>,
    after: u64,
    out: &mut dyn Write,
) -> Result<Answer, Failure> {
    let printer = Printer::new()?;
    for log in logs {
        let unreadable =
            |error| Failure::caused(format!("{} cannot be read", log.path.display()), &error);
        let mut file = LogFile::open(&log.path).await.map_err(unreadable)?;
        let mut position = after;
        loop {
            let page = file.read(position, PAGE).await.map_err(unreadable)?;
            let Some(last) = page.last() else { break };
            position = last.position;
            for event in page.iter().filter(|event| concerns(&event.stream, project)) {
                printer.line(&log.service, event, out)?;
            }
        }
    }
    Ok(Answer::Yes)
}

/// Streams are named `<service>/<project>`.
fn concerns(stream: &str, project: Option<&str>) -> bool {
    project.is_none_or(|project| stream.split_once('/').is_some_and(|(_, of)| of == project))
}

async fn verify(logs: &[Place], out: &mut dyn Write) -> Result<Answer, Failure> {
    let mut answer = Answer::Yes;
    for Place { service, path } in logs {
        fs::File::open(path)
            .map_err(|error| Failure::new(format!("{} cannot be read: {error}", path.display())))?;
        match verify_file(path, None).await {
            Ok(report) if report.name != *service => {
                answer = Answer::No;
                let name = reading::shown(&report.name);
                writeln!(out, "{service}: bad: this is the log of {name}")?;
            }
            Ok(report) => good(&report, out)?,
            Err(VerifyError::Bad { position, what }) => {
                answer = Answer::No;
                writeln!(out, "{service}: bad at position {position}: {}", reading::shown(&what))?;
            }
            // The file can be opened, so what cannot be read is the damage in it.
            Err(VerifyError::Unreadable(error)) => {
                answer = Answer::No;
                writeln!(out, "{service}: bad: the file is damaged: {error}")?;
            }
        }
    }
    Ok(answer)
}

/// A log that fits, with its head for whoever keeps it elsewhere.
fn good(report: &Report, out: &mut dyn Write) -> std::io::Result<()> {
    let Report { name, head, algorithm, .. } = report;
    let hash = print::hex(&head.hash);
    writeln!(
        out,
        "{name}: good; events {}, epoch {}, head {algorithm} {hash}",
        head.position, head.epoch
    )
}
