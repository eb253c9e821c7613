//! The state of a case. It never refuses an event and applies no rule of law.

use super::event::{Event, Fact, Gate, ProjectFacts, Screened, rests_screening_on};
use desk::mandates::Mandate;
use jiff::civil::Date;
use rulebook::{
    matter::{Matter, MatterId},
    negative_list::Outcome,
};
use std::collections::{BTreeMap, BTreeSet};

/// One project's intake.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Case {
    /// The project; `None` before it is registered.
    pub project: Option<Box<Project>>,
    /// The matters of this stage.
    pub matters: BTreeMap<MatterId, Matter>,
    /// Keys of the alarms that were raised of other than matters.
    pub alarms: BTreeSet<String>,
    /// The mandates that the enterprise gave here and has not revoked, by agent.
    pub agents: BTreeMap<String, Mandate>,
}

/// A registered project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    /// What the enterprise says now.
    pub facts: ProjectFacts,
    /// Day of registration.
    pub registered_on: Date,
    /// The latest day of what happened to the project. Changes of facts do not count: they may be told
    /// after the day on which they were resolved.
    pub last_on: Date,
    /// The latest screening.
    pub screening: Option<Screening>,
    /// The latest decision of the key-project gate.
    pub gate: Option<Gate>,
    /// Whether that decision is contested.
    pub contested: bool,
    /// Whether it answers a contest, and so is final for its amount.
    pub answers_contest: bool,
    /// Reference of the service secretary.
    pub secretary: Option<String>,
    /// The times in which it was a key project without one, oldest first.
    pub vacancies: Vec<Vacancy>,
    /// The latest security review, where the project falls under it.
    pub security_review: Option<SecurityReview>,
    /// Project code.
    pub code: Option<String>,
    /// Facts stated for the matters of this stage.
    pub stated: BTreeMap<String, String>,
    /// Day on which it was given up.
    pub withdrawn_on: Option<Date>,
}

/// A time in which a key project had no service secretary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vacancy {
    /// Day since which one is owed.
    pub since: Date,
    /// Day on which one began, or none was owed any more; `None` while it lasts.
    pub until: Option<Date>,
}

/// A screening and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Screening {
    /// Day.
    pub on: Date,
    /// The list's answer.
    pub answer: Screened,
    /// An official's decision, where the list left it open.
    pub decided: Option<(Outcome, String)>,
    /// Whether a fact that it rests on has changed since.
    pub void: bool,
}

/// A security review of a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecurityReview {
    /// Key of the ground.
    pub ground: String,
    /// Whether the investor acquires actual control.
    pub actual_control: bool,
    /// Article.
    pub article: String,
    /// How it ended; `None` while it is pending and nothing may be implemented.
    pub outcome: Option<Reviewed>,
}

/// How a security review ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reviewed {
    /// Whether the investment may go on.
    pub cleared: bool,
    /// Number of the decision.
    pub decision: String,
}

impl Screening {
    /// The outcome that counts; manual while an official has not decided.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        self.decided.as_ref().map_or(self.answer.outcome, |(outcome, _)| *outcome)
    }

    /// Whether the project may go on.
    #[must_use]
    pub fn admits(&self) -> bool {
        !self.void && matches!(self.outcome(), Outcome::Pass | Outcome::PassWithCondition)
    }
}

impl Case {
    /// The case after an event.
    pub(super) fn take(&mut self, event: &Event) {
        if let Fact::Registered { facts, .. } = &event.fact {
            self.project = Some(Box::new(Project::registered(facts.as_ref().clone(), event.on)));
        }
        if let Fact::Matter(id, step) = &event.fact {
            match self.matters.get_mut(id) {
                Some(matter) => matter.evolve(step),
                None => self.matters.extend(Matter::open(step).map(|matter| (id.clone(), matter))),
            }
        }
        if let Fact::AgentAppointed(mandate) = &event.fact {
            self.agents.insert(mandate.agent.clone(), mandate.clone());
        }
        if let Fact::AgentRevoked { agent } = &event.fact {
            self.agents.remove(agent);
        }
        if let Fact::AlarmRaised(alarm) = &event.fact {
            self.alarms.insert(alarm.key());
        }
        if let Some(project) = self.project.as_deref_mut() {
            project.take(event);
        }
    }
}

impl Project {
    fn registered(facts: ProjectFacts, on: Date) -> Self {
        Self {
            facts,
            registered_on: on,
            last_on: on,
            screening: None,
            gate: None,
            contested: false,
            answers_contest: false,
            secretary: None,
            vacancies: Vec::new(),
            security_review: None,
            code: None,
            stated: BTreeMap::new(),
            withdrawn_on: None,
        }
    }

    /// Begins or ends a vacancy, as the project now is.
    fn serve(&mut self, on: Date) {
        let is_key = self.gate.as_ref().is_some_and(|gate| gate.recognised);
        let open = self.vacancies.last_mut().filter(|vacancy| vacancy.until.is_none());
        match (is_key && self.secretary.is_none(), open) {
            (true, None) => self.vacancies.push(Vacancy { since: on, until: None }),
            (false, Some(open)) => open.until = Some(on),
            (true, Some(_)) | (false, None) => {}
        }
    }

    fn take(&mut self, event: &Event) {
        match &event.fact {
            Fact::Screened(answer) => {
                self.screening = Some(Screening {
                    on: event.on,
                    answer: answer.clone(),
                    decided: None,
                    void: false,
                });
            }
            Fact::ScreeningDecided { outcome, reason } => {
                if let Some(screening) = &mut self.screening {
                    screening.decided = Some((*outcome, reason.clone()));
                }
            }
            Fact::KeyProjectDecided(gate) => {
                self.gate = Some(gate.clone());
                self.serve(event.on);
                self.answers_contest = std::mem::take(&mut self.contested);
            }
            Fact::KeyProjectContested { .. } => self.contested = true,
            Fact::SecretaryAssigned { secretary } => {
                self.secretary = Some(secretary.clone());
                self.serve(event.on);
            }
            Fact::SecretaryHandedOver { to, .. } => self.secretary = Some(to.clone()),
            Fact::SecurityReviewFlagged { ground, actual_control, article } => {
                self.security_review = Some(SecurityReview {
                    ground: ground.clone(),
                    actual_control: *actual_control,
                    article: article.clone(),
                    outcome: None,
                });
            }
            Fact::SecurityReviewConcluded { cleared, decision } => {
                if let Some(review) = &mut self.security_review {
                    let (cleared, decision) = (*cleared, decision.clone());
                    review.outcome = Some(Reviewed { cleared, decision });
                }
            }
            Fact::CodeAssigned { code } => self.code = Some(code.clone()),
            Fact::Changed { facts, changed, .. } => {
                self.facts = facts.as_ref().clone();
                if let Some(screening) = &mut self.screening {
                    screening.void |= changed.iter().any(|fact| rests_screening_on(fact));
                }
                return;
            }
            Fact::Withdrawn { .. } => self.withdrawn_on = Some(event.on),
            Fact::FactsStated { facts } => {
                self.stated.extend(facts.clone());
                return;
            }
            // Registration made the project; matters, alarms and agents are the case's.
            Fact::Registered { .. }
            | Fact::Matter(..)
            | Fact::AlarmRaised(_)
            | Fact::AgentAppointed(_)
            | Fact::AgentRevoked { .. } => return,
        }
        self.last_on = self.last_on.max(event.on);
    }
}
