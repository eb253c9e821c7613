//! A real server that answers, delays, refuses and breaks off, as it is told.
#![allow(clippy::unwrap_used, clippy::panic)]

use super::*;
use proto::log::v1::{
    GetHeadRequest, GetHeadResponse, ReadEventsRequest, ReadEventsResponse, ReadStreamRequest,
    ReadStreamResponse,
    log_service_server::{LogService, LogServiceServer},
};
use std::{
    collections::VecDeque,
    pin::Pin,
    sync::{Arc, Mutex},
};
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    sync::broadcast,
};
use tokio_stream::{Stream, wrappers::TcpListenerStream};
use tonic_types::ErrorDetails;

/// What the server does with one call. `GetHead` stands for a command, and its position for the answer.
#[derive(Debug, Clone)]
enum Does {
    Answers(u64),
    Refuses(Status),
    /// Never answers.
    Hangs,
    /// The connection ends in the midst of the call.
    BreaksOff,
    Resolves(Resolution),
}

#[derive(Clone)]
struct Scripted {
    script: Arc<Mutex<VecDeque<Does>>>,
    /// What was asked: `command`, `resolve`, `fence`, with the caller.
    asked: Arc<Mutex<Vec<String>>>,
    cut: broadcast::Sender<()>,
}

impl Scripted {
    async fn next(&self, what: &str) -> Result<Does, Status> {
        self.asked.lock().unwrap().push(what.to_owned());
        let does = self.script.lock().unwrap().pop_front();
        match does.unwrap_or_else(|| panic!("{what} was not expected")) {
            Does::Refuses(status) => Err(status),
            Does::Hangs => std::future::pending().await,
            Does::BreaksOff => {
                self.cut.send(()).unwrap();
                std::future::pending().await
            }
            answer => Ok(answer),
        }
    }
}

type Pages<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

#[tonic::async_trait]
impl LogService for Scripted {
    type ReadEventsStream = Pages<ReadEventsResponse>;
    type ReadStreamStream = Pages<ReadStreamResponse>;

    async fn get_head(
        &self,
        _: Request<GetHeadRequest>,
    ) -> Result<Response<GetHeadResponse>, Status> {
        match self.next("command").await? {
            Does::Answers(position) => {
                Ok(Response::new(GetHeadResponse { position, ..Default::default() }))
            }
            other => panic!("{other:?} is no answer to a command"),
        }
    }

    async fn resolve_command(
        &self,
        request: Request<ResolveCommandRequest>,
    ) -> Result<Response<ResolveCommandResponse>, Status> {
        let caller = request.metadata().get(PRINCIPAL).unwrap().to_str().unwrap().to_owned();
        let ResolveCommandRequest { log, principal, key, fence } = request.into_inner();
        assert_eq!((log.as_str(), key.as_str()), ("planning", "key-1"));
        assert_eq!(principal, caller);
        match self.next(if fence { "fence" } else { "resolve" }).await? {
            Does::Resolves(resolution) => Ok(Response::new(ResolveCommandResponse {
                resolution: resolution.into(),
                ..Default::default()
            })),
            other => panic!("{other:?} resolves nothing"),
        }
    }

    async fn read_events(
        &self,
        _: Request<ReadEventsRequest>,
    ) -> Result<Response<Self::ReadEventsStream>, Status> {
        Err(Status::unimplemented(""))
    }

    async fn read_stream(
        &self,
        _: Request<ReadStreamRequest>,
    ) -> Result<Response<Self::ReadStreamStream>, Status> {
        Err(Status::unimplemented(""))
    }
}

/// The server behind a front that can break every connection.
async fn server(script: impl IntoIterator<Item = Does>) -> (Scripted, Channel) {
    let script = Arc::new(Mutex::new(script.into_iter().collect()));
    let scripted = Scripted { script, asked: Arc::default(), cut: broadcast::channel(1).0 };
    let behind = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = behind.local_addr().unwrap();
    let serving = tonic::transport::Server::builder()
        .add_service(LogServiceServer::new(scripted.clone()))
        .serve_with_incoming(TcpListenerStream::new(behind));
    tokio::spawn(serving);
    let front = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", front.local_addr().unwrap());
    let cuts = scripted.cut.clone();
    tokio::spawn(async move {
        loop {
            let (mut caller, _) = front.accept().await.unwrap();
            let mut cut = cuts.subscribe();
            let mut served = TcpStream::connect(address).await.unwrap();
            tokio::spawn(async move {
                tokio::select! {
                    _ = copy_bidirectional(&mut caller, &mut served) => {}
                    _ = cut.recv() => {}
                }
            });
        }
    });
    (scripted, Channel::from_shared(url).unwrap().connect_lazy())
}

fn quick() -> Patience {
    Patience {
        answer: Duration::from_millis(300),
        pause: Duration::from_millis(10),
        ..Patience::default()
    }
}

const KEY: Key<'_> = Key { log: "planning", principal: "agency:NR/1", request_id: "key-1" };

/// Sends a command to a server with a script: what came of it, and what the server was asked.
async fn sent(
    patience: Patience,
    script: impl IntoIterator<Item = Does>,
) -> (Result<u64, Failure>, Vec<String>) {
    let (server, channel) = server(script).await;
    let client = Client::new(channel, patience, 7);
    let outcome = client
        .command(KEY, |channel| async move {
            LogServiceClient::new(channel).get_head(GetHeadRequest::default()).await
        })
        .await;
    let asked = server.asked.lock().unwrap().clone();
    assert!(server.script.lock().unwrap().is_empty(), "not everything was asked: {asked:?}");
    (outcome.map(|head| head.position), asked)
}

fn away() -> Does {
    Does::Refuses(Status::unavailable("away"))
}

#[tokio::test]
async fn what_was_cut_off_or_late_is_sent_again_under_its_key() {
    let (outcome, asked) =
        sent(quick(), [Does::BreaksOff, Does::Hangs, away(), Does::Answers(9)]).await;
    assert_eq!(outcome.unwrap(), 9);
    assert_eq!(asked, ["command"; 4]);
}

#[tokio::test]
async fn a_refusal_is_never_sent_again() {
    for code in [
        Code::InvalidArgument,
        Code::FailedPrecondition,
        Code::AlreadyExists,
        Code::NotFound,
        Code::PermissionDenied,
        Code::Aborted,
        Code::ResourceExhausted,
    ] {
        let (outcome, asked) = sent(quick(), [Does::Refuses(Status::new(code, "no"))]).await;
        let Err(Failure::Refused(status)) = outcome else { panic!("{outcome:?}") };
        assert_eq!((status.code(), asked.len()), (code, 1));
    }
}

#[tokio::test]
async fn who_is_told_to_come_again_does_so_and_no_earlier() {
    let later = ErrorDetails::with_retry_info(Some(Duration::from_millis(250)));
    let busy = Status::with_error_details(Code::ResourceExhausted, "busy", later);
    let begun = Instant::now();
    let (outcome, asked) = sent(quick(), [Does::Refuses(busy.clone()), Does::Answers(1)]).await;
    assert_eq!((outcome.unwrap(), asked.len()), (1, 2));
    assert!(begun.elapsed() >= Duration::from_millis(250), "{:?}", begun.elapsed());

    // Nothing of it was begun, so there is nothing to ask for.
    let patience = Patience { attempts: 2, ..quick() };
    let (outcome, asked) = sent(patience, [Does::Refuses(busy.clone()), Does::Refuses(busy)]).await;
    assert!(matches!(outcome, Err(Failure::Refused(_))), "{outcome:?}");
    assert_eq!(asked, ["command"; 2]);
}

#[tokio::test]
async fn five_attempts_and_then_it_is_asked_for() {
    let script = [away(), away(), away(), away(), away()];
    let committed = [Does::Resolves(Resolution::Committed), Does::Answers(4)];
    let (outcome, asked) = sent(quick(), script.iter().cloned().chain(committed)).await;
    assert_eq!(outcome.unwrap(), 4);
    let wanted = [["command"; 5].as_slice(), &["resolve", "command"]].concat();
    assert_eq!(asked, wanted);

    // It was recorded, and then everything is away again.
    let again = [Does::Resolves(Resolution::Committed)].into_iter().chain(script.clone());
    let (outcome, _) = sent(quick(), script.iter().cloned().chain(again)).await;
    assert!(matches!(outcome, Err(Failure::Recorded(_))), "{outcome:?}");

    // It was not, and is carried out now.
    let absent = [Does::Resolves(Resolution::Absent), Does::Answers(5)];
    let (outcome, _) = sent(quick(), script.iter().cloned().chain(absent)).await;
    assert_eq!(outcome.unwrap(), 5);
}

#[tokio::test]
async fn a_fence_settles_it_and_without_anybody_to_ask_it_stays_open() {
    let patience = Patience { attempts: 2, fence: true, ..quick() };
    let (outcome, asked) =
        sent(patience, [away(), away(), away(), Does::Resolves(Resolution::Fenced)]).await;
    let Err(Failure::Refused(status)) = outcome else { panic!("{outcome:?}") };
    assert_eq!(status.code(), Code::Aborted);
    assert_eq!(asked, ["command", "command", "fence", "fence"]);

    let (outcome, _) = sent(patience, [away(), away(), away(), away()]).await;
    let Err(Failure::Unresolved(status)) = outcome else { panic!("{outcome:?}") };
    assert_eq!(status.code(), Code::Unavailable);
}

/// The refused attempt says nothing of the one before it.
#[tokio::test]
async fn a_refusal_after_a_lost_answer_is_believed_only_behind_a_fence() {
    let no = Does::Refuses(Status::failed_precondition("no"));
    let script = [Does::BreaksOff, no.clone()];
    let fenced = Patience { fence: true, ..quick() };
    let settled = [Does::Resolves(Resolution::Fenced)];
    let (outcome, _) = sent(fenced, script.iter().cloned().chain(settled)).await;
    let Err(Failure::Refused(status)) = outcome else { panic!("{outcome:?}") };
    assert_eq!(status.code(), Code::FailedPrecondition);

    let absent = [Does::Resolves(Resolution::Absent)];
    let (outcome, _) = sent(quick(), script.iter().cloned().chain(absent)).await;
    assert!(matches!(outcome, Err(Failure::Unresolved(_))), "{outcome:?}");

    let committed = [Does::Resolves(Resolution::Committed), no];
    let (outcome, _) = sent(quick(), script.iter().cloned().chain(committed)).await;
    assert!(matches!(outcome, Err(Failure::Recorded(_))), "{outcome:?}");
}

#[tokio::test(start_paused = true)]
async fn attempts_end_with_the_budget() {
    let channel = Channel::from_static("http://127.0.0.1:9").connect_lazy();
    let budget = Duration::from_secs(20);
    let patience = Patience { attempts: 1_000, budget, ..Patience::default() };
    let begun = Instant::now();
    let client = Client::new(channel, patience, 1);
    let outcome: Result<(), _> =
        client.repeat(|_| async { Err(Status::unavailable("away")) }).await;
    assert!(matches!(outcome, Err(Failure::Unresolved(_))), "{outcome:?}");
    assert!(begun.elapsed() <= budget, "{:?}", begun.elapsed());
    assert!(begun.elapsed() > budget / 4, "{:?}", begun.elapsed());
}

#[tokio::test]
async fn pauses_differ_and_keep_their_bounds() {
    let channel = Channel::from_static("http://127.0.0.1:9").connect_lazy();
    let client = Client::new(channel, Patience::default(), 3);
    let pause = Duration::from_millis(800);
    let pauses: Vec<_> = (0..1_000).map(|_| client.less_by_chance(pause)).collect();
    assert!(pauses.iter().all(|one| (pause / 2..=pause).contains(one)));
    let short = pauses.iter().filter(|one| **one < pause * 3 / 4).count();
    assert!((400..600).contains(&short), "{short} of 1,000 are in the shorter half");
}
