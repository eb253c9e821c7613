//! `checker FOLDER`: checks the run in a folder. Exit code 0: it is good; 1: a promise was broken; 2: too little
//! was tried; 3: the folder cannot be read.

use std::process::ExitCode;

use checker::checks;
use checker::run::Run;
use checker::verdict::{Judgement, Verdict, judge};

/// Most witnesses printed of one check.
const WITNESSES: usize = 5;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let (Some(folder), None) = (arguments.next(), arguments.next()) else {
        eprintln!("usage: checker FOLDER");
        return code(Judgement::Unreadable);
    };
    let run = match Run::read(folder.as_ref()) {
        Ok(run) => run,
        Err(error) => {
            eprintln!("{error}");
            return code(Judgement::Unreadable);
        }
    };
    let verdicts = checks::all(&run);
    verdicts.iter().for_each(print);
    let lacking = run.lacking();
    for lack in &lacking {
        println!("too little: {lack}");
    }
    code(judge(&verdicts, &lacking))
}

fn print(verdict: &Verdict) {
    println!("{verdict}");
    for violation in verdict.violations.iter().take(WITNESSES) {
        println!("     {} not: {}", verdict.check, violation.rule);
        println!("         {}", violation.witness);
    }
    let more = verdict.violations.len().saturating_sub(WITNESSES);
    if more > 0 {
        println!("     … and {more} more");
    }
}

fn code(judgement: Judgement) -> ExitCode {
    ExitCode::from(judgement as u8)
}
