//! Frames, headers and streams that no ordinary client sends, over a bare HTTP/2 connection.

use super::world::{ENTERPRISE, World, judge, key, registration, with};
use h2::client::{ResponseFuture, SendRequest};
use http::{HeaderMap, HeaderValue, Method, Request, Response};
use prost_reflect::prost::bytes::Bytes;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use tonic::{Code, Status};

const LIST: &str = "/tongban.status.v1.StatusService/ListProjectStatuses";
const REGISTER: &str = "/tongban.intake.v1.IntakeService/RegisterProject";
const WATCH: &str = "/tongban.matter.v1.MatterService/WatchMatters";

/// Longer than any answer takes, shorter than anybody's patience.
const PATIENCE: Duration = Duration::from_secs(20);

/// A bare connection.
struct Bare(SendRequest<Bytes>);

impl Bare {
    async fn to(world: &World) -> Self {
        Self::with(world, &mut h2::client::Builder::new()).await
    }

    async fn with(world: &World, builder: &mut h2::client::Builder) -> Self {
        let address = world.address().strip_prefix("http://").expect("plain");
        let socket = TcpStream::connect(address).await.expect("it listens");
        let (send, connection) = builder.handshake(socket).await.expect("HTTP/2");
        tokio::spawn(connection);
        Self(send)
    }

    async fn start(
        &mut self,
        request: Request<()>,
        body: Option<&[u8]>,
    ) -> Result<ResponseFuture, h2::Error> {
        self.0 = self.0.clone().ready().await?;
        let (response, mut stream) = self.0.send_request(request, body.is_none())?;
        if let Some(body) = body {
            stream.send_data(Bytes::copy_from_slice(body), true)?;
        }
        Ok(response)
    }

    /// What came back; an error is one of the connection or the stream.
    async fn ask(&mut self, request: Request<()>, body: Option<&[u8]>) -> Result<Said, h2::Error> {
        let response = self.start(request, body).await?;
        let said = async { Said::of(response.await?).await };
        tokio::time::timeout(PATIENCE, said).await.expect("an answer in time")
    }

    /// The connection still carries a good call.
    async fn lives(&mut self, after: &str) {
        let said = self.ask(call(LIST), Some(&framed(&[]))).await;
        let said = said.unwrap_or_else(|error| panic!("{after}: the connection is gone: {error}"));
        assert_eq!(said.code(), Some(Code::Ok), "{after}");
    }
}

/// An answer: the status line, and the gRPC status from wherever it stood.
struct Said {
    http: u16,
    status: Option<Status>,
}

impl Said {
    async fn of(response: Response<h2::RecvStream>) -> Result<Self, h2::Error> {
        let (head, mut body) = response.into_parts();
        while let Some(data) = body.data().await {
            let length = data?.len();
            let _ = body.flow_control().release_capacity(length);
        }
        let trailers = body.trailers().await?.unwrap_or_default();
        let from = |headers: &HeaderMap| Status::from_header_map(headers);
        let status = from(&trailers).or_else(|| from(&head.headers));
        Ok(Self { http: head.status.as_u16(), status })
    }

    fn code(&self) -> Option<Code> {
        self.status.as_ref().map(Status::code)
    }
}

/// A call as a client makes it.
fn call(path: &str) -> Request<()> {
    let uri = format!("http://tongban{path}");
    let request =
        Request::post(uri).header("content-type", "application/grpc").header("te", "trailers");
    request.header("tongban-principal", ENTERPRISE).body(()).expect("a request")
}

fn header(mut request: Request<()>, name: &'static str, value: &[u8]) -> Request<()> {
    request.headers_mut().insert(name, HeaderValue::from_bytes(value).expect("a value"));
    request
}

/// A message in its frame.
fn framed(message: &[u8]) -> Vec<u8> {
    let length = u32::try_from(message.len()).expect("short");
    [&[0u8][..], &length.to_be_bytes(), message].concat()
}

/// A frame that says something else than what it holds.
fn misframed(flag: u8, length: u32, message: &[u8]) -> Vec<u8> {
    [&[flag][..], &length.to_be_bytes(), message].concat()
}

#[tokio::test]
async fn frames_that_lie_cost_their_call_and_nothing_more() {
    let world = World::empty().await;
    let (events, mut bare) = (world.events().await, Bare::to(&world).await);
    let message = world.bytes("RegisterProject", registration("framed"));
    let length = u32::try_from(message.len()).expect("short");
    let refused = [Code::Internal, Code::Unimplemented, Code::InvalidArgument];
    for (what, body) in [
        ("no message", vec![]),
        ("three bytes of a frame's head", vec![0, 0, 0]),
        ("a frame cut off", framed(&message)[..40].to_vec()),
        ("a length beyond the message", misframed(0, length + 1, &message)),
        ("a length short of the message", misframed(0, length - 3, &message)),
        ("a compressed flag without encoding", misframed(1, length, &message)),
        ("a flag that is none", misframed(2, length, &message)),
        ("a flag of all bits", misframed(0xff, length, &message)),
        ("bytes that are no message", framed(&[0xff; 64])),
        ("text for a message", framed(b"{\"request_id\": \"1\"}")),
    ] {
        let said = bare.ask(call(REGISTER), Some(&body)).await.expect(what);
        let code = said.code().unwrap_or_else(|| panic!("{what}: no status"));
        assert!(refused.contains(&code), "{what}: {:?}", said.status);
        bare.lives(what).await;
    }
    for claimed in [1024 * 1024 + 1, 4 * 1024 * 1024, u32::MAX] {
        let said = bare
            .ask(call(REGISTER), Some(&misframed(0, claimed, &message)))
            .await
            .expect("an answer");
        assert_eq!(said.code(), Some(Code::OutOfRange), "{claimed}: {:?}", said.status);
        bare.lives("a length over the limit").await;
    }
    let gzip = header(call(REGISTER), "grpc-encoding", b"gzip");
    let said = bare.ask(gzip, Some(&misframed(1, length, &message))).await.expect("an answer");
    assert_eq!(said.code(), Some(Code::Unimplemented), "{:?}", said.status);
    bare.lives("a compressed message").await;

    // Half a frame and then silence: the caller's own deadline ends it.
    let slow = header(call(REGISTER), "grpc-timeout", b"200m");
    bare.0 = bare.0.clone().ready().await.expect("ready");
    let (response, mut stream) = bare.0.send_request(slow, false).expect("sent");
    stream.send_data(Bytes::copy_from_slice(&framed(&message)[..40]), false).expect("half of it");
    let said = tokio::time::timeout(PATIENCE, async { Said::of(response.await?).await }).await;
    let code = said.expect("an answer in time").expect("an answer").code();
    assert!(matches!(code, Some(Code::DeadlineExceeded | Code::Cancelled)), "{code:?}");
    bare.lives("half a frame").await;

    assert_eq!(world.events().await, events);
    world.unharmed();
}

#[tokio::test]
async fn a_message_may_have_a_mebibyte_and_not_a_byte_more() {
    let world = World::empty().await;
    let events = world.events().await;
    for (service, rpc) in [
        ("intake", "RegisterProject"),
        ("matter", "FileMatters"),
        ("planning", "StateFacts"),
        ("status", "GetProjectStatus"),
        ("clock", "AdvanceTo"),
        ("dossier", "CheckDemand"),
    ] {
        // An unknown field fills the message: it is read and dropped.
        let filled = |size: usize| {
            let mut message = vec![0xfa, 0x3f];
            let rest = size - 2 - 3;
            message.extend([
                (rest & 0x7f) as u8 | 0x80,
                (rest >> 7 & 0x7f) as u8 | 0x80,
                (rest >> 14) as u8,
            ]);
            message.resize(size, b'x');
            World::request(ENTERPRISE, message)
        };
        let limit = 1024 * 1024;
        let over = world.send(rpc, filled(limit + 1)).await.expect_err(service);
        assert_eq!(over.code(), Code::OutOfRange, "{service}: {over:?}");
        let full = world.send(rpc, filled(limit)).await.expect_err(service);
        assert_eq!(full.code(), Code::InvalidArgument, "{service}: {full:?}");
    }
    assert_eq!(world.events().await, events);
    world.unharmed();
}

#[tokio::test]
async fn what_is_no_call_is_told_so() {
    let world = World::empty().await;
    let mut bare = Bare::to(&world).await;
    let empty = framed(&[]);
    for path in [
        "/tongban.intake.v1.IntakeService/NoSuchCall",
        "/tongban.nowhere.v1.NoService/Get",
        "/",
        "/metrics",
        "/tongban.intake.v1.IntakeService",
        "/tongban.intake.v1.IntakeService/RegisterProject/",
        "/TONGBAN.intake.v1.IntakeService/GetProject",
        "/..%2f..%2fetc%2fpasswd",
    ] {
        let said = bare.ask(call(path), Some(&empty)).await.expect(path);
        assert_eq!((said.http, said.code()), (200, Some(Code::Unimplemented)), "{path}");
    }
    for content in [
        "application/json",
        "text/html",
        "application/x-www-form-urlencoded",
        "application/grpc-web",
        "application/grpcx",
        "",
    ] {
        let said = bare
            .ask(header(call(LIST), "content-type", content.as_bytes()), Some(&empty))
            .await
            .expect(content);
        assert_eq!(said.http, 415, "{content}: {:?}", said.status);
    }
    let mut none = call(LIST);
    none.headers_mut().remove("content-type");
    assert_eq!(bare.ask(none, Some(&empty)).await.expect("none").http, 415);
    for content in ["application/grpc+proto", "application/grpc;charset=utf-8"] {
        let said = bare
            .ask(header(call(LIST), "content-type", content.as_bytes()), Some(&empty))
            .await
            .expect(content);
        assert_eq!(said.code(), Some(Code::Ok), "{content}");
    }
    for method in
        [Method::GET, Method::PUT, Method::DELETE, Method::OPTIONS, Method::TRACE, Method::HEAD]
    {
        let mut request = call(LIST);
        *request.method_mut() = method.clone();
        let said = bare.ask(request, None).await.expect("an answer");
        assert_eq!(said.http, 405, "{method}: {:?}", said.status);
    }
    bare.lives("no call at all").await;

    let address = world.address().strip_prefix("http://").expect("plain");
    for first in [
        "GET / HTTP/1.1\r\nhost: tongban\r\n\r\n",
        "\u{16}\u{3}\u{1}\u{2}",
        "PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n",
    ] {
        let mut socket = TcpStream::connect(address).await.expect("it listens");
        socket.write_all(first.as_bytes()).await.expect("sent");
        socket.shutdown().await.expect("sent");
        let mut said = Vec::new();
        let read = tokio::time::timeout(PATIENCE, socket.read_to_end(&mut said)).await;
        read.expect("closed in time").ok();
        assert!(!String::from_utf8_lossy(&said).contains("200 OK"), "{first:?}");
    }
    world.heads().await;
    world.unharmed();
}

#[tokio::test]
async fn messages_that_cannot_be_read_name_the_field() {
    let world = World::with_a_project().await;
    let good = world.bytes("RegisterProject", registration("unread"));
    let spoilt = |from: &str, to: &[u8]| {
        let from = from.as_bytes();
        let at = good.windows(from.len()).position(|bytes| bytes == from).expect("it is there");
        assert_eq!(from.len(), to.len());
        [&good[..at], to, &good[at + from.len()..]].concat()
    };
    // A lone surrogate, a byte that is never UTF-8, an overlong slash, GBK.
    for (what, from, to, field) in [
        ("a lone surrogate", "林", &[0xed, 0xa0, 0x80][..], "facts.name.zh"),
        ("0xff", "L", &[0xff], "facts.name.en"),
        ("an overlong slash", "Pu", &[0xc0, 0xaf], "facts.investors.name"),
        ("GBK", "耐腐蚀", &[0xc4, 0xcd, 0xb8, 0xaf, 0xca, 0xb4, 0xb1, 0xc3, 0x20], "facts.scope"),
    ] {
        let said =
            world.send("RegisterProject", World::request(ENTERPRISE, spoilt(from, to))).await;
        judge(said, Code::InvalidArgument, field).unwrap_or_else(|why| panic!("{what}: {why}"));
    }
    // Groups within groups, a thousand deep, in a field that is not ours.
    let deep = [[0xfb, 0x3f].repeat(1_000), [0xfc, 0x3f].repeat(1_000)].concat();
    let said = world
        .send("RegisterProject", World::request(ENTERPRISE, [good.clone(), deep].concat()))
        .await;
    judge(said, Code::InvalidArgument, "(message)").unwrap_or_else(|why| panic!("{why}"));
    world.unharmed();
}

#[tokio::test]
async fn fields_of_a_newer_client_are_taken_and_not_kept() {
    let world = World::empty().await;
    let mut body = world.bytes("RegisterProject", registration("newer"));
    let secret = "字段来自更新的客户端";
    body.extend([0xfa, 0x3f, u8::try_from(secret.len()).expect("short")]);
    body.extend(secret.as_bytes());
    let answer =
        world.send("RegisterProject", World::request(ENTERPRISE, body)).await.expect("taken");
    assert_eq!(answer["project"]["name"], "projects/newer");
    assert!(!world.stored().contains(secret));
    world.unharmed();
}

#[tokio::test]
async fn metadata_is_bounded_and_speaks_for_one_caller() {
    let world = World::empty().await;
    let events = world.events().await;
    let body = framed(&world.bytes("RegisterProject", registration("metadata")));
    let mut bare = Bare::to(&world).await;
    let as_principal = |value: &[u8]| header(call(REGISTER), "tongban-principal", value);
    let mut twice = call(REGISTER);
    twice.headers_mut().append("tongban-principal", HeaderValue::from_static("agency:NR/1"));
    let mut nobody = call(REGISTER);
    nobody.headers_mut().remove("tongban-principal");
    let mut behalf_twice = header(call(REGISTER), "tongban-on-behalf-of", b"enterprise:a");
    behalf_twice
        .headers_mut()
        .append("tongban-on-behalf-of", HeaderValue::from_static("enterprise:b"));
    let long = format!("enterprise:{}", "x".repeat(100));
    for (what, request, reason) in [
        ("nobody", nobody, "NO_PRINCIPAL"),
        ("two callers", twice, "BAD_PRINCIPAL"),
        ("on behalf of two", behalf_twice, "BAD_PRINCIPAL"),
        ("the platform itself", as_principal(b"system:intake"), "BAD_PRINCIPAL"),
        ("the platform in capitals", as_principal(b"SYSTEM:intake"), "BAD_PRINCIPAL"),
        ("no kind", as_principal(b"lindthal"), "BAD_PRINCIPAL"),
        ("an unknown kind", as_principal(b"root:1"), "BAD_PRINCIPAL"),
        ("an agency without desk", as_principal(b"agency:NR"), "BAD_PRINCIPAL"),
        ("nothing", as_principal(b""), "BAD_PRINCIPAL"),
        ("not ASCII", as_principal("enterprise:林".as_bytes()), "BAD_PRINCIPAL"),
        ("not UTF-8", as_principal(&[b'e', 0xff]), "BAD_PRINCIPAL"),
        ("a blank within", as_principal(b"enterprise:a b"), "BAD_PRINCIPAL"),
        ("too long", as_principal(long.as_bytes()), "BAD_PRINCIPAL"),
        ("a list", as_principal(b"enterprise:a,enterprise:b"), "BAD_PRINCIPAL"),
    ] {
        let said = bare.ask(request, Some(&body)).await.expect(what);
        let status = said.status.unwrap_or_else(|| panic!("{what}: no status"));
        judge(Err(status), Code::Unauthenticated, reason)
            .unwrap_or_else(|why| panic!("{what}: {why}"));
        bare.lives(what).await;
    }
    // Other names of identity are no identity.
    for other in ["x-forwarded-for", "x-agency", "authorization", "tongban-principal-bin", "cookie"]
    {
        let mut request = header(call(REGISTER), other, b"agency:DRC/1");
        request.headers_mut().remove("tongban-principal");
        let said = bare.ask(request, Some(&body)).await.expect(other);
        assert_eq!(said.code(), Some(Code::Unauthenticated), "{other}");
    }
    let said =
        bare.ask(header(call(LIST), "trace-bin", b"!!! not base64 !!!"), Some(&framed(&[]))).await;
    assert_eq!(said.expect("an answer").code(), Some(Code::Ok));

    let mut many = call(REGISTER);
    for n in 0..1_000 {
        let name: http::HeaderName = format!("x-header-{n}").parse().expect("a name");
        many.headers_mut().insert(name, HeaderValue::from_static("1"));
    }
    let large = header(call(REGISTER), "x-large", &vec![b'x'; 64 * 1024]);
    for (what, request) in [("1,000 headers", many), ("a header of 64 kB", large)] {
        let mut bare = Bare::to(&world).await;
        match bare.ask(request, Some(&body)).await {
            Ok(said) => {
                assert!(said.http == 431 && said.code() != Some(Code::Ok), "{what}: {}", said.http)
            }
            Err(error) => {
                assert!(error.is_reset() || error.is_go_away() || error.is_io(), "{what}: {error}")
            }
        }
        Bare::to(&world).await.lives(what).await;
    }
    assert_eq!(world.events().await, events);
    world.unharmed();
}

#[tokio::test]
async fn deadlines_of_callers_have_a_floor_and_a_ceiling() {
    let world = World::empty().await;
    let events = world.events().await;
    let body = framed(&world.bytes("RegisterProject", registration("deadline")));
    let mut bare = Bare::to(&world).await;
    for (timeout, code) in [
        ("0S", Code::DeadlineExceeded),
        ("1n", Code::DeadlineExceeded),
        ("49m", Code::DeadlineExceeded),
        ("0n", Code::DeadlineExceeded),
        ("99999999H", Code::InvalidArgument),
        ("301S", Code::InvalidArgument),
        ("abc", Code::InvalidArgument),
        ("", Code::InvalidArgument),
        ("S", Code::InvalidArgument),
        ("-1S", Code::InvalidArgument),
        ("1.5S", Code::InvalidArgument),
        ("10", Code::InvalidArgument),
        ("123456789S", Code::InvalidArgument),
        ("10s", Code::InvalidArgument),
        ("１S", Code::InvalidArgument),
    ] {
        let request = header(call(REGISTER), "grpc-timeout", timeout.as_bytes());
        let said = bare.ask(request, Some(&body)).await.expect(timeout);
        let status = said.status.unwrap_or_else(|| panic!("{timeout}: no status"));
        judge(Err(status), code, "grpc-timeout").unwrap_or_else(|why| panic!("{timeout:?}: {why}"));
    }
    assert_eq!(world.events().await, events);
    for timeout in [Some("10S"), Some("60000m"), Some("5M"), None] {
        let request = timeout.map_or_else(
            || call(LIST),
            |timeout| header(call(LIST), "grpc-timeout", timeout.as_bytes()),
        );
        let said = bare.ask(request, Some(&framed(&[]))).await.expect("an answer");
        assert_eq!(said.code(), Some(Code::Ok), "{timeout:?}");
    }
    world.unharmed();
}

fn watch(world: &World) -> Vec<u8> {
    let body = json!({ "parent": "projects/-", "after_position": ["intake:1:0", "planning:1:0"] });
    framed(&world.bytes("WatchMatters", body))
}

#[tokio::test]
async fn a_watcher_that_never_reads_holds_up_nobody() {
    let world = World::with_a_project().await;
    // A window of one byte: the platform can send this client next to nothing.
    let mut narrow = h2::client::Builder::new();
    narrow.initial_window_size(1).initial_connection_window_size(65_535);
    let mut deaf = Bare::with(&world, &mut narrow).await;
    let mut held = Vec::new();
    for _ in 0..20 {
        let response = deaf.start(call(WATCH), Some(&watch(&world))).await.expect("a stream");
        let response =
            tokio::time::timeout(PATIENCE, response).await.expect("in time").expect("a head");
        assert_eq!(response.status(), 200);
        held.push(response);
    }
    for n in 0..20 {
        world.good(ENTERPRISE, "RegisterProject", registration(&format!("beside-{n}"))).await;
    }
    Bare::to(&world).await.lives("twenty deaf watchers").await;
    drop(held);
    world.heads().await;
    world.unharmed();
}

#[tokio::test]
async fn one_connection_carries_a_hundred_streams_and_no_more() {
    let world = World::with_a_project().await;
    let mut bare = Bare::to(&world).await;
    bare.lives("the settings are known").await;
    let mut held = Vec::new();
    for _ in 0..100 {
        let response = bare.start(call(WATCH), Some(&watch(&world))).await.expect("a stream");
        held.push(response.await.expect("a head"));
    }
    let mut more = bare.start(call(WATCH), Some(&watch(&world))).await.expect("it waits its turn");
    let answer = tokio::time::timeout(Duration::from_millis(300), &mut more).await;
    assert!(answer.is_err(), "a stream too many");
    Bare::to(&world).await.lives("a full connection").await;
    held.truncate(99);
    let answer = tokio::time::timeout(PATIENCE, more).await.expect("its turn came");
    assert_eq!(answer.expect("a head").status(), 200);
    world.unharmed();
}

#[tokio::test]
async fn streams_that_end_badly_end_alone() {
    let world = World::empty().await;
    let mut bare = Bare::to(&world).await;
    let body = framed(&world.bytes("RegisterProject", registration("cancelled")));
    // Cancelled as soon as it is sent; whether it was carried out is the platform's to say.
    for _ in 0..10 {
        drop(bare.start(call(REGISTER), Some(&body)).await.expect("a stream"));
    }
    bare.lives("ten cancelled calls").await;
    // Who does nothing else may lose its connection, and nobody theirs.
    for _ in 0..500 {
        let Ok(response) = bare.start(call(REGISTER), Some(&body)).await else { break };
        drop(response);
    }
    Bare::to(&world).await.lives("cancelling without end").await;
    let mut again: Value = registration("cancelled");
    again["request_id"] = key().into();
    let said =
        world.call(ENTERPRISE, "RegisterProject", with(again, "/facts/scope", "再次".into())).await;
    let known =
        said.is_ok() || said.as_ref().is_err_and(|status| status.code() == Code::AlreadyExists);
    assert!(known, "{said:?}");
    world.unharmed();
}
