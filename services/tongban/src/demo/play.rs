//! Plays the steps in the order of time, moving the platform's clock from day to day.

use super::{
    call::{Api, Call},
    script::Placed,
};
use crate::Failure;
use desk::caller::{ON_BEHALF_OF, PRINCIPAL};
use indicatif::ProgressBar;
use jiff::civil::Date;
use prost_reflect::MethodDescriptor;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use tonic::Status;
use tonic_types::StatusExt;

/// Makes every call, from the platform's date on; each must come out as its script says. In a folder in which
/// it was played before, the date is past and every call is a repetition. Nothing is called before every
/// request fits the API. The answer is the last position token of each log, for whoever wants to see all.
pub(super) async fn play(
    api: &Api,
    steps: &[Placed<'_>],
    mut today: Date,
    bar: &ProgressBar,
) -> Result<Vec<String>, Failure> {
    let mut positions = BTreeMap::new();
    for (placed, call) in steps.iter().zip(prepared(api, steps)?) {
        let step = placed.step;
        if today < step.on {
            let body = Map::from_iter([("date".to_owned(), json!(step.on.to_string()))]);
            let moved = api.call(&Call::new(api.method("AdvanceTo")?, body)?, &[]).await?;
            moved.map_err(|status| {
                said(placed, &format!("the clock did not move: {}", status.message()))
            })?;
            today = step.on;
        }
        bar.set_message(step.on.to_string());
        let mut caller = vec![(PRINCIPAL, step.by.clone())];
        caller.extend(step.on_behalf_of.clone().map(|whom| (ON_BEHALF_OF, whom)));
        let outcome = api.call(&call, &caller).await?;
        if let Some(token) = came_out_as_written(placed, outcome)? {
            let log = token.split(':').next().unwrap_or_default().to_owned();
            positions.insert(log, token);
        }
        bar.inc(1);
    }
    Ok(positions.into_values().collect())
}

/// The calls of the steps.
///
/// # Errors
/// Every step that names no call of the API, or whose request does not fit it.
fn prepared(api: &Api, steps: &[Placed<'_>]) -> Result<Vec<Call>, Failure> {
    let (mut calls, mut faults) = (Vec::new(), Vec::new());
    for placed in steps {
        let method = api.method(&placed.step.call);
        match method.and_then(|method| Call::new(method.clone(), body(placed, &method)?)) {
            Ok(call) => calls.push(call),
            Err(Failure::Said { message, .. }) => faults.push(at(placed, &message)),
            Err(other) => return Err(other),
        }
    }
    if faults.is_empty() { Ok(calls) } else { Err(Failure::new(faults.join("\n"))) }
}

/// The request: what the script says, and what follows from its place.
fn body(placed: &Placed<'_>, method: &MethodDescriptor) -> Result<Map<String, Value>, Failure> {
    let written = serde_json::to_value(&placed.step.with)?;
    let Value::Object(mut body) = written else { return Err(said(placed, "`with` is no table")) };
    let project = &placed.script.project;
    let name = match &placed.step.matter {
        Some(matter) => format!("projects/{project}/matters/{matter}"),
        None => format!("projects/{project}"),
    };
    let follows = [
        ("request_id", format!("demo-{project}-step-{:04}", placed.number)),
        ("name", name),
        ("parent", format!("projects/{project}")),
        ("project_id", project.clone()),
    ];
    for (field, value) in follows {
        if method.input().get_field_by_name(field).is_some() {
            body.entry(field).or_insert(Value::String(value));
        }
    }
    Ok(body)
}

fn came_out_as_written(
    placed: &Placed<'_>,
    outcome: Result<Option<String>, Status>,
) -> Result<Option<String>, Failure> {
    match (outcome, &placed.step.refused) {
        (Ok(position), None) => Ok(position),
        (Ok(_), Some(reason)) => {
            Err(said(placed, &format!("it was to be refused with {reason}, and was not")))
        }
        (Err(status), Some(wanted)) if reason(&status).as_deref() == Some(wanted) => Ok(None),
        (Err(status), _) => {
            let reason = reason(&status).unwrap_or_else(|| format!("{:?}", status.code()));
            Err(said(placed, &format!("{reason}: {}", status.message())))
        }
    }
}

fn reason(status: &Status) -> Option<String> {
    status.get_error_details().error_info().map(|info| info.reason.clone())
}

fn said(placed: &Placed<'_>, what: &str) -> Failure {
    Failure::new(at(placed, what))
}

/// What is wrong, and where.
fn at(placed: &Placed<'_>, what: &str) -> String {
    let (script, step) = (placed.script, placed.step);
    let matter = step.matter.as_deref().unwrap_or("the project");
    format!(
        "{}, step {} on {}, {} for {matter}: {what}",
        script.project, placed.number, step.on, step.call
    )
}
