//! The alarms of what follows the launch: of whatever is owed and was not done by its last day, and of visits
//! that are too many. They are facts, raised once by the passing of days; nothing is blocked by them.

use super::{
    event::{AlarmRaised, Event},
    inspection, report,
    state::Case,
};
use desk::docket::Bench;
use jiff::civil::Date;
use rulebook::{
    alarm::{self, Alarm, Kind},
    matter::Party,
};

/// The regulations behind what no row of a limit cites.
const PROMISES: &str = "外商投资法实施条例 art. 28";
const SERVICE: &str = "大政发〔2020〕24号 (十六)";
const SUPERVISION: &str = "大政发〔2020〕24号";

/// Something that is owed: what, which limit of it, whose turn it is, its last day and the rule.
struct Owed {
    kind: Kind,
    subject: String,
    limit: String,
    agency: Option<String>,
    due: Date,
    citation: String,
}

impl Owed {
    /// The alarm, where the last day has passed: dated the day after it.
    fn passed(self, today: Date) -> Option<Alarm> {
        let on = self.due.tomorrow().ok().filter(|on| *on <= today)?;
        Some(self.on(on))
    }

    fn on(self, on: Date) -> Alarm {
        Alarm {
            on,
            kind: self.kind,
            subject: self.subject,
            limit: self.limit,
            due: self.due,
            citation: self.citation,
            held_by: self.agency.map_or(Party::Enterprise, Party::Agency),
        }
    }
}

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
        let owed = self.by_law(bench).into_iter().chain(self.by_word(bench));
        let due = owed.filter_map(|owed| owed.passed(bench.date)).chain(self.visits_beyond(bench));
        let due = alarm::not_raised(due.collect(), |key| self.alarms.contains(key));
        due.into_iter()
            .map(|alarm| {
                let fact = super::event::Fact::from(AlarmRaised::of(&alarm)).on(alarm.on);
                (alarm, fact)
            })
            .collect()
    }

    /// What a law says by when: complaints and information reports.
    fn by_law(&self, bench: &Bench) -> Vec<Owed> {
        let mut owed = Vec::new();
        for complaint in &self.complaints {
            let Some(next) = complaint.next(&bench.law.aftercare, &bench.calendar) else {
                continue;
            };
            let agency = (next.what != "supplement").then(|| complaint.filed.lead.clone());
            owed.push(Owed {
                kind: Kind::Red,
                subject: format!("complaints/{}", complaint.filed.number),
                limit: next.what.to_owned(),
                agency,
                due: next.due,
                citation: next.citation,
            });
        }
        let (rules, calendar) = (&bench.law.aftercare, &bench.calendar);
        let duties = report::duties(self, bench.date, rules, calendar);
        owed.extend(duties.into_iter().filter(|duty| duty.met.is_none()).map(|duty| Owed {
            kind: Kind::Red,
            subject: format!("reports/{}", duty.key),
            limit: "report".to_owned(),
            agency: None,
            due: duty.due,
            citation: duty.citation,
        }));
        let publication = rules.limit("inspection_publication");
        let unpublished = self.visits.iter().filter(|visit| visit.published.is_none());
        owed.extend(unpublished.filter_map(|visit| {
            Some(Owed {
                kind: Kind::Red,
                subject: format!("inspections/{}", visit.visited.number),
                limit: "publication".to_owned(),
                agency: visit.visited.agencies.first().cloned(),
                due: visit.publish_by(rules, calendar)?,
                citation: publication?.citation.clone(),
            })
        }));
        owed
    }

    /// What somebody promised, was ordered or has to mend: commitments, orders, follow-ups, bad ratings and
    /// service requests.
    fn by_word(&self, bench: &Bench) -> Vec<Owed> {
        let yellow = |subject: String, limit: &str, agency: &str, due: Date, citation: &str| Owed {
            kind: Kind::Yellow,
            subject,
            limit: limit.to_owned(),
            agency: Some(agency.to_owned()),
            due,
            citation: citation.to_owned(),
        };
        let mut owed = Vec::new();
        for (promise, number) in self.promises.iter().zip(1..) {
            if promise.performed_on().is_none() {
                let subject = format!("promises/{number}");
                owed.push(yellow(subject, "keep", promise.owner(), promise.due, PROMISES));
            }
        }
        for order in self.orders.iter().filter(|order| order.result.is_none()) {
            let (subject, issued) = (format!("orders/{}", order.issued.number), &order.issued);
            owed.push(yellow(subject, "act", &issued.agency, issued.due, SUPERVISION));
        }
        for contact in self.contacts.iter().filter(|contact| contact.done.is_none()) {
            let Ok(due) = contact.logged.due.parse() else { continue };
            // A secretary's reference begins with the unit that keeps the staff register.
            let unit = contact.logged.secretary.split('/').next().unwrap_or_default();
            let agency = contact.escalated.as_ref().map_or(unit, |to| to.agency.as_str());
            let subject = format!("contacts/{}", contact.logged.number);
            owed.push(yellow(subject, "follow_up", agency, due, SERVICE));
        }
        let mending = bench.law.aftercare.limit("rating_mending");
        for rating in self.ratings.iter().filter(|rating| rating.answer.is_none()) {
            let (Some(due), Some(row)) = (rating.due(bench), mending) else { continue };
            let (subject, rated) = (format!("ratings/{}", rating.rated.number), &rating.rated);
            owed.push(yellow(subject, "mend", &rated.agency, due, &row.citation));
        }
        for request in &self.requests {
            let row = bench.law.aftercare.request(&request.raised.service);
            let (Some(promised), Some(row)) = (request.promised(bench), row) else { continue };
            let subject = format!("requests/{}", request.raised.number);
            owed.push(yellow(subject, "answer", request.agency(), promised.due, &row.citation));
        }
        owed
    }

    /// Visits beyond the ceiling of the credit class, and visits that should have been one: raised on the day
    /// of the visit that was too much. They are told and refuse nothing (大政发〔2020〕24号 (二十二)).
    fn visits_beyond(&self, bench: &Bench) -> Vec<Alarm> {
        let (rules, calendar) = (&bench.law.aftercare, &bench.calendar);
        let found = inspection::findings(self, bench.date, rules, calendar);
        let beyond = found.into_iter().filter(|finding| finding.kind != "unpublished");
        beyond
            .filter_map(|finding| {
                let named =
                    |visit: &&inspection::Visit| finding.visits.contains(&visit.visited.number);
                let last = self.visits.iter().filter(named).max_by_key(|visit| visit.on)?;
                let owed = Owed {
                    kind: Kind::Yellow,
                    subject: format!("inspections/{}", last.visited.number),
                    limit: finding.kind.to_owned(),
                    agency: last.visited.agencies.first().cloned(),
                    due: last.on,
                    citation: finding.citation,
                };
                Some(owed.on(last.on))
            })
            .collect()
    }
}
