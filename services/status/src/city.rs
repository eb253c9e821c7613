//! All projects at once, now or as they were recorded by an instant.

use crate::{
    Status,
    fold::{Projects, Source, fold},
    moment::{stopped, unreadable},
    project::Project,
};
use desk::{docket::Bench, mandates::Sight, refuse};
use eventlog::Live;
use host::time::date_of;
use jiff::Timestamp;
use std::collections::BTreeMap;

/// Events that are read at once.
const PAGE: usize = eventlog::MAX_EVENTS;

/// Every project, with the day and law to judge them by.
pub(crate) struct City {
    /// The projects by id.
    pub(crate) projects: BTreeMap<String, Project>,
    /// Position tokens of what was seen.
    pub(crate) as_of: Vec<String>,
    /// The day, and the calendar as published by it.
    pub(crate) bench: Bench,
}

impl Status {
    /// Every project, now or as recorded by an instant. The past is folded anew from the logs.
    pub(crate) async fn city(&self, recorded_by: Option<Timestamp>) -> Result<City, tonic::Status> {
        let (mut projects, mut as_of) = (BTreeMap::new(), Vec::new());
        for (source, live) in &self.logs {
            let whole = |all: &Projects, at| (all.after("", usize::MAX, &Sight::default()), at);
            let (parts, at) = match recorded_by {
                None => live.read(whole).map_err(refuse::stopped)?,
                Some(by) => {
                    let (all, at) = past(live, *source, by).await?;
                    whole(&all, at)
                }
            };
            as_of.push(self.epochs.token(*source, at));
            for (id, part) in parts {
                let project: &mut Project =
                    projects.entry(id).or_insert_with_key(|id: &String| self.nothing_of(id));
                project.put(part);
            }
        }
        let bench = recorded_by.map_or_else(|| self.bench(), |by| self.bench_on(date_of(by)));
        Ok(City { projects, as_of, bench })
    }
}

/// What one log had recorded by an instant, and the position of the last of it.
async fn past(
    live: &Live<Projects>,
    source: Source,
    by: Timestamp,
) -> Result<(Projects, u64), tonic::Status> {
    let (mut projects, mut at) = (Projects::of(source), 0);
    loop {
        let page = live.feed().read(at, PAGE).await.map_err(unreadable)?;
        let is_last = page.len() < PAGE;
        for event in &page {
            if event.recorded_at > by {
                return Ok((projects, at));
            }
            fold(&mut projects, event)
                .map_err(|malformed| stopped(source, event.position, malformed))?;
            at = event.position;
        }
        if is_last {
            return Ok((projects, at));
        }
    }
}
