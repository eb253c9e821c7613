//! Looking at a project: as it is now, or as it was recorded by a past instant.

use crate::{
    Status,
    fold::{Part, Projects, Source},
    project::Project,
};
use desk::{
    docket::Bench,
    refuse::{self, Violation},
};
use eventlog::{Live, Malformed, Recorded, Stopped};
use host::time::date_of;
use jiff::Timestamp;
use proto::status::v1 as pb;

/// A project as it was found, with the day and law to judge it by.
pub(crate) struct Seen {
    /// The project; `None` if no log names it.
    pub(crate) project: Option<Project>,
    /// What the answer rests on.
    pub(crate) basis: Basis,
    /// The day, and the calendar as published by it.
    pub(crate) bench: Bench,
}

/// What an answer rests on: how much of each log.
#[derive(Debug, Default)]
pub(crate) struct Basis {
    /// Position tokens of what was seen.
    pub(crate) as_of: Vec<String>,
    /// The logs that cannot be followed any further.
    pub(crate) stops: Vec<Stopped>,
}

impl Basis {
    /// The stops as callers are told of them: what an event holds is nobody's business here.
    pub(crate) fn stopped(&self) -> Vec<pb::Stopped> {
        let told = |stop: &Stopped| pb::Stopped {
            log: stop.log.clone(),
            position: stop.position,
            reason: match stop.since {
                Some(_) => "this build of the platform cannot read an event".to_owned(),
                None => stop.reason.clone(),
            },
            since: stop.since.map_or_else(String::new, |since| since.to_string()),
        };
        self.stops.iter().map(told).collect()
    }
}

impl Status {
    /// One project, now or as recorded by an instant.
    ///
    /// # Errors
    /// UNAVAILABLE where it cannot be told whether there is such a project, because the log in which projects
    /// begin has stopped.
    pub(crate) async fn look(
        &self,
        id: &str,
        recorded_by: Option<Timestamp>,
    ) -> Result<Seen, tonic::Status> {
        let (mut project, mut basis) = (self.nothing_of(id), Basis::default());
        for (source, live) in &self.logs {
            let ((part, at), stop) = match recorded_by {
                None => live
                    .read_known(|projects, at| (projects.get(id), at))
                    .map_err(refuse::stopped)?,
                // What was recorded by then is read again and folded anew: the past is never kept beside
                // the present.
                Some(by) => {
                    let (part, stop) = past(live, *source, id, by).await?;
                    let at = part.position();
                    ((Some(part).filter(|_| at > 0), at), stop)
                }
            };
            basis.as_of.push(self.epochs().token(*source, at));
            basis.stops.extend(stop);
            part.into_iter().for_each(|part| project.put(part));
        }
        let project = project.is_known().then_some(project);
        let mut stops = basis.stops.iter();
        let unread = stops.find(|stop| project.is_none() && stop.log == Source::Intake.log());
        if let Some(stop) = unread {
            return Err(refuse::stopped(stop.clone()));
        }
        let bench = recorded_by.map_or_else(|| self.bench(), |by| self.bench_on(date_of(by)));
        Ok(Seen { project, basis, bench })
    }

    /// A project of which no log says anything yet.
    pub(crate) fn nothing_of(&self, id: &str) -> Project {
        Project { id: id.to_owned(), epochs: self.epochs(), ..Project::default() }
    }

    /// Reads the instant of a request; empty means now.
    pub(crate) fn recorded_by(
        &self,
        text: &str,
        violations: &mut Vec<Violation>,
    ) -> Option<Timestamp> {
        if text.is_empty() {
            return None;
        }
        let rule = match text.parse::<Timestamp>() {
            Ok(instant) if instant <= self.time.now() => return Some(instant),
            Ok(_) => "nobody knows yet what will have been recorded by then",
            Err(_) => "write an instant as RFC 3339 does, e.g. 2022-04-06T01:00:00Z",
        };
        violations.push(Violation::new("recorded_by", rule));
        None
    }
}

/// The project of a request's name.
pub(crate) fn project_id(name: &str, violations: &mut Vec<Violation>) -> String {
    match desk::name::project(name) {
        Some(id) => id.to_owned(),
        None => {
            violations.push(Violation::new("name", "write projects/{project}"));
            String::new()
        }
    }
}

/// What a log had recorded of a project by an instant, and what of that cannot be read.
async fn past(
    live: &Live<Projects>,
    source: Source,
    id: &str,
    by: Timestamp,
) -> Result<(Part, Option<Stopped>), tonic::Status> {
    let events = live.feed().stream(&source.stream(id), 0).await.map_err(refuse::unreadable)?;
    let fold = |is_past: &dyn Fn(Timestamp) -> bool| {
        let mut part = Part::of(source);
        for event in events.iter().take_while(|event| is_past(event.recorded_at)) {
            if let Err(malformed) = part.apply(event) {
                return (part, Some(stop(source, event, malformed)));
            }
        }
        (part, None)
    };
    let (part, refused) = fold(&|at| at <= by);
    let Some(since) = refused.as_ref().and_then(|stop| stop.since) else {
        return Ok((part, ended(live)?));
    };
    // Nobody knows what the refused event did to the part; its command is left out as a whole.
    Ok((fold(&|at| at < since).0, refused))
}

/// The stop of a log that ends here because it cannot be followed, whatever it holds.
pub(crate) fn ended(live: &Live<Projects>) -> Result<Option<Stopped>, tonic::Status> {
    let ((), stop) = live.read_known(|_, _| ()).map_err(refuse::stopped)?;
    Ok(stop.filter(|stop| stop.since.is_none()))
}

/// The stop at an event that cannot be read.
pub(crate) fn stop(source: Source, event: &Recorded, malformed: Malformed) -> Stopped {
    let (log, position) = (source.to_string(), event.position);
    Stopped { log, position, reason: malformed.0, since: Some(event.recorded_at) }
}
