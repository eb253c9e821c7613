//! One row a project: where it stands after everything was played.

use super::script::Script;
use crate::Failure;
use proto::{
    matter::v1::{Light, Party},
    status::v1::{
        ListProjectStatusesRequest, ProjectStatus, Stage,
        status_service_client::StatusServiceClient,
    },
};
use std::io::Write;
use tonic::transport::Channel;
use unicode_width::UnicodeWidthStr;

const HEAD: [&str; 7] = ["code", "project", "stage", "with", "next", "due", "light"];

pub(super) async fn print(
    channel: Channel,
    seen: Vec<String>,
    scripts: &[Script],
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let mut statuses = statuses(channel, seen).await?;
    let place = |status: &ProjectStatus| {
        scripts.iter().position(|script| status.name.ends_with(&format!("/{}", script.project)))
    };
    // In the order of the sentences below; what others put into the folder comes last.
    statuses.sort_by_key(|status| place(status).unwrap_or(usize::MAX));
    let mut rows = vec![HEAD.map(str::to_owned)];
    rows.extend(statuses.iter().map(row));
    let widths: Vec<usize> = (0..HEAD.len())
        .map(|column| rows.iter().map(|row| row[column].width()).max().unwrap_or(0))
        .collect();
    for row in &rows {
        let cells: Vec<_> = row
            .iter()
            .zip(&widths)
            .map(|(cell, width)| format!("{cell}{}", " ".repeat(width - cell.width())))
            .collect();
        writeln!(out, "{}", cells.join("  ").trim_end())?;
    }
    writeln!(out)?;
    for script in scripts {
        writeln!(out, "{}: {}", script.project, script.shows)?;
    }
    Ok(())
}

/// Whether the platform holds any project already.
pub(super) async fn is_empty(channel: Channel) -> Result<bool, Failure> {
    Ok(statuses(channel, Vec::new()).await?.is_empty())
}

/// Every project's status, no older than the position tokens say.
async fn statuses(channel: Channel, seen: Vec<String>) -> Result<Vec<ProjectStatus>, Failure> {
    let mut client = StatusServiceClient::new(channel);
    let (mut statuses, mut page_token) = (Vec::new(), String::new());
    loop {
        let request = ListProjectStatusesRequest {
            page_size: 200,
            page_token,
            min_position: seen.clone(),
            ..Default::default()
        };
        let page = client
            .list_project_statuses(request)
            .await
            .map_err(|error| Failure::caused("the platform gives no statuses", &error))?;
        let page = page.into_inner();
        statuses.extend(page.statuses);
        page_token = page.next_page_token;
        if page_token.is_empty() {
            return Ok(statuses);
        }
    }
}

fn row(status: &ProjectStatus) -> [String; 7] {
    let title = status.title.as_ref().map(|title| title.zh.clone()).unwrap_or_default();
    let holder = status.holder.clone().unwrap_or_default();
    let name = status.holder_name.as_ref().map(|name| name.zh.clone()).unwrap_or_default();
    let with = if holder.party() == Party::Nobody { "—".to_owned() } else { name };
    let about = status.about.rsplit('/').next().filter(|_| !status.about.is_empty()).unwrap_or("");
    let next = status.next.as_ref().map(|next| next.en.clone()).unwrap_or_default();
    let due = if holder.due_on.is_empty() { "—".to_owned() } else { holder.due_on.clone() };
    [
        if status.project_code.is_empty() { "—".to_owned() } else { status.project_code.clone() },
        title,
        stage(status.stage()).to_owned(),
        with,
        format!("{next} {about}").trim().to_owned(),
        due,
        light(status.light()).to_owned(),
    ]
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
