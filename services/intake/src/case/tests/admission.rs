//! The negative list of the day, the security review, codes, changes.

use proto::intake::v1::{Outcome, Route};
use rulebook::negative_list;

use super::*;
use crate::case::decide::{change, security};

fn flag(case: &Case, order: Order<'_>) -> Decision {
    security::flag(case, "key_technology", true, order)
}

fn code(case: &Case, order: Order<'_>) -> Decision {
    admit::assign_code(case, "projects/story", "", 417, order)
}

fn outcome(story: &Story) -> (String, Option<u32>, Outcome) {
    let screening = story.shown().screening.unwrap();
    (screening.edition.clone(), screening.item_no, screening.outcome())
}

#[test]
fn a_car_works_refused_on_the_last_day_of_2021_passes_on_the_first_of_2022() {
    let mut story = Story::registered("2021-12-29", cars(75));
    story.on("2021-12-31").by(agency("DRC")).does(admit::screen);
    assert_eq!(outcome(&story), ("NAT-2020".to_owned(), Some(8), Outcome::Refuse));
    assert!(!story.shown().admitted);
    assert!(story.shown().not_admitted_because.contains("NAT-2020 no. 8"));
    assert_eq!(story.refused(code), "NEGATIVE_LIST_REFUSES");

    story.on("2022-01-01").does(admit::screen);
    assert_eq!(outcome(&story), ("NAT-2021".to_owned(), None, Outcome::Pass));
    assert_eq!(kinds(&story.does(code)), ["project_code_assigned"]);
    assert_eq!(story.shown().route(), Route::Filing);
}

#[test]
fn half_foreign_passes_under_a_condition_and_one_percent_more_does_not() {
    let mut half = Story::screened("2021-12-31", cars(50));
    assert_eq!(outcome(&half).2, Outcome::PassWithCondition);
    assert_eq!(half.does(code).len(), 5);
    assert_eq!(outcome(&Story::screened("2021-12-31", cars(51))).2, Outcome::Refuse);
}

#[test]
fn the_zone_has_its_own_list() {
    let mut facts = cars(51);
    facts.site = Site { zone: "DLZ-FTZ".to_owned(), inside_ftz: true, ..facts.site };
    assert_eq!(outcome(&Story::screened("2021-12-31", facts)).0, "FTZ-2020");
}

#[test]
fn an_older_screening_never_replaces_a_newer_one() {
    let mut story = Story::screened("2022-01-01", cars(75));
    story.on("2022-01-05").claiming("2021-12-31");
    assert_eq!(story.refused(admit::screen), "DATE_OUT_OF_ORDER");
    story.claiming("2022-01-01");
    assert_eq!(story.refused(admit::screen), "ALREADY_SCREENED");
    story.claiming("2022-01-06");
    assert_eq!(story.refused(admit::screen), "DATE_IN_THE_FUTURE");
}

#[test]
fn what_the_list_leaves_open_an_official_decides() {
    // Before 2020-07-23 no list of this platform was in force.
    let mut story = Story::screened("2020-01-06", bearings());
    assert_eq!(outcome(&story), (String::new(), None, Outcome::Manual));
    assert_eq!(story.refused(code), "SCREENING_OPEN");
    let pass = |case: &Case, order: Order<'_>| {
        admit::decide(case, negative_list::Outcome::Pass, "内外资一致", order)
    };
    assert_eq!(story.by(agency("PS")).refused(pass), "NOT_YOURS");
    story.on("2020-01-07").by(agency("MR")).does(pass);
    assert!(story.shown().admitted);
    assert_eq!(story.shown().screening_decision.unwrap().reason, "内外资一致");
    assert_eq!(story.refused(pass), "NO_SCREENING_WAITS");
    let undecided = |case: &Case, order: Order<'_>| {
        admit::decide(case, negative_list::Outcome::Manual, "再议", order)
    };
    let open = Story::screened("2020-01-06", bearings());
    assert_eq!(open.refused(undecided), "outcome");
}

#[test]
fn a_new_screening_closes_the_one_that_nobody_decided() {
    let mut story = Story::screened("2020-07-22", bearings());
    story.on("2020-07-23").does(admit::screen);
    let closed: Vec<_> = story.case.matters.values().map(|m| m.closed_on().is_some()).collect();
    assert_eq!(closed, [true, true, true], "registration and both screenings");
    assert!(story.shown().admitted);
}

#[test]
fn codes_before_november_2020_have_the_old_format() {
    let mut old = Story::screened("2020-10-31", bearings());
    old.does(code);
    assert_eq!(old.shown().project_code, "2020-210213-34-03-000417");
    let mut new = Story::screened("2020-11-01", bearings());
    new.does(code);
    assert!(new.shown().project_code.starts_with("2011-210213-04-01-00417"));
}

#[test]
fn a_code_comes_from_the_district_that_hosts_the_zone_and_never_changes() {
    let mut facts = bearings();
    facts.site = Site { district: "210211".to_owned(), zone: "DLZ-CXD".to_owned(), ..facts.site };
    let mut story = Story::screened("2022-06-20", facts);
    story.does(code);
    assert!(story.shown().project_code.starts_with("2206-210281-"));
    assert_eq!(story.refused(code), "EXISTS");
    let given = |case: &Case, order: Order<'_>| {
        admit::assign_code(case, "projects/story", "2103-210213-04-01-100016", 0, order)
    };
    assert_eq!(story.refused(given), "EXISTS");
}

#[test]
fn a_pending_security_review_stops_everything_until_it_is_cleared() {
    let mut story = Story::screened("2026-08-24", bearings());
    story.on("2026-08-26").by(agency("COM"));
    assert_eq!(
        story.refused(|case, order| security::flag(case, "key_technology", false, order)),
        "NOT_IN_SCOPE"
    );
    assert_eq!(story.refused(|case, order| security::flag(case, "space", true, order)), "ground");
    story.does(flag);
    assert_eq!(story.refused(flag), "FLAGGED_ALREADY");
    assert!(story.shown().security_review_pending);
    assert_eq!(story.by(agency("DRC")).refused(code), "SECURITY_REVIEW_PENDING");
    let filed = story.by(enterprise()).files("S1-05", &[]).unwrap_err();
    assert_eq!(told(&filed), "SECURITY_REVIEW_PENDING");

    let cleared =
        |case: &Case, order: Order<'_>| security::conclude(case, true, "告知031号", order);
    story.on("2026-09-16").by(agency("COM")).does(cleared);
    assert_eq!(story.refused(cleared), "NO_REVIEW_PENDING");
    assert!(story.shown().security_review_outcome.unwrap().cleared);
    story.by(agency("DRC")).does(code);
    // Cleared, a project may fall under the review again.
    story.by(agency("COM")).does(flag);
}

#[test]
fn what_the_security_review_prohibits_stops_for_good() {
    let mut story = Story::screened("2026-08-24", bearings());
    story.by(agency("COM")).does(flag);
    story.does(|case, order| security::conclude(case, false, "不予通过", order));
    assert_eq!(story.by(agency("DRC")).refused(code), "SECURITY_REVIEW_PROHIBITS");
    assert_eq!(story.by(agency("COM")).refused(flag), "FLAGGED_ALREADY");
}

#[test]
fn there_was_no_security_review_before_the_measures() {
    let mut story = Story::screened("2021-01-17", bearings());
    assert_eq!(story.by(agency("COM")).refused(flag), "ITEM_NOT_IN_FORCE");
    story.on("2021-01-18").does(flag);
}

#[test]
fn verification_is_for_the_province_below_three_hundred_million_dollars() {
    let route = |amount: &str| {
        let facts =
            ProjectFacts { total_investment: Money::parse(amount, "USD").unwrap(), ..cars(50) };
        Story::screened("2021-12-30", facts).shown().route()
    };
    assert_eq!(route("299999999.99"), Route::VerificationProvince);
    assert_eq!(route("300000000.00"), Route::VerificationState);
    assert_eq!(Story::registered("2021-12-30", cars(50)).shown().route(), Route::Unspecified);
    let shown = Story::screened("2021-12-30", cars(50)).shown();
    assert!(shown.route_basis.iter().any(|rule| rule.contains("国令第673号")));
}

#[test]
fn a_change_is_found_by_comparing_and_may_ask_for_a_new_screening() {
    let mut story = Story::screened("2021-03-01", bearings());
    story.on("2021-03-05").by(enterprise());
    let change = |facts: ProjectFacts| {
        move |case: &Case, order: Order<'_>| change::change(case, &facts, "已登记", order)
    };
    assert_eq!(story.refused(change(bearings())), "NOTHING_CHANGED");
    let with_code = ProjectFacts { uscc: "91210200MA10Q7K317".to_owned(), ..bearings() };
    story.does(change(with_code.clone()));
    assert!(story.shown().admitted, "a code of its own changes nothing for the list");

    let partner = vec![investor("風早精工株式会社", "JP", 60), investor("大连甲公司", "CN", 40)];
    story.does(change(ProjectFacts { investors: partner, ..with_code }));
    assert_eq!(story.by(agency("DRC")).refused(code), "SCREENING_VOID");
    story.does(admit::screen);
    story.does(code);
}

#[test]
fn a_change_may_be_told_after_the_day_of_its_resolution() {
    let mut story = Story::screened("2021-03-01", bearings());
    story.on("2021-03-10").by(agency("DRC")).does(code);
    let scope = ProjectFacts { scope: "另加一条产线".to_owned(), ..bearings() };
    let change =
        move |case: &Case, order: Order<'_>| change::change(case, &scope, "董事会决议", order);
    story.by(enterprise()).claiming("2021-02-28");
    assert_eq!(story.refused(change.clone()), "DATE_OUT_OF_ORDER");
    story.claiming("2021-03-05").does(change);
}

#[test]
fn each_act_is_for_those_whom_the_catalogue_names() {
    let screened = Story::screened("2022-03-02", bearings());
    let registered = Story::registered("2022-03-02", bearings());
    let secretary = Caller {
        principal: Principal::Secretary { who: "ECC/ss-01".to_owned() },
        on_behalf_of: None,
    };
    let refused = |story: &Story, caller: &Caller, decide: fn(&Case, Order<'_>) -> Decision| {
        let bench = bench(day("2022-03-02"));
        let order = Order { caller, occurred_on: None, bench: &bench };
        matches!(decide(&story.case, order), Err(Refusal::NotYours(_)))
    };
    let withdraw: fn(&Case, Order<'_>) -> Decision = |c, o| change::withdraw(c, "放弃", o);
    for code in ["DRC", "COM", "MR"] {
        assert!(!refused(&registered, &agency(code), admit::screen), "{code} screens");
    }
    for code in ["NR", "DISTRICT"] {
        assert!(refused(&registered, &agency(code), admit::screen), "{code} does not screen");
    }
    assert!(refused(&registered, &enterprise(), admit::screen));
    for code_of in ["DRC", "DISTRICT"] {
        assert!(!refused(&screened, &agency(code_of), code), "{code_of} gives codes");
    }
    assert!(refused(&screened, &agency("COM"), code));
    assert!(refused(&screened, &agency("DRC"), withdraw));
    assert!(refused(&screened, &secretary, withdraw), "a secretary names whom it acts for");
    let acting = Caller { on_behalf_of: Some("enterprise:shiomine".to_owned()), ..secretary };
    assert!(!refused(&screened, &acting, withdraw));
    assert!(refused(&screened, &agency("DRC"), flag));
    assert!(!refused(&screened, &agency("NDRC"), flag));
}

#[test]
fn nothing_can_be_done_with_what_is_not_registered_or_given_up() {
    let mut story = Story::begins();
    story.on("2022-03-02").by(agency("DRC"));
    assert_eq!(story.refused(admit::screen), "UNKNOWN");
    let mut story = Story::screened("2022-03-02", bearings());
    story.by(enterprise()).does(|case, order| change::withdraw(case, "放弃", order));
    assert!(story.shown().withdrawn);
    let acts: [fn(&Case, Order<'_>) -> Decision; 4] =
        [admit::screen, code, flag, |case, order| change::withdraw(case, "放弃", order)];
    for act in acts {
        assert_eq!(story.refused(act), "PROJECT_WITHDRAWN");
    }
    assert_eq!(told(&story.files("S1-07", &[]).unwrap_err()), "PROJECT_WITHDRAWN");
}

#[test]
fn a_project_that_looks_like_another_says_why_it_is_not() {
    let on_file = Story::registered("2023-08-14", bearings());
    let alike = |on: &str, facts: &ProjectFacts| {
        register::alike(on_file.project(), facts, day(on)).is_some()
    };
    assert!(alike("2024-08-13", &bearings()), "365 days later");
    assert!(!alike("2024-08-14", &bearings()), "366 days later");
    let spaced = ProjectFacts {
        enterprise: "风早精密轴承(大连) 有限公司".to_owned(),
        scope: "二期".to_owned(),
        ..bearings()
    };
    assert!(alike("2023-09-01", &spaced), "the same name in other characters");
    let other = ProjectFacts { enterprise: "大连乙公司".to_owned(), ..bearings() };
    assert!(!alike("2023-09-01", &other));

    let candidate = register::Candidate { name: "projects/first".to_owned(), alike: "same" };
    let asked = |named: &[&str], reason: &str| register::Registration {
        facts: bearings(),
        not_duplicate_of: named.iter().map(|name| (*name).to_owned()).collect(),
        not_duplicate_reason: reason.to_owned(),
    };
    let mut story = Story::begins();
    story.on("2023-09-01");
    let register = |asked: register::Registration| {
        let candidates = [candidate.clone()];
        move |case: &Case, order: Order<'_>| {
            register::register(case, "projects/second", &asked, &candidates, order)
        }
    };
    let refusal = story.tries(register(asked(&[], ""))).unwrap_err();
    let Refusal::Rule { reason, details, .. } = &refusal else { panic!("{refusal:?}") };
    assert_eq!(*reason, "POSSIBLE_DUPLICATE");
    assert_eq!(details, &[("candidates", "projects/first".to_owned())]);
    assert_eq!(story.refused(register(asked(&["projects/other"], "二期"))), "POSSIBLE_DUPLICATE");
    assert_eq!(story.refused(register(asked(&["projects/first"], " "))), "not_duplicate_reason");
    story.does(register(asked(&["projects/first"], "二期，独立立项")));
    assert_eq!(story.refused(register(asked(&["projects/first"], "二期"))), "EXISTS");
}
