//! A running `tongban up`, as an operator would start it: a process of its own on a folder of its own.

use crate::binary::binary;
use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
};
use tonic::{Request, metadata::MetadataValue, transport::Channel};

/// A folder that goes with its owner.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new(what: &str) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!(
            "tongban-{what}-{}-{}",
            std::process::id(),
            NEXT.fetch_add(1, Ordering::Relaxed)
        );
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir(&folder).expect("a new folder");
        Self(folder)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The process; it is killed when its owner goes.
pub struct Up {
    child: Child,
    pub address: String,
}

impl Up {
    /// Starts on a settable date, on a free port of loopback.
    pub fn start(data: &Path, at: &str) -> Self {
        Self::run(Self::command(data, at))
    }

    /// Starts a command and waits until it serves.
    pub fn run(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().expect("tongban starts");
        let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        let first = lines.next().expect("a first line").expect("readable");
        let address = first
            .strip_prefix("tongban serves gRPC on ")
            .unwrap_or_else(|| panic!("it said {first:?}"));
        Self { address: format!("http://{address}"), child }
    }

    pub fn command(data: &Path, at: &str) -> Command {
        let mut command = Command::new(binary());
        command.args(["up", "--listen", "127.0.0.1:0", "--at", at, "--data"]).arg(data);
        command
    }

    /// SIGKILL: nothing is finished, nothing is flushed.
    pub fn kill(mut self) {
        self.child.kill().expect("it was running");
        self.child.wait().expect("it ended");
    }

    /// SIGTERM, as a supervisor sends it, and the exit code. A platform that does not stop within ten
    /// seconds is killed, and has none.
    pub fn terminate(mut self) -> Option<i32> {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &id]).status().expect("kill runs");
        assert!(sent.success(), "it was running");
        for _ in 0..1_000 {
            if let Some(status) = self.child.try_wait().expect("it can be asked") {
                return status.code();
            }
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        None
    }

    pub async fn channel(&self) -> Channel {
        Channel::from_shared(self.address.clone())
            .expect("an address")
            .connect()
            .await
            .expect("it answers")
    }
}

impl Drop for Up {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A request made by somebody.
pub fn by<T>(principal: &'static str, message: T) -> Request<T> {
    let mut request = Request::new(message);
    request.metadata_mut().insert("tongban-principal", MetadataValue::from_static(principal));
    request
}
