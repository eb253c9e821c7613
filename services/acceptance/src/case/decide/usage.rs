//! After construction, in the order of the law: planning verification before the owner's acceptance, fire
//! before use, environmental and soil-and-water facilities before production.

use std::collections::BTreeMap;

use desk::refuse::Refusal;
use jiff::civil::Date;
use rulebook::matter::Part;

use super::{Court, Decision, Scoped, said, who};
use crate::case::event::Event;
use crate::case::particulars::Scope;
use crate::case::rejection::Rejection;
use crate::case::state::Case;

impl Case {
    pub(super) fn accept_as_owner(
        &self,
        court: Court<'_>,
        scoped: &Scoped,
        document: &str,
    ) -> Decision {
        let (scope, on) = self.owners(court, scoped, &self.owner_accepted)?;
        let started = self.works.started_on.ok_or(Rejection::NotStarted)?;
        let on = on.max(court.on(started)?);
        said(Part::Certificate, document)?;
        self.pass_gates("owner_acceptance", on, &scope.units, &[], court.bench)?;
        Ok(vec![Event::OwnerAccepted { on, scope, document: document.to_owned() }])
    }

    pub(super) fn put_into_use(&self, court: Court<'_>, scoped: &Scoped) -> Decision {
        let (scope, on) = self.owners(court, scoped, &self.used_since)?;
        self.pass_gates("putting_into_use", on, &scope.units, &[], court.bench)?;
        Ok(scope.units.into_iter().map(|unit| Event::PutIntoUse { on, unit }).collect())
    }

    pub(super) fn start_production(&self, court: Court<'_>, scoped: &Scoped) -> Decision {
        let (scope, on) = self.owners(court, scoped, &self.producing_since)?;
        self.pass_gates("discharge_and_production", on, &scope.units, &[], court.bench)?;
        Ok(scope.units.into_iter().map(|unit| Event::ProductionStarted { on, unit }).collect())
    }

    pub(super) fn deliver_planning_archive(
        &self,
        court: Court<'_>,
        scoped: &Scoped,
        document: &str,
    ) -> Decision {
        let (scope, on) = self.owners(court, scoped, &self.planning_archive)?;
        for unit in &scope.units {
            let accepted = self.owner_accepted.get(unit);
            accepted.ok_or_else(|| Rejection::NotAcceptedByOwner { unit: unit.clone() })?;
        }
        Ok(vec![Event::PlanningArchiveDelivered { on, scope, document: document.to_owned() }])
    }

    /// What the owner means, and the day, unless it was done before.
    fn owners(
        &self,
        court: Court<'_>,
        scoped: &Scoped,
        done: &BTreeMap<String, Date>,
    ) -> Result<(Scope, Date), Refusal> {
        who::applicant(court.caller)?;
        self.may_proceed()?;
        let scope = self.resolve(scoped)?;
        if let Some((unit, on)) = done.iter().find(|(unit, _)| scope.units.contains(*unit)) {
            return Err(Rejection::AlreadyDone { unit: unit.clone(), on: *on }.into());
        }
        Ok((scope, court.on(Date::MIN)?))
    }
}
