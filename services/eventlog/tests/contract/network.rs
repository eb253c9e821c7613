//! A log, its service, its relay and its followers, each on a real connection.

use std::future::Future;
use std::net::SocketAddr;
use std::time::Duration;

use eventlog::testing::Nats;
use eventlog::{Broker, BrokerOptions, Feed, Live, Log, LogService, Malformed, Recorded, Remote};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tonic::transport::{Channel, Server, server::TcpIncoming};

use crate::world::{command, event};

/// Longest time that anything here may take; far more than it needs.
pub const BOUND: Duration = Duration::from_secs(30);

/// A log's gRPC service on a free port of this machine.
pub struct Owner {
    address: SocketAddr,
    serving: Option<(oneshot::Sender<()>, JoinHandle<()>)>,
}

impl Owner {
    pub async fn of(log: &Log) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut owner = Self { address: listener.local_addr().unwrap(), serving: None };
        owner.serving = Some(serve(listener, log));
        owner
    }

    /// Ends every connection and listens no more.
    pub async fn stop(&mut self) {
        if let Some((stop, serving)) = self.serving.take() {
            let _sent = stop.send(());
            within("the service stops", serving).await.unwrap();
        }
    }

    /// Listens again where it did.
    pub async fn start(&mut self, log: &Log) {
        let listener = until("the port is free", || TcpListener::bind(self.address)).await;
        self.serving = Some(serve(listener, log));
    }

    pub fn channel(&self) -> Channel {
        eventlog::endpoint(&format!("http://{}", self.address)).unwrap().connect_lazy()
    }

    pub fn remote(&self, broker: Option<&Broker>) -> Remote {
        Remote::follow(self.channel(), "planning", broker.cloned())
    }
}

fn serve(listener: TcpListener, log: &Log) -> (oneshot::Sender<()>, JoinHandle<()>) {
    let service = LogService::new([log.clone()]).server();
    let (stop, stopped) = oneshot::channel::<()>();
    let serving = tokio::spawn(async move {
        let stopped = async {
            let _dropped = stopped.await;
        };
        let incoming = TcpIncoming::from(listener);
        let server = Server::builder().add_service(service);
        server.serve_with_incoming_shutdown(incoming, stopped).await.unwrap();
    });
    (stop, serving)
}

pub async fn broker(nats: &Nats) -> Broker {
    Broker::connect(BrokerOptions::new(nats.url())).await.unwrap()
}

/// Folds the positions and hashes that it meets; a fold that gets a position twice or not in order stops.
pub fn follow(feed: impl Into<Feed>) -> Live<Vec<(u64, [u8; 32])>> {
    fn fold(seen: &mut Vec<(u64, [u8; 32])>, event: &Recorded) -> Result<(), Malformed> {
        if event.position != seen.len() as u64 + 1 {
            return Err(Malformed(format!("position {} after {}", event.position, seen.len())));
        }
        seen.push((event.position, event.hash));
        Ok(())
    }
    Live::follow(feed, Vec::new(), fold)
}

/// Appends `count` events to new streams, 100 to a command, named after the present head.
pub async fn grow(log: &Log, count: u64) {
    let mut left = count;
    while left > 0 {
        let head = log.head().await.unwrap().position;
        let mut command = command(&format!("g{head}"), &format!("planning/P{head}"), 0);
        let events = left.min(100);
        command.events =
            (1..=events).map(|n| event("noted", format!("{head}+{n}").as_bytes())).collect();
        log.append(command).await.unwrap();
        left -= events;
    }
}

/// The log and a follower hold the same events.
pub async fn same(log: &Log, live: &Live<Vec<(u64, [u8; 32])>>) {
    let head = log.head().await.unwrap();
    within("the follower has everything", live.reached(head.position)).await.unwrap();
    let mut all = Vec::new();
    while let Some(last) = log.read(all.len() as u64, 1_000).await.unwrap().pop() {
        let page = log.read(all.len() as u64, 1_000).await.unwrap();
        all.extend(page.into_iter().map(|event| (event.position, event.hash)));
        assert_eq!(last.position, all.len() as u64);
    }
    live.read(|seen, _| assert!(*seen == all, "the follower saw something else")).unwrap();
}

/// Waits for something that has to come.
pub async fn within<T>(what: &str, future: impl Future<Output = T>) -> T {
    tokio::time::timeout(BOUND, future).await.unwrap_or_else(|_| panic!("not in time: {what}"))
}

/// Tries again until it goes well.
pub async fn until<T, E, F: Future<Output = Result<T, E>>>(
    what: &str,
    mut attempt: impl FnMut() -> F,
) -> T {
    within(what, async {
        loop {
            match attempt().await {
                Ok(done) => return done,
                Err(_not_yet) => tokio::time::sleep(Duration::from_millis(20)).await,
            }
        }
    })
    .await
}
