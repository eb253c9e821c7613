//! Construction obligations with their own clocks (建筑法 art. 9, 10).

use super::*;
use crate::case::Construction as C;

fn extended(months: u32) -> Act {
    let (document, reason) = ("延-1".to_owned(), "冬季停工".to_owned());
    construct(C::StartExtended { months, document, reason })
}

fn stopped() -> Act {
    construct(C::Stopped { reason: "资金不到位".to_owned() })
}

fn reported() -> Act {
    construct(C::Reported { document: String::new() })
}

fn reverified() -> Act {
    construct(C::Reverified { document: "核-1".to_owned() })
}

/// Last days of the duties with these words.
fn due(site: &Site, on: &str, words: &str) -> Vec<Date> {
    let bench = bench(on);
    let duties = site.case.duties(&bench).into_iter().filter(|duty| duty.what.en.contains(words));
    duties.map(|duty| duty.timed.deadline(&bench.calendar).unwrap().due).collect()
}

#[test]
fn construction_begins_within_three_months_of_the_permit_or_the_permit_is_void() {
    // 2024-03-01 and three months is Saturday 1 June, so Monday 3 June is the last day.
    let mut site = Site::new();
    assert_eq!(due(&site, "2024-03-01", "begin"), [day("2024-06-03")]);
    site.does("enterprise", "2024-06-03", construct(C::Started));

    let site = Site::new();
    let lapsed = Rejection::PermitLapsed { due: day("2024-06-03") };
    site.rejects("enterprise", "2024-06-04", construct(C::Started), lapsed);
}

#[test]
fn a_start_in_time_may_be_entered_late() {
    let site = Site::new();
    let command = Command { occurred_on: Some(day("2024-06-03")), act: construct(C::Started) };
    assert!(site.case.decide(&command, &caller("enterprise"), &bench("2024-06-05")).is_ok());
}

#[test]
fn the_time_to_begin_is_extended_twice_by_at_most_three_months() {
    let mut site = Site::new();
    site.rejects("HC", "2024-05-30", extended(4), Rejection::ExtensionTooLong);
    assert!(matches!(site.tries("NR", "2024-05-30", extended(3)), Err(Refusal::NotYours(_))));
    site.does("HC", "2024-05-30", extended(3));
    assert_eq!(due(&site, "2024-05-30", "begin"), [day("2024-09-02")]);
    site.does("HC", "2024-08-30", extended(3));
    // 1 December 2024 is a Sunday.
    assert_eq!(due(&site, "2024-08-30", "begin"), [day("2024-12-02")]);
    site.rejects("HC", "2024-11-29", extended(1), Rejection::ExtendedTwice);
    let lapsed = Rejection::PermitLapsed { due: day("2024-12-02") };
    site.rejects("enterprise", "2024-12-03", construct(C::Started), lapsed);
}

#[test]
fn an_extension_after_the_limit_comes_too_late() {
    let site = Site::new();
    site.tries("HC", "2024-06-03", extended(3)).unwrap();
    let late = Rejection::TooLateToExtend { due: day("2024-06-03") };
    site.rejects("HC", "2024-06-04", extended(3), late);
}

#[test]
fn the_permit_lapses_by_itself_and_that_is_recorded_once() {
    let mut site = Site::new().units(&["a 1"]);
    assert_eq!(site.case.passing_of_time(&bench("2024-06-03")), []);
    // Void from 4 June, whether or not the tick has come: nothing can be applied for on it.
    let refused = site.refused("enterprise", "2024-06-04", file("S3-01", Scoped::Project));
    assert_eq!(refused, "PERMIT_LAPSED");
    assert_eq!(site.case.passing_of_time(&bench("2024-06-20")), [Act::DeclareLapse]);
    let events = site.does("time", "2024-06-20", Act::DeclareLapse);
    let (on, declared_on) = (day("2024-06-04"), day("2024-06-20"));
    assert_eq!(events, [Event::PermitLapsed { on, declared_on }]);
    assert_eq!(site.case.passing_of_time(&bench("2024-06-21")), []);
    let refused = site.refused("enterprise", "2024-06-21", construct(C::Started));
    assert_eq!(refused, "PERMIT_LAPSED");
}

#[test]
fn a_new_permit_begins_a_new_time() {
    let mut site = Site::new();
    site.does("time", "2024-06-04", Act::DeclareLapse);
    let (on, matter) = (day("2024-07-01"), "projects/p/matters/S2-17-2".to_owned());
    let (agency, number) = ("HC".to_owned(), "210200202407010101".to_owned());
    let item = "S2-17".to_owned();
    site.take([
        Event::PriorMatter { on, matter: matter.clone(), item, in_force: true },
        Event::ConstructionPermitted { on, matter, agency, number },
    ]);
    assert_eq!(
        due(&site, "2024-07-01", "begin"),
        [day("2024-10-08")],
        "after the National Day holiday"
    );
    site.does("enterprise", "2024-08-01", construct(C::Started));
}

#[test]
fn construction_waits_for_everything_the_gate_names() {
    let mut site = Site::new();
    site.take([Event::PriorMatter {
        on: day("2024-03-20"),
        matter: "projects/p/matters/S2-09-1".to_owned(),
        item: "S2-09".to_owned(),
        in_force: false,
    }]);
    let refusal = site.tries("enterprise", "2024-04-01", construct(C::Started)).unwrap_err();
    let Refusal::Rule { reason, article, en, .. } = refusal else { panic!() };
    assert_eq!(reason, "GATE_CLOSED");
    assert!(article.contains("环境影响评价法 art. 25"), "{article}");
    assert!(en.contains("S2-09|S2-11"), "{en}");
}

#[test]
fn a_stoppage_is_reported_within_a_month() {
    let mut site = Site::new();
    site.rejects("enterprise", "2024-04-01", stopped(), Rejection::NotStarted);
    site.does("enterprise", "2024-04-01", construct(C::Started));
    site.does("enterprise", "2024-05-06", stopped());
    assert_eq!(due(&site, "2024-05-06", "report"), [day("2024-06-06")]);
    let since = day("2024-05-06");
    site.rejects("enterprise", "2024-05-07", stopped(), Rejection::AlreadyStopped { since });
    site.does("enterprise", "2024-06-07", reported());
    let calendar = bench("2024-06-07").calendar;
    let duties = site.case.duties(&bench("2024-06-07"));
    assert!(duties[1].timed.is_late(day("2024-06-07"), &calendar), "a day late, and it shows");
}

#[test]
fn after_a_full_year_the_permit_is_verified_again_before_construction_goes_on() {
    let stand_still = || {
        let mut site = Site::new();
        site.does("enterprise", "2024-04-01", construct(C::Started));
        site.does("enterprise", "2024-05-06", stopped());
        site
    };
    // The year ends with 6 May 2025.
    stand_still().does("enterprise", "2025-05-06", construct(C::Resumed));
    let mut site = stand_still();
    let since = day("2024-05-06");
    let needed = Rejection::ReverificationNeeded { since };
    site.rejects("enterprise", "2025-05-07", construct(C::Resumed), needed);
    assert!(matches!(
        site.tries("enterprise", "2025-05-07", reverified()),
        Err(Refusal::NotYours(_))
    ));
    site.does("HC", "2025-05-12", reverified());
    site.does("enterprise", "2025-05-13", construct(C::Resumed));
    site.rejects("enterprise", "2025-05-14", construct(C::Resumed), Rejection::NotStopped);
}

#[test]
fn a_duty_that_is_missed_raises_its_alarm_once_and_none_in_a_stop() {
    // Monday 3 June 2024 is the last day to begin.
    let due = |site: &Site, on: &str| {
        let due = desk::docket::Case::alarms(&site.case, &bench(on));
        due.into_iter().map(|(alarm, event)| (alarm.key(), event)).collect::<Vec<_>>()
    };
    let mut site = Site::new();
    assert!(due(&site, "2024-06-03").is_empty());
    let raised = due(&site, "2024-07-01");
    assert_eq!(raised.len(), 1, "{raised:?}");
    let (key, event) = raised.into_iter().next().unwrap();
    assert_eq!((key.as_str(), event.on()), ("project/red.begin.2024-06-03", day("2024-06-04")));
    site.take([event]);
    assert!(due(&site, "2025-07-01").is_empty(), "once");

    let mut stopped = Site::new();
    let reason = "外商投资法 art. 28".to_owned();
    stopped.take([Event::ProjectStanding { on: day("2024-06-03"), may_proceed: false, reason }]);
    assert!(due(&stopped, "2024-07-01").is_empty());
}

#[test]
fn a_member_that_is_missing_at_its_limit_has_its_card() {
    let mut site = Site::new().units(&["a 1"]).built();
    let id = site.applied("2025-03-12", Scoped::Project);
    site.inspected("2025-03-13", &id);
    let cards = desk::docket::Case::alarms(&site.case, &bench("2025-04-30"));
    let missing: Vec<_> =
        cards.iter().filter(|(alarm, _)| alarm.limit.starts_with("opinion:")).collect();
    assert!(!missing.is_empty());
    for (alarm, _) in missing {
        let member = alarm.limit.trim_start_matches("opinion:");
        let agency = site.case.joints[&id].seats[member].member.agency.clone();
        assert_eq!(alarm.held_by, matter::Party::Agency(agency));
        assert_eq!(alarm.on, alarm.due.tomorrow().unwrap());
    }
}
