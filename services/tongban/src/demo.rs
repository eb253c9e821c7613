//! `tongban demo`: plays the projects of `seeds/demo/` through the platform's own gRPC API.

mod call;
mod play;
mod script;
mod table;

use crate::{Answer, Failure, platform, reading, seeds::Seeds, up};
use call::Api;
use client::Client;
use host::time::Timekeeper;
use indicatif::{ProgressBar, ProgressStyle};
use jiff::civil::Date;
use proto::clock::v1::{GetTimeRequest, clock_service_client::ClockServiceClient};
use rulebook::law::Law;
use script::Script;
use std::{io::Write, net::Ipv4Addr, path::PathBuf, sync::Arc};
use tonic::transport::Endpoint;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Keep the logs in this folder
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Go on serving the platform afterwards
    #[arg(long)]
    serve: bool,
    /// Play on the platform that serves here, at a date before the first step, instead of a new one
    #[arg(long, value_name = "URL", conflicts_with_all = ["data", "serve"])]
    address: Option<String>,
}

pub(crate) fn run(
    arguments: &Arguments,
    seeds: &Seeds,
    out: &mut dyn Write,
) -> Result<Answer, Failure> {
    let scripts = seeds.parse(script::read)?;
    if let Some(address) = &arguments.address {
        platform::runtime()?.block_on(async { show(address, &scripts, out).await })?;
        return Ok(Answer::Yes);
    }
    let law = Arc::new(seeds.parse(Law::parse)?);
    let first = script::in_order_of_time(&scripts).first().map(|placed| placed.step.on);
    let first = first.ok_or_else(|| Failure::new("the seeds hold no step to play"))?;
    let scratch = match &arguments.data {
        Some(_) => None,
        None => Some(Scratch::new()?),
    };
    let data = arguments
        .data
        .clone()
        .or_else(|| scratch.as_ref().map(|scratch| scratch.0.clone()))
        .unwrap_or_default();
    platform::runtime()?.block_on(async {
        let time = Timekeeper::settable(first);
        let port = if arguments.serve { reading::PORT } else { 0 };
        let listener = platform::listen((Ipv4Addr::LOCALHOST, port).into()).await?;
        let address = listener.local_addr()?;
        // What the demonstration files is its own.
        let trust = Arc::new(dossier::scan::TrustEverything);
        let platform = up::start(&data, law, time, listener, trust).await?;
        show(&format!("http://{address}"), &scripts, out).await?;
        if arguments.serve {
            let asked_to_stop = platform::asked_to_stop()?;
            writeln!(out, "\nserving on {address}; stop with Ctrl-C")?;
            out.flush()?;
            asked_to_stop.await;
        }
        platform.stop().await
    })?;
    Ok(Answer::Yes)
}

/// Plays the scripts on the platform at an address, one process or many, and shows where each project stands.
async fn show(address: &str, scripts: &[Script], out: &mut dyn Write) -> Result<(), Failure> {
    let channel = Endpoint::from_shared(address.to_owned())
        .map_err(|error| {
            Failure::caused("the address cannot be used", &error).hint("write http://host:port")
        })?
        .connect_lazy();
    let api = Api::new(channel)?;
    let mut steps = script::in_order_of_time(scripts);
    let today = today(&api.client).await?;
    // A call that was carried out gives the same answer for ever, so that a demonstration can be played
    // again into its folder; a call that was refused is judged anew, against what came later, and an agent
    // may have been dismissed since.
    if !table::is_empty(&api.client).await? {
        steps.retain(|placed| {
            placed.step.refused.is_none() && !placed.step.by.starts_with("agent:")
        });
    } else if let Some(first) = steps.first().map(|placed| placed.step.on)
        && today > first
    {
        return Err(Failure::new(format!("the platform's date is {today} already"))
            .hint(format!("start an empty platform at {first}")));
    }
    let bar = ProgressBar::new(steps.len() as u64).with_style(
        ProgressStyle::with_template("{msg} {bar:40} {pos}/{len}")
            .unwrap_or_else(|_| ProgressStyle::default_bar()),
    );
    let played = play::play(&api, &steps, today, &bar).await;
    bar.finish_and_clear();
    table::print(&api.client, played?, scripts, out).await
}

/// The platform's date, which must be one that can be moved.
async fn today(client: &Client) -> Result<Date, Failure> {
    let ask = async |channel| ClockServiceClient::new(channel).get_time(GetTimeRequest {}).await;
    let told = client.repeat(ask).await;
    let told = told.map_err(|error| Failure::caused("the platform tells no time", &error))?;
    if !told.settable {
        return Err(Failure::new("the platform runs on the machine's own clock")
            .hint("start it at an early date, which the demonstration moves on"));
    }
    told.date.parse().map_err(|error| Failure::caused("the platform's date is none", &error))
}

/// A folder that goes when the demonstration does.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Result<Self, Failure> {
        let folder = std::env::temp_dir().join(format!("tongban-demo-{}", std::process::id()));
        std::fs::create_dir(&folder).map_err(|error| {
            Failure::caused(format!("cannot make the folder {}", folder.display()), &error)
        })?;
        Ok(Self(folder))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What cannot be removed is left to the system's own tidying of temporary files.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
