//! The alarms of what follows the launch: of whatever is owed and was not done by its last day, and of visits
//! that are too many. They are facts, raised once by the passing of days; nothing is blocked by them.

use super::{
    event::{AlarmRaised, Event, Fact},
    inspection, report,
    state::Case,
};
use desk::docket::Bench;
use jiff::civil::Date;
use rulebook::{
    alarm::{self, Alarm, Watched},
    clock::Clock,
    matter::{Party, Timed},
    supervision::AlarmRow,
};

impl AlarmRaised {
    /// The name of the alarm within its project.
    #[must_use]
    pub fn key(&self) -> String {
        format!("{}/{}.{}.{}", self.subject, self.kind, self.limit, self.due)
    }

    fn of(alarm: &Alarm) -> Self {
        let agency = match &alarm.held_by {
            Party::Agency(code) => code.clone(),
            Party::Enterprise | Party::ThirdParty(_) | Party::Nobody => String::new(),
        };
        Self {
            kind: alarm.kind.code().to_owned(),
            subject: alarm.subject.clone(),
            limit: alarm.limit.clone(),
            due: alarm.due,
            citation: alarm.citation.clone(),
            agency,
        }
    }
}

impl Case {
    /// The alarms of other than matters that are due by today and not raised yet.
    pub(super) fn own_alarms(&self, bench: &Bench) -> Vec<(Alarm, Event)> {
        let watched: Vec<Watched> = self.by_law(bench).chain(self.by_word(bench)).collect();
        let mut due = alarm::passed(&watched, bench.date, &bench.law.almanac, |_| false);
        due.extend(self.visits_beyond(bench));
        let due = alarm::not_raised(due, |key| self.alarms.contains(key));
        due.into_iter()
            .map(|alarm| {
                let fact = Fact::from(AlarmRaised::of(&alarm)).on(alarm.on);
                (alarm, fact)
            })
            .collect()
    }

    /// What a law says by when, done or not: steps of complaints, information reports, and the publication of
    /// inspections.
    fn by_law(&self, bench: &Bench) -> impl Iterator<Item = Watched> {
        let (rules, rows) = (&bench.law.aftercare, &bench.law.supervision.alarms);
        let complaints = self.complaints.iter().flat_map(move |complaint| {
            let lead = &complaint.filed.lead;
            complaint.days().limits(lead, rules).into_iter().map(move |limit| {
                let subject = format!("complaints/{}", complaint.filed.number);
                let of_agency = limit.what != "supplement";
                let held_by = if of_agency { agency(lead) } else { Party::Enterprise };
                watched(&rows.complaint, subject, limit.what, held_by, limit.timed)
            })
        });
        let duties = report::duties(self, bench.date, rules, &bench.calendar).into_iter();
        let reports = duties.map(move |duty| {
            let subject = format!("reports/{}", duty.key);
            let timed = Timed { clock: duty.clock, done_on: duty.met };
            watched(&rows.report, subject, "report", Party::Enterprise, timed)
        });
        let results = self.visits.iter().filter_map(move |visit| {
            let subject = format!("inspections/{}", visit.visited.number);
            let done_on = visit.published.as_ref().map(|(on, _)| *on);
            let timed = Timed { clock: visit.publication(rules)?, done_on };
            Some(watched(&rows.publication, subject, "publication", inspector(visit), timed))
        });
        complaints.chain(reports).chain(results)
    }

    /// What somebody promised, was ordered or has to mend, done or not: commitments, orders, follow-ups, bad
    /// ratings and service requests.
    fn by_word(&self, bench: &Bench) -> impl Iterator<Item = Watched> {
        let rows = &bench.law.supervision.alarms;
        let orders = self.orders.iter().map(|order| {
            let (subject, issued) = (format!("orders/{}", order.issued.number), &order.issued);
            let done_on = order.result.as_ref().map(|(on, _)| *on);
            let clock = Clock::ending(issued.due, rows.order.citation.as_str());
            let timed = Timed { clock, done_on };
            watched(&rows.order, subject, "act", agency(&issued.agency), timed)
        });
        let ratings = self.ratings.iter().filter_map(|rating| {
            let (subject, rated) = (format!("ratings/{}", rating.rated.number), &rating.rated);
            let done_on = rating.answer.as_ref().map(|(on, _)| *on);
            let timed = Timed { clock: rating.clock(&bench.law.aftercare)?, done_on };
            Some(watched(&rows.rating, subject, "mend", agency(&rated.agency), timed))
        });
        self.promised(&rows.promise)
            .chain(orders)
            .chain(self.follow_ups(bench))
            .chain(ratings)
            .chain(self.requested(bench))
    }

    /// Commitments. A last day that is put off is put off before it has passed, so that the present one counts.
    fn promised(&self, row: &AlarmRow) -> impl Iterator<Item = Watched> {
        self.promises.iter().zip(1..).map(move |(promise, number)| {
            let owner = held_on(&promise.owners, promise.due).unwrap_or(promise.owner());
            let clock = Clock::ending(promise.due, row.citation.as_str());
            let timed = Timed { clock, done_on: promise.performed_on() };
            watched(row, format!("promises/{number}"), "keep", agency(owner), timed)
        })
    }

    /// What contacts left to do. It is the work of the secretary, for the agency that names one, until it is
    /// brought to another.
    fn follow_ups(&self, bench: &Bench) -> impl Iterator<Item = Watched> {
        let row = &bench.law.supervision.alarms.follow_up;
        self.contacts.iter().filter_map(move |contact| {
            let due = contact.logged.due?;
            let office = || bench.law.catalogue.secretary_office(due);
            let held_by = held_on(&contact.brought, due).map_or_else(office, agency);
            let clock = Clock::ending(due, row.citation.as_str());
            let timed = Timed { clock, done_on: contact.done.as_ref().map(|(on, _)| *on) };
            let subject = format!("contacts/{}", contact.logged.number);
            Some(watched(row, subject, "follow_up", held_by, timed))
        })
    }

    /// Every time in which a service request waited for an answer. Who had it on the last day is asked of
    /// today's calendar: no notice changes days that are gone.
    fn requested(&self, bench: &Bench) -> impl Iterator<Item = Watched> {
        let row = &bench.law.supervision.alarms.service_request;
        self.requests.iter().flat_map(move |request| {
            let service = bench.law.aftercare.request(&request.raised.service);
            let waits = service.into_iter().flat_map(|service| {
                request.waits.iter().map(|(since, until)| (service.from(*since), *until))
            });
            waits.map(move |(clock, done_on)| {
                let due = clock.due(&bench.calendar);
                let had = due.and_then(|due| held_on(&request.agencies, due));
                let held_by = agency(had.unwrap_or(request.agency()));
                let subject = format!("requests/{}", request.raised.number);
                watched(row, subject, "answer", held_by, Timed { clock, done_on })
            })
        })
    }

    /// Visits beyond the ceiling of the credit class, and visits that should have been one: raised on the day
    /// of the visit that was too much. They are told and refuse nothing (大政发〔2020〕24号 (二十二)). No notice changes
    /// days that are gone, so that today's calendar judges all of them.
    fn visits_beyond(&self, bench: &Bench) -> impl Iterator<Item = Alarm> {
        let kind = bench.law.supervision.alarms.visits.kind;
        let found = inspection::findings(self, bench.date, &bench.law.aftercare, &bench.calendar);
        let beyond = found.into_iter().filter(|finding| finding.kind != "unpublished");
        beyond.filter_map(move |finding| {
            let named = |visit: &&inspection::Visit| finding.visits.contains(&visit.visited.number);
            let last = self.visits.iter().filter(named).max_by_key(|visit| visit.on)?;
            Some(Alarm {
                on: last.on,
                kind,
                subject: format!("inspections/{}", last.visited.number),
                limit: finding.kind.to_owned(),
                due: last.on,
                citation: finding.citation,
                held_by: inspector(last),
            })
        })
    }
}

fn watched(row: &AlarmRow, subject: String, limit: &str, held_by: Party, timed: Timed) -> Watched {
    Watched { kind: row.kind, subject, limit: limit.to_owned(), held_by, timed }
}

fn agency(code: &str) -> Party {
    Party::Agency(code.to_owned())
}

/// The first of the agencies that came.
fn inspector(visit: &inspection::Visit) -> Party {
    visit.visited.agencies.first().map_or(Party::Nobody, |code| agency(code))
}

/// Who of those that had something in turn, each since a day, had it on a day.
fn held_on(turns: &[(Date, String)], day: Date) -> Option<&str> {
    turns.iter().rfind(|(since, _)| *since <= day).map(|(_, code)| code.as_str())
}
