//! The command line of the platform: what is asked, and how it is answered.
//!
//! Exit codes are part of the interface: 0 for an answer, 1 when the answer is no, 2 when there is
//! none because the question or what it rests on is wrong.

mod arguments;
mod failure;
mod nearest;
mod reading;
mod seeds;

mod demo;
mod gateway;
mod health;
mod migrate;
mod platform;
mod rebuild;
mod resolve;
mod role;
mod serve;
mod up;

mod catalogue;
mod check;
mod deadline;
mod log;
mod screen;
mod workdays;

use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

use clap::Parser;

use arguments::{Arguments, Command};
use failure::Failure;
use host::config::Telemetry;
use seeds::Seeds;

/// What a command found out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    /// Good, or simply told: exit 0.
    Yes,
    /// Not good: exit 1.
    No,
}

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return failure::usage(&error),
    };
    // What a service logs is configured; it starts its telemetry when it has read how.
    if !matches!(arguments.command, Command::Serve(_))
        && let Err(error) = host::telemetry::start("tongban", &Telemetry::default())
    {
        return Failure::from(error).report();
    }
    // Answers of thousands of lines are written at once, not line by line.
    let mut out = BufWriter::new(io::stdout().lock());
    let answer = run(&arguments, &mut out)
        .and_then(|answer| out.flush().map(|()| answer).map_err(Failure::from));
    match answer {
        Ok(Answer::Yes) => ExitCode::SUCCESS,
        Ok(Answer::No) => ExitCode::FAILURE,
        Err(failure) => {
            // What was answered before the failure belongs before its message.
            let _ = out.flush();
            failure.report()
        }
    }
}

fn run(arguments: &Arguments, out: &mut dyn Write) -> Result<Answer, Failure> {
    let seeds = Seeds::new(arguments.seeds.as_deref());
    match &arguments.command {
        Command::Up(up) => up::run(up, &seeds, out),
        Command::Serve(serve) => serve::run(serve, arguments.seeds.as_deref(), out),
        Command::Migrate(migrate) => migrate::run(migrate, out),
        Command::Rebuild(rebuild) => rebuild::run(rebuild, out),
        Command::Health(health) => health::run(health, out),
        Command::Demo(demo) => demo::run(demo, &seeds, out),
        Command::Deadline(deadline) => deadline::run(deadline, &seeds, out),
        Command::Workdays(workdays) => workdays::run(workdays, &seeds, out),
        Command::Check(check) => check::run(check, out),
        Command::Screen(screen) => screen::run(screen, &seeds, out),
        Command::Log(log) => log::run(log, out),
        Command::Catalogue(catalogue) => catalogue::run(catalogue, &seeds, out),
    }
}
