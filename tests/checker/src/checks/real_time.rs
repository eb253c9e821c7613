//! C6: real time. What was answered before something else was asked stands before it in the log, and the log's
//! own time never runs backward.

use std::collections::BTreeMap;

use crate::run::Run;
use crate::verdict::Verdict;

/// A command that was carried out: it happened between its first sending and its first answer.
struct Span<'a> {
    op: u64,
    key: &'a str,
    begun: u64,
    ended: u64,
    position: u64,
}

pub(super) fn check(run: &Run) -> Verdict {
    let mut verdict = Verdict::new("C6", "the log's order is that of real time");
    verdict.saw("acknowledged commands", 0);
    for (name, log) in &run.logs {
        for pair in log.events.windows(2) {
            let [one, next] = pair else { continue };
            if next.recorded_at < one.recorded_at {
                let witness = format!("{name}: {} and {}", one.position, next.position);
                verdict.broken("the log's time never runs backward", witness);
            }
        }
        let spans = spans(run, name, &log.spans());
        verdict.saw("acknowledged commands", spans.len());
        order(&mut verdict, name, spans);
    }
    verdict
}

/// A repetition is answered with the first position, so that all sendings of a key are one command. What
/// added nothing has no place in the log.
fn spans<'a>(
    run: &'a Run,
    log: &str,
    stored: &BTreeMap<(&str, &str), (u64, u64)>,
) -> Vec<Span<'a>> {
    let mut spans: BTreeMap<(&str, &str), (u64, Option<Span<'a>>)> = BTreeMap::new();
    for command in run.commands.iter().filter(|command| command.log == log) {
        let Some(keyed) = command.keyed() else { continue };
        let (begun, span) = spans.entry(keyed).or_insert((u64::MAX, None));
        *begun = command.t0.min(*begun);
        let (Some(ended), Some(token)) = (command.t1, &command.position) else { continue };
        let earlier = span.as_ref().is_none_or(|span| ended < span.ended);
        if command.is_ok() && earlier && stored.contains_key(&keyed) {
            let (op, position) = (command.op, token.position);
            *span = Some(Span { op, key: keyed.1, begun: 0, ended, position });
        }
    }
    let carried_out = spans.into_values().filter_map(|(begun, span)| Some(Span { begun, ..span? }));
    carried_out.collect()
}

fn order(verdict: &mut Verdict, log: &str, mut begun: Vec<Span<'_>>) {
    begun.sort_by_key(|span| span.begun);
    let mut ended: Vec<usize> = (0..begun.len()).collect();
    ended.sort_by_key(|index| begun[*index].ended);
    let mut ended = ended.into_iter().peekable();
    // Of everything that had been answered by then, what stands last in the log.
    let mut newest: Option<&Span<'_>> = None;
    for span in &begun {
        while let Some(index) = ended.next_if(|index| begun[*index].ended < span.begun) {
            let before = &begun[index];
            if newest.is_none_or(|newest| before.position > newest.position) {
                newest = Some(before);
            }
        }
        if let Some(before) = newest.filter(|before| before.position >= span.position) {
            let witness = format!(
                "{log}: op {} ({}) was answered at {} before op {} ({}) began, which is at {}",
                before.op, before.key, before.position, span.op, span.key, span.position
            );
            verdict.broken("what was answered before stands before", witness);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::{Sample, broken, holds};

    #[test]
    fn a_story_told_in_order_holds_and_repetitions_do_not_count() {
        let mut run = Sample::story();
        let mut again = run.commands[0].clone();
        (again.op, again.t0, again.t1) = (700, 50_000, Some(50_001));
        run.commands.push(again);
        assert!(holds(&check(&run)));
    }

    #[test]
    fn what_began_after_an_answer_must_not_stand_before_it() {
        let mut run = Sample::story();
        // The story's first two commands in intake change their times; their places stay.
        let [one, two] = &mut run.commands[..2] else { panic!("two commands") };
        ((one.t0, one.t1), (two.t0, two.t1)) = ((two.t0, two.t1), (one.t0, one.t1));
        assert_eq!(broken(&check(&run)), ["what was answered before stands before"]);
        // Had they overlapped, either order would be right.
        let [one, two] = &mut run.commands[..2] else { panic!("two commands") };
        one.t0 = two.t0;
        assert!(holds(&check(&run)));
    }

    #[test]
    fn time_that_runs_backward_is_a_violation() {
        let mut run = Sample::story();
        run.logs.get_mut("intake").unwrap().events[0].recorded_at += 3_600_000_000;
        assert_eq!(broken(&check(&run)), ["the log's time never runs backward"]);
    }
}
