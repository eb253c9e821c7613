//! Calls about agents.

use super::{Answer, Head, decided};
use crate::{
    Intake,
    case::{
        Case,
        decide::{Order, agent},
    },
};
use desk::{caller::reference, fields::Fields, mandates::Mandate, refuse::Refusal};
use jiff::civil::Date;
use proto::intake::v1 as pb;
use rulebook::catalogue::Stage;
use std::collections::BTreeSet;
use tonic::{Request, Response, Status};

impl Intake {
    pub(super) async fn appoint(
        &self,
        request: Request<pb::AppointAgentRequest>,
    ) -> Answer<pb::AppointAgentResponse> {
        let (metadata, _, message) = request.into_parts();
        let mut fields = Fields::default();
        let name = agent_of(&mut fields, &message.agent);
        let stages = stages(&mut fields, &message.stages);
        let from = fields.occurred_on(&message.occurred_on);
        let from = match message.from.as_str() {
            "" => from,
            text => fields.date("from", text),
        };
        let until = match message.until.as_str() {
            "" => None,
            text => fields.date("until", text),
        };
        let all_projects = message.all_projects;
        let decide = move |case: &Case, _: &str, order: Order<'_>| {
            let from: Date = from.unwrap_or(order.bench.date);
            let (agent, stages) = (name.clone(), stages.clone());
            let mandate = Mandate { agent, all_projects, stages, from, until };
            decided(agent::appoint(case, &mandate, order))
        };
        let head = head!(message);
        let done = self.command("AppointAgent", &metadata, head, &message, fields, decide).await?;
        Ok(Response::new(pb::AppointAgentResponse { project: done.0, position: done.1 }))
    }

    pub(super) async fn revoke(
        &self,
        request: Request<pb::RevokeAgentRequest>,
    ) -> Answer<pb::RevokeAgentResponse> {
        let (metadata, _, message) = request.into_parts();
        let mut fields = Fields::default();
        let name = agent_of(&mut fields, &message.agent);
        let decide = move |case: &Case, _: &str, order: Order<'_>| {
            decided(agent::revoke(case, &name, order))
        };
        let head = head!(message);
        let done = self.command("RevokeAgent", &metadata, head, &message, fields, decide).await?;
        Ok(Response::new(pb::RevokeAgentResponse { project: done.0, position: done.1 }))
    }

    pub(super) async fn agents(
        &self,
        request: Request<pb::ListAgentsRequest>,
    ) -> Answer<pb::ListAgentsResponse> {
        let (metadata, _, message) = request.into_parts();
        let mut fields = Fields::default();
        let project = fields.project("name", &message.name);
        fields.finish(())?;
        self.docket.mandates().admit_reader(&metadata, Some(&project), None).await?;
        self.docket.seen(&message.min_position).await?;
        let agents = self.docket.read(|cases| {
            let held = cases.get(&project)?;
            Some(held.case.agents.values().map(Mandate::write).collect())
        })?;
        let unknown = || Status::from(Refusal::Unknown(message.name.clone()));
        Ok(Response::new(pb::ListAgentsResponse { agents: agents.ok_or_else(unknown)? }))
    }
}

/// The reference of an agent, without the user.
fn agent_of(fields: &mut Fields, text: &str) -> String {
    let agent = fields.required_short("agent", text);
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    if !agent.is_empty() && (reference(&agent) != agent || !agent.bytes().all(plain)) {
        fields.wrong("agent", "is a reference in [A-Za-z0-9._-], without the user after `/`");
    }
    agent
}

fn stages(fields: &mut Fields, words: &[String]) -> BTreeSet<Stage> {
    fields.few("stages", words.len());
    let mut stages = BTreeSet::new();
    for (i, word) in words.iter().take(desk::fields::MAX_ENTRIES).enumerate() {
        match Stage::ALL.into_iter().find(|stage| stage.word() == word) {
            Some(stage) => drop(stages.insert(stage)),
            None => {
                let rule = "is intake, planning, acceptance or aftercare";
                fields.wrong(format!("stages[{i}]"), rule);
            }
        }
    }
    stages
}
