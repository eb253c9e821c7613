//! Scorecards: worked out by hand, and for every history the sum over matters.

use super::{
    elsewhere::{ordered, overridden, rated},
    histories::{Move, Town, histories},
    story::{DESK, Story, accept, bench, correct, day, deliver, grant, law, supply},
};
use crate::{
    fold::Source,
    scorecard::{Period, Tally},
};
use jiff::civil::Date;
use proptest::prelude::*;
use prost::Message;
use proto::{
    acceptance::v1 as acceptance,
    aftercare::v1 as aftercare,
    intake::v1 as intake,
    matter::v1::{MatterEvent, matter_event::Kind},
    planning::v1 as planning,
    status::v1::{InTime, Scorecard},
};
use rulebook::matter::{Act, CitedLimit, Event};
use std::collections::BTreeMap;

fn period(from: &str, to: &str) -> Period {
    Period { from: day(from), to: day(to) }
}

fn card(story: &Story, agency: &str, from: &str, to: &str, on: &str) -> Scorecard {
    let mut tally = Tally::of(period(from, to));
    tally.project(&story.project, &bench(day(on)));
    tally.take(agency)
}

/// The alarms that the passing of the days has raised by a day are recorded on it.
fn alarmed(story: Story, on: &str) -> Story {
    let (law, story) = (law(), story.on(on));
    let rule = &law.supervision.card_contest;
    let contest = CitedLimit { limit: rule.limit, citation: rule.citation.clone() };
    let raised = story.project.all_matters().map(|(id, matter)| {
        let raise = |alarm| Event::AlarmRaised {
            alarm,
            declared_on: story.today,
            contest: contest.clone(),
        };
        let alarms = matter.alarms(id, story.today, &law.almanac);
        (id.clone(), alarms.into_iter().map(raise).collect::<Vec<_>>())
    });
    let raised: Vec<_> = raised.collect();
    let clock = Story { principal: "system:clock", ..story };
    let story = raised.into_iter().fold(clock, |story, (id, events)| story.happened(&id, &events));
    Story { principal: DESK, ..story }
}

#[test]
fn an_agency_is_counted_by_what_it_did_and_failed_to_do() {
    // Committed three working days from 2022-04-11: to 2022-04-14, warned on the 13th; the law gives twenty, to
    // 2022-05-11 (2022-04-24 and 2022-05-07 are worked, 04-30 to 05-04 are holidays).
    let story = Story::admitted("2022-03-01").on("2022-04-06").files("S2-05");
    let story = story.on("2022-04-07").act("S2-05-1", correct());
    let story = story.on("2022-04-11").act("S2-05-1", supply(2)).act("S2-05-1", accept());
    let story = alarmed(story.consulted("S2-05-1"), "2022-04-20").act("S2-05-1", grant());
    let story = story.recorded_on("2022-04-22").act("S2-05-1", deliver());
    let story = story.on("2022-04-21").dossier(overridden());
    let story = story.aftercare(rated(1, 4)).aftercare(rated(2, 1));
    let story = story.aftercare(ordered(1, "2022-04-27"));
    let april = card(&story, "NR", "2022-04-01", "2022-04-30", "2022-04-30");
    assert_eq!((april.taken_in, april.decided), (1, 1));
    assert_eq!(april.statutory, Some(InTime { of: 1, in_time: 1 }));
    assert_eq!(april.committed, Some(InTime { of: 1, in_time: 0 }));
    assert_eq!((april.amber, april.yellow, april.red), (1, 1, 0));
    assert_eq!((april.correction_notices, april.further_correction_notices), (1, 0));
    assert_eq!((april.overrides, april.ratings.clone()), (1, vec![1, 0, 0, 1, 0]));
    assert_eq!((april.orders, april.orders_overdue), (1, 1));
    // Delivered on the 20th, recorded on the 22nd.
    assert_eq!((april.back_filled, april.lag_days), (1, 2));
    assert_eq!(april.bad_ratings_unanswered, 0);
    // The bad rating of 2022-04-21 had fifteen working days, to Monday 2022-05-16 (ten from the 22nd through
    // 05-06 with two Sundays and Saturdays worked): unanswered from the day after.
    let may = |on: &str| card(&story, "NR", "2022-05-01", "2022-05-31", on).bad_ratings_unanswered;
    let due = story.project.aftercare.facts.ratings[&1].due(&bench(day("2022-05-31"))).unwrap();
    assert_eq!(may(&due.to_string()), 0);
    assert_eq!(may(&due.tomorrow().unwrap().to_string()), 1);
    // What did not happen in a month is not counted in it.
    let march = card(&story, "NR", "2022-03-01", "2022-03-31", "2022-04-30");
    assert_eq!((march.taken_in, march.decided, march.yellow, march.orders), (0, 0, 0, 0));
}

#[test]
fn cards_are_counted_in_the_time_of_their_day_unless_annulled() {
    // Accepted on the day of receipt: committed to 2022-04-11, by law to 2022-05-06.
    let story =
        Story::admitted("2022-03-01").on("2022-04-06").files("S2-05").act("S2-05-1", accept());
    let cards = |on: &str| {
        let card = card(&alarmed(story.clone(), on), "NR", "2022-04-01", "2022-05-31", on);
        (card.amber, card.yellow, card.red)
    };
    assert_eq!(cards("2022-04-07"), (0, 0, 0));
    assert_eq!(cards("2022-04-08"), (1, 0, 0));
    assert_eq!(cards("2022-04-11"), (1, 0, 0));
    assert_eq!(cards("2022-04-12"), (1, 1, 0));
    assert_eq!(cards("2022-05-06"), (1, 1, 0));
    assert_eq!(cards("2022-05-07"), (1, 1, 1));
    // Each is counted in the time of its day, however late it was recorded.
    let late = alarmed(story, "2022-05-31");
    let may = card(&late, "NR", "2022-05-01", "2022-05-31", "2022-05-31");
    assert_eq!((may.amber, may.yellow, may.red), (0, 0, 1));
    // An annulled card is on record and counts no more.
    let red = late.matter("S2-05-1").cards.iter().map(|card| card.alarm.card());
    let red = red.into_iter().find(|name| name.starts_with("red")).unwrap();
    let annulled = Event::CardAnnulled {
        on: late.today,
        card: red,
        reason: "系统故障".to_owned(),
        document: "撤牌-1".to_owned(),
        by: "BE".to_owned(),
    };
    let late = late.happened(&"S2-05-1".parse().unwrap(), &[annulled]);
    let may = card(&late, "NR", "2022-05-01", "2022-05-31", "2022-05-31");
    assert_eq!(may.red, 0);
}

#[test]
fn a_late_opinion_is_the_card_of_the_agency_that_owes_it() {
    // The district has two working days from Wednesday 2022-04-06, to the 8th.
    let story = Story::admitted("2022-03-01").on("2022-04-06").files("S2-05");
    let asked = Act::RequestOpinions { opinions: Vec::new() };
    let story = alarmed(story.act("S2-05-1", accept()).act("S2-05-1", asked), "2022-04-11");
    let yellow =
        |agency: &str| card(&story, agency, "2022-04-01", "2022-04-30", "2022-04-11").yellow;
    assert_eq!((yellow("DISTRICT"), yellow("NR")), (1, 2));
}

/// What the stored events say of an agency, counted one by one.
#[derive(Debug, Default, PartialEq, Eq)]
struct Plain {
    taken_in: u32,
    decided: u32,
    notices: u32,
    further: u32,
}

fn step(source: Source, payload: &[u8]) -> Option<MatterEvent> {
    match source {
        Source::Intake => match intake::IntakeEvent::decode(payload).unwrap().kind? {
            intake::intake_event::Kind::Matter(step) => Some(step),
            _ => None,
        },
        Source::Planning => match planning::PlanningEvent::decode(payload).unwrap().kind? {
            planning::planning_event::Kind::Matter(step) => Some(step),
            _ => None,
        },
        Source::Acceptance => match acceptance::AcceptanceEvent::decode(payload).unwrap().kind? {
            acceptance::acceptance_event::Kind::Matter(step) => Some(step),
            _ => None,
        },
        Source::Aftercare => match aftercare::AftercareEvent::decode(payload).unwrap().kind? {
            aftercare::aftercare_event::Kind::Matter(step) => Some(step),
            _ => None,
        },
        Source::Dossier => None,
    }
}

fn counted(town: &Town, period: Period) -> BTreeMap<String, Plain> {
    let mut plain: BTreeMap<String, Plain> = BTreeMap::new();
    let mut lead: BTreeMap<(String, String), (String, u32)> = BTreeMap::new();
    for (source, log) in &town.logs {
        for event in log {
            let Some(step) = step(*source, &event.payload) else { continue };
            let on: Date = step.occurred_on.parse().unwrap();
            let counts = period.from <= on && on <= period.to;
            let matter = (event.stream.clone(), step.matter.clone());
            let kind = step.kind.unwrap();
            if let Kind::Received(received) = &kind {
                let agency = received.terms.as_ref().unwrap().agency.clone();
                lead.insert(matter.clone(), (agency, 0));
            }
            let (agency, notices) = lead.get_mut(&matter).unwrap();
            let row = plain.entry(agency.clone()).or_default();
            match kind {
                Kind::Received(_) => row.taken_in += u32::from(counts),
                Kind::Decided(_) | Kind::GrantDeemed(_) => row.decided += u32::from(counts),
                Kind::CorrectionsRequested(_) => {
                    row.notices += u32::from(counts);
                    row.further += u32::from(counts && *notices > 0);
                    *notices += 1;
                }
                _ => {}
            }
        }
    }
    plain
}

fn town(history: Vec<Move>) -> Town {
    let mut town = Town::of_three();
    history.into_iter().for_each(|made| town.makes(made));
    town
}

/// The numbers of a scorecard that are sums over matters.
fn over_matters(card: &Scorecard) -> Vec<u32> {
    let (statutory, committed) = (card.statutory.unwrap(), card.committed.unwrap());
    vec![
        card.taken_in,
        card.decided,
        statutory.of,
        statutory.in_time,
        committed.of,
        committed.in_time,
        card.amber,
        card.yellow,
        card.red,
        card.correction_notices,
        card.further_correction_notices,
        card.accepted_by_silence,
        card.opinions_by_silence,
        card.granted_by_silence,
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn totals_are_the_sum_over_matters_and_what_the_events_say(history in histories()) {
        let town = town(history);
        let period = period("2022-04-01", "2022-05-31");
        let bench = bench(town.stories[0].today);
        let mut whole = Tally::of(period);
        let mut single: BTreeMap<String, Vec<u32>> = BTreeMap::new();
        for story in &town.stories {
            whole.project(&story.project, &bench);
            for (id, matter) in story.project.all_matters() {
                let entries = story.project.entries();
                let steps: Vec<_> = entries.filter(|entry| entry.matter.as_ref() == Some(id)).collect();
                let mut one = Tally::of(period);
                one.matter(matter, &steps, &bench);
                for card in one.into_cards() {
                    let sum = single.entry(card.agency.clone()).or_insert_with(|| vec![0; 14]);
                    sum.iter_mut().zip(over_matters(&card)).for_each(|(sum, n)| *sum += n);
                }
            }
        }
        for (agency, plain) in counted(&town, period) {
            let card = whole.clone().take(&agency);
            let expected = Plain {
                taken_in: card.taken_in,
                decided: card.decided,
                notices: card.correction_notices,
                further: card.further_correction_notices,
            };
            prop_assert_eq!(plain, expected, "{}", agency);
        }
        for card in whole.into_cards() {
            let sum = single.remove(&card.agency).unwrap_or_else(|| vec![0; 14]);
            prop_assert_eq!(over_matters(&card), sum, "{}", card.agency);
            prop_assert!(card.statutory.unwrap().of <= card.decided);
        }
        prop_assert!(single.values().flatten().all(|n| *n == 0), "nobody is left out");
    }
}
