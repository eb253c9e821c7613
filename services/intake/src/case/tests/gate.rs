//! The key-project gate to the cent, the contest, and a secretary without a gap.

use super::*;
use crate::case::decide::{change, gate};

fn decide(secretary: &'static str, reason: &'static str) -> impl Fn(&Case, Order<'_>) -> Decision {
    move |case, order| gate::decide(case, secretary, reason, order)
}

/// Whether a project of this amount is recognised on a day.
fn recognised(on: &str, amount: &str, currency: &str) -> bool {
    let mut story = Story::screened(on, of(amount, currency));
    story.by(agency("COM")).does(decide("ECC/ss-03", ""));
    story.shown().key_project.unwrap().recognised
}

#[test]
fn thirty_million_dollars_are_in_and_a_cent_less_is_not() {
    assert!(recognised("2021-03-05", "30000000.00", "USD"));
    assert!(!recognised("2021-03-05", "29999999.99", "USD"));
}

#[test]
fn another_currency_is_converted_at_the_newest_rate_of_the_day() {
    // 103.2 yen to the dollar since 2021-01-04, 115.5 since 2022-01-04.
    assert!(recognised("2021-03-05", "3096000000", "JPY"));
    assert!(!recognised("2021-03-05", "3095999999", "JPY"));
    assert!(recognised("2022-01-03", "3096000000", "JPY"));
    assert!(!recognised("2022-01-04", "3096000000", "JPY"));
    assert!(recognised("2022-01-04", "3465000000", "JPY"));
}

#[test]
fn a_decision_records_everything_that_it_rests_on() {
    let mut story = Story::screened("2021-03-05", bearings());
    story.by(agency("COM")).does(decide("ECC/ss-03", ""));
    let decided = story.shown().key_project.unwrap();
    let amount = decided.amount.unwrap();
    assert_eq!(
        [&amount.currency_code, &amount.amount, &decided.rate_units, &decided.rate_usd],
        ["JPY", "6800000000", "103.2", "1"]
    );
    assert_eq!([&decided.rate_date, &decided.rule_edition], ["2021-01-04", "DL-2020"]);
    assert!(!decided.rate_source.is_empty());
}

#[test]
fn a_gate_that_did_not_exist_or_has_no_rate_is_not_guessed() {
    let mut early = Story::screened("2020-11-14", bearings());
    assert_eq!(early.by(agency("COM")).refused(decide("ECC/ss-03", "")), "GATE_NOT_DECIDABLE");
    let mut late = Story::screened("2020-11-15", bearings());
    late.by(agency("COM")).does(decide("ECC/ss-03", ""));
    let mut swiss = Story::screened("2021-03-05", of("60000000.00", "CHF"));
    assert_eq!(swiss.by(agency("COM")).refused(decide("ECC/ss-03", "")), "GATE_NOT_DECIDABLE");
}

#[test]
fn recognition_needs_admission() {
    let mut story = Story::registered("2021-12-29", cars(75));
    story.by(agency("COM"));
    assert_eq!(story.refused(decide("ECC/ss-01", "")), "NOT_SCREENED");
    story.on("2021-12-31").by(agency("DRC")).does(admit::screen);
    assert_eq!(story.by(agency("COM")).refused(decide("ECC/ss-01", "")), "NEGATIVE_LIST_REFUSES");
}

#[test]
fn a_recognised_project_has_a_secretary_from_the_same_moment_on() {
    let mut story = Story::screened("2021-03-05", bearings());
    story.by(agency("COM"));
    assert_eq!(story.refused(decide("", "")), "secretary");
    let events = story.does(decide("ECC/ss-03", ""));
    assert_eq!(kinds(&events), ["key_project_decided", "secretary_assigned"]);
    assert!(events.iter().all(|event| event.on == day("2021-03-05")));
    assert_eq!(story.shown().secretary, "ECC/ss-03");
    assert_eq!(story.refused(decide("ECC/ss-03", "")), "GATE_DECIDED");
}

#[test]
fn who_is_not_recognised_gets_no_secretary() {
    let mut story = Story::screened("2021-03-05", of("29999999.99", "USD"));
    let events = story.by(agency("COM")).does(decide("ECC/ss-03", ""));
    assert_eq!(kinds(&events), ["key_project_decided"]);
    assert_eq!(story.shown().secretary, "");
}

#[test]
fn a_handover_leaves_no_gap_and_lists_what_is_open() {
    let hand_over = |to: &'static str| {
        move |case: &Case, order: Order<'_>| gate::hand_over(case, to, "轮岗", order)
    };
    let mut story = Story::screened("2025-09-04", bearings());
    story.by(agency("ECC"));
    assert_eq!(story.refused(hand_over("ECC/ss-11")), "NO_SECRETARY");
    story.by(agency("COM")).does(decide("ECC/ss-06", ""));
    story.by(enterprise()).files("S1-07", &[]).unwrap();

    story.on("2025-09-28").by(agency("ECC"));
    assert_eq!(story.refused(hand_over("ECC/ss-06")), "SAME_SECRETARY");
    story.claiming("2025-09-03");
    assert_eq!(story.refused(hand_over("ECC/ss-11")), "DATE_OUT_OF_ORDER");
    let events = story.on("2025-09-28").does(hand_over("ECC/ss-11"));
    let [Event { on, fact: Fact::SecretaryHandedOver { from, to, open_matters, .. } }] =
        &events[..]
    else {
        panic!("{events:?}")
    };
    assert_eq!((*on, from.as_str(), to.as_str()), (day("2025-09-28"), "ECC/ss-06", "ECC/ss-11"));
    assert_eq!(open_matters, &["S1-07-1"]);
    assert_eq!(story.shown().secretary, "ECC/ss-11");
    assert_eq!(story.by(agency("NR")).refused(hand_over("ECC/ss-12")), "NOT_YOURS");
}

#[test]
fn a_refusal_is_contested_once_and_answered_with_a_reason() {
    let contest = |case: &Case, order: Order<'_>| gate::contest(case, "未计入模具", order);
    let mut story = Story::screened("2025-03-04", of("28900000.00", "EUR"));
    story.by(enterprise());
    assert_eq!(story.refused(contest), "NOTHING_TO_CONTEST");
    story.on("2025-03-05").by(agency("COM")).does(decide("", ""));
    assert_eq!(story.refused(decide("", "")), "GATE_DECIDED");
    story.on("2025-03-06").by(enterprise()).does(contest);
    assert_eq!(story.refused(contest), "CONTESTED_BEFORE");
    assert_eq!(story.by(agency("COM")).refused(decide("", "")), "reason");
    story.on("2025-03-07").does(decide("", "维持"));
    assert_eq!(story.shown().key_project.unwrap().reason, "维持");
    assert_eq!(story.by(enterprise()).refused(contest), "CONTESTED_BEFORE");
}

#[test]
fn another_amount_is_decided_anew_and_the_secretary_goes_on() {
    let amount = |amount: &str| {
        let facts = of(amount, "EUR");
        move |case: &Case, order: Order<'_>| change::change(case, &facts, "追加投入", order)
    };
    let mut story = Story::screened("2025-03-04", of("28900000.00", "EUR"));
    story.by(agency("COM")).does(decide("", ""));
    // 1.035 dollars to the euro: 29 million are 30.015 million.
    story.on("2025-03-10").by(enterprise()).does(amount("29000000.00"));
    story.on("2025-03-11").by(agency("COM"));
    assert_eq!(story.refused(decide("ECC/ss-06", "")), "reason");
    story.does(decide("ECC/ss-06", "总投资变更"));
    assert_eq!(story.shown().secretary, "ECC/ss-06");

    story.on("2025-04-01").by(enterprise()).does(amount("28000000.00"));
    story.by(agency("COM")).does(decide("", "总投资再变更"));
    assert!(!story.shown().key_project.unwrap().recognised);
    assert_eq!(story.shown().secretary, "ECC/ss-06", "who serves goes on");

    story.on("2025-05-06").by(enterprise()).does(amount("31000000.00"));
    story.by(agency("COM"));
    assert_eq!(story.refused(decide("ECC/ss-07", "追加")), "secretary", "that is a handover");
    let events = story.does(decide("ECC/ss-06", "追加"));
    assert_eq!(kinds(&events), ["key_project_decided"]);
}

#[test]
fn a_key_project_that_nobody_serves_raises_an_alarm_after_five_working_days_once() {
    // Recognised on Friday 2021-03-05 with a secretary; a log that lost the assignment tells what it would be.
    let mut story = Story::screened("2021-03-05", bearings());
    let events = story.tries(decide("ECC/ss-03", "")).unwrap_err();
    assert_eq!(told(&events), "NOT_YOURS", "the gate is the agency's");
    story.by(agency("COM"));
    let events = story.tries(decide("ECC/ss-03", "")).unwrap();
    let is_assignment = |event: &&Event| matches!(event.fact, Fact::SecretaryAssigned { .. });
    let assigned = events.iter().find(is_assignment).unwrap().clone();
    for event in events.iter().filter(|event| !is_assignment(event)) {
        story.case.evolve(event);
    }
    let due = |story: &Story, today: &str| story.case.alarms(&bench(day(today)));
    // Monday the 8th to Friday the 12th are the five.
    assert!(due(&story, "2021-03-12").is_empty());
    let raised = due(&story, "2021-04-30");
    assert_eq!(raised.len(), 1);
    let (alarm, fact) = raised.into_iter().next().unwrap();
    assert_eq!(alarm.key(), "secretary/yellow.vacancy.2021-03-12");
    assert_eq!((alarm.on, fact.on), (day("2021-03-13"), day("2021-03-13")));
    assert_eq!(alarm.held_by, rulebook::matter::Party::Agency("COM".to_owned()));
    story.case.evolve(&fact);
    assert!(due(&story, "2021-04-30").is_empty(), "once");
    // Somebody who begins in time is no gap.
    let mut served = Story::screened("2021-03-05", bearings());
    for event in events.iter().filter(|event| !is_assignment(event)).chain([&assigned]) {
        served.case.evolve(event);
    }
    assert!(due(&served, "2021-04-30").is_empty());
}
