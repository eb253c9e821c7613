//! The processes of the set, with a link between any two that talk, and a supervisor that starts again what ended.

use eventlog::testing::Nats;
use nemesis::{
    link::{Link, Target},
    site::{Process, SERVICES, Site, ask, config, free},
};
use std::{
    collections::BTreeMap,
    process::Command,
    sync::{Arc, Mutex, MutexGuard},
    time::{Duration, Instant},
};

/// How long the supervisor waits before it starts a process again.
const BACKOFF: Duration = Duration::from_millis(200);

struct Member {
    name: String,
    role: &'static str,
    grpc: String,
    process: Option<Process>,
    /// Whether it is to run.
    wanted: bool,
    /// When it was found to have ended.
    ended: Option<Instant>,
    starts: u32,
}

pub struct Fleet {
    pub site: Site,
    pub nats: Nats,
    /// By name: `status->planning`, `planning->nats`, `planning->postgres`.
    pub links: BTreeMap<String, Arc<Link>>,
    pub gateway: String,
    members: Mutex<Vec<Member>>,
}

impl Fleet {
    /// Starts everything and waits until it is ready.
    pub async fn start(date: &str, postgres: &[&str]) -> Arc<Self> {
        let mut site = Site::with(&SERVICES, postgres).await;
        let nats = Nats::start().await.expect("a broker");
        site.variables.push(("TONGBAN_CLOCK__AT".to_owned(), date.to_owned()));
        let links = links(&mut site, &nats).await;
        for role in SERVICES {
            let migrated = site.migrate(role);
            assert!(migrated.status.success(), "{}", String::from_utf8_lossy(&migrated.stderr));
        }
        let gateway = free();
        let mut members: Vec<Member> = SERVICES
            .iter()
            .map(|role| member(role, role, site.grpc[role].trim_start_matches("http://")))
            .collect();
        members.push(member("gateway", "gateway", &gateway));
        let members = Mutex::new(members);
        let fleet = Self { site, nats, links, gateway: format!("http://{gateway}"), members };
        let fleet = Arc::new(fleet);
        tokio::spawn(supervise(fleet.clone()));
        for name in fleet.names() {
            assert!(fleet.ready(&name, Duration::from_secs(90)).await, "{name} is not ready");
        }
        fleet
    }

    fn members(&self) -> MutexGuard<'_, Vec<Member>> {
        self.members.lock().expect("nobody panicked here")
    }

    pub fn names(&self) -> Vec<String> {
        self.members().iter().map(|member| member.name.clone()).collect()
    }

    fn with<T>(&self, name: &str, ask: impl FnOnce(&mut Member) -> T) -> Option<T> {
        self.members().iter_mut().find(|member| member.name == name).map(ask)
    }

    /// The process of a member, while it runs.
    pub fn pid(&self, name: &str) -> Option<u32> {
        self.with(name, |member| member.process.as_ref().map(|process| process.child.id()))?
    }

    /// How often it was started.
    pub fn starts(&self, name: &str) -> u32 {
        self.with(name, |member| member.starts).unwrap_or_default()
    }

    /// Sends a signal to a member's process; false where there is none.
    pub fn signal(&self, name: &str, signal: &str) -> bool {
        let Some(pid) = self.pid(name) else { return false };
        let sent = Command::new("kill").args([&format!("-{signal}"), &pid.to_string()]).status();
        sent.is_ok_and(|sent| sent.success())
    }

    /// Waits until a member says that it is ready.
    pub async fn ready(self: &Arc<Self>, name: &str, patience: Duration) -> bool {
        let begun = Instant::now();
        while begun.elapsed() < patience {
            let admin = self
                .with(name, |member| member.process.as_ref().map(|process| process.admin.clone()));
            if let Some(Some(admin)) = admin
                && tokio::task::spawn_blocking(move || is_ready(&admin)).await.unwrap_or(false)
            {
                return true;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        false
    }

    /// A second process of a role beside the first; its name and address.
    pub fn replica(&self, role: &'static str) -> (String, String) {
        let (name, grpc) = (format!("{role}-2"), free());
        self.members().push(member(&name, role, &grpc));
        (name, grpc)
    }

    /// Ends a member for good: SIGTERM, and SIGKILL where it does not listen.
    pub async fn dismiss(&self, name: &str) {
        self.with(name, |member| member.wanted = false);
        self.signal(name, "TERM");
        for _ in 0..150 {
            let ended = self.with(name, |member| {
                let process = member.process.as_mut();
                process.is_none_or(|process| !matches!(process.child.try_wait(), Ok(None)))
            });
            if ended.unwrap_or(true) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        self.members().retain(|member| member.name != name);
    }

    pub fn link(&self, name: &str) -> Arc<Link> {
        self.links[name].clone()
    }

    /// The links whose names end so, or begin so.
    pub fn links_of(&self, part: &str) -> Vec<Arc<Link>> {
        let of = |name: &String| name.ends_with(part) || name.starts_with(part);
        self.links.iter().filter(|(name, _)| of(name)).map(|(_, link)| link.clone()).collect()
    }

    /// Leads everybody who asks a service to another address.
    pub fn turn(&self, role: &str, grpc: &str) {
        for link in self.links_of(&format!("->{role}")) {
            link.turn(Target::Tcp(grpc.to_owned()));
        }
    }

    /// Where a service's first process serves.
    pub fn home(&self, role: &str) -> String {
        self.site.grpc[role].trim_start_matches("http://").to_owned()
    }
}

fn member(name: &str, role: &'static str, grpc: &str) -> Member {
    Member {
        name: name.to_owned(),
        role,
        grpc: grpc.to_owned(),
        process: None,
        wanted: true,
        ended: None,
        starts: 0,
    }
}

fn is_ready(admin: &str) -> bool {
    ask(admin, "/ready").is_some_and(|(status, _)| status == 200)
}

/// A link for everything that a configuration names, and the variables that lead over it.
async fn links(site: &mut Site, nats: &Nats) -> BTreeMap<String, Arc<Link>> {
    let mut links = BTreeMap::new();
    for role in SERVICES.into_iter().chain(["gateway"]) {
        let file = config().join(format!("{role}.toml"));
        let file = std::fs::read_to_string(file).expect("its configuration");
        for other in SERVICES {
            if file.contains(&format!("\n{other} = \"http")) {
                let target = site.grpc[other].trim_start_matches("http://").to_owned();
                let link = link(&mut links, role, other, Target::Tcp(target)).await;
                let variable = format!("TONGBAN_SERVICES__{}", other.to_uppercase());
                site.own.push((role, variable, format!("http://{link}")));
            }
        }
        if file.contains("\n[broker]") {
            let target = nats.url().trim_start_matches("nats://").to_owned();
            let link = link(&mut links, role, "nats", Target::Tcp(target)).await;
            site.own.push((role, "TONGBAN_BROKER__URL".to_owned(), format!("nats://{link}")));
        }
        if file.contains("\n[database]") {
            let socket = site.server.socket().join(".s.PGSQL.5432");
            let link = link(&mut links, role, "postgres", Target::Socket(socket)).await;
            let (host, port) = link.split_once(':').expect("an address");
            site.own.push((role, "TONGBAN_DATABASE__HOST".to_owned(), host.to_owned()));
            site.own.push((role, "TONGBAN_DATABASE__PORT".to_owned(), port.to_owned()));
        }
    }
    links
}

async fn link(
    links: &mut BTreeMap<String, Arc<Link>>,
    from: &str,
    to: &str,
    target: Target,
) -> String {
    let name = format!("{from}->{to}");
    let link = Link::new(name.clone(), free(), target).await;
    let address = link.address.clone();
    links.insert(name, link);
    address
}

async fn supervise(fleet: Arc<Fleet>) {
    loop {
        {
            let mut members = fleet.members();
            for member in members.iter_mut().filter(|member| member.wanted) {
                let ended = member
                    .process
                    .as_mut()
                    .is_none_or(|process| !matches!(process.child.try_wait(), Ok(None)));
                if !ended {
                    member.ended = None;
                    continue;
                }
                let since = *member.ended.get_or_insert_with(Instant::now);
                if member.starts == 0 || since.elapsed() >= BACKOFF {
                    member.process = Some(fleet.site.start_at(member.role, member.grpc.clone()));
                    (member.starts, member.ended) = (member.starts + 1, None);
                }
            }
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
