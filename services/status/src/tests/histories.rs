//! What holds for every history: random acts on several projects at once.

use super::story::{
    FACTORY, Story, accept, bench, correct, deliver, extend, grant, hearing, hearing_over, law,
    recorded, refuse, replayed, supply,
};
use crate::{
    fold::{Facts, Intake, Planning, Projects, fold},
    project::{Epochs, Project},
};
use eventlog::Recorded;
use jiff::ToSpan;
use proptest::prelude::*;
use rulebook::matter::{Act, MatterId};

/// Which project, what it does, and after how many days.
type Move = (usize, usize, i64);

const ITEMS: [&str; 4] = ["S1-08", "S2-05", "S2-06", "S2-09"];

/// Both logs and, for each moment, how long they were and what every project's status should be.
struct Town {
    stories: Vec<Story>,
    intake: Vec<Recorded>,
    planning: Vec<Recorded>,
}

impl Town {
    fn of_three() -> Self {
        let stories = ["p-one", "p-three", "p-two"].map(|id| Story::of(id, "2022-03-28"));
        Self { stories: stories.into(), intake: Vec::new(), planning: Vec::new() }
    }

    /// Does what can be done; what is refused changes nothing.
    fn makes(&mut self, (who, what, days): Move) {
        let today = self.stories[0].today.checked_add(days.days()).unwrap();
        for story in &mut self.stories {
            story.today = today;
        }
        let before = self.stories[who].told.len();
        let story = self.stories[who].clone();
        self.stories[who] = moved(story, what);
        for told in &self.stories[who].told[before..] {
            let stream = format!("{}/{}", told.log, self.stories[who].project.id);
            let log = if told.log == Intake::LOG { &mut self.intake } else { &mut self.planning };
            let position = log.len() as u64 + 1;
            log.push(recorded(&stream, position, told.payload.clone()));
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

fn histories() -> impl Strategy<Value = Vec<Move>> {
    let what = 0..ITEMS.len() * 14;
    prop::collection::vec((0..3_usize, what, 0..6_i64), 1..40)
}

fn of<F: Facts>(log: &[Recorded], id: &str) -> Vec<Recorded> {
    let stream = crate::fold::stream::<F>(id);
    log.iter().filter(|event| event.stream == stream).cloned().collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_status_is_the_fold_of_the_projects_own_events_and_of_no_others(history in histories()) {
        let mut town = Town::of_three();
        let (mut intake, mut planning) = (Projects::<Intake>::default(), Projects::default());
        for made in history {
            let before = (town.intake.len(), town.planning.len());
            town.makes(made);
            town.intake[before.0..].iter().for_each(|e| fold(&mut intake, e).unwrap());
            town.planning[before.1..].iter().for_each(|e| fold::<Planning>(&mut planning, e).unwrap());
            for story in &town.stories {
                let id = &story.project.id;
                let bench = bench(story.today);
                let live = Project {
                    id: id.clone(),
                    intake: intake.get(id).unwrap_or_default(),
                    planning: planning.get(id).unwrap_or_default(),
                    epochs: Epochs { intake: 1, planning: 1 },
                };
                let own = Project {
                    intake: replayed(&of::<Intake>(&town.intake, id)),
                    planning: replayed(&of::<Planning>(&town.planning, id)),
                    ..live.clone()
                };
                prop_assert_eq!(live.status(&bench), own.status(&bench));
                prop_assert_eq!(&live.intake.facts, &story.project.intake.facts);
                prop_assert_eq!(&live.planning.facts, &story.project.planning.facts);
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
