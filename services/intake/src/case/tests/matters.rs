//! The matters of the stage: those that calls open and decide at once, and those that are filed.

use rulebook::matter::{Certificate, Matter, Outcome};

use super::*;
use crate::case::decide::{change, gate, security};

const FILING: [&str; 4] =
    ["enterprise_data", "project_data", "total_investment", "industrial_policy_declaration"];

/// Screened and coded on one day.
fn coded(on: &str, facts: ProjectFacts) -> Story {
    let mut story = Story::screened(on, facts);
    story
        .by(agency("DRC"))
        .does(|case, order| admit::assign_code(case, "projects/story", "", 1, order));
    story.by(enterprise());
    story
}

fn matter<'s>(story: &'s Story, id: &str) -> &'s Matter {
    &story.case.matters[&id.parse().unwrap()]
}

fn grant() -> Act {
    let number = "大金普发改备〔2021〕41号".to_owned();
    let certificate = Certificate { number, valid_until: None, sha256: None };
    let outcome = Outcome::Granted { certificate, conditions: Vec::new() };
    Act::Decide { outcome, document: String::new() }
}

fn accept() -> Act {
    Act::Accept { document: String::new() }
}

#[test]
fn what_a_call_decides_shows_as_a_matter_that_is_done() {
    let mut story = coded("2021-03-05", bearings());
    story.by(agency("COM")).does(|case, order| gate::decide(case, "ECC/ss-03", "", order));
    let shown: Vec<_> = story.case.matters.iter().map(|(id, m)| (id.to_string(), m)).collect();
    let ids: Vec<_> = shown.iter().map(|(id, _)| id.as_str()).collect();
    assert_eq!(ids, ["S1-01-1", "S1-02-1", "S1-04-1", "S1-12-1"]);
    for (id, matter) in shown {
        assert!(matter.is_in_force(), "{id}");
        assert_eq!(matter.received_on, day("2021-03-05"), "{id}");
        assert_eq!(matter.closed_on(), Some(day("2021-03-05")), "{id}");
    }
}

#[test]
fn a_refusal_by_the_list_is_a_matter_refused_with_its_reason() {
    let story = Story::screened("2021-12-31", cars(75));
    let refused = matter(&story, "S1-02-1");
    assert!(!refused.is_in_force());
    let ruling = &refused.decided().unwrap().ruling;
    let rulebook::matter::Ruling::Refused { reasons } = ruling else { panic!("{ruling:?}") };
    assert!(reasons[0].contains("NAT-2020"), "{reasons:?}");
}

#[test]
fn the_security_review_is_open_until_its_conclusion() {
    let mut story = Story::screened("2026-08-24", bearings());
    story.by(agency("COM")).does(|case, order| security::flag(case, "key_technology", true, order));
    assert_eq!(matter(&story, "S1-03-1").accepted_on(), Some(day("2026-08-24")));
    assert_eq!(matter(&story, "S1-03-1").decided_on(), None);
    story.on("2026-09-16").does(|case, order| security::conclude(case, true, "告知031号", order));
    assert_eq!(matter(&story, "S1-03-1").decided_on(), Some(day("2026-09-16")));
}

#[test]
fn what_has_its_own_call_is_neither_filed_nor_decided_at_the_desk() {
    let mut story = coded("2021-03-05", bearings());
    for item in ["S1-01", "S1-02", "S1-03", "S1-04", "S1-12"] {
        assert_eq!(told(&story.files(item, &[]).unwrap_err()), "OWN_CALL", "{item}");
    }
    story.by(agency("DRC"));
    assert_eq!(told(&story.acts("S1-12-1", grant()).unwrap_err()), "OWN_CALL");
}

#[test]
fn a_filing_is_received_accepted_and_granted() {
    let mut story = coded("2021-03-05", bearings());
    story.on("2021-03-08").files("S1-08", &FILING).unwrap();
    assert_eq!(told(&story.acts("S1-08-1", accept()).unwrap_err()), "NOT_YOURS");
    story.by(agency("DRC")).acts("S1-08-1", accept()).unwrap();
    story.acts("S1-08-1", grant()).unwrap();
    assert!(matter(&story, "S1-08-1").is_in_force());
    assert_eq!(
        told(&story.by(enterprise()).files("S1-08", &FILING).unwrap_err()),
        "MATTER_IN_FORCE"
    );
}

#[test]
fn a_project_goes_by_filing_or_by_verification_and_never_by_the_other() {
    let mut free = coded("2021-12-30", bearings());
    let wrong = free.files("S1-09", &[]).unwrap_err();
    let Refusal::Rule { reason, article, .. } = &wrong else { panic!("{wrong:?}") };
    assert_eq!((*reason, article.contains("国令第673号")), ("WRONG_ROUTE", true));
    assert!(article.contains("15"), "{article}");
    free.files("S1-08", &FILING).unwrap();

    let mut restricted = coded("2021-12-30", cars(50));
    assert_eq!(told(&restricted.files("S1-08", &FILING).unwrap_err()), "WRONG_ROUTE");
    restricted.files("S1-09", &["project_application_report"]).unwrap();
}

#[test]
fn nothing_is_filed_before_screening_and_code_but_a_promise() {
    let mut story = Story::registered("2021-03-05", bearings());
    assert_eq!(told(&story.files("S1-05", &[]).unwrap_err()), "NOT_SCREENED");
    story.files("S1-07", &["investment_agreement"]).unwrap();
    story.by(agency("DRC")).does(admit::screen);
    story.by(enterprise());
    assert_eq!(told(&story.files("S1-08", &FILING).unwrap_err()), "PREREQUISITE_MISSING");
    story.files("S1-05", &[]).unwrap();
}

#[test]
fn an_enterprise_with_its_code_is_not_registered_again_and_reports_at_once() {
    let established = ProjectFacts { uscc: "91210200MA7G31RN3K".to_owned(), ..bearings() };
    let mut story = coded("2021-03-05", established);
    assert_eq!(told(&story.files("S1-05", &[]).unwrap_err()), "ITEM_NOT_CONCERNED");
    story.files("S1-06", &[]).unwrap();
    let mut to_be_founded = coded("2021-03-05", bearings());
    assert_eq!(told(&to_be_founded.files("S1-06", &[]).unwrap_err()), "PREREQUISITE_MISSING");
    let stated = [("enterprise_established".to_owned(), "yes".to_owned())].into();
    let refused = to_be_founded.refused(|case, order| change::state_facts(case, &stated, order));
    assert_eq!(refused, "facts[enterprise_established]");
}

#[test]
fn nothing_is_granted_once_the_screening_is_void() {
    let mut story = coded("2021-03-05", bearings());
    story.files("S1-08", &FILING).unwrap();
    story.by(agency("DRC")).acts("S1-08-1", accept()).unwrap();
    let facts = ProjectFacts { activity: "auto".to_owned(), ..bearings() };
    story.by(enterprise()).does(|case, order| change::change(case, &facts, "改产整车", order));
    story.by(agency("DRC"));
    assert_eq!(told(&story.acts("S1-08-1", grant()).unwrap_err()), "SCREENING_VOID");
}

#[test]
fn the_energy_review_asks_for_the_facts_it_rests_on() {
    let mut story = coded("2021-03-05", bearings());
    story.files("S1-08", &FILING).unwrap();
    story.by(agency("DRC")).acts("S1-08-1", accept()).unwrap();
    story.acts("S1-08-1", grant()).unwrap();
    story.by(enterprise());
    assert_eq!(told(&story.files("S1-10", &["energy_report"]).unwrap_err()), "FACTS_MISSING");
    let state = |pairs: &[(&str, &str)]| {
        let facts = pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        move |case: &Case, order: Order<'_>| change::state_facts(case, &facts, order)
    };
    assert_eq!(
        story.refused(state(&[("annual_energy_tce", "much"), ("colour", "red")])),
        "facts[annual_energy_tce], facts[colour]"
    );
    assert_eq!(
        story.refused(state(&[("restricted_sector", "no")])),
        "facts[restricted_sector]",
        "what intake knows is not asked"
    );
    story.does(state(&[("annual_energy_tce", "1000"), ("annual_electricity_gwh", "3")]));
    story.files("S1-10", &["energy_report"]).unwrap();
}

#[test]
fn a_withdrawn_project_takes_its_applications_with_it() {
    let mut story = coded("2021-03-05", bearings());
    story.files("S1-08", &FILING).unwrap();
    story.does(|case, order| change::withdraw(case, "放弃", order));
    assert_eq!(matter(&story, "S1-08-1").closed_on(), Some(day("2021-03-05")));
    assert!(matter(&story, "S1-12-1").is_in_force(), "what was decided stays decided");
    story.by(agency("DRC"));
    assert_eq!(told(&story.acts("S1-08-1", accept()).unwrap_err()), "APPLICATION_WITHDRAWN");
}
