//! How events move a review: special procedures, opinions and the applicant's own time.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::clock::{Extension, Notice};
use crate::consultation::{Answer, Asked, Consultation, Outcome as Joint};

use super::event::Event;
use super::particulars::{AcceptanceMode, Defect, Material, WaitsFor};
use super::state::{Corrections, Owing, Party, Review, Rework, Suspension, Turn};
use super::terms::{CitedLimit, Terms};

impl Corrections {
    pub(super) fn asked(since: Date, defects: &[Defect]) -> Self {
        Corrections { since, outstanding: defects.to_vec(), supplied: BTreeSet::new() }
    }

    pub(super) fn take_in(&mut self, materials: &[Material]) {
        self.supplied.extend(materials.iter().map(|material| material.key.clone()));
        let supplied = &self.supplied;
        self.outstanding.retain(|defect| !supplied.contains(&defect.material));
    }
}

impl Review {
    pub(super) fn begin(on: Date, mode: AcceptanceMode) -> Self {
        Review {
            accepted_on: on,
            mode,
            suspensions: Vec::new(),
            extension: None,
            consultation: Consultation::default(),
            reworks: Vec::new(),
            owing: None,
            last_on: on,
        }
    }

    /// Suspensions and the extension.
    pub(super) fn count_otherwise(&mut self, event: &Event) {
        if let Event::Suspended { on, ground, article, notice, expected, waits_for } = event {
            self.suspensions.push(Suspension {
                ground: ground.clone(),
                article: article.clone(),
                notice: notice.clone(),
                expected: *expected,
                waits_for: *waits_for,
                from: *on,
                until: None,
            });
        }
        if let Event::Resumed { on, ground } = event {
            let open = |stop: &&mut Suspension| stop.ground == *ground && stop.until.is_none();
            self.suspensions.iter_mut().filter(open).for_each(|stop| stop.until = Some(*on));
        }
        if let Event::Extended { on, by, approver, approved_on, reason, article, .. } = event {
            self.extension.get_or_insert(Extension {
                by: *by,
                approver: approver.clone(),
                approved_on: *approved_on,
                notified_on: *on,
                reason: reason.clone(),
                article: article.clone(),
            });
        }
    }

    /// What was missing at acceptance, and what came since.
    pub(super) fn owe(&mut self, event: &Event) {
        if let Event::MissingTolerated { on, owed, promise, within, citation } = event {
            self.owing.get_or_insert(Owing {
                since: *on,
                within: CitedLimit { limit: *within, citation: citation.clone() },
                promise: promise.clone(),
                outstanding: owed.iter().cloned().collect(),
                supplied_on: None,
            });
        }
        if let (Event::OwedSupplied { on, materials }, Some(owing)) = (event, &mut self.owing) {
            owing.outstanding.retain(|key| !materials.iter().any(|brought| brought.key == *key));
            if owing.outstanding.is_empty() {
                owing.supplied_on.get_or_insert(*on);
            }
        }
    }

    /// What is still owed.
    pub(super) fn owes(&self) -> Option<&Owing> {
        self.owing.as_ref().filter(|owing| !owing.outstanding.is_empty())
    }

    /// What agencies were asked and said.
    pub(super) fn hear(&mut self, terms: &Terms, event: &Event) {
        let mut consultation = std::mem::take(&mut self.consultation);
        if let Event::OpinionsRequested { on, opinions } = event {
            for term in opinions.iter().filter_map(|key| terms.opinion(key)) {
                let asked = Asked {
                    on: *on,
                    agency: term.agency.clone(),
                    inputs: term.inputs.iter().cloned().collect(),
                    silence_is_consent: term.silence_is_consent.clone(),
                    answer: None,
                };
                consultation = consultation.ask(&term.key, asked);
            }
        }
        if let Event::OpinionGiven { on, key, opinion, document } = event {
            consultation = consultation.answer(key, *on, opinion.clone(), document);
        }
        if let Event::OpinionDeemed { on, key, .. } = event {
            consultation = consultation.deem(key, *on);
        }
        if let Event::OpinionsJoined { on, .. } = event {
            consultation = consultation.join(*on);
        }
        self.consultation = consultation;
        self.note_objections(event.on());
    }

    /// Once every agency has answered and some object, it is the applicant's time; the objections
    /// are the notice.
    fn note_objections(&mut self, on: Date) {
        let waiting = self.reworks.iter().any(|rework| rework.until.is_none());
        if waiting || !matches!(self.consultation.outcome(), Joint::ObjectedBy(_)) {
            return;
        }
        let answers = self.consultation.iter().filter_map(|(_, asked)| asked.answer.as_ref());
        let documents: Vec<&str> = answers.filter_map(Answer::objection).collect();
        let notice = Notice { number: documents.join(", "), given_on: on };
        self.reworks.push(Rework { from: on, until: None, notice });
    }

    pub(super) fn resubmitted(&mut self, on: Date, reopened: &[String]) {
        let consultation = std::mem::take(&mut self.consultation);
        self.consultation = consultation.reopen(reopened.iter().map(String::as_str), on);
        self.reworks
            .iter_mut()
            .filter(|rework| rework.until.is_none())
            .for_each(|rework| rework.until = Some(on));
    }

    /// Ends what is still open when the review ends.
    pub(super) fn close(&mut self, on: Date) {
        self.suspensions
            .iter_mut()
            .filter(|stop| stop.until.is_none())
            .for_each(|stop| stop.until = Some(on));
        self.reworks
            .iter_mut()
            .filter(|rework| rework.until.is_none())
            .for_each(|rework| rework.until = Some(on));
    }

    /// Whose turn it is from a day on.
    pub(super) fn turn(&self, terms: &Terms, since: Date) -> Turn {
        let turn = |party, special| Turn { since, party, special, open: Vec::new() };
        let lead = || Party::Agency(terms.agency.clone());
        let open = self.suspensions.iter().filter(|stop| stop.until.is_none());
        if let Some(stop) = open.min_by_key(|stop| stop.from) {
            let ground = terms.exclusion(&stop.ground).map_or(&stop.ground, |rule| &rule.ground);
            let party = match stop.waits_for {
                WaitsFor::Applicant => Party::Enterprise,
                WaitsFor::ThirdParty => Party::ThirdParty(ground.clone()),
            };
            return turn(party, true);
        }
        match self.consultation.outcome() {
            Joint::WaitingFor(_) => {
                let open = self.consultation.iter().filter(|(_, asked)| asked.answer.is_none());
                let open = open.map(|(key, asked)| (key.to_owned(), asked.on)).collect();
                Turn { open, ..turn(lead(), false) }
            }
            Joint::ObjectedBy(_) => turn(Party::Enterprise, false),
            Joint::NotAsked | Joint::Unanimous => turn(lead(), false),
        }
    }
}
