//! C9, as far as answers show it: nothing that an enterprise was answered names a project of another one.

use std::collections::BTreeSet;

use crate::fold::Projects;
use crate::run::Run;
use crate::verdict::Verdict;

/// What stands before the id of a project wherever one is named.
const NAME: &[u8] = b"projects/";

pub(super) fn check(run: &Run, projects: &Projects) -> Verdict {
    let mut verdict = Verdict::new("C9", "an enterprise is shown its own projects only");
    verdict.saw("answers to enterprises and agents", 0);
    let reads = run.reads.iter().filter(|read| read.res == "ok");
    let reads = reads.filter_map(|read| Some((read.op, &read.who, read.body.as_ref()?)));
    let commands = run.commands.iter().filter(|command| command.is_ok());
    let commands = commands.filter_map(|one| Some((one.op, &one.who, one.answer.as_ref()?)));
    for (op, who, bytes) in reads.chain(commands) {
        if !who.starts_with("enterprise:") && !who.starts_with("agent:") {
            continue;
        }
        verdict.saw("answers to enterprises and agents", 1);
        for id in named(&bytes.0) {
            if !is_theirs(who, id, projects) {
                let witness = format!("op {op}: {who} was shown projects/{id}");
                verdict.broken("nobody is shown another's project", witness);
            }
        }
    }
    verdict
}

/// Ids of the projects that an answer names, found in its bytes whatever message it is.
fn named(bytes: &[u8]) -> BTreeSet<&str> {
    let starts = bytes.windows(NAME.len()).enumerate().filter(|(_, window)| *window == NAME);
    let ids = starts.filter_map(|(at, _)| {
        let rest = &bytes[at + NAME.len()..];
        let plain = |b: &u8| b.is_ascii_lowercase() || b.is_ascii_digit() || *b == b'-';
        let end = rest.iter().position(|byte| !plain(byte)).unwrap_or(rest.len());
        std::str::from_utf8(&rest[..end]).ok().filter(|id| !id.is_empty())
    });
    ids.collect()
}

fn is_theirs(who: &str, project: &str, projects: &Projects) -> bool {
    let party = who.split('/').next().unwrap_or(who);
    // Bytes behind a name may read on as one: what no log knows is no project.
    let Some(project) = projects.get(project) else { return true };
    let Some(owner) = project.owner() else { return true };
    let Some(agent) = party.strip_prefix("agent:") else { return party == owner };
    // A mandate for all projects of an enterprise stands in one of them.
    let theirs = projects.iter().filter(|(_, other)| other.owner() == Some(owner));
    let mut appointed = theirs.filter_map(|(_, other)| other.of("intake"));
    appointed.any(|stream| stream.agents.iter().any(|known| known == agent))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::Bytes;
    use crate::sample::{Sample, broken, holds};

    fn shown_to(who: &str) -> Vec<&'static str> {
        let mut run = Sample::story();
        run.reads[0].who = who.to_owned();
        broken(&check(&run, &Projects::of(&run)))
    }

    #[test]
    fn an_enterprise_may_see_its_own_whichever_of_its_users_asks() {
        let run = Sample::story();
        assert!(holds(&check(&run, &Projects::of(&run))));
        assert!(shown_to("enterprise:yamato/legal").is_empty());
        assert!(shown_to("agency:NR/u1").is_empty(), "an agency sees more");
    }

    #[test]
    fn another_enterprise_or_an_agent_of_nobody_must_not_see_it() {
        let rule = ["nobody is shown another's project"];
        assert_eq!(shown_to("enterprise:yamato-2/filing"), rule);
        assert_eq!(shown_to("agent:harbour/u"), rule);
    }

    #[test]
    fn a_commands_answer_counts_too() {
        let mut run = Sample::story();
        run.commands[0].who = "enterprise:other/u".to_owned();
        run.commands[0].answer = Some(Bytes(b"\x0a\x0bprojects/p1\x12".to_vec()));
        let found = check(&run, &Projects::of(&run));
        assert_eq!(broken(&found), ["nobody is shown another's project"]);
    }

    #[test]
    fn names_are_found_in_any_message() {
        let bytes = b"\x0a\x0bprojects/p1\x12\x03abcprojects/p-2/matters/S2-05-1\xff";
        assert_eq!(named(bytes), BTreeSet::from(["p1", "p-2"]));
        assert_eq!(named(b"projects/"), BTreeSet::new());
    }
}
