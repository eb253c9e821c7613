//! What acceptance does about the facts of planning and aftercare.

mod told;

use crate::case::{Case, Event};
use desk::{
    docket::Docket,
    reactions::{News, Reactions, Stage},
};
use eventlog::{Feed, Recorded};
use rulebook::law::Law;
use std::sync::Arc;
use told::Told;

/// Follows the logs of planning and aftercare.
pub(crate) fn follow(logs: [Feed; 2], docket: &Docket<Case>, law: &Arc<Law>) -> Reactions {
    let stages = logs.map(|log| {
        let mut told = Told::new(law.clone());
        Stage::new(log, move |event: &Recorded| {
            Ok(told.take(event)?.map(|told::News { project, facts }| {
                News::new(project, move |case| unknown(case, &facts))
            }))
        })
    });
    Reactions::follow(stages, docket)
}

/// What of the news the case does not know yet.
fn unknown(case: &Case, facts: &[Event]) -> Vec<Event> {
    let mut after = case.clone();
    let mut news = Vec::new();
    for fact in facts {
        let before = after.clone();
        after.apply(fact);
        if after != before {
            news.push(fact.clone());
        }
    }
    news
}
