//! A subscriber of the broker's streams that believes the envelope alone: its position and its hash.

use super::{broker, caller::World, fleet::Fleet};
use async_nats::HeaderMap;
use futures_util::StreamExt;
use nemesis::site::KEEPERS;
use serde_json::json;
use std::{sync::Arc, time::Duration};

/// Follows every log for as long as the run goes.
pub fn start(world: &Arc<World>, fleet: &Arc<Fleet>) {
    for log in KEEPERS {
        tokio::spawn(follow(world.clone(), fleet.clone(), log));
    }
}

async fn follow(world: Arc<World>, fleet: Arc<Fleet>, log: &'static str) {
    let mut position = 0;
    loop {
        // A connection that broke is made again; what was missed meanwhile is fetched.
        if let Ok(client) = async_nats::connect(fleet.nats.url()).await
            && let Ok(mut told) = client.subscribe(format!("tongban.{log}.>")).await
        {
            loop {
                let next = tokio::time::timeout(Duration::from_secs(1), told.next()).await;
                if let Ok(Some(message)) = &next
                    && let Some((at, hash)) = envelope(message.headers.as_ref())
                    && at == position + 1
                {
                    accept(&world, log, at, &hash, 1);
                    position = at;
                    continue;
                }
                if matches!(next, Ok(None)) {
                    break;
                }
                // A hole, or silence: what the stream has is the same.
                position = fetch(&world, &fleet, log, position).await;
            }
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
}

/// Fetches what the stream holds after a position; the newest accepted one.
async fn fetch(world: &World, fleet: &Fleet, log: &'static str, mut position: u64) -> u64 {
    let Some(console) = broker::console(fleet).await else { return position };
    let Some(stream) = broker::stream(&console, log).await else { return position };
    while let Ok(message) = stream.get_raw_message(position + 1).await {
        let Some((at, hash)) = envelope(Some(&message.headers)) else { return position };
        if at != position + 1 {
            return position;
        }
        accept(world, log, at, &hash, 2);
        position = at;
    }
    position
}

fn envelope(headers: Option<&HeaderMap>) -> Option<(u64, String)> {
    let position = headers?.get("ce-sequence")?.as_str().parse().ok()?;
    Some((position, headers?.get("Nats-Msg-Id")?.as_str().to_owned()))
}

fn accept(world: &World, log: &str, position: u64, hash: &str, delivery: u32) {
    world.history.line(&json!({
        "kind": "told", "follower": format!("harness:{log}"), "position": position, "hash": hash,
        "delivery": delivery,
    }));
}
