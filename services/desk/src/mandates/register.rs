//! What intake's log says of owners and agents.

use std::collections::{BTreeMap, BTreeSet};

use eventlog::{Malformed, Recorded};
use jiff::civil::Date;
use prost::Message;
use proto::intake::v1::{IntakeEvent, intake_event::Kind};
use rulebook::catalogue::Stage;

use crate::{
    caller::{Caller, Principal, reference},
    sight, wire,
};

/// Owners by project, and mandates in the order of their appointment.
#[derive(Debug, Clone, Default)]
pub(super) struct Register {
    owners: BTreeMap<String, String>,
    mandates: Vec<(String, Mandate)>,
}

/// What an enterprise lets an agent do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mandate {
    /// Reference of the agent.
    pub agent: String,
    /// Whether it is for every project of the enterprise, those to come too, and not only for the one in
    /// whose stream it stands.
    pub all_projects: bool,
    /// The stages; none: every one.
    pub stages: BTreeSet<Stage>,
    /// First day.
    pub from: Date,
    /// Last day; `None`: until it is revoked.
    pub until: Option<Date>,
}

impl Mandate {
    /// Reads a stored appointment.
    ///
    /// # Errors
    /// The field that cannot be read.
    pub fn read(stored: &proto::intake::v1::AgentAppointed) -> Result<Self, Malformed> {
        let bad = |field: &str| Malformed(format!("agent_appointed.{field}"));
        let date = |field, text: &str| wire::date(text).map_err(|_| bad(field));
        let stages = stored.stages.iter().map(|word| stage(word).ok_or_else(|| bad("stages")));
        let until = Some(stored.until.as_str()).filter(|text| !text.is_empty());
        Ok(Self {
            agent: stored.agent.clone(),
            all_projects: stored.all_projects,
            stages: stages.collect::<Result<_, _>>()?,
            from: date("from", &stored.from)?,
            until: until.map(|text| date("until", text)).transpose()?,
        })
    }

    /// Writes it as it is stored.
    #[must_use]
    pub fn write(&self) -> proto::intake::v1::AgentAppointed {
        proto::intake::v1::AgentAppointed {
            agent: self.agent.clone(),
            all_projects: self.all_projects,
            stages: self.stages.iter().map(ToString::to_string).collect(),
            from: self.from.to_string(),
            until: self.until.map_or_else(String::new, |day| day.to_string()),
        }
    }

    fn covers(&self, stage: Option<Stage>, today: Date) -> bool {
        let in_time = self.from <= today && self.until.is_none_or(|last| today <= last);
        let wanted = stage.is_none_or(|stage| self.stages.contains(&stage));
        in_time && (self.stages.is_empty() || wanted)
    }
}

/// The stage of a word, as a mandate names it.
pub(super) fn stage(word: &str) -> Option<Stage> {
    Stage::ALL.into_iter().find(|stage| stage.to_string() == word)
}

impl Register {
    pub(super) fn sees(
        &self,
        caller: &Caller,
        project: &str,
        stage: Option<Stage>,
        today: Date,
    ) -> bool {
        let Some(enterprise) = caller.enterprise() else { return false };
        if self.owners.get(project).map(String::as_str) != Some(enterprise) {
            return false;
        }
        match &caller.principal {
            Principal::Agent { .. } => self.held(caller, enterprise).any(|(at, mandate)| {
                (mandate.all_projects || at == project) && mandate.covers(stage, today)
            }),
            _ => true,
        }
    }

    pub(super) fn has_any(&self, caller: &Caller, today: Date) -> bool {
        let Some(enterprise) = caller.enterprise() else { return false };
        self.held(caller, enterprise).any(|(_, mandate)| mandate.covers(None, today))
    }

    pub(super) fn may_register(&self, caller: &Caller, today: Date) -> bool {
        let Some(enterprise) = caller.enterprise() else { return false };
        self.held(caller, enterprise)
            .any(|(_, mandate)| mandate.all_projects && mandate.covers(Some(Stage::Intake), today))
    }

    /// The mandates that an agent holds of an enterprise, each with the project of its stream.
    fn held<'r>(
        &'r self,
        caller: &'r Caller,
        enterprise: &'r str,
    ) -> impl Iterator<Item = (&'r str, &'r Mandate)> {
        let agent = match &caller.principal {
            Principal::Agent { who } => reference(who),
            _ => "",
        };
        let of = self.mandates.iter().filter(move |(project, mandate)| {
            let owner = self.owners.get(project).map(String::as_str);
            owner == Some(enterprise) && mandate.agent == agent
        });
        of.map(|(project, mandate)| (project.as_str(), mandate))
    }
}

pub(super) fn fold(register: &mut Register, recorded: &Recorded) -> Result<(), Malformed> {
    let project = recorded.stream.strip_prefix("intake/");
    let project =
        project.ok_or_else(|| Malformed(format!("stream {} is not intake's", recorded.stream)))?;
    let stored = IntakeEvent::decode(recorded.payload.as_slice())
        .map_err(|error| Malformed(error.to_string()))?;
    match stored.kind {
        Some(Kind::ProjectRegistered(_)) => {
            let owner = sight::owner(recorded);
            let owner = owner.as_deref().and_then(|owner| owner.strip_prefix("enterprise:"));
            if let Some(owner) = owner.map(reference) {
                register.owners.entry(project.to_owned()).or_insert(owner.to_owned());
            }
        }
        Some(Kind::AgentAppointed(appointed)) => {
            let mandate = Mandate::read(&appointed)?;
            let same =
                |(at, held): &(String, Mandate)| at == project && held.agent == mandate.agent;
            register.mandates.retain(|held| !same(held));
            register.mandates.push((project.to_owned(), mandate));
        }
        Some(Kind::AgentRevoked(revoked)) => {
            let same =
                |(at, held): &(String, Mandate)| at == project && held.agent == revoked.agent;
            register.mandates.retain(|held| !same(held));
        }
        // Nothing else says whose a project is.
        Some(_) | None => {}
    }
    Ok(())
}
