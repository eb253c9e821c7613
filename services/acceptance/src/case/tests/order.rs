//! The order in law: planning verification before the owner's acceptance, fire before use, environmental
//! facilities before production, and what is owed after acceptance.

use super::*;

fn by_owner(scope: Scoped) -> Act {
    Act::AcceptAsOwner { scope, document: "竣-1".to_owned() }
}

/// The gate and what is missing.
#[track_caller]
fn shut(site: &Site, on: &str, act: Act) -> (String, String, String) {
    let Err(Refusal::Rule { reason: "GATE_CLOSED", article, details, .. }) =
        site.tries("enterprise", on, act)
    else {
        panic!("the gate is open")
    };
    (details[0].1.clone(), details[1].1.clone(), article)
}

fn due(site: &Site, on: &str) -> Vec<(String, String, bool)> {
    let bench = bench(on);
    let duties = site.case.duties(&bench).into_iter().skip(1);
    duties
        .map(|duty| {
            let deadline = duty.timed.deadline(&bench.calendar).unwrap();
            (duty.timed.clock.citation, deadline.due.to_string(), duty.timed.done_on.is_some())
        })
        .collect()
}

#[test]
fn the_owner_accepts_after_planning_verification() {
    let mut site = Site::new().units(&["a 1"]).built();
    let (gate, missing, article) = shut(&site, "2025-03-12", by_owner(Scoped::Project));
    assert_eq!((gate.as_str(), missing.as_str()), ("G3", "S3-02"));
    assert_eq!(article, "城乡规划法 art. 45");
    let id = site.applied("2025-03-17", Scoped::Project);
    site.inspected("2025-03-19", &id);
    shut(&site, "2025-03-19", by_owner(Scoped::Project));
    site.found("2025-03-20", &id, &["S3-02"]);
    site.does("enterprise", "2025-03-20", by_owner(Scoped::Project));
    let again = site.refused("enterprise", "2025-03-21", by_owner(Scoped::Project));
    assert_eq!(again, "ALREADY_DONE");
}

#[test]
fn an_act_on_the_ground_cannot_be_dated_before_what_allows_it() {
    let mut site = Site::new().units(&["a 1"]).built();
    site.granted("NR", "2025-03-12", "S3-02", Scoped::Project);
    let early = Command { occurred_on: Some(day("2025-03-11")), act: by_owner(Scoped::Project) };
    let refused = site.case.decide(&early, &caller("enterprise"), &bench("2025-03-13"));
    let not_before = day("2025-03-12");
    let on = day("2025-03-11");
    assert_eq!(refused, Err(matter::Rejection::OutOfOrder { on, not_before }.into()));
}

#[test]
fn nothing_is_used_before_fire_and_the_opinion() {
    let special = [("special_fire_works", "yes")];
    let mut site = Site::new().facts(&special).units(&["a 1"]).built();
    let id = site.applied("2025-03-17", Scoped::Project);
    site.inspected("2025-03-19", &id);
    let (gate, missing, article) = shut(&site, "2025-03-19", Act::PutIntoUse(Scoped::Project));
    assert_eq!((gate.as_str(), missing.as_str()), ("G4", "S3-03|S3-04,S3-09"));
    assert!(article.contains("消防法 art. 13"), "{article}");
    site.all_pass("2025-03-20", &id);
    let (_, missing, _) = shut(&site, "2025-03-20", Act::PutIntoUse(Scoped::Project));
    assert_eq!(missing, "S3-09", "fire has passed; the opinion is not issued");
    site.does("HC", "2025-03-21", issue(&id, ""));
    site.does("enterprise", "2025-03-21", Act::PutIntoUse(Scoped::Project));
}

#[test]
fn a_fire_member_that_is_not_applicable_opens_no_gate() {
    let mut site = Site::new().units(&["a 1"]).built();
    let id = site.applied("2025-03-17", Scoped::Project);
    site.inspected("2025-03-19", &id);
    let reason = Finding::NotApplicable("未涉及".to_owned());
    site.does("HC", "2025-03-19", examine(&id, "S3-04", reason));
    site.all_pass("2025-03-19", &id);
    site.does("HC", "2025-03-20", issue(&id, ""));
    let (_, missing, _) = shut(&site, "2025-03-20", Act::PutIntoUse(Scoped::Project));
    assert_eq!(missing, "S3-03|S3-04");
}

#[test]
fn production_waits_for_environmental_acceptance() {
    let mut site = Site::new().units(&["a 1"]).built();
    site.accepted("2025-03-19", Scoped::Project);
    let (gate, missing, _) = shut(&site, "2025-04-01", Act::StartProduction(Scoped::Project));
    assert_eq!((gate.as_str(), missing.as_str()), ("G5", "S3-11"));
    site.granted("EE", "2025-06-12", "S3-11", Scoped::Project);
    site.does("enterprise", "2025-06-16", Act::StartProduction(Scoped::Project));
}

#[test]
fn acceptance_brings_its_duties_each_with_its_own_clock() {
    let mut site = Site::new().units(&["a 1"]).built();
    let id = site.applied("2025-03-17", Scoped::Project);
    site.inspected("2025-03-19", &id);
    site.found("2025-03-20", &id, &["S3-02"]);
    site.does("enterprise", "2025-03-20", by_owner(Scoped::Project));
    let owed: Vec<(String, bool)> =
        due(&site, "2025-03-20").into_iter().map(|(_, due, done)| (due, done)).collect();
    assert_eq!(
        owed,
        [
            ("2025-03-27".to_owned(), false), // fire filing: five working days
            ("2025-06-20".to_owned(), false), // archive: three months
            ("2025-04-07".to_owned(), false), // completion filing: 15 days end on Qingming, 4 April
            ("2025-06-20".to_owned(), false), // environmental self-acceptance: three months
            ("2025-09-22".to_owned(), false), // as-built papers: six months end on a Saturday
        ]
    );
    site.all_pass("2025-03-21", &id);
    site.does("HC", "2025-03-21", issue(&id, ""));
    site.granted("HC", "2025-03-24", "S3-10", Scoped::Project);
    let done: Vec<bool> = due(&site, "2025-03-24").into_iter().map(|(_, _, done)| done).collect();
    assert_eq!(done, [true, true, true, false, false]);
}

#[test]
fn as_built_papers_follow_the_owners_acceptance() {
    let mut site = Site::new().units(&["a 1"]).built();
    let deliver =
        || Act::DeliverPlanningArchive { scope: Scoped::Project, document: String::new() };
    let unit = "a".to_owned();
    site.rejects("enterprise", "2025-03-20", deliver(), Rejection::NotAcceptedByOwner { unit });
    site.granted("NR", "2025-03-12", "S3-02", Scoped::Project);
    site.does("enterprise", "2025-03-20", by_owner(Scoped::Project));
    site.does("enterprise", "2025-03-20", deliver());
    assert!(due(&site, "2025-03-20").last().unwrap().2);
}

#[test]
fn completion_is_filed_after_the_joint_opinion_and_needs_nothing_that_is_held() {
    let mut site = Site::new().units(&["a 1"]).built();
    let refused = site.refused("enterprise", "2025-03-17", file("S3-10", Scoped::Project));
    assert_eq!(refused, "PREREQUISITE_MISSING");
    let joint = site.accepted("2025-03-19", Scoped::Project);
    let id = site.filed("enterprise", "2025-03-20", "S3-10", Scoped::Project);
    let held = &site.case.matters[&id].materials["joint_acceptance_opinion"];
    let opinion = &site.case.joints[&joint].opinion().unwrap().opinion;
    assert_eq!(held.sha256.as_ref(), Some(&opinion.sha256));
}

#[test]
fn a_stopped_project_goes_nowhere() {
    let mut site = Site::new().units(&["a 1"]).built();
    let reason = "外商投资安全审查办法 art. 7".to_owned();
    let (on, may_proceed) = (day("2025-03-14"), false);
    site.take([Event::ProjectStanding { on, may_proceed, reason }]);
    for act in
        [apply(Scoped::Project), file("S3-10", Scoped::Project), Act::PutIntoUse(Scoped::Project)]
    {
        assert_eq!(site.refused("enterprise", "2025-03-17", act), "PROJECT_STOPPED");
    }
}

#[test]
fn what_a_permit_still_asks_for_keeps_the_opinion_back() {
    let mut site = Site::new().units(&["a 1"]).built();
    let on = day("2025-03-03");
    let matter = "projects/p/matters/S2-10-1".to_owned();
    let asks = |open: &[&str]| Event::PriorConditions {
        on,
        matter: matter.clone(),
        open: open.iter().map(|text| (*text).to_owned()).collect(),
    };
    site.take([asks(&["补种行道树"])]);
    let id = site.applied("2025-03-17", Scoped::Project);
    site.inspected("2025-03-19", &id);
    site.found("2025-03-20", &id, &["S3-02", "S3-04", "S3-06", "S3-07"]);
    let none = Finding::NotApplicable("无绿化".to_owned());
    site.does("CM", "2025-03-20", examine(&id, "public_space", none));
    let conditions = vec!["补种行道树".to_owned()];
    site.rejects("HC", "2025-03-21", issue(&id, ""), Rejection::ConditionsOpen { conditions });
    site.take([asks(&[])]);
    site.does("HC", "2025-03-24", issue(&id, ""));
}
