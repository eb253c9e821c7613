//! By unit and by phase.

use super::*;

#[test]
fn unit_a_operates_while_b_is_under_acceptance_and_the_project_is_complete_with_the_last() {
    let mut site = Site::new().units(&["a 1 alone", "b 2 alone"]).built();
    site.accepted("2025-03-19", only(&["a"]));
    site.applied("2025-03-24", only(&["b"]));
    site.does("enterprise", "2025-03-25", Act::PutIntoUse(only(&["a"])));
    assert!(site.case.used_since.contains_key("a"));
    let b = site.refused("enterprise", "2025-03-25", Act::PutIntoUse(only(&["b"])));
    assert_eq!(b, "GATE_CLOSED");
    assert!(!site.case.is_complete());
    let id = site.newest("S3-09");
    site.inspected("2025-03-27", &id);
    site.all_pass("2025-03-27", &id);
    assert!(!site.case.is_complete());
    site.does("HC", "2025-03-28", issue(&id, ""));
    assert!(site.case.is_complete());
    site.does("enterprise", "2025-03-31", Act::PutIntoUse(only(&["b"])));
}

#[test]
fn a_unit_declared_later_makes_the_project_incomplete_again() {
    let mut site = Site::new().units(&["a 1 alone"]).built();
    site.accepted("2025-03-19", only(&["a"]));
    assert!(site.case.is_complete());
    site.does(
        "enterprise",
        "2025-04-01",
        Act::DeclareUnits(vec![("b".to_owned(), unit("2", true))]),
    );
    assert!(!site.case.is_complete());
}

#[test]
fn a_part_that_cannot_be_used_alone_is_accepted_with_its_phase() {
    let mut site = Site::new().units(&["a 1", "b 1", "c 2"]).built();
    let unit = "a".to_owned();
    let tied = Rejection::NotIndependent { unit };
    site.rejects("enterprise", "2025-03-17", apply(only(&["a"])), tied);
    site.tries("enterprise", "2025-03-17", apply(only(&["a", "b"]))).unwrap();
    site.does("enterprise", "2025-03-17", apply(Scoped::Phase("1".to_owned())));
    let id = site.newest("S3-09");
    assert_eq!(site.case.joints[&id].scope.units, keys(&["a", "b"]));
}

#[test]
fn a_unit_is_in_one_joint_acceptance_at_a_time() {
    let mut site = Site::new().units(&["a 1 alone", "b 1 alone"]).built();
    site.applied("2025-03-17", only(&["a"]));
    let refused = site.refused("enterprise", "2025-03-18", apply(only(&["a", "b"])));
    assert_eq!(refused, "MATTER_OPEN");
    site.does("enterprise", "2025-03-18", apply(only(&["b"])));
}

#[test]
fn what_holds_for_one_unit_alone_decides_its_members() {
    let mut site = Site::new().units(&["a 1 alone", "b 2 alone"]).built();
    let mut special = unit("2", true);
    special.facts.insert("special_fire_works".to_owned(), "yes".to_owned());
    site.does("enterprise", "2025-03-11", Act::DeclareUnits(vec![("b".to_owned(), special)]));
    let a = site.applied("2025-03-17", only(&["a"]));
    let b = site.applied("2025-03-17", only(&["b"]));
    assert!(site.case.joints[&a].seats.contains_key("S3-04"));
    assert!(!site.case.joints[&a].seats.contains_key("S3-03"));
    assert!(site.case.joints[&b].seats.contains_key("S3-03"));
}

#[test]
fn a_unit_that_is_applied_for_is_not_declared_anew() {
    let mut site = Site::new().units(&["a 1 alone"]).built();
    let matter = site.applied("2025-03-17", only(&["a"]));
    let anew = Act::DeclareUnits(vec![("a".to_owned(), unit("2", true))]);
    let unit = "a".to_owned();
    site.rejects("enterprise", "2025-03-18", anew, Rejection::UnitFixed { unit, matter });
}

#[test]
fn environmental_facilities_are_accepted_phase_by_phase() {
    let mut site = Site::new().units(&["a 1 alone", "b 1 alone", "c 2 alone"]).built();
    let refused = site.refused("enterprise", "2025-04-01", file("S3-11", only(&["a"])));
    assert_eq!(refused, "PHASE_BY_PHASE");
    site.granted("EE", "2025-06-02", "S3-11", Scoped::Phase("1".to_owned()));
    site.granted("EE", "2025-12-01", "S3-11", Scoped::Phase("2".to_owned()));
    for unit in ["a", "b", "c"] {
        assert!(site.case.in_hand("S3-11", unit, &bench("2025-12-01")).is_some(), "{unit}");
    }
}

#[test]
fn a_survey_of_one_unit_is_no_survey_of_another() {
    let mut site = Site::new().units(&["a 1 alone", "b 2 alone"]);
    site.does("enterprise", "2024-04-01", construct(Construction::Started));
    site.surveyed("2025-03-03", "2025-03-10", only(&["a"]));
    let refused = site.refused("enterprise", "2025-03-17", apply(only(&["b"])));
    assert_eq!(refused, "PREREQUISITE_MISSING");
    let both = site.refused("enterprise", "2025-03-17", apply(Scoped::Project));
    assert_eq!(both, "PREREQUISITE_MISSING");
    site.does("enterprise", "2025-03-17", apply(only(&["a"])));
}
