//! A reader's stored copy of a log: it is the log up to its checkpoint, whoever is killed, and starts without
//! the log's owner. Where the log's history is another one, nothing is mixed.

use std::sync::Arc;
use std::time::Duration;

use eventlog::testing::Server;
use eventlog::{
    Feed, Live, Log, Malformed, Mirror, Mirrored, Mirrors, Options, ReadError, RebuildError,
    Rebuilt, Recorded, Store,
};
use sqlx::Row;
use sqlx::postgres::PgConnection;

use crate::network::{Owner, follow, grow, same, until, within};
use crate::opening::{postgres, run};
use crate::world::{World, command, event};

/// The database of a reader.
pub struct Reader {
    server: Arc<Server>,
    url: String,
}

impl Reader {
    async fn of(server: Arc<Server>) -> Self {
        let Ok(Store::Postgres { url }) = server.store().await else { panic!("no database") };
        Self { server, url }
    }

    pub async fn new() -> Self {
        Self::of(Server::shared().await.unwrap()).await
    }

    pub async fn mirrors(&self) -> Mirrors {
        Mirrors::open(&self.url, true).await.unwrap()
    }

    /// One process of the reader.
    pub async fn mirror(&self, owner: &Owner) -> Mirror {
        self.mirrors().await.follow(owner.channel(), "planning", None)
    }

    pub async fn connection(&self) -> PgConnection {
        postgres(&self.url).await
    }

    /// What is kept at this moment is a whole number of the log's first commands, row by row, and the checkpoint
    /// stands at its end. Says where.
    async fn is_prefix_of(&self, log: &Log) -> u64 {
        let mut connection = self.connection().await;
        // One statement, one moment.
        let rows = sqlx::query(
            "select c.position as at, c.hash as at_hash, e.position, e.hash, e.payload
               from mirror.checkpoint c left join mirror.event e on e.generation = c.generation
              where c.log = 'planning' order by e.position",
        );
        let rows = rows.fetch_all(&mut connection).await.unwrap();
        let Some(first) = rows.first() else { return 0 };
        let at = first.get::<i64, _>("at") as u64;
        let events = log.read(0, 100_000).await.unwrap();
        let kept = rows.iter().filter(|row| row.get::<Option<i64>, _>("position").is_some());
        let mut count = 0;
        for (row, event) in kept.zip(&events) {
            assert_eq!(row.get::<i64, _>("position") as u64, event.position);
            assert_eq!(row.get::<Vec<u8>, _>("hash"), event.hash);
            assert_eq!(row.get::<Vec<u8>, _>("payload"), event.payload);
            count += 1;
        }
        assert_eq!(count, at, "rows up to the checkpoint, and none beyond it");
        if let Some(last) = events[..count as usize].last() {
            assert_eq!(first.get::<Vec<u8>, _>("at_hash"), last.hash);
        }
        if let Some(next) = events.get(count as usize) {
            assert!(count == 0 || events[count as usize - 1].key != next.key, "half a command");
        }
        at
    }
}

impl Reader {
    /// The positions up to the log's head at which the copy is not what the log is.
    async fn changed(&self, log: &Log) -> Vec<u64> {
        let mut connection = self.connection().await;
        let mut changed = Vec::new();
        for event in log.read(0, 100_000).await.unwrap() {
            let row = sqlx::query("select payload, actor from mirror.event where position = $1");
            let row =
                row.bind(event.position as i64).fetch_optional(&mut connection).await.unwrap();
            let row = row.map(|row| (row.get::<Vec<u8>, _>(0), row.get::<String, _>(1)));
            if row != Some((event.payload, event.actor)) {
                changed.push(event.position);
            }
        }
        changed
    }
}

pub async fn state(mirror: &Mirror, wanted: impl Fn(&Mirrored) -> bool) -> Mirrored {
    let mut state = mirror.state();
    within("the mirror comes to it", state.wait_for(wanted)).await.unwrap().clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mirror_answers_as_the_log_does_and_starts_without_its_owner() {
    let (world, reader) = (World::sqlite().await, Reader::new().await);
    let log = world.open().await;
    grow(&log, 730).await;
    log.append(command("k1", "case/1", 0)).await.unwrap();
    log.append(command("k2", "case/1", 1)).await.unwrap();
    let mut owner = Owner::of(&log).await;
    let mirror = reader.mirror(&owner).await;
    same(&log, &follow(mirror.clone())).await;
    let feed = Feed::from(mirror);
    assert_eq!(feed.head().await.unwrap(), log.head().await.unwrap());
    for (after, limit) in [(0, 1_000), (0, 500), (0, 1), (249, 2), (731, 1), (732, 5), (999, 5)] {
        let (theirs, ours) = (feed.read(after, limit).await, log.read(after, limit).await);
        assert_eq!(theirs.unwrap(), ours.unwrap(), "{limit} after {after}");
    }
    for (name, after) in [("case/1", 0), ("case/1", 1), ("case/1", 2), ("case/9", 0)] {
        let (theirs, ours) = (feed.stream(name, after).await, log.stream(name, after).await);
        assert_eq!(theirs.unwrap(), ours.unwrap(), "{name} after {after}");
    }
    assert_eq!(feed.name(), "planning");
    drop(feed);

    owner.stop().await;
    let mirror = reader.mirror(&owner).await;
    let (live, feed) = (follow(mirror.clone()), Feed::from(mirror.clone()));
    let asked = within("an answer", feed.head()).await;
    assert!(matches!(asked, Err(ReadError::Unavailable(_))), "{asked:?}");
    let head = log.head().await.unwrap();
    assert_eq!(within("what is kept", feed.newest()).await.unwrap(), head);
    same(&log, &live).await;
    assert_eq!(*mirror.state().borrow(), Mirrored::Following);
    grow(&log, 10).await;
    owner.start(&log).await;
    same(&log, &live).await;
    assert_eq!(feed.newest().await.unwrap(), log.head().await.unwrap());
    log.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_copy_and_without_its_owner_nothing_is_pretended() {
    let (world, reader) = (World::sqlite().await, Reader::new().await);
    let log = world.open().await;
    grow(&log, 3).await;
    let mut owner = Owner::of(&log).await;
    owner.stop().await;
    let mirror = reader.mirror(&owner).await;
    let newest = Feed::from(mirror.clone()).newest().await;
    assert!(matches!(newest, Err(ReadError::Unavailable(_))), "{newest:?}");
    assert!(mirror.read(0, 10).await.unwrap().is_empty());
    owner.start(&log).await;
    same(&log, &follow(mirror)).await;
    log.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_processes_of_one_reader_share_a_copy_and_neither_doubles_nor_skips() {
    let (world, reader) = (World::sqlite().await, Reader::new().await);
    let log = world.open().await;
    let owner = Owner::of(&log).await;
    let (one, other) = (reader.mirror(&owner).await, reader.mirror(&owner).await);
    let followers = [follow(one.clone()), follow(other.clone()), follow(other)];
    for _ in 0..40 {
        grow(&log, 7).await;
        tokio::time::sleep(Duration::from_millis(5)).await;
        reader.is_prefix_of(&log).await;
    }
    for live in &followers {
        same(&log, live).await;
    }
    assert_eq!(reader.is_prefix_of(&log).await, 280);
    drop(one);
    log.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_is_killed_rows_and_checkpoint_stay_one() {
    let world = World::sqlite().await;
    let server = Server::start(&["-k"], &[]).await.unwrap();
    let reader = Reader::of(Arc::new(server)).await;
    let log = world.open().await;
    let owner = Owner::of(&log).await;
    // This process lives through it all; others are killed in the midst of their batches.
    let survivor = follow(reader.mirror(&owner).await);
    for round in 0..12_u64 {
        grow(&log, 900).await;
        let killed = reader.mirror(&owner).await;
        tokio::time::sleep(Duration::from_millis(3 * (round % 6))).await;
        drop(killed);
        if round % 4 == 3 {
            reader.server.kill();
            reader.server.restart().await.unwrap();
        }
        reader.is_prefix_of(&log).await;
    }
    same(&log, &survivor).await;
    same(&log, &follow(reader.mirror(&owner).await)).await;
    assert_eq!(reader.is_prefix_of(&log).await, 12 * 900);
    log.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_history_in_a_newer_epoch_goes_on() {
    let (world, reader) = (World::postgres().await, Reader::new().await);
    let Store::Postgres { url } = &world.store else { unreachable!() };
    let log = world.open().await;
    grow(&log, 20).await;
    let mut owner = Owner::of(&log).await;
    let mirror = reader.mirror(&owner).await;
    let live = follow(mirror.clone());
    same(&log, &live).await;
    assert_eq!(mirror.epoch(), Some(1));
    for (epoch, more) in [(2, 0), (3, 15)] {
        owner.stop().await;
        let mut connection = postgres(url).await;
        run(&mut connection, &format!("update planning.head set epoch = {epoch}")).await.unwrap();
        grow(&log, more).await;
        owner.start(&log).await;
        same(&log, &live).await;
        until("the epoch is known", || async {
            if mirror.epoch() == Some(epoch) { Ok(()) } else { Err(()) }
        })
        .await;
    }
    assert_eq!(live.read(|seen, _| seen.len()).unwrap(), 35);
    state(&mirror, |state| *state == Mirrored::Following).await;
    assert_eq!(mirror.kept().await.unwrap(), log.head().await.unwrap());
    log.close().await;
}

/// In place of a log of 20 events comes one that has another history: another log, the same one restored without
/// its tail, and restored and grown again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_history_is_refused_and_never_mixed_with_the_copy() {
    let named = |id| Options { log_id: Some([id; 16]), ..Options::default() };
    for (what, id, events, added) in
        [("another log", 8, 30, 0), ("without its tail", 7, 10, 0), ("grown again", 7, 10, 25)]
    {
        let (first, second) = (World::sqlite().await, World::sqlite().await);
        let reader = Reader::new().await;
        let log = first.open_with(named(7)).await;
        grow(&log, 10).await;
        grow(&log, 10).await;
        let mut owner = Owner::of(&log).await;
        let mirror = reader.mirror(&owner).await;
        let live = follow(mirror.clone());
        same(&log, &live).await;
        owner.stop().await;
        let other = second.open_with(named(id)).await;
        grow(&other, events).await;
        if added > 0 {
            other.append(command("in its place", "case/1", 0)).await.unwrap();
            grow(&other, added).await;
        }
        owner.start(&other).await;
        let refused = state(&mirror, |state| matches!(state, Mirrored::Refused { .. })).await;
        assert!(matches!(refused, Mirrored::Refused { position: 20, .. }), "{what}: {refused:?}");
        let stopped = within("the end", live.reached(21)).await.unwrap_err();
        assert_eq!((stopped.position, stopped.log.as_str()), (21, "planning"), "{what}");
        assert!(stopped.reason.contains("history"), "{what}: {stopped}");
        assert_eq!(reader.is_prefix_of(&log).await, 20, "{what}: as it was");

        // Whoever starts now is told the same, and still knows what the copy knows.
        let again = reader.mirror(&owner).await;
        state(&again, |state| matches!(state, Mirrored::Refused { .. })).await;
        assert_eq!(again.read(0, 100).await.unwrap(), log.read(0, 100).await.unwrap(), "{what}");

        // A person decides that the other history is the one that holds.
        let mirrors = reader.mirrors().await;
        let rebuilt = mirrors.rebuild(owner.channel(), "planning", false).await.unwrap();
        assert!(rebuilt.differences > 0 && rebuilt.compared == 20, "{what}: {rebuilt:?}");
        state(&again, |state| *state == Mirrored::Renewed).await;
        state(&mirror, |state| *state == Mirrored::Renewed).await;
        same(&other, &follow(reader.mirror(&owner).await)).await;
        log.close().await;
        other.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_auditor_finds_what_was_changed_by_hand_and_a_rebuilding_mends_it() {
    let (world, reader) = (World::sqlite().await, Reader::new().await);
    let log = world.open().await;
    for _ in 0..3 {
        grow(&log, 4).await;
    }
    let owner = Owner::of(&log).await;
    let mirror = reader.mirror(&owner).await;
    let live = follow(mirror.clone());
    same(&log, &live).await;
    let mut audited = mirror.audited();
    let round = within("a round", audited.wait_for(|audited| audited.streams > 3)).await;
    assert_eq!((round.unwrap().differences, mirror.audited().borrow().first), (0, None));

    // A bit in one event, a whole event, a field that no hash covers in the copy, and one too many.
    let mut connection = reader.connection().await;
    for change in [
        "update mirror.event set payload = 'changed' where position = 7",
        "delete from mirror.event where position = 10",
        "update mirror.event set actor = 'nobody' where position = 11",
        "insert into mirror.event select generation, 900, epoch, 'planning/P0', 99, kind, recorded_at, actor,
                on_behalf_of, principal, key, command_digest, payload, stream_hash, hash, traceparent
           from mirror.event where position = 1",
    ] {
        run(&mut connection, change).await.unwrap();
    }
    let before = *mirror.audited().borrow();
    // Two rounds from here on: three streams, and the count of the rows.
    let round = audited.wait_for(|audited| audited.streams >= before.streams + 9);
    let found = *within("a round", round).await.unwrap();
    assert!(found.differences >= 4, "{found:?}");
    assert_eq!(within("it is told", reader.changed(&log)).await, [7, 10, 11]);

    // Asked only, nothing changes; then the new copy is in place, and nobody reads the old one any more.
    let mirrors = reader.mirrors().await;
    for dry_run in [true, false] {
        let rebuilt = mirrors.rebuild(owner.channel(), "planning", dry_run).await.unwrap();
        let expected = Rebuilt { compared: 12, differences: 3, first: Some(7), position: 12 };
        assert_eq!(rebuilt, expected, "dry run: {dry_run}");
        let changed = reader.changed(&log).await;
        assert_eq!(changed.is_empty(), !dry_run, "{changed:?}");
    }
    assert_eq!(reader.is_prefix_of(&log).await, 12);
    let read = mirror.read(0, 100).await;
    assert!(matches!(read, Err(ReadError::Unavailable(_))), "{read:?}");
    let read = mirror.stream("planning/P0", 0).await;
    assert!(matches!(read, Err(ReadError::Unavailable(_))), "{read:?}");
    state(&mirror, |state| *state == Mirrored::Renewed).await;
    let anew = reader.mirror(&owner).await;
    grow(&log, 4).await;
    same(&log, &follow(anew)).await;
    let rebuilt = mirrors.rebuild(owner.channel(), "planning", true).await.unwrap();
    assert_eq!((rebuilt.differences, rebuilt.first, rebuilt.position), (0, None, 16));
    let nothing = mirrors.rebuild(owner.channel(), "intake", true).await;
    assert!(matches!(nothing, Err(RebuildError::Nothing)), "{nothing:?}");
    log.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_fold_refused_it_takes_once_it_can_and_skips_nothing() {
    type Kinds = Vec<(u64, String)>;
    fn newer(kinds: &mut Kinds, event: &Recorded) -> Result<(), Malformed> {
        kinds.push((event.position, event.kind.clone()));
        Ok(())
    }
    fn older(kinds: &mut Kinds, event: &Recorded) -> Result<(), Malformed> {
        newer(kinds, event)?;
        if event.kind == "invented_later" {
            return Err(Malformed("kind: is unknown to this build".to_owned()));
        }
        Ok(())
    }
    let (world, reader) = (World::sqlite().await, Reader::new().await);
    let log = world.open().await;
    grow(&log, 5).await;
    let mut later = command("later", "case/1", 0);
    later.events.push(event("invented_later", b""));
    later.events.push(event("noted", b""));
    log.append(later).await.unwrap();
    grow(&log, 5).await;
    let owner = Owner::of(&log).await;
    let mirror = reader.mirror(&owner).await;
    let (stopping, going) =
        (Live::follow(mirror.clone(), Kinds::new(), older), follow(mirror.clone()));
    let stopped = within("it stops", stopping.stopped()).await;
    assert_eq!(stopped.position, 7);
    same(&log, &going).await;
    drop((mirror, stopping, going));

    // The next build.
    let mirror = reader.mirror(&owner).await;
    let mended = Live::follow(mirror, Kinds::new(), newer);
    within("it goes on", mended.reached(13)).await.unwrap();
    let all = log.read(0, 100).await.unwrap();
    let all: Kinds = all.into_iter().map(|event| (event.position, event.kind)).collect();
    mended.read(|kinds, _| assert_eq!(*kinds, all)).unwrap();
    log.close().await;
}
