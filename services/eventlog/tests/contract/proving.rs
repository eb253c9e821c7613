//! That no byte of the history can be changed unseen, and that both backends tell the same history.

use std::path::Path;

use eventlog::{Command, Head, Log, Options, Recorded, Report, Store, VerifyError, verify_file};
use sqlx::postgres::PgConnection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection};

use crate::opening::postgres;
use crate::world::{MORNING, World, command, committed, event, reserving};

/// Three streams, five commands, seven events, three reservations.
fn history() -> Vec<Command> {
    let two = |mut command: Command| {
        command.events.push(event("noted", "第二".as_bytes()));
        command
    };
    vec![
        reserving(command("k1", "case/1", 0), &["B", "A"]),
        two(command("k2", "case/2", 0)),
        two(reserving(command("k3", "case/1", 1), &["A", "C"])),
        command("k4", "case/3", 0),
        command("k5", "case/2", 2),
    ]
}

/// Position of the first event of each command, and of the last event of each stream.
const FIRST: [(&str, u64); 5] = [("k1", 1), ("k2", 2), ("k3", 4), ("k4", 6), ("k5", 7)];
const LAST: [(&str, u64); 3] = [("case/1", 5), ("case/3", 6), ("case/2", 7)];
const END: u64 = 7;

async fn written(world: &World, options: Options) -> Log {
    let log = world.open_with(options).await;
    for (minute, command) in (0..).zip(history()) {
        world.clock.store(MORNING + minute * 60_000_000, std::sync::atomic::Ordering::SeqCst);
        committed(log.append(command).await.unwrap());
    }
    log
}

#[tokio::test]
async fn both_backends_write_the_same_history_to_the_byte() {
    for algorithm in [eventlog::Algorithm::Sha256, eventlog::Algorithm::Sm3] {
        let mut told: Vec<(Vec<Recorded>, Report)> = Vec::new();
        for world in World::both().await {
            let options =
                Options { algorithm, log_id: Some(*b"0123456789abcdef"), ..Options::default() };
            let log = written(&world, options).await;
            told.push((log.read(0, 100).await.unwrap(), log.verify(None).await.unwrap()));
            log.close().await;
        }
        assert_eq!(told[0], told[1]);
        assert_eq!(told[0].0.len() as u64, END);
    }
}

/// Computed from the words of `src/hash.rs` by another program.
#[tokio::test]
async fn the_hash_is_the_documented_one() {
    let world = World::sqlite().await;
    let options = Options { log_id: Some(*b"0123456789abcdef"), ..Options::default() };
    let log = written(&world, options).await;
    let hash: String =
        log.head().await.unwrap().hash.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(hash, "a95b6d3f65bb0ca7121f2a023bdbb49229d28a20243277cb2abf8a7af0516346");
    log.close().await;
}

/// A database that is being tampered with.
enum Tampered {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Tampered {
    async fn with(store: &Store) -> Self {
        match store {
            Store::Postgres { url } => {
                let mut connection = postgres(url).await;
                let settings = "set search_path to planning; set synchronous_commit to off";
                sqlx::raw_sql(settings).execute(&mut connection).await.unwrap();
                Self::Postgres(connection)
            }
            Store::Sqlite { directory } => {
                // Nobody minds if a forgery is lost in a power cut.
                let options = SqliteConnectOptions::new()
                    .filename(directory.join("planning.sqlite"))
                    .synchronous(sqlx::sqlite::SqliteSynchronous::Off);
                Self::Sqlite(options.connect().await.unwrap())
            }
        }
    }

    async fn run(&mut self, sql: &str) {
        let sql = AssertSqlSafe(sql.to_owned());
        let done = match self {
            Self::Sqlite(connection) => sqlx::raw_sql(sql).execute(connection).await.map(drop),
            Self::Postgres(connection) => sqlx::raw_sql(sql).execute(connection).await.map(drop),
        };
        done.unwrap();
    }

    /// Bytes as this database writes them.
    fn bytes(&self, bytes: &[u8]) -> String {
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        match self {
            Self::Sqlite(_) => format!("x'{hex}'"),
            Self::Postgres(_) => format!("'\\x{hex}'::bytea"),
        }
    }

    /// The same bytes but one, which differs in one bit; `place` says where.
    fn flipped(&self, bytes: &[u8], place: u64) -> String {
        let mut bytes = bytes.to_vec();
        let place = place as usize * 5 % bytes.len();
        bytes[place] ^= 1 << (place % 8);
        self.bytes(&bytes)
    }
}

const TABLES: [&str; 5] = ["head", "event", "stream_head", "command", "reservation"];

/// Statements that tamper, and the position that must be named.
fn tamperings(database: &Tampered, events: &[Recorded]) -> Vec<(String, u64)> {
    let mut all = Vec::new();
    for event in events {
        let p = event.position;
        let mut set = |column: &str, value: String| {
            all.push((format!("update event set {column} = {value} where position = {p}"), p));
        };
        for column in ["epoch", "version", "recorded_at"] {
            set(column, format!("{column} + 64"));
            set(column, format!("{column} - 64"));
        }
        set("position", "position + 64".to_owned());
        set("position", "-position".to_owned());
        for column in ["stream", "kind", "actor", "on_behalf_of", "principal", "key"] {
            set(column, format!("{column} || 'x'"));
        }
        set("stream", "'case/9'".to_owned());
        set("payload", database.flipped(&event.payload, p));
        set("payload", database.bytes(b""));
        set("command_digest", database.flipped(&event.command_digest, p));
        set("stream_hash", database.flipped(&event.stream_hash, p));
        set("stream_hash", database.bytes(b"short"));
        set("hash", database.flipped(&event.hash, p));
        all.push((format!("delete from event where position = {p}"), p));
        all.push((format!("delete from event where position >= {p}"), p));
        if p < END {
            all.push((
                format!(
                    "update event set position = -1 where position = {p};
                     update event set position = {p} where position = {p} + 1;
                     update event set position = {p} + 1 where position = -1"
                ),
                p,
            ));
        }
        // An event slipped in, the later ones moved up.
        all.push((
            format!(
                "update event set position = -position where position >= {p};
                 update event set position = 1 - position where position < 0;
                 insert into event select {p}, epoch, 'case/new', 1, kind, recorded_at, actor, on_behalf_of,
                     principal, key, command_digest, payload, stream_hash, hash, ''
                   from event where position = {p} + 1"
            ),
            p,
        ));
    }
    all
}

/// The same for the tables beside the events.
fn side_tamperings(database: &Tampered, events: &[Recorded]) -> Vec<(String, u64)> {
    let mut all = Vec::new();
    for (key, first) in FIRST {
        let command = history().into_iter().find(|command| command.key == key).unwrap();
        let mut set = |column: &str, value: String| {
            all.push((format!("update command set {column} = {value} where key = '{key}'"), first));
        };
        for column in ["first_position", "last_position", "version"] {
            set(column, format!("{column} + 1"));
            set(column, format!("{column} - 1"));
        }
        set("principal", "'clerks'".to_owned());
        set("key", "'k9'".to_owned());
        set("answer", database.flipped(&command.answer, first));
        set("fingerprint", database.flipped(&command.fingerprint, first));
        all.push((format!("delete from command where key = '{key}'"), first));
    }
    for (value, first) in [("A", 1), ("B", 1), ("C", 4)] {
        let mut set = |change: &str| {
            all.push((format!("update reservation set {change} where value = '{value}'"), first));
        };
        set("kind = 'codes'");
        set("value = 'Z'");
        set("stream = 'case/2'");
        set("position = position + 1");
        set("position = 1000");
        all.push((format!("delete from reservation where value = '{value}'"), first));
    }
    all.push(("insert into reservation values ('code', 'Z', 'case/1', 5)".to_owned(), 5));
    all.push(("insert into reservation values ('code', 'Z', 'case/1', 99)".to_owned(), END + 1));
    for (stream, last) in LAST {
        let hash = &events[last as usize - 1].stream_hash;
        let mut set = |change: String, position| {
            all.push((
                format!("update stream_head set {change} where stream = '{stream}'"),
                position,
            ));
        };
        set("version = version - 1".to_owned(), last);
        set("version = version + 1".to_owned(), END + 1);
        set(format!("hash = {}", database.flipped(hash, last)), last);
        all.push((format!("delete from stream_head where stream = '{stream}'"), last));
    }
    let zero = database.bytes(&[0; 32]);
    all.push((
        format!(
            "insert into event values (-1, 1, 'case/9', 1, 'x', 0, '', '', 'clerk', 'k1', {zero}, {zero}, {zero},
                 {zero}, '')"
        ),
        0,
    ));
    all.push((format!("insert into stream_head values ('case/9', 1, {zero})"), END + 1));
    all.push((
        format!("insert into command values ('clerk', 'k9', {zero}, 9, 9, 9, {zero})"),
        END + 1,
    ));
    // Not quite fences: a request's fingerprint, a version, an answer.
    let one = database.bytes(&[1; 32]);
    let (none, some) = (database.bytes(&[]), database.bytes(&[1]));
    for row in [
        format!("{one}, 0, 0, 0, {none}"),
        format!("{zero}, 0, 0, 1, {none}"),
        format!("{zero}, 0, 0, 0, {some}"),
    ] {
        all.push((format!("insert into command values ('clerk', 'k9', {row})"), 0));
    }
    for (change, position) in [
        ("position = position + 1", END + 1),
        ("position = position - 1", END),
        ("epoch = epoch - 1", 1),
        ("recorded_at = recorded_at + 1", END),
        ("algorithm = 'md5'", 0),
        ("algorithm = 'sm3'", 1),
    ] {
        all.push((format!("update head set {change}"), position));
    }
    all.push((format!("update head set hash = {}", database.flipped(&events[6].hash, 3)), END));
    all.push((format!("update head set log_id = {}", database.bytes(&[9; 16])), 1));
    all.push(("delete from head".to_owned(), 0));
    // The tail cut off the events and the head, but not off the tables beside them.
    let before = database.bytes(&events[5].hash);
    let at = events[5].recorded_at.as_microsecond();
    all.push((
        format!(
            "delete from event where position = 7;
             update head set position = 6, hash = {before}, recorded_at = {at}"
        ),
        END,
    ));
    all
}

#[tokio::test]
async fn every_tampering_is_named_by_its_first_position() {
    for world in World::both().await {
        let log = written(&world, Options::default()).await;
        let events = log.read(0, 100).await.unwrap();
        log.verify(None).await.unwrap();
        let mut database = Tampered::with(&world.store).await;
        for table in TABLES {
            database.run(&format!("create table saved_{table} as select * from {table}")).await;
        }
        let mut all = tamperings(&database, &events);
        all.extend(side_tamperings(&database, &events));
        assert!(all.len() > 250);
        for (sql, expected) in all {
            database.run(&sql).await;
            match log.verify(None).await {
                Err(VerifyError::Bad { position, .. }) if position == expected => {}
                other => panic!("{}: {sql}\nexpected {expected}, told {other:?}", world.backend),
            }
            for table in TABLES {
                database
                    .run(&format!(
                        "delete from {table}; insert into {table} select * from saved_{table}"
                    ))
                    .await;
            }
        }
        assert_eq!(log.verify(None).await.unwrap().head.position, END);
        log.close().await;
    }
}

#[tokio::test]
async fn a_tail_cut_off_everywhere_is_named_by_a_head_known_before() {
    for world in World::both().await {
        let log = written(&world, Options::default()).await;
        let known = log.verify(None).await.unwrap().head;
        let events = log.read(0, 100).await.unwrap();
        let (before, at) = (&events[5], events[5].recorded_at.as_microsecond());
        let mut database = Tampered::with(&world.store).await;
        let (hash, stream_hash) =
            (database.bytes(&before.hash), database.bytes(&events[2].stream_hash));
        database
            .run(&format!(
                "delete from event where position = 7;
                 delete from command where key = 'k5';
                 update stream_head set version = 2, hash = {stream_hash} where stream = 'case/2';
                 update head set position = 6, hash = {hash}, recorded_at = {at}"
            ))
            .await;
        assert_eq!(log.verify(None).await.unwrap().head.position, 6, "it looks whole");
        let cut = log.verify(Some(known)).await;
        assert!(matches!(cut, Err(VerifyError::Bad { position: END, .. })), "{cut:?}");
        let fork = Head { hash: [1; 32], ..known };
        let fork = log.verify(Some(Head { position: 3, ..fork })).await;
        assert!(matches!(fork, Err(VerifyError::Bad { position: 3, .. })), "{fork:?}");
        let contained = Head { position: 3, epoch: 1, hash: events[2].hash };
        log.verify(Some(contained)).await.unwrap();
        log.close().await;
    }
}

#[tokio::test]
async fn a_file_is_verified_open_or_closed_without_being_touched() {
    let world = World::sqlite().await;
    let Store::Sqlite { directory } = &world.store else { unreachable!() };
    let path = directory.join("planning.sqlite");
    let log = written(&world, Options::default()).await;
    let open = verify_file(&path, None).await.unwrap();
    assert_eq!((open.name.as_str(), open.head.position), ("planning", END));
    log.close().await;

    let before = listing(directory);
    assert_eq!(verify_file(&path, Some(open.head)).await.unwrap(), open);
    assert!(listing(directory) == before, "the directory was touched");

    let mut connection = SqliteConnectOptions::new().filename(&path).connect().await.unwrap();
    sqlx::raw_sql("update head set name = 'intake'").execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    assert!(matches!(verify_file(&path, None).await, Err(VerifyError::Bad { position: 1, .. })));
    assert!(matches!(
        verify_file(&directory.join("none"), None).await,
        Err(VerifyError::Unreadable(_))
    ));
}

fn listing(directory: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<_> = std::fs::read_dir(directory)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            (path.display().to_string(), std::fs::read(path).unwrap())
        })
        .collect();
    files.sort();
    files
}

#[tokio::test]
async fn an_empty_log_is_whole() {
    for world in World::both().await {
        let log = world.open().await;
        let report = log.verify(None).await.unwrap();
        assert_eq!(report.head, log.head().await.unwrap());
        assert_eq!((report.head.position, report.log_id), (0, log.id()));
        log.close().await;
    }
}
