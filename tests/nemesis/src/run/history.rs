//! What happened, as it was seen from outside: one line an event, on the harness' own monotonic clock.

use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    fs::File,
    io::Write,
    path::Path,
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

pub struct History {
    file: Mutex<File>,
    begun: Instant,
    ops: AtomicU64,
    counts: Mutex<BTreeMap<(String, String), u64>>,
}

impl History {
    pub fn new(folder: &Path) -> Self {
        let file = File::create(folder.join("history.jsonl")).expect("the history can be written");
        Self {
            file: Mutex::new(file),
            begun: Instant::now(),
            ops: AtomicU64::new(0),
            counts: Mutex::default(),
        }
    }

    /// Nanoseconds since the run began.
    pub fn now(&self) -> u64 {
        u64::try_from(self.begun.elapsed().as_nanos()).expect("a run of less than centuries")
    }

    /// The number of the next operation.
    pub fn op(&self) -> u64 {
        self.ops.fetch_add(1, Ordering::Relaxed) + 1
    }

    pub fn operations(&self) -> u64 {
        self.ops.load(Ordering::Relaxed)
    }

    pub fn line(&self, line: &Value) {
        let mut file = self.file.lock().expect("nobody panicked here");
        writeln!(file, "{line}").expect("the history can be written");
    }

    pub fn invoke(&self, op: u64, t0: u64) {
        self.line(&json!({"kind": "invoke", "op": op, "t0": t0}));
    }

    /// Counts an operation for the table at the end.
    pub fn count(&self, what: &str, result: &str) {
        let mut counts = self.counts.lock().expect("nobody panicked here");
        *counts.entry((what.to_owned(), result.to_owned())).or_default() += 1;
    }

    /// The table: operations by kind and result.
    pub fn table(&self) -> String {
        let counts = self.counts.lock().expect("nobody panicked here");
        let mut lines: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for ((what, result), count) in counts.iter() {
            lines.entry(what).or_default().push(format!("{result} {count}"));
        }
        let lines =
            lines.iter().map(|(what, results)| format!("  {what:<28} {}", results.join("  ")));
        lines.collect::<Vec<_>>().join("\n")
    }
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
