//! The trace context as it travels between processes: W3C's `traceparent`, in the metadata of calls, beside events
//! and on the broker. Where a process was not told to trace, there is none, and all of this does nothing.

use opentelemetry::{Context, global};
use std::collections::HashMap;
use tonic::{Request, Status};
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt;

/// Name of the header, and of the attribute in CloudEvents' distributed tracing extension.
pub const TRACEPARENT: &str = "traceparent";

/// What marks the spans that are traced: everybody's begin with `trace_span!(target: trace::TARGET, …)`. Their fields
/// name services, calls, logs and positions, never a project or a person.
pub const TARGET: &str = "trace";

/// The context of the span that is entered here.
#[must_use]
pub fn current() -> Option<String> {
    let mut carrier = HashMap::new();
    global::get_text_map_propagator(|propagator| propagator.inject(&mut carrier));
    carrier.remove(TRACEPARENT)
}

/// Makes a span that was not entered yet a child of what a `traceparent` names. One that cannot be read names nothing:
/// the span begins a trace of its own.
pub fn join(span: &Span, traceparent: &str) {
    if span.is_disabled() {
        return;
    }
    let carrier = HashMap::from([(TRACEPARENT.to_owned(), traceparent.to_owned())]);
    let parent = global::get_text_map_propagator(|propagator| {
        propagator.extract_with_context(&Context::new(), &carrier)
    });
    // Nobody traces, or the span was entered before: it stays where it is.
    let _not_joined = span.set_parent(parent);
}

/// An interceptor for clients: calls carry the context of the span in which they are made.
///
/// # Errors
/// None; an interceptor may refuse a call, this one never does.
#[allow(clippy::result_large_err)] // The interceptor's own type.
pub fn carried(mut request: Request<()>) -> Result<Request<()>, Status> {
    if let Some(context) = current().and_then(|context| context.parse().ok()) {
        request.metadata_mut().insert(TRACEPARENT, context);
    }
    Ok(request)
}
