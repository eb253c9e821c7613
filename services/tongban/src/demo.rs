//! `tongban demo`: plays the projects of `seeds/demo/` through the platform's own gRPC API.

mod call;
mod play;
mod script;
mod table;

use crate::{Answer, Failure, platform, reading, seeds::Seeds};
use call::Api;
use host::time::Timekeeper;
use indicatif::{ProgressBar, ProgressStyle};
use rulebook::law::Law;
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
}

pub(crate) fn run(
    arguments: &Arguments,
    seeds: &Seeds,
    out: &mut dyn Write,
) -> Result<Answer, Failure> {
    let law = Arc::new(seeds.parse(Law::parse)?);
    let scripts = seeds.parse(script::read)?;
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
        let steps = script::in_order_of_time(&scripts);
        let Some(first) = steps.first() else {
            return Err(Failure::new("the seeds hold no step to play"));
        };
        let time = Timekeeper::settable(first.step.on);
        let port = if arguments.serve { reading::PORT } else { 0 };
        let listener = platform::listen((Ipv4Addr::LOCALHOST, port).into()).await?;
        let address = listener.local_addr()?;
        // What the demonstration files is its own.
        let trust = Arc::new(dossier::scan::TrustEverything);
        let platform = platform::Platform::start(&data, law, time.clone(), listener, trust).await?;
        let channel = Endpoint::from_shared(format!("http://{address}"))
            .map_err(|error| Failure::caused("the address cannot be used", &error))?
            .connect_lazy();
        let api = Api::new(channel.clone())?;
        // A call that was carried out gives the same answer for ever, so that a demonstration can be played
        // again into its folder; a call that was refused is judged anew, against what came later, and an agent
        // may have been dismissed since.
        let again = |placed: &script::Placed<'_>| {
            placed.step.refused.is_none() && !placed.step.by.starts_with("agent:")
        };
        let steps: Vec<_> = match table::is_empty(channel.clone()).await? {
            true => steps,
            false => steps.into_iter().filter(again).collect(),
        };
        let bar = ProgressBar::new(steps.len() as u64).with_style(
            ProgressStyle::with_template("{msg} {bar:40} {pos}/{len}")
                .unwrap_or_else(|_| ProgressStyle::default_bar()),
        );
        let played = play::play(&api, &steps, time.today(), &bar).await;
        bar.finish_and_clear();
        played?;
        table::print(channel, &scripts, out).await?;
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
