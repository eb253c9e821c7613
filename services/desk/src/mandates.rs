//! Whose each project is, and which agents may act for its enterprise: a live fold of intake's log, which every
//! service asks before it shows a project to an enterprise or does anything with it in its name.
//!
//! An enterprise is told the same of another's project as of one that does not exist, with PERMISSION_DENIED:
//! NOT_FOUND for the one would have to be kept apart from NOT_FOUND for the other in every service and for
//! ever, and a revoked agent has to learn that it may not, not that there is nothing.

mod register;

use std::time::Duration;

use eventlog::{
    Feed, Live, ReadError, Stopped,
    seeded::{Fault::M11, fault},
};
use host::time::Timekeeper;
use register::Register;
use rulebook::catalogue::Stage;
use tonic::{Status, metadata::MetadataMap};

use crate::{
    caller::{Caller, PRINCIPAL, Principal},
    refuse,
};

pub use register::Mandate;

/// How long a call waits for the newest word of intake before it is told to come again.
const LONGEST_WAIT: Duration = Duration::from_secs(2);

/// Whose projects are, and who acts for whom. Cheap to clone; without a log it knows nobody and hinders nobody.
#[derive(Clone, Default)]
pub struct Mandates(Option<(Live<Register>, Timekeeper)>);

impl Mandates {
    /// Follows intake's log.
    #[must_use]
    pub fn follow(intake: impl Into<Feed>, time: Timekeeper) -> Self {
        Self(Some((Live::follow(intake, Register::default(), register::fold), time)))
    }

    /// Lets a call pass that concerns a project: an agency's, a secretary's and the platform's always, an
    /// enterprise's for its own project, an agent's under a mandate that covers the project and the stage.
    /// It has seen what intake had recorded when the call was made. `None`: any stage.
    ///
    /// # Errors
    /// PERMISSION_DENIED, the same for what is another's and for what is not there; UNAVAILABLE where
    /// intake's newest word cannot be had, for nobody passes on an old one.
    pub async fn admit(
        &self,
        caller: &Caller,
        project: &str,
        stage: Option<Stage>,
    ) -> Result<(), Status> {
        if !is_bound(caller) {
            return Ok(());
        }
        self.fresh().await?;
        if self.sees(caller, project, stage) { Ok(()) } else { Err(barred()) }
    }

    /// Lets a read pass, as [`Mandates::admit`], where the call says who reads. Reads that every caller was
    /// always answered, named or not, still are until callers are proven.
    ///
    /// # Errors
    /// As [`Mandates::admit`]; UNAUTHENTICATED for a caller that is named wrongly.
    pub async fn admit_reader(
        &self,
        metadata: &MetadataMap,
        project: Option<&str>,
        stage: Option<Stage>,
    ) -> Result<Sight, Status> {
        if !metadata.contains_key(PRINCIPAL) {
            return Ok(Sight::default());
        }
        let caller = Caller::of(metadata)?;
        match project {
            Some(project) => self.admit(&caller, project, stage).await?,
            None => self.admit_any(&caller).await?,
        }
        Ok(Sight::of(self.clone(), caller))
    }

    /// Lets a call pass that concerns whatever the caller may see: an agent needs some mandate.
    ///
    /// # Errors
    /// As [`Mandates::admit`].
    pub async fn admit_any(&self, caller: &Caller) -> Result<(), Status> {
        if !is_bound(caller) {
            return Ok(());
        }
        self.fresh().await?;
        if self.has_standing(caller) { Ok(()) } else { Err(barred()) }
    }

    /// Lets an enterprise, or an agent under a mandate for all its projects, register a new one.
    ///
    /// # Errors
    /// As [`Mandates::admit`].
    pub async fn admit_new(&self, caller: &Caller) -> Result<(), Status> {
        let Principal::Agent { .. } = &caller.principal else { return Ok(()) };
        self.fresh().await?;
        let may = self.ask(|register, today| register.may_register(caller, today));
        if may { Ok(()) } else { Err(barred()) }
    }

    /// Whether the caller may see a project, as known now.
    #[must_use]
    pub fn sees(&self, caller: &Caller, project: &str, stage: Option<Stage>) -> bool {
        !is_bound(caller)
            || self.ask(|register, today| register.sees(caller, project, stage, today))
    }

    /// Whether the caller may see anything at all, as known now.
    #[must_use]
    pub fn has_standing(&self, caller: &Caller) -> bool {
        match &caller.principal {
            Principal::Agent { .. } => self.ask(|register, today| register.has_any(caller, today)),
            Principal::Agency { .. }
            | Principal::Enterprise { .. }
            | Principal::Secretary { .. }
            | Principal::System { .. } => true,
        }
    }

    /// Returns when a caller may not see any more what it sees now: a project, or anything at all.
    pub async fn ended(&self, caller: &Caller, project: Option<&str>) {
        let Some((live, _)) = self.0.as_ref().filter(|_| is_bound(caller)) else {
            return std::future::pending().await;
        };
        let mut head = live.feed().watch();
        loop {
            let position = *head.borrow_and_update();
            let followed = live.reached(position).await.is_ok();
            let sees = match project {
                Some(project) => self.sees(caller, project, None),
                None => self.has_standing(caller),
            };
            if !followed || !sees || head.changed().await.is_err() {
                return;
            }
        }
    }

    /// Waits until the fold of intake's log stops; nobody passes from then on whose right is to be seen there.
    pub async fn stopped(&self) -> Stopped {
        match &self.0 {
            Some((live, _)) => live.stopped().await,
            None => std::future::pending().await,
        }
    }

    async fn fresh(&self) -> Result<(), Status> {
        let Some((live, _)) = &self.0 else { return Ok(()) };
        let newest = async {
            let head = live.feed().head().await.map_err(refuse::unreadable)?;
            live.reached(head.position).await.map_err(refuse::stopped)
        };
        let late =
            || ReadError::Unavailable("intake's newest word did not come in time".to_owned());
        let told = tokio::time::timeout(LONGEST_WAIT, newest).await;
        told.unwrap_or_else(|_elapsed| Err(refuse::unreadable(late())))
    }

    /// Nobody passes on a fold that has stopped.
    fn ask(&self, ask: impl FnOnce(&Register, jiff::civil::Date) -> bool) -> bool {
        let Some((live, time)) = &self.0 else { return true };
        live.read(|register, _position| ask(register, time.today())).unwrap_or(false)
    }
}

/// What one caller may see, for lists and watches. The default sees everything.
#[derive(Clone, Default)]
pub struct Sight(Option<(Mandates, Caller)>);

impl Sight {
    /// What a caller may see.
    #[must_use]
    pub fn of(mandates: Mandates, caller: Caller) -> Self {
        Self(Some((mandates, caller)))
    }

    /// Whether a project is among it, of a stage, as known now.
    #[must_use]
    pub fn sees(&self, project: &str, stage: Option<Stage>) -> bool {
        let Some((mandates, caller)) = &self.0 else { return true };
        fault(M11) || mandates.sees(caller, project, stage)
    }
}

impl std::fmt::Debug for Sight {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sight")
    }
}

/// Whether what the caller may see depends on whose it is.
fn is_bound(caller: &Caller) -> bool {
    matches!(caller.principal, Principal::Enterprise { .. } | Principal::Agent { .. })
}

/// PERMISSION_DENIED, with no word that tells whether anything is there.
#[must_use]
pub fn barred() -> Status {
    refuse::barred("this is no project of yours, or none that you may act on".to_owned())
}
