//! Everything that is open in a project across all stages: what a handover lists, and the status counts.

use super::{Project, ball::agency_of, today};
use desk::docket::Bench;
use jiff::civil::Date;
use proto::status::v1::{OpenCount, OpenKind};
use rulebook::{
    aftercare::{PromiseStanding, report_duties},
    clock::latest_before,
    matter::{Matter, MatterId, NextStep, Party},
};
use std::collections::BTreeMap;

/// What the service secretaries do.
const SECRETARIES_ITEM: &str = "S4-09";

/// One thing that is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Open {
    /// Kind.
    pub(crate) kind: OpenKind,
    /// Its number, key or resource name.
    pub(crate) key: String,
    /// What it is about, without anything secret.
    pub(crate) subject: String,
    /// Who has to act.
    pub(crate) party: Party,
    /// Last day; `None` where there is none.
    pub(crate) due: Option<Date>,
}

impl Open {
    /// Whether its last day has passed.
    pub(crate) fn is_overdue(&self, today: Date) -> bool {
        self.due.is_some_and(|due| due < today)
    }
}

/// How much of each kind is open. Matters are shown one by one, and obligations beside them.
pub(super) fn counts(open: &[Open], bench: &Bench) -> Vec<OpenCount> {
    let mut counts: BTreeMap<OpenKind, OpenCount> = BTreeMap::new();
    let shown = [OpenKind::Matter, OpenKind::Obligation];
    for one in open.iter().filter(|one| !shown.contains(&one.kind)) {
        let count = counts.entry(one.kind).or_default();
        count.kind = one.kind.into();
        count.count += 1;
        if one.is_overdue(bench.date) {
            count.overdue += 1;
        } else if let Some(due) = one.due.map(|due| due.to_string())
            && (count.next_due_on.is_empty() || due < count.next_due_on)
        {
            count.next_due_on = due;
        }
    }
    counts.into_values().collect()
}

impl Project {
    /// Everything that is open, in the order of its last days; what has none comes last.
    pub(crate) fn open(&self, bench: &Bench) -> Vec<Open> {
        let mut open = Vec::new();
        for (id, matter) in self.all_matters() {
            self.open_matter(id, matter, bench, &mut open);
        }
        let obligations = self.obligations(bench).into_iter();
        open.extend(obligations.filter(|duty| duty.timed.done_on.is_none()).map(|duty| Open {
            kind: OpenKind::Obligation,
            key: [duty.key].into_iter().chain(duty.units).collect::<Vec<_>>().join(" "),
            subject: duty.what.zh,
            party: Party::Enterprise,
            due: duty.timed.deadline(&bench.calendar).map(|deadline| deadline.due),
        }));
        self.open_aftercare(bench, &mut open);
        self.open_requests(bench, &mut open);
        open.sort_by_key(|one| (one.due.is_none(), one.due, one.kind));
        open
    }

    /// The matter itself, the opinions owed in it, and the conditions of its permit.
    fn open_matter(&self, id: &MatterId, matter: &Matter, bench: &Bench, open: &mut Vec<Open>) {
        let name = self.matter_name(id);
        let subject = &matter.terms.title.zh;
        let holder = matter.holder(today(bench));
        if holder.next != NextStep::Nothing {
            let due = holder.due.map(|deadline| deadline.due);
            let (key, subject) = (name.clone(), subject.clone());
            open.push(Open { kind: OpenKind::Matter, key, subject, party: holder.party, due });
        }
        if matter.decided().is_none()
            && let Some(review) = matter.review().filter(|_| matter.is_alive())
        {
            let clocks = matter.clocks(&bench.calendar);
            let owed = review.consultation.iter().filter(|(_, asked)| asked.answer.is_none());
            open.extend(owed.map(|(key, asked)| {
                Open {
                    kind: OpenKind::Opinion,
                    key: format!("{name} {key}"),
                    subject: matter
                        .terms
                        .opinion(key)
                        .map_or(key, |term| &term.subject.zh)
                        .to_owned(),
                    party: Party::Agency(asked.agency.clone()),
                    due: clocks
                        .opinions
                        .get(key)
                        .and_then(|timed| timed.deadline(&bench.calendar))
                        .map(|deadline| deadline.due),
                }
            }));
        }
        open.extend(matter.open_conditions().map(|imposed| {
            // What was shown since the last check waits for the next.
            let shown = imposed.shown.as_ref().map(|(on, _)| *on);
            let waits = shown > imposed.checked.as_ref().map(|checked| checked.on);
            let agency = || Party::Agency(imposed.agency.clone());
            Open {
                kind: OpenKind::Condition,
                key: format!("{name} {}", imposed.number),
                subject: imposed.condition.text.clone(),
                party: if waits { agency() } else { Party::Enterprise },
                due: imposed.condition.due,
            }
        }));
    }

    fn open_aftercare(&self, bench: &Bench, open: &mut Vec<Open>) {
        let (aftercare, rules) = (&self.aftercare.facts, &bench.law.aftercare);
        let mut push = |kind, key: String, subject: &str, party: Party, due: Option<Date>| {
            open.push(Open { kind, key, subject: subject.to_owned(), party, due });
        };
        for (number, contact) in &aftercare.contacts {
            // Until it is brought to an agency, it is the service secretary's, whose house the catalogue names.
            let secretary = || agency_of(SECRETARIES_ITEM, bench);
            let party = contact.agency.clone().map_or_else(secretary, Party::Agency);
            push(OpenKind::FollowUp, number.to_string(), &contact.follow_up, party, contact.due);
        }
        for (number, promise) in &aftercare.promises {
            let standing = PromiseStanding::by(promise.performed_on, promise.due, bench.date);
            if matches!(standing, PromiseStanding::Open | PromiseStanding::Broken) {
                let party = Party::Agency(promise.owner.clone());
                let key = number.to_string();
                push(OpenKind::Promise, key, &promise.promise, party, Some(promise.due));
            }
        }
        for (number, complaint) in &aftercare.complaints {
            if let Some(next) = complaint.days.next(&complaint.lead, rules, &bench.calendar) {
                let party = match next.what {
                    "supplement" => Party::Enterprise,
                    _ => Party::Agency(complaint.lead.clone()),
                };
                let (key, due) = (number.to_string(), Some(next.due));
                push(OpenKind::Complaint, key, &complaint.subject, party, due);
            }
        }
        for duty in self.report_duties(bench) {
            push(OpenKind::Report, duty.key, duty.kind, Party::Enterprise, Some(duty.due));
        }
        for (number, rating) in &aftercare.ratings {
            if let Some(due) = rating.due(bench).filter(|_| rating.answered_on.is_none()) {
                let party = Party::Agency(rating.agency.clone());
                push(OpenKind::Rating, number.to_string(), &rating.matter, party, Some(due));
            }
        }
        for (number, order) in aftercare.orders.iter().filter(|(_, one)| one.closed_on.is_none()) {
            let party = Party::Agency(order.agency.clone());
            push(OpenKind::Order, number.to_string(), &order.subject, party, Some(order.due));
        }
    }

    /// Service requests that wait for the answer promised, and permits whose last day comes near.
    fn open_requests(&self, bench: &Bench, open: &mut Vec<Open>) {
        let rules = &bench.law.aftercare;
        // Of requests about one permit, the last one counts.
        let mut permits = BTreeMap::new();
        for (number, request) in &self.aftercare.facts.requests {
            let Some(row) = rules.request(&request.service) else { continue };
            if let Some(since) = request.promised_since {
                open.push(Open {
                    kind: OpenKind::Request,
                    key: number.to_string(),
                    subject: request.subject.clone(),
                    party: Party::Agency(request.agency.clone()),
                    due: row.from(since).deadline(&bench.calendar).map(|deadline| deadline.due),
                });
            }
            if let (Some((permit, last)), Some(remind)) = (&request.permit, row.remind) {
                permits.insert((permit, &request.service), (*last, remind, &row.name.zh));
            }
        }
        open.extend(permits.into_iter().filter_map(|((permit, _), (last, remind, name))| {
            let from = latest_before(last, remind, &bench.calendar)?.due;
            (from <= bench.date).then(|| Open {
                kind: OpenKind::StaffPermit,
                key: permit.clone(),
                subject: name.clone(),
                party: Party::Enterprise,
                due: Some(last),
            })
        }));
    }

    /// Duties to report that have opened and are not met (外商投资信息报告办法).
    fn report_duties(&self, bench: &Bench) -> Vec<rulebook::aftercare::ReportDuty> {
        let (intake, aftercare) = (self.intake.facts.matters.all(), &self.aftercare.facts);
        let first_granted = |code: &str| {
            let granted =
                intake.iter().filter(|(id, matter)| id.item() == code && matter.is_in_force());
            granted.filter_map(|(_, matter)| matter.decided_on()).min()
        };
        let changes = aftercare.changes.iter().map(|(key, on)| (key.as_str(), *on));
        let rules = &bench.law.aftercare;
        let founded = first_granted("S1-05");
        let duties = report_duties(founded, changes, bench.date, rules, &bench.calendar);
        // The initial report may have been made with intake.
        let met = |key: &str| {
            aftercare.reported.contains(key)
                || (key == "initial" && first_granted("S1-06").is_some())
        };
        duties.into_iter().filter(|duty| !met(&duty.key)).collect()
    }
}

impl crate::fold::Rating {
    /// Last day to answer a bad rating; `None` for other grades.
    pub(crate) fn due(&self, bench: &Bench) -> Option<Date> {
        let row = bench.law.aftercare.limit("rating_mending").filter(|_| self.grade >= 4)?;
        Some(row.from(self.on).deadline(&bench.calendar)?.due)
    }
}
