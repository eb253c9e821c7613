//! All projects at once, now or as they were recorded by an instant.

use crate::{
    Status,
    fold::{Projects, Source, fold},
    moment::{Basis, ended, stop},
    project::Project,
};
use desk::{docket::Bench, mandates::Sight, refuse};
use eventlog::{Live, Stopped};
use host::time::date_of;
use jiff::Timestamp;
use std::collections::BTreeMap;

/// Events that are read at once.
const PAGE: usize = eventlog::MAX_EVENTS;

/// Every project, with the day and law to judge them by.
pub(crate) struct City {
    /// The projects by id.
    pub(crate) projects: BTreeMap<String, Project>,
    /// What the answer rests on.
    pub(crate) basis: Basis,
    /// The day, and the calendar as published by it.
    pub(crate) bench: Bench,
}

impl Status {
    /// Every project, now or as recorded by an instant. The past is folded anew from the logs.
    pub(crate) async fn city(&self, recorded_by: Option<Timestamp>) -> Result<City, tonic::Status> {
        let (mut projects, mut basis) = (BTreeMap::new(), Basis::default());
        for (source, live) in &self.logs {
            let whole = |all: &Projects, at| (all.after("", usize::MAX, &Sight::default()), at);
            let ((parts, at), stop) = match recorded_by {
                None => live.read_known(whole).map_err(refuse::stopped)?,
                Some(by) => {
                    let (all, at, stop) = past(live, *source, by).await?;
                    (whole(&all, at), stop)
                }
            };
            basis.as_of.push(self.epochs().token(*source, at));
            basis.stops.extend(stop);
            for (id, part) in parts {
                let project: &mut Project =
                    projects.entry(id).or_insert_with_key(|id: &String| self.nothing_of(id));
                project.put(part);
            }
        }
        let bench = recorded_by.map_or_else(|| self.bench(), |by| self.bench_on(date_of(by)));
        Ok(City { projects, basis, bench })
    }
}

/// What one log had recorded by an instant, the position of the last of it, and what of that cannot be read.
async fn past(
    live: &Live<Projects>,
    source: Source,
    by: Timestamp,
) -> Result<(Projects, u64, Option<Stopped>), tonic::Status> {
    let (projects, at, refused) = folded(live, source, &|recorded_at| recorded_at <= by).await?;
    let Some(since) = refused.as_ref().and_then(|stop| stop.since) else {
        return Ok((projects, at, ended(live)?));
    };
    // Nobody knows what the refused event did to the projects; its command is left out as a whole.
    let (projects, at, _) = folded(live, source, &|recorded_at| recorded_at < since).await?;
    Ok((projects, at, refused))
}

/// The fold of a log's past, up to an event that it refuses.
async fn folded(
    live: &Live<Projects>,
    source: Source,
    is_past: &(dyn Fn(Timestamp) -> bool + Sync),
) -> Result<(Projects, u64, Option<Stopped>), tonic::Status> {
    let (mut projects, mut at) = (Projects::of(source), 0);
    loop {
        let page = live.feed().read(at, PAGE).await.map_err(refuse::unreadable)?;
        for event in &page {
            if !is_past(event.recorded_at) {
                return Ok((projects, at, None));
            }
            if let Err(malformed) = fold(&mut projects, event) {
                return Ok((projects, at, Some(stop(source, event, malformed))));
            }
            at = event.position;
        }
        if page.len() < PAGE {
            return Ok((projects, at, None));
        }
    }
}
