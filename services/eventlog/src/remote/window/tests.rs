//! What the window believes, and what it shows.

use jiff::Timestamp;
use proptest::prelude::*;

use super::*;
use crate::hash::{Algorithm, Sealed, chain, stream_hash};

fn identity() -> Identity {
    Identity { log_id: [7; 16], algorithm: Algorithm::Sha256 }
}

fn origin() -> Head {
    Head { epoch: 1, position: 0, hash: identity().genesis("planning") }
}

/// A history of one stream, whose commands have three events each.
fn history(count: u64) -> Vec<Linked> {
    let log = identity();
    let (mut before, mut hash) = ([0; 32], origin().hash);
    let events = (1..=count).map(|position| {
        let mut event = Recorded {
            position,
            epoch: 1,
            stream: "planning/P1".into(),
            version: position,
            kind: "noted".into(),
            recorded_at: Timestamp::UNIX_EPOCH,
            actor: "王".into(),
            on_behalf_of: String::new(),
            principal: "clerk".into(),
            key: format!("k{}", position.div_ceil(3)),
            command_digest: [1; 32],
            payload: position.to_string().into_bytes(),
            stream_hash: [0; 32],
            hash: [0; 32],
            traceparent: String::new(),
        };
        let sealed = Sealed {
            log_id: &log.log_id,
            epoch: 1,
            position,
            stream: &event.stream,
            version: position,
            kind: &event.kind,
            recorded_at: 0,
            actor: &event.actor,
            on_behalf_of: "",
            principal: &event.principal,
            key: &event.key,
            command_digest: &event.command_digest,
            payload: &event.payload,
        };
        let stream_hash_before = before;
        before = stream_hash(log.algorithm, &sealed, &before);
        hash = chain(log.algorithm, &hash, &before);
        (event.stream_hash, event.hash) = (before, hash);
        Linked { event, stream_hash_before, ends_command: position % 3 == 0 }
    });
    events.collect()
}

fn head(history: &[Linked], position: usize) -> Head {
    match position.checked_sub(1) {
        Some(index) => {
            let event = &history[index].event;
            Head { epoch: 1, position: event.position, hash: event.hash }
        }
        None => origin(),
    }
}

fn positions(window: &Window, after: u64, limit: usize) -> Option<Vec<u64>> {
    let page = window.read(after, limit)?;
    Some(page.into_iter().map(|event| event.position).collect())
}

#[test]
fn pushed_events_are_held_in_order_and_shown_by_whole_commands() {
    let history = history(7);
    let mut window = Window::new(identity(), origin());
    for event in &history {
        assert_eq!(window.push(event.clone()), Pushed::Kept);
    }
    assert_eq!(window.push(history[2].clone()), Pushed::Old);
    assert_eq!(window.whole(), 6, "the seventh begins a command that is not whole");
    assert_eq!(positions(&window, 0, 9), Some(vec![1, 2, 3, 4, 5, 6]));
    assert_eq!(positions(&window, 2, 3), Some(vec![3, 4, 5]));
    assert_eq!(positions(&window, 6, 3), Some(vec![]));
}

#[test]
fn what_does_not_follow_is_not_held() {
    let history = history(6);
    let begin = || Window::new(identity(), head(&history, 3));
    let fourth = || history[3].clone();
    let mut wrong = vec![history[4].clone()];
    let garbled: [fn(&mut Linked); 7] = [
        |linked| linked.event.payload.push(0),
        |linked| linked.event.epoch = 2,
        |linked| linked.event.actor.push('x'),
        |linked| linked.event.stream_hash[0] ^= 1,
        |linked| linked.event.hash[31] ^= 1,
        |linked| linked.stream_hash_before[5] ^= 1,
        |linked| linked.event.recorded_at = Timestamp::MAX,
    ];
    wrong.extend(garbled.map(|garble| {
        let mut linked = fourth();
        garble(&mut linked);
        linked
    }));
    for event in wrong {
        let mut window = begin();
        assert_eq!(window.push(event), Pushed::Misfit);
        assert_eq!(positions(&window, 3, 9), Some(vec![]));
        assert_eq!(window.push(fourth()), Pushed::Kept, "the right one still fits");
    }
}

#[test]
fn a_head_beyond_what_was_pushed_begins_anew_there_and_leaves_the_rest_to_the_log() {
    let history = history(12);
    let mut window = Window::new(identity(), origin());
    for event in &history[..3] {
        window.push(event.clone());
    }
    window.anchor(&identity(), head(&history, 9)).unwrap();
    assert_eq!(window.whole(), 9);
    assert_eq!(positions(&window, 3, 9), None, "the hole is not here");
    for event in &history {
        window.push(event.clone());
    }
    assert_eq!(positions(&window, 9, 9), Some(vec![10, 11, 12]));
    // An answer that was under way while newer events came changes nothing.
    window.anchor(&identity(), head(&history, 10)).unwrap();
    assert_eq!(window.whole(), 12);
}

#[test]
fn another_log_is_told_from_this_one() {
    let history = history(6);
    let window = || {
        let mut window = Window::new(identity(), head(&history, 3));
        window.push(history[3].clone());
        window
    };
    let here = head(&history, 4);
    assert_eq!(window().anchor(&identity(), here), Ok(()));
    let other = Identity { log_id: [8; 16], ..identity() };
    assert_eq!(window().anchor(&other, here), Err(AnotherLog));
    assert_eq!(window().anchor(&identity(), Head { epoch: 2, ..here }), Err(AnotherLog));
    assert_eq!(window().anchor(&identity(), Head { hash: [9; 32], ..here }), Err(AnotherLog));
    let third = Head { hash: [9; 32], ..head(&history, 3) };
    assert_eq!(window().anchor(&identity(), third), Err(AnotherLog));
}

#[test]
fn it_holds_so_many_and_no_more() {
    let history = history(MOST_EVENTS as u64 + 8);
    let mut window = Window::new(identity(), origin());
    for event in &history {
        window.push(event.clone());
    }
    assert_eq!(window.events.len(), MOST_EVENTS);
    assert_eq!(positions(&window, 7, 9), None);
    assert_eq!(positions(&window, 8, 2), Some(vec![9, 10]));
    let bytes: usize = window.events.iter().map(Linked::bytes).sum();
    assert_eq!(window.bytes, bytes);
}

proptest! {
    /// Whatever is pushed in whatever order and wherever the log says its head is: what a reader gets is the
    /// piece of the history that it asked for, or a reference to the log.
    #[test]
    fn a_reader_never_gets_anything_but_the_history(
        steps in prop::collection::vec((0_usize..30, any::<bool>(), 0_usize..4), 1..80),
    ) {
        let history = history(30);
        let mut window = Window::new(identity(), origin());
        for (index, is_head, garble) in steps {
            if is_head {
                window.anchor(&identity(), head(&history, index / 3 * 3)).unwrap();
            } else {
                let mut event = history[index].clone();
                if garble == 0 {
                    event.event.payload.push(0);
                }
                window.push(event);
            }
            prop_assert_eq!(window.whole() % 3, 0);
            for after in 0..30 {
                let Some(page) = window.read(after, 5) else { continue };
                for (offset, event) in page.iter().enumerate() {
                    prop_assert_eq!(event, &history[after as usize + offset].event);
                }
                prop_assert_eq!(page.is_empty(), after >= window.whole());
            }
        }
    }
}
