//! One survey, many uses; a corrected one marks what rests on it, and only that.

use super::*;

fn site() -> Site {
    Site::new().units(&["a 1"]).built()
}

fn names(ids: &BTreeSet<MatterId>) -> Vec<String> {
    ids.iter().map(ToString::to_string).collect()
}

#[test]
fn every_matter_that_uses_the_survey_refers_to_it_by_version_and_hash() {
    let mut site = site();
    let planning = site.granted("NR", "2025-03-12", "S3-02", Scoped::Project);
    let joint = site.accepted("2025-03-19", Scoped::Project);
    let filing = site.granted("HC", "2025-03-20", "S3-10", Scoped::Project);
    let registration = site.filed("enterprise", "2025-03-21", "S3-13", Scoped::Project);
    for user in [&planning, &joint, &registration] {
        let used = &site.case.matters[user].materials["merged_survey_report"];
        assert_eq!((used.version, used.sha256.clone()), (1, Some(hash('a'))), "{user}");
    }
    assert!(!site.case.matters[&filing].materials.contains_key("merged_survey_report"));
}

#[test]
fn a_survey_without_a_hash_is_refused_and_the_thing_is_surveyed_once() {
    let mut site = Site::new().units(&["a 1"]);
    site.does("enterprise", "2024-04-01", construct(Construction::Started));
    let id = site.filed("enterprise", "2025-03-03", "S3-01", Scoped::Project);
    site.acts("NR", "2025-03-03", &id, accept());
    let bare = granted("测绘2025-001", None).now();
    let refused = site.case.act_on(&id, &bare, &caller("NR"), &bench("2025-03-10")).unwrap_err();
    assert_eq!(reason(refused), "SURVEY_WITHOUT_HASH");
    site.acts("NR", "2025-03-10", &id, granted("测绘2025-001", Some(hash('a'))));
    let again = site.refused("enterprise", "2025-03-11", file("S3-01", Scoped::Project));
    assert_eq!(again, "MATTER_IN_FORCE");
}

#[test]
fn the_enterprise_never_brings_what_the_survey_holds() {
    let site = site();
    let mut act = apply(Scoped::Project);
    let Act::ApplyJoint { materials, .. } = &mut act else { panic!() };
    let key = "merged_survey_report".to_owned();
    materials.push(Material { key, sha256: Some(hash('a')), version: 0 });
    assert_eq!(site.refused("enterprise", "2025-03-17", act), "HELD_MATERIAL");
}

#[test]
fn a_corrected_survey_makes_stale_what_rests_on_it_and_only_that() {
    let mut site = site();
    let survey = site.newest("S3-01");
    site.granted("NR", "2025-03-12", "S3-02", Scoped::Project);
    site.accepted("2025-03-19", Scoped::Project);
    site.granted("HC", "2025-03-20", "S3-10", Scoped::Project);
    site.granted("NR", "2025-03-21", "S3-13", Scoped::Project);
    assert!(site.case.stale().is_empty());
    site.does("NR", "2025-04-07", correct(&survey, 'b'));
    // The joint acceptance has no member that uses it here: planning verification came before, alone.
    assert_eq!(names(&site.case.stale()), ["S3-02-1", "S3-13-1"]);
    let old = &site.case.surveys[&survey].versions[0].1;
    assert_eq!(
        (old.version, old.sha256.as_str()),
        (1, hash('a').as_str()),
        "the old version is kept"
    );
}

#[test]
fn a_correction_needs_another_result_and_comes_from_the_surveys_agency() {
    let site = site();
    let survey = site.newest("S3-01");
    let same = Rejection::SurveyUnchanged { version: 1 };
    site.rejects("NR", "2025-04-07", correct(&survey, 'a'), same);
    assert!(matches!(
        site.tries("HC", "2025-04-07", correct(&survey, 'b')),
        Err(Refusal::NotYours(_))
    ));
}

#[test]
fn members_that_use_it_look_again_at_once_and_others_do_not() {
    let mut site = site();
    let survey = site.newest("S3-01");
    let id = site.applied("2025-03-17", Scoped::Project);
    site.inspected("2025-03-19", &id);
    site.all_pass("2025-03-20", &id);
    site.does("NR", "2025-03-21", correct(&survey, 'b'));
    assert_eq!(site.open(&id), keys(&["S3-02"]));
    let members = vec!["S3-02".to_owned()];
    site.rejects("HC", "2025-03-21", issue(&id, ""), Rejection::MembersOpen { members });
    site.found("2025-03-24", &id, &["S3-02"]);
    site.does("HC", "2025-03-24", issue(&id, ""));
    let used = &site.case.joints[&id].opinion().unwrap().opinion.surveys;
    assert_eq!((used.len(), used[0].version), (1, 2));
    assert!(site.case.stale().is_empty());
}

#[test]
fn while_the_applicant_puts_things_right_the_correction_waits_for_the_report() {
    let mut site = site();
    let survey = site.newest("S3-01");
    let id = site.applied("2025-03-17", Scoped::Project);
    site.inspected("2025-03-19", &id);
    site.found("2025-03-20", &id, &["S3-02", "S3-04: 门", "S3-06", "S3-07", "public_space"]);
    site.does("NR", "2025-03-24", correct(&survey, 'b'));
    assert!(site.case.joints[&id].awaits_report().is_some(), "the applicant's time goes on");
    assert_eq!(names(&site.case.stale()), ["S3-09-1"]);
    site.does("enterprise", "2025-04-10", report(&id, &[]));
    assert_eq!(site.open(&id), keys(&["S3-02", "S3-04"]));
    assert_eq!(site.case.matters[&id].materials["merged_survey_report"].version, 2);
}

#[test]
fn after_the_opinion_only_a_new_version_takes_the_correction_in() {
    let mut site = site();
    let survey = site.newest("S3-01");
    let id = site.accepted("2025-03-19", Scoped::Project);
    let first = site.case.joints[&id].opinion().unwrap().clone();
    site.does("NR", "2025-04-07", correct(&survey, 'b'));
    assert_eq!(names(&site.case.stale()), ["S3-09-1"]);
    assert_eq!(site.case.joints[&id].opinions, std::slice::from_ref(&first));
    assert_eq!(site.open(&id), keys(&["S3-02"]));
    let members = vec!["S3-02".to_owned()];
    site.rejects("HC", "2025-04-08", issue(&id, "测绘更正"), Rejection::MembersOpen { members });
    site.inspected("2025-04-09", &id);
    site.found("2025-04-09", &id, &["S3-02"]);
    site.does("HC", "2025-04-09", issue(&id, "测绘更正"));
    let joint = &site.case.joints[&id];
    assert_eq!(joint.opinions[0], first);
    assert_eq!(joint.opinions[1].opinion.surveys[0].version, 2);
    assert!(site.case.stale().is_empty());
}

#[test]
fn an_application_that_waited_takes_in_the_newest_version_when_it_is_accepted() {
    let mut site = site();
    let survey = site.newest("S3-01");
    site.does("enterprise", "2025-03-17", apply(Scoped::Project));
    let id = site.newest("S3-09");
    site.does("NR", "2025-03-18", correct(&survey, 'b'));
    site.acts("HC", "2025-03-19", &id, accept());
    assert_eq!(site.case.matters[&id].materials["merged_survey_report"].version, 2);
}

#[test]
fn a_revoked_survey_carries_no_opinion() {
    let mut site = site();
    let survey = site.newest("S3-01");
    let id = site.applied("2025-03-17", Scoped::Project);
    site.inspected("2025-03-19", &id);
    site.all_pass("2025-03-20", &id);
    let revoke = matter::Act::RevokePermit {
        ground: matter::RevocationGround::Deceit,
        reason: "成果造假".to_owned(),
        document: String::new(),
    };
    site.acts("NR", "2025-03-21", &survey, revoke);
    assert_eq!(names(&site.case.stale()), ["S3-09-1"]);
    let members = vec!["S3-02".to_owned()];
    site.rejects("HC", "2025-03-21", issue(&id, ""), Rejection::MembersStale { members });
}
