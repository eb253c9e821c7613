//! Who holds the project's ball: who has to act first, since when, on what and why.

use super::{
    Project,
    ahead::Ahead,
    halt::{Halt, Lift},
    today, words,
};
use crate::fold::Intake;
use desk::{docket::Bench, view};
use jiff::civil::Date;
use proto::{
    intake::v1::Outcome,
    matter::v1::{DeadlineKind, Holder},
    status::v1::{ProjectStep, UnitState},
    r#type::v1::Text,
};
use rulebook::matter::{self, Matter, MatterId, NextStep, Party};

/// Who has to act first.
#[derive(Debug, Clone)]
pub(super) struct Ball {
    /// The matter it is about, as its place in the order of receipt; `None`: the project as a whole.
    pub(super) about: Option<usize>,
    /// Who.
    pub(super) party: Party,
    /// The same with the day and the matter's next step, as the API says it.
    pub(super) holder: Holder,
    /// The project's own next step.
    pub(super) step: ProjectStep,
    /// The rule.
    pub(super) why: String,
    /// Which limits of the matter the open step has: by law, and as promised.
    pub(super) limits: Limits,
    next: NextStep,
}

/// The limits of one step: the one that a law or rule sets, and the one that the agency promised.
pub(crate) type Limits = (Option<DeadlineKind>, Option<DeadlineKind>);

/// Which limits of a matter a step has.
pub(crate) fn limits_of(next: NextStep) -> Limits {
    match next {
        NextStep::Nothing | NextStep::SupplyCorrections => (None, None),
        NextStep::Examine | NextStep::Accept => (Some(DeadlineKind::Acceptance), None),
        NextStep::RequestOpinions
        | NextStep::GiveOpinion
        | NextStep::Resubmit
        | NextStep::FinishSpecialProcedure
        | NextStep::Resume
        | NextStep::RecordCommitment
        | NextStep::Decide => (Some(DeadlineKind::Statutory), Some(DeadlineKind::Committed)),
        NextStep::SupplyOwed => (Some(DeadlineKind::Owed), None),
        NextStep::Deliver => (Some(DeadlineKind::Delivery), None),
        NextStep::CheckCommitment => (Some(DeadlineKind::CommitmentCheck), None),
        NextStep::Rectify | NextStep::Revoke => (Some(DeadlineKind::Rectification), None),
    }
}

impl Ball {
    /// Of the open matters the one that is due first, those without a date last; where there is none,
    /// whoever has to act for the project as a whole.
    pub(super) fn of(
        project: &Project,
        matters: &[(&MatterId, &Matter)],
        halt: Option<&Halt>,
        ahead: &Ahead,
        bench: &Bench,
    ) -> Self {
        let holders = matters.iter().map(|(_, matter)| matter.holder(today(bench))).enumerate();
        let open = holders.filter(|(_, holder)| holder.next != NextStep::Nothing);
        // While the project is stopped, only what lets it go on counts.
        let open = open.filter(|(at, _)| halt.is_none_or(|halt| halt.is_lifted_by(matters[*at].0)));
        let first = open.min_by_key(|(at, holder)| {
            let due = holder.due.as_ref().map(|deadline| deadline.due);
            (due.is_none(), due, matters[*at].0)
        });
        match (first, halt) {
            (Some((at, holder)), _) => of_matter(at, &holder),
            (None, Some(halt)) => halted(halt, bench),
            (None, None) => before_matters(project, bench)
                .unwrap_or_else(|| between_matters(project, matters, ahead, bench)),
        }
    }

    /// What has to be done next, in words.
    pub(super) fn in_words(&self) -> Text {
        match self.about {
            Some(_) => words::next_step(self.next),
            None => words::project_step(self.step),
        }
    }

    fn of_project(party: Party, since: Date, step: ProjectStep, why: impl Into<String>) -> Self {
        let next = NextStep::Nothing;
        let holder = matter::Holder {
            party: party.clone(),
            since,
            next,
            due: None,
            citation: String::new(),
        };
        let holder = Holder {
            next: proto::matter::v1::NextStep::Unspecified.into(),
            ..view::holder(&holder)
        };
        Self { about: None, party, holder, step, why: why.into(), limits: (None, None), next }
    }
}

fn of_matter(at: usize, holder: &matter::Holder) -> Ball {
    Ball {
        about: Some(at),
        party: holder.party.clone(),
        holder: view::holder(holder),
        step: ProjectStep::Unspecified,
        why: holder.citation.clone(),
        limits: limits_of(holder.next),
        next: holder.next,
    }
}

fn halted(halt: &Halt, bench: &Bench) -> Ball {
    let (party, step) = match halt.lifted_by {
        None => (Party::Nobody, ProjectStep::Nothing),
        Some(lift @ Lift::SecurityReview) => {
            (agency_of(lift.item(), bench), ProjectStep::ConcludeSecurityReview)
        }
        Some(lift @ Lift::Screening) => (agency_of(lift.item(), bench), ProjectStep::Screen),
    };
    Ball::of_project(party, halt.since, step, halt.because.clone())
}

/// What must be done for the project before any matter can be.
fn before_matters(project: &Project, bench: &Bench) -> Option<Ball> {
    let intake = &project.intake.facts;
    let screening_rule = "外商投资法实施条例 art. 34";
    let Some(screening) = &intake.screening else {
        let since = intake.registered_on?;
        let party = agency_of("S1-02", bench);
        return Some(Ball::of_project(party, since, ProjectStep::Screen, screening_rule));
    };
    if screening.outcome == Outcome::Manual {
        let (party, step) = (agency_of("S1-02", bench), ProjectStep::DecideScreening);
        return Some(Ball::of_project(party, screening.on, step, screening_rule));
    }
    None
}

/// No matter is open: the enterprise files or answers, or there is nothing left to do.
fn between_matters(
    project: &Project,
    matters: &[(&MatterId, &Matter)],
    ahead: &Ahead,
    bench: &Bench,
) -> Ball {
    let intake = &project.intake.facts;
    let since = free_since(intake, matters).unwrap_or(bench.date);
    if intake.is_admitted() && intake.code.is_none() {
        let (party, step) = (agency_of("S1-12", bench), ProjectStep::AssignCode);
        return Ball::of_project(party, since, step, "国令第673号 art. 4");
    }
    if let Some(ball) = on_site(project, since, bench) {
        return ball;
    }
    if !ahead.can_file.is_empty() {
        let why = "行政许可法 art. 29";
        return Ball::of_project(Party::Enterprise, since, ProjectStep::File, why);
    }
    if !ahead.questions.is_empty() {
        let (step, why) = (ProjectStep::AnswerQuestions, "行政许可法 art. 31");
        return Ball::of_project(Party::Enterprise, since, step, why);
    }
    if intake.is_admitted() && (intake.gate.is_none() || intake.is_gate_contested) {
        let since = intake.gate_moved_on.unwrap_or(since);
        let (party, step) = (agency_of("S1-04", bench), ProjectStep::DecideKeyProject);
        return Ball::of_project(party, since, step, "大政发〔2020〕24号 (十五)");
    }
    let why = "nothing is left to do";
    Ball::of_project(Party::Nobody, since, ProjectStep::Nothing, why)
}

/// Construction and what follows it: the enterprise builds, puts into use, or does what it owes by law.
fn on_site(project: &Project, since: Date, bench: &Bench) -> Option<Ball> {
    let acceptance = &project.acceptance.facts;
    let permit = acceptance.permit.as_ref().filter(|_| project.may_still_build(bench))?;
    let state = |state: UnitState| project.units().iter().any(|unit| unit.state() == state);
    let enterprise =
        |since, step, why: &str| Some(Ball::of_project(Party::Enterprise, since, step, why));
    if acceptance.works.started_on.is_none() {
        let mut ball = enterprise(permit.since, ProjectStep::BeginConstruction, "建筑法 art. 9")?;
        let due = acceptance.works.start_clock(permit.since).deadline(&bench.calendar);
        ball.holder.due_on = due.map(|deadline| deadline.due.to_string()).unwrap_or_default();
        return Some(ball);
    }
    // What has a last day comes before what has none.
    if let Some(ball) = owed(project, bench) {
        return Some(ball);
    }
    if acceptance.units.is_empty() || state(UnitState::UnderConstruction) {
        let since = acceptance.works.started_on.unwrap_or(since).max(since);
        return enterprise(since, ProjectStep::Build, "国办发〔2019〕11号 (八)");
    }
    if state(UnitState::Accepted) {
        return enterprise(since, ProjectStep::PutIntoUse, "建设工程质量管理条例 art. 16");
    }
    None
}

/// What the enterprise owes by law, the first to be due.
fn owed(project: &Project, bench: &Bench) -> Option<Ball> {
    let owed = project.obligations(bench).into_iter().filter(|duty| duty.timed.done_on.is_none());
    let first = owed.min_by_key(|duty| duty.timed.deadline(&bench.calendar).map(|one| one.due))?;
    let clock = &first.timed.clock;
    let step = ProjectStep::MeetObligation;
    let mut ball = Ball::of_project(Party::Enterprise, clock.start, step, &*clock.citation);
    let due = clock.deadline(&bench.calendar);
    ball.holder.due_on = due.map(|deadline| deadline.due.to_string()).unwrap_or_default();
    Some(ball)
}

/// The last day on which something stood in the project's way, or began it.
fn free_since(intake: &Intake, matters: &[(&MatterId, &Matter)]) -> Option<Date> {
    let cleared = intake.review.as_ref().and_then(|review| review.concluded.as_ref());
    let passed = matters.iter().filter_map(|(_, matter)| matter.turns.last());
    let matters = passed.map(|turn| turn.since);
    matters
        .chain(intake.registered_on)
        .chain(intake.screening.as_ref().map(|screening| screening.on))
        .chain(cleared.map(|(on, ..)| *on))
        .chain(intake.code.as_ref().map(|(_, on)| *on))
        .max()
}

/// The agency that the catalogue of the day gives an item to.
pub(super) fn agency_of(item: &str, bench: &Bench) -> Party {
    let item = bench.law.catalogue.item(item, bench.date);
    item.map_or(Party::Nobody, |item| Party::Agency(item.agency.clone()))
}
