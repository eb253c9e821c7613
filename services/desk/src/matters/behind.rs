//! A docket of cases with matters, as the desk sees it.

use async_trait::async_trait;
use proto::matter::v1 as pb;
use rulebook::{
    catalogue::Stage,
    matter::{Command, Matter, MatterId},
};
use tonic::Status;

use super::{Cases, Filter, Form, Happenings, Matters, newest, silence, today, watch};
use crate::{
    caller::Caller,
    docket::{Bench, Docket},
    holdings,
    name::MatterName,
    position::Token,
    refuse::{Refusal, Violation},
    view,
};

#[async_trait]
impl<C: Matters> Cases for Docket<C> {
    fn stage(&self) -> Stage {
        C::STAGE
    }

    async fn file(
        &self,
        caller: &Caller,
        request: eventlog::Request,
        form: Form,
    ) -> Result<pb::FileMattersResponse, Status> {
        let (caller, project) = (caller.clone(), form.project.clone());
        let answered = form.clone();
        self.dossiers_have_heard(&form.heard).await?;
        let decide = move |case: &C, bench: &Bench| case.file(&form, &caller, bench);
        let answer = move |case: &C, bench: &Bench| {
            let applications = answered.applications.iter();
            let opened = applications.filter_map(|one| newest(case.matters(), &one.item));
            let shown = opened.filter_map(|id| shown(case, &answered.project, id, bench));
            pb::FileMattersResponse { matters: shown.collect(), position: String::new() }
        };
        let (mut answer, position) = self.execute(request, &project, decide, answer).await?;
        answer.position = position;
        Ok(answer)
    }

    async fn act(
        &self,
        caller: &Caller,
        request: eventlog::Request,
        name: MatterName,
        command: Command,
        unchanged_since: Option<Token>,
    ) -> Result<(pb::Matter, String), Status> {
        let (caller, MatterName { project, matter: id }) = (caller.clone(), name);
        let (answered, acted) = (project.clone(), id.clone());
        if holdings::is_demand(&command.act) {
            self.before_demanding(&project).await?;
        }
        let epoch = self.epoch();
        // Nobody was shown what is not there yet: an act that says so would rest on nothing.
        if let Some(since) = unchanged_since.as_ref().filter(|since| since.epoch == epoch) {
            self.seen(&[since.to_string()]).await?;
        }
        let decide = move |case: &C, bench: &Bench| {
            if let Some(since) = &unchanged_since {
                unchanged::<C>(since, epoch, bench.changed.get(&acted))?;
            }
            case.act(&acted, &command, &caller, bench)
        };
        let answer =
            move |case: &C, bench: &Bench| shown(case, &answered, &id, bench).unwrap_or_default();
        self.execute(request, &project, decide, answer).await
    }

    async fn get(&self, name: &MatterName, seen: &[String]) -> Result<pb::Matter, Status> {
        self.seen(seen).await?;
        let bench = self.bench();
        let matter = self.read(|cases| {
            let held = cases.get(&name.project)?;
            let matter = held.case.matters().get(&name.matter)?;
            Some(placed(self, name, matter, &bench, held.position))
        })?;
        matter.ok_or_else(|| Refusal::Unknown(format!("matter {name}")).into())
    }

    async fn list(
        &self,
        filter: &Filter,
        after: Option<&MatterName>,
        most: usize,
        seen: &[String],
    ) -> Result<Vec<(MatterName, pb::Matter)>, Status> {
        self.seen(seen).await?;
        let bench = self.bench();
        self.read(|cases| {
            let all = cases.iter().flat_map(|(project, held)| {
                held.case.matters().iter().map(move |(id, matter)| (project, held, id, matter))
            });
            let named = all.filter_map(|(project, held, id, matter)| {
                let name = MatterName { project: project.to_owned(), matter: id.clone() };
                let wanted = after.is_none_or(|after| *after < name);
                (wanted && filter.takes(project, C::STAGE, matter)).then_some((
                    name,
                    held.position,
                    matter,
                ))
            });
            named
                .take(most)
                .map(|(name, position, matter)| {
                    let matter = placed(self, &name, matter, &bench, position);
                    (name, matter)
                })
                .collect()
        })
    }

    async fn watch(
        &self,
        filter: Filter,
        after: &[String],
        happenings: Happenings,
    ) -> Result<(), Status> {
        watch::begin(self.clone(), filter, after, happenings).await
    }

    async fn pass_day(&self) -> Result<Vec<String>, Status> {
        let moved = silence::pass_day(self).await;
        self.raise_alarms().await?;
        moved
    }
}

/// Lets an act pass that rests on what is still true of its matter. What another process recorded in this
/// moment keeps the act out of the log, and it is judged again.
///
/// # Errors
/// A token of another log; the matter changed after the position, or the log was put back since.
fn unchanged<C: Matters>(since: &Token, epoch: u32, changed: Option<&u64>) -> Result<(), Refusal> {
    if since.log != C::SERVICE {
        let rule = format!("is a position of {}, as the matter's own answers tell it", C::SERVICE);
        return Err(Refusal::Fields(vec![Violation::new("unchanged_since", rule)]));
    }
    if since.epoch == epoch && changed.is_none_or(|at| *at <= since.position) {
        return Ok(());
    }
    Err(Refusal::Changed { since: since.to_string() })
}

/// A matter in the answer of a command, whose position is not known before it is recorded.
fn shown<C: Matters>(case: &C, project: &str, id: &MatterId, bench: &Bench) -> Option<pb::Matter> {
    let matter = case.matters().get(id)?;
    let name = MatterName { project: project.to_owned(), matter: id.clone() };
    Some(view::matter(&name.to_string(), matter, today(bench), ""))
}

/// A matter with the position of its project.
pub(super) fn placed<C: Matters>(
    docket: &Docket<C>,
    name: &MatterName,
    matter: &Matter,
    bench: &Bench,
    position: u64,
) -> pb::Matter {
    view::matter(&name.to_string(), matter, today(bench), &docket.token(position))
}
