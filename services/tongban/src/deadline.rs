//! `tongban deadline`: when a limit ends, with every day until then.

mod print;

use std::io::Write;

use clap::ValueEnum;
use jiff::civil::Date;
use rulebook::calendar::{Almanac, Calendar};
use rulebook::clock::{
    Clock, Deadline, Extension, Limit, Notice, Stop, Undated, Unit, latest_before,
};

use crate::{Answer, Failure, reading, reading::Interval, seeds::Seeds};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The day that starts the limit, itself not counted; with --before, the day of expiry
    #[arg(long, value_name = "DATE", value_parser = reading::date)]
    from: Date,
    /// The limit with its unit: 20wd, 15cal or 3month
    #[arg(long, value_name = "LIMIT", value_parser = reading::limit)]
    limit: Limit,
    /// Time that does not count, opened on A and closed on B: (A, B]; `A..` while it is open.
    /// It counts as told to the applicant in writing
    #[arg(long, value_name = "A..B", value_parser = reading::interval, conflicts_with = "before")]
    suspend: Vec<Interval>,
    /// Extension, once, approved and told in time
    #[arg(long, value_name = "LIMIT", value_parser = reading::limit, conflicts_with = "before")]
    extend: Option<Limit>,
    /// What happens when a limit in calendar days or months ends on a rest day [default: forward]
    #[arg(long, value_name = "HOW")]
    roll: Option<Rolling>,
    /// Count back: the latest day that leaves the limit before --from
    #[arg(long)]
    before: bool,
    /// Use the holiday notices as published by this day [default: all on file]
    #[arg(long, value_name = "DATE", value_parser = reading::date)]
    calendar_as_of: Option<Date>,
    /// Answer in JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Rolling {
    /// It moves to the next working day (民法典 art. 203)
    Forward,
    /// It stays, as the validity of a certificate does
    None,
}

/// What was found.
struct Finding {
    /// `None` while the clock stands.
    deadline: Option<Deadline>,
    /// The day from which it has stood, and how many units had run before.
    stopped: Option<(Date, usize)>,
}

pub(crate) fn run(
    arguments: &Arguments,
    seeds: &Seeds,
    out: &mut dyn Write,
) -> Result<Answer, Failure> {
    if arguments.before && arguments.roll == Some(Rolling::Forward) {
        return Err(Failure::new("--roll forward cannot be used with --before")
            .hint("a day counted back is never rolled: leave --roll out"));
    }
    let almanac = seeds.parse(Almanac::parse)?;
    let calendar = match arguments.calendar_as_of {
        Some(day) => almanac.as_published_by(day),
        None => almanac.latest(),
    };
    let finding = find(arguments, &calendar)?;
    if arguments.json {
        print::json(arguments, &finding, out)?;
    } else {
        print::text(arguments, &finding, &calendar, out)?;
    }
    Ok(Answer::Yes)
}

fn find(arguments: &Arguments, calendar: &Calendar) -> Result<Finding, Failure> {
    let too_far = || {
        let message = format!(
            "--limit: {} from {} ends too far away to be reckoned",
            arguments.limit, arguments.from
        );
        Failure::new(message)
            .hint("the end must lie within a thousand years, in the years 0001 to 9999")
    };
    if arguments.before {
        let deadline = latest_before(arguments.from, arguments.limit, calendar);
        let deadline = deadline.filter(|deadline| deadline.due.year() >= 1);
        return Ok(Finding { deadline: Some(deadline.ok_or_else(too_far)?), stopped: None });
    }
    let clock = clock(arguments);
    match clock.reckon(calendar) {
        Ok(deadline) => Ok(Finding { deadline: Some(deadline), stopped: None }),
        Err(Undated::Stopped { since }) => {
            let ran = clock.counted_days(since, calendar).len();
            Ok(Finding { deadline: None, stopped: Some((since, ran)) })
        }
        Err(Undated::OutOfRange) => Err(too_far()),
    }
}

fn clock(arguments: &Arguments) -> Clock {
    let Arguments { from, limit, .. } = *arguments;
    let citation = match limit.unit {
        Unit::WorkingDays => "行政许可法 art. 82",
        Unit::CalendarDays | Unit::Months => "民法典 art. 200",
    };
    let mut clock = Clock::new(from, limit, citation);
    if arguments.roll == Some(Rolling::None) {
        clock = clock.without_roll();
    }
    for interval in &arguments.suspend {
        clock = clock.stop(Stop {
            from: interval.from,
            until: interval.until,
            ground: format!("suspension {interval}"),
            article: "行政许可法 art. 45".to_owned(),
            notice: Some(Notice { number: "as given".to_owned(), given_on: interval.from }),
        });
    }
    if let Some(by) = arguments.extend {
        clock = clock.extend(Extension {
            by,
            approver: "as given".to_owned(),
            approved_on: from,
            notified_on: from,
            reason: "as given".to_owned(),
            article: "行政许可法 art. 42".to_owned(),
        });
    }
    clock
}
