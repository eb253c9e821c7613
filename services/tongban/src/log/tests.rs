//! The logs as a person sees them: written by the log itself, read from its files.

use std::path::Path;
use std::sync::Arc;

use clap::Parser;
use eventlog::{Command, Log, NewEvent, Store};
use jiff::Timestamp;
use prost::Message;
use proto::intake::v1::{IntakeEvent, ProjectWithdrawn, intake_event::Kind};
use serde_json::Value;

use super::*;

#[derive(Parser)]
struct Line {
    #[command(flatten)]
    log: Arguments,
}

/// What `tongban log …` prints, and its answer.
fn told(words: &[&str]) -> (Result<Answer, String>, String) {
    let line = Line::try_parse_from(["log"].iter().chain(words)).unwrap();
    let mut out = Vec::new();
    let answer = run(&line.log, &mut out).map_err(|failure| format!("{failure:?}"));
    (answer, String::from_utf8(out).unwrap())
}

fn lines(words: &[&str]) -> Vec<Value> {
    let (answer, text) = told(words);
    assert_eq!(answer, Ok(Answer::Yes));
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn withdrawn(reason: &str) -> Vec<u8> {
    let kind = Kind::ProjectWithdrawn(ProjectWithdrawn { reason: reason.to_owned() });
    IntakeEvent { occurred_on: "2022-03-01".to_owned(), kind: Some(kind) }.encode_to_vec()
}

/// A folder of its own below the system's folder for such things, emptied first.
fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("tongban-cli-{}-{name}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    folder
}

async fn open(directory: &Path, name: &str) -> Log {
    let clock = Arc::new(|| "2022-03-01T01:00:00Z".parse::<Timestamp>().unwrap());
    Log::open(&Store::Sqlite { directory: directory.to_owned() }, name, clock).await.unwrap()
}

async fn append(log: &Log, stream: &str, payload: Vec<u8>) {
    let command = Command {
        principal: "test".to_owned(),
        key: format!("one-for-{stream}"),
        fingerprint: [1; 32],
        actor: "staff/7".to_owned(),
        on_behalf_of: "agencies/DRC".to_owned(),
        stream: stream.to_owned(),
        expected_version: 0,
        events: vec![NewEvent { kind: "project_withdrawn".to_owned(), payload }],
        reservations: Vec::new(),
        answer: Vec::new(),
    };
    log.append(command).await.unwrap();
}

fn block_on(work: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work);
}

#[test]
fn events_are_printed_decoded_while_the_log_is_open_and_after() {
    let folder = folder("printed");
    let data = folder.to_str().unwrap();
    let everything = || lines(&["--data", data]);
    let mut while_open = Vec::new();
    block_on(async {
        let intake = open(&folder, "intake").await;
        append(&intake, "intake/p1", withdrawn("moved to 上海")).await;
        append(&intake, "intake/p2", vec![0xff, 0xff]).await;
        let planning = open(&folder, "planning").await;
        append(&planning, "planning/p1", Vec::new()).await;
        // The command starts a runtime of its own.
        while_open = std::thread::scope(|scope| scope.spawn(everything).join().unwrap());
        intake.close().await;
        planning.close().await;
    });
    assert_eq!(while_open, everything());

    let [first, second, third] = while_open.as_slice() else { panic!("{while_open:?}") };
    assert_eq!(first["position"], 1);
    assert_eq!(first["stream"], "intake/p1");
    assert_eq!(first["version"], 1);
    assert_eq!(first["kind"], "project_withdrawn");
    assert_eq!(first["recorded_at"], "2022-03-01T01:00:00Z");
    assert_eq!(first["actor"], "staff/7");
    assert_eq!(first["on_behalf_of"], "agencies/DRC");
    assert_eq!(first["payload"]["occurred_on"], "2022-03-01");
    assert_eq!(first["payload"]["project_withdrawn"]["reason"], "moved to 上海");
    assert_eq!((&second["payload"], &second["payload_hex"]), (&Value::Null, &"ffff".into()));
    assert_eq!(third["service"], "planning");

    assert_eq!(lines(&["--data", data, "--project", "p1"]), [first.clone(), third.clone()]);
    assert_eq!(lines(&["--data", data, "--project", "projects/p2"]), std::slice::from_ref(second));
    assert_eq!(lines(&["--data", data, "intake", "--after", "1"]), std::slice::from_ref(second));
    assert!(lines(&["--data", data, "--project", "p"]).is_empty());
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn the_events_of_every_service_can_be_decoded() {
    let printer = Printer::new().unwrap();
    for service in Role::All.logs() {
        let stream = format!("{}/p1", service.name());
        assert!(printer.message(&stream).is_some(), "{stream}");
    }
}

#[test]
fn a_log_that_was_altered_is_named_and_the_others_are_still_proved() {
    let folder = folder("altered");
    let data = folder.to_str().unwrap();
    block_on(async {
        for name in ["intake", "planning"] {
            let log = open(&folder, name).await;
            append(&log, &format!("{name}/p1"), withdrawn("a reason to be found")).await;
            log.close().await;
        }
    });
    let (answer, text) = told(&["verify", "--data", data]);
    assert_eq!(answer, Ok(Answer::Yes), "{text}");
    assert!(text.starts_with("intake: good; events 1, epoch 1, head sha-256 "), "{text}");

    let path = folder.join("intake.sqlite");
    let mut bytes = fs::read(&path).unwrap();
    let reason = b"a reason to be found";
    let at = bytes.windows(reason.len()).position(|window| window == reason).unwrap();
    bytes[at] ^= 1;
    fs::write(&path, bytes).unwrap();
    let (answer, text) = told(&["--data", data, "verify"]);
    assert_eq!(answer, Ok(Answer::No), "{text}");
    assert!(text.starts_with("intake: bad at position 1: "), "{text}");
    assert!(text.contains("\nplanning: good"), "{text}");

    fs::write(&path, b"no database at all").unwrap();
    let (answer, text) = told(&["verify", "--data", data]);
    assert_eq!(answer, Ok(Answer::No), "{text}");
    fs::copy(folder.join("planning.sqlite"), &path).unwrap();
    let (answer, text) = told(&["verify", "--data", data]);
    assert_eq!(answer, Ok(Answer::No));
    assert!(text.starts_with("intake: bad: this is the log of planning"), "{text}");
    fs::remove_file(&path).unwrap();
    let (answer, text) = told(&["verify", "--data", data]);
    assert_eq!(answer, Ok(Answer::No), "{text}");
    assert!(text.contains("intake: bad at position 1: the whole log is missing"), "{text}");
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn an_epoch_is_raised_by_who_has_read_where_the_log_ends() {
    let folder = folder("epoch");
    let data = folder.to_str().unwrap();
    let raise = |more: &[&str]| told(&[&["raise-epoch", "intake", "--data", data], more].concat());
    assert!(raise(&[]).0.unwrap_err().contains("there is no"));
    assert!(!folder.exists(), "nothing was made");
    block_on(async {
        let log = open(&folder, "intake").await;
        append(&log, "intake/p1", withdrawn("a reason")).await;
        log.close().await;
    });
    let failure = raise(&[]).0.unwrap_err();
    assert!(failure.contains("intake ends at position 1 of epoch 1"), "{failure}");
    let head = failure.split("--head ").nth(1).unwrap()[..64].to_owned();
    assert!(raise(&["--head", &"0".repeat(64)]).0.unwrap_err().contains(&head));
    let (answer, text) = raise(&["--head", &head, "--seen", "4"]);
    assert_eq!((answer, text.contains("epoch 5 begins after position 1")), (Ok(Answer::Yes), true));
    let (answer, text) = told(&["verify", "--data", data]);
    assert_eq!(answer, Ok(Answer::Yes), "{text}");
    assert!(text.starts_with("intake: good; events 1, epoch 5,"), "{text}");
    for (words, says) in [
        (&["status"][..], "keeps no log"),
        (&["all"], "say which log"),
        (&["all", "--log", "intakes"], "there is no log `intakes`"),
    ] {
        let (answer, _) = told(&[&["raise-epoch", "--data", data], words].concat());
        assert!(answer.clone().unwrap_err().contains(says), "{answer:?}");
    }
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn questions_about_no_log_have_no_answer() {
    let folder = folder("none");
    let data = folder.to_str().unwrap();
    for (words, says) in [
        (&["--data", data][..], "cannot be read"),
        (&["--data", data, "verify"], "cannot be read"),
        (&["--data", data, "intake", "verify"], "takes no SERVICE"),
    ] {
        let (answer, _) = told(words);
        assert!(answer.clone().unwrap_err().contains(says), "{answer:?}");
    }
    for (roles, says) in [
        (&["status"][..], "rebuild status.LOG --dry-run"),
        (&["gateway"], "gateway keeps no log"),
        (&["intake", "status"], "status keeps no log"),
    ] {
        let (answer, text) = told(&[&["verify", "--config", data], roles].concat());
        assert!(answer.clone().unwrap_err().contains(says), "{answer:?}");
        assert_eq!(text, "", "nothing is called good");
    }
    fs::create_dir(&folder).unwrap();
    assert!(told(&["--data", data]).0.unwrap_err().contains("there is no log in"));
    fs::write(folder.join("intake.sqlite"), []).unwrap();
    let failure = told(&["--data", data, "planing"]).0.unwrap_err();
    assert!(failure.contains("no log of `planing`"), "{failure}");
    fs::remove_dir_all(folder).unwrap();
}
