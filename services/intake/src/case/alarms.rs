//! The alarms of a project's intake: those of its matters, and a key project that nobody serves.

use desk::docket::Bench;
use jiff::civil::Date;
use rulebook::{
    alarm::{self, Alarm, Watched},
    matter::Timed,
};

use super::{
    event::{Event, Fact},
    state::Case,
};

impl Case {
    /// The alarms that are due by today and not raised yet. None is raised once the project is given up.
    pub(super) fn alarms_due(&self, bench: &Bench) -> Vec<(Alarm, Event)> {
        let given_up = self.project.as_ref().and_then(|project| project.withdrawn_on);
        let is_over = |day: Date| given_up.is_some_and(|on| on < day);
        let matters = desk::matters::alarms(&self.matters, is_over, bench);
        let matters = matters.into_iter().map(|(alarm, id, step)| {
            let on = step.on();
            (alarm, Fact::Matter(id, step).on(on))
        });
        let watched: Vec<Watched> = self.vacancies(bench).collect();
        let almanac = &bench.law.almanac;
        let own = alarm::passed(&watched, bench.date, almanac, |key| self.alarms.contains(key));
        let own = own.into_iter().filter(|alarm| !is_over(alarm.on));
        let own = own.map(|alarm| (alarm.clone(), Fact::AlarmRaised(alarm.clone()).on(alarm.on)));
        matters.chain(own).collect()
    }

    /// The times in which a key project had no service secretary: one is owed within the limit, and at all
    /// times after that (大政发〔2020〕24号 (十六)).
    fn vacancies(&self, bench: &Bench) -> impl Iterator<Item = Watched> {
        let rule = &bench.law.supervision.secretary_vacancy;
        let kind = bench.law.supervision.alarms.secretary_vacancy.kind;
        let provider = bench.law.catalogue.secretary_office(bench.date);
        let vacancies = self.project.iter().flat_map(|project| &project.vacancies);
        vacancies.map(move |vacancy| Watched {
            kind,
            subject: "secretary".to_owned(),
            limit: "vacancy".to_owned(),
            held_by: provider.clone(),
            timed: Timed { clock: rule.from(vacancy.since), done_on: vacancy.until },
        })
    }
}
