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
use eventlog::{AppendError, ExecuteError, Live, Malformed, ReadError, Stopped};
use host::time::date_of;
use jiff::Timestamp;

/// A project as it was found, with the day and law to judge it by.
pub(crate) struct Seen {
    /// The project; `None` if no log names it.
    pub(crate) project: Option<Project>,
    /// Position tokens of what was seen.
    pub(crate) as_of: Vec<String>,
    /// The day, and the calendar as published by it.
    pub(crate) bench: Bench,
}

impl Status {
    /// One project, now or as recorded by an instant.
    pub(crate) async fn look(
        &self,
        id: &str,
        recorded_by: Option<Timestamp>,
    ) -> Result<Seen, tonic::Status> {
        let (mut project, mut as_of) = (self.nothing_of(id), Vec::new());
        for (source, live) in &self.logs {
            let (part, at) = match recorded_by {
                None => {
                    live.read(|projects, at| (projects.get(id), at)).map_err(refuse::stopped)?
                }
                // What was recorded by then is read again and folded anew: the past is never kept beside
                // the present.
                Some(by) => {
                    let part = past(live, *source, id, by).await?;
                    let at = part.position();
                    (Some(part).filter(|_| at > 0), at)
                }
            };
            as_of.push(self.epochs.token(*source, at));
            part.into_iter().for_each(|part| project.put(part));
        }
        let bench = recorded_by.map_or_else(|| self.bench(), |by| self.bench_on(date_of(by)));
        Ok(Seen { project: project.is_known().then_some(project), as_of, bench })
    }

    /// A project of which no log says anything yet.
    pub(crate) fn nothing_of(&self, id: &str) -> Project {
        Project { id: id.to_owned(), epochs: self.epochs, ..Project::default() }
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

async fn past(
    live: &Live<Projects>,
    source: Source,
    id: &str,
    by: Timestamp,
) -> Result<Part, tonic::Status> {
    let events = live.feed().stream(&source.stream(id), 0).await.map_err(unreadable)?;
    let mut part = Part::of(source);
    for event in events.iter().take_while(|event| event.recorded_at <= by) {
        part.apply(event).map_err(|malformed| stopped(source, event.position, malformed))?;
    }
    Ok(part)
}

/// A log that cannot be read just now.
pub(crate) fn unreadable(error: ReadError) -> tonic::Status {
    let unavailable = AppendError::Unavailable(error.to_string());
    refuse::execution(ExecuteError::Append(unavailable))
}

/// An event that the fold cannot read.
pub(crate) fn stopped(source: Source, position: u64, malformed: Malformed) -> tonic::Status {
    let log = source.to_string();
    refuse::stopped(Stopped { log, position, reason: malformed.0 })
}
