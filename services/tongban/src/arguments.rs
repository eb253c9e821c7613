//! The words of the command line. Each command's own are beside it.

use std::ffi::OsString;

use clap::{Parser, Subcommand};

use crate::{
    catalogue, check, deadline, demo, health, log, migrate, rebuild, screen, serve, up, workdays,
};

/// 通办: approvals of foreign-invested key projects, with every deadline explained.
#[derive(Debug, Parser)]
#[command(name = "tongban", version, max_term_width = 100)]
pub(crate) struct Arguments {
    /// Read the law from this folder, not from what is built in
    #[arg(long, global = true, value_name = "DIR", env = "TONGBAN_SEEDS", hide_env_values = true)]
    pub(crate) seeds: Option<OsString>,

    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run the whole platform in one process
    Up(up::Arguments),
    /// Run one service, or the gateway in front of all of them
    Serve(serve::Arguments),
    /// Make or renew the tables of logs and mirrors on PostgreSQL, as their owner
    Migrate(migrate::Arguments),
    /// Copy a followed log anew, say what differs from the copy that is kept, and put it in its place
    Rebuild(rebuild::Arguments),
    /// Ask a process' admin listener whether it is ready
    Health(health::Arguments),
    /// Play the projects of the seeds through the platform and show where each stands
    Demo(demo::Arguments),
    /// Tell when a limit ends, and account for every day until then
    Deadline(deadline::Arguments),
    /// Count the working days after one date through another
    Workdays(workdays::Arguments),
    /// Screen an activity against the negative list of a day
    Screen(screen::Arguments),
    /// Check an identifier
    Check(check::Arguments),
    /// Check the files of law, or show an item of the catalogue
    Catalogue(catalogue::Arguments),
    /// Print the events of the logs as JSON lines, or prove that nobody has changed them
    Log(log::Arguments),
}
