//! Callers in each other's way: two who send the same at once, two who use the same key, agencies that act in
//! another's place, and enterprises that list whatever they are shown.

use super::{
    caller::{Caller, Order, Sent, World, patience},
    history::hex,
    load,
    story::{self, MATTERS, Project},
    wire,
};
use prost::Message;
use proto::{matter::v1::ListMattersRequest, status::v1::ListProjectStatusesRequest};
use serde_json::json;
use std::sync::Arc;

/// Two callers with one project after the other, until the run is over.
pub async fn rivals(world: Arc<World>, id: u64, today: tokio::sync::watch::Receiver<String>) {
    let mut one = Caller::new(&world, id, patience(3));
    let mut other = Caller::new(&world, 50 + id, patience(3));
    let (mut project, mut number) = (None, 0);
    while !world.is_over() {
        load::rest(&mut one).await;
        let Some(ours) = &mut project else {
            number += 1;
            project = load::begin(&mut one, format!("r{id}-{number}")).await;
            continue;
        };
        let today = today.borrow().clone();
        if one.dice.percent(15) {
            list(&world, &mut one, ours).await;
        }
        let left = turn(&mut one, &mut other, ours, &today).await;
        if !left || ours.refused > 12 {
            project = None;
        }
    }
}

/// The next step of the project, sent in one of the ways in which two callers meet; false when none is left.
async fn turn(one: &mut Caller, other: &mut Caller, ours: &mut Project, today: &str) -> bool {
    let names: Vec<String> = ours.matters.keys().cloned().collect();
    let key = one.world.key();
    let along = ours.advance(key.clone(), &mut one.dice);
    let act = one
        .dice
        .pick(&names)
        .cloned()
        .and_then(|name| story::act(&ours.matters[&name], ours, today, key, &mut one.dice));
    let (order, is_along) = match (act, along) {
        (Some(act), _) if one.dice.percent(70) => (act, false),
        (_, Some(along)) => (along, true),
        (Some(act), None) => (act, false),
        (None, None) => {
            ours.refused += 1;
            refresh(one, ours, &names).await;
            return ours.step < story::STEPS;
        }
    };
    let sent = match one.dice.below(4) {
        // Two at once: of what can happen once, one happens.
        0 | 1 => {
            let twin = twin(&order, one.world.key());
            tokio::join!(one.send(&order), other.send(&twin)).0
        }
        // The same key, another caller: it is a key of its own.
        2 => {
            let sent = one.send(&order).await;
            let who = format!("{}-too", order.who);
            other.send(&Order { who, ..order.clone() }).await;
            sent
        }
        // An agency that has no part in it is first.
        _ => {
            if order.rpc.starts_with(MATTERS) && order.who.starts_with("agency:") {
                let stranger = twin(&order, one.world.key());
                let stranger = Order { who: "agency:SAFE/desk-1".to_owned(), ..stranger };
                other.send(&stranger).await;
            }
            one.send(&order).await
        }
    };
    if let Sent::Ok(answer) = sent {
        ours.learn(&order, &answer);
    }
    if is_along {
        ours.step += 1;
    }
    refresh(one, ours, &names).await;
    true
}

/// The same request under another key.
fn twin(order: &Order, key: String) -> Order {
    let mut message = order.message.clone();
    // Every request has its key first; of a field that is there twice the last one counts.
    message.push(0x0a);
    message.push(u8::try_from(key.len()).expect("a short key"));
    message.extend_from_slice(key.as_bytes());
    Order { key, message, ..order.clone() }
}

async fn refresh(caller: &mut Caller, ours: &mut Project, names: &[String]) {
    for name in names.iter().rev().take(3) {
        if let Some(matter) = caller.matter(name).await {
            ours.matters.insert(name.clone(), matter);
        }
    }
}

/// Lists as the project's own enterprise.
async fn list(world: &World, caller: &mut Caller, ours: &Project) {
    let parent = "projects/-".to_owned();
    let (rpc, message) = if caller.dice.percent(60) {
        let asked = ListMattersRequest { parent, page_size: 200, ..Default::default() };
        ("tongban.matter.v1.MatterService/ListMatters", asked.encode_to_vec())
    } else {
        let asked = ListProjectStatusesRequest { page_size: 200, ..Default::default() };
        ("tongban.status.v1.StatusService/ListProjectStatuses", asked.encode_to_vec())
    };
    let (op, t0) = (world.history.op(), world.history.now());
    world.history.invoke(op, t0);
    let called = wire::call(world.channel(), rpc, &ours.owner, message).await;
    let t1 = world.history.now();
    let res = if called.is_ok() { "ok" } else { "unavailable" };
    let body = called.ok().map(|answer| hex(&answer.into_inner()));
    // Lists are no part of a session.
    world.history.line(&json!({
        "kind": "read", "op": op, "client": 0, "session": 1_000_000 + op, "t0": t0, "t1": t1,
        "rpc": rpc, "who": ours.owner, "object": "projects/-", "min_position": [], "as_of": [],
        "res": res, "code": null, "body": body,
    }));
    world.history.count(rpc.split('/').next_back().unwrap_or_default(), res);
}
