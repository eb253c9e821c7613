//! One project: what both logs say of it, and its status on a day.

mod ahead;
mod ball;
mod halt;
mod words;

#[cfg(test)]
mod tests;

pub(crate) use ball::limits_of;

use crate::fold::{Facts, Held, Intake, Planning};
use ahead::Ahead;
use ball::Ball;
use desk::{docket::Bench, position::Token, view};
use halt::Halt;
use proto::{
    matter::v1::{Light, Matter as ShownMatter},
    status::v1::{MatterStatus, ProjectStatus, Stage},
    r#type::v1::Text,
};
use rulebook::{
    catalogue,
    matter::{Ledger, Matter, MatterId, Party, Today},
};
use std::collections::BTreeMap;

/// With either of these in force the project is on file and planning goes on: 备案 or 核准.
const ON_FILE: [&str; 2] = ["S1-08", "S1-09"];
/// With this in force construction may begin: 建筑工程施工许可.
const CONSTRUCTION_PERMIT: &str = "S2-17";

/// What is known of one project, and how far each log has been read.
#[derive(Debug, Clone, Default)]
pub(crate) struct Project {
    /// Its id.
    pub(crate) id: String,
    /// From the log of intake.
    pub(crate) intake: Held<Intake>,
    /// From the log of planning.
    pub(crate) planning: Held<Planning>,
    /// Epochs of both logs, for the tokens of positions.
    pub(crate) epochs: Epochs,
}

/// The epoch of each log.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Epochs {
    /// Of intake's.
    pub(crate) intake: u32,
    /// Of planning's.
    pub(crate) planning: u32,
}

impl Epochs {
    /// The tokens of positions in both logs.
    pub(crate) fn tokens(self, intake: u64, planning: u64) -> Vec<String> {
        vec![token::<Intake>(self.intake, intake), token::<Planning>(self.planning, planning)]
    }
}

fn token<F: Facts>(epoch: u32, position: u64) -> String {
    Token { log: F::LOG.to_owned(), epoch, position }.to_string()
}

/// The day and the calendar of a bench.
pub(crate) fn today(bench: &Bench) -> Today<'_> {
    Today { date: bench.date, calendar: &bench.calendar }
}

impl Project {
    /// Resource name.
    pub(crate) fn name(&self) -> String {
        format!("projects/{}", self.id)
    }

    /// One matter of either stage.
    pub(crate) fn matter(&self, id: &MatterId) -> Option<&Matter> {
        self.matters_of(id.stage()).get(id)
    }

    /// The matters of a stage; none of a stage that is not served yet.
    fn matters_of(&self, stage: catalogue::Stage) -> &BTreeMap<MatterId, Matter> {
        static NONE: BTreeMap<MatterId, Matter> = BTreeMap::new();
        match stage {
            catalogue::Stage::Intake => self.intake.facts.matters.all(),
            catalogue::Stage::Planning => self.planning.facts.matters.all(),
            catalogue::Stage::Acceptance | catalogue::Stage::Aftercare => &NONE,
        }
    }

    /// Every matter in the order of receipt; of several received on one day, by id.
    fn matters(&self) -> Vec<(&MatterId, &Matter)> {
        let stages = catalogue::Stage::ALL.into_iter();
        let mut matters: Vec<_> = stages.flat_map(|stage| self.matters_of(stage)).collect();
        matters.sort_by_key(|(id, matter)| (matter.received_on, *id));
        matters
    }

    /// The matter as the service of its stage shows it.
    pub(crate) fn show(&self, id: &MatterId, matter: &Matter, bench: &Bench) -> ShownMatter {
        let name = format!("{}/matters/{id}", self.name());
        let position = match id.stage() {
            catalogue::Stage::Intake => token::<Intake>(self.epochs.intake, self.intake.position),
            catalogue::Stage::Planning
            | catalogue::Stage::Acceptance
            | catalogue::Stage::Aftercare => {
                token::<Planning>(self.epochs.planning, self.planning.position)
            }
        };
        view::matter(&name, matter, today(bench), &position)
    }

    /// Where the project stands. Everything follows from the facts and the bench's day and law; nothing
    /// of it is kept.
    pub(crate) fn status(&self, bench: &Bench) -> ProjectStatus {
        let matters = self.matters();
        let halt = self.halt();
        let ahead = Ahead::of(self, halt.as_ref(), bench);
        let ball = Ball::of(self, &matters, halt.as_ref(), &ahead, bench);
        let shown: Vec<ShownMatter> =
            matters.iter().map(|(id, matter)| self.show(id, matter, bench)).collect();
        let about = ball.about.and_then(|about| shown.get(about));
        let limit = |kind| {
            let deadlines = about.into_iter().flat_map(|matter| &matter.deadlines);
            deadlines.into_iter().find(|deadline| Some(deadline.kind()) == kind).cloned()
        };
        let light = shown.iter().map(ShownMatter::light).max().unwrap_or(Light::Green);
        let days =
            matters.iter().map(|(_, matter)| charged(&matter.ledger(bench.date, &bench.calendar)));
        ProjectStatus {
            name: self.name(),
            project_code: self.code(),
            title: self.title(),
            stage: self.stage(halt.as_ref()).into(),
            holder_name: Some(words::party(&ball.party, &self.intake.facts, bench)),
            next: Some(ball.in_words()),
            about: about.map(|matter| matter.name.clone()).unwrap_or_default(),
            statutory: limit(ball.limits.0),
            committed: limit(ball.limits.1),
            step: ball.step.into(),
            holder: Some(ball.holder),
            why: ball.why,
            light: light.into(),
            secretary: self.intake.facts.secretary.clone(),
            stopped_because: halt.map(|halt| halt.because).unwrap_or_default(),
            can_file_now: ahead.can_file,
            open_questions: ahead.questions,
            certificates: self.planning.facts.certificates.clone(),
            matters: shown
                .iter()
                .cloned()
                .zip(days)
                .map(|(matter, days)| MatterStatus { matter: Some(matter), days })
                .collect(),
        }
    }

    fn title(&self) -> Option<Text> {
        let admitted = self.planning.facts.admitted.as_ref();
        self.intake.facts.facts.name.clone().or_else(|| admitted?.name.clone())
    }

    fn code(&self) -> String {
        let admitted = || self.planning.facts.admitted.as_ref();
        match &self.intake.facts.code {
            Some((code, _)) => code.clone(),
            None => admitted().map(|admitted| admitted.project_code.clone()).unwrap_or_default(),
        }
    }

    fn stage(&self, halt: Option<&Halt>) -> Stage {
        let in_force = |code: &str| {
            self.matters().iter().any(|(id, matter)| id.item() == code && matter.is_in_force())
        };
        if halt.is_some_and(|halt| halt.lifted_by.is_none()) {
            Stage::Ended
        } else if in_force(CONSTRUCTION_PERMIT) {
            Stage::Acceptance
        } else if !self.planning.facts.matters.all().is_empty() || ON_FILE.into_iter().any(in_force)
        {
            Stage::Planning
        } else {
            Stage::Intake
        }
    }
}

/// Calendar days by party, in the words of the API.
fn charged(ledger: &Ledger) -> BTreeMap<String, u32> {
    let mut days = BTreeMap::new();
    for (party, n) in ledger.by_party() {
        let key = match party {
            Party::Enterprise => "enterprise".to_owned(),
            Party::Agency(code) => code,
            Party::ThirdParty(_) => "third-party".to_owned(),
            Party::Nobody => "nobody".to_owned(),
        };
        *days.entry(key).or_default() += n;
    }
    days
}
