//! What happens to matters, as it is recorded: catch up from the log, then be told of more.

use eventlog::Recorded;
use proto::matter::v1 as pb;
use tokio::sync::mpsc;
use tonic::Status;

use super::{Filter, Matters, behind::placed};
use crate::{docket::Docket, name::MatterName, position, refuse, wire};

/// Where happenings go; when nobody listens any more, the watching ends.
pub type Happenings = mpsc::Sender<Result<pb::WatchMattersResponse, Status>>;

/// Events read at once.
const PAGE: usize = 256;

/// Starts to watch one service's log, after the token of that log or from now on.
pub(super) async fn begin<C: Matters>(
    docket: Docket<C>,
    filter: Filter,
    after: &[String],
    happenings: Happenings,
) -> Result<(), Status> {
    let tokens = position::parse(after)?;
    docket.seen(after).await?;
    let own = tokens.iter().find(|token| token.log == C::SERVICE);
    let mut position = match own {
        Some(token) => token.position,
        None => docket.log().head().await.map_err(refuse::unreadable)?.position,
    };
    tokio::spawn(async move {
        let mut head = docket.log().watch();
        loop {
            head.borrow_and_update();
            if let Err(status) = catch_up(&docket, &filter, &mut position, &happenings).await {
                // If nobody listens, nobody misses it.
                let _ = happenings.send(Err(status)).await;
                return;
            }
            tokio::select! {
                changed = head.changed() => if changed.is_err() { return },
                () = happenings.closed() => return,
            }
        }
    });
    Ok(())
}

async fn catch_up<C: Matters>(
    docket: &Docket<C>,
    filter: &Filter,
    position: &mut u64,
    happenings: &Happenings,
) -> Result<(), Status> {
    loop {
        let page = docket.log().read(*position, PAGE).await.map_err(refuse::unreadable)?;
        let Some(last) = page.last().map(|recorded| recorded.position) else { return Ok(()) };
        // The answer shows the matter as it stands, so the fold must have seen the page.
        docket.seen(&[docket.token(last)]).await?;
        for recorded in &page {
            *position = recorded.position;
            let Some(happening) = happening(docket, filter, recorded)? else { continue };
            if happenings.send(Ok(happening)).await.is_err() {
                return Ok(());
            }
        }
    }
}

fn happening<C: Matters>(
    docket: &Docket<C>,
    filter: &Filter,
    recorded: &Recorded,
) -> Result<Option<pb::WatchMattersResponse>, Status> {
    let event = C::read(&recorded.payload).map_err(|bad| {
        tracing::error!(position = recorded.position, "an event cannot be read: {bad}");
        refuse::internal()
    })?;
    let Some((id, step)) = C::step(&event) else { return Ok(None) };
    let project = recorded.stream.split_once('/').map_or("", |(_, project)| project);
    let name = MatterName { project: project.to_owned(), matter: id.clone() };
    let bench = docket.bench();
    let seen = docket.read(|cases| {
        let held = cases.get(project)?;
        let matter = held.case.matters().get(id)?;
        let wanted = filter.takes(project, C::STAGE, matter);
        wanted.then(|| placed(docket, &name, matter, &bench, held.position))
    })?;
    Ok(seen.map(|matter| pb::WatchMattersResponse {
        name: name.to_string(),
        event: Some(wire::write(id, step)),
        matter: Some(matter),
        position: docket.token(recorded.position),
    }))
}
