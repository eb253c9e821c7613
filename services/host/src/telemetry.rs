//! Structured logs: one JSON object a line on standard error.

use tracing_subscriber::EnvFilter;

/// Starts logging. The level comes from `TONGBAN_LOG` (e.g. `info,eventlog=debug`), without it from the
/// configuration, and is `warn` without either.
pub fn start(configured: Option<&str>) {
    let filter = EnvFilter::try_from_env("TONGBAN_LOG")
        .or_else(|_| EnvFilter::try_new(configured.unwrap_or("warn")))
        .unwrap_or_else(|_| EnvFilter::new("warn"));
    // A second start in one process, as tests do, keeps the first.
    let _ = tracing_subscriber::fmt()
        .json()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .try_init();
}
