//! A folder as the harness leaves it, and folders that cannot be read.

use std::fs;
use std::path::PathBuf;

use super::*;
use crate::verdict::{Judgement, judge};

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("checker-{name}-{}", std::process::id()));
        fs::create_dir_all(path.join("dump")).unwrap();
        let folder = Self(path);
        folder.write("run.json", r#"{"seed":1,"minimum":{"ok":1},"faults":["kill -9 postgres"]}"#);
        folder.write("history.jsonl", HISTORY);
        folder.write("dump/log.intake.jsonl", LOG);
        folder
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.0.join(name), text).unwrap();
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

const HISTORY: &str = r#"
{"kind":"invoke","op":1,"t0":5}
{"kind":"cmd","op":1,"client":1,"session":1,"t0":5,"t1":9,"rpc":"a.B/C","who":"enterprise:y/u","log":"intake","stream":null,"key":"k","matter":"projects/y/matters/S2-05-1","since":"planning:1:3","request":"00ff","attempts":1,"res":"ok","code":null,"reason":null,"position":"intake:1:7","answer":null}
{"kind":"invoke","op":2,"t0":10,"rpc":"a.B/C","who":"enterprise:y/u","log":"intake","key":"k2"}
{"kind":"invoke","op":3,"t0":11}
{"kind":"read","op":3,"client":1,"session":1,"t0":11,"t1":12,"rpc":"a.B/R","who":"enterprise:y/u","object":"projects/p","min_position":["intake:1:7"],"as_of":[],"res":"ok","code":null,"body":"0a"}
{"kind":"fault","id":"F44","what":"kill -9 postgres","t0":1,"t1":2,"bit":true}
{"kind":"something new","of":"later"}
{"kind":"healed","t0":20}
{"kind":"quiet","t0":21}
"#;
const LOG: &str = r#"{"log":"intake","log_id":"00","algorithm":"sha-256","epoch":1,"position":0,"hash":"00"}
"#;

#[test]
fn a_run_is_read_and_a_call_without_an_end_is_unknown() {
    let folder = Folder::new("good");
    let run = Run::read(&folder.0).unwrap();
    assert_eq!(run.commands.len(), 2);
    assert_eq!(run.commands[0].request, Some(Bytes(vec![0, 255])));
    assert_eq!(run.commands[0].position, Token::of("intake:1:7"));
    assert_eq!((run.commands[1].res.as_str(), run.commands[1].t1), ("unknown", None));
    assert_eq!(run.reads.len(), 1);
    assert_eq!(run.lacking(), Vec::<String>::new());
}

#[test]
fn what_was_wanted_and_is_not_there_is_lacking() {
    let folder = Folder::new("lacking");
    folder.write("run.json", r#"{"minimum":{"ok":2,"read":1},"faults":["kill -9 postgres","F9"]}"#);
    let lacking = Run::read(&folder.0).unwrap().lacking();
    assert_eq!(lacking, ["1 ok, at least 2 were wanted", "the fault F9 bit 0 times"]);
    assert_eq!(judge(&[], &lacking), Judgement::TooLittle);
}

#[test]
fn what_cannot_be_read_is_named_with_its_line() {
    let folder = Folder::new("garbled");
    folder.write("history.jsonl", "{\"kind\":\"healed\",\"t0\":1}\n{\"kind\":\"cmd\"");
    let error = Run::read(&folder.0).unwrap_err().to_string();
    assert!(error.contains("history.jsonl:2:"), "{error}");
    folder.write("history.jsonl", r#"{"kind":"told","follower":"h","position":1,"hash":"xyz"}"#);
    assert!(Run::read(&folder.0).unwrap_err().to_string().contains("no hex"));
    fs::remove_file(folder.0.join("dump/log.intake.jsonl")).unwrap();
    folder.write("history.jsonl", "");
    assert!(matches!(Run::read(&folder.0), Err(Unreadable::NoLog(_))));
    assert!(matches!(Run::read(&folder.0.join("nowhere")), Err(Unreadable::File { .. })));
}
