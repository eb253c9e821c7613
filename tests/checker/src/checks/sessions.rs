//! C17: sessions. A read that names a position shows it or says "not yet", and within one session nothing
//! becomes older.

use std::collections::BTreeMap;

use crate::checks::bodies::{Seen, project_of, seen};
use crate::fold::Projects;
use crate::run::{Read, Run, Token};
use crate::verdict::Verdict;

pub(super) fn check(run: &Run, projects: &Projects) -> Verdict {
    let mut verdict = Verdict::new("C17", "reads show what was written, sessions never go back");
    verdict.saw("reads", 0);
    for read in &run.reads {
        match read.res.as_str() {
            "ok" => {
                verdict.saw("reads", 1);
                shown(&mut verdict, projects, read);
            }
            "notyet" => {
                verdict.saw("reads that came too soon", 1);
                not_yet(&mut verdict, read);
            }
            _ => {}
        }
    }
    monotone(&mut verdict, run);
    verdict
}

fn shown(verdict: &mut Verdict, projects: &Projects, read: &Read) {
    if read.min_position.is_empty() {
        return;
    }
    verdict.saw("positions that had to be seen", read.min_position.len());
    let Some(seen) = seen(read) else {
        verdict.broken("a read says what it has seen", format!("op {}", read.op));
        return;
    };
    for wanted in &read.min_position {
        match &seen {
            Seen::Logs(logs) => {
                let as_of = logs.iter().find(|token| token.log == wanted.log);
                if as_of.map_or(0, |token| token.position) < wanted.position {
                    let as_of = as_of.map_or("nothing".to_owned(), ToString::to_string);
                    let witness = format!("op {}: {wanted} was wanted, {as_of} shown", read.op);
                    verdict.broken("a read is not older than it was told to be", witness);
                }
            }
            // It only says where the project's last event is: it is too old if one was left out.
            Seen::Object(token) if token.log == wanted.log => {
                let project = read.object.as_deref().and_then(project_of);
                let stream = project.and_then(|id| projects.get(id)?.of(&wanted.log));
                let last = stream.map_or(0, |stream| stream.position(wanted.position));
                if last > token.position {
                    let witness = format!(
                        "op {}: {wanted} was wanted, {token} shown, {last} is there",
                        read.op
                    );
                    verdict.broken("a read is not older than it was told to be", witness);
                }
            }
            Seen::Object(_) => {}
        }
    }
}

/// Whoever says "not yet" must not have seen it.
fn not_yet(verdict: &mut Verdict, read: &Read) {
    let seen = |wanted: &Token| {
        read.as_of.iter().any(|as_of| as_of.log == wanted.log && as_of.position >= wanted.position)
    };
    let asked = !read.min_position.is_empty();
    let all = read
        .min_position
        .iter()
        .all(|wanted| seen(wanted) || !read.as_of.iter().any(|as_of| as_of.log == wanted.log));
    if !asked || (all && !read.as_of.is_empty()) {
        verdict.broken("\"not yet\" is only said of what is not there", format!("op {}", read.op));
    }
}

/// Session, call, object and log: what must not become older there.
type Place<'a> = (u64, &'a str, &'a str, String);

/// Keeps for each place the newest position that was shown, and when and by which read the reader had it.
fn monotone(verdict: &mut Verdict, run: &Run) {
    let mut ended: Vec<&Read> = run.reads.iter().filter(|read| read.res == "ok").collect();
    ended.sort_by_key(|read| read.t1.unwrap_or(read.t0));
    let mut newest: BTreeMap<Place<'_>, (u64, u64, u64)> = BTreeMap::new();
    for read in ended {
        let (tokens, object) = match seen(read) {
            None => continue,
            Some(Seen::Logs(tokens)) => (tokens, ""),
            Some(Seen::Object(token)) => (vec![token], read.object.as_deref().unwrap_or_default()),
        };
        for token in tokens {
            let place: Place<'_> = (read.session, read.rpc.as_str(), object, token.log.clone());
            let (position, had, op) = newest.entry(place).or_insert((0, 0, 0));
            if token.position < *position && *had < read.t0 {
                let witness = format!("session {}: op {op} saw {position}", read.session);
                let witness = format!("{witness}, then op {} saw {token}", read.op);
                verdict.broken("a session never goes back", witness);
            }
            if token.position > *position {
                (*position, *had, *op) = (token.position, read.t1.unwrap_or(read.t0), read.op);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::{Sample, broken, holds};

    fn checked(run: &Run) -> Verdict {
        check(run, &Projects::of(run))
    }

    fn token(log: &str, position: u64) -> Token {
        Token { log: log.to_owned(), epoch: 1, position }
    }

    #[test]
    fn a_read_that_shows_what_it_was_told_to_holds() {
        let mut run = Sample::story();
        run.reads[0].min_position = run.reads[0].as_of.clone();
        assert!(holds(&checked(&run)));
    }

    #[test]
    fn a_status_that_is_older_than_asked_is_a_violation() {
        let mut run = Sample::story();
        let later = run.reads[0].as_of[0].position + 1;
        run.reads[0].min_position = vec![token("intake", later)];
        assert_eq!(broken(&checked(&run)), ["a read is not older than it was told to be"]);
    }

    #[test]
    fn a_status_that_leaves_out_a_log_or_does_not_say_what_it_has_seen_is_a_violation() {
        let mut run = Sample::story();
        run.reads[0].min_position = run.reads[0].as_of.clone();
        run.reads[0].body = Some(Sample::status_as_of(&run, &[("intake", 2)]));
        assert_eq!(broken(&checked(&run)), ["a read is not older than it was told to be"]);
        for body in [None, Some(crate::run::Bytes(vec![0xff]))] {
            run.reads[0].body = body;
            assert_eq!(broken(&checked(&run)), ["a read says what it has seen"]);
        }
    }

    #[test]
    fn a_matter_is_only_too_old_if_an_event_of_its_project_is_missing() {
        let mut run = Sample::story();
        let read = run.reads.iter().position(|read| read.rpc.ends_with("GetMatter")).unwrap();
        let head = run.logs["planning"].head.position;
        run.reads[read].min_position = vec![token("planning", head + 40)];
        assert!(holds(&checked(&run)), "nothing of this project stands there");
        let older = Sample::matter_as_of(&run, head - 1);
        run.reads[read].body = Some(older);
        assert_eq!(broken(&checked(&run)), ["a read is not older than it was told to be"]);
    }

    #[test]
    fn not_yet_of_what_was_seen_is_a_violation() {
        let mut run = Sample::story();
        let mut late = run.reads[0].clone();
        (late.res, late.body) = ("notyet".to_owned(), None);
        late.min_position = vec![token("intake", late.as_of[0].position + 1)];
        run.reads.push(late.clone());
        assert!(holds(&checked(&run)));
        late.min_position = vec![token("intake", late.as_of[0].position)];
        run.reads.push(late.clone());
        late.min_position.clear();
        run.reads.push(late);
        assert_eq!(broken(&checked(&run)), ["\"not yet\" is only said of what is not there"; 2]);
    }

    #[test]
    fn a_session_that_goes_back_is_a_violation_and_another_session_may() {
        let mut run = Sample::story();
        let mut older = run.reads[0].clone();
        older.op += 500;
        (older.t0, older.t1) = (90_000, Some(90_001));
        older.body = Some(Sample::status_as_of(&run, &[("intake", 1), ("planning", 1)]));
        older.as_of = vec![token("intake", 1), token("planning", 1)];
        older.session += 1;
        run.reads.push(older.clone());
        assert!(holds(&checked(&run)));
        older.session -= 1;
        run.reads.push(older);
        assert_eq!(broken(&checked(&run)), ["a session never goes back"; 2]);
    }
}
