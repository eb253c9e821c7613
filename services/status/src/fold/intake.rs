//! What the log of intake says of a project.

#![deny(clippy::wildcard_enum_match_arm)]

use super::{Facts, Matters, Told, date, required, unknown_kind};
use eventlog::Malformed;
use jiff::civil::Date;
use proto::intake::v1::{
    IntakeEvent, KeyProjectDecided, Outcome, ProjectChanged, ProjectFacts, ProjectRegistered,
    Screened, ScreeningDecided, SecurityReviewConcluded, SecurityReviewFlagged, intake_event::Kind,
};
use std::collections::BTreeMap;

/// A project as intake's facts have left it.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Intake {
    /// Day of registration.
    pub(crate) registered_on: Option<Date>,
    /// What the enterprise says now.
    pub(crate) facts: ProjectFacts,
    /// The latest screening.
    pub(crate) screening: Option<Screening>,
    /// The latest decision of the key-project gate.
    pub(crate) gate: Option<KeyProjectDecided>,
    /// Day of that decision, or of the contest that asks for another.
    pub(crate) gate_moved_on: Option<Date>,
    /// Whether the enterprise contests the latest decision of the gate.
    pub(crate) is_gate_contested: bool,
    /// Reference of the service secretary.
    pub(crate) secretary: String,
    /// The security review, once flagged.
    pub(crate) review: Option<Review>,
    /// Project code, and the day on which it was assigned.
    pub(crate) code: Option<(String, Date)>,
    /// Day and reason of the withdrawal.
    pub(crate) withdrawn: Option<(Date, String)>,
    /// Facts stated for the matters of this stage, by key.
    pub(crate) stated: BTreeMap<String, String>,
    /// Changes of the project, oldest first.
    pub(crate) changes: Vec<Change>,
    /// The matters of this stage.
    pub(crate) matters: Matters,
}

/// A change of the project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Change {
    /// Day.
    pub(crate) on: Date,
    /// Names of the facts that changed.
    pub(crate) changed: Vec<String>,
}

/// What the negative list says of the project, and what an official made of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Screening {
    /// Day of the list, or of the official's decision.
    pub(crate) on: Date,
    /// Edition of the list.
    pub(crate) edition: String,
    /// Item of the list that applies.
    pub(crate) item_no: Option<u32>,
    /// What came out of it; manual until an official decides.
    pub(crate) outcome: Outcome,
    /// The condition, or the reason.
    pub(crate) condition: String,
    /// Day on which something that it rests on changed: it must be done again.
    pub(crate) void_since: Option<Date>,
}

/// The facts that a screening rests on; intake screens again when one of them changes.
const SCREENED: [&str; 3] = ["investors", "site", "activity"];

/// The security review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Review {
    /// Day of the flag.
    pub(crate) flagged_on: Date,
    /// Article.
    pub(crate) article: String,
    /// Day and number of the decision, and whether the investment may go on.
    pub(crate) concluded: Option<(Date, String, bool)>,
}

impl Facts for Intake {
    type Event = IntakeEvent;

    fn evolve(&mut self, event: &IntakeEvent) -> Result<Told, Malformed> {
        let on = date("occurred_on", &event.occurred_on)?;
        match event.kind.as_ref().ok_or_else(unknown_kind)? {
            Kind::ProjectRegistered(registered) => self.register(on, registered)?,
            Kind::Screened(screened) => self.screen(on, screened)?,
            Kind::ScreeningDecided(decided) => self.decide_screening(on, decided)?,
            Kind::KeyProjectDecided(decided) => {
                self.gate = Some(decided.clone());
                self.gate_moved_on = Some(on);
                self.is_gate_contested = false;
            }
            Kind::KeyProjectContested(_) => {
                self.gate_moved_on = Some(on);
                self.is_gate_contested = true;
            }
            Kind::SecretaryAssigned(assigned) => self.secretary = assigned.secretary.clone(),
            Kind::SecretaryHandedOver(handed) => self.secretary = handed.to.clone(),
            Kind::SecurityReviewFlagged(flagged) => self.flag(on, flagged),
            Kind::SecurityReviewConcluded(concluded) => self.conclude(on, concluded)?,
            Kind::ProjectCodeAssigned(assigned) => self.code = Some((assigned.code.clone(), on)),
            Kind::ProjectChanged(changed) => self.change(on, changed)?,
            Kind::ProjectWithdrawn(withdrawn) => {
                self.withdrawn = Some((on, withdrawn.reason.clone()));
            }
            Kind::FactsStated(stated) => self.stated.extend(stated.facts.clone()),
            Kind::Matter(matter) => return self.matters.evolve(matter),
            // Alarms and mandates move nothing; the light is derived.
            Kind::AlarmRaised(_) | Kind::AgentAppointed(_) | Kind::AgentRevoked(_) => {}
        }
        Ok(Told::on(on))
    }
}

impl Intake {
    fn register(&mut self, on: Date, registered: &ProjectRegistered) -> Result<(), Malformed> {
        self.facts = required("project_registered.facts", &registered.facts)?.clone();
        self.registered_on = Some(on);
        Ok(())
    }

    fn screen(&mut self, on: Date, screened: &Screened) -> Result<(), Malformed> {
        self.screening = Some(Screening {
            on,
            edition: screened.edition.clone(),
            item_no: screened.item_no,
            outcome: outcome("screened.outcome", screened.outcome)?,
            condition: screened.condition.clone(),
            void_since: None,
        });
        Ok(())
    }

    fn decide_screening(&mut self, on: Date, decided: &ScreeningDecided) -> Result<(), Malformed> {
        let outcome = outcome("screening_decided.outcome", decided.outcome)?;
        let before = self
            .screening
            .take()
            .ok_or_else(|| Malformed("screening_decided: before any screening".to_owned()))?;
        self.screening =
            Some(Screening { on, outcome, condition: decided.reason.clone(), ..before });
        Ok(())
    }

    fn change(&mut self, on: Date, changed: &ProjectChanged) -> Result<(), Malformed> {
        self.facts = required("project_changed.facts", &changed.facts)?.clone();
        self.changes.push(Change { on, changed: changed.changed.clone() });
        let rests = changed.changed.iter().any(|fact| SCREENED.contains(&fact.as_str()));
        if let Some(screening) = self.screening.as_mut().filter(|_| rests) {
            screening.void_since.get_or_insert(on);
        }
        Ok(())
    }

    fn flag(&mut self, on: Date, flagged: &SecurityReviewFlagged) {
        let article = flagged.article.clone();
        self.review = Some(Review { flagged_on: on, article, concluded: None });
    }

    fn conclude(&mut self, on: Date, concluded: &SecurityReviewConcluded) -> Result<(), Malformed> {
        let review = self.review.as_mut().ok_or_else(|| {
            Malformed("security_review_concluded: before it was flagged".to_owned())
        })?;
        review.concluded = Some((on, concluded.decision.clone(), concluded.cleared));
        Ok(())
    }

    /// Whether the screening lets the project go on.
    pub(crate) fn is_admitted(&self) -> bool {
        self.screening.as_ref().is_some_and(|screening| {
            screening.void_since.is_none()
                && matches!(screening.outcome, Outcome::Pass | Outcome::PassWithCondition)
        })
    }
}

fn outcome(field: &str, number: i32) -> Result<Outcome, Malformed> {
    match Outcome::try_from(number) {
        Ok(Outcome::Unspecified) | Err(_) => {
            Err(Malformed(format!("{field}: {number} is unknown to this build")))
        }
        Ok(outcome) => Ok(outcome),
    }
}
