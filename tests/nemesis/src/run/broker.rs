//! What befalls the broker and its streams.

use super::{dice::Dice, fleet::Fleet};
use async_nats::jetstream::{self, stream::Stream};
use std::{
    path::Path,
    time::{Duration, Instant},
};

/// How long a stream may take to be there, or to be as long as it was.
const PATIENCE: Duration = Duration::from_secs(30);

/// A client of one's own, as a person with a console has it.
pub async fn console(fleet: &Fleet) -> Option<jetstream::Context> {
    let connected = async_nats::connect(fleet.nats.url()).await.ok()?;
    Some(jetstream::new(connected))
}

/// The stream of a log as it is now.
pub async fn stream(console: &jetstream::Context, log: &str) -> Option<Stream> {
    let asked = console.get_stream(format!("tongban-{log}"));
    tokio::time::timeout(Duration::from_secs(5), asked).await.ok()?.ok()
}

async fn last(fleet: &Fleet, log: &str) -> u64 {
    let Some(console) = console(fleet).await else { return 0 };
    stream(&console, log).await.map_or(0, |stream| stream.cached_info().state.last_sequence)
}

/// Waits until a log's stream is as long as it was; how short it was found meanwhile.
async fn again(fleet: &Fleet, log: &str, length: u64) -> Option<u64> {
    let (begun, mut shortest) = (Instant::now(), u64::MAX);
    while begun.elapsed() < PATIENCE {
        let now = last(fleet, log).await;
        shortest = shortest.min(now);
        if now >= length {
            return Some(shortest);
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    None
}

/// Does it; what was done, and whether it bit.
pub async fn inflict(fleet: &Fleet, kind: &str, dice: &mut Dice) -> (String, bool) {
    let log = *dice.pick(&["planning", "planning", "intake", "dossier"]).expect("some");
    let length = last(fleet, log).await;
    match kind {
        "kill the broker" => {
            let broken = ended(fleet);
            fleet.nats.kill();
            tokio::time::sleep(Duration::from_millis(200 + dice.below(3_000))).await;
            restart(fleet).await;
            ("kill -9 nats-server".to_owned(), ended(fleet) > broken)
        }
        "wipe the broker" => {
            fleet.nats.kill();
            let wiped = fleet.nats.wipe().is_ok();
            restart(fleet).await;
            let begun = Instant::now();
            let healed = again(fleet, log, length).await;
            let what = format!(
                "the broker lost its store; {log} had its {length} events again after {:.1} s",
                begun.elapsed().as_secs_f64()
            );
            (what, wiped && length > 0 && healed.is_some_and(|shortest| shortest < length))
        }
        "delete a stream" => {
            let Some(console) = console(fleet).await else { return (kind.to_owned(), false) };
            let deleted = console.delete_stream(format!("tongban-{log}")).await.is_ok();
            let healed = again(fleet, log, length).await.is_some();
            (
                format!("the stream of {log} was deleted at {length}"),
                deleted && healed && length > 0,
            )
        }
        "replace a stream by its beginning" => match replace(fleet, log, length, dice).await {
            Some(what) => (what, again(fleet, log, length).await.is_some()),
            None => (kind.to_owned(), false),
        },
        _ => truncate(fleet, log, length).await,
    }
}

fn ended(fleet: &Fleet) -> u64 {
    fleet.links_of("->nats").iter().map(|link| link.ended()).sum()
}

async fn restart(fleet: &Fleet) {
    while let Err(error) = fleet.nats.restart().await {
        println!("the broker does not start yet: {error}");
        fleet.nats.kill();
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

/// A person puts back an old copy of a stream, in half of the cases with a message of their own behind it.
async fn replace(fleet: &Fleet, log: &str, length: u64, dice: &mut Dice) -> Option<String> {
    let console = console(fleet).await?;
    let found = stream(&console, log).await?;
    let kept = dice.below(length.min(200)).max(1);
    let mut copied = Vec::new();
    for sequence in 1..=kept {
        copied.push(found.get_raw_message(sequence).await.ok()?);
    }
    let config = found.cached_info().config.clone();
    console.delete_stream(format!("tongban-{log}")).await.ok()?;
    console.create_stream(config).await.ok()?;
    // The relay is faster than a person, so that both may put messages there.
    for message in copied {
        let sent = console.publish_with_headers(message.subject, message.headers, message.payload);
        let _ = sent.await.ok()?.await;
    }
    let foreign = dice.percent(50);
    if foreign {
        let sent = console.publish(format!("tongban.{log}.noted.P9"), "foreign".into());
        let _ = sent.await.ok()?.await;
    }
    let behind = if foreign { ", and a foreign message behind it" } else { "" };
    Some(format!("the stream of {log}, {length} long, was replaced by its first {kept}{behind}"))
}

/// The end of the messages' files is lost, and the indexes with it.
async fn truncate(fleet: &Fleet, log: &str, length: u64) -> (String, bool) {
    fleet.nats.kill();
    let folder = fleet.nats.store().join(format!("jetstream/$G/streams/tongban-{log}/msgs"));
    let cut = cut_in_half(&folder).is_some();
    restart(fleet).await;
    let healed = again(fleet, log, length).await;
    let shortest = healed.unwrap_or_default();
    let what = format!("the files of the stream of {log} were cut: from {length} to {shortest}");
    (what, cut && healed.is_some_and(|shortest| shortest < length))
}

fn cut_in_half(folder: &Path) -> Option<()> {
    for entry in std::fs::read_dir(folder).ok()? {
        let path = entry.ok()?.path();
        let is = |extension: &str| path.extension().is_some_and(|found| found == extension);
        if is("blk") {
            let file = std::fs::File::options().write(true).open(&path).ok()?;
            file.set_len(file.metadata().ok()?.len() / 2).ok()?;
        } else if is("idx") || is("fss") || is("db") {
            std::fs::remove_file(&path).ok()?;
        }
    }
    Some(())
}

/// Every log's stream is there and as long as the log, with its newest event at its end.
pub async fn is_level(fleet: &Fleet, heads: &[(&'static str, u64, String)]) -> Result<(), String> {
    let console = console(fleet).await.ok_or("the broker does not answer")?;
    for (log, position, hash) in heads.iter().filter(|(_, position, _)| *position > 0) {
        let stream = stream(&console, log).await.ok_or(format!("no stream of {log}"))?;
        let reached = stream.cached_info().state.last_sequence;
        if reached != *position {
            return Err(format!("the stream of {log} is at {reached}, the log at {position}"));
        }
        let newest = stream.get_raw_message(reached).await.map_err(|error| error.to_string())?;
        let id = newest.headers.get("Nats-Msg-Id").map(|id| id.as_str().to_owned());
        if id.as_deref() != Some(hash) {
            return Err(format!("the stream of {log} ends with another event than the log"));
        }
    }
    Ok(())
}
