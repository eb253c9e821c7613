//! Alarms and cards on real days, and what holds of them for every history.

use proptest::prelude::*;

use super::*;
use crate::alarm::Kind;

fn id() -> MatterId {
    "S2-05-1".parse().unwrap()
}

fn five_days() -> CitedLimit {
    CitedLimit { limit: limit("5wd"), citation: "平台约定 电子监察".to_owned() }
}

impl Story {
    /// The passing of a day: raises what is due.
    fn day_passes(mut self, on: &str) -> Self {
        for alarm in self.matter.alarms(&id(), day(on), &ALMANAC) {
            let raised = Event::AlarmRaised { alarm, declared_on: day(on), contest: five_days() };
            self.matter.evolve(&raised);
            self.events.push(raised);
        }
        self
    }

    /// Every card: `2020-01-23 amber.committed.2020-01-31 agency:NR`.
    #[track_caller]
    fn has_cards(self, expected: &[&str]) -> Self {
        let cards = self.matter.cards.iter().map(|card| {
            let alarm = &card.alarm;
            format!("{} {} {}", alarm.on, alarm.card(), alarm.held_by.code())
        });
        assert_eq!(cards.collect::<Vec<_>>(), expected);
        self
    }
}

/// S2-05 promises three working days and has twenty by law. Accepted on Tuesday 2020-01-21, the third working
/// day is Friday 31 January by the notice of November 2019 (22 and 23 January come before the holiday of 24 to
/// 30), and Monday 3 February once the notice of 27 January lengthens it.
fn accepted_before_spring_festival() -> Story {
    Story::filed("S2-05", "2020-01-21").then("2020-01-21", accept())
}

/// The twentieth working day: 22, 23 January, 3 to 7, 10 to 14, 17 to 21 and 24 to 26 February.
const SPRING: [&str; 4] = [
    "2020-01-23 amber.committed.2020-01-31 agency:NR",
    "2020-01-27 amber.committed.2020-02-03 agency:NR",
    "2020-02-04 yellow.committed.2020-02-03 agency:NR",
    "2020-02-27 red.statutory.2020-02-26 agency:NR",
];

#[test]
fn a_calendar_amended_in_the_holiday_warns_again_and_keeps_the_first_warning() {
    accepted_before_spring_festival()
        .day_passes("2020-01-22")
        .has_cards(&[])
        .day_passes("2020-01-23")
        .has_cards(&SPRING[..1])
        .day_passes("2020-01-26")
        .has_cards(&SPRING[..1])
        .day_passes("2020-01-27")
        .has_cards(&SPRING[..2])
        .day_passes("2020-02-03")
        .has_cards(&SPRING[..2])
        .day_passes("2020-02-04")
        .has_cards(&SPRING[..3])
        .day_passes("2020-02-26")
        .has_cards(&SPRING[..3])
        .day_passes("2020-02-27")
        .day_passes("2020-02-27")
        .day_passes("2020-03-31")
        .has_cards(&SPRING);
}

#[test]
fn a_jump_over_many_days_raises_what_each_of_them_would_have() {
    accepted_before_spring_festival().day_passes("2020-03-31").has_cards(&SPRING);
}

#[test]
fn what_is_decided_in_time_raises_nothing_and_what_is_entered_late_keeps_its_card() {
    // Decided on the last day, Monday 3 February.
    accepted_before_spring_festival()
        .day_passes("2020-02-03")
        .then("2020-02-03", Act::RequestOpinions { opinions: Vec::new() })
        .has_cards(&SPRING[..2]);
    // A special procedure entered on 5 February for 23 January: the promise now ends later; the card stays.
    let stop = suspend("hearing", Some(notice("通知-1", "2020-01-23"))).on(day("2020-01-23"));
    let mut story = accepted_before_spring_festival().day_passes("2020-02-05");
    let ground = story.matter.terms.exclusions.first().map(|rule| rule.key.clone());
    let Act::Suspend { notice, expected, waits_for, .. } = stop.act else { unreachable!() };
    let act = Act::Suspend { ground: ground.unwrap(), notice, expected, waits_for };
    let events = story.decide("2020-02-05", act.on(day("2020-01-23"))).unwrap();
    events.iter().for_each(|event| story.matter.evolve(event));
    story.day_passes("2020-02-06").has_cards(&SPRING[..3]);
}

#[test]
fn every_step_that_an_agency_owes_has_its_yellow_card_and_names_who_was_silent() {
    // Received on Thursday 2021-10-14; the five working days for corrections end on the 21st. Silence accepts
    // as of the 14th; the promise of three days has passed on the 19th, the opinions of one day too.
    let story = Story::filed("S2-05", "2021-10-14").day_passes("2021-10-21").has_cards(&[]);
    let story = story.day_passes("2021-10-22");
    story.has_cards(&["2021-10-22 yellow.acceptance.2021-10-21 agency:NR"]);
    let story = Story::filed("S2-05", "2021-10-14")
        .then("2021-10-14", accept())
        .then("2021-10-14", Act::RequestOpinions { opinions: Vec::new() })
        .day_passes("2021-10-18");
    // Friday 15 October was the last day of each opinion, and the day before the 18th a warning's.
    let cards: Vec<String> = story.matter.cards.iter().map(|card| card.alarm.card()).collect();
    assert!(cards.contains(&"yellow.opinion:planning_permit.2021-10-15".to_owned()), "{cards:?}");
    let silent = story.matter.card("yellow.opinion:planning_permit.2021-10-15").unwrap();
    assert_eq!(silent.alarm.held_by, Party::Agency("NR".to_owned()));
    assert_eq!(silent.alarm.on, day("2021-10-16"));
}

const YELLOW: &str = "yellow.committed.2020-02-03";

fn contest(card: &str) -> Act {
    let (card, reason) = (card.to_owned(), "系统录入延迟".to_owned());
    Act::ContestCard { card, reason, by: "NR".to_owned() }
}

fn ruling(card: &str, verdict: Verdict) -> Act {
    Act::RuleOnCard {
        card: card.to_owned(),
        verdict,
        reason: "经核查".to_owned(),
        document: "监察-1".to_owned(),
        by: "BE".to_owned(),
    }
}

#[test]
fn a_card_is_contested_within_five_working_days_and_annulled_once_and_never_goes() {
    // Raised on Tuesday 4 February 2020: 5, 6, 7, 10, 11.
    let story = accepted_before_spring_festival().day_passes("2020-02-04");
    let late = Rejection::TooLateToContest { due: day("2020-02-11") };
    story.clone().refuses("2020-02-12", contest(YELLOW), late);
    let story = story.then("2020-02-11", contest(YELLOW));
    let again = Rejection::AlreadyContested { on: day("2020-02-11") };
    let story = story.clone().refuses("2020-02-11", contest(YELLOW), again);
    let story = story.then("2020-02-13", ruling(YELLOW, Verdict::Annulled));
    let decided = Rejection::CardDecided { on: day("2020-02-13") };
    let story = story.refuses("2020-02-14", ruling(YELLOW, Verdict::Annulled), decided.clone());
    let story = story.refuses("2020-02-14", ruling(YELLOW, Verdict::Upheld), decided.clone());
    let story = story.refuses("2020-02-14", contest(YELLOW), decided);
    assert!(story.matter.card(YELLOW).unwrap().is_annulled());
    // It stays, and is not raised again.
    story.day_passes("2020-02-20").has_cards(&SPRING[..3]);
}

#[test]
fn what_is_no_card_or_is_not_contested_is_refused_by_name() {
    let story = accepted_before_spring_festival().day_passes("2020-02-04");
    let amber = "amber.committed.2020-02-03";
    let warning = Rejection::OnlyAWarning { card: amber.to_owned() };
    let story = story.refuses("2020-02-04", contest(amber), warning);
    let unknown = Rejection::UnknownCard { card: "red.statutory.2020-02-03".to_owned() };
    let story = story.refuses("2020-02-04", contest("red.statutory.2020-02-03"), unknown);
    let upheld = ruling(YELLOW, Verdict::Upheld);
    let story = story.refuses("2020-02-04", upheld.clone(), Rejection::NotContested);
    let story = story.then("2020-02-05", contest(YELLOW)).then("2020-02-06", upheld);
    assert!(!story.matter.card(YELLOW).unwrap().is_annulled());
    // What was upheld by mistake can still be annulled.
    let story = story.then("2020-02-07", ruling(YELLOW, Verdict::Annulled));
    assert!(story.matter.card(YELLOW).unwrap().is_annulled());
}

/// Acts of one day each, with the days between.
fn history() -> impl Strategy<Value = Vec<(u8, u8)>> {
    prop::collection::vec((0..25_u8, 0..7_u8), 1..8)
}

fn deed(word: u8, ground: &str) -> Act {
    match word {
        0 => Act::RequestOpinions { opinions: Vec::new() },
        1 => suspend(ground, Some(notice("通知-1", "2020-01-06"))),
        2 => resume(ground),
        3 => says("planning_permit", Opinion::Consents),
        4 => says("land_approval", Opinion::Objects("缺少附图".to_owned())),
        5 => Act::Resubmit { materials: vec![material("transfer_contract", 'e')] },
        _ => Act::WithdrawApplication { reason: String::new() },
    }
}

/// The day on which a promise or law's limit ends, by walking day by day.
fn walked(matter: &Matter, n: u32, calendar: &Calendar) -> Option<Date> {
    let review = matter.review()?;
    let stops = matter.stops(review, calendar);
    let stands = |day: Date| {
        stops.iter().any(|stop| stop.from < day && stop.until.is_none_or(|until| day <= until))
    };
    let (mut day, mut left) = (review.accepted_on, n);
    while left > 0 {
        day = day.tomorrow().ok()?;
        if day > review.accepted_on.checked_add(jiff::Span::new().years(1)).ok()? {
            return None;
        }
        left -= u32::from(calendar.is_working(day) && !stands(day));
    }
    Some(day)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn each_alarm_is_raised_once_never_early_and_a_jump_raises_what_its_days_would_have(
        steps in history(),
    ) {
        let open = || Story::filed("S2-05", "2020-01-06").then("2020-01-06", accept());
        let (mut daily, mut jumping) = (open(), open());
        let ground = daily.matter.terms.exclusions.first().unwrap().key.clone();
        let mut date = day("2020-01-06");
        for (days, word) in steps {
            for _ in 0..days {
                date = date.tomorrow().unwrap();
                daily = daily.day_passes(&date.to_string());
            }
            // Two scanners, and one that comes again.
            jumping = jumping.day_passes(&date.to_string()).day_passes(&date.to_string());
            prop_assert_eq!(&jumping.matter.cards.iter().map(|card| &card.alarm).collect::<Vec<_>>(),
                &daily.matter.cards.iter().map(|card| &card.alarm).collect::<Vec<_>>());
            for story in [&mut daily, &mut jumping] {
                let before = story.matter.cards.len();
                let done = story.decide(&date.to_string(), deed(word, &ground).now());
                done.unwrap_or_default().iter().for_each(|event| story.matter.evolve(event));
                prop_assert_eq!(story.matter.cards.len(), before);
            }
            for card in jumping.matter.cards.iter().filter(|card| card.declared_on == date) {
                let alarm = &card.alarm;
                prop_assert!(alarm.on <= date);
                let calendar = ALMANAC.as_published_by(alarm.on);
                match alarm.kind {
                    Kind::Amber => {
                        prop_assert!(calendar.working_days(alarm.on, alarm.due).count <= 1);
                        prop_assert!(alarm.on <= alarm.due);
                    }
                    Kind::Yellow | Kind::Red => prop_assert!(alarm.due < alarm.on),
                }
            }
        }
        let mut keys: Vec<String> =
            jumping.matter.cards.iter().map(|card| card.alarm.key()).collect();
        let raised = keys.len();
        keys.sort();
        keys.dedup();
        prop_assert_eq!(keys.len(), raised, "a key twice");
        // Of the last state, the limits by another count.
        for alarm in jumping.matter.alarms(&id(), day("2020-12-31"), &ALMANAC) {
            let n = match alarm.limit.as_str() {
                "committed" => 3,
                "statutory" => 20,
                _ => continue,
            };
            let known = ALMANAC.as_published_by(alarm.on);
            prop_assert_eq!(walked(&jumping.matter, n, &known), Some(alarm.due));
        }
    }
}
