//! The desk's verbs on this stage's matters, with what is special to a joint acceptance and a survey.

use desk::{
    caller::Caller,
    docket::Bench,
    matters::{self, Form},
    refuse::Refusal,
};
use rulebook::consultation::Opinion;
use rulebook::{
    catalogue::Kind,
    matter::{Act as Step, Command as MatterCommand, Event as Fact, MatterId, Outcome},
};

use super::{Act, Command, Court, Decision, Scoped, wrapped};
use crate::case::event::Event;
use crate::case::particulars::{Finding, SurveyVersion};
use crate::case::rejection::Rejection;
use crate::case::state::Case;

impl Case {
    /// Files a form for the whole project.
    ///
    /// # Errors
    /// Why none of its applications is opened.
    pub fn file_form(&self, form: &Form, caller: &Caller, bench: &Bench) -> Decision {
        let act = Act::File { scope: Scoped::Project, applications: form.applications.clone() };
        self.decide(&Command { occurred_on: form.occurred_on, act }, caller, bench)
    }

    /// One of the desk's verbs on a matter.
    ///
    /// # Errors
    /// Why it is refused.
    pub fn act_on(
        &self,
        id: &MatterId,
        command: &MatterCommand,
        caller: &Caller,
        bench: &Bench,
    ) -> Decision {
        if self.joints.contains_key(id)
            && let Some(act) = joint_act(id, &command.act)?
        {
            return self.decide(&Command { occurred_on: command.occurred_on, act }, caller, bench);
        }
        if let Step::Accept { .. }
        | Step::TolerateMissing { .. }
        | Step::DeemAccepted
        | Step::Decide { outcome: Outcome::Granted { .. }, .. }
        | Step::DeemGranted = &command.act
        {
            self.may_proceed()?;
        }
        let court = Court { caller, bench, occurred_on: command.occurred_on };
        let facts = matters::decide(&self.matters, id, command, caller, bench)?;
        let mut events = wrapped(id, facts.clone());
        let mut after = self.clone();
        events.iter().for_each(|event| after.apply(event));
        for fact in &facts {
            if let Fact::Accepted { .. } = fact {
                events.extend(after.caught_up(id, bench.date.max(fact.on())));
            }
            events.extend(self.survey_result(court, id, fact)?);
        }
        Ok(events)
    }

    /// A survey that is granted delivers the first version of its result.
    fn survey_result(
        &self,
        court: Court<'_>,
        id: &MatterId,
        fact: &Fact,
    ) -> Result<Option<Event>, Refusal> {
        let Fact::Decided { on, outcome: Outcome::Granted { certificate, .. }, .. } = fact else {
            return Ok(None);
        };
        let terms = self.matters.get(id).map(|matter| &matter.terms);
        let catalogue = &court.bench.law.catalogue;
        let item = terms.and_then(|terms| catalogue.item_edition(&terms.item, &terms.edition));
        let Some(item) = item.filter(|item| item.kind == Kind::Intermediary) else {
            return Ok(None);
        };
        let result = SurveyVersion {
            material: item.output.key.clone(),
            version: 1,
            sha256: certificate.sha256.clone().ok_or(Rejection::SurveyWithoutHash)?,
            number: certificate.number.clone(),
            reason: String::new(),
        };
        Ok(Some(Event::SurveyDelivered { on: *on, matter: id.clone(), result }))
    }
}

/// What a verb of the desk is to a joint acceptance; `None` where it is what it is everywhere.
fn joint_act(id: &MatterId, step: &Step) -> Result<Option<Act>, Refusal> {
    let matter = id.clone();
    Ok(Some(match step {
        Step::RequestOpinions { .. } => Act::Inspect { matter },
        Step::GiveOpinion { key, opinion, document } => {
            let finding = match opinion {
                Opinion::Consents => Finding::Pass,
                Opinion::Objects(reason) => Finding::Rectify(vec![reason.clone()]),
                Opinion::ConsentsWithConditions(_) => return Err(Rejection::NoConditions.into()),
            };
            let (member, document) = (key.clone(), document.clone());
            Act::Examine { matter, member, finding, document, demanded: Vec::new() }
        }
        Step::Resubmit { materials } => {
            let evidence = materials.iter().map(|m| m.key.as_str()).collect::<Vec<_>>().join(", ");
            Act::Report { matter, evidence, materials: materials.clone() }
        }
        Step::Decide { outcome: Outcome::Granted { certificate, .. }, .. } => {
            Act::Issue { matter, number: certificate.number.clone(), reason: String::new() }
        }
        Step::Decide { outcome: Outcome::Refused { .. }, .. } => {
            return Err(Rejection::EndsWithOpinion.into());
        }
        _ => return Ok(None),
    }))
}
