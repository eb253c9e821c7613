//! The auditor of a mirror: stream after stream, one a second, it reads again from the log itself what the copy
//! holds, and compares every byte. What differs was changed behind the copy's back; `tongban rebuild` mends it.

use std::sync::Arc;
use std::time::Duration;

use super::{Audited, Mirrored, Shared};
use crate::error::ReadError;
use crate::recorded::Recorded;

/// How often a stream is compared.
const PACE: Duration = Duration::from_secs(1);

/// Compares for ever, in the order of the streams' names and then from the first again.
pub(super) async fn run(shared: Arc<Shared>) {
    let log = shared.rows.log.clone();
    let streams = metrics::counter!("tongban_audited_streams_total", "log" => log.clone());
    let differences = metrics::counter!("tongban_audit_differences_total", "log" => log.clone());
    let mut after = String::new();
    loop {
        tokio::time::sleep(PACE).await;
        // Of another history everything differs, and that is said already.
        if *shared.state.borrow() != Mirrored::Following {
            continue;
        }
        let found = match next(&shared, &mut after).await {
            Ok(Some(found)) => found,
            // There is nothing yet, or another copy.
            Ok(None) => continue,
            Err(error) => {
                tracing::debug!(log, %error, "cannot audit the mirror now");
                continue;
            }
        };
        for position in &found {
            tracing::error!(log, position, "the mirror differs from the log: rebuild it");
        }
        streams.increment(1);
        differences.increment(found.len() as u64);
        shared.audited.send_modify(|audited| {
            audited.streams += 1;
            audited.differences += found.len() as u64;
            audited.first = audited.first.or(found.first().copied());
        });
    }
}

/// Compares the next stream, or after the last one the number of rows: the positions that differ.
async fn next(shared: &Shared, after: &mut String) -> Result<Option<Vec<u64>>, ReadError> {
    let known = shared.known().as_ref().map(|known| (known.generation, known.at.position));
    let Some((generation, position)) = known else { return Ok(None) };
    let Some(stream) = shared.rows.stream_after(generation, after).await? else {
        after.clear();
        return shared.rows.misplaced(generation).await;
    };
    let theirs = shared.remote().stream(&stream, 0).await?;
    let Some(ours) = shared.rows.stream(generation, &stream, 0).await? else { return Ok(None) };
    *after = stream;
    let by_then = |events: Vec<Recorded>| {
        events.into_iter().filter(|event| event.position <= position).collect::<Vec<_>>()
    };
    Ok(Some(differing(&by_then(ours), &by_then(theirs))))
}

/// The positions at which two copies of a stream differ.
fn differing(ours: &[Recorded], theirs: &[Recorded]) -> Vec<u64> {
    let length = ours.len().max(theirs.len());
    let pairs = (0..length).map(|index| (ours.get(index), theirs.get(index)));
    let differ = pairs.filter(|(ours, theirs)| ours != theirs);
    differ.filter_map(|(ours, theirs)| theirs.or(ours)).map(|event| event.position).collect()
}

impl Audited {
    /// Nothing was compared yet.
    pub(super) const NOTHING: Self = Self { streams: 0, differences: 0, first: None };
}
