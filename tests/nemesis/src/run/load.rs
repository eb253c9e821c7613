//! The clients: each with projects of its own, writers on one hot project, and whoever settles what is in doubt.

use super::{
    caller::{Caller, Order, Sent, View, World, is_wrong, patience},
    story::{self, Project},
};
use client::Patience;
use proto::log::v1::Resolution;
use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

/// Projects that a client has under way at once.
const OPEN: usize = 3;

/// One client of the random lifecycle, until the run is over.
pub async fn life(world: Arc<World>, id: u64, today: tokio::sync::watch::Receiver<String>) {
    let attempts = if id.is_multiple_of(3) { 1 } else { 3 };
    let mut caller = Caller::new(&world, id, patience(attempts));
    let mut projects: Vec<Project> = Vec::new();
    let mut number = 0;
    while !world.is_over() {
        rest(&mut caller).await;
        if projects.len() < OPEN {
            number += 1;
            projects.extend(begin(&mut caller, format!("e{id}-{number}")).await);
            continue;
        }
        let at = usize::try_from(caller.dice.below(OPEN as u64)).expect("an index");
        let today = today.borrow().clone();
        if caller.dice.percent(7) {
            repeat(&mut caller).await;
        } else if caller.dice.percent(10) {
            let order = story::nonsense(&projects[at], world.key(), &mut caller.dice);
            caller.send(&order).await;
        } else if !step(&mut caller, &mut projects[at], &today).await {
            projects.swap_remove(at);
        }
    }
}

/// Waits a while, more or less.
pub async fn rest(caller: &mut Caller) {
    let pace = caller.world.pace.load(Ordering::Relaxed);
    let pause = pace / 2 + caller.dice.below(pace.max(1));
    tokio::time::sleep(Duration::from_millis(pause)).await;
}

pub async fn begin(caller: &mut Caller, id: String) -> Option<Project> {
    let owner = format!("enterprise:{id}/filing");
    let order = story::register(&id, &owner, caller.world.key());
    // A project that may be there or not is of no use before that is settled.
    for _ in 0..20 {
        match caller.send(&order).await {
            Sent::Ok(_) => {
                let matters = Default::default();
                return Some(Project { id, owner, step: 0, refused: 0, matters });
            }
            // Registrations come one after the other; who is told to come again does.
            Sent::Rejected(status) if !is_wrong(&status) => {
                let pause = 500 + caller.dice.below(1_000);
                tokio::time::sleep(Duration::from_millis(pause)).await;
            }
            Sent::Rejected(_) => return None,
            Sent::Unknown(_) if caller.world.is_over() => return None,
            Sent::Unknown(_) => rest(caller).await,
        }
    }
    None
}

/// Does something for a project; false when nothing is left to do.
async fn step(caller: &mut Caller, project: &mut Project, today: &str) -> bool {
    let names: Vec<String> = project.matters.keys().cloned().collect();
    let key = caller.world.key();
    let along = project.advance(key.clone(), &mut caller.dice);
    let chosen = match (along, caller.dice.percent(35)) {
        (Some(order), true) => Some((order, true)),
        (along, _) => {
            let name = caller.dice.pick(&names).cloned();
            let act = name.and_then(|name| {
                story::act(&project.matters[&name], project, today, key, &mut caller.dice)
            });
            act.map(|order| (order, false)).or(along.map(|order| (order, true)))
        }
    };
    let Some((order, along)) = chosen else {
        // What remains waits for a path that is closed, or for nobody.
        project.refused += 1;
        if project.refused > 12 {
            return false;
        }
        if let Some(name) = caller.dice.pick(&names).cloned() {
            refresh(caller, project, &name).await;
        }
        return true;
    };
    match caller.send(&order).await {
        Sent::Ok(answer) => {
            project.learn(&order, &answer);
            if along {
                (project.step, project.refused) = (project.step + 1, 0);
            }
            if caller.dice.percent(30) {
                look(caller, project, &order).await;
            }
        }
        Sent::Rejected(status) => {
            project.refused += 1;
            if along && is_wrong(&status) && project.refused > 3 {
                (project.step, project.refused) = (project.step + 1, 0);
            }
            for name in names.iter().take(2) {
                refresh(caller, project, name).await;
            }
        }
        Sent::Unknown(_) => {
            // Whatever it was, the matters tell.
            for name in names {
                refresh(caller, project, &name).await;
            }
        }
    }
    project.step < story::STEPS || caller.dice.percent(97)
}

async fn refresh(caller: &mut Caller, project: &mut Project, name: &str) {
    if let Some(matter) = caller.matter(name).await {
        project.matters.insert(name.to_owned(), matter);
    }
}

/// Reads what was just written, mostly with the position of the answer.
async fn look(caller: &mut Caller, project: &Project, order: &Order) {
    let fresh = caller.dice.percent(75);
    let name = format!("projects/{}", project.id);
    match (order.log, caller.dice.below(3)) {
        ("intake", 0 | 1) => caller.read(View::Project, &name, fresh).await,
        (_, 0) if !project.matters.is_empty() => {
            let names: Vec<_> = project.matters.keys().cloned().collect();
            let Some(name) = caller.dice.pick(&names).cloned() else { return };
            caller.read(View::Matter, &name, fresh).await
        }
        _ => caller.read(View::Status, &name, fresh).await,
    };
}

/// A command that was carried out is sent again under its key, or the key with another request.
async fn repeat(caller: &mut Caller) {
    let done: Vec<Order> = caller.done.iter().cloned().collect();
    let Some(order) = caller.dice.pick(&done).cloned() else { return };
    let project = order.project.clone().unwrap_or_default();
    let other = match order.log {
        _ if caller.dice.percent(65) => order,
        "planning" => {
            let energy = 1_000_000 + caller.dice.below(1_000_000);
            story::state_facts(&project, &order.who, order.key, energy)
        }
        "intake" => story::register(&format!("{project}-other"), &order.who, order.key),
        _ => order,
    };
    caller.send(&other).await;
}

/// One of the writers on the hot project.
pub async fn hot(world: Arc<World>, id: u64) {
    let mut caller = Caller::new(&world, id, patience(2));
    while !world.is_over() {
        rest(&mut caller).await;
        let hot = world.hot();
        let owner = format!("enterprise:{hot}/filing");
        let energy = caller.dice.below(5_000);
        let order = story::state_facts(&hot, &owner, world.key(), energy);
        caller.send(&order).await;
        if caller.dice.percent(15) {
            caller.read(View::Status, &format!("projects/{hot}"), true).await;
        }
        if caller.dice.percent(8) {
            repeat(&mut caller).await;
        }
    }
}

/// A patient caller for what must come to an end.
pub fn steady() -> Patience {
    Patience { attempts: 3, ..patience(3) }
}

/// Settles what is in doubt: one half by its key, the other behind a fence. Ends when the run is over and
/// nothing is left.
pub async fn settle(world: Arc<World>, id: u64) {
    let mut caller = Caller::new(&world, id, steady());
    loop {
        // The newest is left alone for a moment, so that a late arrival may still come.
        let pause = if world.is_over() { 5 } else { 300 };
        tokio::time::sleep(Duration::from_millis(pause)).await;
        let next = world.doubts.lock().expect("nobody panicked here").pop_front();
        match next {
            None if world.is_over() => return,
            None => {}
            Some(order) => one(&mut caller, order).await,
        }
    }
}

async fn one(caller: &mut Caller, order: Order) {
    let fence = caller.dice.percent(50);
    match caller.resolve(&order, fence).await {
        None => {
            caller.world.doubts.lock().expect("nobody panicked here").push_back(order);
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        // The key gives the first answer, or does it now; one that is given up is refused.
        Some(Resolution::Committed | Resolution::Absent) => {
            caller.send(&order).await;
        }
        Some(_) => {
            if caller.dice.percent(30) {
                caller.send(&order).await;
            }
        }
    }
}
