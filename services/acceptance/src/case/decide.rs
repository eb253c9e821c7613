//! What may be done, and which facts it adds. Deciding is pure: the caller, the day and the law come in.

mod apply;
mod construction;
mod examine;
mod file;
mod matters;
mod opinion;
mod rectify;
mod survey;
mod units;
mod usage;
mod who;

use std::collections::BTreeSet;

use desk::{
    caller::Caller,
    docket::Bench,
    matters::{Application, today},
    refuse::Refusal,
};
use jiff::civil::Date;
use rulebook::matter::{self, Material, MatterId, Part, Track};

use super::event::Event;
use super::joint::Joint;
use super::particulars::{Finding, Unit};
use super::rejection::Rejection;
use super::state::Case;

/// An act, and the date in law that is claimed for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// The date claimed; `None` means today.
    pub occurred_on: Option<Date>,
    /// What is done.
    pub act: Act,
}

/// What can be done with a project in construction and acceptance. What is done with one matter goes
/// through the desk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// Declare units, or declare them anew.
    DeclareUnits(Vec<(String, Unit)>),
    /// File applications for a part of the project.
    File {
        /// Which part.
        scope: Scoped,
        /// The applications.
        applications: Vec<Application>,
    },
    /// Apply for the joint acceptance of a part of the project.
    ApplyJoint {
        /// Which part.
        scope: Scoped,
        /// Track.
        track: Track,
        /// What the applicant brings.
        materials: Vec<Material>,
    },
    /// Fix the day on site.
    Schedule {
        /// The joint acceptance.
        matter: MatterId,
        /// The day.
        inspect_on: Date,
    },
    /// Record that the members were on site.
    Inspect {
        /// The joint acceptance.
        matter: MatterId,
    },
    /// Say what a member found.
    Examine {
        /// The joint acceptance.
        matter: MatterId,
        /// Key of the member; empty where the caller's agency is one only.
        member: String,
        /// What it found.
        finding: Finding,
        /// Number of its document.
        document: String,
        /// Keys of the materials that the applicant must bring to put it right.
        demanded: Vec<String>,
    },
    /// Report that what the list named is put right.
    Report {
        /// The joint acceptance.
        matter: MatterId,
        /// What shows it.
        evidence: String,
        /// Materials that changed; version 0 means the next one.
        materials: Vec<Material>,
    },
    /// Issue the opinion, or a new version of it.
    Issue {
        /// The joint acceptance.
        matter: MatterId,
        /// Number of the document.
        number: String,
        /// Why the version before is corrected; empty for the first.
        reason: String,
    },
    /// Replace the result of a survey by a corrected version.
    CorrectSurvey {
        /// The survey's matter.
        matter: MatterId,
        /// Number of the corrected report.
        number: String,
        /// SHA-256 of the corrected result.
        sha256: String,
        /// What was wrong.
        reason: String,
    },
    /// Record what happened in construction.
    Construct {
        /// What.
        happened: Construction,
        /// Items for which a signed commitment stands in.
        commitments: Vec<String>,
    },
    /// The owner accepts the works.
    AcceptAsOwner {
        /// Which part.
        scope: Scoped,
        /// Number of the completion report.
        document: String,
    },
    /// Put into use.
    PutIntoUse(Scoped),
    /// Begin discharge and production.
    StartProduction(Scoped),
    /// Send the as-built papers to the planning authority.
    DeliverPlanningArchive {
        /// Which part.
        scope: Scoped,
        /// Number of the receipt; may be empty.
        document: String,
    },
    /// Establish that a member said nothing within its limit.
    DeclareOverdue {
        /// The joint acceptance.
        matter: MatterId,
        /// The member.
        member: String,
    },
    /// Establish that the construction permit lapsed by itself.
    DeclareLapse,
}

/// Which part of the project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scoped {
    /// All of it.
    Project,
    /// A phase.
    Phase(String),
    /// Some units.
    Units(BTreeSet<String>),
}

/// What happened in construction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Construction {
    /// It began.
    Started,
    /// The authority extended the time to begin.
    StartExtended {
        /// By how many months.
        months: u32,
        /// Number of the approval.
        document: String,
        /// Why.
        reason: String,
    },
    /// It stopped.
    Stopped {
        /// Why.
        reason: String,
    },
    /// The stoppage was reported.
    Reported {
        /// Number of the report; may be empty.
        document: String,
    },
    /// The authority verified the permit again.
    Reverified {
        /// Number of the document.
        document: String,
    },
    /// It went on.
    Resumed,
}

pub(super) type Decision = Result<Vec<Event>, Refusal>;

/// Who decides, when and by which law: what every act looks at besides the case.
#[derive(Clone, Copy)]
struct Court<'a> {
    caller: &'a Caller,
    bench: &'a Bench,
    occurred_on: Option<Date>,
}

impl Court<'_> {
    /// The date in law: what is claimed, or today; never in the future, never before what it follows.
    fn on(&self, not_before: Date) -> Result<Date, Refusal> {
        let (on, today) = (self.occurred_on.unwrap_or(self.bench.date), self.bench.date);
        if on > today {
            return Err(matter::Rejection::InTheFuture { on, today }.into());
        }
        if on < not_before {
            return Err(matter::Rejection::OutOfOrder { on, not_before }.into());
        }
        Ok(on)
    }
}

/// Refuses a text of blanks.
fn said(part: Part, text: &str) -> Result<(), Refusal> {
    if text.trim().is_empty() { Err(matter::Rejection::Missing(part).into()) } else { Ok(()) }
}

impl Case {
    /// The facts that an act adds.
    ///
    /// # Errors
    /// The refusal, as a sentence with its article.
    pub fn decide(&self, command: &Command, caller: &Caller, bench: &Bench) -> Decision {
        let court = Court { caller, bench, occurred_on: command.occurred_on };
        match &command.act {
            Act::DeclareUnits(units) => self.declare_units(court, units),
            Act::File { scope, applications } => self.file_for(court, scope, applications),
            Act::ApplyJoint { scope, track, materials } => {
                self.apply_joint_acceptance(court, scope, *track, materials)
            }
            Act::Schedule { matter, inspect_on } => self.schedule(court, matter, *inspect_on),
            Act::Inspect { matter } => self.inspect(court, matter),
            Act::Examine { matter, member, finding, document, demanded } => {
                self.examine(court, matter, member, finding, document, demanded)
            }
            Act::Report { matter, evidence, materials } => {
                self.report(court, matter, evidence, materials)
            }
            Act::Issue { matter, number, reason } => self.issue(court, matter, number, reason),
            Act::CorrectSurvey { matter, number, sha256, reason } => {
                self.correct_survey(court, matter, number, sha256, reason)
            }
            Act::Construct { happened, commitments } => {
                self.construct(court, happened, commitments)
            }
            Act::AcceptAsOwner { scope, document } => self.accept_as_owner(court, scope, document),
            Act::PutIntoUse(scope) => self.put_into_use(court, scope),
            Act::StartProduction(scope) => self.start_production(court, scope),
            Act::DeliverPlanningArchive { scope, document } => {
                self.deliver_planning_archive(court, scope, document)
            }
            Act::DeclareOverdue { matter, member } => self.declare_overdue(court, matter, member),
            Act::DeclareLapse => self.declare_lapse(court),
        }
    }

    /// What the passing of time demands today, for the daily tick to send.
    #[must_use]
    pub fn passing_of_time(&self, bench: &Bench) -> Vec<Act> {
        let late = self.joints.keys().flat_map(|id| {
            let silent = self.ran_out(id, bench).into_keys();
            silent.map(|member| Act::DeclareOverdue { matter: id.clone(), member })
        });
        let lapse = self.works.lapsed_on.is_none() && self.lapse(bench).is_some();
        late.chain(lapse.then_some(Act::DeclareLapse)).collect()
    }

    /// A joint acceptance with its matter.
    fn joint(&self, id: &MatterId) -> Result<(&Joint, &matter::Matter), Refusal> {
        let matter = self.matters.get(id);
        let matter = matter.ok_or_else(|| Refusal::Unknown(format!("matter {id}")))?;
        let joint = self.joints.get(id);
        let joint = joint.ok_or_else(|| Rejection::NotJoint { matter: id.clone() })?;
        Ok((joint, matter))
    }

    /// The facts of a matter's own life that an act of it adds, here on behalf of the platform: who may
    /// do it was asked before.
    fn step(
        &self,
        court: Court<'_>,
        id: &MatterId,
        act: matter::Act,
        on: Date,
    ) -> Result<Vec<Event>, Refusal> {
        let matter = self.matters.get(id);
        let matter = matter.ok_or_else(|| Refusal::Unknown(format!("matter {id}")))?;
        Ok(wrapped(id, matter.decide(&act.on(on), today(court.bench))?))
    }

    fn may_proceed(&self) -> Result<(), Rejection> {
        match &self.stopped_because {
            Some(because) => Err(Rejection::ProjectStopped { because: because.clone() }),
            None => Ok(()),
        }
    }
}

/// A matter's own facts as facts of the case.
fn wrapped(id: &MatterId, steps: impl IntoIterator<Item = matter::Event>) -> Vec<Event> {
    steps.into_iter().map(|step| Event::Matter { id: id.clone(), step }).collect()
}
