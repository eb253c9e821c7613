//! Commands that are appended together. Streams, keys and reservations are listed once each and named by
//! their place ("slot"), so that commands of one batch see each other's effects without a query.

use std::collections::HashMap;
use std::hash::Hash;

use crate::command::Command;

/// The commands of one append and what they touch. All slots count from 0.
pub(crate) struct Batch<'a> {
    pub(crate) commands: &'a [Command],
    /// By command: its trace context, or nothing.
    pub(crate) traceparents: &'a [String],
    pub(crate) streams: Vec<&'a str>,
    pub(crate) keys: Vec<(&'a str, &'a str)>,
    /// Sorted by kind and value, so that ascending slots are the order in which they are hashed.
    pub(crate) reservations: Vec<(&'a str, &'a str)>,
    /// By command: its stream's slot.
    pub(crate) stream_of: Vec<usize>,
    /// By command: its key's slot.
    pub(crate) key_of: Vec<usize>,
    /// By command: the slots it wants to reserve, ascending, each once.
    pub(crate) wanted: Vec<Vec<usize>>,
}

impl<'a> Batch<'a> {
    pub(crate) fn new(commands: &'a [Command], traceparents: &'a [String]) -> Self {
        let mut streams = Slots::default();
        let mut keys = Slots::default();
        let stream_of = commands.iter().map(|c| streams.slot(c.stream.as_str())).collect();
        let key_of =
            commands.iter().map(|c| keys.slot((c.principal.as_str(), c.key.as_str()))).collect();
        let mut reservations: Vec<_> = commands.iter().flat_map(pairs).collect();
        reservations.sort_unstable();
        reservations.dedup();
        let wanted = commands.iter().map(|command| {
            let mut wanted: Vec<_> =
                pairs(command).filter_map(|pair| reservations.binary_search(&pair).ok()).collect();
            wanted.sort_unstable();
            wanted.dedup();
            wanted
        });
        let wanted = wanted.collect();
        Self {
            commands,
            traceparents,
            streams: streams.listed,
            keys: keys.listed,
            reservations,
            stream_of,
            key_of,
            wanted,
        }
    }
}

fn pairs(command: &Command) -> impl Iterator<Item = (&str, &str)> {
    command.reservations.iter().map(|r| (r.kind.as_str(), r.value.as_str()))
}

struct Slots<T> {
    listed: Vec<T>,
    places: HashMap<T, usize>,
}

impl<T> Default for Slots<T> {
    fn default() -> Self {
        Self { listed: Vec::new(), places: HashMap::new() }
    }
}

impl<T: Copy + Eq + Hash> Slots<T> {
    fn slot(&mut self, item: T) -> usize {
        *self.places.entry(item).or_insert_with(|| {
            self.listed.push(item);
            self.listed.len() - 1
        })
    }
}
