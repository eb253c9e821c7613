//! C10: only the right agency decides. Who recorded a step of a matter is the agency that the item's terms name
//! for it, as they stood when it was received.

use crate::fold::{Entry, News, Projects, Stream, read};
use crate::run::Run;
use crate::verdict::Verdict;
use proto::matter::v1::matter_event::Kind;

/// Steps that only the agency of the item takes.
const LEAD: [&str; 16] = [
    "not_accepted",
    "corrections_requested",
    "suspended",
    "resumed",
    "extended",
    "opinions_requested",
    "missing_tolerated",
    "decided",
    "delivered",
    "commitment_checked",
    "rectification_ordered",
    "rectified",
    "permit_withdrawn",
    "permit_revoked",
    "permit_revoked_as_penalty",
    "permit_deregistered",
];

pub(super) fn check(run: &Run, projects: &Projects) -> Verdict {
    let mut verdict = Verdict::new("C10", "only the right agency decides");
    verdict.saw("steps of agencies", 0);
    for (project, held) in projects.iter() {
        for (log, stream) in held.streams() {
            for entry in &stream.entries {
                let Some(id) = &entry.matter else { continue };
                let Some(wanted) = wanted(run, log, stream, id, entry) else { continue };
                verdict.saw("steps of agencies", 1);
                let agency = entry.principal.strip_prefix("agency:");
                let agency = agency.and_then(|rest| rest.split('/').next());
                if agency != Some(wanted.as_str()) {
                    let (at, kind, who) = (entry.position, &entry.kind, &entry.principal);
                    let witness = format!("{log} {at}: {kind} of {project} {id} by {who}");
                    verdict.broken("it is the item's agency", format!("{witness}, not {wanted}"));
                }
            }
        }
    }
    verdict
}

/// The agency that has to take a step; `None` if none has to, or time did.
fn wanted(run: &Run, log: &str, stream: &Stream, id: &str, entry: &Entry) -> Option<String> {
    if entry.principal.starts_with("system:") {
        return None;
    }
    let (received, matter) = stream.matters.get(id)?.first()?;
    // What follows from an application at once, such as a registration, nobody decides.
    let found = stream.entries.binary_search_by_key(received, |other| other.position).ok();
    let begun = found.and_then(|at| stream.entries.get(at))?;
    if (&begun.principal, &begun.key) == (&entry.principal, &entry.key) {
        return None;
    }
    if LEAD.contains(&entry.kind.as_str()) || entry.kind == "accepted" {
        return Some(matter.terms.agency.clone());
    }
    if entry.kind != "opinion_given" {
        return None;
    }
    let event = run.logs.get(log)?.at(entry.position)?;
    let key = opinion(log, &event.payload.0)?;
    matter.terms.opinions.iter().find(|term| term.key == key).map(|term| term.agency.clone())
}

/// The key of the opinion that a stored event gives.
fn opinion(log: &str, payload: &[u8]) -> Option<String> {
    let News::Step(step) = read(log, payload)?.news else { return None };
    match step.kind? {
        Kind::OpinionGiven(given) => Some(given.opinion),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::{Sample, broken, holds};

    fn checked(sample: Sample) -> Vec<&'static str> {
        let run = sample.run();
        broken(&check(&run, &Projects::of(&run)))
    }

    #[test]
    fn the_items_agency_decides_and_the_asked_one_gives_its_opinion() {
        let run = Sample::story();
        assert!(holds(&check(&run, &Projects::of(&run))));
    }

    #[test]
    fn another_agencys_decision_is_a_violation() {
        let mut sample = Sample::begun();
        sample.accept("accept-1");
        sample.by("agency:MEE/u1").decide("decide-1");
        assert_eq!(checked(sample), ["it is the item's agency"]);
    }

    #[test]
    fn an_enterprise_that_accepts_its_own_application_is_a_violation() {
        let mut sample = Sample::begun();
        sample.by("enterprise:yamato/u").accept("accept-1");
        assert_eq!(checked(sample), ["it is the item's agency"]);
    }

    #[test]
    fn an_opinion_of_an_agency_that_was_not_asked_is_a_violation() {
        let mut sample = Sample::begun();
        sample.accept("accept-1");
        sample.ask("ask-1");
        sample.by("agency:MEE/u1").give("opinion-1");
        assert!(checked(sample).is_empty());
        let mut sample = Sample::begun();
        sample.accept("accept-1");
        sample.ask("ask-1");
        sample.by("agency:NR/u1").give("opinion-1");
        assert_eq!(checked(sample), ["it is the item's agency"]);
    }

    #[test]
    fn what_follows_from_an_application_at_once_needs_no_agency() {
        let mut sample = Sample::begun();
        sample.by(crate::sample::ENTERPRISE).accept("file-1");
        assert!(checked(sample).is_empty());
    }

    #[test]
    fn what_time_brings_needs_no_agency() {
        let mut sample = Sample::begun();
        sample.by("system:clock").accept("silence.acceptance.x");
        assert!(checked(sample).is_empty());
    }
}
