//! What is left at the end: the logs and their tables, the broker's streams, and what callers see.

use super::{broker, caller::World, fleet::Fleet, history::hex, wire};
use nemesis::site::{KEEPERS, SERVICES};
use prost::Message;
use proto::{
    matter::v1::{GetMatterResponse, ListMattersRequest, ListMattersResponse},
    status::v1::{GetProjectStatusRequest, GetProjectStatusResponse},
};
use serde_json::{Value, json};
use sqlx::{Connection, PgConnection, Row};
use std::{
    fs::File,
    io::{BufWriter, Write},
    path::Path,
};

struct Lines(BufWriter<File>);

impl Lines {
    fn new(folder: &Path, name: &str) -> Self {
        let file = File::create(folder.join(name)).expect("the dump can be written");
        Self(BufWriter::new(file))
    }

    fn line(&mut self, line: &Value) {
        writeln!(self.0, "{line}").expect("the dump can be written");
    }
}

async fn connect(fleet: &Fleet, database: &str) -> Result<PgConnection, sqlx::Error> {
    let mut connection = PgConnection::connect(&fleet.site.server.url("tongban", database)).await?;
    // A log's tables are in a schema of its name.
    let path = sqlx::AssertSqlSafe(format!("set search_path to {database}"));
    sqlx::query(path).execute(&mut connection).await?;
    Ok(connection)
}

/// Each log's newest position and hash.
pub async fn heads(fleet: &Fleet) -> Result<Vec<(&'static str, u64, String)>, sqlx::Error> {
    let mut heads = Vec::new();
    for keeper in KEEPERS {
        let mut database = connect(fleet, keeper).await?;
        let row = sqlx::query("select position, encode(hash, 'hex') from head");
        let row = row.fetch_one(&mut database).await?;
        heads.push((keeper, row.get::<i64, _>(0).unsigned_abs(), row.get(1)));
        database.close().await?;
    }
    Ok(heads)
}

/// Rows as JSON, with bytes in hex.
async fn rows(database: &mut PgConnection, sql: &str) -> Result<Vec<Value>, sqlx::Error> {
    let sql = sqlx::AssertSqlSafe(format!("select to_jsonb(t)::text from ({sql}) t"));
    let rows = sqlx::query(sql).fetch_all(database).await?;
    let read = |row: &sqlx::postgres::PgRow| {
        let mut row: Value = serde_json::from_str(row.get::<&str, _>(0)).expect("JSON");
        for value in row.as_object_mut().into_iter().flat_map(|row| row.values_mut()) {
            if let Some(bytes) = value.as_str().and_then(|text| text.strip_prefix("\\x")) {
                *value = json!(bytes);
            }
        }
        row
    };
    Ok(rows.iter().map(read).collect())
}

/// Everything, into a folder.
pub async fn write(
    world: &World,
    fleet: &Fleet,
    folder: &Path,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    std::fs::create_dir_all(folder)?;
    for keeper in KEEPERS {
        let mut database = connect(fleet, keeper).await?;
        let mut lines = Lines::new(folder, &format!("log.{keeper}.jsonl"));
        let head =
            "select name as log, log_id, algorithm, epoch, position, hash, recorded_at from head";
        let events = "select * from event order by position";
        for row in
            rows(&mut database, head).await?.into_iter().chain(rows(&mut database, events).await?)
        {
            lines.line(&row);
        }
        for (table, order) in [("command", "principal, key"), ("reservation", "kind, value")] {
            let mut lines = Lines::new(folder, &format!("{table}.{keeper}.jsonl"));
            for row in
                rows(&mut database, &format!("select * from {table} order by {order}")).await?
            {
                lines.line(&row);
            }
        }
        database.close().await?;
        streams(fleet, folder, keeper).await?;
    }
    for reader in SERVICES {
        mirrors(fleet, folder, reader).await?;
    }
    let mut intake = connect(fleet, "intake").await?;
    let streams = "select stream from stream_head order by stream";
    let known = rows(&mut intake, streams).await?;
    intake.close().await?;
    let known = known.iter().filter_map(|row| row["stream"].as_str()?.strip_prefix("intake/"));
    views(world, folder, known).await?;
    said(fleet, folder)
}

/// What a reader's copies lack of the logs that it follows; nothing where they are whole, or none are kept.
pub async fn behind(
    fleet: &Fleet,
    reader: &str,
    heads: &[(&'static str, u64, String)],
) -> Result<Option<String>, sqlx::Error> {
    let mut database = connect(fleet, reader).await?;
    let there = rows(&mut database, "select to_regclass('mirror.checkpoint') as found").await?;
    let mut copies = Vec::new();
    if there.first().is_some_and(|row| !row["found"].is_null()) {
        copies = rows(&mut database, "select log, position from mirror.checkpoint").await?;
    }
    database.close().await?;
    Ok(copies.iter().find_map(|copy| {
        let (log, at) = (copy["log"].as_str()?, copy["position"].as_u64()?);
        let (_, head, _) = heads.iter().find(|(name, _, _)| *name == log)?;
        (at < *head).then(|| format!("{reader}'s copy of {log} is at {at}, the log at {head}"))
    }))
}

/// A reader's copies of the logs that it follows, each with how far it has come.
async fn mirrors(fleet: &Fleet, folder: &Path, reader: &str) -> Result<(), sqlx::Error> {
    let mut database = connect(fleet, reader).await?;
    let there = rows(&mut database, "select to_regclass('mirror.checkpoint') as found").await?;
    if there.first().is_some_and(|row| !row["found"].is_null()) {
        let of = "select * from mirror.checkpoint order by log";
        for checkpoint in rows(&mut database, of).await? {
            let log = checkpoint["log"].as_str().unwrap_or_default();
            let mut lines = Lines::new(folder, &format!("mirror.{reader}.{log}.jsonl"));
            lines.line(&checkpoint);
            let of = format!(
                "select * from mirror.event where generation = {} order by position",
                checkpoint["generation"]
            );
            rows(&mut database, &of).await?.iter().for_each(|row| lines.line(row));
        }
    }
    database.close().await
}

/// The broker's stream of a log.
async fn streams(
    fleet: &Fleet,
    folder: &Path,
    keeper: &str,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let mut lines = Lines::new(folder, &format!("broker.{keeper}.jsonl"));
    let console = broker::console(fleet).await.ok_or("the broker does not answer")?;
    let Some(stream) = broker::stream(&console, keeper).await else { return Ok(()) };
    let state = stream.cached_info().state.clone();
    for sequence in state.first_sequence.max(1)..=state.last_sequence {
        let Ok(message) = stream.get_raw_message(sequence).await else { continue };
        let header = |name: &str| message.headers.get(name).map(|value| value.as_str().to_owned());
        lines.line(&json!({
            "sequence": sequence,
            "position": header("ce-sequence").and_then(|position| position.parse::<u64>().ok()),
            "message_id": header("Nats-Msg-Id"), "hash": header("ce-id"),
            "subject": message.subject.as_str(), "payload": hex(&message.payload),
        }));
    }
    Ok(())
}

/// The status of every project, and every matter.
async fn views<'a>(
    world: &World,
    folder: &Path,
    projects: impl Iterator<Item = &'a str>,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let (channel, who) = (world.channel(), "agency:DRC/oversight");
    let mut lines = Lines::new(folder, "final.status.jsonl");
    for project in projects {
        let object = format!("projects/{project}");
        let message = GetProjectStatusRequest { name: object.clone(), ..Default::default() };
        let rpc = "tongban.status.v1.StatusService/GetProjectStatus";
        let body = wire::call(channel.clone(), rpc, who, message.encode_to_vec()).await?;
        let body = body.into_inner();
        let as_of = GetProjectStatusResponse::decode(body.as_slice())?.as_of;
        lines.line(&json!({"object": object, "as_of": as_of, "body": hex(&body)}));
    }
    let mut lines = Lines::new(folder, "final.matters.jsonl");
    let mut page_token = String::new();
    loop {
        let message = ListMattersRequest {
            parent: "projects/-".to_owned(),
            page_size: 100,
            page_token,
            ..Default::default()
        };
        let rpc = "tongban.matter.v1.MatterService/ListMatters";
        let page = wire::call(channel.clone(), rpc, who, message.encode_to_vec()).await?;
        let page = ListMattersResponse::decode(page.into_inner().as_slice())?;
        for matter in page.matters {
            let object = matter.name.clone();
            let body = GetMatterResponse { matter: Some(matter) }.encode_to_vec();
            lines.line(&json!({"object": object, "as_of": [], "body": hex(&body)}));
        }
        page_token = page.next_page_token;
        if page_token.is_empty() {
            return Ok(());
        }
    }
}

/// What the processes complained of.
pub fn said(fleet: &Fleet, folder: &Path) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let mut lines = Lines::new(folder, "services.jsonl");
    for role in SERVICES.into_iter().chain(["gateway"]) {
        for line in fleet.site.said(role).lines() {
            if line.contains("\"ERROR\"") || line.contains("panicked") {
                lines.line(&json!({"process": role, "line": line}));
            }
        }
    }
    Ok(())
}
