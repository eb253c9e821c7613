//! The matters of a stage, each as its facts have left it.

use super::Told;
use eventlog::Malformed;
use proto::matter::v1::MatterEvent;
use rulebook::matter::{Matter, MatterId};
use std::collections::BTreeMap;

/// The matters of one stage of one project.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Matters(BTreeMap<MatterId, Matter>);

impl Matters {
    /// Moves the matter that the fact is about; the first fact opens it.
    pub(crate) fn evolve(&mut self, stored: &MatterEvent) -> Result<Told, Malformed> {
        let (id, event) = desk::wire::read(stored)?;
        if let Some(matter) = self.0.get_mut(&id) {
            matter.evolve(&event);
        } else {
            let opened = Matter::open(&event)
                .ok_or_else(|| Malformed(format!("matter {id} begins with `{}`", event.kind())))?;
            self.0.insert(id.clone(), opened);
        }
        Ok(Told { on: event.on(), step: Some((id, event.kind())) })
    }

    /// All of them, by id.
    pub(crate) fn all(&self) -> &BTreeMap<MatterId, Matter> {
        &self.0
    }
}
