//! Special procedures, the extension, the lights and the days of the authority.

use super::*;

#[test]
fn a_hearing_and_an_expert_review_that_overlap_stop_the_clock_once() {
    let story = Story::filed("S2-08", "2022-04-06").then("2022-04-06", accept());
    assert_eq!(due(&story.clocks().statutory), "2022-04-26");
    let story = story
        .then("2022-04-20", suspend("expert_review", Some(notice("专家-1", "2022-04-20"))))
        .holds("2022-05-09", "third party:专家评审 finish_special_procedure by 2022-05-12");
    assert_eq!(due(&story.clocks().committed), "2022-04-15");
    let story = story
        .then("2022-05-10", suspend("hearing", Some(notice("听证-1", "2022-05-09"))))
        .refuses(
            "2022-05-12",
            grant(),
            Rejection::ClockStands { ground: "expert_review".to_owned() },
        )
        .then("2022-05-16", resume("expert_review"))
        .holds("2022-05-17", "third party:听证 finish_special_procedure by 2022-05-31")
        .refuses(
            "2022-05-17",
            resume("expert_review"),
            Rejection::NotSuspended { ground: "expert_review".to_owned() },
        );
    assert_eq!(due(&story.clocks().statutory), "stands");
    let story = story.then("2022-05-26", resume("hearing"));
    // Ten days ran through 20 April; 27, 30, 31 May, 1 and 2 June are the other five.
    assert_eq!(due(&story.clocks().statutory), "2022-06-02");
    let story = story.then("2022-06-02", grant());
    assert_eq!(
        charged(&story, "2022-06-02"),
        "agency:HC 15, third party:专家评审 17, third party:听证 8, nobody 17"
    );
    assert_eq!(story.matter.authority_days(day("2022-12-31"), &calendar()).len(), 15);
}

#[test]
fn without_a_written_notice_the_clock_does_not_stop() {
    let open = Story::filed("S2-08", "2022-04-06").then("2022-04-06", accept());
    let late = Rejection::NoticeTooLate { given_on: day("2022-04-21"), from: day("2022-04-20") };
    let backdated = suspend("hearing", Some(notice("听证-1", "2022-04-21"))).on(day("2022-04-20"));
    assert_eq!(open.decide("2022-04-21", backdated), Err(late));
    let story = open
        .refuses("2022-04-20", suspend("hearing", None), Rejection::NoWrittenNotice)
        .refuses(
            "2022-04-20",
            suspend("hearing", Some(notice(" ", "2022-04-20"))),
            Rejection::NoWrittenNotice,
        )
        .refuses(
            "2022-04-20",
            suspend("rectification", Some(notice("改-1", "2022-04-20"))),
            Rejection::UnknownGround { ground: "rectification".to_owned() },
        );
    assert_eq!(due(&story.clocks().statutory), "2022-04-26");
}

#[test]
fn a_special_procedure_stops_the_clock_no_longer_than_its_rule_allows() {
    let too_long = Act::Suspend {
        ground: "expert_review".to_owned(),
        notice: Some(notice("专家-1", "2022-04-20")),
        expected: limit("21wd"),
        waits_for: WaitsFor::ThirdParty,
    };
    let most =
        Rejection::LongerThanAllowed { ground: "expert_review".to_owned(), limit: limit("20wd") };
    let story = Story::filed("S2-08", "2022-04-06")
        .then("2022-04-06", accept())
        .refuses("2022-04-20", too_long, most)
        .then("2022-04-20", suspend("expert_review", Some(notice("专家-1", "2022-04-20"))))
        .holds("2022-05-19", "third party:专家评审 finish_special_procedure by 2022-05-12")
        .holds("2022-05-20", "agency:HC resume by 2022-04-15");
    // Twenty working days after 20 April end on 19 May; the last five of fifteen follow.
    assert_eq!(due(&story.clocks().statutory), "2022-05-26");
    assert_eq!(charged(&story, "2022-05-24"), "agency:HC 13, third party:专家评审 20, nobody 15");
}

fn extend(by: &str, approved_on: &str, told_on: &str) -> Act {
    Act::Extend {
        by: limit(by),
        approver: "行政机关负责人".to_owned(),
        approved_on: day(approved_on),
        notice: notice("延期-1", told_on),
        reason: "情况复杂".to_owned(),
    }
}

#[test]
fn an_extension_across_the_spring_festival_counts_the_make_up_days() {
    let story = Story::filed("S2-10", "2022-01-10").then("2022-01-10", accept());
    // Saturday 29 and Sunday 30 January are worked; 31 January to 6 February are off.
    assert_eq!(due(&story.clocks().statutory), "2022-02-10");
    let story = story.then("2022-01-28", extend("10wd", "2022-01-28", "2022-01-28"));
    assert_eq!(due(&story.clocks().statutory), "2022-02-24");
    assert_eq!(due(&story.clocks().committed), "2022-01-17", "a promise stays as it was given");
    assert_eq!(story.light("2022-02-24"), Light::Yellow);
    assert_eq!(story.light("2022-02-25"), Light::Red);
    story.refuses(
        "2022-02-11",
        extend("1wd", "2022-02-11", "2022-02-11"),
        Rejection::AlreadyExtended,
    );
}

#[test]
fn approval_and_notice_both_come_by_the_last_day() {
    let story = Story::filed("S2-10", "2022-01-10").then("2022-01-10", accept());
    story.clone().then("2022-02-10", extend("10wd", "2022-02-10", "2022-02-10"));
    let late = Rejection::TooLateToExtend { due: day("2022-02-10") };
    story.refuses("2022-02-11", extend("10wd", "2022-02-10", "2022-02-11"), late);
}

#[test]
fn an_extension_keeps_to_its_rule() {
    let other = Act::Extend {
        by: limit("10wd"),
        approver: "处室负责人".to_owned(),
        approved_on: day("2022-01-20"),
        notice: notice("延期-1", "2022-01-20"),
        reason: "情况复杂".to_owned(),
    };
    let head = Rejection::WrongApprover { approver: "行政机关负责人".to_owned() };
    let most = Rejection::ExtensionTooLong { cap: limit("10wd") };
    let story = Story::filed("S2-10", "2022-01-10").then("2022-01-10", accept());
    story
        .refuses("2022-01-20", other, head)
        .refuses("2022-01-20", extend("11wd", "2022-01-20", "2022-01-20"), most.clone())
        .refuses("2022-01-20", extend("10cal", "2022-01-20", "2022-01-20"), most.clone())
        .refuses("2022-01-20", extend("0wd", "2022-01-20", "2022-01-20"), most);
    // 环评法 art. 22 fixes its own limits and knows no extension.
    Story::filed("S2-09", "2022-01-10").then("2022-01-10", accept()).refuses(
        "2022-01-20",
        extend("10wd", "2022-01-20", "2022-01-20"),
        Rejection::NoExtensionAllowed,
    );
}

#[test]
fn the_light_warns_a_working_day_ahead_and_keeps_what_the_matter_ended_with() {
    let story = Story::filed("S2-10", "2021-10-12").then("2021-10-12", accept());
    assert_eq!(due(&story.clocks().committed), "2021-10-19");
    let seen = ["2021-10-17", "2021-10-18", "2021-10-19", "2021-10-20", "2021-11-09", "2021-11-10"];
    let lights = seen.map(|on| story.light(on).code());
    assert_eq!(lights, ["green", "amber", "amber", "yellow", "yellow", "red"]);
    let ended = story.then("2021-10-20", grant());
    assert_eq!(ended.light("2022-10-20"), Light::Yellow);
}

#[test]
fn the_warning_comes_on_the_working_day_before_even_across_a_holiday() {
    // Five working days after 27 September end on Saturday 9 October; the one before is the 8th.
    let story = Story::filed("S2-10", "2021-09-27").then("2021-09-27", accept());
    assert_eq!(due(&story.clocks().committed), "2021-10-09");
    assert_eq!(story.light("2021-10-07"), Light::Green);
    assert_eq!(story.light("2021-10-08"), Light::Amber);
}

#[test]
fn a_matter_decided_on_the_day_of_its_acceptance_takes_no_day_of_the_authority() {
    let at_once = Story::filed("S2-10", "2021-03-29")
        .then("2021-03-30", accept())
        .then("2021-03-30", grant())
        .then("2021-03-30", deliver());
    assert!(at_once.matter.authority_days(day("2021-12-31"), &calendar()).is_empty());
    let next_day = Story::filed("S2-10", "2021-03-29")
        .then("2021-03-30", accept())
        .then("2021-03-31", grant());
    let days = next_day.matter.authority_days(day("2021-12-31"), &calendar());
    assert_eq!(days.into_iter().collect::<Vec<_>>(), [day("2021-03-31")]);
}
