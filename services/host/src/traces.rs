//! Traces to a collector by OTLP. Whoever is traced hands a finished span over and goes on: a span that finds no
//! place in the queue is dropped and counted, and what the collector does not take is counted, too.

use opentelemetry::{
    Context, KeyValue, global,
    trace::{TraceContextExt, TracerProvider},
};
use opentelemetry_otlp::{ExporterBuildError, WithExportConfig};
use opentelemetry_sdk::{
    Resource,
    error::OTelSdkResult,
    propagation::TraceContextPropagator,
    trace::{Sampler, SdkTracerProvider, Span, SpanData, SpanExporter, SpanProcessor},
};
use std::{fmt, time::Duration};
use tokio::{
    sync::{mpsc, oneshot},
    task::JoinHandle,
};
use tracing::{Event, Subscriber};
use tracing_subscriber::{
    Layer,
    filter::filter_fn,
    fmt::{
        FmtContext, FormatEvent, FormatFields,
        format::{Format, Json, Writer},
    },
    registry::LookupSpan,
};

/// Most spans that wait to be sent.
const QUEUE: usize = 4_096;
/// Most spans of one message.
const BATCH: usize = 512;
/// How long spans are gathered, so that one call is not one message.
const GATHER: Duration = Duration::from_millis(500);
/// How long the collector may take for a message.
const SENDING: Duration = Duration::from_secs(5);
/// How long the end of the process waits for the last spans.
const LAST: Duration = Duration::from_secs(1);

/// The tracing of a process, for as long as it runs.
#[must_use]
pub struct Traces {
    // Its end is the end of the task.
    ending: oneshot::Sender<()>,
    sending: JoinHandle<()>,
}

impl Traces {
    /// Sends what waits, for a moment at most.
    pub async fn finish(self) {
        drop(self.ending);
        // What is not sent by then is lost, and the process ends on time.
        let _sent = tokio::time::timeout(LAST, self.sending).await;
    }
}

/// Begins to trace what is marked to be traced.
///
/// # Errors
/// The address cannot be used.
pub(crate) fn start<S>(
    process: &'static str,
    collector: &str,
) -> Result<(impl Layer<S> + use<S>, Traces), ExporterBuildError>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    let exporter = opentelemetry_otlp::SpanExporter::builder()
        .with_tonic()
        .with_endpoint(collector)
        .with_timeout(SENDING)
        .build()?;
    let resource = Resource::builder_empty().with_service_name(process).with_attributes([
        KeyValue::new("service.namespace", "tongban"),
        KeyValue::new("service.version", env!("CARGO_PKG_VERSION")),
    ]);
    let (queue, traces) = sender(exporter, resource.build());
    let provider = SdkTracerProvider::builder()
        .with_sampler(Sampler::ParentBased(Box::new(Sampler::AlwaysOn)))
        .with_span_processor(queue)
        .build();
    global::set_text_map_propagator(TraceContextPropagator::new());
    let layer = tracing_opentelemetry::layer()
        .with_tracer(provider.tracer("tongban"))
        .with_location(false)
        .with_threads(false)
        .with_tracked_inactivity(false)
        .with_target(false)
        .with_level(false)
        .with_filter(filter_fn(|told| told.is_span() && told.target() == proto::trace::TARGET));
    Ok((layer, traces))
}

/// Where finished spans wait.
struct Queue(mpsc::Sender<SpanData>);

impl fmt::Debug for Queue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Queue")
    }
}

impl SpanProcessor for Queue {
    fn on_start(&self, _span: &mut Span, _context: &Context) {}

    fn on_end(&self, span: SpanData) {
        if span.span_context.is_sampled() && self.0.try_send(span).is_err() {
            count("dropped", 1);
        }
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _timeout: Duration) -> OTelSdkResult {
        Ok(())
    }
}

fn count(outcome: &'static str, spans: usize) {
    metrics::counter!("tongban_spans_total", "outcome" => outcome).increment(spans as u64);
}

/// The queue, and the task that empties it.
fn sender(mut exporter: impl SpanExporter + 'static, resource: Resource) -> (Queue, Traces) {
    exporter.set_resource(&resource);
    let (queue, mut spans) = mpsc::channel(QUEUE);
    let (ending, mut ended) = oneshot::channel::<()>();
    let sending = tokio::spawn(async move {
        let (mut batch, mut last) = (Vec::with_capacity(BATCH), false);
        while !last {
            tokio::select! {
                () = tokio::time::sleep(GATHER) => {}
                _ = &mut ended => last = true,
            }
            while let Ok(span) = spans.try_recv() {
                batch.push(span);
                if batch.len() == BATCH {
                    send(&exporter, std::mem::take(&mut batch)).await;
                }
            }
            send(&exporter, std::mem::take(&mut batch)).await;
        }
    });
    (Queue(queue), Traces { ending, sending })
}

async fn send(exporter: &impl SpanExporter, batch: Vec<SpanData>) {
    let spans = batch.len();
    if spans == 0 {
        return;
    }
    match exporter.export(batch).await {
        Ok(()) => count("sent", spans),
        Err(error) => {
            count("failed", spans);
            tracing::debug!(%error, spans, "the collector takes no traces");
        }
    }
}

/// A line of the log as JSON; where it was written in a trace, it begins with the trace's id and the span's.
pub(crate) struct Line(Format<Json>);

impl Default for Line {
    fn default() -> Self {
        Self(Format::default().json())
    }
}

impl<S, N> FormatEvent<S, N> for Line
where
    S: Subscriber + for<'span> LookupSpan<'span>,
    N: for<'writer> FormatFields<'writer> + 'static,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let here = Context::current();
        let span = here.span().span_context().clone();
        if !span.is_valid() {
            return self.0.format_event(context, writer, event);
        }
        let mut line = String::new();
        self.0.format_event(context, Writer::new(&mut line), event)?;
        let rest = line.strip_prefix('{').unwrap_or(&line);
        let (trace, span) = (span.trace_id(), span.span_id());
        write!(writer, "{{\"trace_id\":\"{trace}\",\"span_id\":\"{span}\",{rest}")
    }
}
