//! Alarms of what follows the launch: the day after the last one, once, and never a block.

use super::story::*;
use crate::case::event::{AlarmRaised, ContactLogged, OrderIssued, PromiseMade, PromisePerformed};
use crate::case::{Case, event::Fact};
use desk::docket::Case as _;
use proptest::prelude::*;

impl Story {
    /// A day passes: what is due is raised, as the daily tick does.
    pub(crate) fn ticks(mut self) -> (Self, Vec<String>) {
        let due = self.case.alarms(&bench(self.today));
        let mut raised = Vec::new();
        for (alarm, event) in due {
            assert!(matches!(&event.fact, Fact::AlarmRaised(_)));
            assert_eq!(alarm.on, event.on);
            raised.push(format!("{} on {}", alarm.key(), alarm.on));
            self.case.evolve(&event);
        }
        (self, raised)
    }
}

/// Launched on 2022-03-01; of the initial report, which is due at once, it was told the day after.
fn quiet() -> Story {
    let (story, raised) = Story::launched("2022-03-01").on("2022-03-02").ticks();
    assert_eq!(raised, ["reports/initial/red.report.2022-03-01 on 2022-03-02"]);
    story
}

fn road(due: &str) -> PromiseMade {
    PromiseMade {
        number: 0,
        promise: text("园区道路通至厂区东门"),
        legal_basis: text("地方各级人民政府组织法 art. 73"),
        document: text("投资协议 第12条"),
        owner: text("HC"),
        due: day(due),
    }
}

/// The company was registered before 2022, so that the yearly report of 2022 is owed by 30 June.
const ANNUAL: &str = "reports/annual-2022/red.report.2022-06-30 on 2022-07-01";

#[test]
fn a_promise_is_told_of_the_day_after_its_last_and_never_again() {
    let story = quiet().then("agency:HC", road("2022-05-31"));
    let (story, raised) = story.on("2022-05-31").ticks();
    assert_eq!(raised, [] as [&str; 0], "the last day is in time");
    let (story, raised) = story.on("2022-06-01").ticks();
    assert_eq!(raised, ["promises/1/yellow.keep.2022-05-31 on 2022-06-01"]);
    let (story, raised) = story.on("2022-06-02").ticks();
    assert_eq!(raised, [] as [&str; 0]);
    // It refuses nothing: the promise can still be performed, late.
    let done =
        PromisePerformed { number: 1, performed_on: day("2022-06-02"), evidence: text("照片") };
    story.then("agency:HC", done);
}

#[test]
fn a_day_that_is_passed_over_is_dated_as_if_it_had_been_lived() {
    let told = quiet().then("agency:HC", road("2022-05-31"));
    let (_, raised) = told.on("2022-12-31").ticks();
    assert_eq!(raised[0], "promises/1/yellow.keep.2022-05-31 on 2022-06-01");
}

#[test]
fn orders_and_follow_ups_are_told_with_whose_turn_it_is() {
    let order = OrderIssued {
        number: 0,
        issuer: text("BE"),
        agency: text("HC"),
        subject: text("通路"),
        cause: text("promise 1"),
        due: day("2022-04-15"),
    };
    let contact = ContactLogged {
        number: 0,
        secretary: String::new(),
        channel: text("visit"),
        summary: text("走访"),
        follow_up: text("协调用电"),
        due: text("2022-04-20"),
    };
    let story = quiet()
        .then("agency:HC", road("2023-12-31"))
        .then("agency:BE", order)
        .then("secretary:s-0012", contact);
    let (story, raised) = story.on("2022-04-21").ticks();
    assert_eq!(
        raised,
        [
            "orders/1/yellow.act.2022-04-15 on 2022-04-16",
            "contacts/1/yellow.follow_up.2022-04-20 on 2022-04-21"
        ]
    );
    assert_eq!(story.case.alarms.len(), 3, "these two and that of the initial report");
}

proptest! {
    /// However the ticks fall, and however often the case is replayed, each alarm is raised once, on the day
    /// after its last one, and none before it.
    #[test]
    fn each_alarm_once_whatever_days_the_ticks_fall_on(
        dues in prop::collection::vec(0_i32..200, 1..5),
        ticks in prop::collection::vec(1_i32..40, 1..12),
    ) {
        let begun = day("2022-03-02");
        let after = |days: i32| begun.checked_add(jiff::Span::new().days(days)).unwrap();
        let mut story = quiet();
        for due in &dues {
            story = story.then("agency:HC", road(&after(*due).to_string()));
        }
        let (mut raised, mut at) = (Vec::new(), 0);
        for step in ticks {
            at += step;
            let (next, new) = story.on(&after(at).to_string()).ticks();
            story = next;
            raised.extend(new);
        }
        raised.retain(|alarm| alarm.starts_with("promises/"));
        let mut expected: Vec<String> = Vec::new();
        for (due, number) in dues.iter().zip(1..).filter(|(due, _)| **due < at) {
            let (last, on) = (after(*due), after(*due + 1));
            expected.push(format!("promises/{number}/yellow.keep.{last} on {on}"));
        }
        raised.sort();
        expected.sort();
        prop_assert_eq!(raised, expected);
    }
}

#[test]
fn the_yearly_report_is_told_of_with_its_article() {
    let (story, raised) = Story::launched("2021-03-01").on("2022-07-01").ticks();
    assert!(raised.contains(&text(ANNUAL)), "{raised:?}");
    let kept: Vec<&String> = story.case.alarms.iter().collect();
    assert!(kept.contains(&&text("reports/annual-2022/red.report.2022-06-30")));
}

#[test]
fn an_alarm_has_the_same_name_as_it_is_raised_and_as_it_is_kept() {
    let story = quiet().then("agency:HC", road("2022-05-31"));
    let case: Case = story.on("2022-06-01").case;
    let [(alarm, event)] = &case.alarms(&bench(day("2022-06-01")))[..] else { panic!() };
    let Fact::AlarmRaised(kept) = &event.fact else { panic!() };
    let kept: &AlarmRaised = kept;
    assert_eq!((kept.key(), kept.agency.as_str()), (alarm.key(), "HC"));
}
