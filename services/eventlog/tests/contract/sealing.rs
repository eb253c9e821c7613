//! That a sealed text is nowhere in the clear, that nobody reads it once its key is destroyed, and that the
//! history is proved all the same.

use eventlog::testing::Server;
use eventlog::{Log, Options, Store, VaultError, migrate};
use sqlx::ConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;

use crate::opening::{postgres, run, url};
use crate::world::{World, command, committed, event};

const TEXT: &str = "热处理工艺参数: 845 °C";
const SUBJECT: &str = "projects/yamato/complainants/enterprise:yamato";

/// Whether bytes stand anywhere in the files of a store.
fn stands(world: &World, needle: &[u8]) -> bool {
    let Store::Sqlite { directory } = &world.store else { unreachable!() };
    let mut files = std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    files.any(|file| {
        let bytes = std::fs::read(file).unwrap();
        bytes.windows(needle.len()).any(|window| window == needle)
    })
}

/// Every payload and the key, as the database itself holds them.
async fn stored(world: &World) -> (Vec<Vec<u8>>, Option<Vec<u8>>) {
    let (payloads, key) = ("select payload from event", "select key from vault");
    match &world.store {
        Store::Sqlite { directory } => {
            let file = SqliteConnectOptions::new().filename(directory.join("planning.sqlite"));
            let mut connection = file.read_only(true).connect().await.unwrap();
            let rows = sqlx::query_scalar(payloads).fetch_all(&mut connection).await.unwrap();
            (rows, sqlx::query_scalar(key).fetch_one(&mut connection).await.unwrap())
        }
        Store::Postgres { url } => {
            let mut connection = postgres(url).await;
            run(&mut connection, "set search_path to planning").await.unwrap();
            let rows = sqlx::query_scalar(payloads).fetch_all(&mut connection).await.unwrap();
            (rows, sqlx::query_scalar(key).fetch_one(&mut connection).await.unwrap())
        }
    }
}

async fn filed(log: &Log) -> Vec<u8> {
    let sealed = log.vault().seal(SUBJECT, TEXT.as_bytes()).await.unwrap();
    let mut filed = command("k1", "case/1", 0);
    filed.events = vec![event("complaint_filed", &sealed)];
    committed(log.append(filed).await.unwrap());
    sealed
}

#[tokio::test]
async fn the_text_is_nowhere_in_the_clear_and_gone_with_its_key() {
    for world in World::both().await {
        let log = world.open().await;
        let sealed = filed(&log).await;
        let text = log.vault().open(&sealed).await.unwrap();
        assert_eq!(text.as_deref(), Some(TEXT.as_bytes()));
        let (payloads, key) = stored(&world).await;
        let key = key.unwrap();
        assert_eq!(payloads, std::slice::from_ref(&sealed));
        if world.backend == "sqlite" {
            assert!(
                stands(&world, &sealed) && stands(&world, &key),
                "the search finds what is there"
            );
            assert!(!stands(&world, TEXT.as_bytes()));
        }

        assert!(log.vault().destroy(SUBJECT).await.unwrap());
        assert!(!log.vault().destroy(SUBJECT).await.unwrap());
        assert_eq!(log.vault().open(&sealed).await.unwrap(), None);
        assert_eq!(stored(&world).await.1, None);
        if world.backend == "sqlite" {
            assert!(!stands(&world, &key), "no file holds the key any more");
        }
        let head = log.head().await.unwrap();
        assert_eq!(log.verify(Some(head)).await.unwrap().head.position, 1, "{}", world.backend);
        log.close().await;

        let log = world.open().await;
        assert_eq!(log.vault().open(&sealed).await.unwrap(), None, "nor after a restart");
        log.close().await;
    }
}

#[tokio::test]
async fn the_same_text_is_sealed_alike_for_one_subject_and_no_other() {
    for world in World::both().await {
        let log = world.open().await;
        let vault = log.vault();
        let (first, second) = tokio::join!(vault.seal(SUBJECT, b"a"), vault.seal(SUBJECT, b"a"));
        let (first, second) = (first.unwrap(), second.unwrap());
        assert_eq!(first, second);
        assert_ne!(vault.seal(SUBJECT, b"b").await.unwrap()[17..29], first[17..29], "its nonce");
        let other = vault.seal("projects/hanseong", b"a").await.unwrap();
        assert_ne!(other, first);
        vault.destroy(SUBJECT).await.unwrap();
        assert_eq!(vault.open(&other).await.unwrap().unwrap(), b"a");
        // A subject may come back, with another key; what was sealed before stays shut.
        let again = vault.seal(SUBJECT, b"a").await.unwrap();
        assert_ne!(again, first);
        assert_eq!(vault.open(&first).await.unwrap(), None);
        assert_eq!(vault.open(&again).await.unwrap().unwrap(), b"a");
        log.close().await;
    }
}

#[tokio::test]
async fn changed_or_foreign_bytes_are_refused() {
    let (world, other) = (World::sqlite().await, World::sqlite().await);
    let (log, elsewhere) = (world.open().await, other.open().await);
    let sealed = log.vault().seal(SUBJECT, TEXT.as_bytes()).await.unwrap();
    for at in 0..sealed.len() {
        let mut changed = sealed.clone();
        changed[at] ^= 1;
        let opened = log.vault().open(&changed).await;
        assert!(matches!(opened, Err(VaultError::Unreadable)), "byte {at}");
        let opened = log.vault().open(&sealed[..at]).await;
        assert!(matches!(opened, Err(VaultError::Unreadable)), "cut at {at}");
    }
    assert!(matches!(elsewhere.vault().open(&sealed).await, Err(VaultError::Unreadable)));
    for subject in [String::new(), "a\0b".to_owned(), "x".repeat(257)] {
        assert!(matches!(log.vault().seal(&subject, b"a").await, Err(VaultError::Subject)));
    }
    log.close().await;
    elsewhere.close().await;
}

#[tokio::test]
async fn the_application_seals_and_destroys_without_owning_the_tables() {
    let server = Server::shared().await.unwrap_or_else(|error| panic!("{error}"));
    let world = World { store: server.store().await.unwrap(), ..World::postgres().await };
    let mut admin = postgres(url(&world.store)).await;
    run(&mut admin, "create role vault_app login").await.unwrap();
    migrate(&world.store, "planning", Some("vault_app"), &Options::default()).await.unwrap();
    let database = url(&world.store).split(['/', '?']).nth(3).unwrap().to_owned();
    let app = Store::Postgres { url: server.url("vault_app", &database) };
    let log = Log::open(&app, "planning", world.clock()).await.unwrap();
    let sealed = filed(&log).await;
    assert!(log.vault().open(&sealed).await.unwrap().is_some());
    assert!(log.vault().destroy(SUBJECT).await.unwrap());
    assert_eq!(log.vault().open(&sealed).await.unwrap(), None);
    log.close().await;
}
