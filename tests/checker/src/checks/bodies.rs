//! C8: answers are what the log says. Every status, project and matter that was shown, to a reader or as a
//! command's answer, equals the fold of the log up to the position that it names.

use std::collections::{BTreeMap, BTreeSet};

use prost::Message;
use proto::{intake::v1 as intake, matter::v1 as matter, status::v1 as status};

use crate::fold::{LOGS, Matter, Project, Projects, as_of};
use crate::run::{Command, Read, Run, Token};
use crate::verdict::Verdict;

const RULE: &str = "what is shown is the fold of the log up to where it says";

/// How far an answer has seen.
pub(super) enum Seen {
    /// Every event of these logs up to there.
    Logs(Vec<Token>),
    /// Every event of its project up to there, in one log.
    Object(Token),
}

/// How far a read has seen, as its own answer says.
pub(super) fn seen(read: &Read) -> Option<Seen> {
    let body = read.body.as_ref().map(|body| body.0.as_slice());
    let logs = |tokens: &[String]| {
        let tokens: Option<Vec<Token>> = tokens.iter().map(|text| Token::of(text)).collect();
        tokens.filter(|tokens| !tokens.is_empty()).map(Seen::Logs)
    };
    match read.rpc.rsplit('/').next()? {
        "GetProjectStatus" => logs(&status::GetProjectStatusResponse::decode(body?).ok()?.as_of),
        "ListProjectStatuses" => {
            logs(&status::ListProjectStatusesResponse::decode(body?).ok()?.as_of)
        }
        "GetMatter" => {
            let shown = matter::GetMatterResponse::decode(body?).ok()?.matter?;
            Token::of(&shown.position).map(Seen::Object)
        }
        "GetProject" => {
            let shown = intake::GetProjectResponse::decode(body?).ok()?;
            Token::of(&shown.position).map(Seen::Object)
        }
        _ => None,
    }
}

/// The id of the project in a resource's name.
pub(super) fn project_of(object: &str) -> Option<&str> {
    object.strip_prefix("projects/")?.split('/').next()
}

pub(super) fn check(run: &Run, projects: &Projects) -> Verdict {
    let mut verdict = Verdict::new("C8", "what is shown is the fold of the log");
    verdict.saw("statuses", 0);
    let mut judge = Judge { run, verdict: &mut verdict, projects };
    for read in run.reads.iter().filter(|read| read.res == "ok") {
        judge.read(read);
    }
    for command in run.commands.iter().filter(|command| command.is_ok()) {
        judge.answer(command);
    }
    judge.finals();
    verdict
}

struct Judge<'a> {
    run: &'a Run,
    verdict: &'a mut Verdict,
    projects: &'a Projects,
}

impl Judge<'_> {
    fn read(&mut self, read: &Read) {
        let at = format!("op {}", read.op);
        let Some(body) = &read.body else {
            self.verdict.broken("an answer can be read", format!("{at}: there is none"));
            return;
        };
        let bytes = body.0.as_slice();
        match read.rpc.rsplit('/').next().unwrap_or_default() {
            "GetProjectStatus" => match status::GetProjectStatusResponse::decode(bytes) {
                Ok(shown) => self.status(&at, shown.status.as_ref(), &shown.as_of),
                Err(error) => {
                    self.verdict.broken("an answer can be read", format!("{at}: {error}"))
                }
            },
            "ListProjectStatuses" => match status::ListProjectStatusesResponse::decode(bytes) {
                Ok(shown) => shown
                    .statuses
                    .iter()
                    .for_each(|status| self.status(&at, Some(status), &shown.as_of)),
                Err(error) => {
                    self.verdict.broken("an answer can be read", format!("{at}: {error}"))
                }
            },
            // One matter is a list of one.
            "GetMatter" | "ListMatters" => match matter::ListMattersResponse::decode(bytes) {
                Ok(shown) => shown.matters.iter().for_each(|one| self.matter(&at, one, None)),
                Err(error) => {
                    self.verdict.broken("an answer can be read", format!("{at}: {error}"))
                }
            },
            "GetProject" => match intake::GetProjectResponse::decode(bytes) {
                Ok(shown) => self.project(&at, &shown),
                Err(error) => {
                    self.verdict.broken("an answer can be read", format!("{at}: {error}"))
                }
            },
            _ => self.verdict.saw("reads of other kinds, not folded", 1),
        }
    }

    /// The matter in a command's answer is the one after the command.
    fn answer(&mut self, command: &Command) {
        let (Some(answer), Some(token)) = (&command.answer, &command.position) else { return };
        let is_matter = command.rpc.starts_with("tongban.matter.v1.MatterService/");
        if !is_matter {
            return;
        }
        let Ok(shown) = matter::FileMattersResponse::decode(answer.0.as_slice()) else {
            self.verdict.broken("an answer can be read", format!("op {}", command.op));
            return;
        };
        for one in &shown.matters {
            self.matter(&format!("op {}", command.op), one, Some(token));
        }
    }

    fn finals(&mut self) {
        let run = self.run;
        let mut named = BTreeSet::new();
        for last in &run.statuses {
            named.extend(project_of(&last.object));
            let at = format!("final {}", last.object);
            match status::GetProjectStatusResponse::decode(last.body.0.as_slice()) {
                Ok(shown) => self.status(&at, shown.status.as_ref(), &shown.as_of),
                Err(error) => {
                    self.verdict.broken("an answer can be read", format!("{at}: {error}"))
                }
            }
        }
        for last in &run.matters {
            let at = format!("final {}", last.object);
            match matter::ListMattersResponse::decode(last.body.0.as_slice()) {
                Ok(shown) => shown.matters.iter().for_each(|one| self.matter(&at, one, None)),
                Err(error) => {
                    self.verdict.broken("an answer can be read", format!("{at}: {error}"))
                }
            }
        }
        // The harness asks for every project whose registration it was told of at once.
        let first_of =
            run.commands.iter().filter(|command| command.rpc.ends_with("/RegisterProject"));
        let mut first_of: Vec<_> = first_of.collect();
        first_of.sort_by_key(|command| (&command.key, command.op));
        first_of.dedup_by_key(|command| &command.key);
        let acked = first_of.into_iter().filter(|command| command.is_ok());
        let acked = acked.filter_map(|command| command.stream.as_deref()?.split_once('/'));
        let missing = acked.map(|(_, id)| id).find(|id| !named.contains(id));
        if let Some(missing) = missing.filter(|_| !run.statuses.is_empty()) {
            self.verdict.broken("every project has a status at the end", missing);
        }
    }

    /// Whether the log was dumped before that was recorded.
    fn is_later(&self, token: &Token) -> bool {
        let head = self.run.logs.get(&token.log).map_or(0, |log| log.head.position);
        !self.run.stood_still() && token.position > head
    }

    fn status(&mut self, at: &str, shown: Option<&status::ProjectStatus>, tokens: &[String]) {
        self.verdict.saw("statuses", 1);
        let seen: Option<Vec<Token>> = tokens.iter().map(|text| Token::of(text)).collect();
        let (Some(shown), Some(seen)) = (shown, seen) else {
            let witness = format!("{at}: as of {}", tokens.join(" "));
            self.verdict.broken("a status is there and says what it has seen", witness);
            return;
        };
        if seen.iter().any(|token| self.is_later(token)) {
            return;
        }
        let seen = seen.into_iter().map(|token| (token.log, token.position)).collect();
        let project = project_of(&shown.name).and_then(|id| self.projects.get(id));
        let Some(project) = project else {
            self.verdict.broken("what is shown is in a log", format!("{at}: {}", shown.name));
            return;
        };
        let differing = differing(shown, project, &seen);
        if let Some(what) = differing {
            let witness = format!("{at}: {} as of {}: {what}", shown.name, tokens.join(" "));
            self.verdict.broken(RULE, witness);
        }
        for of in shown.matters.iter().filter_map(|one| one.matter.as_ref()) {
            self.matter(at, of, None);
        }
    }

    /// `told` is where it stands if it does not say so itself.
    fn matter(&mut self, at: &str, shown: &matter::Matter, told: Option<&Token>) {
        self.verdict.saw("matters", 1);
        let own = Token::of(&shown.position);
        let known = own.as_ref().or(told).zip(shown.name.split_once("/matters/"));
        let Some((token, (project, id))) = known else {
            self.verdict.broken("a matter says where it stands", format!("{at}: {}", shown.name));
            return;
        };
        if self.is_later(token) {
            return;
        }
        let project = project_of(project).and_then(|id| self.projects.get(id));
        let stream = project.and_then(|project| project.of(&token.log));
        let mine = stream.and_then(|stream| as_of(stream.matters.get(id)?, token.position));
        let what = match mine {
            None => Some("it is not there yet".to_owned()),
            Some(mine) => other(shown, mine),
        };
        if let Some(what) = what {
            let witness = format!("{at}: {} as of {token}: {what}", shown.name);
            self.verdict.broken(RULE, witness);
        }
    }

    fn project(&mut self, at: &str, shown: &intake::GetProjectResponse) {
        self.verdict.saw("projects", 1);
        let (Some(token), Some(project)) = (Token::of(&shown.position), &shown.project) else {
            let rule = "a project is there and says where it stands";
            self.verdict.broken(rule, format!("{at}: {}", shown.position));
            return;
        };
        let stream = project_of(&project.name).and_then(|id| self.projects.get(id)?.of("intake"));
        let mine = stream.and_then(|stream| as_of(&stream.intake, token.position));
        // A step of a matter moves the position and not the project.
        let Some(mine) = mine else {
            self.verdict.broken("what is shown is in a log", format!("{at}: {}", project.name));
            return;
        };
        let what = first([
            ("facts", project.facts == mine.facts),
            ("code", project.project_code == mine.code),
            ("secretary", project.secretary == mine.secretary),
            ("withdrawn", project.withdrawn == mine.withdrawn),
            ("registered_on", project.registered_on == mine.registered_on),
        ]);
        if let Some(what) = what {
            let witness = format!("{at}: {} as of {token}: its {what}", project.name);
            self.verdict.broken(RULE, witness);
        }
    }
}

/// The first that is not so.
fn first<const N: usize>(checked: [(&'static str, bool); N]) -> Option<&'static str> {
    checked.into_iter().find(|(_, same)| !same).map(|(what, _)| what)
}

/// What of a status is not as the logs say.
fn differing(
    shown: &status::ProjectStatus,
    project: &Project,
    seen: &BTreeMap<String, u64>,
) -> Option<String> {
    let until = |log: &str| seen.get(log).copied().unwrap_or(0);
    let intake = project.of("intake").and_then(|stream| as_of(&stream.intake, until("intake")));
    let admitted = project.of("planning").map(|stream| as_of(&stream.admitted, until("planning")));
    let admitted = admitted.flatten();
    let title =
        intake.and_then(|own| own.facts.as_ref()?.name.clone()).or_else(|| admitted?.1.clone());
    let own_code = intake.map(|own| own.code.clone()).filter(|code| !code.is_empty());
    let code = own_code.or_else(|| Some(admitted?.0.clone())).unwrap_or_default();
    let secretary = intake.map(|own| own.secretary.clone()).unwrap_or_default();
    let planning = project.of("planning");
    let certificates: Vec<_> = planning
        .into_iter()
        .flat_map(|stream| &stream.certificates)
        .filter(|(at, _)| *at <= until("planning"))
        .map(|(_, issued)| issued)
        .collect();
    let acceptance = project.of("acceptance");
    let opinions: Vec<_> = acceptance
        .into_iter()
        .flat_map(|stream| &stream.opinions)
        .filter(|(at, _)| *at <= until("acceptance"))
        .map(|(_, issued)| issued)
        .collect();
    let is_withdrawn = intake.is_some_and(|own| own.withdrawn);
    let simple = first([
        ("title", shown.title == title),
        ("project_code", shown.project_code == code),
        ("secretary", shown.secretary == secretary),
        ("certificates", shown.certificates.iter().eq(certificates)),
        ("acceptance_opinions", shown.acceptance_opinions.iter().eq(opinions)),
        ("stage after its withdrawal", !is_withdrawn || shown.stage() == status::Stage::Ended),
    ]);
    if let Some(what) = simple {
        return Some(format!("its {what}"));
    }
    let mine = matters(project, seen);
    let theirs: BTreeSet<String> = shown
        .matters
        .iter()
        .filter_map(|one| Some(one.matter.as_ref()?.name.split_once("/matters/")?.1.to_owned()))
        .collect();
    if mine != theirs {
        return Some(format!("its matters {theirs:?} are {mine:?}"));
    }
    let (mine, theirs) = (entered_late(&shown.name, project, seen), &shown.back_filled);
    (mine != *theirs).then(|| format!("its {} late entries are {}", theirs.len(), mine.len()))
}

fn matters(project: &Project, seen: &BTreeMap<String, u64>) -> BTreeSet<String> {
    let streams = project.streams();
    let ids = streams.flat_map(|(log, stream)| {
        let until = seen.get(log).copied().unwrap_or(0);
        let there = stream.matters.iter().filter(move |(_, states)| as_of(states, until).is_some());
        there.map(|(id, _)| id.clone())
    });
    ids.collect()
}

/// Entries that somebody recorded after their day, in the order of that day; of one day, by log.
fn entered_late(
    name: &str,
    project: &Project,
    seen: &BTreeMap<String, u64>,
) -> Vec<status::BackFilled> {
    let logs = LOGS.into_iter().filter_map(|log| Some((log, project.of(log)?)));
    let entries = logs.flat_map(|(log, stream)| {
        let until = seen.get(log).copied().unwrap_or(0);
        stream.entries.iter().take_while(move |entry| entry.position <= until)
    });
    let mut late: Vec<_> = entries
        .filter(|entry| !entry.principal.starts_with("system:") && entry.recorded_on > entry.on)
        .collect();
    late.sort_by(|one, other| one.recorded_on.cmp(&other.recorded_on));
    let agency = |who: &str| {
        let code = who.strip_prefix("agency:").and_then(|rest| rest.split_once('/'));
        code.map(|(code, _)| code.to_owned()).unwrap_or_default()
    };
    late.into_iter()
        .map(|entry| status::BackFilled {
            kind: entry.kind.clone(),
            matter: entry
                .matter
                .as_ref()
                .map_or_else(String::new, |id| format!("{name}/matters/{id}")),
            occurred_on: entry.on.clone(),
            recorded_on: entry.recorded_on.clone(),
            agency: agency(&entry.principal),
        })
        .collect()
}

/// What of a matter is not as the log says.
fn other(shown: &matter::Matter, mine: &Matter) -> Option<String> {
    if shown.state() != mine.state() {
        let (theirs, mine) = (shown.state().as_str_name(), mine.state().as_str_name());
        return Some(format!("{theirs} is {mine}"));
    }
    let opinions = shown
        .opinions
        .iter()
        .map(|opinion| (opinion.opinion.as_str(), opinion.answered_on.as_str(), opinion.verdict));
    let suspensions = shown.suspensions.iter().map(|stop| (&stop.ground, &stop.from, &stop.until));
    let what = first([
        ("terms", shown.terms.as_ref() == Some(&mine.terms)),
        ("received_on", shown.received_on == mine.received_on),
        ("accepted_on", shown.accepted_on == mine.accepted_on),
        ("acceptance_mode", shown.acceptance_mode() == mine.mode),
        ("decided_on", shown.decided_on == mine.decided_on),
        ("outcome", shown.outcome() == mine.outcome),
        ("certificate", shown.certificate == mine.certificate),
        ("delivered_on", shown.delivered_on == mine.delivered_on),
        ("materials", shown.materials.iter().eq(mine.materials.values())),
        ("outstanding", shown.outstanding.iter().map(|d| &d.material).eq(&mine.outstanding)),
        ("owed", shown.owed.iter().eq(&mine.owed)),
        ("cards", shown.cards.iter().map(|card| &card.card).eq(&mine.cards)),
        ("suspensions", suspensions.eq(mine.suspensions.iter().map(|(g, f, u)| (g, f, u)))),
        (
            "opinions",
            opinions.eq(mine
                .opinions
                .iter()
                .map(|(key, answer)| (key.as_str(), answer.on.as_str(), answer.verdict))),
        ),
    ]);
    what.map(|what| format!("its {what}"))
}

#[cfg(test)]
mod tests;
