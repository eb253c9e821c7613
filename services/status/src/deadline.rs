//! Why a deadline is what it is: everything that somebody else needs to derive the date again.

#[cfg(test)]
mod tests;

use crate::project::{Project, limits_of, today};
use desk::{
    docket::Bench,
    name::MatterName,
    refuse::{Refusal, Violation},
    view, wire,
};
use jiff::civil::Date;
use proto::{
    matter::v1::DeadlineKind,
    status::v1::{
        ExplainDeadlineRequest, ExplainDeadlineResponse, ExplainedDay, ExplainedExtension,
        ExplainedStop,
    },
};
use rulebook::{
    calendar::Calendar,
    clock::{Clock, CountedDay, Extension, Stop},
    matter::{Clocks, Matter, MatterId, Timed},
};

/// Which deadline is asked about, and on whose calendar.
#[derive(Debug, Clone)]
pub(crate) struct Question {
    /// The project.
    pub(crate) project: String,
    matter: Option<MatterId>,
    kind: DeadlineKind,
    opinion: String,
    calendar_as_of: Date,
}

impl Question {
    /// Reads a request; what is wrong with it goes to `violations`.
    pub(crate) fn of(
        request: &ExplainDeadlineRequest,
        today: Date,
        violations: &mut Vec<Violation>,
    ) -> Self {
        let mut wrong = |field: &str, rule: &str| violations.push(Violation::new(field, rule));
        let name = MatterName::parse(&request.name);
        if name.is_none() {
            wrong("name", "write projects/{project}/matters/{matter}");
        }
        let kind = DeadlineKind::try_from(request.kind).unwrap_or_else(|_unknown| {
            wrong("kind", "there is no such kind of deadline");
            DeadlineKind::Unspecified
        });
        if !request.opinion.is_empty() && kind != DeadlineKind::Opinion {
            wrong("opinion", "goes with DEADLINE_KIND_OPINION only");
        }
        let calendar_as_of = match request.calendar_as_of.as_str() {
            "" => today,
            text => match text.parse::<Date>().ok().filter(|date| date.to_string() == text) {
                Some(date) if date <= today => date,
                Some(_) => {
                    wrong("calendar_as_of", "nobody knows yet what will be published by then");
                    today
                }
                None => {
                    wrong("calendar_as_of", "write a date as YYYY-MM-DD");
                    today
                }
            },
        };
        let (project, matter) = name.map(|name| (name.project, name.matter)).unzip();
        let (project, opinion) = (project.unwrap_or_default(), request.opinion.clone());
        Self { project, matter, kind, opinion, calendar_as_of }
    }

    /// The explanation.
    ///
    /// # Errors
    /// There is no such matter, or it has no deadline of that kind (yet).
    pub(crate) fn answer(
        &self,
        project: &Project,
        bench: &Bench,
    ) -> Result<ExplainDeadlineResponse, Refusal> {
        let found = self.matter.as_ref().and_then(|id| Some((id, project.matter(id)?)));
        let (id, matter) = found.ok_or_else(|| {
            let id = self.matter.as_ref().map(ToString::to_string).unwrap_or_default();
            Refusal::Unknown(format!("{}/matters/{id}", project.name()))
        })?;
        let calendar = bench.law.almanac.as_published_by(self.calendar_as_of);
        let bench = Bench { calendar, ..bench.clone() };
        let clocks = matter.clocks(&bench.calendar);
        let kind = self.chosen(matter, &clocks, &bench);
        let found = limit_of(&clocks, kind, &self.opinion, &bench.calendar);
        let (opinion, timed) = found.ok_or_else(|| no_deadline(id, kind))?;
        // A stopped clock has no date, and so no days that lead to it.
        let days = timed.deadline(&bench.calendar).map(|deadline| deadline.days);
        Ok(ExplainDeadlineResponse {
            deadline: Some(view::deadline(kind, opinion, timed, &bench.calendar)),
            extension: applied(&timed.clock, &bench.calendar).map(explained_extension),
            rule_edition: matter.terms.edition.clone(),
            days: days.unwrap_or_default().into_iter().map(explained_day).collect(),
            stops: timed.clock.stops().iter().map(explained_stop).collect(),
            as_of: Vec::new(),
            stopped: Vec::new(),
        })
    }

    /// The kind asked for; where none is, that of the open step, by law before by promise, and of a matter
    /// without an open step the one that it ended with.
    fn chosen(&self, matter: &Matter, clocks: &Clocks, bench: &Bench) -> DeadlineKind {
        if self.kind != DeadlineKind::Unspecified {
            return self.kind;
        }
        let (by_law, promised) = limits_of(matter.holder(today(bench)).next);
        let ended_with = [DeadlineKind::Statutory, DeadlineKind::Committed];
        by_law
            .into_iter()
            .chain(promised)
            .chain(ended_with)
            .find(|kind| view::limits(clocks).any(|(of, ..)| of == *kind))
            .unwrap_or(DeadlineKind::Acceptance)
    }
}

/// The limit asked about, with its kind and the opinion's key; of opinions, where none is named, the open
/// one that is due first, and then the first by key.
fn limit_of<'c>(
    clocks: &'c Clocks,
    kind: DeadlineKind,
    opinion: &str,
    calendar: &Calendar,
) -> Option<(&'c str, &'c Timed)> {
    let mut limits = view::limits(clocks).filter(|(of, ..)| *of == kind);
    let found = if kind == DeadlineKind::Opinion && opinion.is_empty() {
        let open = limits.filter(|(_, _, timed)| timed.done_on.is_none());
        open.min_by_key(|(_, key, timed)| (timed.deadline(calendar).map(|one| one.due), *key))
    } else {
        limits.find(|(_, key, _)| *key == opinion)
    };
    found.map(|(_, key, timed)| (key, timed))
}

fn no_deadline(id: &MatterId, kind: DeadlineKind) -> Refusal {
    let kind = kind.as_str_name();
    Refusal::Rule {
        reason: "NO_DEADLINE",
        article: "行政许可法 art. 42".to_owned(),
        en: format!("{id} has no deadline {kind}: it has not begun, or the item has none"),
        zh: format!("{id} 尚无此项期限（{kind}）：未起算或该事项未规定"),
        details: Vec::new(),
    }
}

/// The extension, unless it is void: approved or told after the due date without it.
fn applied<'a>(clock: &'a Clock, calendar: &Calendar) -> Option<&'a Extension> {
    let extension = clock.extension()?;
    let plain = Clock::new(clock.start, clock.limit, clock.citation.clone());
    let plain =
        if clock.roll == rulebook::clock::Roll::None { plain.without_roll() } else { plain };
    let unextended = clock.stops().iter().cloned().fold(plain, Clock::stop).deadline(calendar);
    let last_act = extension.approved_on.max(extension.notified_on);
    unextended.is_none_or(|deadline| last_act <= deadline.due).then_some(extension)
}

fn explained_day(day: CountedDay) -> ExplainedDay {
    let CountedDay { date, counted, reason, citation } = day;
    ExplainedDay { date: date.to_string(), counted, reason, citation }
}

fn explained_stop(stop: &Stop) -> ExplainedStop {
    ExplainedStop {
        from: stop.from.to_string(),
        until: stop.until.map(|until| until.to_string()).unwrap_or_default(),
        ground: stop.ground.clone(),
        article: stop.article.clone(),
        notice: stop.notice.as_ref().map(|notice| notice.number.clone()).unwrap_or_default(),
    }
}

fn explained_extension(extension: &Extension) -> ExplainedExtension {
    ExplainedExtension {
        by: Some(wire::limit_to_wire(extension.by)),
        approver: extension.approver.clone(),
        approved_on: extension.approved_on.to_string(),
        notified_on: extension.notified_on.to_string(),
        reason: extension.reason.clone(),
        article: extension.article.clone(),
    }
}
