//! A PostgreSQL server, a NATS server and a data directory of one's own, for tests. Not part of the product.
//!
//! PostgreSQL listens on a socket in its own directory and nowhere else. It is stopped when the last [`Arc`]
//! is dropped, and by a watching shell if the test process is killed.

use std::io;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use sqlx::{ConnectOptions, Connection, Row};

use crate::log::Store;

mod nats;
pub use nats::Nats;

/// What to say when PostgreSQL is not there.
const INSTALL: &str = "PostgreSQL 15 or newer is not installed: apt-get install postgresql (only the server's \
                       programs are needed, in /usr/lib/postgresql/<version>/bin)";

/// A directory that is removed with everything in it.
#[derive(Debug)]
pub struct Directory(PathBuf);

impl Directory {
    /// A new, empty directory in the system's place for temporary files.
    pub fn new() -> io::Result<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("tongban-{}-{count}", std::process::id()));
        std::fs::create_dir(&path)?;
        Ok(Self(path))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// A SQLite store in it.
    pub fn store(&self) -> Store {
        Store::Sqlite { directory: self.0.clone() }
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ignored = std::fs::remove_dir_all(&self.0);
    }
}

/// A running PostgreSQL server.
#[derive(Debug)]
pub struct Server {
    directory: Directory,
    programs: PathBuf,
    user: Option<(u32, u32)>,
    settings: Vec<String>,
    running: Mutex<Option<Running>>,
}

#[derive(Debug)]
struct Running {
    postmaster: Child,
    /// Stops the server when our end of its input closes.
    watcher: Child,
}

impl Server {
    /// The server that all tests of this process share while any of them holds it.
    pub async fn shared() -> io::Result<Arc<Self>> {
        static SHARED: tokio::sync::Mutex<Weak<Server>> =
            tokio::sync::Mutex::const_new(Weak::new());
        let mut shared = SHARED.lock().await;
        if let Some(server) = shared.upgrade() {
            return Ok(server);
        }
        let server = Arc::new(Self::start(&["-k"], &[]).await?);
        *shared = Arc::downgrade(&server);
        Ok(server)
    }

    /// A server of one's own: arguments for `initdb` beside the usual ones, and settings such as `fsync=off`.
    pub async fn start(initdb: &[&str], settings: &[&str]) -> io::Result<Self> {
        let directory = Directory::new()?;
        let programs = programs()?;
        let user = server_user()?;
        if let Some((uid, gid)) = user {
            std::os::unix::fs::chown(directory.path(), Some(uid), Some(gid))?;
        }
        let settings = settings.iter().map(|setting| (*setting).to_owned()).collect();
        let server = Self { directory, programs, user, settings, running: Mutex::new(None) };
        let made = server
            .program("initdb")
            .args([
                "-U",
                "tongban",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale=C.UTF-8",
                "--no-sync",
                "-D",
            ])
            .arg(server.data())
            .args(initdb)
            .output()?;
        if !made.status.success() {
            return Err(io::Error::other(String::from_utf8_lossy(&made.stderr).into_owned()));
        }
        server.restart().await?;
        Ok(server)
    }

    fn data(&self) -> PathBuf {
        self.directory.path().join("data")
    }

    fn program(&self, name: &str) -> Command {
        let mut command = Command::new(self.programs.join(name));
        command.current_dir(self.directory.path()).stdin(Stdio::null());
        if let Some((uid, gid)) = self.user {
            // PostgreSQL refuses to run as root.
            command.uid(uid).gid(gid);
        }
        command
    }

    /// Starts the server again after [`Server::kill`], and waits until it answers as itself.
    pub async fn restart(&self) -> io::Result<()> {
        let log = std::fs::File::create(self.directory.path().join("server.log"))?;
        for _ in 0..100 {
            let mut postgres = self.program("postgres");
            postgres.arg("-D").arg(self.data()).arg("-k").arg(self.directory.path());
            postgres.args(["-c", "listen_addresses=", "-c", "max_connections=300"]);
            for setting in &self.settings {
                postgres.args(["-c", setting]);
            }
            let postmaster = postgres.stdout(log.try_clone()?).stderr(log.try_clone()?).spawn()?;
            let watcher = Command::new("sh")
                .args(["-c", "read -r _; kill -QUIT \"$0\"", &postmaster.id().to_string()])
                .stdin(Stdio::piped())
                .spawn()?;
            *self.running() = Some(Running { postmaster, watcher });
            if self.answers().await {
                return Ok(());
            }
            // A killed server's processes may still hold its memory for a moment.
            self.kill();
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        let log = std::fs::read_to_string(self.directory.path().join("server.log"))?;
        Err(io::Error::other(format!("the server did not start:\n{log}")))
    }

    async fn answers(&self) -> bool {
        for _ in 0..300 {
            if let Ok(found) = self.data_directory().await {
                return Path::new(&found) == self.data();
            }
            let ended = |running: &mut Running| !matches!(running.postmaster.try_wait(), Ok(None));
            if self.running().as_mut().is_none_or(ended) {
                return false;
            }
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
        false
    }

    async fn data_directory(&self) -> Result<String, sqlx::Error> {
        let options: sqlx::postgres::PgConnectOptions = self.url("tongban", "postgres").parse()?;
        let mut connection = options.connect().await?;
        let found = sqlx::query("show data_directory").fetch_one(&mut connection).await?.try_get(0);
        connection.close().await?;
        found
    }

    /// Ends the server at once, as a crash would: SIGKILL to the postmaster.
    pub fn kill(&self) {
        if let Some(mut running) = self.running().take() {
            let _ignored = running.postmaster.kill();
            let _ignored = running.postmaster.wait();
            running.dismiss_watcher();
        }
    }

    /// Where a role finds a database of this server; the superuser is `tongban`.
    pub fn url(&self, role: &str, database: &str) -> String {
        format!("postgres://{role}@localhost/{database}?host={}", self.directory.path().display())
    }

    /// The store of a new, empty database.
    pub async fn store(&self) -> Result<Store, sqlx::Error> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("test_{}", COUNT.fetch_add(1, Ordering::Relaxed));
        let options: sqlx::postgres::PgConnectOptions = self.url("tongban", "postgres").parse()?;
        let mut connection = options.connect().await?;
        let create = sqlx::AssertSqlSafe(format!("create database {name}"));
        sqlx::query(create).execute(&mut connection).await?;
        connection.close().await?;
        Ok(Store::Postgres { url: self.url("tongban", &name) })
    }

    /// Runs one statement in a database, as the superuser.
    pub async fn run(&self, database: &str, statement: &str) -> Result<(), sqlx::Error> {
        let options: sqlx::postgres::PgConnectOptions = self.url("tongban", database).parse()?;
        let mut connection = options.connect().await?;
        let statement = sqlx::AssertSqlSafe(statement.to_owned());
        sqlx::query(statement).execute(&mut connection).await?;
        connection.close().await
    }

    /// The folder of the server's socket.
    pub fn socket(&self) -> &Path {
        self.directory.path()
    }

    fn running(&self) -> std::sync::MutexGuard<'_, Option<Running>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Running {
    fn dismiss_watcher(&mut self) {
        let _ignored = self.watcher.kill();
        let _ignored = self.watcher.wait();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(mut running) = self.running().take() {
            running.dismiss_watcher();
            // SIGQUIT is the server's immediate shutdown: it ends its children, too.
            let pid = running.postmaster.id().to_string();
            let _ignored = Command::new("kill").args(["-QUIT", &pid]).status();
            let _ignored = running.postmaster.wait();
        }
    }
}

/// The newest installed server's programs.
fn programs() -> io::Result<PathBuf> {
    let missing = || io::Error::new(io::ErrorKind::NotFound, INSTALL);
    let installed = std::fs::read_dir("/usr/lib/postgresql").map_err(|_error| missing())?;
    let version = |path: &PathBuf| path.file_name()?.to_str()?.parse::<u32>().ok();
    let newest = installed
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| version(path) >= Some(15) && path.join("bin/initdb").exists())
        .max_by_key(version);
    Ok(newest.ok_or_else(missing)?.join("bin"))
}

/// The user to run the server as: ourselves, or `postgres` if we are root.
fn server_user() -> io::Result<Option<(u32, u32)>> {
    let id = |arguments: &[&str]| {
        let output = Command::new("id").args(arguments).output()?;
        let text = String::from_utf8_lossy(&output.stdout);
        text.trim().parse::<u32>().map_err(|_none| io::Error::new(io::ErrorKind::NotFound, INSTALL))
    };
    if id(&["-u"])? != 0 {
        return Ok(None);
    }
    Ok(Some((id(&["-u", "postgres"])?, id(&["-g", "postgres"])?)))
}
