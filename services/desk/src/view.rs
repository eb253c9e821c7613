//! A matter as callers see it: everything derived is derived here, on the day it is asked.

use proto::matter::v1 as pb;
use rulebook::{
    alarm::Kind,
    calendar::Calendar,
    consultation::Answer,
    matter::{
        AcceptanceMode, Card, Clocks, Ending, Holder, Light, Matter, NextStep, Party, Review,
        Ruling, Standing, Timed, Today, Verdict,
    },
};

use crate::wire;

/// The matter on a day. `name` is its resource name, `position` the token of the last event of its
/// project; it stays empty in the answer of a command, whose own position comes beside it.
#[must_use]
pub fn matter(name: &str, matter: &Matter, today: Today<'_>, position: &str) -> pb::Matter {
    let review = matter.review();
    let (outcome, certificate) = decision(matter);
    let mode = review.map_or(pb::AcceptanceMode::Unspecified, acceptance_mode);
    pb::Matter {
        name: name.to_owned(),
        terms: Some(wire::terms_to_wire(&matter.terms)),
        state: state(matter).into(),
        holder: Some(holder(&matter.holder(today))),
        light: light(matter.light(today)).into(),
        deadlines: deadlines(&matter.clocks(today.calendar), today.calendar),
        received_on: matter.received_on.to_string(),
        accepted_on: text(matter.accepted_on()),
        acceptance_mode: mode.into(),
        decided_on: text(matter.decided_on()),
        outcome: outcome.into(),
        certificate,
        delivered_on: text(matter.decided().and_then(|decided| decided.delivered_on)),
        materials: matter.materials.values().map(wire::material_to_wire).collect(),
        outstanding: outstanding(matter),
        opinions: review.map_or_else(Vec::new, |review| opinions(matter, review)),
        suspensions: review.map_or_else(Vec::new, suspensions),
        owed: owed(matter),
        position: position.to_owned(),
        cards: matter.cards.iter().map(|one| card(one, today.calendar)).collect(),
        conditions: matter.decided().map_or_else(Vec::new, |decided| {
            decided.conditions.iter().map(wire::imposed_to_wire).collect()
        }),
    }
}

/// An alarm of a matter, and what became of it.
#[must_use]
pub fn card(card: &Card, calendar: &Calendar) -> pb::Card {
    let is_card = card.alarm.kind != Kind::Amber;
    let until = is_card.then(|| card.contest_clock().deadline(calendar)).flatten();
    let verdict = card.ruled.as_ref().map(|ruled| match ruled.verdict {
        Verdict::Annulled => pb::CardVerdict::Annulled,
        Verdict::Upheld => pb::CardVerdict::Upheld,
    });
    let word = |on: jiff::civil::Date, [reason, document, by]: [&str; 3]| pb::CardWord {
        on: on.to_string(),
        reason: reason.to_owned(),
        document: document.to_owned(),
        by: by.to_owned(),
    };
    let (contested, ruled) = (card.contested.as_ref(), card.ruled.as_ref());
    pb::Card {
        card: card.alarm.card(),
        alarm: Some(wire::alarm_to_wire(&card.alarm)),
        raised_on: card.alarm.on.to_string(),
        declared_on: card.declared_on.to_string(),
        contest_until: text(until.map(|deadline| deadline.due)),
        contested: contested.map(|one| word(one.on, [&one.reason, "", &one.by])),
        verdict: verdict.unwrap_or(pb::CardVerdict::Unspecified).into(),
        decision: ruled.map(|one| word(one.on, [&one.reason, &one.document, &one.by])),
    }
}

/// Where a matter stands, in one word.
#[must_use]
pub fn state(matter: &Matter) -> pb::State {
    match &matter.standing {
        Standing::Received => pb::State::Received,
        Standing::AwaitingCorrections(_) => pb::State::AwaitingCorrections,
        Standing::NotAccepted { .. } => pb::State::NotAccepted,
        Standing::UnderReview(review) => {
            let stands = review.suspensions.iter().any(|stop| stop.until.is_none());
            if stands { pb::State::Suspended } else { pb::State::UnderReview }
        }
        Standing::Withdrawn { .. } => pb::State::ApplicationWithdrawn,
        Standing::Terminated { .. } => pb::State::Terminated,
        Standing::Decided(decided) => match (&decided.deregistered, &decided.ending) {
            (Some(_), _) => pb::State::PermitDeregistered,
            (None, Some(Ending::Withdrawn { .. })) => pb::State::PermitWithdrawn,
            (None, Some(Ending::Revoked { .. })) => pb::State::PermitRevoked,
            (None, Some(Ending::RevokedAsPenalty { .. })) => pb::State::PermitRevokedAsPenalty,
            (None, None) if decided.delivered_on.is_some() => pb::State::Closed,
            (None, None) => match decided.ruling {
                Ruling::Granted { .. } => pb::State::Granted,
                Ruling::Refused { .. } => pb::State::Refused,
            },
        },
    }
}

/// A supervision light.
#[must_use]
pub fn light(light: Light) -> pb::Light {
    match light {
        Light::Green => pb::Light::Green,
        Light::Amber => pb::Light::Amber,
        Light::Yellow => pb::Light::Yellow,
        Light::Red => pb::Light::Red,
    }
}

/// Who has to act.
#[must_use]
pub fn holder(holder: &Holder) -> pb::Holder {
    let (party, who) = match &holder.party {
        Party::Nobody => (pb::Party::Nobody, String::new()),
        Party::Enterprise => (pb::Party::Enterprise, String::new()),
        Party::Agency(code) => (pb::Party::Agency, code.clone()),
        Party::ThirdParty(ground) => (pb::Party::ThirdParty, ground.clone()),
    };
    pb::Holder {
        party: party.into(),
        who,
        since: holder.since.to_string(),
        next: next_step(holder.next).into(),
        due_on: holder.due.as_ref().map_or_else(String::new, |deadline| deadline.due.to_string()),
    }
}

/// What has to be done next.
#[must_use]
pub fn next_step(next: NextStep) -> pb::NextStep {
    match next {
        NextStep::Nothing => pb::NextStep::Nothing,
        NextStep::Examine => pb::NextStep::Examine,
        NextStep::SupplyCorrections => pb::NextStep::SupplyCorrections,
        NextStep::Accept => pb::NextStep::Accept,
        NextStep::RequestOpinions => pb::NextStep::RequestOpinions,
        NextStep::GiveOpinion => pb::NextStep::GiveOpinion,
        NextStep::Resubmit => pb::NextStep::Resubmit,
        NextStep::FinishSpecialProcedure => pb::NextStep::FinishSpecialProcedure,
        NextStep::Resume => pb::NextStep::Resume,
        NextStep::RecordCommitment => pb::NextStep::RecordCommitment,
        NextStep::SupplyOwed => pb::NextStep::SupplyOwed,
        NextStep::Decide => pb::NextStep::Decide,
        NextStep::Deliver => pb::NextStep::Deliver,
        NextStep::CheckCommitment => pb::NextStep::CheckCommitment,
        NextStep::Rectify => pb::NextStep::Rectify,
        NextStep::Revoke => pb::NextStep::Revoke,
    }
}

/// Every limit of the matter that has begun, with the key of the opinion where it is an opinion's.
pub fn limits(clocks: &Clocks) -> impl Iterator<Item = (pb::DeadlineKind, &str, &Timed)> {
    use pb::DeadlineKind as Kind;
    let own = [
        (Kind::Acceptance, Some(&clocks.acceptance)),
        (Kind::Statutory, clocks.statutory.as_ref()),
        (Kind::Committed, clocks.committed.as_ref()),
        (Kind::Delivery, clocks.delivery.as_ref()),
        (Kind::CommitmentCheck, clocks.commitment_check.as_ref()),
        (Kind::Rectification, clocks.rectification.as_ref()),
        (Kind::Owed, clocks.owed.as_ref()),
    ];
    let own = own.into_iter().filter_map(|(kind, timed)| Some((kind, "", timed?)));
    let opinions = clocks.opinions.iter();
    own.chain(opinions.map(|(key, timed)| (Kind::Opinion, key.as_str(), timed)))
}

/// Every deadline of the matter itself that has begun, and those of the opinions that are open.
#[must_use]
pub fn deadlines(clocks: &Clocks, calendar: &Calendar) -> Vec<pb::Deadline> {
    limits(clocks)
        .filter(|(kind, _, timed)| *kind != pb::DeadlineKind::Opinion || timed.done_on.is_none())
        .map(|(kind, opinion, timed)| deadline(kind, opinion, timed, calendar))
        .collect()
}

/// One deadline.
#[must_use]
pub fn deadline(
    kind: pb::DeadlineKind,
    opinion: &str,
    timed: &Timed,
    calendar: &Calendar,
) -> pb::Deadline {
    let reckoned = timed.deadline(calendar);
    pb::Deadline {
        kind: kind.into(),
        started_on: timed.clock.start.to_string(),
        limit: Some(wire::limit_to_wire(timed.clock.limit)),
        citation: timed.clock.citation.clone(),
        due_on: text(reckoned.as_ref().map(|deadline| deadline.due)),
        provisional: reckoned.is_some_and(|deadline| deadline.provisional),
        done_on: text(timed.done_on),
        opinion: opinion.to_owned(),
    }
}

fn acceptance_mode(review: &Review) -> pb::AcceptanceMode {
    match review.mode {
        AcceptanceMode::Written { .. } => pb::AcceptanceMode::Written,
        AcceptanceMode::BySilence { .. } => pb::AcceptanceMode::BySilence,
    }
}

fn decision(matter: &Matter) -> (pb::Outcome, Option<pb::Certificate>) {
    match matter.decided().map(|decided| &decided.ruling) {
        None => (pb::Outcome::Unspecified, None),
        Some(Ruling::Granted { certificate, .. }) => {
            (pb::Outcome::Granted, certificate.as_ref().map(wire::certificate_to_wire))
        }
        Some(Ruling::Refused { .. }) => (pb::Outcome::Refused, None),
    }
}

fn outstanding(matter: &Matter) -> Vec<pb::Defect> {
    match &matter.standing {
        Standing::AwaitingCorrections(corrections) => {
            wire::defects_to_wire(&corrections.outstanding)
        }
        Standing::Received
        | Standing::NotAccepted { .. }
        | Standing::UnderReview(_)
        | Standing::Decided(_)
        | Standing::Withdrawn { .. }
        | Standing::Terminated { .. } => Vec::new(),
    }
}

/// What is owed since acceptance; nothing once the matter is over.
fn owed(matter: &Matter) -> Vec<String> {
    let Standing::UnderReview(review) = &matter.standing else { return Vec::new() };
    let owing = review.owing.iter();
    owing.flat_map(|owing| owing.outstanding.iter().cloned()).collect()
}

fn opinions(matter: &Matter, review: &Review) -> Vec<pb::Opinion> {
    let asked = review.consultation.iter();
    asked
        .map(|(key, asked)| {
            let mut opinion = pb::Opinion {
                opinion: key.to_owned(),
                agency: asked.agency.clone(),
                subject: matter.terms.opinion(key).map(|term| wire::text_to_wire(&term.subject)),
                asked_on: asked.on.to_string(),
                answered_on: text(asked.answer.as_ref().map(Answer::on)),
                ..pb::Opinion::default()
            };
            match &asked.answer {
                Some(Answer::Given { opinion: says, document, .. }) => {
                    let (verdict, conditions, reason) = wire::opinion_to_wire(says);
                    opinion.set_verdict(verdict);
                    opinion.conditions = conditions;
                    opinion.reason = reason;
                    opinion.document = document.clone();
                }
                Some(Answer::Deemed { citation, .. }) => {
                    opinion.set_verdict(pb::Verdict::Consents);
                    opinion.deemed_by = citation.clone();
                }
                None => {}
            }
            opinion
        })
        .collect()
}

fn suspensions(review: &Review) -> Vec<pb::Suspension> {
    let stops = review.suspensions.iter();
    stops
        .map(|stop| pb::Suspension {
            ground: stop.ground.clone(),
            article: stop.article.clone(),
            notice: Some(wire::notice_to_wire(&stop.notice)),
            from: stop.from.to_string(),
            until: text(stop.until),
            waits_for: wire::waits_for_to_wire(stop.waits_for).into(),
        })
        .collect()
}

fn text(date: Option<jiff::civil::Date>) -> String {
    date.map_or_else(String::new, |date| date.to_string())
}
