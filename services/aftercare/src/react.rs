//! What follows from the facts of earlier stages.

mod told;

use crate::case::{Case, decide};
use desk::{
    docket::Docket,
    reactions::{News, Reactions, Stage},
};
use eventlog::{Feed, Recorded};
use told::Told;

/// Follows the logs of intake, planning and acceptance.
pub(crate) fn follow(logs: [Feed; 3], docket: &Docket<Case>) -> Reactions {
    let stages = logs.map(|log| {
        let mut told = Told::default();
        Stage::new(log, move |event: &Recorded| {
            Ok(told.take(event)?.map(|told::News { project, on, facts }| {
                News::new(project, move |case| decide::note(case, on, facts.clone()))
            }))
        })
    });
    Reactions::follow(stages, docket)
}
