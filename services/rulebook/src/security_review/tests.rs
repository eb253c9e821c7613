//! The grounds as they are in the seeds, and what is wrong with bad ones.

use jiff::civil::date;

use super::*;

fn file(text: &str) -> SeedFile {
    SeedFile { path: "security-review/grounds.toml".to_owned(), text: text.to_owned() }
}

fn seeds() -> SecurityReviewRules {
    let text = include_str!("../../../../seeds/security-review/grounds.toml");
    SecurityReviewRules::parse(&[file(text)]).unwrap()
}

#[test]
fn defence_counts_without_control_and_technology_only_with_it() {
    let (rules, on) = (seeds(), date(2021, 1, 18));
    let defence = rules.ground("defence", on).unwrap();
    assert!(defence.is_in_scope(false) && defence.is_in_scope(true));
    let technology = rules.ground("key_technology", on).unwrap();
    assert!(!technology.is_in_scope(false) && technology.is_in_scope(true));
    let articles: Vec<_> = [defence, technology].map(|ground| ground.article.as_str()).into();
    assert_eq!(articles, ["外商投资安全审查办法 art. 4(1)", "外商投资安全审查办法 art. 4(2)"]);
    let free: Vec<_> = rules.grounds().iter().filter(|ground| !ground.needs_control).collect();
    assert_eq!((free.len(), rules.grounds().len()), (2, 12));
}

#[test]
fn the_measures_have_grounds_from_their_first_day_on() {
    let rules = seeds();
    assert_eq!(rules.ground("defence", date(2021, 1, 17)), None);
    assert!(rules.ground("defence", date(2021, 1, 18)).is_some());
    assert_eq!(rules.ground("space", date(2022, 1, 1)), None);
}

#[test]
fn every_fault_of_the_file_is_named_at_once() {
    let text = "effective = 2021-01-18\ncitation = \"c\"\n\n[[ground]]\nkey = \"a\"\nzh = \"甲\"\n\
                en = \"a\"\nneeds_control = 1\narticle = \"x\"\nmark = \"sure\"\n\n[[ground]]\n\
                key = \"b\"\nzh = \"乙\"\nen = \"b\"\nneeds_control = true\narticle = \"x\"\n\
                mark = \"memory\"\nkeys = 1\n\n[[ground]]\nkey = \"b\"\nzh = \"乙\"\nen = \"b\"\n\
                needs_control = true\narticle = \"x\"\nmark = \"memory\"\n";
    let faults = SecurityReviewRules::parse(&[file(text)]).unwrap_err();
    let lines: Vec<_> = faults.iter().map(|fault| fault.line).collect();
    assert_eq!(lines, [8, 10, 19, 21], "{faults:?}");
}

#[test]
fn no_ground_at_all_is_a_fault() {
    assert_eq!(SecurityReviewRules::parse(&[]).unwrap_err().len(), 1);
}
