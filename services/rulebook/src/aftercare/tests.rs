//! The rows on file, and files that are refused.

use super::*;

mod draw;
mod incentive;

const LIMIT_FILE: &str = include_str!("../../../../seeds/aftercare/limits.toml");

fn file(path: &str, text: &str) -> SeedFile {
    SeedFile { path: format!("aftercare/{path}.toml"), text: text.to_owned() }
}

fn messages(files: &[SeedFile]) -> Vec<String> {
    AftercareRules::parse(files).unwrap_err().into_iter().map(|fault| fault.message).collect()
}

#[test]
fn a_limit_that_is_missing_unknown_or_there_twice_is_a_fault() {
    assert_eq!(messages(&[file("limits", "")])[0], "there is no limit \"complaint_notice\"");
    let unknown = LIMIT_FILE.replace("\"report_order\"", "\"report_ordre\"");
    assert!(messages(&[file("limits", &unknown)])[0].contains("report_ordre"));
    let twice = LIMIT_FILE.replace("\"report_order\"", "\"report_notice\"");
    assert!(messages(&[file("limits", &twice)])[0].contains("report_notice"));
    let wrong = LIMIT_FILE.replacen("\"7wd\"", "\"seven\"", 1);
    assert!(messages(&[file("limits", &wrong)])[0].contains("`limit`"));
}

const REQUEST_FILE: &str = include_str!("../../../../seeds/aftercare/requests.toml");

#[test]
fn a_request_that_is_there_twice_or_says_what_cannot_be_is_a_fault() {
    let with = |text: &str| messages(&[file("limits", LIMIT_FILE), file("requests", text)]);
    let twice = with(&REQUEST_FILE.replace("\"work_permit\"", "\"fast_channel\""));
    assert_eq!(twice, ["the request \"fast_channel\" is there twice"]);
    let wrong = REQUEST_FILE
        .replacen("\"60cal\"", "\"sixty\"", 1)
        .replace("association = true", "association = \"yes\"")
        .replacen("\"5wd\"", "\"soon\"", 1);
    let wrong = with(&wrong);
    assert_eq!(wrong.len(), 3, "{wrong:?}");
}

const OFFICE_FILE: &str = include_str!("../../../../seeds/aftercare/offices.toml");

#[test]
fn an_office_that_is_missing_unknown_or_empty_is_a_fault() {
    let reports = include_str!("../../../../seeds/aftercare/reports.toml");
    let with = |text: &str| {
        messages(&[file("limits", LIMIT_FILE), file("reports", reports), file("offices", text)])
    };
    assert_eq!(with("")[0], "there is no office \"complaints\"");
    let unknown = with(&OFFICE_FILE.replace("\"supervision\"", "\"supervison\""));
    assert_eq!(unknown, ["the office \"supervison\" is unknown or there twice"]);
    let empty = with(&OFFICE_FILE.replace("[\"BE\"]", "[]"));
    assert_eq!(empty, ["`agencies` has at least one entry"]);
}
