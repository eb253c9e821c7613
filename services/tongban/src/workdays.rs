//! `tongban workdays`: counts working days.

use std::io::Write;

use jiff::civil::Date;
use rulebook::calendar::Almanac;
use serde_json::json;

use crate::{Answer, Failure, reading, seeds::Seeds};

/// A thousand years; longer ranges are slips of the finger and would take minutes.
const LONGEST_DAYS: i64 = 366_000;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The day before the first that counts
    #[arg(long, value_name = "DATE", value_parser = reading::date)]
    after: Date,
    /// The last day that counts
    #[arg(long, value_name = "DATE", value_parser = reading::date)]
    through: Date,
    /// Answer in JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(
    arguments: &Arguments,
    seeds: &Seeds,
    out: &mut dyn Write,
) -> Result<Answer, Failure> {
    let Arguments { after, through, json } = *arguments;
    if through < after {
        let message = format!("--through: {through} is before --after {after}");
        return Err(Failure::new(message).hint("give the earlier day to --after"));
    }
    if through.duration_since(after).as_hours() / 24 > LONGEST_DAYS {
        let message = format!("--through: {through} is more than a thousand years after {after}");
        return Err(Failure::new(message).hint("count a shorter time"));
    }
    let days = seeds.parse(Almanac::parse)?.latest().working_days(after, through);
    if json {
        let answer = json!({
            "after": after.to_string(),
            "through": through.to_string(),
            "count": days.count,
            "provisional": days.provisional,
        });
        writeln!(out, "{answer}")?;
        return Ok(Answer::Yes);
    }
    let plural = if days.count == 1 { "" } else { "s" };
    writeln!(out, "{} working day{plural} after {after} through {through}", days.count)?;
    if days.provisional {
        writeln!(out, "provisional: the holiday notice for a part of this time is not on file")?;
    }
    Ok(Answer::Yes)
}
