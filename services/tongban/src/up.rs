//! `tongban up`: the whole platform in one process.

use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;

use jiff::civil::Date;

use crate::{Answer, Failure, reading, seeds::Seeds};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Folder of the logs
    #[arg(long, value_name = "DIR", default_value = reading::DATA)]
    data: PathBuf,
    /// Address to serve gRPC on
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:7100")]
    listen: SocketAddr,
    /// Start on a clock that stands at this date until it is moved
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = reading::date)]
    at: Option<Date>,
}

pub(crate) fn run(
    arguments: &Arguments,
    seeds: &Seeds,
    out: &mut dyn Write,
) -> Result<Answer, Failure> {
    let _ = (&arguments.data, arguments.listen, arguments.at, seeds, out);
    Err(Failure::new("not built yet"))
}
