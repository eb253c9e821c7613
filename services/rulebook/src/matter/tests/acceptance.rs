//! Receipt to acceptance over the National Day week of 2021: 1 to 7 October are off, Sunday 26
//! September and Saturday 9 October are worked.

use super::*;

fn silent() -> Rejection {
    Rejection::AcceptedBySilence { as_of: day("2021-09-27"), due: day("2021-10-09") }
}

#[test]
fn a_correction_loop_over_the_national_day_week() {
    let story = Story::filed("S2-10", "2021-09-27")
        .holds("2021-09-27", "agency:CD examine by 2021-10-09")
        .then("2021-09-30", correct(&["design_scheme"]))
        .holds("2021-10-08", "enterprise supply_corrections by -")
        .then("2021-10-11", supply("design_scheme", 'b'))
        .holds("2021-10-11", "agency:CD accept by 2021-10-18")
        .then("2021-10-12", accept());
    // 13, 14, 15, 18, 19 October.
    assert_eq!(due(&story.clocks().committed), "2021-10-19");
    assert_eq!(due(&story.clocks().statutory), "2021-11-09");
    let story = story.then("2021-10-15", grant()).then("2021-10-18", deliver());
    assert_eq!(story.light("2021-12-01"), Light::Green);
    // Until the notice the agency's; until the correction the applicant's; rest days nobody's.
    assert_eq!(charged(&story, "2021-12-01"), "enterprise 3, agency:CD 8, nobody 10");
}

#[test]
fn the_last_day_for_the_notice_is_the_fifth_working_day() {
    let in_time = Story::filed("S2-10", "2021-09-27");
    in_time.clone().then("2021-10-09", correct(&["design_scheme"]));
    in_time.refuses("2021-10-10", correct(&["design_scheme"]), silent());
}

#[test]
fn silence_is_acceptance_as_of_the_day_of_receipt() {
    let story = Story::filed("S2-10", "2021-09-27");
    assert_eq!(story.time_demands("2021-10-09"), []);
    let not_yet = Rejection::SilenceNotYet { due: OrStanding(Some(day("2021-10-09"))) };
    let story = story.refuses("2021-10-09", Act::DeemAccepted, not_yet);
    assert_eq!(story.time_demands("2021-10-10"), [Act::DeemAccepted]);

    let story = story.then("2021-10-10", Act::DeemAccepted);
    assert_eq!(story.matter.accepted_on(), Some(day("2021-09-27")));
    assert_eq!(story.time_demands("2021-10-10"), []);
    // The promise of five working days ran out with the silence; the law's twenty end on the 29th.
    assert_eq!(due(&story.clocks().committed), "2021-10-09");
    assert_eq!(due(&story.clocks().statutory), "2021-10-29");
    assert_eq!(story.light("2021-10-10"), Light::Yellow);
    assert_eq!(story.light("2021-10-30"), Light::Red);
    let accepted = Rejection::AlreadyAccepted { on: day("2021-09-27") };
    story.refuses("2021-10-11", correct(&["design_scheme"]), accepted);
}

#[test]
fn what_comes_after_the_silence_cannot_undo_it() {
    let story = Story::filed("S2-10", "2021-09-27");
    let decline = Act::Decline {
        ground: NotAcceptedGround::NoLicenceNeeded,
        reason: "无需许可".to_owned(),
        document: String::new(),
    };
    let story = story.refuses("2021-10-11", decline, silent());
    let late = story.then("2021-10-11", accept());
    let Event::Accepted { on, mode } = late.events.last().unwrap() else { panic!("accepted") };
    assert_eq!(*on, day("2021-09-27"));
    assert_eq!(*mode, AcceptanceMode::BySilence { declared_on: day("2021-10-11") });
}

#[test]
fn a_notice_that_is_entered_late_counts_from_its_own_day() {
    let story = Story::filed("S2-10", "2021-09-27");
    let told = correct(&["design_scheme"]);
    assert!(story.decide("2021-10-20", told.clone().on(day("2021-10-09"))).is_ok());
    assert_eq!(story.decide("2021-10-20", told.clone().on(day("2021-10-10"))), Err(silent()));
    let early = Rejection::OutOfOrder { on: day("2021-09-26"), not_before: day("2021-09-27") };
    assert_eq!(story.decide("2021-10-20", told.clone().on(day("2021-09-26"))), Err(early));
    let future = Rejection::InTheFuture { on: day("2021-09-29"), today: day("2021-09-28") };
    assert_eq!(story.decide("2021-09-28", told.on(day("2021-09-29"))), Err(future));
}

#[test]
fn a_second_notice_is_refused_unless_the_new_material_is_what_is_wrong() {
    let second = |key: &str| Rejection::SecondCorrection { materials: vec![key.to_owned()] };
    Story::filed("S2-10", "2021-09-27")
        .then("2021-09-28", correct(&["design_scheme"]))
        .refuses("2021-09-29", correct(&["off_site_application"]), second("off_site_application"))
        .then("2021-09-30", supply("design_scheme", 'b'))
        .refuses("2021-10-08", correct(&["off_site_application"]), second("off_site_application"))
        .then("2021-10-08", correct(&["design_scheme"]))
        .then("2021-10-09", supply("design_scheme", 'c'))
        .then("2021-10-11", accept())
        .refuses(
            "2021-10-11",
            correct(&["design_scheme"]),
            Rejection::AlreadyAccepted { on: day("2021-10-11") },
        );
}

#[test]
fn corrections_may_come_in_parts_and_the_agencys_time_begins_with_the_last() {
    let nothing = Rejection::NothingCorrected { outstanding: vec!["form".to_owned()] };
    let same = Rejection::MaterialUnchanged { key: "design_scheme".to_owned() };
    Story::filed("S2-10", "2021-09-27")
        .refuses("2021-09-27", supply("form", 'b'), Rejection::NoCorrectionsRequested)
        .then("2021-09-28", correct(&["design_scheme", "form"]))
        .refuses("2021-09-29", supply("design_scheme", 'a'), same)
        .then("2021-09-29", supply("design_scheme", 'b'))
        .holds("2021-09-29", "enterprise supply_corrections by -")
        .refuses("2021-09-29", accept(), Rejection::CorrectionsAwaited { since: day("2021-09-28") })
        .refuses("2021-09-30", supply("letter", 'd'), nothing)
        .then("2021-10-11", supply("form", 'c'))
        .holds("2021-10-11", "agency:CD accept by 2021-10-18");
}

#[test]
fn silence_after_the_corrections_is_acceptance_as_of_their_day() {
    let story = Story::filed("S2-10", "2021-09-27")
        .then("2021-09-28", correct(&["design_scheme"]))
        .then("2021-10-11", supply("design_scheme", 'b'))
        .then("2021-10-19", Act::DeemAccepted);
    assert_eq!(story.matter.accepted_on(), Some(day("2021-10-11")));
}

#[test]
fn silence_has_no_effect_where_no_law_gives_it_one() {
    let story = Story::filed("S1-05", "2021-09-27");
    assert_eq!(story.time_demands("2022-09-27"), []);
    story
        .refuses("2022-09-27", Act::DeemAccepted, Rejection::SilenceHasNoEffect)
        .then("2022-09-27", correct(&["application"]));
}

#[test]
fn an_agency_that_is_not_competent_names_the_right_one() {
    let decline = |right: &str| Act::Decline {
        ground: NotAcceptedGround::NotCompetent { right_authority: right.to_owned() },
        reason: "不属于本机关职权范围".to_owned(),
        document: "不受理-1".to_owned(),
    };
    let story = Story::filed("S2-10", "2021-09-27")
        .refuses("2021-09-28", decline(" "), Rejection::Missing(Part::RightAuthority))
        .then("2021-09-28", decline("省人民防空办公室"))
        .holds("2021-09-28", "nobody nothing by -")
        .refuses("2021-09-28", accept(), Rejection::Declined { on: day("2021-09-28") });
    assert_eq!(charged(&story, "2021-12-01"), "agency:CD 1");
}

#[test]
fn no_application_is_older_than_the_law_it_is_decided_under() {
    let terms = terms("S2-10", Track::Ordinary, "2021-09-27", &Facts::default());
    let filing = Filing { terms, materials: Vec::new(), commitment: None };
    let calendar = calendar();
    let today = Today { date: day("2021-09-27"), calendar: &calendar };
    assert!(filing.decide(Some(day("2019-04-23")), today).is_ok());
    let (on, not_before) = (day("2019-04-22"), day("2019-04-23"));
    let early = Rejection::OutOfOrder { on, not_before };
    assert_eq!(filing.decide(Some(on), today), Err(early));
}
