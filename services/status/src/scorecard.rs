//! What each agency did in a time, counted from the facts. Every number is a sum over matters and entries, so
//! that the report to the inspection office can be checked against the matters one by one.

use crate::{city::City, fold::Entry, project::Project};
use desk::docket::Bench;
use jiff::civil::Date;
use proto::status::v1::{InTime, Scorecard};
use rulebook::{
    alarm::Kind,
    consultation::Answer,
    matter::{AcceptanceMode, Matter, MatterId, Timed},
};
use std::collections::BTreeMap;

/// From one day through another, dates in law.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Period {
    /// First day.
    pub(crate) from: Date,
    /// Last day.
    pub(crate) to: Date,
}

impl Period {
    fn has(self, day: Date) -> bool {
        self.from <= day && day <= self.to
    }

    /// Whether something ran out in the time: the day after its last day lies in it, and it was not done by
    /// then.
    fn ran_out(self, due: Date, done_on: Option<Date>) -> bool {
        due.tomorrow().is_ok_and(|over| self.has(over)) && done_on.is_none_or(|on| on > due)
    }
}

/// The scorecards of a time, by agency.
#[derive(Debug, Clone)]
pub(crate) struct Tally {
    period: Period,
    cards: BTreeMap<String, Scorecard>,
}

impl Tally {
    /// Nothing counted yet.
    pub(crate) fn of(period: Period) -> Self {
        Self { period, cards: BTreeMap::new() }
    }

    /// All scorecards.
    pub(crate) fn of_city(period: Period, city: &City) -> Self {
        let mut tally = Self::of(period);
        for project in city.projects.values() {
            tally.project(project, &city.bench);
        }
        tally
    }

    /// An agency's scorecard; of one that did nothing, all zeros.
    pub(crate) fn take(&mut self, agency: &str) -> Scorecard {
        self.cards.remove(agency).unwrap_or_else(|| blank(agency))
    }

    /// The scorecards on which anything is counted, by agency.
    pub(crate) fn into_cards(self) -> Vec<Scorecard> {
        self.cards.into_values().filter(|card| *card != blank(&card.agency)).collect()
    }

    fn card(&mut self, agency: &str) -> &mut Scorecard {
        self.cards.entry(agency.to_owned()).or_insert_with(|| blank(agency))
    }

    /// Counts everything of a project.
    pub(crate) fn project(&mut self, project: &Project, bench: &Bench) {
        let mut steps: BTreeMap<&MatterId, Vec<&Entry>> = BTreeMap::new();
        for entry in project.entries() {
            self.entry(entry);
            if let Some(id) = &entry.matter {
                steps.entry(id).or_default().push(entry);
            }
        }
        for (id, matter) in project.all_matters() {
            self.matter(matter, steps.get(id).map_or(&[][..], Vec::as_slice), bench);
        }
        let period = self.period;
        for one in project.dossier.facts.overrides.iter().filter(|one| period.has(one.on)) {
            self.card(&one.agency).overrides += 1;
        }
        self.aftercare(project, bench);
    }

    /// An entry counts for the agency that made it, on the day it was made.
    fn entry(&mut self, entry: &Entry) {
        let Some(agency) = entry.agency.as_ref().filter(|_| self.period.has(entry.recorded_on))
        else {
            return;
        };
        let card = self.card(agency);
        card.entries += 1;
        card.back_filled += u32::from(entry.is_back_filled());
        card.lag_days = card.lag_days.saturating_add(entry.lag());
    }

    /// A matter counts for the agency that decides it; an opinion that silence gave, for whose it was.
    pub(crate) fn matter(&mut self, matter: &Matter, steps: &[&Entry], bench: &Bench) {
        let (period, calendar) = (self.period, &bench.calendar);
        let card = self.card(&matter.terms.agency);
        card.taken_in += u32::from(period.has(matter.received_on));
        let clocks = matter.clocks(calendar);
        if matter.decided_on().is_some_and(|on| period.has(on)) {
            card.decided += 1;
            in_time(&mut card.statutory, clocks.statutory.as_ref(), bench);
            in_time(&mut card.committed, clocks.committed.as_ref(), bench);
        }
        let notices = steps.iter().filter(|step| step.kind == "corrections_requested");
        for (nth, _) in notices.enumerate().filter(|(_, step)| period.has(step.on)) {
            card.correction_notices += 1;
            card.further_correction_notices += u32::from(nth > 0);
        }
        let deemed = steps.iter().filter(|step| step.kind == "grant_deemed" && period.has(step.on));
        card.granted_by_silence += deemed.map(|_| 1).sum::<u32>();
        self.cards(matter);
        let card = self.card(&matter.terms.agency);
        let Some(review) = matter.review() else { return };
        if let AcceptanceMode::BySilence { declared_on } = review.mode {
            card.accepted_by_silence += u32::from(period.has(declared_on));
        }
        for (_, asked) in review.consultation.iter() {
            if let Some(Answer::Deemed { on, .. }) = &asked.answer {
                let silent = u32::from(period.has(*on));
                self.card(&asked.agency).opinions_by_silence += silent;
            }
        }
    }

    /// Warnings and cards count for the agency whose step it was, unless they were annulled.
    fn cards(&mut self, matter: &Matter) {
        let stand = matter.cards.iter().filter(|card| !card.is_annulled());
        let period = self.period;
        for alarm in stand.map(|card| &card.alarm).filter(|alarm| period.has(alarm.on)) {
            let opinion = alarm.limit.strip_prefix("opinion:");
            let term = opinion.and_then(|key| matter.terms.opinion(key));
            let card = self.card(term.map_or(&matter.terms.agency, |term| &term.agency));
            match alarm.kind {
                Kind::Amber => card.amber += 1,
                Kind::Yellow => card.yellow += 1,
                Kind::Red => card.red += 1,
            }
        }
    }

    fn aftercare(&mut self, project: &Project, bench: &Bench) {
        let (period, aftercare) = (self.period, &project.aftercare.facts);
        let over = |due: Date, done_on| due < bench.date && period.ran_out(due, done_on);
        for rating in aftercare.ratings.values() {
            let unanswered = rating.due(bench).is_some_and(|due| over(due, rating.answered_on));
            let card = self.card(&rating.agency);
            card.bad_ratings_unanswered += u32::from(unanswered);
            let grade = usize::try_from(rating.grade).ok().and_then(|grade| grade.checked_sub(1));
            let grade = grade.and_then(|grade| card.ratings.get_mut(grade));
            if let Some(grade) = grade.filter(|_| period.has(rating.on)) {
                *grade += 1;
            }
        }
        for order in aftercare.orders.values() {
            let card = self.card(&order.agency);
            card.orders += u32::from(period.has(order.on));
            card.orders_overdue += u32::from(over(order.due, order.closed_on));
        }
    }
}

/// A scorecard on which nothing is counted.
fn blank(agency: &str) -> Scorecard {
    Scorecard {
        agency: agency.to_owned(),
        statutory: Some(InTime::default()),
        committed: Some(InTime::default()),
        ratings: vec![0; 5],
        ..Scorecard::default()
    }
}

/// A decided matter with a limit, and whether it kept it.
fn in_time(count: &mut Option<InTime>, timed: Option<&Timed>, bench: &Bench) {
    let Some(timed) = timed else { return };
    let count = count.get_or_insert_default();
    count.of += 1;
    count.in_time += u32::from(!timed.is_late(bench.date, &bench.calendar));
}
