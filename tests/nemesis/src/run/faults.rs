//! The nemesis: what it does to the set, one thing after the other, and whether it bit.

use super::{
    broker,
    caller::{Caller, Sent, View, World},
    dice::Dice,
    fleet::Fleet,
    story,
};
use client::Patience;
use nemesis::{
    link::{Link, Mode},
    site::{KEEPERS, SERVICES},
};
use serde_json::json;
use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

/// Every kind of fault.
pub const KINDS: [&str; 25] = [
    "kill intake",
    "kill planning",
    "kill acceptance",
    "kill aftercare",
    "kill dossier",
    "kill status",
    "kill gateway",
    "stop a process for a while",
    "stop the gateway for a while",
    "terminate a process",
    "two of planning",
    "two of status",
    "two of intake",
    "kill the broker",
    "wipe the broker",
    "delete a stream",
    "replace a stream by its beginning",
    "truncate the broker's files",
    "cut off the broker",
    "stall the broker",
    "kill PostgreSQL",
    "cut off PostgreSQL",
    "stall PostgreSQL",
    "cut between services",
    "stall or slow between services",
];

/// The kinds whose names contain a word: all of them without one, none of them for `none`.
///
/// # Errors
/// The word is in no name.
pub fn chosen(only: Option<&str>) -> Result<Vec<&'static str>, String> {
    let word = match only {
        None => return Ok(KINDS.to_vec()),
        Some("none") => return Ok(Vec::new()),
        Some(word) => word,
    };
    let kinds: Vec<_> = KINDS.into_iter().filter(|kind| kind.contains(word)).collect();
    if kinds.is_empty() {
        return Err(format!("--only: no fault is called `{word}`, but {}", KINDS.join(", ")));
    }
    Ok(kinds)
}

/// How long until commands were accepted again, in seconds, with the limit of the acceptance list.
#[derive(Default)]
pub struct Figures {
    pub service: Vec<(String, f64)>,
    pub postgres: Vec<f64>,
    /// How often each kind was tried, and bit.
    pub kinds: BTreeMap<&'static str, (u32, u32)>,
}

pub struct Nemesis {
    pub world: Arc<World>,
    pub fleet: Arc<Fleet>,
    pub dice: Dice,
    pub figures: Figures,
    prober: Caller,
    number: u32,
    /// Shorter stops.
    pub short: bool,
}

const QUICK: Patience = Patience {
    attempts: 1,
    answer: Duration::from_millis(1_000),
    budget: Duration::from_millis(1_000),
    pause: Duration::from_millis(10),
    fence: false,
};

const PATIENT: Patience =
    Patience { answer: Duration::from_secs(8), budget: Duration::from_secs(8), ..QUICK };

impl Nemesis {
    pub fn new(world: &Arc<World>, fleet: &Arc<Fleet>, short: bool) -> Self {
        Self {
            world: world.clone(),
            fleet: fleet.clone(),
            dice: Dice::new(world.seed, 666),
            figures: Figures::default(),
            prober: Caller::new(world, 900, QUICK),
            number: 0,
            short,
        }
    }

    /// Does one thing and heals it again.
    pub async fn inflict(&mut self, kind: &'static str) {
        self.number += 1;
        let t0 = self.world.history.now();
        let begun = Instant::now();
        let (what, bit) = match kind {
            "stop a process for a while" => {
                let role = *self.dice.pick(&SERVICES).expect("some");
                self.stop(role).await
            }
            "stop the gateway for a while" => self.stop("gateway").await,
            "terminate a process" => self.terminate().await,
            "two of planning" => self.two("planning").await,
            "two of status" => self.two("status").await,
            "two of intake" => self.two("intake").await,
            "kill PostgreSQL" => self.kill_postgres().await,
            "cut off PostgreSQL" => {
                let one = self.links("->postgres", 60);
                self.sever(one, Mode::Cut).await
            }
            "stall PostgreSQL" => {
                let one = self.links("->postgres", 50);
                self.sever(one, Mode::Stalled).await
            }
            "cut off the broker" => {
                let one = self.links("->nats", 60);
                self.sever(one, Mode::Cut).await
            }
            "stall the broker" => {
                let one = self.links("->nats", 50);
                self.sever(one, Mode::Stalled).await
            }
            "cut between services" => {
                let one = self.between();
                self.sever(one, Mode::Cut).await
            }
            "stall or slow between services" => {
                let one = self.between();
                let slow = Mode::Slow(Duration::from_millis(50 + self.dice.below(400)));
                let mode = if self.dice.percent(50) { Mode::Stalled } else { slow };
                self.sever(one, mode).await
            }
            kind if kind.starts_with("kill ") && kind != "kill the broker" => {
                self.kill(&kind["kill ".len()..]).await
            }
            kind => broker::inflict(&self.fleet, kind, &mut self.dice).await,
        };
        let counted = self.figures.kinds.entry(kind).or_default();
        *counted = (counted.0 + 1, counted.1 + u32::from(bit));
        let id = format!("F{:03}", self.number);
        let t1 = self.world.history.now();
        self.world.history.line(&json!({
            "kind": "fault", "id": id, "what": what, "class": kind, "t0": t0, "t1": t1, "bit": bit,
        }));
        let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
        let load = load.split(' ').next().unwrap_or("?");
        let bitten = if bit { "bit" } else { "did not bite" };
        println!("{id} {what}: {bitten}, {:.1} s, load {load}", begun.elapsed().as_secs_f64());
    }

    fn span(&mut self) -> Duration {
        let most = if self.short { 2_000 } else { 10_000 };
        Duration::from_millis(5_000 + self.dice.below(most))
    }

    async fn kill(&mut self, role: &str) -> (String, bool) {
        let before = self.fleet.starts(role);
        let hit = self.fleet.signal(role, "KILL");
        let begun = Instant::now();
        let again = accepted(&self.world, role, begun, Duration::from_secs(60)).await;
        if let Some(again) = again {
            self.figures.service.push((role.to_owned(), again.as_secs_f64()));
        }
        let bit = hit && self.fleet.starts(role) > before;
        (format!("kill -9 {role}, accepted again after {:.2} s", seconds(again)), bit)
    }

    async fn kill_postgres(&mut self) -> (String, bool) {
        let broken = self.ended("->postgres");
        self.fleet.site.server.kill();
        let begun = Instant::now();
        tokio::time::sleep(Duration::from_millis(200)).await;
        while let Err(error) = self.fleet.site.server.restart().await {
            println!("PostgreSQL does not start yet: {error}");
        }
        let started = begun.elapsed().as_secs_f64();
        let most = Duration::from_secs(60);
        let (intake, planning) = tokio::join!(
            accepted(&self.world, "intake", begun, most),
            accepted(&self.world, "planning", begun, most)
        );
        let slowest = intake.zip(planning).map(|(one, other)| one.max(other));
        if let Some(again) = slowest {
            self.figures.postgres.push(again.as_secs_f64());
        }
        let bit = self.ended("->postgres") > broken;
        let slowest = seconds(slowest);
        let what = format!(
            "kill -9 postgres, up after {started:.2} s, accepted again after {slowest:.2} s"
        );
        (what, bit)
    }

    /// One call to a service, which has a second for it.
    async fn probe(&mut self, role: &str) -> bool {
        probe(&mut self.prober, role).await
    }

    async fn stop(&mut self, role: &str) -> (String, bool) {
        let span = self.span();
        let stopped = self.fleet.signal(role, "STOP");
        let answered = self.probe(role).await;
        tokio::time::sleep(span).await;
        let went_on = self.fleet.signal(role, "CONT");
        let what = format!("kill -STOP {role} for {:.1} s", span.as_secs_f64());
        (what, stopped && went_on && !answered)
    }

    async fn terminate(&mut self) -> (String, bool) {
        let role = *self.dice.pick(&SERVICES).expect("some");
        let before = self.fleet.starts(role);
        let sent = self.fleet.signal(role, "TERM");
        let begun = Instant::now();
        while self.fleet.starts(role) == before && begun.elapsed() < Duration::from_secs(20) {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let bit = sent && self.fleet.starts(role) > before;
        self.fleet.ready(role, Duration::from_secs(30)).await;
        (format!("kill -TERM {role}"), bit)
    }

    /// Two processes of one service, with everybody led now to the one and now to the other.
    async fn two(&mut self, role: &'static str) -> (String, bool) {
        let (name, grpc) = self.fleet.replica(role);
        let ready = self.fleet.ready(&name, Duration::from_secs(60)).await;
        let mut answered = 0;
        let mut patient = Caller::new(&self.world, 8_000 + u64::from(self.number), PATIENT);
        let turns = if self.short { 4 } else { 8 };
        for turn in 0..turns {
            let there = if turn % 2 == 0 { grpc.clone() } else { self.fleet.home(role) };
            self.fleet.turn(role, &there);
            tokio::time::sleep(Duration::from_millis(1_500)).await;
            if turn % 2 == 0 && probe(&mut patient, role).await {
                answered += 1;
            }
            if turn == 2 && self.dice.percent(50) {
                // The one that nobody asks at the moment freezes, and comes back with what it knew.
                self.fleet.signal(role, "STOP");
                tokio::time::sleep(Duration::from_secs(2)).await;
                self.fleet.signal(role, "CONT");
            }
        }
        self.fleet.turn(role, &self.fleet.home(role));
        self.fleet.dismiss(&name).await;
        (format!("two processes of {role}"), ready && answered > 0)
    }

    /// The links to one end, or in so many of a hundred cases only one of them.
    fn links(&mut self, part: &str, share: u64) -> Vec<Arc<Link>> {
        let all = self.fleet.links_of(part);
        if self.dice.percent(share) {
            return all;
        }
        self.dice.pick(&all).cloned().into_iter().collect()
    }

    fn between(&mut self) -> Vec<Arc<Link>> {
        let often = ["status->planning", "planning->intake", "acceptance->planning"];
        if self.dice.percent(50) {
            let name = *self.dice.pick(&often).expect("some");
            return vec![self.fleet.link(name)];
        }
        let ends: Vec<String> = SERVICES.iter().map(|role| format!("->{role}")).collect();
        let between = self.fleet.links.iter();
        let between = between.filter(|(name, _)| ends.iter().any(|end| name.ends_with(end)));
        let between: Vec<_> = between.map(|(_, link)| link.clone()).collect();
        self.dice.pick(&between).cloned().into_iter().collect()
    }

    async fn sever(&mut self, links: Vec<Arc<Link>>, mode: Mode) -> (String, bool) {
        let hits = |links: &[Arc<Link>]| links.iter().map(|link| link.hits()).sum::<u64>();
        let (before, span) = (hits(&links), self.span());
        links.iter().for_each(|link| link.set(mode.clone()));
        tokio::time::sleep(span).await;
        links.iter().for_each(|link| link.set(Mode::Through));
        let names: Vec<_> = links.iter().map(|link| link.name.as_str()).collect();
        let what = format!("{mode:?} {} for {:.1} s", names.join(", "), span.as_secs_f64());
        (what, hits(&links) > before)
    }

    fn ended(&self, part: &str) -> u64 {
        self.fleet.links_of(part).iter().map(|link| link.ended()).sum()
    }

    /// The services that keep logs answer again.
    pub async fn all_answer(&mut self) -> bool {
        for role in KEEPERS.into_iter().chain(["status", "gateway"]) {
            let begun = Instant::now();
            if accepted(&self.world, role, begun, Duration::from_secs(60)).await.is_none() {
                return false;
            }
        }
        true
    }
}

/// Until a service carries out or refuses a command that was sent after the fault. One is sent every moment,
/// whether or not the ones before it are answered.
async fn accepted(
    world: &Arc<World>,
    role: &str,
    begun: Instant,
    most: Duration,
) -> Option<Duration> {
    static PROBERS: AtomicU64 = AtomicU64::new(9_000);
    let mut probes = tokio::task::JoinSet::new();
    while begun.elapsed() < most {
        let id = PROBERS.fetch_add(1, Ordering::Relaxed);
        let mut caller = Caller::new(world, id, PATIENT);
        let role = role.to_owned();
        probes.spawn(async move { probe(&mut caller, &role).await });
        let pause = tokio::time::sleep(Duration::from_millis(200));
        tokio::pin!(pause);
        loop {
            tokio::select! {
                () = &mut pause => break,
                Some(answered) = probes.join_next() => if matches!(answered, Ok(true)) {
                    let took = begun.elapsed();
                    // Each leaves its line in the history.
                    probes.join_all().await;
                    return Some(took);
                }
            }
        }
    }
    probes.join_all().await;
    None
}

/// One call to a service through the gateway: whether it answered for itself.
async fn probe(caller: &mut Caller, role: &str) -> bool {
    let (key, hot) = (caller.world.key(), caller.world.hot());
    let owner = format!("enterprise:{hot}/filing");
    let order = match role {
        "intake" | "gateway" => {
            let amount = 31_000_000 + caller.dice.below(1_000_000);
            story::change(&hot, &owner, key, amount)
        }
        "planning" => story::state_facts(&hot, &owner, key, 700),
        "aftercare" => story::request(&hot, &owner, key),
        "acceptance" => story::unknown_matter(&hot, "S3-01", "acceptance", key),
        "dossier" => story::unknown_file(&hot, &owner, key),
        _ => {
            let name = format!("projects/{hot}");
            return caller.read(View::Status, &name, false).await.is_some();
        }
    };
    matches!(caller.send(&order).await, Sent::Ok(_) | Sent::Rejected(_))
}

fn seconds(span: Option<Duration>) -> f64 {
    span.map_or(f64::NAN, |span| span.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_that_is_in_no_name_is_an_error() {
        assert_eq!(chosen(None).unwrap().len(), KINDS.len());
        assert_eq!(chosen(Some("none")), Ok(Vec::new()));
        assert_eq!(chosen(Some("two of p")), Ok(vec!["two of planning"]));
        let error = chosen(Some("kill postgres")).unwrap_err();
        assert!(error.contains("`kill postgres`") && error.contains("kill PostgreSQL"), "{error}");
    }
}
