//! C11: what time brings. Every alarm and every silence is recorded once, under the key that follows from what
//! it says, and none before its day.

use std::collections::{BTreeMap, BTreeSet};

use proto::matter::v1::matter_event::Kind;
use proto::r#type::v1::{Alarm, AlarmKind};

use crate::date;
use crate::fold::{News, Stored, card, read};
use crate::run::{Event, Log, Run};
use crate::verdict::Verdict;

pub(super) fn check(run: &Run) -> Verdict {
    let mut verdict = Verdict::new("C11", "each alarm once, none before its day");
    verdict.saw("alarms", 0);
    for (name, log) in &run.logs {
        let mut raised = BTreeSet::new();
        for event in &log.events {
            let Some((on, alarm)) = alarm(name, &event.payload.0) else { continue };
            verdict.saw("alarms", 1);
            look(&mut verdict, &mut raised, name, event, &on, &alarm);
        }
        silences(&mut verdict, name, &log.events);
        reactions(&mut verdict, run, name, &log.events);
    }
    moved(&mut verdict, run);
    verdict
}

fn look(
    verdict: &mut Verdict,
    raised: &mut BTreeSet<String>,
    log: &str,
    event: &Event,
    on: &str,
    alarm: &Alarm,
) {
    let project = event.stream.split_once('/').map_or("", |(_, project)| project);
    let name = format!("{}/{}", alarm.subject, card(alarm));
    let key = format!("alarm.projects/{project}.{name}");
    let at = format!("{log} {}: {key}", event.position);
    if event.key != key {
        verdict.broken("an alarm's key follows from it", format!("{at}, not {}", event.key));
    }
    if !raised.insert(key) {
        verdict.broken("each alarm is raised once", at.clone());
    }
    let recorded_on = date::of(event.recorded_at);
    let due = alarm.due_on.as_str();
    // A warning comes on the last day or before it, a card after it; neither before its own day.
    let in_time = match alarm.kind() {
        AlarmKind::Amber => on <= due && on <= recorded_on.as_str(),
        // A visit too many is raised on its own day.
        AlarmKind::Yellow | AlarmKind::Red => {
            let is_visit = alarm.subject.starts_with("inspections/");
            (due < on || is_visit && due == on) && on <= recorded_on.as_str()
        }
        AlarmKind::Unspecified => false,
    };
    if !in_time {
        let witness = format!("{at}: due {due}, raised of {on} on {recorded_on}");
        verdict.broken("no alarm before its day", witness);
    }
}

/// The alarm that an event records, with its day.
fn alarm(log: &str, payload: &[u8]) -> Option<(String, Alarm)> {
    let Stored { on, news } = read(log, payload)?;
    match news {
        News::Alarm(alarm) => Some((on, alarm)),
        News::Step(step) => match step.kind? {
            Kind::AlarmRaised(raised) => Some((on, raised.alarm?)),
            _ => None,
        },
        _ => None,
    }
}

/// What silence brings to a matter it brings once, on whatever day that was noticed.
fn silences(verdict: &mut Verdict, log: &str, events: &[Event]) {
    let mut brought: BTreeMap<&str, &Event> = BTreeMap::new();
    let silent = events.iter().filter(|event| event.key.starts_with("silence."));
    for event in silent.filter(|event| event.principal == "system:clock") {
        verdict.saw("silences", 1);
        let Some((what, _day)) = event.key.rsplit_once('.') else { continue };
        match brought.insert(what, event) {
            // An opinion that was opened again may be passed over in silence again.
            Some(before) if before.key != event.key && !is_opinion(what) => {
                let witness = format!("{log}: {} and {}", before.position, event.position);
                verdict.broken("each silence is recorded once", format!("{witness}: {what}"));
            }
            _ => {}
        }
    }
}

fn is_opinion(what: &str) -> bool {
    let word = what.split('.').nth(1).unwrap_or_default();
    !["acceptance", "end", "grant"].contains(&word)
}

/// A reaction to an event of another log: that event is there.
fn reactions(verdict: &mut Verdict, run: &Run, log: &str, events: &[Event]) {
    let mut seen = BTreeSet::new();
    for event in events.iter().filter(|event| event.principal == "system:reactions") {
        let mut parts = event.key.strip_prefix("react.").unwrap_or_default().split('.');
        let place = (parts.next(), parts.next().and_then(|epoch| epoch.parse::<u32>().ok()));
        let position = parts.next().and_then(|position| position.parse::<u64>().ok());
        let (Some(of), Some(epoch), Some(position)) = (place.0, place.1, position) else {
            let witness = format!("{log} {}: {}", event.position, event.key);
            verdict.broken("a reaction's key names its cause", witness);
            continue;
        };
        if seen.insert((of, epoch, position)) {
            verdict.saw("reactions", 1);
        }
        let other = run.logs.get(of);
        // A log that still grew may have been dumped before its cause was recorded.
        let later = |other: &Log| !run.stood_still() && position > other.head.position;
        if other.is_some_and(later) {
            continue;
        }
        let cause = other.and_then(|other| other.at(position));
        if cause.is_none_or(|cause| cause.epoch != epoch) {
            let witness = format!("{log} {}: {}", event.position, event.key);
            verdict.broken("a reaction has a cause", witness);
        }
    }
}

/// Nothing is recorded on a day that the clock was moved to only later. The clock moves forward only.
fn moved(verdict: &mut Verdict, run: &Run) {
    verdict.saw("days moved to", run.moved.len());
    for pair in run.moved.windows(2) {
        let [before, later] = pair else { continue };
        if later.date <= before.date {
            continue;
        }
        for (name, log) in &run.logs {
            let acked = run.commands.iter().filter(|command| command.is_ok());
            let acked = acked.filter(|command| command.t1.is_some_and(|end| end < later.t0));
            let positions = acked.filter_map(|command| command.position.as_ref());
            let newest = positions.filter(|token| token.log == *name).map(|token| token.position);
            let Some(newest) = newest.max() else { continue };
            // Recorded days never fall, so that the last of those events says it for all of them.
            let early = log.at(newest).filter(|event| date::of(event.recorded_at) >= later.date);
            if let Some(event) = early {
                let recorded_on = date::of(event.recorded_at);
                let witness = format!("{name} {}: {recorded_on} before {}", newest, later.date);
                verdict.broken("nothing is recorded before its day", witness);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::Moved;
    use crate::sample::{Sample, broken, holds};

    const KEY: &str = "alarm.projects/p1.S2-05-1/yellow.committed.2022-04-08";

    fn raised(key: &str, on: &str, due: &str, recorded_on: &str) -> Sample {
        let mut sample = Sample::begun();
        sample.accept("accept-1");
        sample.on(recorded_on).raise(key, on, due);
        sample
    }

    #[test]
    fn an_alarm_under_its_own_key_after_its_day_holds() {
        let sample = raised(KEY, "2022-04-09", "2022-04-08", "2022-04-11");
        assert!(holds(&check(&sample.run())));
    }

    #[test]
    fn an_alarm_that_is_raised_twice_or_under_another_key_is_a_violation() {
        let mut sample = raised(KEY, "2022-04-09", "2022-04-08", "2022-04-11");
        sample.raise("alarm.of.its.own", "2022-04-09", "2022-04-08");
        let wanted = ["an alarm's key follows from it", "each alarm is raised once"];
        assert_eq!(broken(&check(&sample.run())), wanted);
    }

    #[test]
    fn an_alarm_before_its_day_is_a_violation() {
        for (on, recorded_on) in [("2022-04-08", "2022-04-11"), ("2022-04-09", "2022-04-08")] {
            let sample = raised(KEY, on, "2022-04-08", recorded_on);
            assert_eq!(broken(&check(&sample.run())), ["no alarm before its day"]);
        }
    }

    #[test]
    fn a_silence_that_is_recorded_on_two_days_is_a_violation() {
        let silence = "silence.acceptance.projects/p1/matters/S2-05-1.2022-04-1";
        let mut sample = Sample::begun();
        sample.by("system:clock").accept(&format!("{silence}1"));
        assert!(broken(&check(&sample.run())).is_empty());
        sample.by("system:clock").accept(&format!("{silence}2"));
        assert_eq!(broken(&check(&sample.run())), ["each silence is recorded once"]);
    }

    #[test]
    fn a_reaction_to_nothing_is_a_violation() {
        let mut sample = Sample::begun();
        sample.by("system:reactions").rest("react.intake.1.1");
        assert!(broken(&check(&sample.run())).is_empty());
        sample.by("system:reactions").rest("react.intake.1.77");
        assert_eq!(broken(&check(&sample.run())), ["a reaction has a cause"]);
        for (key, rule) in [
            ("react.nowhere.1.1", "a reaction has a cause"),
            ("react.intake.1.first", "a reaction's key names its cause"),
            ("react.intake", "a reaction's key names its cause"),
            ("of.its.own", "a reaction's key names its cause"),
        ] {
            let mut sample = Sample::begun();
            sample.by("system:reactions").rest(key);
            assert_eq!(broken(&check(&sample.run())), [rule], "{key}");
        }
    }

    #[test]
    fn what_is_recorded_before_the_clock_came_there_is_a_violation() {
        let mut run = Sample::story();
        let day = date::of(run.logs["intake"].events[0].recorded_at);
        let moved = |date: &str, t0| Moved { date: date.to_owned(), t0 };
        run.moved = vec![moved("2022-01-04", 0), moved(&day, 1)];
        assert!(broken(&check(&run)).is_empty());
        run.moved[1].t0 = 1_000_000;
        assert!(broken(&check(&run)).contains(&"nothing is recorded before its day"));
    }
}
