//! The alarms of construction and acceptance: those of the matters, a member that is missing at its limit among
//! them, and those of what the enterprise owes by law.

use desk::docket::Bench;
use rulebook::{
    alarm::{self, Alarm, Kind, Watched},
    construction::Duty,
    matter::Party,
};

use super::{event::Event, state::Case};

impl Case {
    /// The alarms that are due by today and not raised yet. None is raised for a day on which the project
    /// was stopped.
    pub(super) fn alarms_due(&self, bench: &Bench) -> Vec<(Alarm, Event)> {
        let matters = desk::matters::alarms(&self.matters, |day| self.halts.cover(day), bench);
        let matters =
            matters.into_iter().map(|(alarm, id, step)| (alarm, Event::Matter { id, step }));
        let kind = bench.law.supervision.alarms.construction_duty.kind;
        let watched: Vec<Watched> =
            self.duties(bench).into_iter().map(|duty| watched(kind, duty)).collect();
        let almanac = &bench.law.almanac;
        let own = alarm::passed(&watched, bench.date, almanac, |key| self.alarms.contains(key));
        let own = own.into_iter().filter(|alarm| !self.halts.cover(alarm.on));
        matters.chain(own.map(|alarm| (alarm.clone(), Event::AlarmRaised(alarm)))).collect()
    }
}

fn watched(kind: Kind, duty: Duty) -> Watched {
    let units = duty.units.iter().map(String::as_str).collect::<Vec<_>>().join("+");
    Watched {
        kind,
        subject: if units.is_empty() { "project".to_owned() } else { format!("units/{units}") },
        limit: duty.key,
        held_by: Party::Enterprise,
        timed: duty.timed,
    }
}
