//! C14: after the last fault has ended everything converges within a minute and by itself, and nothing panicked.

use prost::Message;
use proto::status::v1::GetProjectStatusResponse;

use crate::run::Run;
use crate::verdict::Verdict;

/// How long it may take, in nanoseconds.
const LONGEST: u64 = 60 * 1_000_000_000;

pub(super) fn check(run: &Run) -> Verdict {
    let mut verdict = Verdict::new("C14", "everything converges within 60 s of the heal");
    verdict.saw("heals", usize::from(run.healed.is_some()));
    verdict.saw("statuses at the end", run.statuses.len());
    match (run.healed, &run.quiet) {
        (Some(healed), Some(quiet)) => {
            let took = quiet.t0.saturating_sub(healed);
            if !quiet.converged {
                let what = quiet.what.as_ref().map(ToString::to_string).unwrap_or_default();
                verdict.broken("it converged", what);
            } else if took > LONGEST {
                verdict.broken("it converged in time", format!("{} ms", took / 1_000_000));
            }
        }
        (Some(_), None) => verdict.broken("it converged", "nobody said so"),
        (None, _) => {}
    }
    for status in &run.statuses {
        let answer = GetProjectStatusResponse::decode(status.body.0.as_slice());
        for stopped in answer.into_iter().flat_map(|answer| answer.stopped) {
            let witness = format!("{} {}: {}", stopped.log, stopped.position, stopped.reason);
            verdict.broken("no log is stopped at the end", witness);
        }
        for token in &status.as_of {
            let head = run.logs.get(&token.log).map(|log| log.head.position);
            if run.stood_still() && head != Some(token.position) {
                let witness = format!("{}: {token}, the log is at {head:?}", status.object);
                verdict.broken("the last answers have seen every log to its end", witness);
            }
        }
    }
    verdict.saw("complaints in the logs", run.complaints.len());
    for line in run.complaints.iter().filter(|line| line.line.contains("panicked")) {
        let short: String = line.line.chars().take(300).collect();
        verdict.broken("nothing panicked", format!("{}: {short}", line.process));
    }
    verdict
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::{Line, Quiet};
    use crate::sample::{Sample, broken, holds};

    fn ended(after_ms: u64, converged: bool) -> Run {
        let mut run = Sample::story();
        run.healed = Some(1_000);
        let t0 = 1_000 + after_ms * 1_000_000;
        run.quiet = Some(Quiet { t0, converged, what: None });
        run
    }

    #[test]
    fn a_minute_is_enough() {
        assert!(holds(&check(&ended(60_000, true))));
        assert_eq!(broken(&check(&ended(60_001, true))), ["it converged in time"]);
    }

    #[test]
    fn what_was_given_up_has_not_converged() {
        assert_eq!(broken(&check(&ended(10, false))), ["it converged"]);
        let silent = Run { quiet: None, ..ended(10, true) };
        assert_eq!(broken(&check(&silent)), ["it converged"]);
    }

    #[test]
    fn a_status_that_is_behind_at_the_end_is_a_violation() {
        let mut run = ended(10, true);
        run.statuses[0].as_of[0].position -= 1;
        let wanted = ["the last answers have seen every log to its end"];
        assert_eq!(broken(&check(&run)), wanted);
    }

    #[test]
    fn a_log_that_stopped_is_a_violation() {
        let mut run = ended(10, true);
        let body = run.statuses[0].body.0.clone();
        let mut answer = GetProjectStatusResponse::decode(body.as_slice()).unwrap();
        let log = "planning".to_owned();
        answer.stopped.push(proto::status::v1::Stopped { log, position: 3, ..Default::default() });
        run.statuses[0].body = crate::run::Bytes(answer.encode_to_vec());
        assert_eq!(broken(&check(&run)), ["no log is stopped at the end"]);
    }

    #[test]
    fn a_panic_is_a_violation_and_an_error_is_none() {
        let mut run = ended(10, true);
        let said = |line: &str| Line { process: "planning".to_owned(), line: line.to_owned() };
        run.complaints.push(said("ERROR the log is not available"));
        assert!(holds(&check(&run)));
        run.complaints.push(said("thread 'main' panicked at …"));
        assert_eq!(broken(&check(&run)), ["nothing panicked"]);
    }
}
