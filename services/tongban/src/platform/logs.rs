//! The logs that a process writes: opening them, and the time they tell.

use super::Service;
use crate::Failure;
use eventlog::{Log, OpenError, Options, Store};
use host::time::Timekeeper;
use std::{collections::BTreeMap, path::Path, sync::Arc};

/// The logs that one process writes.
pub(crate) type Logs = BTreeMap<Service, Log>;

/// Opens every log below a folder, which no other process may use meanwhile.
///
/// # Errors
/// What cannot be opened, with what to do about it.
pub(crate) async fn in_folder(data: &Path, time: &Timekeeper) -> Result<Logs, Failure> {
    std::fs::create_dir_all(data).map_err(|error| {
        Failure::caused(format!("cannot make the folder {}", data.display()), &error)
    })?;
    let store = Store::Sqlite { directory: data.to_owned() };
    let mut logs = Logs::new();
    for service in Service::ALL.into_iter().filter(|service| service.keeps_log()) {
        let opened = open(&store, service, time, Options::default()).await;
        let log = opened.map_err(|error| cannot_open(service, data, &error))?;
        logs.insert(service, log);
    }
    Ok(logs)
}

fn cannot_open(service: Service, data: &Path, error: &OpenError) -> Failure {
    let (name, data) = (service.name(), data.display());
    let failure = Failure::caused(format!("cannot open the log of {name} in {data}"), error);
    match error {
        OpenError::InUse(_) => {
            failure.hint("stop the other process, or give this one another folder with --data")
        }
        _ => failure,
    }
}

/// Opens one service's log.
pub(crate) async fn open(
    store: &Store,
    service: Service,
    time: &Timekeeper,
    options: Options,
) -> Result<Log, OpenError> {
    let clock = time.clone();
    Log::open_with(store, service.name(), Arc::new(move || clock.now()), options).await
}

/// Time never runs backward: a settable clock goes on where the logs ended. The machine's own cannot be
/// moved; the log keeps its order all the same, and whoever runs the machine is told.
///
/// # Errors
/// A log that cannot be read.
pub(super) async fn catch_up(logs: &Logs, time: &Timekeeper) -> Result<(), eventlog::ReadError> {
    for log in logs.values() {
        let Some(before) = log.head().await?.position.checked_sub(1) else { continue };
        let newest = log.read(before, 1).await?;
        let Some(last) = newest.first().map(|event| host::time::date_of(event.recorded_at)) else {
            continue;
        };
        let today = time.today();
        if last > today && time.advance_to(last).is_err() {
            tracing::error!(%last, %today, log = log.name(), "the machine's date is before the last one in the log");
        }
    }
    Ok(())
}
