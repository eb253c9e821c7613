//! Counts the open matters by light, for those who watch over the platform.

use desk::matters::{Cases, Filter};
use proto::matter::v1::{Light, State};
use std::{sync::Arc, time::Duration};

/// How often they are counted.
const PAUSE: Duration = Duration::from_secs(15);

/// States in which somebody still has to act.
const OPEN: [State; 6] = [
    State::Received,
    State::AwaitingCorrections,
    State::UnderReview,
    State::Suspended,
    State::Granted,
    State::Refused,
];

/// Counts for as long as the process runs.
pub(super) async fn keep(cases: Vec<Arc<dyn Cases>>) {
    let open = Filter { states: OPEN.to_vec(), ..Filter::default() };
    loop {
        for stage in &cases {
            // Where nobody can say, the last count stands and the fold's own alarm is raised.
            let Ok(matters) = stage.list(&open, None, usize::MAX, &[]).await else { continue };
            for light in [Light::Green, Light::Amber, Light::Yellow, Light::Red] {
                let count = matters.iter().filter(|(_, matter)| matter.light() == light).count();
                let (stage, light) =
                    (stage.stage().to_string(), light.as_str_name().to_lowercase());
                metrics::gauge!("tongban_matters", "stage" => stage, "light" => light)
                    .set(count as f64);
            }
        }
        tokio::time::sleep(PAUSE).await;
    }
}
