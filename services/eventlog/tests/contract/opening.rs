//! When a log is refused at its door.

use eventlog::testing::Server;
use eventlog::{Algorithm, Log, OpenError, Options, Resolution, Store, migrate};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions};

use crate::world::{World, command, committed};

pub async fn postgres(url: &str) -> PgConnection {
    url.parse::<PgConnectOptions>().unwrap().connect().await.unwrap()
}

pub async fn run(connection: &mut PgConnection, sql: &str) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(connection).await.map(drop)
}

pub fn url(store: &Store) -> &str {
    match store {
        Store::Postgres { url } => url,
        Store::Sqlite { .. } => panic!("not a PostgreSQL store"),
    }
}

#[tokio::test]
async fn a_second_process_on_the_same_data_directory_is_refused() {
    let world = World::sqlite().await;
    let log = world.open().await;
    let second = Log::open(&world.store, "planning", world.clock()).await;
    assert!(matches!(second, Err(OpenError::InUse(path)) if path.ends_with("planning.lock")));
    // Another log in the same directory is another matter.
    Log::open(&world.store, "intake", world.clock()).await.unwrap().close().await;
    log.close().await;
    world.open().await.close().await;
}

#[tokio::test]
async fn a_name_that_cannot_be_a_file_and_a_schema_is_refused() {
    for world in World::both().await {
        for name in ["", "Planning", "9lives", "pg_log", "a-b", "规划", &"x".repeat(33)] {
            let refused = Log::open(&world.store, name, world.clock()).await;
            assert!(matches!(refused, Err(OpenError::Name(_))), "{name}");
        }
        // A key word of SQL is a name like any other.
        Log::open(&world.store, "select", world.clock()).await.unwrap().close().await;
        Log::open(&world.store, &"x".repeat(32), world.clock()).await.unwrap().close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn processes_that_open_a_new_log_at_once_open_the_same() {
    let world = World::postgres().await;
    let opening = (0..6).map(|_| {
        let (store, clock) = (world.store.clone(), world.clock());
        tokio::spawn(async move { Log::open(&store, "planning", clock).await.unwrap() })
    });
    let mut logs = Vec::new();
    for opened in opening.collect::<Vec<_>>() {
        logs.push(opened.await.unwrap());
    }
    assert!(logs.iter().all(|log| log.id() == logs[0].id()));
    for log in logs {
        log.close().await;
    }
}

#[tokio::test]
async fn tables_of_a_newer_program_are_refused() {
    let newer =
        "insert into log_migration (version, description, success, checksum, execution_time)
                 values (5, 'later', true, 'x', 0)";
    for world in World::both().await {
        world.open().await.close().await;
        match &world.store {
            Store::Postgres { url } => {
                let mut connection = postgres(url).await;
                run(&mut connection, &format!("set search_path to planning; {newer}"))
                    .await
                    .unwrap();
            }
            Store::Sqlite { directory } => {
                let options =
                    SqliteConnectOptions::new().filename(directory.join("planning.sqlite"));
                let newer = AssertSqlSafe(newer.replace("'x'", "x'00'"));
                sqlx::query(newer).execute(&mut options.connect().await.unwrap()).await.unwrap();
            }
        }
        let refused = Log::open(&world.store, "planning", world.clock()).await;
        assert!(
            matches!(refused, Err(OpenError::NewerSchema { found: 5, known: 4 })),
            "{}: {:?}",
            world.backend,
            refused.err()
        );
    }
}

#[tokio::test]
async fn a_renamed_log_is_refused() {
    let world = World::sqlite().await;
    world.open().await.close().await;
    let Store::Sqlite { directory } = &world.store else { unreachable!() };
    std::fs::rename(directory.join("planning.sqlite"), directory.join("intake.sqlite")).unwrap();
    let refused = Log::open(&world.store, "intake", world.clock()).await;
    assert!(matches!(refused, Err(OpenError::Header(_))));
}

#[tokio::test]
async fn a_server_that_could_lose_or_change_events_is_refused_by_the_name_of_its_setting() {
    let server = Server::start(&[], &[]).await.unwrap_or_else(|error| panic!("{error}"));
    let store = server.store().await.unwrap();
    let mut admin = postgres(&server.url("tongban", "postgres")).await;
    let world = World { store, ..World::sqlite().await };
    let setting = async |options: Options| match Log::open_with(
        &world.store,
        "planning",
        world.clock(),
        options,
    )
    .await
    {
        Err(OpenError::Unsafe { setting, .. }) => setting,
        Err(other) => panic!("{other}"),
        Ok(log) => {
            log.close().await;
            "none"
        }
    };
    for name in ["fsync", "full_page_writes"] {
        run(&mut admin, &format!("alter system set {name} = off")).await.unwrap();
        run(&mut admin, "select pg_reload_conf()").await.unwrap();
        until_is(&mut admin, name, "off").await;
        assert_eq!(setting(Options::default()).await, name);
        run(&mut admin, &format!("alter system reset {name}")).await.unwrap();
        run(&mut admin, "select pg_reload_conf()").await.unwrap();
        until_is(&mut admin, name, "on").await;
    }
    run(&mut admin, "alter role tongban set synchronous_commit = off").await.unwrap();
    assert_eq!(setting(Options::default()).await, "synchronous_commit");
    run(&mut admin, "alter role tongban reset synchronous_commit").await.unwrap();
    assert_eq!(setting(Options::default()).await, "data_checksums");
    assert_eq!(setting(Options { require_checksums: false, ..Options::default() }).await, "none");
}

/// A reloaded setting reaches the sessions a moment later.
async fn until_is(admin: &mut PgConnection, name: &str, value: &str) {
    for _ in 0..1_000 {
        let row = sqlx::query("select current_setting($1)")
            .bind(name)
            .fetch_one(&mut *admin)
            .await
            .unwrap();
        if sqlx::Row::get::<String, _>(&row, 0) == value {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    panic!("{name} did not become {value}");
}

#[tokio::test]
async fn the_application_may_append_and_read_and_nothing_else() {
    let world = World::postgres().await;
    let server = world.server.as_ref().unwrap();
    let mut admin = postgres(url(&world.store)).await;
    run(&mut admin, "create role log_app login").await.unwrap();
    let database: String = {
        let row = sqlx::query("select current_database()").fetch_one(&mut admin).await.unwrap();
        sqlx::Row::get(&row, 0)
    };
    let app = Store::Postgres { url: server.url("log_app", &database) };

    let refused = Log::open(&app, "planning", world.clock()).await;
    assert!(matches!(refused, Err(OpenError::NotMigrated { found: 0, known: 4 })));
    let said = refused.err().map(|refused| refused.to_string());
    assert_eq!(
        said.as_deref(),
        Some("the tables are not there; migrate them as their owner first")
    );

    migrate(&world.store, "planning", Some("log_app"), &Options::default()).await.unwrap();
    let log = Log::open(&app, "planning", world.clock()).await.unwrap();
    committed(log.append(command("k1", "case/1", 0)).await.unwrap());
    crate::tracing::append_traced(&log, "k3", "case/2").await;
    assert_eq!(log.read(0, 10).await.unwrap().len(), 3);
    assert_eq!(log.resolve("clerk", "k2", true).await.unwrap(), Resolution::Fenced);
    log.verify(None).await.unwrap();

    let mut session = postgres(url(&app)).await;
    for forbidden in [
        "insert into planning.event select position + 1, epoch, stream, version + 1, kind, recorded_at, actor,
             on_behalf_of, principal, key, command_digest, payload, stream_hash, hash from planning.event",
        "update planning.head set position = 0",
        "update planning.head set epoch = 2",
        "update planning.event set traceparent = ''",
        "delete from planning.event",
        "truncate planning.event",
        "insert into planning.reservation values ('a', 'b', 'c', 1)",
        "drop schema planning cascade",
        "create table planning.mine (a int)",
        "alter table planning.event disable trigger all",
    ] {
        let error = run(&mut session, forbidden).await.unwrap_err();
        let code = error.as_database_error().unwrap().code().unwrap().into_owned();
        assert_eq!(code, "42501", "{forbidden}: {error}");
    }
    log.close().await;
}

#[tokio::test]
async fn the_national_hash_works_on_both_backends_and_stays_with_the_log() {
    for world in World::both().await {
        let log =
            world.open_with(Options { algorithm: Algorithm::Sm3, ..Options::default() }).await;
        committed(log.append(command("k1", "case/1", 0)).await.unwrap());
        log.close().await;
        let log = world.open().await;
        assert_eq!(log.algorithm(), Algorithm::Sm3);
        committed(log.append(command("k2", "case/1", 1)).await.unwrap());
        assert_eq!(log.verify(None).await.unwrap().algorithm, "sm3");
        log.close().await;
    }
}
