//! `tongban up`: the whole platform in one process.

use crate::{
    Answer, Failure,
    platform::{self, Platform, Service, Site},
    reading,
    seeds::Seeds,
};
use dossier::scan::Scanner;
use host::{health::Health, time::Timekeeper};
use jiff::civil::Date;
use rulebook::law::Law;
use std::{
    collections::BTreeMap,
    io::Write,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
};
use tokio::net::TcpListener;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Folder of the logs
    #[arg(long, value_name = "DIR", default_value = reading::DATA)]
    data: PathBuf,
    /// Address to serve gRPC on
    #[arg(long, value_name = "ADDR", default_value = reading::LISTEN, value_parser = reading::address)]
    listen: SocketAddr,
    /// Start on a clock that stands at this date until it is moved
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = reading::present)]
    at: Option<Date>,
    /// Who searches uploads for malicious content: `clamd` at this HOST:PORT, `trust` to call everything
    /// clean without a look, or `none`, so that uploads wait
    #[arg(long, value_name = "HOST:PORT", default_value = "none")]
    scanner: String,
}

pub(crate) fn run(
    arguments: &Arguments,
    seeds: &Seeds,
    out: &mut dyn Write,
) -> Result<Answer, Failure> {
    let law = Arc::new(seeds.parse(Law::parse)?);
    let time = arguments.at.map_or_else(Timekeeper::machine, Timekeeper::settable);
    platform::runtime()?.block_on(async {
        let listener = platform::listen(arguments.listen).await?;
        let address = listener.local_addr()?;
        let scanner = platform::scanner(&arguments.scanner);
        let platform =
            start(&arguments.data, law, time.clone(), listener, scanner).await?;
        let asked_to_stop = platform::asked_to_stop()?;
        writeln!(out, "tongban serves gRPC on {address}")?;
        writeln!(out, "logs in {}; the date is {}", arguments.data.display(), time.today())?;
        if !address.ip().is_loopback() {
            writeln!(out, "note: callers are not authenticated yet; let only a trusted network reach this address")?;
        }
        out.flush()?;
        asked_to_stop.await;
        platform.stop().await
    })?;
    Ok(Answer::Yes)
}

/// Opens the logs below `data`, which no other process may use meanwhile, and serves everything on `listener`.
///
/// # Errors
/// What cannot be opened, with what to do about it.
pub(crate) async fn start(
    data: &Path,
    law: Arc<Law>,
    time: Timekeeper,
    listener: TcpListener,
    scanner: Arc<dyn Scanner>,
) -> Result<Platform, Failure> {
    let logs = platform::in_folder(data, &time).await?;
    let site = Site {
        services: Service::ALL.to_vec(),
        logs,
        lends: false,
        feeds: BTreeMap::new(),
        law,
        time,
        files: Some((data.join("dossiers"), scanner)),
        health: Health::default(),
    };
    let parts = site.open().await.map_err(|error| {
        let message = format!("the logs in {} cannot be used", data.display());
        Failure::caused(message, error.as_ref())
    })?;
    Ok(site.serve(parts, listener).await)
}
