//! Whether an act may be done, and which facts it adds. Deciding is pure: the day and the calendar
//! come in, facts or a refusal come out.

mod acceptance;
mod cards;
mod commitment;
mod condition;
mod decision;
mod endings;
mod opinions;
mod special;
mod tolerance;

use jiff::civil::Date;

use crate::calendar::Calendar;

use super::act::{Act, Command};
use super::event::Event;
use super::particulars::{Commitment, Material};
use super::rejection::{Owed, Part, Rejection};
use super::state::{Decided, Matter, Review, Standing};
use super::terms::{Terms, Track};

/// The day on which something is decided, with the calendar as known on it.
#[derive(Debug, Clone, Copy)]
pub struct Today<'a> {
    /// The date in Asia/Shanghai.
    pub date: Date,
    /// The official calendar.
    pub calendar: &'a Calendar,
}

/// The 行政许可法 as these rules read it, amended in 2019, is in force from this day.
const IN_FORCE: Date = jiff::civil::date(2019, 4, 23);

/// An application for one item: the act before there is a matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filing {
    /// The item's terms on the day of receipt.
    pub terms: Terms,
    /// What the applicant brings; version 0 means the first.
    pub materials: Vec<Material>,
    /// The applicant's commitment, where it comes with the application.
    pub commitment: Option<Commitment>,
}

impl Today<'_> {
    /// The date in law: what is claimed, or today.
    ///
    /// # Errors
    /// When it lies in the future, or before something that must have come first.
    pub fn claimed(&self, occurred_on: Option<Date>, not_before: Date) -> Result<Date, Rejection> {
        let on = occurred_on.unwrap_or(self.date);
        self.not_in_the_future(on)?;
        if on < not_before {
            return Err(Rejection::OutOfOrder { on, not_before });
        }
        Ok(on)
    }

    fn not_in_the_future(&self, on: Date) -> Result<(), Rejection> {
        if on > self.date {
            return Err(Rejection::InTheFuture { on, today: self.date });
        }
        Ok(())
    }
}

impl Filing {
    /// The facts that open a matter.
    ///
    /// # Errors
    /// When the date claimed lies in the future or before the law in force, or the item cannot be
    /// decided on commitment.
    pub fn decide(
        &self,
        occurred_on: Option<Date>,
        today: Today<'_>,
    ) -> Result<Vec<Event>, Rejection> {
        let on = today.claimed(occurred_on, IN_FORCE)?;
        let materials = self.materials.iter().cloned();
        let numbered = materials.map(|m| Material { version: m.version.max(1), ..m }).collect();
        if self.terms.track == Track::Commitment && self.terms.commitment.is_none() {
            return Err(Rejection::NotEligibleForCommitment);
        }
        let terms = Box::new(self.terms.clone());
        let received = Event::Received { on, terms, materials: numbered };
        let Some(commitment) = &self.commitment else { return Ok(vec![received]) };
        let Some(matter) = Matter::open(&received) else { return Ok(vec![received]) };
        let recorded = commitment::record(&matter, Some(on), today, commitment)?;
        Ok(vec![received].into_iter().chain(recorded).collect())
    }
}

impl Matter {
    /// The facts that an act adds, or why it is refused.
    ///
    /// # Errors
    /// The refusal, as a sentence with its article.
    pub fn decide(&self, command: &Command, today: Today<'_>) -> Result<Vec<Event>, Rejection> {
        let on = command.occurred_on;
        match &command.act {
            Act::RecordCommitment(commitment) => commitment::record(self, on, today, commitment),
            Act::Accept { document } => acceptance::accept(self, on, today, document),
            Act::Decline { ground, reason, document } => {
                acceptance::decline(self, on, today, ground, reason, document)
            }
            Act::RequestCorrections { defects, notice } => {
                acceptance::request_corrections(self, on, today, defects, notice)
            }
            Act::SupplyCorrections { materials } => {
                acceptance::supply_corrections(self, on, today, materials)
            }
            Act::TolerateMissing { owed, promise, document } => {
                tolerance::tolerate(self, on, today, owed, promise, document)
            }
            Act::SupplyOwed { materials } => tolerance::supply(self, on, today, materials),
            Act::Terminate => tolerance::terminate(self, today),
            Act::DeemAccepted => acceptance::deem_accepted(self, today),
            Act::Suspend { .. } => special::suspend(self, on, today, &command.act),
            Act::Resume { ground } => special::resume(self, on, today, ground),
            Act::Extend { .. } => special::extend(self, today, &command.act),
            Act::RequestOpinions { opinions } => opinions::request(self, on, today, opinions),
            Act::GiveOpinion { key, opinion, document } => {
                opinions::give(self, on, today, key, opinion, document)
            }
            Act::DeemOpinion { key } => opinions::deem(self, today, key),
            Act::Resubmit { materials } => opinions::resubmit(self, on, today, materials),
            Act::Decide { outcome, document } => {
                decision::decide(self, on, today, outcome, document)
            }
            Act::DeemGranted => decision::deem_granted(self, today),
            Act::Deliver { method } => decision::deliver(self, on, today, method),
            Act::CheckCommitment { check, document, materials } => {
                commitment::check(self, on, today, check, document, materials)
            }
            Act::RecordRectification { evidence } => commitment::rectify(self, on, today, evidence),
            Act::ShowCondition { number, evidence } => {
                condition::show(self, on, today, *number, evidence)
            }
            Act::CheckCondition { number, met, findings } => {
                condition::check(self, on, today, *number, *met, findings)
            }
            Act::WithdrawApplication { reason } => {
                decision::withdraw_application(self, on, today, reason)
            }
            Act::WithdrawPermit { .. }
            | Act::RevokePermit { .. }
            | Act::RevokePermitAsPenalty { .. }
            | Act::DeregisterPermit { .. } => endings::end(self, on, today, &command.act),
            Act::ContestCard { card, reason, by } => {
                cards::contest(self, on, today, card, reason, by)
            }
            Act::RuleOnCard { .. } => cards::rule(self, on, today, &command.act),
        }
    }

    /// What the passing of time demands on this day, for the daily tick to send. Each of these acts
    /// is decided like any other, and none is here twice once it is done.
    pub fn passing_of_time(&self, today: Today<'_>) -> Vec<Act> {
        let clocks = self.clocks(today.calendar);
        let ran_out = |timed: &super::Timed| timed.ran_out(today.date, today.calendar).is_some();
        let mut acts = Vec::new();
        if self.standing == Standing::Received
            && self.terms.acceptance_by_silence
            && ran_out(&clocks.acceptance)
        {
            acts.push(Act::DeemAccepted);
        }
        let Standing::UnderReview(review) = &self.standing else { return acts };
        if clocks.owed.as_ref().is_some_and(ran_out) {
            return vec![Act::Terminate];
        }
        for (key, asked) in review.consultation.iter() {
            let open = asked.answer.is_none() && asked.silence_is_consent.is_some();
            if open && clocks.opinions.get(key).is_some_and(ran_out) {
                acts.push(Act::DeemOpinion { key: key.to_owned() });
            }
        }
        if review.owes().is_none() && clocks.consent_by_silence.as_ref().is_some_and(ran_out) {
            acts.push(Act::DeemGranted);
        }
        acts
    }

    /// The review, while it is going on.
    fn under_review(&self) -> Result<&Review, Rejection> {
        match &self.standing {
            Standing::UnderReview(review) => Ok(review),
            Standing::Received | Standing::AwaitingCorrections(_) => Err(Rejection::NotYetAccepted),
            Standing::NotAccepted { on, .. } => Err(Rejection::Declined { on: *on }),
            Standing::Decided(decided) => Err(Rejection::AlreadyDecided { on: decided.on }),
            Standing::Withdrawn { on, .. } => Err(Rejection::ApplicationWithdrawn { on: *on }),
            Standing::Terminated { on, .. } => Err(Owed::Terminated { on: *on }.into()),
        }
    }

    /// The decision.
    fn after_decision(&self) -> Result<&Decided, Rejection> {
        match &self.standing {
            Standing::Decided(decided) => Ok(decided),
            Standing::NotAccepted { on, .. } => Err(Rejection::Declined { on: *on }),
            Standing::Withdrawn { on, .. } => Err(Rejection::ApplicationWithdrawn { on: *on }),
            Standing::Terminated { on, .. } => Err(Owed::Terminated { on: *on }.into()),
            Standing::Received | Standing::AwaitingCorrections(_) | Standing::UnderReview(_) => {
                Err(Rejection::NotDecided)
            }
        }
    }

    /// Materials as they will be kept: newer than and different from what is on file.
    fn newer(&self, materials: &[Material]) -> Result<Vec<Material>, Rejection> {
        let newer = |material: &Material| {
            let held = self.materials.get(&material.key);
            let version = held.map_or(0, |held| held.version);
            let same = |held: &Material| held.sha256.is_some() && held.sha256 == material.sha256;
            if held.is_some_and(same) {
                return Err(Rejection::MaterialUnchanged { key: material.key.clone() });
            }
            if material.version != 0 && material.version <= version {
                return Err(Rejection::StaleVersion { key: material.key.clone(), held: version });
            }
            let version = material.version.max(version.saturating_add(1));
            Ok(Material { version, ..material.clone() })
        };
        required(Part::Materials, !materials.is_empty())?;
        materials.iter().map(newer).collect()
    }
}

/// Refuses unless the part is there.
fn required(part: Part, is_there: bool) -> Result<(), Rejection> {
    if is_there { Ok(()) } else { Err(Rejection::Missing(part)) }
}

/// Refuses a text of blanks.
fn said(part: Part, text: &str) -> Result<(), Rejection> {
    required(part, !text.trim().is_empty())
}
