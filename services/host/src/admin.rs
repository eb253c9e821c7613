//! What operators and supervisors ask, over HTTP on a listener of its own: whether the process lives,
//! whether it is ready, and its metrics. Nothing of any project is in the answers.

use crate::health::Health;
use axum::{Router, http::StatusCode, routing::get};
use std::sync::Arc;
use tokio::{net::TcpListener, task::JoinHandle};

/// The text of the metrics at this moment.
pub type Metrics = Arc<dyn Fn() -> String + Send + Sync>;

/// Answers `/live`, `/ready` and `/metrics` until the process ends.
pub fn serve(listener: TcpListener, health: Health, told: Metrics) -> JoinHandle<()> {
    let asked = health.clone();
    let metrics = move || {
        metrics::gauge!("tongban_waiting").set(waiting(&asked));
        let text = told();
        async move { text }
    };
    let ready = move || {
        let answer = match health.ready() {
            Ok(()) => (StatusCode::OK, "ready\n".to_owned()),
            Err(waits) => {
                let line = |(part, why): &(String, String)| format!("{part}: {why}\n");
                (StatusCode::SERVICE_UNAVAILABLE, waits.iter().map(line).collect())
            }
        };
        async move { answer }
    };
    let router = Router::new()
        .route("/live", get(|| async { "alive\n" }))
        .route("/ready", get(ready))
        .route("/metrics", get(metrics));
    tokio::spawn(async move {
        if let Err(error) = axum::serve(listener, router).await {
            tracing::error!(%error, "the admin listener broke off");
        }
    })
}

fn waiting(health: &Health) -> f64 {
    health.ready().map_or_else(|waits| waits.iter().map(|_| 1.0).sum(), |()| 0.0)
}
