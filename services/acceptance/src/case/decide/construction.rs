//! Construction under its permit: begun in time or void, reported when it stops, verified again after a year
//! (建筑法 art. 9, 10).

use std::collections::BTreeSet;

use desk::refuse::Refusal;
use jiff::civil::Date;
use rulebook::{
    construction::{MOST_EXTENSIONS, MOST_MONTHS, Stoppage},
    matter::Part,
};

use super::{Construction, Court, Decision, said, who};
use crate::case::event::Event;
use crate::case::rejection::Rejection;
use crate::case::state::{Case, Permit};

impl Case {
    pub(super) fn construct(
        &self,
        court: Court<'_>,
        happened: &Construction,
        commitments: &[String],
    ) -> Decision {
        match happened {
            Construction::Started => self.start(court, commitments),
            Construction::StartExtended { months, document, reason } => {
                self.extend_start(court, *months, document, reason)
            }
            Construction::Stopped { reason } => self.stop(court, reason),
            Construction::Reported { document } => self.report_stoppage(court, document),
            Construction::Reverified { document } => self.reverify(court, document),
            Construction::Resumed => self.resume(court),
        }
    }

    /// The permit with the last day on which construction could begin, while it may still begin.
    fn startable(&self) -> Result<&Permit, Rejection> {
        let permit = self.permit.as_ref().ok_or(Rejection::NoPermit)?;
        if let Some(on) = self.works.started_on {
            return Err(Rejection::AlreadyStarted { on });
        }
        if let Some(due) = self.works.lapsed_on.and_then(|on| on.yesterday().ok()) {
            return Err(Rejection::PermitLapsed { due });
        }
        Ok(permit)
    }

    fn start_due(&self, court: Court<'_>) -> Date {
        let deadline = self.start_clock().and_then(|clock| clock.deadline(&court.bench.calendar));
        deadline.map_or(Date::MAX, |deadline| deadline.due)
    }

    fn start(&self, court: Court<'_>, commitments: &[String]) -> Decision {
        who::applicant(court.caller)?;
        self.may_proceed()?;
        let permit = self.startable()?;
        let on = court.on(permit.issued_on)?;
        let due = self.start_due(court);
        if due < on {
            return Err(Rejection::PermitLapsed { due }.into());
        }
        // Of a project without declared units the gate still asks what the project's facts say.
        let units: BTreeSet<String> = match self.units.is_empty() {
            true => BTreeSet::from([String::new()]),
            false => self.units.keys().cloned().collect(),
        };
        // The permit itself is in hand here even if the day is entered after the limit ran out.
        let mut started = self.clone();
        started.apply(&Event::ConstructionStarted { on });
        started.pass_gates("start_of_construction", on, &units, commitments, court.bench)?;
        Ok(vec![Event::ConstructionStarted { on }])
    }

    fn extend_start(
        &self,
        court: Court<'_>,
        months: u32,
        document: &str,
        reason: &str,
    ) -> Decision {
        let permit = self.startable()?;
        who::agency(court.caller, &permit.agency)?;
        let on = court.on(permit.issued_on)?;
        said(Part::NoticeNumber, document)?;
        said(Part::Reason, reason)?;
        if self.works.extensions.len() >= MOST_EXTENSIONS {
            return Err(Rejection::ExtendedTwice.into());
        }
        if !(1..=MOST_MONTHS).contains(&months) {
            return Err(Rejection::ExtensionTooLong.into());
        }
        let due = self.start_due(court);
        if due < on {
            return Err(Rejection::TooLateToExtend { due }.into());
        }
        let (document, reason) = (document.to_owned(), reason.to_owned());
        Ok(vec![Event::StartExtended { on, months, document, reason }])
    }

    fn stop(&self, court: Court<'_>, reason: &str) -> Decision {
        who::applicant(court.caller)?;
        let started = self.works.started_on.ok_or(Rejection::NotStarted)?;
        if let Some(stoppage) = self.works.stopped() {
            return Err(Rejection::AlreadyStopped { since: stoppage.since }.into());
        }
        let resumed = self.works.stoppages.last().and_then(|stoppage| stoppage.until);
        let on = court.on(started.max(resumed.unwrap_or(started)))?;
        said(Part::Reason, reason)?;
        Ok(vec![Event::ConstructionStopped { on, reason: reason.to_owned() }])
    }

    fn stopped(&self) -> Result<&Stoppage, Refusal> {
        Ok(self.works.stopped().ok_or(Rejection::NotStopped)?)
    }

    fn report_stoppage(&self, court: Court<'_>, document: &str) -> Decision {
        who::applicant(court.caller)?;
        // A stoppage that is over is reported late rather than never.
        let stoppage = self.works.stoppages.last().ok_or(Rejection::NotStopped)?;
        if let Some(on) = stoppage.reported_on {
            return Err(Rejection::AlreadyReported { on }.into());
        }
        let on = court.on(stoppage.since)?;
        Ok(vec![Event::StoppageReported { on, document: document.to_owned() }])
    }

    fn reverify(&self, court: Court<'_>, document: &str) -> Decision {
        let permit = self.permit.as_ref().ok_or(Rejection::NoPermit)?;
        who::agency(court.caller, &permit.agency)?;
        let on = court.on(self.stopped()?.since)?;
        said(Part::NoticeNumber, document)?;
        Ok(vec![Event::PermitReverified { on, document: document.to_owned() }])
    }

    fn resume(&self, court: Court<'_>) -> Decision {
        who::applicant(court.caller)?;
        self.may_proceed()?;
        let stoppage = self.stopped()?;
        let on = court.on(stoppage.since.max(stoppage.reverified_on.unwrap_or(stoppage.since)))?;
        let since = stoppage.since;
        if stoppage.lasted_a_year(on, &court.bench.calendar) && stoppage.reverified_on.is_none() {
            return Err(Rejection::ReverificationNeeded { since }.into());
        }
        Ok(vec![Event::ConstructionResumed { on }])
    }

    pub(super) fn declare_lapse(&self, court: Court<'_>) -> Decision {
        who::time(court.caller)?;
        self.startable()?;
        let due = self.lapse(court.bench).ok_or(Rejection::NotRunOut)?;
        let on = due.tomorrow().map_err(|_| Rejection::NotRunOut)?;
        Ok(vec![Event::PermitLapsed { on, declared_on: court.bench.date }])
    }
}
