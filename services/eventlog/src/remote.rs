//! Another service's log, read over gRPC. What the log answers is the truth; the broker pushes newer events
//! into a small window, so that they need not be asked for, and a poll each second finds what was not pushed.

use std::collections::BTreeMap;
use std::error::Error;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use proto::log::v1::log_service_client::LogServiceClient;
use proto::log::v1::{Event, GetHeadRequest, ReadEventsRequest, ReadStreamRequest};
use proto::trace;
use tokio::sync::{Notify, watch};
use tokio::task::AbortHandle;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Request, Status, Streaming};

use crate::append;
use crate::broker::Broker;
use crate::error::{ReadError, chain_of};
use crate::hash::Algorithm;
use crate::linked::{self, Identity, Linked};
use crate::recorded::{Head, Recorded};

mod follow;
mod window;

use window::Window;

/// How long the service may take to answer or send the next page.
const ANSWER: Duration = Duration::from_secs(5);

/// How long connecting may take. A container that is being started again is not on the network for a moment, and
/// what is sent to it then is lost: trying again is quicker than waiting.
const CONNECTING: Duration = Duration::from_secs(1);

/// What an error says of a log that is not the one that was followed: nothing that was read from it stands.
const ANOTHER: &str =
    "it is not the log that was followed: another id, epoch or history; start again";

/// A log that another process keeps. Clones share it with its connections; they come back by themselves for
/// ever. It ends with the last clone.
#[derive(Clone)]
pub struct Remote(Arc<Inner>);

struct Inner {
    shared: Arc<Shared>,
    tasks: Vec<AbortHandle>,
}

impl Drop for Inner {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

struct Shared {
    name: String,
    service: Client,
    held: Mutex<Held>,
    newest: watch::Sender<u64>,
    /// Asks for the log's head before its time comes.
    ask: Notify,
}

/// A client whose calls belong to the trace in which they are made.
type Client =
    LogServiceClient<InterceptedService<Channel, fn(Request<()>) -> Result<Request<()>, Status>>>;

enum Held {
    /// The log has not answered yet.
    Nothing,
    Window(Box<Window>),
    /// Nothing more is read: what was read before does not belong to it.
    AnotherLog,
}

/// How to reach a service: an address as `http://host:port`, with limits for its silence.
///
/// # Errors
/// The address is none.
pub fn endpoint(address: &str) -> Result<Endpoint, tonic::transport::Error> {
    Ok(Endpoint::from_shared(address.to_owned())?
        .connect_timeout(CONNECTING)
        .http2_keep_alive_interval(ANSWER)
        .keep_alive_timeout(ANSWER)
        .keep_alive_while_idle(true)
        .tcp_nodelay(true))
}

impl Remote {
    /// Follows the log `name` of the service behind `channel`; see [`endpoint`] and
    /// [`Endpoint::connect_lazy`]. Returns at once, whether it answers or not. Without a broker newer events
    /// are found by the poll.
    pub fn follow(channel: Channel, name: impl Into<String>, broker: Option<Broker>) -> Self {
        let shared = Arc::new(Shared {
            name: name.into(),
            service: LogServiceClient::with_interceptor(channel, trace::carried),
            held: Mutex::new(Held::Nothing),
            newest: watch::Sender::new(0),
            ask: Notify::new(),
        });
        let mut tasks = vec![tokio::spawn(follow::poll(shared.clone())).abort_handle()];
        if let Some(broker) = broker {
            tasks.push(tokio::spawn(follow::listen(shared.clone(), broker)).abort_handle());
        }
        Self(Arc::new(Inner { shared, tasks }))
    }

    /// The log's name.
    pub fn name(&self) -> &str {
        &self.0.shared.name
    }

    /// The newest position and hash, as the log itself says now.
    pub async fn head(&self) -> Result<Head, ReadError> {
        self.0.shared.head().await
    }

    /// As [`crate::Feed::head_after`].
    pub(crate) async fn head_after(
        &self,
        taken_in: BTreeMap<String, u64>,
    ) -> Result<Head, ReadError> {
        self.0.shared.head_after(taken_in).await
    }

    /// As [`crate::Log::read`], up to what [`Remote::watch`] tells of.
    pub async fn read(
        &self,
        after_position: u64,
        limit: usize,
    ) -> Result<Vec<Recorded>, ReadError> {
        self.0.shared.read(after_position, limit).await
    }

    /// As [`crate::Log::stream`].
    pub async fn stream(&self, name: &str, after_version: u64) -> Result<Vec<Recorded>, ReadError> {
        self.0.shared.stream(name, after_version).await
    }

    /// What every hash of the log covers.
    pub(crate) async fn identity(&self) -> Result<Identity, ReadError> {
        self.0.shared.identity().await
    }

    /// Tells of newer positions. It may lag behind the log by a second while the log can be reached.
    pub fn watch(&self) -> watch::Receiver<u64> {
        self.0.shared.newest.subscribe()
    }
}

impl Shared {
    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn head(&self) -> Result<Head, ReadError> {
        self.head_after(BTreeMap::new()).await
    }

    async fn head_after(&self, taken_in: BTreeMap<String, u64>) -> Result<Head, ReadError> {
        let request = GetHeadRequest { log: self.name.clone(), taken_in };
        let answer = in_time(self.service.clone().get_head(request)).await?.into_inner();
        let malformed = |what| ReadError::Malformed { position: answer.position, what };
        let log_id = answer.log_id.as_slice().try_into();
        let log = Identity {
            log_id: log_id.map_err(|_length| malformed("log_id"))?,
            algorithm: Algorithm::named(&answer.algorithm).ok_or(malformed("algorithm"))?,
        };
        let hash = linked::hash(&answer.hash, "hash").map_err(malformed)?;
        let head = Head { epoch: answer.epoch, position: answer.position, hash };
        let mut held = self.held();
        let whole = match &mut *held {
            Held::Nothing => {
                *held = Held::Window(Box::new(Window::new(log, head)));
                Some(head.position)
            }
            Held::Window(window) => window.anchor(&log, head).ok().map(|()| window.whole()),
            Held::AnotherLog => None,
        };
        match whole {
            Some(whole) => {
                append::tell(&self.newest, whole);
                Ok(head)
            }
            None => {
                *held = Held::AnotherLog;
                // Whoever waits for news shall hear of it.
                self.newest.send_modify(|_same| ());
                Err(malformed(ANOTHER))
            }
        }
    }

    async fn read(&self, after: u64, limit: usize) -> Result<Vec<Recorded>, ReadError> {
        let known = |held: &Held| match held {
            Held::Nothing => Ok(None),
            Held::AnotherLog => Err(ReadError::Malformed { position: after + 1, what: ANOTHER }),
            Held::Window(window) => Ok(Some(match window.read(after, limit) {
                Some(page) => Known::Page(page),
                None => Known::Before(window.log().clone(), window.hash_at(after)),
            })),
        };
        let found = known(&self.held())?;
        let found = match found {
            Some(found) => Some(found),
            None => {
                self.head().await?;
                known(&self.held())?
            }
        };
        match found {
            None => Ok(Vec::new()),
            Some(Known::Page(page)) => Ok(page),
            Some(Known::Before(log, hash)) => {
                let before = if after == 0 { Some(log.genesis(&self.name)) } else { hash };
                self.fetch(&log, after, before, limit).await
            }
        }
    }

    /// Events from the log itself, each proved against the one before it.
    async fn fetch(
        &self,
        log: &Identity,
        after: u64,
        mut before: Option<[u8; 32]>,
        limit: usize,
    ) -> Result<Vec<Recorded>, ReadError> {
        let limit = u64::try_from(limit).unwrap_or(0);
        let request = ReadEventsRequest { log: self.name.clone(), after_position: after, limit };
        let mut pages = in_time(self.service.clone().read_events(request)).await?.into_inner();
        let mut events = Vec::new();
        let mut position = after;
        while let Some(page) = next(&mut pages).await? {
            for event in page.events {
                position += 1;
                let linked = of_wire(event, position)?;
                let fits = match &before {
                    Some(before) => linked.follows(log, before),
                    None => linked.is_sealed(log),
                };
                if linked.event.position != position || !fits {
                    return Err(ReadError::Malformed { position, what: "place or hash" });
                }
                before = Some(linked.event.hash);
                events.push(linked.event);
            }
        }
        Ok(events)
    }

    async fn stream(&self, name: &str, after_version: u64) -> Result<Vec<Recorded>, ReadError> {
        let request =
            ReadStreamRequest { log: self.name.clone(), stream: name.to_owned(), after_version };
        let log = self.identity().await?;
        let mut pages = in_time(self.service.clone().read_stream(request)).await?.into_inner();
        let mut events: Vec<Recorded> = Vec::new();
        let mut version = after_version;
        while let Some(page) = next(&mut pages).await? {
            for event in page.events {
                version += 1;
                let position = event.position;
                let linked = of_wire(event, position)?;
                let before =
                    events.last().map_or(linked.stream_hash_before, |last| last.stream_hash);
                let fits = linked.stream_hash_before == before && linked.is_sealed(&log);
                if (linked.event.stream.as_str(), linked.event.version) != (name, version) || !fits
                {
                    return Err(ReadError::Malformed { position, what: "place or hash" });
                }
                events.push(linked.event);
            }
        }
        Ok(events)
    }

    async fn identity(&self) -> Result<Identity, ReadError> {
        let known = |held: &Held| match held {
            Held::Window(window) => Some(window.log().clone()),
            Held::Nothing | Held::AnotherLog => None,
        };
        let found = known(&self.held());
        if let Some(log) = found {
            return Ok(log);
        }
        self.head().await?;
        let found = known(&self.held());
        found.ok_or(ReadError::Malformed { position: 0, what: ANOTHER })
    }
}

/// What the window says to a read.
enum Known {
    Page(Vec<Recorded>),
    /// Ask the log; so far the hash before the page is known, or not.
    Before(Identity, Option<[u8; 32]>),
}

fn of_wire(event: Event, position: u64) -> Result<Linked, ReadError> {
    Linked::try_from(event).map_err(|what| ReadError::Malformed { position, what })
}

async fn next<T>(pages: &mut Streaming<T>) -> Result<Option<T>, ReadError> {
    in_time(pages.message()).await
}

/// A service that is silent for too long is as good as none.
async fn in_time<T>(asked: impl Future<Output = Result<T, Status>>) -> Result<T, ReadError> {
    match tokio::time::timeout(ANSWER, asked).await {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(status)) if status.code() == Code::DataLoss => {
            tracing::debug!(%status, "a log's service cannot read its log");
            Err(ReadError::Malformed { position: 0, what: "the log's own service cannot read it" })
        }
        Ok(Err(status)) => {
            let cause = status.source().map(|cause| format!(": {}", chain_of(cause)));
            let (code, said) = (status.code(), status.message());
            Err(ReadError::Unavailable(format!("{code:?}: {said}{}", cause.unwrap_or_default())))
        }
        Err(_elapsed) => Err(ReadError::Unavailable("no answer in time".to_owned())),
    }
}
