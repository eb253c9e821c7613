//! The rule on file, and files that are refused.

use super::*;

const ON_FILE: &str = include_str!("../../../../seeds/budget/plan-attached.toml");

fn parse(text: &str) -> Result<BudgetRules, Vec<String>> {
    let file = SeedFile { path: "budget/plan-attached.toml".to_owned(), text: text.to_owned() };
    BudgetRules::parse(&[file])
        .map_err(|faults| faults.iter().map(|f| format!("{}: {}", f.line, f.message)).collect())
}

#[test]
fn ten_working_days_since_the_document_came_out() {
    let rules = parse(ON_FILE).unwrap();
    assert_eq!(rules.on("2020-11-14".parse().unwrap()), None);
    let rule = rules.on("2020-11-15".parse().unwrap()).unwrap();
    assert_eq!(rule.limit.to_string(), "10wd");
    assert_eq!((rule.from.as_str(), rule.until.as_str()), ("S2-04", "S2-17"));
    assert_eq!(rule.citation, "大政发〔2020〕24号 (十五)");
}

#[test]
fn a_limit_in_other_days_an_unknown_mark_and_an_unknown_field_are_faults() {
    let wrong =
        ON_FILE.replace("\"10wd\"", "\"10cal\"").replace("\"seed\"", "\"sure\"\nunit = \"wd\"");
    let faults = parse(&wrong).unwrap_err();
    assert_eq!(faults.len(), 3, "{faults:?}");
    assert!(faults[0].contains("working days"), "{faults:?}");
    assert!(faults[1].contains("`mark`"), "{faults:?}");
    assert!(faults[2].contains("`unit`"), "{faults:?}");
}

#[test]
fn two_rules_from_one_day_and_no_rule_are_faults() {
    let twice = format!("{ON_FILE}\n{}", &ON_FILE[ON_FILE.find("[[rule]]").unwrap()..]);
    assert!(parse(&twice).unwrap_err()[0].contains("two rules begin on 2020-11-15"));
    assert_eq!(parse("").unwrap_err(), ["1: there is no rule of the budget"]);
}
