//! What every call passes on its way to a service and back: its form, its time, and whether its message
//! could be read at all.

use std::time::{Duration, Instant};

use axum::{extract::Request, middleware::Next, response::Response};
use opentelemetry::trace::TraceContextExt;
use proto::trace;
use tonic::{
    Code, Status,
    codegen::http::{HeaderMap, Method, StatusCode, header::CONTENT_TYPE},
};
use tonic_types::{ErrorDetails, StatusExt};
use tracing::{Instrument, Span, field::Empty, trace_span};
use tracing_opentelemetry::OpenTelemetrySpanExt;

/// Calls with less time than this are refused before any work is done.
const SHORTEST_DEADLINE: Duration = Duration::from_millis(50);
/// More than this is refused: nobody waits so long for an answer.
const LONGEST_DEADLINE: Duration = Duration::from_secs(300);
/// An answer begins within this, whatever the caller allows; a stream may then go on.
const LONGEST_ANSWER: Duration = Duration::from_secs(30);
/// Taken off the caller's time, so that it hears from us rather than from its own clock.
const RETURN: Duration = Duration::from_millis(20);

/// What the messages of gRPC's own decoder begin with.
const UNREADABLE: &str = "failed to decode Protobuf message: ";

/// Counts a call and the time until its answer begins.
pub(super) async fn measured(mut request: Request, next: Next) -> Response {
    let method = request.uri().path().trim_start_matches('/').to_owned();
    let (begun, span) = (Instant::now(), span(&mut request));
    let response = edge(request, next).instrument(span.clone()).await;
    let status = Status::from_header_map(response.headers());
    let code = status.map_or(Code::Ok, |status| status.code());
    // What nobody here knows may be called anything.
    let method = if code == Code::Unimplemented { "unknown".to_owned() } else { method };
    record(&span, &method, code);
    let code = format!("{code:?}");
    metrics::counter!("tongban_grpc_calls_total", "method" => method.clone(), "code" => code)
        .increment(1);
    metrics::histogram!("tongban_grpc_seconds", "method" => method).record(begun.elapsed());
    response
}

/// The span of a call. It joins the trace of its caller, and whatever is called on the way belongs to it. A call
/// without a trace begins one; not so what the processes of the platform ask each other all the time.
fn span(request: &mut Request) -> Span {
    let context = request.headers().get(trace::TRACEPARENT);
    let context = context.and_then(|context| context.to_str().ok()).unwrap_or_default();
    let inside = ["/grpc.", "/tongban.log.", "/tongban.clock.v1.ClockService/GetTime"];
    if context.is_empty() && inside.iter().any(|own| request.uri().path().starts_with(own)) {
        return Span::none();
    }
    let span = trace_span!(
        target: trace::TARGET,
        "call",
        otel.kind = "server",
        otel.status_code = Empty,
        rpc.system = "grpc",
        rpc.service = Empty,
        rpc.method = Empty,
        rpc.grpc.status_code = Empty,
    );
    trace::join(&span, context);
    // What is passed on as it came is passed on in this span.
    let own = span.in_scope(trace::current).and_then(|own| own.parse().ok());
    if let Some(own) = own.filter(|_| !span.is_disabled()) {
        request.headers_mut().insert(trace::TRACEPARENT, own);
    }
    span
}

/// Names the call, now that it is known to be one of ours.
fn record(span: &Span, method: &str, code: Code) {
    if span.is_disabled() {
        return;
    }
    span.context().span().update_name(method.to_owned());
    if let Some((service, method)) = method.split_once('/') {
        span.record("rpc.service", service).record("rpc.method", method);
    }
    span.record("rpc.grpc.status_code", code as i32);
    // What the caller could not help.
    let ours =
        [Code::Unknown, Code::DeadlineExceeded, Code::Internal, Code::Unavailable, Code::DataLoss];
    if ours.contains(&code) {
        span.record("otel.status_code", "ERROR");
    }
}

/// Refuses what is no call or has no time, and says what is wrong with a message that cannot be read.
async fn edge(request: Request, next: Next) -> Response {
    if request.method() != Method::POST {
        return plain(StatusCode::METHOD_NOT_ALLOWED);
    }
    if !is_grpc(request.headers()) {
        return plain(StatusCode::UNSUPPORTED_MEDIA_TYPE);
    }
    let allowed = match time_allowed(request.headers()) {
        Ok(allowed) => allowed,
        Err(status) => return status.into_http(),
    };
    match tokio::time::timeout(allowed, next.run(request)).await {
        Ok(response) => readable(response),
        Err(_elapsed) => Status::deadline_exceeded("no answer in the time allowed").into_http(),
    }
}

fn plain(code: StatusCode) -> Response {
    let mut response = Response::default();
    *response.status_mut() = code;
    response
}

/// `application/grpc`, alone or with a suffix or parameters.
fn is_grpc(headers: &HeaderMap) -> bool {
    let content = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let rest = content.and_then(|content| content.strip_prefix("application/grpc"));
    rest.is_some_and(|rest| rest.is_empty() || rest == "+proto" || rest.starts_with(';'))
}

#[allow(clippy::result_large_err)] // A status is what is sent.
fn time_allowed(headers: &HeaderMap) -> Result<Duration, Status> {
    let Some(value) = headers.get("grpc-timeout") else { return Ok(LONGEST_ANSWER) };
    let wrong = |code, rule: String| {
        let details = ErrorDetails::with_bad_request_violation("grpc-timeout", rule.clone());
        Status::with_error_details(code, format!("grpc-timeout: {rule}"), details)
    };
    let timeout = value.to_str().ok().and_then(parse_timeout).ok_or_else(|| {
        let rule = "write at most 8 digits and one of H, M, S, m, u, n";
        wrong(Code::InvalidArgument, rule.to_owned())
    })?;
    if timeout < SHORTEST_DEADLINE {
        let rule = format!("too short for any answer; allow at least {SHORTEST_DEADLINE:?}");
        return Err(wrong(Code::DeadlineExceeded, rule));
    }
    if timeout > LONGEST_DEADLINE {
        return Err(wrong(Code::InvalidArgument, format!("at most {LONGEST_DEADLINE:?}")));
    }
    Ok(timeout.saturating_sub(RETURN).min(LONGEST_ANSWER))
}

/// Parses `grpc-timeout` as the gRPC protocol writes it: up to eight digits and a unit.
fn parse_timeout(text: &str) -> Option<Duration> {
    let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    if digits.is_empty() || digits.len() > 8 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let n: u64 = digits.parse().ok()?;
    match unit {
        "H" => Some(Duration::from_secs(n * 3600)),
        "M" => Some(Duration::from_secs(n * 60)),
        "S" => Some(Duration::from_secs(n)),
        "m" => Some(Duration::from_millis(n)),
        "u" => Some(Duration::from_micros(n)),
        "n" => Some(Duration::from_nanos(n)),
        _ => None,
    }
}

/// The decoder calls a message that it cannot read our fault; it is the caller's, and this says where.
fn readable(response: Response) -> Response {
    let status = Status::from_header_map(response.headers());
    match status.as_ref().map(|status| (status.code(), status.message())) {
        Some((Code::Internal, message)) => match message.strip_prefix(UNREADABLE) {
            Some(trace) => unreadable(trace).into_http(),
            None => response,
        },
        _ => response,
    }
}

/// The decoder's trace goes from the innermost message outwards, `Text.zh: ProjectFacts.name: …`, and ends
/// with what it found.
fn unreadable(trace: &str) -> Status {
    let mut path = Vec::new();
    let mut found = trace;
    while let Some((place, rest)) = found.split_once(": ") {
        let Some((_, field)) = place.split_once('.').filter(|_| !place.contains(' ')) else {
            break;
        };
        path.insert(0, field);
        found = rest;
    }
    let field = if path.is_empty() { "(message)".to_owned() } else { path.join(".") };
    let details = ErrorDetails::with_bad_request_violation(field.clone(), found);
    Status::with_error_details(Code::InvalidArgument, format!("{field}: {found}"), details)
}

#[cfg(test)]
mod tests;
