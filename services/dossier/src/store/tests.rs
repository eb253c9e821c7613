//! Bytes that are durable before they are named, and swept when they never are.

use std::os::unix::fs::MetadataExt;

use eventlog::testing::Directory;

use super::*;

const PROJECT: &str = "yamato";

#[test]
fn content_lies_at_its_own_hash_once_for_a_project_and_apart_from_other_projects() {
    let (directory, store) = fresh();
    let address = store.put(PROJECT, b"site plan", at("2022-04-06T01:00:00Z")).unwrap();
    assert_eq!(address, "b002b1153fb6c48f12d0d0505e55b587cc86a0939432f8ba8c982393620232b1");
    assert_eq!(store.put(PROJECT, b"site plan", at("2022-04-07T01:00:00Z")).unwrap(), address);
    assert_eq!(store.put("other", b"site plan", at("2022-04-07T01:00:00Z")).unwrap(), address);
    let inode = |project: &str| {
        let path = directory.path().join("files/blobs").join(project).join(&address);
        std::fs::metadata(path).unwrap().ino()
    };
    assert_ne!(inode(PROJECT), inode("other"));
    assert_eq!(files(&directory), [format!("other/{address}"), format!("yamato/{address}")]);
    let mut text = String::new();
    store.read(PROJECT, &address).unwrap().read_to_string(&mut text).unwrap();
    assert_eq!(text, "site plan");
}

#[test]
fn the_limit_is_the_last_byte_that_is_taken() {
    let (directory, store) = fresh();
    for (size, fits) in [(9, true), (10, true), (11, false)] {
        let mut arrival = store.receive(10).unwrap();
        assert_eq!(arrival.write(&vec![b'x'; size]).is_ok(), fits, "{size}");
    }
    // A lie about the length shows in the sum, not in any one piece.
    let mut arrival = store.receive(10).unwrap();
    arrival.write(b"12345678").unwrap();
    assert!(matches!(arrival.write(b"901"), Err(StoreError::TooLarge { limit: 10 })));
    drop(arrival);
    assert_eq!(files(&directory), Vec::<String>::new());
    assert_eq!(arriving(&directory), 0);
}

#[test]
fn what_was_changed_on_disk_is_never_read_and_a_new_upload_heals_it() {
    let (directory, store) = fresh();
    let address = store.put(PROJECT, b"site plan", at("2022-04-06T01:00:00Z")).unwrap();
    let path = directory.path().join("files/blobs/yamato").join(&address);
    std::fs::write(&path, b"site plot").unwrap();
    assert!(matches!(store.read(PROJECT, &address), Err(StoreError::Changed { .. })));
    std::fs::remove_file(&path).unwrap();
    assert!(matches!(store.read(PROJECT, &address), Err(StoreError::File { .. })));
    store.put(PROJECT, b"site plan", at("2022-04-06T01:00:00Z")).unwrap();
    assert!(store.read(PROJECT, &address).is_ok());
}

#[test]
fn no_path_is_built_from_what_is_no_address() {
    let (_directory, store) = fresh();
    let good = "a".repeat(64);
    for (project, sha256) in [
        ("..", good.as_str()),
        ("", &good),
        ("a/b", &good),
        ("yamato", "../../../etc/passwd"),
        ("yamato", &"A".repeat(64)),
        ("yamato", &"a".repeat(63)),
    ] {
        assert!(store.path(project, sha256).is_err(), "{project:?} {sha256:?}");
    }
    assert!(store.path("yamato", &good).is_ok());
}

#[tokio::test]
async fn a_kill_between_the_rename_and_the_event_leaves_an_orphan_that_is_swept_after_a_day() {
    let (directory, store) = fresh();
    let orphan = store.put(PROJECT, b"orphan", at("2022-04-06T01:00:00Z")).unwrap();
    let named = store.put(PROJECT, b"named", at("2022-04-06T01:00:00Z")).unwrap();
    let is_named = |_: &str, sha256: &str| sha256 == named;
    // At the age itself it stays; the next second it goes.
    assert_eq!(store.sweep(at("2022-04-07T01:00:00Z"), is_named).await.unwrap(), 0);
    assert_eq!(files(&directory).len(), 2);
    assert_eq!(store.sweep(at("2022-04-07T01:00:01Z"), is_named).await.unwrap(), 1);
    assert_eq!(files(&directory), [format!("yamato/{named}")]);
    assert!(store.read(PROJECT, &orphan).is_err());
}

#[tokio::test]
async fn a_second_upload_of_an_old_orphan_makes_it_young_again() {
    let (directory, store) = fresh();
    store.put(PROJECT, b"orphan", at("2022-04-06T01:00:00Z")).unwrap();
    store.put(PROJECT, b"orphan", at("2022-04-08T01:00:00Z")).unwrap();
    let swept = store.sweep(at("2022-04-08T02:00:00Z"), |_, _| false).await.unwrap();
    assert_eq!((swept, files(&directory).len()), (0, 1));
}

#[tokio::test]
async fn nothing_is_swept_between_a_rename_and_its_event() {
    let (_directory, store) = fresh();
    let upload = store.unswept().await;
    store.put(PROJECT, b"material", at("2022-04-06T01:00:00Z")).unwrap();
    let sweeping = store.sweep(at("2022-05-06T01:00:00Z"), |_, _| false);
    tokio::pin!(sweeping);
    let waiting = std::future::poll_fn(|context| {
        std::task::Poll::Ready(sweeping.as_mut().poll(context).is_pending())
    });
    assert!(waiting.await);
    drop(upload);
    assert_eq!(sweeping.await.unwrap(), 1);
}

#[test]
fn a_kill_before_the_rename_leaves_what_the_next_start_removes() {
    let (directory, store) = fresh();
    let mut arrival = store.receive(10).unwrap();
    arrival.write(b"half").unwrap();
    // As a kill would: nothing of the arrival runs any more.
    std::mem::forget(arrival);
    assert_eq!(arriving(&directory), 1);
    let _next = Store::open(&directory.path().join("files")).unwrap();
    assert_eq!(arriving(&directory), 0);
    assert_eq!(files(&directory), Vec::<String>::new());
}

fn fresh() -> (Directory, Store) {
    let directory = Directory::new().unwrap();
    let store = Store::open(&directory.path().join("files")).unwrap();
    (directory, store)
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// Every kept file as `project/address`.
fn files(directory: &Directory) -> Vec<String> {
    let blobs = directory.path().join("files/blobs");
    let mut found = Vec::new();
    for project in std::fs::read_dir(&blobs).unwrap() {
        for file in std::fs::read_dir(project.unwrap().path()).unwrap() {
            let path = file.unwrap().path();
            found.push(path.strip_prefix(&blobs).unwrap().display().to_string());
        }
    }
    found.sort();
    found
}

fn arriving(directory: &Directory) -> usize {
    std::fs::read_dir(directory.path().join("files/arriving")).unwrap().count()
}
