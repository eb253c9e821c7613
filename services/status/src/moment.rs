//! Looking at a project: as it is now, or as it was recorded by a past instant.

use crate::{
    Status,
    fold::{Facts, Held, Projects, stream},
    project::Project,
};
use desk::{
    docket::Bench,
    refuse::{self, Violation},
};
use eventlog::{AppendError, ExecuteError, Live, Stopped};
use jiff::{Timestamp, civil::Date, tz::Offset};

/// Asia/Shanghai, which has kept UTC+8 without summer time since 1992.
const SHANGHAI: Offset = jiff::tz::offset(8);

/// A project as it was found, with the day and law to judge it by.
pub(crate) struct Seen {
    /// The project; `None` if neither log names it.
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
        let Some(by) = recorded_by else { return self.look_now(id) };
        // What was recorded by then is read again and folded anew: the past is never kept beside the present.
        let intake = past(&self.intake, id, by).await?;
        let planning = past(&self.planning, id, by).await?;
        let as_of = self.epochs.tokens(intake.position, planning.position);
        let exists = intake.position > 0 || planning.position > 0;
        let project = Project { id: id.to_owned(), intake, planning, epochs: self.epochs };
        let project = exists.then_some(project);
        Ok(Seen { project, as_of, bench: self.bench_on(date_of(by)) })
    }

    fn look_now(&self, id: &str) -> Result<Seen, tonic::Status> {
        let (intake, planning) = (now(&self.intake, id)?, now(&self.planning, id)?);
        let as_of = self.epochs.tokens(intake.1, planning.1);
        let exists = intake.0.is_some() || planning.0.is_some();
        let project = exists.then(|| Project {
            id: id.to_owned(),
            intake: intake.0.unwrap_or_default(),
            planning: planning.0.unwrap_or_default(),
            epochs: self.epochs,
        });
        Ok(Seen { project, as_of, bench: self.bench() })
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

/// The date of law at an instant.
pub(crate) fn date_of(instant: Timestamp) -> Date {
    SHANGHAI.to_datetime(instant).date()
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

fn now<F: Facts>(
    live: &Live<Projects<F>>,
    id: &str,
) -> Result<(Option<Held<F>>, u64), tonic::Status> {
    live.read(|projects, position| (projects.get(id), position)).map_err(refuse::stopped)
}

async fn past<F: Facts>(
    live: &Live<Projects<F>>,
    id: &str,
    by: Timestamp,
) -> Result<Held<F>, tonic::Status> {
    let events = live.feed().stream(&stream::<F>(id), 0).await.map_err(|error| {
        let unavailable = AppendError::Unavailable(error.to_string());
        refuse::execution(ExecuteError::Append(unavailable))
    })?;
    let mut held = Held::default();
    for event in events.iter().take_while(|event| event.recorded_at <= by) {
        held.apply(event).map_err(|malformed| {
            let (log, position) = (F::LOG.to_owned(), event.position);
            refuse::stopped(Stopped { log, position, reason: malformed.0 })
        })?;
    }
    Ok(held)
}
