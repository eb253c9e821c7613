//! `tongban demo`: plays the projects of `seeds/demo/` through the platform.

use std::io::Write;
use std::path::PathBuf;

use crate::{Answer, Failure, seeds::Seeds};

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
    let _ = (&arguments.data, arguments.serve, seeds, out);
    Err(Failure::new("not built yet"))
}
