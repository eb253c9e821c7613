//! Structured logs: one JSON object a line on standard error.

use tracing_subscriber::EnvFilter;

/// Starts logging. The level comes from `TONGBAN_LOG` (e.g. `info,eventlog=debug`); `warn` without it.
pub fn start() {
    let filter = EnvFilter::try_from_env("TONGBAN_LOG").unwrap_or_else(|_| EnvFilter::new("warn"));
    // A second start in one process, as tests do, keeps the first.
    let _ = tracing_subscriber::fmt()
        .json()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .try_init();
}
