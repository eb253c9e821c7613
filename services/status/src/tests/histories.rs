//! What holds for every history: random acts on several projects at once.

use super::{
    elsewhere::elsewhere,
    story::{
        FACTORY, Story, accept, at_nine, bench, correct, deliver, extend, grant, hearing,
        hearing_over, law, recorded, refuse, replayed, supply,
    },
};
use crate::{
    fold::{Projects, Source, fold},
    project::Project,
};
use eventlog::Recorded;
use jiff::ToSpan;
use proptest::prelude::*;
use rulebook::matter::{Act, MatterId};
use std::collections::BTreeMap;

/// Which project, what it does, and after how many days.
pub(super) type Move = (usize, usize, i64);

const ITEMS: [&str; 6] = ["S1-08", "S2-05", "S2-06", "S2-09", "S3-06", "S4-02"];
/// Moves on matters; what lies beyond is told by [`elsewhere`].
const ON_MATTERS: usize = ITEMS.len() * 14;

/// Three projects, and every log that tells of them.
pub(super) struct Town {
    pub(super) stories: Vec<Story>,
    pub(super) logs: BTreeMap<Source, Vec<Recorded>>,
}

impl Town {
    pub(super) fn of_three() -> Self {
        let stories = ["p-one", "p-three", "p-two"].map(|id| Story::of(id, "2022-03-28"));
        Self { stories: stories.into(), logs: Source::ALL.map(|log| (log, Vec::new())).into() }
    }

    /// Does what can be done; what is refused changes nothing.
    pub(super) fn makes(&mut self, (who, what, days): Move) {
        let today = self.stories[0].today.checked_add(days.days()).unwrap();
        for story in &mut self.stories {
            story.today = today;
        }
        let before = self.stories[who].told.len();
        let story = self.stories[who].clone();
        self.stories[who] = moved(story, what);
        for told in &self.stories[who].told[before..] {
            let stream = told.log.stream(&self.stories[who].project.id);
            let log = self.logs.get_mut(&told.log).unwrap();
            let mut event = recorded(&stream, log.len() as u64 + 1, told.payload.clone());
            event.recorded_at = at_nine(told.on);
            log.push(event);
        }
    }
}

fn moved(story: Story, what: usize) -> Story {
    let today = story.today.to_string();
    let begun = Story { told: Vec::new(), ..Story::admitted(&today) };
    if story.told.is_empty() {
        // Every history begins with the registration of that project.
        let told = Story::admitted(&today).told;
        return Story { told, project: Project { id: story.project.id, ..begun.project }, ..begun };
    }
    if let Some(beyond) = what.checked_sub(ON_MATTERS) {
        return elsewhere(story, beyond);
    }
    let acts: [Act; 12] = [
        accept(),
        correct(),
        supply(what as u32),
        Act::RequestOpinions { opinions: Vec::new() },
        hearing(&today),
        hearing_over(),
        extend(&today),
        grant(),
        refuse(),
        deliver(),
        Act::WithdrawApplication { reason: String::new() },
        Act::DeemAccepted,
    ];
    let item = ITEMS[what % ITEMS.len()];
    let last = (1..=9).rev().map(|n| MatterId::new(item, n).unwrap());
    let open = last.into_iter().find(|id| story.project.matter(id).is_some());
    match (open, acts.get(what / ITEMS.len())) {
        (Some(id), Some(act)) => story.tries(&id, act.clone()).unwrap_or_else(|(same, _)| *same),
        (None, _) => story.files(item),
        (Some(id), None) if id.ordinal() < 9 => story.files(item),
        (Some(_), None) => story.states(&FACTORY),
    }
}

pub(super) fn histories() -> impl Strategy<Value = Vec<Move>> {
    let what = 0..ON_MATTERS + 40;
    prop::collection::vec((0..3_usize, what, 0..6_i64), 1..40)
}

fn of(source: Source, log: &[Recorded], id: &str) -> Vec<Recorded> {
    let stream = source.stream(id);
    log.iter().filter(|event| event.stream == stream).cloned().collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_status_is_the_fold_of_the_projects_own_events_and_of_no_others(history in histories()) {
        let mut town = Town::of_three();
        let mut folds = Source::ALL.map(|source| (source, Projects::of(source)));
        for made in history {
            let before: BTreeMap<_, _> =
                town.logs.iter().map(|(source, log)| (*source, log.len())).collect();
            town.makes(made);
            for (source, projects) in &mut folds {
                for event in &town.logs[source][before[source]..] {
                    fold(projects, event).unwrap();
                }
            }
            for story in &town.stories {
                let id = &story.project.id;
                let bench = bench(story.today);
                let told_of = || Project { epochs: story.project.epochs, id: id.clone(), ..Project::default() };
                let (mut live, mut own) = (told_of(), told_of());
                for (source, projects) in &folds {
                    projects.get(id).into_iter().for_each(|part| live.put(part));
                    own.put(replayed(*source, &of(*source, &town.logs[source], id)));
                }
                prop_assert_eq!(live.status(&bench), own.status(&bench));
                prop_assert_eq!(&live.intake.facts, &story.project.intake.facts);
                prop_assert_eq!(&live.planning.facts, &story.project.planning.facts);
                prop_assert_eq!(&live.acceptance.facts, &story.project.acceptance.facts);
                prop_assert_eq!(&live.dossier.facts, &story.project.dossier.facts);
                prop_assert_eq!(&live.aftercare.facts, &story.project.aftercare.facts);
            }
        }
    }

    #[test]
    fn the_days_of_every_matter_sum_to_the_days_elapsed_and_the_ball_is_with_somebody(history in histories()) {
        let mut town = Town::of_three();
        for made in history {
            town.makes(made);
        }
        for story in &town.stories {
            let status = story.status();
            for row in &status.matters {
                let matter = row.matter.as_ref().unwrap();
                let received: jiff::civil::Date = matter.received_on.parse().unwrap();
                let id = matter.name.rsplit('/').next().unwrap();
                let closed = story.matter(id).closed_on().unwrap_or(story.today);
                let elapsed = closed.duration_since(received).as_hours() / 24;
                prop_assert_eq!(i64::from(row.days.values().sum::<u32>()), elapsed);
            }
            let due: Vec<_> = status.matters.iter().filter_map(|row| {
                let due = row.matter.as_ref()?.holder.as_ref()?.due_on.clone();
                (!due.is_empty()).then_some(due)
            }).collect();
            // Nothing is due before what is shown first.
            let first = status.holder.unwrap();
            if !status.about.is_empty() {
                prop_assert!(due.iter().all(|due| !first.due_on.is_empty() && *due >= first.due_on));
            }
            prop_assert!(law().catalogue.agency(&first.who).is_some() || first.party() != proto::matter::v1::Party::Agency);
        }
    }
}
