//! `tongban catalogue`: checks the files of law, and shows an item as it reads on a day.

mod card;
mod json;
mod words;

use std::io::Write;
use std::path::PathBuf;

use clap::Subcommand;
use jiff::civil::Date;
use rulebook::catalogue::{Catalogue, Item};
use rulebook::law::Law;

use crate::seeds::{self, Seeds};
use crate::{Answer, Failure, nearest::nearest, reading, reading::shown};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    act: Act,
}

#[derive(Debug, Subcommand)]
enum Act {
    /// Check a folder of law as a whole and list everything that is wrong with it
    Check {
        /// The folder that holds catalogue/, agencies/, calendar/ and the others
        #[arg(value_name = "DIR")]
        folder: PathBuf,
    },
    /// Show an item: who decides, on what, within which limits, and by which article
    Show {
        /// The item's code, e.g. S2-05
        #[arg(value_name = "ITEM")]
        item: String,
        /// As it reads on this day [default: today]
        #[arg(long, value_name = "DATE", value_parser = reading::date)]
        on: Option<Date>,
        /// Answer in JSON
        #[arg(long)]
        json: bool,
    },
}

pub(crate) fn run(
    arguments: &Arguments,
    seeds: &Seeds,
    out: &mut dyn Write,
) -> Result<Answer, Failure> {
    match &arguments.act {
        Act::Check { folder } => check(folder, out),
        Act::Show { item, on, json } => {
            let on = on.unwrap_or_else(|| host::time::Timekeeper::machine().today());
            let catalogue = seeds.parse(Catalogue::parse)?;
            let item = find(&catalogue, item, on)?;
            if *json {
                json::write(item, &catalogue, on, out)?;
            } else {
                card::write(item, &catalogue, on, out)?;
            }
            Ok(Answer::Yes)
        }
    }
}

fn check(folder: &PathBuf, out: &mut dyn Write) -> Result<Answer, Failure> {
    // Faults of a folder that is there belong to its files; a folder that is not is a slip.
    if let Err(error) = std::fs::read_dir(folder) {
        let message = format!("DIR: {} cannot be read: {error}", folder.display());
        return Err(Failure::new(message)
            .hint("give the folder that holds catalogue/, agencies/, calendar/ and the others"));
    }
    let (files, mut faults) = host::seeds::survey(folder);
    let law = Law::parse(&files).map_err(|more| faults.extend(more)).ok();
    faults.sort();
    match law.filter(|_| faults.is_empty()) {
        Some(law) => {
            writeln!(
                out,
                "{}: no fault; {} items, {} agencies, {} forms, {} gates, {} calendar editions",
                folder.display(),
                law.catalogue.codes().count(),
                law.catalogue.agencies().count(),
                law.catalogue.forms().count(),
                law.catalogue.gates().count(),
                law.almanac.editions().count(),
            )?;
            Ok(Answer::Yes)
        }
        None => {
            for fault in &faults {
                writeln!(out, "{}", seeds::in_folder(Some(folder), fault))?;
            }
            let (folder, counted) = (folder.display(), seeds::counted(&faults));
            Err(Failure::new(format!("{folder}: {counted}, so nothing of it can be used")))
        }
    }
}

/// The item as it reads on a day; its code may be written in lower case.
fn find<'a>(catalogue: &'a Catalogue, code: &str, on: Date) -> Result<&'a Item, Failure> {
    let code = code.trim().to_uppercase();
    if let Some(item) = catalogue.item(&code, on) {
        return Ok(item);
    }
    let editions: Vec<String> = catalogue
        .editions(&code)
        .iter()
        .map(|item| format!("{} {}", item.edition, words::in_force(item.effective)))
        .collect();
    if !editions.is_empty() {
        let message = format!("ITEM: {code} was not in force on {on}");
        return Err(Failure::new(message)
            .hint(format!("its editions are {}; ask with --on", editions.join("; "))));
    }
    let near = nearest(&code, catalogue.codes());
    let hint = if near.is_empty() {
        "codes are S1-01 and so on, one file each in catalogue/".to_owned()
    } else {
        format!("there is {}", near.join(", "))
    };
    Err(Failure::new(format!("ITEM: there is no item `{}` in the catalogue", shown(&code)))
        .hint(hint))
}
