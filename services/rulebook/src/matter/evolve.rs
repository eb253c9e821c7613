//! How an event moves a matter. History cannot be refused: what `decide` never lets happen in a
//! standing changes nothing there.

#![deny(clippy::wildcard_enum_match_arm)]

use jiff::civil::Date;

use super::conditions;
use super::event::Event;
use super::particulars::{AcceptanceMode, Material, Outcome};
use super::state::{
    Checking, Corrections, Decided, Examination, Matter, Party, Review, Ruling, Standing, Turn,
};
use super::terms::Track;

impl Matter {
    /// Moves the matter by one event. What cannot have happened here changes nothing, for history
    /// cannot be refused.
    pub fn evolve(&mut self, event: &Event) {
        if self.take_card(event) {
            return;
        }
        self.standing = match std::mem::replace(&mut self.standing, Standing::Received) {
            Standing::UnderReview(review) => self.in_review(review, event),
            Standing::Decided(decided) => Standing::Decided(Box::new(decided.after(event))),
            before @ (Standing::Received
            | Standing::AwaitingCorrections(_)
            | Standing::NotAccepted { .. }
            | Standing::Withdrawn { .. }
            | Standing::Terminated { .. }) => self.before_review(before, event),
        };
        if let Event::CommitmentRecorded { commitment, .. } = event {
            self.commitment = Some(commitment.clone());
        }
        self.pass_turn(event.on());
    }

    fn keep(&mut self, materials: &[Material]) {
        for material in materials {
            self.materials.insert(material.key.clone(), material.clone());
        }
    }

    fn before_review(&mut self, standing: Standing, event: &Event) -> Standing {
        match (event, standing) {
            (Event::NotAccepted { on, ground, .. }, Standing::Received) => {
                self.examination.done_on = Some(*on);
                Standing::NotAccepted { on: *on, ground: ground.clone() }
            }
            (Event::CorrectionsRequested { on, defects, .. }, Standing::Received) => {
                self.examination.done_on = Some(*on);
                Standing::AwaitingCorrections(Corrections::asked(*on, defects))
            }
            (
                Event::CorrectionsSupplied { on, materials },
                Standing::AwaitingCorrections(corrections),
            ) => self.corrected(*on, materials, corrections),
            (Event::Accepted { on, mode }, Standing::Received) => {
                self.examination.done_on = Some(match mode {
                    AcceptanceMode::Written { .. } => *on,
                    AcceptanceMode::BySilence { declared_on } => *declared_on,
                });
                Standing::UnderReview(Review::begin(*on, mode.clone()))
            }
            (
                Event::ApplicationWithdrawn { on, .. },
                Standing::Received | Standing::AwaitingCorrections(_),
            ) => Standing::Withdrawn { on: *on, review: None },
            (
                Event::Received { .. }
                | Event::CommitmentRecorded { .. }
                | Event::NotAccepted { .. }
                | Event::CorrectionsRequested { .. }
                | Event::CorrectionsSupplied { .. }
                | Event::Accepted { .. }
                | Event::MissingTolerated { .. }
                | Event::OwedSupplied { .. }
                | Event::Terminated { .. }
                | Event::Suspended { .. }
                | Event::Resumed { .. }
                | Event::Extended { .. }
                | Event::OpinionsRequested { .. }
                | Event::OpinionGiven { .. }
                | Event::OpinionDeemed { .. }
                | Event::OpinionsJoined { .. }
                | Event::Resubmitted { .. }
                | Event::Decided { .. }
                | Event::GrantDeemed { .. }
                | Event::Delivered { .. }
                | Event::CommitmentChecked { .. }
                | Event::RectificationOrdered { .. }
                | Event::Rectified { .. }
                | Event::ConditionShown { .. }
                | Event::ConditionChecked { .. }
                | Event::ApplicationWithdrawn { .. }
                | Event::PermitWithdrawn { .. }
                | Event::PermitRevoked { .. }
                | Event::PermitRevokedAsPenalty { .. }
                | Event::PermitDeregistered { .. }
                | Event::AlarmRaised { .. }
                | Event::CardContested { .. }
                | Event::CardAnnulled { .. }
                | Event::CardUpheld { .. },
                unmoved,
            ) => unmoved,
        }
    }

    /// The examination begins anew when everything is corrected.
    fn corrected(
        &mut self,
        on: Date,
        materials: &[Material],
        mut corrections: Corrections,
    ) -> Standing {
        self.keep(materials);
        corrections.take_in(materials);
        if !corrections.outstanding.is_empty() {
            return Standing::AwaitingCorrections(corrections);
        }
        let new = Some(corrections.supplied);
        self.examination = Examination { since: on, done_on: None, new };
        Standing::Received
    }

    fn in_review(&mut self, mut review: Review, event: &Event) -> Standing {
        review.last_on = review.last_on.max(event.on());
        match event {
            Event::Decided { on, outcome, materials, opinions, .. } => {
                let decided = self.settle(review, *on, Ruling::from(outcome));
                let (materials, opinions) = (materials.clone(), opinions.clone());
                Standing::Decided(Box::new(Decided { materials, opinions, ..decided }))
            }
            Event::GrantDeemed { on, materials, .. } => {
                let ruling = Ruling::Granted { certificate: None, conditions: Vec::new() };
                let decided = self.settle(review, *on, ruling);
                Standing::Decided(Box::new(Decided { materials: materials.clone(), ..decided }))
            }
            Event::ApplicationWithdrawn { on, .. } => {
                review.close(*on);
                Standing::Withdrawn { on: *on, review: Some(review) }
            }
            Event::Terminated { on, .. } => {
                review.close(*on);
                Standing::Terminated { on: *on, review }
            }
            Event::MissingTolerated { .. } => {
                review.owe(event);
                Standing::UnderReview(review)
            }
            Event::OwedSupplied { materials, .. } => {
                self.keep(materials);
                review.owe(event);
                Standing::UnderReview(review)
            }
            Event::Resubmitted { on, materials, reopened } => {
                self.keep(materials);
                review.resubmitted(*on, reopened);
                Standing::UnderReview(review)
            }
            Event::OpinionsRequested { .. }
            | Event::OpinionGiven { .. }
            | Event::OpinionDeemed { .. }
            | Event::OpinionsJoined { .. } => {
                review.hear(&self.terms, event);
                Standing::UnderReview(review)
            }
            Event::Suspended { .. } | Event::Resumed { .. } | Event::Extended { .. } => {
                review.count_otherwise(event);
                Standing::UnderReview(review)
            }
            Event::Received { .. }
            | Event::CommitmentRecorded { .. }
            | Event::NotAccepted { .. }
            | Event::CorrectionsRequested { .. }
            | Event::CorrectionsSupplied { .. }
            | Event::Accepted { .. }
            | Event::Delivered { .. }
            | Event::CommitmentChecked { .. }
            | Event::RectificationOrdered { .. }
            | Event::Rectified { .. }
            | Event::ConditionShown { .. }
            | Event::ConditionChecked { .. }
            | Event::PermitWithdrawn { .. }
            | Event::PermitRevoked { .. }
            | Event::PermitRevokedAsPenalty { .. }
            | Event::PermitDeregistered { .. }
            | Event::AlarmRaised { .. }
            | Event::CardContested { .. }
            | Event::CardAnnulled { .. }
            | Event::CardUpheld { .. } => Standing::UnderReview(review),
        }
    }

    fn settle(&self, mut review: Review, on: Date, ruling: Ruling) -> Decided {
        review.close(on);
        let on_commitment = self.terms.track == Track::Commitment;
        let granted = matches!(ruling, Ruling::Granted { .. });
        let conditions = conditions::imposed(&self.terms.agency, &review.consultation, &ruling);
        Decided {
            review,
            on,
            conditions,
            ruling,
            materials: Vec::new(),
            opinions: Vec::new(),
            delivered_on: None,
            check: if on_commitment && granted { Checking::Pending } else { Checking::None },
            ending: None,
            deregistered: None,
        }
    }

    /// Whose turn it is after the event, and since when. A fact entered late does not take back
    /// the days that were already another's.
    fn pass_turn(&mut self, on: Date) {
        let Some(last) = self.turns.last() else { return };
        let since = on.max(last.since);
        let turn = self.turn(since);
        if (turn.special, &turn.party, &turn.open) != (last.special, &last.party, &last.open) {
            self.turns.push(turn);
        }
    }

    /// Who has to act from a day on, and whether a special procedure put the matter there.
    fn turn(&self, since: Date) -> Turn {
        let turn = |party| Turn { since, party, special: false, open: Vec::new() };
        let lead = Party::Agency(self.terms.agency.clone());
        match &self.standing {
            Standing::Received => turn(lead),
            Standing::AwaitingCorrections(_) => turn(Party::Enterprise),
            Standing::NotAccepted { .. }
            | Standing::Withdrawn { .. }
            | Standing::Terminated { .. } => turn(Party::Nobody),
            Standing::UnderReview(review) => review.turn(&self.terms, since),
            Standing::Decided(decided) => turn(decided.party(lead)),
        }
    }
}

impl From<&Outcome> for Ruling {
    fn from(outcome: &Outcome) -> Self {
        match outcome.clone() {
            Outcome::Granted { certificate, conditions } => {
                Ruling::Granted { certificate: Some(certificate), conditions }
            }
            Outcome::Refused { reasons, .. } => Ruling::Refused { reasons },
        }
    }
}
