//! A NATS server of one's own with JetStream, or a cluster of three.

use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::Directory;

const INSTALL: &str = "nats-server is not installed: apt-get install nats-server (or name another one's program \
                       in TONGBAN_NATS_SERVER)";

/// A running NATS server, on a free port of this machine and a store of its own. It ends with this value, and
/// by a watching shell if the test process is killed.
#[derive(Debug)]
pub struct Nats {
    directory: Directory,
    port: u16,
    /// Arguments beside the usual ones.
    arguments: Vec<String>,
    running: Mutex<Option<(Child, Child)>>,
}

impl Nats {
    /// Starts a server and waits until it listens.
    pub async fn start() -> io::Result<Self> {
        let server = Self::new(free_ports::<1>()?[0], Vec::new())?;
        server.restart().await?;
        Ok(server)
    }

    /// Starts a server that lets nobody in but this user with this password.
    pub async fn guarded(user: &str, password: &str) -> io::Result<Self> {
        let guard = ["-user", user, "-pass", password].map(str::to_owned);
        let server = Self::new(free_ports::<1>()?[0], guard.into())?;
        server.restart().await?;
        Ok(server)
    }

    /// Starts three servers of one cluster, `n0` to `n2`, and waits until they listen. They elect their leaders
    /// afterwards.
    pub async fn cluster() -> io::Result<[Self; 3]> {
        let [a, b, c, x, y, z] = free_ports()?;
        let listens = |port: u16| format!("nats://127.0.0.1:{port}");
        let routes = [x, y, z].map(listens).join(",");
        let server = |name: &str, port, among| {
            let listens = listens(among);
            let told = ["-n", name, "-cluster_name", "tests", "-cluster", &listens, "-routes"];
            let told = told.into_iter().chain([routes.as_str()]);
            Self::new(port, told.map(str::to_owned).collect())
        };
        let servers = [server("n0", a, x)?, server("n1", b, y)?, server("n2", c, z)?];
        for server in &servers {
            server.restart().await?;
        }
        Ok(servers)
    }

    fn new(port: u16, arguments: Vec<String>) -> io::Result<Self> {
        Ok(Self { directory: Directory::new()?, port, arguments, running: Mutex::new(None) })
    }

    /// Where it listens.
    pub fn url(&self) -> String {
        format!("nats://127.0.0.1:{}", self.port)
    }

    /// Where it stores its streams.
    pub fn store(&self) -> PathBuf {
        self.directory.path().join("store")
    }

    /// Starts the server again after [`Nats::kill`].
    pub async fn restart(&self) -> io::Result<()> {
        let log = self.directory.path().join("server.log");
        let mut command = Command::new(program());
        command.args(["-a", "127.0.0.1", "-p", &self.port.to_string(), "-js", "-sd"]);
        command.arg(self.store()).arg("-l").arg(&log).args(&self.arguments).stdin(Stdio::null());
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let server = command.spawn().map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => io::Error::new(io::ErrorKind::NotFound, INSTALL),
            _ => error,
        })?;
        let watcher = Command::new("sh")
            .args(["-c", "read -r _; kill -KILL \"$0\"", &server.id().to_string()])
            .stdin(Stdio::piped())
            .spawn()?;
        *self.running() = Some((server, watcher));
        for _ in 0..300 {
            if tokio::net::TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).await.is_ok() {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
        let said = std::fs::read_to_string(&log).unwrap_or_default();
        Err(io::Error::other(format!("nats-server does not listen:\n{said}")))
    }

    /// Ends the server at once: SIGKILL.
    pub fn kill(&self) {
        if let Some((mut server, mut watcher)) = self.running().take() {
            let _ignored = watcher.kill();
            let _ignored = watcher.wait();
            let _ignored = server.kill();
            let _ignored = server.wait();
        }
    }

    /// Removes everything it stored; kill it before.
    pub fn wipe(&self) -> io::Result<()> {
        std::fs::remove_dir_all(self.store())
    }

    fn running(&self) -> std::sync::MutexGuard<'_, Option<(Child, Child)>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Nats {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Ports that nobody listens on, and that stay free while a server is away: the system gives them to nobody who
/// connects. Held together, so that they differ.
fn free_ports<const COUNT: usize>() -> io::Result<[u16; COUNT]> {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let first = u16::try_from(std::process::id() % 500).unwrap_or_default() * 12;
    let (mut held, mut ports) = (Vec::new(), [0; COUNT]);
    for port in &mut ports {
        loop {
            *port = 14_000 + first.wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed)) % 6_000;
            match TcpListener::bind((Ipv4Addr::LOCALHOST, *port)) {
                Ok(listener) => held.push(listener),
                Err(taken) if taken.kind() == io::ErrorKind::AddrInUse => continue,
                Err(error) => return Err(error),
            }
            break;
        }
    }
    Ok(ports)
}

/// Debian installs it where only root looks.
fn program() -> PathBuf {
    let named = std::env::var_os("TONGBAN_NATS_SERVER").map(PathBuf::from);
    let debian = PathBuf::from("/usr/sbin/nats-server");
    named.unwrap_or_else(|| if debian.exists() { debian } else { "nats-server".into() })
}
