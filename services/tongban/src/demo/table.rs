//! Two or three lines a project: where it stands after everything was played, and where its units do. No line is
//! wider than a terminal of a hundred columns.

use super::script::Script;
use crate::Failure;
use client::Client;
use proto::{
    matter::v1::{Light, Party},
    status::v1::{
        ListProjectStatusesRequest, ProjectStatus, Stage, UnitState,
        status_service_client::StatusServiceClient,
    },
};
use std::io::Write;
use unicode_width::UnicodeWidthStr;

pub(super) async fn print(
    client: &Client,
    seen: Vec<String>,
    scripts: &[Script],
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let mut statuses = statuses(client, seen).await?;
    let place = |status: &ProjectStatus| {
        scripts.iter().position(|script| status.name.ends_with(&format!("/{}", script.project)))
    };
    // In the order of the sentences below; what others put into the folder comes last.
    statuses.sort_by_key(|status| place(status).unwrap_or(usize::MAX));
    let heads: Vec<_> = statuses.iter().map(head).collect();
    let widths: [usize; 4] =
        std::array::from_fn(|at| heads.iter().map(|head| head[at].width()).max().unwrap_or(0));
    for (status, head) in statuses.iter().zip(&heads) {
        let cells = head.iter().zip(widths);
        let cells =
            cells.map(|(cell, width)| format!("{cell}{}", " ".repeat(width - cell.width())));
        writeln!(out, "{}", cells.collect::<Vec<_>>().join("  ").trim_end())?;
        writeln!(out, "    {}", ball(status))?;
        if !status.units.is_empty() {
            writeln!(out, "    {}", units(status))?;
        }
    }
    writeln!(out)?;
    for script in scripts {
        writeln!(out, "{}: {}", script.project, script.shows)?;
    }
    Ok(())
}

/// Whether the platform holds any project already.
pub(super) async fn is_empty(client: &Client) -> Result<bool, Failure> {
    Ok(statuses(client, Vec::new()).await?.is_empty())
}

/// Every project's status, no older than the position tokens say.
async fn statuses(client: &Client, seen: Vec<String>) -> Result<Vec<ProjectStatus>, Failure> {
    let (mut statuses, mut page_token) = (Vec::new(), String::new());
    loop {
        let request =
            ListProjectStatusesRequest { page_size: 200, page_token, min_position: seen.clone() };
        let ask = |channel| {
            let request = request.clone();
            async move { StatusServiceClient::new(channel).list_project_statuses(request).await }
        };
        let page = client.repeat(ask).await;
        let page =
            page.map_err(|error| Failure::caused("the platform gives no statuses", &error))?;
        statuses.extend(page.statuses);
        page_token = page.next_page_token;
        if page_token.is_empty() {
            return Ok(statuses);
        }
    }
}

/// Code, name, stage and light.
fn head(status: &ProjectStatus) -> [String; 4] {
    let title = status.title.as_ref().map(|title| title.zh.clone()).unwrap_or_default();
    let code = if status.project_code.is_empty() { "—" } else { &status.project_code };
    [code.to_owned(), title, stage(status.stage()).to_owned(), light(status.light()).to_owned()]
}

/// Who holds the ball since when, what must be done, and until when.
fn ball(status: &ProjectStatus) -> String {
    let holder = status.holder.clone().unwrap_or_default();
    let next = status.next.as_ref().map(|next| next.en.clone()).unwrap_or_default();
    if holder.party() == Party::Nobody {
        return next;
    }
    let name = status.holder_name.as_ref().map(|name| name.zh.clone()).unwrap_or_default();
    let about = status.about.rsplit('/').next().filter(|_| !status.about.is_empty());
    let about = about.map(|matter| format!(" {matter}")).unwrap_or_default();
    let due = match holder.due_on.as_str() {
        "" => String::new(),
        due => format!(", due {due}"),
    };
    format!("{name} since {}: {next}{about}{due}", holder.since)
}

/// The units, by where they stand.
fn units(status: &ProjectStatus) -> String {
    let states = [
        (UnitState::Operating, "operating"),
        (UnitState::Accepted, "accepted"),
        (UnitState::UnderJointAcceptance, "under acceptance"),
        (UnitState::UnderConstruction, "under construction"),
    ];
    let standing = states.into_iter().filter_map(|(state, word)| {
        let there = status.units.iter().filter(|unit| unit.state() == state);
        let there: Vec<&str> = there.map(|unit| unit.unit.as_str()).collect();
        (!there.is_empty()).then(|| format!("{word}: {}", there.join(", ")))
    });
    standing.collect::<Vec<_>>().join(" · ")
}

fn stage(stage: Stage) -> &'static str {
    match stage {
        Stage::Unspecified => "—",
        Stage::Intake => "项目谋划与准入",
        Stage::Planning => "多审合一",
        Stage::Acceptance => "多验合一",
        Stage::Aftercare => "投产后服务",
        Stage::Ended => "终止",
    }
}

fn light(light: Light) -> &'static str {
    match light {
        Light::Unspecified => "—",
        Light::Green => "on time",
        Light::Amber => "due soon",
        Light::Yellow => "yellow card",
        Light::Red => "red card",
    }
}
