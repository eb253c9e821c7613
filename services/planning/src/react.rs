//! What planning does about intake's facts.

mod told;

use crate::case::{Case, decide};
use desk::{
    docket::Docket,
    reactions::{News, Reactions, Stage},
};
use eventlog::{Feed, Recorded};
use told::Told;

/// Follows intake's log.
pub(crate) fn follow(intake: Feed, docket: &Docket<Case>) -> Reactions {
    let mut told = Told::default();
    let listen = move |event: &Recorded| {
        Ok(told.take(event)?.map(|told::News { project, on, facts }| {
            News::new(project, move |case| decide::note(case, on, facts.clone()))
        }))
    };
    Reactions::follow([Stage::new(intake, listen)], docket)
}
