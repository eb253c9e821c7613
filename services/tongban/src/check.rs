//! `tongban check`: checks an identifier.

use std::io::Write;

use clap::ValueEnum;
use rulebook::identifiers::{Check, licence, project_code, uscc};
use serde_json::json;

use crate::{Answer, Failure, reading::shown};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Which identifier
    #[arg(value_name = "KIND")]
    kind: Kind,
    /// The identifier as written; it is normalised first
    #[arg(value_name = "VALUE", allow_hyphen_values = true)]
    value: String,
    /// Answer in JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Kind {
    /// Unified social credit code (统一社会信用代码, GB 32100-2015)
    Uscc,
    /// Project code (固定资产投资项目代码), old or new
    ProjectCode,
    /// Electronic licence identifier (电子证照标识, GB/T 36904-2018)
    Licence,
}

impl Kind {
    fn word(self) -> &'static str {
        match self {
            Self::Uscc => "uscc",
            Self::ProjectCode => "project-code",
            Self::Licence => "licence",
        }
    }

    fn check(self, value: &str) -> Check {
        match self {
            Self::Uscc => uscc::check(value),
            Self::ProjectCode => project_code::check(value),
            Self::Licence => licence::check(value),
        }
    }
}

pub(crate) fn run(arguments: &Arguments, out: &mut dyn Write) -> Result<Answer, Failure> {
    let Arguments { kind, value, json } = arguments;
    let Check { normalised, result, warning } = kind.check(value);
    let warnings: Vec<String> = warning.iter().map(ToString::to_string).collect();
    if *json {
        let answer = json!({
            "kind": kind.word(),
            "given": value,
            "normalised": normalised,
            "result": result.as_str(),
            "valid": result.is_valid(),
            "warnings": warnings,
        });
        writeln!(out, "{answer}")?;
    } else {
        writeln!(out, "{result}: {}", shown(&normalised))?;
        if result.is_mismatch() {
            writeln!(
                out,
                "its check character does not agree; a person may use it all the same, with a recorded reason"
            )?;
        }
        for warning in warnings {
            writeln!(out, "warning: {warning}")?;
        }
    }
    Ok(if result.is_valid() { Answer::Yes } else { Answer::No })
}
