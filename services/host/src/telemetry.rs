//! Structured logs, one JSON object a line on standard error, metrics for the admin listener, and traces where a
//! collector is configured.

use crate::{admin::Metrics, config::Telemetry, traces};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder};
use std::{sync::Arc, time::Duration};
use tracing_subscriber::{
    EnvFilter, Layer, filter::LevelFilter, layer::SubscriberExt, util::SubscriberInitExt,
};

pub use crate::traces::Traces;

/// The variable that says what is logged, whatever the configuration says.
const VARIABLE: &str = "TONGBAN_LOG";

/// What is logged, as it is written down, cannot be understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{VARIABLE}: write {FILTER}")]
pub struct BadFilter;

/// Starts logging, and tracing where a collector is configured. The level comes from `TONGBAN_LOG` (e.g.
/// `info,eventlog=debug`), without it from the configuration, and is `warn` without either. `process` is what traces
/// call this process. Call it in the runtime.
///
/// # Errors
/// `TONGBAN_LOG` is no filter.
pub fn start(process: &'static str, configured: &Telemetry) -> Result<Option<Traces>, BadFilter> {
    let said = std::env::var_os(VARIABLE).filter(|said| !said.is_empty());
    let said = said.map(|said| said.into_string().map_err(|_not_text| BadFilter)).transpose()?;
    let told = said.as_deref().or(configured.log.as_deref()).unwrap_or("warn");
    let filter = filter(told).ok_or(BadFilter)?;
    let lines = tracing_subscriber::fmt::layer()
        .event_format(traces::Line::default())
        .fmt_fields(tracing_subscriber::fmt::format::JsonFields::new())
        .with_writer(std::io::stderr)
        .with_filter(filter);
    let (spans, tracing) = match configured.traces.as_deref() {
        None => (None, None),
        Some(collector) => match traces::start(process, collector) {
            Ok((layer, traces)) => (Some(layer), Some(traces)),
            Err(error) => {
                // Written without the log, which starts below.
                eprintln!("nothing is traced: {error}");
                (None, None)
            }
        },
    };
    // A second start in one process, as tests do, keeps the first.
    let _ = tracing_subscriber::registry().with(lines).with(spans).try_init();
    Ok(tracing)
}

/// What a filter has to look like.
pub(crate) const FILTER: &str = "a level (off, error, warn, info, debug or trace), and TARGET=LEVEL after commas where another holds";

/// Reads what is logged. A word alone must be a level: one that was misspelt would be taken for the name of a
/// target, and silence everything else.
pub(crate) fn filter(told: &str) -> Option<EnvFilter> {
    let is_level = |word: &str| word.trim().parse::<LevelFilter>().is_ok();
    let known = |word: &str| word.contains('=') || is_level(word);
    told.split(',').all(known).then(|| EnvFilter::try_new(told).ok()).flatten()
}

/// Bounds of durations, in seconds: from a commit on a fast disk to the longest that a call may take.
const SECONDS: [f64; 12] =
    [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0];
/// Bounds of sizes of batches.
const PIECES: [f64; 8] = [1.0, 2.0, 5.0, 10.0, 25.0, 50.0, 100.0, 200.0];
/// How often what was measured is put together.
const UPKEEP: Duration = Duration::from_secs(5);

/// Every metric of the platform: its name and what it tells. Labels never name a project or a person.
pub const METRICS: [(&str, &str); 13] = [
    (
        "tongban_grpc_calls_total",
        "Calls answered, by method and status code; what breaks off in a stream is not seen here",
    ),
    ("tongban_grpc_seconds", "Time until an answer begins, by method"),
    ("tongban_append_seconds", "Time of one append, by log"),
    ("tongban_append_commands", "Commands in one append, by log"),
    ("tongban_append_queue", "Commands that wait to be appended, by log"),
    ("tongban_log_position", "Newest position of a log that this process knows"),
    ("tongban_fold_position", "Position up to which a fold has read a log"),
    (
        "tongban_relay_position",
        "Position up to which the broker has acknowledged a log; -1 while it does not answer",
    ),
    ("tongban_audited_streams_total", "Streams of mirrors compared with the log itself, by log"),
    ("tongban_audit_differences_total", "Events of a mirror found to differ from the log, by log"),
    ("tongban_matters", "Open matters by stage and light; red and yellow are overdue"),
    (
        "tongban_spans_total",
        "Spans sent to the collector, failed to be sent, or dropped because too many waited",
    ),
    ("tongban_waiting", "Parts of this process that cannot do their work; /ready says why"),
];

/// Starts measuring, once for the process.
#[must_use]
pub fn measure() -> Metrics {
    let builder = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &SECONDS)
        .and_then(|builder| {
            builder.set_buckets_for_metric(Matcher::Suffix("_commands".to_owned()), &PIECES)
        });
    // A second start in one process, as tests do, measures nothing.
    match builder.and_then(PrometheusBuilder::install_recorder) {
        Ok(handle) => {
            for (name, what) in METRICS {
                metrics::describe_gauge!(name, what);
            }
            let kept = handle.clone();
            tokio::spawn(async move {
                loop {
                    tokio::time::sleep(UPKEEP).await;
                    kept.run_upkeep();
                }
            });
            Arc::new(move || handle.render())
        }
        Err(error) => {
            tracing::warn!(%error, "nothing is measured");
            Arc::new(String::new)
        }
    }
}
