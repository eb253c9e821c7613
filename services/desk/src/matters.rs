//! What the one desk needs of a service whose cases hold matters, and what it does for them all.

mod alarms;
mod authority;
mod behind;
mod silence;
mod watch;

use std::collections::BTreeMap;

use async_trait::async_trait;
use jiff::civil::Date;
use proto::matter::v1 as pb;
use rulebook::{
    catalogue::Stage,
    filing::{Counter, Refused},
    matter::{Act, Command, Event, Matter, MatterId, Rejection, Today},
};
use tonic::Status;

use crate::{
    caller::Caller,
    docket::{Bench, Case, Decided},
    holdings,
    mandates::Sight,
    name::MatterName,
    position::Token,
    refuse::{Refusal, Violation},
    view,
};

pub use alarms::alarms;
pub use authority::authorise;
pub use rulebook::filing::Application;
pub use watch::Happenings;

/// A form with its applications, all of one stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// Id of the project.
    pub project: String,
    /// Date in law; `None` means today.
    pub occurred_on: Option<Date>,
    /// The applications, at least one, each for another item.
    pub applications: Vec<Application>,
    /// What the dossier has to have heard before.
    pub heard: Vec<Token>,
}

/// What a service says of its own matters: who may apply, and its guards around their life. Everything
/// that all stages share is done by [`decide`].
pub trait Matters: Case {
    /// The stage.
    const STAGE: Stage;

    /// The step of a matter that a stored fact holds, if it holds one.
    fn step(event: &Self::Event) -> Option<(&MatterId, &Event)>;

    /// The facts that open one matter for each application, see [`file`].
    ///
    /// # Errors
    /// Why none of them is opened.
    fn file(
        &self,
        form: &Form,
        caller: &Caller,
        bench: &Bench,
    ) -> Result<Decided<Self::Event>, Refusal>;

    /// The facts that an act adds; [`decide`] gives those of the matter itself.
    ///
    /// # Errors
    /// Why it is refused.
    fn act(
        &self,
        id: &MatterId,
        command: &Command,
        caller: &Caller,
        bench: &Bench,
    ) -> Result<Decided<Self::Event>, Refusal>;
}

/// The facts that an act adds to a matter's own life: whether the caller may, and whether the law lets
/// it happen. A service calls this from its [`Matters::act`], with its own guards around it.
///
/// # Errors
/// NOT_FOUND, PERMISSION_DENIED or the law's refusal.
pub fn decide(
    matters: &BTreeMap<MatterId, Matter>,
    id: &MatterId,
    command: &Command,
    caller: &Caller,
    bench: &Bench,
) -> Result<Vec<Event>, Refusal> {
    let matter = matters.get(id).ok_or_else(|| Refusal::Unknown(format!("matter {id}")))?;
    let command = &with_opinion_named(matter, command, caller)?;
    let command = &in_the_agencys_name(command, caller);
    authorise(matter, &command.act, caller, &bench.law)?;
    holdings::guard(id, matter, command, bench)?;
    Ok(matter.decide(command, today(bench))?)
}

/// Opens the matters that a form applies for, in its order. What the dossier holds of their materials is on
/// file from the start.
///
/// # Errors
/// Every refusal of every application, told at once.
pub fn file(
    counter: &Counter<'_>,
    form: &Form,
    bench: &Bench,
) -> Result<Vec<(MatterId, Event)>, Refusal> {
    let mut opened = Vec::new();
    for (id, filing) in counter.receive(&form.applications)? {
        let filing = holdings::complete(filing, counter, &bench.held);
        let events = filing.decide(form.occurred_on, today(bench))?;
        opened.extend(events.into_iter().map(|event| (id.clone(), event)));
    }
    Ok(opened)
}

impl From<Vec<Refused>> for Refusal {
    fn from(refused: Vec<Refused>) -> Self {
        let told = |sentence: fn(&Refused) -> String, between: &str| {
            refused.iter().map(sentence).collect::<Vec<_>>().join(between)
        };
        let all =
            refused.iter().map(|one| format!("{}:{}", one.item, one.reason())).collect::<Vec<_>>();
        Refusal::Rule {
            reason: refused.first().map_or("REFUSED", Refused::reason),
            article: refused.first().map(Refused::article).unwrap_or_default(),
            en: told(Refused::en, "; "),
            zh: told(Refused::zh, "；"),
            details: vec![("refusals", all.join(","))],
        }
    }
}

/// The last application for an item in a project.
fn newest<'m>(matters: &'m BTreeMap<MatterId, Matter>, item: &str) -> Option<&'m MatterId> {
    matters.keys().rev().find(|id| id.item() == item)
}

/// An agency that was asked for one opinion only need not name it.
fn with_opinion_named(
    matter: &Matter,
    command: &Command,
    caller: &Caller,
) -> Result<Command, Refusal> {
    let mut command = command.clone();
    let Act::GiveOpinion { key, .. } = &mut command.act else { return Ok(command) };
    if !key.is_empty() {
        return Ok(command);
    }
    let agency = caller.agency().unwrap_or_default();
    let mut own = matter.terms.opinions.iter().filter(|term| term.agency == agency);
    match (own.next(), own.next()) {
        (Some(only), None) => only.key.clone_into(key),
        (None, _) => {
            return Err(Refusal::NotYours(format!("{agency} is not asked for an opinion here")));
        }
        (Some(_), Some(_)) => {
            let rule = "is required where an agency is asked for more than one opinion";
            return Err(Refusal::Fields(vec![Violation::new("opinion", rule)]));
        }
    }
    Ok(command)
}

/// What an agency says of a card, it says itself.
fn in_the_agencys_name(command: &Command, caller: &Caller) -> Command {
    let mut command = command.clone();
    if let Act::ContestCard { by, .. } | Act::RuleOnCard { by, .. } = &mut command.act {
        caller.agency().unwrap_or_default().clone_into(by);
    }
    command
}

/// The day and the calendar of a decision.
#[must_use]
pub fn today(bench: &Bench) -> Today<'_> {
    Today { date: bench.date, calendar: &bench.calendar }
}

impl From<Rejection> for Refusal {
    fn from(rejection: Rejection) -> Self {
        Refusal::Rule {
            reason: rejection.reason(),
            article: rejection.article().to_owned(),
            en: rejection.to_string(),
            zh: rejection.zh(),
            details: Vec::new(),
        }
    }
}

/// Which matters a caller asks for.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only those that it may see.
    pub sight: Sight,
    /// Only this project's.
    pub project: Option<String>,
    /// Only those that this agency decides or is asked about.
    pub agency: Option<String>,
    /// Only those in one of these states; none means any.
    pub states: Vec<pb::State>,
}

impl Filter {
    /// Whether a matter is asked for.
    #[must_use]
    pub fn takes(&self, project: &str, stage: Stage, matter: &Matter) -> bool {
        self.project.as_deref().is_none_or(|wanted| wanted == project)
            && self.agency.as_deref().is_none_or(|agency| concerns(matter, agency))
            && (self.states.is_empty() || self.states.contains(&view::state(matter)))
            && self.sight.sees(project, Some(stage))
    }
}

/// Whether an agency decides a matter or may be asked about it.
fn concerns(matter: &Matter, agency: &str) -> bool {
    matter.terms.agency == agency || matter.terms.opinions.iter().any(|term| term.agency == agency)
}

/// A service as the desk sees it: its matters, and commands on them.
#[async_trait]
pub trait Cases: Send + Sync + 'static {
    /// The stage.
    fn stage(&self) -> Stage;

    /// Files a form; the answer lists the matters opened.
    async fn file(
        &self,
        caller: &Caller,
        request: eventlog::Request,
        form: Form,
    ) -> Result<pb::FileMattersResponse, Status>;

    /// Carries out an act: the matter after it, and the position token. With `unchanged_since`, only where nothing
    /// was recorded of the matter after that position.
    async fn act(
        &self,
        caller: &Caller,
        request: eventlog::Request,
        name: MatterName,
        command: Command,
        unchanged_since: Option<Token>,
    ) -> Result<(pb::Matter, String), Status>;

    /// One matter, no older than the tokens say.
    async fn get(&self, name: &MatterName, seen: &[String]) -> Result<pb::Matter, Status>;

    /// The first matters after a name that the filter takes, in the order of their names.
    async fn list(
        &self,
        filter: &Filter,
        after: Option<&MatterName>,
        most: usize,
        seen: &[String],
    ) -> Result<Vec<(MatterName, pb::Matter)>, Status>;

    /// What happens from a position token on, or from now on, into `happenings` until it closes.
    async fn watch(
        &self,
        filter: Filter,
        after: &[String],
        happenings: Happenings,
    ) -> Result<(), Status>;

    /// Carries out what the passing of the day brings: acceptance and consent by silence where a rule row says
    /// so, and the alarms that are due. Returns the names of the matters that silence moved.
    async fn pass_day(&self) -> Result<Vec<String>, Status>;
}
