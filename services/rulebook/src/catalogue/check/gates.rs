//! A gate that nothing can open is a wall.

use super::prerequisites::{waits, waits_for};
use crate::catalogue::draft::{Claimed, Draft, Seeds};
use crate::catalogue::gate::{Demand, Gate};
use crate::seed::Fault;

pub(super) fn check(seeds: &Seeds, faults: &mut Vec<Fault>) {
    for gate in seeds.gates.iter().flatten() {
        for demand in &gate.value.until {
            if let Some(because) = shut(seeds, &gate.value, demand) {
                faults.push(gate.fault_at(line_of(gate, demand), because));
            }
        }
    }
}

fn line_of(gate: &Draft<Gate>, demand: &Demand) -> usize {
    gate.line_where(
        |what| matches!(what, Claimed::Item("any_of", code) if demand.any_of.first() == Some(code)),
    )
}

/// Why no item can ever meet the demand; a demand on unknown items is told elsewhere.
fn shut(seeds: &Seeds, gate: &Gate, demand: &Demand) -> Option<String> {
    let known: Vec<&String> = demand.any_of.iter().filter(|code| seeds.knows_item(code)).collect();
    if known.is_empty() || known.len() < demand.any_of.len() {
        return None;
    }
    let waits = waits(seeds);
    if known.iter().all(|code| waits_for(&waits, code, &gate.blocks)) {
        let codes = demand.any_of.join(", ");
        return Some(format!(
            "nothing can open the gate {}: it blocks what {codes} needs",
            gate.id
        ));
    }
    if !known.iter().any(|code| ends_so(seeds, code, demand)) {
        let (codes, outcomes) = (demand.any_of.join(", "), demand.outcomes.join(", "));
        return Some(format!(
            "nothing can open the gate {}: {codes} never ends with {outcomes}",
            gate.id
        ));
    }
    None
}

fn ends_so(seeds: &Seeds, code: &str, demand: &Demand) -> bool {
    seeds.unreadable.contains(code)
        || seeds.items.iter().any(|item| {
            item.value.code == code
                && item.value.outcomes.iter().any(|outcome| demand.outcomes.contains(outcome))
        })
}
