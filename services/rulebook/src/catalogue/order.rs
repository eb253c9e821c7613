//! What comes before what, for one project.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::{Applies, Catalogue, Demand, Facts, Gate, Item, Prerequisite};

impl Catalogue {
    /// The prerequisites of an item that are not met yet, `granted` being asked for each code.
    /// One none of whose items applies to the project is met; an item of which it is not known
    /// yet whether it applies is waited for.
    pub fn waiting_for<'i>(
        &self,
        item: &'i Item,
        on: Date,
        facts: &Facts,
        granted: impl Fn(&str) -> bool,
    ) -> Vec<&'i Prerequisite> {
        let unmet = |prerequisite: &&Prerequisite| {
            self.concerns(&prerequisite.any_of, on, facts)
                && !prerequisite.any_of.iter().any(|code| granted(code))
        };
        item.prerequisites.iter().filter(unmet).collect()
    }

    /// The gates that keep an item from being opened: those that block it or anything it needs.
    pub fn gates_before(&self, code: &str, on: Date) -> Vec<&Gate> {
        let mut open = vec![code];
        let mut needed: BTreeSet<&str> = BTreeSet::new();
        while let Some(code) = open.pop() {
            if needed.insert(code)
                && let Some(item) = self.item(code, on)
            {
                open.extend(item.prerequisites.iter().flat_map(|p| &p.any_of).map(String::as_str));
            }
        }
        let blocks = |gate: &&Gate| gate.blocks.iter().any(|code| needed.contains(code.as_str()));
        self.gates().filter(blocks).collect()
    }

    /// The demands of a gate that concern a project.
    pub fn demands<'g>(&self, gate: &'g Gate, on: Date, facts: &Facts) -> Vec<&'g Demand> {
        gate.until.iter().filter(|demand| self.concerns(&demand.any_of, on, facts)).collect()
    }

    fn concerns(&self, codes: &[String], on: Date, facts: &Facts) -> bool {
        let items = codes.iter().filter_map(|code| self.item(code, on));
        items.map(|item| item.applies(facts)).any(|applies| applies != Applies::No)
    }
}
