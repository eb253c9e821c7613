//! One client of the platform: it sends, reads and asks, and everything goes into the history.

use super::{
    dice::Dice,
    history::{History, hex},
    wire,
};
use client::{Client, Failure, Key, Patience};
use prost::Message;
use proto::{
    intake::v1::{GetProjectRequest, GetProjectResponse},
    log::v1::Resolution,
    matter::v1::{GetMatterRequest, GetMatterResponse, Matter},
    status::v1::{GetProjectStatusRequest, GetProjectStatusResponse},
};
use serde_json::json;
use sha2::{Digest, Sha256};
use std::{
    collections::{BTreeMap, VecDeque},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering},
    },
    time::Duration,
};
use tonic::{Code, Status, transport::Channel};
use tonic_types::StatusExt;

/// What all clients share.
pub struct World {
    pub history: History,
    pub gateway: String,
    pub seed: u64,
    /// No new commands.
    pub over: AtomicBool,
    /// Milliseconds that a client waits between two operations, on average.
    pub pace: AtomicU64,
    /// Commands whose outcome is unknown.
    pub doubts: Mutex<VecDeque<Order>>,
    /// The project that everybody works on at once.
    pub hot: Mutex<String>,
    /// Principals that may never have to wait for one another.
    pub keys: AtomicU64,
}

impl World {
    /// A key that nobody used.
    pub fn key(&self) -> String {
        let number = self.keys.fetch_add(1, Ordering::Relaxed);
        format!("nemesis-{:08x}-{number:08}", self.seed & 0xffff_ffff)
    }

    pub fn channel(&self) -> Channel {
        let endpoint = Channel::from_shared(self.gateway.clone()).expect("an address");
        endpoint.tcp_nodelay(true).connect_timeout(Duration::from_secs(1)).connect_lazy()
    }

    pub fn is_over(&self) -> bool {
        self.over.load(Ordering::Relaxed)
    }

    pub fn hot(&self) -> String {
        self.hot.lock().expect("nobody panicked here").clone()
    }
}

/// A command as it is sent, and sent again.
#[derive(Clone)]
pub struct Order {
    pub rpc: &'static str,
    pub log: &'static str,
    /// The project, without `projects/`.
    pub project: Option<String>,
    pub who: String,
    pub key: String,
    pub message: Vec<u8>,
    /// The matter, if it is an act on one.
    pub matter: Option<String>,
    /// The position of the answer on which the act rests.
    pub since: Option<String>,
}

/// What came of a command.
pub enum Sent {
    Ok(Vec<u8>),
    Rejected(Status),
    Unknown(Status),
}

/// Every command's answer has its position second.
#[derive(Clone, PartialEq, Message)]
struct Positioned {
    #[prost(string, tag = "2")]
    position: String,
}

/// What is read, and by which call.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum View {
    Project,
    Matter,
    Status,
}

pub struct Caller {
    pub world: Arc<World>,
    pub dice: Dice,
    id: u64,
    session: u64,
    client: Client,
    /// The newest position of each log that the session was shown.
    seen: BTreeMap<String, String>,
    /// Commands that were carried out, to be repeated.
    pub done: VecDeque<Order>,
}

pub fn patience(attempts: u32) -> Patience {
    Patience {
        attempts,
        answer: Duration::from_secs(3),
        budget: Duration::from_secs(7),
        pause: Duration::from_millis(150),
        fence: false,
    }
}

impl Caller {
    pub fn new(world: &Arc<World>, id: u64, patience: Patience) -> Self {
        Self {
            world: world.clone(),
            dice: Dice::new(world.seed, id),
            id,
            session: id,
            client: Client::new(world.channel(), patience, world.seed ^ id),
            seen: BTreeMap::new(),
            done: VecDeque::new(),
        }
    }

    /// Sends a command and says what became of it.
    pub async fn send(&mut self, order: &Order) -> Sent {
        let history = &self.world.history;
        let (op, t0) = (history.op(), history.now());
        history.invoke(op, t0);
        let attempts = AtomicU32::new(0);
        let sent = self.client.repeat(|channel| {
            attempts.fetch_add(1, Ordering::Relaxed);
            let Order { rpc, who, message, .. } = order;
            wire::call(channel, rpc, who, message.clone())
        });
        let outcome = sent.await;
        let t1 = history.now();
        let (res, answer, status) = match outcome {
            Ok(answer) => ("ok", Some(answer), None),
            Err(Failure::Refused(status)) => ("reject", None, Some(status)),
            Err(Failure::Recorded(status) | Failure::Unresolved(status)) => {
                ("unknown", None, Some(status))
            }
        };
        let position = answer.as_ref().map(|answer| {
            Positioned::decode(answer.as_slice()).map(|answer| answer.position).unwrap_or_default()
        });
        let reason = status.as_ref().and_then(reason);
        history.line(&json!({
            "kind": "cmd", "op": op, "client": self.id, "session": self.session, "t0": t0,
            "t1": (res != "unknown").then_some(t1), "rpc": order.rpc, "who": order.who,
            "log": order.log,
            "stream": order.project.as_ref().map(|project| format!("{}/{project}", order.log)),
            "key": order.key, "matter": order.matter, "since": order.since, "request": hex(&Sha256::digest(&order.message)),
            "attempts": attempts.load(Ordering::Relaxed), "res": res,
            "code": status.as_ref().map(|status| format!("{:?}", status.code())),
            "reason": reason, "position": position, "answer": answer.as_deref().map(hex),
        }));
        let rpc = order.rpc.split('/').next_back().unwrap_or_default();
        history.count(
            rpc,
            &match &reason {
                Some(_) if res == "reject" => "reject".to_owned(),
                _ => res.to_owned(),
            },
        );
        if let Some(why) = reason.filter(|_| res == "reject") {
            history.count("  refused", &why);
        }
        match (answer, status) {
            (Some(answer), _) => {
                let position = position.unwrap_or_default();
                self.note(&position);
                self.done.push_back(order.clone());
                if self.done.len() > 40 {
                    self.done.pop_front();
                }
                Sent::Ok(answer)
            }
            (None, Some(status)) if res == "reject" => Sent::Rejected(status),
            (None, status) => {
                self.world.doubts.lock().expect("nobody panicked here").push_back(order.clone());
                Sent::Unknown(status.unwrap_or_else(|| Status::unknown("")))
            }
        }
    }

    /// Remembers what the session was shown.
    fn note(&mut self, token: &str) {
        let number =
            |token: &str| token.rsplit(':').next().and_then(|number| number.parse::<u64>().ok());
        let Some((log, _)) = token.split_once(':') else { return };
        let known = self.seen.get(log).and_then(|known| number(known));
        if known < number(token) {
            self.seen.insert(log.to_owned(), token.to_owned());
        }
    }

    /// Reads an object no older than the session, or, in a session of its own, however it comes.
    pub async fn read(&mut self, view: View, object: &str, fresh: bool) -> Option<Vec<u8>> {
        let seen: Vec<String> =
            if fresh { self.seen.values().cloned().collect() } else { Vec::new() };
        let name = object.to_owned();
        let (rpc, message) = match view {
            View::Project => (
                "tongban.intake.v1.IntakeService/GetProject",
                GetProjectRequest { name, min_position: seen.clone() }.encode_to_vec(),
            ),
            View::Matter => (
                "tongban.matter.v1.MatterService/GetMatter",
                GetMatterRequest { name, min_position: seen.clone() }.encode_to_vec(),
            ),
            View::Status => (
                "tongban.status.v1.StatusService/GetProjectStatus",
                GetProjectStatusRequest { name, min_position: seen.clone(), ..Default::default() }
                    .encode_to_vec(),
            ),
        };
        let who = "agency:DRC/oversight";
        let history = &self.world.history;
        let (op, t0) = (history.op(), history.now());
        history.invoke(op, t0);
        // Who reads on his own has no session that a position could fall behind.
        let session = if fresh { self.session } else { 1_000_000 + op };
        let outcome =
            self.client.repeat(|channel| wire::call(channel, rpc, who, message.clone())).await;
        let t1 = history.now();
        let (res, code, body) = match outcome {
            Ok(body) => ("ok", None, Some(body)),
            Err(Failure::Refused(status)) => ("reject", Some(status), None),
            Err(Failure::Recorded(status) | Failure::Unresolved(status)) => {
                let not_yet = reason(&status).as_deref() == Some("NOT_YET");
                (if not_yet { "notyet" } else { "unavailable" }, Some(status), None)
            }
        };
        let (as_of, shows) = body.as_ref().map(|body| told(view, body)).unwrap_or_default();
        history.line(&json!({
            "kind": "read", "op": op, "client": self.id, "session": session, "t0": t0, "t1": t1,
            "rpc": rpc, "who": who, "object": object, "min_position": seen, "as_of": as_of,
            "shows": shows, "res": res,
            "code": code.as_ref().map(|status| format!("{:?}", status.code())),
            "body": body.as_deref().map(hex),
        }));
        history.count(rpc.split('/').next_back().unwrap_or_default(), res);
        if fresh {
            as_of.iter().for_each(|token| self.note(token));
        }
        body
    }

    /// One matter as it is now.
    pub async fn matter(&mut self, name: &str) -> Option<Matter> {
        let body = self.read(View::Matter, name, true).await?;
        GetMatterResponse::decode(body.as_slice()).ok()?.matter
    }

    /// Asks what became of a command; `None` when nobody answers.
    pub async fn resolve(&mut self, order: &Order, fence: bool) -> Option<Resolution> {
        let history = &self.world.history;
        let (op, t0) = (history.op(), history.now());
        history.invoke(op, t0);
        let key = Key { log: order.log, principal: &order.who, request_id: &order.key };
        let known = self.client.resolve(key, fence).await;
        let t1 = history.now();
        let resolution = known.as_ref().map(|known| known.resolution()).ok();
        let res = match resolution {
            Some(Resolution::Committed) => "committed",
            Some(Resolution::Absent) => "absent",
            Some(Resolution::Fenced) => "fenced",
            Some(Resolution::Unspecified) | None => "unavailable",
        };
        let committed = known.as_ref().ok().filter(|_| res == "committed");
        let positions: Vec<u64> = committed
            .map(|known| (known.first_position..=known.last_position).collect())
            .unwrap_or_default();
        history.line(&json!({
            "kind": "resolve", "op": op, "client": self.id, "t0": t0, "t1": t1, "who": order.who,
            "log": order.log, "key": order.key, "fence": fence, "res": res,
            "positions": positions, "answer": committed.map(|known| hex(&known.answer)),
            "code": known.as_ref().err().map(|status| format!("{:?}", status.code())),
        }));
        history.count(if fence { "resolve, with a fence" } else { "resolve" }, res);
        resolution.filter(|resolution| *resolution != Resolution::Unspecified)
    }
}

/// What a body says of its age: the positions that it has seen, and the last event that it shows.
fn told(view: View, body: &[u8]) -> (Vec<String>, Option<String>) {
    match view {
        View::Status => (
            GetProjectStatusResponse::decode(body).map(|body| body.as_of).unwrap_or_default(),
            None,
        ),
        View::Project => {
            (Vec::new(), GetProjectResponse::decode(body).ok().map(|body| body.position))
        }
        View::Matter => {
            let matter = GetMatterResponse::decode(body).ok().and_then(|body| body.matter);
            (Vec::new(), matter.map(|matter| matter.position))
        }
    }
}

pub fn reason(status: &Status) -> Option<String> {
    status.get_details_error_info().map(|info| info.reason)
}

/// Whether it was refused for what it is, not for the moment.
pub fn is_wrong(status: &Status) -> bool {
    matches!(
        status.code(),
        Code::InvalidArgument
            | Code::FailedPrecondition
            | Code::PermissionDenied
            | Code::NotFound
            | Code::AlreadyExists
    )
}
