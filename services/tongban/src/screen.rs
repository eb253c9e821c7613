//! `tongban screen`: what the negative list of the day says of an activity and its foreign share.

use std::io::Write;

use jiff::civil::Date;
use rulebook::negative_list::{ForeignShare, NegativeLists, Screening, UNLISTED, UnknownActivity};
use serde_json::json;

use crate::nearest::nearest;
use crate::{Answer, Failure, reading, reading::shown, seeds::Seeds};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The day on which the authority decides
    #[arg(long, value_name = "DATE", value_parser = reading::date)]
    on: Date,
    /// Key of the activity, as in the negative lists of the seeds; `unlisted` if it is on none
    #[arg(long, value_name = "KEY")]
    activity: String,
    /// Foreign share in total, per cent, from 0 to 100
    #[arg(long, value_name = "PCT", value_parser = reading::share, allow_hyphen_values = true)]
    foreign_share: ForeignShare,
    /// Located and registered inside the pilot free trade zone
    #[arg(long)]
    ftz: bool,
    /// Answer in JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(
    arguments: &Arguments,
    seeds: &Seeds,
    out: &mut dyn Write,
) -> Result<Answer, Failure> {
    let Arguments { on, activity, foreign_share, ftz, json } = arguments;
    let lists = seeds.parse(NegativeLists::parse)?;
    let screening = lists
        .screen(*on, activity, *foreign_share, *ftz)
        .map_err(|unknown| no_such_activity(&lists, activity, &unknown))?;
    if !json {
        return text(arguments, &screening, out);
    }
    let answer = json!({
        "on": on.to_string(),
        "activity": screening.key,
        "foreign_share": foreign_share.pct().to_string(),
        "ftz": ftz,
        "edition": screening.edition,
        "item_no": screening.item_no,
        "item_key": screening.item_key,
        "outcome": screening.outcome.as_str(),
        "condition": screening.condition,
        "note": screening.note,
        "text": screening.text,
        "citation": screening.citation,
    });
    writeln!(out, "{answer}")?;
    Ok(Answer::Yes)
}

fn text(
    arguments: &Arguments,
    screening: &Screening,
    out: &mut dyn Write,
) -> Result<Answer, Failure> {
    let Arguments { on, foreign_share, ftz, .. } = arguments;
    let place = if *ftz { "inside" } else { "outside" };
    writeln!(out, "{}", screening.outcome)?;
    writeln!(
        out,
        "{} with a foreign share of {}% on {on}, {place} the free trade zone",
        screening.key,
        foreign_share.pct()
    )?;
    let note = Some(&screening.note).filter(|note| **note != screening.condition);
    let rest = [
        ("condition: ", screening.condition.as_str()),
        ("", note.map_or("", String::as_str)),
        ("", screening.text.as_str()),
        ("", screening.citation.as_str()),
    ];
    for (title, words) in rest.iter().filter(|(_, words)| !words.is_empty()) {
        writeln!(out, "{title}{words}")?;
    }
    Ok(Answer::Yes)
}

fn no_such_activity(lists: &NegativeLists, activity: &str, unknown: &UnknownActivity) -> Failure {
    let mut near = nearest(activity, lists.activities().into_iter());
    if near.is_empty() {
        near = unknown.similar.iter().map(String::as_str).take(3).collect();
    }
    let unlisted = format!("an activity that is on no list is `{UNLISTED}`");
    let hint = if near.is_empty() {
        format!("keys are in the negative-list folder of the seeds; {unlisted}")
    } else {
        format!("there is {}; {unlisted}", near.join(", "))
    };
    Failure::new(format!("--activity: no negative list knows `{}`", shown(activity))).hint(hint)
}
