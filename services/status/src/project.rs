//! One project: what the logs say of it, and its status on a day.

mod ahead;
mod ball;
mod endangered;
mod halt;
mod open;
mod words;
mod works;

#[cfg(test)]
mod tests;

pub(crate) use ball::limits_of;
pub(crate) use open::Open;

use crate::fold::{
    Acceptance, Aftercare, Dossier, Entry, Epochs, Held, Intake, Part, Planning, Source,
};
use ahead::Ahead;
use ball::Ball;
use desk::{docket::Bench, view};
use halt::Halt;
use proto::{
    matter::v1::{Light, Matter as ShownMatter},
    status::v1::{BackFilled, MatterStatus, ProjectStatus, Stage},
    r#type::v1::Text,
};
use rulebook::{
    catalogue,
    matter::{Ledger, Matter, MatterId, Party, Today},
};
use std::collections::BTreeMap;
use works::owed;

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
    /// From the log of acceptance.
    pub(crate) acceptance: Held<Acceptance>,
    /// From the log of the dossiers.
    pub(crate) dossier: Held<Dossier>,
    /// From the log of aftercare.
    pub(crate) aftercare: Held<Aftercare>,
    /// Epochs of the logs, for the tokens of positions.
    pub(crate) epochs: Epochs,
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

    /// Takes in what one log says.
    pub(crate) fn put(&mut self, part: Part) {
        match part {
            Part::Intake(held) => self.intake = held,
            Part::Planning(held) => self.planning = held,
            Part::Acceptance(held) => self.acceptance = held,
            Part::Dossier(held) => self.dossier = held,
            Part::Aftercare(held) => self.aftercare = held,
        }
    }

    /// Position of the project's last event in a log; 0 before any.
    fn position(&self, source: Source) -> u64 {
        match source {
            Source::Intake => self.intake.position,
            Source::Planning => self.planning.position,
            Source::Acceptance => self.acceptance.position,
            Source::Dossier => self.dossier.position,
            Source::Aftercare => self.aftercare.position,
        }
    }

    /// Every entry of every log; those of one log in the order of recording.
    pub(crate) fn entries(&self) -> impl Iterator<Item = &Entry> {
        let logs = [
            &self.intake.entries,
            &self.planning.entries,
            &self.acceptance.entries,
            &self.dossier.entries,
            &self.aftercare.entries,
        ];
        logs.into_iter().flat_map(|entries| entries.iter())
    }

    /// Whether any log names it.
    pub(crate) fn is_known(&self) -> bool {
        Source::ALL.into_iter().any(|source| self.position(source) > 0)
    }

    /// One matter of any stage.
    pub(crate) fn matter(&self, id: &MatterId) -> Option<&Matter> {
        self.matters_of(id.stage()).get(id)
    }

    /// The matters of a stage.
    fn matters_of(&self, stage: catalogue::Stage) -> &BTreeMap<MatterId, Matter> {
        match stage {
            catalogue::Stage::Intake => self.intake.facts.matters.all(),
            catalogue::Stage::Planning => self.planning.facts.matters.all(),
            catalogue::Stage::Acceptance => self.acceptance.facts.matters.all(),
            catalogue::Stage::Aftercare => self.aftercare.facts.matters.all(),
        }
    }

    /// Every matter, by id.
    pub(crate) fn all_matters(&self) -> impl Iterator<Item = (&MatterId, &Matter)> {
        catalogue::Stage::ALL.into_iter().flat_map(|stage| self.matters_of(stage))
    }

    /// Every matter in the order of receipt; of several received on one day, by id.
    fn matters(&self) -> Vec<(&MatterId, &Matter)> {
        let mut matters: Vec<_> = self.all_matters().collect();
        matters.sort_by_key(|(id, matter)| (matter.received_on, *id));
        matters
    }

    /// Resource name of a matter.
    pub(crate) fn matter_name(&self, id: &MatterId) -> String {
        format!("{}/matters/{id}", self.name())
    }

    /// The matter as the service of its stage shows it.
    pub(crate) fn show(&self, id: &MatterId, matter: &Matter, bench: &Bench) -> ShownMatter {
        let name = self.matter_name(id);
        let source = match id.stage() {
            catalogue::Stage::Intake => Source::Intake,
            catalogue::Stage::Planning => Source::Planning,
            catalogue::Stage::Acceptance => Source::Acceptance,
            catalogue::Stage::Aftercare => Source::Aftercare,
        };
        let position = self.epochs.token(source, self.position(source));
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
            stage: self.stage(halt.as_ref(), bench).into(),
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
            units: self.units(),
            phases: self.phases(),
            complete: self.is_complete(),
            joints: self.waiting_joints(bench),
            acceptance_opinions: self.acceptance.facts.opinions.clone(),
            obligations: self.obligations(bench).iter().map(|duty| owed(duty, bench)).collect(),
            open: open::counts(&self.open(bench), bench),
            endangered: self.endangered(bench),
            back_filled: self.back_filled(),
        }
    }

    /// Entries that somebody recorded after their day, in the order of recording.
    fn back_filled(&self) -> Vec<BackFilled> {
        let mut late: Vec<_> = self.entries().filter(|entry| entry.is_back_filled()).collect();
        late.sort_by_key(|entry| entry.recorded_on);
        late.into_iter()
            .map(|entry| BackFilled {
                kind: entry.kind.clone(),
                matter: entry.matter.as_ref().map(|id| self.matter_name(id)).unwrap_or_default(),
                occurred_on: entry.on.to_string(),
                recorded_on: entry.recorded_on.to_string(),
                agency: entry.agency.clone().unwrap_or_default(),
            })
            .collect()
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

    fn stage(&self, halt: Option<&Halt>, bench: &Bench) -> Stage {
        let in_force = |code: &str| {
            self.all_matters().any(|(id, matter)| id.item() == code && matter.is_in_force())
        };
        if halt.is_some_and(|halt| halt.lifted_by.is_none()) {
            Stage::Ended
        } else if self.is_operating() {
            Stage::Aftercare
        } else if in_force(CONSTRUCTION_PERMIT) && self.may_still_build(bench) {
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
