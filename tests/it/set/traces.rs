//! One trace from the caller through the gateway, the service and the broker to whoever follows; and a collector that
//! is away, which nobody waits for.

use super::gateway::Set;
use crate::{killed::registration, up::by};
use opentelemetry_proto::tonic::{
    collector::trace::v1::{
        ExportTraceServiceRequest, ExportTraceServiceResponse,
        trace_service_server::{TraceService, TraceServiceServer},
    },
    trace::v1::Span,
};
use proto::{
    intake::v1::intake_service_client::IntakeServiceClient,
    matter::v1::{GetMatterRequest, matter_service_client::MatterServiceClient},
};
use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};
use tokio::sync::oneshot;
use tonic::{Code, Request, Response, Status};

const CALLER: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
const TRACE: [u8; 16] = 0x0af7_6519_16cd_43dd_8448_eb21_1c80_319c_u128.to_be_bytes();
const SPAN: [u8; 8] = 0xb7ad_6b71_6920_3331_u64.to_be_bytes();

/// A span, and the process that sent it.
#[derive(Debug, Clone)]
struct Sent {
    process: String,
    span: Span,
}

/// A collector that keeps what it is sent.
#[derive(Clone, Default)]
struct Collector(Arc<Mutex<Vec<Sent>>>);

#[tonic::async_trait]
impl TraceService for Collector {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        for of_one in request.into_inner().resource_spans {
            let resource = of_one.resource.unwrap_or_default();
            let name = resource.attributes.iter().find(|told| told.key == "service.name");
            let process = format!("{:?}", name.expect("its name").value);
            let spans = of_one.scope_spans.into_iter().flat_map(|scope| scope.spans);
            let sent = spans.map(|span| Sent { process: process.clone(), span });
            self.0.lock().unwrap().extend(sent);
        }
        Ok(Response::new(ExportTraceServiceResponse::default()))
    }
}

impl Collector {
    /// Serves on a runtime of its own, with which every connection goes when the sender does.
    fn start(&self) -> (String, oneshot::Sender<()>) {
        let address = super::process::free();
        let at = address.parse().unwrap();
        let service = TraceServiceServer::new(self.clone());
        let (stop, stopped) = oneshot::channel::<()>();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.unwrap().block_on(async move {
                let serving = tonic::transport::Server::builder().add_service(service).serve(at);
                tokio::select! {
                    served = serving => served.unwrap(),
                    _ = stopped => {}
                }
            });
        });
        (format!("http://{address}"), stop)
    }

    fn of_the_trace(&self) -> Vec<Sent> {
        let all = self.0.lock().unwrap();
        all.iter().filter(|sent| sent.span.trace_id == TRACE).cloned().collect()
    }

    /// The spans of the caller's trace that a process calls so, as soon as there are any.
    async fn awaits(&self, process: &str, name: &str) -> Vec<Span> {
        let begun = Instant::now();
        let asked = format!("{process:?}");
        while begun.elapsed() < Duration::from_secs(20) {
            let all = self.of_the_trace().into_iter();
            let here = all.filter(|sent| sent.process.contains(&asked) && sent.span.name == name);
            let here: Vec<_> = here.map(|sent| sent.span).collect();
            if !here.is_empty() {
                return here;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let all = self.of_the_trace();
        let all: Vec<_> = all.iter().map(|sent| (&sent.process, &sent.span.name)).collect();
        panic!("no {name} of {process} among {all:#?}");
    }
}

/// Whether a span is about an event of a log.
fn of_the_log(span: &Span, log: &str) -> bool {
    let told = span.attributes.iter().find(|told| told.key == "log");
    told.is_some_and(|told| format!("{:?}", told.value).contains(&format!("{log:?}")))
}

/// A call in the caller's trace.
fn traced<T>(request: Request<T>) -> Request<T> {
    let mut request = request;
    request.metadata_mut().insert("traceparent", CALLER.parse().unwrap());
    request
}

#[tokio::test(flavor = "multi_thread")]
async fn one_command_is_one_trace_from_its_caller_to_the_last_follower() {
    let collector = Collector::default();
    let (address, serving) = collector.start();
    let mut set = Set::told(&[("TONGBAN_TELEMETRY__TRACES", &address)]).await;
    let channel = set.gateway.channel().await;
    let mut intake = IntakeServiceClient::new(channel.clone());
    let filed = by("enterprise:trial/filing", registration(1, 1));
    intake.register_project(traced(filed)).await.unwrap();

    let call = "tongban.intake.v1.IntakeService/RegisterProject";
    let front = collector.awaits("gateway", call).await.remove(0);
    assert_eq!(front.parent_span_id, SPAN, "the gateway's call is its caller's");
    let back = collector.awaits("intake", call).await.remove(0);
    assert_eq!(back.parent_span_id, front.span_id, "the service's call is the gateway's");
    let decide = collector.awaits("intake", "decide").await.remove(0);
    assert_eq!(decide.parent_span_id, back.span_id);
    let append = collector.awaits("intake", "append").await.remove(0);
    assert_eq!(append.parent_span_id, back.span_id);
    // Five facts, each told to the broker and folded by everybody who follows.
    for (process, act) in [
        ("intake", "relay"),
        ("intake", "fold"),
        ("planning", "fold"),
        ("status", "fold"),
        ("dossier", "react"),
    ] {
        let follows = collector.awaits(process, act).await.into_iter();
        let follows: Vec<_> = follows.filter(|span| of_the_log(span, "intake")).collect();
        assert!(!follows.is_empty(), "{process} {act}");
        for follows in follows {
            assert_eq!(follows.parent_span_id, append.span_id, "{process} {act}");
        }
    }
    // What follows from it belongs to it: the dossier is opened, and the status hears of that, too.
    let opened = collector.awaits("dossier", "append").await.remove(0);
    let begun = Instant::now();
    let heard =
        |sent: &Sent| sent.process.contains("status") && sent.span.parent_span_id == opened.span_id;
    while !collector.of_the_trace().iter().any(heard) {
        assert!(begun.elapsed() < Duration::from_secs(20), "the status does not hear of it");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }

    let told = format!("{:?}", collector.0.lock().unwrap());
    for private in ["连城试验", "Trial 1", "trial/filing", "projects/", "kill-client"] {
        assert!(!told.contains(private), "a span tells of {private}");
    }

    a_line_of_the_log_names_its_trace(&mut set).await;
    drop(serving);
    nobody_waits_for_a_collector(set).await;
}

async fn a_line_of_the_log_names_its_trace(set: &mut Set) {
    set.service("planning").kill();
    let mut matters = MatterServiceClient::new(set.gateway.channel().await);
    let name = "projects/lindthal-pumps/matters/S2-06-1".to_owned();
    let get = by("agency:NR/1", GetMatterRequest { name, ..Default::default() });
    let away = matters.get_matter(traced(get)).await.unwrap_err();
    assert_eq!(away.code(), Code::Unavailable);
    let said = set.gateway.said();
    let line = said.lines().rfind(|line| line.contains("no answer")).expect("it said so");
    let line: serde_json::Value = serde_json::from_str(line).expect("JSON");
    assert_eq!(line["trace_id"], CALLER[3..35], "{line}");
    assert_eq!(line["span_id"].as_str().map(str::len), Some(16), "{line}");
    assert_eq!(line["level"], "WARN", "{line}");
    *set.service("planning") = set.site.start("planning");
    set.service("planning").ready();
}

async fn nobody_waits_for_a_collector(mut set: Set) {
    let mut intake = IntakeServiceClient::new(set.gateway.channel().await);
    let begun = Instant::now();
    for number in 2..42 {
        let filed = by("enterprise:trial/filing", registration(1, number));
        intake.register_project(filed).await.unwrap();
    }
    assert!(begun.elapsed() < Duration::from_secs(30), "it took {:?}", begun.elapsed());
    let lost = |_: u16, told: &str| {
        let lines = told.lines().filter(|line| line.starts_with("tongban_spans_total"));
        lines.filter(|line| !line.contains("\"sent\"")).count() > 0
    };
    set.service("intake").answers("/metrics", lost);
    let begun = Instant::now();
    assert_eq!(set.gateway.terminate(), Some(0));
    assert!(begun.elapsed() < Duration::from_secs(15), "it took {:?}", begun.elapsed());
}
