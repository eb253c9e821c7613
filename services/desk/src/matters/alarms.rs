//! The alarms of a case's matters.

use eventlog::seeded::{Fault::M13, fault};
use jiff::civil::Date;
use rulebook::{
    alarm::Alarm,
    matter::{CitedLimit, Event, Matter, MatterId},
};
use std::collections::BTreeMap;

use crate::docket::Bench;

/// The alarms of matters that are due by today and not raised yet, each with the fact that records it. None
/// is raised for a day on which the project was halted.
#[must_use]
pub fn alarms(
    matters: &BTreeMap<MatterId, Matter>,
    is_halted: impl Fn(Date) -> bool,
    bench: &Bench,
) -> Vec<(Alarm, MatterId, Event)> {
    let rule = &bench.law.supervision.card_contest;
    let contest = CitedLimit { limit: rule.limit, citation: rule.citation.clone() };
    let due = matters.iter().flat_map(|(id, matter)| {
        // Seeded: what was raised is forgotten.
        let blind = fault(M13).then(|| Matter { cards: Vec::new(), ..matter.clone() });
        let alarms = blind.as_ref().unwrap_or(matter).alarms(id, bench.date, &bench.law.almanac);
        alarms.into_iter().map(move |alarm| (id, alarm))
    });
    due.filter(|(_, alarm)| !is_halted(alarm.on))
        .map(|(id, alarm)| {
            let raised = Event::AlarmRaised {
                alarm: alarm.clone(),
                declared_on: bench.date,
                contest: contest.clone(),
            };
            (alarm, id.clone(), raised)
        })
        .collect()
}
