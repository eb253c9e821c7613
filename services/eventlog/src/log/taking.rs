//! What the service of a log has taken in of other logs, for whoever must not miss what follows from it.

use std::collections::BTreeMap;

use super::Log;

impl Log {
    /// Notes that the service of this log has taken in another log up to a position: whatever follows from that is
    /// recorded here. Who will take in a log notes position 0 of it first.
    pub fn took_in(&self, log: &str, position: u64) {
        self.0.taken_in.send_if_modified(|taken| match taken.get_mut(log) {
            Some(known) => std::mem::replace(known, position) != position,
            None => {
                taken.insert(log.to_owned(), position);
                true
            }
        });
    }

    /// Notes that the service of this log cannot take in another log any further: nobody waits for it from now on.
    pub fn takes_in_no_more(&self, log: &str) {
        self.0.taken_in.send_if_modified(|taken| taken.remove(log).is_some());
    }

    /// Waits until the service of this log has taken in other logs, by name, up to these positions; not for logs that
    /// nobody takes in here. Bound the wait with a timeout.
    pub async fn has_taken_in(&self, positions: &BTreeMap<String, u64>) {
        let mut taken = self.0.taken_in.subscribe();
        let there = taken.wait_for(|taken| {
            let there = |(log, position)| taken.get(log).is_none_or(|known| known >= position);
            positions.iter().all(there)
        });
        // The sender lives as long as this log.
        let _there = there.await;
    }
}
