//! Calls that read matters.

use proto::matter::v1 as pb;
use tokio::sync::{mpsc, watch};
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response};

use super::{Answer, Desk, Happened};
use crate::{
    caller::Caller,
    fields::Fields,
    mandates::{self, Mandates, Sight},
    matters::{Filter, Happenings},
    name::{self, MatterName},
    refuse,
};

/// Matters on a page when nothing is said, and at most.
const PAGE: usize = 50;
const MAX_PAGE: usize = 200;
/// Happenings that wait for a slow listener before the watching waits too.
const WAITING: usize = 64;

impl Desk {
    pub(super) async fn get(
        &self,
        request: Request<pb::GetMatterRequest>,
    ) -> Answer<pb::GetMatterResponse> {
        let caller = Caller::of(request.metadata())?;
        let message = request.into_inner();
        let mut fields = Fields::default();
        let name = fields.matter(&message.name);
        if let Some(name) = &name {
            let stage = Some(name.matter.stage());
            self.mandates.admit(&caller, &name.project, stage).await?;
        }
        let Some(name) = fields.finish(name)? else { return Err(refuse::internal()) };
        let cases = self.of(name.matter.stage())?;
        let matter = Some(cases.get(&name, &message.min_position).await?);
        Ok(Response::new(pb::GetMatterResponse { matter }))
    }

    pub(super) async fn list(
        &self,
        request: Request<pb::ListMattersRequest>,
    ) -> Answer<pb::ListMattersResponse> {
        let caller = Caller::of(request.metadata())?;
        let message = request.into_inner();
        let mut fields = Fields::default();
        self.admit(&caller, &message.parent).await?;
        let filter = filter(&mut fields, &message.parent, &message.agency, &message.states);
        let filter = Filter { sight: self.sight(&caller), ..filter };
        if message.page_size < 0 {
            fields.wrong("page_size", "is not negative");
        }
        let bound = page_bound(&caller, &message);
        let after = match message.page_token.as_str() {
            "" => None,
            token => {
                let name = token.strip_prefix(&bound).and_then(MatterName::parse);
                if name.is_none() {
                    fields.wrong("page_token", "is of an answer to the same caller and filter");
                }
                name
            }
        };
        let filter = fields.finish(filter)?;
        let most = page_size(&message);
        let mut matters = Vec::new();
        for cases in self.stages.values() {
            // One more than asked for tells whether there is another page.
            let seen = &message.min_position;
            matters.extend(cases.list(&filter, after.as_ref(), most + 1, seen).await?);
        }
        matters.sort_by(|(one, _), (other, _)| one.cmp(other));
        let more = matters.len() > most;
        matters.truncate(most);
        let next = matters.last().filter(|_| more);
        let next = next.map(|(name, _)| page_token(&caller, &message, name));
        Ok(Response::new(pb::ListMattersResponse {
            matters: matters.into_iter().map(|(_, matter)| matter).collect(),
            next_page_token: next.unwrap_or_default(),
        }))
    }

    pub(super) async fn watch(
        &self,
        request: Request<pb::WatchMattersRequest>,
    ) -> Answer<Happened> {
        let caller = Caller::of(request.metadata())?;
        let message = request.into_inner();
        self.admit(&caller, &message.parent).await?;
        let mut fields = Fields::default();
        let filter = filter(&mut fields, &message.parent, &message.agency, &[]);
        let filter = fields.finish(Filter { sight: self.sight(&caller), ..filter })?;
        let (happenings, listener) = mpsc::channel(WAITING);
        for cases in self.stages.values() {
            cases.watch(filter.clone(), &message.after_position, happenings.clone()).await?;
        }
        tokio::spawn(until_barred(
            self.mandates.clone(),
            caller,
            filter.project,
            happenings.clone(),
        ));
        tokio::spawn(until_stopped(self.stopping.subscribe(), happenings));
        Ok(Response::new(Box::pin(ReceiverStream::new(listener))))
    }

    /// Whether the caller may ask about a project, or, with `projects/-`, about whatever it may see.
    async fn admit(&self, caller: &Caller, parent: &str) -> Result<(), tonic::Status> {
        match name::project(parent) {
            Some(project) => self.mandates.admit(caller, project, None).await,
            None => self.mandates.admit_any(caller).await,
        }
    }

    fn sight(&self, caller: &Caller) -> Sight {
        Sight::of(self.mandates.clone(), caller.clone())
    }
}

/// Ends a watch whose caller may not see any more what it watches.
async fn until_barred(
    mandates: Mandates,
    caller: Caller,
    project: Option<String>,
    happenings: Happenings,
) {
    tokio::select! {
        () = mandates.ended(&caller, project.as_deref()) => {}
        () = happenings.closed() => return,
    }
    // If nobody listens, nobody misses it.
    let _ = happenings.send(Err(mandates::barred())).await;
}

/// Tells a listener when the platform stops.
async fn until_stopped(mut stopping: watch::Receiver<bool>, happenings: Happenings) {
    let stopped = async { drop(stopping.wait_for(|stopping| *stopping).await) };
    tokio::select! {
        () = stopped => {}
        () = happenings.closed() => return,
    }
    // If nobody listens, nobody misses it.
    let _ = happenings.send(Err(refuse::stopping())).await;
}

fn filter(fields: &mut Fields, parent: &str, agency: &str, states: &[i32]) -> Filter {
    let project = match parent {
        "projects/-" => None,
        named => {
            let project = name::project(named);
            if project.is_none() {
                fields.wrong("parent", "is a name projects/{project}, or projects/- for every one");
            }
            project.map(str::to_owned)
        }
    };
    let agency = Some(fields.short("agency", agency)).filter(|code| !code.is_empty());
    fields.few("states", states.len());
    let mut wanted = Vec::new();
    for (i, state) in states.iter().take(crate::fields::MAX_ENTRIES).enumerate() {
        let known = pb::State::try_from(*state).ok();
        let known = known.filter(|state| *state != pb::State::Unspecified);
        wanted.extend(fields.word(&format!("states[{i}]"), known));
    }
    Filter { project, agency, states: wanted, sight: Sight::default() }
}

/// How many matters a page has at most.
#[must_use]
pub fn page_size(message: &pb::ListMattersRequest) -> usize {
    match usize::try_from(message.page_size) {
        Ok(0) | Err(_) => PAGE,
        Ok(size) => size.min(MAX_PAGE),
    }
}

/// The token of the page that begins after a matter.
#[must_use]
pub fn page_token(caller: &Caller, message: &pb::ListMattersRequest, after: &MatterName) -> String {
    format!("{}{after}", page_bound(caller, message))
}

/// Binds a page token to who asked for what: used by another or for another list, it is refused.
fn page_bound(caller: &Caller, message: &pb::ListMattersRequest) -> String {
    let asked = format!(
        "{}\0{}\0{}\0{:?}",
        caller.principal, message.parent, message.agency, message.states
    );
    let digest = eventlog::Algorithm::Sha256.hash(asked.as_bytes());
    let short: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    format!("{short}:")
}
