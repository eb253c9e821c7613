//! The auditor of a mirror: stream after stream, one a second, it reads again from the log itself what the copy
//! holds, and compares all that was recorded. What differs was changed behind the copy's back; `tongban rebuild` mends it.

use std::sync::Arc;
use std::time::Duration;

use super::{Audited, Mirrored, Shared};
use crate::error::{ReadError, chain_of};
use crate::recorded::Recorded;

/// How often a stream is compared.
const PACE: Duration = Duration::from_secs(1);

/// Compares for ever, in the order of the streams' names and then from the first again.
pub(super) async fn run(shared: Arc<Shared>) {
    let log = shared.rows.log.clone();
    let streams = metrics::counter!("tongban_audited_streams_total", "log" => log.clone());
    let differences = metrics::counter!("tongban_audit_differences_total", "log" => log.clone());
    let (mut differs, mut hindered) = (Told::default(), Told::default());
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
                if hindered.anew() {
                    let error = chain_of(&error);
                    tracing::warn!(log, error, "the mirror cannot be audited, trying again");
                }
                continue;
            }
        };
        if let Some(first) = found.first()
            && differs.anew()
        {
            tracing::error!(
                log,
                position = first,
                "the mirror differs from the log: tongban rebuild --dry-run counts where, tongban rebuild mends it"
            );
        }
        streams.increment(1);
        differences.increment(found.len() as u64);
        shared.audited.send_modify(|audited| {
            audited.streams += 1;
            audited.differences += found.len() as u64;
            audited.first = audited.first.or(found.first().copied());
        });
        if after.is_empty() {
            hindered.round();
            differs.round();
        }
    }
}

/// What is told once, and again only after a whole round without it.
#[derive(Default)]
struct Told {
    before: bool,
    this_round: bool,
}

impl Told {
    /// Notes it, and says whether it has to be told.
    fn anew(&mut self) -> bool {
        self.this_round = true;
        !std::mem::replace(&mut self.before, true)
    }

    fn round(&mut self) {
        self.before = std::mem::take(&mut self.this_round);
    }
}

/// Compares the next stream, or after the last one the number of rows: the positions that differ. A stream that
/// cannot be compared is passed by until the next round, so that it hides none of the others.
async fn next(shared: &Shared, after: &mut String) -> Result<Option<Vec<u64>>, ReadError> {
    let known = shared.known().as_ref().map(|known| (known.generation, known.at.position));
    let Some((generation, position)) = known else { return Ok(None) };
    let Some(stream) = shared.rows.stream_after(generation, after).await? else {
        after.clear();
        return shared.rows.misplaced(generation).await;
    };
    after.clone_from(&stream);
    let ours = match shared.rows.stream(generation, &stream, 0).await {
        Ok(Some(ours)) => ours,
        Ok(None) => return Ok(None),
        // The log writes no such row.
        Err(ReadError::Malformed { position, .. }) => return Ok(Some(vec![position])),
        Err(error) => return Err(error),
    };
    let theirs = shared.remote().stream(&stream, 0).await?;
    let by_then = |events: Vec<Recorded>| {
        let known = events.into_iter().filter(|event| event.position <= position);
        // A trace is no part of what was recorded.
        known.map(|event| Recorded { traceparent: String::new(), ..event }).collect::<Vec<_>>()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_found_in_every_round_is_told_once_and_again_after_a_round_without_it() {
        let mut told = Told::default();
        assert_eq!([told.anew(), told.anew()], [true, false]);
        told.round();
        assert!(!told.anew());
        told.round();
        told.round();
        assert!(told.anew());
    }
}
