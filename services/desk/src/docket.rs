//! One service's cases: a live fold of its log, changed only by commands through that log.

use crate::{
    caller::Caller,
    holdings::{Held as HeldMaterials, Shelf},
    mandates::Mandates,
    position::{self, Token},
    refuse::{self, Refusal},
};
use eventlog::{
    Decision, Head, Live, Log, Malformed, NewEvent, ReadError, Recorded, Request, Reservation,
    Stopped,
    seeded::{Fault::M13, fault},
};
use host::time::Timekeeper;
use rulebook::{
    alarm::Alarm,
    calendar::Calendar,
    law::Law,
    matter::{Matter, MatterId},
};
use std::{collections::BTreeMap, sync::Arc};
use tokio::sync::Semaphore;
use tonic::{Code, Status};
use tracing::Instrument;

/// What a service keeps of one project. The state is the implementor; `decide` is the service's own.
pub trait Case: Clone + Default + Send + Sync + 'static {
    /// The service: the name of its log and the first part of its streams' names.
    const SERVICE: &'static str;
    /// One stored fact.
    type Event: Send;

    /// Reads a stored event.
    ///
    /// # Errors
    /// The bytes are not such an event; the message names the field.
    fn read(payload: &[u8]) -> Result<Self::Event, Malformed>;
    /// Writes an event as it is stored.
    fn write(event: &Self::Event) -> NewEvent;
    /// The case after an event. History cannot be refused.
    fn evolve(&mut self, event: &Self::Event);
    /// The matters of this stage.
    fn matters(&self) -> &BTreeMap<MatterId, Matter>;
    /// The matter that an event is about, if it is about one.
    fn matter_of(event: &Self::Event) -> Option<&MatterId>;
    /// The alarms that are due by today and not raised yet, each with the fact that records it; none where
    /// nothing that the service keeps has a limit.
    fn alarms(&self, _bench: &Bench) -> Vec<(Alarm, Self::Event)> {
        Vec::new()
    }
}

/// Every case of a service by project, as of the fold's position.
#[derive(Debug, Clone, Default)]
pub struct Cases<C>(BTreeMap<String, Held<C>>);

/// A case and how far it has come.
#[derive(Debug, Default, Clone)]
pub struct Held<C> {
    /// The case.
    pub case: C,
    /// Version of its stream.
    pub version: u64,
    /// Position of its last event.
    pub position: u64,
    /// Positions of the last event of each matter.
    pub changed: BTreeMap<MatterId, u64>,
}

impl<C> Cases<C> {
    /// One project's case; `None` when nothing was ever recorded of it.
    #[must_use]
    pub fn get(&self, project: &str) -> Option<&Held<C>> {
        self.0.get(project)
    }

    /// All of them, ordered by project.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Held<C>)> {
        self.0.iter().map(|(project, held)| (project.as_str(), held))
    }
}

/// What a decision may look at besides the case: the day, and the law as published.
#[derive(Clone)]
pub struct Bench {
    /// The present date in Asia/Shanghai.
    pub date: jiff::civil::Date,
    /// The calendar as published by that date.
    pub calendar: Calendar,
    /// Everything from `seeds/`.
    pub law: Arc<Law>,
    /// What the dossier of the project holds; nothing where no project is meant.
    pub held: HeldMaterials,
    /// At which position something was last recorded of each matter of the project.
    pub changed: BTreeMap<MatterId, u64>,
}

impl Bench {
    /// A decision of a day, under the calendar as published by it.
    #[must_use]
    pub fn new(date: jiff::civil::Date, law: Arc<Law>) -> Self {
        let calendar = law.almanac.as_published_by(date);
        let (held, changed) = (HeldMaterials::default(), BTreeMap::new());
        Self { date, calendar, law, held, changed }
    }
}

/// Why a service's cases could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenDocketError {
    /// The log cannot be read.
    #[error("the log cannot be read")]
    Log(#[from] ReadError),
    /// The log holds an event that the service cannot read.
    #[error(transparent)]
    Stopped(#[from] eventlog::Stopped),
}

/// What a service decides: facts, and values that no other case may hold.
#[derive(Debug)]
pub struct Decided<E> {
    /// The facts.
    pub events: Vec<E>,
    /// Values to reserve, such as a project code.
    pub reservations: Vec<Reservation>,
}

impl<E> From<Vec<E>> for Decided<E> {
    fn from(events: Vec<E>) -> Self {
        Self { events, reservations: Vec::new() }
    }
}

/// Commands under way at once in one service; more are told to come later.
const PERMITS: usize = 256;

/// A service's cases with everything that is needed to change them. Cheap to clone.
#[derive(Clone)]
pub struct Docket<C: Case> {
    log: Log,
    live: Live<Cases<C>>,
    epoch: u32,
    law: Arc<Law>,
    time: Timekeeper,
    permits: Arc<Semaphore>,
    shelf: Shelf,
    mandates: Mandates,
}

impl<C: Case> Docket<C> {
    /// Folds the log of the service, follows it from then on, and waits until the fold is as new as the log.
    ///
    /// # Errors
    /// The log cannot be read, or holds an event that the service cannot read.
    pub async fn open(log: Log, law: Arc<Law>, time: Timekeeper) -> Result<Self, OpenDocketError> {
        let head = log.head().await?;
        let live = Live::follow(log.clone(), Cases::<C>(BTreeMap::new()), fold::<C>);
        live.reached(head.position).await?;
        let permits = Arc::new(Semaphore::new(PERMITS));
        let (shelf, mandates) = (Shelf::default(), Mandates::default());
        Ok(Self { log, live, epoch: head.epoch, law, time, permits, shelf, mandates })
    }

    /// The same cases, which ask the dossiers before anything is demanded of an enterprise.
    #[must_use]
    pub fn with_shelf(self, shelf: Shelf) -> Self {
        Self { shelf, ..self }
    }

    /// The same cases, which let an enterprise and its agents at their own projects only.
    #[must_use]
    pub fn with_mandates(self, mandates: Mandates) -> Self {
        Self { mandates, ..self }
    }

    /// Whose each project is.
    #[must_use]
    pub fn mandates(&self) -> &Mandates {
        &self.mandates
    }

    /// What the dossiers hold.
    #[must_use]
    pub fn shelf(&self) -> &Shelf {
        &self.shelf
    }

    /// The day and the law of a decision made now.
    #[must_use]
    pub fn bench(&self) -> Bench {
        Bench::new(self.time.today(), self.law.clone())
    }

    /// Carries out a command once and for ever, and answers with what `answer` says of the case after it.
    /// The caller's cancellation ends the waiting, never the work.
    ///
    /// # Errors
    /// The refusal, or what the log could not do, as gRPC says it.
    pub async fn execute<M, D>(
        &self,
        request: Request,
        project: &str,
        decide: impl Fn(&C, &Bench) -> Result<D, Refusal> + Send + Sync + 'static,
        answer: impl Fn(&C, &Bench) -> M + Send + Sync + 'static,
    ) -> Result<(M, String), Status>
    where
        M: prost::Message + Default,
        D: Into<Decided<C::Event>>,
    {
        let permit = self.permits.clone().try_acquire_owned().map_err(|_| refuse::busy())?;
        let (docket, project) = (self.clone(), project.to_owned());
        let work = async move {
            let _permit = permit;
            let decide = |cases: &Cases<C>| docket.decide(cases, &project, &decide, &answer);
            docket.live.execute(&docket.log, &request, decide).await
        };
        let work = tokio::spawn(work.in_current_span());
        let done = work.await.map_err(refuse::broken_off)?.map_err(refuse::execution)?;
        let message = M::decode(done.answer.as_slice()).map_err(|_| refuse::internal())?;
        Ok((message, self.token(done.position)))
    }

    fn decide<M: prost::Message, D: Into<Decided<C::Event>>>(
        &self,
        cases: &Cases<C>,
        project: &str,
        decide: &impl Fn(&C, &Bench) -> Result<D, Refusal>,
        answer: &impl Fn(&C, &Bench) -> M,
    ) -> Result<Decision, Refusal> {
        let held = cases.get(project).cloned().unwrap_or_default();
        let bench = Bench { held: self.shelf.held(project), changed: held.changed, ..self.bench() };
        let Decided { events, reservations } = decide(&held.case, &bench)?.into();
        let mut after = held.case;
        for event in &events {
            after.evolve(event);
        }
        Ok(Decision {
            stream: format!("{}/{project}", C::SERVICE),
            expected_version: held.version,
            events: events.iter().map(C::write).collect(),
            reservations,
            answer: answer(&after, &bench).encode_to_vec(),
        })
    }

    /// Asks the cases as they are now.
    ///
    /// # Errors
    /// UNAVAILABLE when the fold has stopped.
    pub fn read<T>(&self, ask: impl FnOnce(&Cases<C>) -> T) -> Result<T, Status> {
        self.live.read(|cases, _position| ask(cases)).map_err(refuse::stopped)
    }

    /// Waits until the cases have seen what the position tokens of a request name.
    ///
    /// # Errors
    /// INVALID_ARGUMENT for what is no token, and what [`position::seen`] answers.
    pub async fn seen(&self, tokens: &[String]) -> Result<(), Status> {
        position::seen(&self.live, self.epoch, &position::parse(tokens)?).await
    }

    /// Waits until the dossiers have heard what this log holds now and what the tokens name, so that a certificate
    /// that was issued a moment ago counts. Where that cannot be had soon, commands go on with what is known. Of
    /// another log than this one it is not known here which epoch it is in; of its tokens the latest counts.
    ///
    /// # Errors
    /// What [`Token::of_epoch`] answers for a token of this log.
    pub async fn dossiers_have_heard(&self, tokens: &[Token]) -> Result<(), Status> {
        let mut own = tokens.iter().filter(|token| token.log == C::SERVICE);
        own.try_for_each(|token| token.of_epoch(self.epoch))?;
        let mut heard = tokens.to_vec();
        // Where the log does not answer, the command will say so.
        if let Ok(Head { epoch, position, .. }) = self.log.head().await {
            heard.push(Token { log: C::SERVICE.to_owned(), epoch, position });
        }
        self.shelf.fresh(position::latest(heard)).await;
        Ok(())
    }

    /// Waits as [`Docket::dossiers_have_heard`] does, for a command that demands something of a project's enterprise.
    ///
    /// # Errors
    /// As [`Shelf::of`].
    pub async fn before_demanding(&self, project: &str) -> Result<(), Status> {
        self.dossiers_have_heard(&[]).await?;
        self.shelf.of(project).map(drop)
    }

    /// Waits until the cases are as new as the log is now.
    ///
    /// # Errors
    /// UNAVAILABLE when the log cannot be asked, or the fold has stopped.
    pub async fn caught_up(&self) -> Result<(), Status> {
        let head = self.log().head().await.map_err(refuse::unreadable)?;
        self.live.reached(head.position).await.map_err(refuse::stopped)
    }

    /// Waits until the fold of the cases stops, at an event that it cannot take.
    pub async fn stopped(&self) -> Stopped {
        self.live.stopped().await
    }

    /// The epoch of this service's log.
    #[must_use]
    pub fn epoch(&self) -> u32 {
        self.epoch
    }

    /// The token of a position in this service's log.
    #[must_use]
    pub fn token(&self, position: u64) -> String {
        Token { log: C::SERVICE.to_owned(), epoch: self.epoch, position }.to_string()
    }

    /// Raises every alarm that is due, each once and for ever: its key is that of its command. What cannot be
    /// raised for one project does not keep it from the others.
    ///
    /// # Errors
    /// What the log could not do; asking again does what is left.
    pub async fn raise_alarms(&self) -> Result<(), Status> {
        let bench = self.bench();
        let due: Vec<(String, String)> = self.read(|cases| {
            let due = cases.iter().flat_map(|(project, held)| {
                let alarms = held.case.alarms(&bench).into_iter();
                alarms.map(move |(alarm, _)| (project.to_owned(), alarm.key()))
            });
            due.collect()
        })?;
        let mut failed = None;
        for (project, key) in due {
            match self.raise(&project, key).await {
                Ok(()) => {}
                // It is not due any more, or another scanner raised it meanwhile.
                Err(status) if status.code() == Code::NotFound => {}
                Err(status) => failed = Some(status),
            }
        }
        failed.map_or(Ok(()), Err)
    }

    async fn raise(&self, project: &str, key: String) -> Result<(), Status> {
        let caller = Caller::system("clock");
        // Seeded: a key of the moment.
        let salt = if fault(M13) { format!(".{}", self.time.now()) } else { String::new() };
        let own = format!("alarm.projects/{project}.{key}{salt}");
        let request = caller.keyed(own, "alarm", &());
        let decide = move |case: &C, bench: &Bench| {
            let mut due = case.alarms(bench).into_iter();
            let due = due.find(|(alarm, _)| alarm.key() == key);
            let (_, fact) = due.ok_or_else(|| Refusal::Unknown(format!("alarm {key} to raise")))?;
            Ok(vec![fact])
        };
        self.execute(request, project, decide, |_, _| ()).await.map(drop)
    }

    /// The log under the cases.
    #[must_use]
    pub fn log(&self) -> &Log {
        &self.log
    }
}

fn fold<C: Case>(cases: &mut Cases<C>, recorded: &Recorded) -> Result<(), Malformed> {
    let project = recorded.stream.strip_prefix(C::SERVICE).and_then(|rest| rest.strip_prefix('/'));
    let project = project
        .ok_or_else(|| Malformed(format!("stream {} is of another service", recorded.stream)))?;
    let event = C::read(&recorded.payload)?;
    let held = match cases.0.get_mut(project) {
        Some(held) => held,
        None => cases.0.entry(project.to_owned()).or_default(),
    };
    held.case.evolve(&event);
    held.version = recorded.version;
    held.position = recorded.position;
    if let Some(matter) = C::matter_of(&event) {
        held.changed.insert(matter.clone(), recorded.position);
    }
    Ok(())
}
