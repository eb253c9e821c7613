//! Followers in another process: they see every event once, in order, whatever the broker and the owner do.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use async_nats::jetstream;
use eventlog::testing::Nats;
use eventlog::{Feed, Live, Log, MAX_EVENTS, Malformed, Options, ReadError, Recorded, Relay};
use proto::log::v1::log_service_client::LogServiceClient;
use proto::log::v1::{GetHeadRequest, ReadEventsRequest, Resolution, ResolveCommandRequest};
use tonic::Code;

use crate::network::{Owner, broker, follow, grow, same, until, within};
use crate::world::{World, command, committed, event, fingerprint};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_remote_answers_as_the_log_does() {
    for world in World::both().await {
        let log = world.open().await;
        let owner = Owner::of(&log).await;
        let remote = Feed::from(owner.remote(None));
        assert_eq!(remote.head().await.unwrap(), log.head().await.unwrap());
        assert!(remote.read(0, 10).await.unwrap().is_empty());
        grow(&log, 730).await;
        committed(log.append(command("k1", "case/1", 0)).await.unwrap());
        committed(log.append(command("k2", "case/1", 1)).await.unwrap());
        assert_eq!(remote.head().await.unwrap(), log.head().await.unwrap());
        for (after, limit) in [(0, 1_000), (0, 500), (0, 1), (249, 2), (731, 1), (732, 5), (999, 5)]
        {
            let (theirs, ours) = (remote.read(after, limit).await, log.read(after, limit).await);
            assert_eq!(theirs.unwrap(), ours.unwrap(), "{limit} after {after}");
        }
        for (name, after) in [("case/1", 0), ("case/1", 1), ("case/1", 2), ("case/9", 0)] {
            let (theirs, ours) = (remote.stream(name, after).await, log.stream(name, after).await);
            assert_eq!(theirs.unwrap(), ours.unwrap(), "{name} after {after}");
        }
        assert_eq!(remote.name(), "planning");
        log.close().await;
    }
}

/// What a service records of another log comes a while after it; who asks with a position does not miss it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_head_is_told_after_the_log_took_in_what_was_asked_for() {
    let world = World::sqlite().await;
    let log = world.open().await;
    let owner = Owner::of(&log).await;
    let feeds = [Feed::from(log.clone()), Feed::from(owner.remote(None))];
    let after = |position: u64| BTreeMap::from([("intake".to_owned(), position)]);
    for feed in &feeds {
        // Nobody takes that log in here, so there is nothing to wait for.
        assert_eq!(within("at once", feed.head_after(after(9))).await.unwrap().position, 0);
    }
    log.took_in("intake", 0);
    for (feed, recorded) in feeds.into_iter().zip([1, 2]) {
        let asked = tokio::spawn(async move { feed.head_after(after(10 * recorded)).await });
        tokio::time::sleep(Duration::from_millis(100)).await;
        grow(&log, 1).await;
        log.took_in("intake", 10 * recorded - 1);
        tokio::time::sleep(Duration::from_millis(100)).await;
        assert!(!asked.is_finished(), "it is not taken in yet");
        log.took_in("intake", 10 * recorded);
        let head = within("it is answered", asked).await.unwrap().unwrap();
        assert_eq!(head.position, recorded);
    }
    // Whoever waits for what is never taken in is answered as soon as that is known.
    let feed = Feed::from(owner.remote(None));
    let asked = tokio::spawn(async move { feed.head_after(after(99)).await });
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(!asked.is_finished(), "it may still come");
    log.takes_in_no_more("intake");
    assert_eq!(within("it is answered", asked).await.unwrap().unwrap().position, 2);
    log.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn events_of_the_largest_size_come_in_pages_that_fit() {
    let world = World::sqlite().await;
    let log = world.open().await;
    let mut large = command("k1", "case/1", 0);
    large.events = (0..15).map(|n| event("large", &vec![n; 256 * 1024])).collect();
    log.append(large).await.unwrap();
    let owner = Owner::of(&log).await;
    let remote = owner.remote(None);
    assert_eq!(remote.read(0, MAX_EVENTS).await.unwrap(), log.read(0, 1_000).await.unwrap());
    let mut service = LogServiceClient::new(owner.channel()).max_decoding_message_size(1024 * 1024);
    let all = ReadEventsRequest { log: "planning".into(), after_position: 0, limit: 0 };
    let mut pages = service.read_events(all).await.unwrap().into_inner();
    let mut events = 0;
    while let Some(page) = pages.message().await.unwrap() {
        events += page.events.len();
    }
    assert_eq!(events, 15);
    log.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_command_is_resolved_from_afar_and_strange_questions_are_refused() {
    let world = World::sqlite().await;
    let log = world.open().await;
    let owner = Owner::of(&log).await;
    let answer = committed(log.append(command("k1", "case/1", 0)).await.unwrap());
    let mut service = LogServiceClient::new(owner.channel());
    let ask = |key: &str, fence| ResolveCommandRequest {
        log: "planning".into(),
        principal: "clerk".into(),
        key: key.into(),
        fence,
    };
    let found = service.resolve_command(ask("k1", true)).await.unwrap().into_inner();
    assert_eq!(found.resolution(), Resolution::Committed);
    assert_eq!(found.fingerprint, fingerprint("k1"));
    assert_eq!((found.first_position, found.last_position, found.version), (1, 1, 1));
    assert_eq!((found.answer, found.epoch), (answer.answer, 1));
    for (fence, resolution) in
        [(false, Resolution::Absent), (true, Resolution::Fenced), (false, Resolution::Fenced)]
    {
        let found = service.resolve_command(ask("k2", fence)).await.unwrap().into_inner();
        assert_eq!(found.resolution(), resolution);
    }
    for (key, principal, code) in
        [("", "clerk", Code::InvalidArgument), ("k", "", Code::InvalidArgument)]
    {
        let asked = ResolveCommandRequest { principal: principal.into(), ..ask(key, true) };
        assert_eq!(service.resolve_command(asked).await.unwrap_err().code(), code);
    }
    let too_long = ask(&"k".repeat(257), true);
    let refused = service.resolve_command(too_long).await.unwrap_err();
    assert_eq!(refused.code(), Code::InvalidArgument);
    assert!(refused.message().starts_with("key"), "{}", refused.message());
    let strange = GetHeadRequest { log: "intake".into(), ..Default::default() };
    assert_eq!(service.get_head(strange).await.unwrap_err().code(), Code::NotFound);
    log.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_broker_tells_sooner_than_the_poll() {
    let (world, nats) = (World::sqlite().await, Nats::start().await.unwrap());
    let log = world.open().await;
    let owner = Owner::of(&log).await;
    let relay = Relay::start(log.clone(), broker(&nats).await);
    let remote = owner.remote(Some(&broker(&nats).await));
    let live = follow(remote);
    grow(&log, 1).await;
    within("relayed", relay.relayed().wait_for(|state| *state == eventlog::Relayed::UpTo(1)))
        .await
        .unwrap();
    // The ear needs a moment to find the stream that was just made.
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    let mut waits = Vec::new();
    for position in 2..=30 {
        grow(&log, 1).await;
        let begun = Instant::now();
        within("told", live.reached(position)).await.unwrap();
        waits.push(begun.elapsed());
        // Out of step with the poll.
        tokio::time::sleep(Duration::from_millis(37)).await;
    }
    waits.sort();
    println!("told after {:?} in the middle, {:?} at worst", waits[14], waits[28]);
    // A poll alone would take half a second in the middle.
    assert!(waits[14] < Duration::from_millis(250), "{waits:?}");
    log.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn followers_see_every_event_once_in_order_through_all_that_happens_to_the_broker() {
    let (world, nats) = (World::postgres().await, Nats::start().await.unwrap());
    let log = world.open().await;
    grow(&log, 150).await;
    let mut owner = Owner::of(&log).await;
    let relay = Relay::start(log.clone(), broker(&nats).await);
    let ear = broker(&nats).await;
    let remote = owner.remote(Some(&ear));
    // Three followers of one remote; one comes later.
    let mut followers = vec![follow(remote.clone()), follow(remote.clone())];
    let console = jetstream::new(async_nats::connect(nats.url()).await.unwrap());
    let rounds = ["nothing", "kill", "wipe", "delete", "foreign", "owner", "nothing"];
    for (round, what) in rounds.into_iter().enumerate() {
        let growing = tokio::spawn({
            let log = log.clone();
            async move {
                for _ in 0..20 {
                    grow(&log, 3).await;
                    tokio::time::sleep(Duration::from_millis(10)).await;
                }
            }
        });
        match what {
            "kill" => {
                nats.kill();
                nats.restart().await.unwrap();
            }
            "wipe" => {
                nats.kill();
                nats.wipe().unwrap();
                nats.restart().await.unwrap();
            }
            "delete" => {
                until("deleted", || console.delete_stream("tongban-planning")).await;
            }
            "foreign" => {
                for _ in 0..5 {
                    let sent = console.publish("tongban.planning.noted.P9", "foreign".into());
                    // It may meet a stream that is being built anew.
                    let _taken = sent.await.unwrap().await;
                }
            }
            "owner" => {
                owner.stop().await;
                tokio::time::sleep(Duration::from_millis(300)).await;
                owner.start(&log).await;
            }
            _ => {}
        }
        growing.await.unwrap();
        if round == 3 {
            followers.push(follow(remote.clone()));
        }
        for live in &followers {
            same(&log, live).await;
        }
        let head = log.head().await.unwrap().position;
        println!("{what}: {} followers at {head}", followers.len());
    }
    let head = log.head().await.unwrap().position;
    let mut state = relay.relayed();
    grow(&log, 10).await;
    within("relayed", state.wait_for(|state| *state == eventlog::Relayed::UpTo(head + 10)))
        .await
        .unwrap();
    for live in &followers {
        same(&log, live).await;
    }
    log.close().await;
}

/// A twin of the log has the same history, so its relay makes the very messages that ours would make. They are
/// put on our broker garbled, before our log has anything to tell.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn garbled_messages_are_not_believed_and_the_log_is_asked_instead() {
    let (ours, twins) = (World::sqlite().await, World::sqlite().await);
    let options = || Options { log_id: Some([7; 16]), ..Options::default() };
    let (log, twin) = (ours.open_with(options()).await, twins.open_with(options()).await);
    grow(&log, 5).await;
    grow(&twin, 5).await;
    grow(&twin, 1).await;
    let (nats, elsewhere) = (Nats::start().await.unwrap(), Nats::start().await.unwrap());
    let relay = |log: &Log, broker| {
        let relay = Relay::start(log.clone(), broker);
        let head = log.watch().borrow().to_owned();
        async move {
            let mut state = relay.relayed();
            let done = state.wait_for(|state| *state == eventlog::Relayed::UpTo(head));
            within("relayed", done).await.unwrap();
        }
    };
    relay(&log, broker(&nats).await).await;
    relay(&twin, broker(&elsewhere).await).await;
    let console = |nats: &Nats| async_nats::connect(nats.url());
    let theirs = jetstream::new(console(&elsewhere).await.unwrap());
    let sixth = theirs.get_stream("tongban-planning").await.unwrap();
    let sixth = sixth.get_raw_message(6).await.unwrap();

    let owner = Owner::of(&log).await;
    let live = follow(owner.remote(Some(&broker(&nats).await)));
    same(&log, &live).await;
    // The ear has had its moment to begin.
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    let ours = jetstream::new(console(&nats).await.unwrap());
    let sealed = sixth.headers.get("ce-logevent").unwrap().as_str();
    let half = &sealed[..sealed.len() / 2];
    for (header, body) in [(sealed, "garbled"), (half, "5+1"), ("", ""), ("%%%", "5+1")] {
        let mut headers = async_nats::HeaderMap::new();
        headers.insert("ce-logevent", header);
        let sent = ours.publish_with_headers("tongban.planning.noted.P5", headers, body.into());
        sent.await.unwrap().await.unwrap();
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(live.position(), 5, "nothing of it was believed");
    grow(&log, 9).await;
    same(&log, &live).await;
    log.close().await;
    twin.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_broker_the_poll_tells_and_without_the_owner_followers_wait() {
    let (world, nats) = (World::sqlite().await, Nats::start().await.unwrap());
    let log = world.open().await;
    grow(&log, 10).await;
    let mut owner = Owner::of(&log).await;
    let broker = broker(&nats).await;
    nats.kill();
    let remote = owner.remote(Some(&broker));
    let live = follow(remote.clone());
    same(&log, &live).await;
    grow(&log, 10).await;
    same(&log, &live).await;

    owner.stop().await;
    grow(&log, 10).await;
    let asked = within("an answer", remote.head()).await;
    assert!(matches!(asked, Err(ReadError::Unavailable(_))), "{asked:?}");
    assert_eq!(live.position(), 20);
    assert_eq!(live.read(|seen, _| seen.len()).unwrap(), 20, "what is known is still told");
    owner.start(&log).await;
    same(&log, &live).await;
    log.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_is_shown_half_a_command() {
    let (world, nats) = (World::sqlite().await, Nats::start().await.unwrap());
    let log = world.open().await;
    let owner = Owner::of(&log).await;
    let _relay = Relay::start(log.clone(), broker(&nats).await);
    fn fold(count: &mut u64, _: &Recorded) -> Result<(), Malformed> {
        *count += 1;
        Ok(())
    }
    let live = Live::follow(owner.remote(Some(&broker(&nats).await)), 0, fold);
    let watching = tokio::spawn({
        let live = live.clone();
        async move {
            while live.position() < 3_000 {
                let count = live.read(|count, _| *count).unwrap();
                assert_eq!(count % 100, 0, "half a command");
                tokio::task::yield_now().await;
            }
        }
    });
    for _ in 0..30 {
        grow(&log, 100).await;
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    within("all was seen whole", watching).await.unwrap();
    log.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_log_at_the_same_address_ends_the_following_and_says_so() {
    let (first, second) = (World::sqlite().await, World::sqlite().await);
    let log = first.open().await;
    grow(&log, 5).await;
    let mut owner = Owner::of(&log).await;
    let live = follow(owner.remote(None));
    same(&log, &live).await;
    owner.stop().await;
    let other: Log = second.open().await;
    grow(&other, 9).await;
    owner.start(&other).await;
    let stopped = within("the end", live.reached(6)).await.unwrap_err();
    assert!(stopped.reason.contains("not the log that was followed"), "{stopped}");
    log.close().await;
    other.close().await;
}
