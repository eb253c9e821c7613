//! Alarms of what follows the launch: the day after the last one, once, and never a block.

mod late;

use super::story::*;
use crate::case::Case;
use crate::case::event::*;
use desk::docket::Case as _;
use proptest::prelude::*;
use rulebook::alarm::Alarm;

impl Story {
    /// A day passes: what is due is raised, as the daily tick does.
    pub(crate) fn ticks(mut self) -> (Self, Vec<String>) {
        let due = self.case.alarms(&bench(self.today));
        let mut raised = Vec::new();
        for (alarm, event) in due {
            assert!(matches!(&event.fact, Fact::AlarmRaised(_)));
            assert_eq!(alarm.on, event.on);
            raised.push(format!("{} on {}", alarm.key(), alarm.on));
            self.takes(event);
        }
        (self, raised)
    }

    /// What is due, with who held the ball: day, name and holder.
    fn due(&self) -> Vec<String> {
        let due = self.case.alarms(&bench(self.today));
        let told = |(alarm, _): (Alarm, Event)| {
            format!("{} {} {}", alarm.on, alarm.key(), alarm.held_by.code())
        };
        due.into_iter().map(told).collect()
    }

    /// The service is opened anew: the case as its stored events leave it.
    fn replayed(mut self) -> Self {
        self.case = Case::default();
        for event in &self.history {
            self.case.evolve(&Case::read(&Case::write(event).payload).unwrap());
        }
        self
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

fn order(due: &str) -> OrderIssued {
    OrderIssued {
        number: 0,
        issuer: text("BE"),
        agency: text("HC"),
        subject: text("通路"),
        cause: text("promise 1"),
        due: day(due),
    }
}

fn contact(due: &str) -> ContactLogged {
    ContactLogged {
        number: 0,
        secretary: String::new(),
        channel: text("visit"),
        summary: text("走访"),
        follow_up: text("协调用电"),
        due: Some(day(due)),
    }
}

/// A follow-up is the secretary's, who works for the agency that recognises key projects (S1-04): COM.
#[test]
fn orders_and_follow_ups_are_told_with_whose_turn_it_is() {
    let story = quiet()
        .then("agency:HC", road("2023-12-31"))
        .then("agency:BE", order("2022-04-15"))
        .then("secretary:s-0012", contact("2022-04-20"));
    let story = story.on("2022-04-21");
    assert_eq!(
        story.due(),
        [
            "2022-04-16 orders/1/yellow.act.2022-04-15 agency:HC",
            "2022-04-21 contacts/1/yellow.follow_up.2022-04-20 agency:COM"
        ]
    );
    let (story, _) = story.ticks();
    assert_eq!(story.case.alarms.len(), 3, "these two and that of the initial report");
}

proptest! {
    /// However the ticks fall, whatever was done between them and however often the case is replayed, each
    /// alarm is raised once, on the day after its last one, and none for what was done in time.
    #[test]
    fn each_alarm_once_whatever_days_the_ticks_fall_on(
        promised in prop::collection::vec((0_i32..200, prop::option::of(-20_i32..40)), 1..5),
        ticks in prop::collection::vec((1_i32..40, any::<bool>()), 1..12),
    ) {
        let begun = day("2022-03-02");
        let after = |days: i32| begun.checked_add(jiff::Span::new().days(days)).unwrap();
        let mut story = quiet();
        for (due, _) in &promised {
            story = story.then("agency:HC", road(&after(*due).to_string()));
        }
        let performed = |due: i32, by: Option<i32>| by.map(|by| (due + by).max(0));
        let (mut raised, mut at) = (Vec::new(), 0);
        for (step, opened_anew) in ticks {
            let before = at;
            at += step;
            story = story.on(&after(at).to_string());
            for ((due, by), number) in promised.iter().zip(1..) {
                // It is shown before the first tick that follows it; the day of begin counts with the first.
                let shown = performed(*due, *by).filter(|on| (before..at).contains(&(on - 1).max(0)));
                if let Some(on) = shown {
                    let (performed_on, evidence) = (after(on), text("照片"));
                    story = story.then("agency:HC", PromisePerformed { number, performed_on, evidence });
                }
            }
            if opened_anew {
                let before = story.case.clone();
                story = story.replayed();
                prop_assert_eq!(&story.case, &before);
            }
            let (next, new) = story.ticks();
            story = next;
            raised.extend(new);
            prop_assert_eq!(story.clone().replayed().due(), [] as [&str; 0]);
        }
        raised.retain(|alarm| alarm.starts_with("promises/"));
        let mut expected: Vec<String> = Vec::new();
        for ((due, by), number) in promised.iter().zip(1..) {
            let in_time = performed(*due, *by).is_some_and(|on| on <= *due);
            if *due < at && !in_time {
                let (last, on) = (after(*due), after(*due + 1));
                expected.push(format!("promises/{number}/yellow.keep.{last} on {on}"));
            }
        }
        raised.sort();
        expected.sort();
        prop_assert_eq!(raised, expected);
    }
}

/// The article is that of the report's row, and a promise's that of the alarm's own.
#[test]
fn an_alarm_is_told_with_its_article() {
    let story = Story::launched("2021-03-01").then("agency:HC", road("2022-04-15"));
    let (story, raised) = story.on("2022-07-01").ticks();
    assert!(raised.contains(&text(ANNUAL)), "{raised:?}");
    let kept = |subject: &str| {
        let raised = story.history.iter().filter_map(|event| match &event.fact {
            Fact::AlarmRaised(raised) if raised.subject == subject => Some(raised),
            _ => None,
        });
        let raised: Vec<_> = raised.collect();
        let [one] = raised[..] else { panic!("{raised:?}") };
        (one.key(), one.citation.clone())
    };
    let article = "外商投资信息报告办法 art. 14; 商务部公告2019年第72号: 1 January to 30 June";
    let name = "reports/annual-2022/red.report.2022-06-30";
    assert_eq!(kept("reports/annual-2022"), (text(name), text(article)));
    let name = "promises/1/yellow.keep.2022-04-15";
    assert_eq!(kept("promises/1"), (text(name), text("外商投资法实施条例 art. 28")));
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
