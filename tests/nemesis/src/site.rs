//! The processes of a set as an operator starts them: the files of `deploy/config`, and variables for what is
//! different here. Their databases are on a PostgreSQL server of the test's own.

use crate::binary::binary;
use eventlog::testing::{Directory, Server};
use std::{
    collections::BTreeMap,
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, Instant},
};
use tonic::transport::Channel;

/// The services that keep logs.
pub const KEEPERS: [&str; 5] = ["intake", "planning", "acceptance", "aftercare", "dossier"];
/// Every process of a set but the gateway, in the order in which they are started.
pub const SERVICES: [&str; 6] =
    ["intake", "planning", "acceptance", "aftercare", "dossier", "status"];
/// How long a process may take to be ready, or to end.
const PATIENCE: Duration = Duration::from_secs(60);

/// What the processes of one set share.
pub struct Site {
    pub server: Server,
    folder: Directory,
    /// Where each process serves gRPC.
    pub grpc: BTreeMap<&'static str, String>,
    pub variables: Vec<(String, String)>,
    /// What only one process is told: its role, the variable, the value.
    pub own: Vec<(&'static str, String, String)>,
}

impl Site {
    /// A server with the databases and roles of `names`; nothing is migrated and nothing runs.
    pub async fn new(names: &[&str]) -> Self {
        Self::with(names, &[]).await
    }

    /// The same with settings of the server, such as `wal_writer_delay=10s`.
    pub async fn with(names: &[&str], settings: &[&str]) -> Self {
        let server = Server::start(&["-k"], settings).await.expect("PostgreSQL");
        for name in names {
            for statement in [
                format!("create role {name}_owner login"),
                format!("create role {name}_app login"),
                format!("create database {name} owner {name}_owner"),
                format!("revoke all on database {name} from public"),
                format!("grant connect on database {name} to {name}_app"),
            ] {
                server.run("postgres", &statement).await.expect("done");
            }
        }
        let folder = Directory::new().expect("a new folder");
        let secret = folder.path().join("secret");
        std::fs::write(&secret, "the server trusts everybody here\n").expect("written");
        let secret = secret.display().to_string();
        let mut variables = vec![
            ("TONGBAN_DATABASE__HOST".to_owned(), server.socket().display().to_string()),
            ("TONGBAN_FILES__FOLDER".to_owned(), folder.path().join("files").display().to_string()),
            ("TONGBAN_FILES__SCANNER".to_owned(), "trust".to_owned()),
        ];
        for key in
            ["DATABASE__PASSWORD_FILE", "DATABASE__OWNER_PASSWORD_FILE", "BROKER__PASSWORD_FILE"]
        {
            variables.push((format!("TONGBAN_{key}"), secret.clone()));
        }
        let mut grpc = BTreeMap::new();
        for name in SERVICES {
            let address = format!("http://{}", free());
            variables.push((format!("TONGBAN_SERVICES__{}", name.to_uppercase()), address.clone()));
            grpc.insert(name, address);
        }
        Self { server, folder, grpc, variables, own: Vec::new() }
    }

    /// What every process of a role logged.
    pub fn said(&self, role: &str) -> String {
        std::fs::read_to_string(self.folder.path().join(format!("{role}.log"))).unwrap_or_default()
    }

    /// A command of the binary with the configuration of one process.
    pub fn command(&self, arguments: &[&str], role: &str) -> Command {
        let mut command = Command::new(binary());
        command.args(arguments).args(["--config".as_ref(), config().as_os_str()]);
        let file =
            std::fs::read_to_string(config().join(format!("{role}.toml"))).expect("its file");
        // Each process refuses what is not its own.
        let section = |variable: &str| {
            let rest = variable.strip_prefix("TONGBAN_")?;
            let (section, key) = rest.split_once("__")?;
            Some((section.to_lowercase(), key.to_lowercase()))
        };
        for (variable, value) in &self.variables {
            let Some((section, key)) = section(variable) else { continue };
            let own = match section.as_str() {
                "clock" => role != "gateway",
                // Everybody may be told of a collector; nobody is by the files.
                "telemetry" => true,
                _ => {
                    file.contains(&format!("[{section}]")) && file.contains(&format!("\n{key} = "))
                }
            };
            if own {
                command.env(variable, value);
            }
        }
        for (_, variable, value) in self.own.iter().filter(|(whose, _, _)| *whose == role) {
            command.env(variable, value);
        }
        command
    }

    /// Makes the tables of one process' logs.
    pub fn migrate(&self, role: &str) -> Output {
        self.command(&["migrate", role], role).output().expect("it runs")
    }

    /// Starts a process at its place, and does not wait.
    pub fn start(&self, role: &'static str) -> Process {
        let grpc = match self.grpc.get(role) {
            Some(address) => address.trim_start_matches("http://").to_owned(),
            None => free(),
        };
        self.start_at(role, grpc)
    }

    /// Starts a process at an address of its own, beside another one for instance.
    pub fn start_at(&self, role: &'static str, grpc: String) -> Process {
        let admin = free();
        let log = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(self.folder.path().join(format!("{role}.log")))
            .expect("a file for its log");
        let child = self
            .command(&["serve", role], role)
            .env("TONGBAN_LISTEN__GRPC", &grpc)
            .env("TONGBAN_LISTEN__ADMIN", &admin)
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .expect("it starts");
        let log = self.folder.path().join(format!("{role}.log"));
        Process { child, role, grpc: format!("http://{grpc}"), admin, log }
    }
}

/// The folder of the configurations that come with the platform.
pub fn config() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/config")
}

/// An address of loopback that is free now, and stays so while its process is away: not one of those that the
/// system gives to whoever connects.
pub fn free() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    loop {
        let next = NEXT.fetch_add(1, Ordering::Relaxed);
        let port = 20_000 + (std::process::id().wrapping_mul(97).wrapping_add(next)) % 12_000;
        let address = format!("127.0.0.1:{port}");
        if TcpListener::bind(&address).is_ok() {
            return address;
        }
    }
}

/// What an admin listener answers: the status and the text; `None` while it does not.
pub fn ask(admin: &str, path: &str) -> Option<(u16, String)> {
    let mut stream = TcpStream::connect(admin).ok()?;
    // A process that was stopped still has its port.
    stream.set_read_timeout(Some(Duration::from_secs(2))).ok()?;
    write!(stream, "GET {path} HTTP/1.0\r\n\r\n").ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    Some((head.split(' ').nth(1)?.parse().ok()?, body.to_owned()))
}

/// A process of a set; it is killed when its owner goes.
pub struct Process {
    pub child: Child,
    pub role: &'static str,
    pub grpc: String,
    pub admin: String,
    log: PathBuf,
}

impl Process {
    /// What the admin listener answers: the status and the text; `None` while it does not.
    pub fn ask(&self, path: &str) -> Option<(u16, String)> {
        ask(&self.admin, path)
    }

    /// Waits until it is ready.
    pub fn ready(&mut self) {
        self.answers("/ready", |status, _| status == 200);
    }

    /// Waits until it answers so.
    pub fn answers(&mut self, path: &str, wanted: impl Fn(u16, &str) -> bool) -> String {
        let begun = Instant::now();
        let mut last = None;
        while begun.elapsed() < PATIENCE {
            if let Some((status, body)) = self.ask(path) {
                if wanted(status, &body) {
                    return body;
                }
                last = Some((status, body));
            }
            if let Some(status) = self.child.try_wait().expect("it can be asked") {
                panic!("{} ended with {status}:\n{}", self.role, self.said());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("{} answers {last:?}:\n{}", self.role, self.said());
    }

    /// What it logged.
    pub fn said(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    pub async fn channel(&self) -> Channel {
        let endpoint = Channel::from_shared(self.grpc.clone()).expect("an address");
        endpoint.connect().await.expect("it answers")
    }

    /// SIGKILL.
    pub fn kill(&mut self) {
        self.child.kill().expect("it was running");
        self.child.wait().expect("it ended");
    }

    /// SIGTERM, as a supervisor sends it, and the exit code.
    pub fn terminate(mut self) -> Option<i32> {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().expect("kill runs").success());
        self.ended()
    }

    /// Waits until it ends, and tells its exit code.
    pub fn ended(&mut self) -> Option<i32> {
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            if let Some(status) = self.child.try_wait().expect("it can be asked") {
                return status.code();
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        None
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
