//! One application, one day on site, one list, one opinion.

use super::*;
use crate::case::Joint;

fn site() -> Site {
    Site::new().units(&["a 1"]).built()
}

fn joint(site: &Site) -> &Joint {
    site.case.joints.values().next().unwrap()
}

#[test]
fn the_members_follow_from_the_catalogue_and_the_facts() {
    let mut plain = site();
    plain.applied("2025-03-17", Scoped::Project);
    let seats = joint(&plain).those(|_| true);
    assert_eq!(seats, keys(&["S3-02", "S3-04", "S3-06", "S3-07", "public_space"]));

    let special = [
        ("special_fire_works", "yes"),
        ("civil_building", "yes"),
        ("lightning_special_site", "yes"),
    ];
    let mut special = Site::new().facts(&special).units(&["a 1"]).built();
    special.applied("2025-03-17", Scoped::Project);
    let seats = joint(&special).those(|_| true);
    let expected = ["S3-02", "S3-03", "S3-05", "S3-06", "S3-07", "S3-08", "public_space"];
    assert_eq!(seats, keys(&expected));
}

#[test]
fn what_is_not_known_of_the_works_is_asked_and_not_guessed() {
    let mut site = Site::new();
    site.case.facts.remove("special_fire_works");
    let site = site.units(&["a 1"]).built();
    let facts = vec!["special_fire_works".to_owned()];
    site.rejects(
        "enterprise",
        "2025-03-17",
        apply(Scoped::Project),
        Rejection::FactsMissing { facts },
    );
}

#[test]
fn what_is_in_hand_alone_is_no_member_again() {
    let mut site = site();
    site.granted("NR", "2025-03-12", "S3-02", Scoped::Project);
    site.applied("2025-03-17", Scoped::Project);
    assert!(!joint(&site).seats.contains_key("S3-02"));
}

#[test]
fn it_is_applied_for_once() {
    let mut site = site();
    site.applied("2025-03-17", Scoped::Project);
    let again = site.refused("enterprise", "2025-03-18", apply(Scoped::Project));
    assert_eq!(again, "MATTER_OPEN");
    let member = site.refused("enterprise", "2025-03-18", file("S3-02", Scoped::Project));
    assert_eq!(member, "ALREADY_APPLIED");
}

#[test]
fn the_joint_item_is_not_filed_like_another() {
    let site = site();
    let refused = site.refused("enterprise", "2025-03-17", file("S3-09", Scoped::Project));
    assert_eq!(refused, "APPLIED_FOR_JOINTLY");
}

#[test]
fn there_is_one_day_on_site_for_all() {
    let mut site = site();
    let id = site.applied("2025-03-17", Scoped::Project);
    let examined = examine(&id, "S3-02", Finding::Pass);
    site.rejects("NR", "2025-03-17", examined.clone(), Rejection::NotInspected { round: 1 });
    let saturday = Act::Schedule { matter: id.clone(), inspect_on: day("2025-03-22") };
    site.rejects("HC", "2025-03-17", saturday, Rejection::RestDay { on: day("2025-03-22") });
    let friday = Act::Schedule { matter: id.clone(), inspect_on: day("2025-03-21") };
    assert!(matches!(site.tries("NR", "2025-03-17", friday.clone()), Err(Refusal::NotYours(_))));
    site.does("HC", "2025-03-17", friday);
    let inspect = Act::Inspect { matter: id.clone() };
    let another = Rejection::AnotherDay { fixed: day("2025-03-21") };
    site.rejects("HC", "2025-03-20", inspect.clone(), another);
    site.does("HC", "2025-03-21", inspect);
    site.does("NR", "2025-03-21", examined);
}

#[test]
fn an_agency_gives_only_its_own_result() {
    let mut site = site();
    let id = site.applied("2025-03-17", Scoped::Project);
    site.inspected("2025-03-19", &id);
    let examined = examine(&id, "S3-02", Finding::Pass);
    assert!(matches!(site.tries("HC", "2025-03-19", examined), Err(Refusal::NotYours(_))));
    // NR has one seat and need not name it; HC has two and must.
    site.does("NR", "2025-03-19", examine(&id, "", Finding::Pass));
    let unnamed = site.tries("HC", "2025-03-19", examine(&id, "", Finding::Pass));
    assert!(matches!(unnamed, Err(Refusal::Fields(_))));
}

#[test]
fn all_pass_and_one_opinion_lists_every_result_with_the_survey() {
    let mut site = site();
    let survey = site.newest("S3-01");
    let id = site.applied("2025-03-17", Scoped::Project);
    site.inspected("2025-03-19", &id);
    site.found("2025-03-20", &id, &["S3-02", "S3-04", "S3-06", "S3-07"]);
    let reason = Finding::NotApplicable("无绿化".to_owned());
    site.does("CM", "2025-03-20", examine(&id, "public_space", reason));
    site.does("HC", "2025-03-21", issue(&id, ""));
    let issued = joint(&site).opinion().unwrap();
    let listed: Vec<&str> = issued.opinion.results.iter().map(|r| r.member.as_str()).collect();
    assert_eq!(listed, ["S3-02", "S3-04", "S3-06", "S3-07", "public_space"]);
    assert_eq!(issued.opinion.results[4].not_applicable.as_deref(), Some("无绿化"));
    let [used] = issued.opinion.surveys.as_slice() else { panic!("one survey") };
    assert_eq!((&used.matter, used.version, &used.sha256), (&survey, 1, &hash('a')));
    assert!(site.case.matters[&id].is_in_force());
    assert_eq!(issued.opinion.sha256.len(), 64);
}

#[test]
fn an_open_member_keeps_the_opinion_back_however_long_it_is_silent() {
    let mut site = site();
    let id = site.applied("2025-03-17", Scoped::Project);
    site.inspected("2025-03-19", &id);
    site.found("2025-03-20", &id, &["S3-02", "S3-04", "S3-06", "S3-07"]);
    let open = Rejection::MembersOpen { members: vec!["public_space".to_owned()] };
    site.rejects("HC", "2025-03-21", issue(&id, ""), open.clone());
    // Five working days from the day on site: 26 March is in time, 27 March is not.
    assert_eq!(site.case.passing_of_time(&bench("2025-03-26")), []);
    let ripe = site.case.passing_of_time(&bench("2025-03-27"));
    let late = Act::DeclareOverdue { matter: id.clone(), member: "public_space".to_owned() };
    assert_eq!(ripe, std::slice::from_ref(&late));
    let [Event::MemberOverdue { on, .. }] =
        site.does("time", "2025-03-27", late).as_slice().to_owned()[..]
    else {
        panic!("recorded overdue")
    };
    assert_eq!(on, day("2025-03-27"));
    assert_eq!(site.case.passing_of_time(&bench("2025-03-28")), [], "each once");
    site.rejects("HC", "2025-12-31", issue(&id, ""), open);
    site.does("CM", "2025-03-28", examine(&id, "public_space", Finding::Pass));
    site.does("HC", "2025-03-28", issue(&id, ""));
}

#[test]
fn what_fails_comes_in_one_list_and_the_clock_stands() {
    let mut site = site();
    let id = site.applied("2025-03-17", Scoped::Project);
    site.inspected("2025-03-19", &id);
    site.found("2025-03-20", &id, &["S3-02", "S3-04: 疏散门未装", "S3-06"]);
    assert!(joint(&site).awaits_report().is_none(), "not before the last member");
    site.found("2025-03-21", &id, &["public_space: 覆土未完成", "S3-07"]);
    let list = joint(&site).awaits_report().unwrap();
    let listed: Vec<(&str, &str)> =
        list.defects.iter().map(|d| (d.member.as_str(), d.problem.as_str())).collect();
    assert_eq!(listed, [("S3-04", "疏散门未装"), ("public_space", "覆土未完成")]);
    assert_eq!(list.on, day("2025-03-21"));
    let matter = &site.case.matters[&id];
    let clocks = matter.clocks(&bench("2025-03-24").calendar);
    assert_eq!(clocks.committed.unwrap().deadline(&bench("2025-03-24").calendar), None);
    let failed = Rejection::ReportAwaited { number: list.number.clone() };
    site.rejects("HC", "2025-03-24", issue(&id, ""), failed);
    // Twenty days of the applicant's own move the committed date by as much.
    site.does("enterprise", "2025-04-10", report(&id, &[]));
    let calendar = bench("2025-04-10").calendar;
    let due = site.case.matters[&id].clocks(&calendar).committed.unwrap().deadline(&calendar);
    // Four of ten working days had run by 21 March; six are left after 10 April.
    assert_eq!(due.unwrap().due, day("2025-04-18"));
}

#[test]
fn only_the_failed_look_again_and_within_five_working_days() {
    let mut site = site();
    let id = site.applied("2025-03-17", Scoped::Project);
    site.inspected("2025-03-19", &id);
    site.found(
        "2025-03-20",
        &id,
        &["S3-02", "S3-04: 疏散门未装", "S3-06", "S3-07", "public_space"],
    );
    site.does("enterprise", "2025-04-10", report(&id, &[]));
    assert_eq!(site.open(&id), keys(&["S3-04"]));
    let passed = Rejection::MemberNotOpen { member: "S3-02".to_owned(), on: day("2025-03-20") };
    site.inspected("2025-04-14", &id);
    site.rejects("NR", "2025-04-14", examine(&id, "S3-02", Finding::Pass), passed);
    assert_eq!(site.case.member_due(&id, "S3-04", &bench("2025-04-14")), Some(day("2025-04-17")));
    assert_eq!(site.case.passing_of_time(&bench("2025-04-17")), []);
    assert_eq!(site.case.passing_of_time(&bench("2025-04-18")).len(), 1);
    site.found("2025-04-15", &id, &["S3-04"]);
    site.does("HC", "2025-04-15", issue(&id, ""));
}

#[test]
fn a_changed_drawing_lets_everybody_who_rests_on_it_look_again() {
    let mut site = site();
    let id = site.applied("2025-03-17", Scoped::Project);
    site.inspected("2025-03-19", &id);
    site.found(
        "2025-03-20",
        &id,
        &["S3-02", "S3-04: 疏散门未装", "S3-06", "S3-07", "public_space"],
    );
    site.does("enterprise", "2025-04-10", report(&id, &[("as_built_drawings", 'e')]));
    // Fire, archive and greenery rest on the drawings; planning and quality do not.
    assert_eq!(site.open(&id), keys(&["S3-04", "S3-06", "public_space"]));
    let drawings = &site.case.matters[&id].materials["as_built_drawings"];
    assert_eq!(drawings.version, 2);
}

#[test]
fn what_the_platform_holds_is_not_brought_with_the_report() {
    let mut site = site();
    let id = site.applied("2025-03-17", Scoped::Project);
    site.inspected("2025-03-19", &id);
    site.found("2025-03-20", &id, &["S3-02", "S3-04: 门", "S3-06", "S3-07", "public_space"]);
    let refused =
        site.refused("enterprise", "2025-04-10", report(&id, &[("merged_survey_report", 'e')]));
    assert_eq!(refused, "HELD_MATERIAL");
}

#[test]
fn a_second_round_has_its_own_list() {
    let mut site = site();
    let id = site.applied("2025-03-17", Scoped::Project);
    site.inspected("2025-03-19", &id);
    site.found("2025-03-20", &id, &["S3-02", "S3-04: 门", "S3-06", "S3-07", "public_space"]);
    site.does("enterprise", "2025-04-10", report(&id, &[]));
    site.inspected("2025-04-14", &id);
    site.found("2025-04-14", &id, &["S3-04: 仍未装"]);
    let numbers = joint(&site).rounds.iter().map(|round| round.list.clone().unwrap().number);
    let numbers: Vec<String> = numbers.collect();
    assert_eq!(numbers, ["S3-09-1-整改-1", "S3-09-1-整改-2"]);
    site.does("enterprise", "2025-04-21", report(&id, &[]));
    site.inspected("2025-04-22", &id);
    site.found("2025-04-22", &id, &["S3-04"]);
    site.does("HC", "2025-04-22", issue(&id, ""));
}

#[test]
fn an_issued_opinion_is_never_changed_and_a_new_version_stands_beside_it() {
    let mut site = site();
    let id = site.accepted("2025-03-19", Scoped::Project);
    let first = joint(&site).opinion().unwrap().clone();
    let bare = Rejection::OpinionIssued { version: 1 };
    site.rejects("HC", "2025-03-24", issue(&id, ""), bare);
    site.does("HC", "2025-03-24", issue(&id, "文号笔误"));
    let versions = &joint(&site).opinions;
    assert_eq!(versions[0], first);
    assert_eq!(versions[1].opinion.version, 2);
    assert_ne!(versions[1].opinion.sha256, first.opinion.sha256);
}

#[test]
fn the_desk_speaks_to_a_joint_acceptance_with_its_own_verbs() {
    let mut site = site();
    let id = site.applied("2025-03-17", Scoped::Project);
    site.does(
        "HC",
        "2025-03-17",
        Act::Schedule { matter: id.clone(), inspect_on: day("2025-03-19") },
    );
    site.acts("HC", "2025-03-19", &id, matter::Act::RequestOpinions { opinions: Vec::new() });
    let objects = matter::Act::GiveOpinion {
        key: String::new(),
        opinion: matter::Opinion::Objects("超出红线".to_owned()),
        document: "验-2".to_owned(),
    };
    site.acts("NR", "2025-03-20", &id, objects);
    assert!(joint(&site).seats["S3-02"].failed());
    let conditions = matter::Act::GiveOpinion {
        key: "S3-04".to_owned(),
        opinion: matter::Opinion::ConsentsWithConditions(vec!["x".into()]),
        document: String::new(),
    };
    let refused = site.case.act_on(&id, &conditions.now(), &caller("HC"), &bench("2025-03-20"));
    assert_eq!(reason(refused.unwrap_err()), "NO_CONDITIONS");
    let refused =
        site.case.act_on(&id, &granted("x", None).now(), &caller("HC"), &bench("2025-03-20"));
    assert_eq!(reason(refused.unwrap_err()), "MEMBERS_OPEN");
}

#[test]
fn a_withdrawn_application_can_be_made_anew() {
    let mut site = site();
    let id = site.applied("2025-03-17", Scoped::Project);
    site.acts(
        "enterprise",
        "2025-03-18",
        &id,
        matter::Act::WithdrawApplication { reason: String::new() },
    );
    let again = site.applied("2025-03-20", Scoped::Project);
    assert_eq!(again.to_string(), "S3-09-2");
}

#[test]
fn each_member_rests_on_what_its_own_rule_and_the_joint_rule_name() {
    let special = [("special_fire_works", "yes"), ("civil_building", "yes")];
    let mut site = Site::new().facts(&special).units(&["a 1"]).built();
    site.applied("2025-03-17", Scoped::Project);
    let rests_on =
        |key: &str, material: &str| joint(&site).seats[key].member.inputs.contains(material);
    assert!(rests_on("S3-02", "merged_survey_report"));
    assert!(rests_on("S3-05", "civil_defence_as_built") && rests_on("S3-05", "as_built_drawings"));
    assert!(rests_on("S3-07", "five_party_documents") && !rests_on("S3-07", "as_built_drawings"));
    let limits = joint(&site).seats.values().map(|seat| seat.member.limit.limit.to_string());
    assert!(limits.into_iter().all(|limit| limit == "5wd"));
}

#[test]
fn one_set_of_materials_serves_the_joint_item_and_every_member() {
    let mut site = site();
    let material =
        |key: &str| Material { key: key.to_owned(), sha256: Some(hash('d')), version: 0 };
    let with = |key: &str| {
        let materials = ["as_built_drawings", "archive_electronic", key].map(material).to_vec();
        Act::ApplyJoint { scope: Scoped::Project, track: Track::Ordinary, materials }
    };
    assert_eq!(
        site.refused("enterprise", "2025-03-17", with("works_planning_permit")),
        "HELD_MATERIAL"
    );
    // Nobody lists it at a site without lightning protection.
    let unlisted = site.tries("enterprise", "2025-03-17", with("lightning_test_report"));
    assert!(matches!(unlisted, Err(Refusal::Fields(_))));
    site.does("enterprise", "2025-03-17", with("fire_filing_form"));
    let id = site.newest("S3-09");
    assert!(site.case.matters[&id].materials.contains_key("fire_filing_form"));
}
